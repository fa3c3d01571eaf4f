"""Who the counted are, where their noun leaves it open: own sentences, read whole."""

from __future__ import annotations

from datetime import date

import pytest

from marsad.lexicon import load
from marsad.model import Document
from marsad.read import Reader


def groups(text: str) -> set[tuple[str, int | None, str]]:
    reading = Reader(load()).read(Document(text=text, published=date(2022, 3, 10)))
    return {(f.measure, f.low, f.group) for event in reading.events for f in event.figures}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "قتل خمسة أشخاص في قصف مدفعي لقوات النظام استهدف سوقا شعبية ومنازل المدنيين في مدينة إدلب أمس.",
            {("killed", 5, "civilians")},
        ),
        (
            "قتل ثلاثة جنود أمس في تفجير عبوة ناسفة استهدف دورية للجيش العراقي قرب الرمادي.",
            {("killed", 3, "security_forces")},
        ),
        # what was destroyed is never people
        (
            "أسفرت غارات التحالف على مواقع داعش قرب الرمادي أمس عن مقتل 21 مسلحا وتدمير ثمانية مخابئ.",
            {("killed", 21, "fighters"), ("destroyed", 8, "objects")},
        ),
        # ruins told in a sentence of their own are of what was told just before
        (
            "قتل 21 مسلحا أمس في غارات للتحالف على مواقع داعش قرب الرمادي. وأبان المصدر أن ذلك أسفر أيضا عن احتراق ست عجلات.",
            {("killed", 21, "fighters"), ("destroyed", 6, "objects")},
        ),
    ],
)
def test_groups(text: str, expected: set[tuple[str, int | None, str]]) -> None:
    assert groups(text) == expected
