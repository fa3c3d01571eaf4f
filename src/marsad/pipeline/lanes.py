"""Which visit comes next: one at a time for each machine, with a distance between them, the first due first."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, order=True)
class Task:
    """A visit to be made; feeds come before the pages that they name."""

    due: datetime
    rank: int
    key: str
    url: str = field(compare=False, default="")


@dataclass
class _Lane:
    free: datetime
    busy: bool = False
    waiting: list[Task] = field(default_factory=list)


class Lanes:
    """The visits that are to be made, by machine."""

    def __init__(self, start: datetime) -> None:
        """`start` is the moment from which on visits are made."""
        self._start = start
        self._lanes: dict[str, _Lane] = {}
        self._waiting: dict[tuple[int, str], Task] = {}

    def put(self, task: Task, host: str) -> None:
        """Has a visit made; one of the same key that was waiting is forgotten."""
        self._waiting[task.rank, task.key] = task
        heapq.heappush(self._lane(host).waiting, task)

    def rest(self, host: str, until: datetime) -> None:
        """Leaves a machine alone until then."""
        lane = self._lane(host)
        lane.free = max(lane.free, until)

    def done(self, host: str, now: datetime, delay: timedelta) -> None:
        """The visit to a machine is over."""
        lane = self._lane(host)
        lane.busy = False
        lane.free = max(lane.free, now + delay)

    def ready(self, now: datetime) -> Iterator[tuple[str, Task]]:
        """The visits that may be made now, at most one a machine; each is taken out, and its machine is busy."""
        for host, lane in self._lanes.items():
            task = None if lane.busy or lane.free > now else self._next(lane)
            if task is not None and task.due <= now:
                heapq.heappop(lane.waiting)
                del self._waiting[task.rank, task.key]
                lane.busy = True
                yield host, task

    def next(self) -> datetime | None:
        """The moment at which the next visit may be made."""
        moments = []
        for lane in self._lanes.values():
            task = None if lane.busy else self._next(lane)
            if task is not None:
                moments.append(max(task.due, lane.free))
        return min(moments, default=None)

    def _lane(self, host: str) -> _Lane:
        return self._lanes.setdefault(host, _Lane(self._start))

    def _next(self, lane: _Lane) -> Task | None:
        while lane.waiting:
            task = lane.waiting[0]
            if self._waiting.get((task.rank, task.key)) is task:
                return task
            heapq.heappop(lane.waiting)
        return None
