"""A SQLite file: connections to it, and its faults in plain words."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Engine, create_engine, event, exc
from sqlalchemy.pool import QueuePool

from marsad.database import busy
from marsad.errors import FullError, RecordError


@dataclass(frozen=True, slots=True)
class Meant:
    """What the file should be, for messages: what is said of another file, and the ways out."""

    other: str
    hint: str
    damaged: str
    unknown: str


#: The least that SQLite asks for, in bytes: its index of a WAL.
_ROOM = 65_536
#: Connections that are kept open for who asks next; of more that ask at once each has its own.
_KEPT = 20

#: What SQLite says, what it means, and the way out.
_FAULTS = (
    (
        "unable to open",
        "cannot be opened",
        "check that the folder exists and that you may read and write there",
    ),
    (
        "disk I/O error",
        "cannot be read or written: the disk reports an error",
        "check the disk and restore a copy",
    ),
    ("FOREIGN KEY", "would refer to something that the record does not hold", "add the document first"),
)


def uri(path: Path, *, readonly: bool) -> str:
    """How SQLite is asked for the file."""
    if not readonly:
        return f"file:{quote(str(path))}?mode=rw"
    # A WAL file needs its -shm beside it even to be read; where none can be made and
    # nobody writes, SQLite must be told that the file stands still.
    still = not os.access(path.parent, os.W_OK) and not Path(f"{path}-wal").exists()
    return f"file:{quote(str(path))}?mode=ro" + ("&immutable=1" if still else "")


def engine(path: Path, *, pragmas: tuple[str, ...], readonly: bool = False, patience: float = 10.0) -> Engine:
    """Connections to the file, each set by these pragmas; transactions begin where they are begun."""
    address = uri(path, readonly=readonly)

    def connect() -> sqlite3.Connection:
        # isolation_level None: transactions begin where we say, DDL included
        return sqlite3.connect(
            address, uri=True, timeout=patience, isolation_level=None, check_same_thread=False
        )

    # a connection reads the whole schema when it is first asked, and the last that is closed empties the
    # write-ahead log: both cost more than most questions
    made = create_engine("sqlite://", creator=connect, poolclass=QueuePool, pool_size=_KEPT, max_overflow=-1)

    def settings(connection: sqlite3.Connection, _: object) -> None:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    event.listen(made, "connect", settings)
    return made


@contextmanager
def guarded(path: Path, meant: Meant) -> Iterator[None]:
    """Turns what the database raises into a `RecordError` about `path`."""
    try:
        yield
    except (exc.DBAPIError, sqlite3.Error) as error:
        raise _fault(path, error, meant) from error
    except UnicodeDecodeError as error:  # where even the names of its tables are no text any more
        raise _fault(path, sqlite3.DatabaseError("malformed"), meant) from error


def readonly_fault(path: Path) -> RecordError:
    """What is said of a file that may not be written, or in whose folder no file can be made beside it."""
    return RecordError(
        "is read-only", where=str(path), hint="make the file and its folder writable, or copy it elsewhere"
    )


def _no_room(path: Path) -> bool:
    try:
        return shutil.disk_usage(path.parent).free < _ROOM
    except OSError:
        return False


def _fault(path: Path, error: BaseException, meant: Meant) -> RecordError:
    """The `RecordError` that says in plain words what SQLite said."""
    said = str(getattr(error, "orig", None) or error)
    if "locked" in said:
        return busy(str(path))
    # that the file beside it could not grow is told as an error of the disk
    if "disk is full" in said or ("disk I/O error" in said and _no_room(path)):
        return FullError(str(path))
    if "readonly database" in said:
        return readonly_fault(path)
    faults = (
        ("not a database", meant.other, meant.hint),
        ("malformed", "is damaged", meant.damaged),
        *_FAULTS,
    )
    for sign, message, hint in faults:
        if sign.lower() in said.lower():
            return RecordError(message, where=str(path), hint=hint)
    return RecordError(f"cannot be used: {said}", where=str(path), hint=meant.unknown)
