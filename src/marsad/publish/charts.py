"""Charts as SVG made in Python: the same in a page, a brief, a notebook and a PDF.

Bars grow in the direction of reading; time runs from left to right in every language. What nobody watched is
drawn as a gap, never as nothing. Colours are attributes that a style sheet may override by class; text is
left to the viewer to shape. Each chart has a title and a description for those who cannot see it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Literal

from marsad.publish.html import Html, tag

Direction = Literal["ltr", "rtl"]
Number = Callable[[float], str]

# The hues hold 4.5 to 1 for text and 3 to 1 for marks on white and on near-black alike where they can;
# a page sets its own by class.
_BAR, _SOFT, _INK, _GAP, _GRID = "#2f6f9f", "#5b8db3", "#3d3a34", "#c9c3b4", "#ddd8cc"
_FONT = "IBM Plex Sans Arabic, Noto Sans Arabic, Noto Sans, DejaVu Sans, sans-serif"
_RLI, _PDI = "\u2067", "\u2069"
_WIDTH, _LABELS, _ROW = 640, 190, 26
# What is kept free for a number behind a bar, and for a pair of bounds.
_NUMBERS, _BOUNDS = 56, 120


@dataclass(frozen=True, slots=True)
class Point:
    """A labelled value with its bounds; a value that is `None` is unknown."""

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """Points in a row, and their name where there are several lines."""

    points: tuple[Point, ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Drawing:
    """How a chart is drawn: direction and language of its words, how numbers are written, ids unlike others'."""

    direction: Direction
    language: str
    number: Number
    id: str = "chart"


def bars(points: Sequence[Point], drawing: Drawing, *, title: str, says: str) -> Html:
    """Horizontal bars with their bounds as whiskers, the labels where reading begins."""
    height = _ROW * len(points) + 8
    top = max((p.high if p.high is not None else p.value or 0 for p in points), default=1) or 1
    # one bound far off must not make specks of all bars: its whisker leaves the chart, its label tells it
    top = min(top, 2 * max((p.value or 0 for p in points), default=1) or top)
    room = _WIDTH - _LABELS - (_BOUNDS if any(p.low != p.high for p in points) else _NUMBERS)
    rtl = drawing.direction == "rtl"

    def x(value: float) -> float:
        at = _LABELS + room * min(value, top) / top
        return _WIDTH - at if rtl else at

    rows: list[Html] = []
    for row, point in enumerate(points):
        y = 4 + row * _ROW
        label_x = _WIDTH - _LABELS + 10 if rtl else _LABELS - 10
        rows.append(_text(point.label, label_x, y + 17, drawing, "start" if rtl else "end"))
        if point.value is None:
            rows.append(_text("?", x(0) + (-8 if rtl else 8), y + 17, drawing, "end" if rtl else "start"))
            continue
        left, right = sorted((x(0), x(point.value)))
        rows.append(
            tag(
                "rect",
                class_="bar",
                x=_n(left),
                y=_n(y + 4),
                width=_n(right - left),
                height=_n(_ROW - 8),
                fill=_BAR,
            )
        )
        ends = [point.value]
        if point.low is not None and point.high is not None and point.low != point.high:
            rows.append(_whisker(x(point.low), x(point.high), y + _ROW / 2))
            ends.append(point.high)
        edge = x(max(ends)) + (-6 if rtl else 6)
        rows.append(
            _text(_bounds(point, drawing), edge, y + 17, drawing, "end" if rtl else "start", class_="strong")
        )
    return _svg(rows, _WIDTH, height, drawing, title=title, says=says)


def line(points: Sequence[Point], drawing: Drawing, *, title: str, says: str) -> Html:
    """A line over time with its band; it breaks, and the ground is hatched, where nobody watched."""
    height = 190
    marks = list(_time(points, drawing, width=_WIDTH, height=height, most=8))
    return _svg(marks, _WIDTH, height, drawing, title=title, says=says)


def multiples(lines: Sequence[Line], drawing: Drawing, *, title: str, says: str) -> Html:
    """Small lines side by side on one scale."""
    columns = 2 if len(lines) > 1 else 1
    width, height = _WIDTH / columns, 140
    top = (
        max((p.high if p.high is not None else p.value or 0 for one in lines for p in one.points), default=1)
        or 1
    )
    panels = []
    for at, one in enumerate(lines):
        column = at % columns
        # the first panel stands where reading begins
        left = width * (columns - 1 - column if drawing.direction == "rtl" else column)
        head = _text(one.name, width - 12 if drawing.direction == "rtl" else 34, 14, drawing,
                     "end" if drawing.direction == "rtl" else "start", class_="strong")  # fmt: skip
        inner = _time(one.points, drawing, width=width - 12, height=height - 8, most=3, top=top, under=22)
        panels.append(
            tag("g", head, *inner, transform=f"translate({_n(left)} {_n(height * (at // columns))})")
        )
    rows = math.ceil(len(lines) / columns)
    return _svg(panels, _WIDTH, height * rows, drawing, title=title, says=says)


# ── parts ─────────────────────────────────────────────────────────────────────────────────


