"""Numerals: one number composed from its parts, in words or digits.

Only tokens that the `numbers` layer knows, or that are digits, are looked at. What stands
around a numeral (bounds, ranges, percent signs) is the business of `numbers`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from marsad.lexicon import Match
from marsad.text import Text, Token

NumeralUnit = Literal["count", "percent", "fraction", "ordinal", "decimal"]

DASHES = frozenset("-–—−")
#: One-letter words glued to digits by tatweel or nothing: بـ15, الـ500, و900.
GLUE = frozenset({"ب", "ل", "ال", "بال", "لل", "ك"})
#: What follows "and a half" when it belongs to the noun before: سنتين ونصف على الأقل.
_NO_WHOLE = frozenset(
    {
        "في",
        "من",
        "منهم",
        "منها",
        "منهن",
        "علي",
        "الي",
        "عن",
        "صباحا",
        "مساء",
        "ظهرا",
        "قبل",
        "بعد",
        "تقريبا",
        "منذ",
        "حتي",
        "فقط",
    }
)

#: More digits are a code of some kind, and no machine's number holds what scale words make of them.
_LONGEST = 12

_Kind = Literal["value", "scale", "ordinal", "share", "vague"]
_KINDS: tuple[_Kind, ...] = ("value", "scale", "ordinal", "share", "vague")


@dataclass(frozen=True, slots=True)
class _Atom:
    """A number word or a run of digits, before composition."""

    kind: _Kind
    value: float
    first: int
    last: int
    start: int
    joined: bool  # by و, glued or apart
    loose: bool  # no proclitic but و: may continue a number
    article: bool = False
    digits: bool = False
    plural: bool = False
    part: bool = False
    fraction: bool = False
    thousands: bool = False  # digits like 1.500, which is 1.5 before a scale word


@dataclass(frozen=True, slots=True)
class Numeral:
    """A composed number, before its surroundings are read."""

    value: float
    unit: NumeralUnit
    vague: bool
    first: int
    last: int
    start: int
    digits: bool
    joined: bool
    scale: float = 1


def one_line(text: Text, left: int, right: int) -> bool:
    """Whether tokens `left` and `right` stand on one line."""
    return "\n" not in text.source[text.tokens[left].end : text.tokens[right].start]


def _digits_value(key: str) -> tuple[float, bool] | None:
    """The value of a digit token, and whether its full stop marks thousands.

    `None` for what is no number: 5.8.2023, a list 3,4,5, a telephone number.
    """
    for mark in (",", "."):
        if mark in key:
            parts = key.split(mark)
            rest = key.replace(mark, "")
            if len(parts[0]) == 2 and parts[0][0] == "0":
                return None  # 06,45 is a time of day
            grouped = all(len(p) == 3 for p in parts[1:]) and len(parts[0]) <= 3 and parts[0] != "0"
            if len(rest) > _LONGEST:
                return None
            if rest.isdigit():
                if grouped:
                    return float(rest), len(parts) == 2
                return (float(".".join(parts)), False) if len(parts) == 2 else None
            if mark == "," and all(len(p.split(".")[0]) == 3 for p in parts[1:]) and key.count(".") == 1:
                return float(rest), False
            return None
    if len(key) > 9 or (key[0] == "0" and len(key) > 2):
        return None  # a telephone number
    return float(key), False


def _is_clock(tokens: tuple[Token, ...], i: int) -> bool:
    """Whether the digits at `i` belong to 06:31."""

    def colon(j: int, outer: int) -> bool:
        if not (0 <= j < len(tokens) and 0 <= outer < len(tokens) and tokens[j].word.key == ":"):
            return False
        left, right = min(i, outer), max(i, outer)
        glued = tokens[left].end == tokens[j].start and tokens[j].end == tokens[right].start
        return glued and tokens[outer].word.kind == "number"

    return colon(i + 1, i + 2) or colon(i - 1, i - 2)


def _is_name(tokens: tuple[Token, ...], i: int) -> bool:
    """Whether the digits at `i` are glued to a name: F-16, M4, كوفيد-19."""
    if i == 0 or tokens[i - 1].end != tokens[i].start:
        return False
    before = tokens[i - 1].word
    if before.kind == "latin":
        return True
    if before.key in DASHES and i > 1:
        left = tokens[i - 2]
        return left.end == tokens[i - 1].start and left.word.kind in ("latin", "arabic")
    return False


def _atoms(text: Text, matches: Iterable[Match]) -> tuple[list[_Atom], dict[int, Match]]:
    """Number parts from left to right, and the other matches of the layer by their first token."""
    tokens = text.tokens
    atoms: list[_Atom] = []
    others: dict[int, Match] = {}
    for match in matches:
        gives = match.gives
        kind = next((k for k in _KINDS if k in gives), None)
        if kind is None:
            others[match.first] = match
            continue
        clitics, start = match.proclitics, match.start
        head = tokens[match.first].word
        # folded, وأحد (and one of) is spelt like واحد (one)
        glued = head.key == "واحد" and head.bare.startswith("وأ") and not clitics
        if glued:
            clitics, start = "و", start + head.surface.index("أ")
        alone = match.first > 0 and not clitics and tokens[match.first - 1].word.key == "و"
        atoms.append(
            _Atom(
                kind=kind,
                value=float(gives[kind]),
                first=match.first,
                last=match.last,
                start=start,
                joined=alone or clitics == "و",
                loose=clitics in ("", "و"),
                article=match.article,
                plural="plural" in gives,
                part="part" in gives or glued,
                fraction=gives.get("unit") == "fraction",
            )
        )
    taken = {i for a in atoms for i in range(a.first, a.last)}
    found = len(atoms)
    for i, token in enumerate(tokens):
        if token.word.kind != "number" or i in taken or _is_clock(tokens, i):
            continue
        read = _digits_value(token.word.key)
        if read is None or (i and tokens[i - 1].word.key == "+" and tokens[i - 1].end == token.start):
            continue
        value, thousands = read
        named = _is_name(tokens, i)
        joined = i > 0 and tokens[i - 1].word.key == "و"
        loose = joined or i == 0 or tokens[i - 1].word.key not in GLUE
        atoms.append(
            _Atom(
                "ordinal" if named else "value",
                value,
                i,
                i + 1,
                token.start,
                joined,
                loose,
                digits=True,
                thousands=thousands,
            )
        )
    if len(atoms) > found:
        atoms.sort(key=lambda a: a.first)
    return atoms, others


def _room(value: float) -> float:
    """What may be added with و to a group that ends in `value`: tens to units, less to hundreds."""
    if value < 10:
        return 10
    return 100 if value % 100 == 0 else 0


class _Walk:
    """Composes the number that starts at one atom."""

    def __init__(self, text: Text, atoms: list[_Atom]) -> None:
        self._text = text
        self._tokens = text.tokens
        self._atoms = atoms

    def _link(self, left: _Atom, right: _Atom) -> Literal["", "next", "and"]:
        """How `right` follows `left`: not at all, directly, or with و."""
        gap = right.first - left.last
        if not right.loose or gap > 1 or not one_line(self._text, left.last - 1, right.first):
            return ""
        if gap == 0:
            return "and" if right.joined else "next"
        if gap == 1 and self._tokens[left.last].word.key == "و":
            return "and"
        return ""

    def number(self, i: int) -> tuple[Numeral | None, int]:
        """The number at atom `i` (`None` for a part that stands alone), and the next atom."""
        head = self._atoms[i]
        if head.kind == "ordinal":
            return self._ordinal(i)
        if head.kind == "vague" or head.plural:
            return self._vague(i)
        if head.kind == "share":
            return self._share(i)
        value, scale, end = self._cardinal(i)
        last = self._atoms[end - 1]
        if head.part and end == i + 1:
            return None, end
        # الاثنين, with the article, is Monday; two of them are الاثنان
        monday = head.article and end == i + 1 and value == 2 and not head.digits
        if monday and self._tokens[head.first].word.key.endswith("ين"):
            return None, end
        unit: NumeralUnit = "count" if value == int(value) else "decimal"
        return (
            Numeral(
                value, unit, False, head.first, last.last, head.start, end == i + 1 and head.digits,
                head.joined, scale,
            ),
            end,
        )  # fmt: skip

    def _cardinal(self, i: int) -> tuple[float, float, int]:
        """Value, smallest scale and end of the cardinal at atom `i`."""
        head = self._atoms[i]
        total = 0.0
        group: float | None = None
        room, bound = 0.0, math.inf
        saved = (0.0, i)
        hundreds = 0
        if head.kind == "scale" and head.value > 100:
            bound = head.value
            total = bound * 2 if self._is_dual(head) else bound
        elif head.value >= 1000 and not head.digits:
            total, bound = head.value, head.value / 2
        else:
            group = head.value
            room = 0 if head.digits else _room(group)
        end = i + 1
        while end < len(self._atoms):
            left, b = self._atoms[end - 1], self._atoms[end]
            link = self._link(left, b)
            if link == "next" and b.kind == "scale":
                if group is None:
                    if total != bound or b.value <= bound:
                        break
                    total, bound = total * b.value, b.value
                elif b.value == 100 and not left.digits and 3 <= group % 1000 <= 9 and not hundreds:
                    group, room, hundreds = group * 100, 100, 1
                elif b.value == 100:
                    break
                elif b.value < bound:
                    if left.thousands:
                        group /= 1000
                    total, group, bound, hundreds = total + group * b.value, None, b.value, 0
                    saved = (total, end + 1)
                else:
                    # ثلاثة آلاف وأربعة آلاف are two numbers: give the second one back
                    total, end = saved
                    group = None
                    break
            elif link == "and" and b.kind == "share" and group is None and bound > 100:
                total, end = total + bound * b.value / 100, end + 1
                if end < len(self._atoms) and (c := self._atoms[end]).article and c.value == bound:
                    end += self._link(b, c) == "next"  # مليون ونصف المليون
                break
            elif link == "and" and b.kind in ("value", "scale") and not b.plural:
                if group is None:
                    if b.value >= bound or (
                        b.kind == "value" and b.value >= 1000 and b.digits and bound <= 1000
                    ):
                        break
                    if saved[1] <= end:
                        saved = (total, end)
                    if b.value >= 1000 and not b.digits:
                        total, bound = total + b.value, b.value
                    else:
                        group, room = b.value, 0 if b.digits else _room(b.value)
                elif room == 10 and 20 <= b.value < 100 and b.value % 10 == 0 and not b.digits:
                    group, room = group + b.value, 0
                elif room == 100 and b.value < 100 and b.kind == "value":
                    group, room = group + b.value, 10 if b.value < 10 and not b.digits else 0
                else:
                    break
            else:
                break
            end += 1
        value = total + (group or 0.0)
        return value, bound if bound != math.inf else 1, end

    def _is_dual(self, scale: _Atom) -> bool:
        """Whether ألفا before a noun is the dual in construct, two thousand, and not an accusative."""
        words = self._tokens[scale.last - 1 : scale.last + 1]
        if len(words) < 2 or scale.article or not words[0].word.key.endswith("ا"):
            return False
        following = words[1].word
        return following.kind == "arabic" and following.key[0] != "و" and following.key not in _NO_WHOLE

    def _ordinal(self, i: int) -> tuple[Numeral | None, int]:
        head, end, value = self._atoms[i], i + 1, self._atoms[i].value
        if end < len(self._atoms) and value < 10 and not head.digits:
            tens = self._atoms[end]
            round_ = tens.value % 10 == 0 and 20 <= tens.value < 100 and not tens.digits
            if round_ and self._link(head, tens) == "and":
                value, end = value + tens.value, end + 1
        if head.part and end == i + 1:
            return None, end
        last = self._atoms[end - 1].last
        return Numeral(value, "ordinal", False, head.first, last, head.start, head.digits, head.joined), end

    def _vague(self, i: int) -> tuple[Numeral | None, int]:
        """Dozens, thousands, some; 'a few thousand' is as many as the thousands."""
        head, end = self._atoms[i], i + 1
        value = head.value * 2 if head.plural else head.value
        if end < len(self._atoms) and head.value == 2 and not head.plural:
            b = self._atoms[end]
            if self._link(head, b) == "next" and (b.plural or b.kind == "vague"):
                value, end = b.value * 2 if b.plural else b.value, end + 1
        elif (
            end < len(self._atoms)
            and self._atoms[end].plural
            and self._link(head, self._atoms[end]) == "next"
        ):
            value, end = value * self._atoms[end].value, end + 1
        last = self._atoms[end - 1].last
        return Numeral(value, "count", True, head.first, last, head.start, False, head.joined), end

    def _share(self, i: int) -> tuple[Numeral | None, int]:
        """A half, a third; before a scale word a count: نصف مليون."""
        head = self._atoms[i]
        if head.fraction:
            return Numeral(0, "fraction", False, head.first, head.last, head.start, False, head.joined), i + 1
        if i + 1 < len(self._atoms):
            b = self._atoms[i + 1]
            if b.kind == "scale" and not b.plural and b.value > 100 and self._link(head, b) == "next":
                value = head.value * b.value / 100
                return Numeral(
                    value, "count", False, head.first, b.last, head.start, False, head.joined
                ), i + 2
        unit: NumeralUnit = "fraction" if head.joined and self._no_whole(head) else "percent"
        return Numeral(head.value, unit, False, head.first, head.last, head.start, False, head.joined), i + 1

    def _no_whole(self, share: _Atom) -> bool:
        """Whether nothing follows that the share could be a share of: عامين ونصف."""
        if share.article or share.last >= len(self._tokens):
            return True
        following = self._tokens[share.last].word
        return following.kind != "arabic" or following.key in _NO_WHOLE


def _sequence(text: Text, atoms: list[_Atom]) -> list[Numeral]:
    walk = _Walk(text, atoms)
    out: list[Numeral] = []
    i = 0
    while i < len(atoms):
        number, i = walk.number(i)
        if number is None:
            continue
        before = out[-1] if out else None
        adjacent = before is not None and before.last == number.first
        # 30 ثانية are seconds; الثالثة والنصف is a time of day
        if before is not None and adjacent and number.unit == "ordinal" and before.unit == "count":
            continue
        if before is not None and adjacent and number.unit == "percent" and before.unit == "ordinal":
            continue
        out.append(number)
    return out


def find_numerals(text: Text, matches: Iterable[Match]) -> tuple[list[Numeral], dict[int, Match]]:
    """The numerals of a text, and the layer's other words (bounds and the like) by first token."""
    atoms, others = _atoms(text, matches)
    return (_sequence(text, atoms) if atoms else []), others
