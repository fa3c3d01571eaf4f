"""A row of UCDP GED as an event."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from marsad.model import FIRST_YEAR, LAST_YEAR, Document, Event, Figure, Group, Issue, Period, Reading, Span
from marsad.read.rows import Cell, Rows, cells, no_counts

#: Raised with every change of what is read from the same row.
VERSION = "ucdp-ged/3"


def read(document: Document, rows: Rows) -> Reading:
    """The one event that a row tells, and an issue for each value that could not be used."""
    row = cells(document.text)
    issues: list[Issue] = []
    kind = row.get("type_of_violence")
    type_ = rows.codes.types.get(str(kind.number)) if kind else None
    if kind is None or type_ is None:
        said = kind.value if kind else ""
        issue = Issue("coded row", f"no type of violence {said!r}", kind.span if kind else None)
        return Reading(document.id, VERSION, issues=(issue,))
    period, period_span = _period(row, issues)
    clarity = row.get("event_clarity")
    event = Event(
        type=type_,
        trigger=kind.span,
        evidence=Span(0, len(document.text)),
        # 2: the source had already put several happenings together
        count=None if clarity and clarity.number == 2 else 1,
        period=period,
        period_span=period_span,
        location=rows.location(row, issues),
        initiators=rows.parties(row.get("side_a")),
        targets=rows.parties(row.get("side_b")),
        figures=tuple(_figures(row, rows, issues)),
        attribution=rows.attribution(row),
    )
    return Reading(document.id, VERSION, (event,), (), tuple(issues))


def _figures(row: Mapping[str, Cell], rows: Rows, issues: list[Issue]) -> Iterator[Figure]:
    """Deaths in all with UCDP's low, best and high, then those of each side.

    A part of nought is left out: GED has no blank for a part that nobody told. Some rows have a low
    above their best, or a high below it: the range then ends at the best.
    """
    by = rows.attribution(row)
    parts = [
        (group, cell.number, cell.span)
        for column, group in (
            ("deaths_a", _fighters(row.get("side_a"))),
            ("deaths_b", _fighters(row.get("side_b"))),
            ("deaths_civilians", "civilians"),
            ("deaths_unknown", "unknown"),
        )
        if (cell := row.get(column)) is not None and cell.number
    ]
    low, best, high = (row.get(column) for column in ("low", "best", "high"))
    issues += no_counts(low, best, high)
    if best is None or best.number is None:
        return
    span = best.span
    for other in (low, high):
        span = span.cover(other.span) if other else span
    groups: set[Group] = {group for group, _, _ in parts}
    group: Group = groups.pop() if len(groups) == 1 else "mixed" if groups else "unknown"
    least = low.number if low else None
    most = high.number if high else None
    if (least or 0) > best.number or (most is not None and most < best.number):
        issues.append(Issue("coded row", "the best count lies outside of low and high", span))
        least = None if least is None else min(least, best.number)
        most = None if most is None else max(most, best.number)
    yield Figure("killed", group, least, most, span, by, best.number)
    if len(parts) > 1:
        for group, count, where in parts:
            yield Figure("killed", group, count, count, where, by)


def _fighters(side: Cell | None) -> Group:
    if side is None:
        return "unknown"
    if side.value.startswith("Government of"):
        return "security_forces"
    return "civilians" if side.value == "Civilians" else "fighters"


def _period(row: Mapping[str, Cell], issues: list[Issue]) -> tuple[Period | None, Span | None]:
    """The days from `date_start` to `date_end`: as wide as `date_prec` leaves open."""
    first, last = row.get("date_start"), row.get("date_end")
    if first is None or last is None:
        return None, None
    try:
        # some versions write a time of day after the day
        days = (date.fromisoformat(first.value[:10]), date.fromisoformat(last.value[:10]))
    except ValueError:
        issues.append(Issue("coded row", "the dates are no days", first.span.cover(last.span)))
        return None, None
    if not all(FIRST_YEAR <= day.year <= LAST_YEAR for day in days):
        issues.append(Issue("coded row", "the dates are of no war", first.span.cover(last.span)))
        return None, None
    if days[1] < days[0]:
        issues.append(Issue("coded row", "the period ends before it begins", first.span.cover(last.span)))
        return None, None
    return Period(*days), first.span.cover(last.span)
