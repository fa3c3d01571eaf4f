"""Works out the days of moments, in the order of the text, against the day of publication."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from marsad.model import Period
from marsad.read import calendar
from marsad.read.timeline import Moment

_TOLD_BY_ANOTHER = {"same": 0, "after": 1, "before": -1}
#: Which units before that of publication.
_BACK = {"this": 0, "last": 1, "last_but_one": 2}
#: How many sentences back 'the next day' or 'the same month' may look.
_REACH = 3


class Resolver:
    """Gives moments their days; remembers the last ones for what is told by them."""

    def __init__(self, published: date | None) -> None:
        self._published = published
        self._year: int | None = None
        self._day: tuple[date, int] | None = None
        self._month: tuple[date, int] | None = None
        self._told: tuple[date, int] | None = None
        self._sentence = 0

    def remember(self, moment: Moment, period: Period | None) -> None:
        """Keep what 'the same year' and 'the next day' may refer to; today is no such day."""
        if period is None or moment.kind in ("vague", "duration", "part", "gap"):
            return
        first, last = period.first, period.last
        if first is None or last is None:
            return
        if first == last:
            self._told = (first, self._sentence)
        if moment.kind == "shift":
            return
        if first.year == last.year:
            self._year = first.year
            if first.month == last.month:
                self._month = (first, self._sentence)
        if first == last:
            self._day = (first, self._sentence)

    def both(self, start: Moment, end: Moment) -> Period | None:
        """From the beginning of one to the end of the other; what only one says holds for both."""
        if (
            start.kind in ("day", "month", "season")
            and start.year is None
            and not start.year_rel
            and not start.rel
        ):
            start = replace(start, year=end.year, year_rel=end.year_rel, rel=end.rel, hijri=end.hijri)
            if start.year is not None and (start.month or 0) > (end.month or 12):
                start = replace(start, year=start.year - 1)
        if start.kind == "day" and start.month is None:
            start = replace(start, month=end.month)
        last = self.period(end)
        if last is None or last.last is None:
            return None
        if start.kind == "weekday" and start.weekday is not None:
            distance = ((end.weekday if end.weekday is not None else last.last.weekday()) - start.weekday) % 7
            return Period(last.last - timedelta(days=distance or 7), last.last)
        first = self.period(start)
        if first is None or first.first is None:
            return None
        begin = first.first
        if begin > last.last and start.year is None and start.month is not None:
            begin = calendar.months_from(begin, -12)
        return Period(begin, last.last) if begin <= last.last else None

    def at(self, sentence: int) -> None:
        """Say in which sentence the next moments stand."""
        self._sentence = sentence

    def period(self, moment: Moment, side: calendar.Side = "past") -> Period | None:
        """The days of a moment; `side` is where a day without a year lies."""
        if moment.unit == "week" and moment.edge in ("start", "middle", "end") and moment.rel in _BACK:
            published = self._published
            return calendar.week_part(published, _BACK[moment.rel], moment.edge) if published else None
        whole = self._whole(moment, "future" if moment.rel == "next" else side)
        if whole is None or not moment.edge:
            return whole
        if moment.edge[0] in "+-":
            return _leading(whole, moment)
        return calendar.part_of(whole, moment.edge)

    def _told_year(self, moment: Moment) -> int | None:
        """The year that the words give, also as this, last or the same year."""
        if moment.year is not None:
            return moment.year
        rel = moment.year_rel
        if rel in _TOLD_BY_ANOTHER:
            return self._year + _TOLD_BY_ANOTHER[rel] if self._year is not None else None
        if moment.rel == "this" and moment.month is not None:
            rel = "this"
        if self._published is None:
            return None
        steps = {"last_but_one": -2, "last": -1, "this": 0, "next": 1}
        return self._published.year + steps[rel] if rel in steps else None

    def _whole(self, moment: Moment, side: calendar.Side) -> Period | None:
        kind, published = moment.kind, self._published
        if kind == "year" and moment.year is not None:
            if moment.hijri:
                return calendar.hijri_year(moment.year)
            first = calendar.year_of(moment.year)
            return Period(first.first, calendar.year_of(moment.year_to).last) if moment.year_to else first
        if kind == "same" or (moment.rel in _TOLD_BY_ANOTHER and kind in ("unit", "day")):
            return self._same(moment)
        if kind in ("day", "month", "season"):
            return self._dated(moment, side)
        if kind == "unit" and moment.year is not None:
            return calendar.year_of(moment.year)
        if published is None or kind in ("vague", "duration"):
            return None
        if kind == "weekday" and moment.weekday is not None:
            strictly = moment.rel in ("last", "next", "last_but_one")
            found = calendar.nearest_weekday(moment.weekday, published, side, strictly=strictly)
            if moment.rel == "last_but_one":
                found -= timedelta(days=7)
            return Period(found, found)
        if kind == "shift" and moment.shift is not None:
            return self._shifted(moment.shift, moment.weekday, published)
        if kind == "part" and moment.shift is not None:
            return self._part(moment, published)
        if kind == "unit":
            return _unit_period(moment, published)
        if kind == "window":
            return _window_period(moment, published)
        if kind == "gap":
            told = self._told if self._told is not None and self._told[1] == self._sentence else None
            return _window_period(replace(moment, kind="window"), told[0] if told else published)
        return None

    @staticmethod
    def _shifted(shift: int, weekday: int | None, published: date) -> Period:
        """Today, yesterday; a weekday told with it decides: what is republished keeps its 'today'."""
        found = published + timedelta(days=shift)
        if weekday is not None and found.weekday() != weekday:
            found = calendar.nearest_weekday(weekday, published, "future" if shift > 0 else "past")
        return Period(found, found)

    def _part(self, moment: Moment, published: date) -> Period:
        """A part of the day told just before, else of the day of publication or the night to it.

        What goes on since the morning still does.
        """
        told = self._told if moment.prep != "since" else None
        if told is not None and self._sentence - told[1] <= 1:
            return Period(told[0], told[0])
        return Period(published + timedelta(days=moment.shift or 0), published)

    def _same(self, moment: Moment) -> Period | None:
        """A day, month or year told by another one, if that stands close before."""
        step = moment.shift if moment.shift is not None else _TOLD_BY_ANOTHER[moment.rel]
        if moment.kind == "same" or moment.unit == "day":
            if self._day is None or moment.count or self._sentence - self._day[1] > _REACH:
                return None
            found = self._day[0] + timedelta(days=step)
            return Period(found, found)
        if moment.unit == "year" and self._year is not None:
            return calendar.year_of(self._year + step)
        if moment.unit != "month" or self._month is None or self._sentence - self._month[1] > _REACH:
            return None
        base = calendar.months_from(self._month[0].replace(day=1), step)
        if moment.day is None:
            return calendar.month_of(base.year, base.month)
        first = calendar.day(base.year, base.month, moment.day)
        last = calendar.day(base.year, base.month, moment.day_to) if moment.day_to else first
        return Period(first, last) if first and last else None

    def _dated(self, moment: Moment, side: calendar.Side) -> Period | None:
        """A day, month or season with its year told or the nearest one."""
        published = self._published
        year = self._told_year(moment)
        if year is None and (moment.year_rel or published is None):
            return None
        if moment.unit == "month" and published is not None:
            base = calendar.months_from(published.replace(day=1), {"last": -1, "next": 1}.get(moment.rel, 0))
            moment, year = replace(moment, month=base.month), base.year
        if moment.kind == "season":
            return self._season(moment, year)
        if moment.month is None:
            return None
        if moment.hijri:
            return self._islamic(moment)
        if moment.kind == "month":
            if year is not None or published is None:
                return calendar.month_of(year, moment.month) if year is not None else None
            strictly = moment.rel in ("last", "next")
            return calendar.nearest_month(moment.month, published, side, strictly=strictly)
        return self._days(moment, year, side)

    def _season(self, moment: Moment, year: int | None) -> Period | None:
        """A season of a year, or the one that last summer, this winter means."""
        published = self._published
        if year is None and published is not None:
            whole = [calendar.season_of(published.year + n, moment.season) for n in (-1, 0, 1)]
            for period in whole if moment.rel == "next" else reversed(whole):
                begun = period.first is not None and period.first <= published
                over = period.last is not None and period.last < published
                if {"next": not begun, "last": over}.get(moment.rel, begun):
                    return period
        return calendar.season_of(year, moment.season) if year is not None else None

    def _days(self, moment: Moment, year: int | None, side: calendar.Side) -> Period | None:
        if moment.month is None or moment.day is None:
            return None
        if year is not None:
            first = calendar.day(year, moment.month, moment.day)
            last = calendar.day(year, moment.month, moment.day_to) if moment.day_to else first
            return Period(first, last) if first and last else None
        if self._published is None:
            return None
        last = calendar.nearest_day(moment.month, moment.day_to or moment.day, self._published, side)
        if last is None:
            return None
        return Period(last.replace(day=moment.day), last) if moment.day_to else Period(last, last)

    def _islamic(self, moment: Moment) -> Period | None:
        if moment.month is None:
            return None
        year = moment.year
        if year is None and self._published is not None:
            year = calendar.hijri_year_at(moment.month, self._published)
            if year is not None and moment.rel in ("last", "next"):
                month = calendar.hijri_month(year, moment.month)
                if month is not None and month.first is not None and month.last is not None:
                    year -= moment.rel == "last" and month.last >= self._published
                    year += moment.rel == "next" and month.first <= self._published
        if year is None:
            return None
        if moment.kind == "month":
            return calendar.hijri_month(year, moment.month)
        found = calendar.hijri_day(year, moment.month, moment.day or 1)
        return Period(found, found) if found else None


def bounded(period: Period | None, prep: str) -> Period | None:
    """The side of a period that منذ, حتى, قبل or بعد leaves known."""
    if period is None:
        return None
    if prep == "since":
        return Period(period.first, None)
    if prep == "until":
        return Period(None, period.last)
    if prep == "before":
        return Period(None, period.first - timedelta(days=1) if period.first else None)
    return Period(period.last + timedelta(days=1) if period.last else None, None)


def _back(published: date, unit: str, count: int) -> date:
    """The day so many units before publication."""
    days = {"day": 1, "week": 7}.get(unit)
    if days:
        return published - timedelta(days=days * count)
    if unit == "hour":
        return published - timedelta(days=-(-count // 24))
    months = {"month": 1, "year": 12, "decade": 120}[unit] * count
    return calendar.months_from(published, -months)


def _unit_period(moment: Moment, published: date) -> Period | None:
    """Last week, this month, next year. A week is the seven days before publication."""
    step = {"last_but_one": -2, "last": -1, "this": 0, "next": 1}.get(moment.rel)
    if step is None:
        return None
    if moment.unit == "week":
        days = {-2: (-14, -8), -1: (-7, -1), 0: (-6, 0), 1: (1, 7)}[step]
        return Period(*(published + timedelta(days=d) for d in days))
    if moment.unit == "month":
        base = calendar.months_from(published.replace(day=1), step)
        return calendar.month_of(base.year, base.month)
    if moment.unit == "year":
        return calendar.year_of(published.year + step)
    if moment.unit == "day":
        found = published + timedelta(days=step)
        return Period(found, found)
    if moment.unit == "decade" and step == -1:
        return Period(_back(published, "decade", 1), published)
    return None


def _window_period(moment: Moment, published: date) -> Period | None:
    """The last two weeks; three days ago; since a month. What is long ago is less sharp."""
    count = moment.count
    if not count or count > 1000:
        return None
    try:
        begin = _back(published, moment.unit, count)
    except ValueError:
        return None
    if moment.prep == "since":
        return Period(begin, None)
    if moment.rel == "last" or moment.bound in ("less_than", "up_to"):
        return Period(begin, published)
    if moment.bound == "more_than":
        return Period(None, begin)
    if moment.unit == "month":
        return calendar.month_of(begin.year, begin.month)
    if moment.unit == "year":
        return calendar.year_of(begin.year)
    if moment.unit == "hour":
        return Period(begin, published)
    return Period(begin, begin) if moment.unit in ("day", "week") else None


def _leading(whole: Period, moment: Moment) -> Period | None:
    """The first or last so many units of a period: the first six months of 2024."""
    first, last, count = whole.first, whole.last, moment.count
    if first is None or last is None or not count or count > 1000:
        return None
    unit = moment.edge[1:]
    months = {"month": count, "year": 12 * count}.get(unit)
    days = {"day": count, "week": 7 * count}.get(unit)
    if moment.edge[0] == "+":
        if months:
            return Period(first, calendar.months_from(first, months) - timedelta(days=1))
        return Period(first, first + timedelta(days=days - 1)) if days else None
    following = last + timedelta(days=1)
    if months:
        return Period(calendar.months_from(following, -months), last)
    return Period(following - timedelta(days=days), last) if days else None
