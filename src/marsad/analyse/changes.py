"""When a series of counts changed its level: looking back, and as the counts come in.

Counts of conflict vary more than chance (they are overdispersed). A search that takes them for Poisson
finds changes in noise, so what a change costs is scaled by the dispersion.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from marsad.analyse.basis import Basis
from marsad.analyse.rates import exact_ratio, quasi_ratio
from marsad.analyse.series import Series, dispersion
from marsad.analyse.windows import Interval, Window
from marsad.wording import Saying

#: What a change costs, in units of log likelihood for each log of the number of bins.
PENALTY = 1.5
#: No level holds for fewer bins.
SHORTEST = 2
#: The set of bins whose likelihood is within this of the best holds the true one with 95 %: the quantile
#: of the limit of the likelihood ratio of a change's place, (1 - exp(-c/2))^2 (Hansen 2000, Econometrica
#: 68:575-603).
_PLACE = -2 * math.log(1 - math.sqrt(0.95))

Counts = Sequence[float] | NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Change:
    """A change of level: `at` is the first day of the new one, and `between` the bins it may have begun in.

    `before` and `after` are incidents a day of the levels to both sides, `times` their ratio.
    """

    at: date
    between: Window
    before: float
    after: float
    times: float
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class Changes:
    """The changes of a series. `levels` are its stretches of one level, each with its incidents a day."""

    changes: tuple[Change, ...]
    levels: tuple[tuple[Window, float], ...]
    penalty: float
    basis: Basis


def changes(series: Series, *, penalty: float = PENALTY, shortest: int = SHORTEST) -> Changes:
    """The changes of level of a series, bins without a count left out."""
    known = series.known
    spread = max(1.0, dispersion([b.recorded for b in known], [b.exposure for b in known]) or 1.0)
    counts = np.array([b.recorded for b in known], dtype=float)
    exposure = np.array([b.exposure for b in known], dtype=float)
    cost = penalty * math.log(max(len(known), 2)) * spread
    starts = partition(counts, exposure, cost, shortest=shortest)
    edges = [0, *starts, len(known)]
    total, watched = _sums(counts), _sums(exposure)
    stretches = list(pairwise(edges)) if known else []
    rates = [(total[b] - total[a]) / (watched[b] - watched[a]) for a, b in stretches]
    levels = tuple(
        (Window(known[a].window.first, known[b - 1].window.last), float(rate))
        for (a, b), rate in zip(stretches, rates, strict=True)
    )
    found = []
    for number, start in enumerate(starts, 1):
        a, b = edges[number - 1], edges[number + 1]
        low, high = place_interval(counts[a:b], exposure[a:b], start - a, spread)
        n1, t1 = total[b] - total[start], watched[b] - watched[start]
        n0, t0 = total[start] - total[a], watched[start] - watched[a]
        times, _ = exact_ratio(int(n1), t1, int(n0), t0)
        found.append(
            Change(
                at=known[start].window.first,
                between=Window(known[a + low].window.first, known[a + high].window.last),
                before=float(rates[number - 1]),
                after=float(rates[number]),
                times=math.nan if times is None else times,
                interval=quasi_ratio(int(n1), t1, int(n0), t0, dispersion=spread),
            )
        )
    notes = (*series.basis.caveats, Saying.of("caveat.change"))
    basis = Basis(series.basis.definition, series.basis.parts, spread, notes)
    return Changes(tuple(found), levels, cost, basis)


def _sums(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.concatenate(([0.0], np.cumsum(values)))


def _loss(total: NDArray[np.float64], exposure: NDArray[np.float64]) -> NDArray[np.float64]:
    """Minus the log likelihood of stretches of one Poisson rate, without what all partitions share."""
    some = total > 0
    return np.where(some, -total * np.log(np.where(some, total, 1.0) / np.where(some, exposure, 1.0)), 0.0)


def partition(counts: Counts, exposure: Counts, cost: float, *, shortest: int = SHORTEST) -> list[int]:
    """Where the stretches after the first begin in the partition of least loss, each costing `cost`.

    Exact, by dynamic programming over all partitions (Jackson et al. 2005, IEEE Signal Processing
    Letters 12:105-108); the square of the number of bins in time.
    """
    n = len(counts)
    total, watched = _sums(np.asarray(counts, dtype=float)), _sums(np.asarray(exposure, dtype=float))
    best = np.full(n + 1, np.inf)
    best[0] = -cost
    came = np.zeros(n + 1, dtype=np.int64)
    for end in range(min(shortest, n), n + 1):
        starts = slice(0, end - min(shortest, n) + 1)
        losses = best[starts] + cost + _loss(total[end] - total[starts], watched[end] - watched[starts])
        came[end] = int(np.argmin(losses))
        best[end] = losses[came[end]]
    out: list[int] = []
    end = n
    while end > 0 and (start := int(came[end])) > 0:
        out.append(start)
        end = start
    return out[::-1]


def place_interval(counts: Counts, exposure: Counts, at: int, dispersion: float) -> tuple[int, int]:
    """The first and last bin in which the one change of a stretch may have begun, with 95 %.

    `at` is its likeliest place; log likelihoods are divided by the dispersion.
    """
    total, watched = _sums(np.asarray(counts, dtype=float)), _sums(np.asarray(exposure, dtype=float))
    places = np.arange(1, len(total) - 1)
    loss = _loss(total[places], watched[places]) + _loss(
        total[-1] - total[places], watched[-1] - watched[places]
    )
    near = places[2 * (loss - loss[at - 1]) / dispersion <= _PLACE]
    return int(min(near.min(initial=at), at)), int(max(near.max(initial=at), at))
