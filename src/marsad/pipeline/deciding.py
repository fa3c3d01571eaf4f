"""What people decide: the functions that the command line and the web app call.

Each appends what was decided and then derives the incidents anew, so that what is asked next shows
it. Several decisions go faster with `link=False` and one `settle` after them. Every function
may be called by several processes at once: decisions are appended one after the other, and whoever derives
incidents does so with all that were made before.

An event is named by its id. Where an incident's id is given instead, its anchor is meant: its
earliest event. `author` is whoever decides, by any name that stays the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal

from marsad import lexicon
from marsad.decide import anchor_of, corrected
from marsad.decision import Anchor, Decision, Standing
from marsad.errors import BusyError, QueryError
from marsad.gazetteer.names import load_names
from marsad.model import Span, event_ids
from marsad.pipeline.judging import find, rejudged
from marsad.pipeline.judging import standings as standings  # what became of them is asked for here
from marsad.pipeline.linkage import link_record
from marsad.pipeline.progress import silent

if TYPE_CHECKING:  # reading alone needs no database, and loading one takes longer than an article
    from marsad.record import Record


def accept(record: Record, event: str, *, author: str, reason: str = "", link: bool = True) -> Decision:
    """The event is as it was read: it is marked as reviewed."""
    return _decide(record, Decision("accept", author, _now(), _anchor(record, event), reason=reason), link)


def reject(record: Record, event: str, *, author: str, reason: str = "", link: bool = True) -> Decision:
    """The event is none: it is taken out of its incident and stays listed as rejected."""
    return _decide(record, Decision("reject", author, _now(), _anchor(record, event), reason=reason), link)


def correct(
    record: Record,
    event: str,
    field: str,
    value: str,
    *,
    author: str,
    span: Span | None = None,
    reason: str = "",
    link: bool = True,
) -> Decision:
    """A field of the event has another value; `decide.values` says how fields and values are spelt.

    `span` are the characters of the document that say so, where they were selected. A place may be
    given by a name that only one place bears.

    Raises `QueryError` for a field or a value that means nothing, and a span outside the text.
    """
    event = _event_id(record, event)
    document_id, read = record.event(event)
    document = record.document(document_id)
    if span is not None and (document is None or not 0 <= span.start < span.end <= len(document.text)):
        raise QueryError(
            "no characters {start} to {end} in the text",
            hint="a range within it",
            start=span.start,
            end=span.end,
        )
    value = " ".join(value.split())
    if field == "place":
        value = _place(value)
    table = lexicon.load()
    corrected(read, field, value, span=span, places=table.places, actors=table.actors)
    made = Decision(
        "correct", author, _now(), _anchor(record, event), field=field, value=value, span=span, reason=reason
    )
    return _decide(record, made, link)


def words_at(text: str, words: str, near: int) -> Span:
    """Where those words stand in the text, nearest to a character; `QueryError` where they do not."""
    places = [at for at in range(len(text)) if text.startswith(words, at)] if words else []
    if not places:
        raise QueryError("the text has no {words!r}", hint="as it stands there", words=words)
    start = min(places, key=lambda at: abs(at - near))
    return Span(start, start + len(words))


def same(
    record: Record, first: str, *others: str, author: str, reason: str = "", link: bool = True
) -> tuple[Decision, ...]:
    """The events, or those that the incidents stand on, are one incident: one decision for each other."""
    return _pairs(record, "same", first, others, author=author, reason=reason, link=link)


def different(
    record: Record, first: str, *others: str, author: str, reason: str = "", link: bool = True
) -> tuple[Decision, ...]:
    """The first event is not of one incident with any of the others: one decision for each other.

    Where one of the others is an incident's id, all its events are meant.
    """
    events = [event for other in others for event in _events(record, other)]
    return _pairs(record, "different", first, events, author=author, reason=reason, link=link)


def decide(
    record: Record,
    verdict: Literal["accept", "reject", "correct", "same", "different"],
    event: str,
    *,
    author: str,
    others: Iterable[str] = (),
    field: str = "",
    value: str = "",
    span: Span | None = None,
    reason: str = "",
) -> tuple[Decision, ...]:
    """What the function of that verdict does, for forms and programs; what it does not need is left unread."""
    if verdict == "accept":
        return (accept(record, event, author=author, reason=reason),)
    if verdict == "reject":
        return (reject(record, event, author=author, reason=reason),)
    if verdict == "correct":
        return (correct(record, event, field, value, author=author, span=span, reason=reason),)
    pair = same if verdict == "same" else different
    return pair(record, event, *others, author=author, reason=reason)


def undo(record: Record, decision: str, *, author: str, reason: str = "", link: bool = True) -> Decision:
    """Takes a decision back, by its id or its number; only its author can.

    To take back a withdrawal makes the decision stand again.
    """
    made = record.decision(decision)
    if made is None:
        raise QueryError(
            "no one decision is {name!r}", hint="`marsad decisions list` has ids and numbers", name=decision
        )
    if made.author != author:
        raise QueryError(
            "decision {id} is {author}'s, only who made it can take it back",
            hint="decide otherwise: both are then shown as in conflict",
            id=made.id,
            author=made.author,
        )
    return _decide(record, Decision("withdraw", author, _now(), withdraws=made.id, reason=reason), link)


def settle(record: Record) -> None:
    """Derives the incidents anew with the decisions that were made with `link=False`.

    Where others write for too long nothing is derived now: a run derives them with all decisions when it ends.
    """
    with suppress(BusyError):
        link_record(record, silent, if_waiting=True)


def conflicts(record: Record) -> tuple[Standing, ...]:
    """The decisions that have no effect because people disagree."""
    return tuple(standing for standing in standings(record) if standing.state == "conflict")


def unanchored(record: Record) -> tuple[Standing, ...]:
    """The decisions that stand on nothing that is read now, whatever was read when they were judged last."""
    with record.judgements() as people:
        return tuple(s for s in rejudged(people, anew=True).now.standings if s.state == "unanchored")


def history(record: Record, incident_id: str) -> tuple[Standing, ...]:
    """The decisions on an incident: on its events, and on those that were in it when they were decided on.

    Ids that are no more are followed; of an incident of which nothing is left, what was decided of
    the events that it stood on.
    """
    try:
        now = find(record, incident_id).incident
    except QueryError:
        old = record.retired(incident_id)
        if old is None:
            raise
        return standings(record, events={act.event_id for act in old[1]}, incidents={old[0]})
    led = record.retired_in(sorted({telling.document_id for telling in now.tellings}))
    return standings(
        record,
        events={telling.event_id for telling in now.tellings},
        incidents={now.id, *(id_ for id_ in led if _leads_to(record, id_) == now.id)},
    )


def _leads_to(record: Record, incident_id: str) -> str | None:
    try:
        return find(record, incident_id).incident.id
    except QueryError:
        return None


def take_in(
    record: Record, made: Iterable[Decision], *, link: bool = True
) -> tuple[int, tuple[Standing, ...]]:
    """Takes in decisions of another record: how many were new, and what became of all of them here.

    They keep author, moment and id. Those on documents that are not here wait as unanchored.
    """
    decisions = tuple(made)
    before = record.decision_head()[0]
    record.decide(*decisions)
    new = record.decision_head()[0] - before
    if link and (new or record.waiting()):  # those that were taken in before a crash are waiting
        settle(record)
    return new, standings(record, ids={decision.id for decision in decisions})


def _now() -> datetime:
    return datetime.now(UTC)


def _decide(record: Record, made: Decision, link: bool) -> Decision:
    return _all(record, (made,), link)[0]


def _all(record: Record, made: tuple[Decision, ...], link: bool) -> tuple[Decision, ...]:
    if not all(decision.author.strip() for decision in made):
        raise QueryError("a decision has an author", hint="say who decides")
    last = record.decided_last(made[0].author)
    made = tuple(_later(decision, last) for decision in made)
    record.decide(*made)
    if link:
        settle(record)
    return made


def _later(decision: Decision, last: datetime | None) -> Decision:
    """The decision, dated after those that its author made before: of two the later counts.

    A clock that was put back would have the earlier one count.
    """
    if last is None or decision.made > last:
        return decision
    try:
        return replace(decision, made=last + timedelta(microseconds=1))
    except OverflowError:  # the end of time, taken in from another record
        raise QueryError(
            "a decision of {author} is dated {last}, and none can be dated after it",
            hint="decide under another name", author=decision.author, last=last.isoformat(),
        ) from None  # fmt: skip


def _pairs(
    record: Record,
    verdict: Literal["same", "different"],
    first: str,
    others: Iterable[str],
    *,
    author: str,
    reason: str,
    link: bool,
) -> tuple[Decision, ...]:
    event = _event_id(record, first)
    anchor = _anchor(record, event)
    rest = [id_ for other in others if (id_ := _event_id(record, other)) != event]
    if not rest:
        raise QueryError("these are one and the same event", hint="name two")
    return _all(
        record,
        tuple(
            Decision(verdict, author, _now(), anchor, _anchor(record, other), reason=reason)
            for other in dict.fromkeys(rest)
        ),
        link,
    )


def _event_id(record: Record, id_: str) -> str:
    """The event of that id, or the anchor of the incident of that id."""
    if id_.startswith("i"):
        return find(record, id_).incident.tellings[0].event_id
    record.event(id_)
    return id_


def _events(record: Record, id_: str) -> Iterator[str]:
    if id_.startswith("i"):
        yield from (telling.event_id for telling in find(record, id_).incident.tellings)
    else:
        yield id_


def _anchor(record: Record, id_: str) -> Anchor:
    event_id = _event_id(record, id_)
    document_id, _ = record.event(event_id)
    document, reading = record.document(document_id), record.reading(document_id)
    if document is None or reading is None:
        raise QueryError(
            "document {id} is being read anew", hint="try again when that run is done", id=document_id
        )
    position = event_ids(reading).index(event_id)
    return anchor_of(document_id, document.text, reading.events, position, record.incident_of(event_id))


def _place(value: str) -> str:
    """The id of the place that is meant: a town rather than the district that bears its name."""
    names = load_names()
    places = names.gazetteer.places
    if not value or value in places:
        return value
    bearers, _ = names.bearers(value)
    meant = [id_ for id_ in bearers if all(places[other].parent != id_ for other in bearers)]
    if len(meant) != 1:
        raise QueryError(
            "no one place is {value!r}",
            hint=f"one of {', '.join(meant)}" if meant else "`marsad place NAME` gives a place's id",
            value=value,
        )
    return meant[0]
