"""Series and calendars as lines of a terminal."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

from marsad.model import Period
from marsad.wording import Between, Counted, Days, Name, Real, Saying, Several, Term, Value, Words

if TYPE_CHECKING:
    from marsad.analyse.bins import Unit
    from marsad.analyse.cases import Coverage
    from marsad.analyse.changes import Change
    from marsad.analyse.rates import Ratio
    from marsad.analyse.series import Bin, Series
    from marsad.analyse.windows import Window
    from marsad.pipeline.studies import Trend

_WIDTH = 44
_EIGHTHS = " ▏▎▍▌▋▊▉"
_HEIGHTS = "▁▂▃▄▅▆▇█"
#: Shorter silences are a weekend.
SILENCE = 7


def days(window: Window) -> Days:
    """A window as a sentence tells it."""
    return Days(Period(window.first, window.last))


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


def label(first: date, unit: Unit) -> str:
    """A bin by its beginning: a month as 2016-01, a quarter as 2016 Q1, else its first day."""
    if unit == "month":
        return f"{first:%Y-%m}"
    return f"{first.year} Q{(first.month + 2) // 3}" if unit == "quarter" else first.isoformat()


def head(series: Series, words: Words) -> str:
    """What a series counts, over which days, by what, and who watched."""
    (part,) = series.basis.parts
    unit = f"week_{series.week}" if series.unit == "week" else series.unit
    outlets: Value = (
        Several(tuple(Name(name, name) for name in part.outlets))
        if 0 < len(part.outlets) <= 3
        else Counted.exactly("outlet", len(part.outlets))
    )
    return words.sentence(
        Saying.of(
            "study.head", incidents=Counted.exactly("incident", part.n), when=days(part.window),
            unit=Term("unit", unit), covered=part.exposure,
            days=Counted.exactly("day", part.window.days), outlets=outlets,
        )
    )  # fmt: skip


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
    yield from beware(trend, words)


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


def change(found: Change, words: Words) -> str:
    """A change of level in a sentence."""
    interval = found.interval
    return words.of(
        Saying.of(
            "study.changed", before=Real(found.before, 1), after=Real(found.after, 1), times=Real(found.times, 2),
            range=Between(interval.low, interval.high, 2) if interval else "?", when=days(found.between),
        )
    )  # fmt: skip


def compared(found: Ratio, words: Words) -> str:
    """A comparison of two windows in a sentence."""
    one, other = found.basis.parts
    said: dict[str, Value] = {
        "n": Counted.exactly("incident", one.n), "when": days(one.window),
        "other": Counted.exactly("incident", other.n), "before": days(other.window),
    }  # fmt: skip
    if found.value is None or found.exact is None or found.quasi is None:
        return words.sentence(Saying.of("study.untold", **said))
    return words.sentence(
        Saying.of(
            "study.against", ratio=Real(found.value, 2), range=Between(found.quasi.low, found.quasi.high, 2),
            exact=Between(found.exact.low, found.exact.high, 2), **said,
        )
    )  # fmt: skip


def beware(trend: Trend, words: Words) -> Iterator[str]:
    """Every caveat of a trend once, a line each."""
    windows = (note for found in trend.against for note in found.basis.caveats if not _own(note))
    notes = [*trend.changes.basis.caveats, *windows]
    yield ""
    yield f"{words.label('beware')}:"
    yield from dict.fromkeys(f"- {words.sentence(note)}" for note in notes)


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
        seen |= dict.fromkeys(words.sentence(note) for note in trend.changes.basis.caveats if not _own(note))
    yield ""
    yield f"{words.label('beware')}:"
    yield from (f"- {note}" for note in seen)


def _own(note: Saying) -> bool:
    """Whether a caveat is of one group or window alone: of many, they would be a page."""
    return note.key in (
        "caveat.unsure",
        "caveat.wide",
        "caveat.undated",
        "caveat.single",
        "caveat.dispersion",
    )


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
