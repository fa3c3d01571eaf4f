"""A real server on the loopback interface over the record that the bundled sample gives."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import argon2
import httpx
import pytest
import uvicorn

from marsad.accounts import ROLES, Accounts, passwords
from marsad.pipeline import run
from marsad.record import Record
from marsad.web.app import make_app
from marsad.web.desk import Desk

SAMPLE = Path(__file__).parents[2] / "src" / "marsad" / "data" / "sample" / "articles.jsonl"


@contextmanager
def served(
    path: str | Path, desk: Desk | None = None, accounts: Accounts | None = None
) -> Iterator[httpx.Client]:
    """A client of a server over the record at `path`, which takes decisions where there is a desk.

    With accounts it asks who it is.
    """
    app = make_app(path, desk=desk, accounts=accounts)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    listening = uvicorn.Config(make_app, host="127.0.0.1", port=0).bind_socket()
    thread = Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    port = listening.getsockname()[1]
    try:
        # a connection that is kept may be closed by the server in the moment in which it is used again
        alone = httpx.Limits(max_keepalive_connections=0)
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30, limits=alone) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join(10)
        listening.close()


@pytest.fixture(scope="session")
def sample_record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("web") / "sample.db"
    with Record.open(path, create=True) as record:
        run(record, [SAMPLE], workers=1)
    return path


@pytest.fixture(scope="session")
def client(sample_record: Path) -> Iterator[httpx.Client]:
    with served(sample_record) as opened:
        yield opened


#: What users of the tests log in with.
PASSWORD = "طريق البحر الطويل"
#: Each role, and who has it.
PEOPLE = {"reader": "قارئ", "reviewer": "ليلى", "admin": "سامر"}


@pytest.fixture(scope="session")
def hashes() -> Iterator[None]:
    """Hashes of the smallest cost for all that log in."""
    with pytest.MonkeyPatch.context() as patch:
        cheap = argon2.PasswordHasher.from_parameters(argon2.profiles.CHEAPEST)
        patch.setattr(passwords, "_hasher", lambda: cheap)
        yield


def with_people(path: Path) -> Accounts:
    """Accounts at the path with a user of each role."""
    accounts = Accounts.open(path, create=True)
    assert accounts is not None
    for role in ROLES:
        accounts.add(PEOPLE[role], role, PASSWORD)
    return accounts


def log_in(
    client: httpx.Client, name: str, password: str = PASSWORD, *, next: str = "", **headers: str
) -> httpx.Response:
    """Sends the form as a browser does that has not logged in before."""
    client.cookies.clear()
    origin = {"Origin": str(client.base_url).rstrip("/"), **headers}
    return client.post("/en/login", data={"name": name, "password": password, "next": next}, headers=origin)
