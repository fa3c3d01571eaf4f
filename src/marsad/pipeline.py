"""Composes the stages: ingest → record → read → link. The only module that knows several."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import urlsplit

from marsad import lexicon
from marsad.anatomy import Anatomy
from marsad.engine import default_workers, map_pure
from marsad.errors import QueryError
from marsad.ingest import Fault, ingest
from marsad.link import THRESHOLD, content_words, copies, link
from marsad.link import explain as explain_pair
from marsad.model import Capture, Document, Incident, Join, Reading, Span, Telling, event_ids
from marsad.read import Reader
from marsad.read.dateline import find_dateline
from marsad.read.dissect import dissect

if TYPE_CHECKING:  # reading alone needs no database, and loading one takes longer than an article
    from marsad.record import Added, Record

_BATCH = 64

#: Told of progress: the stage, how many are done, of how many where that is known.
Progress = Callable[[str, int, int | None], None]


@dataclass(frozen=True, slots=True)
class Failure:
    """What could not be taken in or read; the rest went on.

    `kept` marks a part left out of a document that was otherwise taken in.
    """

    where: str
    message: str
    hint: str | None = None
    kept: bool = False

    def __str__(self) -> str:
        text = f"{self.where}: {self.message}"
        return f"{text} ({self.hint})" if self.hint else text


@dataclass(frozen=True, slots=True)
class Report:
    """What a run did; `added` is `None` where nothing was to be taken in."""

    added: Added | None = None
    read: int = 0
    incidents: int = 0
    failures: tuple[Failure, ...] = ()


def silent(stage: str, done: int, total: int | None) -> None:
    """The progress of those who do not ask for it."""


# ── documents in ──────────────────────────────────────────────────────────────────────────


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
    name = capture.source_id.encode("utf-8", "backslashreplace").decode()
    return capture if name == capture.source_id else replace(capture, source_id=name)


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


# ── reading ───────────────────────────────────────────────────────────────────────────────


def make_reader() -> Callable[[Document], Reading | Failure]:
    """The reading function of a worker: a document the reader trips over is a `Failure`."""
    reader = Reader(lexicon.load())

    def read(document: Document) -> Reading | Failure:
        try:
            return reader.read(document)
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
    """Reads files without a record: each document with its reading, failures in their place."""
    failures: list[Failure] = []
    ready: list[Document] = []
    for item in documents(paths, stdin=stdin):
        if isinstance(item, Failure):
            failures.append(item)
        else:
            ready.append(item)
    yield from failures
    for document, result in read_all(ready, workers=workers or default_workers(len(ready))):
        yield result if isinstance(result, Failure) else (document, result)


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
        try:
            anatomy = dissect(reader.steps(item))
        except Exception as error:  # the other documents are wanted all the same
            yield _tripped(item, error)
        else:
            yield anatomy
    if only is not None and not seen:
        raise QueryError(f"no document {only!r} among the {number} there", hint="an id, or a number from 1")


# ── linking ───────────────────────────────────────────────────────────────────────────────


def _source(document_id: str, captures: Iterable[Capture]) -> str:
    """The key by which sources count: the outlet, else the site, else the input's own name for it.

    The least of several, so that it does not depend on which capture came first.
    """
    taken = list(captures)
    outlets = sorted(capture.outlet for capture in taken if capture.outlet)
    if outlets:
        return outlets[0]
    hosts = sorted(host for c in taken if c.url and (host := urlsplit(c.url).hostname))
    if hosts:
        return hosts[0].removeprefix("www.")
    return min((capture.source_id for capture in taken if capture.source_id), default=document_id)


def tellings(
    document: Document, reading: Reading, captures: Iterable[Capture] | None = None
) -> tuple[Telling, ...]:
    """The events of a reading, ready to be linked."""
    taken = tuple(captures) if captures is not None else (document.capture,)
    source = _source(document.id, taken)
    moments = [capture.retrieved for capture in taken if capture.retrieved]
    head = document.headline or Span(0, 0)
    return tuple(
        Telling(
            event_id=id_,
            document_id=document.id,
            event=event,
            source=source,
            published=document.published,
            # text form: moments with and without a zone do not compare
            retrieved=max(moments, key=str) if moments else None,
            headline=any(head.overlaps(span) for span in (event.trigger, *event.mentions)),
        )
        for id_, event in zip(event_ids(reading), reading.events, strict=True)
    )


def told_words(document: Document, told: Iterable[Telling]) -> dict[str, frozenset[str]]:
    """The content words by which tellings are compared: their evidence, and a headline of theirs."""
    title = document.title or ""
    return {
        telling.event_id: content_words(
            f"{title if telling.headline else ''} {telling.event.evidence.of(document.text)}"
        )
        for telling in told
    }


def _linked(
    told: Iterable[Telling], words: Mapping[str, frozenset[str]], text: Mapping[str, str]
) -> tuple[Incident, ...]:
    """The incidents of tellings; `text` is that of each document."""
    table = lexicon.load()
    own = _by_origin(list(told), text)
    return link(own, places=table.places, actors=table.actors, weights=table.weights["link"], words=words)


def _by_origin(told: Sequence[Telling], text: Mapping[str, str]) -> list[Telling]:
    """The tellings with one source for all copies of a text: that of the copy published first."""
    first = {t.document_id: (t.published or date.max, t.source) for t in told}
    origin: dict[str, str] = {}
    for group in copies(text):
        known = [first[id_] for id_ in group if id_ in first]
        if known:
            origin |= dict.fromkeys(group, min(known)[1])
    return [replace(t, source=origin.get(t.document_id, t.source)) for t in told]


def link_readings(pairs: Iterable[tuple[Document, Reading]]) -> tuple[Incident, ...]:
    """The incidents that the readings of documents tell."""
    told: list[Telling] = []
    words: dict[str, frozenset[str]] = {}
    text: dict[str, str] = {}
    for document, reading in pairs:
        own = tellings(document, reading)
        told += own
        words |= told_words(document, own)
        text[document.id] = document.text
    return _linked(told, words, text)


def _link_record(record: Record, progress: Progress) -> int:
    readings = {reading.document_id: reading for reading in record.readings()}
    captures = record.captures(list(readings))
    told: list[Telling] = []
    words: dict[str, frozenset[str]] = {}
    text: dict[str, str] = {}
    for document in record.documents(list(readings)):
        own = tellings(document, readings[document.id], captures[document.id])
        told += own
        words |= told_words(document, own)
        text[document.id] = document.text
    progress("link", 0, len(told))
    incidents = _linked(told, words, text)
    record.replace_incidents(incidents, places=lexicon.load().places, text=text)
    progress("link", len(told), len(told))
    return len(incidents)


# ── the record as a whole ─────────────────────────────────────────────────────────────────


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
    workers: int | None = None,
    progress: Progress = silent,
) -> Report:
    """Adds the files, reads what is unread, links everything anew.

    What was stored before a crash is not done again. A document that cannot be read is a
    failure in the report, and is tried again by the next run.
    """
    added, failures = add(record, paths, stdin=stdin, progress=progress)
    ids = record.unread(reader=Reader.version, lexicon=lexicon.load().version)
    read, unread = _read_into(record, ids, workers=workers, progress=progress)
    count = _link_record(record, progress)
    return Report(added, read, count, (*failures, *unread))


def rebuild(record: Record, *, workers: int | None = None, progress: Progress = silent) -> Report:
    """Derives everything anew from the documents, whatever was read before."""
    read, failures = _read_into(record, record.document_ids(), workers=workers, progress=progress)
    count = _link_record(record, progress)
    return Report(None, read, count, tuple(failures))


def compare(record: Record, first: str, second: str) -> list[Join]:
    """Every comparison between two events or two incidents, the strongest first.

    Raises `QueryError` for an id that the record does not know.
    """
    a, b = _members(record, first), _members(record, second)
    table = lexicon.load()
    words: dict[str, frozenset[str]] = {}
    for document in record.documents(sorted({t.document_id for t in (*a, *b)})):
        words |= told_words(document, [t for t in (*a, *b) if t.document_id == document.id])
    pairs = [
        explain_pair(
            x, y, places=table.places, actors=table.actors, weights=table.weights["link"], words=words
        )
        for x in a
        for y in b
        if x.event_id != y.event_id
    ]
    return sorted(pairs, key=lambda join: (join.barred is not None, -join.score, join.event_a, join.event_b))


def _members(record: Record, id_: str) -> tuple[Telling, ...]:
    """The tellings of an incident, or the one of an event."""
    if not id_.startswith("e"):
        return record.incident(id_).tellings
    document_id, _ = record.event(id_)
    reading = record.reading(document_id)
    documents = {document.id: document for document in record.documents([document_id])}
    if reading is None:
        raise QueryError(f"document {document_id} is being read anew", hint="try again when that run is done")
    told = tellings(documents[document_id], reading, record.captures([document_id])[document_id])
    return tuple(telling for telling in told if telling.event_id == id_)


def verdict(record: Record, join: Join) -> str:
    """In words, whether the two events are one incident in the record, and what decided it."""
    a, b = record.incident_of(join.event_a), record.incident_of(join.event_b)
    score = f"score {join.score:g}, {THRESHOLD:g} needed"
    if a is not None and a == b:
        return f"put together in incident {a} ({score})"
    if join.barred:
        return f"kept apart: {join.barred} ({score})"
    if join.score >= THRESHOLD:
        return f"kept apart: alike, but not with the others of their incidents ({score})"
    return f"kept apart: not alike enough ({score})"


# ── the public functions ──────────────────────────────────────────────────────────────────


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


def texts(record: Record, incident: Incident) -> Mapping[str, Document]:
    """The documents that tell an incident, by id."""
    ids = sorted({telling.document_id for telling in incident.tellings})
    return {document.id: document for document in record.documents(ids)}
