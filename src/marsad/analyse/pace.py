"""Where a running period is heading: its total by the end, with what is likely, against a baseline."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from marsad.analyse.basis import Basis, Part, caveats, part
from marsad.analyse.cases import Case, Coverage
from marsad.analyse.lag import Lag
from marsad.analyse.rates import pearson, pieces
from marsad.analyse.windows import Interval, Window
from marsad.wording import Saying


@dataclass(frozen=True, slots=True)
class Pace:
    """A projection. `total` is what the whole period comes to at the rate so far, `interval` what is likely.

    `doubles` is the probability that it is twice `baseline` or more, the baseline's count put to the
    length of the period; both are `None` where no baseline was asked for or the record does not cover it.
    """

    period: Window
    so_far: int
    total: float
    interval: Interval
    baseline: float | None
    doubles: float | None
    basis: Basis


def pace(
    cases: Sequence[Case],
    coverage: Coverage,
    period: Window,
    so_far: Window,
    *,
    definition: Saying,
    baseline: Window | None = None,
    lag: Lag | None = None,
    level: float = 0.95,
) -> Pace | None:
    """The period's total at the rate of its days `so_far`, `None` where none of them is covered.

    Days of `so_far` that nothing covers, and incidents that are yet to be reported, are made up for by
    the rate of the covered ones; so the total is of the whole period as the record would tell it.
    """
    now = part(cases, so_far, coverage, lag)
    if not now.exposure:
        return None
    before = part(cases, baseline, coverage, lag) if baseline else None
    told = list(pieces(cases, so_far, coverage, first=True))
    if baseline:
        told += pieces(cases, baseline, coverage, first=False)
    spread = pearson(told) or 1.0
    freedom = max(1, len(told) - (2 if baseline else 1))
    known = now.exposure * (now.completeness if now.completeness else 1.0)
    left = max(0.0, period.days - known)
    ahead = Projection.of(now.n, known, left, spread, freedom=freedom)
    expected = _expected(before, period) if before else None
    parts: tuple[Part, ...] = (now, before) if before else (now,)
    sets = {s.outlet for s in coverage.sets if s.window.common(so_far)}
    notes = (*caveats(parts, spread, sets=sets), Saying.of("caveat.pace"))
    return Pace(
        period=period,
        so_far=now.n,
        total=now.n + ahead.mean,
        interval=ahead.interval(now.n, level),
        baseline=expected,
        doubles=ahead.reaches(math.ceil(2 * expected) - now.n) if expected else None,
        basis=Basis(definition, parts, spread, notes),
    )


def _expected(before: Part, period: Window) -> float | None:
    return before.n / before.exposure * period.days if before.exposure and before.n else None


@dataclass(frozen=True, slots=True)
class Projection:
    """What is still to come: a negative binomial of that mean and variance."""

    mean: float
    variance: float

    @classmethod
    def of(
        cls, n: int, exposure: float, left: float, dispersion: float, *, freedom: int | None = None
    ) -> Projection:
        """What `left` days bring after `n` incidents in `exposure` days.

        The rate is not known but inferred (gamma, with Jeffreys' half), and both it and what is to come
        vary `dispersion` times more than Poisson's. A dispersion that was itself inferred, from so many
        degrees of freedom, is widened as Student's t widens the normal.
        """
        rate = (n + 0.5) / exposure
        mean = n / exposure * left
        scale = max(1.0, dispersion)
        if freedom is not None and scale > 1:
            from scipy.stats import norm, t

            scale *= float(t.ppf(0.975, freedom) / norm.ppf(0.975)) ** 2
        return cls(mean, scale * rate * left + scale * rate / exposure * left**2)

    def interval(self, so_far: int, level: float) -> Interval:
        """The total that is likely."""
        if not self.variance:
            return Interval(so_far, so_far, level)
        from scipy.stats import nbinom

        low, high = nbinom.ppf([(1 - level) / 2, (1 + level) / 2], *self._shape())
        return Interval(so_far + float(low), so_far + float(high), level)

    def reaches(self, more: float) -> float:
        """The probability that at least so many are still to come."""
        if more <= 0:
            return 1.0
        if not self.variance:
            return 0.0
        from scipy.stats import nbinom

        return float(nbinom.sf(math.ceil(more) - 1, *self._shape()))

    def _shape(self) -> tuple[float, float]:
        # where nothing has happened yet the mean is nought: half an incident stands for it
        mean = max(self.mean, 1e-9)
        variance = max(self.variance, mean * (1 + 1e-9))
        return mean**2 / (variance - mean), mean / variance
