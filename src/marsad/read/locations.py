"""The location that a naming tells: a point with its precision, of the place or of what holds it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from marsad.gazetteer import spots
from marsad.gazetteer.areas import load_areas
from marsad.gazetteer.geometry import Point
from marsad.gazetteer.lines import along, load_lines, stretch
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
    spot = _stretch(naming, place) or _spot(layers, naming, place)
    return Location(
        name=name, span=naming.span, place_id=place.id, admin1=naming.admin1,
        country=(naming.beside or place).country or None,
        lat=round(spot.point[0], 4), lon=round(spot.point[1], 4), radius_km=round(spot.radius_km, 1),
        precision=spot.precision, method=spot.method, runner_up=naming.runner_up, anchors=spot.anchors,
    )  # fmt: skip


def _spot(layers: Layers, naming: Naming, place: Place) -> Spot:
    """Where the naming puts something, seen from the place that it names or that holds it."""
    if naming.line:
        first, second = (m.place or m.parent for m in naming.members)
        if first is not None and second is not None:
            return (along if naming.line == "along" else spots.between)(first, second)
    if naming.km is not None:
        return spots.away(place, naming.km, naming.bearing)
    if naming.bearing is not None:
        governorate = layers.lexicon.gazetteer.held_by(place, "governorate")
        return _towards(
            place, naming.bearing, governorate.id if governorate else "", naming.cue == "countryside"
        )
    if naming.members or naming.place is None:
        return spots.within(place, exact=naming.within)
    # 'the road of X' leads to X, unless it is a road of that name
    road = naming.cue == "road" and place.type != "road"
    if road or naming.relation in ("direction", "part", "edge", "near") or naming.cue == "countryside":
        return spots.around(place)
    return spots.at(place)


def _stretch(naming: Naming, place: Place) -> Spot | None:
    """The stretch of a road, a river or a border beside the place that it is told with."""
    line = load_lines().get(place.id) if naming.beside is not None else None
    if naming.beside is None or line is None or naming.km is not None:
        return None
    return stretch(place, line, naming.beside, load_areas().largest(naming.beside.id))


@lru_cache(maxsize=4096)
def _towards(place: Place, bearing: float, governorate: str, countryside: bool) -> Spot:
    """On one side of a place; the same few are told again and again."""
    ring: Sequence[Point] = load_areas().largest(governorate)
    return spots.outlying(place, bearing, ring) if countryside else spots.sector(place, bearing, ring)
