"""Which incidents count for a claim, and what they come to, with what is in doubt kept apart."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from marsad.analyse.cases import Case
from marsad.analyse.windows import Window
from marsad.definitions import Definition, Thresholds
from marsad.findings import Doubt, Match, Tally
from marsad.gazetteer.geometry import distance_km
from marsad.gazetteer.table import Gazetteer
from marsad.model import Period, Place
from marsad.wording import Name

#: A point without an entry of the table lies in a place when it is no farther off than this, or the place's radius.
_NEAR_KM = 5.0
#: UCDP's `where_prec` of points that may be compared with a place smaller than a governorate.
_EXACT = 2

_Whether = Literal["yes", "maybe", "no"]


@dataclass(frozen=True, slots=True)
class Query:
    """What to count: nothing in `areas` is the whole record, nothing in `doers` anyone.

    `unknown` are the codes of doers who may be anyone.
    """

    window: Window
    definition: Definition
    areas: tuple[Place, ...] = ()
    doers: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()


def tally(
    cases: Iterable[Case], query: Query, gazetteer: Gazetteer, rule: Thresholds, *, share: float = 1.0
) -> Tally:
    """What the cases come to; `share` is the share of the window's days that is covered."""
    matches = [m for case in cases if (m := match(case, query, gazetteer, rule)) is not None]
    matches.sort(
        key=lambda m: (
            bool(m.doubts),
            m.period.first.isoformat() if m.period and m.period.first else "9",
            m.incident,
        )
    )
    return counted(matches, rule, share=share, toll=query.definition.counts != "happenings")


def counted(matches: Sequence[Match], rule: Thresholds, *, share: float, toll: bool) -> Tally:
    """The range within which the matches place the number.

    Of happenings the interval around a count is the exact one of Poisson; of tolls, whose deaths come
    in clusters, that of a compound Poisson sum: the square root of the summed squares wide.
    """
    sure = [m.low for m in matches if not m.doubts]
    every = [m.high for m in matches]
    tail = (1 - rule.level) / 2
    if toll:
        from scipy.special import ndtri

        z = float(ndtri(1 - tail))
        low = max(float(sum(sure) > 0), sum(sure) - z * math.hypot(*sure))
        high = sum(every) + z * math.hypot(*every) if every else _upper(0, tail)
    else:
        low, high = _lower(sum(sure), tail), _upper(sum(every), tail)
    return Tally(sum(sure), sum(every), low, high / share if share else math.inf, tuple(matches))


def _lower(count: int, tail: float) -> float:
    from scipy.special import gammaincinv

    return float(gammaincinv(count, tail)) if count else 0.0


def _upper(count: int, tail: float) -> float:
    from scipy.special import gammaincinv

    return float(gammaincinv(count + 1, 1 - tail))


def match(case: Case, query: Query, gazetteer: Gazetteer, rule: Thresholds) -> Match | None:
    """The case as it counts for the query, `None` where it does not."""
    definition = query.definition
    if case.type not in definition.types or case.status not in definition.statuses or case.grade == "denied":
        return None
    amount = _amount(case, definition, rule)
    if amount is None:
        return None
    doubts: list[Doubt] = []
    answers: tuple[tuple[Doubt, _Whether], ...] = (
        ("day", _when(case, query.window, rule)),
        ("place", _where(case, query.areas, gazetteer)),
        ("doer", _who(case, query)),
        ("contested", "maybe" if case.grade == "contested" else "yes"),
    )
    for doubt, answer in answers:
        if answer == "no":
            return None
        if answer == "maybe":
            doubts.append(doubt)
    period = Period(case.first, case.last) if case.first or case.last else None
    return Match(
        case.id, case.type, period, name_of(case, gazetteer), *amount, tuple(doubts), case.grade, case.outlets
    )


def _amount(case: Case, definition: Definition, rule: Thresholds) -> tuple[int, int] | None:
    """What the case adds at least and at most."""
    if definition.counts == "happenings":
        return (2, int(rule.several)) if case.count is None else (case.count, case.count)
    count = getattr(case, definition.counts)
    if count is None:
        return None
    low, _, high = count
    return (low, high if high is not None else math.ceil(low * rule.open_toll)) if (high or low) else None


def _when(case: Case, window: Window, rule: Thresholds) -> _Whether:
    if case.within(window):
        return "yes"
    if not case.may_be_within(window):
        return "no"
    if case.first is None and case.last is None:
        # it cannot have happened after it was told, and is hardly told as news long after
        latest = window.last + timedelta(days=int(rule.lag))
        return "maybe" if case.reported is not None and window.first <= case.reported <= latest else "no"
    return "maybe"


def _where(case: Case, areas: Sequence[Place], gazetteer: Gazetteer) -> _Whether:
    answers = {place_in(case, area, gazetteer) for area in areas}
    return "yes" if not areas or "yes" in answers else "maybe" if "maybe" in answers else "no"


def place_in(case: Case, area: Place, gazetteer: Gazetteer) -> _Whether:
    """Whether the case lies in the area; `maybe` where it is told no more exactly than what holds the area."""
    entry = gazetteer.places.get(case.place_id or "")
    if entry is not None:
        if area.id in (entry.id, *gazetteer.holders(entry)):
            return "yes"
        if entry.id in gazetteer.holders(area):
            return "maybe"
    if case.country is None:
        return "maybe"
    if case.country != area.country:
        return "no"
    if area.type == "country":
        return "yes"
    if case.admin1 is None:
        return "maybe"
    if area.admin1 is not None and case.admin1 != area.admin1:
        return "no"
    if area.type == "governorate":
        return "yes"
    if entry is not None:
        return "no"
    if case.lat is None or case.lon is None or (case.precision or _EXACT) > _EXACT:
        return "maybe"
    apart = distance_km((case.lat, case.lon), (area.lat, area.lon))
    return "yes" if apart <= max(area.radius_km, _NEAR_KM) else "no"


def _who(case: Case, query: Query) -> _Whether:
    if not query.doers:
        return "yes"
    role = query.definition.role
    named = (
        case.initiators
        if role == "initiator"
        else case.targets
        if role == "target"
        else case.initiators | case.targets
    )
    if case.type == "armed_clash" and role != "either":
        # a clash has two sides: which of them attacked is often not told, and a data set's order of them says nothing
        return "maybe" if (case.initiators | case.targets) & query.doers else _perhaps(named, query)
    if named & query.doers:
        return "yes"
    return _perhaps(named, query)


def _perhaps(named: frozenset[str], query: Query) -> _Whether:
    """Whether a doer of those codes may be one of those asked for."""
    return "maybe" if not named or named & query.unknown else "no"


def name_of(case: Case, gazetteer: Gazetteer) -> Name | None:
    """The place of a case in both languages, as told where no table knows it."""
    entry = gazetteer.places.get(case.place_id or "")
    if entry is not None:
        return Name(entry.name_ar, entry.name_en or None)
    if case.place is None:
        return Name(None, case.admin1) if case.admin1 else None
    return Name(None, case.place) if case.place.isascii() else Name(case.place, None)
