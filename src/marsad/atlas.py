"""Answers where names, expressions and points are: the tables first, then the grammar of the reader."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from marsad import lexicon
from marsad.errors import QueryError
from marsad.gazetteer.answer import Answer, Question, of_name, of_point, point_in
from marsad.gazetteer.areas import Areas, load_areas
from marsad.gazetteer.names import load_names
from marsad.gazetteer.spots import Spot
from marsad.gazetteer.table import Gazetteer
from marsad.gazetteer.wider import of_town
from marsad.read.locate import locate


def question(*, country: str | None = None, near: str | None = None, year: int | None = None) -> Question:
    """What is asked for besides names; raises `QueryError` for a country or a place that is not known."""
    names = load_names()
    code = point = None
    if country is not None:
        ids, _ = names.bearers(country)
        known = {
            names.gazetteer.places[i].country for i in ids if names.gazetteer.places[i].type == "country"
        }
        if country.upper() in {place.country for place in names.gazetteer.places.values()}:
            known = {country.upper()}
        if len(known) != 1:
            raise QueryError(f"no country {country!r}", hint="a code or a name, as IRQ or العراق")
        code = known.pop()
    if near is not None:
        point = point_in(near)
        there = of_name(names, near, Question(code)) if point is None else None
        point = there.spot.point if there is not None and there.spot is not None else point
        if point is None:
            raise QueryError(f"no place {near!r}", hint="a name of the table, or a point as 33.35,43.79")
    return Question(code, point, year)


def where(asked: Iterable[str], question: Question) -> Iterator[Answer]:
    """Where names, expressions ('15 km south of X') and points are.

    A name of the table needs the table alone. One that it lacks is looked up among the towns of the
    local database, where there is one; the first that is neither loads the whole lexicon.
    """
    names, areas = load_names(), load_areas()
    for text in asked:
        point = point_in(text)
        if point is not None:
            yield of_point(names.gazetteer, areas, text, point)
        else:
            yield (
                of_name(names, text, question)
                or of_town(text, question)
                or _expressed(names.gazetteer, areas, text, question)
                or Answer(text)
            )


def _expressed(gazetteer: Gazetteer, areas: Areas, text: str, question: Question) -> Answer | None:
    location = locate(text, lexicon.load(), country=question.country)
    if location is None or location.lat is None or location.lon is None:
        return None
    point = location.lat, location.lon
    spot = Spot(point, location.radius_km or 0.0, location.precision or 6, location.method, location.anchors)
    place = gazetteer.places.get(location.place_id or "")
    whole = of_point(gazetteer, areas, text, point)
    held = gazetteer.held_by(place, "district") if place else None
    there = spot.method in ("name", "parent")
    return Answer(
        text, place, spot, location.admin1 if there else whole.governorate,
        (held.name_en if held else None) if there else whole.district, location.country,
        (location.runner_up,) if location.runner_up else (),
    )  # fmt: skip
