"""Made-up news of a war, with the truth of what tells what, written to be hard to link.

Incidents lie at places of the gazetteer. Three in ten follow another one of the last week: in the same
village or next to it, mostly by the same kind of act and the same sides, with other dead. An article
tells one to eight of them, or is a round-up of its day; some add a tally of the day ("twelve raids on the
governorate"), which is nobody's incident but its own. A telling names a wider place, a neighbouring one or none,
a day, some days or none; tolls rise from day to day and are rounded; the kind of act is told in another
word. A tenth come back to it weeks later. One article in eight is a reprint. Everything follows from the seed.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from random import Random
from typing import Any

from marsad.lexicon import load
from marsad.model import (
    Event,
    EventType,
    Figure,
    Location,
    Measure,
    Party,
    Period,
    Place,
    Reading,
    Span,
    Telling,
    Weapon,
    event_ids,
)

#: Incidents a day; a record grows by the days it covers.
DENSITY = 70
_START = date(2012, 1, 1).toordinal()
_FOLLOWS, _REPRINT, _TALLY, _RECALLED = 0.3, 0.12, 0.03, 0.1
_HERE = Span(0, 4)
_SITES = {"village", "town", "city", "neighbourhood", "subdistrict", "district", "base", "camp"}
#: Kinds of act with how common they are, what they are also called, and with what they are done.
_KINDS: Sequence[tuple[EventType, int, tuple[EventType, ...], tuple[str, ...]]] = (
    ("shelling", 24, ("shelling", "air_strike", "attack"), ("artillery", "mortar", "rocket")),
    ("air_strike", 20, ("air_strike", "shelling", "bombing"), ("aircraft", "drone", "missile")),
    ("attack", 14, ("attack", "armed_clash", "assassination"), ("firearms", "sniper")),
    ("bombing", 10, ("bombing", "suicide_bombing", "attack"), ("ied", "car_bomb", "mine")),
    ("armed_clash", 9, ("armed_clash", "attack"), ("firearms",)),
    ("security_operation", 7, ("security_operation", "arrest"), ()),
    ("arrest", 6, ("arrest", "security_operation"), ()),
    ("territory_change", 5, ("territory_change", "armed_clash"), ()),
    ("protest", 3, ("protest", "riot"), ()),
    ("abduction", 2, ("abduction", "attack"), ()),
)
_SIDES = ("ISIS", "HTS", "SNA", "IRQ_ARMY", "SYR_ARMY", "SDF", "TUR", "RUS", "COALITION", "CIVILIANS")


@dataclass(frozen=True, slots=True)
class Mentioned:
    """One telling, the content words of its evidence, and the number of the incident that it tells."""

    telling: Telling
    words: frozenset[str]
    incident: int


@dataclass(frozen=True, slots=True)
class _Incident:
    number: int
    day: int
    place: Place
    kind: int
    initiator: str
    target: str
    weapon: str | None
    killed: int
    wounded: int
    core: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Told:
    """What one article tells of one incident; the article is not known yet."""

    event: Event
    words: frozenset[str]
    incident: int


def mentions(count: int, *, seed: int = 7) -> Iterator[Mentioned]:
    """That many tellings, by day of publication; a longer run begins with the tellings of a shorter one."""
    made = _news(Random(seed))
    for _ in range(count):
        yield next(made)


def _news(chance: Random) -> Iterator[Mentioned]:
    world = _World(chance)
    waiting: dict[int, list[_Told]] = defaultdict(list)
    reprints: dict[int, list[list[_Told]]] = defaultdict(list)
    day = _START
    while True:
        for incident in world.incidents(day):
            for lag, told in world.tellings(incident):
                waiting[day + lag].append(told)
        articles = [*reprints.pop(day, []), *world.articles(waiting.pop(day, []), day)]
        for article in articles:
            if chance.random() < _REPRINT:
                reprints[day + chance.choice((0, 1, 1)) or day].append(article)
            yield from world.printed(article, day)
        for article in reprints.pop(day, []):  # reprints of the same day
            yield from world.printed(article, day)
        day += 1


class _World:
    def __init__(self, chance: Random) -> None:
        table = load()
        self.chance = chance
        self.places: Mapping[str, Place] = table.places
        sites = [p for p in table.places.values() if p.country in ("IRQ", "SYR") and p.type in _SITES]
        self.sites = [p for p in sites if p.admin1 and p.lat is not None]
        self.weights = [(1 + (p.weight or 0)) ** 1.5 for p in self.sites]
        self.near: dict[str | None, list[Place]] = defaultdict(list)
        for place in self.sites:
            self.near[place.parent].append(place)
        self.recent: deque[_Incident] = deque(maxlen=7 * DENSITY)
        self.number = 0
        self.article = 0
        self.outlets = [f"outlet {n}" for n in range(60)]

    # ── what happens ──────────────────────────────────────────────────────────────────────

    def incidents(self, day: int) -> Iterator[_Incident]:
        for _ in range(round(DENSITY * self.chance.uniform(0.6, 1.4))):
            found = self._like(self.chance.choice(self.recent), day) if (
                self.recent and self.chance.random() < _FOLLOWS
            ) else self._fresh(day)  # fmt: skip
            self.recent.append(found)
            yield found

    def _fresh(self, day: int) -> _Incident:
        kind = self.chance.choices(range(len(_KINDS)), [k[1] for k in _KINDS])[0]
        (place,) = self.chance.choices(self.sites, self.weights)
        initiator, target = self.chance.sample(_SIDES, 2)
        weapon = self.chance.choice(_KINDS[kind][3]) if _KINDS[kind][3] else None
        return self._made(day, place, kind, initiator, target, weapon, ())

    def _like(self, other: _Incident, day: int) -> _Incident:
        """Another incident that is told in much the same words."""
        place = (
            other.place if self.chance.random() < 0.6 else self.chance.choice(self.near[other.place.parent])
        )
        kind = other.kind if self.chance.random() < 0.8 else self.chance.randrange(len(_KINDS))
        shared = tuple(self.chance.sample(other.core, 4))
        return self._made(day, place, kind, other.initiator, other.target, other.weapon, shared)

    def _made(self, day: int, place: Place, kind: int, *who: Any) -> _Incident:
        initiator, target, weapon, shared = who
        self.number += 1
        killed = 0 if self.chance.random() < 0.45 else min(1 + int(self.chance.paretovariate(1.1)), 90)
        wounded = 0 if self.chance.random() < 0.5 else int(killed * self.chance.uniform(0.5, 3)) + 1
        own = tuple(f"word{self.chance.randrange(4000)}" for _ in range(12 - len(shared)))
        return _Incident(
            self.number, day, place, kind, initiator, target, weapon, killed, wounded, (*shared, *own)
        )

    # ── what is told of it ────────────────────────────────────────────────────────────────

    def tellings(self, incident: _Incident) -> Iterator[tuple[int, _Told]]:
        """Each telling with the days from the incident to its publication."""
        # few are told often, most once or twice
        for _ in range(min(1 + int(self.chance.expovariate(0.54) ** 1.25), 60)):
            if self.chance.random() < _RECALLED:
                yield self.chance.randrange(20, 200), self._told(incident, 9, recency="background")
            else:
                lag = self.chance.choices((0, 1, 2, 3, 5), (55, 28, 9, 5, 3))[0]
                yield lag, self._told(incident, lag, recency="news")

    def _told(self, incident: _Incident, lag: int, *, recency: str) -> _Told:
        chance = self.chance
        kinds = _KINDS[incident.kind][2]
        event = Event(
            type=kinds[0] if chance.random() < 0.8 else chance.choice(kinds),
            trigger=_HERE,
            evidence=_HERE,
            recency=recency,  # type: ignore[arg-type]
            period=self._period(incident.day, news=recency == "news"),
            location=self._location(incident.place),
            initiators=(Party(incident.initiator),) if chance.random() < 0.8 else (),
            targets=(Party(incident.target),) if chance.random() < 0.7 else (),
            figures=tuple(self._figures(incident, lag)),
            weapons=(Weapon(incident.weapon, _HERE),) if incident.weapon and chance.random() < 0.6 else (),
        )
        own = chance.sample(incident.core, chance.randrange(3, 10))
        common = [f"kind{incident.kind} {chance.randrange(40)}".replace(" ", "x") for _ in range(4)]
        noise = [f"word{chance.randrange(4000)}" for _ in range(chance.randrange(2, 10))]
        place = [f"place{incident.place.id}"] if chance.random() < 0.8 else []
        return _Told(event, frozenset((*own, *common, *noise, *place)), incident.number)

    def _period(self, day: int, *, news: bool) -> Period | None:
        luck = self.chance.random()
        if luck < (0.62 if news else 0.5):
            return Period(date.fromordinal(day), date.fromordinal(day))
        if luck < 0.66:
            slip = self.chance.choice((-1, 1))
            return Period(date.fromordinal(day + slip), date.fromordinal(day + slip))
        if luck < 0.74:
            first = day - self.chance.randrange(0, 3)
            return Period(date.fromordinal(first), date.fromordinal(first + self.chance.randrange(1, 5)))
        return None

    def _location(self, place: Place) -> Location | None:
        luck, told = self.chance.random(), place
        if luck > 0.97:
            return None
        if luck > 0.94:
            told = self.chance.choice(self.near[place.parent])
        steps = 1 if luck < 0.18 else 2 if luck < 0.25 else 3 if luck < 0.28 else 0
        for _ in range(steps):
            told = self.places.get(told.parent or "", told)
        return Location(
            told.name_ar, _HERE, told.id, told.admin1, told.country, told.lat, told.lon, told.radius_km, 1
        )

    def _figures(self, incident: _Incident, lag: int) -> Iterator[Figure]:
        measures: tuple[tuple[Measure, int], ...] = (
            ("killed", incident.killed),
            ("wounded", incident.wounded),
        )
        for measure, last in measures:
            if not last or self.chance.random() < 0.3:
                continue
            # the first day knows less
            count = max(1, round(last * min(1.0, self.chance.uniform(0.6, 1.0) + 0.15 * lag)))
            if self.chance.random() < 0.1:
                count += self.chance.choice((-1, 1, 2)) if count > 1 else 1
            high = None if self.chance.random() < 0.15 else count
            yield Figure(measure, "unknown", count, high, _HERE)

    # ── where it is told ──────────────────────────────────────────────────────────────────

    def articles(self, told: list[_Told], day: int) -> Iterator[list[_Told]]:
        """What is published on a day, by article; none tells an incident twice."""
        self.chance.shuffle(told)
        left = deque(told)
        while left:
            most = self.chance.choices((1, 2, 3, 4, 6, 8, 12), (25, 24, 20, 14, 9, 5, 3))[0]
            article: list[_Told] = []
            for _ in range(min(2 * most, len(left))):
                one = left.popleft()
                if len(article) < most and all(one.incident != other.incident for other in article):
                    article.append(one)
                else:
                    left.append(one)
            if self.chance.random() < _TALLY:
                article.append(self._tally(article[0], day))
            yield article

    def _tally(self, of: _Told, day: int) -> _Told:
        """The day's acts of one kind in a governorate, counted: an incident of its own."""
        self.number += 1
        place = of.event.location
        above = self.places.get(place.place_id or "") if place else None
        while above and above.parent and above.type != "governorate":
            above = self.places.get(above.parent)
        wide = place
        if above and place:
            wide = replace(
                place, name=above.name_ar, place_id=above.id, lat=above.lat, lon=above.lon,
                radius_km=above.radius_km,
            )  # fmt: skip
        on = date.fromordinal(day)
        dead = Figure("killed", "unknown", self.chance.randrange(5, 40), None, _HERE)
        event = replace(
            of.event,
            count=self.chance.randrange(3, 30),
            location=wide,
            period=Period(on, on),
            figures=(dead,),
        )
        return _Told(event, of.words, self.number)

    def printed(self, article: Sequence[_Told], day: int) -> Iterator[Mentioned]:
        """The tellings of one article of one outlet."""
        self.article += 1
        id_, outlet = f"d{self.article:08}", self.chance.choice(self.outlets)
        events = tuple(
            replace(told.event, trigger=Span(40 * n, 40 * n + 4)) for n, told in enumerate(article)
        )
        ids = event_ids(Reading(id_, "synthetic", events))
        head = self.chance.random() < 0.5
        for n, (told, event, event_id) in enumerate(zip(article, events, ids, strict=True)):
            telling = Telling(
                event_id, id_, event, outlet, date.fromordinal(day), headline=head and n == 0
            )  # fmt: skip
            yield Mentioned(telling, told.words, told.incident)
