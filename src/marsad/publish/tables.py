"""Events, claims and incidents as flat rows, and rows as CSV that no spreadsheet will run."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from marsad.decision import Judged
from marsad.model import (
    Attribution,
    Capture,
    Document,
    Figure,
    Incident,
    Location,
    Period,
    Reading,
    Span,
    claim_ids,
    event_ids,
)
from marsad.publish.decided import in_a_word

EVENT_FIELDS = (
    "id", "document", "article", "outlet", "url", "published", "type", "trigger", "evidence", "status", "recency",
    "count", "first", "last", "date_text", "place", "place_id", "admin1", "country", "lat", "lon", "radius_km",
    "precision", "method", "anchors", "initiators", "targets", "killed", "wounded", "figures", "weapons", "speaker",
    "speaker_class", "decided",
)  # fmt: skip
CLAIM_FIELDS = (
    "id", "document", "article", "outlet", "url", "published", "measure", "low", "high", "unit", "qualifier",
    "direction", "evidence", "first", "last", "area", "subject", "speaker", "speaker_class",
)  # fmt: skip
INCIDENT_FIELDS = (
    "id", "type", "first", "last", "place", "place_id", "admin1", "country", "lat", "lon", "radius_km", "precision",
    "method", "anchors", "killed_low", "killed", "killed_high", "wounded_low", "wounded", "wounded_high", "grade",
    "status", "witnesses", "sources", "speakers", "documents", "recalled_in", "events", "initiators", "targets",
)  # fmt: skip

FIELDS: Mapping[str, Sequence[str]] = {
    "events": EVENT_FIELDS,
    "claims": CLAIM_FIELDS,
    "incidents": INCIDENT_FIELDS,
}

#: How a cell begins that spreadsheets run; some take the wide forms of the signs too.
_FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
#: After what it also begins, where the comma is no separator.
_SPLIT = re.compile(r"[;\t](?=[=+\-@＝＋－＠])|[\r\n](?=[=@＝＠])")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


def _where(location: Location | None) -> dict[str, Any]:
    return {
        "place": location.name if location else None,
        "place_id": location.place_id if location else None,
        "admin1": location.admin1 if location else None,
        "country": location.country if location else None,
        "lat": location.lat if location else None,
        "lon": location.lon if location else None,
        "radius_km": location.radius_km if location else None,
        "precision": location.precision if location else None,
        "method": location.method if location else None,
        "anchors": list(location.anchors) if location else [],
    }


def _when(period: Period | None) -> dict[str, str | None]:
    first, last = (period.first, period.last) if period else (None, None)
    return {"first": first.isoformat() if first else None, "last": last.isoformat() if last else None}


def _whence(document: Document) -> dict[str, Any]:
    capture = document.capture
    return {
        "document": document.id,
        "article": capture.source_id or document.id,
        "outlet": capture.outlet,
        "url": capture.url,
        "published": document.published.isoformat() if document.published else None,
    }


def _said(attribution: Attribution) -> dict[str, Any]:
    return {"speaker": attribution.speaker, "speaker_class": attribution.speaker_class}


def _bounds(figure: Figure) -> str:
    if figure.low == figure.high:
        return str(figure.low)
    if figure.high is None:
        return f"{figure.low}+"
    return f"-{figure.high}" if figure.low is None else f"{figure.low}-{figure.high}"


def _measured(figures: Iterable[Figure], measure: str) -> str | None:
    return "; ".join(_bounds(figure) for figure in figures if figure.measure == measure) or None


def event_rows(
    document: Document, reading: Reading, judged: Mapping[str, Judged] | None = None
) -> Iterator[dict[str, Any]]:
    """One row an event, every value with its words where a column has room for them.

    `judged` are the events that people decided on: their rows have the corrected values.
    """
    text = document.text

    def quote(span: Span | None) -> str | None:
        return span.of(text) if span else None

    for id_, read in zip(event_ids(reading), reading.events, strict=True):
        one = (judged or {}).get(id_)
        event = one.event if one else read
        yield {
            "id": id_,
            "decided": in_a_word(one) if one else None,
            **_whence(document),
            "type": event.type,
            "trigger": quote(event.trigger),
            "evidence": quote(event.evidence),
            "status": event.status,
            "recency": event.recency,
            "count": event.count,
            **_when(event.period),
            "date_text": quote(event.period_span),
            **_where(event.location),
            "initiators": [party.code for party in event.initiators],
            "targets": [party.code for party in event.targets],
            "killed": _measured(event.figures, "killed"),
            "wounded": _measured(event.figures, "wounded"),
            "figures": [
                {
                    "measure": figure.measure,
                    "group": figure.group,
                    "low": figure.low,
                    "high": figure.high,
                    "text": quote(figure.span),
                    **_said(figure.attribution),
                }
                for figure in event.figures
            ],
            "weapons": [weapon.code for weapon in event.weapons],
            **_said(event.attribution),
        }


def claim_rows(document: Document, reading: Reading) -> Iterator[dict[str, Any]]:
    """One row a claim."""
    for id_, claim in zip(claim_ids(reading), reading.claims, strict=True):
        yield {
            "id": id_,
            **_whence(document),
            "measure": claim.measure,
            "low": claim.low,
            "high": claim.high,
            "unit": claim.unit,
            "qualifier": claim.qualifier,
            "direction": claim.direction,
            "evidence": claim.evidence.of(document.text),
            **_when(claim.period),
            "area": claim.area.of(document.text) if claim.area else None,
            "subject": claim.subject,
            **_said(claim.attribution),
        }


def incident_row(incident: Incident, captures: Mapping[str, Sequence[Capture]]) -> dict[str, Any]:
    """One incident as a flat row.

    `documents` are the articles whose news it is, `recalled_in` those that only come back to it,
    both by the ids that the input gave.
    """
    tolls = {toll.measure: toll for toll in incident.tolls}
    row: dict[str, Any] = {"id": incident.id, "type": incident.type}
    row |= _when(incident.period) | _where(incident.location)
    for measure in ("killed", "wounded"):
        toll = tolls.get(measure)
        row[f"{measure}_low"] = toll.low if toll else None
        row[measure] = toll.best if toll else None
        row[f"{measure}_high"] = toll.high if toll else None

    def named(documents: Iterable[str]) -> list[str]:
        return sorted({c.source_id or id_ for id_ in documents for c in captures.get(id_, (Capture(""),))})

    row |= {
        "grade": incident.grade,
        "status": incident.status,
        "witnesses": incident.witnesses,
        "sources": list(incident.sources),
        "speakers": list(incident.speakers),
        "documents": named(incident.reported_in),
        "recalled_in": named(incident.recalled_in),
        "events": [telling.event_id for telling in incident.tellings],
        "initiators": sorted({p.code for t in incident.tellings for p in t.event.initiators}),
        "targets": sorted({p.code for t in incident.tellings for p in t.event.targets}),
    }
    return row


def cell(value: object) -> str:
    """A value as a CSV cell.

    A cell that begins as a formula does is run by spreadsheets: it gets an apostrophe,
    unless it is a plain number. So does what would begin one where a spreadsheet splits lines at
    semicolons or tabs, as in countries with a decimal comma, and does not see our quotes.
    """
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        value = "; ".join(_item(item) for item in value)
    text = _SPLIT.sub("\\g<0>'", str(value))
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def _item(item: object) -> str:
    if isinstance(item, Mapping):
        return ", ".join(f"{key}: {value}" for key, value in item.items() if value is not None)
    return str(item)


def csv_lines(rows: Iterable[Mapping[str, Any]], fields: Sequence[str]) -> Iterator[str]:
    """The lines of a CSV file, its header first."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")

    def line(values: Iterable[str]) -> str:
        writer.writerow(values)
        text = buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
        return text

    yield line(fields)
    for row in rows:
        yield line(cell(row.get(field)) for field in fields)
