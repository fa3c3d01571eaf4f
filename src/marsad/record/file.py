"""The SQLite file under a record: opened, checked, and its faults put in plain words."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Lock
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, exc, inspect
from sqlalchemy.pool import NullPool

from marsad.errors import RecordError
from marsad.record import migrate
from marsad.record.base import busy, is_older, made, turn

#: What SQLite says, what it means, and the way out.
_FAULTS = (
    (
        "not a database",
        "is not a Marsad record",
        "name a record with --record FILE, or a new file to make one",
    ),
    (
        "readonly database",
        "is read-only",
        "make the file and its folder writable, or copy the record elsewhere",
    ),
    ("disk is full", "cannot grow: the disk is full", "free some space; nothing that was stored is lost"),
    (
        "unable to open",
        "cannot be opened",
        "check that the folder exists and that you may read and write there",
    ),
    ("malformed", "is damaged", "restore a copy; `marsad doctor` shows what can still be read"),
    (
        "disk I/O error",
        "cannot be read or written: the disk reports an error",
        "check the disk and restore a copy",
    ),
    ("FOREIGN KEY", "would refer to something that the record does not hold", "add the document first"),
)


def _fault(path: Path, error: BaseException) -> RecordError:
    """The `RecordError` that says in plain words what SQLite said."""
    said = str(getattr(error, "orig", None) or error)
    if "locked" in said:
        return busy(str(path))
    for sign, message, hint in _FAULTS:
        if sign.lower() in said.lower():
            return RecordError(message, where=str(path), hint=hint)
    return RecordError(f"cannot be used: {said}", where=str(path), hint="`marsad doctor` checks the file")


@contextmanager
def _guarded(path: Path) -> Iterator[None]:
    """Turns what the database raises into a `RecordError` about `path`."""
    try:
        yield
    except (exc.DBAPIError, sqlite3.Error) as error:
        raise _fault(path, error) from error
    except UnicodeDecodeError as error:  # where even the names of its tables are no text any more
        raise _fault(path, sqlite3.DatabaseError("malformed")) from error


def give_all(connection: Connection) -> None:
    """Lets this connection give text that is no UTF-8 any more, its bytes as lone surrogates."""
    driver = connection.connection.driver_connection
    if isinstance(driver, sqlite3.Connection):
        driver.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")


def _uri(path: Path, *, readonly: bool) -> str:
    if not readonly:
        return f"file:{quote(str(path))}?mode=rw"
    # A WAL file needs its -shm beside it even to be read; where none can be made and
    # nobody writes, SQLite must be told that the file stands still.
    still = not os.access(path.parent, os.W_OK) and not Path(f"{path}-wal").exists()
    return f"file:{quote(str(path))}?mode=ro" + ("&immutable=1" if still else "")


def _engine(path: Path, *, readonly: bool, patience: float) -> Engine:
    uri = _uri(path, readonly=readonly)

    def connect() -> sqlite3.Connection:
        # isolation_level None: transactions begin where we say, DDL included
        return sqlite3.connect(uri, uri=True, timeout=patience, isolation_level=None, check_same_thread=False)

    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool)

    def pragmas(connection: sqlite3.Connection, _: object) -> None:
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA synchronous=FULL")

    event.listen(engine, "connect", pragmas)
    return engine


class File:
    """A SQLite file that is open, as `base.Base` describes."""

    def __init__(self, path: Path, engine: Engine, *, patience: float) -> None:
        """Use `open_file`."""
        self.address = self.where = str(path)
        self.engine = engine
        self._path = path
        self._patience = patience
        self._turn = Lock()

    @contextmanager
    def reads(self) -> Iterator[Connection]:
        """One unchanging view of the record."""
        with _guarded(self._path), self.engine.connect() as connection:
            connection.exec_driver_sql("BEGIN")
            yield connection
            connection.rollback()

    @contextmanager
    def writes(self, *, deciding: bool = False) -> Iterator[Connection]:
        """One transaction; one at a time, whatever it writes."""
        wait = turn(self._turn, self._patience, self.where)
        with wait, _guarded(self._path), self.engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.commit()
            except BaseException:
                connection.rollback()
                raise

    def state(self) -> str:
        """Changes whenever the file does."""
        marks = []
        for path in (self._path, Path(f"{self._path}-wal")):
            try:
                found = path.stat()
                marks.append(f"{found.st_mtime_ns:x}.{found.st_size:x}")
            except FileNotFoundError:
                marks.append("")
        return "-".join(marks)

    def faults(self) -> tuple[str, ...]:
        """What SQLite finds wrong with the file."""
        with self.reads() as connection:
            rows = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
            orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        found = [str(row) for row in rows if row != "ok"]
        return (*found, *(f"a row of {row[0]} refers to a missing row of {row[2]}" for row in orphans))

    def copy(self, path: Path) -> None:
        """The file as it stands, at a path where there is nothing yet."""
        with _guarded(self._path), self.engine.connect() as connection:
            connection.exec_driver_sql("VACUUM INTO ?", (str(path),))

    def close(self) -> None:
        """Lets the file go."""
        self.engine.dispose()


def open_file(path: Path, *, create: bool, readonly: bool, patience: float) -> File:
    """The record at `path`, its tables made when the file is new.

    Raises `RecordError` when it is missing (and not to be created), no record, written by a
    newer Marsad, or cannot be opened.
    """
    if path.is_dir():
        raise RecordError("is a folder", where=str(path), hint="name a file")
    if not path.exists():
        if not create or readonly:
            raise RecordError("there is no record here", where=str(path), hint="`marsad run FILES` makes one")
        if not path.parent.is_dir():
            raise RecordError("the folder does not exist", where=str(path.parent), hint="make it first")
        try:
            path.touch()
        except OSError as error:
            raise RecordError(
                f"cannot be made: {error.strerror}",
                where=str(path),
                hint="name a file in a folder you may write to",
            ) from error
    elif not os.access(path, os.R_OK):
        raise RecordError("may not be read", where=str(path), hint="ask its owner for the right to read it")
    engine = _engine(path, readonly=readonly, patience=patience)
    try:
        with _guarded(path), engine.connect() as connection:
            _check(connection, path, create=create, readonly=readonly)
    except BaseException:
        engine.dispose()
        raise
    return File(path, engine, patience=patience)


def snapshot(path: Path, target: Path) -> None:
    """Copies a record's file as it stands at one moment, whichever version its tables are of.

    SQLite's online backup in one step: others may write on, what they write is not in the copy.
    """
    if not path.is_file():
        raise RecordError("there is no record here", where=str(path), hint="name one with --record FILE")
    with (
        _guarded(path),
        closing(sqlite3.connect(_uri(path, readonly=True), uri=True)) as source,
        closing(sqlite3.connect(target)) as copy,
    ):
        _must_be_record(source, path)
        source.backup(copy)


def _must_be_record(database: sqlite3.Connection, path: Path) -> None:
    names = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
    if not names >= {"meta", "documents", "decisions"}:
        raise RecordError("is not a Marsad record", where=str(path), hint="name one with --record FILE")


def contents(path: Path) -> tuple[int, int, int, tuple[str, ...]]:
    """Version of the tables, number of documents and decisions, and what SQLite finds wrong with the file."""
    with _guarded(path), closing(sqlite3.connect(_uri(path, readonly=True), uri=True)) as database:
        _must_be_record(database, path)

        def number(query: str) -> int:
            return int(database.execute(query).fetchone()[0])

        wrong = [str(row[0]) for row in database.execute("PRAGMA integrity_check") if row[0] != "ok"]
        wrong += [
            f"a row of {row[0]} refers to a missing row of {row[2]}"
            for row in database.execute("PRAGMA foreign_key_check")
        ]
        return (
            number("SELECT value FROM meta WHERE key = 'schema'"),
            number("SELECT count(*) FROM documents"),
            number("SELECT count(*) FROM decisions"),
            tuple(wrong),
        )


def _check(connection: Connection, path: Path, *, create: bool, readonly: bool) -> None:
    if not made(connection):
        if inspect(connection).get_table_names():
            raise RecordError(
                "is a database of something else",
                where=str(path),
                hint="name a Marsad record with --record FILE",
            )
        if not create or readonly:
            raise RecordError("is empty", where=str(path), hint="`marsad run FILES` makes a record of it")
        connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        if not made(connection):
            migrate.make(connection)
        connection.commit()
    if is_older(connection, str(path), readonly=readonly):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        migrate.upgrade(connection)
        connection.commit()
