"""Distances, bearings and polygons on a sphere: enough for kilometres, no library."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import asin, atan2, cos, degrees, hypot, pi, radians, sin, sqrt

#: Latitude and longitude in degrees.
Point = tuple[float, float]

_EARTH_KM = 6371.0
_KM_A_DEGREE = _EARTH_KM * pi / 180


def distance_km(a: Point, b: Point) -> float:
    """Kilometres from one point to another."""
    north, east = radians(b[0] - a[0]), radians(b[1] - a[1])
    h = sin(north / 2) ** 2 + cos(radians(a[0])) * cos(radians(b[0])) * sin(east / 2) ** 2
    return 2 * _EARTH_KM * asin(min(1.0, sqrt(h)))


def bearing(a: Point, b: Point) -> float:
    """The direction of `b` seen from `a`, in degrees clockwise from north."""
    east = radians(b[1] - a[1])
    here, there = radians(a[0]), radians(b[0])
    x = sin(east) * cos(there)
    y = cos(here) * sin(there) - sin(here) * cos(there) * cos(east)
    return degrees(atan2(x, y)) % 360


def turned(a: float, b: float) -> float:
    """The angle between two bearings, 0 to 180."""
    return abs((a - b + 180) % 360 - 180)


def offset(start: Point, km: float, towards: float) -> Point:
    """The point so many kilometres from `start` at the bearing `towards`."""
    way, course = km / _EARTH_KM, radians(towards)
    lat, lon = radians(start[0]), radians(start[1])
    there = asin(sin(lat) * cos(way) + cos(lat) * sin(way) * cos(course))
    east = atan2(sin(course) * sin(way) * cos(lat), cos(way) - sin(lat) * sin(there))
    return degrees(there), (degrees(lon + east) + 540) % 360 - 180


def midpoint(a: Point, b: Point) -> Point:
    """The point half way between two."""
    return offset(a, distance_km(a, b) / 2, bearing(a, b))


def inside(ring: Sequence[Point], point: Point) -> bool:
    """Whether a closed ring of points holds the point."""
    lat, lon = point
    held = False
    for (lat_a, lon_a), (lat_b, lon_b) in pairwise(ring):
        if (lat_a > lat) != (lat_b > lat) and lon < lon_a + (lat - lat_a) * (lon_b - lon_a) / (lat_b - lat_a):
            held = not held
    return held


def nearest_on_line(line: Sequence[Point], point: Point) -> tuple[Point, float]:
    """The point of a line that is nearest to `point`, and how many kilometres it is away."""
    shrink = cos(radians(point[0]))
    best, least = line[0], float("inf")
    for (lat_a, lon_a), (lat_b, lon_b) in pairwise(line):
        x, y = (lon_b - lon_a) * shrink, lat_b - lat_a
        to_x, to_y = (point[1] - lon_a) * shrink, point[0] - lat_a
        length = x * x + y * y
        share = 0.0 if length == 0 else max(0.0, min(1.0, (to_x * x + to_y * y) / length))
        away = hypot(to_x - share * x, to_y - share * y)
        if away < least:
            best, least = (lat_a + share * (lat_b - lat_a), lon_a + share * (lon_b - lon_a)), away
    return best, least * _KM_A_DEGREE
