"""What a server tells whoever runs it: counts and lines, with no word of a text, a question or a secret."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest
from tests.web.conftest import PASSWORD, PEOPLE, log_in, with_people

from marsad.accounts import Accounts, beside
from marsad.record import Record
from marsad.web.visitor import COOKIE


def test_counts_are_those_of_the_record_and_of_the_requests(
    client: httpx.Client, sample_record: Path
) -> None:
    client.get("/en/places")
    client.get("/en/secret-word-nowhere/x")
    answer = client.get("/metrics")
    assert (
        answer.headers["content-type"].startswith("text/plain")
        and answer.headers["cache-control"] == "no-store"
    )
    with Record.open(sample_record, readonly=True) as record:
        assert f"marsad_incidents {float(record.totals().incidents)}" in answer.text
        assert f"marsad_documents {float(len(record.document_ids()))}" in answer.text
    assert re.search(
        r'marsad_requests_total\{method="GET",route="/\{language\}/places",status="200"\} [1-9]', answer.text
    )
    assert "secret-word" not in answer.text


def test_the_health_says_no_more_than_that(client: httpx.Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@contextmanager
def started(record: Path, *words: str) -> Iterator[tuple[httpx.Client, Path]]:
    """`marsad serve` with a log, and a client of it."""
    log = record.with_suffix(".log")
    command = [
        sys.executable,
        "-m",
        "marsad",
        "--record",
        record,
        "serve",
        "--port",
        "0",
        "--log",
        log,
        *words,
    ]
    server = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, encoding="utf8")
    try:
        said = ""
        while " at http" not in said and server.stderr and (line := server.stderr.readline()):
            said += line
        with httpx.Client(base_url=re.findall(r"at (http://[^/]+)/ ", said)[0], timeout=60) as client:
            for _ in range(200):
                with suppress(httpx.TransportError):
                    client.get("/healthz")
                    break
                time.sleep(0.1)
            yield client, log
    finally:
        server.terminate()
        server.communicate(timeout=20)


@pytest.mark.slow
def test_no_secret_no_question_and_no_text_comes_into_the_log(sample_record: Path, tmp_path: Path) -> None:
    path = tmp_path / "r.db"
    with Record.open(sample_record, readonly=True) as record:
        record.copy(path)
        document = next(iter(record.documents()))
    with_people(Path(beside(path)))
    accounts = Accounts.open(beside(path))
    assert accounts is not None
    _key, token = accounts.make_key(PEOPLE["admin"])
    with started(path, "--login") as (client, log):
        assert log_in(client, PEOPLE["reviewer"], "wrong wrong wrong").status_code == 401
        assert log_in(client, PEOPLE["reviewer"]).status_code == 303
        session, page = client.cookies[COOKIE], client.get("/ar/review").text
        form_token = re.findall(r'name="form_token" value="([^"]+)"', page)[0]
        client.get("/ar/incidents", params={"q": "سؤال سري"})
        client.get(f"/ar/documents/{document.id}")
        client.get("/api/v1/incidents", headers={"Authorization": f"Bearer {token}"})
        client.get("/metrics", headers={"Authorization": f"Bearer {token}"})
        # what breaks, with an article's words in the fault's message
        record_file = path.read_bytes()
        path.write_bytes(document.text.encode()[:4000].ljust(8192, b"x"))
        assert client.get("/ar/trends").status_code == 503
        path.write_bytes(record_file)
        lines = [json.loads(line) for line in log.read_text("utf8").splitlines()]
    told = json.dumps(lines, ensure_ascii=False)
    words = [
        PASSWORD,
        "wrong wrong wrong",
        session,
        form_token,
        token,
        "سؤال",
        *document.text.split("\n")[0].split(" ")[:1],
    ]
    assert [word for word in words if word in told] == []
    assert {"route", "method", "status", "seconds", "bytes"} <= set(lines[0])
    asked = [line for line in lines if line.get("route") == "/{language}/incidents"]
    assert (asked[0]["user"], asked[0]["role"], asked[0]["status"]) == (PEOPLE["reviewer"], "reviewer", 200)
    fault = next(line for line in lines if line["level"] == "error")
    assert fault["fault"] == "RecordError" and fault["at"]
