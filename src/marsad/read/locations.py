"""The location that a naming tells: a point with its precision, of the place or of what holds it."""

from __future__ import annotations

from marsad.model import Location, Method
from marsad.read.layers import Layers
from marsad.read.places import Naming

#: UCDP where_prec by kind of place (ged191.pdf, 'where_prec').
_PRECISION = {"country": 6, "region": 5, "desert": 5, "border": 5, "river": 5, "road": 5, "governorate": 4,
              "district": 3, "subdistrict": 3, "area": 2, "mountain": 2, "wadi": 2, "lake": 2}  # fmt: skip
_METHOD: dict[str, Method] = {"direction": "sector", "list": "parent"}


def located(layers: Layers, naming: Naming) -> Location:
    """The location that a naming tells: point and precision of the place, else of what holds it."""
    name = naming.span.of(layers.text.source)
    place = naming.place or naming.parent
    if place is None:
        return Location(name, naming.span)
    precision = _PRECISION.get(place.type, 1)
    radius = place.radius_km
    if naming.relation == "direction":
        precision, radius = {4: 5, 6: 6}.get(precision, max(precision, 2)), max(radius, 20.0)
    elif naming.relation in ("part", "edge", "near") or naming.cue == "countryside":
        precision, radius = max(precision, 2), radius + 5.0
    method: Method = _METHOD.get(naming.relation, "name")
    if naming.place is None:
        method = "parent"
        if not naming.within:
            precision, radius = max(precision, 2), max(radius, 20.0)
    return Location(
        name=name, span=naming.span, place_id=place.id, admin1=naming.admin1, country=place.country or None,
        lat=place.lat, lon=place.lon, radius_km=radius, precision=precision,
        method=method, runner_up=naming.runner_up,
    )  # fmt: skip
