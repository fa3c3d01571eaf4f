"""The queue of a review: the events of the record with the doubts about them, the most doubtful first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from marsad.decide import best_join, disputed, doubt, doubts, rules
from marsad.decision import Case, Judged, Standing
from marsad.errors import QueryError
from marsad.model import Incident, Join, Telling
from marsad.pipeline.judging import find, standings
from marsad.pipeline.linking import alone, compare

if TYPE_CHECKING:  # reading alone needs no database, and loading one takes longer than an article
    from marsad.record import Record

#: How far apart in days another incident may be to be offered as the same.
_AROUND = timedelta(days=3)
#: How many others are compared.
_OTHERS = 25


def queue(
    record: Record, *, author: str, incident: str | None = None, second: bool = False
) -> tuple[str, ...]:
    """The events that this person has not decided on, the most doubtful first; `case_of` has each whole.

    What others decided on is left out, unless people disagree about it. With `second` only what others
    decided on: those that a second person should look at. With `incident` only the events of that
    one, decided or not.
    """
    told = decided_on(record)
    disputed_ones = {id_ for id_, judged in record.judged().items() if judged.disputed}
    if incident is not None:
        one = find(record, incident).incident
        weighed = sorted((t.event_id, doubt(one, t)) for t in one.tellings)
    else:
        weighed = [
            (id_, points)
            for id_, points in record.doubtful()
            if (_asked(told[id_], author, second) if id_ in told else not second)
        ]
    found = [(-points - disputed() * (id_ in disputed_ones), id_) for id_, points in weighed]
    return tuple(id_ for _, id_ in sorted(found, key=lambda pair: pair[0]))


def _asked(decided: Sequence[Standing], author: str, second: bool) -> bool:
    return not settled(decided, author, second=second) and bool(live(decided) or not second)


def case_of(
    record: Record, event_id: str, told: Mapping[str, Sequence[Standing]], *, anywhere: bool = False
) -> Case:
    """The case of one event, whoever decided on it; `told` is what `decided_on` gives.

    Raises `QueryError` where there is no such event, or it is in no incident; with `anywhere` such a
    one is given too, as one that was rejected.
    """
    record.event(event_id)
    within = record.incident_of(event_id)
    if within is None and anywhere:
        one = alone(record, event_id)
        return Case(one, one.tellings[0], (), decided=tuple(told.get(event_id, ())), placed=False)
    if within is None:
        raise QueryError(
            "{id} is in no incident", hint="it was rejected, or waits for the next run", id=event_id
        )
    one = record.incident(within)
    telling = next(telling for telling in one.tellings if telling.event_id == event_id)
    return _case(one, telling, record.judged([event_id]).get(event_id), told.get(event_id, ()))


def _case(one: Incident, telling: Telling, judged: Judged | None, decided: Iterable[Standing]) -> Case:
    return Case(one, telling, doubts(one, telling, judged), best_join(one, telling.event_id), tuple(decided))


def decided_on(record: Record, events: Collection[str] | None = None) -> dict[str, list[Standing]]:
    """What was decided on each of these events, or on any, in the order it was."""
    told: dict[str, list[Standing]] = defaultdict(list)
    for standing in standings(record, events=events):
        for event in (standing.event_id, standing.other_event_id):
            if event is not None and (events is None or event in events):
                told[event].append(standing)
    return dict(told)


def live(decided: Iterable[Standing]) -> list[Standing]:
    """The decisions that stand, whether they have their effect or are in conflict."""
    return [s for s in decided if s.state in ("applied", "conflict") and s.decision.verdict != "withdraw"]


def settled(decided: Iterable[Standing], author: str, *, second: bool = False) -> bool:
    """Whether an event needs no decision of this person: they decided it, or others who agree did.

    With `second` what others decided settles nothing.
    """
    standing = live(decided)
    if any(s.decision.author == author for s in standing):
        return True
    return not second and bool(standing) and all(s.state == "applied" for s in standing)


def agreement(record: Record) -> tuple[int, int]:
    """How many events two or more people decided on, and on how many of them nobody disagrees."""
    standing = [live(decided) for decided in decided_on(record).values()]
    both = [decided for decided in standing if len({s.decision.author for s in decided}) > 1]
    return len(both), sum(all(s.state == "applied" for s in decided) for decided in both)


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
