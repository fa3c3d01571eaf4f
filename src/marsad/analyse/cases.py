"""What statistics see of a record: its incidents as cases, and how well its outlets watched each day."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

from marsad.analyse.windows import Window
from marsad.model import EventType, Grade, Status

#: News of a day comes out on that day and the next: a document speaks for so many days before its own.
REACH = 1

#: Low, best and high count; `None` where no source gives an upper bound.
Count = tuple[int, int, int | None]


@dataclass(frozen=True, slots=True)
class Case:
    """One incident as statistics see it.

    `first` and `last` are the days on which it may have happened, `None` where no day is told.
    `count` is how many happenings its words cover (nine attacks overnight: 9), `None` for several,
    number unsaid. `outlets` are its independent sources, `witnesses` how many
    independent ones it comes to, `documents` the ids of the texts that
    tell it, `reported` the day on which the first of them came out. `admin1` and `admin2` are the
    governorate and the district, in English.
    """

    id: str
    type: EventType
    first: date | None
    last: date | None
    place: str | None = None
    place_id: str | None = None
    admin1: str | None = None
    admin2: str | None = None
    country: str | None = None
    lat: float | None = None
    lon: float | None = None
    radius_km: float | None = None
    precision: int | None = None
    initiators: frozenset[str] = frozenset()
    targets: frozenset[str] = frozenset()
    killed: Count | None = None
    wounded: Count | None = None
    arrested: Count | None = None
    count: int | None = 1
    outlets: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    reported: date | None = None
    witnesses: int = 1
    grade: Grade = "single source"
    status: Status = "asserted"

    @property
    def window(self) -> Window | None:
        """The days on which it may have happened, where both ends are told."""
        return Window(self.first, self.last) if self.first and self.last else None

    def within(self, window: Window) -> bool:
        """Whether it surely happened in the window: both its ends are told and lie in it."""
        return (
            self.first is not None and self.last is not None and self.first in window and self.last in window
        )

    def may_be_within(self, window: Window) -> bool:
        """Whether it may have happened in the window; what has no day may have."""
        return (self.last or date.max) >= window.first and (self.first or date.min) <= window.last


@dataclass(frozen=True, slots=True, order=True)
class Output:
    """How many documents an outlet published on a day."""

    outlet: str
    day: date
    documents: int


@dataclass(frozen=True, slots=True, order=True)
class DataSet:
    """The days that a coded data set speaks for: it is silent about a day only where nothing happened."""

    outlet: str
    window: Window
    rows: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """Who watched when: what each outlet of the record published, day by day.

    A day is covered when a document came out on it or within `reach` days after it, or when a
    coded data set speaks for it. What happened on other days is unknown, not nothing. `undated` is
    the number of documents without a day of publication, which cover nothing.
    """

    outputs: tuple[Output, ...] = ()
    sets: tuple[DataSet, ...] = ()
    undated: int = 0
    reach: int = REACH
    _days: tuple[date, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        watched = {
            output.day - timedelta(days=back) for output in self.outputs for back in range(self.reach + 1)
        }
        watched.update(day for set_ in self.sets for day in set_.window)
        object.__setattr__(self, "_days", tuple(sorted(watched)))

    @classmethod
    def of(
        cls,
        published: Iterable[tuple[str, date]],
        *,
        sets: Iterable[DataSet] = (),
        undated: int = 0,
        reach: int = REACH,
    ) -> Coverage:
        """The coverage that documents give, each told by its outlet and its day."""
        counts = Counter(published)
        outputs = (Output(outlet, day, number) for (outlet, day), number in counts.items())
        return cls(tuple(sorted(outputs)), tuple(sorted(sets)), undated, reach)

    @property
    def names(self) -> tuple[str, ...]:
        """Every outlet and data set, in order."""
        return tuple(sorted({o.outlet for o in self.outputs} | {s.outlet for s in self.sets}))

    def only(self, outlet: str) -> Coverage:
        """What one outlet alone covers."""
        outputs = tuple(output for output in self.outputs if output.outlet == outlet)
        return Coverage(outputs, tuple(s for s in self.sets if s.outlet == outlet), 0, self.reach)

    def within(self, window: Window) -> Coverage:
        """What covers the window alone."""
        reached = Window(window.first, window.last + timedelta(days=self.reach))
        outputs = tuple(output for output in self.outputs if output.day in reached)
        sets = tuple(
            DataSet(s.outlet, both, s.rows)
            for s in self.sets
            if (both := s.window.common(window)) is not None
        )
        return Coverage(outputs, sets, self.undated, self.reach)

    @property
    def window(self) -> Window | None:
        """From the first day covered to the last."""
        return Window(self._days[0], self._days[-1]) if self._days else None

    @property
    def last_published(self) -> date | None:
        """The day of the latest document: what happened since cannot be known."""
        return max((output.day for output in self.outputs), default=None)

    def covers(self, day: date) -> bool:
        """Whether anything of the record speaks for that day."""
        place = bisect_left(self._days, day)
        return place < len(self._days) and self._days[place] == day

    def covered(self, window: Window) -> int:
        """How many days of the window are covered: the exposure."""
        return bisect_right(self._days, window.last) - bisect_left(self._days, window.first)

    def share(self, window: Window) -> float:
        """The share of the window's days that are covered."""
        return self.covered(window) / window.days

    def outlets(self, window: Window) -> frozenset[str]:
        """The outlets and data sets that speak for a day of the window."""
        reached = Window(window.first, window.last + timedelta(days=self.reach))
        papers = {output.outlet for output in self.outputs if output.day in reached}
        return frozenset(papers | {set_.outlet for set_ in self.sets if set_.window.common(window)})

    def documents(self, window: Window, outlet: str | None = None) -> int:
        """How many documents came out in the window, of one outlet or of all; rows of data sets are none."""
        return sum(
            output.documents
            for output in self.outputs
            if output.day in window and outlet in (None, output.outlet)
        )

    def documents_a_day(self, window: Window) -> float:
        """Documents that came out in the window, for each of its days."""
        return self.documents(window) / window.days

    def silences(self, window: Window, *, least: int = 1) -> tuple[Window, ...]:
        """The stretches of at least `least` days of the window that nothing covers, the earliest first."""
        known = [day for day in self._days if day in window]
        edges = [window.first - timedelta(days=1), *known, window.last + timedelta(days=1)]
        return tuple(
            Window(before + timedelta(days=1), after - timedelta(days=1))
            for before, after in pairwise(edges)
            if (after - before).days > least
        )
