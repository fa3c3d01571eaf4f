"""Which type of event a happening is: its word says it, or leaves it to weapons and doers."""

from __future__ import annotations

from collections.abc import Sequence

from marsad.lexicon import Match
from marsad.model import EventType, Party, Weapon
from marsad.read.company import beside, type_of
from marsad.read.layers import Layers
from marsad.read.triggers import Cluster

_BLAST = frozenset({"car_bomb", "ied", "mine", "grenade", "suicide_vest"})
_AIR = frozenset({"aircraft", "drone", "helicopter"})
_SHELL = frozenset({"mortar", "rocket", "artillery", "missile"})
#: Forces that sweep and raid in their own land, and those that strike another from the air.
_AT_HOME = ("IRQ_", "KRG_")
_FROM_AFAR = frozenset({"COALITION", "USA", "ISR", "RUS", "GBR", "FRA", "NATO"})
#: Sides whose operations are attacks: only states have security operations.
_MILITANT = frozenset({"jihadist", "opposition", "militia", "pkk", "houthis"})
#: Sides of the Syrian war that strike each other over the lines.
_WITH_GUNS = frozenset({"SYR_ARMY", "SYR_PRO", "REBELS", "SNA", "HTS", "TUR", "SDF"})
_GUNS = frozenset({"firearms", "sniper"})


def kind_of(
    layers: Layers, cluster: Cluster, weapons: Sequence[Weapon], initiators: Sequence[Party], state: str
) -> EventType:
    """The event type: the word decides, weapons and doers where the word leaves it open."""
    lead = cluster.lead
    doers = {p.code for p in initiators}
    suicide = _suicide(layers, cluster)
    if lead is None:
        return _of_toll(layers, cluster, {w.code for w in weapons}, doers, suicide=suicide)
    codes = _nearest(layers, cluster, lead, weapons)
    kind = type_of(layers, lead)
    open_ = lead.gives.get("open")
    if kind == "bombing" and suicide:
        return "suicide_bombing"
    crowd = "PROTESTERS" in doers or (
        beside(layers, lead, cluster.sentence, "protesters") and not _at_crowd(layers, cluster, lead)
        if lead.form.pos == "v"
        # 'protesters tried the storming of'
        else any(
            m.gives.get("code") == "PROTESTERS" for m in layers.within("people", lead.first - 1, lead.first)
        )
    )
    if crowd and kind in ("armed_clash", "attack", "security_operation"):
        return "riot" if kind != "security_operation" else "protest"
    if kind == "protest" and any(m.gives["type"] == "riot" for m in cluster.triggers):
        return "riot"
    if open_ == "shell":
        from_afar = _all_from_afar(doers, state) and (not codes & _SHELL or "ISR" in doers)
        return "air_strike" if codes & _AIR or from_afar else kind
    if open_ == "downing":
        return "air_strike" if "drone" in codes else kind
    if kind == "armed_clash" and beside(layers, lead, cluster.sentence, "air_defence"):
        return "shelling" if codes & _SHELL else "air_strike"
    if kind == "security_operation" and not open_:
        return _of_operation(layers, lead, doers)
    if open_ == "1":
        return _of_attack(layers, cluster, lead, kind, codes, doers, state, suicide=suicide)
    return kind


def _at_crowd(layers: Layers, cluster: Cluster, lead: Match) -> bool:
    """Whether the protesters are those whom it hits: 'the forces opened fire on protesters'."""
    crowd = (
        m for m in layers.within("people", lead.last, cluster.last) if m.gives.get("code") == "PROTESTERS"
    )
    first = next(crowd, None)
    return first is not None and (
        layers.role("grammar", first.first - 1) == "against" or first.proclitics.endswith("ل")
    )


def _all_from_afar(doers: set[str], state: str) -> bool:
    """Whether all doers strike from the air where the document is about."""
    return bool(doers) and doers <= (_FROM_AFAR | {"TUR"} if state == "IRQ" else _FROM_AFAR)


_SUICIDAL = ("انتحاري", "الانتحاري")


def _suicide(layers: Layers, cluster: Cluster) -> bool:
    return any(m.entry.id == "ar.event.suicide_bombing" for m in cluster.triggers) or any(
        key.startswith(_SUICIDAL) and not _of_drone(layers, k)
        for k, key in enumerate(layers.keys(cluster.first, cluster.last), cluster.first)
    )


