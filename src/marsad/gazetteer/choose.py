"""Which of the places that bear a name is meant: the cues, in the order of what they weigh.

A type word decides first, then a place named beside it that holds it or that it is told to lie
towards, then the country and the focus of the document, then how often the place is in the
news. Where the lead over another place is small the name says no more than what both lie in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from marsad.gazetteer.geometry import Point, bearing, distance_km, turned
from marsad.gazetteer.table import Gazetteer
from marsad.model import Place

#: Kinds of place that a type word may mean besides its own.
COMPATIBLE: Mapping[str, frozenset[str]] = {
    kind: frozenset(others.split())
    for kind, others in {
        "village": "village town area", "town": "town city village", "city": "city town", "capital": "city",
        "subdistrict": "subdistrict town district", "district": "district city town",
        "governorate": "governorate", "countryside": "governorate city district town subdistrict",
        "area": "area neighbourhood town village region desert mountain district",
        "neighbourhood": "neighbourhood area", "camp": "camp", "prison": "prison", "base": "base airport",
        "mountain": "mountain village", "wadi": "wadi", "square": "square facility",
        "facility": "facility oilfield dam crossing lake river base",
    }.items()
}  # fmt: skip
#: A bare name is rather that of a town than of the district or governorate around it.
_SETTLED = 1.0
_TOWNS = frozenset({"city", "town"})
_DIVISIONS = frozenset({"governorate", "district", "subdistrict"})
#: How far a place may be turned from where the text says that it lies, and from where it cannot.
_ASTRAY, _ADVERSE = 60.0, 90.0
#: Places this close, or one within the other, are no different answers.
_SAME_KM = 15.0
#: A lead of less says only what both candidates lie in.
MARGIN = 0.25


@dataclass(frozen=True, slots=True)
class Cues:
    """What the text says of a name besides the name.

    `beside` counts the ids of places named next to it (and `=Governorate`, `=CODE` for where they lie),
    `focus` those of the whole document with all that hold them; `towards` are places with the
    bearing at which the text says that the name lies from them; `near` is a point that the
    asker names. With `seat` a bare name is that of the town rather than of what is governed from it.
    """

    kind: str | None = None
    beside: Mapping[str, int] = field(default_factory=dict)
    focus: Mapping[str, int] = field(default_factory=dict)
    country: str | None = None
    towards: tuple[tuple[Place, float], ...] = ()
    near: Point | None = None
    seat: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """The best place for a name, and the next best where several bear it: `lead` is what is between their scores.

    `common` is the smallest place that holds both where the lead is too small to tell them apart.
    """

    place: Place
    runner_up: Place | None = None
    lead: float = 0.0
    common: Place | None = None


def score(gazetteer: Gazetteer, place: Place, cues: Cues) -> float:
    """How well a place fits the cues."""
    total = place.weight / 25.0
    kind = cues.kind
    if kind:
        total += 4.0 if place.type in COMPATIBLE.get(kind, {kind}) else -1.5
        total += 1.0 if place.type == kind else 0.0
    else:
        total += _SETTLED if place.type in _TOWNS else 0.0
    holders = gazetteer.holders(place)
    beside, focus = cues.beside, cues.focus
    if beside:
        total += 3.0 * max((beside.get(x, 0) for x in holders), default=0)
        total += 1.2 if place.admin1 and beside.get(f"={place.admin1}") else 0.0
        # a border is that of the country whose places are named beside it
        total += 2.5 if not place.admin1 and beside.get(f"={place.country}") else 0.0
    if focus:
        total += min(2.0, 0.5 * max((focus.get(x, 0) - 1 for x in holders if "-" in x), default=0))
    for other, way in cues.towards:
        if place.id != other.id:
            astray = turned(bearing((other.lat, other.lon), (place.lat, place.lon)), way)
            total += 1.0 if astray <= _ASTRAY else -1.0 if astray > _ADVERSE else 0.0
    if cues.near is not None:
        total += 4.0 - min(8.0, distance_km(cues.near, (place.lat, place.lon)) / 50.0)
    return total + (2.0 if place.country == cues.country else 0.0)


def choose(gazetteer: Gazetteer, ids: Sequence[str], cues: Cues) -> Choice | None:
    """The place that fits best, with the runner-up; `None` where there is none to choose from."""
    if len(ids) < 2:
        return Choice(gazetteer.places[ids[0]]) if ids else None
    scored = sorted((-score(gazetteer, gazetteer.places[i], cues), i) for i in dict.fromkeys(ids))
    if cues.seat and cues.kind is None:
        scored = _seat_first(gazetteer, scored)
    best = gazetteer.places[scored[0][1]]
    second = gazetteer.places[scored[1][1]]
    lead = scored[1][0] - scored[0][0]
    common = None
    for minus, id_ in scored[1:]:
        other = gazetteer.places[id_]
        if minus - scored[0][0] >= MARGIN:
            break
        if apart(gazetteer, best, other):
            common = common_holder(gazetteer, (best, other))
            break
    return Choice(best, second, lead, common)


def _seat_first(gazetteer: Gazetteer, scored: list[tuple[float, str]]) -> list[tuple[float, str]]:
    """The candidates with the town before the division of its name that holds it."""
    best = gazetteer.places[scored[0][1]]
    if best.type not in _DIVISIONS:
        return scored
    places = [gazetteer.places[i] for _, i in scored]
    seat = next((n for n, p in enumerate(places) if p.type in _TOWNS and best.id in gazetteer.holders(p)), 0)
    return [(scored[0][0], scored[seat][1]), *scored[:seat], *scored[seat + 1 :]] if seat else scored


def apart(gazetteer: Gazetteer, a: Place, b: Place) -> bool:
    """Whether two places are different answers: neither holds the other, and they are not close."""
    if a.id in gazetteer.holders(b) or b.id in gazetteer.holders(a):
        return False
    return distance_km((a.lat, a.lon), (b.lat, b.lon)) > max(_SAME_KM, a.radius_km + b.radius_km)


def common_holder(gazetteer: Gazetteer, places: Sequence[Place]) -> Place | None:
    """The smallest place that holds all of them."""
    chains = [(p.id, *gazetteer.holders(p)) for p in places]
    shared = next((i for i in chains[0] if all(i in c for c in chains)), None)
    return gazetteer.places.get(shared) if shared else None
