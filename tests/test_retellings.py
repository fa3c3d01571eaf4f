"""What one article tells several times is one event; what it lists is not."""

from __future__ import annotations

from datetime import date

import pytest

from marsad.lexicon import load
from marsad.model import Document, Event, Span
from marsad.read import Reader


def _events(*sentences: str, headline: bool = False) -> tuple[Event, ...]:
    text = "\n".join(sentences)
    span = Span(0, len(sentences[0])) if headline else None
    return Reader(load()).read(Document(text, published=date(2021, 5, 20), headline=span)).events


def test_a_definite_noun_and_its_toll_go_on_with_the_event_before() -> None:
    events = _events(
        "قصفت طائرة مسيرة تركية مقراً لحزب العمال الكردستاني في قرية كاني ماسي، اليوم الخميس.",
        "وأضاف المصدر أن القصف أسفر عن مقتل أربعة من مسلحي الحزب.",
    )
    assert len(events) == 1
    assert [(f.measure, f.low) for f in events[0].figures] == [("killed", 4)]


@pytest.mark.parametrize(
    "turn", ["كما تعرضت بلدة كنصفرة لقصف مماثل", "وفي السياق، قصفت القوات ذاتها بلدة كنصفرة"]
)
def test_a_like_act_elsewhere_is_another_event(turn: str) -> None:
    events = _events(
        "قصفت قوات النظام بالمدفعية قرية البارة في جبل الزاوية، اليوم الخميس، ما أدى إلى مقتل مدنيين اثنين.",
        f"{turn} أسفر عن إصابة ثلاثة مدنيين.",
    )
    assert len(events) == 2


def test_the_body_tells_what_the_headline_told() -> None:
    events = _events(
        "مقتل خمسة جنود بهجوم لداعش جنوب كركوك",
        "قُتل خمسة جنود عراقيين في هجوم شنه تنظيم داعش على نقطة للجيش في قضاء داقوق، فجر الخميس.",
        headline=True,
    )
    assert len(events) == 1
    assert events[0].location is not None and events[0].location.name == "داقوق"
    assert not events[0].trigger.overlaps(Span(0, 30))
