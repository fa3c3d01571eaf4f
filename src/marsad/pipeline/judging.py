"""The record's decisions put on its events as they are read now, and ids of incidents that are no more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from marsad import lexicon
from marsad.decide import anchored, judge
from marsad.decision import Anchor, Judgement
from marsad.errors import QueryError
from marsad.model import Document, Event, Incident, Reading, Span, event_ids

if TYPE_CHECKING:  # reading alone needs no database, and loading one takes longer than an article
    from collections.abc import Iterable

    from marsad.record import Act, Record


#: Documents that are held at a time.
_BATCH = 200


def judgement(record: Record) -> Judgement:
    """What became of every decision of the record, and what follows for its events."""
    made = record.decisions()
    if not made:
        return Judgement()
    anchors = [anchor for d in made for anchor in (d.anchor, d.other) if anchor is not None]
    found, events = _stands(record, anchors)
    table = lexicon.load()
    return judge(made, found, events, places=table.places, actors=table.actors)


def _stands(record: Record, anchors: Iterable[Anchor]) -> tuple[dict[Anchor, str], dict[str, Event]]:
    """The event of each anchor that has one, and those events as they are read."""
    by_document: dict[str, set[Anchor]] = {}
    for anchor in anchors:
        by_document.setdefault(anchor.document_id, set()).add(anchor)
    found: dict[Anchor, str] = {}
    events: dict[str, Event] = {}
    ids = sorted(by_document)
    for start in range(0, len(ids), _BATCH):
        part = ids[start : start + _BATCH]
        readings = record.readings_of(part)
        for document in record.documents(part):
            if document.id in readings:
                _place(document, readings[document.id], by_document[document.id], found, events)
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
    found, _ = _stands(record, [anchor])
    return record.incident_of(found[anchor]) if anchor in found else None
