"""A verb's past and its noun that are spelled alike: which of them stands there."""

from __future__ import annotations

from datetime import date

import pytest

from marsad.lexicon import load
from marsad.model import Document
from marsad.read.layers import annotate

VERBS = [
    "‹قصف› الجيش السوري بلدة سراقب",
    "الجيش السوري ‹قصف› بلدة سراقب",
    "و‹قصف› الجيش التركي أطراف المدينة",
    "قال إن التنظيم ‹خطف› خمسة مدنيين",
    "بعد أن ‹قصف› الجيش المدينة نزح السكان",
    "‹خطف› تنظيم داعش عشرة مدنيين",
    "الحاجز الذي ‹نسف› ليلا",
    "وكان التنظيم قد ‹خطف› ثلاثة عمال",
    "‹قتل› ثلاثة جنود في كمين",
]
NOUNS = [
    "أصيب ثلاثة جراء ‹قصف› قوات النظام بلدة سراقب",
    "‹قصف› قوات النظام لبلدة سراقب أوقع ضحايا",
    "مقتل ثلاثة في ‹قصف› على سراقب",
    "قال ناشطون إن ‹قصف› قوات النظام على سراقب تجدد",
    "بعد ‹خطف› تنظيم داعش عشرة مدنيين",
    "تم ‹طرد› تنظيم داعش من الرقة",
    "تعرضت البلدة ل‹قصف› عنيف",
    "أغلقت المحال بعد ‹نهب› عدد منها",
    "ال‹قصف› مستمر منذ الفجر",
    "أعلن الجيش ‹قصف› مواقع التنظيم",
]


def form_in(sentence: str) -> str:
    before, word, after = sentence.partition("‹")[0], *sentence.partition("‹")[2].partition("›")[::2]
    layers = annotate(Document(before + word + after, published=date(2021, 5, 4)), load())
    found = [
        m
        for layer in ("events", "casualties")
        for m in layers.matches[layer]
        if m.span.start <= len(before) < m.span.end
    ]
    assert found, sentence
    return found[0].form.pos


@pytest.mark.parametrize("sentence", VERBS)
def test_the_words_around_ask_for_the_verb(sentence: str) -> None:
    assert form_in(sentence) == "v"


@pytest.mark.parametrize("sentence", NOUNS)
def test_the_words_around_govern_the_noun(sentence: str) -> None:
    assert form_in(sentence) == "n"
