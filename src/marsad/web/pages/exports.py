"""Everything for other tools: whole tables as files, and the API with its description."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, StreamingResponse

from marsad.model import Document, Reading
from marsad.publish import tables
from marsad.record import Record
from marsad.web.render import Seen, page

router = APIRouter(include_in_schema=False)
_ROWS: dict[str, Callable[[Document, Reading], Iterator[dict[str, Any]]]] = {
    "events": tables.event_rows,
    "claims": tables.claim_rows,
}


@router.get("/{language}/exports")
def exports(view: Seen) -> HTMLResponse:
    """The page."""
    return page(view, "exports.html", total=view.site.record.totals().incidents, fields=tables.FIELDS)


@router.get("/{language}/exports/{kind}.csv")
def table(view: Seen, kind: Literal["events", "claims"]) -> StreamingResponse:
    """Every event or claim, as single documents tell them."""
    lines = tables.csv_lines(_told(view.site.record, kind), tables.FIELDS[kind])
    headers = {"Content-Disposition": f'attachment; filename="marsad-{kind}.csv"'}
    return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=headers)


def _told(record: Record, kind: str) -> Iterator[dict[str, Any]]:
    for document in record.documents():
        reading = record.reading(document.id)
        if reading is not None:
            yield from _ROWS[kind](document, reading)


@router.get("/{language}/api")
def api(request: Request, view: Seen) -> HTMLResponse:
    """What the API offers, from its own description."""
    return page(view, "api.html", description=request.app.openapi())
