"""Which pairs of events are compared at all: those that share a day and a place, or a figure.

Near-linear: events meet in buckets, and a bucket that is too full to be telling is divided
by family, then given up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations

from marsad.link.mention import NEAR, Mention

#: More events than this share no bucket that says anything about one happening.
FULLEST = 120
#: A count from which its agreement is no accident.
TELLING_FIGURE = 3
_SOLID = ("killed", "wounded", "arrested", "abducted", "casualties", "freed", "escaped", "displaced")

Key = tuple[object, ...]


def may_join(mention: Mention) -> bool:
    """Whether an event says enough to be put together with others: without a day, much is alike."""
    return mention.first is not None


def pairs(mentions: Sequence[Mention]) -> set[tuple[int, int]]:
    """Positions of the events to compare, the smaller first."""
    buckets: dict[Key, list[int]] = defaultdict(list)
    for number, mention in enumerate(mentions):
        if may_join(mention):
            for key in _keys(mention):
                buckets[key].append(number)
    found: set[tuple[int, int]] = set()
    for bucket in buckets.values():
        for part in _divided(bucket, mentions):
            for a, b in combinations(part, 2):
                if (a, b) not in found and _comparable(mentions[a], mentions[b]):
                    found.add((a, b))
    return found


def _divided(bucket: list[int], mentions: Sequence[Mention]) -> Iterator[list[int]]:
    if len(bucket) <= FULLEST:
        yield bucket
        return
    by_family: dict[str, list[int]] = defaultdict(list)
    for number in bucket:
        by_family[mentions[number].family].append(number)
    for part in by_family.values():
        if len(part) <= FULLEST:
            yield part


def _comparable(a: Mention, b: Mention) -> bool:
    if a.telling.document_id == b.telling.document_id:
        return False
    if a.country and b.country and a.country != b.country:
        return False
    return a.family == b.family or frozenset((a.family, b.family)) in NEAR


def _keys(mention: Mention) -> Iterator[Key]:
    days = _days(mention)
    for cell in _cells(mention):
        for day in days:
            yield "day", day, cell
    for measure in _SOLID:
        for low, high in mention.figures.get(measure, ()):  # type: ignore[call-overload]
            if (low or high or 0) >= TELLING_FIGURE:
                for day in sorted({day // 7 for day in days}):
                    yield "figure", day, measure, low, high
    count = mention.telling.event.count
    if count is not None and count >= TELLING_FIGURE:
        for day in sorted({day // 7 for day in days}):
            yield "count", day, mention.family, count


def _days(mention: Mention) -> list[int]:
    """The days on which it may have been, and one more to each side for slips of a day."""
    if mention.first is None or mention.last is None:
        published = mention.telling.published
        return [published.toordinal()] if published else []
    if mention.weak:
        return list(range(mention.first, mention.last + 1))
    return list(range(mention.first - 1, mention.last + 2))


def _cells(mention: Mention) -> Iterator[str]:
    if mention.admin1:
        yield f"admin1 {mention.admin1}"
    elif mention.chain:
        yield f"place {mention.chain[0]}"
    if mention.name:
        yield f"name {mention.name}"
    if mention.country and not mention.admin1:
        yield f"country {mention.country}"
    elif mention.country and mention.telling.headline:
        # told of the country only by another outlet
        yield f"country {mention.country}"
