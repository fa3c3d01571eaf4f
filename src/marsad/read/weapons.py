"""Which weapons a side used or held in a happening: what was found or seized was the other side's.

Every kind that the words of an event or the sentences around them name is weighed on plain
observations; weights are fitted on coded articles (`bench/fit.py`, decision `weapons`). A bare
صاروخ may be a rocket or a missile: it is weighed as both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain

from marsad.lexicon import Match
from marsad.model import Event, Weapon
from marsad.read.layers import Layers
from marsad.read.triggers import Cluster
from marsad.read.weigh import weigh

#: Where held-out F1 of an event's weapons peaks (`bench/fit.py` prints the curve).
THRESHOLD = -0.2
#: How many sentences around an event's tellings may name its weapons.
_NEAR = 2

_AIR = frozenset({"aircraft", "drone", "helicopter"})
#: Words that show a machine in the air or under way, not in use.
_ALOFT = frozenset(
    "تحليق التحليق حلق حلقت يحلق تحلق تحلق وحلق وحلقت حلقتا اقلاع باقلاع اقلعت هبوط هبطت استطلاع استطلاعيه رصد شوهدت".split()
)
#: Words before a weapon that lies there, is made, found or fought, and is not used.
_IDLE = frozenset(
    "مخازن مخزن مستودع مستودعات منصات منصه ورشه مصنع مضاد مضادات ضبط تفكيك ابطال معالجه موقع مواقع اطلاق تحمل بقايا "
    "مخلفات".split()
)
#: States that fire from afar: their صاروخ is a missile.
_FROM_AFAR = frozenset({"ISR", "USA", "GBR", "FRA", "COALITION", "NATO"})
#: Words around a صاروخ that may name who fires from afar.
_AROUND = 75
_LIKE_ROCKETS = frozenset({"rocket", "missile"})
_STRUCK_FROM_AFAR = frozenset({"SYR_ARMY", "SYR_GOV", "SYR_PRO", "IRN", "HEZBOLLAH"})
_STATE_GUNS = frozenset({"SYR_ARMY", "SYR_GOV"})


@dataclass(frozen=True, slots=True)
class Naming:
    """A kind of weapon as the text names it beside an event: `where` in relation to its words."""

    code: str
    where: str
    match: Match


def named_weapons(layers: Layers, cluster: Cluster) -> tuple[Weapon, ...]:
    """The weapons named in a cluster's territory, each kind once: what tells a blast from a strike."""
    first: dict[str, Match] = {}
    for match in layers.within("weapons", cluster.first, cluster.last):
        if not _aloft(layers, match):
            first.setdefault(match.gives["code"], match)
    return tuple(Weapon(code, match.span) for code, match in first.items())


def namings(layers: Layers, tellings: Sequence[Cluster]) -> dict[str, Naming]:
    """Each kind of weapon named in or around an event's tellings, at its best place."""
    sentences = layers.text.sentences
    at = [layers.text.sentence_at(t.sentence.first) for t in tellings]
    best: dict[str, tuple[int, Naming]] = {}
    for number in range(max(min(at) - _NEAR, 0), min(max(at) + _NEAR + 1, len(sentences))):
        sentence = sentences[number]
        for match in layers.within("weapons", sentence.first, sentence.last):
            rank, where = _where(match.first, number, tellings, at)
            code = match.gives["code"]
            kinds = ("rocket", "missile") if code == "rocket" else (code,)
            for kind in kinds:
                known = best.get(kind)
                # a word of its own before one that may mean it
                better = (rank, kind != code)
                if known is None or better < (known[0], known[1].match.gives["code"] != kind):
                    best[kind] = (rank, Naming(kind, where, match))
    return {kind: naming for kind, (_, naming) in best.items()}


def _where(token: int, number: int, tellings: Sequence[Cluster], at: Sequence[int]) -> tuple[int, str]:
    own, *others = tellings
    if own.first <= token < own.last:
        return 0, "own"
    if any(t.first <= token < t.last for t in others):
        return 1, "told"
    if number == at[0]:
        return 2, "sentence"
    if number in at:
        return 3, "telling"
    return (4, "after") if number > max(at) else (5, "before") if number < min(at) else (6, "between")


