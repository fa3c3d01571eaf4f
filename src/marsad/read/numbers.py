"""Amounts: what a text counts, in words or digits, with the bounds that stand around it.

Only tokens that the `numbers` layer knows, or that are digits, are looked at. A number is
read in two steps: `_Walk` composes one number from its parts (`ثمانية وعشرين ألفا وخمسمئة`),
then `find_amounts` adds what surrounds it: range, bound, percent sign, the noun that makes it
a name (`اللواء 12`). Bare dual nouns are no business of this module.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from marsad.lexicon import Match
from marsad.model import Qualifier, Span
from marsad.text import Text, Token

AmountUnit = Literal["count", "percent", "fraction", "ordinal", "decimal"]

_DASHES = frozenset("-–—−")
_SLASH = "/"
#: One-letter words glued to digits by tatweel or nothing: بـ15, الـ500, و900.
_GLUE = frozenset({"ب", "ل", "ال", "بال", "لل", "ك"})
_OPENERS = frozenset({"/", "("})
_AFTER_WINDOW = 4
_CHANGE_WINDOW = 8


@dataclass(frozen=True, slots=True)
class Amount:
    """A number as told: its bounds, and the half-open token range that tells it.

    `first` to `last` includes the qualifier, `core` is where the number itself begins; `span`
    leaves proclitics out. An open side is `None`: 'more than 200' is 200, None. `vague` says
    that no number stands there (dozens, some).
    """

    low: int | None
    high: int | None
    qualifier: Qualifier
    unit: AmountUnit
    vague: bool
    first: int
    last: int
    core: int
    span: Span


@dataclass(frozen=True, slots=True)
class _Atom:
    """A number word or a run of digits, before composition."""

    kind: Literal["value", "scale", "ordinal", "share", "vague"]
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
class _Number:
    """A composed number, before its surroundings are read."""

    value: float
    unit: AmountUnit
    vague: bool
    first: int
    last: int
    start: int
    digits: bool
    joined: bool
    scale: float = 1


def _digits_value(key: str) -> tuple[float, bool] | None:
    """The value of a digit token, and whether its full stop marks thousands.

    `None` for what is no number: 5.8.2023, a list 3,4,5, a telephone number.
    """
    for mark in (",", "."):
        if mark in key:
            parts = key.split(mark)
            rest = key.replace(mark, "")
            grouped = all(len(p) == 3 for p in parts[1:]) and len(parts[0]) <= 3 and parts[0] != "0"
            if rest.isdigit():
                if grouped:
                    return float(rest), len(parts) == 2
                return (float(".".join(parts)), False) if len(parts) == 2 else None
            if mark == "," and all(len(p.split(".")[0]) == 3 for p in parts[1:]) and key.count(".") == 1:
                return float(rest), False
            return None
    if len(key) > 9 or (key[0] == "0" and len(key) > 2):
        return None
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
    if before.key in _DASHES and i > 1:
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
        for kind in ("value", "scale", "ordinal", "share", "vague"):
            if kind in gives:
                break
        else:
            others[match.first] = match
            continue
        clitics = match.proclitics
        alone = match.first > 0 and not clitics and tokens[match.first - 1].word.key == "و"
        atoms.append(
            _Atom(
                kind=kind,
                value=float(gives[kind]),
                first=match.first,
                last=match.last,
                start=match.start,
                joined=alone or clitics == "و",
                loose=clitics in ("", "و"),
                article=match.article,
                plural="plural" in gives,
                part="part" in gives,
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
        loose = joined or i == 0 or tokens[i - 1].word.key not in _GLUE
        kind = "ordinal" if named else "value"
        atoms.append(
            _Atom(kind, value, i, i + 1, token.start, joined, loose, digits=True, thousands=thousands)
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
        self._tokens = text.tokens
        self._atoms = atoms

    def _link(self, left: _Atom, right: _Atom) -> Literal["", "next", "and"]:
        """How `right` follows `left`: not at all, directly, or with و."""
        if not right.loose:
            return ""
        gap = right.first - left.last
        if gap == 0:
            return "and" if right.joined else "next"
        if gap == 1 and self._tokens[left.last].word.key == "و":
            return "and"
        return ""

    def number(self, i: int) -> tuple[_Number | None, int]:
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
        unit: AmountUnit = "count" if value == int(value) else "decimal"
        return (
            _Number(
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
            total, bound = head.value, head.value
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
                    if b.value >= bound or (b.kind == "value" and b.value >= 1000 and b.digits and bound <= 1000):
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

    def _ordinal(self, i: int) -> tuple[_Number | None, int]:
        head, end, value = self._atoms[i], i + 1, self._atoms[i].value
        if end < len(self._atoms) and value < 10 and not head.digits:
            tens = self._atoms[end]
            round_ = tens.value % 10 == 0 and 20 <= tens.value < 100 and not tens.digits
            if round_ and self._link(head, tens) == "and":
                value, end = value + tens.value, end + 1
        if head.part and end == i + 1:
            return None, end
        last = self._atoms[end - 1].last
        return _Number(value, "ordinal", False, head.first, last, head.start, head.digits, head.joined), end

    def _vague(self, i: int) -> tuple[_Number | None, int]:
        """Dozens, thousands, some; 'a few thousand' is as many as the thousands."""
        head, end = self._atoms[i], i + 1
        value = head.value * 2 if head.plural else head.value
        if end < len(self._atoms) and head.value == 2 and not head.plural:
            b = self._atoms[end]
            if self._link(head, b) == "next" and (b.plural or b.kind == "vague"):
                value, end = b.value * 2 if b.plural else b.value, end + 1
        elif end < len(self._atoms) and self._atoms[end].plural and self._link(head, self._atoms[end]) == "next":
            value, end = value * self._atoms[end].value, end + 1
        last = self._atoms[end - 1].last
        return _Number(value, "count", True, head.first, last, head.start, False, head.joined), end

    def _share(self, i: int) -> tuple[_Number | None, int]:
        """A half, a third; before a scale word a count: نصف مليون."""
        head = self._atoms[i]
        if head.fraction:
            return _Number(0, "fraction", False, head.first, head.last, head.start, False, head.joined), i + 1
        if i + 1 < len(self._atoms):
            b = self._atoms[i + 1]
            if b.kind == "scale" and not b.plural and b.value > 100 and self._link(head, b) == "next":
                value = head.value * b.value / 100
                return _Number(value, "count", False, head.first, b.last, head.start, False, head.joined), i + 2
        return _Number(head.value, "percent", False, head.first, head.last, head.start, False, head.joined), i + 1


def _numbers(text: Text, atoms: list[_Atom]) -> list[_Number]:
    walk = _Walk(text, atoms)
    out: list[_Number] = []
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


def find_amounts(text: Text, matches: Mapping[str, list[Match]]) -> tuple[Amount, ...]:
    """Every amount of `text`, left to right; `matches` is what `Lexicon.scan` gave for it."""
    atoms, others = _atoms(text, matches.get("numbers", ()))
    if not atoms:
        return ()
    numbers = _numbers(text, atoms)
    reader = _Surroundings(text, others, numbers)
    out: list[Amount] = []
    i = 0
    while i < len(numbers):
        amount, i = reader.amount(i)
        out.append(amount)
    return tuple(out)


class _Surroundings:
    """Reads what stands around the numbers of a text."""

    def __init__(self, text: Text, others: Mapping[int, Match], numbers: list[_Number]) -> None:
        self._text = text
        self._tokens = text.tokens
        self._others = others
        self._by_end = {m.last: m for m in others.values()}
        self._numbers = numbers

    def _key(self, i: int) -> str:
        return self._tokens[i].word.key if 0 <= i < len(self._tokens) else ""

    def _glued(self, i: int) -> bool:
        """Whether token `i` touches the one before it."""
        return 0 < i < len(self._tokens) and self._tokens[i - 1].end == self._tokens[i].start

    def amount(self, i: int) -> tuple[Amount, int]:
        """The amount that begins with number `i`, and the number after it."""
        low = self._numbers[i]
        first, last, core, start = low.first, low.last, low.first, low.start
        high = self._partner(i)
        used = i + 1
        if high is not None:
            first, start = self._range_opener(first, start)
            last, used = high.last, i + 2
        slashed = self._key(last) == _SLASH and self._key(core - 1) == _SLASH
        if slashed and high is None and not self._key(core - 2).isdigit() and not self._key(last + 1).isdigit():
            last += 1
        last, percent, first, start = self._percent(last, first, start)
        unit = low.unit
        if percent and unit in ("count", "decimal"):
            unit = "percent"
        if high is None and low.digits and unit == "count" and self._named(first):
            unit = "ordinal"
        qualifier: Qualifier = "range" if high is not None else "exact"
        if unit != "ordinal":
            bound, first, start, last = self._bound(low, first, start, last, used)
            if bound is not None and high is None:
                qualifier = bound
        end = self._tokens[last - 1].end
        lower, upper = self._limits(low, high, qualifier)
        return Amount(lower, upper, qualifier, unit, low.vague, first, last, core, Span(start, end)), used

    def _limits(
        self, low: _Number, high: _Number | None, qualifier: Qualifier
    ) -> tuple[int | None, int | None]:
        if low.unit == "fraction":
            return None, None
        value = math.floor(low.value + 0.5)
        if high is not None:
            a = low.value * high.scale if self._shares_scale(low, high) else low.value
            lower, upper = sorted((math.floor(a + 0.5), math.floor(high.value + 0.5)))
            return lower, None if high.vague else upper
        if qualifier in ("up_to", "less_than"):
            return None, value
        if qualifier == "more_than" or low.vague:
            return value, None
        return value, value

    @staticmethod
    def _shares_scale(low: _Number, high: _Number) -> bool:
        """Whether the scale said once holds for both: من 7 إلى 10 آلاف."""
        return high.scale >= 1000 and low.scale == 1 and low.value < high.value / high.scale

    def _partner(self, i: int) -> _Number | None:
        """The upper end of the range that begins at number `i`."""
        if i + 1 >= len(self._numbers):
            return None
        a, b = self._numbers[i], self._numbers[i + 1]
        if a.unit not in ("count", "decimal") or b.unit not in ("count", "decimal", "percent"):
            return None
        skip = a.last + 1 if self._key(a.last) in ("%", "٪") else a.last
        gap, link = b.first - skip, self._key(skip)
        while gap > 1 and self._key(b.first - 1) in _GLUE:
            gap -= 1
        rises = a.value < b.value or self._shares_scale(a, b)
        if gap == 1 and link in _DASHES:
            if not (a.digits and rises and not b.vague):
                return None
            chain = self._key(b.last) in _DASHES | {_SLASH} and self._glued(b.last)
            chain = chain or (self._glued(a.first) and self._key(a.first - 1) in _DASHES | {_SLASH})
            # 27-1-2021 is a date; "1500-2" is none of ours
            return None if chain else b
        if gap == 1 and link in ("الي", "حتي", "لغايه"):
            return b if rises and not a.vague and not self._changes(a) else None
        if gap == 1 and link in ("او", "ام"):
            return b if a.vague == b.vague else None
        opener = self._key(a.first - 1)
        between = opener == "بين" and self._key(a.first - 2) != "من"
        if between and (b.joined or link == "و") and gap <= 1 and rises:
            return b
        return None

    def _changes(self, a: _Number) -> bool:
        """Whether 'from A to B' tells a rise or fall: two numbers, no range."""
        if self._key(a.first - 1) != "من":
            return False
        for j in range(a.first - 2, max(-1, a.first - _CHANGE_WINDOW), -1):
            match = self._others.get(j)
            if match is not None and "change" in match.gives:
                return True
        return False

    def _range_opener(self, first: int, start: int) -> tuple[int, int]:
        """The range's first token and character with ما بين, بين or من."""
        key = self._key(first - 1)
        if key in ("بين", "من", "مابين"):
            first -= 1
            if key == "بين" and self._key(first - 1) in ("ما", "وما"):
                first -= 1
            return first, self._tokens[first].start
        return first, start

    def _percent(self, last: int, first: int, start: int) -> tuple[int, bool, int, int]:
        """A percent sign or its words after the number, or a sign glued before it."""
        if self._key(last) in ("%", "٪"):
            return last + 1, True, first, start
        match = self._others.get(last)
        if match is not None and match.gives.get("unit") == "percent":
            return match.last, True, first, start
        if self._key(first - 1) in ("%", "٪") and self._glued(first):
            return last, True, first - 1, self._tokens[first - 1].start
        return last, False, first, start

    def _named(self, first: int) -> bool:
        match = self._by_end.get(first)
        return match is not None and "names" in match.gives

    def _bound(
        self, number: _Number, first: int, start: int, last: int, used: int
    ) -> tuple[Qualifier | None, int, int, int]:
        """The bound before or after the number, and the range and start that include it."""
        bound: Qualifier | None = None
        reach = first
        while self._key(reach - 1) in _OPENERS or self._key(reach - 1) in _GLUE:
            reach -= 1
        # خمسة على الأقل وثلاثة: the و ends what the bound before it could govern
        before = None if number.joined else self._by_end.get(reach)
        if before is not None and "qualifier" in before.gives and before.gives.get("after") is None:
            bound = before.gives["qualifier"]
            first, start = before.first, before.start
            outer = self._by_end.get(first)
            # ما لا يقل عن نحو خمسين: the outer word is the stronger one
            if outer is not None and "qualifier" in outer.gives and bound == "about":
                bound, first, start = outer.gives["qualifier"], outer.first, outer.start
        following = self._numbers[used].first if used < len(self._numbers) else len(self._tokens)
        for j in range(last, min(last + _AFTER_WINDOW, following)):
            if self._tokens[j].word.kind == "symbol":
                break
            match = self._others.get(j)
            if match is None or "qualifier" not in match.gives:
                continue
            if "after" in match.gives or "both" in match.gives:
                if bound is None or bound == "about":
                    bound = match.gives["qualifier"]
                if j == last:
                    last = match.last
            break
        return bound, first, start, last


