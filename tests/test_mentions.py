"""Who is named: adjectives and units that are nobody's, nationalities in the same noun phrase."""

from __future__ import annotations

import pytest

from marsad.lexicon import load
from marsad.model import Document
from marsad.read.actors import document_state, find_mentions
from marsad.read.layers import annotate


def codes(text: str) -> set[str]:
    layers = annotate(Document(text), load())
    found = find_mentions(layers, document_state(layers))
    return {m.code for m in found if m.kind != "nationality" and m.code != "UNKNOWN"}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("هبطت الطائرة في المطار العسكري قرب حلب", set()),
        ("قتل عسكري قرب حلب", {"SYR_ARMY"}),
        ("أوقفت السلطات الإيطالية رجلا ثم سلمته", {"OTHER:إيطاليا", "CIVILIANS"}),
        ("قال الرئيس التركي إن جيشه دخل القرية", {"TUR"}),
        ("تمركز لواء الفجر في ريف حلب", set()),
        ("تمركز اللواء 47 في ريف حلب", {"SYR_ARMY"}),
    ],
)
def test_who_is_named(text: str, named: set[str]) -> None:
    assert codes(text) == named