def _of_drone(layers: Layers, token: int) -> bool:
    """Whether the adjective is said of a drone: 'a Turkish suicide drone'."""
    return any(m.gives["code"] == "drone" for m in layers.within("weapons", max(token - 3, 0), token))


def _nearest(layers: Layers, cluster: Cluster, lead: Match, weapons: Sequence[Weapon]) -> set[str]:
    """The weapons' codes; of air and ground weapons in one happening those nearer to its word."""
    codes = {w.code for w in weapons}
    if not (codes & _AIR and codes & _SHELL):
        return codes
    found = [m for m in layers.within("weapons", cluster.first, cluster.last) if m.gives["code"] in codes]
    near = {
        name: min((_distance(m, lead) for m in found if m.gives["code"] in group), default=99)
        for name, group in (("air", _AIR), ("shell", _SHELL))
    }
    return codes - (_SHELL if near["air"] <= near["shell"] else _AIR)


def _distance(a: Match, b: Match) -> int:
    return max(a.first - b.last + 1, b.first - a.last + 1, 0)


def _of_toll(
    layers: Layers, cluster: Cluster, codes: set[str], doers: set[str], *, suicide: bool
) -> EventType:
    """The type of a happening that only its toll tells."""
    acts = [layers.at["casualties"][c.act] for c in cluster.counts if c.act in layers.at["casualties"]]
    ids = {m.entry.id for m in acts}
    if "ar.casualty.abducted" in ids:
        return "abduction"
    if "arrested" in {c.measure for c in cluster.counts} and "ar.casualty.killed" not in ids:
        return "arrest"
    if any(layers.key(m.first).removeprefix("ال").startswith("جث") for m in acts) and any(
        m.entry.id == "ar.casualty.seized"
        for m in layers.within("casualties", cluster.sentence.first, cluster.last)
    ):
        # bodies were found: of people killed before
        return "assassination"
    fighters = any(c.group == "fighters" for c in cluster.counts)
    if fighters and any(d.startswith(_AT_HOME) for d in doers) and not codes & (_AIR | _SHELL | _BLAST):
        return "security_operation"
    return _by_weapon(codes, "attack", suicide=suicide)


def _of_operation(layers: Layers, lead: Match, doers: set[str]) -> EventType:
    """An operation of the air force strikes, one of militants attacks."""
    for k in range(lead.first, lead.last + 1):
        weapon = layers.at["weapons"].get(k)
        if weapon is not None and weapon.gives.get("strike"):
            return "air_strike"
    actors = [layers.lexicon.actors[d] for d in doers if d in layers.lexicon.actors]
    if actors and all(a.side in _MILITANT for a in actors):
        return "attack"
    return "security_operation"


def _of_attack(
    layers: Layers, cluster: Cluster, lead: Match, kind: EventType, codes: set[str], doers: set[str], state: str,
    *, suicide: bool,
) -> EventType:  # fmt: skip
    """An attack is what its weapon makes of it, or what its doers do when no weapon is named."""
    chosen = _by_weapon(codes, kind, suicide=suicide)
    if chosen == "shelling" and "ISR" in doers:
        return "air_strike"
    if chosen != "attack":
        return chosen
    if codes & _GUNS:
        return "assassination" if doers <= {"GUNMEN"} and _chosen_victim(layers, cluster) else chosen
    if _all_from_afar(doers, state):
        return "air_strike"
    if lead.gives.get("weak") and state == "SYR" and doers & _WITH_GUNS:
        # 'targeted the village': with what, the readers know
        return "shelling"
    if any(d.startswith(_AT_HOME) for d in doers) and not lead.gives.get("weak"):
        return "security_operation"
    return chosen


def _chosen_victim(layers: Layers, cluster: Cluster) -> bool:
    """Whether one person alone was shot dead."""
    dead = [c for c in cluster.counts if c.measure == "killed"]
    return bool(dead) and all(c.high == 1 for c in dead)


def _by_weapon(codes: set[str], default: EventType, *, suicide: bool) -> EventType:
    if suicide and (codes & _BLAST or default == "attack"):
        return "suicide_bombing"
    if codes & _BLAST:
        return "bombing"
    if codes & _AIR:
        return "air_strike"
    if codes & _SHELL:
        return "shelling"
    return default
