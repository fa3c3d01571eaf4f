"""Ids of incidents that are no more lead on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from tests.decided import EVENT, TOLD, C, read, told
from tests.making import TEXT, document, event

from marsad import pipeline
from marsad.errors import QueryError
from marsad.model import Span
from marsad.pipeline import deciding
from marsad.record import Record


@pytest.fixture
def record(fresh: Callable[[], str]) -> Iterator[Record]:
    with told(fresh()) as opened:
        yield opened


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
