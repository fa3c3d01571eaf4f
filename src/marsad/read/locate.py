"""Where an expression puts something: 'about 15 km south of X', 'between A and B', 'X in the countryside of Y'.

The expression is read as news is; what names the place most exactly is the answer.
"""

from __future__ import annotations

from marsad.lexicon import Lexicon
from marsad.model import Document, Location
from marsad.read.actors import document_state, find_mentions
from marsad.read.layers import annotate
from marsad.read.locations import located
from marsad.read.places import find_places


def locate(text: str, lexicon: Lexicon, *, country: str | None = None) -> Location | None:
    """The location that `text` tells, `None` where it names no place that the table knows or holds."""
    layers = annotate(Document(text), lexicon)
    if not layers.text.tokens:
        return None
    state = country or document_state(layers)
    namings = find_places(layers, find_mentions(layers, state), state)
    known = [naming for naming in namings if naming.place is not None or naming.parent is not None]
    return located(layers, max(known, key=lambda naming: naming.rank)) if known else None
