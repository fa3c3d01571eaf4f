"""Decisions in a record: their effect on incidents, ids that lead on, hashes that tell of any change."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.making import TEXT, document, event, reading
from tests.test_decide import rereadings

from marsad import doctor, lexicon, pipeline
from marsad.decision import Decision
from marsad.errors import QueryError, RecordError
from marsad.link.bounds import Bounds, bound_clusters
from marsad.link.cluster import Told, clusters
from marsad.link.compare import BARRED
from marsad.model import Document, Event, Reading, Span, event_ids, incident_id
from marsad.pipeline import deciding, silent
from marsad.pipeline.linkage import link_record
from marsad.record import Record

SRC = Path(__file__).parents[1] / "src"
A, B, C = document(outlet="أ"), document(f"{TEXT} ب", outlet="ب"), document(f"{TEXT} ج", outlet="ج")
#: Two articles tell one bombing, the third a shelling elsewhere, and an arrest.
TOLD: dict[str, tuple[Event, ...]] = {
    A.id: (event(),),
    B.id: (event(killed=5),),
    C.id: (
        event(type="shelling", place="idlib", on="2021-04-20"),
        event(type="arrest", at=40, place="basra"),
    ),
}
EVENT = {
    name: event_ids(Reading(d.id, "r", TOLD[d.id]))[n]
    for name, d, n in (("a", A, 0), ("b", B, 0), ("shelling", C, 0), ("arrest", C, 1))
}


def read(record: Record, told: dict[str, tuple[Event, ...]], *, reader: str = "test-1") -> None:
    """Stores these readings and links them, as a run of that reader would."""
    record.save_readings([Reading(id_, reader, events) for id_, events in told.items()], lexicon="w")
    link_record(record, silent)


@pytest.fixture
def record(fresh: Callable[[], str]) -> Iterator[Record]:
    with told(fresh()) as opened:
        yield opened


@pytest.fixture
def in_file(tmp_path: Path) -> Iterator[Record]:
    """The same in a SQLite file, for what only a file can be done to."""
    with told(tmp_path / "r.db") as opened:
        yield opened


@contextmanager
def told(address: str | Path) -> Iterator[Record]:
    with Record.open(address, create=True) as opened:
        opened.add([A, B, C])
        read(opened, TOLD)
        yield opened


def incidents(record: Record) -> set[frozenset[str]]:
    """The incidents as the names of the events that tell them."""
    name = {id_: name for name, id_ in EVENT.items()}
    return {frozenset(name.get(t.event_id, "?") for t in i.tellings) for i in record.incidents()}


def sets(*groups: str) -> set[frozenset[str]]:
    return {frozenset(group.split()) for group in groups}


LINKED = sets("a b", "shelling", "arrest")

# ── what decisions do ─────────────────────────────────────────────────────────────────────


def test_a_rejected_event_is_in_no_incident_and_stays_listed(record: Record) -> None:
    home = record.incident_of(EVENT["b"]) or ""
    deciding.reject(record, EVENT["b"], author="ليلى", reason="تمرين")
    assert incidents(record) == sets("a", "shelling", "arrest")
    (standing,) = deciding.standings(record)
    assert (standing.state, standing.event_id, standing.decision.reason) == ("applied", EVENT["b"], "تمرين")
    assert deciding.history(record, home) == (standing,)
    assert record.judged()[EVENT["b"]].rejected == ("ليلى",)


def test_a_corrected_value_has_the_decision_as_its_source(record: Record) -> None:
    made = deciding.correct(record, EVENT["a"], "killed", "6", author="ليلى", span=Span(5, 10))
    (incident,) = [i for i in record.incidents() if i.tellings[0].event_id in (EVENT["a"], EVENT["b"])]
    (toll,) = [t for t in incident.tolls if t.measure == "killed"]
    assert sorted(account.low or 0 for account in toll.accounts) == [5, 6]
    assert record.event(EVENT["a"])[1].figures[0].span == Span(5, 10)
    (correction,) = record.judged([EVENT["a"]])[EVENT["a"]].corrections
    assert (correction.decision, correction.read, correction.value) == (made.id, "4", "6")
    untouched = record.reading(A.id)
    assert untouched is not None and untouched.events == TOLD[A.id]


def test_a_corrected_type_or_place_may_part_what_was_one(record: Record) -> None:
    deciding.correct(record, EVENT["b"], "period", "2021-03-01", author="ليلى")
    assert incidents(record) == sets("a", "b", "shelling", "arrest")


def test_same_and_different_outrank_the_linker(record: Record) -> None:
    deciding.different(record, EVENT["a"], EVENT["b"], author="ليلى")
    assert incidents(record) == sets("a", "b", "shelling", "arrest")
    deciding.same(record, EVENT["a"], EVENT["shelling"], EVENT["arrest"], author="ليلى")
    assert incidents(record) == sets("a shelling arrest", "b")


def test_what_is_apart_stays_apart_through_what_is_the_same(record: Record) -> None:
    """b is joined with a by the linker, and a with the shelling by a person who keeps b from that."""
    deciding.same(record, EVENT["a"], EVENT["shelling"], author="ليلى")
    assert incidents(record) == sets("a b shelling", "arrest")
    deciding.different(record, EVENT["b"], EVENT["shelling"], author="ليلى")
    assert incidents(record) == sets("a shelling", "b", "arrest")


def test_an_incident_may_be_named_where_an_event_is_meant(record: Record) -> None:
    one, other = record.incident_of(EVENT["a"]) or "", record.incident_of(EVENT["arrest"]) or ""
    deciding.same(record, one, other, author="ليلى")
    assert incidents(record) == sets("a b arrest", "shelling")
    deciding.undo(record, "1", author="ليلى")
    assert incidents(record) == LINKED
    made = deciding.different(record, EVENT["arrest"], one, author="ليلى")
    assert len(made) == 2


def test_undo_gives_back_what_was_and_keeps_what_was_decided(record: Record) -> None:
    before = record.digest()
    made = deciding.reject(record, EVENT["a"], author="ليلى")
    back = deciding.undo(record, made.id, author="ليلى")
    assert record.digest() == before
    assert record.decisions() == (made, back)
    deciding.undo(record, back.id[:8], author="ليلى")
    assert incidents(record) == sets("b", "shelling", "arrest")
    with pytest.raises(QueryError, match=r"ليلى's.*in conflict"):
        deciding.undo(record, "1", author="سامر")


def test_two_people_who_disagree_leave_the_readers_value(record: Record) -> None:
    before = {i.id: i.tolls for i in record.incidents()}
    one = deciding.correct(record, EVENT["a"], "killed", "6", author="ليلى")
    two = deciding.correct(record, EVENT["a"], "killed", "7", author="سامر")
    assert {i.id: i.tolls for i in record.incidents()} == before
    assert [(s.decision, s.against) for s in deciding.conflicts(record)] == [
        (one, (two.id,)),
        (two, (one.id,)),
    ]
    assert record.judged()[EVENT["a"]].disputed == tuple(sorted((one.id, two.id)))
    deciding.undo(record, one.id, author="ليلى")
    assert not deciding.conflicts(record)
    assert record.event(EVENT["a"])[1].figures[0].low == 7


def test_what_cannot_be_decided_says_why_and_is_not_kept(record: Record) -> None:
    for attempt, says in (
        (lambda: deciding.accept(record, "e0", author="ليلى"), "no event"),
        (lambda: deciding.accept(record, "i0", author="ليلى"), "no incident"),
        (lambda: deciding.accept(record, EVENT["a"], author=" "), "has an author"),
        (lambda: deciding.correct(record, EVENT["a"], "killed", "x", author="ليلى"), "no count"),
        (lambda: deciding.correct(record, EVENT["a"], "killed", "1", author="ليلى", span=Span(0, 999)), "in the text"),
        (lambda: deciding.correct(record, EVENT["a"], "place", "لا مكان", author="ليلى"), "no one place"),
        (lambda: deciding.correct(record, EVENT["a"], "place", "الحويجة", author="ليلى"), "irq-kirkuk-hawija, syr-"),
        (lambda: deciding.same(record, EVENT["a"], EVENT["a"], author="ليلى"), "one and the same"),
        (lambda: deciding.undo(record, "1", author="ليلى"), "no one decision"),
    ):  # fmt: skip
        with pytest.raises(QueryError, match=says):
            attempt()
    assert record.decisions() == ()


def test_a_place_may_be_given_by_its_name(record: Record) -> None:
    made = deciding.correct(record, EVENT["arrest"], "place", "داقوق", author="ليلى")
    location = record.event(EVENT["arrest"])[1].location
    assert location is not None and location.place_id == made.value and location.admin1 == "Kirkuk"


# ── what they survive ─────────────────────────────────────────────────────────────────────


@st.composite
def sittings(draw: st.DrawFn) -> list[tuple[str, ...]]:
    names, people = st.sampled_from(sorted(EVENT)), st.sampled_from(["ليلى", "سامر"])
    kinds = st.sampled_from(["accept", "reject", "killed", "type", "same", "different", "undo"])
    made = draw(st.lists(st.tuples(kinds, people, names, names), min_size=1, max_size=6))
    return [one for one in made if one[0] not in ("same", "different") or one[2] != one[3]]


def _sit(record: Record, made: list[tuple[str, ...]]) -> None:
    for kind, author, one, other in made:
        if kind == "undo":
            own = [d for d in record.decisions() if d.author == author]
            if own:
                deciding.undo(record, own[-1].id, author=author, link=False)
        elif kind in ("same", "different"):
            getattr(deciding, kind)(record, EVENT[one], EVENT[other], author=author, link=False)
        elif kind in ("killed", "type"):
            value = {"killed": "9", "type": "riot"}[kind]
            deciding.correct(record, EVENT[one], kind, value, author=author, link=False)
        else:
            getattr(deciding, kind)(record, EVENT[one], author=author, link=False)


def _is_as_decided(record: Record) -> None:
    """Every decision is applied, unanchored, in conflict, or its author decided anew; the applied show."""
    told = deciding.standings(record)
    assert [s.decision for s in told] == list(record.decisions())
    home = {t.event_id: i.id for i in record.incidents() for t in i.tellings}
    rejected = {s.event_id for s in told if s.state == "applied" and s.decision.verdict == "reject"}
    for s in told:
        if s.state != "applied":
            assert s.state in ("conflict", "unanchored", "superseded", "withdrawn") and (s.note or s.against)
        elif s.decision.verdict == "reject":
            assert s.event_id not in home
        elif s.decision.verdict == "correct" and s.event_id is not None:
            values = [c.value for c in record.judged()[s.event_id].corrections]
            assert s.decision.value in values
        elif {s.event_id, s.other_event_id} & rejected:
            continue
        elif s.decision.verdict == "same":
            assert home[s.event_id or ""] == home[s.other_event_id or ""]
        elif s.decision.verdict == "different":
            assert home[s.event_id or ""] != home[s.other_event_id or ""]


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(sittings(), rereadings(), rereadings(), st.permutations([A, B, C]))
def test_no_new_reading_loses_a_decision(
    tmp_path_factory: pytest.TempPathFactory,
    made: list[tuple[str, ...]],
    one: tuple[Event, ...],
    other: tuple[Event, ...],
    order: list[Document],
) -> None:
    path = tmp_path_factory.mktemp("r") / "r.db"
    with Record.open(path, create=True) as record:
        record.add([A, B, C])
        read(record, TOLD)
        _sit(record, made)
        link_record(record, silent)
        _is_as_decided(record)
        before = record.digest()
        changed = dict(zip((d.id for d in order), (_inside(one), _inside(other), ()), strict=True))
        read(record, changed, reader="test-2")
        _is_as_decided(record)
        now = record.digest()
        link_record(record, silent, anew=True)
        assert record.digest() == now
        read(record, TOLD)
        assert record.digest() == before
        assert record.waiting() == 0


def _inside(events: tuple[Event, ...]) -> tuple[Event, ...]:
    """The events that lie within the articles' text."""
    return tuple(e for e in events if e.trigger.end <= len(TEXT) and e.evidence.end <= len(TEXT))


