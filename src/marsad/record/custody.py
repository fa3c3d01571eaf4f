"""Whether all that was appended is still as it was appended: bytes, captures, documents, decisions.

Derived tables are not looked at: they can be derived anew and compared (`digest`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from sqlalchemy import Connection, Row, Select, String, Table, func, select, type_coerce

from marsad.errors import RecordError
from marsad.model import Document, Span, event_id, incident_id
from marsad.record import captures, chain, codec, decisions, ids
from marsad.record.captures import Trace
from marsad.record.schema import BLOBS, CAPTURES, DECISIONS, DOCUMENTS, RETIRED

_PAGE = 200
What = Literal["file", "bytes", "captures", "documents", "decisions", "ids"]


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that is not as it was appended.

    `captures` are the numbers of the captures that it is of, `document_id` the document, `place`
    the bytes and the file that they came in with; of a document `found` is what stands there now,
    where it can be read at all.
    """

    what: What
    message: str
    captures: tuple[int, ...] = ()
    document_id: str | None = None
    place: str | None = None
    found: Document | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Holding:
    """What a record holds of what was appended, and the hashes of the last rows of its logs.

    `size` is that of the bytes that came in, each counted once.
    """

    captures: int
    last_capture: str
    with_bytes: int
    size: int
    documents: int
    decisions: int
    last_decision: str


def holding(connection: Connection) -> Holding:
    """What is held. The last hashes, noted elsewhere, prove all that was appended before them."""

    def one(query: Select[Any]) -> int:
        return int(connection.execute(query).scalar_one())

    count = select(func.count())
    return Holding(
        *chain.head(connection, captures.LOG),
        one(count.select_from(CAPTURES).where(CAPTURES.c.raw != "")),
        one(select(func.coalesce(func.sum(BLOBS.c.size), 0))),
        one(count.select_from(DOCUMENTS)),
        *decisions.head(connection),
    )


def noted(connection: Connection, hash_: str) -> str | None:
    """The row of a log that has this hash, or this beginning of one, in words."""
    for table, one in ((CAPTURES, "capture"), (DECISIONS, "decision")):
        number = connection.execute(
            select(table.c.number).where(table.c.hash.startswith(hash_, autoescape=True))
        ).scalar()
        if number is not None:
            return f"{one} {number}"
    return None


def wrongs(connection: Connection) -> Iterator[Wrong]:
    """Everything that is not as it was appended; nothing when all is."""
    yield from _bytes(connection)
    yield from _captures(connection)
    yield from _documents(connection)
    for said in decisions.faults(connection):
        yield Wrong("decisions", said)
    yield from _retired(connection)


def _rows(connection: Connection, table: Table) -> Iterator[Sequence[Row[Any]]]:
    """The rows of a table by its key, a page at a time."""
    # a day that is none must be seen, not be refused
    columns = [type_coerce(c, String).label(c.name) if c.name == "published" else c for c in table.columns]
    query = select(*columns).order_by(*table.primary_key.columns)
    yield from connection.execute(query, execution_options={"yield_per": _PAGE}).partitions()


def _askable(keys: Iterable[str]) -> list[str]:
    """Hashes and ids that a database can be asked for; a changed one may be no text any more."""
    return sorted(key for key in keys if key.isascii())


# ── bytes ─────────────────────────────────────────────────────────────────────────────────


def _bytes(connection: Connection) -> Iterator[Wrong]:
    """Bytes that are not those that were kept, by the captures that name them."""
    changed = {row.hash for page in _rows(connection, BLOBS) for row in page if captures.unpack(row) is None}
    named: set[str] = set()
    for page in _rows(connection, CAPTURES):
        traces = [(row, trace) for row in page if (trace := _trace(row.raw)) is not None]
        wanted = _askable({extent.hash for _, trace in traces for extent in trace.extents})
        held = {
            row.hash: row.size
            for at in range(0, len(wanted), _PAGE)
            for row in connection.execute(
                select(BLOBS.c.hash, BLOBS.c.size).where(BLOBS.c.hash.in_(wanted[at : at + _PAGE]))
            )
        }
        for row, trace in traces:
            for extent in trace.extents:
                if extent.hash not in held:
                    fault = "are missing"
                elif extent.hash in changed or held[extent.hash] != extent.size:
                    fault = "are not those that came in"
                    named.add(extent.hash)
                else:
                    continue
                said = f"the bytes of SHA-256 {extent.hash} {fault}"
                place = "the HTTP head" if extent is trace.head else _place(trace.file, extent)
                yield Wrong("bytes", said, (row.number,), _shown(row.document_id), place)
    for hash_ in sorted(changed - named):
        yield Wrong(
            "bytes", f"the bytes of SHA-256 {_shown(hash_)}, of no capture, are not those that came in"
        )


