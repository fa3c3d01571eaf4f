"""The log of captures: what each document was made from, and the bytes themselves, each once."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from marsad.errors import RecordError
from marsad.model import Capture, Document, Kept, Piece, Raw
from marsad.record import chain, codec
from marsad.record.schema import BLOBS, CAPTURES

#: The name of the log of captures.
LOG = "captures"


@dataclass(frozen=True, slots=True)
class Extent:
    """Kept bytes by their hash; `start` is where they began in their file."""

    hash: str
    size: int
    start: int | None = None


@dataclass(frozen=True, slots=True)
class Trace:
    """Which bytes a capture was made of: `Raw` with hashes in the place of the bytes."""

    pieces: tuple[Extent, ...]
    recipe: str
    media_type: str
    file: str
    item: str
    head: Extent | None

    @property
    def extents(self) -> tuple[Extent, ...]:
        """All of them, the head last."""
        return (*self.pieces, self.head) if self.head else self.pieces


def append(connection: Connection, log: chain.Log, document: Document, *, seq: int, new: bool) -> bool:
    """Appends the document's capture; whether there was none like it.

    One like it is of the same text, input, address and outlet; where that was kept without its
    bytes and this one has them, they are not alike.
    """
    capture = document.capture
    key = {
        "document_id": document.id,
        "source_id": capture.source_id,
        "url": capture.url or "",
        "outlet": capture.outlet or "",
    }
    alike = select(CAPTURES.c.raw).where(*(CAPTURES.c[name] == value for name, value in key.items()))
    known = list(connection.execute(alike).scalars())
    if any(known) or (known and capture.raw is None):
        return False
    row = {
        **key,
        "retrieved": capture.retrieved.isoformat() if capture.retrieved else "",
        "seq": seq,
        "raw": codec.dumps(_keep(connection, capture.raw)) if capture.raw else "",
        "seal": seal(document.id, document) if new else "",
    }
    link = log.append(body(row))
    connection.execute(
        insert(CAPTURES).values(number=link.number, previous=link.previous, hash=link.hash, **row)
    )
    return True


def body(row: dict[str, Any]) -> str:
    """What the hash of a capture's row is of."""
    names = ("document_id", "source_id", "url", "outlet", "retrieved", "seq", "raw", "seal")
    return codec.dumps([row[name] for name in names])


def seal(id_: str, document: Document) -> str:
    """The hash of all that is kept of a document; its id is of less."""
    values = [id_, document.text, document.published, document.dated_by, document.headline, document.language]
    return hashlib.sha256(codec.dumps(values).encode("utf-8", "surrogatepass")).hexdigest()


# ── bytes ─────────────────────────────────────────────────────────────────────────────────


def _keep(connection: Connection, raw: Raw) -> Trace:
    pieces = tuple(Extent(_store(connection, p.data), len(p.data), p.start) for p in raw.pieces)
    head = Extent(_store(connection, raw.head), len(raw.head)) if raw.head else None
    return Trace(pieces, raw.recipe, raw.media_type, raw.file, raw.item, head)


def _store(connection: Connection, data: bytes) -> str:
    hash_ = hashlib.sha256(data).hexdigest()
    if connection.execute(select(BLOBS.c.size).where(BLOBS.c.hash == hash_)).scalar() is None:
        packed = zlib.compress(data)
        connection.execute(
            insert(BLOBS).values(hash=hash_, size=len(data), packed=packed, sum=zlib.crc32(packed))
        )
    return hash_


def unpack(row: Row[Any]) -> bytes | None:
    """The bytes of a row of `BLOBS`; `None` where they are not those that were kept."""
    if zlib.crc32(row.packed) != row.sum:
        return None
    try:
        data = zlib.decompress(row.packed)
    except zlib.error:
        return None
    return data if len(data) == row.size and hashlib.sha256(data).hexdigest() == row.hash else None


def load(connection: Connection, trace: Trace) -> Raw:
    """The bytes that a trace names.

    Raises `RecordError` where they are not those that were kept.
    """
    held: dict[str, bytes] = {}
    for row in connection.execute(select(BLOBS).where(BLOBS.c.hash.in_({e.hash for e in trace.extents}))):
        if (data := unpack(row)) is not None:
            held[row.hash] = data
    for extent in trace.extents:
        if extent.hash not in held:
            raise RecordError(
                f"bytes {extent.hash[:12]} of {trace.file or 'a capture'} are not those that were kept",
                hint="`marsad verify` says what was changed",
            )
    return Raw(
        tuple(Piece(held[extent.hash], extent.start) for extent in trace.pieces),
        trace.recipe,
        trace.media_type,
        trace.file,
        trace.item,
        held[trace.head.hash] if trace.head else b"",
    )


# ── reading the log ───────────────────────────────────────────────────────────────────────


def capture_of(row: Row[Any]) -> Capture:
    """A row of the log without its bytes."""
    return Capture(
        source_id=row.source_id,
        url=row.url or None,
        outlet=row.outlet or None,
        retrieved=datetime.fromisoformat(row.retrieved) if row.retrieved else None,
    )


def of_documents(connection: Connection, document_ids: Sequence[str]) -> dict[str, tuple[Capture, ...]]:
    """Every capture of each document, the first taken in first; at most 500 documents."""
    found: dict[str, list[Capture]] = {id_: [] for id_ in document_ids}
    query = select(CAPTURES).where(CAPTURES.c.document_id.in_(document_ids)).order_by(CAPTURES.c.number)
    for row in connection.execute(query):
        found[row.document_id].append(capture_of(row))
    return {id_: tuple(items) for id_, items in found.items()}


def kept(
    connection: Connection,
    *,
    after: int = 0,
    limit: int = 100,
    document_id: str | None = None,
    without: Collection[int] = (),
) -> Iterator[Kept]:
    """The captures after the one of that number, in order, of one document or all.

    They come with their bytes, but those of the numbers in `without`.
    """
    query = select(CAPTURES).where(CAPTURES.c.number > after).order_by(CAPTURES.c.number).limit(limit)
    if document_id is not None:
        query = query.where(CAPTURES.c.document_id == document_id)
    for row in connection.execute(query).all():
        raw = load(connection, codec.loads(Trace, row.raw)) if row.raw and row.number not in without else None
        yield Kept(row.number, row.document_id, replace(capture_of(row), raw=raw), row.hash)


def ordinal(connection: Connection, url: str | None, document_id: str) -> int:
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
