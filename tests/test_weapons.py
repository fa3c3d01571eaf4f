"""Which weapons an event used: own sentences, read whole."""

from __future__ import annotations

from datetime import date

import pytest

from marsad.lexicon import load
from marsad.model import Document
from marsad.read import Reader


def used(text: str) -> list[set[str]]:
    reading = Reader(load()).read(Document(text=text, published=date(2022, 3, 10)))
    return [{weapon.code for weapon in event.weapons} for event in reading.events]


USED = [
    ("قتل جنديان في انفجار عبوة ناسفة قرب الرمادي أمس.", [{"ied"}]),
    (
        "شنت طائرات حربية روسية غارات على بلدة كنصفرة في ريف إدلب أمس ما أدى إلى مقتل ثلاثة مدنيين.",
        [{"aircraft"}],
    ),
    ("استهدفت طائرة مسيرة تركية سيارة عسكرية قرب القامشلي أمس ما أدى إلى مقتل جنديين.", [{"drone"}]),
    (
        "قصفت قوات النظام بالمدفعية والصواريخ بلدة سفوهن في ريف إدلب أمس ما أدى إلى إصابة ثلاثة مدنيين.",
        [{"artillery", "rocket"}],
    ),
    # what a state fires from afar are missiles
    ("شنت إسرائيل قصفا صاروخيا على مواقع عسكرية قرب دمشق فجر اليوم.", [{"missile"}]),
    ("أطلق مسلحون النيران على سيارة شرطي قرب بعقوبة أمس ما أدى إلى مقتله.", [{"firearms"}]),
    # a shelling with nothing named
    ("قصفت قوات النظام بلدة سفوهن في ريف إدلب أمس ما أدى إلى إصابة ثلاثة مدنيين.", [set()]),
]


@pytest.mark.parametrize(("text", "expected"), USED)
def test_weapons_used(text: str, expected: list[set[str]]) -> None:
    assert used(text) == expected


def test_evidence_is_the_word() -> None:
    text = "قتل جنديان في انفجار عبوة ناسفة قرب الرمادي أمس."
    reading = Reader(load()).read(Document(text=text, published=date(2022, 3, 10)))
    assert [w.span.of(text) for e in reading.events for w in e.weapons] == ["عبوة ناسفة"]


def test_what_was_destroyed_in_passing_is_no_event() -> None:
    text = "أسفرت غارات التحالف على مواقع للتنظيم قرب الرمادي أمس عن مقتل 21 مسلحا وتدمير ثمانية مخابئ."
    (event,) = Reader(load()).read(Document(text=text, published=date(2016, 3, 10))).events
    assert {(f.measure, f.low) for f in event.figures} == {("killed", 21), ("destroyed", 8)}
