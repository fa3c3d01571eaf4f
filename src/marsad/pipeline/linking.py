"""Readings to incidents, and why two events are one or not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from marsad import lexicon
from marsad.decision import Judged
from marsad.errors import QueryError
from marsad.link import THRESHOLD, UNIT, content_words, copies, incident, link
from marsad.link import explain as explain_pair
from marsad.model import DATA_SETS, Capture, Document, Incident, Join, Reading, Span, Telling, event_ids
from marsad.pipeline.judging import find

if TYPE_CHECKING:  # reading alone needs no database, and loading one takes longer than an article
    from marsad.record import Record


def source(document_id: str, captures: Iterable[Capture]) -> str:
    """The key by which sources count: the outlet, else the site, else the input's own name for it.

    The least of several, so that it does not depend on which capture came first.
    """
    taken = list(captures)
    outlets = sorted(capture.outlet for capture in taken if capture.outlet)
    if outlets:
        return outlets[0]
    hosts = sorted(host for c in taken if c.url and (host := urlsplit(c.url).hostname))
    if hosts:
        return hosts[0].removeprefix("www.")
    return min((capture.source_id for capture in taken if capture.source_id), default=document_id)


def tellings(
    document: Document, reading: Reading, captures: Iterable[Capture] | None = None
) -> tuple[Telling, ...]:
    """The events of a reading, ready to be linked."""
    taken = tuple(captures) if captures is not None else (document.capture,)
    named = source(document.id, taken)
    moments = [capture.retrieved for capture in taken if capture.retrieved]
    head = document.headline or Span(0, 0)
    return tuple(
        Telling(
            event_id=id_,
            document_id=document.id,
            event=event,
            source=named,
            published=document.published,
            # text form: moments with and without a zone do not compare
            retrieved=max(moments, key=str) if moments else None,
            headline=any(head.overlaps(span) for span in (event.trigger, *event.mentions)),
        )
        for id_, event in zip(event_ids(reading), reading.events, strict=True)
    )


def told_words(document: Document, told: Iterable[Telling]) -> dict[str, frozenset[str]]:
    """The content words by which tellings are compared: their evidence, and a headline of theirs."""
    title = document.title or ""
    if document.coded:
        return {}  # the names of columns
    return {
        telling.event_id: content_words(
            f"{title if telling.headline else ''} {telling.event.evidence.of(document.text)}"
        )
        for telling in told
    }


def judged_tellings(told: Iterable[Telling], judged: Mapping[str, Judged]) -> Iterator[Telling]:
    """The tellings without those that people rejected, with the values that they corrected."""
    for telling in told:
        one = judged.get(telling.event_id)
        if one is None:
            yield telling
        elif not one.rejected:
            yield replace(telling, event=one.event)


class First(NamedTuple):
    """By what the original of several copies is chosen: the least of it."""

    published: date
    source: str
    document_id: str

    @classmethod
    def of(cls, telling: Telling) -> First:
        """That of the document of a telling."""
        return cls(telling.published or date.max, telling.source, telling.document_id)

    @classmethod
    def at(cls, document: Document, captures: Iterable[Capture]) -> First:
        """That of a document."""
        return cls(document.published or date.max, source(document.id, captures), document.id)


def original(group: Iterable[str], first: Mapping[str, First]) -> dict[str, tuple[str, str | None]]:
    """The source and the original of each copy in a group: those of the copy published first.

    `first` has the documents that tell anything; the original itself is left out. What its own source
    wrote again is no copy of it, but a later word: of an edited article the last version counts.
    """
    known = [first[id_] for id_ in group if id_ in first]
    if not known:
        return {}
    least = min(known)
    again = {one.document_id for one in known if one.source == least.source}
    return {
        id_: (least.source, None if id_ in again else least.document_id)
        for id_ in group
        if id_ != least.document_id
    }


def _by_origin(told: Sequence[Telling], text: Mapping[str, str]) -> list[Telling]:
    """The tellings with one source for all copies of a text: that of the copy published first."""
    first = {t.document_id: First.of(t) for t in told}
    origin: dict[str, tuple[str, str | None]] = {}
    rows = {t.document_id for t in told if t.source in DATA_SETS}  # all spelt alike
    for group in copies({id_: said for id_, said in text.items() if id_ not in rows}):
        origin |= original(group, first)
    return [
        replace(t, source=origin[t.document_id][0], copy_of=origin[t.document_id][1])
        if t.document_id in origin
        else t
        for t in told
    ]


def link_readings(pairs: Iterable[tuple[Document, Reading]]) -> tuple[Incident, ...]:
    """The incidents that the readings of documents tell."""
    told: list[Telling] = []
    words: dict[str, frozenset[str]] = {}
    text: dict[str, str] = {}
    for document, reading in pairs:
        own = tellings(document, reading)
        told += own
        words |= told_words(document, own)
        text[document.id] = document.text
    table = lexicon.load()
    return link(
        _by_origin(told, text), places=table.places, actors=table.actors, weights=table.weights["link"], words=words
    )  # fmt: skip


def compare(record: Record, first: str, second: str) -> list[Join]:
    """Every comparison between two events or two incidents, the strongest first.

    Raises `QueryError` for an id that the record does not know.
    """
    a, b = _members(record, first), _members(record, second)
    table = lexicon.load()
    words: dict[str, frozenset[str]] = {}
    for document in record.documents(sorted({t.document_id for t in (*a, *b)})):
        words |= told_words(document, [t for t in (*a, *b) if t.document_id == document.id])
    pairs = [
        explain_pair(
            x, y, places=table.places, actors=table.actors, weights=table.weights["link"], words=words
        )
        for x in a
        for y in b
        if x.event_id != y.event_id
    ]
    return sorted(pairs, key=lambda join: (join.barred is not None, -join.score, join.event_a, join.event_b))


def _members(record: Record, id_: str) -> tuple[Telling, ...]:
    """The tellings of an incident, or the one of an event."""
    if not id_.startswith("e"):
        return find(record, id_).incident.tellings
    document_id, event = record.event(id_)
    reading = record.reading(document_id)
    documents = {document.id: document for document in record.documents([document_id])}
    if reading is None:
        raise QueryError(f"document {document_id} is being read anew", hint="try again when that run is done")
    told = tellings(documents[document_id], reading, record.captures([document_id])[document_id])
    return tuple(replace(telling, event=event) for telling in told if telling.event_id == id_)


def alone(record: Record, event_id: str) -> Incident:
    """What an event is by itself, as it is read: of one that is in no incident."""
    return incident(_members(record, event_id), (), actors=lexicon.load().actors)


def verdict(record: Record, join: Join) -> str:
    """In words, whether the two events are one incident in the record, and what decided it."""
    a, b = record.incident_of(join.event_a), record.incident_of(join.event_b)
    score = f"score {join.score:g}, {THRESHOLD / UNIT:g} needed"
    if a is not None and a == b:
        return f"put together in incident {a} ({score})"
    if join.barred:
        return f"kept apart: {join.barred} ({score})"
    if join.score * UNIT >= THRESHOLD:
        return f"kept apart: alike, but not with the others of their incidents ({score})"
    return f"kept apart: not alike enough ({score})"


def texts(record: Record, incident: Incident) -> Mapping[str, Document]:
    """The documents that tell an incident, by id."""
    ids = sorted({telling.document_id for telling in incident.tellings})
    return {document.id: document for document in record.documents(ids)}
