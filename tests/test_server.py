"""A record on a real PostgreSQL server: the same as on SQLite, shared by many, its faults told plainly."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import String
from sqlalchemy.dialects import postgresql
from tests.making import TEXT, document, event, reading
from tests.postgres import Postgres
from tests.test_linkage import Article, articles, at_once, put
from tests.test_record import tell
from tests.web.conftest import served
from typer.testing import CliRunner

from marsad import doctor, pipeline
from marsad.cli import app
from marsad.errors import RecordError
from marsad.model import Reading
from marsad.pipeline import silent
from marsad.pipeline.linkage import link_record
from marsad.record import Added, Filters, Record
from marsad.record.codec import dumps
from marsad.record.schema import METADATA

pytestmark = pytest.mark.xdist_group("server")  # one server, and the sample once
SAMPLE = Path(__file__).parents[1] / "src" / "marsad" / "data" / "sample" / "articles.jsonl"


@pytest.fixture
def address(postgres: Postgres) -> Iterator[str]:
    with postgres.records() as fresh:
        yield fresh()


# ── the same as on SQLite ─────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def both(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Record, Record]]:
    """The record of the sample on SQLite and on PostgreSQL."""
    path = tmp_path_factory.mktemp("server") / "sample.db"
    with (
        postgres.records() as fresh,
        Record.open(path, create=True) as one,
        Record.open(fresh(), create=True) as two,
    ):
        assert pipeline.run(one, [SAMPLE], workers=1) == pipeline.run(two, [SAMPLE], workers=1)
        yield one, two


def everything(record: Record) -> dict[str, object]:
    """What a record answers, as bytes where they have a form."""
    return {
        "digest": record.digest(),
        "documents": [(d.id, dumps(d)) for d in record.documents()],
        "captures": record.captures(record.document_ids()),
        "readings": [dumps(r) for r in record.readings()],
        "incidents": [dumps(i) for i in record.incidents()],
        "lists": [record.summaries(order=order) for order in ("earliest", "latest", "deadliest")],
        "totals": record.totals(),
        "spots": record.spots(),
        "days": record.days(),
        "told": [record.told_ids(kind, limit=10_000) for kind in ("events", "claims")],
        "terms": (record.actors(), record.sources(), record.place_counts()),
        "coverage": (record.published(), record.reprints()),
        "joins": [dumps(j) for i in record.incidents() for j in record.joins(i.tellings[0].event_id)],
    }


def test_the_sample_gives_the_same_record(both: tuple[Record, Record]) -> None:
    one, two = map(everything, both)
    assert one["incidents"] and one["joins"]
    assert one == two


@pytest.mark.parametrize(
    "question",
    ["قصف", "بالقصف كركوك", "مقتل ١٢", "ISIS", "الرشاد", "kirkuk", "انفجار عبوة", "ق", "لا شيء كهذا"],
)
def test_a_search_finds_the_same(both: tuple[Record, Record], question: str) -> None:
    one, two = (record.summaries(Filters(text=question)) for record in both)
    assert one == two


@pytest.mark.parametrize("table", ["incidents", "events", "claims"])
def test_exports_are_the_same_bytes(both: tuple[Record, Record], table: str) -> None:
    one, two = (
        CliRunner().invoke(app, ["--record", record.address, "export", table, "--format", "csv"])
        for record in both
    )
    assert one.exit_code == two.exit_code == 0, (one.output, two.output)
    assert one.stdout_bytes == two.stdout_bytes and len(one.stdout) > 1000


@pytest.mark.slow
@settings(max_examples=6, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(articles(), st.integers(1, 5))
def test_linking_bit_by_bit_gives_the_record_of_all_at_once_in_a_file(
    postgres: Postgres, some: list[Article], size: int
) -> None:
    with postgres.records() as fresh, Record.open(fresh(), create=True) as record:
        for start in range(0, len(some), size):
            put(record, some[start : start + size])
            link_record(record, silent)
        for article in some:
            if article.recapture:
                record.add([replace(article.document, capture=article.recapture)])
            if article.reread is not None:
                record.save_readings([Reading(article.document.id, "t-2", article.reread)], lexicon="w")
        link_record(record, silent)
        assert record.digest() == at_once(some)


@pytest.mark.parametrize(
    "path",
    [
        "/en/incidents?sort=deadliest", "/ar/incidents?q=قصف", "/ar/incidents/{incident}", "/en/trends",
        "/ar/sources", "/api/v1/incidents?limit=20&sort=latest", "/api/v1/events?limit=20", "/ar/incidents.geojson",
    ],
)  # fmt: skip
def test_pages_are_the_same_bytes(both: tuple[Record, Record], clients: tuple[Any, Any], path: str) -> None:
    path = path.format(incident=both[0].incident_ids()[0])
    one, two = (client.get(path) for client in clients)
    assert one.status_code == two.status_code == 200, (path, two.text[:300])
    assert one.content == two.content and len(one.content) > 200
    again = clients[1].get(path, headers={"If-None-Match": two.headers["etag"]})
    assert again.status_code == 304


@pytest.fixture(scope="module")
def clients(both: tuple[Record, Record]) -> Iterator[tuple[Any, Any]]:
    """The web app over either."""
    with served(both[0].address) as one, served(both[1].address) as two:
        yield one, two


@pytest.mark.slow
def test_a_record_goes_to_a_server_and_back_whole(postgres: Postgres, tmp_path: Path) -> None:
    """Bytes of captures, both chains and what people decided; then it goes on as before."""
    article = tmp_path / "a.txt"
    article.write_text(TEXT, "utf8")
    here, back = str(tmp_path / "here.db"), str(tmp_path / "back.db")
    with Record.open(here, create=True) as record, postgres.records() as fresh:
        pipeline.run(record, [SAMPLE, article], workers=1)
        event, _ = record.told_ids("events", limit=1)[0]
        pipeline.deciding.accept(record, event, author="ن")
        there = fresh()
        for source, target in ((here, there), (there, back)):
            done = CliRunner().invoke(app, ["copy", source, target])
            assert done.exit_code == 0, done.output
            assert done.stdout.strip() == record.digest()
            assert "1 decisions, every table the same" in done.stderr
        with Record.open(there) as two, Record.open(back) as three:
            for copy in (two, three):
                assert copy.holding() == record.holding() and list(copy.wrongs()) == []
                assert copy.kept() == record.kept() and any(k.capture.raw for k in copy.kept())
            for record in (two, three):  # numbers go on
                assert record.add([document("نص آخر كل الاختلاف")]) == Added(documents=1)
                pipeline.deciding.reject(record, event, author="ن")
                assert record.decision_faults() == () and record.decision_head()[0] == 2
        refused = CliRunner().invoke(app, ["copy", here, there])
        assert refused.exit_code == 5 and "holds something already" in refused.stderr


@pytest.mark.slow
def test_a_copy_in_a_file_is_the_same_and_can_be_derived_again(both: tuple[Record, Record]) -> None:
    deep = {finding.check: finding for finding in doctor.examine(both[1], deep=True, workers=1)}
    assert all(finding.sound for finding in deep.values()), deep
    assert set(deep) >= {"file", "documents", "rebuild"}


def test_text_is_compared_by_its_bytes_whatever_the_database_says(postgres: Postgres) -> None:
    texts = [
        column
        for table in METADATA.tables.values()
        for column in table.columns
        if isinstance(column.type, String)
    ]
    assert {column.type.dialect_impl(postgresql.dialect()).collation for column in texts} == {"C"}  # type: ignore[attr-defined]
    address = postgres.database("LOCALE_PROVIDER icu ICU_LOCALE 'en' LOCALE 'C.UTF-8'")
    with Record.open(address, create=True) as record:
        outlets = ["b", "B", "a", "A", "ب", "é", "z"]
        record.add(document(f"{TEXT} {name}", outlet=name) for name in outlets)
        assert [outlet for outlet, _, _ in record.published()] == sorted(outlets)


def test_what_no_tree_holds_is_kept_and_found(address: str) -> None:
    """Addresses, outlets and words longer than an entry of PostgreSQL's indexes."""
    long = "".join(chr(0x4E00 + n) for n in range(9000))
    taken = document(f"{TEXT} {long}", source_id=long, url=f"https://a.invalid/{long}", outlet=long)
    with Record.open(address, create=True) as record:
        tell(record, (taken, (event(),)))
        assert record.add([taken]) == Added(known=1)
        assert [s.outlets for s in record.summaries(Filters(source=long))] == [(long,)]


