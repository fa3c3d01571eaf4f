"""Many hands on one record at once: nothing lost, one chain, disagreement shown. `bench.hands` has the large version."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from tests.decided import EVENT, TOLD, A, B, C, read
from tests.making import TEXT, document
from tests.web.conftest import served

from marsad.decision import Standing
from marsad.errors import BusyError
from marsad.pipeline import deciding, silent
from marsad.pipeline.linkage import link_record
from marsad.record import Record
from marsad.web.desk import Desk

pytestmark = pytest.mark.xdist_group("server")
PEOPLE, EVENTS = [f"قارئ {n}" for n in range(8)], (EVENT["a"], EVENT["shelling"], EVENT["arrest"])


@pytest.fixture
def address(fresh: Callable[[], str]) -> str:
    address = fresh()
    with Record.open(address, create=True) as record:
        record.add([A, B, C])
        read(record, TOLD)
    return address


def all_at_once(work: Callable[[int], Sequence[str]]) -> list[str]:
    with ThreadPoolExecutor(len(PEOPLE)) as pool:
        return [id_ for ids in pool.map(work, range(len(PEOPLE))) for id_ in ids]


def check(address: str, acknowledged: list[str]) -> None:
    with Record.open(address) as record:
        made = record.decisions()
        assert sorted(decision.id for decision in made) == sorted(acknowledged)
        assert record.decision_faults() == () and record.decision_head()[0] == len(made)
        assert record.waiting() == 0
        # everyone gave another number of killed: nobody's stands, all are shown
        told: Sequence[Standing] = deciding.conflicts(record)
        assert len(told) == len(PEOPLE) * len(EVENTS) and {s.decision.author for s in told} == set(PEOPLE)
        before = record.digest()
        link_record(record, silent, anew=True)
        assert record.digest() == before


def test_all_that_people_decide_at_once_is_kept(address: str) -> None:
    def decide(number: int) -> list[str]:
        with Record.open(address, patience=120) as record:
            return [
                deciding.correct(record, event, "killed", str(number), author=PEOPLE[number]).id
                for event in EVENTS
            ]

    check(address, all_at_once(decide))


def test_all_that_people_post_at_once_is_kept(address: str) -> None:
    desk = Desk()
    with served(address, desk) as client:

        def post(number: int) -> list[str]:
            ids = []
            for event in EVENTS:
                act: dict[str, Any] = {"verdict": "correct", "field": "killed", "value": str(number)}
                answer = client.post(
                    "/api/v1/decisions", json={**act, "event": event, "author": PEOPLE[number]},
                    headers={"Authorization": f"Bearer {desk.token}"}, timeout=120,
                )  # fmt: skip
                assert answer.status_code == 201, answer.text
                ids += [row["id"] for row in answer.json()["data"]]
            return ids

        acknowledged = all_at_once(post)
    check(address, acknowledged)


def test_readers_are_answered_while_news_is_taken_in(address: str) -> None:
    done = Event()

    def take_in() -> None:
        try:
            with Record.open(address) as record:
                for n in range(20):
                    record.add([document(f"{TEXT} {n} {m}", source_id=f"{n}-{m}") for m in range(5)])
                link_record(record, silent, anew=True)
        finally:
            done.set()

    with served(address) as client, ThreadPoolExecutor(9) as pool:
        taking = pool.submit(take_in)

        def ask(number: int) -> list[int]:
            paths = ("/ar/incidents", "/api/v1/incidents", "/en/incidents?q=قصف")
            answers = []
            while not done.is_set() or not answers:
                answers.append(client.get(paths[number % 3], timeout=120).status_code)
            return answers

        answers = [status for one in pool.map(ask, range(8)) for status in one]
        taking.result()
    assert set(answers) == {200}


def test_a_decision_is_kept_though_a_run_derives_incidents_and_is_in_effect_when_that_ends(
    address: str,
) -> None:
    if not address.startswith("postgresql"):
        with Record.open(address) as busy, Record.open(address, patience=0.05) as record, busy.linkage():
            with pytest.raises(BusyError):  # one file, one writer: nothing is kept, and that is said
                deciding.reject(record, EVENT["a"], author="ن")
            assert record.decisions() == ()
        return
    with Record.open(address) as record, Record.open(address, patience=0.05) as reviewer:
        with record.linkage():
            made = deciding.reject(reviewer, EVENT["a"], author="ن")
            assert reviewer.decisions() == (made,) and reviewer.waiting() == 1
        deciding.settle(record)
        assert record.waiting() == 0 and record.incident_of(EVENT["a"]) is None