def observations(
    layers: Layers, event: Event, naming: Naming, around: Iterable[Naming], *, others: bool
) -> Iterator[str]:
    """The names of what holds of a weapon beside an event; `others`: another event's words name it."""
    code, where, match = naming.code, naming.where, naming.match
    kind = event.type
    yield "always"
    yield f"code:{code}"
    yield f"where:{where}"
    yield f"where:{where}|{kind}"
    at = layers.text.token_at(event.trigger.start)
    gap = max(match.first - at, at - match.last + 1, 0)
    yield f"gap:{'lead' if gap < 2 else 'near' if gap < 6 else 'clause' if gap < 15 else 'far'}"
    yield f"{code}:{where}"
    yield f"{code}:{kind}"
    with_it = {n.code for n in around if n.code != code and n.where in ("own", "told")}
    yield from (f"{code}|with:{other}" for other in sorted(with_it))
    if _aloft(layers, match):
        yield "aloft"
        yield f"aloft:{kind}"
    if "strike" in match.gives:
        yield f"strike:{kind}"
    if match.gives["code"] != code:
        yield f"{code}:may-mean"
    if layers.key(match.first).endswith(("ي", "يه")):
        yield f"{code}:adjective"
    doers = {p.code for p in event.initiators}
    if doers & _FROM_AFAR:
        yield f"{code}:from-afar"
    if code in _LIKE_ROCKETS:
        actors = layers.within("actors", max(match.first - _AROUND, 0), match.first + _AROUND)
        named = {m.gives["code"] for m in actors}
        if named & _FROM_AFAR:
            yield f"{code}:afar-named"
        if {p.code for p in event.targets} & _STRUCK_FROM_AFAR:
            yield f"{code}:struck"
    if doers & _STATE_GUNS:
        yield f"{code}:state-guns"
    if _object(layers, match):
        yield "object"
        yield f"object:{kind}"
    before = (layers.key(k).removeprefix("ل").removeprefix("ال") for k in range(match.first - 3, match.first))
    if any(word in _IDLE for word in before):
        yield "idle"
    if others:
        yield "others"


def _object(layers: Layers, match: Match) -> bool:
    """Whether the weapon itself was destroyed or seized."""
    for k in range(max(match.first - 4, 0), match.first):
        told = layers.at["casualties"].get(k)
        if told is not None and told.gives["measure"] in ("destroyed", "seized"):
            return True
    return False


def cases(
    layers: Layers, events: Sequence[Event], tellings: Sequence[Sequence[Cluster]]
) -> Iterator[list[tuple[Naming, tuple[str, ...]]]]:
    """For each event with the words of its tellings: the weapons named there, and what holds of each."""
    changes = [0] * (len(layers.text.tokens) + 1)
    for cluster in chain.from_iterable(tellings):
        changes[cluster.first] += 1
        changes[cluster.last] -= 1
    claimed = list(accumulate(changes))  # how many tellings hold each token
    for event, told in zip(events, tellings, strict=True):
        found = namings(layers, told)
        out = []
        for naming in found.values():
            own = sum(c.first <= naming.match.first < c.last for c in told)
            others = claimed[naming.match.first] > own
            out.append((naming, tuple(observations(layers, event, naming, found.values(), others=others))))
        yield out


def weapons_used(
    layers: Layers,
    events: Sequence[Event],
    tellings: Sequence[Sequence[Cluster]],
    weights: Mapping[str, float],
) -> Iterator[tuple[Weapon, ...]]:
    """The weapons of each event, in text order; a word that may mean two kinds means the likelier."""
    for found in cases(layers, events, tellings):
        best: dict[int, tuple[float, Naming]] = {}
        for naming, seen in found:
            sum_ = weigh(weights, seen)
            known = best.get(naming.match.first)
            if sum_ > THRESHOLD and (known is None or sum_ > known[0]):
                best[naming.match.first] = (sum_, naming)
        yield tuple(Weapon(naming.code, naming.match.span) for _, (_, naming) in sorted(best.items()))


def _aloft(layers: Layers, match: Match) -> bool:
    """Whether an aircraft only flies by."""
    if match.gives["code"] not in _AIR or "strike" in match.gives:
        return False
    near = range(max(match.first - 3, 0), match.last + 2)
    return any(layers.key(k) in _ALOFT for k in near)
