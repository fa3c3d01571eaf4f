"""How well a record covers a window, and whether that is enough to judge a claim by it."""

from __future__ import annotations

from collections.abc import Iterator

from marsad.analyse.cases import Coverage
from marsad.analyse.windows import Window
from marsad.definitions import Thresholds
from marsad.findings import Watch
from marsad.model import Period
from marsad.wording import Counted, Real, Saying


def watch(coverage: Coverage, window: Window, rule: Thresholds) -> Watch:
    """The coverage of a window, with what is too little in it.

    A coded data set that speaks for all of the window makes it adequate: it is silent about a day only
    where nothing of its kind happened.
    """
    whole = coverage.window
    sets = tuple(
        sorted(
            {
                s.outlet
                for s in coverage.sets
                if s.window.first <= window.first and window.last <= s.window.last
            }
        )
    )
    found = Watch(
        period=Period(window.first, window.last),
        days=window.days,
        covered=coverage.covered(window),
        documents=coverage.documents(window),
        outlets=tuple(sorted(coverage.outlets(window))),
        rate=coverage.documents_a_day(window),
        typical=coverage.documents_a_day(whole) if whole else 0.0,
        sets=sets,
    )
    if sets:
        return found
    shortfalls = tuple(_shortfalls(found, rule))
    if shortfalls and coverage.undated:
        shortfalls += (Saying.of("thin.undated", documents=Counted.exactly("document", coverage.undated)),)
    return Watch(
        found.period, found.days, found.covered, found.documents, found.outlets, found.rate, found.typical,
        sets, shortfalls,
    )  # fmt: skip


def _shortfalls(found: Watch, rule: Thresholds) -> Iterator[Saying]:
    if not found.documents:
        yield Saying.of("thin.dark")
        return
    if found.documents < rule.documents:
        yield Saying.of(
            "thin.documents", documents=Counted.exactly("document", found.documents),
            least=Counted.exactly("document", int(rule.documents)),
        )  # fmt: skip
    if len(found.outlets) < rule.outlets:
        yield Saying.of(
            "thin.outlets", outlets=Counted.exactly("outlet", len(found.outlets)),
            least=Counted.exactly("outlet", int(rule.outlets)),
        )  # fmt: skip
    if found.share < rule.days:
        yield Saying.of(
            "thin.days", covered=found.covered, days=Counted.exactly("day", found.days),
            least=Real(100 * rule.days, 0),
        )  # fmt: skip
    if found.rate < rule.typical * found.typical:
        yield Saying.of(
            "thin.typical", rate=Real(found.rate, 2), typical=Real(found.typical, 2),
            least=Real(100 * rule.typical, 0),
        )  # fmt: skip
