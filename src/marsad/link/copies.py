"""Which documents are copies of one text: reprints of an agency's piece, lightly edited.

A reprint is no second witness. Texts are sets of short runs of words; each keeps the least of
its hashes as a sketch (MinHash, bottom-k), so that only texts that share much of their sketches
are compared in full. Near-linear in the number of texts, and the same in every order and process.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from heapq import nsmallest
from itertools import combinations
from zlib import crc32

from marsad.text import fold

#: Copies share this much of their runs of words, of all that either has.
LIKE = 0.4
#: Words of a run, hashes of a sketch, and how many of them two copies share at the least.
_RUN, _SKETCH, _SHARED = 4, 64, 8
#: Shorter texts are headlines and notices: they are alike without being copies.
_SHORTEST = 25
#: A run in more texts than this is a page's own furniture.
_FULLEST = 60


def copies(texts: Mapping[str, str]) -> list[tuple[str, ...]]:
    """The ids of texts that are copies of one another, each group sorted; texts alone are left out."""
    runs = {id_: _runs(text) for id_, text in sorted(texts.items())}
    home = {id_: id_ for id_ in runs}
    members = {id_: [id_] for id_ in runs}
    for a, b in sorted(_candidates(runs)):
        left, right = sorted((home[a], home[b]))
        if left == right or _share(runs[a], runs[b]) < LIKE:
            continue
        for id_ in members[right]:
            home[id_] = left
        members[left] += members.pop(right)
    return sorted(tuple(sorted(group)) for group in members.values() if len(group) > 1)


def _runs(text: str) -> frozenset[int]:
    words = fold(text).split()
    if len(words) < _SHORTEST:
        return frozenset()
    return frozenset(crc32(" ".join(words[n : n + _RUN]).encode()) for n in range(len(words) - _RUN + 1))


def _candidates(runs: Mapping[str, frozenset[int]]) -> Iterator[tuple[str, str]]:
    holders: dict[int, list[str]] = defaultdict(list)
    for id_, found in runs.items():
        for hash_ in nsmallest(_SKETCH, found):
            holders[hash_].append(id_)
    shared: Counter[tuple[str, str]] = Counter()
    for ids in holders.values():
        if 1 < len(ids) <= _FULLEST:
            shared.update(combinations(ids, 2))
    return (pair for pair, count in shared.items() if count >= _SHARED)


def _share(a: frozenset[int], b: frozenset[int]) -> float:
    both = len(a & b)
    return both / (len(a) + len(b) - both)
