"""Links anew only what new, changed or vanished events can have changed: the same as linking all again.

Clusters are made by taking strong pairs in order; what a pair comes to depends on its two clusters at
that moment and on nothing else. So a trial on some events, with everybody they have a strong pair with,
tells who is touched: where a cluster outside comes out of the trial as it was, each of its strong pairs
into the region was refused, and it went through the same steps as when all were linked. Where it does not,
it joins the region and the trial is made again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from marsad.link.block import Spot, comparable, crowded, meetings, spots
from marsad.link.bounds import Bounds, bound_clusters
from marsad.link.cluster import THRESHOLD, Told
from marsad.link.compare import score
from marsad.link.many import Cluster, with_pairs
from marsad.link.mention import Mention

Pair = tuple[str, str]


class Known(Protocol):
    """All events as they are now, and the clusters that they were in when last linked."""

    def standing(self, cell: str, since: int, until: int) -> Iterable[Spot]:
        """The spots in a cell on the days from `since` to before `until`."""
        ...

    def mentions(self, ids: Iterable[str]) -> Mapping[str, Mention]:
        """The mentions of events."""
        ...

    def clusters(self, ids: Iterable[str]) -> Iterable[tuple[str, ...]]:
        """The clusters that these events were in, whole, each once; those now gone are left out of them."""
        ...

    def bounds(self, ids: Iterable[str]) -> Bounds:
        """What people decided of which of these events are one incident; it may say more than that."""
        ...


@dataclass(frozen=True, slots=True)
class Region:
    """What was linked anew: the clusters of all events whose cluster may not be what it was.

    `touched` are the events that are compared otherwise than before, or were to be linked in any case.
    """

    clusters: tuple[Cluster, ...]
    touched: frozenset[str]


def relink(
    known: Known,
    *,
    before: Mapping[str, Mention],
    after: Mapping[str, Mention],
    weights: Mapping[str, float],
) -> Region:
    """The clusters of all events whose cluster may not be what it was, and of all events of `after`.

    `before` has the mentions of the events that may have changed as they were when last linked,
    `after` as they are now; `known` has them as they are now. The events of all bounds that are others
    than when last linked are among them.
    """
    work = _Work(known, weights)
    region = set(after)
    changed = [one for id_, one in before.items() if after.get(id_) != one]
    changed += [one for id_, one in after.items() if before.get(id_) != one]
    region |= _displaced(known, changed, before, after)
    touched = frozenset(region)
    region.update(*known.clusters(sorted({*before, *region})))
    while True:
        scores = work.pairs(region)
        outside = {
            id_
            for pair, strength in scores.items()
            if strength >= THRESHOLD
            for id_ in pair
            if id_ not in region
        }
        around = list(known.clusters(sorted(outside)))
        for cluster in around:
            scores |= work.within(cluster)
        everyone = region.union(*around)
        told = {id_: Told(m.teller, m.told_days) for id_, m in work.mentions(everyone).items()}
        trial = bound_clusters(told, scores, known.bounds(everyone))
        as_it_was = set(around)
        swept = {id_ for cluster in trial if cluster not in as_it_was for id_ in cluster} - region
        if not swept:
            mine = [cluster for cluster in trial if cluster not in as_it_was]
            return Region(tuple(with_pairs(mine, scores)), touched)
        region.update(*(cluster for cluster in around if not swept.isdisjoint(cluster)))


def _displaced(
    known: Known, changed: Iterable[Mention], before: Mapping[str, Mention], after: Mapping[str, Mention]
) -> set[str]:
    """Unchanged events that met others, or do now, only because a cell has become more or less crowded."""
    found: set[str] = set()
    relinked = before.keys() | after.keys()
    days: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for mention in changed:
        for spot in spots(mention):
            days[spot.cell].append((spot.first, spot.last + 1))
    gone = _by_cell(before)
    for cell, ranges in days.items():
        for since, until in _merged(ranges):
            now = list(known.standing(cell, since, until))
            were = [spot for spot in now if spot.event not in after] + [
                spot for spot in gone.get(cell, ()) if spot.first < until and spot.last >= since
            ]
            if crowded(now) or crowded(were):
                met = set(meetings(now, since, until)) ^ set(meetings(were, since, until))
                # one of two is enough: what it meets is found again with it
                for a, b in sorted(met):
                    if found.isdisjoint((a, b)) and relinked.isdisjoint((a, b)):
                        found.add(a)
    return found


def _by_cell(mentions: Mapping[str, Mention]) -> dict[str, list[Spot]]:
    cells: dict[str, list[Spot]] = defaultdict(list)
    for mention in mentions.values():
        for spot in spots(mention):
            cells[spot.cell].append(spot)
    return cells


def _merged(ranges: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Half-open ranges as few that do not touch."""
    since, until = None, 0
    for first, end in sorted(ranges):
        if since is None:
            since, until = first, end
        elif first <= until:
            until = max(until, end)
        else:
            yield since, until
            since, until = first, end
    if since is not None:
        yield since, until


class _Work:
    """Mentions and scores that were needed so far: the region grows, and they are needed again."""

    def __init__(self, known: Known, weights: Mapping[str, float]) -> None:
        self._known = known
        self._weights = weights
        self._mentions: dict[str, Mention] = {}
        self._scores: dict[Pair, int] = {}
        self._met: dict[str, set[Pair]] = {}

    def mentions(self, ids: Iterable[str]) -> dict[str, Mention]:
        wanted = list(ids)
        missing = [id_ for id_ in wanted if id_ not in self._mentions]
        if missing:
            self._mentions |= self._known.mentions(missing)
        return {id_: self._mentions[id_] for id_ in wanted}

    def pairs(self, region: Iterable[str]) -> dict[Pair, int]:
        """The scores of all compared pairs with an end in the region."""
        own = set(region)
        self._meet(own)
        return self._scored(set().union(*(self._met[id_] for id_ in own)) if own else set())

    def within(self, cluster: tuple[str, ...]) -> dict[Pair, int]:
        """The scores of all compared pairs of one cluster."""
        if len(cluster) == 1:
            return {}
        own = set(cluster)
        self._meet(own)
        met = set().union(*(self._met[id_] for id_ in own))
        return self._scored({(a, b) for a, b in met if a in own and b in own})

    def _meet(self, events: set[str]) -> None:
        """Finds whom the events meet, of those for whom it is not known yet."""
        new = events - self._met.keys()
        days: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for id_, mention in self.mentions(new).items():
            self._met[id_] = set()
            for spot in spots(mention):
                days[spot.cell].append((spot.first, spot.last + 1))
        for cell, ranges in days.items():
            for since, until in _merged(ranges):
                for pair in meetings(self._known.standing(cell, since, until), since, until):
                    for id_ in pair:
                        if id_ in new:
                            self._met[id_].add(pair)

    def _scored(self, met: set[Pair]) -> dict[Pair, int]:
        self.mentions({id_ for pair in met - self._scores.keys() for id_ in pair})
        out: dict[Pair, int] = {}
        for pair in met:
            if pair not in self._scores:
                a, b = self._mentions[pair[0]], self._mentions[pair[1]]
                if not comparable(a, b):
                    continue
                self._scores[pair] = score(a, b, self._weights)
            out[pair] = self._scores[pair]
        return out
