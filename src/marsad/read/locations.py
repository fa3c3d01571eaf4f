"""The location that a naming tells: a point with its precision, of the place or of what holds it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from marsad.gazetteer import spots
from marsad.gazetteer.areas import load_areas
from marsad.gazetteer.geometry import Point
from marsad.gazetteer.spots import Spot
from marsad.model import Location, Place
from marsad.read.layers import Layers
from marsad.read.naming import Naming


def located(layers: Layers, naming: Naming) -> Location:
    """The location that a naming tells."""
    name = naming.span.of(layers.text.source)
    place = naming.place or naming.parent
    if place is None:
        return Location(name, naming.span)
    governorate = layers.lexicon.gazetteer.held_by(place, "governorate")
    spot = _spot(naming, place, governorate.id if governorate else "")
    return Location(
        name=name, span=naming.span, place_id=place.id, admin1=naming.admin1, country=place.country or None,
        lat=round(spot.point[0], 4), lon=round(spot.point[1], 4), radius_km=round(spot.radius_km, 1),
        precision=spot.precision, method=spot.method, runner_up=naming.runner_up, anchors=spot.anchors,
    )  # fmt: skip


def _spot(naming: Naming, place: Place, governorate: str) -> Spot:
    """Where the naming puts something, seen from the place that it names or that holds it."""
    if naming.line:
        ends = [m.place or m.parent for m in naming.members]
        if len(ends) == 2 and ends[0] is not None and ends[1] is not None:
            return (spots.along if naming.line == "along" else spots.between)(ends[0], ends[1])
    if naming.km is not None:
        return spots.away(place, naming.km, naming.bearing)
    if naming.bearing is not None:
        return _towards(place, naming.bearing, governorate, naming.cue == "countryside")
    if naming.members or naming.place is None:
        return spots.within(place, exact=naming.within)
    if naming.relation in ("direction", "part", "edge", "near") or naming.cue == "countryside":
        return spots.around(place)
    return spots.at(place)


@lru_cache(maxsize=4096)
def _towards(place: Place, bearing: float, governorate: str, countryside: bool) -> Spot:
    """On one side of a place; the same few are told again and again."""
    ring: Sequence[Point] = load_areas().largest(governorate)
    return spots.outlying(place, bearing, ring) if countryside else spots.sector(place, bearing, ring)
