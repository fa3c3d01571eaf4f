"""Databases as Marsad uses them: opened, and what they refuse put in plain words. Knows no table.

`file` is SQLite, `server` PostgreSQL; a driver is loaded where one is used.
"""

from __future__ import annotations

from marsad.errors import BusyError


def is_address(text: object) -> bool:
    """Whether it is the address of a server's database, not a path."""
    return isinstance(text, str) and text.startswith(("postgresql:", "postgres:"))


def busy(where: str) -> BusyError:
    """What is said when another writes for too long."""
    return BusyError(
        "is being written by another process",
        where=where,
        hint="wait until that run has finished and try again",
    )
