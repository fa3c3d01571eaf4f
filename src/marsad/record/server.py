"""The PostgreSQL database under a record that a team shares: opened, checked, and its faults put in plain words.

Writers take turns under an advisory lock, as SQLite's do, so that whatever is right there is right
here. Decisions have a lock of their own: they are one chain, but people need not wait for a run.
Readers never wait: each has the view of the moment in which it began.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import quote, urlencode

from sqlalchemy import (
    BigInteger,
    Connection,
    Engine,
    Text,
    cast,
    create_engine,
    event,
    exc,
    func,
    select,
    update,
)

from marsad.errors import BusyError, RecordError
from marsad.record import copying, migrate
from marsad.record.base import WRITTEN, busy, is_older, made, note, noted, turn
from marsad.record.file import open_file
from marsad.record.schema import META

try:
    import psycopg
    from psycopg.conninfo import conninfo_to_dict, make_conninfo
except ImportError:
    raise RecordError("a record on PostgreSQL needs psycopg", hint="pip install 'marsad[server]'") from None

#: What writers of a record take turns under, among the locks of one database; all take them in this order.
_DECIDING, _WRITING = 0x6D617273, 0x6D617274
#: Connections that are kept, and those that may come on top when many ask at once.
_POOL, _MORE = 5, 15

#: What PostgreSQL says by its code, or the beginning of one; what it means, and the way out.
_FAULTS = (
    ("3D000", "there is no such database", "make it first: createdb"),
    (
        "28",
        "the server does not let this user in",
        "check user and password; PGPASSWORD or ~/.pgpass keep it",
    ),
    ("42501", "this user may not do that", "ask the owner of the database for the right to it"),
    ("25006", "is read-only", "connect to the server that takes writes"),
    ("53100", "cannot grow: the disk is full", "free some space; nothing that was stored is lost"),
    ("53300", "the server has no connection left", "try again, or raise its max_connections"),
    ("22021", "cannot hold this text: a character of it is none", "take the NUL out of it"),
    ("23503", "would refer to something that the record does not hold", "add the document first"),
    ("XX001", "is damaged", "restore a backup"),
    ("XX002", "an index is damaged", "REINDEX DATABASE rebuilds it"),
    ("57P", "the server ended the connection", "try again when it is up"),
    ("08", "the connection to the server broke", "check that it runs and can be reached"),
)
#: What a connection that was never made says instead of a code.
_SAID = (
    ("refused", "no server answers there", "start PostgreSQL, or mend the address"),
    ("No such file", "no server answers there", "start PostgreSQL, or mend the address"),
    ("resolve host", "no server answers there", "start PostgreSQL, or mend the address"),
    ("does not exist", "there is no such database or user", "make it first: createdb, createuser"),
    ("authentication failed", *_FAULTS[1][1:]),
    ("no password supplied", *_FAULTS[1][1:]),
    ("too many", *_FAULTS[5][1:]),
    ("timeout", "no server answers there in time", "check that it runs and can be reached"),
    ("closed the connection", *_FAULTS[10][1:]),
    ("NUL", *_FAULTS[6][1:]),
)


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
        with _guarded(self.where), self._views.connect() as connection:
            yield connection

    @contextmanager
    def writes(self, *, deciding: bool = False) -> Iterator[Connection]:
        """One transaction, begun when no other writes, or no other decides."""
        lock = _DECIDING if deciding else _WRITING
        wait = turn(self._turns[lock], self._patience, self.where)
        with wait, _guarded(self.where), self.engine.connect() as connection, connection.begin():
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
    parts = _parts(address)
    where = _shown(parts)

    # what a driver waits for by itself is often minutes
    timed = address if "connect_timeout" in parts else make_conninfo(address, connect_timeout=10)

    def connect() -> psycopg.Connection[Any]:
        return psycopg.connect(timed)

    engine = create_engine(
        "postgresql+psycopg://", creator=connect, pool_size=_POOL, max_overflow=_MORE, pool_timeout=patience,
        pool_pre_ping=True,
    )  # fmt: skip

    def settings(connection: psycopg.Connection[Any], _: object) -> None:
        connection.execute("SET client_min_messages = warning")
        connection.commit()

    event.listen(engine, "connect", settings)
    try:
        with _guarded(where), engine.connect() as connection, connection.begin():
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


def _parts(address: str) -> Mapping[str, Any]:
    try:
        parts = conninfo_to_dict(address)
    except (psycopg.Error, ValueError):
        parts = {"port": "none"}
    # where a password has an @ or a / that is not written as %40 or %2F, some of it ends up here
    given = [str(parts.get(name) or "") for name in ("host", "port", "dbname")]
    if any("@" in value for value in given) or not re.fullmatch("[0-9,]*", given[1]):
        raise RecordError(
            "is no address of PostgreSQL",
            where="postgresql://…",
            hint="postgresql://user@host:5432/database, odd characters as %XX; the password is better in ~/.pgpass",
        )
    return parts


def _shown(parts: Mapping[str, Any]) -> str:
    """The address without its password, nor anything else that is nobody's business."""
    given = {name: str(value) for name, value in parts.items() if value is not None}
    user = f"{quote(given['user'])}@" if "user" in given else ""
    host = given.get("host", "")
    rest = {name: given[name] for name in ("service",) if name in given}
    if host.startswith("/"):
        rest["host"], host = host, ""
    port = f":{given['port']}" if "port" in given else ""
    query = f"?{urlencode(rest, safe='/')}" if rest else ""
    return f"postgresql://{user}{host}{port}/{quote(given.get('dbname', ''))}{query}"


@contextmanager
def _guarded(where: str) -> Iterator[None]:
    """Turns what the database raises into a `RecordError` about `where`."""
    try:
        yield
    except exc.TimeoutError:
        raise BusyError("too many ask at once", where=where, hint="try again in a moment") from None
    except (exc.DBAPIError, psycopg.Error) as error:
        raise _fault(where, getattr(error, "orig", None) or error) from error


def _fault(where: str, error: BaseException) -> RecordError:
    """The `RecordError` that says in plain words what PostgreSQL said."""
    code = getattr(error, "sqlstate", None) or ""
    if code == "55P03":
        return busy(where)
    said = getattr(getattr(error, "diag", None), "message_primary", None) or str(error)
    signs = [(sign, code.startswith(sign)) for sign, _, _ in _FAULTS]
    faults = [fault for fault, (_, holds) in zip(_FAULTS, signs, strict=True) if holds]
    faults += [fault for fault in _SAID if not code and fault[0].lower() in said.lower()]
    if faults:
        _, message, hint = faults[0]
        return RecordError(message, where=where, hint=hint)
    return RecordError(f"cannot be used: {' '.join(said.split())}", where=where)
