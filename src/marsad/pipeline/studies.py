"""A record's statistics: the incidents asked for, as series with their changes and comparisons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.util import find_spec
from itertools import islice
from typing import TYPE_CHECKING

from marsad import lexicon
from marsad.analyse.bins import Unit, WeekStart
from marsad.analyse.cases import Case, Coverage
from marsad.analyse.lag import Lag, lag
from marsad.analyse.series import By, Series, series, series_by
from marsad.analyse.windows import Window
from marsad.errors import QueryError
from marsad.pipeline.analysing import cases, coverage
from marsad.wording import Counted, Name, Quote, Saying, Several, Term, Value

if TYPE_CHECKING:  # loading a database takes longer than what most commands do
    from datetime import date

    from marsad.analyse.changes import Changes
    from marsad.analyse.rates import Ratio
    from marsad.record import Filters, Record

#: What the statistics are made with.
_NEEDED = ("numpy", "scipy", "statsmodels")


@dataclass(frozen=True, slots=True)
class Study:
    """The incidents asked for with what is needed to count them.

    `window` is that of the filters, its open ends those of the record's coverage.
    """

    cases: tuple[Case, ...]
    coverage: Coverage
    window: Window
    definition: Saying
    lag: Lag | None


@dataclass(frozen=True, slots=True)
class Trend:
    """One series with its changes of level and the alarms that watching it would have raised.

    `against` compares the latest bin that is wholly covered with the four weeks and the year of weeks
    before it, or the window asked for with the one it was to be compared with.
    """

    series: Series
    changes: Changes
    alarms: tuple[date, ...]
    against: tuple[Ratio, ...]


def study(record: Record, filters: Filters | None = None) -> Study:
    """The incidents that satisfy the filters, ready to be counted.

    Raises `QueryError` where nothing covers any day, or the packages for statistics are not installed.
    """
    from marsad.record import Filters

    asked = filters or Filters()
    asked.check()
    for package in _NEEDED:
        if find_spec(package) is None:
            raise QueryError(
                "the package {package} is not installed",
                hint="pip install 'marsad[analyse]'",
                package=package,
            )
    watched = coverage(record)
    whole = watched.window
    if whole is None:
        raise QueryError(
            "no document of the record has a day of publication",
            hint="days are read from JSONL fields, web pages and datelines",
        )
    # what lies before the window is what it is compared with
    found = cases(record, replace(asked, first=None, last=None, limit=None))
    window = Window(asked.first or whole.first, asked.last or whole.last)
    return Study(found, watched, window, definition(asked), lag(found, watched.last_published))


def definition(filters: Filters) -> Saying:
    """What is counted, in words."""
    table = lexicon.load()
    said: dict[str, Value] = dict.fromkeys(("type", "actor", "where", "about", "sources"), "")
    if filters.types:
        kinds = tuple(Term("type", type_) for type_ in filters.types)
        said["type"] = Saying.of("count.type", type=Several(kinds))
    if filters.actor:
        actor = next((a for code, a in table.actors.items() if code.upper() == filters.actor.upper()), None)
        named = Name(actor.name_ar, actor.name_en) if actor else Name(None, filters.actor)
        said["actor"] = Saying.of("count.actor", actor=named)
    where = filters.place or filters.country
    if where:
        entry = table.places.get(where) or next(
            (p for p in table.places.values() if p.type == "country" and p.country == where.upper()), None
        )
        named_place: Value = Name(entry.name_ar, entry.name_en) if entry else Quote(where)
        said["where"] = Saying.of("scope.in", areas=named_place)
    if filters.text:
        said["about"] = Saying.of("count.about", text=Quote(filters.text))
    if filters.sources:
        said["sources"] = Saying.of("count.sources", number=Counted.exactly("source", filters.sources))
    elif filters.min_killed:
        said["sources"] = Saying.of("count.killed", number=Counted.exactly("killed", filters.min_killed))
    return Saying.of("count.incidents", **said)


def trends(
    of: Study,
    *,
    unit: Unit = "month",
    week: WeekStart = "monday",
    by: By | None = None,
    most: int | None = None,
    against: Window | None = None,
) -> Iterator[Trend]:
    """The series of a study, whole or by groups (the `most` largest), each with what can be said of it."""
    shared = {"definition": of.definition, "lag": of.lag}
    if by is None:
        found: Iterator[Series] = iter(
            [series(of.cases, of.coverage, of.window, unit=unit, week=week, **shared)]  # type: ignore[arg-type]
        )
    else:
        found = series_by(of.cases, of.coverage, of.window, by, unit=unit, week=week, **shared)  # type: ignore[arg-type]
    for one in islice(found, most):
        yield _trend(of, one, by, against)


def _trend(of: Study, one: Series, by: By | None, against: Window | None) -> Trend:
    from marsad.analyse.alarm import Setting, alarms, recent_probability
    from marsad.analyse.changes import changes
    from marsad.analyse.rates import against_before, ratio
    from marsad.analyse.series import groups

    inside = of.cases if by is None else tuple(groups(of.cases, by)[one.key or ""])
    watched = of.coverage.only(one.key or "") if by == "outlet" else of.coverage
    found = changes(one)
    known = one.known
    probability = recent_probability(
        [b.recorded for b in known], [b.exposure for b in known],
        dispersion=max(1.0, one.basis.dispersion or 1.0), setting=Setting(),
    )  # fmt: skip
    raised = tuple(known[at].window.first for at in alarms(probability, Setting()))
    if against is not None:
        compared: tuple[Ratio, ...] = (
            ratio(inside, of.window, against, watched, definition=of.definition, lag=of.lag),
        )
    else:
        full = [b.window for b in one.bins if b.exposure == b.window.days]
        compared = (
            against_before(inside, full[-1], watched, definition=of.definition, lag=of.lag) if full else ()
        )
    return Trend(one, found, raised, compared)
