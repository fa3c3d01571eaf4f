"""The days that tables of other schemes give an incident: they have no row without one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from marsad.model import Incident, Period

#: What an article brings as news is no older than about a week: the codebook's rule of `recency`.
NEWS = timedelta(days=6)


@dataclass(frozen=True, slots=True)
class Days:
    """First and last possible day, both told or `inferred` from the day of publication."""

    first: date
    last: date
    inferred: bool = False

    @property
    def length(self) -> int:
        """How many days they are."""
        return (self.last - self.first).days + 1

    @property
    def middle(self) -> date:
        """The day in their middle, the earlier of two."""
        return self.first + timedelta(days=(self.length - 1) // 2)


def days_of(incident: Incident) -> Days | None:
    """The days as told; where an article brings it as news without a day, the week up to its publication."""
    told = incident.period or Period(None, None)
    if told.first and told.last:
        return Days(told.first, told.last)
    published = [t.published for t in incident.tellings if t.event.recency == "news" and t.published]
    if not published:
        return None
    last = min(min(published), told.last or date.max)
    first = max(last - NEWS, told.first or date.min)
    return Days(first, last, inferred=True) if first <= last else None
