"""Moments as a text names them, and the line of tokens that they are read from.

A `Moment` holds what the words say (day 5, month 3, no year; a Thursday; three weeks, last),
not yet what days they are. `Timeline` is what the readers of moments look things up in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from marsad.lexicon import Match
from marsad.read.numbers import Amount, find_amounts
from marsad.text import Text

MomentKind = Literal[
    "day", "month", "year", "weekday", "shift", "part", "season", "unit", "window", "duration", "same",
    "gap", "vague",
]  # fmt: skip

THIS = frozenset({"هذا", "هذه", "بهذا", "بهذه", "لهذا", "لهذه", "وهذا", "وهذه"})
#: Which unit counted from publication: the last, this, the next, the last but one.
WHICH = frozenset({"last", "this", "next", "last_but_one"})
_RELATED = WHICH | {"same", "before", "after"}
_YEARS = range(1900, 2101)
_HIJRI_YEARS = range(1343, 1501)
_ERA = frozenset({"م", "ه", "هجري", "هجريه", "ميلادي", "ميلاديه"})


@dataclass(frozen=True, slots=True)
class Moment:
    """What the words of one time expression say, over tokens `first` to `last` (half-open)."""

    kind: MomentKind
    first: int
    last: int
    year: int | None = None
    year_to: int | None = None
    month: int | None = None
    month_to: int | None = None
    day: int | None = None
    day_to: int | None = None
    hijri: bool = False
    weekday: int | None = None
    shift: int | None = None
    season: str = ""
    edge: str = ""
    rel: str = ""
    year_rel: str = ""
    unit: str = ""
    count: int | None = None
    bound: str = ""
    prep: str = ""


class Timeline:
    """One text's tokens with the times and amounts found on them."""

    def __init__(
        self, text: Text, matches: Mapping[str, list[Match]], amounts: tuple[Amount, ...] | None = None
    ) -> None:
        """`amounts` are read from the text when a time needs them and none were given."""
        self.text = text
        self._amounts = amounts
        self._tokens = text.tokens
        self.matches = matches
        layer = matches.get("dates", [])
        self.by_first = {m.first: m for m in layer}
        self.by_last = {m.last: m for m in layer}

    @cached_property
    def amounts(self) -> tuple[Amount, ...]:
        """The text's amounts, read only if a time needs one."""
        return find_amounts(self.text, self.matches) if self._amounts is None else self._amounts

    @cached_property
    def amount_to(self) -> dict[int, Amount]:
        """Amounts by the token after them."""
        return {a.last: a for a in self.amounts}

    @cached_property
    def amount_from(self) -> dict[int, Amount]:
        """Amounts by the token where the number itself begins."""
        return {a.core: a for a in self.amounts}

    @cached_property
    def bound_to(self) -> dict[int, Match]:
        """Words of bound and approximation by the token after them."""
        return {m.last: m for m in self.matches.get("numbers", ()) if "qualifier" in m.gives}

    def key(self, i: int) -> str:
        """The folded key of token `i`, empty outside the text."""
        return self._tokens[i].word.key if 0 <= i < len(self._tokens) else ""

    def together(self, left: int, right: int) -> bool:
        """Whether tokens `left` and `right` stand on one line."""
        return "\n" not in self.text.source[self._tokens[left].end : self._tokens[right].start]

    def gives(self, match: Match | None, name: str) -> str:
        """What a match states under `name`, empty if nothing."""
        return str(match.gives.get(name, "")) if match is not None else ""

    def digits(self, i: int) -> int | None:
        """The whole number at token `i`."""
        key = self.key(i)
        return int(key) if key.isdecimal() and len(key) <= 4 else None

    def year_at(self, i: int, *, hijri: bool = False) -> int | None:
        """The year that the digits at token `i` can be."""
        value = self.digits(i)
        if value is None or len(self.key(i)) != 4:
            return None
        return value if value in (_HIJRI_YEARS if hijri else _YEARS) else None

    def era(self, last: int) -> int:
        """Past the letter of an era and a closing bracket after a year."""
        if self.key(last) in _ERA:
            last += 1
        return last

    def year_after(self, last: int, *, hijri: bool, dated: bool) -> tuple[int | None, str, int]:
        """Year, which year (last, this, same) and end, as told after a month."""
        j = last
        if self.key(j) in ("/", "-", "–", "(") or (dated and self.key(j) in ("،", ",")):
            year = self.year_at(j + 1, hijri=hijri)
            if year is not None and self.together(j - 1, j + 1):
                closing = j + 2 + (self.key(j) == "(" and self.key(j + 2) == ")")
                return year, "", self.era(closing)
            return None, "", last
        year = self.year_at(j, hijri=hijri)
        if year is not None and self.together(j - 1, j):
            return year, "", self.era(j + 1)
        if self.key(j) == "من":
            j += 1
        this = self.key(j) in THIS
        j += this
        unit = self.by_first.get(j)
        if unit is None or unit.gives.get("unit") != "year" or unit.gives.get("count") != "1":
            return None, "", last
        year = self.year_at(unit.last, hijri=hijri)
        if year is not None:
            return year, "", self.era(unit.last + 1)
        if this:
            return None, "this", unit.last
        rel = self.by_first.get(unit.last)
        if self.gives(rel, "rel") in _RELATED and rel is not None:
            return None, self.gives(rel, "rel"), rel.last
        return None, "", last

    def edge(self, first: int) -> tuple[str, int]:
        """The part of a period named before it: مطلع, منتصف, النصف الأول من."""
        match = self.by_last.get(first)
        if match is None and self.key(first - 1) in ("من", "شهر"):
            match = self.by_last.get(first - 1)
        edge = self.gives(match, "edge")
        return (edge, match.first) if edge and match is not None else ("", first)

    def names(self, first: int, day: int | None, month: int) -> bool:
        """Whether the date before which this noun stands is its name: حي 17 تموز."""
        return self.gives(self.by_last.get(first), "named") in ("1", f"{day}/{month}")

    def prep_before(self, first: int) -> bool:
        """Whether a preposition of time stands before token `first`."""
        prep = self.by_last.get(first)
        return self.key(first - 1) in ("في", "وفي", "ففي", "بين") or bool(self.gives(prep, "prep"))
