"""Clusters within the bounds that people set: these events are one incident, those are not.

What people put together enters clustering as one unit. It is as near to an event as its nearest
member, since who put it together vouches for all of it, and it may spread over any days.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain

from marsad.link.cluster import FORBIDDEN, TWICE, Told, clusters
from marsad.link.compare import BARRED

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Bounds:
    """Groups of events that are one incident, and pairs (the lesser id first) that are not.

    No event is in two groups, and no pair within one.
    """

    together: tuple[tuple[str, ...], ...] = ()
    apart: frozenset[Pair] = frozenset()

    @property
    def events(self) -> frozenset[str]:
        """All events that are bound."""
        return frozenset(chain(chain.from_iterable(self.together), chain.from_iterable(self.apart)))


FREE = Bounds()


def bound_clusters(
    told: Mapping[str, Told], scores: Mapping[Pair, int], bounds: Bounds = FREE
) -> list[tuple[str, ...]]:
    """The clusters of `clusters` within the bounds; events that are not in `told` bind nothing."""
    groups = [[event for event in group if event in told] for group in bounds.together]
    groups = [group for group in groups if len(group) > 1]
    apart = [pair for pair in bounds.apart if pair[0] in told and pair[1] in told]
    if not groups and not apart:
        return clusters(told, scores)
    unit = {event: min(group) for group in groups for event in group}
    joined = _scores(scores, unit)
    joined |= dict.fromkeys(_sharing(told, unit, joined), FORBIDDEN)
    joined |= dict.fromkeys((_pair(unit.get(a, a), unit.get(b, b)) for a, b in apart), FORBIDDEN)
    units = {event: of for event, of in told.items() if event not in unit}
    units |= {min(group): _whole([told[event] for event in group]) for group in groups}
    members = {min(group): group for group in groups}
    found = clusters(units, joined)
    return sorted(tuple(sorted(e for u in cluster for e in members.get(u, [u]))) for cluster in found)


def _scores(scores: Mapping[Pair, int], unit: Mapping[str, str]) -> dict[Pair, int]:
    """The best score between units; a contradiction counts where nothing speaks for them."""
    out: dict[Pair, int] = {}
    for (a, b), score in scores.items():
        pair = _pair(unit.get(a, a), unit.get(b, b))
        if pair[0] != pair[1]:
            out[pair] = max(score, out.get(pair, score))
    return out


def _sharing(told: Mapping[str, Told], unit: Mapping[str, str], scores: Mapping[Pair, int]) -> set[Pair]:
    """Units that an article tells of beside one another without anything that speaks for one happening."""
    homes: dict[str, set[str]] = defaultdict(set)
    for event, of in told.items():
        homes[of.teller].add(unit.get(event, event))
    bound = set(unit.values())
    beside = {_pair(a, b) for own in homes.values() for a in own & bound for b in own if a != b}
    return {pair for pair in beside if scores.get(pair, BARRED) < TWICE}


def _whole(told: list[Told]) -> Told:
    """A unit as clustering sees it: from its first day to its last, in a document of its own."""
    document = "\n".join(sorted({of.teller for of in told}))
    if any(of.days is None for of in told):
        return Told(document, None)
    days = [of.days for of in told if of.days is not None]
    return Told(document, (min(first for first, _ in days), max(last for _, last in days)))


def _pair(a: str, b: str) -> Pair:
    return (a, b) if a < b else (b, a)
