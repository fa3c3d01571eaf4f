"""Commands that ask the record: incidents, show, compare, export."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from marsad.cli import out
from marsad.errors import QueryError

if TYPE_CHECKING:
    from marsad.record import Filters, Record

From = Annotated[
    str | None, typer.Option("--from", metavar="DAY", help="Not over before this day, as 2021-05-02.")
]
To = Annotated[str | None, typer.Option("--to", metavar="DAY", help="Begun by this day.")]
Place = Annotated[str | None, typer.Option(help="A place, or one that holds it, in any spelling.")]
Type = Annotated[str | None, typer.Option(help="An event type of the codebook, as bombing.")]
Actor = Annotated[str | None, typer.Option(help="An actor code of the codebook, as ISIS, on either side.")]
Country = Annotated[str | None, typer.Option(help="A country, as IRQ.")]
MinKilled = Annotated[int | None, typer.Option(help="At least so many killed, by the best count.")]
Sources = Annotated[int | None, typer.Option(metavar="N", help="Told by at least N independent sources.")]
Said = Annotated[
    str | None, typer.Option("--text", help="Words of the evidence or of a value, in any spelling.")
]
Limit = Annotated[int | None, typer.Option(help="No more than so many.")]
Form = Annotated[out.Format, typer.Option("--format", "-f", help="How to put it out.")]


def _day(option: str, value: str | None) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise QueryError(f"{option} {value!r} is no day", hint="year-month-day, as 2021-05-02") from None


def _known_actor(record: Record, code: str | None) -> None:
    """Refuses a code that neither the record nor the actor table knows."""
    if code is None or code.upper() in {known.upper() for known, _ in record.actors()}:
        return
    from marsad import lexicon

    table = lexicon.load().actors
    if code.upper() not in table:
        raise QueryError(f"no actor {code!r}", hint=f"one of {', '.join(sorted(table))}")


def incidents(
    ctx: typer.Context,
    first: From = None,
    last: To = None,
    place: Place = None,
    type_: Annotated[
        str | None, typer.Option("--type", help="An event type of the codebook, as bombing.")
    ] = None,
    actor: Actor = None,
    country: Country = None,
    min_killed: MinKilled = None,
    sources: Sources = None,
    text: Said = None,
    limit: Limit = None,
    form: Form = out.Format.table,
) -> None:
    """List incidents, the earliest first."""
    from marsad.record import Filters, Record

    filters = Filters(
        first=_day("--from", first), last=_day("--to", last), place=place, types=(type_,) if type_ else (),
        actor=actor,
        country=country, min_killed=min_killed, sources=sources, text=text, limit=limit,
    )  # fmt: skip
    filters.check()
    with Record.open(ctx.obj, readonly=True) as record:
        _known_actor(record, actor)
        if form is out.Format.table:
            from dataclasses import asdict

            rows: Iterator[dict[str, Any]] = (asdict(summary) for summary in record.summaries(filters))
        else:
            rows = _incident_rows(record, filters)
        columns = ("id", "type", "first", "last", "place", "admin1", "country", "killed", "sources", "grade")
        from marsad.publish.tables import INCIDENT_FIELDS

        out.write(rows, form, columns=columns, fields=INCIDENT_FIELDS)


def _incident_rows(record: Record, filters: Filters | None = None) -> Iterator[dict[str, Any]]:
    from marsad.publish.tables import incident_row

    found = record.incidents(filters)
    captures = record.captures(sorted({t.document_id for incident in found for t in incident.tellings}))
    return (incident_row(incident, captures) for incident in found)


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
    if asked.asked is not None:
        out.say(f"{asked.asked} is no more: what it told of is now in {found.id}")
    if form is out.Format.table:
        for line in dossier.lines(found, documents, captures):
            typer.echo("".join(("  " * line.depth, plain(line.text))))
    else:
        out.write([dossier.values(found, documents, captures)], out.Format.jsonl, columns=())


def compare(
    ctx: typer.Context,
    first: Annotated[str, typer.Argument(metavar="ONE", help="An event or an incident.")],
    second: Annotated[str, typer.Argument(metavar="OTHER", help="Another.")],
    form: Form = out.Format.table,
    limit: Annotated[int, typer.Option(min=1, help="Of two incidents, no more pairs than so many.")] = 5,
) -> None:
    """Say why two events or incidents were put together or kept apart, term by term."""
    from marsad import pipeline
    from marsad.record import Record

    with Record.open(ctx.obj, readonly=True) as record:
        joins = pipeline.compare(record, first, second)[:limit]
        verdicts = [pipeline.verdict(record, join) for join in joins]
    if not joins:
        raise QueryError("these are one and the same event", hint="name two")
    rows = [
        {"event": join.event_a, "other": join.event_b, "term": term.name, "one": term.a, "the_other": term.b,
         "weight": term.weight}
        for join in joins
        for term in join.terms
    ]  # fmt: skip
    if form is not out.Format.table:
        columns = ("event", "other", "term", "one", "the_other", "weight")
        if form is out.Format.csv:
            out.write(rows, form, columns=columns)
            return
        from marsad.record.codec import encode

        out.write(
            [{**encode(j), "verdict": v} for j, v in zip(joins, verdicts, strict=True)], form, columns=()
        )
        return
    for join, verdict in zip(joins, verdicts, strict=True):
        typer.echo(f"{join.event_a} and {join.event_b}: {verdict}")
        own = [row for row in rows if row["event"] == join.event_a and row["other"] == join.event_b]
        out.write(own, form, columns=("term", "one", "the_other", "weight"))


class What(StrEnum):
    """What can be exported."""

    incidents = "incidents"
    events = "events"
    claims = "claims"


def export(
    ctx: typer.Context,
    what: Annotated[What, typer.Argument(help="Which of the record.")],
    form: Annotated[out.Format, typer.Option("--format", "-f", help="How to put it out.")] = out.Format.jsonl,
) -> None:
    """Put out everything that the record holds of one kind."""
    from marsad.publish import tables
    from marsad.record import Record

    with Record.open(ctx.obj, readonly=True) as record:
        rows = _incident_rows(record) if what is What.incidents else _told_rows(record, what)
        fields = tables.FIELDS[what.value]
        hidden = (
            "evidence",
            "document",
            "figures",
            "url",
            "radius_km",
            "place_id",
            "method",
            "anchors",
            "events",
            "documents",
        )
        out.write(rows, form, columns=[f for f in fields if f not in hidden], fields=fields)


def _told_rows(record: Record, what: What) -> Iterator[dict[str, Any]]:
    from marsad.publish import tables

    rows = tables.event_rows if what is What.events else tables.claim_rows
    for document in record.documents():
        reading = record.reading(document.id)
        if reading is not None:
            yield from rows(document, reading)


COMMANDS = (incidents, show, compare, export)
