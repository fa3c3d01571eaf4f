"""Watches feeds: visits are made side by side, and each is written down whole with what it brought.

A visit's feed or page, and its documents, are one transaction of the record: after a kill it is there, or it
will be made again. Nothing is held in memory that the record could not give back.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from threading import Event
from typing import TYPE_CHECKING

from marsad import lexicon
from marsad.errors import RecordError
from marsad.ingest.feeds import (
    Article,
    Feed,
    Listed,
    Missed,
    Robots,
    Seen,
    Told,
    Unchanged,
    Visit,
    address,
    host_of,
)
from marsad.model import Document
from marsad.net import Client
from marsad.pipeline.lanes import Lanes, Task
from marsad.pipeline.runs import run
from marsad.pipeline.settling import Settled, counts, listed, missed, polled, reread, unanswered, visited
from marsad.read.dateline import find_dateline
from marsad.watched import FeedState, HostState, Page

if TYPE_CHECKING:  # loading a database takes longer than what most commands do
    from marsad.pipeline.runs import Report
    from marsad.record import Record, Watching

_FEED, _PAGE = 0, 1
#: So many new documents, or so long after the first of them, and they are read and linked.
_UNREAD, _PATIENCE = 20, timedelta(seconds=30)
#: With `once`, a machine that wants to be left alone for longer is not waited for.
_NOT_NOW = timedelta(minutes=2)
#: Another process may be writing; visits wait for it.
_WRITES = 5
#: The loop looks up so often, to be told to stop.
_LOOK = 0.5
#: A clock that goes back by more was put back: what was planned by it is planned anew.
_BACK = timedelta(minutes=1)
#: No machine has to be left alone for longer, and no page waits for longer than its feed says and this.
_FARTHEST = timedelta(days=1)

Outcome = Unchanged | Listed | Article | Missed


@dataclass(frozen=True)
class Clock:
    """Moments and waiting; a `speed` of 60 lets an hour of schedule pass in a minute."""

    speed: float = 1.0
    start: float = 0.0

    def now(self) -> datetime:
        """The moment, in UTC."""
        return datetime.fromtimestamp(self.start + (time.time() - self.start) * self.speed, UTC)

    def seconds(self, span: timedelta) -> float:
        """How long a span is to be waited for."""
        return max(span.total_seconds(), 0.0) / self.speed


@dataclass(frozen=True, slots=True)
class Happening:
    """Something to tell who watches: of which feed, and what."""

    feed: str
    what: str
    wrong: bool = False


@dataclass
class Tally:
    """What a watch did in all."""

    visits: int = 0
    failed: int = 0
    pages: int = 0
    documents: int = 0
    versions: int = 0
    read: int = 0
    incidents: int | None = None
    missed: Counter[str] = field(default_factory=Counter)


def watch(
    record: Record,
    told: Told,
    *,
    once: bool = False,
    lasting: timedelta | None = None,
    clock: Clock = Clock(),
    client: Client | None = None,
    stop: Event | None = None,
    say: Callable[[Happening], None] = lambda happening: None,
    after: Callable[[Record, datetime], None] = lambda record, now: None,
    chance: Callable[[], float] = random.random,
) -> Tally:
    """Watches the feeds until told to stop, for a while, or `once`: each feed, and what it names, one time.

    `after` is called whenever new documents were read and linked, and now and then besides.
    """
    return _Watch(record, told, clock, client or Client(told.agent), say, after, chance).go(
        once=once, lasting=lasting, stop=stop or Event()
    )


class _Watch:
    def __init__(
        self,
        record: Record,
        told: Told,
        clock: Clock,
        client: Client,
        say: Callable[[Happening], None],
        after: Callable[[Record, datetime], None],
        chance: Callable[[], float],
    ) -> None:
        self._record = record
        self._told = told
        self._clock = clock
        self._say = say
        self._after = after
        self._chance = chance
        self._feeds = {feed.name: feed for feed in told.feeds}
        self._states: dict[str, FeedState] = {}
        self._pages: dict[str, Page] = {}
        self._lanes = Lanes(clock.now())
        self._once = False
        self._tally = Tally()
        self._unread: datetime | None = None
        self._fresh = 0
        self._dateline = partial(find_dateline, lexicon=lexicon.load())
        self._robots = Robots(client, clock.now)
        self._visit = Visit(client, self._robots, self._dateline, self._day_in)

    def _day_in(self, text: str) -> date | None:
        found = self._dateline(text)
        return found[0] if found else None

    # ── the loop ──────────────────────────────────────────────────────────────────────────

    def go(self, *, once: bool, lasting: timedelta | None, stop: Event) -> Tally:
        now = start = self._clock.now()
        until = start + lasting if lasting is not None else None
        put_back = False
        self._once = once
        self._load(start)
        self._read()  # what a watch before was killed over
        running: dict[Future[Outcome], tuple[str, Task]] = {}
        with ThreadPoolExecutor(self._told.at_once, thread_name_prefix="visit") as pool:
            while not stop.is_set():
                now, latest = self._clock.now(), now
                if now < latest - _BACK:
                    until = until - (latest - now) if until is not None else None
                    put_back = True
                if until is not None and now >= until:
                    break
                if put_back and not running:
                    self._plan_anew(now)
                    put_back = False
                for host, task in self._lanes.ready(now) if not put_back else ():
                    running[pool.submit(self._go_to, task)] = (host, task)
                nearest = self._lanes.next()
                if once and not running and (nearest is None or nearest > now + _NOT_NOW):
                    break
                self._wait(running, nearest, until, now)
                self._collect(running)
                self._read_in_time()
            self._say_ending(running)
            wait(running)
            self._collect(running)
        self._read()
        self._after(self._record, self._clock.now())
        return self._tally

    def _plan_anew(self, now: datetime) -> None:
        self._say(Happening("", "the clock was put back: visits are planned anew", wrong=True))
        self._lanes, self._pages = Lanes(now), {}
        self._unread = self._unread and now
        self._load(now)

    def _say_ending(self, running: Mapping[Future[Outcome], object]) -> None:
        if running:
            self._say(Happening("", f"ends when {len(running)} visits are over"))

    def _wait(
        self,
        running: Mapping[Future[Outcome], object],
        nearest: datetime | None,
        until: datetime | None,
        now: datetime,
    ) -> None:
        moments = [moment for moment in (nearest, until) if moment is not None]
        seconds = min([_LOOK, *(self._clock.seconds(moment - now) for moment in moments)])
        if running:
            wait(running, timeout=max(seconds, 0.005), return_when=FIRST_COMPLETED)
        else:
            time.sleep(max(seconds, 0.005))

    def _collect(self, running: dict[Future[Outcome], tuple[str, Task]]) -> None:
        for future in [future for future in running if future.done()]:
            host, task = running.pop(future)
            outcome = self._outcome(future)
            feed = self._feed_of(task)
            now = self._clock.now()
            delay = max(feed.delay, timedelta(seconds=self._robots.delay(task.url)))
            self._lanes.done(host, now, delay)
            if isinstance(outcome, Missed) and outcome.wait is not None:
                self._lanes.rest(host, now + outcome.wait)
            self._settle(host, task, outcome, now)

    def _outcome(self, future: Future[Outcome]) -> Outcome:
        try:
            return future.result()
        except Exception as error:  # one feed must not stop the others
            return Missed("fault", f"a bug in Marsad: {type(error).__name__}: {error}", passing=True)

    def _feed_of(self, task: Task) -> Feed:
        return self._feeds[task.key if task.rank == _FEED else self._pages[task.key].feed]

    # ── visits, in threads ────────────────────────────────────────────────────────────────

    def _go_to(self, task: Task) -> Outcome:
        if task.rank == _FEED:
            state, feed = self._states[task.key], self._feeds[task.key]
            seen = Seen(state.etag, state.modified)
            if feed.kind == "page":
                return self._visit.article(feed, task.url, seen)
            return self._visit.list(feed, task.url, seen)
        page = self._pages[task.key]
        feed = self._feeds[page.feed]
        seen = Seen(page.etag, page.modified)
        if page.sitemap:
            return self._visit.list(feed, page.url, seen)
        return self._visit.article(feed, page.url, seen, published=page.published)

    # ── what they come to, in one transaction each ────────────────────────────────────────

    def _load(self, now: datetime) -> None:
        """Takes up where the last watch was."""
        with self._record.watching() as kept:
            known = {state.name: state for state in kept.feeds()}
            for host in kept.hosts():
                if host.free <= now + _FARTHEST:  # else a clock that was put back since said so
                    self._lanes.rest(host.host, host.free)
            for feed in self._told.feeds:
                self._states[feed.name] = _state(known.get(feed.name), feed, now)
                kept.put_feed(self._states[feed.name])
            for name, state in known.items():
                if name not in self._feeds and state.watched:
                    kept.put_feed(replace(state, watched=False))
            waiting = [page for page in kept.due() if page.feed in self._feeds]
        for state in self._states.values():
            self._queue_feed(state, now if self._once else state.due)
        for page in waiting:
            self._queue_page(self._in_time(page, now), now)

    def _in_time(self, page: Page, now: datetime) -> Page:
        """The page, due at once where only a clock that was put back since can have planned it so late."""
        feed = self._feeds[page.feed]
        latest = now + max((feed.pace.at_most * 1.5, *feed.recheck)) + _FARTHEST
        return page if page.due is None or page.due <= latest else replace(page, due=now)

    def _queue_feed(self, state: FeedState, due: datetime) -> None:
        url = state.moved or state.url
        self._lanes.put(Task(due, _FEED, state.name, url), host_of(url))

    def _queue_page(self, page: Page, now: datetime) -> None:
        """Has a page visited; with `once`, only one that is due by now."""
        if page.due is not None and not (self._once and page.due > now):
            self._pages[page.url] = page
            self._lanes.put(Task(page.due, _PAGE, page.url, page.url), host_of(page.url))

    def _settle(self, host: str, task: Task, outcome: Outcome, now: datetime) -> None:
        for attempt in range(_WRITES):
            try:
                with self._record.watching() as kept:
                    told = (self._feed if task.rank == _FEED else self._page)(kept, task, outcome, now)
                    if isinstance(outcome, Missed) and outcome.wait is not None:
                        kept.put_host(HostState(host, now + outcome.wait))
                break
            except RecordError:
                if attempt == _WRITES - 1:
                    raise
                time.sleep(1)
        self._note(outcome, told, now)

    def _feed(self, kept: Watching, task: Task, outcome: Outcome, now: datetime) -> _Told:
        feed, state = self._feeds[task.key], self._states[task.key]
        pages: list[Page] = []
        documents: list[Document] = []
        if isinstance(outcome, Missed):
            state = unanswered(state, feed, outcome, now, self._chance)
        else:
            state = replace(state, moved=outcome.reply.moved or state.moved)
            if isinstance(outcome, Listed):
                settled = self._listed(kept, state, feed, outcome, now)
                state, pages, documents = settled.state, settled.pages, settled.documents
            elif isinstance(outcome, Article):
                documents = [outcome.document]
        told = _add(kept, documents, feed.name)
        new = bool(pages or told.documents)
        if not isinstance(outcome, Missed):
            state = polled(state, feed, now, self._chance, new=new)
            if isinstance(outcome, Unchanged):
                state = replace(state, counts=state.counted({"unchanged": 1}))
            else:
                state = replace(state, etag=outcome.seen.etag, modified=outcome.seen.modified)
            if told.documents:
                state = replace(state, news=now)
        state = replace(state, counts=state.counted(told.counts))
        kept.put_feed(state)
        kept.put_pages(pages)
        self._states[feed.name] = state
        if not self._once:
            self._queue_feed(state, state.due)
        for page in pages:
            self._queue_page(page, now)
        told.pages = sum(page.status == "waiting" and not page.sitemap for page in pages)
        return told

    def _listed(self, kept: Watching, state: FeedState, feed: Feed, visit: Listed, now: datetime) -> Settled:
        entries = visit.listing.entries
        known = kept.pages(
            [address(entry.url) for entry in entries if entry.url]
            + [f"{feed.url}#{entry.guid}" for entry in entries if feed.whole and entry.guid]
        )
        guids = kept.guids(feed.name, [entry.guid for entry in entries if entry.guid])
        return listed(state, feed, visit, known, guids, now, dateline=self._dateline)

    def _page(self, kept: Watching, task: Task, outcome: Outcome, now: datetime) -> _Told:
        before = self._pages[task.key]
        feed, state = self._feeds[before.feed], self._states[before.feed]
        documents: list[Document] = []
        pages: list[Page] = []
        if isinstance(outcome, Missed):
            after = missed(before, outcome, now, self._chance)
            more = dict(counts(before, after, outcome))
        elif isinstance(outcome, Listed):  # a sitemap of an index
            settled = self._listed(kept, state, feed, outcome, now)
            state, documents = settled.state, settled.documents
            pages = [page for page in settled.pages if not page.sitemap]  # no index in an index
            after = reread(before, feed, now, new=bool(pages or documents))
            after = replace(after, etag=outcome.seen.etag, modified=outcome.seen.modified)
            more = {"list visits": 1}
        elif before.sitemap:
            after, more = reread(before, feed, now, new=False), {"list visits": 1}
        else:
            after, document = visited(before, feed, outcome, now)
            documents = [document] if document else []
            more = dict(counts(before, after, outcome))
        told = _add(kept, documents, feed.name)
        told.pages = len(pages)
        state = replace(state, counts=state.counted({**more, **told.counts}))
        kept.put_feed(state)
        kept.put_pages([after, *pages])
        self._states[feed.name] = state
        del self._pages[task.key]
        for page in (after, *pages):
            self._queue_page(page, now)
        return told

    def _note(self, outcome: Outcome, told: _Told, now: datetime) -> None:
        tally = self._tally
        tally.visits += 1
        tally.pages += told.pages
        tally.documents += told.documents
        tally.versions += told.versions
        if isinstance(outcome, Missed):
            tally.failed += 1
            tally.missed[outcome.why] += 1
            self._say(Happening(told.feed, outcome.message, wrong=True))
        elif told.pages or told.documents:
            self._say(Happening(told.feed, told.said))
        if told.documents or told.counts:
            self._unread = self._unread or now
            self._fresh += told.documents

    # ── reading and linking ───────────────────────────────────────────────────────────────

    def _read_in_time(self) -> None:
        now = self._clock.now()
        if self._unread and (self._fresh >= _UNREAD or now - self._unread >= _PATIENCE):
            self._read()
            self._after(self._record, now)

    def _read(self) -> None:
        report: Report = run(self._record, workers=1)
        self._unread, self._fresh = None, 0
        self._tally.read += report.read
        self._tally.incidents = report.incidents
        for failure in report.failures:
            self._say(Happening("", str(failure), wrong=True))


@dataclass
class _Told:
    """What a visit added to the record."""

    feed: str
    documents: int = 0
    versions: int = 0
    pages: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def said(self) -> str:
        parts = [
            f"{number} {what}"
            for number, what in (
                (self.pages, "new addresses"), (self.documents - self.versions, "new articles"),
                (self.versions, "changed articles"),
            )
            if number
        ]  # fmt: skip
        return ", ".join(parts)


def _add(kept: Watching, documents: list[Document], feed: str) -> _Told:
    """Appends the documents, each known text counted as what it is."""
    if not documents:
        return _Told(feed)
    added = kept.add(documents)
    return _Told(
        feed, added.documents, added.versions,
        counts={
            "taken": added.documents - added.versions, "changed": added.versions,
            "known text": added.captures + added.known,
        },
    )  # fmt: skip


def _state(known: FeedState | None, feed: Feed, now: datetime) -> FeedState:
    """A feed's state as its file now has it; one whose address changed begins anew, with its tally."""
    every = feed.pace.every.total_seconds()
    told = {"silent_after": feed.silent_after.total_seconds(), "outlet": feed.outlet, "watched": True}
    if known is None:
        return FeedState(feed.name, feed.url, now, now, every, **told)  # type: ignore[arg-type]
    if known.url != feed.url:
        return FeedState(feed.name, feed.url, now, now, every, counts=known.counts, **told)  # type: ignore[arg-type]
    interval = feed.pace.bounded(timedelta(seconds=known.interval)).total_seconds()
    due = min(known.due, now + feed.pace.at_most)
    return replace(known, interval=interval, due=due, **told)  # type: ignore[arg-type]
