"""For machines that look after the server: whether it can answer, and its counts."""

from __future__ import annotations

from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.responses import JSONResponse, Response

from marsad.errors import RecordError
from marsad.web.render import site_of

router = APIRouter(include_in_schema=False)
_UNKEPT = {"Cache-Control": "no-store"}


@router.get("/healthz")
def health(request: Request) -> JSONResponse:
    """Whether the record can be read; nothing else, for nobody has to say who they are."""
    try:
        site_of(request).record.schema_version()
    except RecordError:
        return JSONResponse({"status": "unavailable"}, status_code=503, headers=_UNKEPT)
    return JSONResponse({"status": "ok"}, headers=_UNKEPT)


@router.get("/metrics")
def metrics(request: Request) -> Response:
    """The counts in Prometheus's text format."""
    said = request.app.state.meter.exposition(site_of(request))
    return Response(said, media_type=CONTENT_TYPE_LATEST, headers=_UNKEPT)