@pytest.mark.slow
def test_every_command_takes_an_address(postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    with postgres.records() as fresh:
        monkeypatch.setenv("MARSAD_RECORD", fresh())
        monkeypatch.setenv("MARSAD_BY", "ليلى")

        def marsad(*words: str, says: int = 0, keys: str | None = None) -> str:
            done = CliRunner().invoke(app, list(words), input=keys)
            assert done.exit_code == says, (words, done.output, done.exception)
            return done.output

        assert "postgresql://marsad@/" in marsad("run", str(SAMPLE), "--workers", "1")
        first = marsad("incidents", "--sources", "2", "--format", "jsonl").splitlines()[0]
        incident = json.loads(first)["id"]
        assert incident in marsad("show", incident)
        assert "1" in marsad("review", "--incident", incident, keys="a\nq\n")
        for words in (
            ("export", "events"), ("trend",), ("coverage",), ("brief", "--from", "2021-01-01", "--to", "2021-12-31"),
            ("decisions", "list"), ("doctor",),
        ):  # fmt: skip
            assert marsad(*words)
        assert re.search(r"^[0-9a-f]{64}$", marsad("rebuild", "--workers", "1"), re.MULTILINE)


# ── many at once ──────────────────────────────────────────────────────────────────────────


def test_a_reader_keeps_the_view_it_began_with(address: str) -> None:
    with Record.open(address, create=True) as record, record._reads() as connection:
        assert connection.exec_driver_sql("select count(*) from documents").scalar() == 0
        assert record.add([document()]) == Added(documents=1)
        assert connection.exec_driver_sql("select count(*) from documents").scalar() == 0
        assert len(record.document_ids()) == 1


def test_a_record_that_another_writes_says_so_and_can_still_be_read(address: str) -> None:
    with Record.open(address, create=True) as busy, Record.open(address, patience=0.05) as record:
        with busy.linkage():
            assert record.document_ids() == []
            with pytest.raises(RecordError, match="another process"):
                record.add([document()])
        assert record.add([document()]) == Added(documents=1)


def test_its_state_changes_with_what_is_written_and_with_nothing_else(address: str) -> None:
    with Record.open(address, create=True) as record:
        states = [record.state()]
        record.document_ids()
        assert record.state() == states[0]
        record.add([document()])
        states.append(record.state())
        with pytest.raises(ZeroDivisionError), record.linkage():
            raise ZeroDivisionError
        assert record.state() == states[1]
        record.save_readings([reading(document(), event())], lexicon="w")
        states.append(record.state())
    assert len(set(states)) == 3


def test_two_that_make_a_record_at_once_make_one(postgres: Postgres) -> None:
    address = postgres.database()
    faults: list[BaseException] = []

    def make(number: int) -> None:
        try:
            with Record.open(address, create=True) as record:
                record.add([document(f"{TEXT} {number}")])
        except RecordError as error:
            faults.append(error)

    threads = [threading.Thread(target=make, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with Record.open(address, readonly=True) as record:
        assert (faults, len(record.document_ids())) == ([], 4)


# ── what cannot be used ───────────────────────────────────────────────────────────────────


def refused(address: str, **options: bool) -> str:
    with pytest.raises(RecordError) as caught:
        Record.open(address, **options)
    return str(caught.value)


def test_a_missing_record_is_not_made_unasked(postgres: Postgres) -> None:
    address = postgres.database()
    assert "no record here" in refused(address)
    assert "no record here" in refused(address, create=True, readonly=True)
    with psycopg.connect(address) as connection:
        assert connection.execute(
            "select count(*) from pg_tables where schemaname = 'public'"
        ).fetchone() == (0,)


def test_a_server_that_is_not_there_and_a_database_that_is_not_there_say_so(postgres: Postgres) -> None:
    assert "no server answers" in refused("postgresql://127.0.0.1:1/marsad")
    assert "no server answers" in refused("postgresql:///marsad?host=/nowhere")
    assert "no such database" in refused(postgres.address("nowhere"))
    assert "no address" in refused("postgresql://host:port/marsad")


def test_a_database_of_another_encoding_is_refused(postgres: Postgres) -> None:
    address = postgres.database("ENCODING 'LATIN1' LOCALE 'C'")
    assert "UTF8" in refused(address, create=True)


def test_a_record_of_a_newer_marsad_is_refused(postgres: Postgres) -> None:
    address = postgres.database()
    Record.open(address, create=True).close()
    with psycopg.connect(address) as connection:
        connection.execute("update meta set value = '99' where key = 'schema'")
    assert "newer Marsad" in refused(address)


def test_a_user_who_may_only_read_reads(postgres: Postgres) -> None:
    address = postgres.database()
    with Record.open(address, create=True) as record:
        record.add([document()])
    with psycopg.connect(address) as connection:
        connection.execute("create role reader login; grant select on all tables in schema public to reader")
    address = address.replace("marsad@", "reader@")
    with Record.open(address, readonly=True) as record:
        assert len(record.document_ids()) == 1
    with Record.open(address) as record, pytest.raises(RecordError, match="may not do that"):
        record.add([document("آخر")])


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://marsad:hush@127.0.0.1:1/record",
        "postgresql://marsad:hu%40sh@127.0.0.1:1/record",
        "postgresql://marsad@127.0.0.1:1/record?password=hush",
        "postgresql://marsad:hu@sh@127.0.0.1:1/record",
        "postgresql://marsad:hu/sh@127.0.0.1:1/record",
        "postgresql://marsad:hu sh@127.0.0.1:port/record",
        "postgresql://marsad:hush@127.0.0.1:1/record?nonsense=hush",
    ],
)
def test_a_password_is_never_shown(address: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "marsad", "--record", address, "incidents"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 5, done.stderr
    assert "hush" not in done.stderr and "sh@" not in done.stderr and "hu" not in done.stderr.split("//")[1]
    assert len(done.stderr.strip().splitlines()) == 1


def test_the_address_shown_has_no_password(postgres: Postgres, caplog: pytest.LogCaptureFixture) -> None:
    address = postgres.address("postgres").replace("marsad@", "marsad:hush@").replace("/postgres?", "/sql?")
    with psycopg.connect(postgres.address("postgres"), autocommit=True) as connection:
        connection.execute("create database sql")
    with Record.open(address, create=True) as record:
        assert record.where == f"postgresql://marsad@/sql?host={postgres.folder}"
        record.add([document()])
    assert "hush" not in caplog.text


def test_without_the_driver_one_line_says_what_to_install() -> None:
    code = "import sys; sys.modules['psycopg'] = None; from marsad.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "--record", "postgresql://h/d", "incidents"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (
        5, "error: a record on PostgreSQL needs psycopg (pip install 'marsad[server]')\n"
    )  # fmt: skip
