"""A PostgreSQL database: connections to it, its address without the password, and its faults in plain words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote, urlencode

from sqlalchemy import Engine, create_engine, event, exc

from marsad.database import busy
from marsad.errors import BusyError, FullError, RecordError

try:
    import psycopg
    from psycopg.conninfo import conninfo_to_dict, make_conninfo
except ImportError:
    raise RecordError("a record on PostgreSQL needs psycopg", hint="pip install 'marsad[server]'") from None

#: Connections that are kept, and those that may come on top when many ask at once.
_POOL, _MORE = 20, 20

#: What PostgreSQL says by its code, or the beginning of one; what it means, and the way out.
_NOT_LET_IN = (
    "the server does not let this user in",
    "check user and password; PGPASSWORD or ~/.pgpass keep it",
)
_TOO_MANY = ("the server has no connection left", "try again, or raise its max_connections")
_NO_CHARACTER = ("cannot hold this text: a character of it is none", "take the NUL out of it")
_ENDED = ("the server ended the connection", "try again when it is up")
_FAULTS = (
    ("3D000", "there is no such database", "make it first: createdb"),
    ("28", *_NOT_LET_IN),
    ("42501", "this user may not do that", "ask the owner of the database for the right to it"),
    ("25006", "is read-only", "connect to the server that takes writes"),
    ("53300", *_TOO_MANY),
    ("22021", *_NO_CHARACTER),
    ("23503", "would refer to something that the record does not hold", "add the document first"),
    ("XX001", "is damaged", "restore a backup"),
    ("XX002", "an index is damaged", "REINDEX DATABASE rebuilds it"),
    ("57P", *_ENDED),
    ("08", "the connection to the server broke", "check that it runs and can be reached"),
)
#: What a connection that was never made says instead of a code.
_SAID = (
    ("refused", "no server answers there", "start PostgreSQL, or mend the address"),
    ("No such file", "no server answers there", "start PostgreSQL, or mend the address"),
    ("resolve host", "no server answers there", "start PostgreSQL, or mend the address"),
    ("does not exist", "there is no such database or user", "make it first: createdb, createuser"),
    ("authentication failed", *_NOT_LET_IN),
    ("no password supplied", *_NOT_LET_IN),
    ("too many", *_TOO_MANY),
    ("timeout", "no server answers there in time", "check that it runs and can be reached"),
    ("closed the connection", *_ENDED),
    ("NUL", *_NO_CHARACTER),
)


def engine(address: str, *, patience: float = 10.0) -> Engine:
    """Connections to the database at that address, kept for whoever asks next.

    Raises `RecordError` where it is no address. No message holds it as it was given: it may have a
    password in it.
    """
    # what a driver waits for by itself is often minutes
    timed = address if "connect_timeout" in _parts(address) else make_conninfo(address, connect_timeout=10)

    def connect() -> psycopg.Connection[Any]:
        return psycopg.connect(timed)

    made = create_engine(
        "postgresql+psycopg://", creator=connect, pool_size=_POOL, max_overflow=_MORE, pool_timeout=patience,
        pool_pre_ping=True,
    )  # fmt: skip

    def settings(connection: psycopg.Connection[Any], _: object) -> None:
        connection.execute("SET client_min_messages = warning")
        connection.commit()

    event.listen(made, "connect", settings)
    return made


def shown(address: str) -> str:
    """The address without its password, nor anything else that is nobody's business."""
    parts = _parts(address)
    given = {name: str(value) for name, value in parts.items() if value is not None}
    user = f"{quote(given['user'])}@" if "user" in given else ""
    host = given.get("host", "")
    rest = {name: given[name] for name in ("service",) if name in given}
    if host.startswith("/"):
        rest["host"], host = host, ""
    port = f":{given['port']}" if "port" in given else ""
    query = f"?{urlencode(rest, safe='/')}" if rest else ""
    return f"postgresql://{user}{host}{port}/{quote(given.get('dbname', ''))}{query}"


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


@contextmanager
def guarded(where: str) -> Iterator[None]:
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
    if code == "53100":
        return FullError(where)
    said = getattr(getattr(error, "diag", None), "message_primary", None) or str(error)
    signs = [(sign, code.startswith(sign)) for sign, _, _ in _FAULTS]
    faults = [fault for fault, (_, holds) in zip(_FAULTS, signs, strict=True) if holds]
    faults += [fault for fault in _SAID if not code and fault[0].lower() in said.lower()]
    if faults:
        _, message, hint = faults[0]
        return RecordError(message, where=where, hint=hint)
    return RecordError(f"cannot be used: {' '.join(said.split())}", where=where)