def _place(file: str, extent: captures.Extent) -> str | None:
    if extent.start is None or not file:
        return file or None
    return f"bytes {extent.start} to {extent.start + extent.size} of {file}"


def _places(row: Row[Any]) -> str | None:
    """Where a capture's own bytes came from: its last piece, since a table's head is in front of its row."""
    trace = _trace(row.raw)
    return _place(trace.file, trace.pieces[-1]) if trace and trace.pieces else None


def _trace(raw: str) -> Trace | None:
    try:
        return codec.loads(Trace, raw) if raw else None
    except RecordError:  # the chain tells of it
        return None


def _shown(text: object) -> str:
    return str(text).encode("ascii", "backslashreplace").decode()


# ── captures ──────────────────────────────────────────────────────────────────────────────


def _captures(connection: Connection) -> Iterator[Wrong]:
    links = (
        chain.Link(row.number, row.previous, captures.body(dict(row._mapping)), row.hash)
        for page in _rows(connection, CAPTURES)
        for row in page
    )
    noted = chain.head(connection, captures.LOG)
    for number, message in chain.faults(links, noted, one="capture", was="taken in"):
        row = connection.execute(select(CAPTURES).where(CAPTURES.c.number == number)).one_or_none()
        if number is None or row is None:
            yield Wrong("captures", message)
        else:
            yield Wrong("captures", message, (number,), _shown(row.document_id), _places(row))


# ── documents ─────────────────────────────────────────────────────────────────────────────


def _documents(connection: Connection) -> Iterator[Wrong]:
    last = 0
    for page in _rows(connection, DOCUMENTS):
        taken: dict[str, list[Any]] = {row.id: [] for row in page}
        query = select(CAPTURES.c.number, CAPTURES.c.document_id, CAPTURES.c.seal, CAPTURES.c.raw)
        for capture in connection.execute(
            query.where(CAPTURES.c.document_id.in_(_askable(taken))).order_by(CAPTURES.c.number)
        ):
            # an index may find a row that names another document by now: the chain tells of it
            taken.setdefault(capture.document_id, []).append(capture)
        for row in page:
            found = _document(row)
            numbers = tuple(capture.number for capture in taken[row.id])
            sealed = next((c for c in taken[row.id] if c.seal), None)
            if found is None or found.id != row.id:
                said = "its text, headline or day is not what was taken in"
            elif sealed is None:
                said = "no capture seals it"
            elif sealed.seal != captures.seal(row.id, found):
                said = "its language or what it was dated by is not what was taken in"
            elif sealed.number <= last:
                said = "it stands at another place in the order of arrival"
            else:
                last = sealed.number
                continue
            place = next((place for c in taken[row.id] if (place := _places(c))), None)
            yield Wrong("documents", said, numbers, _shown(row.id), place, found)
    missing = (
        select(CAPTURES.c.document_id, CAPTURES.c.number)
        .outerjoin(DOCUMENTS, DOCUMENTS.c.id == CAPTURES.c.document_id)
        .where(DOCUMENTS.c.id.is_(None))
        .order_by(CAPTURES.c.number)
    )
    for document_id, number in connection.execute(missing):
        yield Wrong("documents", "the document is missing", (number,), _shown(document_id))


def _document(row: Row[Any]) -> Document | None:
    try:
        published = None if row.published is None else date.fromisoformat(str(row.published))
        headline = None if row.headline_end is None else Span(row.headline_start or 0, row.headline_end)
        return Document(row.text, published, row.dated_by, headline, row.language)
    except (TypeError, ValueError):
        return None


# ── ids ───────────────────────────────────────────────────────────────────────────────────


def _retired(connection: Connection) -> Iterator[Wrong]:
    """Ids of incidents that are no more: each is a hash of the act it stood on, and the act's of its words."""
    for page in _rows(connection, RETIRED):
        for row in page:
            if not _stands(row):
                yield Wrong("ids", f"the retired incident {_shown(row.id)} is not what it was when it ended")


def _stands(row: Row[Any]) -> bool:
    try:
        acts = [codec.decode(ids.Act, act) for act in json.loads(row.acts)]
    except (ValueError, RecordError):
        return False
    return bool(acts) and row.id == incident_id(acts[0].event_id) and all(map(_true, acts))


def _true(act: ids.Act) -> bool:
    """Whether the act's id is that of its words, as which of several such acts it may be."""
    return any(act.event_id == event_id(act.document_id, act.type, act.trigger, n) for n in range(1, 21))
