"""The command that holds two things against each other: two events or incidents, or the record and another data set."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from marsad.cli import filters, out
from marsad.errors import QueryError

if TYPE_CHECKING:
    from marsad.record import Record


class Form(StrEnum):
    """How it is put out; html is of data sets."""

    table = "table"
    json = "json"
    jsonl = "jsonl"
    csv = "csv"
    html = "html"


def compare(
    ctx: typer.Context,
    first: Annotated[
        str, typer.Argument(metavar="ONE", help="An event, an incident, or a file of another data set.")
    ],
    second: Annotated[
        str | None, typer.Argument(metavar="[OTHER]", help="Another event or incident.")
    ] = None,
    form: Annotated[Form, typer.Option("--format", "-f", help="How to put it out.")] = Form.table,
    limit: Annotated[int, typer.Option(min=1, help="Of two incidents, no more pairs than so many.")] = 5,
    since: filters.From = None,
    until: filters.To = None,
    lang: Annotated[str, typer.Option(help="Of a page: ar or en.")] = "en",
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write a page or rows there instead."),
    ] = None,
) -> None:
    """Say why two events or incidents were put together or kept apart, or set the record beside another data set.

    marsad compare ged241.csv --from 2018-01-01 --to 2018-12-31 --format html -o report.html
    """
    from marsad.record import Record

    with Record.open(ctx.obj, readonly=True) as record:
        if second is None:
            _data_sets(record, first, form, (since, until), lang, output)
        else:
            _events(record, first, second, form, limit)


def _data_sets(
    record: Record,
    source: str,
    form: Form,
    days: tuple[str | None, str | None],
    lang: str,
    output: Path | None,
) -> None:
    from marsad.database import is_address
    from marsad.pipeline import comparing
    from marsad.publish import tables, versus_report
    from marsad.wording import words_for

    if not is_address(source) and not Path(source).exists():
        raise QueryError(
            f"no file {source}", hint="two ids, or a file of UCDP GED or ACLED, articles or another record"
        )
    first, last = (filters.day(name, value) for name, value in zip(("--from", "--to"), days, strict=True))
    words = words_for(lang)
    there, failures = comparing.others(source)
    found = comparing.versus(record, there, first=first, last=last)
    if form is Form.html:
        pieces = [versus_report.page(found, words)]
    elif form is Form.table:
        pieces = [f"{line}\n" for line in versus_report.lines(found, words)]
    elif form is Form.csv:
        pieces = list(tables.csv_lines(versus_report.rows(found), versus_report.FIELDS))
    else:
        raise QueryError(f"two data sets have no {form.value} form", hint="table, csv or html")
    out.put(pieces, output)
    raise typer.Exit(out.failed(failures))


def _events(record: Record, first: str, second: str, form: Form, limit: int) -> None:
    from marsad import pipeline

    if form is Form.html:
        raise QueryError("two events have no html form", hint="table, json, jsonl or csv")
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
    if form is not Form.table:
        columns = ("event", "other", "term", "one", "the_other", "weight")
        if form is Form.csv:
            out.write(rows, out.Format.csv, columns=columns)
            return
        from marsad.record.codec import encode

        out.write(
            [{**encode(j), "verdict": v} for j, v in zip(joins, verdicts, strict=True)],
            out.Format(form.value),
            columns=(),
        )
        return
    for join, verdict in zip(joins, verdicts, strict=True):
        typer.echo(f"{join.event_a} and {join.event_b}: {verdict}")
        own = [row for row in rows if row["event"] == join.event_a and row["other"] == join.event_b]
        out.write(own, out.Format.table, columns=("term", "one", "the_other", "weight"))


COMMANDS = (compare,)
