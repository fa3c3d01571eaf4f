"""One event put before a person who decides: why it is asked about, its words, its values, its company."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from marsad.decision import Case
from marsad.model import Capture, Document, Event, Incident, Join, Span, Telling
from marsad.publish.decided import decision_in_words
from marsad.publish.dossier import days_in_words, place_in_words, values_of
from marsad.publish.lines import Line, Part, isolated, line, mixed, piece
from marsad.publish.verdicts import signed

#: Characters of the text that are shown before and after the evidence.
_AROUND = 240
#: Terms of a comparison that are shown, the heaviest first.
_TERMS = 4
_FSI, _PDI = "\u2068", "\u2069"


def lines(
    case: Case,
    document: Document,
    captures: Sequence[Capture],
    *,
    nearest: tuple[Incident, Join] | None = None,
    others: Mapping[str, Document] | None = None,
) -> Iterator[Line]:
    """The case as lines: `nearest` is another incident like it.

    `others` are the documents of the other tellings, for their words.
    """
    event = case.telling.event
    why = "; ".join(f"{d.name} {d.points:g}" + (f" ({d.here})" if d.here else "") for d in case.doubts)
    yield line(0, (case.event_id, "title"), f"  {case.points:g} points: ", mixed(why or "no doubts"))
    for capture in captures:
        day = f"published {case.telling.published}" if case.telling.published else None
        parts = (isolated(capture.outlet), day, capture.url, capture.source_id)
        yield line(1, (", ".join(part for part in parts if part), "dim"))
    yield Line(1, tuple(_excerpt(document.text, event)))
    for value in values_of(event, document.text):
        quote = f"  {isolated(f'«{value.quote}»')}" if value.quote else ""
        yield line(1, f"{value.field}: {mixed(value.value)}{quote}")
    yield from _company(case, others or {})
    if nearest is not None:
        other, join = nearest
        yield line(1, ("nearest other: ", "head"), _in_short(other))
        for telling in other.tellings:
            if telling.event_id in (join.event_a, join.event_b):
                yield _telling(telling, others or {})
        yield line(3, _reasons(join))
    for standing in case.decided:
        yield line(1, ("decided: ", "head"), mixed(decision_in_words(standing)))


def _in_short(incident: Incident) -> str:
    parts = (incident.id, incident.type, days_in_words(incident.period), place_in_words(incident.location))
    return mixed("  ".join(parts))


def _company(case: Case, others: Mapping[str, Document]) -> Iterator[Line]:
    """The other tellings of its incident, and why it is with them."""
    join = case.join
    pair = (join.event_a, join.event_b) if join is not None else ()
    rest = [telling for telling in case.incident.tellings if telling.event_id != case.event_id]
    rest.sort(key=lambda telling: telling.event_id not in pair)
    if not rest:
        yield line(1, ("alone in: ", "head"), _in_short(case.incident))
        return
    yield line(1, (f"with {len(rest)} more in: ", "head"), _in_short(case.incident))
    for number, telling in enumerate(rest):
        text = others[telling.document_id].text if telling.document_id in others else ""
        yield line(
            2, f"{telling.event_id}  {isolated(telling.source)}  {isolated(telling.event.evidence.of(text))}"
        )
        if number == 0 and join is not None:
            yield line(3, _reasons(join))


def _telling(telling: Telling, documents: Mapping[str, Document]) -> Line:
    """Another telling: whose it is and its words."""
    document = documents.get(telling.document_id)
    words = isolated(telling.event.evidence.of(document.text)) if document else ""
    return line(2, f"{telling.event_id}  {isolated(telling.source)}  {words}")


def _reasons(join: Join) -> str:
    """The score and the terms that made most of it."""
    heavy = sorted(join.terms, key=lambda term: (-abs(term.weight), term.name))[:_TERMS]
    terms = ", ".join(f"{term.name} {signed(term.weight)}" for term in heavy)
    bar = f"kept apart: {join.barred}; " if join.barred else ""
    return f"{bar}score {signed(join.score)}: {terms}"


def _excerpt(text: str, event: Event) -> Iterator[Part]:
    """The words around the evidence, which stands between « and », the act in it between ‹ and ›."""
    evidence = event.evidence.cover(event.trigger)
    start = max(text.rfind("\n", 0, evidence.start) + 1, evidence.start - _AROUND)
    stop = text.find("\n", evidence.end)
    end = min(stop if stop >= 0 else len(text), evidence.end + _AROUND)
    if start > 0 and text[start - 1] != "\n":
        start = text.find(" ", start, evidence.start) + 1 or evidence.start
    if end < len(text) and text[end] != "\n":
        end = max(text.rfind(" ", evidence.end, end), evidence.end)
    toned = list(_toned(event))
    cuts = {start, end, evidence.start, evidence.end, event.trigger.start, event.trigger.end}
    cuts |= {edge for span, _ in toned for edge in (span.start, span.end) if start < edge < end}
    yield _FSI, ""
    for left, right in pairwise(sorted(cuts)):
        here = Span(left, right)
        tone = next(
            (tone for span, tone in toned if span.overlaps(here)), "" if evidence.overlaps(here) else "dim"
        )
        opens = ("«" if left == evidence.start else "") + ("‹" if left == event.trigger.start else "")
        closes = ("›" if right == event.trigger.end else "") + ("»" if right == evidence.end else "")
        yield f"{opens}{piece(here.of(text))}{closes}", tone
    yield _PDI, ""


def _toned(event: Event) -> Iterator[tuple[Span, str]]:
    """What was read, with the tone of its kind; the act stands before all."""
    yield event.trigger, "act"
    for figure in event.figures:
        yield figure.span, "toll"
    if event.location is not None:
        yield event.location.span, "place"
    if event.period_span is not None:
        yield event.period_span, "time"
    for party in (*event.initiators, *event.targets):
        if party.span is not None:
            yield party.span, "side"
    for weapon in event.weapons:
        yield weapon.span, "weapon"
    if event.attribution.span is not None:
        yield event.attribution.span, "speaker"
