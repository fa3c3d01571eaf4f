"""Reads a row of UCDP GED: what its columns say, in the words of the codebook.

The grammar is not asked: a coder has read the news already. Values come as coded, each with the
characters of its cell; what the codebook cannot say stays as UCDP wrote it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from marsad.gazetteer.areas import Division, division, load_areas
from marsad.gazetteer.geometry import Point, distance_km
from marsad.lexicon import Lexicon
from marsad.model import (
    FIRST_YEAR,
    LAST_YEAR,
    Attribution,
    Document,
    Event,
    Figure,
    Group,
    Issue,
    Location,
    Party,
    Period,
    Place,
    Reading,
    Span,
    SpeakerClass,
)

#: Raised with every change of what is read from the same row.
VERSION = "ucdp-ged/2"
#: A place of the table is the row's own when it is within so many km of the row's point.
_SAME_KM = 1.5
#: No count is of more: there are not so many people.
_MOST = 1e10
_COUNTRIES_OUTLINED = ("IRQ", "SYR")
#: How UCDP ends the name of a first-order division.
_DIVISION = re.compile(r"\s+(governorate|province|region|state|district)$", re.IGNORECASE)
_AND = re.compile(r"\s*(?:,|/|;)\s*")


@dataclass(frozen=True, slots=True)
class _Cell:
    """The value of a column with its characters."""

    value: str
    span: Span

    @property
    def number(self) -> int | None:
        """The whole number that it is, if it counts anything: GED exports write 4 as 4.0."""
        try:
            value = float(self.value)
        except ValueError:
            return None
        return int(value) if 0 <= value <= _MOST else None  # what is no number compares as false


def _cells(text: str) -> dict[str, _Cell]:
    out: dict[str, _Cell] = {}
    for line in re.finditer(r"(?m)^([^\t:\n][^:\n]*): ((?:[^\n]|\n\t)*)", text):
        begin, end = line.span(2)
        value = line[2].strip()
        begin += len(line[2]) - len(line[2].lstrip())
        out[line[1]] = _Cell(value.replace("\n\t", "\n"), Span(begin, min(end, begin + len(value))))
    return out


class CodedReader:
    """Reads rows with the codes and places of a lexicon; as pure as the grammar's reader."""

    version = VERSION

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._codes = lexicon.coded
        self._areas = load_areas()
        self._names = {actor.name_en: code for code, actor in lexicon.actors.items()} | dict(
            self._codes.parties
        )
        self._near: dict[tuple[int, int], list[Place]] = {}
        for place in lexicon.places.values():
            self._near.setdefault((round(place.lat * 10), round(place.lon * 10)), []).append(place)
        self._governorates = {p.admin1 for p in lexicon.places.values() if p.type == "governorate"}
        self._held: dict[Point, Division] = {}

    def read(self, document: Document) -> Reading:
        """The one event that a row tells, and an issue for each value that could not be used."""
        cells = _cells(document.text)
        issues: list[Issue] = []
        kind = cells.get("type_of_violence")
        type_ = self._codes.types.get(kind.number or 0) if kind else None
        if kind is None or type_ is None:
            said = kind.value if kind else ""
            issue = Issue("coded row", f"no type of violence {said!r}", kind.span if kind else None)
            return Reading(document.id, VERSION, issues=(issue,))
        period, period_span = _period(cells, issues)
        clarity = cells.get("event_clarity")
        event = Event(
            type=type_,
            trigger=kind.span,
            evidence=Span(0, len(document.text)),
            # 2: the source had already put several happenings together
            count=None if clarity and clarity.number == 2 else 1,
            period=period,
            period_span=period_span,
            location=self._location(cells, issues),
            initiators=self._parties(cells.get("side_a")),
            targets=self._parties(cells.get("side_b")),
            figures=tuple(self._figures(cells, issues)),
            attribution=self._attribution(cells),
        )
        return Reading(document.id, VERSION, (event,), (), tuple(issues))

    # ── who ───────────────────────────────────────────────────────────────────────────────

    def _parties(self, side: _Cell | None) -> tuple[Party, ...]:
        """The parties of a side, in order; UCDP lists those that fight together with commas."""
        if side is None:
            return ()
        out: dict[str, Party] = {}
        at = 0
        for name in _AND.split(side.value):
            begin = side.value.index(name, at)
            at = begin + len(name)
            code = self._names.get(name) or f"OTHER:{name}"
            span = Span(side.span.start + begin, side.span.start + at)
            if name and code not in out:
                out[code] = Party(code, span)
        return tuple(out.values())

    def _attribution(self, cells: Mapping[str, _Cell]) -> Attribution:
        told = cells.get("source_original")
        office = cells.get("source_office")
        if told is None:
            return Attribution(via=(office.value,) if office else ())
        known = {name.casefold(): kind for name, kind in self._codes.speakers.items()}
        named = (part.casefold() for part in re.split(r"\s*(?:,|/|;|\band\b)\s*", told.value))
        kind: SpeakerClass = next((known[part] for part in named if part in known), "media")
        return Attribution(told.value, kind, told.span, via=(office.value,) if office else ())

    # ── how many ──────────────────────────────────────────────────────────────────────────

    def _figures(self, cells: Mapping[str, _Cell], issues: list[Issue]) -> Iterator[Figure]:
        """Deaths in all with UCDP's low, best and high, then those of each side.

        A part of nought is left out: GED has no blank for a part that nobody told. Some rows have a low
        above their best, or a high below it: the range then ends at the best.
        """
        by = self._attribution(cells)
        parts = [
            (group, cell.number, cell.span)
            for column, group in (
                ("deaths_a", _fighters(cells.get("side_a"))),
                ("deaths_b", _fighters(cells.get("side_b"))),
                ("deaths_civilians", "civilians"),
                ("deaths_unknown", "unknown"),
            )
            if (cell := cells.get(column)) is not None and cell.number
        ]
        low, best, high = (cells.get(column) for column in ("low", "best", "high"))
        issues += [
            Issue("coded row", f"{cell.value!r} is no count", cell.span)
            for cell in (low, best, high)
            if cell is not None and cell.number is None
        ]
        if best is None or best.number is None:
            return
        span = best.span
        for other in (low, high):
            span = span.cover(other.span) if other else span
        groups: set[Group] = {group for group, _, _ in parts}
        group: Group = groups.pop() if len(groups) == 1 else "mixed" if groups else "unknown"
        least = low.number if low else None
        most = high.number if high else None
        if (least or 0) > best.number or (most is not None and most < best.number):
            issues.append(Issue("coded row", "the best count lies outside of low and high", span))
            least = None if least is None else min(least, best.number)
            most = None if most is None else max(most, best.number)
        yield Figure("killed", group, least, most, span, by, best.number)
        if len(parts) > 1:
            for group, count, where in parts:
                yield Figure("killed", group, count, count, where, by)

    # ── where ─────────────────────────────────────────────────────────────────────────────

    def _location(self, cells: Mapping[str, _Cell], issues: list[Issue]) -> Location | None:
        lat, lon = cells.get("latitude"), cells.get("longitude")
        named = (
            cells.get("where_coordinates") or cells.get("adm_2") or cells.get("adm_1") or cells.get("country")
        )
        point = _point(lat.value, lon.value) if lat and lon else None
        if lat and lon and point is None:
            issues.append(
                Issue("coded row", "the coordinates are no numbers, or of no point", lat.span.cover(lon.span))
            )
        if named is None:
            if point is None or lat is None or lon is None:
                return None
            named = _Cell(f"{lat.value}, {lon.value}", lat.span.cover(lon.span))
        code = cells.get("where_prec")
        precision = code.number if code else None
        if precision not in self._codes.radius_km:
            precision = None
        held = self._division(point) if point else Division()
        place = self._place(point, precision, held) if point else None
        country = self._country(cells.get("country")) or held.country
        radius = self._codes.radius_km.get(precision or 0)
        return Location(
            name=named.value,
            span=named.span,
            place_id=place.id if place else None,
            admin1=self._admin1(cells.get("adm_1"), held, precision),
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

    def _admin1(self, told: _Cell | None, held: Division, precision: int | None) -> str | None:
        if told is None:
            return None
        name = _DIVISION.sub("", told.value)
        if name in self._codes.provinces:
            return self._codes.provinces[name]
        if name in self._governorates:
            return name
        if held.country in _COUNTRIES_OUTLINED and held.governorate and (precision or 9) <= 4:
            return held.governorate.admin1
        return name

    def _country(self, told: _Cell | None) -> str | None:
        """The code of a country named as UCDP does: `Yemen (North Yemen)`."""
        if told is None:
            return None
        name = re.sub(r"\s*\(.*\)", "", told.value)
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


def _fighters(side: _Cell | None) -> Group:
    if side is None:
        return "unknown"
    if side.value.startswith("Government of"):
        return "security_forces"
    return "civilians" if side.value == "Civilians" else "fighters"


def _period(cells: Mapping[str, _Cell], issues: list[Issue]) -> tuple[Period | None, Span | None]:
    """The days from `date_start` to `date_end`: as wide as `date_prec` leaves open."""
    first, last = cells.get("date_start"), cells.get("date_end")
    if first is None or last is None:
        return None, None
    try:
        # some versions write a time of day after the day
        days = (date.fromisoformat(first.value[:10]), date.fromisoformat(last.value[:10]))
    except ValueError:
        issues.append(Issue("coded row", "the dates are no days", first.span.cover(last.span)))
        return None, None
    if not all(FIRST_YEAR <= day.year <= LAST_YEAR for day in days):
        issues.append(Issue("coded row", "the dates are of no war", first.span.cover(last.span)))
        return None, None
    if days[1] < days[0]:
        issues.append(Issue("coded row", "the period ends before it begins", first.span.cover(last.span)))
        return None, None
    return Period(*days), first.span.cover(last.span)
