"""Arrow in, Arrow out: the same reading for engines that move data in batches, Spark above all.

lines ──read_lines──▶ rows      a JSONL line in the column `value`
units ──read_units──▶ rows      a unit of files and archives, as JSON in the column `value`
rows ──store_rows──▶ a record   the columns of `pipeline.rows`
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from marsad import lexicon
from marsad.engine import spark
from marsad.ingest import Sieve, Sieved, Tally, line_documents, plan, take
from marsad.pipeline import rows
from marsad.pipeline.intake import Intake, keep, last_row, made, spec_of, unit_of
from marsad.pipeline.progress import Failure
from marsad.pipeline.reading import make_reader
from marsad.pipeline.rows import Row
from marsad.pipeline.taking import dateline, storable

if TYPE_CHECKING:
    import pyarrow as pa

    from marsad.model import Document
    from marsad.record import Record

Batches = Iterator["pa.RecordBatch"]
_BATCH = 64


def line_reader() -> Callable[[Batches], Batches]:
    """Makes the function that reads JSONL lines."""
    day, read = dateline(), make_reader()

    def items(batches: Batches) -> Iterator[Document | Failure]:
        for batch in batches:
            for line in batch.column("value").to_pylist():
                yield from storable(line_documents((line.encode(),), "a line", "line", dateline=day))

    return lambda batches: _batched(made(item, read) for item in items(batches))


def unit_reader() -> Callable[[Batches], Batches]:
    """Makes the function that takes in units and reads what is in them."""
    day, read, sieve = dateline(), make_reader(), Sieve(lexicon.load())

    def items(value: str) -> Iterator[Row]:
        tally = Tally()
        found = storable(take(unit_of(json.loads(value)), tally=tally, sieve=sieve, dateline=day))
        return chain((made(item, read) for item in found), last_row(tally))

    def units(batches: Batches) -> Iterator[Row]:
        for batch in batches:
            for value in batch.column("value").to_pylist():
                yield from items(value)

    return lambda batches: _batched(units(batches))


def _batched(some: Iterator[Row]) -> Batches:
    while part := list(islice(some, _BATCH)):
        yield rows.batch(part)


def read_lines(frame: Any) -> Any:
    """The rows of a Spark data frame of JSONL lines, as `spark.read.text` gives them."""
    return spark.map_batches(frame, line_reader, rows.schema())


def read_units(frame: Any) -> Any:
    """The rows of a Spark data frame of units; the files must be where every worker sees them."""
    return spark.map_batches(frame, unit_reader, rows.schema())


def units(paths: Iterable[str | Path], *, sieved: Sieved = "crawls") -> list[str]:
    """The units of files and archives, each as the value of a row for `read_units`."""
    return [json.dumps(spec_of(unit)) for unit in plan(paths, sieved=sieved)]


def store_rows(record: Record, batches: Iterable[pa.RecordBatch]) -> Intake:
    """Puts rows into the record: documents that are not there, readings that are missing."""
    from marsad.record import Added

    intake = Intake(Added())
    for some in map(rows.rows, batches):
        keep(record, some, intake)
    return intake
