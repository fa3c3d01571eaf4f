"""The content words of a stretch of text, as keys that spelling does not part."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources

from marsad.text import fold

_WORD = re.compile(r"\w+")
#: Shorter words are particles.
_SHORTEST = 3


def content_words(text: str) -> frozenset[str]:
    """Folded words without the article and a conjunction before it."""
    found = set()
    for word in _WORD.findall(fold(text)):
        for head in ("وال", "فال", "بال", "لل", "ال"):
            if word.startswith(head) and len(word) - len(head) >= _SHORTEST:
                word = word[len(head) :]
                break
        if len(word) >= _SHORTEST or word.isdigit():
            found.add(word)
    return frozenset(found)


@lru_cache(maxsize=1)
def common_words() -> frozenset[str]:
    """The content words that every hundredth report has: that two share them says little.

    They are `data/common_words.txt`, written by `bench/links.py`.
    """
    text = (resources.files("marsad") / "data" / "common_words.txt").read_text("utf8")
    return frozenset(line for line in text.splitlines() if not line.startswith("#"))
