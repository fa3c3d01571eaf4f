"""Checks rises, falls and paces: the rate of one window against that of another.

The two windows are compared by what surely counts in each, for each day that is covered. A change that an
interval does not tell from none, or two windows that were not watched alike, and the record can't tell.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cached_property

from marsad.analyse.cases import Case
from marsad.analyse.checks import Base, Question, counting_of, query_of, scope, untold, window_of
from marsad.analyse.pace import Projection
from marsad.analyse.rates import exact_ratio, pearson, pieces, quasi_ratio
from marsad.analyse.tallies import tally
from marsad.analyse.watching import watch
from marsad.analyse.windows import Window
from marsad.definitions import Definition, Thresholds
from marsad.findings import Check, Outcome, Tally
from marsad.model import Claim, Period
from marsad.wording import Between, Counted, Days, Real, Saying, Term, Value

Ratio = tuple[float, float, float]


def check_trend(claim: Claim, question: Question, base: Base) -> Check:
    """Checks a rise or fall over a window against as many days before it, four weeks at the least."""
    definition = _of_trend(claim, base)
    window = window_of(question.asked)
    if question.faults or window is None or definition is None:
        return replace(untold(question, *question.faults), kind="trend")
    before = window.before(max(window.days, int(base.rule.baseline)))
    sides = _Sides(question, base, definition, window, before)
    outcome, reasons = _changed(claim.direction == "up", sides, base.rule)
    sentence = Saying.of(
        f"trend.{outcome}", direction=Term("direction", claim.direction or "up"), **sides.said(),
        **scope(question, definition),
    )  # fmt: skip
    return sides.check("trend", outcome, sentence, reasons)


def check_against(later: Question, earlier: Question, base: Base) -> Check | None:
    """Checks two claimed numbers against each other: the ratio of their daily rates; `None` where there is none."""
    definition = base.definitions.of(later.asked.measure)
    one, other = window_of(later.asked), window_of(earlier.asked)
    if definition is None or one is None or other is None or one == other or later.faults or earlier.faults:
        return None
    numbers = [_number(question) for question in (later, earlier)]
    if not numbers[0] or not numbers[1]:
        return None
    told = (numbers[0] / one.days) / (numbers[1] / other.days)
    said = f"{later.said} / {earlier.said}" if earlier.said != later.said else later.said
    sides = _Sides(replace(later, said=said), base, definition, one, other)
    outcome, reasons = _compared(told, sides, base.rule)
    sentence = Saying.of(f"comparison.{outcome}", claimed=Real(told), **sides.said(), when=Days(_period(one)))
    return replace(sides.check("comparison", outcome, sentence, reasons), claimed_ratio=told)


def check_pace(claim: Claim, question: Question, base: Base, today: date | None) -> Check:
    """Checks whether a year is on the way to twice what the year before had."""
    definition = _of_trend(claim, base)
    year = question.asked.period.first.year if question.asked.period and question.asked.period.first else None
    year = year or (today.year if today else None)
    # the year that runs needs no period of its own
    faults = [fault for fault in question.faults if fault.key != "fault.window"]
    if definition is None or year is None or faults:
        return replace(untold(question, *(faults or question.faults)), kind="pace")
    end = min(today or date(year, 12, 31), date(year, 12, 31))
    window = Window(date(year, 1, 1), max(end, date(year, 1, 1)))
    before = Window(date(year - 1, 1, 1), date(year - 1, 12, 31))
    asked = replace(question.asked, period=_period(window))
    sides = _Sides(replace(question, asked=asked), base, definition, window, before)
    rest = (date(year, 12, 31) - window.last).days
    chance, projected = _projected(sides, rest)
    outcome: Outcome
    reasons = list(sides.thin())
    if reasons:
        outcome = "cannot_tell"
    elif not sides.earlier.certain or 1 - base.rule.doubles < chance < base.rule.doubles:
        outcome = "cannot_tell"
        none = not sides.earlier.certain
        reasons.append(
            Saying.of("reason.none") if none else Saying.of("reason.chance", chance=Real(100 * chance, 0))
        )
    else:
        outcome = "agrees" if chance >= base.rule.doubles else "fewer"
    said = {**sides.said(), "before": Days(_period(before))}
    sentence = Saying.of(
        f"pace.{outcome}", projected=Real(projected, 0), end=Days(Period(date(year, 12, 31), date(year, 12, 31))),
        chance=Real(100 * chance, 0), **said, **scope(replace(question, asked=asked), definition),
    )  # fmt: skip
    return sides.check("pace", outcome, sentence, reasons)


def _of_trend(claim: Claim, base: Base) -> Definition | None:
    """What rises or falls: operations where the side named is a state's, else attacks."""
    state = claim.subject is not None and claim.subject in base.states
    return base.definitions.of("operations" if state else "attacks")


def _number(question: Question) -> float:
    """The one number that a claimed range stands for."""
    bounds = [bound for bound in (question.asked.low, question.asked.high) if bound is not None]
    return sum(bounds) / len(bounds) if bounds else 0.0


def _period(window: Window) -> Period:
    return Period(window.first, window.last)


