"""Which of the places that an article names is the place of an event."""

from __future__ import annotations

from collections.abc import Sequence, Set

from marsad.read.layers import Layers
from marsad.read.places import Naming
from marsad.read.triggers import Cluster


def choose_place(
    layers: Layers, cluster: Cluster, places: Sequence[Naming], speaker: Set[int]
) -> Naming | None:
    """The most exact place named in the territory, the nearest among equals."""
    inside = [p for p in places if cluster.first <= p.first < cluster.last and p.first not in speaker]
    anchor = cluster.core[0] if cluster.lead is None else cluster.lead.first
    usable = [p for p in inside if not (p.place is not None and p.place.type == "country" and not _locative(layers, p))]
    if not usable:
        return None
    return min(usable, key=lambda p: (-p.rank + 0.12 * abs(p.first - anchor) + (0.8 if p.first < anchor else 0.0), p.first))


def _locative(layers: Layers, naming: Naming) -> bool:
    token = layers.text.tokens[naming.first]
    if naming.span.start > token.start and token.word.key.startswith(("ب", "وب")):
        return True
    return any(layers.role("grammar", k) in ("locative", "cause") or layers.key(k) in ("في", "داخل") or k in layers.at["cues"]
               for k in range(max(naming.first - 2, 0), naming.first))  # fmt: skip
