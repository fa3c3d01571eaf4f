"""The PostgreSQL database under a record that a team shares: opened, checked, and its faults put in plain words.

Writers take turns under an advisory lock, as SQLite's do, so that whatever is right there is right
here. Decisions have a lock of their own: they are one chain, but people need not wait for a run.
Readers never wait: each has the view of the moment in which it began.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from sqlalchemy import (
    BigInteger,
    Connection,
    Engine,
    Text,
    cast,
    func,
    select,
    update,
)

from marsad.database.server import engine as connections
from marsad.database.server import guarded, shown
from marsad.errors import RecordError
from marsad.record import copying, migrate
from marsad.record.base import WRITTEN, is_older, made, note, noted, turn
from marsad.record.file import open_file
from marsad.record.schema import META

#: What writers of a record take turns under, among the locks of one database; all take them in this order.
_DECIDING, _WRITING = 0x6D617273, 0x6D617274


class Server:
    """A PostgreSQL database that is open, as `base.Base` describes."""

    def __init__(self, address: str, where: str, engine: Engine, *, patience: float) -> None:
        """Use `open_server`."""
        self.address = address
        self.where = where
        self.engine = engine
        self._views = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._patience = patience
        self._turns = {_DECIDING: Lock(), _WRITING: Lock()}

    @contextmanager
    def reads(self) -> Iterator[Connection]:
        """One unchanging view of the record."""
        with guarded(self.where), self._views.connect() as connection:
            yield connection

    @contextmanager
    def writes(self, *, deciding: bool = False) -> Iterator[Connection]:
        """One transaction, begun when no other writes, or no other decides."""
        lock = _DECIDING if deciding else _WRITING
        wait = turn(self._turns[lock], self._patience, self.where)
        with wait, guarded(self.where), self.engine.connect() as connection, connection.begin():
            _take_turn(connection, self._patience, lock)
            yield connection
            _count(connection)

    def state(self) -> str:
        """The number of transactions that wrote."""
        with self.reads() as connection:
            return noted(connection, WRITTEN) or ""

    def faults(self) -> tuple[str, ...]:
        """Indexes and references that do not hold; what else is wrong, the server refuses by itself."""
        with self.reads() as connection:
            indexes = connection.exec_driver_sql(
                "SELECT indexrelid::regclass::text FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid "
                "WHERE relnamespace = current_schema()::regnamespace AND NOT indisvalid"
            ).scalars()
            found = [f"the index {name} is not valid" for name in indexes]
            references = connection.exec_driver_sql(
                "SELECT conname FROM pg_constraint "
                "WHERE connamespace = current_schema()::regnamespace AND NOT convalidated"
            ).scalars()
            return (*found, *(f"the reference {name} is not checked" for name in references))

    def copy(self, path: Path) -> None:
        """A copy in a SQLite file."""
        file = open_file(path, create=True, readonly=False, patience=self._patience)
        try:
            copying.fill(file, self)
        finally:
            file.close()

    def close(self) -> None:
        """Ends the connections."""
        self.engine.dispose()


def open_server(address: str, *, create: bool, readonly: bool, patience: float) -> Server:
    """The record at that address, its tables made when the database has none.

    Raises `RecordError` when there is none (and not to be created), written by a newer Marsad, or
    cannot be opened. No message holds the address as it was given: it may have a password in it.
    """
    where, engine = shown(address), connections(address, patience=patience)
    try:
        with guarded(where), engine.connect() as connection, connection.begin():
            _check(connection, where, create=create, readonly=readonly, patience=patience)
    except BaseException:
        engine.dispose()
        raise
    return Server(address, where, engine, patience=patience)


def _check(connection: Connection, where: str, *, create: bool, readonly: bool, patience: float) -> None:
    encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
    if encoding != "UTF8":
        raise RecordError(
            f"is a database in {encoding}", where=where, hint="createdb --encoding=UTF8 --template=template0"
        )
    if not made(connection):
        if not create or readonly:
            raise RecordError("there is no record here", where=where, hint="`marsad run FILES` makes one")
        _take_turn(connection, patience, _DECIDING, _WRITING)
        if not made(connection):
            migrate.make(connection)
            note(connection, WRITTEN, "0")
    if is_older(connection, where, readonly=readonly):
        _take_turn(connection, patience, _DECIDING, _WRITING)
        migrate.upgrade(connection)
        _count(connection)


def _take_turn(connection: Connection, patience: float, *locks: int) -> None:
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = {max(1, int(patience * 1000))}")
    # READ COMMITTED: what comes after the lock sees all that was written before it was free
    for lock in locks:
        connection.execute(select(func.pg_advisory_xact_lock(lock, func.hashtext(func.current_schema()))))


def _count(connection: Connection) -> None:
    # one statement: who decides and who writes may come here at once
    more = cast(cast(META.c.value, BigInteger) + 1, Text)
    connection.execute(update(META).where(META.c.key == WRITTEN).values(value=more))
