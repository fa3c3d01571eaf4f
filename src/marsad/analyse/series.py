"""Counts and tolls by day, week, month or quarter; what no document covers is unknown, not nought."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from marsad.analyse.basis import Basis, caveats, part
from marsad.analyse.bins import Unit, WeekStart, bin_of, bins, day_of
from marsad.analyse.cases import Case, Count, Coverage
from marsad.analyse.lag import Lag
from marsad.analyse.windows import Window
from marsad.wording import Counted, Saying

#: A bin of which less is covered has no count.
COVERED = 0.5

By = Literal["type", "actor", "initiator", "target", "admin1", "admin2", "country", "outlet", "grade"]


@dataclass(frozen=True, slots=True)
class Toll:
    """The sum of a measure over incidents: low, best, high (open where one of them is); `told` of them tell it."""

    low: int
    best: int
    high: int | None
    told: int


@dataclass(frozen=True, slots=True)
class Bin:
    """One bin: `recorded` incidents are in the record, `count` is their number where it says something.

    `count` is `None` where less than half of the bin's days are covered: no document speaks for
    them. `exposure` is the number of days that are covered.
    """

    window: Window
    recorded: int
    count: int | None
    exposure: int
    killed: Toll | None
    wounded: Toll | None
    outlets: int


@dataclass(frozen=True, slots=True)
class Series:
    """Bins in order. `wide` are incidents too uncertain in time for the unit, `undated` those without a day.

    `outside` counts the dated ones that lie before or after the window. `week` says on which day a week
    begins, `key` of which group the series is.
    """

    unit: Unit
    week: WeekStart
    bins: tuple[Bin, ...]
    wide: tuple[str, ...]
    undated: tuple[str, ...]
    outside: int
    basis: Basis
    key: str | None = None

    @property
    def known(self) -> tuple[Bin, ...]:
        """The bins that have a count."""
        return tuple(one for one in self.bins if one.count is not None)


def series(
    cases: Sequence[Case],
    coverage: Coverage,
    window: Window,
    *,
    definition: Saying,
    unit: Unit = "month",
    week: WeekStart = "monday",
    lag: Lag | None = None,
    key: str | None = None,
) -> Series:
    """The cases of a window by bins."""
    whole = {w.first: w for w in bins(window, unit, week=week)}
    held: dict[Window, list[Case]] = {w: [] for w in whole.values()}
    wide: list[str] = []
    undated: list[str] = []
    outside = 0
    for case in cases:
        if case.first is None and case.last is None:
            undated.append(case.id)
            continue
        nominal = bin_of(case.first or case.last, unit, week=week)  # type: ignore[arg-type]
        day = day_of(case, nominal.days)
        if day is None:
            wide.append(case.id)
        elif day not in window:
            outside += 1
        else:
            held[whole[max(nominal.first, window.first)]].append(case)
    made = tuple(_bin(w, inside, coverage) for w, inside in held.items())
    one = part(cases, window, coverage, lag)
    counted = [b for b in made if b.count is not None]
    spread = dispersion([b.recorded for b in counted], [b.exposure for b in counted])
    sets = {s.outlet for s in coverage.sets if s.window.common(window)}
    notes = [
        *caveats([one], spread, sets=sets),
        *(Saying.of("caveat.wide", incidents=Counted.exactly("incident", len(wide))) for _ in wide[:1]),
        *(
            Saying.of("caveat.undated", incidents=Counted.exactly("incident", len(undated)))
            for _ in undated[:1]
        ),
    ]
    return Series(
        unit, week, made, tuple(sorted(wide)), tuple(sorted(undated)), outside,
        Basis(definition, (one,), spread, tuple(notes)), key,
    )  # fmt: skip


def _bin(window: Window, inside: Sequence[Case], coverage: Coverage) -> Bin:
    exposure = coverage.covered(window)
    return Bin(
        window=window,
        recorded=len(inside),
        count=len(inside) if exposure >= COVERED * window.days else None,
        exposure=exposure,
        killed=toll(case.killed for case in inside),
        wounded=toll(case.wounded for case in inside),
        outlets=len(coverage.outlets(window)),
    )


def toll(counts: Iterable[Count | None]) -> Toll | None:
    """The sum of counts, `None` where nothing tells one."""
    told = [count for count in counts if count is not None]
    if not told:
        return None
    highs = [high for _, _, high in told]
    known = [high for high in highs if high is not None]
    return Toll(
        low=sum(low for low, _, _ in told),
        best=sum(best for _, best, _ in told),
        high=sum(known) if len(known) == len(highs) else None,
        told=len(told),
    )


def dispersion(counts: Sequence[int], exposure: Sequence[float]) -> float | None:
    """How many times more than chance counts vary from one bin to the next: 1 is Poisson, `None` unknown.

    From the squared differences of neighbours, so that a change of level does not count as noise
    (von Neumann 1941, Annals of Mathematical Statistics 12:367-395): under one rate the expected
    square of the difference of two rates is `rate x (1/e1 + 1/e2)`, times the dispersion.
    """
    squares = chance = 0.0
    for a, b, x, y in zip(counts, counts[1:], exposure, exposure[1:], strict=False):
        squares += (a / x - b / y) ** 2 * x * y / (x + y)
        chance += (a + b) / (x + y)
    return squares / chance if chance else None


_KEYS: dict[By, Callable[[Case], Iterable[str | None]]] = {
    "type": lambda case: (case.type,),
    "actor": lambda case: case.initiators | case.targets,
    "initiator": lambda case: case.initiators,
    "target": lambda case: case.targets,
    "admin1": lambda case: (case.admin1,),
    "admin2": lambda case: (case.admin2,),
    "country": lambda case: (case.country,),
    "outlet": lambda case: case.outlets,
    "grade": lambda case: (case.grade,),
}


def groups(cases: Iterable[Case], by: By) -> dict[str, list[Case]]:
    """The cases of each group, the largest first; of several actors or outlets a case is in each of theirs.

    Cases of which the key is not told are under the empty name.
    """
    found: dict[str, list[Case]] = {}
    for case in cases:
        for key in sorted({key or "" for key in _KEYS[by](case)}) or [""]:
            found.setdefault(key, []).append(case)
    return dict(sorted(found.items(), key=lambda item: (-len(item[1]), item[0])))


def series_by(
    cases: Iterable[Case],
    coverage: Coverage,
    window: Window,
    by: By,
    *,
    definition: Saying,
    unit: Unit = "month",
    week: WeekStart = "monday",
    lag: Lag | None = None,
) -> Iterator[Series]:
    """A series for each group, the largest first; that of an outlet is covered by that outlet alone."""
    for key, inside in groups(cases, by).items():
        watched = coverage.only(key) if by == "outlet" else coverage
        yield series(inside, watched, window, definition=definition, unit=unit, week=week, lag=lag, key=key)
