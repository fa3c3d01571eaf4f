"""What the tellings of one happening say together: type, days, place, grade, status.

The grade and the status follow `data/rules.yaml`; the figures are in `marsad.link.tolls`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from marsad.link.rules import load_rules
from marsad.link.tolls import tolls
from marsad.link.voices import counts, originals, voices
from marsad.model import (
    Actor,
    EventType,
    Incident,
    Join,
    Location,
    Period,
    Status,
    Telling,
    incident_id,
)

#: Between types told equally often, the one that says more.
_SAYING_MOST: tuple[EventType, ...] = (
    "suicide_bombing", "assassination", "abduction", "prison_break", "air_strike", "shelling", "bombing",
    "riot", "property_destruction", "arrest", "weapons_seizure", "territory_change", "protest",
    "armed_clash", "attack", "displacement", "agreement", "deployment", "security_operation",
)  # fmt: skip


def incident(tellings: Iterable[Telling], joins: Iterable[Join], *, actors: Mapping[str, Actor]) -> Incident:
    """The incident that these tellings tell, whatever their order; `actors` say who is on whose side."""
    told = sorted(tellings, key=_order)
    own = originals(told)
    heard = voices(own)
    counted = counts(own, heard, actors)
    speakers = {heard.speaker(telling.event.attribution) for telling in own}
    return Incident(
        id=incident_id(told[0].event_id),
        type=_type(told),
        tellings=tuple(told),
        period=_period(told),
        location=_location(told),
        tolls=tolls(own, heard),
        joins=tuple(sorted(joins, key=lambda j: (j.event_a, j.event_b))),
        grade=load_rules().grade(counted).grade,
        sources=tuple(sorted({telling.source for telling in told})),
        speakers=tuple(sorted(speaker for speaker in speakers if speaker)),
        witnesses=counted["witnesses"],
        status=_status(told),
    )


def _order(telling: Telling) -> tuple[date, str, int, int, str]:
    """The earliest first; the first of all is the anchor that names the incident."""
    trigger = telling.event.trigger
    return (telling.published or date.max, telling.document_id, trigger.start, trigger.end, telling.event_id)


def _type(told: Sequence[Telling]) -> EventType:
    counts = Counter(telling.event.type for telling in told)
    return min(counts, key=lambda kind: (-counts[kind], _SAYING_MOST.index(kind)))


def _period(told: Sequence[Telling]) -> Period | None:
    """The days that all allow; where there are none, the narrowest that most tell."""
    known = [t.event.period for t in told if t.event.period and t.event.period.known]
    if not known:
        half = [
            t.event.period for t in told if t.event.period and (t.event.period.first or t.event.period.last)
        ]
        return half[0] if half else None
    first = max(period.first for period in known if period.first)
    last = min(period.last for period in known if period.last)
    if first <= last:
        return Period(first, last)
    counts = Counter(known)
    return min(known, key=lambda p: (_length(p), -counts[p], p.first or date.max))


def _length(period: Period) -> int:
    return (period.last - period.first).days if period.first and period.last else 10**6


def _location(told: Sequence[Telling]) -> Location | None:
    """The most precise place; of equals the one told most, then the one told first."""
    known = [telling.event.location for telling in told if telling.event.location]
    if not known:
        return None
    counts = Counter(location.place_id or location.name for location in known)
    return min(
        known,
        key=lambda place: (
            place.place_id is None,
            place.precision or 9,
            place.radius_km if place.radius_km is not None else 10**6,
            -counts[place.place_id or place.name],
        ),
    )


def _status(told: Sequence[Telling]) -> Status:
    """The first status of the rules that some telling has."""
    found = {telling.event.status for telling in told}
    return next(status for status, _ in load_rules().statuses if status in found)
