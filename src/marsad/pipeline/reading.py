"""Documents to readings, with no record needed."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO

from marsad import lexicon
from marsad.anatomy import Anatomy
from marsad.engine import POOL_FROM, default_workers, map_pure
from marsad.errors import QueryError
from marsad.model import Document, Reading, Span
from marsad.pipeline.progress import Failure
from marsad.pipeline.taking import documents
from marsad.read import CodedReader, Reader
from marsad.read.dissect import dissect


def versions() -> tuple[str, ...]:
    """The versions of the readers that a record is read with."""
    return Reader.version, *CodedReader.versions


def make_reader() -> Callable[[Document], Reading | Failure]:
    """The reading function of a worker: a document the reader trips over is a `Failure`.

    News is read by the grammar, a row of a coded data set by its columns.
    """
    words = lexicon.load()
    news, rows = Reader(words), CodedReader(words)

    def read(document: Document) -> Reading | Failure:
        try:
            return rows.read(document) if document.coded else news.read(document)
        except Exception as error:  # one document must not end a batch of thousands
            return _tripped(document, error)

    return read


def _tripped(document: Document, error: Exception) -> Failure:
    name = document.capture.source_id or document.id
    message = f"the reader failed on document {document.id}: {type(error).__name__}: {error}"
    return Failure(name, message, "a bug in Marsad: please report it; the other documents are read")


def read_all(items: Iterable[Document], *, workers: int = 1) -> Iterator[tuple[Document, Reading | Failure]]:
    """Each document with its reading, in order."""
    waiting: deque[Document] = deque()

    def noted() -> Iterator[Document]:
        for item in items:
            waiting.append(item)
            yield item

    for result in map_pure(make_reader, noted(), workers=workers):
        yield waiting.popleft(), result


def read_stateless(
    paths: Iterable[str | Path], *, stdin: BinaryIO | None = None, workers: int | None = None
) -> Iterator[tuple[Document, Reading] | Failure]:
    """Reads files without a record: each document with its reading, and failures as they are met."""
    items = documents(paths, stdin=stdin)
    first = list(islice(items, POOL_FROM))
    failures: deque[Failure] = deque()

    def ready() -> Iterator[Document]:
        for item in chain(first, items):
            if isinstance(item, Failure):
                failures.append(item)
            else:
                yield item

    for document, result in read_all(ready(), workers=workers or default_workers(len(first))):
        while failures:
            yield failures.popleft()
        yield result if isinstance(result, Failure) else (document, result)
    yield from failures


def explain(
    paths: Iterable[str | Path], *, stdin: BinaryIO | None = None, only: str | None = None
) -> Iterator[Anatomy | Failure]:
    """What the reader saw in each document of the files, and why it made of it what it made.

    `only` is a document's id, enough of its beginning, or its number from 1. Raises `QueryError`
    where no document is that.
    """
    reader = Reader(lexicon.load())
    number, seen = 0, False
    for item in documents(paths, stdin=stdin):
        if isinstance(item, Failure):
            yield item
            continue
        number += 1
        if (
            only is not None
            and only not in (item.capture.source_id, str(number))
            and not item.id.startswith(only)
        ):
            continue
        seen = True
        if item.coded:
            name = item.capture.source_id
            yield Failure(
                name, "a row of a coded data set is not read by the grammar", "`marsad show` has it"
            )
            continue
        try:
            anatomy = dissect(reader.steps(item))
        except Exception as error:  # the other documents are wanted all the same
            yield _tripped(item, error)
        else:
            yield anatomy
    if only is not None and not seen:
        raise QueryError(f"no document {only!r} among the {number} there", hint="an id, or a number from 1")


def read_text(text: str | Document, *, published: date | None = None, title: str | None = None) -> Reading:
    """Reads one article: its text, with the day of publication and the headline if known.

    Spans point into the text, or into headline, line break and text where there is a headline.
    """
    if isinstance(text, str):
        head = Span(0, len(title)) if title else None
        body = f"{title}\n{text}" if title else text
        text = Document(
            text=body, published=published, dated_by="input" if published else None, headline=head
        )
    return Reader(lexicon.load()).read(text)
