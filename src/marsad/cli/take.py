"""Commands that take news in: read, add, run."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from marsad.cli import out

if TYPE_CHECKING:
    from marsad.model import Document, Reading
    from marsad.pipeline import Failure

Files = Annotated[
    list[str],
    typer.Argument(metavar="FILES...", help="Text, HTML and JSONL files, folders, - for standard input."),
]
Workers = Annotated[
    int | None,
    typer.Option("--workers", "-w", min=1, help="Processes to read with [default: as many as suit]."),
]


class ReadFormat(StrEnum):
    """The forms of a reading: a list's, and the codebook's."""

    table = "table"
    json = "json"
    jsonl = "jsonl"
    csv = "csv"
    coding = "coding"


def read(
    files: Files,
    form: Annotated[
        ReadFormat, typer.Option("--format", "-f", help="coding is the codebook's JSON, one article a line.")
    ] = ReadFormat.table,
    workers: Workers = None,
) -> None:
    """Read articles and put out their events, without a record."""
    from marsad import pipeline

    failures: list[Failure] = []

    def readings() -> Iterator[tuple[Document, Reading]]:
        for item in pipeline.read_stateless(files, workers=workers):
            if isinstance(item, pipeline.Failure):
                failures.append(item)
            else:
                yield item

    if form is ReadFormat.coding:
        from marsad.publish.coding import coding

        for document, reading in readings():
            sys.stdout.write(json.dumps(coding(document, reading), ensure_ascii=False) + "\n")
    elif form in (ReadFormat.json, ReadFormat.jsonl):
        out.write((_whole(*item) for item in readings()), out.Format(form.value), columns=())
    else:
        from marsad.publish import tables

        rows = (row for document, reading in readings() for row in tables.event_rows(document, reading))
        columns = ("article", "published", "type", "first", "last", "place", "admin1", "initiators", "targets",
                   "killed", "wounded", "trigger")  # fmt: skip
        out.write(rows, out.Format(form.value), columns=columns, fields=tables.EVENT_FIELDS)
    raise typer.Exit(out.failed(failures))


def _whole(document: Document, reading: Reading) -> dict[str, Any]:
    from marsad.record.codec import encode

    return {
        "id": document.capture.source_id or document.id,
        "document": encode(document),
        "reading": encode(reading),
    }


def add(ctx: typer.Context, files: Files) -> None:
    """Take documents into the record, to be read later."""
    from marsad import pipeline
    from marsad.record import Record

    with Record.open(ctx.obj, create=True) as record, out.progress() as progress:
        added, failures = pipeline.add(record, files, progress=progress)
    out.say(_added(added))
    raise typer.Exit(out.failed(failures))


def _added(added: Any) -> str:
    return (
        f"{added.documents} new documents ({added.versions} of them new versions of known pages), "
        f"{added.captures} further captures of known texts, {added.known} known already"
    )


def run(
    ctx: typer.Context,
    files: Annotated[
        list[str] | None, typer.Argument(metavar="[FILES...]", help="As of `add`; none: read what is unread.")
    ] = None,
    workers: Workers = None,
) -> None:
    """Add files, read what is unread, and link the record's events into incidents.

    A run that was stopped goes on where it was when started again.
    """
    from marsad import pipeline
    from marsad.record import Record

    # without files there must be something to read; a mistyped record is not made
    with Record.open(ctx.obj, create=bool(files)) as record, out.progress() as progress:
        report = pipeline.run(record, files or (), workers=workers, progress=progress)
    if files:
        out.say(_added(report.added))
    out.say(f"{report.read} documents read; the record holds {report.incidents} incidents ({record.where})")
    raise typer.Exit(out.failed(report.failures))


COMMANDS = (read, add, run)
