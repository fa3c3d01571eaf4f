"""The values that a correction may give, as text, and the event with them.

| field | value |
|---|---|
| type, status, recency | a word of the codebook |
| count | how many such events the words cover; `several` |
| period | `2021-05-04`, `2021-05-01/2021-05-04`, an open side `..`; nothing: unknown |
| place | an id of the table of places; nothing: unknown |
| initiators, targets, weapons | codes with spaces between; nothing: none told |
| a measure as killed, or of a group, as killed/civilians | `5`, `3-7`, `5+`, `-7`; nothing: none told |
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, get_args

from marsad.errors import QueryError
from marsad.gazetteer import spots
from marsad.model import (
    Actor,
    Event,
    EventType,
    Figure,
    Group,
    Location,
    Measure,
    Party,
    Period,
    Place,
    Recency,
    Span,
    Status,
    Weapon,
)

_WORDS: Mapping[str, tuple[str, ...]] = {
    "type": get_args(EventType),
    "status": get_args(Status),
    "recency": get_args(Recency),
}
#: What can be corrected; a measure also of one group, as `killed/civilians`.
FIELDS: tuple[str, ...] = (
    *_WORDS, "count", "period", "place", "initiators", "targets", "weapons", *get_args(Measure)
)  # fmt: skip
_BOUNDS = re.compile(r"(\d{1,9})(?:-(\d{1,9})|(\+))?|-(\d{1,9})")


def corrected(
    event: Event,
    field: str,
    value: str,
    *,
    span: Span | None = None,
    places: Mapping[str, Place],
    actors: Mapping[str, Actor],
) -> Event:
    """The event with that value of that field; its evidence is `span`, where words were selected.

    Raises `QueryError` where there is no such field, or the value means nothing there.
    """
    value = value.strip()
    new: dict[str, Any] = {}
    if field in _WORDS:
        new[field] = _one_of(field, value)
    elif field == "count":
        new["count"] = None if value == "several" else _whole(field, value)
    elif field == "period":
        new |= {"period": _period(value), "period_span": span}
    elif field == "place":
        new["location"] = _location(value, span or event.evidence, places)
    elif field in ("initiators", "targets"):
        new[field] = _parties(getattr(event, field), value, span, actors)
    elif field == "weapons":
        if not re.fullmatch("[a-z_ ]*", value):
            raise QueryError(
                "no weapons {value!r}", hint="codes of the codebook with spaces between", value=value
            )
        spans = {weapon.code: weapon.span for weapon in event.weapons}
        new[field] = tuple(Weapon(c, span or spans.get(c, event.evidence)) for c in value.split())
    else:
        new["figures"] = _figures(event, field, value, span)
    return replace(event, **new)


def said(event: Event, field: str) -> str:
    """The event's value of a field, spelt as a correction spells it."""
    if field in _WORDS:
        return str(getattr(event, field))
    if field == "count":
        return "several" if event.count is None else str(event.count)
    if field == "period":
        return _days(event.period)
    if field == "place":
        return (event.location.place_id or event.location.name) if event.location else ""
    if field in ("initiators", "targets", "weapons"):
        return " ".join(item.code for item in getattr(event, field))
    measure, group = _measure(field)
    figures = (f for f in event.figures if f.measure == measure and group in (None, f.group))
    return " ".join(dict.fromkeys(_bounds(figure) for figure in figures))


def _one_of(field: str, value: str) -> str:
    if value not in _WORDS[field]:
        raise QueryError(
            "{value!r} is no {field}", hint=f"one of {', '.join(_WORDS[field])}", field=field, value=value
        )
    return value


def _whole(field: str, value: str) -> int:
    if not re.fullmatch("[1-9][0-9]{0,8}", value):
        raise QueryError(
            "{field} {value!r} is no whole number",
            hint="a number from 1 up, or several",
            field=field,
            value=value,
        )
    return int(value)


