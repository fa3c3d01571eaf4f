"""Series and calendars as lines of a terminal."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from marsad.model import Period
from marsad.pipeline.trend_words import change, compared, days, head, label, notes, own
from marsad.wording import Counted, Days, Saying, Several, Words

if TYPE_CHECKING:
    from marsad.analyse.bins import Unit
    from marsad.analyse.cases import Coverage
    from marsad.analyse.changes import Change
    from marsad.analyse.series import Bin
    from marsad.analyse.windows import Window
    from marsad.pipeline.studies import Trend

_WIDTH = 44
_EIGHTHS = " ▏▎▍▌▋▊▉"
_HEIGHTS = "▁▂▃▄▅▆▇█"
#: Shorter silences are a weekend.
SILENCE = 7


def bar(value: float, most: float, width: int = _WIDTH) -> str:
    """A bar of `width` cells for the greatest value, to an eighth of a cell."""
    eighths = round(8 * width * value / most) if most else 0
    whole, rest = divmod(eighths, 8)
    return "█" * whole + (_EIGHTHS[rest] if rest else "")


def spark(bins: Sequence[Bin]) -> str:
    """One character a bin; a dot where the count is unknown, a space where there was none."""
    most = max((b.count or 0 for b in bins), default=0)
    return "".join(
        "·" if b.count is None else " " if not b.count else _HEIGHTS[math.ceil(8 * b.count / most) - 1]
        for b in bins
    )


def trend_lines(trend: Trend, words: Words) -> Iterator[str]:
    """A series bin by bin with its changes, what it is compared with, and what to beware of."""
    series = trend.series
    yield words.sentence(series.basis.definition)
    yield head(series, words)
    yield ""
    most = max((b.recorded for b in series.bins), default=0)
    wide = len(str(most))
    changed = {change.at: change for change in trend.changes.changes}
    raised = frozenset(trend.alarms)
    for b in series.bins:
        begun = label(b.window.first, series.unit)
        if b.count is None:
            yield f"{begun}  {'?':>{wide}}  {_unknown(b, words)}"
            continue
        killed = _killed(b, words)
        line = f"{begun}  {b.count:>{wide}}  {bar(b.count, most)}"
        yield f"{line:<{len(begun) + wide + 5 + _WIDTH}}{killed}{'  !' if b.window.first in raised else ''}".rstrip()
        begins = changed.get(b.window.first)
        if begins is not None:
            yield f"{'':>{len(begun)}}  {_mark(begins)} {change(begins, words)}"
    yield ""
    for found in trend.against:
        yield compared(found, words)
    if raised:
        when = Several(tuple(Days(Period(day, day)) for day in sorted(raised)))
        yield f"! {words.sentence(Saying.of('study.alarms', days=when))}"
    yield ""
    yield f"{words.label('beware')}:"
    yield from (f"- {words.sentence(note)}" for note in notes(trend))


def _unknown(b: Bin, words: Words) -> str:
    known = f" ({b.recorded})" if b.recorded else ""
    return f"{words.label('unknown')}{known}"


def _killed(b: Bin, words: Words) -> str:
    if b.killed is None:
        return ""
    low, best, high = b.killed.low, b.killed.best, b.killed.high
    if low == best == high:
        return f"  {words.label('killed')} {best}"
    return f"  {words.label('killed')} {best} ({low}–{'…' if high is None else high})"


def _mark(found: Change) -> str:
    return "▲" if found.times > 1 else "▼"


def group_lines(trends: Sequence[Trend], words: Words) -> Iterator[str]:
    """A line for each group with its bins side by side, and its changes below."""
    if not trends:
        return
    yield words.sentence(trends[0].series.basis.definition)
    first, last = trends[0].series.bins[0].window, trends[0].series.bins[-1].window
    yield f"{label(first.first, trends[0].series.unit)} – {label(last.first, trends[0].series.unit)}"
    wide = max(len(_group(t, words)) for t in trends)
    for trend in trends:
        (part,) = trend.series.basis.parts
        yield ""
        yield f"{_group(trend, words):<{wide}}  {part.n:>6}  {spark(trend.series.bins)}"
        for found in trend.changes.changes:
            yield f"{'':>{wide}}  {_mark(found)} {label(found.at, trend.series.unit)}: {change(found, words)}"
    seen: dict[str, None] = {}
    for trend in trends:
        seen |= dict.fromkeys(words.sentence(note) for note in trend.changes.basis.caveats if not own(note))
    yield ""
    yield f"{words.label('beware')}:"
    yield from (f"- {note}" for note in seen)


def _group(trend: Trend, words: Words) -> str:
    return trend.series.key or words.label("unplaced")


def coverage_lines(coverage: Coverage, bins: Sequence[Window], unit: Unit, words: Words) -> Iterator[str]:
    """Documents by outlet and bin, then the silences of all of them together."""
    labels = [label(w.first, unit) for w in bins]
    names = coverage.names
    wide = max((len(name) for name in names), default=0)
    for year, inside in groupby(range(len(bins)), key=lambda n: bins[n].first.year):
        columns = list(inside)
        yield f"{year!s:<{wide}}  " + " ".join(f"{labels[n][5:]:>5}" for n in columns)
        for name in names:
            own = coverage.only(name)
            cells = (_cell(own, bins[n]) for n in columns)
            line = f"{name:<{wide}}  " + " ".join(f"{cell:>5}" for cell in cells)
            if any(own.covered(bins[n]) for n in columns):
                yield line
        yield ""
    yield f"{words.label('silences')}:"
    whole = coverage.window
    silent = coverage.silences(whole, least=SILENCE) if whole else ()
    for window in silent:
        length = Counted.exactly("day", window.days)
        yield f"- {words.sentence(Saying.of('study.silence', when=days(window), days=length))}"
    if not silent:
        yield f"- {words.label('nothing')}"


def _cell(own: Coverage, window: Window) -> str:
    documents = own.documents(window)
    if documents:
        return str(documents)
    return "set" if own.sets and own.covered(window) else "·"
