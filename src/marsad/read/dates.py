"""When: the time expressions of a text, worked out against its day of publication.

`moments` says what the words name; here moments that tell one time are joined (weekday and
date, the ends of a range), widened by the words around them (`في وقت مبكر من صباح`), and given
their days. A time that cannot be worked out keeps its place in the text with no period.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from marsad.lexicon import Match
from marsad.model import Period, Span
from marsad.read import calendar
from marsad.read.moments import Moment, Moments
from marsad.text import Text

TimeKind = Literal[
    "date", "month", "year", "weekday", "relative", "range", "since", "until", "season", "vague",
    "anaphoric", "duration",
]  # fmt: skip
TimePrecision = Literal["day", "week", "month", "season", "year", "range"]

_RANGE = frozenset({"الي", "حتي", "-", "–", "—"})
_BETWEEN = frozenset({"و", "،", "(", "الموافق", "-", "/", "–", "يوم", "ال"})
_APPOSED = frozenset({"،", "(", "الموافق", "-", "–", "يوم", "/"})


@dataclass(frozen=True, slots=True)
class TimeExpression:
    """A time as told: what it is, its period, and the half-open token range that tells it.

    `period` is `None` where the words are vague, refer to another day of the text that is not
    known, or need a day of publication that is not known. A leading في is outside, منذ and
    حتى inside. `head` is left empty here.
    """

    period: Period | None
    kind: TimeKind
    precision: TimePrecision | None
    span: Span
    first: int
    last: int
    head: Literal["", "announcement"] = ""


@dataclass(frozen=True, slots=True)
class _Time:
    """One or two moments with the tokens they take up once joined and widened."""

    start: Moment
    end: Moment | None
    first: int
    last: int
    prep: str = ""


def find_times(
    text: Text, matches: Mapping[str, list[Match]], published: date | None
) -> tuple[TimeExpression, ...]:
    """Every time expression of `text`, left to right; `matches` is what `Lexicon.scan` gave for it."""
    source = Moments(text, matches)
    moments = source.find()
    if not moments:
        return ()
    times = _Joiner(source).join(moments)
    return tuple(_Resolver(source, published).resolve(times))


class _Joiner:
    """Joins moments that tell one time and widens them by the words around."""

    def __init__(self, source: Moments) -> None:
        self._source = source

    def join(self, moments: list[Moment]) -> list[_Time]:
        """One `_Time` for each stretch of text that tells a time."""
        apposed: list[Moment] = []
        for moment in moments:
            merged = self._apposed(apposed[-1], moment) if apposed else None
            if merged is not None:
                apposed[-1] = merged
            else:
                apposed.append(moment)
        out: list[_Time] = []
        i = free = 0
        while i < len(apposed):
            start = apposed[i]
            end = apposed[i + 1] if i + 1 < len(apposed) else None
            first = self._widen_left(start.first, free)
            if end is not None:
                pair = self._range(start, end, first)
                if pair is not None:
                    out.append(self._finish(pair, free))
                    free, i = out[-1].last, i + 2
                    continue
            out.append(self._finish(_Time(start, None, first, start.last), free))
            free, i = out[-1].last, i + 1
        return out

    def _gap(self, left: Moment, right: Moment) -> list[str] | None:
        """The keys between two moments, `None` when they are on two lines or far apart."""
        gap = right.first - left.last
        if gap > 3 or not self._source.together(left.last - 1, right.first):
            return None
        return [self._source.key(i) for i in range(left.last, right.first)]

    def _is_part(self, first: int, last: int) -> bool:
        match = self._source.by_first.get(first)
        return match is not None and match.last == last and "part" in match.gives

    def _apposed(self, left: Moment, right: Moment) -> Moment | None:
        """One moment for two ways of telling one day: weekday and date, today and weekday."""
        gap = self._gap(left, right)
        if gap is None:
            return None
        named = left.kind in ("weekday", "shift")
        islamic = left.kind == "day" and left.hijri and right.kind == "day" and not right.hijri
        if not (named and right.kind in ("weekday", "shift", "day")) and not islamic:
            return None
        if left.kind == right.kind and not islamic:
            return None
        if self._source.text.tokens[right.first].word.key.startswith("و") and right.kind == "weekday":
            return None
        allowed = all(key in _APPOSED for key in gap) or self._is_part(left.last, right.first)
        if not allowed:
            return None
        last = right.last + ("(" in gap and self._source.key(right.last) == ")")
        if right.kind == "day":
            return replace(right, first=left.first, last=last, weekday=left.weekday)
        shift, weekday = (left, right) if left.kind == "shift" else (right, left)
        return replace(shift, first=left.first, last=last, weekday=weekday.weekday)

    def _joined(self, moment: Moment, gap: list[str]) -> bool:
        """Whether the moment is joined to the one before by و."""
        match = self._source.by_first.get(moment.first)
        glued = match is not None and match.proclitics.startswith("و")
        return (gap == [] and glued) or gap == ["و"]

    def _range(self, start: Moment, end: Moment, first: int) -> _Time | None:
        """The two as the ends of one range, if the words between and before say so."""
        gap = self._gap(start, end)
        if gap is None:
            return None
        key = self._source.key
        opener = key(first - 1)
        joined = self._joined(end, gap)
        to = bool(gap) and gap[0] in _RANGE and all(k in _BETWEEN for k in gap[1:])
        between = opener == "بين" and joined
        if start.kind == end.kind == "weekday" and start.weekday is not None and end.weekday is not None:
            follows = (start.weekday + 1) % 7 == end.weekday
            if not (to or between or (follows and (gap in ([], ["/"], ["علي"], ["الي"]) or joined))):
                return None
            if not follows and not (to or between):
                return None
        elif start.kind == end.kind == "month":
            pair = key(first - 1) in ("شهري", "بين") or key(start.first) in ("شهري", "اشهر")
            if not (to or (joined and pair) or gap == ["/"]):
                return None
        elif start.kind in ("day", "month", "year", "weekday", "unit", "season") and end.kind in (
            "day", "month", "year", "weekday", "shift", "unit", "season",
        ):  # fmt: skip
            same = start.kind == end.kind
            if not (between or (to and (same or opener in ("من", "منذ")))):
                return None
            if to and opener not in ("من", "منذ", "بين") and not (same and gap[0] in "-–—"):
                return None
        else:
            return None
        if opener in ("بين", "من") and (between or to):
            first -= 1
            if opener == "بين" and key(first - 1) == "ما":
                first -= 1
        return _Time(start, end, first, end.last)

    def _widen_left(self, first: int, free: int) -> int:
        """Over parts of the day and the word يوم that stand before."""
        while first > free:
            match = self._source.by_last.get(first)
            if match is None or match.first < free or not self._source.together(match.last - 1, first):
                return first
            part = "part" in match.gives or (match.gives.get("unit") == "day" and match.gives["count"] != "0")
            if not part:
                return first
            first = match.first
        return first

    def _finish(self, time: _Time, free: int) -> _Time:
        """The time with a part of the day after it and the preposition that bounds it."""
        first, last = time.first, time.last
        kind = time.start.kind
        after = self._source.by_first.get(last)
        daily = kind in ("day", "weekday", "shift")
        if daily and after is not None and "part" in after.gives and "of" not in after.gives:
            last = after.last
        prep = time.prep
        before = self._source.by_last.get(first)
        name = self._source.gives(before, "prep")
        if before is not None and before.first >= free and name in ("since", "until", "before", "after", "from"):
            if kind in ("day", "month", "year", "weekday", "shift", "season", "unit") and not (
                name in ("before", "after") and kind in ("weekday", "shift")
            ):
                prep = "since" if name == "from" else name
                first = before.first
        elif name == "by":
            prep = "by"
        on = self._source.by_first.get(last)
        if self._source.gives(on, "prep") == "on" and on is not None:
            prep, last = "since", on.last
            if self._source.key(first - 1) == "من" and first > free:
                first -= 1
        return replace(time, first=first, last=last, prep=prep)


class _Resolver:
    """Works out the days, in the order of the text."""

    def __init__(self, source: Moments, published: date | None) -> None:
        self._source = source
        self._published = published
        self._year: int | None = None
        self._day: tuple[date, int] | None = None

    def resolve(self, times: list[_Time]) -> list[TimeExpression]:
        """The times as expressions."""
        return [self._expression(time) for time in times]

    def _expression(self, time: _Time) -> TimeExpression:
        start, end = time.start, time.end
        kind, precision = _KINDS[start.kind]
        if end is not None:
            period, kind, precision = self._both(start, end), "range", "range"
        else:
            side: calendar.Side = "future" if time.prep == "by" else "past"
            period = self._period(start, side)
            if start.kind == "unit":
                kind, precision = _unit_kind(start)
            elif start.kind == "window":
                kind, precision = _window_kind(start)
            if start.day_to is not None or start.year_to is not None:
                kind, precision = "range", "range"
            if start.edge and kind in ("month", "year"):
                precision = "range"
            if start.rel in ("same", "before", "after") or start.year_rel in ("before", "after"):
                kind = "anaphoric"
        self._remember(start, period)
        if time.prep in ("since", "until", "before", "after") and start.kind != "window":
            kind, precision = ("since" if time.prep in ("since", "after") else "until"), "range"
            period = _bounded(period, time.prep)
        return TimeExpression(period, kind, precision, self._span(time), time.first, time.last)

    def _span(self, time: _Time) -> Span:
        tokens = self._source.text.tokens
        begin = tokens[time.first].start
        match = self._source.by_first.get(time.first)
        amount = self._source.amount_from.get(time.first) if match is None else None
        if match is not None:
            begin = match.start
        elif amount is not None:
            begin = amount.span.start
        return Span(begin, tokens[time.last - 1].end)

    def _remember(self, moment: Moment, period: Period | None) -> None:
        """What 'the same year' and 'the next day' will refer to."""
        if period is None or not period.known or moment.kind in ("vague", "duration"):
            return
        first, last = period.first, period.last
        if first is not None and last is not None and first.year == last.year:
            self._year = first.year
        if first is not None and first == last:
            self._day = (first, self._source.text.sentence_at(moment.first))

    def _both(self, start: Moment, end: Moment) -> Period | None:
        """From the beginning of one to the end of the other; what only one says holds for both."""
        if start.kind in ("day", "month", "season") and start.year is None and not start.year_rel and not start.rel:
            start = replace(start, year=end.year, year_rel=end.year_rel, rel=end.rel, hijri=end.hijri)
            if start.year is not None and (start.month or 0) > (end.month or 12):
                start = replace(start, year=start.year - 1)
        if start.kind == "day" and start.month is None:
            start = replace(start, month=end.month)
        last = self._period(end, "past")
        if last is None or last.last is None:
            return None
        if start.kind == "weekday" and start.weekday is not None:
            distance = ((end.weekday if end.weekday is not None else last.last.weekday()) - start.weekday) % 7
            return Period(last.last - timedelta(days=distance or 7), last.last)
        first = self._period(start, "past")
        if first is None or first.first is None:
            return None
        begin = first.first
        if begin > last.last and start.year is None and start.month is not None:
            begin = calendar.months_from(begin, -12)
        return Period(begin, last.last) if begin <= last.last else None

    def _period(self, moment: Moment, side: calendar.Side) -> Period | None:
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
        if rel == "same":
            return self._year
        if self._published is None:
            return None
        steps = {"last": -1, "this": 0, "next": 1}
        return self._published.year + steps[rel] if rel in steps else None

    def _whole(self, moment: Moment, side: calendar.Side) -> Period | None:
        kind, published = moment.kind, self._published
        if kind == "year" and moment.year is not None:
            if moment.hijri:
                return calendar.hijri_year(moment.year)
            first = calendar.year_of(moment.year)
            return Period(first.first, calendar.year_of(moment.year_to).last) if moment.year_to else first
        if kind in ("day", "month", "season"):
            return self._dated(moment, side)
        if kind == "unit" and moment.year is not None:
            return calendar.year_of(moment.year)
        if kind == "same":
            return self._same(moment)
        if published is None or kind in ("vague", "duration"):
            return None
        if kind == "weekday" and moment.weekday is not None:
            strictly = moment.rel in ("last", "next")
            found = calendar.nearest_weekday(moment.weekday, published, side, strictly=strictly)
            return Period(found, found)
        if kind == "shift" and moment.shift is not None:
            return self._shifted(moment.shift, moment.weekday, published)
        if kind == "unit":
            return _unit_period(moment, published)
        if kind == "window":
            return _window_period(moment, published)
        return None

    @staticmethod
    def _shifted(shift: int, weekday: int | None, published: date) -> Period:
        """Today, yesterday; a weekday told with it decides where the two differ by a day or two."""
        found = published + timedelta(days=shift)
        if weekday is not None and found.weekday() != weekday:
            near = calendar.nearest_weekday(weekday, published)
            if abs((near - found).days) <= 2:
                found = near
        return Period(found, found)

    def _same(self, moment: Moment) -> Period | None:
        """A day told by the day before it in the text, if that stands close."""
        if self._day is None or moment.shift is None:
            return None
        known, sentence = self._day
        if self._source.text.sentence_at(moment.first) - sentence > 2:
            return None
        found = known + timedelta(days=moment.shift)
        return Period(found, found)

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
            if year is None and published is not None:
                year = published.year + (1 if moment.rel == "next" else 0)
                first = calendar.season_of(year, moment.season).first
                if moment.rel != "next" and first is not None and first > published:
                    year -= 1
                last = calendar.season_of(year, moment.season).last
                if moment.rel == "last" and last is not None and last >= published:
                    year -= 1
            return calendar.season_of(year, moment.season) if year is not None else None
        if moment.month is None:
            return None
        if moment.hijri:
            return self._islamic(moment)
        if moment.kind == "month":
            if year is not None:
                return calendar.month_of(year, moment.month)
            assert published is not None
            strictly = moment.rel in ("last", "next")
            return calendar.nearest_month(moment.month, published, side, strictly=strictly)
        return self._days(moment, year, side)

    def _days(self, moment: Moment, year: int | None, side: calendar.Side) -> Period | None:
        assert moment.month is not None and moment.day is not None
        if year is not None:
            first = calendar.day(year, moment.month, moment.day)
            last = calendar.day(year, moment.month, moment.day_to) if moment.day_to else first
            return Period(first, last) if first and last else None
        assert self._published is not None
        last = calendar.nearest_day(moment.month, moment.day_to or moment.day, self._published, side)
        if last is None:
            return None
        return Period(last.replace(day=moment.day), last) if moment.day_to else Period(last, last)

    def _islamic(self, moment: Moment) -> Period | None:
        assert moment.month is not None
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


_KINDS: dict[str, tuple[TimeKind, TimePrecision | None]] = {
    "day": ("date", "day"),
    "month": ("month", "month"),
    "year": ("year", "year"),
    "weekday": ("weekday", "day"),
    "shift": ("relative", "day"),
    "season": ("season", "season"),
    "unit": ("relative", None),
    "window": ("relative", None),
    "duration": ("duration", None),
    "same": ("anaphoric", "day"),
    "vague": ("vague", None),
}
_UNITS: dict[str, TimePrecision] = {"day": "day", "hour": "day", "week": "week", "month": "month", "year": "year"}


def _unit_kind(moment: Moment) -> tuple[TimeKind, TimePrecision | None]:
    if moment.edge:
        return ("range" if moment.edge[0] in "+-" else "relative"), "range"
    if moment.rel in ("same", "before", "after"):
        return "anaphoric", None
    return "relative", _UNITS.get(moment.unit)


def _window_kind(moment: Moment) -> tuple[TimeKind, TimePrecision | None]:
    if moment.prep == "since":
        return "since", "range"
    if moment.rel == "last":
        return "range", "range"
    return "relative", _UNITS.get(moment.unit)


def _bounded(period: Period | None, prep: str) -> Period | None:
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
    step = {"last": -1, "this": 0, "next": 1}.get(moment.rel)
    if step is None:
        return None
    if moment.unit == "week":
        days = {-1: (-7, -1), 0: (-6, 0), 1: (1, 7)}[step]
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
    if moment.rel == "last":
        return Period(begin, published)
    if moment.unit == "week":
        return Period(begin - timedelta(days=3), begin + timedelta(days=3))
    if moment.unit == "month":
        return calendar.month_of(begin.year, begin.month)
    if moment.unit == "year":
        return calendar.year_of(begin.year)
    if moment.unit == "hour":
        return Period(begin, published)
    return Period(begin, begin) if moment.unit == "day" else None


def _leading(whole: Period, moment: Moment) -> Period | None:
    """The first or last so many units of a period: the first six months of 2024."""
    first, last, count = whole.first, whole.last, moment.count
    if first is None or last is None or not count:
        return None
    unit = moment.edge.lstrip("+-0123456789")
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
