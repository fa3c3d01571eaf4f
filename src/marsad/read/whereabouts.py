"""Which of the places that an article names is the place of an event.

First the event's own words, then the rest of its sentence, then the sentences before: what a
sentence leaves out is where the article already is.
"""

from __future__ import annotations

from collections.abc import Sequence, Set

from marsad.read.layers import Layers
from marsad.read.places import Naming
from marsad.read.triggers import Cluster

_LOCATIVE = frozenset({"في", "داخل", "قرب", "وسط", "عند", "حول", "بين", "ضمن", "محيط", "علي", "ريف", "باتجاه", "نحو", "عبر",
                       "باطراف", "بمحيط", "بريف", "بوسط", "وفي", "فوق"})  # fmt: skip
_ORIGIN = frozenset({"ابناء", "اهالي", "سكان", "مواليد", "ينحدر", "المنحدر", "تنحدر", "نازحي", "نازحين", "القادمه", "قادمه",
                     "القادم", "قادما", "القادمين", "قادمين", "متوجها", "متجها", "متجهه", "المؤدي", "طريقه"})  # fmt: skip


def choose_place(
    layers: Layers, cluster: Cluster, places: Sequence[Naming], speaker: Set[int]
) -> Naming | None:
    """The place of the event that the cluster tells."""
    own = _best(layers, cluster, [p for p in places if cluster.first <= p.first < cluster.last], speaker)
    if own is not None:
        return own
    return None


def _best(layers: Layers, cluster: Cluster, places: Sequence[Naming], speaker: Set[int]) -> Naming | None:
    """The most exact of the places, the nearest among equals, what follows the act before what precedes."""
    anchor = cluster.core[0] if cluster.lead is None else cluster.lead.first
    usable = [p for p in places if p.first not in speaker and _stage(layers, p)]
    if not usable:
        return None
    return min(usable, key=lambda p: (_cost(layers, p, anchor), p.first))


def _cost(layers: Layers, naming: Naming, anchor: int) -> float:
    cost = -naming.rank + 0.12 * abs(naming.first - anchor) + (0.8 if naming.first < anchor else 0.0)
    before = {layers.key(k) for k in range(max(naming.first - 2, 0), naming.first)}
    if before & _ORIGIN:
        cost += 4.0
    elif layers.key(naming.first - 1) in ("من", "الي") and naming.relation != "direction":
        cost += 1.0
    return cost


def _stage(layers: Layers, naming: Naming) -> bool:
    """Whether things can be said to happen there: a country or a capital only where it is located."""
    if naming.relation in ("direction", "list") or naming.place is None or naming.cue is not None:
        return True
    if naming.place.type == "country" or naming.place.name_ar in _CAPITALS:
        return _locative(layers, naming)
    return True


_CAPITALS = frozenset({"بغداد", "دمشق", "أنقرة", "طهران", "واشنطن", "موسكو", "الرياض", "بيروت", "عمان", "القاهرة", "باريس",
                       "لندن", "برلين", "بروكسل", "جنيف", "لاهاي", "نيويورك", "تل أبيب", "القدس", "أربيل", "الدوحة",
                       "أبوظبي", "روما", "فيينا", "أستانا"})  # fmt: skip


def _locative(layers: Layers, naming: Naming) -> bool:
    """Whether a preposition, a part word or an act puts something there."""
    token = layers.text.tokens[naming.first]
    if naming.span.start > token.start and token.word.key.startswith(("ب", "وب")):
        return True
    return any(layers.role("grammar", k) in ("locative", "cause") or layers.key(k) in _LOCATIVE or k in layers.at["cues"]
               for k in range(max(naming.first - 2, 0), naming.first))  # fmt: skip
