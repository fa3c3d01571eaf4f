"""Decisions in a record: their effect on incidents, and what they survive."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.decided import EVENT, LINKED, TOLD, A, B, C, incidents, inside, read, sets, told
from tests.test_decide import rereadings

from marsad import lexicon, pipeline
from marsad.errors import QueryError
from marsad.model import Document, Event, Span
from marsad.pipeline import deciding, silent
from marsad.pipeline.linkage import link_record
from marsad.record import Record


@pytest.fixture
def record(fresh: Callable[[], str]) -> Iterator[Record]:
    with told(fresh()) as opened:
        yield opened


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
        changed = dict(zip((d.id for d in order), (inside(one), inside(other), ()), strict=True))
        read(record, changed, reader="test-2")
        _is_as_decided(record)
        now = record.digest()
        link_record(record, silent, anew=True)
        assert record.digest() == now
        read(record, TOLD)
        assert record.digest() == before
        assert record.waiting() == 0


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
