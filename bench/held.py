"""What a record holds after its program was killed or the power cut, and whether that is sound."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.killer import require
from marsad import pipeline
from marsad.record import Record
from marsad.record.schema import VERSION


@dataclass(frozen=True)
class State:
    """What is appended, as it stands in the file."""

    documents: tuple[str, ...] = ()
    captures: tuple[str, ...] = ()
    decisions: tuple[str, ...] = ()


@contextmanager
def as_left(path: Path) -> Iterator[Path]:
    """A copy of the files as a kill left them, so that the next command finds them so, unrepaired."""
    with TemporaryDirectory(prefix="look-", dir=path.parent) as name:
        copy = Path(name) / path.name
        for end in ("", "-wal", "-shm", "-journal"):
            if (left := Path(f"{path}{end}")).exists():
                shutil.copyfile(left, f"{copy}{end}")
        yield copy


def state(path: Path) -> State:
    """What the record holds, read past the library, after asking SQLite for its soundness.

    Raises `Lost` where the file is not sound, a row is there twice or a document of no capture.
    """
    if not path.exists():
        return State()
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        tables = {name for (name,) in database.execute("select name from sqlite_master")}
        if "meta" not in tables:
            return State()
        sound = database.execute("pragma integrity_check").fetchall()
        require(sound == [("ok",)], f"integrity: {sound[:3]}")
        require(not database.execute("pragma foreign_key_check").fetchall(), "dangling references")
        chained = "body" in {row[1] for row in database.execute("pragma table_info(decisions)")}
        name = "id" if chained else "author, made"
        found = State(
            tuple(id_ for (id_,) in database.execute("select id from documents order by number")),
            tuple(" ".join(row) for row in database.execute(
                "select document_id, source_id, url, outlet from captures order by number")),
            tuple(" ".join(row) for row in database.execute(f"select {name} from decisions order by number")),
        )  # fmt: skip
        taken = database.execute(
            "select count(*) from documents d where not exists (select 1 from captures c where c.document_id = d.id)"
        ).fetchone()[0]
        require(taken == 0, f"{taken} documents that nothing says where they came from")
    for rows in (found.documents, found.captures, found.decisions):
        require(len(set(rows)) == len(rows), "a row is there twice")
    return found


def version(path: Path) -> int | None:
    """The version of the record's tables; `None` before they are made."""
    if not path.exists():
        return None
    with closing(sqlite3.connect(path)) as database:
        if not database.execute("select 1 from sqlite_master where name = 'meta'").fetchall():
            return None
        return int(database.execute("select value from meta where key = 'schema'").fetchone()[0])


def sound(path: Path) -> None:
    """Raises `Lost` where a hash of a chain, a seal or a kept byte is not what it was, or an incident is broken."""
    if version(path) != VERSION:
        return
    with Record.open(path, readonly=True) as record:
        wrong = [f"{one.what}: {one.message}" for one in record.wrongs()]
        require(not wrong, f"{wrong[:3]}")
        for incident in record.incidents():  # each can be read whole
            require(bool(incident.tellings), f"incident {incident.id} has no event")


def rederives(path: Path) -> None:
    """Raises `Lost` where the next run does not come to what is derived from nothing."""
    with Record.open(path) as record:
        pipeline.run(record, workers=1)
        found = record.digest()
        pipeline.rebuild(record, workers=1)
        require(record.digest() == found, "the next run derives something else than a rebuild")


def begins(rows: tuple[str, ...], beginning: tuple[str, ...], what: str) -> None:
    """Raises `Lost` where the rows do not begin so."""
    require(rows[: len(beginning)] == beginning, f"{what} that were acknowledged are gone or changed")


def digest(path: Path) -> str:
    """The hash of everything derived."""
    with Record.open(path) as record:
        return record.digest()
