"""Examines a record: each check says what it found and, of a fault, the way out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from marsad import lexicon, pipeline
from marsad.errors import RecordError
from marsad.model import Span
from marsad.pipeline import custody, versions
from marsad.record import Record
from marsad.record.custody import Wrong

_SHOWN = 3
_WAYS_OUT = {
    "file": "restore a copy; what can still be read, `marsad export` puts out",
    "captures": "restore a copy; `marsad verify` says which and where",
    "documents": "restore a copy, since texts cannot be derived again; `marsad verify` says which and where",
    "decisions": "restore a copy, or take an exported list into a new record with `marsad decisions import`",
}


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
    sound = True
    for finding in _appended(record):
        sound = sound and (finding.sound or finding.check != "documents")
        yield finding
    yield _spans(record)
    yield _up_to_date(record)
    if deep and not sound:
        yield Finding("rebuild", False, "not tried: the texts are not sound", _WAYS_OUT["documents"])
    elif deep:
        yield _rebuilt(record, workers=workers, progress=progress)


def _some(items: list[str]) -> str:
    rest = len(items) - _SHOWN
    return ", ".join(items[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "")


def _appended(record: Record) -> Iterator[Finding]:
    """What `marsad verify` says, a line for each kind; it has the whole of it."""
    found: dict[str, list[Wrong]] = defaultdict(list)
    for wrong in custody.wrongs(record):
        found[wrong.what].append(wrong)
    if found["file"]:
        yield Finding("file", False, _some([wrong.message for wrong in found["file"]]), _WAYS_OUT["file"])
    else:
        yield Finding("file", True, f"sound, tables of version {record.schema_version()}")
    held = record.holding()
    kept = f"{held.captures} captures, the bytes of {held.with_bytes} kept"
    seals = {"captures": held.last_capture, "decisions": held.last_decision}
    for what, count in (("captures", kept), ("documents", held.documents), ("decisions", held.decisions)):
        wrongs = [*found[what], *(found["bytes"] if what == "captures" else ())]
        if wrongs:
            yield Finding(what, False, _some([_named(wrong) for wrong in wrongs]), _WAYS_OUT[what])
        elif what == "decisions" and (waiting := record.waiting()):
            yield Finding(what, False, f"{waiting} are not applied yet", "`marsad run` applies them")
        else:
            done = "made" if what == "decisions" else "taken in"
            seal = f", the last sealed {seals[what][:12]}" if seals.get(what) else ""
            yield Finding(what, True, f"{count}, each as it was {done}{seal}")
    if found["ids"]:
        yield Finding("ids", False, _some([wrong.message for wrong in found["ids"]]), "restore a copy")


def _named(wrong: Wrong) -> str:
    return f"{wrong.document_id}: {wrong.message}" if wrong.what == "documents" else wrong.message


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
