"""What a feed lists: RSS and Atom by feedparser, sitemaps and their indexes by lxml."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from email.utils import parsedate
from io import BytesIO
from typing import Any, Literal
from urllib.parse import urljoin

from marsad.ingest.charset import page_text
from marsad.ingest.compose import day_of
from marsad.ingest.decode import MAX_DOCUMENT_BYTES, megabytes, unsound
from marsad.ingest.fault import Fault
from marsad.model import FIRST_YEAR
from marsad.net import inflated

Kind = Literal["feed", "sitemap", "index"]
#: Finds a day in words, as `29 تشرين الثاني 2026`.
DayIn = Callable[[str], date | None]

#: A list is longer than an article may be, but has its end too: what the protocol of sitemaps allows. Feeds hold the
#: latest alone, and reading them takes a second a megabyte.
MAX_LISTING_BYTES = 50_000_000
_MAX_FEED = MAX_DOCUMENT_BYTES
#: What may stand before a list's first element: declarations, in which feedparser looks for entities in a time that
#: grows with the square. And how deep elements may stand in one another, for the same reason.
_MAX_HEAD, _MAX_DEPTH = 10_000, 256
_TAG = re.compile(r"<(/?)[A-Za-z_:][^<>]*?(/?)>")
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
_ROOT = re.compile(r"<(?![?!])(?:[\w.-]+:)?([A-Za-z]+)")
_GZIP = b"\x1f\x8b"
_LOOK = "look at the address in a browser"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list. `changed` is what it says of its last change, as it stands there.

    `html` is the article where the feed carries it whole.
    """

    url: str | None
    guid: str | None = None
    title: str | None = None
    published: date | None = None
    changed: str | None = None
    html: str | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """The entries of a feed in its order; of an index, those are sitemaps. `flaw` is what is broken in it."""

    kind: Kind
    entries: tuple[Entry, ...]
    title: str | None = None
    flaw: str | None = None


def listing(raw: bytes, url: str, *, told: str | None = None, day_in: DayIn | None = None) -> Listing | Fault:
    """What the bytes at `url` list; `told` is the server's `Content-Type`."""
    if raw.startswith(_GZIP):
        unpacked = inflated(raw, MAX_LISTING_BYTES)
        if isinstance(unpacked, str):
            return Fault(url, f"the packed list cannot be unpacked: {unpacked}", _LOOK)
        raw = unpacked
    text = page_text(raw, url, told=told, guess=True)
    if isinstance(text, Fault):
        return text
    root = _ROOT.search(text[:_MAX_HEAD])
    name = root[1].lower() if root else ""
    if name in ("urlset", "sitemapindex"):
        return _sitemap(text, url, day_in)
    if name == "html":
        return Fault(url, "is a web page, not a feed", _feeds_of(text, url))
    return _feed(text, url, day_in)


def _feeds_of(text: str, url: str) -> str:
    """The way out of one who names a page: the feeds that it states."""
    links = re.findall(r"<link\b[^>]{0,500}>", text[:200_000], re.IGNORECASE)
    stated = [
        urljoin(url, href[1])
        for link in links
        if re.search(r"application/(rss|atom)\+xml", link)
        and (href := re.search(r"href\s*=\s*[\"']([^\"']+)", link))
    ]
    return f"it states the feed {stated[0]}" if stated else 'kind = "page" watches a single page'


# ── RSS and Atom ──────────────────────────────────────────────────────────────────────────


def _feed(text: str, url: str, day_in: DayIn | None) -> Listing | Fault:
    import feedparser

    if fault := _boundless(text, url):
        return fault
    # A stream, never the bytes themselves: a body that reads like an address or a file name would be opened.
    try:
        found: Any = feedparser.parse(
            BytesIO(text.encode()),
            response_headers={"content-type": "application/xml; charset=utf-8", "content-location": url},
        )
    except Exception as error:  # whatever its many parsers make of what is none of their formats
        return Fault(url, f"no feed can be read: {type(error).__name__}", _LOOK)
    entries = tuple(_entries(found.entries, url, day_in))
    flaw = str(found.get("bozo_exception", "")).split("\n")[0] if found.get("bozo") else None
    if not entries and (flaw or not found.get("version")):
        said = f"no feed can be read: {flaw}" if flaw else "is no feed"
        return Fault(url, said, f"RSS, Atom and sitemaps are read; {_LOOK}")
    return Listing("feed", entries, _text(found.feed.get("title")), flaw)


