"""Incidents for programs: the list under the filters of the page, and one whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse

from marsad.record import Order
from marsad.record.query import sort_key
from marsad.web.api.paging import Cursor, Limit, cursor, read_cursor
from marsad.web.api.shapes import FAILURES, IncidentPage
from marsad.web.asked import FIELDS, Field, reason, understand
from marsad.web.errors import BadQuestion, Misread, reader
from marsad.web.pages.incident import incident_json, incident_of
from marsad.web.pages.incidents import summary_json, totals_json
from marsad.web.render import site_of

router = APIRouter(prefix="/api/v1", tags=["incidents"], responses=FAILURES)
_OTHERS = ("sort", "limit", "cursor")


def _described(field: Field) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    if field.many:
        schema = {"type": "array", "items": schema}
    out = {"name": field.name, "in": "query", "required": False, "description": field.means, "schema": schema}
    return {**out, "example": [field.example] if field.many else field.example} if field.example else out


@router.get(
    "/incidents",
    openapi_extra={"parameters": [_described(field) for field in FIELDS]},
    responses={200: {"model": IncidentPage}},
)
def incidents(
    request: Request,
    sort: Annotated[
        Order, Query(description="Incidents without a day, or without dead, come last.")
    ] = "latest",
    limit: Limit = 100,
    cursor_: Annotated[Cursor, Query(alias="cursor")] = None,
) -> JSONResponse:
    """Incidents under the filters of the page, with what they come to."""
    view = reader(request)
    asked = understand(request.query_params, also=_OTHERS)
    if asked.faults:
        raise BadQuestion([Misread(f.field, f.value, reason(f, view)) for f in asked.faults])
    after = read_cursor(cursor_, request, (int if sort == "deadliest" else date, str))
    record = view.site.record
    rows = record.summaries(
        replace(asked.filters, limit=limit + 1), order=sort, after=(after[0], after[1]) if after else None
    )
    more, rows = len(rows) > limit, rows[:limit]
    return JSONResponse(
        {
            "data": [summary_json(row, view) for row in rows],
            "totals": totals_json(record.totals(asked.filters)),
            "next_cursor": cursor(sort_key(rows[-1], sort), rows[-1].id) if more else None,
        }
    )


@router.get("/incidents/{id_}")
def incident(request: Request, id_: str) -> JSONResponse:
    """One incident: every value of every telling with its quote and the quote's place in the text.

    Places are code points of the document's text, from the beginning, the end exclusive.
    """
    site = site_of(request)
    return JSONResponse(incident_json(incident_of(site, id_), site))
