"""Checks a claimed number against what a record holds of its window.

The rule, in order:

1. Thin coverage, no window, an area that no table knows or a thing that no incident counts: the record
   can't tell, whatever it holds.
2. The record's range goes from the lower bound of the interval around what surely counts to the upper
   bound of that around what may count, divided by the share of the days that is covered.
3. All of the range below the claim: it shows fewer; all above: it shows more. Below a claim a record
   that leaves out what the claim may count (a data set of deadly events) can't tell.
4. Else it agrees, unless more than a published share of what may count is in doubt: then it can't tell.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from marsad.analyse.basis import SEVERAL
from marsad.analyse.cases import Case, Coverage
from marsad.analyse.tallies import Query, tally
from marsad.analyse.watching import watch
from marsad.analyse.windows import Window
from marsad.definitions import Definition, Definitions, Thresholds
from marsad.findings import Asked, Check, Counting, Outcome, Tally, Trial, Watch
from marsad.gazetteer.table import Gazetteer
from marsad.model import Place
from marsad.wording import Between, Counted, Days, Name, Real, Saying, Several, Term, Value

_Try = Callable[..., Trial]


@dataclass(frozen=True, slots=True)
class Question:
    """A claim with what it was resolved to: `places` are those of `asked.areas`.

    `faults` say what of it could not be resolved; with one of them nothing can be counted. `towns` are
    those that bear the name of a governorate among the places.
    """

    said: str
    asked: Asked
    places: tuple[Place, ...] = ()
    faults: tuple[Saying, ...] = ()
    notes: tuple[Saying, ...] = ()
    towns: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Base:
    """What claims are checked against; `states` are the codes of actors who are forces of a state."""

    cases: Sequence[Case]
    coverage: Coverage
    definitions: Definitions
    gazetteer: Gazetteer
    states: frozenset[str] = frozenset()

    @property
    def rule(self) -> Thresholds:
        """The numbers of the rule."""
        return self.definitions.thresholds


def judge(
    low: float | None, high: float | None, tally: Tally, *, thin: bool, blind: bool, rule: Thresholds
) -> Outcome:
    """The verdict on a claim of `low` to `high`; `blind` when the record lacks some of what the claim may count."""
    if thin:
        return "cannot_tell"
    if low is not None and tally.high < low:
        return "cannot_tell" if blind else "fewer"
    if high is not None and tally.low > high:
        return "more"
    doubtful = tally.possible - tally.certain > rule.open * tally.possible
    return "cannot_tell" if doubtful else "agrees"


def bounds(
    low: float | None, high: float | None, qualifier: str | None, rule: Thresholds
) -> tuple[float | None, float | None]:
    """What a claimed number allows for: 'about 50' is some more or fewer, 'more than 50' begins at 51."""
    if qualifier == "about":
        least = math.floor(low * (1 - rule.about)) if low is not None else None
        return least, math.ceil(high * (1 + rule.about)) if high is not None else None
    return low, high


def check_count(question: Question, base: Base) -> Check:
    """Checks a number claimed of a window."""
    asked, rule = question.asked, base.rule
    definition = base.definitions.of(asked.measure)
    if definition is None:
        return untold(
            question, Saying.of("fault.stock", measure=Term("measure", asked.measure)), kind="stock"
        )
    window = window_of(asked)
    if question.faults or window is None:
        return untold(question, *question.faults)
    query = query_of(question, base, definition, window)
    seen = watch(base.coverage, window, rule)
    found = tally(base.cases, query, base.gazetteer, rule, share=seen.share)
    low, high = bounds(asked.low, asked.high, asked.qualifier, rule)
    blind = definition.counts == "happenings" and bool(set(seen.sets) & base.definitions.lethal_only)
    outcome = judge(low, high, found, thin=seen.thin, blind=blind, rule=rule)
    reasons = [*seen.shortfalls, *question.notes]
    if outcome == "cannot_tell" and not seen.thin:
        below = low is not None and found.high < low
        reasons.insert(
            0, Saying.of("reason.blind", sets=Several(seen.sets)) if below else _doubtful(found, definition)
        )
    elif blind:
        reasons.append(Saying.of("reason.blind", sets=Several(seen.sets)))
    nothing = not found.possible and not seen.documents and not seen.sets
    trials = (
        () if nothing else tuple(_trials(query, base, seen, low, high, blind=blind, towns=question.towns))
    )
    reasons += _turned(outcome, trials)
    return Check(
        said=question.said,
        kind="count",
        outcome=outcome,
        sentence=_sentence(question, definition, found, seen, outcome),
        asked=asked,
        reasons=tuple(reasons),
        counting=counting_of(definition),
        tally=found,
        watch=seen,
        trials=trials,
    )


def window_of(asked: Asked) -> Window | None:
    """The days that a claim is about, where both ends are known."""
    period = asked.period
    return Window(period.first, period.last) if period and period.first and period.last else None


def query_of(question: Question, base: Base, definition: Definition, window: Window) -> Query:
    """What is to be counted for a question."""
    return Query(window, definition, question.places, question.asked.doers, base.definitions.unknown)


def counting_of(definition: Definition) -> Counting:
    """The definition as it is shown."""
    return Counting(
        definition.noun, tuple(sorted(definition.types)), tuple(sorted(definition.statuses)), definition.role
    )


def untold(question: Question, *why: Saying, kind: str = "count") -> Check:
    """The check of a claim that cannot be counted, and why."""
    faults = why or (Saying.of("fault.window"),)
    return Check(
        said=question.said, kind="stock" if kind == "stock" else "count", outcome="cannot_tell",
        sentence=Saying.of("check.untold", why=faults[0]), asked=question.asked, reasons=(*faults, *question.notes),
    )  # fmt: skip


def scope(question: Question, definition: Definition) -> dict[str, Value]:
    """What is counted, by whom, where and when: the part that all sentences of a check share."""
    asked = question.asked
    by = Saying.of("scope.by", doer=asked.doer) if asked.doer and asked.doers else ""
    where = Saying.of("scope.in", areas=Several(asked.areas)) if asked.areas else ""
    when = Days(asked.period) if asked.period else ""
    return {"by": by, "where": where, "when": when, "noun": Term("things", definition.noun)}


def claimed(asked: Asked, noun: str) -> Value:
    """The claimed number as it was qualified."""
    low = int(asked.low) if asked.low is not None else None
    high = int(asked.high) if asked.high is not None else None
    number = Counted(noun, low, high)
    key = f"qualifier.{asked.qualifier}"
    return Saying.of(key, number=number) if asked.qualifier == "about" else number


def _sentence(
    question: Question, definition: Definition, found: Tally, seen: Watch, outcome: Outcome
) -> Saying:
    if outcome == "cannot_tell" and seen.thin:
        return Saying.of(
            "check.thin" if seen.documents else "check.dark", **scope(question, definition),
            documents=Counted.exactly("document", seen.documents), outlets=Counted.exactly("outlet", len(seen.outlets)),
            covered=seen.covered, days=Counted.exactly("day", seen.days),
            claimed=claimed(question.asked, definition.noun), found=_found(found, definition.noun),
        )  # fmt: skip
    return Saying.of(
        f"check.{outcome}", **scope(question, definition), found=_found(found, definition.noun),
        range=Between(found.low, found.high, 0 if found.high >= 100 else 1), level=Real(95, 0),
        claimed=claimed(question.asked, definition.noun),
    )  # fmt: skip


def _found(found: Tally, noun: str) -> Value:
    if not found.possible:
        return Saying.of("found.none", noun=Term("things", noun))
    return Saying.of("found.some", number=Counted(noun, found.certain, found.possible))


def _doubtful(found: Tally, definition: Definition) -> Saying:
    doubts = Counter(doubt for m in found.matches for doubt in m.doubts)
    kinds = tuple(Saying.of(f"doubt.{doubt}", number=number) for doubt, number in sorted(doubts.items()))
    return Saying.of(
        "reason.doubtful", open=Counted.exactly(definition.noun, found.possible - found.certain),
        possible=Counted.exactly(definition.noun, found.possible), doubts=Several(kinds),
    )  # fmt: skip


def _turned(outcome: Outcome, trials: Sequence[Trial]) -> Iterator[Saying]:
    """The trials that would turn a verdict round."""
    turned = tuple(trial.what for trial in trials if trial.outcome not in (outcome, "cannot_tell"))
    if turned and outcome != "cannot_tell":
        yield Saying.of("reason.turned", trials=Several(turned))


def _trials(
    query: Query,
    base: Base,
    seen: Watch,
    low: float | None,
    high: float | None,
    *,
    blind: bool,
    towns: tuple[Place, ...],
) -> Iterator[Trial]:
    """The check with one thing otherwise: definition, sources, edges, area, doer."""
    rule, measure = base.rule, query.definition.measure

    def trial(key: str, cases: Sequence[Case], other: Query, watched: Watch = seen, **values: Value) -> Trial:
        found = tally(cases, other, base.gazetteer, rule, share=watched.share)
        outcome = judge(low, high, found, thin=watched.thin, blind=blind, rule=rule)
        return Trial(Saying.of(f"trial.{key}", **values), found, outcome)

    yield trial("standard", base.cases, query)
    for breadth in ("strict", "loose"):
        other = base.definitions.of(measure, "strict" if breadth == "strict" else "loose")
        if other is not None and other != query.definition:
            yield trial(breadth, base.cases, replace(query, definition=other))
    several = [case for case in base.cases if case.grade in SEVERAL]
    yield trial("several", several, query)
    edge = max(1, round(query.window.days * rule.edge))
    for key, by in (("earlier", -edge), ("later", edge)):
        moved = Window(query.window.first + timedelta(days=by), query.window.last + timedelta(days=by))
        watched = watch(base.coverage, moved, rule)
        yield trial(key, base.cases, replace(query, window=moved), watched, days=Counted.exactly("day", edge))
    if query.doers:
        yield trial("anyone", base.cases, replace(query, doers=frozenset()))
    if towns:
        names = tuple(Name(town.name_ar, town.name_en) for town in towns)
        yield trial("narrower", base.cases, replace(query, areas=towns), area=Several(names))
    wider = tuple(dict.fromkeys(holder for place in query.areas if (holder := _wider(place, base.gazetteer))))
    if wider:
        names = tuple(Name(place.name_ar, place.name_en) for place in wider)
        yield trial("wider", base.cases, replace(query, areas=wider), area=Several(names))
    yield from _without(query, base, trial)


def _without(query: Query, base: Base, trial: _Try) -> Iterator[Trial]:
    """The check without the outlet that alone tells most of what counts."""
    alone: Counter[str] = Counter()
    for match in tally(base.cases, query, base.gazetteer, base.rule).matches:
        if len(match.outlets) == 1:
            alone[match.outlets[0]] += match.high
    if alone:
        outlet = min(alone, key=lambda name: (-alone[name], name))
        yield trial(
            "without", [c for c in base.cases if c.outlets != (outlet,)], query, outlet=Name(outlet, outlet)
        )


def _wider(place: Place, gazetteer: Gazetteer) -> Place | None:
    """What holds a place, the governorate of a town rather than its sub-district."""
    governorate = gazetteer.held_by(place, "governorate")
    if governorate is not None and governorate.id != place.id:
        return governorate
    return gazetteer.held_by(place, "country") if place.type == "governorate" else None
