"""How a sentence leans for each party it names, as doer and as the one acted on: a weighed sum.

The observations come from `standing` (the grammar) and from what the actor is; their weights
lie in `data/weights/did.yaml` and `suffered.yaml`, fitted on coded articles by `bench/fit.py`.
`sides` weighs the sums against the rest of the article.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from marsad.model import Span
from marsad.read.actors import Mention, side_of
from marsad.read.company import type_of
from marsad.read.layers import Layers
from marsad.read.standing import HARM, Scene, frame_in, standing
from marsad.read.triggers import Cluster
from marsad.read.weigh import weigh

#: The sum above which a sentence alone is believed to name the doer, whatever the article says.
DID = 0.3
_ONE_SIDED = frozenset({"strike", "blast", "toll"})
#: Codes that say too little of who was hit.
_NOBODY = frozenset({"UNKNOWN", "GUNMEN", "PRISONERS"})
#: What stands for a general word ("the aircraft", "a force") that names no side.
GENERAL = "?"


@dataclass(frozen=True, slots=True)
class Leaning:
    """How much a sentence speaks for a party as doer and as the one acted on.

    `beside` is the party that و joins it to, empty where none is.
    """

    did: float
    suffered: float
    span: Span | None
    beside: str = ""


def observations(layers: Layers, cluster: Cluster, scene: Scene) -> dict[str, tuple[str, ...]]:
    """What holds of each party that the sentence names or counts, by its code."""
    near = scene.mentions
    frame = frame_in(layers, cluster)
    kind = type_of(layers, cluster.lead) if cluster.lead is not None else "toll"
    inside = list(dict.fromkeys(m.code for m in near if cluster.first <= m.first < cluster.last
                                and m.code != "UNKNOWN"))  # fmt: skip
    found: dict[str, set[str]] = {}
    for mention in near:
        if mention.code == "UNKNOWN" and mention.group not in ("fighters", "security_forces"):
            continue
        key = mention.code if mention.code != "UNKNOWN" else f"{GENERAL}{mention.role or mention.group}"
        found.setdefault(key, set()).update(standing(layers, cluster, frame, mention, scene))
    for count in cluster.counts:
        for code in count.codes if count.group != "objects" else ():
            found.setdefault(code, set()).add(f"victim:{'part' if count.part else count.measure}")
    for code, seen in found.items():
        seen.add("always")
        if code.startswith(GENERAL):
            continue
        side = side_of(layers.lexicon, code)
        seen |= {f"side:{side}", f"side:{side}:{frame}", f"side:{side}:{kind}"}
        if code in inside:
            place = min(inside.index(code), 3)
            seen |= {f"nth:{place}", f"nth:{place}:{frame}"}
            if len(inside) == 1:
                seen.add("only")
    # a set has no order of its own, and a sum that lies on a step may turn with the order of its terms
    return {code: tuple(sorted(seen)) for code, seen in found.items()}


def loses(layers: Layers, cluster: Cluster) -> bool:
    """Whether the doer in grammar is the one who suffers: 'the group lost the town'."""
    return frame_in(layers, cluster) == "lose"


def leanings(layers: Layers, cluster: Cluster, scene: Scene) -> dict[str, Leaning]:
    """How the sentence leans for each party, by its code."""
    weights = layers.lexicon.weights
    did, suffered = weights["did"], weights["suffered"]
    spans = _spans(cluster, scene.mentions)
    beside = {m.code: scene.heads[m.first].code for m in scene.mentions}
    if loses(layers, cluster):
        did, suffered = suffered, did
    return {
        code: Leaning(
            weigh(did, seen),
            weigh(suffered, seen),
            spans.get(code),
            beside.get(code, ""),
        )
        for code, seen in observations(layers, cluster, scene).items()
    }


def harmed(layers: Layers, cluster: Cluster) -> frozenset[str]:
    """Those whom the sentence counts as killed, wounded or taken in a one-sided act."""
    if frame_in(layers, cluster) not in _ONE_SIDED:
        return frozenset()
    return frozenset(code for count in cluster.counts if count.measure in HARM and not count.part
                     and count.group != "objects" for code in count.codes if code not in _NOBODY)  # fmt: skip


def _spans(cluster: Cluster, mentions: Sequence[Mention]) -> dict[str, Span]:
    """The words that name each party, those of the cluster's own territory before others of its sentence."""
    out = {m.code: m.span for m in mentions[::-1]}
    out |= {code: c.span for c in cluster.counts for code in c.codes if code not in out}
    out |= {m.code: m.span for m in mentions[::-1] if cluster.first <= m.first < cluster.last}
    return out
