"""The record as a whole: add, read what is unread, link; or derive everything anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from marsad import lexicon
from marsad.engine import default_workers
from marsad.ingest import Sieved
from marsad.model import Reading
from marsad.pipeline.intake import take_in
from marsad.pipeline.linkage import link_record
from marsad.pipeline.progress import Failure, Progress, silent
from marsad.pipeline.reading import read_all, versions

if TYPE_CHECKING:  # reading alone needs no database, and loading one takes longer than an article
    from marsad.record import Added, Record

_BATCH = 64


@dataclass(frozen=True, slots=True)
class Report:
    """What a run did; `added` is `None` where nothing was to be taken in.

    `passed` counts what of web archives was seen and passed over, by reason.
    """

    added: Added | None = None
    read: int = 0
    incidents: int = 0
    failures: tuple[Failure, ...] = ()
    passed: Mapping[str, int] = field(default_factory=dict)


def _read_into(
    record: Record, ids: list[str], *, workers: int | None, progress: Progress
) -> tuple[int, list[Failure]]:
    """Reads the documents and stores each batch at once, so that a killed run resumes."""
    words = lexicon.load()
    failures: list[Failure] = []
    batch: list[Reading] = []
    read = 0
    progress("read", 0, len(ids))
    stream = read_all(record.documents(ids), workers=workers or default_workers(len(ids)))
    for done, (document, result) in enumerate(stream, 1):
        if isinstance(result, Failure):
            failures.append(result)
            record.forget_readings([document.id])
        else:
            batch.append(result)
            read += 1
        if len(batch) >= _BATCH:
            record.save_readings(batch, lexicon=words.version)
            batch.clear()
        progress("read", done, len(ids))
    if batch:
        record.save_readings(batch, lexicon=words.version)
    return read, failures


def run(
    record: Record,
    paths: Iterable[str | Path] = (),
    *,
    stdin: BinaryIO | None = None,
    sieved: Sieved = "crawls",
    workers: int | None = None,
    progress: Progress = silent,
) -> Report:
    """Adds the files, reads what is unread, links what is new into what is there.

    What was stored before a crash is not done again. A document that cannot be read is a
    failure in the report, and is tried again by the next run.
    """
    intake = take_in(
        record, paths, reading=True, stdin=stdin, sieved=sieved, workers=workers, progress=progress
    )
    ids = record.unread(readers=versions(), lexicon=lexicon.load().version)
    read, unread = _read_into(record, ids, workers=workers, progress=progress)
    count = link_record(record, progress, workers=workers)
    failures = (*intake.told, *unread)
    return Report(intake.added, intake.read + read, count, failures, intake.passed)


def rebuild(record: Record, *, workers: int | None = None, progress: Progress = silent) -> Report:
    """Derives everything anew from the documents, whatever was read before."""
    record.sweep()
    read, failures = _read_into(record, record.document_ids(), workers=workers, progress=progress)
    count = link_record(record, progress, workers=workers, anew=True)
    return Report(None, read, count, tuple(failures))
