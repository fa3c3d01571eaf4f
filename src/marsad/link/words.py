"""The content words of a stretch of text, as keys that spelling does not part."""

from __future__ import annotations

import re

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
