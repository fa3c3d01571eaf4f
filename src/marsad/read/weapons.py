"""Which weapons a side used or held in a happening: what was found or seized was the other side's."""

from __future__ import annotations

from collections.abc import Iterable

from marsad.lexicon import Match
from marsad.model import Weapon
from marsad.read.layers import Layers
from marsad.read.triggers import Cluster

_AIR = frozenset({"aircraft", "drone", "helicopter"})
#: Words that show a machine in the air or under way, not in use.
_ALOFT = frozenset(
    "تحليق التحليق حلق حلقت يحلق تحلق تحلق وحلق وحلقت حلقتا اقلاع باقلاع اقلعت هبوط هبطت استطلاع استطلاعيه رصد شوهدت".split()
)


def find_weapons(layers: Layers, cluster: Cluster) -> tuple[Weapon, ...]:
    """The weapons named in the cluster's territory, each kind once, where it is first named."""
    used = [m for m in layers.within("weapons", cluster.first, cluster.last) if not _aloft(layers, m)]
    first: dict[str, Match] = {}
    for match in used:
        first.setdefault(match.gives["code"], match)
    if first.keys() & _AIR and "rocket" in first and _bare_rocket(layers, first["rocket"]):
        # what an aircraft fires is a missile, though the text says only صاروخ
        first.setdefault("missile", first.pop("rocket"))
    for code in _implied(
        first.keys(), any("strike" not in m.gives for m in used if m.gives["code"] == "aircraft")
    ):
        first.pop(code, None)
    return tuple(Weapon(code, match.span) for code, match in first.items())


def _implied(codes: Iterable[str], planes: bool) -> set[str]:
    """Kinds that a more exact word of the same happening already tells."""
    seen = set(codes)
    out: set[str] = set()
    if seen & {"car_bomb", "suicide_vest"}:
        out.add("ied")
    if "drone" in seen or ("helicopter" in seen and not planes):
        out.add("aircraft")
    if seen & {"missile", "mortar"}:
        out |= {"rocket", "artillery"}
    if "sniper" in seen:
        out.add("firearms")
    return out


def _aloft(layers: Layers, match: Match) -> bool:
    """Whether an aircraft only flies by."""
    if match.gives["code"] not in _AIR or "strike" in match.gives:
        return False
    near = range(max(match.first - 3, 0), match.last + 2)
    return any(layers.key(k) in _ALOFT for k in near)


def _bare_rocket(layers: Layers, match: Match) -> bool:
    return match.last - match.first == 1 and layers.key(match.first).removeprefix("ب").removeprefix("ال").startswith(
        ("صاروخ", "صواريخ")) and not layers.key(match.first).endswith(("ي", "يه"))  # fmt: skip
