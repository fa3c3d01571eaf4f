"""The tables behind the codes, for programs: places and parties of the record."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse

from marsad.web.api.paging import only
from marsad.web.api.shapes import FAILURES
from marsad.web.errors import Missing
from marsad.web.i18n import _
from marsad.web.render import site_of
from marsad.web.site import Site

router = APIRouter(prefix="/api/v1", tags=["places and parties"], responses=FAILURES)


@router.get("/places")
def places(request: Request) -> JSONResponse:
    """Every place of the table at which an incident is, the most first."""
    only(request, ())
    site = site_of(request)
    found = [(id_, number) for id_, number in site.place_counts() if id_ in site.places]
    return JSONResponse({"data": [{**_place(site, id_), "incidents": number} for id_, number in found]})


@router.get("/places/{id_}")
def place(request: Request, id_: str) -> JSONResponse:
    """One place of the table."""
    site = site_of(request)
    if id_ not in site.places:
        raise Missing(_("place"), id_)
    return JSONResponse(_place(site, id_))


def _place(site: Site, id_: str) -> dict[str, Any]:
    found = site.places[id_]
    return {
        "id": found.id, "name_ar": found.name_ar, "name_en": found.name_en, "variants_ar": list(found.variants_ar),
        "type": found.type, "country": found.country, "admin1": found.admin1, "parent": found.parent,
        "pcode": found.pcode, "lat": found.lat, "lon": found.lon, "radius_km": found.radius_km,
    }  # fmt: skip


@router.get("/actors")
def actors(request: Request) -> JSONResponse:
    """Every party that an incident names, the most first."""
    only(request, ())
    site = site_of(request)
    return JSONResponse({"data": [_actor(site, code, number) for code, number in site.actors()]})


def _actor(site: Site, code: str, number: int) -> dict[str, Any]:
    known = site.names.actors.get(code)
    return {
        "code": code, "name_ar": site.names.name(code, "ar"), "name_en": site.names.name(code, "en"),
        "side": known.side if known else None, "state": known.state if known else None, "incidents": number,
    }  # fmt: skip
