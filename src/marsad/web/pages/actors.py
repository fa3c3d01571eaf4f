"""Parties of the record, and one party: its names, its side, what it did and suffered."""

from __future__ import annotations

from collections import Counter

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from marsad.record import Filters
from marsad.web.errors import Missing
from marsad.web.i18n import _
from marsad.web.render import Seen, page

router = APIRouter(include_in_schema=False)
_SHOWN = 10


@router.get("/{language}/actors")
def actors(view: Seen) -> HTMLResponse:
    """Every party, whoever is named most first."""
    known = view.site.names.actors
    return page(view, "actors.html", actors=[(code, known.get(code), n) for code, n in view.site.actors()])


@router.get("/{language}/actors/{code:path}")
def actor(view: Seen, code: str) -> HTMLResponse:
    """One party, by its code."""
    if code not in dict(view.site.actors()) and code not in view.site.names.actors:
        raise Missing(_("party"), code)
    filters, record = Filters(actor=code), view.site.record
    types: Counter[str] = Counter()
    for _day, kind, number in record.days(filters):
        types[kind] += number
    return page(
        view, "actor.html", code=code, actor=view.site.names.actors.get(code), totals=record.totals(filters),
        types=types.most_common(), rows=record.summaries(Filters(actor=code, limit=_SHOWN), order="latest"),
    )  # fmt: skip
