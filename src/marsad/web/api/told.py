"""What documents tell, for programs: events, claims, and where the documents stand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse

from marsad.errors import QueryError
from marsad.model import Capture, Document, Reading
from marsad.publish.tables import claim_rows, event_rows
from marsad.record import Record
from marsad.web.api.paging import Cursor, Limit, cursor, only, read_cursor
from marsad.web.api.shapes import FAILURES, Citation, Citations, Rows
from marsad.web.errors import Missing
from marsad.web.i18n import _
from marsad.web.render import site_of

router = APIRouter(prefix="/api/v1", responses=FAILURES)
_PAGED = ("limit", "cursor")
_ROWS: dict[str, Callable[[Document, Reading], Iterator[dict[str, Any]]]] = {
    "events": event_rows,
    "claims": claim_rows,
}


@router.get("/events", tags=["tellings"], responses={200: {"model": Rows}})
def events(
    request: Request, limit: Limit = 100, cursor_: Annotated[Cursor, Query(alias="cursor")] = None
) -> JSONResponse:
    """Events as single documents tell them, by id."""
    return _page(request, "events", limit, cursor_)


@router.get("/events/{id_}", tags=["tellings"])
def event(request: Request, id_: str) -> JSONResponse:
    """One event as its document tells it, with the incident that it tells."""
    record = site_of(request).record
    try:
        document_id, _event = record.event(id_)
    except QueryError:
        raise Missing(_("event"), id_) from None
    (row,) = _rows(record, "events", [(id_, document_id)])
    return JSONResponse({**row, "incident": record.incident_of(id_)})


@router.get("/claims", tags=["tellings"], responses={200: {"model": Rows}})
def claims(
    request: Request, limit: Limit = 100, cursor_: Annotated[Cursor, Query(alias="cursor")] = None
) -> JSONResponse:
    """Numbers that documents state of a period, an area or a stock, by id."""
    return _page(request, "claims", limit, cursor_)


def _page(request: Request, kind: Literal["events", "claims"], limit: int, word: str | None) -> JSONResponse:
    only(request, _PAGED)
    record = site_of(request).record
    after = read_cursor(word, request, (str,))
    ids = record.told_ids(kind, after=after[0] if after else "", limit=limit + 1)
    more, ids = len(ids) > limit, ids[:limit]
    rows = _rows(record, kind, ids)
    return JSONResponse({"data": rows, "next_cursor": cursor(ids[-1][0]) if more else None})


def _rows(record: Record, kind: str, ids: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
    wanted = list(ids)
    found: dict[str, dict[str, Any]] = {}
    for document in record.documents(list(dict.fromkeys(document_id for _id, document_id in wanted))):
        reading = record.reading(document.id)
        if reading is not None:
            found.update((row["id"], row) for row in _ROWS[kind](document, reading))
    return [found[id_] for id_, _document in wanted if id_ in found]


@router.get("/documents", tags=["documents"], responses={200: {"model": Citations}})
def documents(
    request: Request, limit: Limit = 100, cursor_: Annotated[Cursor, Query(alias="cursor")] = None
) -> JSONResponse:
    """Where documents stand and when they were published, in order of arrival; texts are their outlets'."""
    only(request, _PAGED)
    record = site_of(request).record
    after = read_cursor(cursor_, request, (int,))
    found = record.document_page(after=after[0] if after else 0, limit=limit + 1)
    more, found = len(found) > limit, found[:limit]
    ids = [id_ for _number, id_ in found]
    captures = record.captures(ids)
    data = [_citation(document, captures[document.id]) for document in record.documents(ids)]
    return JSONResponse({"data": data, "next_cursor": cursor(found[-1][0]) if more else None})


@router.get("/documents/{id_}", tags=["documents"], responses={200: {"model": Citation}})
def document(request: Request, id_: str) -> JSONResponse:
    """Where one document stands."""
    record = site_of(request).record
    found = record.document(id_)
    if found is None:
        raise Missing(_("document"), id_)
    return JSONResponse(_citation(found, record.captures([id_])[id_]))


def _citation(document: Document, captures: Iterable[Capture]) -> dict[str, Any]:
    return {
        "id": document.id,
        "title": document.title,
        "language": document.language,
        "published": document.published.isoformat() if document.published else None,
        "articles": [{"id": c.source_id, "outlet": c.outlet, "url": c.url} for c in captures],
    }
