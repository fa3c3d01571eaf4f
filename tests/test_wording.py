"""Sentences in two languages: counted things agree, days are told, no template lacks its twin."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from string import Formatter
from typing import Any, get_args

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from marsad.errors import QueryError
from marsad.model import EventType, Grade, Period, Status
from marsad.wording import Between, Counted, Days, Name, Saying, Several, Term, Words, words_for
from marsad.wording.arabic import Noun, agreement, counted, numeral
from marsad.wording.catalogue import _catalogue

ATTACK = Noun("m", "هجوم", "هجومان", "هجومين", "هجمات", "هجوماً")
STRIKE = Noun("f", "غارة", "غارتان", "غارتين", "غارات", "غارةً")
AR, EN = words_for("ar"), words_for("en")


# ── Arabic numbers and nouns ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("number", "masculine", "feminine"),
    [
        (1, "هجوم واحد", "غارة واحدة"),
        (2, "هجومان", "غارتان"),
        (3, "ثلاثة هجمات", "ثلاث غارات"),
        (8, "ثمانية هجمات", "ثماني غارات"),
        (10, "عشرة هجمات", "عشر غارات"),
        (11, "11 هجوماً", "11 غارةً"),
        (50, "50 هجوماً", "50 غارةً"),
        (99, "99 هجوماً", "99 غارةً"),
        (100, "100 هجوم", "100 غارة"),
        (102, "102 هجوم", "102 غارة"),
        (103, "103 هجمات", "103 غارات"),
        (110, "110 هجمات", "110 غارات"),
        (111, "111 هجوماً", "111 غارةً"),
        (153, "153 هجوماً", "153 غارةً"),
        (1000, "1000 هجوم", "1000 غارة"),
    ],
)
def test_noun_agrees_with_its_number(number: int, masculine: str, feminine: str) -> None:
    assert counted(number, ATTACK, str(number)) == masculine
    assert counted(number, STRIKE, str(number)) == feminine


@pytest.mark.parametrize(
    ("number", "masculine", "feminine"),
    [
        (11, "أحد عشر", "إحدى عشرة"),
        (12, "اثنا عشر", "اثنتا عشرة"),
        (13, "ثلاثة عشر", "ثلاث عشرة"),
        (18, "ثمانية عشر", "ثماني عشرة"),
        (20, "عشرون", "عشرون"),
        (21, "واحد وعشرون", "إحدى وعشرون"),
        (22, "اثنان وعشرون", "اثنتان وعشرون"),
        (38, "ثمانية وثلاثون", "ثمانٍ وثلاثون"),
        (80, "ثمانون", "ثمانون"),
        (99, "تسعة وتسعون", "تسع وتسعون"),
    ],
)
def test_numerals_in_words(number: int, masculine: str, feminine: str) -> None:
    assert numeral(number, "m") == masculine
    assert numeral(number, "f") == feminine


def test_a_preposition_shows_in_duals_and_tens() -> None:
    assert counted(2, ATTACK, "2", "oblique") == "هجومين"
    assert numeral(12, "m", "oblique") == "اثني عشر"
    assert numeral(12, "f", "oblique") == "اثنتي عشرة"
    assert numeral(42, "f", "oblique") == "اثنتين وأربعين"


@given(st.integers(3, 99))
def test_numeral_has_the_other_gender_where_it_shows(number: int) -> None:
    masculine, feminine = numeral(number, "m"), numeral(number, "f")
    unit = number % 10 if number > 10 else number
    assert (masculine == feminine) == (unit == 0 and number > 10)
    if 3 <= unit <= 9 or number == 10:
        assert masculine.split()[0].endswith("ة") and not feminine.split()[0].endswith("ة")


@given(st.integers(0, 10_000_000))
def test_agreement_is_that_of_cldr(number: int) -> None:
    babel = pytest.importorskip("babel")
    assert agreement(number) == babel.Locale("ar").plural_form(number)


@given(st.integers(1, 5000), st.sampled_from(sorted(_catalogue("ar")["nouns"])))
def test_every_noun_is_counted_by_one_of_its_forms(number: int, noun: str) -> None:
    forms: Noun = _catalogue("ar")["nouns"][noun]
    said = AR.of(Counted.exactly(noun, number))
    form = agreement(number)
    wanted = {"one": forms.one, "two": forms.two, "few": forms.few, "many": forms.many, "other": forms.one}[
        form
    ]
    assert wanted in said
    assert (str(number) in said) == (number > 10)


@given(st.integers(0, 300), st.integers(0, 300), st.sampled_from(["ar", "en"]))
def test_a_range_tells_both_bounds(low: int, more: int, language: str) -> None:
    words = words_for(language)
    said = words.of(Counted("attack", low, low + more))
    if more and low > 2 and low + more > 10:
        assert str(low) in said and str(low + more) in said
    assert said != words.of(Counted("attack", low, None))


def test_ranges() -> None:
    assert AR.of(Counted("attack", 3, 5)) == "من 3 إلى 5 هجمات"
    assert AR.of(Counted("attack", 8, 12)) == "من 8 إلى 12 هجوماً"
    assert AR.of(Counted("attack", 1, 2)) == "هجوم واحد أو هجومان"
    assert AR.of(Counted("attack", 5, None)) == "خمسة هجمات على الأقل"
    assert EN.of(Counted("attack", 5, None)) == "at least 5 attacks"
    assert EN.of(Counted("attack", None, 1)) == "at most 1 attack"
    assert AR.of(Between(6.3, 19.04)) == "من 6.3 إلى 19.0"
    assert EN.of(Between(2, float("inf"))) == "at least 2.0"


# ── days ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("first", "last", "ar", "en"),
    [
        ("2020-04-06", "2020-04-06", "في 6 نيسان 2020", "on 6 April 2020"),
        ("2020-04-06", "2020-04-20", "في المدة من 6 إلى 20 نيسان 2020", "from 6 to 20 April 2020"),
        ("2020-02-01", "2020-02-29", "في شباط 2020", "in February 2020"),
        ("2024-01-01", "2024-12-31", "في عام 2024", "in 2024"),
        ("2024-01-01", "2024-06-30", "في المدة من كانون الثاني إلى حزيران 2024", "from January to June 2024"),
        ("2020-03-28", "2020-04-04", "في المدة من 28 آذار إلى 4 نيسان 2020", "from 28 March to 4 April 2020"),
        ("2019-12-20", "2020-01-04", "في المدة من 20 كانون الأول 2019 إلى 4 كانون الثاني 2020",
         "from 20 December 2019 to 4 January 2020"),
    ],
)  # fmt: skip
def test_days_with_names_of_months(first: str, last: str, ar: str, en: str) -> None:
    period = Days(Period(date.fromisoformat(first), date.fromisoformat(last)))
    assert AR.of(period, "in") == ar
    assert EN.of(period, "in") == en


def test_settings_of_months_and_digits() -> None:
    day = Days(Period(date(2021, 1, 15), date(2021, 1, 15)))
    assert words_for("ar", months="western").of(day) == "15 يناير 2021"
    assert words_for("ar", digits="arab").of(day) == "١٥ كانون الثاني ٢٠٢١"
    assert words_for("en", digits="arab").of(day) == "15 January 2021"
    with pytest.raises(QueryError, match="ar or en"):
        words_for("fr")


# ── the catalogue ─────────────────────────────────────────────────────────────────────────


def raw(language: str) -> dict[str, Any]:
    from importlib import resources

    path = resources.files("marsad") / "data" / "wording" / f"{language}.yaml"
    found: dict[str, Any] = yaml.load(path.read_text("utf8"), Loader=yaml.BaseLoader)
    return found


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def test_both_languages_say_the_same_things() -> None:
    ar, en = raw("ar"), raw("en")
    assert set(ar["nouns"]) == set(en["nouns"])
    assert {kind: set(names) for kind, names in ar["terms"].items()} == {
        kind: set(names) for kind, names in en["terms"].items()
    }
    assert set(ar["sentences"]) == set(en["sentences"])
    for key, template in ar["sentences"].items():
        # a side may leave out a field, but not invent one
        assert fields(template) == fields(en["sentences"][key]), key


def test_every_type_grade_and_status_has_its_words() -> None:
    for words in (AR, EN):
        for kind, ids in (
            ("type", get_args(EventType)),
            ("grade", get_args(Grade)),
            ("status", get_args(Status)),
        ):
            assert all(words.has(kind, id_) for id_ in ids), kind
        assert set(get_args(EventType)) <= set(_catalogue(words.language)["nouns"])


def latin(language: str) -> Iterator[str]:
    sentences = raw("ar")["sentences"]
    yield from (
        key for key, text in sentences.items() if re.search("[A-Za-z]", re.sub(r"\{[^}]*\}|--\w+", "", text))
    )


def test_no_english_is_left_in_arabic() -> None:
    assert list(latin("ar")) == []


def test_lists_and_names() -> None:
    names = Several((Name("بغداد", "Baghdad"), Name("كركوك", "Kirkuk"), Name("ديالى", "Diyala")))
    assert AR.of(names) == "بغداد، كركوك وديالى"
    assert EN.of(names) == "Baghdad, Kirkuk and Diyala"
    assert EN.of(Name("الرشاد", None)) == "\u2068الرشاد\u2069"
    assert EN.sentence(Saying.of("fault.start")).startswith("The period")
    assert words_of_terms(AR) and words_of_terms(EN)


def words_of_terms(words: Words) -> bool:
    return all(words.of(Term("outcome", id_)) for id_ in ("agrees", "fewer", "more", "cannot_tell"))
