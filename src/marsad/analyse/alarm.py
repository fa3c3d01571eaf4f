"""An alarm that is raised as counts come in, and what it costs: false alarms, and changes missed.

Bayesian on-line change detection (Adams and MacKay 2007, arXiv:0710.3742) with Poisson counts and gamma
rates: after each bin every length that the present level may have lasted has a probability.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaln

Model = Literal["poisson", "negative binomial"]


@dataclass(frozen=True, slots=True)
class Setting:
    """How the alarm is set.

    A level lasts `lasts` bins on average; the alarm is raised when the level began within the last
    `recent` bins with a probability of `sure` and more. `start` bins are watched before the first.
    """

    lasts: float = 52.0
    recent: int = 8
    sure: float = 0.5
    start: int = 12


@dataclass(frozen=True, slots=True)
class Cost:
    """What a setting costs, by simulation with counts of that mean, dispersion and model.

    `false_a_year` false alarms in 52 bins of one level; `hits` the share of changes to `times` the
    level that raise it within `within` bins.
    """

    model: Model
    mean: float
    dispersion: float
    false_a_year: float
    times: float
    within: int
    hits: float
    runs: int


def recent_probability(
    counts: ArrayLike,
    exposure: ArrayLike,
    *,
    dispersion: float = 1.0,
    setting: Setting = Setting(),
) -> NDArray[np.float64]:
    """For each bin, the probability that the present level began within the last `setting.recent` bins.

    Counts and exposures are divided by the dispersion, which widens all that is inferred of a rate as
    a quasi-likelihood does. A new level is expected at the mean so far.
    """
    scaled = np.asarray(counts, dtype=float) / dispersion
    watched = np.asarray(exposure, dtype=float) / dispersion
    hazard = 1 / setting.lasts
    shape, rate, weight = np.empty(0), np.empty(0), np.empty(0)
    out = np.zeros(len(scaled))
    seen_counts = seen_watched = 0.0
    for at, (count, long) in enumerate(zip(scaled, watched, strict=True)):
        mean = (seen_counts + 1.0) / (seen_watched + long) if seen_watched else max(count, 0.5) / long
        shape, rate = np.append(shape, 1.0), np.append(rate, 1.0 / mean)
        weight = np.append(weight * (1 - hazard), hazard if at else 1.0)
        fit = (
            gammaln(shape + count) - gammaln(shape) + shape * np.log(rate / (rate + long))
            + count * np.log(long / (rate + long))
        )  # fmt: skip
        weight = weight * np.exp(fit - fit.max())
        weight /= weight.sum()
        shape, rate = shape + count, rate + long
        out[at] = weight[-setting.recent :].sum() if at >= setting.start else 0.0
        seen_counts, seen_watched = seen_counts + count, seen_watched + long
    return out


def alarms(probability: Sequence[float] | NDArray[np.float64], setting: Setting = Setting()) -> list[int]:
    """The bins at which the alarm is raised; one change raises it once."""
    out: list[int] = []
    quiet = True
    for at, value in enumerate(probability):
        if value >= setting.sure and quiet and (not out or at - out[-1] > setting.recent):
            out.append(at)
        quiet = value < setting.sure
    return out


def draw(
    rng: np.random.Generator, mean: NDArray[np.float64] | float, dispersion: float, size: int | None = None
) -> NDArray[np.int64]:
    """Counts of that mean: Poisson at a dispersion of 1, else negative binomial of that ratio of variance to mean."""
    means = np.broadcast_to(np.asarray(mean, dtype=float), (size,) if size is not None else np.shape(mean))
    if dispersion <= 1:
        return rng.poisson(means)
    return rng.poisson(rng.gamma(means / (dispersion - 1), dispersion - 1))


def cost(
    mean: float,
    dispersion: float = 1.0,
    *,
    setting: Setting = Setting(),
    times: float = 2.0,
    within: int = 4,
    runs: int = 200,
    seed: int = 1,
) -> Cost:
    """What the setting costs on counts of that mean and dispersion, by simulation."""
    rng = np.random.default_rng(seed)
    length, change = 156, 78
    ones = np.ones(length)
    false = hit = 0
    for _ in range(runs):
        steady = draw(rng, mean, dispersion, length)
        false += len(
            alarms(recent_probability(steady, ones, dispersion=dispersion, setting=setting), setting)
        )
        means = np.where(np.arange(length) < change, mean, mean * times)
        moved = draw(rng, means, dispersion)
        raised = alarms(recent_probability(moved, ones, dispersion=dispersion, setting=setting), setting)
        hit += any(change <= at < change + within for at in raised)
    years = runs * (length - setting.start) / 52
    model: Model = "poisson" if dispersion <= 1 else "negative binomial"
    return Cost(model, mean, dispersion, false / years, times, within, hit / runs, runs)
