"""What the reader makes of numbers over periods, areas and stocks, and of rises and falls."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from marsad.lexicon import load
from marsad.model import Claim, Document
from marsad.read.assemble import Reader

DAY = date(2022, 9, 14)

TOLD: list[tuple[str, list[dict[str, Any]]]] = [
    # acts over a period
    ("نفذ تنظيم داعش 47 هجوما في ديالى خلال الأشهر الثلاثة الماضية.",
     [{"measure": "attacks", "low": 47, "high": 47, "qualifier": "exact", "subject": "ISIS", "area": "ديالى"}]),
    ("سجلت قيادة الشرطة أكثر من 90 هجوما منذ مطلع العام الجاري.",
     [{"measure": "attacks", "low": 90, "high": None, "qualifier": "more_than", "first": date(2022, 1, 1), "last": DAY}]),
    ("نفذت القوات العراقية 120 عملية أمنية في صحراء الأنبار منذ شباط الماضي.",
     [{"measure": "operations", "low": 120, "subject": "IRQ_FORCES"}]),
    ("نفذ داعش 33 عملية خلال العام الماضي.", [{"measure": "attacks", "low": 33, "subject": "ISIS"}]),
    ("بلغ عدد الهجمات على القرى 75 هجوما خلال العام 2021.",
     [{"measure": "attacks", "low": 75, "first": date(2021, 1, 1), "last": date(2021, 12, 31)}]),
    ("شن التحالف الدولي 18 غارة جوية في العراق وسوريا.",
     [{"measure": "operations", "low": 18, "subject": "COALITION", "area": "العراق وسوريا"}]),
    ("وثق المركز 64 هجوما منذ بداية العام الحالي، و9 هجمات على المدارس.",
     [{"measure": "attacks", "low": 64}, {"measure": "attacks", "low": 9}]),
    ("وهذا التفجير هو الرابع من نوعه في الحي خلال شهر.", [{"measure": "attacks", "low": 4, "last": DAY}]),
    ("ارتفع إلى 52 تعداد الغارات على الريف منذ مطلع العام الجاري.",
     [{"measure": "operations", "low": 52, "first": date(2022, 1, 1), "last": DAY}]),
    # losses over a period, in several places, beyond any one act
    ("قتل 310 مدنيين في ريف حلب منذ مطلع العام الجاري.",
     [{"measure": "killed", "low": 310, "unit": "count", "first": date(2022, 1, 1)}]),
    ("قتل أربعة جنود وأصيب تسعة في هجمات متفرقة في كركوك ونينوى.",
     [{"measure": "killed", "low": 4}, {"measure": "wounded", "low": 9}]),
    ("قتل ما لا يقل عن 35 شخصا منذ بداية الاحتجاجات في البصرة.",
     [{"measure": "killed", "low": 35, "high": None, "qualifier": "more_than", "area": "البصرة"}]),
    ("بلغ عدد القتلى 41 شخصا منذ بدء الحملة في 3 آب.",
     [{"measure": "killed", "low": 41, "first": date(2022, 8, 3), "last": DAY}]),
    ("أسفرت الحرب عن مقتل أكثر من 90 ألف شخص.", [{"measure": "killed", "low": 90000, "high": None}]),
    # a total goes on in the next sentence, and in the parts of a list
    ("وثق المركز 64 هجوما على القرى منذ مطلع العام الجاري. وأدت هذه الهجمات إلى مقتل 71 مدنيا وإصابة 130.",
     [{"measure": "attacks", "low": 64, "first": date(2022, 1, 1), "last": DAY},
      {"measure": "killed", "low": 71, "first": date(2022, 1, 1), "last": DAY},
      {"measure": "wounded", "low": 130, "first": date(2022, 1, 1), "last": DAY}]),
    # stocks
    ("يوجد نحو 1800 جندي أميركي في العراق.",
     [{"measure": "troops", "low": 1800, "qualifier": "about", "subject": "USA", "area": "العراق", "period": None}]),
    ("هناك نحو 700 جندي أميركي في العراق و300 في سوريا.",
     [{"measure": "troops", "low": 700}, {"measure": "troops", "low": 300, "subject": "USA"}]),
    ("لا يزال هناك ما بين 800 و1200 مسلح في المنطقة.",
     [{"measure": "fighters", "low": 800, "high": 1200, "qualifier": "range"}]),
    ("تحتجز قوات سوريا الديمقراطية أكثر من ستة آلاف معتقل من داعش.",
     [{"measure": "detainees", "low": 6000, "high": None}]),
    ("وجود 90 ألف نازح في مخيمات المحافظة.", [{"measure": "displaced", "low": 90000}]),
    ("نزح نحو 30 ألف شخص منذ مطلع الشهر الماضي.", [{"measure": "displaced", "low": 30000, "qualifier": "about"}]),
    ("ستسحب الولايات المتحدة 400 جندي من العراق بحلول كانون الأول المقبل.", [{"measure": "troops", "low": 400}]),
    ("يضم التنظيم نحو 250 مقاتلا أجنبيا.", [{"measure": "foreign_fighters", "low": 250}]),
    ("درب التحالف 6000 مقاتل من البيشمركة العام الماضي.", [{"measure": "trained", "low": 6000}]),
    # land, states, things, years
    ("سيطر الجيش على 70 بالمئة من المحافظة.", [{"measure": "territory", "low": 70, "unit": "percent"}]),
    ("كان التنظيم يسيطر على 30 بالمئة من مساحة العراق.",
     [{"measure": "territory", "low": 30, "unit": "percent", "area": "العراق"}]),
    ("سيطر داعش على ثلث العراق في عام 2014.", [{"measure": "territory", "low": 33, "unit": "percent"}]),
    ("تحالف يضم أكثر من 60 دولة.", [{"measure": "other", "low": 60, "high": None}]),
    ("أكثر من 900 مدرسة دمرت في المحافظة.", [{"measure": "other", "low": 900, "high": None}]),
    ("عاد السكان بعد خمس سنوات من الحرب.", [{"measure": "other", "low": 5, "unit": "other"}]),
    # rises and falls
    ("كثف تنظيم داعش هجماته في الآونة الأخيرة.",
     [{"measure": "trend", "direction": "up", "low": None, "unit": None, "qualifier": None, "subject": "ISIS"}]),
    ("تراجعت وتيرة الهجمات في ديالى خلال الأشهر الماضية.", [{"measure": "trend", "direction": "down", "area": "ديالى"}]),
    ("نفذ التحالف الدولي 150 غارة في العراق خلال 24 ساعة.",
     [{"measure": "operations", "low": 150, "first": date(2022, 9, 13), "last": DAY}]),
    ("أسفرت الغارات خلال شهر عن مقتل 260 مسلحا.", [{"measure": "killed", "low": 260, "first": date(2022, 8, 15), "last": DAY}]),
    ("تدور حرب منذ أكثر من خمس سنوات.", [{"measure": "other", "low": 5, "unit": "other", "first": None, "last": DAY}]),
    # nothing
    ("قتل ثلاثة جنود بانفجار عبوة ناسفة في كركوك أمس.", []),
    ("قتل 12 شخصا في تفجير سيارة مفخخة وسط بغداد يوم الأحد.", []),
    ("اعتقلت الشرطة خمسة مطلوبين في الموصل.", []),
    ("وصل 20 صحفيا إلى المدينة.", []),
    ("ارتفعت أسعار الوقود خلال الأشهر الماضية.", []),
    ("كثف الجيش عملياته.", []),
    ("تصاعدت أعمدة الدخان منذ الصباح.", []),
    ("أحبطت الشرطة 30 هجوما.", []),
    ("عمل في الشركة ثلاث سنوات.", []),
    ("قتل جنديان في هجوم هو الأعنف منذ عام 2019.", []),
    ("اتفق الطرفان على خفض التصعيد في إدلب منذ العام الماضي.", []),
    ("يبلغ القائد من العمر 45 عاما.", []),
]  # fmt: skip


def read(text: str) -> tuple[Claim, ...]:
    return Reader(load()).read(Document(text, DAY)).claims


def seen(claim: Claim, field: str, text: str) -> Any:
    if field == "area":
        return claim.area.of(text) if claim.area else None
    if field in ("first", "last"):
        return getattr(claim.period, field) if claim.period else None
    return getattr(claim, field)


@pytest.mark.parametrize(("text", "expected"), TOLD, ids=[t[:40] for t, _ in TOLD])
def test_claims_of_a_sentence(text: str, expected: list[dict[str, Any]]) -> None:
    claims = read(text)
    found = [{f: seen(c, f, text) for f in e} for c, e in zip(claims, expected, strict=False)]
    assert len(claims) == len(expected), claims
    assert found == expected


@pytest.mark.parametrize("text", [t for t, e in TOLD if e])
def test_evidence_is_in_the_text_and_holds_the_area(text: str) -> None:
    for claim in read(text):
        assert 0 <= claim.evidence.start < claim.evidence.end <= len(text)
        assert claim.area is None or claim.evidence.overlaps(claim.area)


def test_the_speaker_is_kept() -> None:
    (claim,) = read("قال المتحدث باسم التحالف إن داعش نفذ 47 هجوما خلال الأشهر الستة الماضية.")
    assert claim.attribution.speaker is not None and claim.attribution.speaker_class == "official"


def test_a_number_told_twice_is_one_claim_and_the_body_tells_it() -> None:
    from marsad.model import Span

    title = "نحو 1800 جندي أميركي ما زالوا في العراق"
    text = title + "\nوقال المسؤول إن هناك نحو 1800 جندي أميركي في العراق."
    claims = Reader(load()).read(Document(text, DAY, headline=Span(0, len(title)))).claims
    assert [(c.measure, c.low) for c in claims] == [("troops", 1800)]
    assert claims[0].evidence.start > len(title)
