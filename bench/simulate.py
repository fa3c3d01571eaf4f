"""What the statistics are worth, by simulation: false alarms, hits, and how often intervals hold the truth.

    python -m bench.simulate            # the tables of docs/statistics.md, two minutes
    python -m bench.simulate --runs 200 # sooner and rougher

Counts are drawn Poisson and negative binomial (variance three times the mean), as the series of a war
are; none of the methods is told which.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Callable, Iterator
from datetime import date

import numpy as np

from marsad.analyse.alarm import Setting, cost, draw
from marsad.analyse.changes import PENALTY, partition, place_interval
from marsad.analyse.clusters import Located, knox, scan
from marsad.analyse.pace import Projection
from marsad.analyse.rates import exact_ratio, negative_binomial_ratio, pearson, quasi_ratio
from marsad.analyse.series import dispersion

MODELS = (("Poisson", 1.0), ("negative binomial, variance 3 x mean", 3.0))


def _found(counts: np.ndarray, *, scaled: bool) -> list[int]:
    ones = np.ones(len(counts))
    spread = max(1.0, dispersion([int(c) for c in counts], list(ones)) or 1.0) if scaled else 1.0
    return partition(counts, ones, PENALTY * math.log(len(counts)) * spread)


def changes(runs: int) -> Iterator[str]:
    """False alarms and hits of the search for changes, with the penalty scaled by dispersion and without."""
    yield "| counts | weeks | false alarms | without scaling | hits, level x 1.75 | x 2.5 | median error, weeks |"
    yield "|---|---|---|---|---|---|---|"
    rng = np.random.default_rng(1)
    for name, spread in MODELS:
        for mean in (4.0, 12.0):
            false = plain = 0
            hits = {1.75: 0, 2.5: 0}
            errors: list[int] = []
            for _ in range(runs):
                steady = draw(rng, mean, spread, 104)
                false += bool(_found(steady, scaled=True))
                plain += bool(_found(steady, scaled=False))
                for times in hits:
                    means = np.where(np.arange(104) < 52, mean, mean * times)
                    starts = _found(draw(rng, means, spread), scaled=True)
                    near = [abs(at - 52) for at in starts]
                    hits[times] += min(near, default=99) <= 3
                    errors += [min(near)] if near else []
            yield (
                f"| {name}, mean {mean:g} | 104 | {false / runs:.1%} | {plain / runs:.1%} | {hits[1.75] / runs:.0%} "
                f"| {hits[2.5] / runs:.0%} | {np.median(errors):.0f} |"
            )


def place(runs: int) -> Iterator[str]:
    """How often the interval of a change's place holds the true place."""
    yield "| counts | change | interval holds the true week | its median width, weeks |"
    yield "|---|---|---|---|"
    rng = np.random.default_rng(2)
    for name, spread in MODELS:
        for times in (1.75, 2.5):
            held, widths = 0, []
            for _ in range(runs):
                counts = draw(rng, np.where(np.arange(104) < 52, 12.0, 12.0 * times), spread)
                ones = np.ones(104)
                best = _one_change(counts)
                estimate = max(1.0, dispersion([int(c) for c in counts], list(ones)) or 1.0)
                low, high = place_interval(counts, ones, best, estimate)
                held += low <= 52 <= high
                widths.append(high - low + 1)
            yield f"| {name}, mean 12 | x {times:g} | {held / runs:.1%} | {np.median(widths):.0f} |"


def _one_change(counts: np.ndarray) -> int:
    total = np.concatenate(([0.0], np.cumsum(counts.astype(float))))
    places = np.arange(1, len(counts))

    def loss(some: np.ndarray, long: np.ndarray) -> np.ndarray:
        return np.where(some > 0, -some * np.log(np.maximum(some, 1e-9) / long), 0.0)

    whole = loss(total[places], places) + loss(total[-1] - total[places], len(counts) - places)
    return int(places[np.argmin(whole)])


def intervals(runs: int) -> Iterator[str]:
    """How often a 95 % interval of a ratio of rates holds the true ratio."""
    yield "| counts | windows | exact | overdispersed | negative binomial |"
    yield "|---|---|---|---|---|"
    rng = np.random.default_rng(3)
    for name, spread in MODELS:
        for one, other, mean, true in (
            (4, 8, 7.0, 2.0),
            (8, 52, 7.0, 1.0),
            (26, 26, 7.0, 1.5),
            (13, 52, 2.0, 1.0),
        ):
            held = [0, 0, 0]
            fitted = 0
            for run in range(runs):
                a, b = draw(rng, mean * true, spread, one), draw(rng, mean, spread, other)
                weeks = [(int(n), 7, True) for n in a] + [(int(n), 7, False) for n in b]
                scale = pearson(weeks) or 1.0
                n1, n2 = int(a.sum()), int(b.sum())
                exact = exact_ratio(n1, 7 * one, n2, 7 * other)[1]
                quasi = quasi_ratio(n1, 7 * one, n2, 7 * other, dispersion=scale)
                binomial = negative_binomial_ratio(weeks) if run % 4 == 0 else None  # slow
                held[0] += exact is not None and true in exact
                held[1] += quasi is not None and true in quasi
                held[2] += binomial is not None and true in binomial
                fitted += binomial is not None
            yield (
                f"| {name}, mean {mean:g} | {one} and {other} weeks, ratio {true:g} | {held[0] / runs:.1%} "
                f"| {held[1] / runs:.1%} | {held[2] / max(fitted, 1):.1%} ({fitted / math.ceil(runs / 4):.0%} fitted) |"
            )


