"""The catalogue of a language, and how each kind of value is put into its words."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from importlib import resources
from string import Formatter
from typing import Any, Literal, cast, get_args

import yaml

from marsad.errors import LexiconError, QueryError
from marsad.model import Period
from marsad.wording import arabic
from marsad.wording.values import (
    Between,
    Counted,
    Days,
    Name,
    Quote,
    Real,
    Saying,
    Several,
    Term,
    Value,
)

Language = Literal["ar", "en"]
#: Names of the months in Arabic: those of Iraq and Syria, or those of Egypt and the Gulf.
Months = Literal["levant", "western"]
#: 0-9 or ٠-٩.
Digits = Literal["latn", "arab"]

_EASTERN = str.maketrans("0123456789.,%", "٠١٢٣٤٥٦٧٨٩٫٬٪")
# first-strong isolate with its end: what stands between turns nothing around it
_ISOLATE, _POP = "\u2068", "\u2069"
_ARABIC = re.compile("[\u0600-\u06ff]")
_LATIN = re.compile("[A-Za-z]")
_PARTS = {"nouns", "months", "terms", "sentences", "joins"}


@dataclass(frozen=True, slots=True)
class _Plural:
    """A counted noun in English."""

    one: str
    many: str


class _Template(Formatter):
    """Fills a template: each field is worded, in the form that stands behind its colon."""

    def __init__(self, words: Words) -> None:
        self._words = words

    def format_field(self, value: Any, format_spec: str) -> str:
        return self._words.of(value, format_spec)


class Words:
    """One language with its settings. Use `words_for`."""

    def __init__(
        self, language: Language, catalogue: Mapping[str, Any], months: Months, digits: Digits
    ) -> None:
        self.language = language
        self.direction = "rtl" if language == "ar" else "ltr"
        self._catalogue = catalogue
        self._months: list[str] = catalogue["months"][months if language == "ar" else "western"]
        self._digits = digits
        self._template = _Template(self)
        self._and, self._comma = catalogue["joins"]["and"], catalogue["joins"]["comma"]

    @property
    def sentences(self) -> Mapping[str, str]:
        """Every template by its key."""
        return cast(Mapping[str, str], self._catalogue["sentences"])

    def has(self, kind: str, id_: str) -> bool:
        """Whether the catalogue names it."""
        return id_ in self._catalogue["terms"].get(kind, {})

    def say(self, key: str, **values: Value) -> str:
        """The words of that key."""
        return self.of(Saying.of(key, **values))

    def sentence(self, saying: Saying) -> str:
        """A whole sentence: it begins with a capital where the language has them."""
        text = self.of(saying)
        return text[:1].upper() + text[1:]

    def label(self, id_: str) -> str:
        """A heading or the name of a column."""
        return self.of(Term("label", id_))

    def of(self, value: Value, form: str = "") -> str:
        """A value in words. `form` is `of` (after a preposition, oblique in Arabic), `in` (of days), `clauses` (of several)."""
        match value:
            case str():
                return value
            case int():
                return self.number(value)
            case Counted():
                return self._counted(value, "oblique" if form == "of" else "nominative")
            case Days():
                return self._days(value.period, form)
            case Term():
                return str(self._catalogue["terms"][value.kind][value.id])
            case Name():
                return self._name(value)
            case Real():
                return self.number(value.value, value.digits)
            case Between():
                return self._between(value)
            case Quote():
                return f"{_ISOLATE}{value.text}{_POP}"
            case Several():
                if form == "clauses":
                    return str(self._catalogue["joins"]["clause"]).join(self.of(item) for item in value.items)
                return self._several([self.of(item, form) for item in value.items])
            case Saying():
                return self._template.vformat(self.sentences[value.key], (), dict(value.values))

    def number(self, value: float, digits: int = 0) -> str:
        """A number in figures."""
        if math.isinf(value):
            return "∞"
        text = f"{value:,.{digits}f}" if abs(value) >= 10_000 else f"{value:.{digits}f}"
        return text.translate(_EASTERN) if self._digits == "arab" else text

    def _name(self, name: Name) -> str:
        own, other = (name.ar, name.en) if self.language == "ar" else (name.en, name.ar)
        if own:
            return own
        return f"{_ISOLATE}{other}{_POP}" if other else self.say("unnamed")

    def _several(self, items: list[str]) -> str:
        if len(items) < 2:
            return "".join(items)
        head, last = self._comma.join(items[:-1]), items[-1]
        # و joins on to an Arabic word, but stands apart from what begins with a figure or a Latin letter
        glue = self._and if self.language == "en" or _ARABIC.match(last.lstrip(_ISOLATE)) else f"{self._and} "
        return f"{head}{glue}{last}"

    def _between(self, value: Between) -> str:
        low, high = self.number(value.low, value.digits), self.number(value.high, value.digits)
        if low == high:
            return low
        if math.isinf(value.high):
            return self.say("at_least", low=low)
        return self.say("range", low=low, high=high)

    # ── counted things ──────────────────────────────────────────────────────────────────────

    def _counted(self, value: Counted, case: arabic.Case) -> str:
        low, high = value.low, value.high
        if low is not None and low == high:
            return self._exactly(low, value.noun, case)
        if high is None:
            return self.say("at_least", low=self._exactly(low or 0, value.noun, case))
        if not low:
            return self.say("at_most", high=self._exactly(high, value.noun, case))
        if self.language == "ar":
            figures = self.number(low), self.number(high)
            return arabic.between(low, high, self._noun_ar(value.noun), figures, case)
        return self.say("range", low=self.number(low), high=self._exactly(high, value.noun, case))

    def _exactly(self, number: int, noun: str, case: arabic.Case) -> str:
        if self.language == "ar":
            return arabic.counted(number, self._noun_ar(noun), self.number(number), case)
        forms: _Plural = self._catalogue["nouns"][noun]
        return f"{self.number(number)} {forms.one if number == 1 else forms.many}"

    def _noun_ar(self, noun: str) -> arabic.Noun:
        found: arabic.Noun = self._catalogue["nouns"][noun]
        return found

    # ── days ────────────────────────────────────────────────────────────────────────────────

    def day(self, day: date, *, year: bool = True) -> str:
        """A day with the name of its month."""
        return f"{self.number(day.day)} {self.month(day) if year else self._months[day.month - 1]}"

    def month(self, day: date) -> str:
        """A month with its year."""
        return f"{self._months[day.month - 1]} {self.number(day.year)}"

    def _days(self, period: Period, form: str) -> str:
        first, last = period.first, period.last
        if first is None or last is None:
            if first is None and last is None:
                return self.say("days.unknown")
            return (
                self.say("days.since", day=self.day(first))
                if first
                else self.say("days.until", day=self.day(cast(date, last)))
            )
        said = self._between_days(first, last)
        return self.say(f"days.in_{_span(first, last) or 'span'}", days=said) if form == "in" else said

    def _between_days(self, first: date, last: date) -> str:
        kind = _span(first, last)
        if kind == "day":
            return self.day(first)
        if kind == "year":
            return self.say("year", year=self.number(first.year))
        if kind == "month":
            return self.month(first)
        if _begins(first) and _ends(last):
            start = self._months[first.month - 1] if first.year == last.year else self.month(first)
            return self.say("range", low=start, high=self.month(last))
        same = (first.year, first.month) == (last.year, last.month)
        start = self.number(first.day) if same else self.day(first)
        if not same and first.year == last.year:
            start = f"{self.number(first.day)} {self._months[first.month - 1]}"
        return self.say("range", low=start, high=self.day(last))


def _begins(day: date) -> bool:
    return day.day == 1


def _ends(day: date) -> bool:
    return (day + timedelta(days=1)).day == 1


def _span(first: date, last: date) -> Literal["day", "month", "year", ""]:
    """What the days are when they are one day, one whole month or one whole year."""
    if first == last:
        return "day"
    if not (_begins(first) and _ends(last)) or first.year != last.year:
        return ""
    if first.month == last.month:
        return "month"
    return "year" if (first.month, last.month) == (1, 12) else ""


@lru_cache(maxsize=4)
def _catalogue(language: Language) -> Mapping[str, Any]:
    path = resources.files("marsad") / "data" / "wording" / f"{language}.yaml"
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    raw: dict[str, Any] = yaml.load(path.read_text("utf8"), Loader=loader)  # noqa: S506
    if set(raw) != _PARTS:
        raise LexiconError(f"has not the parts {sorted(_PARTS)}", where=str(path))
    try:
        nouns = {id_: _noun(language, forms) for id_, forms in raw["nouns"].items()}
    except (KeyError, ValueError) as error:
        raise LexiconError(f"a noun lacks forms: {error}", where=str(path)) from error
    return {**raw, "nouns": nouns}


def _noun(language: Language, forms: str) -> _Plural | arabic.Noun:
    """A noun from its line: `gender one two two_of few many` or `one many`, parted by /."""
    parts = [part.strip() for part in forms.split("/")]
    if language == "en":
        one, many = parts
        return _Plural(one, many)
    gender, one, two, two_of, few, many = parts
    if gender not in get_args(arabic.Gender):
        raise ValueError(f"{one}: no gender {gender!r}")
    return arabic.Noun(cast(arabic.Gender, gender), one, two, two_of, few, many)


def words_for(language: str, *, months: Months = "levant", digits: Digits = "latn") -> Words:
    """The words of a language; raises `QueryError` where Marsad does not speak it."""
    if language not in get_args(Language):
        raise QueryError(f"no language {language!r}", hint="ar or en")
    known = cast(Language, language)
    return Words(known, _catalogue(known), months, digits if language == "ar" else "latn")
