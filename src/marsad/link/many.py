"""Links any number of events at once: pairs are found and scored in slices of time, then put together.

A slice needs the events that stand somewhere on its days and no others, so slices can be scored in any
process. What is kept of a pair is ten bytes, of an event its id, its teller and its days.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from marsad.link.block import Spot, comparable, meetings, spots
from marsad.link.bounds import FREE, Bounds, bound_clusters
from marsad.link.cluster import THRESHOLD, Told
from marsad.link.compare import BARRED, score
from marsad.link.mention import Mention, pack, unpack

Pair = tuple[str, str]

#: Events that open in one slice: enough that those carried over from the last are few beside them.
SLICE = 20_000


class Kept(NamedTuple):
    """A mention as it is kept: on which days it stands anywhere, and the whole of it packed.

    `opens` and `closes` are 0 where it stands nowhere.
    """

    id: str
    teller: str
    first: int | None
    last: int | None
    opens: int
    closes: int
    body: str

    @property
    def told(self) -> Told:
        """What clustering asks of it."""
        days = None if self.first is None or self.last is None else (self.first, self.last)
        return Told(self.teller, days)


class Slice(NamedTuple):
    """The days from `since` to before `until`, and all events that stand somewhere on them, numbered."""

    since: int
    until: int
    numbers: list[int]
    bodies: list[str]


class Cluster(NamedTuple):
    """The events of one incident, and those pairs of them that were compared."""

    events: tuple[str, ...]
    compared: tuple[tuple[str, str], ...]


def keep(mention: Mention) -> Kept:
    """The mention, ready to be stored or sent to another process."""
    stands = spots(mention)
    first, last = mention.told_days or (None, None)
    opens = min((spot.first for spot in stands), default=0)
    closes = max((spot.last for spot in stands), default=0)
    return Kept(mention.id, mention.teller, first, last, opens, closes, pack(mention))


class _Scores(Mapping[Pair, int]):
    """The scores of pairs in six bytes each: news of a war hangs together, and so do millions of them.

    `ids` are in order; a pair that is given twice has one score.
    """

    def __init__(self, ids: list[str], a: Sequence[int], b: Sequence[int], scores: Sequence[int]) -> None:
        self._ids = ids
        self._number = {id_: n for n, id_ in enumerate(ids)}
        ends = [0] * (len(ids) + 1)
        for x, y in zip(a, b, strict=True):
            ends[(x if x < y else y) + 1] += 1
        for n in range(len(ids)):
            ends[n + 1] += ends[n]
        #: Where the pairs of each lesser one begin; the greater ones; their scores.
        self._starts = array("I", ends)
        self._greater = array("I", bytes(4 * len(scores)))
        self._scores = array("h", bytes(2 * len(scores)))
        for x, y, score_ in zip(a, b, scores, strict=True):
            if y < x:
                x, y = y, x
            at = ends[x]
            self._greater[at], self._scores[at] = y, score_
            ends[x] = at + 1

    def get(self, pair: Pair, default: int) -> int:  # type: ignore[override]
        """The score of a pair, the lesser id first."""
        x, y = self._number[pair[0]], self._number[pair[1]]
        try:
            return self._scores[self._greater.index(y, self._starts[x], self._starts[x + 1])]
        except ValueError:
            return default

    def __getitem__(self, pair: Pair) -> int:
        score_ = self.get(pair, BARRED - 1)
        if score_ < BARRED:
            raise KeyError(pair)
        return score_

    def __iter__(self) -> Iterator[Pair]:
        ids = self._ids
        for n, id_ in enumerate(ids):
            for at in range(self._starts[n], self._starts[n + 1]):
                yield id_, ids[self._greater[at]]

    def __len__(self) -> int:
        return len(self._scores)

    def items(self) -> Iterator[tuple[Pair, int]]:  # type: ignore[override]
        """Each pair with its score."""
        return zip(self, self._scores, strict=True)


class Pairs:
    """Events and their scored pairs, by number: the events take theirs as they come."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.ids: list[str] = []
        self.told: list[Told] = []
        self._a, self._b, self._scores = array("I"), array("I"), array("h")

    def __len__(self) -> int:
        return len(self._scores)

    def slices(self, kept: Iterable[Kept], *, size: int = SLICE) -> Iterator[Slice]:
        """Takes in the events, which come by `opens`, and gives them out in slices."""
        waiting: list[tuple[int, Kept]] = []
        come, since = 0, 0
        for one in kept:
            number = len(self.ids)
            self.ids.append(one.id)
            self.told.append(one.told)
            if not one.closes:
                continue
            if come >= size and one.opens > waiting[-1][1].opens:
                yield _slice(since, one.opens, waiting)
                waiting = [item for item in waiting if item[1].closes >= one.opens]
                come, since = 0, one.opens
            waiting.append((number, one))
            come += 1
        if waiting:
            yield _slice(since, max(one.closes for _, one in waiting) + 1, waiting)

    def add(self, part: tuple[array[int], array[int], array[int]]) -> None:
        """Takes in the scored pairs of a slice."""
        for mine, new in zip((self._a, self._b, self._scores), part, strict=True):
            mine.extend(new)

    def clusters(self, bounds: Bounds = FREE) -> Iterator[Cluster]:
        """The clusters; strong pairs never lead from one component of theirs to another."""
        root, bound = self.components(bounds), bounds.events
        inside: dict[int, array[int]] = defaultdict(lambda: array("I"))
        for k, (a, b) in enumerate(zip(self._a, self._b, strict=True)):
            if root[a] == root[b]:
                inside[root[a]].append(k)
        members: dict[int, list[int]] = defaultdict(list)
        for number, its in enumerate(root):
            members[its].append(number)
        for its, numbers in members.items():
            # most components hold nothing that people decided on
            free = bound.isdisjoint(self.ids[n] for n in numbers)
            yield from self._clusters(numbers, inside.pop(its, array("I")), FREE if free else bounds)

    def _clusters(self, numbers: list[int], inside: array[int], bounds: Bounds) -> Iterator[Cluster]:
        numbers.sort(key=self.ids.__getitem__)
        ids = [self.ids[n] for n in numbers]
        told = {self.ids[n]: self.told[n] for n in numbers}
        if not inside:
            scores: Mapping[Pair, int] = {}
        else:
            local = {number: n for n, number in enumerate(numbers)}
            a = array("I", (local[self._a[k]] for k in inside))
            b = array("I", (local[self._b[k]] for k in inside))
            scores = _Scores(ids, a, b, array("h", (self._scores[k] for k in inside)))
        yield from with_pairs(bound_clusters(told, scores, bounds), scores)

    def components(self, bounds: Bounds = FREE) -> list[int]:
        """For each event the least number of its component of strong pairs and of what people put together."""
        up = list(range(len(self.ids)))

        def top(n: int) -> int:
            while up[n] != n:
                up[n] = n = up[up[n]]
            return n

        def join(a: int, b: int) -> None:
            x, y = top(a), top(b)
            if x != y:
                up[max(x, y)] = min(x, y)

        for a, b, strength in zip(self._a, self._b, self._scores, strict=True):
            if strength >= THRESHOLD:
                join(a, b)
        bound = bounds.events
        number = {id_: n for n, id_ in enumerate(self.ids) if id_ in bound} if bound else {}
        for group in bounds.together:
            for a, b in pairwise(number[event] for event in group if event in number):
                join(a, b)
        return [top(n) for n in range(len(up))]


