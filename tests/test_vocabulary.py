"""What is observed of words: each that is there, a place by its country, a side by its code, no number."""

from __future__ import annotations

import pytest

from marsad.lexicon import load
from marsad.model import Document
from marsad.read.assemble import find_all
from marsad.read.events import candidates
from marsad.read.layers import annotate
from marsad.read.triggers import Cluster
from marsad.read.vocabulary import WORD, Vocabulary

TEXT = """قصفت قوات النظام أمس الثلاثاء قرية الحويز في ريف حماة بخمس قذائف، وقتل ثلاثة مدنيين.
وقال سكان إن القصف استمر ساعتين، وأصيب 12 شخصا في حلب."""


def _seen(text: str) -> tuple[Vocabulary, list[Cluster]]:
    layers = annotate(Document(text), load())
    found = find_all(layers)
    return found.words, [candidate.cluster for candidate in candidates(layers, found)]


def test_words_are_observed_without_names_of_places_numbers_and_days() -> None:
    words, told = _seen(TEXT)
    seen = {name.removeprefix(WORD) for name in words.around(told[0])}
    assert {"side:SYR_ARMY", "قوات", "نظام", "قذايف", "act:قصفت"} <= seen
    assert any(name.startswith("place:SYR:") for name in seen)
    for name in ("حويز", "حماه", "خمس", "ثلاثه", "ثلاثاء", "امس"):
        assert not any(part == name for observed in seen for part in observed.split(":")), name


@pytest.mark.parametrize("decision", ["told", "worth"])
def test_the_weight_of_words_is_the_sum_of_what_is_observed(decision: str) -> None:
    words, told = _seen(TEXT)
    assert len(told) > 1
    for cluster in told:
        weights = load().weights[decision]
        whole = sum(weights.get(name, 0.0) for name in words.around(cluster))
        assert words.weigh_around(load(), decision, cluster) == pytest.approx(whole)


@pytest.mark.parametrize("decision", ["told", "worth", "initiators", "targets"])
def test_no_weight_is_a_place_by_its_name(decision: str) -> None:
    learnt = {name.split(":")[-1] for name in load().weights[decision] if name.startswith(WORD)}
    towns = {"ادلب", "حلب", "حماه", "حمص", "درعا", "دمشق", "موصل", "رقه", "كركوك", "بغداد", "بصره", "انبار"}
    assert learnt and not learnt & towns
