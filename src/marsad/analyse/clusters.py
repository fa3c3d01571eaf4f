"""Whether incidents crowd together in space and time, and where and when they do it most."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from marsad.analyse.basis import Basis, caveats, part
from marsad.analyse.bins import counts_in
from marsad.analyse.cases import Case, Coverage
from marsad.analyse.lag import Lag
from marsad.analyse.windows import Window
from marsad.wording import Counted, Saying

_EARTH_KM = 6371.0
#: UCDP's `where_prec` up to which a point says where something was.
PRECISE = 2
Points = NDArray[np.float64]
Days = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Located:
    """The cases that a search of clusters can use: a known day, and a point near to the true one.

    `points` are latitude and longitude in degrees, `days` ordinals; `left_out` counts the others.
    """

    ids: tuple[str, ...]
    points: Points
    days: Days
    left_out: int


@dataclass(frozen=True, slots=True)
class Knox:
    """Pairs of incidents within `km` and `days` of each other, against what chance brings.

    `expected` is their mean number where days are dealt out anew; `p` the share of the deals that
    bring as many or more (the true one counted in).
    """

    km: float
    days: int
    n: int
    pairs: int
    expected: float
    p: float
    permutations: int


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cylinder with more incidents than its place and its time alone would bring.

    `radius_km` around `centre`, on the days of `window`: `observed` incidents, `expected` from the
    margins; `score` is the log likelihood ratio, `p` the share of the deals whose best is as good.
    """

    centre: tuple[float, float]
    radius_km: float
    window: Window
    observed: int
    expected: float
    score: float
    p: float
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Crowding:
    """Whether the incidents of a window crowd together, and the clusters in which they do so most.

    `n` incidents have a known day and an exact place, `left_out` others have not.
    """

    knox: Knox | None
    clusters: tuple[Cluster, ...]
    n: int
    left_out: int
    basis: Basis


def crowding(
    cases: Sequence[Case],
    coverage: Coverage,
    window: Window,
    *,
    definition: Saying,
    lag: Lag | None = None,
    km: float = 10.0,
    days: int = 7,
    permutations: int = 999,
) -> Crowding:
    """Knox's test within `km` and `days`, and the scan, of the incidents that count in a window."""
    inside = [case for case in cases if counts_in(case, window)]
    where = located(inside)
    one = part(cases, window, coverage, lag)
    sets = {s.outlet for s in coverage.sets if s.window.common(window)}
    notes = [*caveats([one], sets=sets)]
    if where.left_out:
        notes.append(Saying.of("caveat.points", incidents=Counted.exactly("incident", where.left_out)))
    return Crowding(
        knox=knox(where, km=km, days=days, permutations=permutations),
        clusters=scan(where, permutations=permutations),
        n=len(where.ids),
        left_out=where.left_out,
        basis=Basis(definition, (one,), None, tuple(notes)),
    )


def located(cases: Sequence[Case], *, precise: int = PRECISE) -> Located:
    """The cases of one known day and with a point no coarser than `precise`."""
    kept = [
        case
        for case in cases
        if case.first and case.first == case.last and case.lat is not None and case.lon is not None
        and (case.precision or 9) <= precise
    ]  # fmt: skip
    return Located(
        ids=tuple(case.id for case in kept),
        points=np.array([(case.lat, case.lon) for case in kept], dtype=float).reshape(-1, 2),
        days=np.array([case.first.toordinal() for case in kept if case.first], dtype=np.int64),
        left_out=len(cases) - len(kept),
    )


def distances(a: Points, b: Points) -> NDArray[np.float64]:
    """Great-circle distances in km between all points of one list and all of another."""
    one, other = np.radians(a)[:, None, :], np.radians(b)[None, :, :]
    half = (
        np.sin((one[..., 0] - other[..., 0]) / 2) ** 2
        + np.cos(one[..., 0]) * np.cos(other[..., 0]) * np.sin((one[..., 1] - other[..., 1]) / 2) ** 2
    )
    return np.asarray(2 * _EARTH_KM * np.arcsin(np.sqrt(np.minimum(half, 1.0))))


