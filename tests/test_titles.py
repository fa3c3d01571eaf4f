"""Titles are sentences of their language."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marsad.codebook import LANGUAGES, SECTIONS, load
from marsad.lexicon import load as load_lexicon
from marsad.publish.titles import Names, headline, lam

NAMES = Names(load(), load_lexicon().actors)


@pytest.mark.parametrize(
    ("kind", "by", "on", "ar", "en"),
    [
        ("attack", ["ISIS"], ["IRQ_ARMY"], "هجوم لتنظيم الدولة الإسلامية على الجيش العراقي",
         "Attack by Islamic State on Iraqi Army"),
        ("attack", ["IRQ_ARMY"], [], "هجوم للجيش العراقي",
         "Attack by Iraqi Army"),
        ("attack", ["UNKNOWN"], ["CIVILIANS"], "هجوم على مدنيين",
         "Attack on civilians"),
        ("armed_clash", ["SDF"], ["GUNMEN"], "اشتباك بين قوات سوريا الديمقراطية ومسلحين مجهولين",
         "Clash between Syrian Democratic Forces and unidentified gunmen"),
        ("armed_clash", ["GUNMEN"], [], "اشتباك مع مسلحين مجهولين",
         "Clash with unidentified gunmen"),
        ("air_strike", ["TUR"], ["PKK"], "ضربة جوية لتركيا استهدفت حزب العمال الكردستاني",
         "Air strike by Turkey on Kurdistan Workers' Party"),
        ("abduction", ["ISIS"], ["CIVILIANS"], "خطف مدنيين على يد تنظيم الدولة الإسلامية",
         "Abduction of civilians by Islamic State"),
        ("bombing", [], [], "تفجير",
         "Bombing"),
        ("protest", ["PROTESTERS"], [], "احتجاج",
         "Protest"),
        ("security_operation", ["IRQ_FORCES"], ["HOUTHIS"], "عملية أمنية للقوات العراقية ضد الحوثيين",
         "Security operation by Iraqi security forces against Houthis"),
        ("attack", ["OTHER:سرايا الجبل"], ["A", "B", "C"], "هجوم لسرايا الجبل على A وآخرين",
         "Attack by سرايا الجبل on A and others"),
        ("arrest", ["IRQ_ARMY", "IRQ_PMF"], ["ISIS"], "اعتقال تنظيم الدولة الإسلامية على يد الجيش العراقي والحشد الشعبي",
         "Arrest of Islamic State by Iraqi Army and Popular Mobilisation Forces"),
    ],
)  # fmt: skip
def test_titles(kind: str, by: list[str], on: list[str], ar: str, en: str) -> None:
    assert headline(kind, by, on, NAMES, "ar") == ar
    assert headline(kind, by, on, NAMES, "en") == en


CODES = st.lists(st.sampled_from(sorted([*NAMES.actors, *NAMES.codebook.parties])), max_size=3, unique=True)


@given(st.sampled_from(SECTIONS["types"]), CODES, CODES, st.sampled_from(LANGUAGES))
def test_every_combination_has_a_title_without_a_hole(
    kind: str, by: list[str], on: list[str], language: str
) -> None:
    title = headline(kind, by, on, NAMES, language)  # type: ignore[arg-type]
    assert title and not set("{}") & set(title) and "  " not in title
    assert "الال" not in title and "للل" not in title


def test_lam_takes_the_alef_of_the_article() -> None:
    assert [lam(name) for name in ("الجيش", "تنظيم", "إيران", "الأسايش")] == [
        "للجيش",
        "لتنظيم",
        "لإيران",
        "للأسايش",
    ]


def test_every_code_has_a_name_in_both_languages() -> None:
    book = load()
    for section, codes in SECTIONS.items():
        for code in codes:
            assert book.name(section, code, "ar") != book.name(section, code, "en")