def paces(runs: int) -> Iterator[str]:
    """How often the 95 % interval of a projection holds the total of the period."""
    yield "| counts | known | dispersion known | dispersion estimated |"
    yield "|---|---|---|---|"
    rng = np.random.default_rng(4)
    for name, spread in MODELS:
        for weeks in (8, 26, 39):
            held = [0, 0]
            for _ in range(runs):
                counts = draw(rng, 3.0, spread, 52)
                so_far, total = int(counts[:weeks].sum()), int(counts.sum())
                estimated = pearson([(int(n), 7, True) for n in counts[:weeks]]) or 1.0
                for column, (scale, freedom) in enumerate(((spread, None), (estimated, weeks - 1))):
                    ahead = Projection.of(so_far, 7 * weeks, 7 * (52 - weeks), scale, freedom=freedom)
                    held[column] += total in ahead.interval(so_far, 0.95)
            yield f"| {name}, mean 3 | {weeks} of 52 weeks | {held[0] / runs:.1%} | {held[1] / runs:.1%} |"


def watch(runs: int) -> Iterator[str]:
    """False alarms a year of the on-line alarm, and the share of doublings that it meets within 4 weeks."""
    yield "| counts | false alarms a year | doublings met in 4 weeks | in 8 weeks |"
    yield "|---|---|---|---|"
    for name, spread in MODELS:
        for mean in (4.0, 12.0, 40.0):
            four = cost(mean, spread, setting=Setting(), runs=runs // 4, within=4)
            eight = cost(mean, spread, setting=Setting(), runs=runs // 4, within=8)
            yield f"| {name}, mean {mean:g} | {four.false_a_year:.2f} | {four.hits:.0%} | {eight.hits:.0%} |"


def crowds(runs: int) -> Iterator[str]:
    """How often Knox's test and the scan find clusters where there are none, and where one is planted; the time."""
    rng = np.random.default_rng(5)
    false = [0, 0]
    hits = [0, 0]
    tries = max(20, runs // 25)
    for planted in (False, True):
        for _ in range(tries):
            where = _events(rng, 150, planted=planted)
            test = knox(where, permutations=99)
            best = scan(where, permutations=99, most=1)
            seen = (test is not None and test.p <= 0.05, bool(best) and best[0].p <= 0.05)
            for column, yes in enumerate(seen):
                (hits if planted else false)[column] += yes
    yield "| 150 incidents, 99 deals | found where there is no cluster | found where 15 are planted in 10 km and 14 days |"
    yield "|---|---|---|"
    for column, name in enumerate(("Knox, 10 km, 7 days", "scan")):
        yield f"| {name} | {false[column] / tries:.0%} | {hits[column] / tries:.0%} |"
    where = _events(rng, 500, planted=False)
    begun = time.process_time()
    scan(where, permutations=999)
    scanned = time.process_time() - begun
    begun = time.process_time()
    knox(where, permutations=999)
    yield ""
    yield (
        f"500 incidents at 500 points over a year, 999 deals: scan {scanned:.1f} s of processor time, "
        f"Knox {time.process_time() - begun:.2f} s."
    )


def _events(rng: np.random.Generator, n: int, *, planted: bool) -> Located:
    points = np.column_stack([rng.uniform(34.5, 36.5, n), rng.uniform(36.5, 39.5, n)])
    days = date(2020, 1, 1).toordinal() + rng.integers(0, 364, n)
    if planted:
        points[:15] = np.array([35.5, 38.0]) + rng.normal(0, 0.03, (15, 2))
        days[:15] = date(2020, 6, 1).toordinal() + rng.integers(0, 14, 15)
    return Located(tuple(map(str, range(n))), points, days.astype(np.int64), 0)


TABLES: dict[str, Callable[[int], Iterator[str]]] = {
    "changes": changes, "place": place, "intervals": intervals, "paces": paces, "watch": watch, "crowds": crowds,
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("tables", nargs="*", choices=[*TABLES, []], help="only these")
    parser.add_argument("--runs", type=int, default=1000)
    options = parser.parse_args()
    for name in options.tables or TABLES:
        print(f"\n### {name}: {(TABLES[name].__doc__ or '').strip()}\n")
        for line in TABLES[name](options.runs):
            print(line, flush=True)


if __name__ == "__main__":
    main()