def _slice(since: int, until: int, waiting: list[tuple[int, Kept]]) -> Slice:
    return Slice(since, until, [number for number, _ in waiting], [one.body for _, one in waiting])


def with_pairs(groups: Iterable[tuple[str, ...]], compared: Iterable[tuple[str, str]]) -> Iterator[Cluster]:
    """Each group with those of the compared pairs that lie within it."""
    groups = list(groups)
    home = {event: n for n, group in enumerate(groups) if len(group) > 1 for event in group}
    within: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for a, b in compared:
        if a in home and home[a] == home.get(b):
            within[home[a]].append((a, b))
    for n, group in enumerate(groups):
        yield Cluster(group, tuple(sorted(set(within.pop(n, ())))))


def make_scorer(
    weights: Mapping[str, float],
) -> Callable[[Slice], tuple[array[int], array[int], array[int]]]:
    """The function that scores the pairs of a slice: numbers of the two, score."""

    def scored(part: Slice) -> tuple[array[int], array[int], array[int]]:
        mentions = [unpack(body) for body in part.bodies]
        position = {mention.id: n for n, mention in enumerate(mentions)}
        cells: dict[str, list[Spot]] = defaultdict(list)
        for mention in mentions:
            for spot in spots(mention):
                cells[spot.cell].append(spot)
        out = array("I"), array("I"), array("h")
        seen: set[tuple[str, str]] = set()
        for standing in cells.values():
            for pair in meetings(standing, part.since, part.until):
                if pair in seen:
                    continue
                seen.add(pair)
                x, y = position[pair[0]], position[pair[1]]
                a, b = mentions[x], mentions[y]
                if comparable(a, b):
                    out[0].append(part.numbers[x])
                    out[1].append(part.numbers[y])
                    out[2].append(score(a, b, weights))
        return out

    return scored