@pytest.mark.slow
def test_a_rebuild_with_another_lexicon_loses_no_decision(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole reader on the sample, with a lexicon that lacks the words of half of the events."""
    data = tmp_path / "data"
    shutil.copytree(str(resources.files("marsad") / "data"), data)
    with Record.open(tmp_path / "r.db", create=True) as record:
        pipeline.run(record, [data / "sample" / "articles.jsonl"], workers=1)
        events = [t.event_id for i in record.incidents() for t in i.tellings]
        for number, id_ in enumerate(events):
            author = ("ليلى", "سامر")[number % 2]
            if number % 3 == 0:
                deciding.reject(record, id_, author=author, link=False)
            elif number % 3 == 1:
                deciding.correct(record, id_, "killed", "77", author=author, link=False)
            else:
                deciding.same(record, id_, events[number - 1], author=author, link=False)
        pipeline.rebuild(record, workers=1)
        before, made = record.digest(), record.decisions()
        assert {s.state for s in deciding.standings(record)} == {"applied"}

        path = data / "ar" / "events.yaml"
        whole = path.read_text("utf8")
        path.write_text(
            re.sub(r"(?ms)^- id: ar\.event\.(?:shelling|air_strike).*?(?=^- id:|\Z)", "", whole), "utf8"
        )
        changed = lexicon.load(str(data))
        with monkeypatch.context() as patched:
            patched.setattr(lexicon, "load", lambda folder=None: changed)
            pipeline.rebuild(record, workers=1)
            told = deciding.standings(record)
            assert record.decisions() == made and [s.decision for s in told] == list(made)
            assert len(deciding.unanchored(record)) > 5
            _is_as_decided(record)
            assert sum(s.state in ("applied", "unanchored", "conflict") for s in told) == len(made)
        pipeline.rebuild(record, workers=1)
        assert record.digest() == before


# ── ids ───────────────────────────────────────────────────────────────────────────────────


def test_an_id_that_is_no_more_leads_to_the_incident_that_holds_its_anchor(record: Record) -> None:
    old = record.incident_of(EVENT["arrest"]) or ""
    target = record.incident_of(EVENT["a"]) or ""
    made = deciding.same(record, EVENT["a"], EVENT["arrest"], author="ليلى")
    merged = record.incident_of(EVENT["a"]) or ""
    assert len({old, target} - {merged}) >= 1
    for id_ in (old, target, old[:9]):
        found = pipeline.find(record, id_)
        assert found.incident.id == merged
        assert found.asked == (None if merged.startswith(id_) else old if old.startswith(id_) else target)
    deciding.undo(record, made[0].id, author="ليلى")
    assert pipeline.find(record, old).asked is None


def test_ids_lead_on_after_a_rebuild_that_reads_other_words(record: Record) -> None:
    old = record.incident_of(EVENT["shelling"]) or ""
    moved = replace(TOLD[C.id][0], trigger=Span(2, 9), type="air_strike")
    read(record, {C.id: (moved, TOLD[C.id][1])}, reader="test-2")
    (new,) = [i.id for i in record.incidents() if i.type == "air_strike"]
    found = pipeline.find(record, old)
    assert (found.incident.id, found.asked) == (new, old) and new != old


def test_an_older_article_gives_the_incident_another_id_and_the_first_still_leads_there(
    record: Record,
) -> None:
    old = record.incident_of(EVENT["a"]) or ""
    earlier = document(f"{TEXT} د", outlet="د", published="2021-05-04")
    record.add([earlier])
    read(record, {**TOLD, earlier.id: (event(),)})
    found = pipeline.find(record, old)
    assert len(found.incident.tellings) == 3 and (found.asked, found.incident.id != old) == (old, True)


def test_the_id_of_an_incident_whose_anchor_was_rejected_leads_to_the_rest(record: Record) -> None:
    (incident,) = [i for i in record.incidents() if len(i.tellings) == 2]
    anchor, rest = (t.event_id for t in incident.tellings)
    deciding.reject(record, anchor, author="ليلى")
    found = pipeline.find(record, incident.id)
    assert found.asked == incident.id and [t.event_id for t in found.incident.tellings] == [rest]
    deciding.reject(record, rest, author="ليلى")
    with pytest.raises(QueryError, match=r"is no more: none of its 2 events.*decisions list"):
        pipeline.find(record, incident.id)
    assert len(deciding.history(record, incident.id)) == 2
    with pytest.raises(QueryError, match="no incident"):
        pipeline.find(record, "i0123")


# ── what is kept, and how it would show that it was changed ───────────────────────────────


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


# ── clusters within bounds ────────────────────────────────────────────────────────────────

EVENTS = [f"e{n}" for n in range(7)]
pairs = st.tuples(st.sampled_from(EVENTS), st.sampled_from(EVENTS)).filter(lambda pair: pair[0] < pair[1])


@settings(deadline=None)
@given(
    st.dictionaries(pairs, st.integers(-3000, 6000) | st.just(BARRED), max_size=15),
    st.lists(st.integers(0, 5), min_size=7, max_size=7),
    st.lists(st.none() | st.integers(0, 8), min_size=7, max_size=7),
    st.sets(pairs, max_size=3),
    st.sets(pairs, max_size=3),
)
def test_clusters_keep_within_what_people_decided(
    scores: dict[tuple[str, str], int],
    documents: list[int],
    days: list[int | None],
    same: set[tuple[str, str]],
    apart: set[tuple[str, str]],
) -> None:
    told = {
        event: Told(f"d{document}", None if day is None else (day, day))
        for event, document, day in zip(EVENTS, documents, days, strict=True)
    }
    groups: list[set[str]] = []
    for pair in same:
        touching = [group for group in groups if group & set(pair)]
        groups = [group for group in groups if group not in touching] + [set(pair).union(*touching)]
    apart = {pair for pair in apart if not any(set(pair) <= group for group in groups)}
    bounds = Bounds(tuple(tuple(sorted(group)) for group in groups), frozenset(apart))
    found = bound_clusters(told, scores, bounds)
    home = {event: cluster for cluster in found for event in cluster}
    assert sorted(home) == EVENTS and sum(map(len, found)) == len(EVENTS)
    assert all(len({home[event] for event in group}) == 1 for group in groups)
    assert all(home[a] != home[b] for a, b in apart)
    if not groups and not apart:
        assert found == clusters(told, scores)


def test_an_event_stays_with_its_like_when_that_is_put_together_with_another() -> None:
    """b is like a; a person says that z, far away in time, is a too: b need not be like z."""
    told = {"a": Told("d1", (5, 5)), "b": Told("d2", (5, 5)), "z": Told("d3", (90, 90))}
    scores = {("a", "b"): 4000, ("b", "z"): BARRED}
    assert bound_clusters(told, scores, Bounds((("a", "z"),))) == [("a", "b", "z")]
    assert bound_clusters(told, scores, Bounds((("a", "z"),), frozenset({("b", "z")}))) == [
        ("a", "z"),
        ("b",),
    ]
