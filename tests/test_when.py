"""Which day a happening has: its own, one carried over, none; whether it is news; how sure it is."""

from __future__ import annotations

from datetime import date

import pytest

from marsad.lexicon import load
from marsad.model import Document, Event, Period, Span
from marsad.read import Reader

READER = Reader(load())
#: A Wednesday.
PUBLISHED = date(2021, 3, 17)
TODAY, YESTERDAY = Period(PUBLISHED, PUBLISHED), Period(date(2021, 3, 16), date(2021, 3, 16))


def events(text: str, *, headline: str = "") -> tuple[Event, ...]:
    whole = f"{headline}\n{text}" if headline else text
    span = Span(0, len(headline)) if headline else None
    return READER.read(Document(whole, published=PUBLISHED, headline=span)).events


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("قُتل ثلاثة جنود في هجوم مسلح على حاجز شرق بعقوبة مساء الثلاثاء.", YESTERDAY),
        (
            "قال مصدر أمني اليوم الأربعاء إن عبوة ناسفة انفجرت أمس في الحويجة وأسفرت عن مقتل شرطيين.",
            YESTERDAY,
        ),
        (
            "شنت القوات الأمنية حملة دهم في الحويجة منذ مطلع الشهر الجاري، واعتقلت خمسة مطلوبين.",
            Period(date(2021, 3, 1), date(2021, 3, 10)),
        ),
        ("قصفت طائرات مسيرة مواقع للتنظيم في ريف دير الزور منذ الصباح وقتلت أربعة مسلحين.", TODAY),
        ("قُتل ثلاثون مدنياً منذ الأحد في قصف مدفعي على مدينة إدلب.", Period(date(2021, 3, 14), PUBLISHED)),
    ],
)
def test_its_own_day(text: str, period: Period) -> None:
    assert period in [e.period for e in events(text)]


HEADLINE = "مقتل أربعة مدنيين بتفجيرين في بغداد"
ROUND_UP = (
    "قُتل أربعة مدنيين وأصيب تسعة في تفجيرين منفصلين هزا بغداد اليوم الأربعاء.\n"
    "وأوضح مصدر في الشرطة أن عبوة ناسفة انفجرت في منطقة الدورة وقتلت شخصين.\n"
    "كما انفجرت سيارة مفخخة في مدينة الصدر وقتلت شخصين آخرين."
)


def test_the_leads_day_holds_for_what_is_told_with_it_and_shows_its_words() -> None:
    found = events(ROUND_UP, headline=HEADLINE)
    assert {e.period for e in found} == {TODAY}
    shown = [e.period_span.of(f"{HEADLINE}\n{ROUND_UP}") for e in found if e.period_span]
    assert shown == ["اليوم الأربعاء"] * len(found)


def test_days_ago_is_no_day_that_is_told_elsewhere() -> None:
    found = events(
        "قُتل جندي بانفجار عبوة ناسفة في الحويجة اليوم الأربعاء.\n"
        "واعتقلت الشرطة قبل أيام خمسة مسلحين في كركوك."
    )
    assert [e.period for e in found] == [TODAY, None]


def test_no_day_is_made_up() -> None:
    found = events("قُتل ثلاثة جنود في هجوم مسلح على حاجز شرق بعقوبة، بحسب مصدر أمني.")
    assert found and all(e.period is None and e.period_span is None for e in found)


def test_what_is_recalled_is_background() -> None:
    found = events(
        "قُتل ثلاثة جنود في هجوم مسلح على حاجز شرق بعقوبة اليوم الأربعاء.\n"
        "وكان مسلحون قد هاجموا الحاجز نفسه في أيار 2019 وقتلوا ضابطا."
    )
    assert {e.recency for e in found if e.period == TODAY} == {"news"}
    assert {e.recency for e in found if e.period and e.period.last and e.period.last.year == 2019} == {
        "background"
    }


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("قُتل ثلاثة جنود في هجوم مسلح على حاجز شرق بعقوبة أمس.", "asserted"),
        ("أعلن تنظيم داعش مسؤوليته عن تفجير سيارة مفخخة في بغداد أمس قُتل فيه ستة مدنيين.", "claimed"),
        ("قُتل ستة مدنيين في هجوم مفترض بغاز الكلور على بلدة سراقب أمس.", "unconfirmed"),
    ],
)
def test_how_sure_it_is(text: str, status: str) -> None:
    assert {e.status for e in events(text)} == {status}
