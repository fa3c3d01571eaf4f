"""One visit to a server: a feed read, or an article taken from its page. No clock but the one given."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from marsad.ingest import web
from marsad.ingest.compose import Dateline
from marsad.ingest.decode import MAX_DOCUMENT_BYTES
from marsad.ingest.fault import Fault
from marsad.ingest.feeds.listing import MAX_LISTING_BYTES, DayIn, Listing, listing
from marsad.ingest.feeds.robots import Robots
from marsad.ingest.feeds.schedule import retry_after
from marsad.ingest.feeds.told import Feed
from marsad.ingest.http_head import http_head
from marsad.model import Capture, Document
from marsad.net import Client, NotFetched, Reply

#: Query fields by which a site tells who sent a reader; the article is the same without them.
_TRACKING = ("utm_", "fbclid", "gclid", "mc_cid", "mc_eid")
_LISTS = "application/rss+xml, application/atom+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
_PAGES = "text/html, application/xhtml+xml;q=0.9, */*;q=0.3"
_GONE = frozenset({404, 410, 451})


@dataclass(frozen=True, slots=True)
class Seen:
    """What a server may be reminded of, so that it need not send again what has not changed."""

    etag: str | None = None
    modified: str | None = None

    @classmethod
    def of(cls, reply: Reply) -> Seen:
        """That of a reply."""
        return cls(reply.header("etag"), reply.header("last-modified"))

    @property
    def headers(self) -> dict[str, str]:
        """The headers that ask for what is newer."""
        told = {"If-None-Match": self.etag, "If-Modified-Since": self.modified}
        return {name: value for name, value in told.items() if value}


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The server says that nothing has changed."""

    reply: Reply


@dataclass(frozen=True, slots=True)
class Listed:
    """A feed's entries."""

    reply: Reply
    seen: Seen
    listing: Listing


@dataclass(frozen=True, slots=True)
class Article:
    """The document of a page."""

    reply: Reply
    seen: Seen
    document: Document


@dataclass(frozen=True, slots=True)
class Missed:
    """Nothing was taken: why, in a word and in words. `wait` is what the server asks for.

    `passing` where another try may do, `gone` where the page is no more.
    """

    why: str
    message: str
    passing: bool
    wait: timedelta | None = None
    gone: bool = False
    reply: Reply | None = None


Outcome = Unchanged | Listed | Article | Missed


@dataclass(frozen=True)
class Visit:
    """How visits are made."""

    client: Client
    robots: Robots
    dateline: Dateline | None = None
    day_in: DayIn | None = None

    def list(self, feed: Feed, url: str, seen: Seen) -> Unchanged | Listed | Missed:
        """Reads a feed, or a sitemap that its index named."""
        reply = self._get(url, feed, seen, accept=_LISTS, most=MAX_LISTING_BYTES)
        if not isinstance(reply, Reply):
            return reply
        found = listing(reply.body, reply.url, told=reply.header("content-type"), day_in=self.day_in)
        if isinstance(found, Fault):
            return Missed("unreadable", _said(found), passing=True, reply=reply)
        return Listed(reply, Seen.of(reply), found)

    def article(
        self, feed: Feed, url: str, seen: Seen, *, published: date | None = None
    ) -> Unchanged | Article | Missed:
        """Takes the article of a page; `published` is the day that the feed tells, for a page that tells none."""
        reply = self._get(url, feed, seen, accept=_PAGES, most=MAX_DOCUMENT_BYTES)
        if not isinstance(reply, Reply):
            return reply
        there = address(reply.url)
        if _is_home(there) and not _is_home(url):
            said = "leads to the front page: the article is no more"
            return Missed("no article", said, passing=False, gone=True, reply=reply)
        raw = web.reply(
            reply.body, head=head_of(reply), media_type=_media(reply), url=there, published=published
        )
        found = web.article(raw, url, dateline=self.dateline)
        if isinstance(found, Fault):
            return Missed("no article", found.message, passing=False, reply=reply)
        outlet = feed.outlet or found.capture.outlet
        document = replace(found, capture=Capture(url, there, outlet, reply.at, raw))
        return Article(reply, Seen.of(reply), document)

    def _get(self, url: str, feed: Feed, seen: Seen, *, accept: str, most: int) -> Reply | Unchanged | Missed:
        bounds = replace(self.client.limits, body=most)
        reply = self.client.get(
            url, allowed=feed.allowed, headers={"Accept": accept, **seen.headers}, limits=bounds,
            gate=self.robots.gate(feed.allowed),
        )  # fmt: skip
        if isinstance(reply, NotFetched):
            more = "" if reply.url == url else f" at {reply.url}"
            if reply.why == "address" and reply.url == url:
                more = "; allow_private in the feeds file opens an address with its port"
            return Missed(reply.why, f"{reply.message}{more}", reply.passing)
        if reply.status == 304:
            return Unchanged(reply)
        if reply.status != 200:
            wait = retry_after(reply.header("retry-after"), reply.at)
            gone = reply.status in _GONE
            passing = reply.status in (408, 425, 429) or reply.status >= 500
            return Missed(
                f"HTTP {reply.status}",
                f"answers {reply.status} {reply.reason}".strip(),
                passing,
                wait,
                gone,
                reply,
            )
        return reply


def head_of(reply: Reply) -> bytes:
    """Status line and headers, as they are kept."""
    return http_head(reply.status, reply.reason, reply.headers, size=len(reply.body))


def _media(reply: Reply) -> str:
    return (reply.header("content-type") or "").partition(";")[0].strip()


def _said(fault: Fault) -> str:
    return f"{fault.message} ({fault.hint})" if fault.hint else fault.message


def _is_home(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path.strip("/") in ("", "ar", "en", "index.html", "index.php") and not parts.query


def address(url: str) -> str:
    """The address under which an article is known: without fragment and without who sent the reader."""
    parts = urlsplit(url.strip())
    kept = [
        (key, value)
        for key, value in parse_qsl(parts.query, keep_blank_values=True)
        if not key.lower().startswith(_TRACKING)
    ]
    query = parts.query if len(kept) == parts.query.count("&") + bool(parts.query) else urlencode(kept)
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path or "/", query, ""))


def host_of(url: str) -> str:
    """The machine that is asked, with its port where that is told."""
    return urlsplit(url).netloc.rpartition("@")[2].lower()
