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
        word = without_article(word)
        if len(word) >= _SHORTEST or word.isdigit():
            found.add(word)
    return frozenset(found)


def without_article(word: str) -> str:
    """A folded word without the article and what is written before it."""
    for head in ("وال", "فال", "بال", "لل", "ال"):
        if word.startswith(head) and len(word) - len(head) >= _SHORTEST:
            return word[len(head) :]
    return word


@lru_cache(maxsize=1)
def common_words() -> frozenset[str]:
    """The content words that every hundredth report has: that two share them says little.

    They are `data/common_words.txt`, written by `bench/links.py`.
    """
    return _listed("common_words.txt")


@lru_cache(maxsize=1)
def another_words() -> frozenset[str]:
    """The words with which an article says that it goes on to another happening (`data/another_words.txt`)."""
    return _spelt("another_words.txt")


@lru_cache(maxsize=1)
def going_on_words() -> frozenset[str]:
    """Words that tell what goes on, or several acts (`data/going_on_words.txt`)."""
    return _spelt("going_on_words.txt")


def _spelt(name: str) -> frozenset[str]:
    return frozenset(word for line in _listed(name) for word in content_words(line))


def _listed(name: str) -> frozenset[str]:
    text = (resources.files("marsad") / "data" / name).read_text("utf8")
    return frozenset(line for line in text.splitlines() if not line.startswith("#"))
