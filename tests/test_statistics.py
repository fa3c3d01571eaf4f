"""The statistics against oracles: other libraries, brute force, known values, and what must always hold."""

from __future__ import annotations

import math
from datetime import date, timedelta
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.making import day

from marsad.analyse import clusters, lag, pace, plain, rates, seasons, series
from marsad.analyse.alarm import Setting, alarms, cost, draw, recent_probability
from marsad.analyse.bins import Unit, WeekStart, bin_of, bins, counts_in, day_of
from marsad.analyse.cases import Case, Coverage, DataSet
from marsad.analyse.changes import PENALTY, changes, partition, place_interval
from marsad.analyse.windows import Interval, Window
from marsad.errors import QueryError
from marsad.wording import Saying, words_for

WHAT = Saying.of("caveat.recorded")
YEAR = Window(date(2020, 1, 1), date(2020, 12, 31))
WHOLE = Coverage.of([], sets=[DataSet("set", Window(date(2015, 1, 1), date(2024, 12, 31)), 1)])
DAYS = st.dates(date(2020, 1, 1), date(2020, 12, 31))
UNITS: tuple[Unit, ...] = ("day", "week", "month", "quarter")


def case(on: date | None, *, days: int = 1, **more: object) -> Case:
    last = on + timedelta(days=days - 1) if on else None
    return Case(f"i{on}{days}", "attack", on, last, **more)  # type: ignore[arg-type]


