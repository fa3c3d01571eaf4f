"""The SQLite file under a record: opened, checked, and its faults put in plain words."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from threading import Lock

from sqlalchemy import Connection, Engine, inspect

from marsad.database.file import Meant, guarded, readonly_fault, uri
from marsad.database.file import engine as connections
from marsad.errors import RecordError
from marsad.record import migrate
from marsad.record.base import is_older, made, turn
from marsad.record.schema import CAPTURES

#: What a record's file is to SQLite, in messages.
_RECORD = Meant(
    other="is not a Marsad record",
    hint="name a record with --record FILE, or a new file to make one",
    damaged="restore a copy; `marsad doctor` shows what can still be read",
    unknown="`marsad doctor` checks the file",
)
_PRAGMAS = ("foreign_keys=ON", "synchronous=FULL")


def _guarded(path: Path) -> AbstractContextManager[None]:
    return guarded(path, _RECORD)


def give_all(connection: Connection) -> None:
    """Lets this connection give text that is no UTF-8 any more, its bytes as lone surrogates."""
    driver = connection.connection.driver_connection
    if isinstance(driver, sqlite3.Connection):
        connection.detach()  # nobody else is to have it so
        driver.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")


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
        kept = (row for row in orphans if row[0] == CAPTURES.name)  # of what is derived `loose` tells
        return (*found, *(f"a row of {row[0]} refers to a missing row of {row[2]}" for row in kept))

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
    elif not readonly and not all(os.access(needed, os.W_OK) for needed in (path, path.parent)):
        raise readonly_fault(path)
    engine = connections(path, pragmas=_PRAGMAS, readonly=readonly, patience=patience)
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

    Raises `OSError` where there is no room for the copy.
    """
    if not path.is_file():
        raise RecordError("there is no record here", where=str(path), hint="name one with --record FILE")
    with (
        _guarded(path),
        closing(sqlite3.connect(uri(path, readonly=True), uri=True)) as source,
        closing(sqlite3.connect(target)) as copy,
    ):
        _must_be_record(source, path)
        try:
            source.backup(copy)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_FULL:  # of the copy: nothing else is written
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(target)) from error
            raise


def _must_be_record(database: sqlite3.Connection, path: Path) -> None:
    names = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
    if not names >= {"meta", "documents", "decisions"}:
        raise RecordError("is not a Marsad record", where=str(path), hint="name one with --record FILE")


def contents(path: Path) -> tuple[int, int, int, tuple[str, ...]]:
    """Version of the tables, number of documents and decisions, and what SQLite finds wrong with the file."""
    with _guarded(path), closing(sqlite3.connect(uri(path, readonly=True), uri=True)) as database:
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
