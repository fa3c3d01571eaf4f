"""A real PostgreSQL server of the tests' own: made in a folder for temporary files, ended with the session.

It listens on a Unix socket alone and runs as a user that is not root, as PostgreSQL insists. Every
record is a database of its own; to make one takes longer than most tests, so they are emptied and given
out again.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

from marsad.record.schema import META, METADATA

#: Why what needs the server is skipped.
MISSING = "no PostgreSQL here (Debian: apt install postgresql)"
#: Users that a root may run it as, the first that there is.
_USERS = ("postgres", "nobody")
#: A crash of the machine may cost this data; nothing else may.
_SETTINGS = (
    "fsync=off",
    "full_page_writes=off",
    "max_wal_size=128MB",
    "shared_buffers=32MB",
    "listen_addresses=",
)


def programs() -> Path | None:
    """The folder of PostgreSQL's programs."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    return installed[-1].parent if installed else None


class Postgres:
    """A running server."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._numbers = count(1)
        self._free: list[str] = []

    def address(self, database: str) -> str:
        return f"postgresql://marsad@/{database}?host={self.folder}"

    def database(self, options: str = "") -> str:
        """The address of a new, empty database."""
        name = f"r{next(self._numbers)}"
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 {options}")  # type: ignore[call-overload]
        return self.address(name)

    @contextmanager
    def records(self) -> Iterator[Callable[[], str]]:
        """Gives addresses of new records, which are new again afterwards."""
        given: list[str] = []

        def fresh() -> str:
            given.append(self._free.pop() if self._free else self.database())
            return given[-1]

        yield fresh
        for address in given:
            with psycopg.connect(address) as connection:
                _empty(connection)
        self._free += given


def _empty(connection: psycopg.Connection[Any]) -> None:
    """As `Record.open` leaves a new record, or the database with nothing in it."""
    there = {
        name for (name,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    }
    tables = [table for table in reversed(METADATA.sorted_tables) if table.name in there]
    for table in tables:
        keep = " WHERE key NOT IN ('schema', 'written')" if table is META else ""
        connection.execute(f"DELETE FROM {table.name}{keep}")  # type: ignore[call-overload]
        if table.autoincrement_column is not None:
            connection.execute("SELECT setval(pg_get_serial_sequence(%s, 'number'), 1, false)", (table.name,))


@contextmanager
def running(*settings: str) -> Iterator[Postgres]:
    """A server of our own, with further settings (`name=value`)."""
    found = programs()
    if found is None:
        raise FileNotFoundError(MISSING)
    folder = Path(tempfile.mkdtemp(prefix="marsad-pg-", dir="/tmp"))  # a socket's path is short
    user = _user()
    if user is not None:
        shutil.chown(folder, user)
    data = folder / "data"

    def run(*words: str) -> None:
        subprocess.run(
            words, check=True, capture_output=True, user=user, cwd=folder, env={"LC_ALL": "C.UTF-8"}
        )

    try:
        run(
            str(found / "initdb"), "-D", str(data), "-U", "marsad", "-A", "trust", "-E", "UTF8", "--no-sync",
            "--no-instructions",
        )  # fmt: skip
        options = " ".join(f"-c {setting}" for setting in (*_SETTINGS, *settings))
        log = str(folder / "log")
        run(str(found / "pg_ctl"), "-D", str(data), "-l", log, "-w", "-o", f"-k {folder} {options}", "start")
        try:
            yield Postgres(folder)
        finally:
            run(str(found / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _user() -> str | None:
    """Whom to run it as, where that is not ourselves."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in _USERS if name in names)
