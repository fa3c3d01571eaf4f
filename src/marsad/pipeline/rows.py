"""Documents, readings and faults as rows of Arrow tables, and back.

document, raw, pieces, starts    what was taken in, and the bytes that it was made of
reading                          what the reader made of it
failure                          what could not be taken in or read
tally                            what was passed over, by reason: one row at the end
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import IO, TYPE_CHECKING, Any

from marsad.errors import InputError
from marsad.model import Document, Piece, Raw, Reading
from marsad.pipeline.progress import Failure

if TYPE_CHECKING:
    import pyarrow as pa

_BATCH = 64


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that came of the input: a document with its reading, a failure, or both."""

    document: Document | None = None
    reading: Reading | None = None
    failure: Failure | None = None
    tally: Mapping[str, int] = field(default_factory=dict)


def arrow() -> Any:
    """The package pyarrow.

    Raises:
        InputError: It is not installed.
    """
    try:
        import pyarrow
        import pyarrow.ipc
    except ImportError:
        raise InputError(
            "much input needs pyarrow, which is not installed", hint="pip install 'marsad[archive]'"
        ) from None
    return pyarrow


def schema() -> pa.Schema:
    """The columns."""
    pa = arrow()
    return pa.schema(
        [
            ("document", pa.string()),
            ("raw", pa.string()),
            ("pieces", pa.list_(pa.binary())),
            ("starts", pa.list_(pa.int64())),
            ("head", pa.binary()),
            ("reading", pa.string()),
            ("failure", pa.string()),
            ("tally", pa.string()),
        ]
    )


def write(rows: Iterable[Row], file: IO[bytes]) -> None:
    """Writes rows as an Arrow file, a batch at a time."""
    pa = arrow()
    packed = pa.ipc.IpcWriteOptions(compression="zstd")
    iterator = iter(rows)
    with pa.ipc.new_file(file, schema(), options=packed) as out:
        while some := list(islice(iterator, _BATCH)):
            out.write_batch(batch(some))


def read(path: Any) -> Iterator[list[Row]]:
    """The rows of an Arrow file, a batch at a time."""
    pa = arrow()
    with pa.OSFile(str(path)) as file, pa.ipc.open_file(file) as found:
        for number in range(found.num_record_batches):
            yield rows(found.get_batch(number))


def batch(some: Iterable[Row]) -> pa.RecordBatch:
    """Rows as an Arrow batch."""
    return arrow().RecordBatch.from_pylist([_columns(row) for row in some], schema=schema())


def rows(found: pa.RecordBatch) -> list[Row]:
    """The rows of an Arrow batch."""
    return [_row(columns) for columns in found.to_pylist()]


def _columns(row: Row) -> dict[str, Any]:
    from marsad.record import codec

    raw = row.document.capture.raw if row.document else None
    out: dict[str, Any] = {
        "document": codec.dumps(row.document) if row.document else None,
        "reading": codec.dumps(row.reading) if row.reading else None,
        "failure": codec.dumps(row.failure) if row.failure else None,
        "tally": json.dumps(dict(row.tally)) if row.tally else None,
    }
    if raw is not None:
        out["raw"] = json.dumps([raw.recipe, raw.media_type, raw.file, raw.item])
        out["pieces"] = [piece.data for piece in raw.pieces]
        out["starts"] = [piece.start for piece in raw.pieces]
        out["head"] = raw.head
    return out


def _row(columns: Mapping[str, Any]) -> Row:
    from marsad.record import codec

    document = codec.loads(Document, columns["document"]) if columns["document"] else None
    if document is not None and columns["raw"]:
        pieces = tuple(map(Piece, columns["pieces"], columns["starts"]))
        recipe, media_type, file, item = json.loads(columns["raw"])
        raw = Raw(pieces, recipe, media_type, file, item, columns["head"])
        document = replace(document, capture=replace(document.capture, raw=raw))
    return Row(
        document,
        codec.loads(Reading, columns["reading"]) if columns["reading"] else None,
        codec.loads(Failure, columns["failure"]) if columns["failure"] else None,
        Counter(json.loads(columns["tally"])) if columns["tally"] else {},
    )
