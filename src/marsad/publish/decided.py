"""Decisions as rows and as words, with what became of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from marsad.decision import Correction, Decision, Judged, Standing

DECISION_FIELDS = (
    "number", "id", "state", "verdict", "field", "value", "author", "made", "reason", "event", "other_event",
    "incident", "document", "quote", "other_document", "other_quote", "span", "withdraws", "against", "note",
)  # fmt: skip


def decision_rows(standings: Iterable[Standing]) -> Iterator[dict[str, Any]]:
    """One row a decision."""
    for standing in standings:
        decision = standing.decision
        anchor, other = decision.anchor, decision.other
        yield {
            "number": standing.number,
            "id": decision.id,
            "state": standing.state,
            "verdict": decision.verdict,
            "field": decision.field,
            "value": decision.value,
            "author": decision.author,
            "made": decision.made.isoformat(timespec="seconds"),
            "reason": decision.reason or None,
            "event": standing.event_id,
            "other_event": standing.other_event_id,
            "incident": anchor.incident_id if anchor else None,
            "document": anchor.document_id if anchor else None,
            "quote": anchor.quote if anchor else None,
            "other_document": other.document_id if other else None,
            "other_quote": other.quote if other else None,
            "span": [decision.span.start, decision.span.end] if decision.span else None,
            "withdraws": decision.withdraws,
            "against": list(standing.against),
            "note": standing.note or None,
        }


def decision_in_words(standing: Standing) -> str:
    """A decision in one line: what, who, when, why, and what became of it where it has no effect."""
    decision = standing.decision
    when = decision.made.date().isoformat()
    reason = f", «{decision.reason}»" if decision.reason else ""
    state = "" if standing.state == "applied" else f": {_state(standing)}"
    return f"{decision.id} {what(decision, standing)}, {decision.author}, {when}{reason}{state}"


def what(decision: Decision, standing: Standing) -> str:
    """What was decided, in words."""
    event, other = standing.event_id or "an event", standing.other_event_id or "an event"
    if decision.verdict == "correct":
        return f"{event} {decision.field} is {decision.value or 'unknown'}"
    if decision.verdict == "same":
        return f"{event} is the same as {other}"
    if decision.verdict == "different":
        return f"{event} is not the same as {other}"
    if decision.verdict == "withdraw":
        return f"takes back {decision.withdraws}"
    return f"{event} {decision.verdict}ed"


def _state(standing: Standing) -> str:
    against = f" with {', '.join(standing.against)}" if standing.against else ""
    if standing.state == "conflict":
        return f"in conflict{against} on {standing.note}"
    if standing.state == "superseded":
        return f"replaced by {', '.join(standing.against)}"
    if standing.state == "withdrawn":
        return f"taken back by {', '.join(standing.against)}"
    return f"unanchored, {standing.note}"


def in_a_word(judged: Judged) -> str:
    """What people made of an event: disputed before rejected, corrected, accepted."""
    if judged.disputed:
        return "disputed"
    if judged.rejected:
        return "rejected"
    return "corrected" if judged.corrections else "accepted"


def correction_in_words(correction: Correction) -> str:
    """A corrected value beside what was read."""
    read = correction.read or "nothing"
    return (
        f"corrected: {correction.field} is {correction.value or 'unknown'}, read as {read}, "
        f"by {correction.author} ({correction.decision})"
    )
