"""The governorate and district of a point.

Governorates of Iraq and Syria are polygons (Natural Earth). They are old: Baghdad is the city
alone, Halabja part of Sulaymaniyah, Akre of Nineveh. There the nearest places of the table
decide, as they do for districts everywhere; beyond a border line that cuts off a town, the
nearest polygon.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from math import cos, radians

from marsad.gazetteer.geometry import Point, distance_km, inside, nearest_on_line
from marsad.gazetteer.table import Gazetteer
from marsad.model import Place

#: Around these the polygons are not the governorates of today.
UNSURE = ((33.315, 44.366, 60.0), (35.18, 45.99, 30.0), (36.68, 43.9, 40.0))
#: A point that lies this far outside every polygon is of the nearest.
_SNAP_KM = 15.0
_NEIGHBOURS = 3
#: No district is told of a point that no known place is near to.
_REACH_KM = 60.0


@dataclass(frozen=True, slots=True)
class Division:
    """What holds a point; `None` where it cannot be told."""

    country: str | None = None
    governorate: Place | None = None
    district: Place | None = None


class Areas:
    """The polygons of the governorates, by the id of the place."""

    def __init__(self, rings: Mapping[str, Sequence[Sequence[Point]]]) -> None:
        self.rings = rings
        self._boxes = {id_: [_box(ring) for ring in polygons] for id_, polygons in rings.items()}

    def largest(self, id_: str) -> Sequence[Point]:
        """The main polygon of a governorate, empty where none is known."""
        return max(self.rings.get(id_, ()), key=len, default=())

    def holding(self, point: Point) -> str | None:
        """The id of the governorate whose polygon holds the point, or is within a few kilometres."""
        lat, lon = point
        for id_, boxes in self._boxes.items():
            for number, (south, west, north, east) in enumerate(boxes):
                if south <= lat <= north and west <= lon <= east and inside(self.rings[id_][number], point):
                    return id_
        near = [
            (nearest_on_line(self.rings[id_][number], point)[1], id_)
            for id_, boxes in self._boxes.items()
            for number, (south, west, north, east) in enumerate(boxes)
            if south - 0.3 <= lat <= north + 0.3 and west - 0.3 <= lon <= east + 0.3
        ]
        return min((pair for pair in near if pair[0] <= _SNAP_KM), default=(0.0, None))[1]


def _box(ring: Sequence[Point]) -> tuple[float, float, float, float]:
    lats, lons = [p[0] for p in ring], [p[1] for p in ring]
    return min(lats), min(lons), max(lats), max(lons)


@lru_cache(maxsize=1)
def load_areas() -> Areas:
    """The polygons of the package."""
    text = (resources.files("marsad") / "data" / "areas.geojson").read_text("utf8")
    rings: dict[str, list[list[Point]]] = {}
    for feature in json.loads(text)["features"]:
        outer = [(lat, lon) for lon, lat in feature["geometry"]["coordinates"][0]]
        rings.setdefault(feature["properties"]["place"], []).append(outer)
    return Areas(rings)


def division(gazetteer: Gazetteer, areas: Areas, point: Point) -> Division:
    """The country, governorate and district of a point in Iraq or Syria."""
    held = areas.holding(point)
    if held is None:
        return Division()
    country = gazetteer.places[held].country
    near = _nearest(gazetteer, point, country)
    if any(distance_km(point, (lat, lon)) <= km for lat, lon, km in UNSURE):
        votes = Counter(g.id for p in near[:_NEIGHBOURS] if (g := gazetteer.held_by(p, "governorate")))
        held = next((id_ for id_, _ in votes.most_common(1)), held)
    inner = (p for p in near if held in gazetteer.holders(p))
    district = next((d for p in inner if (d := gazetteer.held_by(p, "district"))), None)
    return Division(country, gazetteer.places[held], district)


#: Kinds whose point says in which governorate and district the ground around it lies.
_SETTLED = frozenset({"city", "town", "village", "subdistrict", "neighbourhood", "camp"})


def _nearest(gazetteer: Gazetteer, point: Point, country: str) -> list[Place]:
    """The settled places around a point, nearest first."""
    lat, lon = point
    shrink = cos(radians(lat))
    reach = _REACH_KM / 111.2
    around = [
        ((p.lat - lat) ** 2 + ((p.lon - lon) * shrink) ** 2, p.id)
        for p in gazetteer.places.values()
        if p.country == country and p.type in _SETTLED and abs(p.lat - lat) < reach
    ]
    return [gazetteer.places[id_] for _, id_ in sorted(around)[:40]]
