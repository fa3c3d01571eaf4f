"""Amounts: the corpus of tests/corpus/numbers.yaml, the entries' own examples, and properties."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from marsad.lexicon import Lexicon, load
from marsad.model import Span
from marsad.read.numbers import Amount, find_amounts
from marsad.text import tokenise

CORPUS = Path(__file__).parent / "corpus" / "numbers.yaml"
CASES: list[dict[str, Any]] = yaml.load(CORPUS.read_text(encoding="utf-8"), yaml.BaseLoader)
SAYINGS = [(case, says) for case in CASES for says in case["says"]]
LEXICON = load()
ENTRIES = [e for e in LEXICON.entries.values() if e.layer == "numbers"]


def read(text: str, lexicon: Lexicon = LEXICON) -> tuple[Amount, ...]:
    tokens = tokenise(text)
    return find_amounts(tokens, lexicon.scan(tokens))


def unmarked(says: str) -> tuple[str, Span]:
    """A sentence without its ‹marks›, and the span that they held."""
    before, rest = says.split("‹")
    inside, after = rest.split("›")
    return before + inside + after, Span(len(before), len(before) + len(inside))


def number(value: str) -> int | None:
    return None if value == "null" else int(value)


def shown(amounts: tuple[Amount, ...], text: str) -> str:
    return "; ".join(f"{a.span.of(text)}={a.low}..{a.high} {a.qualifier} {a.unit}" for a in amounts)


@pytest.mark.parametrize(("case", "says"), SAYINGS, ids=[s for _, s in SAYINGS])
def test_corpus(case: dict[str, Any], says: str) -> None:
    text, span = unmarked(says)
    amounts = read(text)
    if "trap" in case:
        assert not [a for a in amounts if a.span.overlaps(span)], shown(amounts, text)
        return
    at = [a for a in amounts if a.span == span]
    assert len(at) == 1, shown(amounts, text)
    low, high = map(number, case["amount"])
    told = (at[0].low, at[0].high, at[0].qualifier, at[0].unit, at[0].vague)
    expected = (low, high, case.get("qualifier", "exact"), case.get("unit", "count"), "vague" in case)
    assert told == expected


def test_the_corpus_is_large_and_says_nothing_twice() -> None:
    assert len(SAYINGS) >= 420
    assert len({says for _, says in SAYINGS}) == len(SAYINGS)


@pytest.mark.parametrize("entry", ENTRIES, ids=[e.id for e in ENTRIES])
def test_each_entry_matches_its_examples(entry: Any) -> None:
    assert entry.yes
    for says in entry.yes:
        text, span = unmarked(says)
        found = [m for m in LEXICON.scan(tokenise(text))["numbers"] if m.entry.id == entry.id]
        assert [m.span for m in found] == [span], says
    for text in entry.no:
        assert all(m.entry.id != entry.id for m in LEXICON.scan(tokenise(text))["numbers"]), text


# A generator of Arabic numbers, written for the tests and sharing nothing with the reader.

UNITS = {
    3: ("ثلاثة", "ثلاث"), 4: ("أربعة", "أربع", "اربعة"), 5: ("خمسة", "خمس"), 6: ("ستة", "ست", "سته"),
    7: ("سبعة", "سبع"), 8: ("ثمانية", "ثماني", "ثمان"), 9: ("تسعة", "تسع"),
}  # fmt: skip
ONE, TWO = ("واحد", "واحدة", "أحد", "إحدى"), ("اثنان", "اثنين", "اثنتان", "اثنتين")
TENS = {20: "عشر", 30: "ثلاث", 40: "أربع", 50: "خمس", 60: "ست", 70: "سبع", 80: "ثمان", 90: "تسع"}
HUNDRED = ("مئة", "مائة", "مئه")
STEMS = {3: "ثلاث", 4: "أربع", 5: "خمس", 6: "ست", 7: "سبع", 8: "ثمان", 9: "تسع"}


@st.composite
def below_hundred(draw: st.DrawFn, value: int) -> str:
    if value == 1:
        return draw(st.sampled_from(ONE[:2]))
    if value == 2:
        return draw(st.sampled_from(TWO))
    if value < 10:
        return draw(st.sampled_from(UNITS[value]))
    if value == 10:
        return draw(st.sampled_from(("عشرة", "عشر")))
    if value < 20:
        heads = {11: ("أحد", "إحدى"), 12: ("اثنا", "اثني", "اثنتا", "اثنتي")}.get(value) or UNITS[value - 10]
        return f"{draw(st.sampled_from(heads))} {draw(st.sampled_from(('عشر', 'عشرة')))}"
    tens = TENS[value // 10 * 10] + draw(st.sampled_from(("ون", "ين")))
    unit = value % 10
    if not unit:
        return tens
    head = {1: ONE, 2: TWO}.get(unit) or UNITS[unit]
    return f"{draw(st.sampled_from(head))}{draw(st.sampled_from((' و', ' و ')))}{tens}"


@st.composite
def below_thousand(draw: st.DrawFn, value: int) -> str:
    hundreds, rest = divmod(value, 100)
    if not hundreds:
        return draw(below_hundred(rest))
    if hundreds == 1:
        text = draw(st.sampled_from(HUNDRED))
    elif hundreds == 2:
        text = draw(st.sampled_from(("مئتان", "مئتين", "مائتان", "مائتين")))
    else:
        text = STEMS[hundreds] + draw(st.sampled_from(("", " "))) + draw(st.sampled_from(HUNDRED[:2]))
    return f"{text} و{draw(below_hundred(rest))}" if rest else text


@st.composite
def in_words(draw: st.DrawFn, value: int) -> str:
    """`value`, from 1 to 999,999, in words of some gender, case and spelling."""
    thousands, rest = divmod(value, 1000)
    if not thousands:
        return draw(below_thousand(rest))
    if thousands == 1:
        text = draw(st.sampled_from(("ألف", "ألفا", "الف")))
    elif thousands == 2:
        text = draw(st.sampled_from(("ألفان", "ألفين")))
    else:
        noun = "آلاف" if 3 <= thousands <= 10 else draw(st.sampled_from(("ألف", "ألفا", "ألفاً")))
        text = f"{draw(below_thousand(thousands))} {noun}"
    return f"{text} و{draw(below_thousand(rest))}" if rest else text


@st.composite
def numbers(draw: st.DrawFn) -> tuple[int, str]:
    value = draw(st.integers(1, 120) | st.integers(1, 9999) | st.integers(1, 999_999))
    return value, draw(in_words(value))


@given(numbers(), st.sampled_from(("", "و", "ب", "ل", "وب")))
def test_words_are_read_back(number: tuple[int, str], clitic: str) -> None:
    value, words = number
    assume(not (clitic.endswith("ل") and f"{words} ".startswith("ست ")))  # لست: I am not
    text = f"وصل {clitic}{words} منهم إلى القرية"
    amounts = read(text)
    assert [(a.low, a.high) for a in amounts] == [(value, value)], shown(amounts, text)
    assert amounts[0].span.of(text) == words


INDIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


@given(st.integers(0, 99_999_999), st.sampled_from(("plain", "comma", "indic", "persian", "grouped")))
def test_digits_are_read_back(value: int, script: str) -> None:
    digits = {
        "plain": str(value), "comma": f"{value:,}", "indic": str(value).translate(INDIC),
        "persian": str(value).translate(PERSIAN),
        "grouped": f"{value:,}".replace(",", "٬").translate(INDIC),
    }[script]  # fmt: skip
    text = f"وصل {digits} منهم"
    assert [(a.low, a.span.of(text)) for a in read(text)] == [(value, digits)]


MARKS = "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652\u0670\u0640"


@st.composite
def dressed(draw: st.DrawFn, text: str) -> str:
    """`text` with marks and tatweel in its words, other spaces and other digits."""
    out = []
    for i, char in enumerate(text):
        if char == " ":
            out.append(draw(st.sampled_from((" ", "\u00a0"))))
            continue
        out.append(char)
        following = text[i + 1 : i + 2]
        if "ء" <= char <= "ي" and "ء" <= following <= "ي" and draw(st.integers(0, 3)) == 0:
            out.append(draw(st.sampled_from(MARKS)))
    script = draw(st.sampled_from((None, INDIC, PERSIAN)))
    return "".join(out).translate(script) if script else "".join(out)


@given(st.data(), st.sampled_from([says for _, says in SAYINGS]))
def test_marks_spaces_and_digits_change_nothing(data: st.DataObject, says: str) -> None:
    text, _ = unmarked(says)
    other = data.draw(dressed(text))

    def facts(source: str) -> list[tuple[Any, ...]]:
        return [(a.low, a.high, a.qualifier, a.unit, a.vague, a.first, a.last, a.core) for a in read(source)]

    assert facts(other) == facts(text)


@given(
    st.lists(st.sampled_from([w for s in SAYINGS for w in unmarked(s[1])[0].split()] + ["\n", "-", "/", "و"]))
)
def test_any_words_are_read_within_bounds(words: list[str]) -> None:
    text = " ".join(words)
    tokens = tokenise(text)
    end = 0
    for amount in find_amounts(tokens, LEXICON.scan(tokens)):
        assert 0 <= amount.span.start < amount.span.end <= len(text)
        assert end <= amount.first <= amount.core < amount.last <= len(tokens.tokens)
        assert amount.low is None or amount.high is None or amount.low <= amount.high
        end = amount.last
