"""Did a strike come from the air? Often only the article says so: its doers, its weapons, its other events.

Shelling, air strikes and attacks whose words leave it open are weighed once who did it and whom it
hit is known. Weights: `data/weights/aloft.yaml`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from marsad.model import Event, EventType
from marsad.read.company import type_of
from marsad.read.events import Candidate
from marsad.read.layers import Layers
from marsad.read.weigh import weigh

#: Types that the decision is about, and the one it gives.
OPEN = frozenset({"shelling", "attack", "air_strike"})
AIR_STRIKE: EventType = "air_strike"
#: Where a type read otherwise is held to be an air strike.
THRESHOLD = 0.0
_AIR = frozenset({"aircraft", "drone", "helicopter"})
_GROUND = frozenset({"mortar", "rocket", "artillery", "missile"})
_MANY = 3


def aloft(layers: Layers, told: Sequence[Candidate], events: Sequence[Event], state: str) -> list[Event]:
    """The events, in text order, with those that came from the air as air strikes; `told` are their candidates."""
    weights = layers.lexicon.weights["aloft"]
    out = list(events)
    for n, observed in cases(layers, told, events, state):
        if events[n].type != AIR_STRIKE and weigh(weights, observed) > THRESHOLD:
            out[n] = replace(events[n], type=AIR_STRIKE)
    return out


def cases(
    layers: Layers, told: Sequence[Candidate], events: Sequence[Event], state: str
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The numbers of the events that may be air strikes, each with what holds of it."""
    numbers = [n for n, event in enumerate(events) if event.type in OPEN]
    if numbers:
        article = [f"state:{state}", f"article:{_armed(layers)}"]
        for n in numbers:
            yield n, ("always", *article, *_observed(layers, told[n], events, n))


def _observed(layers: Layers, told: Candidate, events: Sequence[Event], n: int) -> Iterator[str]:
    event, lead = events[n], told.cluster.lead
    yield f"read:{event.type}"
    yield f"lead:{lead.entry.id}" if lead is not None else "lead:none"
    for entry in {m.entry.id for cluster in told.tellings for m in cluster.triggers}:
        yield f"told:{entry}"
    for code in {m.gives["code"] for m in layers.within("weapons", told.cluster.first, told.cluster.last)}:
        yield f"own:{code}"
    for cluster in told.tellings:
        for match in layers.within("weapons", cluster.first, cluster.last):
            yield f"weapon:{match.gives['code']}"
    for party in event.initiators:
        yield f"doer:{party.code}"
        actor = layers.lexicon.actors.get(party.code)
        if actor is not None:
            yield f"side:{actor.side}"
    if not event.initiators:
        yield "doer:none"
    for party in event.targets:
        yield f"hit:{party.code}"
    for figure in event.figures:
        yield f"figure:{figure.measure}:{figure.group}"
    yield f"others:{min(sum(e.type == AIR_STRIKE for k, e in enumerate(events) if k != n), _MANY)}"
    if n and events[n - 1].type == AIR_STRIKE:
        yield "before"
    if n + 1 < len(events) and events[n + 1].type == AIR_STRIKE:
        yield "after"
    opening = layers.text.sentences[0]
    if opening.headline and any(
        type_of(layers, m) == AIR_STRIKE for m in layers.within("events", opening.first, opening.last)
    ):
        yield "headline"


def _armed(layers: Layers) -> str:
    """Whether the article names weapons of the air or of the ground, and which more often."""
    named = Counter(m.gives["code"] for m in layers.matches["weapons"])
    air, ground = sum(named[c] for c in _AIR), sum(named[c] for c in _GROUND)
    if not air or not ground:
        return "air" if air else "ground" if ground else "none"
    return "more-air" if air > ground else "more-ground"
