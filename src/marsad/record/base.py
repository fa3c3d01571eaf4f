"""What a record asks of the database under it, whichever that is, and the tables checked when it is opened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

from sqlalchemy import Connection, Table, delete, insert, inspect, select
from sqlalchemy.dialects import postgresql, sqlite

from marsad.database import busy
from marsad.errors import RecordError
from marsad.record.schema import META, VERSION

#: The key of `META` that counts the transactions that wrote, where the database does not tell.
WRITTEN = "written"
#: Keys of `META` that are of this database, not of the record.
OWN = ("schema", WRITTEN)


class Base(Protocol):
    """A database that is open: one file, or a server's."""

    #: What opens it again; it may hold a password, so it is never shown.
    address: str
    #: What messages call it.
    where: str

    def reads(self) -> AbstractContextManager[Connection]:
        """One unchanging view of the record."""

    def writes(self, *, deciding: bool = False) -> AbstractContextManager[Connection]:
        """One transaction, taken at once so that two writers wait instead of failing midway.

        With `deciding` only decisions are appended, which need not wait for anything else that is
        written where the database can have it so. Raises `BusyError` where the wait is too long.
        """

    def state(self) -> str:
        """Something else whenever what is stored has changed."""

    def copy(self, path: Path) -> None:
        """A copy as it stands, in a file where there is nothing yet."""

    def faults(self) -> tuple[str, ...]:
        """What the database finds wrong with itself; empty when it is sound."""

    def close(self) -> None:
        """Lets it go."""


@contextmanager
def turn(lock: Lock, patience: float, where: str) -> Iterator[None]:
    """The lock, held: threads of one process wait in line here, and none of them holds a connection."""
    if not lock.acquire(timeout=patience):
        raise busy(where)
    try:
        yield
    finally:
        lock.release()


def insert_new(connection: Connection, table: Table, **values: Any) -> bool:
    """Inserts a row unless there is one with the same key, and tells whether it did."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    row = dialect.insert(table).inline().values(values).on_conflict_do_nothing()
    return connection.execute(row, execution_options={"preserve_rowcount": True}).rowcount > 0


def note(connection: Connection, key: str, value: str) -> None:
    """Puts a value in the place of what was noted under the key in `META`."""
    connection.execute(delete(META).where(META.c.key == key))
    connection.execute(insert(META).values(key=key, value=value))


def noted(connection: Connection, key: str) -> str | None:
    """What is noted under the key in `META`."""
    return connection.execute(select(META.c.value).where(META.c.key == key)).scalar()


def made(connection: Connection) -> bool:
    """Whether the record's tables are there."""
    return META.name in inspect(connection).get_table_names()


def is_older(connection: Connection, where: str, *, readonly: bool) -> bool:
    """Whether its tables are those of an older Marsad, to be brought up to date.

    Raises `RecordError` where they are of a newer one, of no version at all, or older and not to be written.
    """
    found = noted(connection, "schema")
    if found is None or not found.isdigit():
        raise RecordError("does not say which version it is", where=where, hint="restore a copy")
    if int(found) > VERSION:
        raise RecordError(
            f"was written by a newer Marsad (tables {found}, this one knows {VERSION})",
            where=where,
            hint="update Marsad",
        )
    if int(found) < VERSION and readonly:
        raise RecordError(
            f"was written by an older Marsad (tables {found}, this one uses {VERSION})",
            where=where,
            hint="`marsad run` brings it up to date; documents and decisions stay",
        )
    return int(found) < VERSION
