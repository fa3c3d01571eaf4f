"""Trends in sentences: what a series counts, how its level changed, how it compares, what to beware of."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from marsad.model import Period
from marsad.wording import Between, Counted, Days, Name, Real, Saying, Several, Term, Value, Words

if TYPE_CHECKING:
    from marsad.analyse.bins import Unit
    from marsad.analyse.changes import Change
    from marsad.analyse.rates import Ratio
    from marsad.analyse.series import Series
    from marsad.analyse.windows import Window
    from marsad.pipeline.studies import Trend


def days(window: Window) -> Days:
    """A window as a sentence tells it."""
    return Days(Period(window.first, window.last))


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


def notes(trend: Trend) -> list[Saying]:
    """Every caveat of a trend once."""
    windows = (note for found in trend.against for note in found.basis.caveats if not own(note))
    return list(dict.fromkeys((*trend.changes.basis.caveats, *windows)))


def own(note: Saying) -> bool:
    """Whether a caveat is of one group or window alone: of many, they would be a page."""
    return note.key in (
        "caveat.unsure",
        "caveat.wide",
        "caveat.undated",
        "caveat.single",
        "caveat.dispersion",
    )
