"""Says what was found in Arabic or English: sentences from a catalogue, filled with plain values."""

from marsad.wording.catalogue import Language, Words, words_for
from marsad.wording.values import (
    Between,
    Counted,
    Days,
    Name,
    Quote,
    Real,
    Saying,
    Several,
    Term,
    Value,
)

__all__ = [
    "Between",
    "Counted",
    "Days",
    "Language",
    "Name",
    "Quote",
    "Real",
    "Saying",
    "Several",
    "Term",
    "Value",
    "Words",
    "words_for",
]
