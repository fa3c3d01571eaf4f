"""Counted things in Arabic: how number and noun agree.

One and two are said by the noun itself (هجوم واحد، هجومان); three to ten take the genitive plural, and
a numeral of the other gender (ثلاثة هجمات، ثلاث غارات); eleven to ninety-nine the accusative singular
(11 هجوماً); hundreds the genitive singular (100 هجوم). Above a hundred the last two digits decide. These
are the plural categories of Unicode CLDR for Arabic, with the words that they need.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Gender = Literal["m", "f"]
#: Nominative, or the oblique of genitive and accusative; only duals and sound plurals show it.
Case = Literal["nominative", "oblique"]

#: Numbers up to here are written as words.
IN_WORDS = 10

# of feminine nouns; those of masculine nouns add ة
_UNITS = {3: "ثلاث", 4: "أربع", 5: "خمس", 6: "ست", 7: "سبع", 8: "ثماني", 9: "تسع", 10: "عشر"}
_WITH_TA = {**{n: f"{word}ة" for n, word in _UNITS.items()}, 8: "ثمانية"}
_TENS = {2: "عشر", 3: "ثلاث", 4: "أربع", 5: "خمس", 6: "ست", 7: "سبع", 8: "ثمان", 9: "تسع"}
_TWO: dict[tuple[Gender, Case], str] = {
    ("m", "nominative"): "اثنان", ("m", "oblique"): "اثنين",
    ("f", "nominative"): "اثنتان", ("f", "oblique"): "اثنتين",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Noun:
    """The forms that counting needs.

    `one` is the singular, `two` and `two_of` the dual in nominative and oblique, `few` the genitive
    plural, `many` the accusative singular.
    """

    gender: Gender
    one: str
    two: str
    two_of: str
    few: str
    many: str


def agreement(number: int) -> Literal["zero", "one", "two", "few", "many", "other"]:
    """Which form of the noun a number asks for."""
    if number in (0, 1, 2):
        return ("zero", "one", "two")[number]
    last = number % 100
    return "few" if 3 <= last <= 10 else "many" if last >= 11 else "other"


def numeral(number: int, gender: Gender, case: Case = "nominative") -> str:
    """A number from 3 to 99 in words, as it stands before a noun of that gender."""
    if not 3 <= number <= 99:
        raise ValueError(f"no numeral in words for {number}")
    units = _UNITS if gender == "f" else _WITH_TA
    if number <= 10:
        return units[number]
    tens, unit = divmod(number, 10)
    if tens == 1:
        ten = "عشرة" if gender == "f" else "عشر"
        if unit == 1:
            return f"{'إحدى' if gender == 'f' else 'أحد'} {ten}"
        # the dual loses its nun before عشر
        return f"{_TWO[gender, case].removesuffix('ن') if unit == 2 else units[unit]} {ten}"
    ten = _TENS[tens] + ("ون" if case == "nominative" else "ين")
    if unit == 0:
        return ten
    one = "إحدى" if gender == "f" else "واحد"
    # ثماني stands before its noun only; before و it is ثمانٍ
    eight = "ثمانٍ" if gender == "f" else units[8]
    return f"{ {1: one, 2: _TWO[gender, case], 8: eight}.get(unit) or units[unit] } و{ten}"


def counted(number: int, noun: Noun, digits: str, case: Case = "nominative") -> str:
    """So many of the things: `digits` is the number as it is written in figures."""
    form = agreement(number)
    if form == "one":
        return f"{noun.one} {'واحدة' if noun.gender == 'f' else 'واحد'}"
    if form == "two":
        return noun.two if case == "nominative" else noun.two_of
    if form == "few":
        return f"{numeral(number, noun.gender, case) if number <= IN_WORDS else digits} {noun.few}"
    return f"{digits} {noun.many if form == 'many' else noun.one}"


def between(low: int, high: int, noun: Noun, digits: tuple[str, str], case: Case = "nominative") -> str:
    """From so many to so many of the things: the noun agrees with the second number."""
    if (low, high) == (1, 2):
        return f"{counted(1, noun, digits[0])} أو {counted(2, noun, digits[1], case)}"
    first = digits[0] if low != 1 or high > 2 else noun.one
    second = noun.two_of if high == 2 else f"{digits[1]} {form_of(high, noun)}"
    return f"من {first} إلى {second}"


def form_of(number: int, noun: Noun) -> str:
    """The noun alone in the form that follows the number in figures."""
    return {"few": noun.few, "many": noun.many, "two": noun.two_of}.get(agreement(number), noun.one)
