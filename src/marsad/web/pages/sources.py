"""Sources: who published when, when they were silent, what they only reprinted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from marsad.record import Filters
from marsad.web.charts import calendar
from marsad.web.errors import BadQuestion, Misread, Missing
from marsad.web.i18n import _
from marsad.web.render import Seen, page
from marsad.web.site import Site

router = APIRouter(include_in_schema=False)
#: Days without anything published that are worth telling.
_SILENCE = 14
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Coverage:
    """What an outlet published: documents by day, those without a day, reprints, incidents."""

    outlet: str
    days: Mapping[date, int]
    undated: int
    reprints: int
    incidents: int

    @property
    def documents(self) -> int:
        """How many documents in all."""
        return sum(self.days.values()) + self.undated

    @property
    def first(self) -> date | None:
        """The first day of publication."""
        return min(self.days, default=None)

    @property
    def last(self) -> date | None:
        """The last day of publication."""
        return max(self.days, default=None)

    @property
    def silences(self) -> list[tuple[date, date, int]]:
        """Gaps between days of publication: the days around each and its length, the longest first."""
        gaps = [(a, b, (b - a).days - 1) for a, b in pairwise(sorted(self.days))]
        return sorted((gap for gap in gaps if gap[2] >= _SILENCE), key=lambda gap: (-gap[2], gap[0]))[:_SHOWN]


def coverage(site: Site) -> dict[str, Coverage]:
    """Every outlet of the record."""
    return site.kept("coverage", lambda: _coverage(site))


def _coverage(site: Site) -> dict[str, Coverage]:
    days: dict[str, dict[date | None, int]] = {}
    for outlet, day, number in site.record.published():
        days.setdefault(outlet, {})[day] = number
    reprints, incidents = dict(site.record.reprints()), dict(site.sources())
    return {
        outlet: Coverage(
            outlet, {day: n for day, n in told.items() if day}, told.get(None, 0),
            reprints.get(outlet, 0), incidents.get(outlet, 0),
        )
        for outlet, told in days.items()
    }  # fmt: skip


@router.get("/{language}/sources")
def sources(view: Seen) -> HTMLResponse:
    """The list, whoever tells most first."""
    found = sorted(coverage(view.site).values(), key=lambda c: (-c.documents, c.outlet))
    return page(view, "sources.html", sources=found)


@router.get("/{language}/sources/{outlet:path}")
def source(request: Request, view: Seen, outlet: str) -> HTMLResponse:
    """One outlet, day by day."""
    found = coverage(view.site).get(outlet)
    if found is None or not outlet:
        raise Missing(_("source"), outlet)
    years = sorted({day.year for day in found.days}, reverse=True)
    year = _year(request.query_params.get("year"), years, view.gettext("There is nothing of that year."))
    incidents = view.site.record.summaries(Filters(source=outlet, limit=_SHOWN), order="latest")
    chart = (
        calendar(
            found.days, year, months=[view.digits(month) for month in range(1, 13)], label=_label(view, year)
        )
        if year
        else None
    )
    return page(view, "source.html", source=found, years=years, year=year, chart=chart, incidents=incidents)


def _label(view: Seen, year: int) -> str:
    return view.gettext("Documents a day in %(year)s") % {"year": view.digits(year)}


def _year(asked: str | None, years: Iterable[int], unknown: str) -> int | None:
    known = list(years)
    if not asked:
        return known[0] if known else None
    if asked not in map(str, known):
        raise BadQuestion([Misread("year", asked, unknown)])
    return int(asked)
