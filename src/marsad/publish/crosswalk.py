"""`data/crosswalk.yaml`: how an incident is written in the terms of ACLED, UCDP GED and PLOVER."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any, Literal, NamedTuple, get_args

import yaml

from marsad.errors import LexiconError
from marsad.model import Actor, EventType, Incident, Party

#: Codes of those who bear no arms.
UNARMED = frozenset({"CIVILIANS", "JOURNALISTS", "POLITICIANS", "AID_WORKERS", "PRISONERS", "PROTESTERS"})
UNKNOWN = "UNKNOWN"


class Kind(NamedTuple):
    """ACLED's disorder type, event type and sub-event type."""

    disorder: str
    event: str
    sub_event: str


@dataclass(frozen=True, slots=True)
class TypeEntry:
    """One event type in the other schemes' terms."""

    acled: Kind
    on_civilians: Kind | None
    by_state: Kind | None
    ucdp: str
    plover: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Country:
    """A country as the other schemes number and name it."""

    numeric: int
    name: str
    acled_region: str
    ucdp_region: str
    gw: int | None
    alpha2: str


@dataclass(frozen=True, slots=True)
class Crosswalk:
    """The whole file."""

    types: Mapping[str, TypeEntry]
    weapons: Mapping[str, Kind]
    inter_codes: Mapping[str, str]
    inter_sides: Mapping[str, str]
    states: str
    abroad: str
    unknown_actor: str
    civilians: str
    protesters: str
    countries: Mapping[str, Country]

    def inter(self, code: str, country: str | None, actors: Mapping[str, Actor]) -> str:
        """ACLED's kind of actor, for an actor code in a country; empty for nobody known."""
        if code == UNKNOWN:
            return ""
        if code in self.inter_codes:
            return self.inter_codes[code]
        actor = actors.get(code)
        if actor is None:
            return self.abroad
        if actor.side in self.inter_sides:
            return self.inter_sides[actor.side]
        return self.states if actor.state and actor.state == country else self.abroad


@lru_cache(maxsize=1)
def crosswalk() -> Crosswalk:
    """The shipped file. Raises `LexiconError` where it does not cover the codebook."""
    path = "data/crosswalk.yaml"
    raw: dict[str, Any] = yaml.safe_load(resources.files("marsad").joinpath(path).read_text("utf8"))
    missing = set(get_args(EventType)) ^ set(raw["types"])
    if missing:
        raise LexiconError(f"types and codebook differ in {', '.join(sorted(missing))}", where=path)
    inter = raw["inter"]
    return Crosswalk(
        types={name: _type(entry) for name, entry in raw["types"].items()},
        weapons={name: Kind(*kind) for name, kind in raw["weapons"].items()},
        inter_codes=inter["codes"],
        inter_sides=inter["sides"],
        states=inter["states"],
        abroad=inter["abroad"],
        unknown_actor=raw["unknown_actor"],
        civilians=raw["civilians"],
        protesters=raw["protesters"],
        countries={code: Country(*values) for code, values in raw["countries"].items()},
    )


def _type(entry: Mapping[str, Any]) -> TypeEntry:
    def kind(key: str) -> Kind | None:
        return Kind(*entry[key]) if key in entry else None

    return TypeEntry(
        Kind(*entry["acled"]), kind("on_civilians"), kind("by_state"), entry["ucdp"], tuple(entry["plover"])
    )


def parties(incident: Incident, side: Literal["initiators", "targets"]) -> tuple[str, ...]:
    """The codes of one side (`initiators` or `targets`), those told most often first, else first told.

    Who is named on both sides is a target only where nobody else is.
    """
    told: Counter[str] = Counter()
    for telling in incident.tellings:
        own: tuple[Party, ...] = getattr(telling.event, side)
        told.update(tuple(dict.fromkeys(party.code for party in own)))
    told.pop(UNKNOWN, None)
    ranked = [code for code, _ in told.most_common()]
    if side == "targets":
        doers = parties(incident, "initiators")
        ranked = [code for code in ranked if code not in doers] or ranked
    return tuple(ranked)


def kind_of(incident: Incident, targets: Collection[str], by_state: bool) -> Kind:
    """ACLED's event and sub-event type of an incident."""
    table = crosswalk()
    entry = table.types[incident.type]
    used = {weapon.code for telling in incident.tellings for weapon in telling.event.weapons}
    if entry.acled.event == "Explosions/Remote violence":
        for code, kind in table.weapons.items():
            if code in used:
                return kind
    if entry.by_state and by_state:
        return entry.by_state
    if entry.on_civilians and targets and all(code in UNARMED for code in targets):
        return entry.on_civilians
    return entry.acled
