"""Small charts as SVG made here: the same with scripts and without, on screen and in print."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

_WIDTH, _HEIGHT, _EDGE = 200.0, 20.0, 8.0


def range_bar(low: int | None, best: int | None, high: int | None, *, most: int, label: str) -> Markup:
    """A count on a scale from nothing to `most` that all counts beside it share.

    A line from low to high with a dot at the best; an end that is not told is a dashed line.
    """
    room, middle = _WIDTH - 2 * _EDGE, _HEIGHT / 2

    def x(value: float) -> str:
        return f"{_EDGE + room * value / max(most, 1):.1f}"

    def line(kind: str, start: str, end: str) -> Markup:
        return Markup('<line class="{0}" x1="{1}" x2="{2}" y1="{3}" y2="{3}"/>').format(
            kind, start, end, middle
        )

    parts = [line("track", x(0), x(most))]
    first, last = low if low is not None else 0, high if high is not None else most
    if low is None or high is None:
        parts.append(line("open", x(first), x(last)))
    elif low != high:
        parts.append(line("span", x(low), x(high)))
    point = best if best is not None else low if low is not None else high
    if point is not None:
        parts.append(Markup('<circle class="dot" cx="{}" cy="{}" r="5"/>').format(x(point), middle))
    return Markup('<svg class="range" viewBox="0 0 {:g} {:g}" role="img" aria-label="{}">{}</svg>').format(
        _WIDTH, _HEIGHT, label, Markup("").join(parts)
    )


_CELL, _TOP, _SIDE = 12, 16, 4
#: From how many documents a day is drawn darker.
_SHADES = (1, 2, 4, 8)


def calendar(days: Mapping[date, int], year: int, *, months: Sequence[str], label: str) -> Markup:
    """A year, a cell a day, weeks side by side from left to right, darker where more was published.

    `months` are the twelve short names to stand above it.
    """
    first = date(year, 1, 1)
    parts = []
    for number in range((date(year + 1, 1, 1) - first).days):
        day = first + timedelta(days=number)
        column, row = (number + first.weekday()) // 7, day.weekday()
        shade = sum(days.get(day, 0) >= least for least in _SHADES)
        parts.append(
            Markup(
                '<rect class="day-{}" x="{}" y="{}" width="10" height="10" rx="2"><title>{}</title></rect>'
            ).format(
                shade, _SIDE + column * _CELL, _TOP + row * _CELL, f"{day.isoformat()}: {days.get(day, 0)}"
            )
        )
        if day.day == 1:
            parts.append(
                Markup('<text x="{}" y="11">{}</text>').format(_SIDE + column * _CELL, months[day.month - 1])
            )
    return Markup(
        '<svg class="chart calendar" viewBox="0 0 {} {}" direction="ltr" role="img" aria-label="{}">{}</svg>'
    ).format(2 * _SIDE + 54 * _CELL, _TOP + 7 * _CELL, label, Markup("").join(parts))


@dataclass(frozen=True, slots=True)
class Column:
    """A bin of a series: its name, its count (`None`: unknown), and what to say of it."""

    name: str
    count: int | None
    says: str


_SERIES_WIDTH, _SERIES_HEIGHT, _LEFT, _BASE = 1000, 220, 44, 190
#: No more names along the axis than so many.
_NAMES = 10


def columns(bins: Sequence[Column], *, changes: Collection[int], label: str) -> Markup:
    """Counts as columns from left to right; what is unknown is shaded ground, not a column of nothing.

    `changes` are the numbers of the bins at which a new level begins.
    """
    most = max([column.count or 0 for column in bins], default=0)
    wide = (_SERIES_WIDTH - _LEFT) / max(len(bins), 1)
    tall = _BASE - 12
    parts = [_tick(n, most, tall) for n in (0, *_ticks(most))]
    for number, column in enumerate(bins):
        x, height = _LEFT + number * wide, tall * (column.count or 0) / max(most, 1)
        kind, top = ("silence", 12.0) if column.count is None else ("bar", _BASE - height)
        parts.append(
            Markup(
                '<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"><title>{}</title></rect>'
            ).format(kind, x + wide * 0.08, top, wide * 0.84, _BASE - top, column.says)
        )
        if number in changes:
            parts.append(
                Markup('<line class="change" x1="{0:.1f}" x2="{0:.1f}" y1="6" y2="{1}"/>').format(x, _BASE)
            )
        if number % max(1, -(-len(bins) // _NAMES)) == 0:
            parts.append(Markup('<text x="{:.1f}" y="{}">{}</text>').format(x, _BASE + 18, column.name))
    return Markup(
        '<svg class="chart" viewBox="0 0 {} {}" direction="ltr" role="img" aria-label="{}">{}</svg>'
    ).format(_SERIES_WIDTH, _SERIES_HEIGHT, label, Markup("").join(parts))


def _ticks(most: int) -> list[int]:
    """The top of the scale and its middle, in whole numbers."""
    return sorted({n for n in (most, most // 2) if n > 0})


def _tick(value: int, most: int, tall: float) -> Markup:
    y = _BASE - tall * value / max(most, 1)
    return Markup(
        '<line class="grid" x1="{0}" x2="{1}" y1="{2:.1f}" y2="{2:.1f}"/>'
        '<text x="{3}" y="{4:.1f}" text-anchor="end">{5}</text>'
    ).format(_LEFT, _SERIES_WIDTH, y, _LEFT - 6, y + 4, value)
