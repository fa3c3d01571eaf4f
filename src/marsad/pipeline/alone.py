"""One watcher a record: a second would ask every site twice."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING

from marsad.errors import RecordError

if TYPE_CHECKING:  # loading a database takes longer than what most commands do
    from marsad.record import Record


@contextmanager
def alone(record: Record) -> Iterator[None]:
    """Holds the lock beside the record; the system lets it go when the process ends, however it ends.

    That of a record on a server is on this machine alone. Raises `RecordError` where another process has
    it. Where the system knows no such locks, nothing is held.
    """
    try:
        import fcntl
    except ImportError:
        yield
        return
    with _lock(record).open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise RecordError(
                "is watched by another process", where=record.where,
                hint="`marsad watch status` shows what it does",
            ) from None  # fmt: skip
        yield


def _lock(record: Record) -> Path:
    from marsad.database import is_address

    if is_address(record.address):
        name = hashlib.sha256(record.where.encode()).hexdigest()[:16]
        return Path(gettempdir()) / f"marsad-{name}.watch"
    return Path(f"{record.address}.watch")
