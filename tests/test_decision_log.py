"""Decisions are kept as they were made: hashes that tell of any change, records of before."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.decided import EVENT, TOLD, A, B, C, incidents, read, sets, told
from tests.making import reading

from marsad import doctor, pipeline
from marsad.decision import Decision
from marsad.errors import QueryError, RecordError
from marsad.model import incident_id
from marsad.pipeline import deciding, silent
from marsad.pipeline.linkage import link_record
from marsad.record import Record

SRC = Path(__file__).parents[1] / "src"


@pytest.fixture
def record(fresh: Callable[[], str]) -> Iterator[Record]:
    with told(fresh()) as opened:
        yield opened


@pytest.fixture
def in_file(tmp_path: Path) -> Iterator[Record]:
    """The same in a SQLite file, for what only a file can be done to."""
    with told(tmp_path / "r.db") as opened:
        yield opened


def _three(record: Record) -> None:
    deciding.accept(record, EVENT["a"], author="ليلى", link=False)
    deciding.reject(record, EVENT["shelling"], author="سامر", reason="تدريب", link=False)
    deciding.correct(record, EVENT["a"], "killed", "6", author="ليلى", link=False)
    link_record(record, silent)


def _edit(record: Record, *statements: str) -> None:
    with record._writes() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def test_a_sound_chain_has_no_faults(record: Record) -> None:
    assert record.decision_faults() == ()
    _three(record)
    assert record.decision_faults() == ()
    assert record.decision_head()[0] == 3


def test_one_flipped_byte_in_a_decision_is_found_and_nothing_is_derived_from_it(in_file: Record) -> None:
    _three(in_file)
    path = Path(in_file.address)
    with sqlite3.connect(path) as checkpoint:
        checkpoint.execute("pragma wal_checkpoint(truncate)")
    checkpoint.close()
    whole = bytearray(path.read_bytes())
    at = whole.index("تدريب".encode())
    whole[at + 1] ^= 1
    path.write_bytes(whole)
    with Record.open(path) as changed:
        (fault,) = changed.decision_faults()
        assert fault.startswith("decision 2 is not what was decided")
        (finding,) = [f for f in doctor.examine(changed) if f.check == "decisions"]
        assert not finding.sound and "decision 2" in finding.found
        with pytest.raises(RecordError, match="decision 2"):
            link_record(changed, silent)


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        (
            "update decisions set body = replace(body, '\"reject\"', '\"accept\"') where number = 2",
            "decision 2 is not",
        ),
        ("update decisions set hash = 'x' || substr(hash, 2) where number = 1", "decision 1 is not"),
        ("update decisions set previous = '' where number = 3", "decision 3 does not follow"),
        ("update decisions set id = 'd0' where number = 3", "decision 3 does not bear"),
        ("delete from decisions where number = 2", "decision 2 is missing"),
        ("delete from decisions where number = 3", "decision 3 is missing"),
        ("delete from decisions where number > 1", "decision 2 is missing"),
        (
            "insert into decisions select 4, 'd1', body, previous, hash from decisions where number = 3",
            "decision 4",
        ),
        ("update meta set value = replace(value, ' ', ' 0') where key = 'decisions'", "the last decision"),
    ],
)
def test_whatever_is_changed_is_told(record: Record, statement: str, says: str) -> None:
    _three(record)
    _edit(record, statement)
    assert any(says in fault for fault in record.decision_faults())


def test_an_import_keeps_authors_moments_and_conflicts_and_takes_nothing_twice(
    record: Record, tmp_path: Path
) -> None:
    _three(record)
    deciding.accept(record, EVENT["shelling"], author="ليلى")
    made = record.decisions()
    with Record.open(tmp_path / "other.db", create=True) as other:
        other.add([A])
        read(other, {A.id: TOLD[A.id]})
        new, told = deciding.take_in(other, made)
        assert (new, [s.state for s in told]) == (4, ["applied", "unanchored", "applied", "unanchored"])
        assert deciding.take_in(other, made)[0] == 0
        other.add([B, C])
        read(other, TOLD)
        assert [s.state for s in deciding.standings(other)] == ["applied", "conflict", "applied", "conflict"]
        assert other.digest() == record.digest()


def test_a_clock_that_was_put_back_does_not_make_an_earlier_decision_count(record: Record) -> None:
    """A computer whose clock was a year ahead is put right: what is decided now is still the later word."""
    deciding.accept(record, EVENT["a"], author="ن")
    (ahead,) = record.decisions()
    record.decide(replace(ahead, verdict="reject", made=ahead.made + timedelta(days=365)))
    accepted = deciding.accept(record, EVENT["a"], author="ن")
    assert accepted.made > ahead.made + timedelta(days=365)
    assert [s.state for s in deciding.standings(record)] == ["superseded", "superseded", "applied"]
    deciding.undo(record, accepted.id, author="ن")
    assert [s.state for s in deciding.standings(record)][1:3] == ["applied", "withdrawn"]
    others = deciding.accept(record, EVENT["b"], author="ليلى")
    assert abs(others.made - datetime.now(UTC)) < timedelta(hours=1), "the clock of one is not that of all"


def test_after_the_end_of_time_nothing_is_decided(record: Record) -> None:
    made = deciding.accept(record, EVENT["a"], author="ن")
    record.decide(replace(made, made=datetime.max.replace(tzinfo=UTC)))
    with pytest.raises(QueryError, match=r"dated 9999-12-31.*another name"):
        deciding.accept(record, EVENT["b"], author="ن")
    assert len(record.decisions()) == 2


def test_decisions_that_were_taken_in_before_a_crash_are_applied_when_it_is_tried_again(
    record: Record, tmp_path: Path
) -> None:
    deciding.reject(record, EVENT["a"], author="ن", reason="تجربة")
    made = record.decisions()
    with Record.open(tmp_path / "other.db", create=True) as other:
        other.add([A])
        read(other, {A.id: TOLD[A.id]})
        deciding.take_in(other, made, link=False)  # killed here
        assert other.waiting() == 1
        assert deciding.take_in(other, made)[0] == 0
        assert other.waiting() == 0


DECIDE = """
import sys
from marsad.pipeline import deciding
from marsad.record import Record
path, author, *events = sys.argv[1:]
with Record.open(path, patience=60) as record:
    for event in events:
        deciding.correct(record, event, "killed", str(len(author)), author=author)
