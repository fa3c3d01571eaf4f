"""Stretches of days, and intervals of numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from marsad.errors import QueryError


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """The days from `first` to `last`, both inclusive. Raises `QueryError` where it ends before it begins."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise QueryError(
                f"the period ends before it begins: {self.first} to {self.last}", hint="swap the two days"
            )

    def __str__(self) -> str:
        return f"{self.first} to {self.last}"

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __iter__(self) -> Iterator[date]:
        return (self.first + timedelta(days=n) for n in range(self.days))

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    def common(self, other: Window) -> Window | None:
        """The days that both have."""
        first, last = max(self.first, other.first), min(self.last, other.last)
        return Window(first, last) if first <= last else None

    def before(self, days: int) -> Window:
        """The window of so many days that ends the day before this one."""
        return Window(self.first - timedelta(days=days), self.first - timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Interval:
    """Where a value lies with the probability `level`; `high` may be infinite."""

    low: float
    high: float
    level: float = 0.95

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high
