"""The record's decisions put on its events as they are read now, and ids of incidents that are no more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from marsad import lexicon
from marsad.decide import ALONE, PAIRS, anchored, bonds, judge, reach
from marsad.decision import Anchor, Judgement, Standing
from marsad.errors import QueryError
from marsad.model import Document, Event, Incident, Reading, Span, event_ids

if TYPE_CHECKING:  # reading alone needs no database, and loading one takes longer than an article
    from collections.abc import Collection, Iterable

    from marsad.record import Act, Judgements, Record


#: Documents that are held at a time.
_BATCH = 200


# ── judging ───────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Rejudged:
    """The part of a record's decisions that was judged anew: what became of them, and what had before.

    `upto` is the number of the last decision that there was.
    """

    now: Judgement
    was: tuple[Standing, ...]
    upto: int

    @property
    def alone(self) -> set[str]:
        """The events of which alone something was or is decided."""
        told = (*self.was, *self.now.standings)
        return {s.event_id for s in told if s.event_id is not None and s.decision.verdict in ALONE}

    @property
    def rebound(self) -> set[str]:
        """The events of groups and pairs that were not so before, or are not any more."""
        groups, apart = bonds(
            (s.decision.verdict, s.event_id, s.other_event_id)
            for s in self.was
            if s.state == "applied" and s.decision.verdict in PAIRS and s.event_id and s.other_event_id
        )
        # a pair that is apart is not the group of the same two
        other = (set(groups) ^ set(self.now.together), apart ^ self.now.apart)
        return {id_ for part in other for events in part for id_ in events}


def rejudged(people: Judgements, reread: Collection[str] = (), *, anew: bool = False) -> Rejudged:
    """Judges what was decided since, what stands in documents that were read since, and what hangs on either.

    With `anew` everything is judged: what comes out is the same.
    """
    waiting = people.waiting()
    was = {} if anew else {s.number: s for s in people.in_documents(reread)}
    made = people.made(range(1, waiting.stop) if anew else waiting)
    made |= {number: standing.decision for number, standing in was.items()}
    if not made:
        return Rejudged(Judgement(), (), waiting.stop - 1)
    anchors = [anchor for d in made.values() for anchor in (d.anchor, d.other) if anchor is not None]
    found, events = _stands(people, anchors)
    placed = [
        Standing(
            number,
            d,
            "applied",
            found.get(d.anchor) if d.anchor else None,
            found.get(d.other) if d.other else None,
        )
        for number, d in made.items()
    ]
    if not anew:
        was = reach((*placed, *was.values()), people) | was
    placed += [standing for number, standing in was.items() if number not in made]
    alone = {s.event_id for s in placed if s.event_id is not None and s.decision.verdict in ALONE}
    events |= people.read(alone - events.keys())
    table = lexicon.load()
    now = judge(placed, events, places=table.places, actors=table.actors)
    return Rejudged(now, tuple(was.values()), waiting.stop - 1)


def standings(
    record: Record,
    *,
    ids: Collection[str] | None = None,
    events: Collection[str] | None = None,
    incidents: Collection[str] = (),
) -> tuple[Standing, ...]:
    """Every decision with what became of it, in the order they were made.

    With `ids` only the decisions of these ids; with `events` those on these events or on events that were
    shown in `incidents`, with what was taken back of them.
    """
    with record.judgements() as people:
        now = {s.number: s for s in rejudged(people).now.standings}
        if ids is not None:
            wanted = people.numbers(ids)
            found = {s.number: s for s in people.numbered([n for n in wanted if n not in now])}
            found |= {n: now[n] for n in wanted if n in now}
        elif events is not None:
            kept = (*people.on(events), *people.shown_in(incidents))
            told = {s.number: s for s in kept} | now
            found = {n: s for n, s in told.items() if _is_on(s, events, incidents)}
            own = {s.decision.id for s in found.values()}
            found |= {s.number: now.get(s.number, s) for s in people.taking_back(own)}
            found |= {n: s for n, s in now.items() if s.decision.withdraws in own}
        else:
            found = {s.number: s for s in people.all()} | now
    return tuple(found[number] for number in sorted(found))


def _is_on(standing: Standing, events: Collection[str], incidents: Collection[str]) -> bool:
    made = standing.decision
    return bool({standing.event_id, standing.other_event_id} & set(events)) or any(
        anchor is not None and anchor.incident_id in incidents for anchor in (made.anchor, made.other)
    )


def _stands(people: Judgements, anchors: Iterable[Anchor]) -> tuple[dict[Anchor, str], dict[str, Event]]:
    """The event of each anchor that has one, and those events as they are read."""
    by_document: dict[str, set[Anchor]] = {}
    for anchor in anchors:
        by_document.setdefault(anchor.document_id, set()).add(anchor)
    found: dict[Anchor, str] = {}
    events: dict[str, Event] = {}
    ids = sorted(by_document)
    for start in range(0, len(ids), _BATCH):
        part = ids[start : start + _BATCH]
        readings = people.readings(part)
        for id_, document in people.documents(part).items():
            if id_ in readings:
                _place(document, readings[id_], by_document[id_], found, events)
    return found, events


def _place(
    document: Document,
    reading: Reading,
    anchors: Iterable[Anchor],
    found: dict[Anchor, str],
    events: dict[str, Event],
) -> None:
    """Notes the event of each anchor in a document, and those events."""
    ids = event_ids(reading)
    for anchor in anchors:
        position = anchored(anchor, document.text, reading.events)
        if position is not None:
            found[anchor] = ids[position]
            events[ids[position]] = reading.events[position]


# ── ids that are no more ───────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Found:
    """An incident that was asked for, and the id that led to it where it has another one now."""

    incident: Incident
    asked: str | None = None


def find(record: Record, id_: str) -> Found:
    """The incident of that id, or of that unique beginning of an id, through ids that are no more.

    An id that is no more leads to the incident that now holds its anchor, the earliest event that it
    stood on; where nobody tells of that any more, the next one.

    Raises `QueryError` where there never was such an id, or nothing is left of its incident.
    """
    try:
        return Found(record.incident(id_))
    except QueryError:
        old = record.retired(id_)
        if old is None:
            raise
    asked, acts = old
    for act in acts:
        now = record.incident_of(act.event_id) or _incident_at(record, act)
        if now is not None:
            return Found(record.incident(now), asked)
    raise QueryError(
        "the incident {id} is no more: none of its {number} events is in any incident now",
        hint=f"`marsad decisions list --incident {asked}` has what people decided of it",
        id=asked,
        number=len(acts),
    )


def _incident_at(record: Record, act: Act) -> str | None:
    """The incident of the event that stands where the act stood."""
    document = record.document(act.document_id)
    if document is None:
        return None
    quote = act.trigger.of(document.text)
    anchor = Anchor(document.id, quote, act.trigger.start, Span(0, len(quote)), act.type)
    with record.judgements() as people:
        found, _ = _stands(people, [anchor])
    return record.incident_of(found[anchor]) if anchor in found else None
