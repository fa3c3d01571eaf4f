"""Puts pairs together into clusters without letting a chain of half-likenesses run away.

The order of arrival does not matter: pairs are taken by score, then by id. Two clusters are
joined when the mean score over all pairs across them holds up; a pair that was not even
compared counts as disagreement.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from marsad.link.compare import TOO_LATE
from marsad.model import Join

#: The score from which two events are one happening.
THRESHOLD = 0.0
#: What a pair that shared no bucket counts for.
UNCOMPARED = -1.0
#: Before all days.
_NEVER = -(10**9)


def clusters(
    documents: Mapping[str, str],
    joins: Iterable[Join],
    *,
    days: Mapping[str, tuple[int, int]],
) -> list[tuple[str, ...]]:
    """Event ids by cluster, each sorted, singles included, the whole sorted.

    `documents` gives each event's document: one article tells of one happening once. `days` gives
    the first and last day of the events that tell them: no cluster spreads over `TOO_LATE` days,
    although the ends of a chain were never compared.
    """
    scores: dict[tuple[str, str], float] = {}
    barred: set[tuple[str, str]] = set()
    for join in joins:
        pair = (join.event_a, join.event_b)
        scores[pair] = join.score
        if join.barred:
            barred.add(pair)
    home = {event: event for event in documents}
    members: dict[str, list[str]] = {event: [event] for event in documents}
    held: dict[str, set[str]] = {event: {document} for event, document in documents.items()}

    starts = {event: days[event][0] if event in days else _NEVER for event in documents}
    ends = {event: days[event][1] if event in days else -_NEVER for event in documents}

    def fits(left: str, right: str) -> bool:
        if held[left] & held[right]:
            return False
        if max(starts[left], starts[right]) - min(ends[left], ends[right]) >= TOO_LATE:
            return False
        total = 0.0
        for a in members[left]:
            for b in members[right]:
                pair = (a, b) if a < b else (b, a)
                if pair in barred:
                    return False
                total += scores.get(pair, UNCOMPARED)
        return total >= THRESHOLD * len(members[left]) * len(members[right])

    strong = sorted(
        (-score, pair) for pair, score in scores.items() if score >= THRESHOLD and pair not in barred
    )
    for _, (a, b) in strong:
        left, right = sorted((home[a], home[b]))
        if left == right or not fits(left, right):
            continue
        for event in members[right]:
            home[event] = left
        members[left] += members.pop(right)
        held[left] |= held.pop(right)
        starts[left], ends[left] = max(starts[left], starts[right]), min(ends[left], ends[right])
    return sorted(tuple(sorted(cluster)) for cluster in members.values())
