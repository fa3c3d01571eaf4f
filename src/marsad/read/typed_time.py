"""Times in claims typed in English: what they name, worked out against the day of publication.

'The last two weeks' ends on the day of publication, as in the Arabic reader; a month without a year is
the latest that has begun.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from marsad.model import Period

MONTHS = {
    name: number
    for number, names in enumerate(
        "january jan|february feb|march mar|april apr|may|june jun|july jul|august aug|september sep sept|"
        "october oct|november nov|december dec".split("|"), 1,
    )
    for name in names.split()
}  # fmt: skip
_WORDS = {
    word: number
    for number, word in enumerate(
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen".split(), 1
    )
}
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_NUMBER = rf"\d{{1,3}}|{'|'.join(_WORDS)}"
_ORDINAL = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "last": -1,
    "1st": 1,
    "2nd": 2,
    "3rd": 3,
    "4th": 4,
}
_YEAR = r"(?P<{0}>(?:19|20)\d\d|this year|last year|the year)"


@dataclass(frozen=True, slots=True)
class Told:
    """A time as typed: its characters, its days, and whether it is only how long ('in two months')."""

    start: int
    end: int
    period: Period | None
    length: bool = False


def number(word: str) -> int:
    """A small number in figures or letters."""
    return _WORDS.get(word) or int(word)


def find_times(text: str, published: date | None) -> list[Told]:
    """Every time in the text, left to right, the longest at each place; without a day of publication some have no days."""
    out: list[Told] = []
    at = 0
    while at < len(text):
        best: Told | None = None
        if at == 0 or not text[at - 1].isalnum():
            for pattern, build in _FORMS:
                found = pattern.match(text, at)
                if found and (best is None or found.end() > best.end):
                    period = build(found, published)
                    best = Told(at, found.end(), period, length=build is _length)
        if best is None:
            at += 1
        else:
            out.append(best)
            at = best.end
    return out


def _whole(year: int, month: int | None = None) -> Period:
    if month is None:
        return Period(date(year, 1, 1), date(year, 12, 31))
    return Period(date(year, month, 1), date(year, month, monthrange(year, month)[1]))


def back(day: date, count: int, unit: str) -> date:
    """The day so many units before."""
    if unit in ("day", "week", "fortnight"):
        return day - timedelta(days=count * {"day": 1, "week": 7, "fortnight": 14}[unit])
    months = day.year * 12 + day.month - 1 - count * {"month": 1, "quarter": 3, "year": 12}[unit]
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _year_of(word: str | None, published: date | None) -> int | None:
    if word is None or not word.isdecimal():
        return None if published is None else published.year - (word == "last year")
    return int(word)


def _month_of(name: str, year: str | None, published: date | None) -> Period | None:
    month = MONTHS[name]
    if year is not None:
        known = _year_of(year, published)
        return _whole(known, month) if known else None
    if published is None:
        return None
    return _whole(published.year - (month > published.month), month)


def _past(found: re.Match[str], published: date | None) -> Period | None:
    if published is None:
        return None
    return Period(back(published, number(found["n"] or "one"), found["unit"]), published)


def _length(found: re.Match[str], published: date | None) -> Period | None:
    return _past(found, published)


def _unit(found: re.Match[str], published: date | None) -> Period | None:
    """Last week, this month, last year."""
    if published is None:
        return None
    unit, last = found["unit"], found["rel"] in ("last", "the last", "previous", "the previous")
    if unit == "week":
        week = Period(published - timedelta(days=7), published - timedelta(days=1))
        return week if last else Period(published - timedelta(days=published.weekday()), published)
    if unit == "year":
        return _whole(published.year - 1) if last else Period(date(published.year, 1, 1), published)
    start = published.replace(day=1)
    before = start - timedelta(days=1)
    return _whole(before.year, before.month) if last else Period(start, published)


def _day_word(found: re.Match[str], published: date | None) -> Period | None:
    if published is None:
        return None
    day = published - timedelta(days=found["word"] == "yesterday")
    return Period(day, day)


def _part(found: re.Match[str], published: date | None) -> Period | None:
    """The first half, the third quarter, the first six months of a year."""
    year = _year_of(found["year"], published)
    if year is None:
        return None
    size = {"half": 6, "quarter": 3}.get(found["part"] or "") or number(found["n"])
    which = _ORDINAL[found["ord"]]
    start = 12 - size if which < 0 else size * (which - 1)
    if not 0 <= start <= 12 - size:
        return None
    return Period(date(year, start + 1, 1), _whole(year, start + size).last)


def _quarter(found: re.Match[str], published: date | None) -> Period:
    start = 3 * (int(found["q"]) - 1)
    return Period(date(int(found["year"]), start + 1, 1), _whole(int(found["year"]), start + 3).last)


def _day(found: re.Match[str], published: date | None) -> Period | None:
    groups = found.groupdict()
    if groups.get("iso"):
        return _safe(*map(int, groups["iso"].split("-")))
    month, year = MONTHS[groups["month"]], groups.get("year")
    if year:
        return _safe(int(year), month, int(groups["day"]))
    if published is None:
        return None
    past = (month, int(groups["day"])) > (published.month, published.day)
    return _safe(published.year - past, month, int(groups["day"]))


def _safe(year: int, month: int, day: int) -> Period | None:
    try:
        return Period(date(year, month, day), date(year, month, day))
    except ValueError:
        return None


def _month(found: re.Match[str], published: date | None) -> Period | None:
    return _month_of(found["month"], found["year"], published)


def _months(found: re.Match[str], published: date | None) -> Period | None:
    """January and February, March to June 2020."""
    last = _month_of(found["to"], found["year"], published)
    if last is None or last.last is None:
        return None
    start = MONTHS[found["from"]]
    return Period(date(last.last.year - (start > last.last.month), start, 1), last.last)


def _years(found: re.Match[str], published: date | None) -> Period | None:
    year = _year_of(found["year"], published)
    return _whole(year) if year else None


def _since(found: re.Match[str], published: date | None) -> Period | None:
    """From the beginning of a time to publication."""
    if found["start"]:
        return Period(date(published.year, 1, 1), published) if published else None
    inner = find_times(found["what"], published)
    if len(inner) != 1 or inner[0].period is None:
        return None
    return Period(inner[0].period.first, published)


def _ends(found: re.Match[str], published: date | None) -> Period | None:
    """From one time to another."""
    first, last = (find_times(found[name], published) for name in ("a", "b"))
    if len(first) != 1 or len(last) != 1 or first[0].period is None or last[0].period is None:
        return None
    start, end = first[0].period.first, last[0].period.last
    return Period(start, end) if start and end and start <= end else None


_UNITS = r"(?P<unit>day|week|fortnight|month|quarter|year)s?"
_ONE = (
    rf"(?:\d{{4}}-\d\d-\d\d|\d{{1,2}}(?:st|nd|rd|th)? (?:{_MONTH})(?:,? (?:19|20)\d\d)?|"
    rf"(?:{_MONTH}) \d{{1,2}}(?:st|nd|rd|th)?(?:,? (?:19|20)\d\d)?|(?:{_MONTH})(?: (?:19|20)\d\d)?|(?:19|20)\d\d)"
)
_PART = rf"(?P<ord>{'|'.join(_ORDINAL)}) (?:(?P<part>half|quarter)|(?P<n>{_NUMBER}) months)"
_START = r"(?P<start>the (?:start|beginning) of (?:the|this) year)"
_Build = Callable[[re.Match[str], "date | None"], "Period | None"]
_FORMS: tuple[tuple[re.Pattern[str], _Build], ...] = tuple(
    (re.compile(rf"(?:{pattern})\b"), build)
    for pattern, build in (
        (rf"(?:the )?(?:last|past|previous) (?P<n>{_NUMBER}) {_UNITS}", _past),
        (rf"(?:a|(?P<n>{_NUMBER})) {_UNITS}", _length),
        (r"(?P<rel>(?:the )?(?:last|previous)|this) (?P<unit>week|month|year)(?: so far)?", _unit),
        (r"(?P<word>yesterday|today)", _day_word),
        (rf"(?:the )?{_PART} of (?:the year )?{_YEAR.format('year')}", _part),
        (r"q(?P<q>[1-4]) (?P<year>(?:19|20)\d\d)", _quarter),
        (r"(?P<iso>\d{4}-\d\d-\d\d)", _day),
        (rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?P<month>{_MONTH})(?:,? (?P<year>(?:19|20)\d\d))?", _day),
        (rf"(?P<month>{_MONTH}) (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,? (?P<year>(?:19|20)\d\d))?(?!\d)", _day),
        (rf"(?P<month>{_MONTH})(?:,? {_YEAR.format('year')})?", _month),
        (rf"(?P<from>{_MONTH}) (?:and|to|through|until) (?P<to>{_MONTH})(?:,? (?:of )?{_YEAR.format('year')})?", _months),
        (r"(?P<year>(?:19|20)\d\d)", _years),
        (rf"(?:since|from) (?:{_START}|(?P<what>{_ONE}|last (?:week|month|year)))(?: on(?:wards)?)?", _since),
        (rf"(?:from|between) (?P<a>{_ONE}) (?:to|and|until|through) (?P<b>{_ONE})", _ends),
    )
)  # fmt: skip
