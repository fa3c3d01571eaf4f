"""A reading in the codebook's JSON: one object an article, every quote a piece of its text."""

from __future__ import annotations

from typing import Any

from marsad.model import Attribution, Claim, Document, Event, Figure, Period, Reading, Span


def coding(document: Document, reading: Reading) -> dict[str, Any]:
    """The article as the codebook codes it; its id is the one that the input gave."""
    return {
        "id": document.capture.source_id or document.id,
        "published": document.published.isoformat() if document.published else None,
        "events": [_event(event, document.text) for event in reading.events],
        "claims": [_claim(claim, document.text) for claim in reading.claims],
    }


def days(period: Period | None) -> list[str | None]:
    """First and last day in ISO form, `None` for what was not told."""
    if period is None:
        return [None, None]
    return [day.isoformat() if day else None for day in (period.first, period.last)]


def _quote(span: Span | None, text: str) -> str | None:
    return span.of(text) if span else None


def _event(event: Event, text: str) -> dict[str, Any]:
    location = event.location
    # a codebook quote of the evidence must hold the trigger
    evidence = event.evidence.cover(event.trigger)
    return {
        "type": event.type,
        "trigger": event.trigger.of(text),
        "evidence": evidence.of(text),
        "status": event.status,
        "recency": event.recency,
        "count": event.count,
        "date": days(event.period),
        "date_text": _quote(event.period_span, text),
        "place": location.name if location else None,
        "admin1": location.admin1 if location else None,
        "country": location.country if location else None,
        "initiators": [party.code for party in event.initiators] or ["UNKNOWN"],
        "targets": [party.code for party in event.targets],
        "figures": [_figure(figure, event.attribution, text) for figure in event.figures],
        "weapons": list(dict.fromkeys(weapon.code for weapon in event.weapons)),
        "speaker": event.attribution.speaker,
        "speaker_class": event.attribution.speaker_class,
    }


def _figure(figure: Figure, told_by: Attribution, text: str) -> dict[str, Any]:
    out: dict[str, Any] = {
        "measure": figure.measure,
        "group": figure.group,
        "low": figure.low,
        "high": figure.high,
        "text": figure.span.of(text),
    }
    if figure.attribution.speaker and figure.attribution.speaker != told_by.speaker:
        out["speaker"] = figure.attribution.speaker
    return out


def _claim(claim: Claim, text: str) -> dict[str, Any]:
    out: dict[str, Any] = {
        "measure": claim.measure,
        "low": claim.low,
        "high": claim.high,
        "unit": claim.unit,
        "qualifier": claim.qualifier,
        "evidence": claim.evidence.of(text),
        "period": days(claim.period),
        "area": _quote(claim.area, text),
        "subject": claim.subject,
        "speaker": claim.attribution.speaker,
    }
    if claim.direction:
        out["direction"] = claim.direction
    return out
