"""A real server on the loopback interface over the record that the bundled sample gives."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import httpx
import pytest
import uvicorn

from marsad.pipeline import run
from marsad.record import Record
from marsad.web.app import make_app
from marsad.web.desk import Desk

SAMPLE = Path(__file__).parents[2] / "src" / "marsad" / "data" / "sample" / "articles.jsonl"


@contextmanager
def served(path: Path, desk: Desk | None = None) -> Iterator[httpx.Client]:
    """A client of a server over the record at `path`, which takes decisions where there is a desk."""
    server = uvicorn.Server(uvicorn.Config(make_app(path, desk=desk), log_level="warning", lifespan="off"))
    listening = uvicorn.Config(make_app, host="127.0.0.1", port=0).bind_socket()
    thread = Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    port = listening.getsockname()[1]
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
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
