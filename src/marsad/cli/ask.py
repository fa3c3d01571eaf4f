"""Commands that ask the record: incidents, show."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from marsad.cli import filters, out
from marsad.errors import QueryError

if TYPE_CHECKING:
    pass

Form = Annotated[out.Format, typer.Option("--format", "-f", help="How to put it out.")]


def incidents(
    ctx: typer.Context,
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
    form: Form = out.Format.table,
) -> None:
    """List incidents, the earliest first."""
    from marsad.record import Record

    chosen = filters.asked(
        first=first, last=last, place=place, type_=type_, actor=actor, country=country, min_killed=min_killed,
        sources=sources, text=text, limit=limit,
    )  # fmt: skip
    with Record.open(ctx.obj, readonly=True) as record:
        filters.known_actor(record, actor)
        if form is out.Format.table:
            from dataclasses import asdict

            rows: Iterator[dict[str, Any]] = (asdict(summary) for summary in record.summaries(chosen))
        else:
            from marsad.pipeline.exporting import incident_rows

            rows = incident_rows(record, chosen)
        columns = ("id", "type", "first", "last", "place", "admin1", "country", "killed", "sources", "grade")
        from marsad.publish.tables import INCIDENT_FIELDS

        out.write(rows, form, columns=columns, fields=INCIDENT_FIELDS)


def show(
    ctx: typer.Context,
    incident: Annotated[str, typer.Argument(metavar="INCIDENT", help="An id, or enough of its beginning.")],
    form: Annotated[
        out.Format, typer.Option("--format", "-f", help="table is text for people.")
    ] = out.Format.table,
) -> None:
    """Show one incident: every value with the words it was read from, who says it and where."""
    from marsad import pipeline
    from marsad.publish import dossier
    from marsad.publish.lines import plain
    from marsad.record import Record

    if form is out.Format.csv:
        raise QueryError(
            "one incident has no CSV form", hint="one of table, json, jsonl; `marsad export` has CSV"
        )
    with Record.open(ctx.obj, readonly=True) as record:
        asked = pipeline.find(record, incident)
        found = asked.incident
        documents = pipeline.texts(record, found)
        captures = record.captures(list(documents))
        judged = record.judged([telling.event_id for telling in found.tellings])
        decided = pipeline.deciding.history(record, found.id)
    if asked.asked is not None:
        out.say(f"{asked.asked} is no more: what it told of is now in {found.id}")
    if form is out.Format.table:
        for line in dossier.lines(found, documents, captures, judged=judged, decided=decided):
            typer.echo("".join(("  " * line.depth, plain(line.text))))
    else:
        out.write([dossier.values(found, documents, captures, decided=decided)], out.Format.jsonl, columns=())


COMMANDS = (incidents, show)
