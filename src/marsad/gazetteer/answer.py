"""Answers to 'where is this?': a name as it stands in the table, or a point on the map."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from marsad.gazetteer import spots
from marsad.gazetteer.areas import Areas, division
from marsad.gazetteer.choose import Choice, Cues, choose
from marsad.gazetteer.geometry import Point
from marsad.gazetteer.names import Names
from marsad.gazetteer.spots import Spot
from marsad.gazetteer.table import Gazetteer
from marsad.model import Place

_POINT = re.compile(r"\s*(-?\d{1,2}(?:\.\d+)?)\s*[,،;\s]\s*(-?\d{1,3}(?:\.\d+)?)\s*")
#: How many other bearers of a name an answer lists.
_OTHERS = 5


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for besides the name: the country, a point that it is near to, the year of the news."""

    country: str | None = None
    near: Point | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """Where a name is: `place` is the entry of the table, `spot` the point with its precision.

    `place` is what both bearers lie in where the name alone does not tell them apart; `others` are
    the bearers that were not chosen, the likeliest first.
    """

    asked: str
    place: Place | None = None
    spot: Spot | None = None
    governorate: str | None = None
    district: str | None = None
    country: str | None = None
    others: tuple[str, ...] = ()

    def row(self) -> dict[str, Any]:
        """The answer as one flat row."""
        place, spot = self.place, self.spot
        return {
            "asked": self.asked,
            "id": place.id if place else None,
            "name_ar": place.name_ar if place else None,
            "name_en": place.name_en if place else None,
            "name_ku": place.name_ku if place else None,
            "type": place.type if place else None,
            "district": self.district,
            "governorate": self.governorate,
            "country": self.country,
            "pcode": place.pcode if place else None,
            "lat": round(spot.point[0], 4) if spot else None,
            "lon": round(spot.point[1], 4) if spot else None,
            "radius_km": round(spot.radius_km, 1) if spot else None,
            "precision": spot.precision if spot else None,
            "method": spot.method if spot else None,
            "anchors": list(spot.anchors) if spot else [],
            "others": list(self.others),
        }


#: The fields of `Answer.row`, in order.
FIELDS = tuple(Answer("").row())


def point_in(text: str) -> Point | None:
    """The point that a text is: `33.35, 43.79`."""
    found = _POINT.fullmatch(text)
    if found is None:
        return None
    lat, lon = float(found[1]), float(found[2])
    return (lat, lon) if abs(lat) <= 90 and abs(lon) <= 180 else None


def of_name(names: Names, asked: str, question: Question) -> Answer | None:
    """Where a name of the table is, `None` where no place bears it as it stands."""
    ids, kind = names.bearers(asked, year=question.year)
    places = names.gazetteer.places
    at_home = [i for i in ids if places[i].country == question.country] if question.country else ids
    ids = at_home or ids
    cues = Cues(kind=kind, country=question.country, near=question.near, seat=True)
    choice = choose(names.gazetteer, ids, cues)
    if choice is None:
        return None
    return _answer(names.gazetteer, asked, choice, tuple(ids))


def _answer(gazetteer: Gazetteer, asked: str, choice: Choice, ids: tuple[str, ...]) -> Answer:
    place = choice.common or choice.place
    spot = replace(spots.at(place), method="parent") if choice.common else spots.at(place)
    governorate, district = (gazetteer.held_by(place, kind) for kind in ("governorate", "district"))
    others = sorted(
        (i for i in ids if i != place.id), key=lambda i: (i != (choice.runner_up and choice.runner_up.id),
                                                          -gazetteer.places[i].weight, i),
    )  # fmt: skip
    if choice.common is not None:
        others = [choice.place.id, *(i for i in others if i != choice.place.id)]
    return Answer(
        asked, place, spot, governorate.admin1 if governorate else place.admin1,
        district.name_en if district else None, place.country or None, tuple(others[:_OTHERS]),
    )  # fmt: skip


def of_point(gazetteer: Gazetteer, areas: Areas, asked: str, point: Point) -> Answer:
    """The governorate and district that hold a point."""
    found = division(gazetteer, areas, point)
    place = found.district or found.governorate
    spot = Spot(point, 0.0, 1, "name", ()) if place else None
    return Answer(
        asked, place, spot, found.governorate.admin1 if found.governorate else None,
        found.district.name_en if found.district else None, found.country,
    )  # fmt: skip
