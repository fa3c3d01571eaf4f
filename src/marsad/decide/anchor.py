"""Puts a decision back on its event after a new reading, by the words that it was made on.

A decision that lands on another act does more harm than one that is listed as unanchored: where
the act's own words are not read as an act any more, only an event of the same type may take it,
and only where there is no second one.
"""

from __future__ import annotations

from collections.abc import Sequence

from marsad.decision import Anchor
from marsad.model import Event, Span
from marsad.text import tokenise


def anchor_of(
    document_id: str, text: str, events: Sequence[Event], position: int, incident_id: str | None = None
) -> Anchor:
    """The anchor of one of the events of the document as it is read now."""
    event = events[position]
    stretch = event.evidence.cover(event.trigger)
    trigger = Span(event.trigger.start - stretch.start, event.trigger.end - stretch.start)
    nth = [n for n, other in enumerate(events) if _twins(event, other)].index(position) + 1
    return Anchor(document_id, stretch.of(text), stretch.start, trigger, event.type, nth, incident_id)


def anchored(anchor: Anchor, text: str, events: Sequence[Event]) -> int | None:
    """The position of the event that stands where the anchor's did, `None` where there is none.

    In this order: an event whose trigger shares a character with the anchored one (of several: of
    the same type, sharing most); one of its mentions does; of the same type, with evidence that
    covers half of the quote or lies half in it; of the same type, in the same sentence.
    """
    start = _nearest(anchor, text)
    if start is None:
        return None
    act = Span(start + anchor.trigger.start, start + anchor.trigger.end)
    stretch = Span(start, start + len(anchor.quote))
    best = _most_like(anchor, events, [(event.trigger,) for event in events], act)
    if best is not None:
        return _nth(events, best, anchor.nth)
    best = _most_like(anchor, events, [event.mentions for event in events], act)
    if best is not None:
        return best
    alike = [n for n, event in enumerate(events) if event.type == anchor.type]
    overlapping = [n for n in alike if _half(events[n].evidence, stretch)]
    if overlapping:
        return _only(overlapping)
    sentence = _sentence(text, act)
    return _only([n for n in alike if sentence.overlaps(events[n].trigger)])


def _most_like(
    anchor: Anchor, events: Sequence[Event], told: Sequence[Sequence[Span]], act: Span
) -> int | None:
    """The event that shares most of the act's words, of several one of the anchor's type."""
    shared = [max((_likeness(span, act) for span in spans), default=0.0) for spans in told]
    touching = [n for n, likeness in enumerate(shared) if likeness]
    return min(touching, key=lambda n: (events[n].type != anchor.type, -shared[n], n), default=None)


def _twins(event: Event, other: Event) -> bool:
    """Whether nothing but their order tells the two apart: one act at two places, say."""
    return event.type == other.type and event.trigger == other.trigger


def _nth(events: Sequence[Event], first: int, nth: int) -> int | None:
    """Of an event and its twins the one that the anchor means."""
    twins = [n for n, other in enumerate(events) if _twins(events[first], other)]
    return twins[nth - 1] if nth <= len(twins) else None


def _only(found: Sequence[int]) -> int | None:
    return found[0] if len(found) == 1 else None


def _nearest(anchor: Anchor, text: str) -> int | None:
    """Where the quote begins: of several places the one nearest to where it was."""
    places = []
    at = text.find(anchor.quote) if anchor.quote else -1
    while at >= 0:
        places.append(at)
        at = text.find(anchor.quote, at + 1)
    return min(places, key=lambda place: abs(place - anchor.start), default=None)


def _shared(a: Span, b: Span) -> int:
    """How many characters the two share."""
    return max(0, min(a.end, b.end) - max(a.start, b.start))


def _likeness(a: Span, b: Span) -> float:
    """The part of their characters that the two share: 1 for equal spans."""
    return _shared(a, b) / (max(a.end, b.end) - min(a.start, b.start))


def _half(a: Span, b: Span) -> bool:
    return 2 * _shared(a, b) >= min(a.end - a.start, b.end - b.start)


def _sentence(text: str, act: Span) -> Span:
    """The sentence that the act stands in."""
    words = tokenise(text)
    for sentence in words.sentences:
        span = words.span(sentence.first, sentence.last)
        if span.overlaps(act):
            return span
    return act
