"""The queue of a review: the events of the record with the doubts about them, the most doubtful first."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from marsad.decide import best_join, doubts, rules
from marsad.decision import Case, Standing
from marsad.model import Incident, Join
from marsad.pipeline.judging import find, judgement
from marsad.pipeline.linking import compare

if TYPE_CHECKING:  # reading alone needs no database, and loading one takes longer than an article
    from marsad.record import Record

#: How far apart in days another incident may be to be offered as the same.
_AROUND = timedelta(days=3)
#: How many others are compared.
_OTHERS = 25


def queue(record: Record, *, author: str, incident: str | None = None) -> list[Case]:
    """The events that this person has not decided on, the most doubtful first.

    What others decided on is left out, unless people disagree about it. With `incident` only the
    events of that one, decided or not.
    """
    told: dict[str, list[Standing]] = defaultdict(list)
    for standing in judgement(record).standings:
        for event in (standing.event_id, standing.other_event_id):
            if event is not None:
                told[event].append(standing)
    judged = record.judged()
    found = record.incidents() if incident is None else [find(record, incident).incident]
    cases = [
        Case(
            one,
            telling,
            doubts(one, telling, judged.get(telling.event_id)),
            best_join(one, telling.event_id),
            tuple(told.get(telling.event_id, ())),
        )
        for one in found
        for telling in one.tellings
    ]
    order = {one.id: number for number, one in enumerate(found)}
    asked = [case for case in cases if incident is not None or not _settled(case, author)]
    return sorted(asked, key=lambda case: (-case.points, order[case.incident.id], case.event_id))


def _settled(case: Case, author: str) -> bool:
    """Whether the event needs no decision of this person: they decided it, or others who agree did."""
    live = [
        s for s in case.decided if s.state in ("applied", "conflict") and s.decision.verdict != "withdraw"
    ]
    mine = any(s.decision.author == author for s in live)
    return mine or (bool(live) and all(s.state == "applied" for s in live))


def nearest(record: Record, case: Case) -> tuple[Incident, Join] | None:
    """The other incident that is most like the event, of those of the same days and country.

    The comparison is with the event of it that is most alike. One that a contradiction keeps apart
    comes after those that only are not alike enough; `None` where none is alike enough to be offered.
    """
    from marsad.record import Filters

    period, location = case.telling.event.period, case.telling.event.location
    day = (period.first or period.last) if period else None
    if day is None:
        return None
    filters = Filters(
        first=day - _AROUND,
        last=day + _AROUND,
        country=location.country if location else None,
        place=location.admin1 if location else None,
        limit=_OTHERS,
    )
    best: tuple[str, Join] | None = None
    for other in record.summaries(filters):
        if other.id == case.incident.id:
            continue
        join = compare(record, case.event_id, other.id)[0]
        if join.score >= rules().offered and (best is None or _rank(join) > _rank(best[1])):
            best = (other.id, join)
    return (record.incident(best[0]), best[1]) if best is not None else None


def _rank(join: Join) -> tuple[bool, float]:
    return (join.barred is None, join.score)
