"""Names of people: as they are kept, and by what two of them are the same."""

from __future__ import annotations

import unicodedata

from marsad.text import fold

#: Characters of a name that are kept.
_LONGEST = 80
#: Persian and Urdu names need them.
_JOINERS = "\u200c\u200d"


def clean(name: str) -> str:
    """A name as it is kept: on one line, without what steers the text around it."""
    kept = "".join(c if c.isprintable() or c in _JOINERS else " " for c in name)
    return " ".join(kept.split())[:_LONGEST].strip(_JOINERS + " ")


def key(name: str) -> str:
    """What names have in common that are read as one: capitals, marks, tatweel and forms of letters aside."""
    same = unicodedata.normalize("NFKC", clean(name)).casefold()
    return fold(same.translate(dict.fromkeys(map(ord, _JOINERS))))
