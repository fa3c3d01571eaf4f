"""Examines a record: each check says what it found and, of a fault, the way out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from marsad import lexicon, pipeline
from marsad.errors import RecordError
from marsad.model import Span
from marsad.pipeline import versions
from marsad.record import Record

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found."""

    check: str
    sound: bool
    found: str
    way_out: str | None = None


def examine(
    record: Record,
    *,
    deep: bool = False,
    workers: int | None = None,
    progress: pipeline.Progress | None = None,
) -> Iterator[Finding]:
    """Every check in turn; `deep` also derives everything anew and compares."""
    yield _file(record)
    texts = _documents(record)
    yield texts
    yield _decisions(record)
    yield _spans(record)
    yield _up_to_date(record)
    if deep and not texts.sound:
        yield Finding("rebuild", False, "not tried: the texts are not sound", texts.way_out)
    elif deep:
        yield _rebuilt(record, workers=workers, progress=progress)


def _some(items: list[str]) -> str:
    rest = len(items) - _SHOWN
    return ", ".join(items[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "")


def _file(record: Record) -> Finding:
    found = list(record.integrity())
    if found:
        return Finding(
            "file", False, _some(found), "restore a copy; what can still be read, `marsad export` puts out"
        )
    return Finding("file", True, f"sound, tables of version {record.schema_version()}")


def _documents(record: Record) -> Finding:
    wanted = record.document_ids()
    changed = [id_ for id_ in wanted if (d := record.document(id_)) is None or d.id != id_]
    if changed:
        return Finding(
            "documents", False, f"the text of {len(changed)} is not what was taken in: {_some(changed)}",
            "restore a copy: the texts cannot be derived again",
        )  # fmt: skip
    return Finding("documents", True, f"{len(wanted)}, each as it was taken in")


def _decisions(record: Record) -> Finding:
    changed = list(record.decision_faults())
    if changed:
        return Finding(
            "decisions", False, _some(changed),
            "restore a copy, or take an exported list into a new record with `marsad decisions import`",
        )  # fmt: skip
    number, head = record.decision_head()
    if waiting := record.waiting():
        return Finding("decisions", False, f"{waiting} are not applied yet", "`marsad run` applies them")
    seal = f", the last sealed {head[:12]}" if number else ""
    return Finding("decisions", True, f"{number}, each as it was made{seal}")


def _spans(record: Record) -> Finding:
    faulty: list[str] = []
    count = 0
    for document in record.documents():
        try:
            reading = record.reading(document.id)
        except RecordError:
            faulty.append(document.id)
            continue
        if reading is None:
            continue
        spans = list(_all_spans(reading))
        count += len(spans)
        if any(not 0 <= span.start < span.end <= len(document.text) for span in spans):
            faulty.append(document.id)
    if faulty:
        return Finding(
            "evidence", False, f"{len(faulty)} readings point outside their text: {_some(faulty)}",
            "`marsad rebuild` derives them anew; if it stays, please report it",
        )  # fmt: skip
    return Finding("evidence", True, f"{count} quoted stretches, each within its text")


def _all_spans(value: object) -> Iterator[Span]:
    """Every span that a value holds, however deep."""
    if isinstance(value, Span):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _all_spans(item)
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            yield from _all_spans(getattr(value, name))


def _up_to_date(record: Record) -> Finding:
    waiting = record.unread(readers=versions(), lexicon=lexicon.load().version)
    if waiting:
        return Finding(
            "readings", False, f"{len(waiting)} documents are unread, or read by an older reader or lexicon",
            "`marsad run` reads them",
        )  # fmt: skip
    return Finding("readings", True, f"all by readers of today ({', '.join(versions())})")


def _rebuilt(record: Record, *, workers: int | None, progress: pipeline.Progress | None) -> Finding:
    with TemporaryDirectory(prefix="marsad-doctor-") as folder:
        path = Path(folder) / "copy.db"
        record.copy(path)
        with Record.open(path) as copy:
            pipeline.rebuild(copy, workers=workers, progress=progress or pipeline.silent)
            same = copy.digest() == record.digest()
    if not same:
        return Finding(
            "rebuild", False, "a fresh rebuild derives something else", "`marsad rebuild` puts it right"
        )
    return Finding("rebuild", True, "derives the same, byte for byte")
