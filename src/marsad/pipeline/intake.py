"""Documents into the record, however many: little at once, much in units that several processes share.

What comes of each unit lies in a folder beside the record until it is in the record, so a run that was ended
goes on where it was: nothing is done twice but the units that somebody was at.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import partial
from importlib.util import find_spec
from itertools import chain, islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, BinaryIO

from platformdirs import user_cache_dir

from marsad import lexicon
from marsad.engine import Folder, crew, default_workers
from marsad.errors import InputError
from marsad.ingest import STRETCH, Sieve, Sieved, Tally, Unit, plan, take
from marsad.model import Document, Reading
from marsad.pipeline import rows
from marsad.pipeline.progress import Failure, Progress, silent
from marsad.pipeline.reading import make_reader, versions
from marsad.pipeline.rows import Row
from marsad.pipeline.taking import dateline, documents, spelt, storable

if TYPE_CHECKING:  # reading alone needs no database, and loading one takes longer than an article
    from marsad.record import Added, Record

#: More failures than this are counted and not kept: a broken file may have one on every line.
_LISTED = 1000
_BATCH = 200
_GATHERED = "gathered"


@dataclass(slots=True)
class Intake:
    """What came in: what was new to the record, how many documents were read on the way, and what was not taken in.

    `passed` counts what of web archives was seen and passed over, by reason.
    """

    added: Added
    read: int = 0
    failures: list[Failure] = field(default_factory=list)
    passed: Counter[str] = field(default_factory=Counter)
    unlisted: int = 0

    def note(self, failure: Failure) -> None:
        """Lists a failure, or counts it where there are too many."""
        if len(self.failures) < _LISTED:
            self.failures.append(failure)
        else:
            self.unlisted += 1

    def __iadd__(self, other: Intake) -> Intake:
        self.added += other.added
        self.read += other.read
        self.passed.update(other.passed)
        self.unlisted += other.unlisted
        for failure in other.failures:
            self.note(failure)
        return self

    def dumps(self, number: int) -> str:
        """What came in up to before unit `number`, as it is written down beside the work."""
        told = {"read": self.read, "passed": self.passed, "unlisted": self.unlisted, "number": number}
        return json.dumps(
            told | {"added": asdict(self.added), "failures": [asdict(failure) for failure in self.failures]}
        )

    @classmethod
    def loads(cls, text: str) -> tuple[int, Intake]:
        """What was written down."""
        from marsad.record import Added

        told = json.loads(text)
        number, failures = told.pop("number"), [Failure(**one) for one in told.pop("failures")]
        passed, added = Counter(told.pop("passed")), Added(**told.pop("added"))
        return number, cls(added=added, failures=failures, passed=passed, **told)

    @property
    def told(self) -> tuple[Failure, ...]:
        """The failures, and how many more there were."""
        if not self.unlisted:
            return tuple(self.failures)
        more = Failure("and", f"{self.unlisted:,} more like these", "mend the input and add it again")
        return (*self.failures, more)


def add(
    record: Record,
    paths: Iterable[str | Path],
    *,
    stdin: BinaryIO | None = None,
    sieved: Sieved = "crawls",
    workers: int | None = None,
    progress: Progress = silent,
) -> Intake:
    """Takes documents into the record; nothing is read yet."""
    return take_in(
        record, paths, stdin=stdin, sieved=sieved, reading=False, workers=workers, progress=progress
    )


def take_in(
    record: Record,
    paths: Iterable[str | Path],
    *,
    reading: bool,
    stdin: BinaryIO | None = None,
    sieved: Sieved = "crawls",
    workers: int | None = None,
    progress: Progress = silent,
) -> Intake:
    """Takes documents into the record; what is so much that it is cut in units is read on the way.

    Args:
        record: Where to.
        paths: Files, folders, `-` for standard input, and folders of shared work.
        reading: Whether to read what goes through several processes anyway.
        stdin: Read for `-`.
        sieved: The archives of which only pages in Arabic with words of conflict are taken.
        workers: Processes, as many as suit where it is `None`.
        progress: Told how far it is.
    """
    from marsad.record import Added

    intake = Intake(Added())
    for shared, some in _runs([str(path) for path in paths]):
        if shared:
            _gather(record, Folder.open(Path(some[0])), intake, workers=workers, progress=progress)
        elif all(map(_plain, some)):
            units = plan(some, sieved=sieved)
            first = list(islice(units, 2))
            if len(first) > 1 and (find_spec("pyarrow") or any(unit.kind == "archive" for unit in first)):
                folder = Folder.make(
                    _beside(record), map(spec_of, chain(first, units)), about=_about(reading), named=False
                )
                _gather(record, folder, intake, workers=workers, progress=progress, own=True)
            else:
                _store(record, _taken(chain(first, units), intake.passed), intake, progress)
        else:
            _store(record, documents(some, stdin=stdin), intake, progress)
    return intake


def share(
    folder: Path, paths: Iterable[str | Path], *, sieved: Sieved = "crawls", stretch: int = STRETCH
) -> Folder:
    """Lays out work that several machines share, or opens it where it lies there already.

    A file that can be cut is cut into stretches of about `stretch` bytes.
    """
    if Folder.is_one(folder):
        return Folder.open(folder)
    units = plan(paths, sieved=sieved, stretch=stretch)
    return Folder.make(folder, map(spec_of, units), about=_about(True))


def labour(folder: Path, *, workers: int | None = None, progress: Progress = silent) -> int:
    """Works on shared work until all of it is done, here or by others; gives how many pieces there are.

    Raises:
        InputError: The work is for another version of the reader or its lexicon.
    """
    work = Folder.open(folder)
    if work.about != _about(bool(work.about.get("reading"))):
        raise InputError(
            "this work was laid out by another version of Marsad",
            where=str(folder),
            hint="use the same version on every machine",
        )
    count = workers or default_workers(_BATCH * len(work))
    with crew(work, partial(make_work, work.about), count) as tend:
        for number, _ in work.results(tend):
            progress("work", number + 1, len(work))
    return len(work)


def make_work(about: Mapping[str, Any]) -> Callable[[Mapping[str, Any], str | None, IO[bytes]], None]:
    """The function that does a unit of shared work: takes it in, reads it, writes what came of it."""
    words = lexicon.load()
    read = make_reader() if about["reading"] else None
    sieve, day = Sieve(words), dateline()

    def work(spec: Mapping[str, Any], reason: str | None, file: IO[bytes]) -> None:
        unit = unit_of(spec)
        if reason is not None:
            rows.write([Row(failure=_given_up(unit, reason))], file)
            return
        tally = Tally()
        found = storable(take(unit, tally=tally, sieve=sieve, dateline=day))
        rows.write(chain((made(item, read) for item in found), last_row(tally)), file)

    return work


def made(item: Document | Failure, read: Callable[[Document], Reading | Failure] | None) -> Row:
    """What came of the input, read where there is a reader."""
    if isinstance(item, Failure):
        return Row(failure=item)
    made = read(item) if read else None
    if isinstance(made, Failure):
        return Row(item, failure=made)
    return Row(item, made)


def last_row(tally: Tally) -> Iterator[Row]:
    """The row of what was passed over; taken when all the others are made."""
    yield Row(tally=tally)


def _given_up(unit: Unit, reason: str) -> Failure:
    of = f", bytes {unit.begin} to {unit.end or 'the end'}" if unit.kind != "files" else ""
    more = f" and {len(unit.paths) - 1} more files" if len(unit.paths) > 1 else ""
    return Failure(
        spelt(unit.paths[0]) + more + of, f"not taken in: {reason}", "memory may be short; add it by itself"
    )


def _about(reading: bool) -> dict[str, Any]:
    return {"reading": reading, "readers": list(versions()), "lexicon": lexicon.load().version}


def spec_of(unit: Unit) -> dict[str, Any]:
    """A unit as it is laid out, with how its files were then, so that changed files are other work."""
    return {**asdict(unit), "state": [_state(path) for path in unit.paths]}


def unit_of(spec: Mapping[str, Any]) -> Unit:
    """The unit that was laid out so."""
    values = {name: value for name, value in spec.items() if name != "state"}
    return Unit(**values | {"paths": tuple(values["paths"])})


def _state(path: str) -> list[int]:
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return []
    return [found.st_size, found.st_mtime_ns]


def _beside(record: Record) -> Path:
    """Where work for a record lies: beside its file, for one in a database where this user's caches are."""
    if Path(record.address).is_file():
        return Path(f"{record.address}-work")
    named = hashlib.sha256(record.where.encode()).hexdigest()[:16]
    return Path(os.environ.get("MARSAD_CACHE") or user_cache_dir("marsad")) / "work" / named


