"""Where an expression puts something: at a place, so far from it, to its north, between two.

Each gives a point with a radius, UCDP's `where_prec` (ged191.pdf: 1 exact, 2 within about 25 km of
a known point, 3 district, 4 governorate, 5 line or fuzzy area, 6 country, 7 international), the
method, and the ids of the places that it was reckoned from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from marsad.gazetteer.geometry import Point, distance_km, inside, midpoint, offset
from marsad.model import Method, Place

#: How exactly each kind of place says where; what is not here is a point.
PRECISION: Mapping[str, int] = {
    "country": 6, "region": 5, "desert": 5, "border": 5, "river": 5, "road": 5, "sea": 7, "governorate": 4,
    "district": 3, "subdistrict": 3, "area": 2, "mountain": 2, "wadi": 2, "lake": 2,
}  # fmt: skip
#: What lies within this of a known point is near it.
NEAR_KM = 25.0
#: Outskirts, vicinity and countryside reach so far beyond a place.
_AROUND_KM = 5.0
#: A direction without a distance: so far from a town, with that radius.
_VAGUE_KM, _VAGUE_RADIUS_KM = 15.0, 20.0
#: A direction from a city means the part of its governorate on that side, no farther than this.
_SECTOR_KM, _SECTOR_ANGLE = 45.0, 45.0
#: How finely such a part is looked at.
_RINGS, _RAYS = 6, 4
#: What a distance in kilometres leaves open, and the least of it.
_BLUR, _LEAST_BLUR_KM = 0.25, 3.0
_WIDE = frozenset({"governorate", "region", "desert", "country"})


@dataclass(frozen=True, slots=True)
class Spot:
    """A point with what is known of how exact it is."""

    point: Point
    radius_km: float
    precision: int
    method: Method
    anchors: tuple[str, ...]


def point_of(place: Place) -> Point:
    """The point of a place."""
    return place.lat, place.lon


def at(place: Place) -> Spot:
    """The place itself."""
    return Spot(point_of(place), place.radius_km, PRECISION.get(place.type, 1), "name", (place.id,))


def around(place: Place) -> Spot:
    """Its outskirts, its vicinity, its countryside."""
    spot = at(place)
    return replace(spot, radius_km=spot.radius_km + _AROUND_KM, precision=max(spot.precision, 2))


def within(place: Place, *, exact: bool) -> Spot:
    """Something in or near a place that no table knows; `exact` where it is a part of a town."""
    spot = replace(at(place), method="parent")
    if exact:
        return spot
    return replace(spot, precision=max(spot.precision, 2), radius_km=max(spot.radius_km, 20.0))


def away(place: Place, km: float, way: float | None) -> Spot:
    """So many kilometres from a place, at a bearing where one is told."""
    blur = max(_LEAST_BLUR_KM, _BLUR * km) + (place.radius_km if place.type not in _WIDE else 0.0)
    precision = max(2, min(PRECISION.get(place.type, 1), 5))
    if way is None:
        return Spot(point_of(place), km + blur, 2 if km <= NEAR_KM else 5, "offset", (place.id,))
    return Spot(offset(point_of(place), km, way), blur, precision if place.type in _WIDE else 2, "offset",
                (place.id,))  # fmt: skip


def sector(place: Place, way: float, ring: Sequence[Point] = ()) -> Spot:
    """To the north of a place; `ring` is the governorate that the place is or lies in.

    Of a country, a region or a governorate it is the part on that side, of a city the part of
    its governorate that lies there, of a smaller place a point near it.
    """
    wide, start = place.type in _WIDE, point_of(place)
    if wide:
        found = offset(start, 0.55 * place.radius_km, way), 0.6 * place.radius_km
    else:
        found = offset(start, _VAGUE_KM, way), max(_VAGUE_RADIUS_KM, place.radius_km)
    if ring and place.type in ("governorate", "city"):
        reach = 2 * place.radius_km if wide else _SECTOR_KM
        found = _part(ring, start, way, reach) or found
    point, radius = found
    precision = 5 if wide or radius > NEAR_KM else max(2, PRECISION.get(place.type, 1))
    return Spot(point, radius, 6 if place.type == "country" else precision, "sector", (place.id,))


def between(a: Place, b: Place) -> Spot:
    """Between two places: their midpoint; more than 25 km apart it is a line."""
    apart = distance_km(point_of(a), point_of(b))
    precision = 2 if apart <= NEAR_KM else 5
    if "governorate" in (a.type, b.type) or "country" in (a.type, b.type):
        precision = 5
    radius = max(apart / 2, _LEAST_BLUR_KM)
    return Spot(midpoint(point_of(a), point_of(b)), radius, precision, "between", (a.id, b.id))


def outlying(place: Place, way: float | None, ring: Sequence[Point] = ()) -> Spot:
    """The countryside of a place, on one side of it where that is told."""
    if way is None:
        return around(place)
    if place.type in ("governorate", "region"):
        return sector(place, way, ring)
    km = max(8.0, place.radius_km + 4.0)
    return Spot(offset(point_of(place), km, way), km + 2.0, 2, "sector", (place.id,))


def _part(ring: Sequence[Point], start: Point, way: float, reach_km: float) -> tuple[Point, float] | None:
    """The middle and the radius of the part of a polygon that lies at a bearing from `start`."""
    held = [
        (km, point)
        for km in (reach_km * (n + 0.5) / _RINGS for n in range(_RINGS))
        for turn in range(-_RAYS, _RAYS + 1)
        if inside(ring, point := offset(start, km, way + turn * _SECTOR_ANGLE / _RAYS))
    ]
    if not held:
        return None
    # rays lie farther apart the longer they are
    whole = sum(km for km, _ in held)
    middle = sum(km * p[0] for km, p in held) / whole, sum(km * p[1] for km, p in held) / whole
    away_km = sorted(distance_km(middle, p) for _, p in held)
    return middle, max(away_km[(9 * len(away_km)) // 10], 5.0)
