"""The doctor: every way in which a record can come apart is found, and mended by the command that is named."""

from __future__ import annotations

import re
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from marsad import doctor, pipeline
from marsad.cli import app
from marsad.pipeline import deciding
from marsad.record import Filters, Record

SAMPLE = Path(__file__).parents[1] / "src" / "marsad" / "data" / "sample" / "articles.jsonl"


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record of the sample's first articles, with a decision, and an id that is no more."""
    folder = tmp_path_factory.mktemp("known")
    news = folder / "news.jsonl"
    news.write_text("".join(SAMPLE.read_text("utf8").splitlines(True)[:8]), "utf8")
    with Record.open(folder / "r.db", create=True) as record:
        pipeline.run(record, [news], workers=1)
        told = [incident.tellings[0].event_id for incident in record.incidents()]
        deciding.accept(record, told[0], author="ن")
        deciding.reject(record, told[1], author="ن")
    return folder / "r.db"


@pytest.fixture
def path(tmp_path: Path, known: Path) -> Path:
    shutil.copyfile(known, tmp_path / "r.db")
    return tmp_path / "r.db"


def harm(path: Path, *statements: str) -> None:
    """Changes the file past the library."""
    with closing(sqlite3.connect(path)) as database, database:
        for statement in statements:
            database.execute(statement)


def faults(path: Path) -> list[doctor.Finding]:
    with Record.open(path, readonly=True) as record:
        return [one for one in doctor.examine(record, now=datetime.now(UTC)) if not one.sound]


def fault(path: Path, check: str, said: str = "") -> doctor.Finding:
    return next(one for one in faults(path) if one.check == check and said in one.found)


def marsad(path: Path, *words: str) -> str:
    done = CliRunner().invoke(app, ["--record", str(path), *words])
    return done.stdout + done.stderr


def test_a_sound_record_has_no_fault(path: Path) -> None:
    assert faults(path) == []


@pytest.mark.parametrize(
    ("statements", "check", "said"),
    [
        (["delete from incident_events where incident_id = (select min(id) from incidents)"],
         "incidents", "1 incidents have no event"),
        (["insert into events select 'e0', 'gone', ordinal, type, status, recency, first, last, place_id, country "
          "from events limit 1"], "rows", "1 rows of events are of no row of readings: e0"),
        (["insert into readings select 'gone', reader, lexicon, body from readings limit 1"],
         "rows", "1 rows of readings are of no row of documents: gone"),
        (["delete from events where id = (select min(id) from events)"], "rows", "rows of incident_events are of no"),
        (["delete from incidents where id = (select min(id) from incidents)"], "rows", "of no row of incidents"),
        (["update joins set incident_id = 'i0'"], "rows", "rows of joins are of no row of incidents"),
        (["insert into judged values ('e0', '{}')"], "rows", "rows of judged are of no row of events: e0"),
        (["insert into incident_search(incident_search, rowid, words) "
          "select 'delete', number, words from incident_words limit 3"], "search", "not those of the incidents"),
        (["insert into incident_search(rowid, words) values (9999, 'كلمة')"], "search", "not those of the incidents"),
        (["update incident_words set words = 'كلمة'"], "search", "searches may miss some"),
        (["delete from incident_words where number < 4"], "incidents", " incidents are found by no word"),
        (["drop table incident_search"], "search", "the index cannot be read"),
        (["update incident_search_data set block = x'00ff'"], "search", ""),
    ],
)  # fmt: skip
def test_what_came_apart_is_found_and_a_rebuild_puts_it_together(
    path: Path, known: Path, statements: list[str], check: str, said: str
) -> None:
    harm(path, *statements)
    found = fault(path, check, said)
    assert found.way_out and "`marsad rebuild`" in found.way_out
    assert found.found in marsad(path, "doctor")
    marsad(path, "rebuild", "-w", "1")
    assert faults(path) == []
    with Record.open(path) as record, Record.open(known) as whole:
        assert record.digest() == whole.digest()
        assert record.totals(Filters(text="قتل")) == whole.totals(Filters(text="قتل"))


def test_what_is_read_and_not_linked_is_told(path: Path) -> None:
    with Record.open(path) as record:
        record.save_readings(record.readings()[:2], lexicon=pipeline.runs.lexicon.load().version)
    found = fault(path, "linked")
    assert (found.found, found.way_out) == (
        "2 documents are not linked as they were read",
        "`marsad run` links them",
    )
    marsad(path, "run")
    assert faults(path) == []


def test_a_decision_on_a_document_that_is_not_here_waits_for_it(path: Path, known: Path) -> None:
    with Record.open(path) as record:
        decisions = record.decisions()
    other = path.with_name("other.db")
    with Record.open(other, create=True) as record:
        record.decide(*decisions)
        pipeline.run(record, workers=1)
    found = fault(other, "standing")
    assert "2 decisions are on documents that are not here" in found.found
    assert found.way_out and "`marsad add`" in found.way_out
    marsad(other, "run", str(known.with_name("news.jsonl")))
    assert faults(other) == []


def test_a_decision_on_what_is_read_no_more_is_told(path: Path) -> None:
    harm(path, "delete from events where id in (select event_id from judged)", "delete from judged",
         "update readings set body = json_set(body, '$.events', json('[]'))", "delete from incidents",
         "delete from incident_events", "delete from mentions", "delete from events")  # fmt: skip
    found = fault(path, "standing")
    assert "2 decisions are on nothing that is read now" in found.found
    shown = re.search(r"now: (\w+)", found.found)
    assert found.way_out and "marsad decisions unanchored" in found.way_out and shown
    assert shown[1] in marsad(path, "decisions", "unanchored", "-f", "jsonl")
    marsad(path, "rebuild", "-w", "1")
    assert faults(path) == []


def test_an_id_that_leads_to_nothing_is_told(path: Path, known: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        ids = [id_ for (id_,) in database.execute("select id from retired")]
    assert ids, "the rejected event's incident is no more"
    harm(path, 'update retired set acts = replace(acts, \'"document_id":"\', \'"document_id":"0\')')
    found = fault(path, "redirects", "lead to no document: " + ids[0])
    assert found.way_out == "`marsad add` the articles again, or restore a copy"


def test_moments_that_are_not_yet_are_told(path: Path) -> None:
    event = ""
    with Record.open(path) as record:
        event = record.incidents()[0].tellings[0].event_id
        (made, *_) = record.decisions()
        record.decide(deciding.replace(made, author="ليلى", made=datetime.now(UTC) + timedelta(days=400)))
        deciding.settle(record)
    found = fault(path, "clock")
    assert found.found == "1 captures or decisions are dated later than now"
    assert found.way_out and "clock of this computer" in found.way_out and event
