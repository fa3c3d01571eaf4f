"""Trends: how many incidents over time, where the level changed, and what to beware of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import HTMLResponse

from marsad.errors import QueryError
from marsad.pipeline import studies
from marsad.pipeline.trend_words import change, compared, head, label, notes, own
from marsad.web.asked import reason, understand
from marsad.web.charts import Column, columns
from marsad.web.i18n import _
from marsad.web.render import Seen, page
from marsad.web.view import View

if TYPE_CHECKING:
    from marsad.pipeline.studies import Trend

router = APIRouter(include_in_schema=False)
#: No more series on one page than so many, the largest.
_MOST = 8
UNITS: Mapping[str, str] = {"month": _("month"), "week": _("week"), "day": _("day"), "quarter": _("quarter")}
GROUPS: Mapping[str, str] = {
    "": _("all together"), "type": _("type"), "actor": _("party"), "admin1": _("governorate"),
    "country": _("country"), "outlet": _("source"), "grade": _("grade"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """One series as the page shows it."""

    name: str
    head: str
    chart: Markup
    changes: tuple[str, ...]
    against: tuple[str, ...]
    rows: tuple[tuple[str, str, str], ...]


@router.get("/{language}/trends")
def trends(request: Request, view: Seen) -> HTMLResponse:
    """The form, and below it the series of what was asked for."""
    asked = understand(request.query_params, also=("unit", "by"))
    faults = {fault.field: reason(fault, view) for fault in asked.faults}
    unit, by = asked.value("unit") or "month", asked.value("by")
    for name, value, known in (("unit", unit, UNITS), ("by", by, GROUPS)):
        if value not in known:
            faults[name] = view.gettext("There is no such choice.")
    shown: list[Shown] = []
    definition, beware, empty = "", [], False
    if not faults:
        try:
            study = studies.study(view.site.record, asked.filters)
        except QueryError as error:
            if "installed" in error.message:
                raise
            empty = True
        else:
            found = list(studies.trends(study, unit=unit, by=by or None, most=_MOST))  # type: ignore[arg-type]
            definition = view.words.sentence(study.definition)
            shown = [_shown(one, view) for one in found]
            told = dict.fromkeys(note for one in found for note in notes(one) if not by or not own(note))
            beware = [view.words.sentence(note) for note in told]
    return page(
        view, "trends.html", status=400 if faults else 200,
        asked=asked, faults=faults, unit=unit, by=by, shown=shown, definition=definition, beware=beware, empty=empty,
        units=[(code, view.gettext(name)) for code, name in UNITS.items()],
        groups=[(code, view.gettext(name)) for code, name in GROUPS.items()],
        types=[(code, view.term("types", code)) for code in view.site.codebook.sections["types"]],
        actors=view.site.actors(),
    )  # fmt: skip


def _shown(trend: Trend, view: View) -> Shown:
    series, words = trend.series, view.words
    begins = {one.at for one in trend.changes.changes}
    bins, rows = [], []
    for one in series.bins:
        name = view.digits(label(one.window.first, series.unit))
        count = view.gettext("unknown") if one.count is None else view.num(one.count)
        killed = view.between(one.killed.low, one.killed.high) if one.killed else ""
        bins.append(Column(name, one.count, f"{name}: {count}"))
        rows.append((name, count, killed))
    changed = {number for number, one in enumerate(series.bins) if one.window.first in begins}
    return Shown(
        name=_group(series.key, view), head=head(series, words),
        chart=columns(bins, changes=changed, label=view.gettext("Incidents over time")),
        changes=tuple(change(one, words) for one in trend.changes.changes),
        against=tuple(compared(one, words) for one in trend.against), rows=tuple(rows),
    )  # fmt: skip


def _group(key: str | None, view: View) -> str:
    """What a group is called: its code may be of any kind."""
    if key is None:
        return ""
    book: Any = view.site.codebook.sections
    for section in ("types", "grades"):
        if key in book[section]:
            return view.term(section, key)
    if key in dict(view.site.actors()):
        return view.actor(key)
    place = next((p for (_country, name), p in view.site.governorates.items() if name == key), None)
    if place is not None:
        return view.place_name(place.id, key)
    return view.country(key) or view.gettext("place not told")
