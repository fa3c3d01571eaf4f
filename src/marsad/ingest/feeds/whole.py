"""Articles that a feed carries whole, and no page has to be asked for."""

from __future__ import annotations

from dataclasses import replace

from marsad.ingest import pages
from marsad.ingest.compose import Dateline, compose
from marsad.ingest.fault import Fault
from marsad.ingest.feeds.listing import Entry, listing
from marsad.ingest.feeds.told import Feed
from marsad.ingest.feeds.visit import address, head_of
from marsad.model import Capture, Document, Piece, Raw
from marsad.net import Reply

#: How an entry becomes a document; the number is raised when the same bytes give another one.
_RECIPE = "entry/1"


def from_feed(
    entry: Entry, feed: Feed, reply: Reply, *, url: str, dateline: Dateline | None
) -> Document | Fault:
    """The article of an entry; the bytes that are kept are those of the whole feed."""
    found = _document(entry, url, dateline)
    if isinstance(found, Fault):
        return found
    raw = Raw(
        (Piece(reply.body),), f"{_RECIPE} {pages.recipe()}", "application/xml", feed.url, url, head_of(reply)
    )
    there = entry.url and address(entry.url)
    return replace(found, capture=Capture(url, there, feed.outlet, reply.at, raw))


def entry_again(raw: Raw, name: str, *, dateline: Dateline | None) -> Document | Fault:
    """The article of an entry out of the bytes of its feed."""
    found = listing(raw.body, raw.file)
    if isinstance(found, Fault):
        return found
    for entry in found.entries:
        if raw.item in (entry.url and address(entry.url), f"{raw.file}#{entry.guid}"):
            return _document(entry, name, dateline)
    return Fault(raw.file, f"the feed has no entry {raw.item}")


def _document(entry: Entry, url: str, dateline: Dateline | None) -> Document | Fault:
    html = f"<html><body><article>{_paragraphs(entry.html or '')}</article></body></html>"
    found = pages.article(html, url, url)
    if isinstance(found, Fault):
        return found
    return compose(
        found.text, title=entry.title, published=entry.published,
        dated_by="metadata" if entry.published else None, dateline=dateline, capture=Capture(url),
    )  # fmt: skip


def _paragraphs(html: str) -> str:
    """Plain text of a feed as paragraphs; HTML as it stands."""
    return html if "<" in html else "".join(f"<p>{line}</p>" for line in html.split("\n"))
