"""Settings of the whole suite."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings
from tests.postgres import MISSING, Postgres, programs, running

# The same examples on every run of continuous integration: a change is judged, not the day's luck.
# Everywhere else examples are new each time, so that they go on finding faults.
# No deadline anywhere: a test says what is right, not how busy the machine is.
settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile("any", deadline=None)
settings.load_profile("any")
if os.environ.get("CI"):
    settings.load_profile("ci")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The session's own PostgreSQL server."""
    if programs() is None:
        pytest.skip(MISSING)
    with running() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Makes the address of a new record, on SQLite and on PostgreSQL in turn."""
    if request.param == "sqlite":
        numbers = count(1)
        yield lambda: str(tmp_path / f"record-{next(numbers)}.db")
    else:
        server: Postgres = request.getfixturevalue("postgres")
        with server.records() as addresses:
            yield addresses
