"""Places of the record, and one place: its names, what holds it, how exactly it is known, what happened there."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import HTMLResponse, JSONResponse

from marsad.gazetteer.table import Gazetteer
from marsad.model import Place
from marsad.record import Filters
from marsad.web.errors import Missing
from marsad.web.i18n import _
from marsad.web.render import Seen, page
from marsad.web.view import View

router = APIRouter(include_in_schema=False)
_SHOWN = 10
#: Rarer places are found by the filter of the incidents.
_LISTED = 300


@router.get("/{language}/places")
def places(view: Seen) -> HTMLResponse:
    """The places at which most happened."""
    counted = view.site.place_counts()
    found = [(view.site.places[id_], number) for id_, number in counted if id_ in view.site.places]
    return page(view, "places.html", places=found[:_LISTED], total=len(found))


@router.get("/{language}/places/{id_}.geojson")
def as_geojson(view: Seen, id_: str) -> JSONResponse:
    """The place's point and extent, as the map draws them."""
    found = _place(view, id_)
    number = view.site.record.totals(Filters(place=id_)).incidents
    properties = {
        "n": number, "precision": 4 if found.type == "governorate" else 1, "radius_km": found.radius_km,
        "area": found.id if found.type == "governorate" else None, "title": _name(found, view),
        "url": view.url("incidents", place=id_),
    }  # fmt: skip
    point = {"type": "Point", "coordinates": [found.lon, found.lat]}
    feature = {"type": "Feature", "id": id_, "geometry": point, "properties": properties}
    return JSONResponse(
        {"type": "FeatureCollection", "features": [feature]}, media_type="application/geo+json"
    )


@router.get("/{language}/places/{id_}")
def place(view: Seen, id_: str) -> HTMLResponse:
    """One place of the table."""
    found = _place(view, id_)
    filters = Filters(place=id_, limit=_SHOWN)
    holders = [
        view.site.places[i] for i in Gazetteer(view.site.places).holders(found) if i in view.site.places
    ]
    return page(
        view, "place.html", place=found, name=_name(found, view), holders=holders,
        totals=view.site.record.totals(filters), rows=view.site.record.summaries(filters, order="latest"),
    )  # fmt: skip


def _place(view: View, id_: str) -> Place:
    found = view.site.places.get(id_)
    if found is None:
        raise Missing(_("place"), id_)
    return found


def _name(found: Place, view: View) -> str:
    return found.name_ar if view.language == "ar" else found.name_en
