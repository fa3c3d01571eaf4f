"""Checks a table of places: each fault is a value that points at its row.

It refuses what cannot be right: rows without a source, places outside what holds them, one place
twice, places that share a spelling and no group. What a fault means and what to do is in its words.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from marsad.errors import LexiconError
from marsad.gazetteer.areas import UNSURE, Areas
from marsad.gazetteer.geometry import distance_km, inside, nearest_on_line
from marsad.gazetteer.names import name_key
from marsad.gazetteer.spots import point_of
from marsad.gazetteer.table import Gazetteer, names_of, place_of, table_rows
from marsad.model import Place

#: Kinds of place with the largest radius in km that one of them has, the uncertainty of its point included.
KINDS: Mapping[str, float] = {
    "country": 6400, "region": 3500, "desert": 800, "border": 600, "sea": 1500, "river": 700, "lake": 300,
    "governorate": 600, "district": 150, "subdistrict": 120, "area": 150, "road": 300, "mountain": 150, "wadi": 120,
    "city": 40, "town": 20, "village": 15, "neighbourhood": 10, "square": 3, "camp": 15, "prison": 8, "base": 15,
    "airport": 10, "crossing": 15, "dam": 12, "oilfield": 40, "facility": 30,
}  # fmt: skip
#: What may hold what, where both are of one country: a governorate lies in no district.
_LEVEL = {"country": 0, "governorate": 1, "district": 2, "subdistrict": 3}
#: How far a point may lie outside the polygon of its governorate: the polygons are coarse, and old.
_SLACK_KM = 15.0
#: Two rows of one name and kind this close are one place.
_TWICE_KM = 2.0
_ID = re.compile(r"[a-z]{2,3}(-[a-z0-9]+)*")
_YEARS = re.compile(r"(?:.+ )?(\d{4})?/(\d{4})?")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a row, by the id of the row (or its line where it has none)."""

    row: str
    kind: str
    message: str


def check_table(text: str, areas: Areas, *, base: Mapping[str, Place] | None = None) -> Iterator[Fault]:
    """Every fault of a table of places, in the order of its rows; `base` are places that it adds to."""
    try:
        rows = table_rows(text, where="")
    except LexiconError as error:
        yield Fault(f"line{error.where}".replace(":", " ") if error.where else "head", "form", error.message)
        return
    sound: list[Place] = []
    ids: set[str] = set()
    for line, row in enumerate(rows, 2):
        faults = list(_of_cells(row))
        if row["id"] in ids:
            faults.append(("id", "another row has this id"))
        ids.add(row["id"])
        yield from (Fault(row["id"] or f"line {line}", kind, message) for kind, message in faults)
        if not faults:
            sound.append(place_of(row))
    gazetteer = Gazetteer({**(base or {}), **{place.id: place for place in sound}})
    for place in sound:
        if place.parent is not None and place.parent not in ids and place.parent not in gazetteer.places:
            yield Fault(place.id, "parent", f"no row {place.parent}")
        yield from (Fault(place.id, *fault) for fault in _of_place(gazetteer, areas, place))
    yield from _shared(sound)


