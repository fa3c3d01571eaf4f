"""Two records of one war beside each other: what both hold, what only one does, and how often by chance.

Incidents are matched by days, place, deaths and parties, each at most once, the best pairs first. How
many would match if the two had nothing to do with each other is measured: the other record is shifted
in time and matched again.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from marsad.analyse.cases import Case
from marsad.analyse.windows import Window
from marsad.gazetteer.geometry import distance_km
from marsad.versus import Bin, Pair, Side, Versus

#: Days between two periods beyond which they are no one happening.
APART = 2
#: The score from which two incidents are one.
ENOUGH = 0.7
#: The shares of the score: the most that days, place, deaths and parties add.
WEIGHTS: Mapping[str, float] = {"days": 0.30, "place": 0.35, "deaths": 0.20, "parties": 0.15}
#: Days by which the other record is shifted to see what matches by chance: a season away, to both sides.
SHIFTS = (-91, 91)
#: News without a day is of about the week before it.
_WEEK = timedelta(days=6)


@dataclass(frozen=True, slots=True)
class Match:
    """Two cases that are taken for one, with the score and its parts."""

    here: Case
    there: Case
    score: float
    parts: Mapping[str, float]


def beside(here: Iterable[Case], there: Iterable[Case], window: Window, *, deadly: bool = False) -> Versus:
    """The two records within a window, in the countries that both have.

    `deadly` sets aside what nobody was killed in, for a record that holds nothing else.
    """
    ours, theirs = list(here), list(there)
    countries = {c.country for c in ours if c.country} & {c.country for c in theirs if c.country}
    aside: Counter[str] = Counter()
    mine = _kept(ours, window, countries, deadly, aside)
    others = _kept(theirs, window, countries, deadly, Counter())
    matches = matched(mine, others)
    found_here, found_there = {m.here.id for m in matches}, {m.there.id for m in matches}
    governorates = tuple(_bins(mine, others, matches, by_place=True))
    return Versus(
        first=window.first,
        last=window.last,
        countries=tuple(sorted(countries)),
        pairs=tuple(Pair(_side(m.here), _side(m.there), m.score, m.parts) for m in matches),
        only_here=tuple(_side(c) for c in mine if c.id not in found_here),
        only_there=tuple(_side(c) for c in others if c.id not in found_there),
        months=tuple(_bins(mine, others, matches, by_place=False)),
        governorates=governorates,
        correlation=_rank_correlation([(b.here, b.there) for b in governorates]),
        chance=_chance(mine, theirs, window, countries, deadly),
        set_aside=dict(aside),
    )


def _side(case: Case) -> Side:
    killed = case.killed[1] if case.killed else None
    return Side(
        case.id, case.type, case.first, case.last, case.place, case.admin1, case.country, killed, case.outlets
    )


def _kept(
    cases: Iterable[Case], window: Window, countries: set[str], deadly: bool, aside: Counter[str]
) -> list[Case]:
    out = []
    for case in cases:
        days = stretch(case)
        if days is None:
            aside["no day"] += 1
        elif days.first < window.first or days.last > window.last:
            aside["outside the window"] += 1
        elif case.country not in countries:
            aside["no country, or one that the other lacks"] += 1
        elif deadly and not (case.killed and case.killed[1]):
            aside["nobody told to have been killed"] += 1
        elif case.grade == "denied":
            aside["denied"] += 1
        else:
            out.append(case)
    return out


def stretch(case: Case) -> Window | None:
    """The days on which it may have been; news without a day is of the week up to its publication."""
    if case.window:
        return case.window
    return Window(case.reported - _WEEK, case.reported) if case.reported else None


def matched(here: Sequence[Case], there: Sequence[Case]) -> tuple[Match, ...]:
    """The pairs that are taken for one, each incident at most once, the best first."""
    by_day: dict[date, list[Case]] = defaultdict(list)
    for case in there:
        days = stretch(case)
        if days and days.days <= 62:
            for day in days:
                by_day[day].append(case)
    pairs = []
    for case in here:
        days = stretch(case)
        if days is None or days.days > 62:
            continue
        near = {
            other.id: other
            for n in range(-APART, days.days + APART)
            for other in by_day.get(days.first + timedelta(days=n), ())
        }
        for other in near.values():
            parts = compared(case, other)
            if parts is not None and (score := round(sum(parts.values()), 4)) >= ENOUGH:
                pairs.append(Match(case, other, score, parts))
    pairs.sort(key=lambda m: (-m.score, m.here.id, m.there.id))
    taken_here: set[str] = set()
    taken_there: set[str] = set()
    out = []
    for pair in pairs:
        if pair.here.id not in taken_here and pair.there.id not in taken_there:
            taken_here.add(pair.here.id)
            taken_there.add(pair.there.id)
            out.append(pair)
    return tuple(out)


def compared(a: Case, b: Case) -> dict[str, float] | None:
    """What each comparison adds to the score; `None` where days or place contradict."""
    one, other = stretch(a), stretch(b)
    if one is None or other is None:
        return None
    gap = max((other.first - one.last).days, (one.first - other.last).days, 0)
    if gap > APART:
        return None
    place = _nearness(a, b)
    if place is None:
        return None
    # a week is less of an agreement than a day
    exact = min(1.0, 4 / (max(one.days, other.days) + 3))
    parts = {
        "days": exact * (1 - gap / (APART + 1)),
        "place": place,
        "deaths": _deaths(a, b),
        "parties": _parties(a, b),
    }
    return {name: round(WEIGHTS[name] * value, 4) for name, value in parts.items()}


def _nearness(a: Case, b: Case) -> float | None:
    """1 for one place, less with the distance, and little for no more than one governorate."""
    if a.country != b.country:
        return None
    coarse = max(a.precision or 9, b.precision or 9) >= 4
    if a.lat is not None and a.lon is not None and b.lat is not None and b.lon is not None and not coarse:
        apart = distance_km((a.lat, a.lon), (b.lat, b.lon))
        reach = max(a.radius_km or 0, b.radius_km or 0, 3)
        if apart <= reach:
            return 1.0
        return max(0.0, 1 - (apart - reach) / 25) or None
    if a.admin1 and b.admin1:
        return 0.4 if a.admin1 == b.admin1 else None
    return 0.1


def _deaths(a: Case, b: Case) -> float:
    if a.killed is None or b.killed is None:
        return 0.25
    low, high = sorted((a.killed[1], b.killed[1]))
    if low == high:
        return 1.0
    return low / high if high else 1.0


def _parties(a: Case, b: Case) -> float:
    """The share of the sides that both name alike; who began is not held against either."""
    unknown = {"UNKNOWN"}
    one, other = (a.initiators | a.targets) - unknown, (b.initiators | b.targets) - unknown
    if not one or not other:
        return 0.25
    return len(one & other) / min(len(one), len(other))


def _bins(
    here: Sequence[Case], there: Sequence[Case], matches: Sequence[Match], *, by_place: bool
) -> list[Bin]:
    def key(case: Case) -> tuple[str, str | None]:
        days = stretch(case)
        month = days.first.isoformat()[:7] if days else ""
        return month, (case.admin1 or "") if by_place else None

    counts: dict[tuple[str, str | None], list[int]] = defaultdict(lambda: [0] * 5)
    for n, cases in enumerate((here, there)):
        for case in cases:
            row = counts[key(case)]
            row[n] += 1
            row[3 + n] += case.killed[1] if case.killed else 0
    for match in matches:
        counts[key(match.here)][2] += 1
    return [
        Bin(*place, *row)
        for place, row in sorted(counts.items(), key=lambda item: (item[0][0], item[0][1] or ""))
    ]


def _rank_correlation(pairs: Sequence[tuple[int, int]]) -> float | None:
    """Spearman's, over governorates and months; `None` where there is too little to rank."""
    if len(pairs) < 3 or any(len({pair[n] for pair in pairs}) < 2 for n in (0, 1)):
        return None
    from scipy.stats import spearmanr

    return float(spearmanr([a for a, _ in pairs], [b for _, b in pairs]).statistic)


def _chance(
    here: Sequence[Case], there: Sequence[Case], window: Window, countries: set[str], deadly: bool
) -> float:
    """The mean share of here that matches the other record shifted in time."""
    if not here:
        return 0.0
    shares = []
    for days in SHIFTS:
        moved = [_shifted(case, timedelta(days=days)) for case in there]
        kept = _kept(moved, window, countries, deadly, Counter())
        shares.append(len(matched(here, kept)) / len(here))
    return sum(shares) / len(shares)


def _shifted(case: Case, by: timedelta) -> Case:
    return replace(
        case,
        first=case.first + by if case.first else None,
        last=case.last + by if case.last else None,
        reported=case.reported + by if case.reported else None,
    )
