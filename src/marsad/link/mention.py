"""A telling made ready to be compared: its days, places, figures and sides as plain values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from marsad.link.words import going_on_words, without_article
from marsad.model import DATA_SETS, Actor, Event, EventType, Location, Place, Recency, Telling
from marsad.text import fold

#: Types that name one kind of happening, whichever word the outlet chose.
FAMILY: Mapping[str, str] = {
    "armed_clash": "fight", "attack": "fight", "assassination": "fight", "abduction": "abduction",
    "bombing": "explosion", "suicide_bombing": "explosion", "shelling": "explosion",
    "air_strike": "explosion", "security_operation": "operation", "arrest": "arrest",
    "weapons_seizure": "operation", "prison_break": "prison_break",
    "territory_change": "territory_change", "deployment": "deployment",
    "property_destruction": "property_destruction", "protest": "unrest", "riot": "unrest",
    "agreement": "agreement", "displacement": "displacement",
}  # fmt: skip

_NEAR = (
    ("fight", "explosion"), ("fight", "operation"), ("operation", "arrest"),
    ("operation", "explosion"), ("fight", "abduction"), ("fight", "unrest"),
    ("territory_change", "fight"), ("territory_change", "operation"),
    ("territory_change", "deployment"), ("deployment", "operation"),
    ("prison_break", "fight"), ("explosion", "property_destruction"),
)  # fmt: skip
#: Families between which accounts of one happening may differ, either way round.
NEAR: frozenset[tuple[str, str]] = frozenset((*_NEAR, *((y, x) for x, y in _NEAR)))

_TOGETHER = (
    ("syria", "russia", "iran", "militia"), ("coalition", "iraq", "krg", "militia"), ("coalition", "sdf"),
    ("turkey", "opposition"), ("pkk", "sdf"),
)  # fmt: skip
#: Sides that fight together: where one is named for the other, it may be the same act.
ALLIES: frozenset[tuple[str, str]] = frozenset((x, y) for some in _TOGETHER for x in some for y in some)

#: What is told of a longer period (a month's tally, 'in January') is not told of a day.
WIDEST_PERIOD = 15
#: How long before publication the news of an undated event may have happened.
NEWS_WINDOW = 7

#: Numbers that are told of happenings: less is in every text, more are years.
LEAST_NUMBER, MOST_NUMBER = 3, 1000

Range = tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class Mention:
    """One telling with the values that are compared, and nothing else: a million of them are held.

    `first` and `last` are day numbers; `weak` marks a window guessed from publication, `beside` days that are
    told in the evidence itself and not carried over from elsewhere in the article. `chain`
    is the place and everything that holds it, the narrowest first; `place` is it in words, for people.
    `named` says that the place is told by a name of its own: of a village that no table knows only the district is known.
    `numbers` are those that the words tell; `goes_on` that they tell of what goes on, or of several acts.
    `teller` is what tells of a happening once: the document, of a row its whole data set.
    """

    id: str
    document_id: str
    teller: str
    type: EventType
    count: int | None
    headline: bool
    recency: Recency
    published: int | None
    first: int | None
    last: int | None
    weak: bool
    beside: bool
    place: str
    named: bool
    chain: tuple[str, ...]
    name: str
    admin1: str | None
    country: str | None
    point: tuple[float, float] | None
    radius: float
    figures: Mapping[str, tuple[Range, ...]]
    initiators: frozenset[str]
    targets: frozenset[str]
    weapons: frozenset[str]
    words: frozenset[str]
    numbers: frozenset[str]
    goes_on: bool

    @property
    def family(self) -> str:
        """The kind of happening that its type names."""
        return FAMILY[self.type]

    @property
    def days(self) -> str:
        """The days in words."""
        if self.first is None or self.last is None:
            return "no day"
        first, last = (date.fromordinal(day).isoformat() for day in (self.first, self.last))
        text = first if first == last else f"{first} to {last}"
        return f"{text} (by publication)" if self.weak else text

    @property
    def told_days(self) -> tuple[int, int] | None:
        """The first and last day, where they are told beside the act: those carried over are often of another."""
        return (
            (self.first, self.last)
            if self.beside and self.first is not None and self.last is not None
            else None
        )


def pack(mention: Mention) -> str:
    """The mention as one short text; equal mentions give equal texts."""
    m = mention
    values = (
        m.id, m.document_id, m.teller, m.type, m.count, int(m.headline), m.recency, m.published, m.first, m.last,
        int(m.weak), int(m.beside), m.place, int(m.named), m.chain, m.name, m.admin1, m.country, m.point, m.radius, m.figures,
        *(" ".join(sorted(some)) for some in (m.initiators, m.targets, m.weapons, m.words, m.numbers)),
        int(m.goes_on),
    )  # fmt: skip
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def unpack(text: str) -> Mention:
    """The mention that `pack` wrote."""
    (id_, document_id, teller, type_, count, headline, recency, published, first, last, weak, beside, place, named,
     chain, name, admin1, country, point, radius, figures, initiators, targets, weapons, words, numbers,
     goes_on) = json.loads(text)  # fmt: skip
    return Mention(
        id_, document_id, teller, type_, count, bool(headline), recency, published, first, last, bool(weak),
        bool(beside), place, bool(named), tuple(chain), name, admin1, country, tuple(point) if point else None, radius,
        {measure: tuple(map(tuple, ranges)) for measure, ranges in figures.items()},
        frozenset(initiators.split()), frozenset(targets.split()), frozenset(weapons.split()),
        frozenset(words.split()), frozenset(numbers.split()), bool(goes_on),
    )  # fmt: skip


def _place_words(location: Location | None) -> str:
    if location is None:
        return "no place"
    return f"{location.name} ({location.place_id})" if location.place_id else location.name


def mention(
    telling: Telling,
    *,
    places: Mapping[str, Place],
    actors: Mapping[str, Actor],
    words: frozenset[str] = frozenset(),
) -> Mention:
    """The telling, ready to be compared."""
    event = telling.event
    first, last, weak = _days(telling)
    location = event.location
    known = location is not None and location.lat is not None and location.lon is not None
    return Mention(
        id=telling.event_id,
        document_id=telling.document_id,
        teller=telling.source if telling.source in DATA_SETS else telling.document_id,
        type=event.type,
        count=event.count,
        headline=telling.headline,
        recency=event.recency,
        published=telling.published.toordinal() if telling.published else None,
        first=first,
        last=last,
        weak=weak,
        beside=not weak and first is not None and _beside(event),
        place=_place_words(location),
        named=_named(location, places),
        chain=_chain(location.place_id if location else None, places),
        name=fold(location.name) if location else "",
        admin1=location.admin1 if location else None,
        country=location.country if location else None,
        point=(location.lat, location.lon) if known else None,  # type: ignore[union-attr,arg-type]
        radius=(location.radius_km or 0.0) if location else 0.0,
        figures=_figures(event),
        initiators=_sides((p.code for p in event.initiators), actors),
        targets=_sides((p.code for p in event.targets), actors),
        weapons=frozenset(weapon.code for weapon in event.weapons),
        words=words,
        numbers=frozenset(
            word for word in words if word.isdigit() and LEAST_NUMBER <= int(word) < MOST_NUMBER
        ),
        goes_on=not words.isdisjoint(going_on_words()),
    )


def _days(telling: Telling) -> tuple[int | None, int | None, bool]:
    period = telling.event.period
    told = [day.toordinal() for day in (period.first, period.last) if day] if period else []
    if told:
        # one open side is a day told loosely
        narrow = max(told) - min(told) <= WIDEST_PERIOD
        return (min(told), max(told), len(told) == 1) if narrow else (None, None, False)
    if telling.event.recency == "news" and telling.published:
        day = telling.published.toordinal()
        return day - NEWS_WINDOW, day, True
    return None, None, False


def _beside(event: Event) -> bool:
    """Whether the words of the day stand in the evidence; what has none (a row of a table) tells its own."""
    span, said = event.period_span, event.evidence
    return span is None or (said.start <= span.start and span.end <= said.end)


def _named(location: Location | None, places: Mapping[str, Place]) -> bool:
    place = places.get(location.place_id or "") if location else None
    if location is None or place is None:
        return False
    return _bare(location.name) in _bare_names(
        (place.name_ar, *place.variants_ar, place.name_en, place.name_ku or "")
    )


@lru_cache(maxsize=1 << 16)
def _bare_names(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(_bare, names))


def _bare(name: str) -> str:
    """A name as spelling and the article do not part it."""
    return " ".join(map(without_article, fold(name).split()))


def _chain(id_: str | None, places: Mapping[str, Place]) -> tuple[str, ...]:
    out: list[str] = []
    while id_ and id_ not in out:
        out.append(id_)
        id_ = places[id_].parent if id_ in places else None
    return tuple(out)


def _sides(codes: object, actors: Mapping[str, Actor]) -> frozenset[str]:
    found = {actors[code].side if code in actors else code for code in codes}  # type: ignore[attr-defined]
    return frozenset(found - {"UNKNOWN", "GUNMEN", "unknown", "none"})


def _figures(event: Event) -> dict[str, tuple[Range, ...]]:
    out: dict[str, set[Range]] = {}
    for figure in event.figures:
        if figure.measure != "other":
            ranges = out.setdefault(figure.measure, set())
            ranges.add((figure.low, figure.high))
            if figure.best is not None:
                ranges.add((figure.best, figure.best))
    return {measure: tuple(sorted(ranges, key=str)) for measure, ranges in sorted(out.items())}
