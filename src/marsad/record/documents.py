"""Documents and their captures: appended, never changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select
from sqlalchemy.dialects.sqlite import insert

from marsad.model import Capture, Document, Span
from marsad.record.schema import CAPTURES, DOCUMENTS, UNLINKED


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


def add(connection: Connection, documents: Iterable[Document]) -> Added:
    """Appends documents and captures; what is already there stays as it is."""
    total = Added()
    for document in documents:
        total += _add(connection, document)
    return total


def _add(connection: Connection, document: Document) -> Added:
    id_ = document.id
    new = connection.execute(
        insert(DOCUMENTS)
        .values(
            id=id_,
            text=document.text,
            published=document.published,
            dated_by=document.dated_by,
            headline_start=document.headline.start if document.headline else None,
            headline_end=document.headline.end if document.headline else None,
            language=document.language,
        )
        .on_conflict_do_nothing(index_elements=["id"])
    ).rowcount
    capture = document.capture
    seq = _ordinal(connection, capture.url, id_)
    taken = connection.execute(
        insert(CAPTURES)
        .values(
            document_id=id_,
            source_id=capture.source_id,
            url=capture.url or "",
            outlet=capture.outlet or "",
            retrieved=capture.retrieved.isoformat() if capture.retrieved else "",
            seq=seq,
        )
        .on_conflict_do_nothing()
    ).rowcount
    if not taken:
        return Added(known=1)
    if not new:  # whose word it is may be another's now
        connection.execute(insert(UNLINKED).values(document_id=id_).on_conflict_do_nothing())
    return Added(documents=new, captures=0 if new else 1, versions=int(bool(new) and seq > 1))


def _ordinal(connection: Connection, url: str | None, document_id: str) -> int:
    """Which version of its page the document is: 1 for the first text seen at the url."""
    if not url:
        return 1
    known = connection.execute(
        select(CAPTURES.c.seq).where(CAPTURES.c.url == url, CAPTURES.c.document_id == document_id)
    ).scalar()
    if known is not None:
        return int(known)
    last = connection.execute(select(func.max(CAPTURES.c.seq)).where(CAPTURES.c.url == url)).scalar()
    return (last or 0) + 1


def _capture(row: Row[Any]) -> Capture:
    return Capture(
        source_id=row.source_id,
        url=row.url or None,
        outlet=row.outlet or None,
        retrieved=datetime.fromisoformat(row.retrieved) if row.retrieved else None,
    )


def captures(connection: Connection, document_ids: Sequence[str]) -> dict[str, tuple[Capture, ...]]:
    """Every capture of each document, the first taken in first."""
    found: dict[str, list[Capture]] = {id_: [] for id_ in document_ids}
    for part in parts(document_ids):
        rows = connection.execute(
            select(CAPTURES).where(CAPTURES.c.document_id.in_(part)).order_by(CAPTURES.c.number)
        )
        for row in rows:
            found[row.document_id].append(_capture(row))
    return {id_: tuple(items) for id_, items in found.items()}


def by_ids(connection: Connection, document_ids: Sequence[str]) -> dict[str, Document]:
    """The documents of those ids, each with its first capture."""
    taken = captures(connection, document_ids)
    out: dict[str, Document] = {}
    for part in parts(document_ids):
        for row in connection.execute(select(DOCUMENTS).where(DOCUMENTS.c.id.in_(part))):
            headline = None if row.headline_end is None else Span(row.headline_start or 0, row.headline_end)
            document = Document(
                text=row.text,
                published=row.published,
                dated_by=row.dated_by,
                headline=headline,
                language=row.language,
            )
            first = taken.get(row.id) or (Capture(""),)
            out[row.id] = replace(document, capture=first[0])
    return out


def ids(connection: Connection) -> list[str]:
    """Every document's id, in order of arrival."""
    return list(connection.execute(select(DOCUMENTS.c.id).order_by(DOCUMENTS.c.number)).scalars())


def parts(items: Sequence[str], size: int = 500) -> Iterator[Sequence[str]]:
    """SQLite takes a bounded number of parameters in one statement."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def page(connection: Connection, *, after: int, limit: int) -> list[tuple[int, str]]:
    """Numbers and ids of the documents that arrived after the one of that number."""
    row = DOCUMENTS.c
    query = select(row.number, row.id).where(row.number > after).order_by(row.number).limit(limit)
    return [(number, id_) for number, id_ in connection.execute(query)]
