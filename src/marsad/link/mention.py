"""A telling made ready to be compared: its days, places, figures and sides as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from marsad.model import Actor, Event, Location, Measure, Place, Telling
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

#: Families between which accounts of one happening may differ.
NEAR: frozenset[frozenset[str]] = frozenset(
    frozenset(pair)
    for pair in (
        ("fight", "explosion"), ("fight", "operation"), ("operation", "arrest"),
        ("operation", "explosion"), ("fight", "abduction"), ("fight", "unrest"),
        ("territory_change", "fight"), ("territory_change", "operation"),
        ("territory_change", "deployment"), ("deployment", "operation"),
        ("prison_break", "fight"), ("explosion", "property_destruction"),
    )
)  # fmt: skip

#: What is told of a longer period (a month's tally, 'in January') is not told of a day.
WIDEST_PERIOD = 15
#: How long before publication the news of an undated event may have happened.
NEWS_WINDOW = 7

Range = tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class Mention:
    """One telling with the values that are compared.

    `first` and `last` are day numbers; `weak` marks a window guessed from publication. `chain`
    is the place and everything that holds it, the narrowest first. `days` and `place` are the
    same in words, for people.
    """

    telling: Telling
    family: str
    first: int | None
    last: int | None
    weak: bool
    days: str
    place: str
    chain: tuple[str, ...]
    name: str
    admin1: str | None
    country: str | None
    point: tuple[float, float] | None
    radius: float
    figures: Mapping[Measure, tuple[Range, ...]]
    initiators: frozenset[str]
    targets: frozenset[str]
    weapons: frozenset[str]
    words: frozenset[str]

    @property
    def id(self) -> str:
        """The event's id."""
        return self.telling.event_id

    @property
    def told_days(self) -> tuple[int, int] | None:
        """The first and last day, where they are told."""
        return None if self.weak or self.first is None or self.last is None else (self.first, self.last)


def _day_words(first: int | None, last: int | None, *, weak: bool) -> str:
    if first is None or last is None:
        return "no day"
    days = [date.fromordinal(day).isoformat() for day in (first, last)]
    text = days[0] if first == last else " to ".join(days)
    return f"{text} (by publication)" if weak else text


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
    chain = _chain(location.place_id if location else None, places)
    known = location is not None and location.lat is not None and location.lon is not None
    return Mention(
        telling=telling,
        family=FAMILY[event.type],
        first=first,
        last=last,
        weak=weak,
        days=_day_words(first, last, weak=weak),
        place=_place_words(location),
        chain=chain,
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


def _chain(id_: str | None, places: Mapping[str, Place]) -> tuple[str, ...]:
    out: list[str] = []
    while id_ and id_ not in out:
        out.append(id_)
        id_ = places[id_].parent if id_ in places else None
    return tuple(out)


def _sides(codes: object, actors: Mapping[str, Actor]) -> frozenset[str]:
    found = {actors[code].side if code in actors else code for code in codes}  # type: ignore[attr-defined]
    return frozenset(found - {"UNKNOWN", "GUNMEN", "unknown", "none"})


def _figures(event: Event) -> dict[Measure, tuple[Range, ...]]:
    out: dict[Measure, set[Range]] = {}
    for figure in event.figures:
        if figure.measure != "other":
            out.setdefault(figure.measure, set()).add((figure.low, figure.high))
    return {measure: tuple(sorted(ranges, key=str)) for measure, ranges in sorted(out.items())}