def _svg(
    marks: Sequence[Html], width: float, height: float, drawing: Drawing, *, title: str, says: str
) -> Html:
    names = f"{drawing.id}-title {drawing.id}-says"
    return tag(
        "svg", tag("title", title, id=f"{drawing.id}-title"), tag("desc", says, id=f"{drawing.id}-says"), *marks,
        xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {_n(width)} {_n(height)}", width=_n(width), height=_n(height),
        class_="chart", role="img", aria_labelledby=names, lang=drawing.language, direction="ltr",
        font_family=_FONT, font_size="12",
    )  # fmt: skip


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _text(
    words: str, x: float, y: float, drawing: Drawing, anchor: str, *, class_: str | None = None
) -> Html:
    """Words at a point. Within the isolate they run as their language does; the anchor stays that of the page."""
    said = f"{_RLI}{words}{_PDI}" if drawing.direction == "rtl" else words
    return tag(
        "text", said, x=_n(x), y=_n(y), text_anchor=anchor, class_=class_, fill=_INK,
        font_weight="600" if class_ == "strong" else None,
    )  # fmt: skip


def _bounds(point: Point, drawing: Drawing) -> str:
    """The value, and its bounds where they differ."""
    number = drawing.number
    if point.low is None or point.high is None or point.low == point.high:
        return number(point.value or 0)
    between = "من {} إلى {}" if drawing.language == "ar" else "{} to {}"
    return between.format(number(point.low), number(point.high))


def _whisker(low: float, high: float, y: float) -> Html:
    path = f"M{_n(low)} {_n(y)}H{_n(high)}M{_n(low)} {_n(y - 4)}v8M{_n(high)} {_n(y - 4)}v8"
    return tag("path", d=path, class_="whisker", stroke=_INK, stroke_width="1.5", fill="none")


def _ticks(top: float) -> list[float]:
    """Whole numbers from nothing to the top, five at most."""
    step = next(s * 10**p for p in count() for s in (1, 2, 5) if top / (s * 10**p) <= 4)
    return [step * n for n in range(math.floor(top / step) + 1)]


def _time(
    points: Sequence[Point], drawing: Drawing, *, width: float, height: float, most: int, top: float | None = None,
    under: float = 8,
) -> Iterator[Html]:  # fmt: skip
    """Axes, gaps, band and line of points over time, `most` labels below them, free of marks above `under`."""
    left, base = 34.0, height - 24
    if top is None:
        top = max((p.high if p.high is not None else p.value or 0 for p in points), default=1) or 1
    step = (width - left - 12) / max(len(points), 1)

    def x(at: int) -> float:
        return left + step * (at + 0.5)

    def y(value: float) -> float:
        return base - (base - under) * value / (top or 1)

    for tick in _ticks(top):
        yield tag(
            "path", d=f"M{_n(left)} {_n(y(tick))}H{_n(width - 12)}", class_="grid", stroke=_GRID, fill="none"
        )
        yield _text(drawing.number(tick), left - 6, y(tick) + 4, drawing, "end")
    for first, last in _stretches(points, known=False):
        yield tag(
            "rect", class_="silence", x=_n(left + step * first), y=_n(under), width=_n(step * (last - first)),
            height=_n(base - under), fill=_GAP, fill_opacity="0.45",
        )  # fmt: skip
    for first, last in _stretches(points, known=True):
        known = [(x(at), points[at]) for at in range(first, last)]
        if any(p.high is not None and p.low != p.high for _, p in known):
            over = [f"{_n(at)} {_n(y(_or(p.high, p.value)))}" for at, p in known]
            below = [f"{_n(at)} {_n(y(_or(p.low, p.value)))}" for at, p in reversed(known)]
            yield tag(
                "path", class_="band", d=f"M{'L'.join([*over, *below])}Z", fill=_SOFT, fill_opacity="0.35"
            )
        path = "L".join(f"{_n(at)} {_n(y(p.value or 0))}" for at, p in known)
        yield tag(
            "path",
            class_="line",
            d=f"M{path}",
            fill="none",
            stroke=_BAR,
            stroke_width="2",
            stroke_linejoin="round",
        )
        if len(known) == 1:
            yield tag(
                "circle", class_="dot", cx=_n(known[0][0]), cy=_n(y(known[0][1].value or 0)), r="3", fill=_BAR
            )
    yield tag("path", d=f"M{_n(left)} {_n(base)}H{_n(width - 12)}", class_="axis", stroke=_INK, fill="none")
    every = max(1, math.ceil(len(points) / most))
    for at in range(0, len(points), every):
        yield _text(points[at].label, x(at), base + 17, drawing, "middle")


def _or(value: float | None, other: float | None) -> float:
    return value if value is not None else other or 0.0


def _stretches(points: Sequence[Point], *, known: bool) -> Iterator[tuple[int, int]]:
    """The half-open ranges of points that follow each other and are known, or are not."""
    start = None
    for at, point in enumerate(points):
        if (point.value is not None) == known:
            start = at if start is None else start
        elif start is not None:
            yield start, at
            start = None
    if start is not None:
        yield start, len(points)
