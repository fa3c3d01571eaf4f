"""Examines a record: each check says what it found and, of a fault, the way out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
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
    "rows": "`marsad rebuild` derives all anew, without them",
    "incidents": "`marsad rebuild` makes them anew",
    "redirects": "`marsad add` the articles again, or restore a copy",
    "clock": "put the clock of this computer right; what is decided from now on counts as later all the same",
}
_APPLY = "`marsad run` applies them"
#: Clocks differ; by more than this one is wrong.
_AHEAD = timedelta(days=1)
#: Incidents whose words are looked at, unless all are.
_SEARCHED = 300


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
    now: datetime | None = None,
    workers: int | None = None,
    progress: pipeline.Progress | None = None,
) -> Iterator[Finding]:
    """Every check in turn; `deep` also derives everything anew and compares, `now` is the moment by the clock."""
    broken: set[str] = set()
    for finding in (*_appended(record), _spans(record), _up_to_date(record)):
        if not finding.sound and finding.way_out != _APPLY:
            broken.add(finding.check)
        yield finding
    if "file" not in broken:
        yield _linked(record)
        yield from _loose(record)
    if broken.isdisjoint(("file", "documents", "decisions", "evidence")):  # else they cannot be told
        yield _stand(record)
        yield _searched(record, whole=deep)
    if now is not None and (late := record.later(now + _AHEAD)):
        yield Finding(
            "clock", False, f"{late} captures or decisions are dated later than now", _WAYS_OUT["clock"]
        )
    if deep and "documents" in broken:
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
            yield Finding(what, False, f"{waiting} are not applied yet", _APPLY)
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


def _linked(record: Record) -> Finding:
    count = record.unlinked()
    if count:
        return Finding(
            "linked", False, f"{count} documents are not linked as they were read", "`marsad run` links them"
        )
    return Finding("linked", True, f"all that is read, in {record.totals().incidents} incidents")


def _loose(record: Record) -> Iterator[Finding]:
    """What leads to nothing, a line for each kind."""
    found = record.loose()
    for one in found:
        yield Finding(
            one.what, False, f"{one.number} {one.said}: {_some(list(one.some))}", _WAYS_OUT[one.what]
        )
    if not found:
        yield Finding("rows", True, "each leads to what it is of, and each incident to its events")


def _stand(record: Record) -> Finding:
    """Whether decisions stand on something that is here and read."""
    held = set(record.document_ids())
    without, unanchored = [], []
    for standing in pipeline.deciding.unanchored(record):
        anchors = [a for a in (standing.decision.anchor, standing.decision.other) if a is not None]
        if any(anchor.document_id not in held for anchor in anchors):
            without.append(standing.decision.id)
        else:
            unanchored.append(standing.decision.id)
    if without:
        return Finding(
            "standing", False, f"{len(without)} decisions are on documents that are not here: {_some(without)}",
            "`marsad add` the articles, and they apply; `marsad decisions unanchored` lists them",
        )  # fmt: skip
    if unanchored:
        return Finding(
            "standing", False, f"{len(unanchored)} decisions are on nothing that is read now: {_some(unanchored)}",
            "`marsad decisions unanchored` lists them: decide anew, or take them back with `marsad decisions undo`",
        )  # fmt: skip
    return Finding("standing", True, "each decision is on something that is read")


def _searched(record: Record, *, whole: bool) -> Finding:
    """Whether the search finds what incidents tell."""
    table = lexicon.load()
    ids = record.incident_ids()
    looked = ids if whole else ids[:: len(ids) // _SEARCHED + 1]
    told = {t.document_id for incident in record.incidents_of(looked) for t in incident.tellings}
    text = {document.id: document.text for document in record.documents(sorted(told))}
    try:
        terms, unlike = record.unlike_search(looked, places=table.places, text=text, actors=table.actors)
    except RecordError as error:
        return Finding("search", False, error.message, "`marsad rebuild` makes it anew")
    if terms:
        said = f"{terms} words of the index are not those of the incidents"
    elif unlike:
        said = f"{len(unlike)} incidents are found by other words than they tell: {_some(unlike)}"
    else:
        return Finding(
            "search", True, f"the index is of the words that incidents tell ({len(looked)} looked at)"
        )
    return Finding("search", False, f"{said}; searches may miss some", "`marsad rebuild` makes it anew")


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
