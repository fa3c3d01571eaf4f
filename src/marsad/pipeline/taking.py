"""Documents in: from files to the record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from marsad import lexicon
from marsad.ingest import Fault, ingest
from marsad.model import Capture, Document
from marsad.pipeline.progress import Failure, Progress, silent
from marsad.read.dateline import find_dateline

if TYPE_CHECKING:  # reading alone needs no database, and loading one takes longer than an article
    from marsad.record import Added, Record


def documents(paths: Iterable[str | Path], *, stdin: BinaryIO | None = None) -> Iterator[Document | Failure]:
    """The documents of files, folders and standard input (`-`), and what could not be taken in."""
    for item in ingest(
        [str(path) for path in paths], dateline=partial(find_dateline, lexicon=lexicon.load()), stdin=stdin
    ):
        if isinstance(item, Fault):
            yield Failure(item.where, item.message, item.hint, item.kept)
        elif _storable(item.text):
            yield replace(item, capture=_spelt(item.capture))
        else:
            name = item.capture.source_id or item.id
            yield Failure(name, "holds characters that no text can hold", "write the file out as UTF-8")


def _spelt(capture: Capture) -> Capture:
    """The capture with file names of odd bytes written out."""

    def spelt(name: str) -> str:
        return name.encode("utf-8", "backslashreplace").decode()

    raw = replace(capture.raw, file=spelt(capture.raw.file)) if capture.raw else None
    return replace(capture, source_id=spelt(capture.source_id), raw=raw)


def _storable(text: str) -> bool:
    """Half a surrogate pair, as broken JSON escapes give, has no UTF-8 form."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def add(
    record: Record, paths: Iterable[str | Path], *, stdin: BinaryIO | None = None, progress: Progress = silent
) -> tuple[Added, tuple[Failure, ...]]:
    """Takes documents into the record; nothing is read yet."""
    failures: list[Failure] = []

    def taken() -> Iterator[Document]:
        done = 0
        for item in documents(paths, stdin=stdin):
            if isinstance(item, Failure):
                failures.append(item)
            else:
                done += 1
                progress("add", done, None)
                yield item

    added = record.add(taken())
    return added, tuple(failures)
