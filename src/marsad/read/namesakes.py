"""Namesakes: the text means another place of the name than the one in the table.

Its type word says so, or what it names as holding it or lying beside it: the village of Q in the
governorate of D is not the well-known Q elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from marsad.gazetteer.areas import load_areas
from marsad.gazetteer.choose import COMPATIBLE
from marsad.gazetteer.geometry import distance_km, inside, nearest_on_line
from marsad.gazetteer.spots import point_of
from marsad.model import Place
from marsad.read.layers import Layers
from marsad.read.naming import SMALL
from marsad.read.placenames import Named

_HOLDS = frozenset({"governorate", "district", "subdistrict", "city", "town", "region", "area"})
#: Built things that are called by what they are: there is a thermal power plant in many places.
_BUILT = frozenset({"facility", "base", "airport", "camp", "prison", "dam", "oilfield", "crossing"})
#: Above this weight the place of the table is so well known that its name means it.
_KNOWN = 55
#: A place that the text has beside another lies no farther from it.
_NEAR_KM = 60.0
#: News counts a place this close beyond the border of a governorate to it.
_BORDER_KM = 15.0
#: Abroad the table has a province by the name of its town.
_ROUGHLY = frozenset({"city", "area", "district", "subdistrict"})
_PROVINCES = frozenset({"governorate", "city", "town", "region", "area", "district", "neighbourhood"})


@dataclass(frozen=True, slots=True)
class Setting:
    """Where the text is: its country, how often it names what, the governorate that heads the part."""

    state: str
    focus: Mapping[str, int]
    heading: Place | None = None


def clashes(place: Place, kind: str | None, state: str) -> bool:
    """Whether the type word says that this is another place of the same name."""
    if kind is not None and place.country != state and place.type not in COMPATIBLE.get(kind, {kind}):
        return kind not in _ROUGHLY or place.type not in _PROVINCES
    if kind == "village" and place.type == "neighbourhood":
        return True
    return kind in ("village", "neighbourhood") and place.type in ("governorate", "country")


def elsewhere(layers: Layers, raw: Sequence[Named], n: int, place: Place, setting: Setting) -> bool:
    """Whether the place of the table lies elsewhere than the text says.

    What follows the name as holding it or as lying beside it is elsewhere, or the governorate that
    heads the part; or it lies in the other country while nothing near it does.
    """
    holder = holder_of(layers, raw, n)
    if holder is not None and _held_elsewhere(
        layers, raw[n], place, holder, raw[list_end(layers, raw, n)].last
    ):
        return True
    if (
        place.type not in SMALL
        or place.weight >= _KNOWN
        or (holder is not None and holder.relation == "direction")
    ):
        return False
    item, table = raw[n], layers.lexicon.places
    sentence = layers.sentence(item.first)
    others = [
        table[i] for o in raw if o is not item and sentence.first <= o.first < sentence.last for i in o.ids
    ]
    here, there = setting.state, place.country
    if {here, there} == {"IRQ", "SYR"} and setting.focus[here.lower()] >= 3 * setting.focus[there.lower()]:
        if not any(o.country == there for o in others):
            return True
    if setting.heading is None or holder is not None or not (item.kind or item.typed):
        return False
    return _outside(layers, place, setting.heading) and not any(o.admin1 == place.admin1 for o in others)


def _held_elsewhere(layers: Layers, item: Named, place: Place, holder: Named, last: int) -> bool:
    """Whether what is told to hold a name (or a list that ends at `last`), or to lie beside it, is far from the place."""
    holders = [layers.lexicon.places[i] for i in holder.ids]
    unknown = place.weight < _KNOWN
    small, built = place.type in SMALL and unknown, place.type in _BUILT and unknown
    beside = holder.first - last <= 1
    if small and (beside or holder.relation == "direction") and _far(place, holders, holder.km or 0.0):
        return True
    told = item.kind or item.typed or (beside and built)
    if not told or holder.relation == "direction":
        return False
    if not all(h.type in _HOLDS and _outside(layers, place, h) for h in holders):
        return False
    # 'the village of Q in the governorate of D': even of a well-known Q
    other = item.kind is not None and place.type not in COMPATIBLE.get(item.kind, {item.kind})
    named = (holder.kind or holder.typed) == "governorate" and (place.type in SMALL or other)
    return small or built or named


def holder_of(layers: Layers, raw: Sequence[Named], n: int) -> Named | None:
    """The name that follows as what holds a name or what it lies beside."""
    end = list_end(layers, raw, n)
    item = raw[end]
    holder = raw[end + 1] if end + 1 < len(raw) else None
    if holder is None or not holder.ids or holder.first - item.last > 3:
        return None
    if holder.first >= layers.sentence(item.first).last:
        return None
    apart = any(layers.is_break(k) or _and(layers, k) for k in range(item.last, holder.first + 1))
    return None if apart else holder


def list_end(layers: Layers, raw: Sequence[Named], n: int) -> int:
    """The number of the last name of the list that a name is in: what follows it is said of all."""
    while n + 1 < len(raw):
        gap = raw[n + 1].first - raw[n].last
        joined = (
            _and(layers, raw[n + 1].first) if gap == 0 else gap == 1 and layers.key(raw[n].last) in ("،", "و")
        )
        if not joined or raw[n + 1].relation:
            break
        n += 1
    return n


def _and(layers: Layers, token: int) -> bool:
    """Whether the token begins with 'and'; وسط, 'amid', does not."""
    cue = layers.at["cues"].get(token)
    return "و" in cue.proclitics if cue is not None else layers.key(token).startswith("و")


def _outside(layers: Layers, place: Place, holder: Place) -> bool:
    """Whether a place lies in another governorate than what is told to hold it, and not at its border."""
    if holder.admin1 in (None, place.admin1):
        return False
    governorate = layers.lexicon.gazetteer.held_by(holder, "governorate")
    ring, point = load_areas().largest(governorate.id) if governorate else (), point_of(place)
    return not ring or (not inside(ring, point) and nearest_on_line(ring, point)[1] > _BORDER_KM)


def _far(place: Place, others: Sequence[Place], km: float) -> bool:
    """Whether a place is far from every one of the others, and in none of their governorates."""
    return bool(others) and all(
        o.admin1 not in (None, place.admin1)
        and distance_km(point_of(o), point_of(place)) > _NEAR_KM + o.radius_km + km
        for o in others
    )