"""


@pytest.mark.slow
def test_several_processes_decide_at_once(record: Record) -> None:
    people = ("a", "bb", "ccc")
    processes = [
        subprocess.Popen(
            [
                sys.executable,
                "-c",
                DECIDE,
                record.address,
                who,
                EVENT["a"],
                EVENT["shelling"],
                EVENT["arrest"],
            ],
            env={"PYTHONPATH": str(SRC), "PATH": ""},
        )
        for who in people
    ]
    assert [process.wait(300) for process in processes] == [0, 0, 0]
    assert record.decision_faults() == () and len(record.decisions()) == 9
    assert record.waiting() == 0 and len(deciding.conflicts(record)) == 9
    before = record.digest()
    link_record(record, silent)
    assert record.digest() == before


# ── records of before ─────────────────────────────────────────────────────────────────────

FIRST_TABLES = """
create table meta (key varchar primary key, value text not null);
create table documents (number integer primary key, id varchar not null unique, text text not null, published date,
    dated_by varchar, headline_start integer, headline_end integer, language varchar);
create table captures (number integer primary key, document_id varchar not null references documents (id),
    source_id varchar not null, url varchar not null, outlet varchar not null, retrieved varchar not null,
    seq integer not null, unique (document_id, source_id, url, outlet));
create table decisions (number integer primary key, verdict varchar not null,
    document_id varchar not null references documents (id), quote text not null, author varchar not null,
    made varchar not null, reason text not null, other_document_id varchar references documents (id),
    other_quote text, field varchar, value text);
create table readings (document_id varchar primary key references documents (id), reader varchar not null,
    lexicon varchar not null, body text not null);
