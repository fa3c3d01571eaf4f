"""An article as a server sent it: what the head of the reply says of the bytes is heard too."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from marsad.ingest import pages
from marsad.ingest.charset import page_text
from marsad.ingest.compose import Dateline
from marsad.ingest.decode import other_format
from marsad.ingest.fault import Fault
from marsad.ingest.http_head import header
from marsad.model import Document, Piece, Raw


def recipe() -> str:
    """How a reply becomes a document; the number is raised when the same bytes give another one."""
    return f"web/1 {pages.recipe()}"


def reply(body: bytes, *, head: bytes, media_type: str, url: str, published: date | None) -> Raw:
    """What is kept of a reply; `published` is the day that the feed told, for a page that tells none."""
    day = published.isoformat() if published else ""
    return Raw((Piece(body),), recipe(), media_type, file=url, item=day, head=head)


def article(raw: Raw, name: str, *, dateline: Dateline | None = None) -> Document | Fault:
    """The article of a reply, or a fault where it has none."""
    where, body = raw.file or name, raw.body
    # a page of UTF-16, or one with a stray NUL, is read as archives and browsers do
    if fault := other_format(body, where):
        return fault
    text = page_text(body, where, told=header(raw.head, "content-type"), guess=True)
    if isinstance(text, Fault):
        return text
    found = pages.article(text, where, name, dateline=None if raw.item else dateline, raw=raw)
    if isinstance(found, Document) and found.published is None and raw.item:
        return replace(found, published=date.fromisoformat(raw.item), dated_by="metadata")
    return found