def knox(
    where: Located, *, km: float = 10.0, days: int = 7, permutations: int = 999, seed: int = 1
) -> Knox | None:
    """Knox's test (1964, Applied Statistics 13:25-29), its p by dealing out the days anew; `None` under 2 cases."""
    n = len(where.ids)
    if n < 2:
        return None
    first, second = np.triu_indices(n, 1)
    close = distances(where.points, where.points)[first, second] <= km
    first, second = first[close], second[close]
    rng = np.random.default_rng(seed)
    found = np.empty(permutations + 1)
    for deal in range(permutations + 1):
        dealt = where.days if deal == 0 else rng.permutation(where.days)
        found[deal] = np.count_nonzero(np.abs(dealt[first] - dealt[second]) <= days)
    return Knox(
        km, days, n, int(found[0]), float(found[1:].mean()) if permutations else math.nan,
        float(np.count_nonzero(found >= found[0]) / (permutations + 1)), permutations,
    )  # fmt: skip


def scan(
    where: Located,
    *,
    radii_km: Sequence[float] = (5, 10, 20, 35, 50),
    longest: int = 56,
    step: int = 7,
    permutations: int = 999,
    most: int = 5,
    seed: int = 1,
) -> tuple[Cluster, ...]:
    """The space-time permutation scan (Kulldorff et al. 2005, PLoS Medicine 2:e59), the best cluster first.

    Cylinders stand around each point, for 1 to `longest` days in steps of `step` days, and hold at the
    most half of the incidents. The days are dealt out anew `permutations` times, so what is always
    crowded, in place or in time, is no cluster. Clusters that share an incident with a better one are
    left out.
    """
    n = len(where.ids)
    if n < 2:
        return ()
    zones, centres, radii = _zones(where.points, radii_km)
    bins = (where.days - where.days.min()) // step
    length = int(bins.max()) + 1
    runs = range(1, min(max(1, longest // step), max(1, length // 2)) + 1)
    counts = list(_counts(zones, bins, runs))
    expected = list(_expected(zones, bins, runs))
    scores = [_score(c, mu, n) for c, mu in zip(counts, expected, strict=True)]
    origin = date.fromordinal(int(where.days.min()))
    taken = np.zeros(n, dtype=bool)
    picked: list[Cluster] = []
    flat = [(float(v), run, int(at)) for run, part in enumerate(scores) for at, v in _top(part)]
    for value, run, at in sorted(flat, reverse=True):
        if len(picked) == most:
            break
        zone, begin = divmod(at, scores[run].shape[1])
        end = begin + run + 1
        inside = zones[zone] & (bins >= begin) & (bins < end)
        if (inside & taken).any():
            continue
        taken |= inside
        picked.append(
            Cluster(
                centre=(float(centres[zone][0]), float(centres[zone][1])),
                radius_km=float(radii[zone]),
                window=Window(origin + timedelta(days=begin * step), origin + timedelta(days=end * step - 1)),
                observed=int(counts[run][zone, begin]),
                expected=float(expected[run][zone, begin]),
                score=value,
                p=math.nan,
                ids=tuple(id_ for id_, is_in in zip(where.ids, inside, strict=True) if is_in),
            )
        )
    if not picked:
        return ()
    best = _dealt(zones, bins, runs, expected, picked[-1].score, permutations, np.random.default_rng(seed))
    return tuple(
        replace(c, p=float((1 + np.count_nonzero(best >= c.score - 1e-9)) / (permutations + 1)))
        for c in picked
    )


def _top(scores: NDArray[np.float64], most: int = 2000) -> Iterator[tuple[int, float]]:
    """The best places of a table of scores, far more than can share no incident."""
    flat = scores.ravel()
    best = np.argpartition(flat, -most)[-most:] if len(flat) > most else np.arange(len(flat))
    return ((int(at), float(flat[at])) for at in best if flat[at] > 0)


def _zones(
    points: Points, radii_km: Sequence[float]
) -> tuple[NDArray[np.bool_], Points, NDArray[np.float64]]:
    """Which incidents lie in which circle, each set of them once, in its narrowest circle."""
    centres = np.unique(points, axis=0)
    far = distances(centres, points)
    made = [(far <= km, centres, np.full(len(centres), float(km))) for km in sorted(radii_km)]
    held = np.concatenate([one for one, _, _ in made])
    _, first = np.unique(np.packbits(held, axis=1), axis=0, return_index=True)
    kept = np.sort(first)
    kept = kept[held[kept].sum(axis=1) <= len(points) / 2]
    return (
        held[kept],
        np.concatenate([c for _, c, _ in made])[kept],
        np.concatenate([r for _, _, r in made])[kept],
    )


def _running(zones: NDArray[np.float32], bins: Days) -> NDArray[np.float32]:
    """How many incidents of each zone came before each step."""
    dealt = np.zeros((len(bins), int(bins.max()) + 2), dtype=np.float32)
    dealt[np.arange(len(bins)), bins + 1] = 1
    return np.cumsum(zones @ dealt, axis=1)


def _counts(zones: NDArray[np.bool_], bins: Days, runs: range) -> Iterator[NDArray[np.float32]]:
    """For each length of run, how many incidents each zone has in the run from each step on."""
    running = _running(zones.astype(np.float32), bins)
    return (running[:, run:] - running[:, :-run] for run in runs)


def _expected(zones: NDArray[np.bool_], bins: Days, runs: range) -> Iterator[NDArray[np.float64]]:
    total = np.concatenate(([0], np.cumsum(np.bincount(bins))))
    size = zones.sum(axis=1)
    return (np.outer(size, total[run:] - total[:-run]) / len(bins) for run in runs)


def _score(
    counts: NDArray[np.floating] | NDArray[np.int64], expected: NDArray[np.float64], n: int
) -> NDArray[np.float64]:
    """The log likelihood ratio of cylinders, 0 where they hold no more than expected or a single incident."""
    out = np.zeros(counts.shape)
    more = (counts > 1) & (counts > expected)
    c, mu = counts[more].astype(float), np.maximum(expected[more], 1e-12)
    rest = n - c
    out[more] = c * np.log(c / mu) + np.where(rest > 0, rest * np.log(np.maximum(rest, 1) / (n - mu)), 0.0)
    return out


def _dealt(
    zones: NDArray[np.bool_],
    bins: Days,
    runs: range,
    expected: Sequence[NDArray[np.float64]],
    floor: float,
    permutations: int,
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """The best score of each deal, 0 where it is below `floor`.

    Of each cylinder the least count that reaches the floor is worked out once; zones too small ever to
    do so are left out, and logarithms are taken only of what reaches it.
    """
    n = len(bins)
    size = zones.sum(axis=1)
    least = [_least(mu, size, floor, n) for mu in expected]
    able = np.logical_or.reduce([(need <= size[:, None]).any(axis=1) for need in least])
    members = zones[able].astype(np.float32)
    least, kept = [need[able] for need in least], [mu[able] for mu in expected]
    best = np.zeros(permutations)
    for deal in range(permutations):
        running = _running(members, rng.permutation(bins))
        for run, need, mu in zip(runs, least, kept, strict=True):
            counts = running[:, run:] - running[:, :-run]
            reached = np.nonzero(counts >= need)
            if len(reached[0]):
                best[deal] = max(best[deal], _score(counts[reached], mu[reached], n).max())
    return best


def _least(mu: NDArray[np.float64], size: NDArray[np.int64], floor: float, n: int) -> NDArray[np.float32]:
    """The least count of each cylinder whose score reaches the floor, more than its size where none does."""
    low = np.maximum(1, np.floor(mu)).astype(np.int64)
    high = np.broadcast_to(size[:, None] + 1, mu.shape).astype(np.int64)
    low = np.minimum(low, high)
    while (wide := high - low > 1).any():
        middle = (low + high) // 2
        enough = wide & (_score(middle, mu, n) >= floor - 1e-9)
        high = np.where(enough, middle, high)
        low = np.where(wide & ~enough, middle, low)
    return high.astype(np.float32)
