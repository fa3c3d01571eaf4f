"""Which weapons a side used in a happening."""

from __future__ import annotations

from marsad.model import Weapon
from marsad.read.layers import Layers
from marsad.read.triggers import Cluster


def find_weapons(layers: Layers, cluster: Cluster) -> tuple[Weapon, ...]:
    seen: dict[str, Weapon] = {}
    for match in layers.within("weapons", cluster.first, cluster.last):
        if any(match.first in range(c.first, c.last) and c.measure in ("seized", "destroyed") for c in cluster.counts):
            continue
        seen.setdefault(match.gives["code"], Weapon(match.gives["code"], match.span))
    if "car_bomb" in seen or "suicide_vest" in seen:
        seen.pop("ied", None)
    if "drone" in seen or "helicopter" in seen:
        seen.pop("aircraft", None)
    if "missile" in seen or "mortar" in seen:
        seen.pop("rocket", None)
        seen.pop("artillery", None)
    return tuple(seen.values())
