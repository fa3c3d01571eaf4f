"""Puts pairs together into clusters without letting a chain of half-likenesses run away.

The order of arrival does not matter: pairs are taken by score, then by id. Two clusters are
joined when the mean score over all pairs across them holds up, the more so where there are many; a pair that was not even
compared counts as disagreement, and a contradiction as a strong one. What is misread now and then must not split
a story that a hundred articles tell: where many pairs cross, a few contradictions do not forbid.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple, TypeVar

from marsad.link.compare import BARRED, TOO_LATE, UNIT

#: The score from which two events are one happening, in thousandths of a logit.
THRESHOLD = 0
#: From this many pairs across two clusters on, their mean must be this much: what is common to many tellings
#: is no luck of two readings, and a wrong join of many does more harm.
MANY, MEAN = 4, UNIT // 5
#: What two events of one article must score themselves: it mostly tells of a happening once.
TWICE = UNIT // 2
#: What a pair that shared no bucket counts for.
UNCOMPARED = -UNIT
#: What a pair counts for that contradicts itself, and the share of all pairs across that may.
CONTRADICTED, CONTRADICTIONS = -3 * UNIT, 1 / 20
#: The score of a pair that a person keeps apart: nothing outweighs it.
FORBIDDEN = BARRED - 1
#: Before all days.
_NEVER = -(10**9)

Id = TypeVar("Id", str, int)


class Told(NamedTuple):
    """What clustering asks of an event: who tells it, and the first and last day where they are told."""

    teller: str
    days: tuple[int, int] | None


def clusters(told: Mapping[Id, Told], scores: Mapping[tuple[Id, Id], int]) -> list[tuple[Id, ...]]:
    """Events by cluster, each sorted, singles included, the whole sorted.

    `scores` has the compared pairs, the lesser id first. Two events of one teller, an article or a data set, are two
    unless their own score speaks for one. No cluster spreads over `TOO_LATE` told days, although the ends of a chain were never
    compared; and two that each have a day which two tellings or more tell exactly are two where they share no such day.
    """
    home = {event: event for event in told}
    members: dict[Id, list[Id]] = {event: [event] for event in told}
    held = {event: {of.teller} for event, of in told.items()}
    starts = {event: of.days[0] if of.days else _NEVER for event, of in told.items()}
    ends = {event: of.days[1] if of.days else -_NEVER for event, of in told.items()}
    exactly = {event: _exactly(of.days) for event, of in told.items()}
    refused: dict[tuple[Id, Id], int] = {}

    def fits(left: Id, right: Id) -> bool:
        if max(starts[left], starts[right]) - min(ends[left], ends[right]) >= TOO_LATE:
            return False
        x, y = _agreed(exactly[left]), _agreed(exactly[right])
        if x and y and x.isdisjoint(y):
            return False
        both = held[left] & held[right]
        size = len(members[left]) * len(members[right])
        left_over = int(size * CONTRADICTIONS)
        total = 0
        for a in members[left]:
            for b in members[right]:
                score = scores.get((a, b) if a < b else (b, a), _NEVER)
                if score <= BARRED:
                    if score == BARRED and left_over:
                        left_over -= 1
                        score = CONTRADICTED
                    elif score == _NEVER and not (both and told[a].teller == told[b].teller):
                        score = UNCOMPARED
                    else:
                        return False
                elif both and score < TWICE and told[a].teller == told[b].teller:
                    return False
                total += score
        return total >= (MEAN if size >= MANY else THRESHOLD) * size

    # the strongest first, then by ids: as one number each, since there are millions
    ids = sorted(told)
    rank, base = {event: n for n, event in enumerate(ids)}, len(ids)
    strong = sorted(
        (rank[a] - score * base) * base + rank[b] for (a, b), score in scores.items() if score >= THRESHOLD
    )
    for packed in strong:
        a, b = ids[packed // base % base], ids[packed % base]
        left, right = (home[a], home[b]) if home[a] < home[b] else (home[b], home[a])
        # clusters only grow: at the same size they are the same
        size = len(members[left]) + len(members[right])
        if left == right or refused.get((left, right)) == size:
            continue
        if not fits(left, right):
            refused[left, right] = size
            continue
        for event in members[right]:
            home[event] = left
        members[left] += members.pop(right)
        held[left] |= held.pop(right)
        exactly[left].update(exactly.pop(right))
        starts[left], ends[left] = max(starts[left], starts[right]), min(ends[left], ends[right])
    return sorted(tuple(sorted(cluster)) for cluster in members.values())


def _exactly(days: tuple[int, int] | None) -> Counter[int]:
    return Counter([days[0]] if days and days[0] == days[1] else [])


def _agreed(told: Counter[int]) -> set[int]:
    """The days that two or more tell exactly."""
    return {day for day, count in told.items() if count >= 2}
