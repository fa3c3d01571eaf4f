"""Which pages of a crawl are worth parsing: told from their characters, many times faster than parsing them.

A page passes when it holds some Arabic at all, and among its words some that the lexicon has as acts, harm or
weapons and that mean it without other words beside them. It looks at the whole page, menus and headlines of
other articles included, so it errs towards keeping; `docs/scale.md` has what it was measured to lose.
"""

from __future__ import annotations

import re
from itertools import islice

from marsad.lexicon import Lexicon

#: Distinct words of acts, harm and weapons that a page must have: two lose 6 in 1,000 articles with an event,
#: one would lose 1, three 21 (`python -m bench.sieve`).
ENOUGH = 2
#: Arabic words that a page must have: fewer are the name of a language in a menu.
WORDS = 30
_LAYERS = ("events", "casualties", "weapons")
#: What an entry says that means nothing by itself: a word that needs others beside it, a weak one.
_UNSURE = frozenset(("needs", "weak"))
#: How many surfaces are remembered.
_REMEMBERED = 200_000
#: Runs of letters and marks; digits and punctuation of the script part words.
_WORD = re.compile("[\u0610-\u061a\u0620-\u065f\u066e-\u06d3\u06d5]{2,}")
#: Pages that write their letters as numbers (&#1575;) are left to the parser.
_NUMBERED = re.compile("&#(?:1[5-7][0-9]{2}|x0?6[0-9a-fA-F]{2});")

NOT_ARABIC = "pages not in Arabic"
NO_WORD = "pages without words of conflict"


class Sieve:
    """Says of a page why it need not be parsed."""

    def __init__(self, lexicon: Lexicon, *, enough: int = ENOUGH) -> None:
        """`enough` is how many words of acts, harm and weapons a page must have."""
        self._lexicon = lexicon
        self._enough = enough
        self._known: dict[str, bool] = {}

    def passes_over(self, page: str) -> str | None:
        """Why a page need not be parsed, or `None` where it must be."""
        words = [] if page.isascii() else _WORD.findall(page)
        if len(words) < WORDS:
            return None if _many(_NUMBERED, page) else NOT_ARABIC
        found = 0
        for surface in set(words):
            found += self._tells(surface)
            if found >= self._enough:
                return None
        return NO_WORD

    def _tells(self, surface: str) -> bool:
        known = self._known.get(surface)
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            known = self._known[surface] = any(
                entry.layer in _LAYERS and _UNSURE.isdisjoint(entry.gives)
                for entry in self._lexicon.entries_of(surface)
            )
        return known


def _many(pattern: re.Pattern[str], page: str) -> bool:
    return len(list(islice(pattern.finditer(page), WORDS))) == WORDS
