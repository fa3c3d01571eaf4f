"""Small charts as SVG made here: the same with scripts and without, on screen and in print."""

from __future__ import annotations

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
