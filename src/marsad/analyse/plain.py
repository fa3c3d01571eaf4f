"""Results as plain values: for JSON, and as pandas tables for notebooks."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from marsad.analyse.cases import Case, Coverage
from marsad.analyse.series import Bin, Series, Toll
from marsad.analyse.windows import Window
from marsad.wording import Saying, words_for

if TYPE_CHECKING:
    from pandas import DataFrame

    from marsad.analyse.changes import Changes
    from marsad.analyse.clusters import Cluster
    from marsad.analyse.rates import Ratio

_LANGUAGES = ("en", "ar")


def to_dict(value: Any) -> Any:
    """A result as JSON values: windows as first and last, sentences in both languages, ∞ and NaN as null."""
    if isinstance(value, Saying):
        return {language: words_for(language).sentence(value) for language in _LANGUAGES}
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): to_dict(item) for key, item in value.items()}
    if isinstance(value, tuple | list | set | frozenset):
        return [to_dict(item) for item in (sorted(value) if isinstance(value, set | frozenset) else value)]
    if is_dataclass(value):
        return {f.name: to_dict(getattr(value, f.name)) for f in fields(value) if not f.name.startswith("_")}
    return value


def _bounds(name: str, toll: Toll | None) -> dict[str, int | None]:
    return {
        f"{name}_low": toll.low if toll else None,
        name: toll.best if toll else None,
        f"{name}_high": toll.high if toll else None,
    }


def bin_row(one: Bin, key: str | None = None) -> dict[str, Any]:
    """One bin as a flat row; `count` is `None` where it is unknown."""
    row: dict[str, Any] = {} if key is None else {"group": key}
    row |= {
        "first": one.window.first.isoformat(),
        "last": one.window.last.isoformat(),
        "count": one.count,
        "recorded": one.recorded,
        "days": one.window.days,
        "covered": one.exposure,
        "outlets": one.outlets,
    }
    return row | _bounds("killed", one.killed) | _bounds("wounded", one.wounded)


def series_rows(series: Iterable[Series]) -> list[dict[str, Any]]:
    """The bins of series, one row each."""
    return [bin_row(one, each.key) for each in series for one in each.bins]


def _frame(rows: Sequence[Mapping[str, Any]], days: Sequence[str]) -> DataFrame:
    import pandas as pd

    frame = pd.DataFrame(list(rows))
    for column in days:
        if column in frame:
            frame[column] = pd.to_datetime(frame[column])
    return frame


def series_frame(*series: Series) -> DataFrame:
    """The bins of series; a count that is unknown is missing (`<NA>`), never 0."""
    frame = _frame(series_rows(series), ("first", "last"))
    counts = [c for c in frame.columns if c == "count" or c.startswith(("killed", "wounded"))]
    return frame.astype(dict.fromkeys(counts, "Int64"))


def change_rows(found: Changes, key: str | None = None) -> list[dict[str, Any]]:
    """Changes of level, one row each."""
    return [
        ({} if key is None else {"group": key})
        | {
            "at": change.at.isoformat(),
            "earliest": change.between.first.isoformat(),
            "latest": change.between.last.isoformat(),
            "before": round(change.before, 4),
            "after": round(change.after, 4),
            "times": round(change.times, 4) if math.isfinite(change.times) else None,
            "times_low": round(change.interval.low, 4) if change.interval else None,
            "times_high": round(change.interval.high, 4)
            if change.interval and math.isfinite(change.interval.high)
            else None,
        }
        for change in found.changes
    ]


def changes_frame(*found: Changes) -> DataFrame:
    """Changes of level; rates are incidents a day."""
    return _frame([row for one in found for row in change_rows(one)], ("at", "earliest", "latest"))


def ratio_row(found: Ratio) -> dict[str, Any]:
    """A comparison of two windows as a flat row."""
    one, other = found.basis.parts
    row: dict[str, Any] = {}
    for name, part in (("", one), ("against_", other)):
        row |= {
            f"{name}first": part.window.first.isoformat(), f"{name}last": part.window.last.isoformat(),
            f"{name}n": part.n, f"{name}covered": part.exposure, f"{name}outlets": len(part.outlets),
            f"{name}completeness": part.completeness,
        }  # fmt: skip
    row["ratio"] = to_dict(found.value)
    for name in ("exact", "quasi", "negative_binomial"):
        interval = getattr(found, name)
        row |= {f"{name}_low": to_dict(interval.low) if interval else None,
                f"{name}_high": to_dict(interval.high) if interval else None}  # fmt: skip
    return row | {"several_ratio": to_dict(found.several[0]), "dispersion": found.basis.dispersion}


def ratios_frame(*found: Ratio) -> DataFrame:
    """Comparisons of windows, one row each."""
    return _frame([ratio_row(one) for one in found], ("first", "last", "against_first", "against_last"))


def clusters_frame(found: Iterable[Cluster]) -> DataFrame:
    """Clusters, the best first."""
    rows = [
        {
            "lat": c.centre[0], "lon": c.centre[1], "radius_km": c.radius_km, "first": c.window.first.isoformat(),
            "last": c.window.last.isoformat(), "observed": c.observed, "expected": c.expected, "score": c.score,
            "p": c.p,
        }
        for c in found
    ]  # fmt: skip
    return _frame(rows, ("first", "last"))


def coverage_rows(coverage: Coverage, bins: Iterable[Window]) -> list[dict[str, Any]]:
    """For each outlet and bin, its documents and the days that it covers."""
    rows = []
    windows = list(bins)
    for outlet in coverage.names:
        own = coverage.only(outlet)
        rows += [
            {
                "outlet": outlet, "first": w.first.isoformat(), "last": w.last.isoformat(),
                "documents": own.documents(w), "covered": own.covered(w), "days": w.days,
            }
            for w in windows
        ]  # fmt: skip
    return rows


def coverage_frame(coverage: Coverage, bins: Iterable[Window]) -> DataFrame:
    """The coverage of each outlet, one row for an outlet and bin."""
    return _frame(coverage_rows(coverage, bins), ("first", "last"))


def cases_frame(cases: Iterable[Case]) -> DataFrame:
    """Cases, one row each: sets as sorted lists, tolls as three columns."""
    rows = []
    for case in cases:
        row = to_dict(case)
        for measure in ("killed", "wounded"):
            low, best, high = row.pop(measure) or (None, None, None)
            row |= {f"{measure}_low": low, measure: best, f"{measure}_high": high}
        rows.append(row)
    return _frame(rows, ("first", "last", "reported"))
