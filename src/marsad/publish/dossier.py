"""One incident in full: every value with the words it was read from, who says it, and where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from marsad.decision import Judged, Standing
from marsad.model import (
    Account,
    Attribution,
    Capture,
    Document,
    Event,
    Incident,
    Location,
    Period,
    Span,
    Toll,
)
from marsad.publish.decided import correction_in_words, decision_in_words, decision_rows


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text and how deep it stands."""

    depth: int
    text: str


@dataclass(frozen=True, slots=True)
class Value:
    """A value of an event with the words that say it; `said_by` where that is not the event's speaker."""

    field: str
    value: str
    quote: str | None
    span: Span | None
    said_by: str | None = None


def days_in_words(period: Period | None) -> str:
    """First and last day, or that they are unknown."""
    if period is None:
        return "day unknown"
    first, last = (day.isoformat() if day else "?" for day in (period.first, period.last))
    return first if first == last else f"{first} to {last}"


def place_in_words(location: Location | None) -> str:
    """The place as told with what holds it."""
    if location is None:
        return "place unknown"
    parts = (location.name, location.admin1, location.country)
    return ", ".join(dict.fromkeys(part for part in parts if part))


def bounds_in_words(low: int | None, high: int | None) -> str:
    """A number between bounds."""
    if low == high:
        return str(low)
    if high is None:
        return f"{low} or more"
    return f"up to {high}" if low is None else f"{low} to {high}"


def _speaker(attribution: Attribution) -> str:
    who = attribution.speaker or "the article itself"
    via = f", through {', '.join(attribution.via)}" if attribution.via else ""
    return f"{who} ({attribution.speaker_class}{via})"


def values_of(event: Event, text: str) -> Iterator[Value]:
    """Every value that the event tells, in the order in which a person reads them."""

    def value(field: str, said: str, span: Span | None, said_by: str | None = None) -> Value:
        return Value(field, said, span.of(text) if span else None, span, said_by)

    yield value("type", event.type, event.trigger)
    if event.count != 1:
        yield value("count", "several" if event.count is None else str(event.count), event.trigger)
    if event.period:
        yield value("days", days_in_words(event.period), event.period_span)
    if event.location:
        yield value("place", place_in_words(event.location), event.location.span)
    for role, parties in (("initiator", event.initiators), ("target", event.targets)):
        for party in parties:
            yield value(role, party.code, party.span)
    for figure in event.figures:
        other = figure.attribution if figure.attribution != event.attribution else None
        said_by = _speaker(other) if other and other.speaker else None
        said = f"{bounds_in_words(figure.low, figure.high)} ({figure.group.replace('_', ' ')})"
        yield value(figure.measure, said, figure.span, said_by)
    for weapon in event.weapons:
        yield value("weapon", weapon.code, weapon.span)
    yield value("said by", _speaker(event.attribution), event.attribution.span)


def _account(account: Account) -> str:
    who = f"{account.speaker}, in {account.source}" if account.speaker else account.source
    return f"{bounds_in_words(account.low, account.high)} {who}"


def _toll(toll: Toll) -> Iterator[Line]:
    """The toll, and below it which account gave low, best and high, and what was said before."""
    said = "; ".join(_account(account) for account in toll.accounts)
    if len(toll.accounts) == 1:
        yield Line(0, f"{toll.measure}: {said}")
    else:
        yield Line(0, f"{toll.measure}: {bounds_in_words(toll.low, toll.high)}, best {toll.best}")
        for account in toll.accounts:
            marks = [name for name, given in _bounds(toll) if account in given]
            yield Line(1, f"{_account(account)}{_day(account)}" + (f"  {', '.join(marks)}" if marks else ""))
    for account in toll.earlier:
        yield Line(1, f"before: {_account(account)}{_day(account)}")


def _bounds(toll: Toll) -> tuple[tuple[str, tuple[Account, ...]], ...]:
    return (("low", toll.low_from), ("best", toll.best_from), ("high", toll.high_from))


def _day(account: Account) -> str:
    return f", {account.said}" if account.said else ""


def _witnesses(incident: Incident) -> str:
    number = incident.witnesses
    named = f"; speakers: {', '.join(incident.speakers)}" if incident.speakers else ""
    witnesses = "1 witness" if number == 1 else f"{number} witnesses"
    return f"{incident.grade}, {incident.status}: {witnesses}; sources: {', '.join(incident.sources)}{named}"


