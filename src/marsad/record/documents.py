"""Documents and their captures: appended, never changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, select

from marsad.model import Capture, Document, Span
from marsad.record import captures, chain
from marsad.record.base import insert_new
from marsad.record.schema import CAPTURES, DOCUMENTS, UNLINKED

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Added:
    """What an `add` did: new documents, new captures of known ones, new versions of pages.

    A new version is also a new document; what was known entirely is `known`.
    """

    documents: int = 0
    captures: int = 0
    versions: int = 0
    known: int = 0

    def __add__(self, other: Added) -> Added:
        return Added(
            self.documents + other.documents,
            self.captures + other.captures,
            self.versions + other.versions,
            self.known + other.known,
        )


@dataclass(frozen=True, slots=True)
class Version:
    """One text of a page: which in the order of texts seen there, and when it was captured."""

    url: str
    number: int
    document_id: str
    retrieved: datetime | None


def add(connection: Connection, documents: Iterable[Document]) -> Added:
    """Appends documents and captures; what is already there stays as it is."""
    total = Added()
    log = chain.Log.of(connection, captures.LOG)
    for document in documents:
        total += _add(connection, document, log)
    log.note(connection)
    return total


def _add(connection: Connection, document: Document, log: chain.Log) -> Added:
    id_ = document.id
    new = insert_new(
        connection,
        DOCUMENTS,
        id=id_,
        text=document.text,
        published=document.published,
        dated_by=document.dated_by,
        headline_start=document.headline.start if document.headline else None,
        headline_end=document.headline.end if document.headline else None,
        language=document.language,
    )
    seq = captures.ordinal(connection, document.capture.url, id_)
    if not captures.append(connection, log, document, seq=seq, new=new):
        return Added(known=1)
    if not new:  # whose word it is may be another's now
        insert_new(connection, UNLINKED, document_id=id_)
    return Added(documents=int(new), captures=int(not new), versions=int(new and seq > 1))


def versions(connection: Connection, document_id: str) -> tuple[Version, ...]:
    """Every capture at the addresses of a document, the latest last: that is what stands there now.

    A page that went back to an earlier text has that text twice. Captures without a moment come first.
    """
    row = CAPTURES.c
    own = select(row.url).where(row.document_id == document_id, row.url != "")
    found = connection.execute(
        select(CAPTURES).where(row.url.in_(own)).order_by(row.url, row.retrieved, row.seq, row.number)
    )
    return tuple(
        Version(one.url, one.seq, one.document_id, captures.capture_of(one).retrieved) for one in found
    )


def taken(connection: Connection, document_ids: Sequence[str]) -> dict[str, tuple[Capture, ...]]:
    """Every capture of each document, the first taken in first."""
    return {
        id_: items
        for part in parts(document_ids)
        for id_, items in captures.of_documents(connection, part).items()
    }


def by_ids(connection: Connection, document_ids: Sequence[str]) -> dict[str, Document]:
    """The documents of those ids, each with its first capture."""
    known = taken(connection, document_ids)
    out: dict[str, Document] = {}
    for part in parts(document_ids):
        for row in connection.execute(select(DOCUMENTS).where(DOCUMENTS.c.id.in_(part))):
            document = document_of(row)
            first = known.get(row.id) or (Capture(""),)
            out[row.id] = replace(document, capture=first[0])
    return out


def document_of(row: Row[Any]) -> Document:
    """A row of `DOCUMENTS`, without its captures."""
    headline = None if row.headline_end is None else Span(row.headline_start or 0, row.headline_end)
    return Document(row.text, row.published, row.dated_by, headline, row.language)


def ids(connection: Connection) -> list[str]:
    """Every document's id, in order of arrival."""
    return list(connection.execute(select(DOCUMENTS.c.id).order_by(DOCUMENTS.c.number)).scalars())


def parts(items: Sequence[T], size: int = 500) -> Iterator[Sequence[T]]:
    """SQLite takes a bounded number of parameters in one statement."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def page(connection: Connection, *, after: int, limit: int) -> list[tuple[int, str]]:
    """Numbers and ids of the documents that arrived after the one of that number."""
    row = DOCUMENTS.c
    query = select(row.number, row.id).where(row.number > after).order_by(row.number).limit(limit)
    return [(number, id_) for number, id_ in connection.execute(query)]
