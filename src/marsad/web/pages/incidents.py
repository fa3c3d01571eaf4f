"""The list of incidents: filters, counts, map, timeline, table, and the same set as data.

The address is the state: what `/ar/incidents?...` shows, `.json`, `.csv` and `.geojson` of the
same question give to programs.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, StreamingResponse

from marsad.codebook import Language
from marsad.publish.tables import INCIDENT_FIELDS, csv_lines, incident_row
from marsad.publish.titles import headline
from marsad.record import Filters, Record, Spot, Summary, Totals
from marsad.record.query import sort_key
from marsad.web.asked import ORDERS, Asked, Fault, reason, understand
from marsad.web.errors import BadQuestion, Misread
from marsad.web.render import Seen, page
from marsad.web.timeline import bins
from marsad.web.view import View

router = APIRouter(include_in_schema=False)
ROWS = 30
_BATCH = 200


@router.get("/{language}")
@router.get("/{language}/")
def front(language: Language) -> RedirectResponse:
    """Incidents are what one comes for."""
    return RedirectResponse(f"/{language}/incidents", status_code=307)


@router.get("/{language}/incidents")
def incidents(request: Request, view: Seen) -> HTMLResponse:
    """The page; a question that means nothing shows the form with what is wrong in it."""
    asked = understand(request.query_params)
    record = view.site.record
    totals = rows = None
    if not asked.faults:
        totals = record.totals(asked.filters)
        rows = record.summaries(_limited(asked), order=asked.order, skip=(asked.page - 1) * ROWS)
    return page(
        view, "incidents.html", status=400 if asked.faults else 200,
        asked=asked, totals=totals, rows=rows, rows_a_page=ROWS, orders=ORDERS,
        faults={fault.field: reason(fault, view) for fault in asked.faults}, unknown=_unknown(asked),
        types=_choices(view, "types"), grades=_choices(view, "grades"), chips=_chips(asked, view),
        actors=view.site.actors(), sources=view.site.sources(),
    )  # fmt: skip


def _limited(asked: Asked) -> Filters:
    return replace(asked.filters, limit=ROWS)


def _unknown(asked: Asked) -> list[Fault]:
    return [fault for fault in asked.faults if fault.reason == "unknown"]


def _choices(view: View, section: str) -> list[tuple[str, str]]:
    return [(code, view.term(section, code)) for code in view.site.codebook.sections[section]]


def _chips(asked: Asked, view: View) -> list[tuple[str, str, str]]:
    """What is filtered for: its name, its value in words, and the address without it."""
    names = {
        "q": view.gettext("Words"), "from": view.gettext("From"), "to": view.gettext("To"), "type": view.gettext("Type"),
        "actor": view.gettext("Party"), "place": view.gettext("Place"), "country": view.gettext("Country"),
        "min_killed": view.gettext("Killed, at least"), "max_killed": view.gettext("Killed, at most"),
        "min_wounded": view.gettext("Wounded, at least"), "max_wounded": view.gettext("Wounded, at most"),
        "grade": view.gettext("Grade"), "outlet": view.gettext("Source"), "sources": view.gettext("Sources, at least"),
        "reviewed": view.gettext("Reviewed"),
        "bbox": view.gettext("Map frame"),
    }  # fmt: skip
    words: Mapping[str, Callable[[str], str]] = {
        "type": lambda v: view.term("types", v), "grade": lambda v: view.term("grades", v), "actor": view.actor,
        "country": lambda v: view.country(v.upper()), "bbox": lambda _: view.gettext("what the map shows"),
    }  # fmt: skip
    return [
        (names[name], words.get(name, view.digits)(value), asked.without(name, value))
        for name, value in asked.pairs
        if name in names
    ]


# ── the same set as data ──────────────────────────────────────────────────────────────────


def _sound(request: Request, view: View) -> Asked:
    """The question; raises `BadQuestion` where part of it means nothing."""
    asked = understand(request.query_params)
    if asked.faults:
        raise BadQuestion([Misread(f.field, f.value, reason(f, view)) for f in asked.faults])
    return asked


@router.get("/{language}/incidents.json")
def as_json(request: Request, view: Seen) -> JSONResponse:
    """The page's rows, what the whole set comes to, and the address of the next page."""
    asked = _sound(request, view)
    record = view.site.record
    totals = record.totals(asked.filters)
    rows = record.summaries(_limited(asked), order=asked.order, skip=(asked.page - 1) * ROWS)
    more = asked.page * ROWS < totals.incidents
    return JSONResponse(
        {
            "filters": {name: asked.values(name) for name, _ in asked.pairs},
            "totals": totals_json(totals),
            "incidents": [summary_json(row, view) for row in rows],
            "next": f"{view.path}?{asked.address(page=asked.page + 1)}" if more else None,
        }
    )


