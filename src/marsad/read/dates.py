"""When: the time expressions of a text, worked out against its day of publication.

`moments` says what the words name; here moments that tell one time are joined (weekday and
date, the ends of a range), widened by the words around them (`في وقت مبكر من صباح`), and given
their days. A time that cannot be worked out keeps its place in the text with no period.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from marsad.lexicon import Match
from marsad.model import Period, Span
from marsad.read.moments import find_moments
from marsad.read.numbers import Amount
from marsad.read.periods import Resolver, bounded
from marsad.read.timeline import THIS, Moment, Timeline
from marsad.text import Text

TimeKind = Literal[
    "date", "month", "year", "weekday", "relative", "range", "since", "until", "season", "vague",
    "anaphoric", "duration",
]  # fmt: skip
TimePrecision = Literal["day", "week", "month", "season", "year", "range"]

_RANGE = frozenset({"الي", "حتي", "وحتي", "-", "–", "—"})
_BETWEEN = frozenset({"و", "،", "(", "الموافق", "-", "/", "–", "يوم", "ال"})
_APPOSED = frozenset({"،", "(", "الموافق", "-", "–", "يوم", "/"})


@dataclass(frozen=True, slots=True)
class TimeExpression:
    """A time as told: what it is, its period, and the half-open token range that tells it.

    `period` is `None` where the words are vague, refer to another day of the text that is not
    known, or need a day of publication that is not known. A leading في is outside, منذ and
    حتى inside; `named` is the time that such a preposition bounds ('May' in 'since May'), and
    the days up to publication that a short duration may mean ('killed within two days').
    """

    period: Period | None
    kind: TimeKind
    precision: TimePrecision | None
    span: Span
    first: int
    last: int
    named: Period | None = None


@dataclass(frozen=True, slots=True)
class _Time:
    """One or two moments with the tokens they take up once joined and widened."""

    start: Moment
    end: Moment | None
    first: int
    last: int
    prep: str = ""


def find_times(
    text: Text,
    matches: Mapping[str, list[Match]],
    published: date | None,
    *,
    amounts: tuple[Amount, ...] | None = None,
) -> tuple[TimeExpression, ...]:
    """Every time expression of `text`, left to right.

    `matches` is what `Lexicon.scan` gave for it; `amounts` what `find_amounts` gave, which
    spares reading them again.
    """
    line = Timeline(text, matches, amounts)
    moments = find_moments(line)
    if not moments:
        return ()
    resolver = Resolver(published)
    return tuple(_expression(line, resolver, time) for time in _Joiner(line).join(moments))


class _Joiner:
    """Joins moments that tell one time and widens them by the words around."""

    def __init__(self, line: Timeline) -> None:
        self._line = line

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
        if gap > 4 or not self._line.together(left.last - 1, right.first):
            return None
        return [self._line.key(i) for i in range(left.last, right.first)]

    def _is_part(self, first: int, last: int) -> bool:
        match = self._line.by_first.get(first)
        return match is not None and match.last == last and "part" in match.gives

    def _apposed(self, left: Moment, right: Moment) -> Moment | None:
        """One moment for two ways of telling one day: weekday and date, today and weekday."""
        gap = self._gap(left, right)
        if gap is None:
            return None
        if left.kind == "vague" and right.kind in ("weekday", "shift") and not gap:
            return replace(right, first=left.first)  # في وقت سابق اليوم
        named = left.kind in ("weekday", "shift")
        islamic = left.kind == "day" and left.hijri and right.kind == "day" and not right.hijri
        if not (named and right.kind in ("weekday", "shift", "day")) and not islamic:
            return None
        if left.kind == right.kind and not islamic:
            return None
        if self._line.text.tokens[right.first].word.key.startswith("و") and right.kind == "weekday":
            return None
        allowed = all(key in _APPOSED for key in gap) or self._is_part(left.last, right.first)
        if not allowed:
            return None
        last = right.last + ("(" in gap and self._line.key(right.last) == ")")
        if right.kind == "day":
            return replace(right, first=left.first, last=last, weekday=left.weekday)
        shift, weekday = (left, right) if left.kind == "shift" else (right, left)
        return replace(shift, first=left.first, last=last, weekday=weekday.weekday)

    def _joined(self, moment: Moment, gap: list[str]) -> bool:
        """Whether the moment is joined to the one before by و."""
        match = self._line.by_first.get(moment.first)
        glued = match is not None and match.proclitics.startswith("و")
        return (gap == [] and glued) or gap == ["و"]

    def _range(self, start: Moment, end: Moment, first: int) -> _Time | None:
        """The two as the ends of one range, if the words between and before say so."""
        gap = self._gap(start, end)
        if gap is None:
            return None
        key = self._line.key
        opener = key(first - 1)
        joined = self._joined(end, gap)
        skip = gap[1:] if gap[:1] == ["،"] else gap
        to = (
            bool(skip)
            and skip[0] in _RANGE
            and (all(k in _BETWEEN for k in skip[1:]) or self._is_part(end.first - len(skip) + 1, end.first))
        )
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
            if to and opener not in ("من", "منذ", "بين") and not (same and skip[0] in "-–—"):
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
            match = self._line.by_last.get(first)
            if match is None or match.first < free or not self._line.together(match.last - 1, first):
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
        after = self._line.by_first.get(last)
        daily = kind in ("day", "weekday", "shift")
        if daily and after is not None and "part" in after.gives and "of" not in after.gives:
            last = after.last
        if time.start.year_to is not None and self._line.key(first - 1) in ("بين", "من") and first > free:
            first -= 1
            first -= self._line.key(first) == "بين" and self._line.key(first - 1) == "ما"
        prep = time.prep
        before = self._line.by_last.get(first)
        name = self._line.gives(before, "prep")
        if (
            before is not None
            and before.first >= free
            and name in ("since", "until", "before", "after", "from")
        ):
            if kind in ("day", "month", "year", "weekday", "shift", "season", "unit") and not (
                name in ("before", "after") and kind in ("weekday", "shift")
            ):
                prep = "since" if name == "from" else name
                first = before.first
        elif name == "by":
            prep = "by"
        on = self._line.by_first.get(last)
        if self._line.gives(on, "prep") == "on" and on is not None:
            prep, last = "since", on.last
            if self._line.key(first - 1) == "من" and first > free:
                first -= 1
        return replace(time, first=first, last=last, prep=prep)


_KINDS: dict[str, tuple[TimeKind, TimePrecision | None]] = {
    "day": ("date", "day"),
    "month": ("month", "month"),
    "year": ("year", "year"),
    "weekday": ("weekday", "day"),
    "shift": ("relative", "day"),
    "part": ("relative", "day"),
    "season": ("season", "season"),
    "unit": ("relative", None),
    "window": ("relative", None),
    "duration": ("duration", None),
    "same": ("anaphoric", "day"),
    "gap": ("anaphoric", "day"),
    "vague": ("vague", None),
}
_PRECISION: dict[str, TimePrecision] = {
    "day": "day",
    "hour": "day",
    "week": "week",
    "month": "month",
    "year": "year",
}


def _unit_kind(moment: Moment) -> tuple[TimeKind, TimePrecision | None]:
    if moment.edge:
        return ("range" if moment.edge[0] in "+-" else "relative"), "range"
    if moment.rel in ("same", "before", "after"):
        return "anaphoric", None
    return "relative", _PRECISION.get(moment.unit)


def _window_kind(moment: Moment) -> tuple[TimeKind, TimePrecision | None]:
    if moment.prep == "since":
        return "since", "range"
    if moment.rel == "last":
        return "range", "range"
    return "relative", _PRECISION.get(moment.unit)


def _kind(start: Moment) -> tuple[TimeKind, TimePrecision | None]:
    """What one moment is, and how sharp."""
    kind, precision = _KINDS[start.kind]
    if start.kind == "unit":
        kind, precision = _unit_kind(start)
    elif start.kind == "window":
        kind, precision = _window_kind(start)
    if start.day_to is not None or start.year_to is not None:
        return "range", "range"
    if start.edge and kind in ("month", "year"):
        precision = "range"
    if start.rel in ("same", "before", "after") or start.year_rel in ("before", "after"):
        kind = "anaphoric"
    return kind, precision


def _expression(line: Timeline, resolver: Resolver, time: _Time) -> TimeExpression:
    """A joined time with its days."""
    start, end = time.start, time.end
    resolver.at(line.text.sentence_at(start.first))
    if end is not None:
        kind: TimeKind = "range"
        precision: TimePrecision | None = "range"
        period = resolver.both(start, end)
    else:
        kind, precision = _kind(start)
        period = resolver.period(start, "future" if time.prep == "by" else "past")
    resolver.remember(start, period)
    named = period
    ranged = kind == "range" and time.prep == "since" and (end is not None or start.year_to is not None)
    if time.prep in ("since", "until", "before", "after") and start.kind != "window" and not ranged:
        kind, precision = ("since" if time.prep in ("since", "after") else "until"), "range"
        period = bounded(period, time.prep)
    if start.kind == "window" and start.prep == "since" and named is not None:
        named = resolver.period(replace(start, prep=""))
        if start.unit == "month" and period is not None and period.first is not None:
            named = Period(period.first, period.first)
    if start.kind == "duration" and start.prep == "during" and start.unit in ("hour", "day"):
        named = resolver.period(replace(start, kind="window", prep="", rel="last"))
    return TimeExpression(period, kind, precision, _span(line, time), time.first, time.last, named)


def _span(line: Timeline, time: _Time) -> Span:
    """The characters, without proclitics."""
    tokens = line.text.tokens
    token = tokens[time.first]
    begin = token.start
    match = line.by_first.get(time.first)
    amount = line.amount_from.get(time.first) if match is None else None
    if match is not None:
        begin = match.start
    elif amount is not None:
        begin = amount.span.start
    elif token.word.key in THIS:
        begin += token.word.surface.index("ه")
    return Span(begin, tokens[time.last - 1].end)