def _period(value: str) -> Period | None:
    if not value:
        return None
    first, slash, last = value.partition("/")
    try:
        ends = [None if end == ".." else date.fromisoformat(end) for end in (first, last if slash else first)]
    except ValueError:
        raise QueryError(
            "{value!r} is no day and no period",
            hint="as 2021-05-04, 2021-05-01/2021-05-04 or 2021-05-01/..",
            value=value,
        ) from None
    if ends == [None, None]:
        return None
    if ends[0] and ends[1] and ends[0] > ends[1]:
        raise QueryError("the period {value} ends before it begins", hint="swap the two days", value=value)
    return Period(*ends)


def _days(period: Period | None) -> str:
    if period is None or (period.first is None and period.last is None):
        return ""
    first, last = (day.isoformat() if day else ".." for day in (period.first, period.last))
    return first if first == last else f"{first}/{last}"


def _location(value: str, span: Span, places: Mapping[str, Place]) -> Location | None:
    if not value:
        return None
    place = places.get(value)
    if place is None:
        raise QueryError(
            "no place {value!r} in the table", hint="`marsad place NAME` gives a place's id", value=value
        )
    spot = spots.at(place)
    return Location(
        name=place.name_ar, span=span, place_id=place.id, admin1=place.admin1, country=place.country or None,
        lat=round(spot.point[0], 4), lon=round(spot.point[1], 4), radius_km=round(spot.radius_km, 1),
        precision=spot.precision, method=spot.method, anchors=spot.anchors,
    )  # fmt: skip


def _parties(
    read: tuple[Party, ...], value: str, span: Span | None, actors: Mapping[str, Actor]
) -> tuple[Party, ...]:
    """The parties of those codes; who was read already keeps the words that name them."""
    spans = {party.code: party.span for party in read}
    unknown = next((code for code in value.split() if code not in actors), None)
    if unknown is not None:
        raise QueryError("no actor {value!r}", hint=f"one of {', '.join(sorted(actors))}", value=unknown)
    return tuple(Party(code, span or spans.get(code)) for code in value.split())


def _measure(field: str) -> tuple[Measure, Group | None]:
    measure, slash, group = field.partition("/")
    if measure not in get_args(Measure):
        raise QueryError("no field {field!r}", hint=f"one of {', '.join(FIELDS)}", field=field)
    if slash and group not in get_args(Group):
        raise QueryError("no group {group!r}", hint=f"one of {', '.join(get_args(Group))}", group=group)
    kind: Any = measure
    of: Any = group or None
    return kind, of


def _figures(event: Event, field: str, value: str, span: Span | None) -> tuple[Figure, ...]:
    """The figures with the corrected one in the place of those that it speaks of."""
    measure, group = _measure(field)
    old = [f for f in event.figures if f.measure == measure and group in (None, f.group)]
    kept = [figure for figure in event.figures if figure not in old]
    if not value:
        return tuple(kept)
    found = _BOUNDS.fullmatch(value)
    if found is None:
        raise QueryError(
            "{field} {value!r} is no count",
            hint="as 5, 3-7, 5+ (or more) or -7 (up to)",
            field=field,
            value=value,
        )
    exact, top, more, most = found.groups()
    low = int(exact) if exact else None
    high = None if more else int(top or exact or most)
    if low is not None and high is not None and low > high:
        raise QueryError(
            "{field} {value} ends below its beginning", hint="swap the two numbers", field=field, value=value
        )
    basis = old[0] if len(old) == 1 else Figure(measure, group or "unknown", low, high, event.evidence)
    return (*kept, replace(basis, low=low, high=high, span=span or basis.span))


def _bounds(figure: Figure) -> str:
    if figure.low == figure.high:
        return str(figure.low)
    if figure.high is None:
        return f"{figure.low}+"
    return f"-{figure.high}" if figure.low is None else f"{figure.low}-{figure.high}"
