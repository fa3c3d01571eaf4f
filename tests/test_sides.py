"""Who did it to whom: in the sentence, and where only the rest of the article says it."""

from __future__ import annotations

import pytest

from marsad.lexicon import load
from marsad.model import Document
from marsad.read import Reader

CASES = {
    "قصفت القوات التركية والفصائل الموالية لها قرية الطويلة بالمدفعية، ما أدى إلى مقتل مدنيين اثنين.": (
        {"TUR", "SNA"},
        {"CIVILIANS"},
    ),
    "تبنى تنظيم داعش تفجير سيارة مفخخة في حي الكرادة ببغداد، ما أسفر عن مقتل عشرة مدنيين.": (
        {"ISIS"},
        {"CIVILIANS"},
    ),
    # who acted has losses of its own, and is no target of itself
    "شنت القوات الأميركية والعراقية هجوماً على مخابئ تنظيم داعش في صحراء الرطبة، وأصيب سبعة جنود أميركيين خلال "
    "العملية وقتل تسعة مسلحين.": ({"USA", "IRQ_FORCES"}, {"ISIS"}),
}


@pytest.mark.parametrize("text", CASES)
def test_the_sides_of_an_event(text: str) -> None:
    (event,) = Reader(load()).read(Document(text)).events
    found = {p.code for p in event.initiators}, {p.code for p in event.targets}
    assert found == CASES[text]
