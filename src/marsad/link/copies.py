"""Which documents are copies of one text: reprints of an agency's piece, lightly edited.

A reprint is no second witness. A text is a set of short runs of words; the least of their hashes are
its sketch (MinHash, bottom-k), and two sketches tell how much the sets share. The least hashes of all
are keys: a text is compared with the one of the least id among those that hold a key, so the work is
linear in the number of texts, and the same in every order and process.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import nsmallest
from typing import Protocol
from zlib import crc32

from marsad.text import fold

#: Copies share this much of their runs of words, of all that either has.
LIKE = 0.4
#: Words of a run, hashes of a sketch, and how many of them are keys: two texts that share `LIKE` of
#: their runs have no key in common once in five hundred times.
_RUN, _SKETCH, _KEYS = 4, 128, 12
#: Shorter texts are headlines and notices: they are alike without being copies.
_SHORTEST = 25

Sketch = Sequence[int]


class Shelf(Protocol):
    """Sketches of texts, and which of them hold a key."""

    def sketch(self, id_: str) -> Sketch:
        """The sketch of a text."""
        ...

    def first(self, key: int) -> str:
        """The least id of those that hold the key."""
        ...

    def holders(self, key: int) -> Iterable[str]:
        """All that hold the key."""
        ...


class Texts:
    """A shelf in memory."""

    def __init__(self, sketches: Mapping[str, Sketch]) -> None:
        """The sketches by id; those without any hash are of texts too short to be copies."""
        self.sketches = sketches
        self._holders: dict[int, list[str]] = defaultdict(list)
        for id_ in sorted(sketches):
            for key in keys(sketches[id_]):
                self._holders[key].append(id_)

    def sketch(self, id_: str) -> Sketch:
        """The sketch of a text."""
        return self.sketches[id_]

    def first(self, key: int) -> str:
        """The least id of those that hold the key."""
        return self._holders[key][0]

    def holders(self, key: int) -> Iterable[str]:
        """All that hold the key."""
        return self._holders[key]


def sketch(text: str) -> tuple[int, ...]:
    """The least hashes of the text's runs of words, in order; none of a short text."""
    words = fold(text).split()
    if len(words) < _SHORTEST:
        return ()
    runs = {crc32(" ".join(words[n : n + _RUN]).encode()) for n in range(len(words) - _RUN + 1)}
    return tuple(nsmallest(_SKETCH, runs))


def keys(sketch: Sketch) -> Sketch:
    """The hashes under which a text is looked for."""
    return sketch[:_KEYS]


def alike(a: Sketch, b: Sketch) -> bool:
    """Whether two texts share so much that one is a copy: the share of the least hashes of both."""
    mine, its = set(a), set(b)
    least = nsmallest(_SKETCH, mine | its)
    return sum(1 for value in least if value in mine and value in its) >= LIKE * len(least)


def copies(texts: Mapping[str, str]) -> list[tuple[str, ...]]:
    """The ids of texts that are copies of one another, each group sorted; texts alone are left out."""
    shelf = Texts({id_: sketch(text) for id_, text in texts.items()})
    return sorted(group for group in groups(texts, shelf) if len(group) > 1)


def groups(start: Iterable[str], shelf: Shelf) -> Iterator[tuple[str, ...]]:
    """The groups of copies that hold the texts of `start`, each sorted and once, those alone included."""
    seen: set[str] = set()
    for id_ in start:
        if id_ in seen:
            continue
        group, waiting = {id_}, [id_]
        while waiting:
            new = {other for other in _neighbours(waiting.pop(), shelf) if other not in group}
            group |= new
            waiting += new
        seen |= group
        yield tuple(sorted(group))


def _neighbours(id_: str, shelf: Shelf) -> Iterator[str]:
    mine = shelf.sketch(id_)
    met: set[str] = set()
    for key in keys(mine):
        first = shelf.first(key)
        met.update(shelf.holders(key) if first == id_ else (first,))
    met.discard(id_)
    yield from (other for other in met if alike(mine, shelf.sketch(other)))