def totals_json(totals: Totals) -> dict[str, Any]:
    """What a set of incidents comes to; `open` says that the upper end has no told top."""
    out: dict[str, Any] = {
        "incidents": totals.incidents, "undated": totals.undated, "unplaced": totals.unplaced,
        "first": totals.first.isoformat() if totals.first else None,
        "last": totals.last.isoformat() if totals.last else None,
    }  # fmt: skip
    for name, total in (("killed", totals.killed), ("wounded", totals.wounded)):
        out[name] = {"low": total.low, "high": total.high, "open": total.open, "incidents": total.of}
    return out


def summary_json(row: Summary, view: View) -> dict[str, Any]:
    """One line of a list as JSON values."""
    return {
        "id": row.id,
        "title": {language: titled(row, view, language) for language in ("ar", "en")},
        "type": row.type,
        "first": row.first.isoformat() if row.first else None,
        "last": row.last.isoformat() if row.last else None,
        "place": row.place, "place_id": row.place_id, "admin1": row.admin1, "country": row.country,
        "lat": row.lat, "lon": row.lon, "radius_km": row.radius_km, "where_prec": row.precision,
        "killed_low": row.killed_low, "killed": row.killed, "killed_high": row.killed_high,
        "wounded_low": row.wounded_low, "wounded": row.wounded, "wounded_high": row.wounded_high,
        "initiators": list(row.initiators), "targets": list(row.targets),
        "sources": row.sources, "documents": row.documents, "grade": row.grade,
    }  # fmt: skip


def titled(row: Summary, view: View, language: Language) -> str:
    """The line's title in a language, whatever the reader's."""
    return headline(row.type, row.initiators, row.targets, view.site.names, language)


@router.get("/{language}/incidents.csv")
def as_csv(request: Request, view: Seen) -> StreamingResponse:
    """Every incident of the set as a row of the exported table, the earliest first."""
    asked = _sound(request, view)
    record = view.site.record
    ids = record.incident_ids(asked.filters)
    return StreamingResponse(
        csv_lines(_table_rows(record, ids), INCIDENT_FIELDS), media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="marsad-incidents.csv"'},
    )  # fmt: skip


def _table_rows(record: Record, ids: list[str]) -> Iterator[dict[str, Any]]:
    for start in range(0, len(ids), _BATCH):
        found = record.incidents_of(ids[start : start + _BATCH])
        captures = record.captures(sorted({t.document_id for incident in found for t in incident.tellings}))
        yield from (incident_row(incident, captures) for incident in found)


@router.get("/{language}/incidents.geojson")
def as_geojson(request: Request, view: Seen) -> StreamingResponse:
    """Every incident that has a point, each with the precision and the radius of doubt of that point."""
    asked = _sound(request, view)
    return StreamingResponse(_features(view, asked), media_type="application/geo+json")


def _features(view: View, asked: Asked) -> Iterator[str]:
    yield '{"type":"FeatureCollection","features":['
    filters, after, lead = replace(asked.filters, limit=2000), None, ""
    while rows := view.site.record.summaries(filters, order="earliest", after=after):
        placed = [json.dumps(_feature(row, view), ensure_ascii=False) for row in rows if row.lat is not None]
        if placed:
            yield lead + ",\n".join(placed)
            lead = ",\n"
        after = (sort_key(rows[-1], "earliest"), rows[-1].id)
    yield "]}\n"


def _feature(row: Summary, view: View) -> dict[str, Any]:
    point = {"type": "Point", "coordinates": [row.lon, row.lat]}
    return {"type": "Feature", "id": row.id, "geometry": point, "properties": summary_json(row, view)}


@router.get("/{language}/incidents/map.geojson")
def map_spots(request: Request, view: Seen) -> JSONResponse:
    """The set by the points it has: one feature a place, with how many incidents and how exactly known.

    `area` is the place whose outline is meant, where only a governorate is known.
    """
    asked = _sound(request, view)
    spots = view.site.record.spots(asked.filters)
    features = [_spot(spot, view, asked) for spot in spots]
    return JSONResponse(
        {"type": "FeatureCollection", "features": features}, media_type="application/geo+json"
    )


def _spot(spot: Spot, view: View, asked: Asked) -> dict[str, Any]:
    name = view.place(spot)
    count = view.ngettext("%(n)s incident", "%(n)s incidents", spot.incidents)
    at = f"{spot.lon - 1e-6:.6f},{spot.lat - 1e-6:.6f},{spot.lon + 1e-6:.6f},{spot.lat + 1e-6:.6f}"
    url = (
        view.url(f"incidents/{spot.incident}")
        if spot.incident
        else f"{view.url('incidents')}?{asked.address(bbox=at)}"
    )
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [spot.lon, spot.lat]},
        "properties": {
            "n": spot.incidents, "precision": spot.precision, "radius_km": spot.radius_km,
            "area": spot.place_id if spot.precision == 4 else None, "title": f"{name}: {count}", "url": url,
        },
    }  # fmt: skip


@router.get("/{language}/incidents/series.json")
def series(request: Request, view: Seen) -> JSONResponse:
    """How many incidents have each stretch of time as that of their first possible day; none is left out between."""
    asked = _sound(request, view)
    return JSONResponse(bins(view.site.record.days(asked.filters)))
