"""The table of places: its rows, and which place holds which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from marsad.errors import LexiconError
from marsad.model import Place

COLUMNS = (
    "id", "name_ar", "variants_ar", "name_en", "name_ku", "type", "admin1", "parent", "country", "pcode", "lat", "lon",
    "radius_km", "weight", "needs_cue", "homonym", "valid", "source",
)  # fmt: skip


def table_rows(text: str, *, where: str = "places.tsv") -> list[dict[str, str]]:
    """The rows of a table of places as they stand.

    Raises `LexiconError` where a line has not the columns of the head, or the head not those of the table.
    """
    header, *lines = text.splitlines() or [""]
    columns = header.split("\t")
    if missing := [c for c in COLUMNS if c not in columns]:
        raise LexiconError(f"no column {', '.join(missing)}", where=where)
    rows = []
    for number, line in enumerate(lines, 2):
        if line.strip():
            cells = line.split("\t")
            if len(cells) != len(columns):
                raise LexiconError(
                    f"{len(cells)} cells for {len(columns)} columns", where=f"{where}:{number}"
                )
            rows.append(dict(zip(columns, cells, strict=True)))
    return rows


def names_of(row: Mapping[str, str]) -> list[str]:
    """The Arabic spellings of a row, the name itself first."""
    return [row["name_ar"], *(v for v in row["variants_ar"].split("|") if v)]


def place_of(row: Mapping[str, str]) -> Place:
    """The place that a sound row tells."""
    return Place(
        id=row["id"], name_ar=row["name_ar"], name_en=row["name_en"], type=row["type"],
        country=row["country"], lat=float(row["lat"]), lon=float(row["lon"]),
        radius_km=float(row["radius_km"]), admin1=row["admin1"] or None, parent=row["parent"] or None,
        variants_ar=tuple(v for v in row["variants_ar"].split("|") if v), weight=int(row["weight"] or 0),
        needs_cue=row["needs_cue"] == "1", pcode=row["pcode"] or None, source=row["source"],
        name_ku=row["name_ku"] or None, homonym=row["homonym"] or None,
        valid=tuple(v for v in row["valid"].split("|") if v),
    )  # fmt: skip


def places_in(rows: Iterable[Mapping[str, str]]) -> dict[str, Place]:
    """The places of sound rows, by id."""
    return {row["id"]: place_of(row) for row in rows}


class Gazetteer:
    """Places by id, each with the places that hold it."""

    def __init__(self, places: Mapping[str, Place]) -> None:
        self.places = places
        self._holders: dict[str, tuple[str, ...]] = {}

    def holders(self, place: Place) -> tuple[str, ...]:
        """Ids of the places that hold it, nearest first."""
        found = self._holders.get(place.id)
        if found is None:
            chain: list[str] = []
            parent = place.parent
            while parent and parent not in chain:
                chain.append(parent)
                holder = self.places.get(parent)
                parent = holder.parent if holder else None
            found = self._holders[place.id] = tuple(chain)
        return found

    def held_by(self, place: Place, kind: str) -> Place | None:
        """The place of a kind (governorate, district) that it is or lies in."""
        chain = (place, *(self.places[i] for i in self.holders(place) if i in self.places))
        return next((p for p in chain if p.type == kind), None)
