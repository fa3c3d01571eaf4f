"""One watcher a record: a second would ask every site twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from marsad.errors import RecordError


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Holds the lock beside the record; the system lets it go when the process ends, however it ends.

    Raises `RecordError` where another process has it. Where the system knows no such locks, nothing is held.
    """
    try:
        import fcntl
    except ImportError:
        yield
        return
    lock = Path(f"{path}.watch")
    with lock.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise RecordError(
                "is watched by another process",
                where=str(path),
                hint="`marsad watch status` shows what it does",
            ) from None
        yield
