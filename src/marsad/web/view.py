"""One reader's view of a page: the language, and how numbers, days and names are written in it.

Outside a source's text every machine token (a day in figures, an id, a range) stands in a `bdi`
of its own direction: without it "2026-03-15" comes out as "15-03-2026" among Arabic words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import urlencode

from babel.dates import get_month_names
from hijridate import Gregorian
from markupsafe import Markup, escape

from marsad.codebook import Language
from marsad.model import Place, Toll
from marsad.publish.titles import headline
from marsad.record import Range, Summary
from marsad.web.i18n import _n, translations
from marsad.web.preferences import Preferences
from marsad.web.site import Site
from marsad.web.visitor import Visitor
from marsad.wording import Words, words_for

_ARABIC_DIGITS = str.maketrans("0123456789,.", "٠١٢٣٤٥٦٧٨٩٬٫")


#: Exactly so many, between two numbers, at least so many.
_LOSSES: dict[str, tuple[tuple[str, str], ...]] = {
    "killed": (
        _n("%(n)s person killed", "%(n)s people killed"),
        _n("%(low)s to %(n)s person killed", "%(low)s to %(n)s people killed"),
        _n("at least %(n)s person killed", "at least %(n)s people killed"),
    ),
    "wounded": (
        _n("%(n)s person wounded", "%(n)s people wounded"),
        _n("%(low)s to %(n)s person wounded", "%(low)s to %(n)s people wounded"),
        _n("at least %(n)s person wounded", "at least %(n)s people wounded"),
    ),
}
_MONTH_LOCALE = {"levant": "ar_SY", "egypt": "ar_EG"}


@lru_cache(maxsize=8)
def _months(locale: str) -> dict[int, str]:
    return dict(get_month_names("wide", locale=locale))


@dataclass(frozen=True)
class View:
    """Everything that a template asks about the reader."""

    site: Site
    language: Language
    preferences: Preferences
    path: str = "/"
    query: str = ""
    visitor: Visitor = field(default_factory=Visitor)

    # ── the page ──────────────────────────────────────────────────────────────────────────

    @property
    def direction(self) -> str:
        """`rtl` or `ltr`."""
        return "rtl" if self.language == "ar" else "ltr"

    @property
    def other(self) -> Language:
        """The other language."""
        return "en" if self.language == "ar" else "ar"

    @property
    def here_in_the_other(self) -> str:
        """This page in the other language."""
        rest = self.path.removeprefix(f"/{self.language}")
        return f"/{self.other}{rest}" + (f"?{self.query}" if self.query else "")

    def url(self, page: str = "", /, **query: Any) -> str:
        """The address of a page in the reader's language."""
        asked = urlencode([(k, v) for k, v in query.items() if v not in (None, "")])
        return f"/{self.language}/{page}" + (f"?{asked}" if asked else "")

    # ── words ─────────────────────────────────────────────────────────────────────────────

    @cached_property
    def _messages(self) -> Any:
        return translations(self.language)

    def gettext(self, message: str) -> str:
        """The message in the reader's language."""
        return str(self._messages.gettext(message))

    def ngettext(self, one: str, many: str, number: int, **more: str) -> str:
        """The message for a number of things, the number (and `more`) filled in."""
        return str(self._messages.ngettext(one, many, number) % {"n": self.num(number), **more})

    def term(self, section: str, code: object) -> str:
        """What a code of the codebook is called."""
        return self.site.codebook.name(section, str(code), self.language)

    def means(self, section: str, code: object) -> str:
        """What a code of the codebook means."""
        return self.site.codebook.means(section, str(code), self.language)

    def actor(self, code: str) -> str:
        """What a party is called."""
        return self.site.names.name(code, self.language)

    @cached_property
    def words(self) -> Words:
        """The words of checks, briefs and trends, as the reader wants them."""
        months = self.preferences.months
        return words_for(
            self.language, months="western" if months == "egypt" else "levant", digits=self.preferences.digits
        )

    # ── numbers ───────────────────────────────────────────────────────────────────────────

    def digits(self, text: object) -> str:
        """`text` in the digits that the reader chose."""
        plain = str(text)
        return plain.translate(_ARABIC_DIGITS) if self.preferences.digits == "arab" else plain

    def num(self, value: float) -> str:
        """A number, its thousands apart."""
        return self.digits(f"{value:,}")

    def between(self, low: int | None, high: int | None) -> str:
        """A count between bounds, for a table: 3–5, 3+, ≤5."""
        if low is None and high is None:
            return ""
        if low == high:
            return self.num(low or 0)
        if high is None:
            return f"{self.num(low or 0)}+"
        return f"≤{self.num(high)}" if low is None else f"{self.num(low)}–{self.num(high)}"

    def total(self, total: Range) -> str:
        """A sum between bounds, for a table."""
        if total.low == total.high:
            return f"{self.num(total.low)}{'+' if total.open else ''}"
        return f"{self.num(total.low)}–{self.num(total.high)}{'+' if total.open else ''}"

    def between_in_words(self, low: int | None, high: int | None) -> str:
        """A count between bounds, within a sentence."""
        if low is None and high is None:
            return self.gettext("not told")
        if low == high:
            return self.num(low or 0)
        if high is None:
            return self.gettext("%(n)s or more") % {"n": self.num(low or 0)}
        if low is None:
            return self.gettext("up to %(n)s") % {"n": self.num(high)}
        return self.gettext("%(low)s to %(high)s") % {"low": self.num(low), "high": self.num(high)}

    @staticmethod
    def token(text: object) -> Markup:
        """A machine token (an id, a day in figures, an address) that keeps its own order."""
        return Markup('<bdi dir="ltr">{}</bdi>').format(shown(str(text)))

    @staticmethod
    def name(text: object) -> Markup:
        """A name of unknown direction, apart from what stands around it."""
        return Markup("<bdi>{}</bdi>").format(shown(str(text)))

    @property
    def intl_locale(self) -> str:
        """The reader's choices as scripts know them: language, month names, digits, calendar."""
        if self.language == "en":
            return f"en-GB-u-nu-{self.preferences.digits}"
        region = "EG" if self.preferences.months == "egypt" else "IQ"
        calendar = "-ca-islamic-umalqura" if self.preferences.calendar == "hijri" else ""
        return f"ar-{region}-u{calendar}-nu-{self.preferences.digits}"

    # ── days ──────────────────────────────────────────────────────────────────────────────

    def iso(self, day: date | None) -> Markup:
        """A day in figures, for a table."""
        if day is None:
            return Markup("")
        return Markup('<time datetime="{0}"><bdi dir="ltr">{1}</bdi></time>').format(
            day.isoformat(), self.digits(day.isoformat())
        )

    def moment(self, at: datetime) -> Markup:
        """A moment in figures, in universal time, for a table."""
        told = at.astimezone(UTC)
        return Markup('<time datetime="{0}"><bdi dir="ltr">{1}</bdi></time>').format(
            told.isoformat(timespec="seconds"), self.digits(f"{told:%Y-%m-%d %H:%M}")
        )

    def iso_period(self, first: date | None, last: date | None) -> Markup:
        """Days in figures, for a table: the first, and the last where it is another."""
        if first is None or last is None or first == last:
            return self.iso(first or last)
        return Markup('{} <span class="soft">{} {}</span>').format(
            self.iso(first), self.gettext("to"), self.iso(last)
        )

    def day(self, day: date) -> str:
        """A day in words, by the calendar that the reader chose."""
        gregorian, hijri = self._gregorian(day), self._hijri(day)
        if self.preferences.calendar == "hijri" and hijri:
            return hijri
        if self.preferences.calendar == "both" and hijri:
            return f"{gregorian} ({hijri})"
        return gregorian

    def period(self, first: date | None, last: date | None) -> str:
        """Days in words."""
        if first is None and last is None:
            return self.gettext("day not told")
        if first is None or last is None or first == last:
            return self.day(first or last)  # type: ignore[arg-type]
        return self.gettext("between %(first)s and %(last)s") % {
            "first": self.day(first),
            "last": self.day(last),
        }

    def _gregorian(self, day: date) -> str:
        if self.language == "en":
            return self.digits(f"{day.day} {_months('en')[day.month]} {day.year}")
        chosen = ("levant", "egypt") if self.preferences.months == "both" else (self.preferences.months,)
        names = dict.fromkeys(_months(_MONTH_LOCALE[name])[day.month] for name in chosen)
        return self.digits(f"{day.day} {'/'.join(names)} {day.year}")

    def _hijri(self, day: date) -> str | None:
        try:
            there = Gregorian.fromdate(day).to_hijri()
        except OverflowError:  # beyond the tables of Umm al-Qura
            return None
        return self.digits(f"{there.day} {there.month_name(self.language)} {there.year}") + (
            " هـ" if self.language == "ar" else " AH"
        )

    # ── incidents ─────────────────────────────────────────────────────────────────────────

    def title(self, kind: str, initiators: Sequence[str], targets: Sequence[str]) -> str:
        """What happened, in words."""
        return headline(kind, initiators, targets, self.site.names, self.language)

    def losses(self, tolls: Iterable[Toll]) -> str:
        """How many were killed and wounded, in a sentence; nothing where no number is told."""
        said = [self._loss(toll, _LOSSES[toll.measure]) for toll in tolls if toll.measure in _LOSSES]
        return (" و" if self.language == "ar" else ", ").join(said)

    def _loss(self, toll: Toll, forms: Sequence[tuple[str, str]]) -> str:
        exact, between, least = forms
        if toll.high is None:
            return self.ngettext(*least, toll.low)
        if toll.low == toll.high:
            return self.ngettext(*exact, toll.low)
        return self.ngettext(*between, toll.high, low=self.num(toll.low))

    def place_name(self, place_id: str | None, told: str | None) -> str:
        """The place's name in the reader's language; one that no table has is called as it was told."""
        place = self.site.places.get(place_id or "")
        if place is None:
            return told or ""
        return place.name_ar if self.language == "ar" else place.name_en

    def place(self, of: Summary | Any) -> str:
        """Where, as exactly as it is known: near a place, in it, and in which governorate."""
        name = self.place_name(of.place_id, of.place)
        if not name:
            return ""
        if of.precision == 2:
            name = self.gettext("near %(place)s") % {"place": name}
        wider = self.governorate(of.admin1, of.country)
        if wider and wider != name:
            return f"{name}{'،' if self.language == 'ar' else ','} {wider}"
        return name

    def governorate(self, admin1: str | None, country: str | None) -> str:
        """A governorate's name in the reader's language."""
        if not admin1:
            return ""
        place: Place | None = self.site.governorates.get((country or "", admin1))
        return place.name_ar if place and self.language == "ar" else admin1

    def country(self, code: str | None) -> str:
        """A country's name in the reader's language."""
        place = self.site.countries.get(code or "")
        return (place.name_ar if self.language == "ar" else place.name_en) if place else code or ""


#: Characters that steer what stands around them: each is shown as one that does not, so that
#: what is shown has as many characters as what was said.
_STEERING = {
    **{code: 0x2400 + code for code in range(0x20) if code not in (0x09, 0x0A)},
    **dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)), 0xFFFD),
    0x7F: 0x2421,
}


#: The same but for isolates: sentences of ours have them around names.
_STEERING_SENTENCES = {code: to for code, to in _STEERING.items() if not 0x2066 <= code < 0x206A}


def shown(text: str) -> str:
    """`text` with direction overrides and control characters made visible, so that they steer nothing."""
    return text.translate(_STEERING)


def escaped(text: str) -> Markup:
    """`text` as markup that only shows it."""
    return escape(shown(text))


def sentence(text: str) -> Markup:
    """A sentence of ours that has names of others in it, as markup that only shows it."""
    return escape(text.translate(_STEERING_SENTENCES))