def _of_cells(row: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What is wrong with the cells of a row by themselves."""
    if not _ID.fullmatch(row["id"]):
        yield "id", f"{row['id']!r} is not of the form irq-anbar-fallujah"
    for column in ("name_ar", "name_en", "type", "source"):
        if not row[column].strip():
            yield "missing", f"no {column}"
    if any(cell != cell.strip() for cell in row.values()):
        yield "spaces", "a cell begins or ends with a space"
    if row["type"] and row["type"] not in KINDS:
        yield "type", f"{row['type']!r} is none of {', '.join(sorted(KINDS))}"
    names = names_of(row)
    if len(set(names)) < len(names):
        yield "variants", "a spelling stands there twice"
    numbers = {}
    for column, low, high in (
        ("lat", -90, 90),
        ("lon", -180, 180),
        ("radius_km", 0.01, 6400),
        ("weight", 0, 100),
    ):
        try:
            numbers[column] = float(row[column] or ("0" if column == "weight" else ""))
        except ValueError:
            yield column, f"{row[column]!r} is no number"
            continue
        if not low <= numbers[column] <= high:
            yield column, f"{row[column]} is not between {low} and {high}"
    if numbers.get("radius_km", 0) > KINDS.get(row["type"], 6400):
        yield "radius_km", f"{row['radius_km']} km is too much for a {row['type']}"
    if row["needs_cue"] not in ("", "0", "1"):
        yield "needs_cue", f"{row['needs_cue']!r} is neither 0 nor 1"
    for item in row["valid"].split("|") if row["valid"] else ():
        years = _YEARS.fullmatch(item)
        if years is None or not (years[1] or years[2]) or (years[1] and years[2] and years[1] > years[2]):
            yield "valid", f"{item!r} is not of the form 2014/ or التأميم 1976/2006"


def _of_place(gazetteer: Gazetteer, areas: Areas, place: Place) -> Iterator[tuple[str, str]]:
    """What is wrong with a place in its surroundings."""
    if place.id in gazetteer.holders(place):
        yield "parent", "it holds itself"
        return
    parent = gazetteer.places.get(place.parent or "")
    if parent is None:
        return
    if parent.country and place.country and parent.country != place.country:
        yield "country", f"{parent.id} is in {parent.country}"
    if place.admin1 and parent.admin1 and place.admin1 != parent.admin1:
        yield "admin1", f"{parent.id} is in {parent.admin1}"
    if place.type in _LEVEL and _LEVEL.get(parent.type, 0) >= _LEVEL[place.type]:
        yield "parent", f"a {place.type} does not lie in a {parent.type}"
    apart = distance_km(point_of(place), point_of(parent))
    reach = 2 * parent.radius_km + place.radius_km + _SLACK_KM
    # islands and territories lie far from the middle of their country
    if apart > reach and parent.type != "country":
        yield "outside", f"{apart:.0f} km from {parent.id}, whose radius is {parent.radius_km:g} km"
    governorate = gazetteer.held_by(place, "governorate")
    if governorate is not None and place.type not in ("region", "river", "road", "desert", "border"):
        yield from _astray(areas, place, governorate)


def _astray(areas: Areas, place: Place, governorate: Place) -> Iterator[tuple[str, str]]:
    """Whether the point lies well outside the polygon of its governorate."""
    rings, point = areas.rings.get(governorate.id), point_of(place)
    if not rings or any(distance_km(point, (lat, lon)) <= km for lat, lon, km in UNSURE):
        return
    if any(inside(ring, point) for ring in rings):
        return
    away = min(nearest_on_line(ring, point)[1] for ring in rings)
    if away > _SLACK_KM + min(place.radius_km, _SLACK_KM):
        yield "outside", f"{away:.0f} km outside {governorate.id}"


def _shared(places: Sequence[Place]) -> Iterator[Fault]:
    """Places that share a spelling: one place twice, or homonyms without a group."""
    bearers: dict[str, list[Place]] = defaultdict(list)
    for place in places:
        for key in {name_key(name) for name in (place.name_ar, *place.variants_ar)}:
            bearers[key].append(place)
    told: set[tuple[str, str]] = set()
    for key, group in bearers.items():
        if len(group) < 2:
            continue
        for place in group:
            if place.homonym is None and (place.id, "") not in told:
                told.add((place.id, ""))
                yield Fault(
                    place.id, "homonym", f"shares {key!r} with {_others(place, group)} and has no group"
                )
        if len({p.homonym for p in group if p.homonym}) > 1:
            names = ", ".join(sorted({p.homonym for p in group if p.homonym}))
            if (names, "groups") not in told:
                told.add((names, "groups"))
                yield Fault(group[0].id, "homonym", f"{key!r} is of several groups: {names}")
        yield from _twice(group, told)


def _twice(group: Sequence[Place], told: set[tuple[str, str]]) -> Iterator[Fault]:
    for n, a in enumerate(group):
        for b in group[n + 1 :]:
            same = a.type == b.type and a.country == b.country and (a.id, b.id) not in told
            if same and distance_km(point_of(a), point_of(b)) <= _TWICE_KM:
                told.add((a.id, b.id))
                yield Fault(b.id, "twice", f"{a.id} is a {a.type} of this name at the same point")


def _others(place: Place, group: Sequence[Place]) -> str:
    others = [p.id for p in group if p.id != place.id]
    return ", ".join(others[:3]) + (f" and {len(others) - 3} more" if len(others) > 3 else "")
