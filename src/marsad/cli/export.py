"""The command that hands the record on: export."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from marsad.cli import filters, out
from marsad.errors import QueryError

if TYPE_CHECKING:
    from marsad.record import Record


class What(StrEnum):
    """What can be exported."""

    incidents = "incidents"
    events = "events"
    claims = "claims"


class Form(StrEnum):
    """The formats: the first four for people and programs, the rest those of the field."""

    table = "table"
    json = "json"
    jsonl = "jsonl"
    csv = "csv"
    xlsx = "xlsx"
    parquet = "parquet"
    acled = "acled"
    ged = "ged"
    plover = "plover"
    hxl = "hxl"
    geojson = "geojson"
    geoparquet = "geoparquet"
    jsonld = "jsonld"
    ftm = "ftm"
    warc = "warc"
    wacz = "wacz"


class Language(StrEnum):
    """The languages of headings."""

    ar = "ar"
    en = "en"


_OF_ALL = (Form.table, Form.json, Form.jsonl, Form.csv, Form.xlsx, Form.parquet)
_BINARY = (Form.xlsx, Form.parquet, Form.geoparquet, Form.warc, Form.wacz)
_HIDDEN = (
    "evidence", "document", "figures", "url", "radius_km", "place_id", "method", "anchors", "events", "documents",
    "recalled_in", "speakers", "status",
)  # fmt: skip


def export(
    ctx: typer.Context,
    what: Annotated[What, typer.Argument(help="Which of the record.")] = What.incidents,
    form: Annotated[
        Form,
        typer.Option(
            "--format",
            "-f",
            help="acled and ged have their columns and codes (docs/tables.md); warc and wacz are captures.",
        ),
    ] = Form.jsonl,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="Write there; xlsx, parquet, warc and wacz need it."
        ),
    ] = None,
    language: Annotated[
        Language, typer.Option("--lang", help="Of an xlsx's headings and titles; ar is right to left.")
    ] = Language.en,
    first: filters.From = None,
    last: filters.To = None,
    place: filters.Place = None,
    type_: filters.Type = None,
    actor: filters.Actor = None,
    country: filters.Country = None,
    min_killed: filters.MinKilled = None,
    sources: filters.Sources = None,
    text: filters.Said = None,
    limit: filters.Limit = None,
) -> None:
    """Put out the incidents, events or claims of the record in a format of the field.

    The filters choose incidents: marsad export -f acled --from 2021-01-01 --country IRQ -o iraq.csv
    """
    from marsad.record import Record

    chosen = filters.asked(
        first=first, last=last, place=place, type_=type_, actor=actor, country=country, min_killed=min_killed,
        sources=sources, text=text, limit=limit,
    )  # fmt: skip
    if what is not What.incidents and chosen != type(chosen)():
        raise QueryError(f"the filters choose incidents, not {what}", hint="export incidents, or all of them")
    if what is not What.incidents and form not in _OF_ALL:
        raise QueryError(f"{form} is a format of incidents", hint=f"one of {', '.join(_OF_ALL)}")
    if form in _BINARY and output is None and sys.stdout.isatty():
        raise QueryError(f"{form} is no text to be shown", hint="--output FILE")
    with Record.open(ctx.obj, readonly=True) as record:
        filters.known_actor(record, actor)
        if form in (Form.table, Form.json, Form.jsonl):
            if output is not None:
                raise QueryError(f"{form} goes to standard output", hint=f"marsad export … > {output}")
            _rows(record, what, form, chosen if what is What.incidents else None)
            return
        from marsad import pipeline

        made = pipeline.export(
            record,
            form.value,
            what.value,
            filters=chosen if what is What.incidents else None,
            language=language.value,
        )
        out.put(made.pieces, output)
    for reason, count in sorted(made.left_out.items()):
        out.say(f"left out: {count} ({reason})")


def _rows(record: Record, what: What, form: Form, chosen: object) -> None:
    from marsad import pipeline
    from marsad.publish import tables
    from marsad.record import Filters

    rows = (
        pipeline.incident_rows(record, chosen if isinstance(chosen, Filters) else None)
        if what is What.incidents
        else pipeline.told_rows(record, "events" if what is What.events else "claims")
    )
    fields = tables.FIELDS[what.value]
    out.write(rows, out.Format(form.value), columns=[f for f in fields if f not in _HIDDEN], fields=fields)


COMMANDS = (export,)
