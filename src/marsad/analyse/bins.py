"""Calendar bins, and in which of them an incident counts.

The rule: an incident counts in the bin that holds the first day on which it may have happened, unless
that is uncertain over more days than the bin is long. Those count in no bin and are listed apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal

from marsad.analyse.cases import Case
from marsad.analyse.windows import Window

Unit = Literal["day", "week", "month", "quarter"]
#: The day a week begins on: that of ISO 8601, or that of Iraq and Syria.
WeekStart = Literal["monday", "saturday"]

_FIRST_OF_WEEK = {"monday": 0, "saturday": 5}
_MONTHS = {"month": 1, "quarter": 3}


def bin_of(day: date, unit: Unit, *, week: WeekStart = "monday") -> Window:
    """The whole bin that holds a day."""
    if unit == "day":
        return Window(day, day)
    if unit == "week":
        first = day - timedelta(days=(day.weekday() - _FIRST_OF_WEEK[week]) % 7)
        return Window(first, first + timedelta(days=6))
    length = _MONTHS[unit]
    month = (day.month - 1) // length * length + 1
    after = date(day.year + (month + length > 12), (month + length - 1) % 12 + 1, 1)
    return Window(date(day.year, month, 1), after - timedelta(days=1))


def bins(window: Window, unit: Unit, *, week: WeekStart = "monday") -> Iterator[Window]:
    """The bins of a window in order, the first and the last cut at its ends."""
    day = window.first
    while day <= window.last:
        whole = bin_of(day, unit, week=week)
        yield Window(day, min(whole.last, window.last))
        day = whole.last + timedelta(days=1)


def day_of(case: Case, width: int) -> date | None:
    """The day by which a case counts in a bin of `width` days, `None` where it is too uncertain for it."""
    if case.first is None or case.last is None or (case.last - case.first).days >= width:
        return None
    return case.first


def counts_in(case: Case, window: Window) -> bool:
    """Whether a case counts in a window taken as one bin."""
    day = day_of(case, window.days)
    return day is not None and day in window
