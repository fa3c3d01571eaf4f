"""A row of ACLED's files as an event."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from marsad.model import (
    FIRST_YEAR,
    LAST_YEAR,
    Document,
    Event,
    Figure,
    Group,
    Issue,
    Party,
    Period,
    Reading,
    Span,
    Weapon,
)
from marsad.read.rows import Cell, Rows, cells, no_counts

#: Raised with every change of what is read from the same row.
VERSION = "acled/1"
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
#: A day as older exports write it: `05 March 2018`.
_WRITTEN = re.compile(rf"(\d{{1,2}}) ({'|'.join(_MONTHS)}) (\d{{4}})")
_UNARMED = frozenset({"CIVILIANS", "JOURNALISTS", "AID_WORKERS", "PRISONERS", "PROTESTERS", "POLITICIANS"})


def read(document: Document, rows: Rows) -> Reading:
    """The one event that a row tells, and an issue for each value that could not be used."""
    row = cells(document.text)
    issues: list[Issue] = []
    kind = row.get("sub_event_type")
    type_ = rows.codes.types.get(kind.value) if kind else None
    if kind is None or type_ is None:
        said = kind.value if kind else ""
        issue = Issue("coded row", f"no type for the sub-event type {said!r}", kind.span if kind else None)
        return Reading(document.id, VERSION, issues=(issue,))
    targets = rows.parties(row.get("actor2"), row.get("assoc_actor_2"))
    weapon = rows.codes.weapons.get(kind.value)
    when = row.get("event_date")
    event = Event(
        type=type_,
        trigger=kind.span,
        evidence=Span(0, len(document.text)),
        period=_period(when, row.get("time_precision"), rows, issues),
        period_span=when.span if when else None,
        location=rows.location(row, issues),
        initiators=rows.parties(row.get("actor1"), row.get("assoc_actor_1")),
        targets=targets,
        figures=tuple(_figures(row, rows, targets, issues)),
        weapons=(Weapon(weapon, kind.span),) if weapon else (),
        attribution=rows.attribution(row),
    )
    return Reading(document.id, VERSION, (event,), (), tuple(issues))


def _period(when: Cell | None, precision: Cell | None, rows: Rows, issues: list[Issue]) -> Period | None:
    """The day, and as many around it as the precision leaves open."""
    if when is None:
        return None
    written = _WRITTEN.fullmatch(when.value)
    try:
        day = (
            date(int(written[3]), _MONTHS.index(written[2]) + 1, int(written[1]))
            if written
            else date.fromisoformat(when.value[:10])
        )
    except ValueError:
        day = date.max
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        issues.append(Issue("coded row", "the date is no day", when.span))
        return None
    around = timedelta(rows.codes.days.get(precision.number or 1, 0) if precision else 0)
    return Period(day - around, day + around)


def _figures(
    row: Mapping[str, Cell], rows: Rows, targets: tuple[Party, ...], issues: list[Issue]
) -> Iterator[Figure]:
    """Those killed: ACLED takes the lowest number reported, so there may be more.

    It writes nought where no number was reported, so nought says nothing.
    """
    told = row.get("fatalities")
    issues += no_counts(told)
    if told is not None and told.number:
        unarmed = bool(targets) and all(party.code in _UNARMED for party in targets)
        group: Group = "civilians" if unarmed else "unknown"
        yield Figure("killed", group, told.number, None, told.span, rows.attribution(row), told.number)