create table events (id varchar primary key, document_id varchar not null references readings (document_id)
    on delete cascade, ordinal integer not null, type varchar not null, status varchar not null,
    recency varchar not null, first date, last date, place_id varchar, country varchar);
create table claims (id varchar primary key, document_id varchar not null references readings (document_id)
    on delete cascade, ordinal integer not null, measure varchar not null, subject varchar);
create table incidents (id varchar primary key, type varchar not null, first date, last date, place_id varchar,
    admin1 varchar, country varchar, lat float, lon float, killed integer, sources integer not null,
    documents integer not null, grade varchar not null, body text not null);
create table incident_events (incident_id varchar references incidents (id) on delete cascade,
    event_id varchar unique references events (id) on delete cascade, ordinal integer not null,
    source varchar not null, published date, retrieved varchar, headline integer not null,
    primary key (incident_id, event_id));
create table joins (event_a varchar references events (id) on delete cascade,
    event_b varchar references events (id) on delete cascade,
    incident_id varchar not null references incidents (id) on delete cascade, body text not null,
    primary key (event_a, event_b));
create table incident_terms (incident_id varchar references incidents (id) on delete cascade, kind varchar,
    value text, primary key (incident_id, kind, value));
insert into meta values ('schema', '1');
"""


def test_a_record_of_the_first_version_keeps_decisions_and_ids(in_file: Record, tmp_path: Path) -> None:
    """The file is as the first version wrote it, with decisions and incidents in it."""
    path = tmp_path / "old.db"
    old = sqlite3.connect(path)
    old.executescript(FIRST_TABLES)
    old.execute("attach ? as new", (in_file.address,))
    for table in ("documents", "readings", "events", "claims"):
        old.execute(f"insert into main.{table} select * from new.{table}")
    common = "number, document_id, source_id, url, outlet, retrieved, seq"
    old.execute(f"insert into main.captures select {common} from new.captures")
    common = (
        "id, type, first, last, place_id, admin1, country, lat, lon, killed, sources, documents, grade, body"
    )
    old.execute(f"insert into main.incidents select {common} from new.incidents")
    common = "incident_id, event_id, ordinal, source, published, retrieved, headline"
    old.execute(f"insert into main.incident_events select {common} from new.incident_events")
    quote = TOLD[C.id][0].evidence.of(C.text)
    made = "2024-01-01T00:00:00+00:00"
    old.execute(
        "insert into decisions values (1, 'reject', ?, ?, 'ليلى', ?, 'تدريب', null, null, null, null)",
        (C.id, quote, made),
    )
    old.execute(
        "insert into decisions values (2, 'same', ?, ?, 'سامر', ?, '', ?, ?, null, null)",
        (A.id, TOLD[A.id][0].trigger.of(A.text), made, B.id, TOLD[B.id][0].trigger.of(B.text)),
    )
    old.commit()
    old.close()
    gone = in_file.incident_of(EVENT["shelling"]) or ""
    with Record.open(path) as upgraded:
        assert upgraded.decision_faults() == () and len(upgraded.decisions()) == 2
        assert set(upgraded.document_ids()) == {A.id, B.id, C.id}
        link_record(upgraded, silent)
        assert [s.state for s in deciding.standings(upgraded)] == ["applied", "applied"]
        assert incidents(upgraded) == sets("a b", "arrest")
        with pytest.raises(QueryError, match="is no more"):
            pipeline.find(upgraded, gone)


def test_ids_are_those_of_their_anchor(record: Record) -> None:
    for incident in record.incidents():
        assert incident.id == incident_id(incident.tellings[0].event_id)


def test_a_decision_has_the_same_id_in_every_record(record: Record) -> None:
    made = deciding.accept(record, EVENT["a"], author="ليلى")
    assert isinstance(made, Decision) and record.decisions()[0].id == made.id
    assert replace(made, author="سامر").id != made.id


def test_readings_are_never_touched(record: Record) -> None:
    _three(record)
    assert {r.document_id: r.events for r in record.readings()} == TOLD
    assert reading(A, *TOLD[A.id]).events == TOLD[A.id]
