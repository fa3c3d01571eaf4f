"""Which of the places that an article names is the place of an event.

First the event's own words, then the rest of its sentence, then the sentences before: what a
sentence leaves out is where the article already is.
"""

from __future__ import annotations

from collections.abc import Sequence, Set

from marsad.read.layers import Layers
from marsad.read.places import Naming
from marsad.read.triggers import Cluster

_LOCATIVE = frozenset(
    """
    في داخل قرب وسط عند حول بين ضمن محيط علي ريف باتجاه نحو عبر باطراف بمحيط بريف بوسط وفي فوق
    """.split()
)
#: Words that tell where people come from, go to, or what is left out.
_ORIGIN = frozenset(
    """
    ابناء اهالي سكان مواليد ينحدر المنحدر تنحدر نازحي نازحين القادمه قادمه القادم قادما القادمين قادمين
    متوجها متجها متجهه المؤدي طريقه باستثناء عدا جيب
    """.split()
)


def choose_place(
    layers: Layers, cluster: Cluster, places: Sequence[Naming], speaker: Set[int]
) -> Naming | None:
    """The place of the event that the cluster tells."""
    anchor = cluster.core[0] if cluster.lead is None else cluster.lead.first
    sentence = cluster.sentence
    here = [p for p in places if sentence.first <= p.first < sentence.last and _stage(layers, p)]
    costs = [
        (_cost(layers, cluster, p, anchor) + (0.5 if p.first in speaker else 0.0), p.first, p) for p in here
    ]
    return min(costs, key=lambda c: c[:2])[2] if costs else None


def place_from_context(
    layers: Layers, cluster: Cluster, places: Sequence[Naming], told: Sequence[tuple[int, Naming]]
) -> Naming | None:
    """The place of an event whose own sentence names none: where the article has just been.

    `told` holds the events before it, each with the number of its sentence and its place. Only
    the sentence before and its own are looked at: further back the article has moved on.
    """
    number = layers.text.sentence_at(cluster.first)
    for sentence, naming in reversed(told):
        if 0 <= number - sentence <= 1:
            return naming
    if number == 0:
        return None
    before = layers.text.sentences[number - 1]
    there = [p for p in places if before.first <= p.first < before.last and _stage(layers, p) and p.rank >= 1]
    return min(there, key=lambda p: (-p.rank, -p.first), default=None)


def _cost(layers: Layers, cluster: Cluster, naming: Naming, anchor: int) -> float:
    """How little the place suits: inexact, far, before the act, beyond another act."""
    cost = -naming.rank + 0.12 * abs(naming.first - anchor) + (0.8 if naming.first < anchor else 0.0)
    if not cluster.first <= naming.first < cluster.last:
        low, high = sorted((anchor, naming.first))
        own = {m.first for m in cluster.triggers}
        acts = sum(k not in own for k in range(low + 1, high) if k in layers.at["events"])
        turns = sum(layers.key(k) in _TURNS for k in range(low + 1, high))
        cost += 4.0 + acts + 2.0 * turns
    before = naming.first - 2 if layers.key(naming.first - 1) in ("من", "الي") else naming.first - 1
    if layers.key(before) in _ORIGIN:
        cost += 4.0
    if (
        naming.place is not None
        and naming.place.name_ar in _CAPITALS
        and naming.place.country not in ("IRQ", "SYR")
    ):
        cost += 4.0
    if layers.key(naming.first - 1) in ("من", "الي", "نحو", "باتجاه") and naming.relation != "direction":
        cost += 1.0
    return cost


_TURNS = frozenset({"فيما", "بينما", "كما", "حين"})


def _stage(layers: Layers, naming: Naming) -> bool:
    """Whether things can be said to happen there: a country or a capital only where it is located."""
    if naming.kind == "building" and naming.place is None:
        return _locative(layers, naming) or _struck(layers, naming.first)
    if naming.relation in ("direction", "list") or naming.place is None or naming.cue is not None:
        return True
    if naming.last - naming.first > 1:
        return True
    if naming.place.type == "country" or naming.place.name_ar in _CAPITALS:
        return _locative(layers, naming)
    return True


def _struck(layers: Layers, token: int) -> bool:
    """Whether an act or its preposition stands shortly before, with no break between."""
    for k in range(token - 1, max(token - 4, -1), -1):
        if layers.is_break(k):
            return False
        if k in layers.at["events"] or layers.role("grammar", k) == "against" or layers.key(k) == "امام":
            return True
    return False


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
