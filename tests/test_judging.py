"""A decision judges anew what hangs on it and nothing else: what comes out is what judging all of them gives."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.decided import EVENT, TOLD, A, B, C, inside, read
from tests.making import PLACES
from tests.test_decide import ACTORS, ANCHORS, MADE, READ, VALUES, make, rereadings

from marsad.decide import ALONE, PAIRS, bonds, judge, reach
from marsad.decision import Decision, Judged, Standing
from marsad.model import Document, Event
from marsad.pipeline import deciding, silent
from marsad.pipeline.judging import rejudged
from marsad.pipeline.linkage import link_record
from marsad.record import Record

AUTHORS = ["ليلى", "سامر", "نور"]

# ── the rules alone ───────────────────────────────────────────────────────────────────────

#: Two documents with two events each; what a document's events may be read as next.
DOCUMENTS = ((0, 1), (2, 3))
READINGS: tuple[tuple[int | None, int | None], ...] = (
    (0, 1),
    (0, 0),
    (1, 1),
    (1, 0),
    (0, None),
    (None, None),
)
KINDS = ["accept", "reject", "correct", "same", "same", "different", "different", "withdraw", "reread"]


class _Judged:
    """Decisions and what became of them, judged one change after another."""

    def __init__(self) -> None:
        self.made: dict[int, Decision] = {}
        self.at: dict[int, int | None] = {n: n for n in range(len(READ))}
        self.stands: dict[int, Standing] = {}
        self.judged: dict[str, Judged] = {}

    def of(self, ids: Collection[str]) -> list[Standing]:
        return [s for s in self.stands.values() if s.decision.id in ids]

    def on(self, event_ids: Collection[str]) -> list[Standing]:
        return [s for s in self.stands.values() if {s.event_id, s.other_event_id} & set(event_ids)]

    def taking_back(self, ids: Collection[str]) -> list[Standing]:
        return [s for s in self.stands.values() if s.decision.withdraws in ids]

    def placed(self, number: int) -> Standing:
        made = self.made[number]
        places = [None if a is None else self.at[ANCHORS.index(a)] for a in (made.anchor, made.other)]
        first, other = (None if n is None else str(n) for n in places)
        return Standing(number, made, "applied", first, other)

    def change(self, numbers: Collection[int]) -> None:
        was = {n: self.stands[n] for n in numbers if n in self.stands}
        now = {n: self.placed(n) for n in numbers}
        hanging = reach((*now.values(), *was.values()), self) | was
        part = judge((hanging | now).values(), EVENTS, places=PLACES, actors=ACTORS)
        for s in (*hanging.values(), *now.values()):
            if s.event_id is not None and s.decision.verdict in ALONE:
                self.judged.pop(s.event_id, None)
        self.stands |= {s.number: s for s in part.standings}
        self.judged |= part.judged

    def check(self) -> None:
        whole = judge(map(self.placed, self.made), EVENTS, places=PLACES, actors=ACTORS)
        assert [self.stands[n] for n in sorted(self.stands)] == list(whole.standings)
        assert self.judged == dict(whole.judged)
        bound = [
            (s.decision.verdict, s.event_id or "", s.other_event_id or "")
            for s in self.stands.values()
            if s.state == "applied" and s.decision.verdict in PAIRS
        ]
        assert bonds(bound) == (whole.together, whole.apart)


EVENTS = {str(n): one for n, one in enumerate(READ)}


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_what_hangs_on_a_change_is_judged_as_all_is(data: st.DataObject) -> None:
    record = _Judged()
    for n in range(1, data.draw(st.integers(1, 25)) + 1):
        kind, author = data.draw(st.sampled_from(KINDS)), data.draw(st.sampled_from(AUTHORS))
        if kind == "reread":
            document = data.draw(st.sampled_from(DOCUMENTS))
            read_as = data.draw(st.sampled_from(READINGS))
            record.at |= {document[i]: None if to is None else document[to] for i, to in enumerate(read_as)}
            anchors = [ANCHORS[event] for event in document]
            record.change([k for k, d in record.made.items() if d.anchor in anchors or d.other in anchors])
        else:
            record.made[n] = _drawn(data, kind, author, n, record.made)
            record.change([n])
        record.check()


def _drawn(data: st.DataObject, kind: str, author: str, n: int, made: dict[int, Decision]) -> Decision:
    at, minute = data.draw(st.integers(0, 3)), data.draw(st.integers(0, 30))
    if kind == "withdraw":
        # also of others, also before what they take back
        ids = [d.id for d in made.values()] or ["d0"]
        return make(minute, kind, author, withdraws=data.draw(st.sampled_from(ids)), reason=str(n))
    more: dict[str, Any] = {"reason": str(n)}
    if kind == "correct":
        more["field"], more["value"] = data.draw(st.sampled_from(VALUES))
    if kind in ("same", "different"):
        other = data.draw(st.integers(0, 3).filter(lambda other: other != at))
        return make(minute, kind, author, at, other, **more)
    return make(minute, kind, author, at, **more)


# ── records ───────────────────────────────────────────────────────────────────────────────


def test_the_records_of_two_judgements_are_one(tmp_path: Path) -> None:
    """A `same` far away is in conflict by a decision that neither names its events nor its author."""
    with Record.open(tmp_path / "r.db", create=True) as record:
        record.add([A, B, C])
        read(record, TOLD)
        deciding.same(record, EVENT["a"], EVENT["shelling"], author="ليلى")
        deciding.same(record, EVENT["shelling"], EVENT["arrest"], author="سامر")
        made = deciding.different(record, EVENT["a"], EVENT["arrest"], author="نور")
        assert {s.state for s in deciding.standings(record)} == {"conflict"}
        _is_as_judged_whole(record)
        deciding.undo(record, made[0].id, author="نور")
        assert [s.state for s in deciding.standings(record)] == ["applied", "applied", "withdrawn", "applied"]
        _is_as_judged_whole(record)


@pytest.mark.parametrize("verdicts", [("different", "same", "different"), ("same", "different", "same")])
def test_who_changes_their_mind_about_two_events_is_followed(
    tmp_path: Path, verdicts: tuple[str, ...]
) -> None:
    with Record.open(tmp_path / "r.db", create=True) as record:
        record.add([A, B, C])
        read(record, TOLD)
        for other in ("b", "shelling"):
            for verdict in verdicts:
                getattr(deciding, verdict)(record, EVENT["a"], EVENT[other], author="ليلى")
                home = [record.incident_of(EVENT[name]) for name in ("a", other)]
                assert (home[0] == home[1]) == (verdict == "same")
        before = record.digest()
        link_record(record, silent, anew=True)
        assert record.digest() == before


def _is_as_judged_whole(record: Record) -> None:
    """What is stored, and what is told of what is not judged yet, is what judging everything gives."""
    with record.judgements() as people:
        whole = rejudged(people, anew=True).now
    assert deciding.standings(record) == whole.standings
    if record.waiting():
        return
    assert record.judged() == whole.judged
    with record.judgements() as people:
        assert tuple(people.all()) == whole.standings
        assert bonds(people.bonds()) == (whole.together, whole.apart)
    events = {id_ for s in whole.standings for id_ in (s.event_id, s.other_event_id) if id_}
    for event in events:
        own = {s.decision.id for s in whole.standings if event in (s.event_id, s.other_event_id)}
        concerned = [s for s in whole.standings if s.decision.id in own or s.decision.withdraws in own]
        assert list(deciding.standings(record, events={event})) == concerned
    ids = {s.decision.id for s in whole.standings[::2]}
    assert deciding.standings(record, ids=ids) == whole.standings[::2]


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["accept", "reject", "killed", "type", "same", "different", "undo", "link", "read", "forget"]
        ),
        st.sampled_from(AUTHORS),
        st.sampled_from(sorted(EVENT)),
        st.sampled_from(sorted(EVENT)),
        st.sampled_from([A, B, C]),
        rereadings(),
    ),
    min_size=3,
    max_size=14,
)  # fmt: skip


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
def test_whatever_is_decided_and_read_the_record_is_that_of_a_rebuild(
    tmp_path_factory: pytest.TempPathFactory,
    steps: list[tuple[str, str, str, str, Document, tuple[Event, ...]]],
) -> None:
    with Record.open(tmp_path_factory.mktemp("r") / "r.db", create=True) as record:
        record.add([A, B, C])
        read(record, TOLD)
        for number, (kind, author, one, other, document, events) in enumerate(steps):
            told = {id_ for id_, _ in record.told_ids("events")}
            if kind == "link":
                link_record(record, silent)
                _is_as_judged_whole(record)
            elif kind == "read":
                read(record, {document.id: (TOLD[document.id], inside(events))[number % 2]})
                _is_as_judged_whole(record)
            elif kind == "forget":
                record.forget_readings([document.id])
                link_record(record, silent)
                _is_as_judged_whole(record)
            elif kind == "undo":
                own = [d for d in record.decisions() if d.author == author]
                if own:
                    deciding.undo(record, own[number % len(own)].id, author=author, link=False)
                    _is_as_judged_whole(record)
            elif EVENT[one] in told and EVENT[other] in told:
                _decide(record, kind, author, EVENT[one], EVENT[other], link=number % 3 == 0)
                _is_as_judged_whole(record)
        link_record(record, silent)
        _is_as_judged_whole(record)
        before, stood = record.digest(), deciding.standings(record)
        link_record(record, silent, anew=True)
        assert (record.digest(), deciding.standings(record)) == (before, stood)


def _decide(record: Record, kind: str, author: str, one: str, other: str, *, link: bool) -> None:
    if kind in ("same", "different"):
        if one != other:
            getattr(deciding, kind)(record, one, other, author=author, link=link)
    elif kind in ("killed", "type"):
        value = {"killed": "9", "type": "riot"}[kind]
        deciding.correct(record, one, kind, value, author=author, link=link)
    else:
        getattr(deciding, kind)(record, one, author=author, link=link)


def test_a_taking_back_that_came_before_what_it_takes_back_waits_for_it(tmp_path: Path) -> None:
    with Record.open(tmp_path / "r.db", create=True) as record:
        record.add([A, B, C])
        read(record, TOLD)
        made = deciding.reject(record, EVENT["a"], author="ليلى")
        back = Decision("withdraw", "ليلى", made.made, withdraws="", reason="")
        later = replace(made, made=MADE, reason="من سجل آخر")
        back = replace(back, withdraws=later.id)
        deciding.take_in(record, [back])
        assert [s.state for s in deciding.standings(record)] == ["applied", "unanchored"]
        deciding.take_in(record, [later])
        assert [s.state for s in deciding.standings(record)] == ["applied", "applied", "withdrawn"]
        _is_as_judged_whole(record)
