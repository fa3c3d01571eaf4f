"""Counts of days put into stretches that a timeline can show: days, weeks, months or years."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any, Literal

Unit = Literal["day", "week", "month", "year"]
#: Up to how many days the timeline is long for each unit to be legible.
_LONGEST: tuple[tuple[Unit, int], ...] = (("day", 92), ("week", 3 * 366), ("month", 25 * 366))


def _unit(span: int) -> Unit:
    return next((unit for unit, longest in _LONGEST if span <= longest), "year")


def _start(day: date, unit: Unit) -> date:
    """The first day of the stretch that the day lies in; weeks begin on Monday, as ISO has them."""
    if unit == "week":
        return day - timedelta(days=day.weekday())
    if unit == "day":
        return day
    return day.replace(day=1) if unit == "month" else day.replace(month=1, day=1)


def _next(start: date, unit: Unit) -> date:
    if unit in ("day", "week"):
        return start + timedelta(days=1 if unit == "day" else 7)
    year, month = (
        (start.year + 1, 1) if unit == "year" or start.month == 12 else (start.year, start.month + 1)
    )
    return date(year, month, 1)


def _beginning(told: Sequence[tuple[date, str, int]], last: date) -> date:
    """The first day, or that of the first hundredth where the days before it are most of the time."""
    ordered = sorted(told)
    first, left = ordered[0][0], sum(count for _, _, count in told) // 100
    for day, _, count in ordered:
        left -= count
        if left < 0:
            return day if (day - first) > (last - day) else first
    return first


def bins(counts: Iterable[tuple[date, str, int]]) -> dict[str, Any]:
    """Stretches of one unit without a gap, each with its days and the count by type.

    A few incidents of long ago would leave the rest a thin line: where the first of a hundred lie in
    more than half of the time, the stretches begin behind them and `earlier` says how many they are.
    """
    told = list(counts)
    if not told:
        return {"unit": "day", "earlier": 0, "bins": []}
    last = max(day for day, _, _ in told)
    first = _beginning(told, last)
    earlier = sum(count for day, _, count in told if day < first)
    unit = _unit((last - first).days)
    by_start: dict[date, Counter[str]] = {}
    for day, kind, count in told:
        if day < first:
            continue
        by_start.setdefault(_start(day, unit), Counter())[kind] += count
    return {
        "unit": unit,
        "earlier": earlier,
        "bins": [_bin(start, unit, by_start.get(start)) for start in _starts(first, last, unit)],
    }


def _starts(first: date, last: date, unit: Unit) -> Iterator[date]:
    start = _start(first, unit)
    while start <= last:
        yield start
        start = _next(start, unit)


def _bin(start: date, unit: Unit, counts: Counter[str] | None) -> dict[str, Any]:
    end = _next(start, unit) - timedelta(days=1)
    found = counts or Counter()
    return {
        "from": start.isoformat(), "to": end.isoformat(), "count": found.total(), "types": dict(sorted(found.items())),
    }  # fmt: skip