def _boundless(text: str, url: str) -> Fault | None:
    """What of a feed would take time without end, if anything."""
    if len(text) > _MAX_FEED or len(text.encode()) > _MAX_FEED:
        return Fault(url, f"the feed is longer than {megabytes(_MAX_FEED)}", _LOOK)
    begin = re.search(r"<\w", text)
    if begin and begin.start() > _MAX_HEAD:
        return Fault(url, f"the feed begins only behind {begin.start():,} characters", _LOOK)
    depth = 0
    for tag in _TAG.finditer(text):
        depth += -1 if tag[1] else 0 if tag[2] else 1
        if depth > _MAX_DEPTH:
            line = text.count("\n", 0, tag.start()) + 1
            return Fault(url, f"the feed nests more than {_MAX_DEPTH} elements, in line {line:,}", _LOOK)
    return None


def _entries(found: Any, url: str, day_in: DayIn | None) -> Iterator[Entry]:
    for item in found:
        # asked as a plain dict: feedparser gives `published` where there is no `updated`
        updated = _text(dict.get(item, "updated"))
        link = _text(item.get("link"))
        guid = _text(item.get("id"))
        if not link and guid and guid.startswith(("http://", "https://")):
            link = guid
        contents = [_text(part.get("value")) or "" for part in item.get("content", ())]
        longest = max([*contents, _text(item.get("summary")) or ""], key=len)
        yield Entry(
            url=urljoin(url, link) if link else None,
            guid=guid,
            title=_text(item.get("title")),
            published=day_told(item.get("published") or updated or item.get("created"), day_in),
            changed=updated,
            html=longest or None,
        )


# ── sitemaps ──────────────────────────────────────────────────────────────────────────────


def _sitemap(text: str, url: str, day_in: DayIn | None) -> Listing | Fault:
    from lxml import etree

    # No entities, no network, no trees without end: the file is a stranger's.
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True,
        remove_comments=True, remove_pis=True, encoding="utf-8",
    )  # fmt: skip
    body = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    try:
        tree: Any = etree.fromstring(body.encode(), parser)
    except etree.XMLSyntaxError as error:
        return Fault(url, f"no sitemap can be read: {error.msg}", _LOOK)
    if tree is None:
        return Fault(url, "no sitemap can be read", _LOOK)
    kind: Kind = "index" if etree.QName(tree).localname == "sitemapindex" else "sitemap"
    flaw = parser.error_log[0].message if len(parser.error_log) else None
    entries = []
    for node in tree:
        told = {
            etree.QName(child).localname: _text(child.text)
            for child in node.iter()
            if isinstance(child.tag, str) and child.text
        }
        if told.get("loc"):
            day = day_told(told.get("publication_date") or told.get("lastmod"), day_in)
            link = urljoin(url, told["loc"] or "")
            entries.append(Entry(link, None, told.get("title"), day, told.get("lastmod")))
    return Listing(kind, tuple(entries), None, flaw)


# ── values ────────────────────────────────────────────────────────────────────────────────


def _text(value: Any) -> str | None:
    if not isinstance(value, str) or unsound(value):
        return None
    return value.strip() or None


def day_told(value: Any, day_in: DayIn | None = None) -> date | None:
    """The day that a feed's date names, in the zone that it names: ISO, RFC 822, or in Arabic words."""
    told = _text(value)
    if told is None:
        return None
    told = told.translate(_DIGITS)
    if day := day_of(told):
        return day
    parts = parsedate(told)
    if parts is not None:
        try:
            day = date(*parts[:3])
        except ValueError:
            day = None
        return day if day and day.year >= FIRST_YEAR else None
    return day_in(told) if day_in else None
