"""Which pairs of events are compared at all: those that share a day and a place, or a figure.

An event stands at some spots: a cell (a governorate, a name, a figure of one week) for some days.
Two events meet in a cell on the first day on which both stand there. A cell that is too crowded on
that day is divided by family, then by place, then given up. So whether two events meet depends on
those who stand in one cell on one day and on nothing else: it can be found again piece by piece.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from marsad.link.compare import of_kin
from marsad.link.mention import WIDEST_PERIOD, Mention
from marsad.model import DATA_SETS

#: More events than this in a cell on one day are not all compared with each other.
FULLEST = 120
#: A count from which its agreement is no accident.
TELLING_FIGURE = 3
#: No event stands in a cell for longer: the widest period, a day to each side, whole weeks.
LONGEST = WIDEST_PERIOD + 1 + 2 + 12
_SOLID = ("killed", "wounded", "arrested", "abducted", "casualties", "freed", "escaped", "displaced")


class Spot(NamedTuple):
    """An event in a cell: from which day, to which; `kind` and `place` divide a crowded cell."""

    first: int
    event: str
    last: int
    cell: str
    kind: str
    place: str


def may_join(mention: Mention) -> bool:
    """Whether an event says enough to be put together with others: without a day, much is alike."""
    return mention.first is not None


def spots(mention: Mention) -> tuple[Spot, ...]:
    """Where the event may meet others; nowhere if it tells no day."""
    if mention.first is None or mention.last is None:
        return ()
    slip = 0 if mention.weak else 1  # told days are off by one now and then
    first, last = mention.first - slip, mention.last + slip
    monday, sunday = first - first % 7, last - last % 7 + 6
    place = mention.chain[0] if mention.chain else mention.name
    cells = [(cell, first, last) for cell in dict.fromkeys(_cells(mention))]
    cells += [(cell, monday, sunday) for cell in dict.fromkeys(_figures(mention))]
    return tuple(Spot(a, mention.id, b, cell, mention.family, place) for cell, a, b in cells)


def meetings(standing: Iterable[Spot], since: int, until: int) -> Iterator[tuple[str, str]]:
    """The events that meet in one cell on the days from `since` to before `until`, each pair once.

    `standing` are all spots of that cell on those days, in any order.
    """
    present: list[Spot] = []
    for day, come in groupby(sorted(standing), key=attrgetter("first")):
        if day >= until:
            return
        present = [spot for spot in present if spot.last >= day]
        known = len(present)
        present += come
        if day >= since:
            for group in _groups(present):
                yield from _met(group, present, known)


def crowded(standing: Sequence[Spot]) -> bool:
    """Whether the cell may be too full on some day for all to meet."""
    return len(standing) > FULLEST


def _met(group: Sequence[int], present: Sequence[Spot], known: int) -> Iterator[tuple[str, str]]:
    """The pairs of a group of which at least one has just come; those before `known` had come earlier."""
    for n, b in enumerate(group):
        if b >= known:
            event = present[b].event
            for a in group[:n]:
                other = present[a].event
                yield (event, other) if event < other else (other, event)


def _groups(present: Sequence[Spot]) -> Iterator[Sequence[int]]:
    """Positions of those who are compared with each other in a cell on a day."""
    if len(present) <= FULLEST:
        yield range(len(present))
        return
    for family in _divided(range(len(present)), [spot.kind for spot in present]):
        if len(family) <= FULLEST:
            yield family
        else:
            places = _divided(family, [spot.place for spot in present])
            yield from (place for place in places if len(place) <= FULLEST)


def _divided(some: Iterable[int], by: Sequence[str]) -> Iterable[Sequence[int]]:
    parts: dict[str, list[int]] = defaultdict(list)
    for number in some:
        parts[by[number]].append(number)
    return parts.values()


def comparable(a: Mention, b: Mention) -> bool:
    """Whether two events that meet are compared: not where nothing could make them one."""
    if a.teller == b.teller and a.teller in DATA_SETS:
        return False
    if a.country and b.country and a.country != b.country:
        return False
    return of_kin(a, b)


def _cells(mention: Mention) -> Iterator[str]:
    if mention.admin1:
        yield f"admin1 {mention.admin1}"
    elif mention.chain:
        yield f"place {mention.chain[0]}"
    if mention.name:
        yield f"name {mention.name}"
    # a headline may be told of the country only by another outlet
    if mention.country and (mention.headline or not mention.admin1):
        yield f"country {mention.country}"


def _figures(mention: Mention) -> Iterator[str]:
    for measure in _SOLID:
        for low, high in mention.figures.get(measure, ()):
            if (low or high or 0) >= TELLING_FIGURE:
                yield f"{measure} {low} {high}"
    if mention.count is not None and mention.count >= TELLING_FIGURE:
        yield f"count {mention.family} {mention.count}"
