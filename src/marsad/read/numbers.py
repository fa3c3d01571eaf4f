"""Amounts: what a text counts, in words or digits, with the bounds that stand around it.

`numerals` composes the numbers; here each gets what surrounds it: range, bound, percent sign,
the noun that makes it a name (`اللواء 12`). Bare dual nouns are no business of this module.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from marsad.lexicon import Match
from marsad.model import Qualifier, Span
from marsad.read.numerals import DASHES, GLUE, Numeral, NumeralUnit, find_numerals, one_line
from marsad.text import Text

_SLASH = "/"
_OPENERS = frozenset({"/", "("})
#: How far after a number 'at least' may stand, and how far before a range a word of change.
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
    unit: NumeralUnit
    vague: bool
    first: int
    last: int
    core: int
    span: Span


def find_amounts(text: Text, matches: Mapping[str, list[Match]]) -> tuple[Amount, ...]:
    """Every amount of `text`, left to right; `matches` is what `Lexicon.scan` gave for it."""
    numbers, others = find_numerals(text, matches.get("numbers", ()))
    reader = _Surroundings(text, others, numbers)
    out: list[Amount] = []
    i = 0
    while i < len(numbers):
        amount, i = reader.amount(i)
        out.append(amount)
    return tuple(out)


class _Surroundings:
    """Reads what stands around the numbers of a text."""

    def __init__(self, text: Text, others: Mapping[int, Match], numbers: list[Numeral]) -> None:
        self._text = text
        self._tokens = text.tokens
        self._others = others
        self._by_end = {m.last: m for m in others.values()}
        self._numbers = numbers
        self._free = 0  # tokens before it belong to the amount before

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
        if (
            slashed
            and high is None
            and not self._key(core - 2).isdigit()
            and not self._key(last + 1).isdigit()
        ):
            first, last, start = core - 1, last + 1, self._tokens[core - 1].start
        last, percent, first, start = self._percent(last, first, start)
        unit = low.unit
        if percent and unit in ("count", "decimal"):
            unit = "percent"
        if high is None and unit == "count" and self._named(low):
            unit = "ordinal"
        qualifier: Qualifier = "range" if high is not None else "exact"
        if unit != "ordinal":
            bound, first, start, last = self._bound(low, first, start, last, used)
            if bound is not None and high is None:
                qualifier = bound
        self._free = last
        end = self._tokens[last - 1].end
        lower, upper = self._limits(low, high, qualifier)
        return Amount(lower, upper, qualifier, unit, low.vague, first, last, core, Span(start, end)), used

    def _limits(
        self, low: Numeral, high: Numeral | None, qualifier: Qualifier
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
    def _shares_scale(low: Numeral, high: Numeral) -> bool:
        """Whether the scale said once holds for both: من 7 إلى 10 آلاف."""
        return high.scale >= 1000 and low.scale == 1 and low.value < high.value / high.scale

    def _partner(self, i: int) -> Numeral | None:
        """The upper end of the range that begins at number `i`."""
        if i + 1 >= len(self._numbers):
            return None
        a, b = self._numbers[i], self._numbers[i + 1]
        if b.first - a.last > 4 or not one_line(self._text, a.last - 1, b.first):
            return None
        if a.unit not in ("count", "decimal") or b.unit not in ("count", "decimal", "percent"):
            return None
        skip = a.last + 1 if self._key(a.last) in ("%", "٪") else a.last
        gap, link = b.first - skip, self._key(skip)
        while gap > 1 and self._key(b.first - 1) in GLUE:
            gap -= 1
        rises = a.value < b.value or self._shares_scale(a, b)
        if gap == 1 and link in DASHES:
            if not (a.digits and rises and not b.vague):
                return None
            chain = self._key(b.last) in DASHES | {_SLASH} and self._glued(b.last)
            chain = chain or (self._glued(a.first) and self._key(a.first - 1) in DASHES | {_SLASH})
            # 27-1-2021 is a date; "1500-2" is none of ours
            return None if chain else b
        if gap == 1 and link in ("الي", "حتي", "لغايه"):
            return b if rises and not a.vague and not self._changes(a) else None
        if gap == 1 and link == "او":
            return b if a.vague == b.vague else None
        opener = self._key(a.first - 1)
        between = opener == "بين" and self._key(a.first - 2) != "من"
        if between and (b.joined or link == "و") and gap <= 1 and rises:
            return b
        return None

    def _changes(self, a: Numeral) -> bool:
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
        # in الأربعة %40 the sign is glued to the next number
        if self._key(last) in ("%", "٪") and (
            self._glued(last) or not (self._glued(last + 1) and self._key(last + 1).isdigit())
        ):
            return last + 1, True, first, start
        match = self._others.get(last)
        if match is not None and match.gives.get("unit") == "percent":
            return match.last, True, first, start
        if self._key(first - 1) in ("%", "٪") and self._glued(first):
            return last, True, first - 1, self._tokens[first - 1].start
        return last, False, first, start

    def _named(self, number: Numeral) -> bool:
        """Whether the number is a name: the 12th brigade, the street called after sixty."""
        match = self._by_end.get(number.first)
        if match is None or "names" not in match.gives:
            return False
        return number.digits or (
            match.gives["names"] == "street" and self._key(number.first).startswith("ال")
        )

    def _bound(
        self, number: Numeral, first: int, start: int, last: int, used: int
    ) -> tuple[Qualifier | None, int, int, int]:
        """The bound before or after the number, and the range and start that include it."""
        bound: Qualifier | None = None
        reach = first
        while self._key(reach - 1) in _OPENERS or self._key(reach - 1) in GLUE:
            reach -= 1
        # خمسة على الأقل وثلاثة: the و ends what the bound before it could govern
        before = None if number.joined else self._by_end.get(reach)
        if before is not None and (
            before.first < self._free or not one_line(self._text, before.last - 1, reach)
        ):
            before = None
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
