"""What the rows of all coded data sets have in common: cells, parties, places and sources.

Values come as coded, each with the characters of its cell; what the codebook cannot say stays as the
set wrote it. Which column holds what is in `data/coded/`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from marsad.codebook import load as codebook
from marsad.gazetteer.areas import Division, division, load_areas
from marsad.gazetteer.geometry import Point, distance_km
from marsad.lexicon import Codes, Lexicon
from marsad.model import Attribution, Issue, Location, Party, Place, Span, SpeakerClass

#: A place of the table is the row's own when it is within so many km of the row's point.
_SAME_KM = 1.5
#: No count is of more: there are not so many people.
_MOST = 1e10
_COUNTRIES_OUTLINED = ("IRQ", "SYR")
#: How the name of a first-order division ends.
_DIVISION = re.compile(r"\s+(governorate|province|region|state|district)$", re.IGNORECASE)
#: What sets add to a name: years, a country, an older name.
_ADDED = re.compile(r"\s*\([^)]*\)")
#: A party that nobody knows is none.
_UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Cell:
    """The value of a column with its characters."""

    value: str
    span: Span

    @property
    def number(self) -> int | None:
        """The whole number that it is, if it counts anything: some exports write 4 as 4.0."""
        try:
            value = float(self.value)
        except ValueError:
            return None
        return int(value) if 0 <= value <= _MOST else None  # what is no number compares as false


def cells(text: str) -> dict[str, Cell]:
    """The columns that a row has, by name."""
    out: dict[str, Cell] = {}
    for line in re.finditer(r"(?m)^([^\t:\n][^:\n]*): ((?:[^\n]|\n\t)*)", text):
        begin, end = line.span(2)
        value = line[2].strip()
        begin += len(line[2]) - len(line[2].lstrip())
        out[line[1]] = Cell(value.replace("\n\t", "\n"), Span(begin, min(end, begin + len(value))))
    return out


def no_counts(*told: Cell | None) -> list[Issue]:
    """An issue for each cell that should hold a count and holds none."""
    return [
        Issue("coded row", f"{cell.value!r} is no count", cell.span)
        for cell in told
        if cell is not None and cell.number is None
    ]


class Rows:
    """Reads the cells of one data set with its codes and the places of a lexicon."""

    def __init__(self, lexicon: Lexicon, codes: Codes) -> None:
        self.codes = codes
        self._lexicon = lexicon
        self._areas = load_areas()
        named = {party.name["en"]: code for code, party in codebook().parties.items() if "en" in party.name}
        named |= {actor.name_en: code for code, actor in lexicon.actors.items()} | dict(codes.parties)
        self._names = {name.casefold(): code for name, code in named.items()}
        self._and = re.compile(codes.separator)
        self._near: dict[tuple[int, int], list[Place]] = {}
        for place in lexicon.places.values():
            self._near.setdefault((round(place.lat * 10), round(place.lon * 10)), []).append(place)
        self._governorates = {p.admin1 for p in lexicon.places.values() if p.type == "governorate"}
        self._held: dict[Point, Division] = {}

    # ── who ───────────────────────────────────────────────────────────────────────────────

    def parties(self, *sides: Cell | None) -> tuple[Party, ...]:
        """The parties that cells name, in order; sets list those that fight together in one."""
        out: dict[str, Party] = {}
        for side in (side for side in sides if side is not None):
            at = 0
            for name in self._and.split(side.value):
                begin = side.value.index(name, at)
                at = begin + len(name)
                code = self._party(name)
                if name and code != _UNKNOWN and code not in out:
                    out[code] = Party(code, Span(side.span.start + begin, side.span.start + at))
        return tuple(out.values())

    def _party(self, name: str) -> str:
        bare = _ADDED.sub("", name)
        return self._names.get(name.casefold()) or self._names.get(bare.casefold()) or f"OTHER:{name}"

    def attribution(self, row: Mapping[str, Cell]) -> Attribution:
        """Whom the set says that it has it from."""
        told, office = self._cell(row, "speaker"), self._cell(row, "passed_on")
        if told is None:
            return Attribution(via=(office.value,) if office else ())
        known = {name.casefold(): kind for name, kind in self.codes.speakers.items()}
        named = (part.casefold() for part in re.split(r"\s*(?:,|/|;|\band\b)\s*", told.value))
        kind: SpeakerClass = next((known[part] for part in named if part in known), "media")
        return Attribution(told.value, kind, told.span, via=(office.value,) if office else ())

    def _cell(self, row: Mapping[str, Cell], role: str) -> Cell | None:
        """The first cell that holds what the role is of."""
        names = self.codes.columns.get(role, ())
        return next((row[n] for n in ((names,) if isinstance(names, str) else names) if n in row), None)

    # ── where ─────────────────────────────────────────────────────────────────────────────

    def location(self, row: Mapping[str, Cell], issues: list[Issue]) -> Location | None:
        """The place of a row, with its own point; the table's entry where the row means one."""
        lat, lon, named = (self._cell(row, role) for role in ("lat", "lon", "name"))
        point = _point(lat.value, lon.value) if lat and lon else None
        if lat and lon and point is None:
            issues.append(
                Issue("coded row", "the coordinates are no numbers, or of no point", lat.span.cover(lon.span))
            )
        if named is None:
            if point is None or lat is None or lon is None:
                return None
            named = Cell(f"{lat.value}, {lon.value}", lat.span.cover(lon.span))
        code = self._cell(row, "precision")
        precision = self.codes.precision.get(code.number or 0) if code else None
        held = self._division(point) if point else Division()
        place = self._place(point, precision, held) if point else None
        country = self._country(self._cell(row, "country")) or held.country
        radius = self.codes.radius_km.get(precision or 0)
        return Location(
            name=named.value,
            span=named.span,
            place_id=place.id if place else None,
            admin1=self._admin1(self._cell(row, "admin1"), held, precision),
            country=country,
            lat=point[0] if point else None,
            lon=point[1] if point else None,
            radius_km=max(radius or 0.0, place.radius_km) if place else radius,
            precision=precision,
        )

    def _division(self, point: Point) -> Division:
        if point not in self._held:  # a war comes back to the same places
            self._held[point] = division(self._lexicon.gazetteer, self._areas, point)
        return self._held[point]

    def _place(self, point: Point, precision: int | None, held: Division) -> Place | None:
        """The entry of the table that the row means: its district, its governorate, or the place at its point."""
        gazetteer = self._lexicon.gazetteer
        if precision in (1, 2):
            row, column = round(point[0] * 10), round(point[1] * 10)
            around = (
                place
                for x in (-1, 0, 1)
                for y in (-1, 0, 1)
                for place in self._near.get((row + x, column + y), ())
            )
            here = [
                (distance_km(point, (p.lat, p.lon)), p.id)
                for p in around
                if p.type not in ("governorate", "district", "subdistrict", "country")
            ]
            near, id_ = min(here, default=(_SAME_KM + 1, ""))
            return gazetteer.places[id_] if near <= _SAME_KM else None
        if precision == 3:
            return held.district
        if precision == 4:
            return held.governorate
        if precision == 6 and held.country:
            return next(
                (p for p in gazetteer.places.values() if p.type == "country" and p.country == held.country),
                None,
            )
        return None

    def _admin1(self, told: Cell | None, held: Division, precision: int | None) -> str | None:
        if told is None:
            return None
        name = _DIVISION.sub("", told.value)
        if name in self.codes.provinces:
            return self.codes.provinces[name]
        if name in self._governorates:
            return name
        if held.country in _COUNTRIES_OUTLINED and held.governorate and (precision or 9) <= 4:
            return held.governorate.admin1
        return name

    def _country(self, told: Cell | None) -> str | None:
        """The code of a country named as sets do it: `Yemen (North Yemen)`."""
        if told is None:
            return None
        name = _ADDED.sub("", told.value)
        return next(
            (p.country for p in self._lexicon.places.values() if p.type == "country" and p.name_en == name),
            None,
        )


def _point(lat: str, lon: str) -> Point | None:
    """The point of two coordinates; `None` where they are no numbers, or of no point on Earth."""
    try:
        point = (float(lat), float(lon))
    except ValueError:
        return None
    return point if -90 <= point[0] <= 90 and -180 <= point[1] <= 180 else None