class _Sides:
    """Two windows counted alike."""

    def __init__(
        self, question: Question, base: Base, definition: Definition, window: Window, before: Window
    ) -> None:
        self.question = question
        self.cases = {case.id: case for case in base.cases}
        self.coverage = base.coverage
        self.window = window
        self.definition = definition
        self.before = before
        self.rule = base.rule
        query = query_of(question, base, definition, window)
        self.watch, self.watch_before = (watch(base.coverage, w, base.rule) for w in (window, before))
        self.later: Tally = tally(base.cases, query, base.gazetteer, base.rule, share=self.watch.share)
        self.earlier: Tally = tally(
            base.cases,
            replace(query, window=before),
            base.gazetteer,
            base.rule,
            share=self.watch_before.share,
        )

    @cached_property
    def spread(self) -> tuple[float, int]:
        """How many times more than chance the weekly counts vary, and the degrees of freedom of that."""
        weeks = [
            *pieces(self._sure(self.later), self.window, self.coverage, first=True),
            *pieces(self._sure(self.earlier), self.before, self.coverage, first=False),
        ]
        return pearson(weeks) or 1.0, max(1, len(weeks) - 2)

    def _sure(self, found: Tally) -> list[Case]:
        return [self.cases[match.incident] for match in found.matches if not match.doubts]

    @property
    def ratio(self) -> Ratio | None:
        """The ratio of the daily rates with its bounds; `None` where nothing counts or nothing is covered."""
        sides = (self.later.certain, self.watch.covered, self.earlier.certain, self.watch_before.covered)
        return ratio_of(*sides, spread=self.spread[0], level=self.rule.level)

    def thin(self) -> Iterator[Saying]:
        """Why the two cannot be compared, where they cannot."""
        yield from self.watch.shortfalls
        yield from (Saying.of("reason.earlier", why=why) for why in self.watch_before.shortfalls)
        one, other = self.watch, self.watch_before
        if not (one.sets and other.sets) and not one.thin and not other.thin:
            if not self.rule.typical <= one.rate / other.rate <= 1 / self.rule.typical:
                yield Saying.of("reason.watched", later=Real(one.rate, 2), earlier=Real(other.rate, 2))

    def said(self) -> dict[str, Value]:
        """What both sides come to, for a sentence."""
        noun, ratio = self.definition.noun, self.ratio
        return {
            "later": Counted.exactly(noun, self.later.certain),
            "earlier": Counted.exactly(noun, self.earlier.certain),
            "before": Days(_period(self.before)),
            "ratio": Real(ratio[0]) if ratio else "?",
            "range": Between(ratio[1], ratio[2]) if ratio else "?",
        }

    def check(self, kind: str, outcome: Outcome, sentence: Saying, reasons: list[Saying]) -> Check:
        """The check that the two sides make."""
        return Check(
            said=self.question.said, kind="trend" if kind == "trend" else "pace" if kind == "pace" else "comparison",
            outcome=outcome, sentence=sentence, asked=self.question.asked,
            reasons=(*reasons, *self.question.notes), counting=counting_of(self.definition), tally=self.later,
            watch=self.watch, earlier=self.earlier, earlier_watch=self.watch_before, ratio=self.ratio,
        )  # fmt: skip


def ratio_of(n1: int, t1: int, n2: int, t2: int, *, spread: float, level: float) -> Ratio | None:
    """The ratio of two rates with its bounds: exact where counts vary by chance alone, wider where they vary more."""
    value, exact = exact_ratio(n1, t1, n2, t2, level=level)
    wider = quasi_ratio(n1, t1, n2, t2, dispersion=spread, level=level) if spread > 1 else exact
    return (value, wider.low, wider.high) if value is not None and wider is not None else None


def _changed(up: bool, sides: _Sides, rule: Thresholds) -> tuple[Outcome, list[Saying]]:
    reasons = list(sides.thin())
    ratio = sides.ratio
    if reasons:
        return "cannot_tell", reasons
    if ratio is None:
        return "cannot_tell", [Saying.of("reason.none")]
    _, low, high = ratio
    if (up and low > 1) or (not up and high < 1):
        return "agrees", []
    if up and high < rule.changed:
        return "fewer", []
    if not up and low > 1 / rule.changed:
        return "more", []
    return "cannot_tell", [Saying.of("reason.unclear", range=Between(low, high))]


def _compared(told: float, sides: _Sides, rule: Thresholds) -> tuple[Outcome, list[Saying]]:
    reasons = list(sides.thin())
    ratio = sides.ratio
    if reasons:
        return "cannot_tell", reasons
    if ratio is None:
        return "cannot_tell", [Saying.of("reason.none")]
    _, low, high = ratio
    if low <= 1 <= high and low <= told <= high and not 1 / rule.changed < told < rule.changed:
        # it would agree with no change as well
        return "cannot_tell", [Saying.of("reason.unclear", range=Between(low, high))]
    return ("fewer" if high < told else "more" if low > told else "agrees"), []


def _projected(sides: _Sides, rest: int) -> tuple[float, float]:
    """The chance that the year reaches twice the year before, and what is expected of it."""
    count, (spread, freedom) = sides.later.certain, sides.spread
    ahead = Projection.of(count, max(sides.watch.covered, 1), rest, spread, freedom=freedom)
    return ahead.reaches(2 * sides.earlier.certain - count), count + ahead.mean
