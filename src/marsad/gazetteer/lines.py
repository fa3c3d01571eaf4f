"""Roads, rivers and borders as lines, and the stretch of one that a text means.

Borders are Natural Earth's; a road runs straight between the places along it, a river is drawn by
hand: each is within about 5 km of where it lies.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import resources
from itertools import pairwise

from marsad.gazetteer.geometry import Point, distance_km, inside, nearest_on_line
from marsad.gazetteer.spots import NEAR_KM, Spot, between, point_of
from marsad.model import Place

Line = Sequence[Point]

#: A place this close to a line lies on it.
_ON_KM = 12.0
#: How far from a line a place may lie that its stretch is named by.
_BESIDE_KM = 60.0
#: Points of a line are looked at so many kilometres apart.
_STEP_KM = 5.0
#: What is left open of where along a stretch something is, and how exact the lines are.
_BLUR_KM = 5.0


@lru_cache(maxsize=4)
def load_lines(kind: str | None = None) -> Mapping[str, Line]:
    """The lines of the package (`kind`: road, river, border) by the id of the place, or a name of their own."""
    text = (resources.files("marsad") / "data" / "lines.geojson").read_text("utf8")
    return {
        told["line"]: tuple((lat, lon) for lon, lat in feature["geometry"]["coordinates"])
        for feature in json.loads(text)["features"]
        if (told := feature["properties"]) and kind in (None, told["kind"])
    }


def stretch(place: Place, line: Line, beside: Place, ring: Sequence[Point] = ()) -> Spot | None:
    """The stretch of a line that is beside a place; `ring` is its outline where it is a governorate.

    `None` where the line does not come near.
    """
    anchors = (place.id, beside.id)
    if ring:
        points = _steps(line)
        held = [p for p in points if inside(ring, p) or nearest_on_line(ring, p)[1] <= _BLUR_KM]
        if not held:
            return None
        point, radius = _middle(held)
        return Spot(point, radius + _BLUR_KM, 5, "line", anchors)
    point, away = nearest_on_line(line, point_of(beside))
    if away > _BESIDE_KM + beside.radius_km:
        return None
    near = away + beside.radius_km <= NEAR_KM
    return Spot(point, beside.radius_km + _BLUR_KM + away / 2, 2 if near else 5, "line", anchors)


def along(a: Place, b: Place) -> Spot:
    """On the way from one place to another: half way along the road that both lie on, else between them."""
    ends = point_of(a), point_of(b)
    straight = between(a, b)
    best: tuple[float, Line] | None = None
    for line in load_lines("road").values():
        near = [nearest_on_line(line, end) for end in ends]
        if max(away for _, away in near) <= _ON_KM:
            part = _section(line, near[0][0], near[1][0])
            length = _length(part)
            if best is None or length < best[0]:
                best = length, part
    if best is None or best[0] > 2 * distance_km(*ends):
        return Spot(straight.point, straight.radius_km, 5, straight.method, straight.anchors)
    point, radius = _middle(_steps(best[1]))
    return Spot(point, max(radius, _BLUR_KM), 5, "line", straight.anchors)


def _length(line: Line) -> float:
    return sum(distance_km(a, b) for a, b in pairwise(line))


def _steps(line: Line) -> list[Point]:
    """Points along a line, a few kilometres apart."""
    out = [line[0]]
    for a, b in pairwise(line):
        parts = max(1, round(distance_km(a, b) / _STEP_KM))
        out += [
            (a[0] + (b[0] - a[0]) * k / parts, a[1] + (b[1] - a[1]) * k / parts) for k in range(1, parts + 1)
        ]
    return out


def _middle(points: Sequence[Point]) -> tuple[Point, float]:
    """The point half way along a row of points, and how far the farthest of them is from it."""
    middle = points[len(points) // 2]
    return middle, max(distance_km(middle, p) for p in points)


def _section(line: Line, start: Point, end: Point) -> Line:
    """The part of a line between two points on it."""
    (first, a), (second, b) = sorted(((_place_on(line, start), start), (_place_on(line, end), end)))
    return (a, *line[first + 1 : second + 1], b)


def _place_on(line: Line, point: Point) -> int:
    """The number of the side of the line that a point on it lies on."""
    return min(range(len(line) - 1), key=lambda k: nearest_on_line(line[k : k + 2], point)[1])
