"""Compares how often something happens in two windows, with intervals that say how sure that is."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from marsad.analyse.basis import Basis, Part, caveats, part
from marsad.analyse.bins import day_of
from marsad.analyse.cases import Case, Coverage
from marsad.analyse.lag import Lag
from marsad.analyse.windows import Interval, Window
from marsad.wording import Saying

#: The length of the pieces whose counts say how much more than chance they vary.
PIECE = 7
#: Fewer degrees of freedom than this say nothing of it.
_LEAST_FREEDOM = 4
#: The stretches before a window that it is compared with: four weeks and a year of weeks.
BEFORE = (28, 364)


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many times the rate of the second window is that of the first.

    `value` is `None` where a window is not covered at all, infinite where nothing happened in the
    second. `exact` holds if counts vary by chance alone, `quasi` if they vary `basis.dispersion` times
    more, `negative_binomial` is that model's own (`None` where it could not be fitted). `several` is
    the ratio of the incidents that more than one witness tells, with its `quasi` interval.
    """

    value: float | None
    exact: Interval | None
    quasi: Interval | None
    negative_binomial: Interval | None
    several: tuple[float | None, Interval | None]
    basis: Basis

    @property
    def differs(self) -> bool | None:
        """Whether the rates differ beyond what chance and dispersion explain; `None` where it cannot be told."""
        return None if self.quasi is None else 1.0 not in self.quasi


def ratio(
    cases: Sequence[Case],
    one: Window,
    other: Window,
    coverage: Coverage,
    *,
    definition: Saying,
    lag: Lag | None = None,
    level: float = 0.95,
) -> Ratio:
    """The rate of incidents in `one` against that in `other`, a day covered being the unit of exposure."""
    parts = (part(cases, one, coverage, lag), part(cases, other, coverage, lag))
    weeks = [*pieces(cases, one, coverage, first=True), *pieces(cases, other, coverage, first=False)]
    spread = pearson(weeks)
    value, exact = exact_ratio(parts[0].n, parts[0].exposure, parts[1].n, parts[1].exposure, level=level)
    several = (parts[0].several, parts[0].exposure, parts[1].several, parts[1].exposure)
    sets = {s.outlet for s in coverage.sets if s.window.common(one) or s.window.common(other)}
    return Ratio(
        value=value,
        exact=exact,
        quasi=_quasi(parts, spread, level),
        negative_binomial=negative_binomial_ratio(weeks, level=level),
        several=(exact_ratio(*several)[0], quasi_ratio(*several, dispersion=spread or 1.0, level=level)),
        basis=Basis(definition, parts, spread, tuple(caveats(parts, spread, sets=sets))),
    )


def against_before(
    cases: Sequence[Case],
    window: Window,
    coverage: Coverage,
    *,
    definition: Saying,
    lag: Lag | None = None,
    level: float = 0.95,
) -> tuple[Ratio, ...]:
    """The window against the four weeks and the year of weeks that end the day before it."""
    return tuple(
        ratio(cases, window, window.before(days), coverage, definition=definition, lag=lag, level=level)
        for days in BEFORE
    )


def _quasi(parts: tuple[Part, Part], spread: float | None, level: float) -> Interval | None:
    a, b = parts
    return quasi_ratio(a.n, a.exposure, b.n, b.exposure, dispersion=spread or 1.0, level=level)


# ── numbers alone ─────────────────────────────────────────────────────────────────────────


def exact_ratio(
    n1: int, t1: float, n2: int, t2: float, *, level: float = 0.95
) -> tuple[float | None, Interval | None]:
    """The ratio of two Poisson rates and its exact conditional interval.

    Given the sum, the first count is binomial, and Clopper and Pearson's interval of its probability
    turns into one of the ratio (Przyborowski and Wilenski 1940, Biometrika 31:313-323). It never
    covers less than `level`.
    """
    if not (t1 > 0 and t2 > 0) or n1 + n2 == 0:
        return None, None
    from scipy.stats import binomtest

    bounds = binomtest(n1, n1 + n2).proportion_ci(level, method="exact")
    low, high = (p / (1 - p) * t2 / t1 if p < 1 else math.inf for p in bounds)
    return (n1 / t1) / (n2 / t2) if n2 else math.inf, Interval(low, high, level)


def quasi_ratio(
    n1: int, t1: float, n2: int, t2: float, *, dispersion: float, level: float = 0.95
) -> Interval | None:
    """The interval of a ratio of rates whose counts vary `dispersion` times more than Poisson's.

    On the scale of logarithms, with the variance of each count scaled (McCullagh and Nelder 1989,
    section 6.2). Where nothing happened in a window, the exact interval with the counts scaled down.
    """
    if not (t1 > 0 and t2 > 0) or n1 + n2 == 0:
        return None
    from scipy.stats import norm

    scale = max(1.0, dispersion)
    if n1 and n2:
        half = float(norm.ppf((1 + level) / 2)) * math.sqrt(scale * (1 / n1 + 1 / n2))
        middle = math.log(n1 / t1 * t2 / n2)
        return Interval(math.exp(middle - half), math.exp(middle + half), level)
    fewer = math.ceil(max(n1, n2) / scale)
    return exact_ratio(fewer if n1 else 0, t1, fewer if n2 else 0, t2, level=level)[1]


Piece = tuple[int, int, bool]


def pieces(cases: Sequence[Case], window: Window, coverage: Coverage, *, first: bool) -> Iterator[Piece]:
    """Count and covered days of each whole week of the window, from its end backwards."""
    days = [day for case in cases if (day := day_of(case, window.days)) and day in window]
    for number in range(window.days // PIECE):
        last = window.last - timedelta(days=number * PIECE)
        piece = Window(last - timedelta(days=PIECE - 1), last)
        exposure = coverage.covered(piece)
        if exposure:
            yield sum(day in piece for day in days), exposure, first


def pearson(weeks: Sequence[Piece]) -> float | None:
    """How many times more than chance the weekly counts vary within each window, 1 at the least.

    Pearson's statistic over its degrees of freedom; `None` where there are too few weeks.
    """
    squares, freedom = 0.0, 0
    for side in (True, False):
        own = [(n, t) for n, t, first in weeks if first is side]
        total, exposure = sum(n for n, _ in own), sum(t for _, t in own)
        if total:
            squares += sum((n - t * total / exposure) ** 2 / (t * total / exposure) for n, t in own)
            freedom += len(own) - 1
    return max(1.0, squares / freedom) if freedom >= _LEAST_FREEDOM else None


def negative_binomial_ratio(weeks: Sequence[Piece], *, level: float = 0.95) -> Interval | None:
    """The ratio's interval by a negative binomial regression (NB2) of the weekly counts."""
    sides = {first for n, _, first in weeks if n}
    if len(sides) < 2 or len(weeks) < _LEAST_FREEDOM + 2:
        return None
    import numpy as np
    from statsmodels.discrete.discrete_model import NegativeBinomial

    counts = np.array([n for n, _, _ in weeks], dtype=float)
    design = np.array([[1.0, float(first)] for _, _, first in weeks])
    exposure = np.array([t for _, t, _ in weeks], dtype=float)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # said by `converged` and by what is not finite
        try:
            fit = NegativeBinomial(counts, design, exposure=exposure).fit(disp=0, maxiter=200)
            low, high = np.exp(fit.conf_int(alpha=1 - level)[1])
        except (np.linalg.LinAlgError, ValueError):
            return None
    if not fit.mle_retvals["converged"] or not (np.isfinite(low) and np.isfinite(high)):
        return None
    return Interval(float(low), float(high), level)