def spread(window: Window, number: int, **more: object) -> list[Case]:
    """So many cases, evenly over a window."""
    return [case(window.first + timedelta(days=n * window.days // number), **more) for n in range(number)]


def weekly(counts: list[int] | np.ndarray, first: date = date(2018, 1, 1)) -> series.Series:
    """A series of weeks with these counts."""
    whole = Window(first, first + timedelta(days=7 * len(counts) - 1))
    some = [case(first + timedelta(days=7 * n)) for n, count in enumerate(counts) for _ in range(int(count))]
    return series.series(some, WHOLE, whole, definition=WHAT, unit="week")


# ── bins and series ───────────────────────────────────────────────────────────────────────


@given(DAYS, DAYS, st.sampled_from(UNITS), st.sampled_from(["monday", "saturday"]))
def test_bins_are_the_days_of_the_window_once_each(a: date, b: date, unit: Unit, week: WeekStart) -> None:
    window = Window(min(a, b), max(a, b))
    made = list(bins(window, unit, week=week))
    assert [d for one in made for d in one] == list(window)
    for one in made[1:]:
        assert one.first == bin_of(one.first, unit, week=week).first
    if unit == "week":
        assert all(one.first.weekday() == (0 if week == "monday" else 5) for one in made[1:])


def test_a_quarter_and_a_month_end_where_the_calendar_says() -> None:
    assert bin_of(day("2020-02-10"), "month") == Window(day("2020-02-01"), day("2020-02-29"))
    assert bin_of(day("2020-12-31"), "quarter") == Window(day("2020-10-01"), day("2020-12-31"))


def test_what_is_uncertain_over_more_than_a_bin_counts_in_none_of_that_size() -> None:
    vague = case(day("2020-03-28"), days=6)
    assert day_of(vague, 1) is None and day_of(vague, 7) == day("2020-03-28")
    found = {
        unit: series.series([vague, case(None)], WHOLE, YEAR, definition=WHAT, unit=unit) for unit in UNITS
    }
    assert [len(found[unit].wide) for unit in UNITS] == [1, 0, 0, 0]
    assert [b.count for b in found["month"].bins][2:4] == [1, 0]
    assert all(len(one.undated) == 1 for one in found.values())
    open_ended = Case("o", "attack", day("2020-03-01"), None)
    assert series.series([open_ended], WHOLE, YEAR, definition=WHAT).wide == ("o",)


@given(st.lists(st.tuples(DAYS, st.integers(1, 40)), max_size=30), st.sampled_from(UNITS))
def test_every_case_is_in_one_bin_or_listed_apart(told: list[tuple[date, int]], unit: Unit) -> None:
    some = [case(on, days=days) for on, days in told]
    window = Window(date(2020, 3, 10), date(2020, 9, 20))
    found = series.series(some, WHOLE, window, definition=WHAT, unit=unit)
    held = sum(one.recorded for one in found.bins)
    assert held + len(found.wide) + len(found.undated) + found.outside == len(some)


def test_a_bin_that_nothing_covers_is_unknown_and_not_nought() -> None:
    papers = Coverage.of([("a", d) for d in Window(date(2020, 1, 1), date(2020, 2, 20))])
    some = [case(date(2020, 1, 5)), case(date(2020, 5, 5))]
    found = series.series(some, papers, Window(date(2020, 1, 1), date(2020, 6, 30)), definition=WHAT)
    assert [b.count for b in found.bins] == [1, 0, None, None, None, None]
    assert [b.recorded for b in found.bins] == [1, 0, 0, 0, 1, 0]
    assert [b.exposure for b in found.bins] == [31, 20, 0, 0, 0, 0]
    frame = plain.series_frame(found)
    assert frame["count"].isna().tolist() == [False, False, True, True, True, True]
    assert any(note.key == "caveat.uncovered" for note in found.basis.caveats)


def test_tolls_add_up_as_ranges_and_an_open_one_stays_open() -> None:
    some = [
        case(date(2020, 1, 1), killed=(1, 2, 3)), case(date(2020, 1, 2), killed=(5, 5, None)),
        case(date(2020, 1, 3)), case(date(2020, 2, 1), killed=(4, 6, 9)),
    ]  # fmt: skip
    january, february = series.series(
        some, WHOLE, Window(date(2020, 1, 1), date(2020, 2, 29)), definition=WHAT
    ).bins
    assert january.killed == series.Toll(6, 7, None, 2) and february.killed == series.Toll(4, 6, 9, 1)
    assert january.wounded is None


def test_an_outlets_series_is_covered_by_that_outlet_alone() -> None:
    papers = Coverage.of([*(("a", d) for d in YEAR), ("b", date(2020, 1, 1))])
    some = [case(date(2020, 1, 1), outlets=("a", "b")), case(date(2020, 6, 1), outlets=("a",))]
    by = {s.key: s for s in series.series_by(some, papers, YEAR, "outlet", definition=WHAT, unit="quarter")}
    assert [b.count for b in by["a"].bins] == [1, 1, 0, 0]
    assert [b.count for b in by["b"].bins] == [None] * 4 and by["b"].bins[0].recorded == 1


def test_a_case_counts_for_each_of_its_actors_and_nobody_is_left_out() -> None:
    both = case(date(2020, 1, 1), initiators=frozenset({"ISIS"}), targets=frozenset({"SDF"}))
    found = series.groups([both, case(date(2020, 2, 2))], "actor")
    assert {key: len(inside) for key, inside in found.items()} == {"": 1, "ISIS": 1, "SDF": 1}


@pytest.mark.parametrize(("ratio", "low", "high"), [(1.0, 0.85, 1.15), (3.0, 2.5, 3.5)])
def test_dispersion_is_found_and_a_change_of_level_is_no_noise(ratio: float, low: float, high: float) -> None:
    rng = np.random.default_rng(3)
    means = np.where(np.arange(1000) < 500, 10.0, 40.0)
    counts = [int(n) for n in draw(rng, means, ratio)]
    found = series.dispersion(counts, [7] * 1000)
    assert found is not None and low < found < high
    assert series.dispersion([0, 0], [1, 1]) is None


# ── lag ───────────────────────────────────────────────────────────────────────────────────


def test_the_share_reported_by_now_is_found_although_late_reports_are_missing() -> None:
    rng = np.random.default_rng(4)
    until = date(2020, 12, 31)
    some = []
    for _ in range(4000):
        on = date(2020, 7, 1) + timedelta(days=int(rng.integers(0, 184)))
        told = on + timedelta(days=int(rng.geometric(0.2)) - 1)
        if told <= until:
            some.append(case(on, reported=told))
    found = lag.lag(some, until)
    assert found is not None
    for k in (0, 2, 5, 10):
        assert found.shares[k] == pytest.approx(1 - 0.8 ** (k + 1), abs=0.03)
    assert found.completeness(Window(until, until)) == pytest.approx(0.2, abs=0.03)
    assert found.completeness(Window(date(2020, 1, 1), date(2020, 1, 31))) == 1.0


def test_few_incidents_tell_no_lag() -> None:
    assert lag.lag([case(date(2020, 1, 1), reported=date(2020, 1, 2))] * 5, date(2020, 2, 1)) is None
    assert lag.lag([], None) is None


# ── rates ─────────────────────────────────────────────────────────────────────────────────


def test_fifty_in_two_weeks_against_twenty_in_two_months() -> None:
    value, exact = rates.exact_ratio(50, 14, 20, 60)
    assert value == pytest.approx(10.714, abs=0.001) and exact is not None
    assert (exact.low, exact.high) == (pytest.approx(6.26, abs=0.005), pytest.approx(19.00, abs=0.005))
    wide = rates.quasi_ratio(50, 14, 20, 60, dispersion=3.0)
    assert wide is not None and (round(wide.low, 1), round(wide.high, 1)) == (4.4, 26.3)


@given(st.integers(0, 60), st.integers(0, 60), st.integers(1, 400), st.integers(1, 400))
@settings(max_examples=60)
def test_the_exact_interval_is_that_of_the_binomial_and_turns_round(
    n1: int, n2: int, t1: int, t2: int
) -> None:
    value, interval = rates.exact_ratio(n1, t1, n2, t2)
    if n1 + n2 == 0:
        assert value is None and interval is None
        return
    assert interval is not None and value is not None
    from statsmodels.stats.proportion import proportion_confint

    low, high = (float(p) for p in proportion_confint(n1, n1 + n2, method="beta"))
    low, high = (0.0 if not n1 else low), (1.0 if not n2 else high)
    assert interval.low == pytest.approx(low / (1 - low) * t2 / t1)
    assert (
        interval.high == pytest.approx(high / (1 - high) * t2 / t1) if high < 1 else interval.high == math.inf
    )
    assert interval.low <= value <= interval.high
    _, turned = rates.exact_ratio(n2, t2, n1, t1)
    assert turned is not None and turned.low == pytest.approx(
        1 / interval.high if interval.high else math.inf
    )


def test_the_overdispersed_interval_is_that_of_a_quasi_poisson_regression() -> None:
    import statsmodels.api as sm

    rng = np.random.default_rng(5)
    a, b = draw(rng, 9.0, 3.0, 20), draw(rng, 5.0, 3.0, 40)
    weeks = [(int(n), 7, True) for n in a] + [(int(n), 7, False) for n in b]
    design = np.array([[1.0, float(first)] for _, _, first in weeks])
    fit = sm.GLM(
        np.array([n for n, _, _ in weeks]), design, family=sm.families.Poisson(), exposure=np.full(60, 7.0)
    ).fit(scale="X2")
    scale = rates.pearson(weeks)
    assert scale == pytest.approx(float(fit.scale))
    mine = rates.quasi_ratio(int(a.sum()), 140, int(b.sum()), 280, dispersion=scale)
    low, high = np.exp(fit.conf_int()[1])
    assert mine is not None and (mine.low, mine.high) == (pytest.approx(low), pytest.approx(high))
    other = rates.negative_binomial_ratio(weeks)
    assert other is not None and other.low == pytest.approx(mine.low, rel=0.2)


def test_a_ratio_says_what_it_stands_on() -> None:
    papers = Coverage.of(
        [*(("a", d) for d in YEAR), *(("b", d) for d in Window(date(2020, 11, 1), YEAR.last))]
    )
    later, earlier = (
        Window(date(2020, 11, 1), date(2020, 12, 31)),
        Window(date(2020, 1, 1), date(2020, 4, 30)),
    )
    some = [*spread(later, 30, grade="confirmed"), *spread(earlier, 20), case(date(2020, 10, 25), days=20)]
    found = rates.ratio(some, later, earlier, papers, definition=WHAT)
    one, other = found.basis.parts
    assert (one.n, one.unsure, one.exposure) == (30, 1, 61)
    assert (other.n, other.unsure, other.exposure) == (20, 0, 121)
    assert one.outlets == ("a", "b") and other.outlets == ("a",)
    assert found.value is not None and found.quasi is not None and found.value in found.quasi
    assert found.several[0] == math.inf
    said = {note.key for note in found.basis.caveats}
    assert {"caveat.recorded", "caveat.outlets"} <= said
    for language in ("ar", "en"):
        assert all(words_for(language).sentence(note) for note in found.basis.caveats)
    assert isinstance(plain.to_dict(found)["basis"]["caveats"][0]["ar"], str)
    assert plain.ratios_frame(found)["n"].tolist() == [one.n]


def test_a_window_that_nothing_covers_has_no_rate() -> None:
    found = rates.ratio([], YEAR, YEAR.before(30), Coverage(), definition=WHAT)
    assert found.value is None and found.exact is None and found.quasi is None and found.differs is None


def test_the_latest_window_is_put_against_four_weeks_and_a_year() -> None:
    last = Window(date(2020, 12, 25), date(2020, 12, 31))
    month, year = rates.against_before(spread(YEAR, 366), last, WHOLE, definition=WHAT)
    assert (month.basis.parts[1].exposure, year.basis.parts[1].exposure) == (28, 364)
    assert month.value == pytest.approx(1.0) and month.differs is False


# ── changes ───────────────────────────────────────────────────────────────────────────────


def _loss(counts: list[int], exposure: list[int]) -> float:
    total = sum(counts)
    return -total * math.log(total / sum(exposure)) if total else 0.0


def _brute(counts: list[int], exposure: list[int], cost: float, shortest: int) -> tuple[float, list[int]]:
    n = len(counts)
    best: tuple[float, list[int]] = (math.inf, [])
    for k in range(n):
        for starts in combinations(range(1, n), k):
            edges = [0, *starts, n]
            parts = list(pairwise(edges))
            if any(b - a < min(shortest, n) for a, b in parts):
                continue
            loss = sum(_loss(counts[a:b], exposure[a:b]) for a, b in parts) + cost * k
            if loss < best[0] - 1e-9:
                best = (loss, list(starts))
    return best


@given(
    st.lists(st.tuples(st.integers(0, 12), st.integers(1, 7)), min_size=1, max_size=9), st.floats(0.5, 6.0),
    st.integers(1, 3),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_the_partition_is_the_best_of_all(bins: list[tuple[int, int]], cost: float, shortest: int) -> None:
    counts, exposure = [n for n, _ in bins], [t for _, t in bins]
    starts = partition(counts, exposure, cost, shortest=shortest)
    edges = [0, *starts, len(counts)]
    loss = sum(_loss(counts[a:b], exposure[a:b]) for a, b in pairwise(edges)) + cost * len(starts)
    assert loss == pytest.approx(_brute(counts, exposure, cost, shortest)[0])


def test_a_step_is_found_where_it_is_with_both_levels() -> None:
    found = changes(weekly([3] * 30 + [12] * 30))
    (change,) = found.changes
    assert change.at == date(2018, 1, 1) + timedelta(weeks=30) and change.at in change.between
    assert (change.before, change.after) == (pytest.approx(3 / 7), pytest.approx(12 / 7))
    assert change.times == pytest.approx(4.0) and change.interval is not None and 4.0 in change.interval
    assert [rate for _, rate in found.levels] == [pytest.approx(3 / 7), pytest.approx(12 / 7)]
    assert any(note.key == "caveat.change" for note in found.basis.caveats)
    assert plain.changes_frame(found)["times"].tolist() == [4.0]


def test_a_series_of_one_level_or_of_nothing_has_no_change() -> None:
    assert changes(weekly([4, 5, 3, 4, 6, 4, 5, 3] * 6)).changes == ()
    assert changes(weekly([0] * 20)).changes == ()
    nothing = series.series([], Coverage(), YEAR, definition=WHAT)
    assert changes(nothing).changes == () and changes(nothing).levels == ()


@pytest.mark.slow
def test_noise_of_war_is_no_change_and_a_doubling_is() -> None:
    rng = np.random.default_rng(6)
    false = hits = 0
    for _ in range(60):
        false += bool(changes(weekly(draw(rng, 8.0, 3.0, 104))).changes)
        moved = draw(rng, np.where(np.arange(104) < 52, 8.0, 20.0), 3.0)
        found = [c for c in changes(weekly(moved)).changes if abs((c.at - date(2018, 12, 31)).days) <= 21]
        hits += bool(found)
    assert false <= 4 and hits >= 54


def test_the_interval_of_a_place_holds_it_and_is_narrow_where_the_step_is_high() -> None:
    low, high = place_interval([3] * 20 + [30] * 20, [1] * 40, 20, 1.0)
    assert low <= 20 <= high and high - low <= 1
    wide = place_interval([3, 5, 2, 4, 4, 6, 5, 4], [1] * 8, 4, 1.0)
    assert wide[1] - wide[0] >= 4


# ── alarm ─────────────────────────────────────────────────────────────────────────────────


def test_the_run_length_is_that_of_the_definition() -> None:
    """Against all ways to place the changes, weighed one by one."""
    counts, exposure, lasts, recent = [2, 3, 11, 9], [1.0, 1.0, 1.0, 1.0], 10.0, 2
    from scipy.stats import nbinom

    means, seen = [], 0.0
    for at, count in enumerate(counts):
        means.append((seen + 1) / (at + 1) if at else max(count, 0.5))
        seen += count
    weights = {}
    for k in range(4):
        for starts in combinations(range(1, 4), k):
            edges = [0, *starts, 4]
            weight = 1.0
            for a, b in pairwise(edges):
                shape, rate = 1.0, 1 / means[a]
                for at in range(a, b):
                    weight *= float(nbinom.pmf(counts[at], shape, rate / (rate + 1)))
                    weight *= 1.0 if at == 0 else 1 / lasts if at == a else 1 - 1 / lasts
                    shape, rate = shape + counts[at], rate + exposure[at]
            weights[starts] = weight
    total = sum(weights.values())
    wanted = sum(w for starts, w in weights.items() if max(starts, default=0) > 3 - recent) / total
    found = recent_probability(counts, exposure, setting=Setting(lasts=lasts, recent=recent, start=0))
    assert found[-1] == pytest.approx(wanted)


def test_an_alarm_is_raised_once_and_early() -> None:
    counts = [4.0] * 40 + [16.0] * 20
    raised = alarms(recent_probability(counts, [1.0] * 60))
    assert len(raised) == 1 and 40 <= raised[0] <= 43
    assert alarms(recent_probability([4.0] * 60, [1.0] * 60)) == []


@pytest.mark.slow
@pytest.mark.parametrize("dispersion", [1.0, 3.0])
def test_the_setting_costs_less_than_one_false_alarm_in_two_years(dispersion: float) -> None:
    found = cost(12.0, dispersion, runs=100, times=3.0)
    assert found.false_a_year < 0.5 and found.hits > 0.7


# ── pace ──────────────────────────────────────────────────────────────────────────────────


def test_half_a_year_at_twice_the_pace_is_on_the_way_to_double() -> None:
    before, half = Window(date(2019, 1, 1), date(2019, 12, 31)), Window(date(2020, 1, 1), date(2020, 6, 30))
    some = [*spread(before, 120), *spread(half, 150)]
    found = pace.pace(some, WHOLE, YEAR, half, definition=WHAT, baseline=before)
    assert found is not None and found.baseline == pytest.approx(120 / 365 * 366)
    assert found.total == pytest.approx(150 / 182 * 366) and found.total in found.interval
    assert found.doubles is not None and found.doubles > 0.95
    slow = pace.pace(
        [*spread(before, 120), *spread(half, 60)], WHOLE, YEAR, half, definition=WHAT, baseline=before
    )
    assert slow is not None and slow.doubles is not None and slow.doubles < 0.05
    assert any(note.key == "caveat.pace" for note in found.basis.caveats)


def test_a_period_that_is_over_is_projected_to_what_it_was() -> None:
    found = pace.pace(spread(YEAR, 50), WHOLE, YEAR, YEAR, definition=WHAT)
    assert found is not None and found.total == 50 and found.interval == Interval(50, 50)
    assert found.baseline is None and found.doubles is None
    assert pace.pace([], Coverage(), YEAR, YEAR, definition=WHAT) is None


def test_the_projection_is_the_gamma_poisson_predictive() -> None:
    from scipy.stats import nbinom

    ahead = pace.Projection.of(40, 100, 50, 1.0)
    exact = nbinom.ppf([0.025, 0.975], 40.5, 100 / 150)
    assert [ahead.interval(0, 0.95).low, ahead.interval(0, 0.95).high] == [
        pytest.approx(v, abs=1) for v in exact
    ]
    assert ahead.reaches(0) == 1.0 and ahead.reaches(30) == pytest.approx(
        float(nbinom.sf(29, 40.5, 100 / 150)), abs=0.03
    )


# ── clusters ──────────────────────────────────────────────────────────────────────────────


def _at(*places: tuple[float, float, str]) -> clusters.Located:
    some = [
        Case(str(n), "attack", day(on), day(on), lat=lat, lon=lon, precision=1)
        for n, (lat, lon, on) in enumerate(places)
    ]
    return clusters.located(some)


def _random(n: int, seed: int, *, planted: int = 0) -> clusters.Located:
    rng = np.random.default_rng(seed)
    points = np.column_stack([rng.uniform(34.5, 36.5, n), rng.uniform(36.5, 39.5, n)])
    days = date(2020, 1, 1).toordinal() + rng.integers(0, 364, n)
    points[:planted] = rng.normal([35.5, 38.0], 0.02, (planted, 2))
    days[:planted] = date(2020, 6, 1).toordinal() + rng.integers(0, 14, planted)
    return clusters.Located(tuple(map(str, range(n))), points, days.astype(np.int64), 0)


def test_only_what_has_a_day_and_an_exact_place_is_searched() -> None:
    kept = Case("a", "attack", YEAR.first, YEAR.first, lat=1.0, lon=2.0, precision=1)
    others = [
        Case("b", "attack", YEAR.first, YEAR.last, lat=1.0, lon=2.0, precision=1), case(YEAR.first),
        Case("c", "attack", YEAR.first, YEAR.first, lat=1.0, lon=2.0, precision=4),
    ]  # fmt: skip
    found = clusters.located([kept, *others])
    assert found.ids == ("a",) and found.left_out == 3


def test_distances_are_those_of_the_gazetteer() -> None:
    from marsad.gazetteer.geometry import distance_km

    a, b = (35.0, 38.0), (36.2, 37.1)
    assert clusters.distances(np.array([a]), np.array([b]))[0, 0] == pytest.approx(
        distance_km(a, b), rel=0.01
    )


def test_knox_counts_the_pairs_that_are_close_in_both() -> None:
    where = _at(
        (35.0, 38.0, "2020-01-01"),
        (35.01, 38.0, "2020-01-05"),
        (35.0, 38.0, "2020-06-01"),
        (36.0, 38.0, "2020-01-01"),
    )
    found = clusters.knox(where, km=10, days=7, permutations=99)
    assert found is not None and found.pairs == 1
    assert clusters.knox(_at((35.0, 38.0, "2020-01-01"))) is None
    crowded = clusters.knox(_random(120, 1, planted=20), permutations=199)
    assert crowded is not None and crowded.p <= 0.01 and crowded.pairs > 2 * crowded.expected


def test_the_scan_finds_what_was_planted() -> None:
    where = _random(120, 2, planted=15)
    best = clusters.scan(where, permutations=99)[0]
    assert best.p == 0.01 and len(set(best.ids) & set(map(str, range(15)))) >= 12 and len(best.ids) < 20
    assert best.window.common(Window(date(2020, 6, 1), date(2020, 6, 14))) is not None
    assert clusters.scan(_at((35.0, 38.0, "2020-01-01"))) == ()
    assert plain.clusters_frame([best])["observed"].tolist() == [best.observed]


def test_crowding_says_what_it_left_out() -> None:
    some = [
        Case(str(n), "attack", on, on, lat=35.0 + n / 50, lon=38.0, precision=4 if n > 20 else 1)
        for n, on in enumerate(list(YEAR)[:30])
    ]
    found = clusters.crowding(some, WHOLE, YEAR, definition=WHAT, permutations=19)
    assert (found.n, found.left_out) == (21, 9) and found.basis.parts[0].n == 30
    assert found.knox is not None and found.knox.n == 21
    assert found.basis.caveats[-1].key == "caveat.points"
    assert plain.to_dict(found)["clusters"] == plain.to_dict(found.clusters)


def test_the_scan_gives_the_best_score_of_all_cylinders_and_deals() -> None:
    """Against the plain loops over circles, runs and deals."""
    where = _random(40, 3)
    step, radii, longest = 28, (50.0, 100.0), 84
    found = clusters.scan(where, radii_km=radii, step=step, longest=longest, permutations=19, seed=7, most=1)

    n, far = len(where.ids), clusters.distances(where.points, where.points)
    binned = (where.days - where.days.min()) // step
    length = int(binned.max()) + 1

    def best(bins: np.ndarray) -> float:
        top = 0.0
        for radius in radii:
            for centre in range(n):
                inside = far[centre] <= radius
                if inside.sum() > n / 2:
                    continue
                for run in range(1, min(longest // step, length // 2) + 1):
                    for begin in range(length - run + 1):
                        during = (bins >= begin) & (bins < begin + run)
                        c, mu = int((inside & during).sum()), inside.sum() * during.sum() / n
                        if c > 1 and c > mu:
                            top = max(top, c * math.log(c / mu) + (n - c) * math.log((n - c) / (n - mu)))
        return top

    assert found[0].score == pytest.approx(best(binned))
    rng = np.random.default_rng(7)
    beaten = sum(best(rng.permutation(binned)) >= found[0].score - 1e-9 for _ in range(19))
    assert found[0].p == pytest.approx((1 + beaten) / 20)


# ── calendar ──────────────────────────────────────────────────────────────────────────────


def test_ramadan_is_where_the_calendar_has_it() -> None:
    assert seasons.ramadan(1447) == Window(date(2026, 2, 18), date(2026, 3, 19))
    assert seasons.in_ramadan(Window(date(2026, 2, 16), date(2026, 2, 22))) == 5
    with pytest.raises(QueryError, match="calendar"):
        seasons.ramadan(1700)


def test_calendar_effects_are_those_that_the_counts_were_drawn_with() -> None:
    rng = np.random.default_rng(8)
    first = date(2012, 1, 2)
    weeks = [Window(first + timedelta(weeks=n), first + timedelta(weeks=n, days=6)) for n in range(520)]
    fasting = np.array([seasons.in_ramadan(w) / 7 for w in weeks])
    angle = np.array([2 * np.pi * w.first.timetuple().tm_yday / 365.25 for w in weeks])
    counts = draw(rng, 20 * np.exp(0.4 * fasting + 0.3 * np.cos(angle)), 1.0)
    some = [case(w.first) for w, count in zip(weeks, counts, strict=True) for _ in range(int(count))]
    one = series.series(
        some, WHOLE_LONG, Window(weeks[0].first, weeks[-1].last), definition=WHAT, unit="week"
    )
    found = seasons.calendar_effects(one)
    assert found is not None
    assert math.exp(0.4) in found.ramadan_interval and found.ramadan == pytest.approx(math.exp(0.4), rel=0.15)
    assert found.season == pytest.approx(math.exp(0.6), rel=0.15) and found.season_p < 0.001
    assert min(found.peak, 365 - found.peak) < 20
    assert any(note.key == "caveat.calendar" for note in found.basis.caveats)
    with pytest.raises(QueryError, match="weekly"):
        seasons.calendar_effects(series.series(some, WHOLE_LONG, YEAR, definition=WHAT))
    assert seasons.calendar_effects(weekly([3] * 20)) is None


WHOLE_LONG = Coverage.of([], sets=[DataSet("set", Window(date(2010, 1, 1), date(2024, 12, 31)), 1)])


def test_one_ramadan_is_put_against_the_one_before() -> None:
    some = [*spread(seasons.ramadan(1441), 30), *spread(seasons.ramadan(1440), 10)]
    found = seasons.ramadan_against_last(some, WHOLE, 1441, definition=WHAT)
    assert found.value == pytest.approx(3.0, rel=0.05)


def test_a_penalty_of_nothing_would_find_changes_everywhere() -> None:
    counts = [int(n) for n in draw(np.random.default_rng(9), 5.0, 1.0, 40)]
    assert len(partition(counts, [1] * 40, 0.0)) > 5
    assert partition(counts, [1] * 40, PENALTY * math.log(40)) == []


def test_counting_in_a_window_takes_the_window_for_one_bin() -> None:
    january = Window(date(2020, 1, 1), date(2020, 1, 31))
    assert counts_in(case(date(2020, 1, 31), days=3), january)
    assert not counts_in(case(date(2019, 12, 31), days=3), january)
    assert not counts_in(case(date(2020, 1, 1), days=60), january)