def _plain(path: str) -> bool:
    """Whether another process can open it too: no standard input, no pipe."""
    return path != "-" and (not os.path.exists(path) or os.path.isfile(path) or os.path.isdir(path))


def _runs(paths: list[str]) -> Iterator[tuple[bool, list[str]]]:
    """The paths in order: each folder of shared work by itself, the others as long as they stand together."""
    together: list[str] = []
    for path in paths:
        if Folder.is_one(Path(path)):
            if together:
                yield False, together
            yield True, [path]
            together = []
        else:
            together.append(path)
    if together:
        yield False, together


def _taken(units: Iterable[Unit], passed: Counter[str]) -> Iterator[Document | Failure]:
    sieve, day = Sieve(lexicon.load()), dateline()
    for unit in units:
        yield from storable(take(unit, tally=passed, sieve=sieve, dateline=day))


def _store(record: Record, items: Iterable[Document | Failure], intake: Intake, progress: Progress) -> None:
    """Stores documents as they come."""

    def noted() -> Iterator[Document]:
        done = 0
        for item in items:
            if isinstance(item, Failure):
                intake.note(item)
            else:
                done += 1
                progress("add", done, None)
                yield item

    intake.added += record.add(noted())


def _gather(
    record: Record,
    folder: Folder,
    intake: Intake,
    *,
    workers: int | None,
    progress: Progress,
    own: bool = False,
) -> None:
    """Brings shared work to its end and its results into the record, in order.

    Of its own work it notes how far the record has it and what was told so far, and takes the folder away at the end.
    """
    from marsad.record import Added

    note = folder.path / _GATHERED
    since, found = Intake.loads(note.read_text("utf-8")) if own and note.exists() else (0, Intake(Added()))
    same = folder.about == _about(True)
    count = workers or default_workers(_BATCH * len(folder))
    make = partial(make_work, folder.about)
    with crew(folder, make, count if folder.done() < len(folder) else 0) as tend:
        progress("add", since, len(folder))
        for number, path in folder.results(tend, since=since):
            iterator = (row for some in rows.read(path) for row in some)
            while some := list(islice(iterator, _BATCH)):
                keep(record, some, found, current=same)
            if own:
                temporary = note.with_suffix(".new")
                temporary.write_text(found.dumps(number + 1), "utf-8")
                temporary.replace(note)
                folder.spent(number)
            progress("add", number + 1, len(folder))
    intake += found
    if own:
        folder.remove()
        try:
            folder.path.parent.rmdir()
        except OSError:  # another run was left unfinished
            others = sorted(str(path) for path in folder.path.parent.glob("[!.]*"))
            intake.failures += [
                Failure(
                    other, "an earlier run was left unfinished", "run it again, or delete this", kept=True
                )
                for other in others
            ]


def keep(record: Record, some: list[Row], intake: Intake, *, current: bool = True) -> None:
    """Stores rows: documents, and of `current` readers and lexicon the readings that the record lacks."""
    for row in some:
        intake.passed.update(row.tally)
        if row.failure is not None:
            intake.note(row.failure)
    intake.added += record.add(row.document for row in some if row.document)
    readings = {row.reading.document_id: row.reading for row in some if row.reading and current}
    if readings:
        version = lexicon.load().version
        lacking = record.unread(readers=versions(), lexicon=version, among=sorted(readings))
        record.save_readings((readings[id_] for id_ in lacking), lexicon=version)
        intake.read += len(lacking)
