"""Whether counts go with Ramadan and the seasons; never that these are why."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from marsad.analyse.basis import Basis
from marsad.analyse.cases import Case, Coverage
from marsad.analyse.rates import Ratio, ratio
from marsad.analyse.series import Series
from marsad.analyse.windows import Interval, Window
from marsad.errors import QueryError
from marsad.wording import Saying

_RAMADAN = 9
#: Fewer weeks tell no season from another.
_LEAST_WEEKS = 104
#: Weeks over which what is left unexplained may hang together.
_LAGS = 4


@dataclass(frozen=True, slots=True)
class CalendarEffects:
    """How many times their level counts have in Ramadan, and the season's high against its low.

    `ramadan` is a rate ratio, `season` that of the best day of the year against the worst, `peak` the
    day of the year (1 to 365) of the best; `season_p` says how well chance explains the season.
    """

    ramadan: float
    ramadan_interval: Interval
    season: float
    season_p: float
    peak: int
    weeks: int
    basis: Basis


def ramadan(hijri_year: int) -> Window:
    """The days of Ramadan of a Hijri year by the Umm al-Qura calendar; sightings differ by a day.

    Raises `QueryError` outside the years 1343 to 1500 that the calendar's tables have.
    """
    from hijridate import Hijri

    try:
        month = Hijri(hijri_year, _RAMADAN, 1)
    except (OverflowError, ValueError):
        raise QueryError(f"no calendar of the Hijri year {hijri_year}", hint="1343 to 1500") from None
    first = date(*month.to_gregorian().datetuple())
    return Window(first, first + timedelta(days=month.month_length() - 1))


def hijri_year(day: date) -> int:
    """The Hijri year of a day."""
    from hijridate import Gregorian

    return int(Gregorian(day.year, day.month, day.day).to_hijri().year)


def in_ramadan(window: Window) -> int:
    """How many days of a window are of Ramadan."""
    years = range(hijri_year(window.first), hijri_year(window.last) + 1)
    common = (ramadan(year).common(window) for year in years)
    return sum(both.days for both in common if both)


def ramadan_against_last(
    cases: Sequence[Case], coverage: Coverage, year: int, *, definition: Saying
) -> Ratio:
    """Ramadan of a Hijri year against that of the year before: the same days of the Hijri calendar."""
    return ratio(cases, ramadan(year), ramadan(year - 1), coverage, definition=definition)


def calendar_effects(series: Series, *, level: float = 0.95) -> CalendarEffects | None:
    """Ramadan and the season as regressors of weekly counts, `None` where there are too few weeks.

    A Poisson regression on the share of the week that is of Ramadan, one wave a year, and a level for
    each calendar year; standard errors allow for overdispersion and for weeks that hang together
    (Newey and West 1987, Econometrica 55:703-708).
    """
    if series.unit != "week":
        raise QueryError("calendar effects are those of a weekly series", hint="make it by week")
    known = series.known
    if len(known) < _LEAST_WEEKS or not any(one.recorded for one in known):
        return None
    import numpy as np
    import statsmodels.api as sm

    angle = np.array([2 * np.pi * one.window.first.timetuple().tm_yday / 365.25 for one in known])
    fasting = np.array([in_ramadan(one.window) / one.window.days for one in known])
    years = sorted({one.window.first.year for one in known})
    levels = np.array([[float(one.window.first.year == year) for year in years] for one in known])
    design = np.column_stack([fasting, np.cos(angle), np.sin(angle), levels[:, levels.any(axis=0)]])
    counts = np.array([one.recorded for one in known], dtype=float)
    exposure = np.array([one.exposure for one in known], dtype=float)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = sm.GLM(counts, design, family=sm.families.Poisson(), exposure=exposure).fit(
            cov_type="HAC", cov_kwds={"maxlags": _LAGS}
        )
        season = fit.wald_test(np.eye(design.shape[1])[1:3], scalar=True)
    low, high = np.exp(fit.conf_int(alpha=1 - level)[0])
    cosine, sine = fit.params[1], fit.params[2]
    peak = float(np.arctan2(sine, cosine)) % (2 * np.pi)
    notes = (*series.basis.caveats, Saying.of("caveat.calendar"))
    return CalendarEffects(
        ramadan=float(np.exp(fit.params[0])),
        ramadan_interval=Interval(float(low), float(high), level),
        season=float(np.exp(2 * np.hypot(cosine, sine))),
        season_p=float(season.pvalue),
        peak=max(1, round(peak / (2 * np.pi) * 365.25)),
        weeks=len(known),
        basis=Basis(series.basis.definition, series.basis.parts, series.basis.dispersion, notes),
    )