def lines(
    incident: Incident,
    documents: Mapping[str, Document],
    captures: Mapping[str, Sequence[Capture]],
    *,
    judged: Mapping[str, Judged] | None = None,
    decided: Sequence[Standing] = (),
) -> Iterator[Line]:
    """The incident as text for people; `judged` and `decided` are what people decided of it."""
    yield Line(
        0,
        f"{incident.id}  {incident.type}  {days_in_words(incident.period)}  {place_in_words(incident.location)}",
    )
    yield Line(0, _witnesses(incident))
    for toll in incident.tolls:
        yield from _toll(toll)
    for telling in incident.tellings:
        text = documents[telling.document_id].text
        yield Line(0, "")
        yield Line(0, f"{telling.event_id}  {telling.event.status}, {telling.event.recency}")
        for capture in captures[telling.document_id]:
            day = f"published {telling.published}" if telling.published else None
            copied = f"a copy of {telling.copy_of}" if telling.copy_of else None
            parts = (capture.outlet, day, capture.url, capture.source_id, copied)
            yield Line(1, ", ".join(part for part in parts if part))
        yield Line(1, f"«{telling.event.evidence.of(text)}»")
        for value in values_of(telling.event, text):
            quote = f"  «{value.quote}»" if value.quote else ""
            said_by = f"  says {value.said_by}" if value.said_by else ""
            yield Line(1, f"{value.field}: {value.value}{quote}{said_by}")
        one = (judged or {}).get(telling.event_id)
        if one is not None:
            yield from (Line(1, correction_in_words(correction)) for correction in one.corrections)
            if one.accepted:
                yield Line(1, f"accepted: by {', '.join(one.accepted)}")
    if decided:
        yield Line(0, "")
        yield Line(0, "decisions")
        yield from (Line(1, decision_in_words(standing)) for standing in decided)


def values(
    incident: Incident,
    documents: Mapping[str, Document],
    captures: Mapping[str, Sequence[Capture]],
    *,
    decided: Sequence[Standing] = (),
) -> dict[str, Any]:
    """The incident as JSON values, each with its quote and its place in the text."""
    return {
        "id": incident.id,
        "type": incident.type,
        "days": _iso(incident.period),
        "place": place_in_words(incident.location) if incident.location else None,
        "grade": incident.grade,
        "status": incident.status,
        "witnesses": incident.witnesses,
        "sources": list(incident.sources),
        "speakers": list(incident.speakers),
        "copies": [list(group) for group in incident.copies],
        "tolls": [
            {
                "measure": toll.measure,
                "low": toll.low,
                "best": toll.best,
                "high": toll.high,
                "accounts": [_account_values(account, toll) for account in toll.accounts],
                "earlier": [_account_values(account, toll) for account in toll.earlier],
            }
            for toll in incident.tolls
        ],
        "tellings": [
            {
                "event": telling.event_id,
                "document": telling.document_id,
                "articles": [
                    {"id": c.source_id or telling.document_id, "outlet": c.outlet, "url": c.url}
                    for c in captures[telling.document_id]
                ],
                "published": telling.published.isoformat() if telling.published else None,
                "status": telling.event.status,
                "recency": telling.event.recency,
                "evidence": telling.event.evidence.of(documents[telling.document_id].text),
                "values": [
                    {
                        "field": value.field,
                        "value": value.value,
                        "quote": value.quote,
                        "span": [value.span.start, value.span.end] if value.span else None,
                        "said_by": value.said_by,
                    }
                    for value in values_of(telling.event, documents[telling.document_id].text)
                ],
            }
            for telling in incident.tellings
        ],
        "joins": [
            {
                "events": [join.event_a, join.event_b],
                "score": join.score,
                "terms": [[term.name, term.a, term.b, term.weight] for term in join.terms],
            }
            for join in incident.joins
        ],
        "decisions": list(decision_rows(decided)),
    }


def _account_values(account: Account, toll: Toll) -> dict[str, Any]:
    return {
        "source": account.source,
        "speaker": account.speaker,
        "said": account.said.isoformat() if account.said else None,
        "event": account.event_id,
        "low": account.low,
        "high": account.high,
        "spans": [[span.start, span.end] for span in account.figures],
        "gives": [name for name, given in _bounds(toll) if account in given],
    }


def _iso(period: Period | None) -> list[str | None]:
    if period is None:
        return [None, None]
    return [day.isoformat() if day else None for day in (period.first, period.last)]
