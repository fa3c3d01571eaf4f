"""What a visit means: how feed and pages stand after it, and which documents it brought. Pure."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from marsad.ingest import Fault
from marsad.ingest.feeds import (
    Article,
    Entry,
    Feed,
    Listed,
    Missed,
    Pace,
    Unchanged,
    address,
    again,
    failed,
    from_feed,
    later,
)
from marsad.model import Document, Span
from marsad.watched import FeedState, Page

Chance = Callable[[], float]
Dateline = Callable[[str], tuple[date, Span] | None]

#: How long an article that could not be had is waited for, and how often it is tried.
_PAGE_PACE = Pace(timedelta(minutes=2), timedelta(hours=6))
_TRIES = 6
#: Lists that an index may name at one visit.
_CHILDREN = 50
#: After so many failures in a row the address in the file is tried again instead of the one it moved to.
_DOUBT = 3


@dataclass
class Settled:
    """What is to be written down together."""

    state: FeedState
    pages: list[Page] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)


# ── feeds ─────────────────────────────────────────────────────────────────────────────────


def listed(
    state: FeedState,
    feed: Feed,
    visit: Listed,
    known: Mapping[str, Page],
    guids: Mapping[str, str],
    now: datetime,
    *,
    dateline: Dateline | None = None,
) -> Settled:
    """After a list was read: addresses that are new or said to have changed are due at once.

    `known` are the pages of its entries that were met before, `guids` the addresses of its ids.
    """
    tally: Counter[str] = Counter(listed=len(visit.listing.entries), flawed=bool(visit.listing.flaw))
    out = Settled(state)
    oldest = (now - feed.backlog).date()
    index = visit.listing.kind == "index"
    most = _CHILDREN if index else feed.most
    met: set[str] = set()
    for entry in _newest_first(visit):
        url = _address_of(entry, feed)
        if url is None:
            tally["without an address"] += 1
            continue
        if url in met:
            tally["listed twice"] += 1
            continue
        met.add(url)
        page = known.get(url)
        if page is None and entry.published and entry.published < oldest:
            tally["too old"] += 1
            continue
        if page is None and len(out.pages) >= most:
            tally["left for the next visit"] += 1
            continue
        if entry.guid and page is None and guids.get(entry.guid, url) != url:
            tally["id of another article"] += 1
        if feed.whole and entry.html and not index:
            _whole(out, tally, feed, visit, entry, url, page, now, dateline)
        elif page is None:
            tally["lists" if index else "new"] += 1
            out.pages.append(_page(entry, url, feed, now, sitemap=index))
        elif _changed(entry, page):
            tally["said to have changed"] += not index
            out.pages.append(replace(page, changed=entry.changed, due=now, tries=0))
        elif entry.changed and page.changed is None:
            out.pages.append(replace(page, changed=entry.changed))
    out.state = replace(
        state, title=visit.listing.title or state.title, counts=state.counted(tally),
        news=now if tally["new"] or out.documents else state.news,
    )  # fmt: skip
    return out


def _newest_first(visit: Listed) -> list[Entry]:
    """The entries in the order in which they are taken where not all can be: feeds have theirs."""
    entries = list(visit.listing.entries)
    if visit.listing.kind == "feed":
        return entries
    return sorted(entries, key=lambda entry: entry.published or date.min, reverse=True)


def _address_of(entry: Entry, feed: Feed) -> str | None:
    """The address under which an entry is known; one that a feed carries whole may have none of its own."""
    if entry.url and entry.url.startswith(("http://", "https://")):
        return address(entry.url)
    if feed.whole and entry.html:
        name = entry.guid or hashlib.sha256(entry.html.encode()).hexdigest()[:16]
        return f"{feed.url}#{name}"
    return None


def _page(entry: Entry, url: str, feed: Feed, now: datetime, *, sitemap: bool) -> Page:
    return Page(
        url, feed.name, seen=now, due=now, sitemap=sitemap, guid=entry.guid, published=entry.published,
        changed=entry.changed,
    )  # fmt: skip


def _changed(entry: Entry, page: Page) -> bool:
    """Whether there is said to be something else at the address than when it was last visited."""
    return page.status != "gone" and bool(page.changed and entry.changed and page.changed != entry.changed)


def _whole(
    out: Settled, tally: Counter[str], feed: Feed, visit: Listed, entry: Entry, url: str, page: Page | None,
    now: datetime, dateline: Dateline | None,
) -> None:  # fmt: skip
    """Takes an article that the feed carries itself."""
    found = from_feed(entry, feed, visit.reply, url=url, dateline=dateline)
    base = page or _page(entry, url, feed, now, sitemap=False)
    if isinstance(found, Fault):
        if page is None:
            tally["new"] += 1
            out.pages.append(replace(base, due=None, status="refused", why="no article", error=found.message))
    elif found.id != base.document_id:
        tally["new"] += page is None
        out.documents.append(named(found, base))
        out.pages.append(
            replace(
                base,
                due=None,
                status="taken",
                document_id=found.id,
                changed=entry.changed,
                looks=base.looks + 1,
            )
        )


def polled(state: FeedState, feed: Feed, now: datetime, chance: Chance, *, new: bool) -> FeedState:
    """After a visit that was answered in order."""
    interval = later(timedelta(seconds=state.interval), feed.pace, new=new)
    return replace(
        state, asked=now, contact=now, due=now + again(interval, chance), interval=interval.total_seconds(),
        failures=0, why=None, error=None, counts=state.counted({"visits": 1}),
    )  # fmt: skip


def unanswered(state: FeedState, feed: Feed, visit: Missed, now: datetime, chance: Chance) -> FeedState:
    """After a visit that was not: the next comes later, and never before the server allows it."""
    failures = state.failures + 1
    wait = failed(failures, feed.pace, chance)
    if not visit.passing:
        wait = max(wait, feed.pace.at_most)
    if visit.wait is not None:
        wait = max(wait, visit.wait)
    return replace(
        state, asked=now, due=now + wait, failures=failures, why=visit.why, error=visit.message,
        moved=None if failures >= _DOUBT else state.moved,
        counts=state.counted({"visits": 1, "failed": 1, f"failed: {visit.why}": 1}),
    )  # fmt: skip


# ── pages ─────────────────────────────────────────────────────────────────────────────────


def visited(
    page: Page, feed: Feed, visit: Article | Unchanged, now: datetime
) -> tuple[Page, Document | None]:
    """After an article was had, or found unchanged."""
    looks = page.looks + 1
    wait = feed.recheck[looks - 1] if looks <= len(feed.recheck) else None
    due = max(page.seen + wait, now + timedelta(minutes=1)) if wait else None
    after = replace(page, due=due, status="taken", why=None, error=None, looks=looks, tries=0)
    if isinstance(visit, Unchanged):
        return after, None
    document = visit.document
    after = replace(after, document_id=document.id, etag=visit.seen.etag, modified=visit.seen.modified)
    return after, None if document.id == page.document_id else named(document, page)


def named(document: Document, page: Page) -> Document:
    """The document, under a name of its own where the page may have gone back to an earlier text.

    The record keeps one capture a name: without it, the earlier text would not be the latest again.
    """
    if page.document_id is None or document.capture.retrieved is None:
        return document
    moment = document.capture.retrieved.strftime("%Y-%m-%dT%H:%M:%SZ")
    return replace(document, capture=replace(document.capture, source_id=f"{page.url} ({moment})"))


def reread(page: Page, feed: Feed, now: datetime, *, new: bool) -> Page:
    """After a list that an index named was read.

    Where the index tells its last change, that says when to come again; else it has an interval of its own,
    longer with each visit (`looks`) that brought nothing.
    """
    looks = 0 if new else page.looks + 1
    wait = feed.pace.bounded(feed.pace.every * 1.5 ** min(looks, 40))
    due = now + wait if page.changed is None else None
    return replace(page, due=due, status="taken", looks=looks, tries=0, why=None, error=None)


def missed(page: Page, visit: Missed, now: datetime, chance: Chance) -> Page:
    """After an article could not be had."""
    tries = page.tries + 1
    if visit.passing and tries < _TRIES:
        wait = max(failed(tries, _PAGE_PACE, chance), visit.wait or timedelta(0))
        return replace(page, due=now + wait, tries=tries, why=visit.why, error=visit.message)
    status = page.status
    if visit.gone:
        status = "gone"
    elif page.document_id is None:
        status = "refused"
    return replace(page, due=None, status=status, tries=tries, why=visit.why, error=visit.message)


def counts(before: Page, after: Page, visit: Article | Unchanged | Missed) -> Iterator[tuple[str, int]]:
    """What a visit to a page adds to its feed's tally, besides what the record says of the document."""
    yield "page visits", 1
    if isinstance(visit, Missed):
        yield f"missed: {visit.why}", 1
        yield "withdrawn", int(after.status == "gone" and before.document_id is not None)
    elif before.looks:
        yield "looked at again", 1
