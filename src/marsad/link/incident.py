"""What the tellings of one happening say together: type, days, place, tolls, grade."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from marsad.model import (
    Account,
    EventType,
    Figure,
    Grade,
    Incident,
    Join,
    Location,
    Measure,
    Period,
    Telling,
    Toll,
    incident_id,
)

#: Between types told equally often, the one that says more.
_SAYING_MOST: tuple[EventType, ...] = (
    "suicide_bombing", "assassination", "abduction", "prison_break", "air_strike", "shelling", "bombing",
    "riot", "property_destruction", "arrest", "weapons_seizure", "territory_change", "protest",
    "armed_clash", "attack", "displacement", "agreement", "deployment", "security_operation",
)  # fmt: skip
_MEASURES: tuple[Measure, ...] = (
    "killed", "wounded", "casualties", "arrested", "abducted", "missing", "escaped", "freed", "displaced",
    "surrendered", "destroyed", "seized",
)  # fmt: skip


def incident(tellings: Iterable[Telling], joins: Iterable[Join]) -> Incident:
    """The incident that these tellings tell, whatever their order."""
    told = sorted(tellings, key=_order)
    return Incident(
        id=incident_id(told[0]),
        type=_type(told),
        tellings=tuple(told),
        period=_period(told),
        location=_location(told),
        tolls=_tolls(told),
        joins=tuple(sorted(joins, key=lambda j: (j.event_a, j.event_b))),
        grade=_grade(told),
        sources=tuple(sorted({telling.source for telling in told})),
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


def _grade(told: Sequence[Telling]) -> Grade:
    denied = [telling.event.status == "denied" for telling in told]
    if all(denied):
        return "denied"
    if any(denied):
        return "contested"
    return "several sources" if len({telling.source for telling in told}) > 1 else "single source"


def _tolls(told: Sequence[Telling]) -> tuple[Toll, ...]:
    standing = [telling for telling in told if telling.event.status != "denied"] or list(told)
    tolls = (_toll(measure, standing) for measure in _MEASURES)
    return tuple(toll for toll in tolls if toll is not None)


def _toll(measure: Measure, told: Sequence[Telling]) -> Toll | None:
    """The last word of each source, side by side and summed up."""
    last: dict[str, Telling] = {}
    for telling in told:
        if any(figure.measure == measure for figure in telling.event.figures):
            earlier = last.get(telling.source)
            if earlier is None or _lateness(telling) > _lateness(earlier):
                last[telling.source] = telling
    accounts = []
    for source, telling in sorted(last.items()):
        low, high = _total([f for f in telling.event.figures if f.measure == measure])
        if low is not None or high is not None:
            accounts.append(Account(source, telling.event_id, low, high))
    if not accounts:
        return None
    points = sorted(a.low if a.low is not None else a.high or 0 for a in accounts)
    tops = [a.high for a in accounts if a.high is not None]
    # 'more than 200' has no top: above every told top, the toll has none either
    top = max(tops) if tops and max(tops) >= points[-1] else None
    return Toll(measure, points[0], points[(len(points) - 1) // 2], top, tuple(accounts))


def _lateness(telling: Telling) -> tuple[date, str, str, int]:
    moment = telling.retrieved.isoformat() if telling.retrieved else ""
    return (telling.published or date.min, moment, telling.document_id, telling.event.trigger.start)


def _total(figures: Sequence[Figure]) -> tuple[int | None, int | None]:
    """What one telling says of a measure in all.

    Each speaker in the article counts alone: a figure of no particular group is that
    speaker's total, else the groups are added up. Where speakers differ, their extremes.
    """
    speakers: dict[str | None, list[Figure]] = {}
    for figure in figures:
        speakers.setdefault(figure.attribution.speaker, []).append(figure)
    totals = [_sum(said) for said in speakers.values()]
    lows = [low for low, _ in totals if low is not None]
    highs = [high for _, high in totals]
    bounded = [high for high in highs if high is not None]
    return (min(lows) if lows else None, max(bounded) if len(bounded) == len(highs) and bounded else None)


def _sum(said: Sequence[Figure]) -> tuple[int | None, int | None]:
    whole = [figure for figure in said if figure.group in ("mixed", "unknown")]
    if whole:
        largest = max(whole, key=lambda f: (f.low or f.high or 0, f.high or 0))
        return largest.low, largest.high
    by_group: dict[str, Figure] = {}
    for figure in said:
        held = by_group.get(figure.group)
        if held is None or (figure.low or figure.high or 0) > (held.low or held.high or 0):
            by_group[figure.group] = figure
    parts = list(by_group.values())
    lows = [part.low for part in parts if part.low is not None]
    highs = [part.high for part in parts if part.high is not None]
    return (sum(lows) if lows else None, sum(highs) if len(highs) == len(parts) else None)
