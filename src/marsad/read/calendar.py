"""Calendar arithmetic: months, seasons, parts of a period, the nearest day, Islamic months.

Nothing here knows about text. What cannot be a day (31 June, an Islamic year that the tables
do not hold) is `None`, never an error.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import Final, Literal

from hijridate import Gregorian, Hijri

from marsad.model import Period

Side = Literal["past", "future"]

#: Meteorological seasons by their first month; a winter is named for the year it ends in.
_SEASONS: Final = {"1": 12, "2": 3, "3": 6, "4": 9}


def day(year: int, month: int, number: int) -> date | None:
    """The day, or `None` where there is none."""
    try:
        return date(year, month, number)
    except ValueError:
        return None


def month_of(year: int, month: int) -> Period:
    """A calendar month."""
    return Period(date(year, month, 1), date(year, month, monthrange(year, month)[1]))


def year_of(year: int) -> Period:
    """A calendar year."""
    return Period(date(year, 1, 1), date(year, 12, 31))


def season_of(year: int, season: str) -> Period:
    """Three months; `season` is 1 winter, 2 spring, 3 summer, 4 autumn."""
    first = _SEASONS[season]
    start = date(year - 1 if first == 12 else year, first, 1)
    end = months_from(start, 3) - timedelta(days=1)
    return Period(start, end)


def months_from(start: date, months: int) -> date:
    """The same day some months on or back, the month's last day where it has no such day."""
    index = start.year * 12 + start.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def week_part(published: date, back: int, edge: str) -> Period:
    """The beginning, middle or end of this week or one some weeks back, none after publication.

    Weeks begin on Saturday; what Arabic papers put at either end of one includes the days off.
    """
    saturday = published - timedelta(days=(published.weekday() - 5) % 7 + 7 * back)
    first, last = {"start": (0, 2), "middle": (3, 4)}.get(edge, (6, 8))
    if saturday + timedelta(days=first) > published:
        saturday -= timedelta(days=7)
    return Period(saturday + timedelta(days=first), min(saturday + timedelta(days=last), published))


def part_of(period: Period, edge: str) -> Period:
    """The first, middle or last third of a period, a half (h1, h2), a quarter (q1 to q4) or a week of a month.

    A month falls into days 1-10, 11-20 and the rest, a year into four-month thirds.
    """
    first, last = period.first, period.last
    if first is None or last is None:
        return period
    if edge.startswith("week"):
        number = int(edge[4:])
        start = first + timedelta(days=7 * (number - 1)) if number > 0 else last - timedelta(days=6)
        return Period(start, start + timedelta(days=6))
    parts, index = {
        "start": (3, 0), "middle": (3, 1), "end": (3, 2), "t1": (3, 0), "t3": (3, 2),
        "h1": (2, 0), "h2": (2, 1), "q1": (4, 0), "q2": (4, 1), "q3": (4, 2), "q4": (4, 3),
    }[edge]  # fmt: skip
    days = (last - first).days + 1
    if days < parts:
        return period
    if days > 360:
        step = 12 // parts
        start = months_from(first, step * index)
        return Period(start, months_from(start, step) - timedelta(days=1))
    step = {2: 15, 3: 10, 4: 7}[parts] if days > 20 else max(1, days // parts)
    start = first + timedelta(days=step * index)
    return Period(start, last if index == parts - 1 else start + timedelta(days=step - 1))


def nearest_day(month: int, number: int, published: date, side: Side = "past") -> date | None:
    """The nearest such day not after publication, or not before it."""
    years = (published.year, published.year - 1) if side == "past" else (published.year, published.year + 1)
    for year in (*years, *(y - 4 if side == "past" else y + 4 for y in years)):
        found = day(year, month, number)
        if found and (found <= published if side == "past" else found >= published):
            return found
    return None


def nearest_month(month: int, published: date, side: Side = "past", *, strictly: bool = False) -> Period:
    """The nearest such month that began by publication, or that ends after it.

    `strictly` leaves out the month of publication itself ('last October').
    """
    year = published.year
    if side == "past" and (month > published.month or (strictly and month == published.month)):
        year -= 1
    if side == "future" and (month < published.month or (strictly and month == published.month)):
        year += 1
    return month_of(year, month)


def nearest_weekday(weekday: int, published: date, side: Side = "past", *, strictly: bool = False) -> date:
    """The nearest such weekday not after publication (or not before), its own day included.

    `strictly` leaves publication's own day out ('last Thursday' said on a Thursday).
    """
    distance = (published.weekday() - weekday) % 7 if side == "past" else (weekday - published.weekday()) % 7
    if strictly and distance == 0:
        distance = 7
    return published + timedelta(days=-distance if side == "past" else distance)


def hijri_day(year: int, month: int, number: int) -> date | None:
    """The common day of an Islamic date, by the Umm al-Qura calendar (1343 to 1500 AH)."""
    try:
        gregorian = Hijri(year, month, number).to_gregorian()
    except (ValueError, OverflowError):
        return None
    return date(gregorian.year, gregorian.month, gregorian.day)


def hijri_month(year: int, month: int) -> Period | None:
    """The common days of an Islamic month."""
    first = hijri_day(year, month, 1)
    if first is None:
        return None
    length = Hijri(year, month, 1).month_length()
    return Period(first, first + timedelta(days=length - 1))


def hijri_year(year: int) -> Period | None:
    """The common days of an Islamic year."""
    first, following = hijri_day(year, 1, 1), hijri_day(year + 1, 1, 1)
    return Period(first, following - timedelta(days=1)) if first and following else None


def hijri_year_at(month: int, published: date) -> int | None:
    """The Islamic year whose `month` begins in the year of publication, the nearest if two do."""
    try:
        around = Gregorian(published.year, 7, 1).to_hijri().year
    except (ValueError, OverflowError):
        return None
    best: tuple[int, int] | None = None
    for year in (around - 1, around, around + 1):
        begin = hijri_day(year, month, 1)
        if begin is not None and begin.year == published.year:
            distance = abs((begin - published).days)
            if best is None or distance < best[0]:
                best = (distance, year)
    return best[1] if best else None
