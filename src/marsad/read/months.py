"""Months with the day before them and the year after them."""

from __future__ import annotations

from functools import lru_cache

from marsad.lexicon import Match
from marsad.read.timeline import Moment, Timeline

#: Month names long enough to be known again with one letter wrong, where a cue asks for a month.
_SPELLINGS = {
    "يناير": 1, "فبراير": 2, "شباط": 2, "مارس": 3, "اذار": 3, "ابريل": 4, "نيسان": 4, "مايو": 5,
    "ايار": 5, "يونيو": 6, "حزيران": 6, "يوليو": 7, "تموز": 7, "اغسطس": 8, "سبتمبر": 9, "ايلول": 9,
    "اكتوبر": 10, "نوفمبر": 11, "ديسمبر": 12,
}  # fmt: skip


@lru_cache(maxsize=4096)
def misspelt(key: str) -> int | None:
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


def month(
    line: Timeline, first: int, last: int, number: int, *, hijri: bool = False, match: Match | None = None
) -> Moment | None:
    """A month with the day before it and the year after it."""
    start, begin = first, last
    last = _twin(line, last, number, hijri=hijri)
    twin = last > begin
    shahr = line.by_last.get(first)
    if line.gives(shahr, "unit") == "month" and shahr is not None:
        first = shahr.first
    else:
        shahr = None
    low, high, first = day_before(line, first)
    if low is None:
        number_after = line.digits(last)
        comma = line.key(last + 1) in ("،", ",")
        if number_after and number_after <= 31 and comma and line.year_at(last + 2):
            low, last = number_after, last + 1
    year, year_rel, last = line.year_after(last, hijri=hijri, dated=low is not None)
    rel = ""
    if year is None and not year_rel:
        after = line.by_first.get(last)
        if line.gives(after, "rel") in ("last", "this", "next", "same") and after is not None:
            rel, last = line.gives(after, "rel"), after.last
            year, year_rel, last = line.year_after(last, hijri=hijri, dated=False)
    last = line.era(last) if hijri else last
    edge, first = line.edge(first) if low is None else ("", first)
    if match is not None and "cue" in match.gives:
        told = low is not None or year or year_rel or rel or twin or shahr or edge
        before = line.by_last.get(match.first)
        told = told or (match.proclitics == "و" and bool(line.gives(before, "month")))
        weak = "weak" in match.gives and line.prep_before(first)
        if "madda" in match.gives and "آ" not in line.text.tokens[start].word.bare and not (twin or year):
            return None
        if not (told or weak):
            return None
    if not (year or year_rel or rel) and line.names(first, low, number):
        return None
    return Moment(
        "month" if low is None else "day", first, last, year=year, month=number, day=low, day_to=high,
        hijri=hijri, edge=edge, rel=rel, year_rel=year_rel,
    )  # fmt: skip


def _twin(line: Timeline, last: int, number: int, *, hijri: bool) -> int:
    """Past a second name of the same month: نوفمبر/تشرين الثاني."""
    name = "hijri" if hijri else "month"
    for gap in (0, 1):
        other = line.by_first.get(last + gap)
        if line.gives(other, name) != str(number) or other is None:
            continue
        if gap and line.key(last) not in ("/", "(", "-", "–", "\\", ":"):
            continue
        closed = gap and line.key(last) == "(" and line.key(other.last) == ")"
        return other.last + bool(closed)
    return last


def day_before(line: Timeline, first: int) -> tuple[int | None, int | None, int]:
    """Day, last day (of 5-10 March) and the first token, as told before a month."""
    if line.key(first - 1) in ("/", "-", "–"):
        value = line.digits(first - 2)
        if value and value <= 31 and line.together(first - 2, first):
            return value, None, first - 2
        return None, None, first
    end = first - 1 if line.key(first - 1) == "من" else first
    amount = line.amount_to.get(end)
    if amount is None or amount.vague or amount.unit not in ("count", "ordinal"):
        return None, None, first
    low, high = amount.low, amount.high
    if amount.qualifier == "range":
        if low and high and high <= 31:
            return low, high, amount.first
        return None, None, first
    value = high if low is None else low
    if not value or value > 31 or not line.together(amount.last - 1, first):
        return None, None, first
    begin = amount.core
    start = line.amount_to.get(begin - 1) if line.key(begin - 1) in ("الي", "حتي") else None
    if start is not None and start.unit == amount.unit == "ordinal" and 0 < (start.low or 0) < value:
        return start.low, value, start.first - (line.key(start.first - 1) == "من")
    joined = line.key(begin - 1) == "و"
    before = line.amount_to.get(begin - 1 if joined else begin)
    paired = before is not None and before.unit == amount.unit and (joined or line.key(begin).startswith("و"))
    if paired and before is not None and before.low == before.high and 0 < (before.low or 0) < value:
        return before.low, value, before.core
    return value, None, begin


def misspelt_before(line: Timeline, first: int) -> Moment | None:
    """A misspelt month before a year: حزبران من العام نفسه."""
    i = first - 1
    if line.key(i) == "من":
        i -= 1
    if i < 0 or line.text.tokens[i].word.kind != "arabic" or i in line.by_first:
        return None
    number = misspelt(line.key(i))
    if number is None:
        return None
    day = line.amount_to.get(i)
    if not (line.key(i - 1) in ("في", "وفي", "شهر") or line.gives(line.by_last.get(i), "prep") or day):
        return None
    return month(line, i, i + 1, number)
