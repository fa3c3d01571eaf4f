"""Moments: single points and stretches of time as a text names them, not yet resolved.

A `Moment` holds what the words say (day 5, month 3, no year; a Thursday; three weeks, last);
`dates` joins moments and works out their days. Only tokens that the `dates` layer knows, and
digits that look like a year or a numeric date, are looked at.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Literal

from marsad.lexicon import Match
from marsad.read.calendar import day as calendar_day
from marsad.read.numbers import Amount, find_amounts
from marsad.text import Text

MomentKind = Literal[
    "day", "month", "year", "weekday", "shift", "season", "unit", "window", "duration", "same", "vague"
]

_YEARS = range(1900, 2101)
_HIJRI_YEARS = range(1343, 1501)
_THIS = frozenset({"هذا", "هذه", "بهذا", "بهذه", "لهذا", "لهذه", "وهذا", "وهذه"})
_ERA = frozenset({"م", "ه", "هجري", "هجريه", "ميلادي", "ميلاديه"})
_BEFORE_YEAR = frozenset({"في", "وفي", "من", "الي", "بين", "لعام", "لسنه", "ففي"})
_TO = frozenset({"الي", "حتي", "-", "–", "—"})
_SEPARATORS = frozenset("/-–.")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})|(\d{4})\.(\d{1,2})\.(\d{1,2})")

#: Month names long enough to be known again with one letter wrong, where a cue asks for a month.
_SPELLINGS = {
    "يناير": 1, "فبراير": 2, "شباط": 2, "مارس": 3, "اذار": 3, "ابريل": 4, "نيسان": 4, "مايو": 5,
    "ايار": 5, "يونيو": 6, "حزيران": 6, "يوليو": 7, "تموز": 7, "اغسطس": 8, "سبتمبر": 9, "ايلول": 9,
    "اكتوبر": 10, "نوفمبر": 11, "ديسمبر": 12,
}  # fmt: skip


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
    prep: str = ""


@lru_cache(maxsize=4096)
def _misspelt(key: str) -> int | None:
    """The month that `key` is one letter away from, if it is the only one."""
    if len(key) < 4:
        return None
    hits = {number for name, number in _SPELLINGS.items() if _one_apart(key, name)}
    return hits.pop() if len(hits) == 1 else None


def _one_apart(a: str, b: str) -> bool:
    if abs(len(a) - len(b)) > 1 or a == b:
        return False
    if len(a) > len(b):
        a, b = b, a
    i = next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), len(a))
    return a[i + 1 :] == b[i + 1 :] if len(a) == len(b) else a[i:] == b[i + 1 :]


class Moments:
    """Finds the moments of one text."""

    def __init__(self, text: Text, matches: Mapping[str, list[Match]]) -> None:
        self.text = text
        self._tokens = text.tokens
        self._matches = matches
        layer = matches.get("dates", [])
        self.by_first = {m.first: m for m in layer}
        self.by_last = {m.last: m for m in layer}

    @cached_property
    def amounts(self) -> tuple[Amount, ...]:
        """The text's amounts, read only if a time needs one."""
        return find_amounts(self.text, self._matches)

    @cached_property
    def _amount_to(self) -> dict[int, Amount]:
        return {a.last: a for a in self.amounts}

    @cached_property
    def amount_from(self) -> dict[int, Amount]:
        """Amounts by the token where the number itself begins."""
        return {a.core: a for a in self.amounts}

    def key(self, i: int) -> str:
        """The folded key of token `i`, empty outside the text."""
        return self._tokens[i].word.key if 0 <= i < len(self._tokens) else ""

    def together(self, left: int, right: int) -> bool:
        """Whether tokens `left` and `right` stand on one line."""
        return "\n" not in self.text.source[self._tokens[left].end : self._tokens[right].start]

    def gives(self, match: Match | None, name: str) -> str:
        """What a match states under `name`, empty if nothing."""
        return str(match.gives.get(name, "")) if match is not None else ""

    def find(self) -> list[Moment]:
        """All moments, left to right, none overlapping."""
        starts: list[tuple[int, Match | None]] = [(m.first, m) for m in self.by_first.values()]
        for i, token in enumerate(self._tokens):
            if token.word.kind == "number":
                key = token.word.key
                if len(key) == 4 or "." in key or self.key(i + 1) in _SEPARATORS:
                    starts.append((i, None))
        starts.sort(key=lambda s: s[0])
        out: list[Moment] = []
        free = 0
        for first, match in starts:
            if first < free:
                continue
            moment = self._numeric(first) if match is None else self._worded(match)
            if moment is None:
                continue
            if moment.first < free:
                moment = replace(moment, first=max(free, match.first if match else first))
            out.append(moment)
            free = moment.last
        return out

    def _worded(self, match: Match) -> Moment | None:
        gives = match.gives
        if "month" in gives or "hijri" in gives:
            hijri = "hijri" in gives
            number = int(gives["hijri" if hijri else "month"])
            return self._month(match.first, match.last, number, hijri=hijri, match=match)
        if "weekday" in gives:
            rel = self.gives(self.by_first.get(match.last), "rel")
            last = self.by_first[match.last].last if rel in ("last", "next", "this") else match.last
            rel = rel if last > match.last else ""
            return Moment("weekday", match.first, last, weekday=int(gives["weekday"]), rel=rel)
        if "same" in gives:
            return Moment("same", match.first, match.last, shift=int(gives["shift"]))
        if "shift" in gives:
            return Moment("shift", match.first, match.last, shift=int(gives["shift"]))
        if "season" in gives:
            return self._season(match)
        if "unit" in gives:
            return self._unit(match)
        if "vague" in gives:
            return Moment("vague", match.first, match.last)
        return None

    def _digits(self, i: int) -> int | None:
        """The whole number at token `i`."""
        key = self.key(i)
        return int(key) if key.isdecimal() and len(key) <= 4 else None

    def _year_at(self, i: int, *, hijri: bool = False) -> int | None:
        value = self._digits(i)
        if value is None or len(self.key(i)) != 4:
            return None
        return value if value in (_HIJRI_YEARS if hijri else _YEARS) else None

    def _era(self, last: int) -> int:
        """Past the letter of an era and a closing bracket after a year."""
        if self.key(last) in _ERA:
            last += 1
        return last

    def _year_after(self, last: int, *, hijri: bool, dated: bool) -> tuple[int | None, str, int]:
        """Year, which year (last, this, same) and end, as told after a month."""
        j = last
        if self.key(j) in ("/", "-", "–", "(") or (dated and self.key(j) in ("،", ",")):
            year = self._year_at(j + 1, hijri=hijri)
            if year is not None and self.together(j - 1, j + 1):
                closing = j + 2 + (self.key(j) == "(" and self.key(j + 2) == ")")
                return year, "", self._era(closing)
            return None, "", last
        year = self._year_at(j, hijri=hijri)
        if year is not None and self.together(j - 1, j):
            return year, "", self._era(j + 1)
        if self.key(j) == "من":
            j += 1
        this = self.key(j) in _THIS
        j += this
        unit = self.by_first.get(j)
        if unit is None or unit.gives.get("unit") != "year" or unit.gives.get("count") != "1":
            return None, "", last
        year = self._year_at(unit.last, hijri=hijri)
        if year is not None:
            return year, "", self._era(unit.last + 1)
        if this:
            return None, "this", unit.last
        rel = self.by_first.get(unit.last)
        if self.gives(rel, "rel") in ("last", "this", "next", "same", "before", "after") and rel is not None:
            return None, self.gives(rel, "rel"), rel.last
        return None, "", last

    def _month(
        self, first: int, last: int, number: int, *, hijri: bool = False, match: Match | None = None
    ) -> Moment | None:
        """A month with the day before it and the year after it."""
        start, begin = first, last
        last = self._twin(last, number, hijri=hijri)
        twin = last > begin
        shahr = self.by_last.get(first)
        if self.gives(shahr, "unit") == "month" and shahr is not None:
            first = shahr.first
        else:
            shahr = None
        low, high, first = self._day_before(first)
        if low is None:
            number_after = self._digits(last)
            comma = self.key(last + 1) in ("،", ",")
            if number_after and number_after <= 31 and comma and self._year_at(last + 2):
                low, last = number_after, last + 1
        year, year_rel, last = self._year_after(last, hijri=hijri, dated=low is not None)
        rel = ""
        if year is None and not year_rel:
            after = self.by_first.get(last)
            if self.gives(after, "rel") in ("last", "this", "next", "same") and after is not None:
                rel, last = self.gives(after, "rel"), after.last
                year, year_rel, last = self._year_after(last, hijri=hijri, dated=False)
        last = self._era(last) if hijri else last
        edge, first = self._edge(first) if low is None else ("", first)
        if match is not None and "cue" in match.gives:
            told = low is not None or year or year_rel or rel or twin or shahr or edge
            weak = "weak" in match.gives and self._prep_before(first)
            if "madda" in match.gives and "آ" not in self._tokens[start].word.bare and not (twin or year):
                return None
            if not (told or weak):
                return None
        if low is None and not (year or year_rel or rel) and self._names(first):
            return None
        if low is not None and not (year or year_rel or rel) and self._names(first):
            return None
        return Moment(
            "month" if low is None else "day", first, last, year=year, month=number, day=low, day_to=high,
            hijri=hijri, edge=edge, rel=rel, year_rel=year_rel,
        )  # fmt: skip

    def _names(self, first: int) -> bool:
        """Whether the date before which this noun stands is its name: حي 17 تموز."""
        return bool(self.gives(self.by_last.get(first), "named"))

    def _prep_before(self, first: int) -> bool:
        prep = self.by_last.get(first)
        return self.key(first - 1) in ("في", "وفي", "ففي") or bool(self.gives(prep, "prep"))

    def _twin(self, last: int, number: int, *, hijri: bool) -> int:
        """Past a second name of the same month: نوفمبر/تشرين الثاني."""
        name = "hijri" if hijri else "month"
        for gap in (0, 1):
            other = self.by_first.get(last + gap)
            if self.gives(other, name) != str(number) or other is None:
                continue
            if gap and self.key(last) not in ("/", "(", "-", "–", "\\"):
                continue
            closed = gap and self.key(last) == "(" and self.key(other.last) == ")"
            return other.last + bool(closed)
        return last

    def _day_before(self, first: int) -> tuple[int | None, int | None, int]:
        """Day, last day (of 5-10 March) and the first token, as told before a month."""
        if self.key(first - 1) in ("/", "-", "–"):
            value = self._digits(first - 2)
            if value and value <= 31 and self.together(first - 2, first):
                return value, None, first - 2
            return None, None, first
        end = first - 1 if self.key(first - 1) == "من" else first
        amount = self._amount_to.get(end)
        if amount is None or amount.vague or amount.unit not in ("count", "ordinal"):
            return None, None, first
        low, high = amount.low, amount.high
        if amount.qualifier == "range":
            if low and high and high <= 31:
                return low, high, amount.first
            return None, None, first
        value = high if low is None else low
        if not value or value > 31 or not self.together(amount.last - 1, first):
            return None, None, first
        begin = amount.core
        joined = self.key(begin - 1) == "و"
        before = self._amount_to.get(begin - 1 if joined else begin)
        if before is not None and before.low and before.low == before.high and before.low < value:
            opener = self.key(before.core - 1)
            if opener in ("يومي", "في", "وفي", "ايام", "ليلتي", "يوم"):
                return before.low, value, before.core
        return value, None, begin

    def _edge(self, first: int) -> tuple[str, int]:
        """The part of a period named before it: مطلع, منتصف, النصف الأول من."""
        match = self.by_last.get(first)
        if match is None and self.key(first - 1) in ("من", "شهر"):
            match = self.by_last.get(first - 1)
        edge = self.gives(match, "edge")
        return (edge, match.first) if edge and match is not None else ("", first)

    def _season(self, match: Match) -> Moment | None:
        year, year_rel, last = self._year_after(match.last, hijri=False, dated=False)
        rel = ""
        if year is None and not year_rel:
            after = self.by_first.get(last)
            rel = self.gives(after, "rel")
            if rel not in ("last", "this", "next") or after is None:
                return None
            last = after.last
        edge, first = self._edge(match.first)
        return Moment(
            "season", first, last, year=year, season=match.gives["season"], rel=rel, year_rel=year_rel, edge=edge
        )

    def _unit(self, match: Match) -> Moment | None:
        """A year by its number, a unit told by which one, an amount of units."""
        unit, first, last = match.gives["unit"], match.first, match.last
        if unit == "year":
            moment = self._year(match)
            if moment is not None:
                return moment
        if unit == "month" and match.gives["count"] == "1":
            typo = _misspelt(self.key(last)) if last not in self.by_first else None
            if typo is not None and self.together(last - 1, last):
                return self._month(last, last + 1, typo)
        count: int | None = int(match.gives["count"]) or None
        counted = count == 2
        between = self.amount_from.get(last)
        before = self._amount_to.get(first)
        if before is not None and before.unit != "count":
            before = None
        j, few = last, False
        if between is not None and between.unit == "count":
            count, counted, j = between.low, True, between.last
        elif before is not None:
            count, counted, first = before.low, True, before.first
            if before.vague:
                count = None
        if self.gives(self.by_first.get(j), "rel") == "few":
            few, count, j = True, None, self.by_first[j].last
        if not counted and match.gives["count"] == "0":
            count = None
        after = self.by_first.get(j)
        rel = self.gives(after, "rel") if after is not None and self.together(j - 1, j) else ""
        if rel == "few":
            rel = ""
        if self.key(first - 1) in _THIS:
            rel, first, after = "this", first - 1, None
        if rel and after is not None:
            j = after.last
        many = counted or match.gives["count"] == "0"
        if rel in ("first", "last") and many and self.key(j) == "من":
            whole = self._whole(j + 1)
            if whole is not None:
                edge = f"{'+' if rel == 'first' else '-'}{count or ''}{unit}"
                return replace(whole, kind="unit", first=first, edge=edge, count=count, unit=whole.unit or "year")
        if rel in ("same", "before", "after"):
            edge, first = self._edge(first)
            return Moment("unit", first, j, unit=unit, rel=rel, edge=edge)
        if rel in ("last", "this", "next") and not many:
            return self._which(unit, first, j, rel)
        if rel == "last":
            return Moment("vague" if count is None else "window", first, j, unit=unit, count=count, rel=rel)
        if rel in ("this", "next"):
            return Moment("vague", first, j)
        return self._amount_of(unit, first, last if not few else j, count, counted=counted, plural=many)

    def _whole(self, i: int) -> Moment | None:
        """The year or month that begins at token `i`, after a part of it was named."""
        match = self.by_first.get(i)
        if match is None:
            year = self._year_at(i)
            return Moment("year", i, i + 1, year=year) if year is not None else None
        if "unit" in match.gives:
            found = self._unit(match)
            return found if found is not None and found.kind in ("year", "unit") else None
        return None

    def _which(self, unit: str, first: int, last: int, rel: str) -> Moment:
        """Last week, this month, next year; with a day: the fifth of this month."""
        if unit == "month" and self.key(first - 1) == "من":
            low, high, begin = self._day_before(first)
            if low is not None:
                return Moment("day", begin, last, day=low, day_to=high, rel=rel, unit="month")
        edge, first = self._edge(first)
        return Moment("unit", first, last, unit=unit, count=1, rel=rel, edge=edge)

    def _amount_of(
        self, unit: str, first: int, last: int, count: int | None, *, counted: bool, plural: bool
    ) -> Moment | None:
        """An amount of units: ago, since, within, or just that long."""
        prep = self.by_last.get(first)
        name = self.gives(prep, "prep")
        if self.gives(prep, "edge") == "end" and counted and self.key(first - 1) in ("اخر", "لاخر"):
            assert prep is not None
            return Moment("window", prep.first, last, unit=unit, count=count, rel="last")
        if name in ("before", "since") and prep is not None:
            if self.key(first - 1) == "قبيل":
                return None
            if count is None or (plural and not counted):
                return Moment("vague", prep.first, last, prep=name)
            # قبل ثلاثة أيام من الهجوم counts from the attack, not from publication
            if name == "before" and self.key(last) == "من":
                return Moment("duration", first, last)
            return Moment("window", prep.first, last, unit=unit, count=count, prep=name)
        if counted or (name in ("after", "during") and not plural):
            return Moment("duration", first, last, unit=unit, count=count)
        return None

    def _year(self, match: Match) -> Moment | None:
        """عام 2014, عامي 2014 و2017; a misspelt month before it is read again."""
        first, last = match.first, match.last
        if self.key(last) == "(":
            last += 1
        year = self._year_at(last)
        hijri = False
        if year is None and self.key(last + 1) in ("ه", "هجري", "هجريه"):
            year, hijri = self._year_at(last, hijri=True), True
        if year is None:
            typo = self._typo_before(first)
            return typo if typo is not None and typo.year_rel else None
        typo = self._typo_before(first)
        if typo is not None:
            return typo
        last = self._era(last + 1)
        if self.key(match.last) == "(" and self.key(last) == ")":
            last += 1
        year_to = None
        if match.gives["count"] != "1" or self.key(last) in ("-", "–"):
            year_to, last = self._years(last)
        edge, first = self._edge(first)
        return Moment("year", first, last, year=year, year_to=year_to, hijri=hijri, edge=edge)

    def _years(self, last: int) -> tuple[int | None, int]:
        """The last of several years: 2014 و2015 و2016."""
        found = None
        while True:
            j = last
            while self.key(j) in ("و", "،") or self.key(j) in _TO:
                j += 1
            if self.gives(self.by_first.get(j), "unit") == "year" and j > last:
                j += 1
            year = self._year_at(j)
            if j == last or year is None or not self.together(last - 1, j):
                return found, last
            found, last = year, j + 1

    def _typo_before(self, first: int) -> Moment | None:
        """A misspelt month before a year: حزبران من العام نفسه."""
        i = first - 1
        if self.key(i) == "من":
            i -= 1
        if i < 0 or self._tokens[i].word.kind != "arabic" or i in self.by_first:
            return None
        number = _misspelt(self.key(i))
        if number is None:
            return None
        day = self._amount_to.get(i)
        if not (self.key(i - 1) in ("في", "وفي", "شهر") or self.gives(self.by_last.get(i), "prep") or day):
            return None
        return self._month(i, i + 1, number)

    def _numeric(self, i: int) -> Moment | None:
        """27/1/2021, 2021-01-27, 27.1.2021, or a year on its own."""
        dotted = _DOTTED.fullmatch(self.key(i))
        if dotted is not None:
            a, b, c, x, y, z = dotted.groups()
            parts = (int(a), int(b), int(c)) if a else (int(z), int(y), int(x))
            return self._checked(i, i + 1, *parts)
        one, two, three = self._digits(i), self._digits(i + 2), self._digits(i + 4)
        seps = (self.key(i + 1), self.key(i + 3))
        if one and two and three and seps[0] == seps[1] and seps[0] in _SEPARATORS and self.together(i, i + 4):
            wide = [len(self.key(i + n)) for n in (0, 2, 4)]
            if wide[2] == 4 and wide[0] <= 2 and wide[1] <= 2:
                return self._checked(i, i + 5, one, two, three)
            if wide[0] == 4 and wide[1] <= 2 and wide[2] <= 2:
                return self._checked(i, i + 5, three, two, one)
        if one and two and seps[0] in ("/", "-") and one <= 31 and two <= 12 and len(self.key(i + 2)) <= 2:
            led = self.by_last.get(i)
            told = self.gives(led, "weekday") or self.gives(led, "unit") == "day" or self.gives(led, "shift")
            if told and seps[1] not in _SEPARATORS:
                return Moment("day", i, i + 3, day=one, month=two)
        return self._bare_year(i)

    def _checked(self, first: int, last: int, day: int, month: int, year: int) -> Moment | None:
        if month > 12 >= day:
            day, month = month, day
        if year in _HIJRI_YEARS and month <= 12 and day <= 30:
            return Moment("day", first, self._era(last), day=day, month=month, year=year, hijri=True)
        if year not in _YEARS or calendar_day(year, month, day) is None:
            return None
        return Moment("day", first, self._era(last), day=day, month=month, year=year)

    def _bare_year(self, i: int) -> Moment | None:
        """A year without the word: only after a preposition of time, and not before what it could count."""
        year = self._year_at(i)
        if year is None or not 1950 <= year <= 2050:
            return None
        typo = self._typo_before(i)
        if typo is not None:
            return typo
        edge, first = self._edge(i)
        year_to, last = None, i + 1
        dashed = self.key(i + 1) in _TO and (self._year_at(i + 2) or 0) > year
        if dashed:
            year_to, last = self._year_at(i + 2), i + 3
        opener = self.key(i - 1)
        if opener == "بين" and self.key(i + 1) == "و" and (self._year_at(i + 2) or 0) > year:
            year_to, last, first = self._year_at(i + 2), i + 3, i - 1
            if self.key(first - 1) == "ما":
                first -= 1
        prep = self.by_last.get(i)
        led = edge or dashed or year_to or opener in _BEFORE_YEAR or self.gives(prep, "prep")
        if not led or (opener == "من" and not year_to):
            return None
        return None if self._counts(last) else Moment("year", first, last, year=year, year_to=year_to, edge=edge)

    def _counts(self, last: int) -> bool:
        """Whether the token after a bare year is what the number would count."""
        if last >= len(self._tokens) or not self.together(last - 1, last):
            return False
        word = self._tokens[last].word
        if word.key in ("%", "٪", "/") or any(m.first == last for m in self._matches.get("numbers", ())):
            return True
        counted = ("people", "casualties", "weapons", "actors")
        if any(m.first == last and not m.proclitics and not m.article for name in counted for m in self._matches.get(name, ())):
            return True
        return word.kind == "arabic" and word.key.endswith("ا") and len(word.key) > 3 and word.key not in ("عندما", "حينما", "بينما", "فيما", "كما", "مما")
