"""Where the watching of feeds stands: what must survive a crash, as the record keeps it.

It is neither truth nor derived: were it lost, feeds would be asked again, and nothing else would change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, get_args

#: `waiting` for its visit, `taken` into the record, `refused`, or `gone` from its site.
PageStatus = Literal["waiting", "taken", "refused", "gone"]
#: How a feed stands, the most in need of a look first. `new` has not been visited yet.
Standing = Literal["failing", "silent", "new", "fine", "left"]
STANDINGS: tuple[Standing, ...] = get_args(Standing)
#: One failure alone is the net's, not the feed's.
_FAILING = 2


@dataclass(frozen=True, slots=True)
class Tally:
    """How often something happened."""

    what: str
    number: int


@dataclass(frozen=True, slots=True)
class FeedState:
    """A feed as it was last met.

    `interval` is the present distance of its visits in seconds; `contact` the last visit that was
    answered in order, `news` the last that brought an article; `failures` how many visits failed since.
    `error` says in words why the last one did. `counts` is the tally of everything since it was first
    watched. `moved` is where permanent redirects led. `etag` and `modified` are what the server said of it.
    """

    name: str
    url: str
    since: datetime
    due: datetime
    interval: float
    silent_after: float
    outlet: str | None = None
    title: str | None = None
    asked: datetime | None = None
    contact: datetime | None = None
    news: datetime | None = None
    failures: int = 0
    why: str | None = None
    error: str | None = None
    moved: str | None = None
    etag: str | None = None
    modified: str | None = None
    counts: tuple[Tally, ...] = ()
    watched: bool = True

    def silent(self, now: datetime) -> bool:
        """Whether it has brought no article for longer than its file allows."""
        return now - (self.news or self.since) > timedelta(seconds=self.silent_after)

    def standing(self, now: datetime) -> Standing:
        """How it stands: `left` is in the feeds file no more."""
        if not self.watched:
            return "left"
        if self.failures >= _FAILING or (self.failures and self.contact is None):
            return "failing"
        if self.asked is None:
            return "new"
        return "silent" if self.silent(now) else "fine"

    def count(self, what: str) -> int:
        """How often it happened."""
        return next((tally.number for tally in self.counts if tally.what == what), 0)

    def counted(self, more: Mapping[str, int]) -> tuple[Tally, ...]:
        """The tally with these added."""
        out = {tally.what: tally.number for tally in self.counts}
        for what, number in more.items():
            if number:
                out[what] = out.get(what, 0) + number
        return tuple(Tally(what, number) for what, number in sorted(out.items()))


@dataclass(frozen=True, slots=True)
class Page:
    """One address that a feed named: an article, or with `sitemap` another list.

    `due` is the moment of its next visit, `None` where there will be none; `changed` what the feed
    said of its last change; `looks` how often it was visited in order, `tries` how often not since.
    """

    url: str
    feed: str
    seen: datetime
    due: datetime | None
    status: PageStatus = "waiting"
    sitemap: bool = False
    guid: str | None = None
    published: date | None = None
    changed: str | None = None
    document_id: str | None = None
    etag: str | None = None
    modified: str | None = None
    why: str | None = None
    error: str | None = None
    looks: int = 0
    tries: int = 0


@dataclass(frozen=True, slots=True)
class HostState:
    """A machine that asked to be left alone until a moment."""

    host: str
    free: datetime


def by_need(states: Iterable[FeedState], now: datetime) -> list[FeedState]:
    """The feeds, those that want a look first, and among them the longest without an article."""
    return sorted(states, key=lambda s: (STANDINGS.index(s.standing(now)), s.news or s.since, s.name))
