"""When to ask again: more often where much is new, less where nothing is, ever later after failures.

Pure functions of what happened; the moment and the chance are given.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

#: How much an interval shrinks when there was something new, and grows when there was nothing.
_QUICKER, _SLOWER = 0.5, 1.5
#: The longest that a server's Retry-After is waited for.
_LONGEST = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Pace:
    """The bounds of an interval: never below `every`, never above `at_most`."""

    every: timedelta
    at_most: timedelta

    def bounded(self, interval: timedelta) -> timedelta:
        """The interval, within the bounds."""
        return min(max(interval, self.every), self.at_most)


def later(interval: timedelta, pace: Pace, *, new: bool) -> timedelta:
    """The next interval after one that brought something new, or nothing."""
    return pace.bounded(interval * (_QUICKER if new else _SLOWER))


def again(interval: timedelta, chance: Callable[[], float]) -> timedelta:
    """The interval, up to a tenth longer, so that feeds do not keep step. `chance` gives 0 to 1."""
    return interval * (1 + 0.1 * chance())


def failed(failures: int, pace: Pace, chance: Callable[[], float]) -> timedelta:
    """How long to wait after so many failures in a row: doubled each time, with jitter, within the bounds."""
    doubled: timedelta = pace.every * 2.0 ** min(failures - 1, 20)
    return min(doubled, pace.at_most) * (0.75 + 0.5 * chance())


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """What `Retry-After` asks for: seconds or a moment; `None` where it says neither."""
    if not value:
        return None
    if value.strip().isdigit():
        return min(timedelta(seconds=int(value.strip()[:9])), _LONGEST)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max(moment - now, timedelta(0)), _LONGEST)
