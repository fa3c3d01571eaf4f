"""What a result stands on: the windows as the record knows them, and what to beware of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from marsad.analyse.bins import counts_in
from marsad.analyse.cases import Case, Coverage
from marsad.analyse.lag import Lag
from marsad.analyse.windows import Window
from marsad.model import Grade, Period
from marsad.wording import Counted, Days, Name, Real, Saying, Several

#: Grades that more than one witness gives: what a result looks like without hearsay.
SEVERAL: frozenset[Grade] = frozenset({"confirmed", "likely"})
#: Fewer incidents than this make a rate that the next one could turn round.
FEW = 10
#: Counts that vary so many times more than chance alone make the exact interval too narrow.
OVERDISPERSED = 1.3
#: A window of which less is known is marked as not complete.
COMPLETE = 0.95


@dataclass(frozen=True, slots=True)
class Part:
    """One window as the record knows it.

    `n` incidents count in it, `unsure` more may have happened in it; `exposure` is the number of its
    days that anything covers, `completeness` the share of its incidents that is known by now (`None`
    where the record tells nothing of lags), `grades` the number of incidents of each grade.
    """

    window: Window
    n: int
    unsure: int
    exposure: int
    documents: int
    outlets: tuple[str, ...]
    completeness: float | None
    grades: tuple[tuple[Grade, int], ...]

    @property
    def rate(self) -> float | None:
        """Incidents for each covered day, `None` where none is covered."""
        return self.n / self.exposure if self.exposure else None

    @property
    def several(self) -> int:
        """How many incidents more than one witness tells."""
        return sum(number for grade, number in self.grades if grade in SEVERAL)


@dataclass(frozen=True, slots=True)
class Basis:
    """What a result stands on. `dispersion` is how many times more than chance the counts vary."""

    definition: Saying
    parts: tuple[Part, ...]
    dispersion: float | None
    caveats: tuple[Saying, ...]


def part(cases: Iterable[Case], window: Window, coverage: Coverage, lag: Lag | None = None) -> Part:
    """A window with what counts in it."""
    inside: list[Case] = []
    unsure = 0
    for case in cases:
        if counts_in(case, window):
            inside.append(case)
        elif (case.first or case.last) and case.may_be_within(window):
            unsure += 1
    grades = Counter(case.grade for case in inside)
    return Part(
        window=window,
        n=len(inside),
        unsure=unsure,
        exposure=coverage.covered(window),
        documents=coverage.documents(window),
        outlets=tuple(sorted(coverage.outlets(window))),
        completeness=lag.completeness(window) if lag else None,
        grades=tuple(sorted(grades.items())),
    )


def caveats(
    parts: Sequence[Part], dispersion: float | None = None, *, sets: Iterable[str] = ()
) -> Iterator[Saying]:
    """What to beware of in a result over these windows, the gravest first."""
    yield Saying.of("caveat.recorded")
    for one in parts:
        when = Days(Period(one.window.first, one.window.last))
        if one.exposure < one.window.days:
            yield Saying.of(
                "caveat.uncovered", when=when, days=one.window.days - one.exposure,
                of=Counted.exactly("day", one.window.days),
            )  # fmt: skip
        if one.completeness is not None and one.completeness < COMPLETE:
            yield Saying.of("caveat.lag", when=when, share=Real(100 * one.completeness, 0))
        if one.unsure:
            yield Saying.of("caveat.unsure", when=when, incidents=Counted.exactly("incident", one.unsure))
    if any(one.n < FEW for one in parts):
        yield Saying.of("caveat.few", least=Counted.exactly("incident", FEW))
    watchers = [frozenset(one.outlets) for one in parts]
    changing = sorted(frozenset[str]().union(*watchers) - watchers[0].intersection(*watchers))
    if changing:
        yield Saying.of("caveat.outlets", outlets=Several(tuple(Name(name, name) for name in changing)))
    total = sum(one.n for one in parts)
    single = total - sum(one.several for one in parts)
    if total and single > total / 2:
        yield Saying.of("caveat.single", share=Real(100 * single / total, 0))
    if dispersion is not None and dispersion > OVERDISPERSED:
        yield Saying.of("caveat.dispersion", times=Real(dispersion, 1))
    if named := tuple(Name(name, name) for name in sorted(sets)):
        yield Saying.of("caveat.sets", sets=Several(named))
