"""Commands that take news in: read, add, run."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from marsad.cli import out

if TYPE_CHECKING:
    from marsad.ingest import Sieved
    from marsad.model import Document, Reading
    from marsad.pipeline import Failure

Files = Annotated[
    list[str],
    typer.Argument(
        metavar="FILES...",
        help="Text, HTML and JSONL files, web archives (WARC, WACZ), folders, - for standard input.",
    ),
]
Relevant = Annotated[
    bool | None,
    typer.Option(
        "--relevant/--every-page",
        help="Of web archives, only pages in Arabic with words of conflict, or all [default: of Common Crawl only those].",
        show_default=False,
    ),
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


def _sieved(relevant: bool | None) -> Sieved:
    return "crawls" if relevant is None else "all" if relevant else "none"


def add(ctx: typer.Context, files: Files, relevant: Relevant = None, workers: Workers = None) -> None:
    """Take documents into the record, to be read later."""
    from marsad import pipeline
    from marsad.record import Record

    with Record.open(ctx.obj, create=True) as record, out.progress() as progress:
        found = pipeline.add(record, files, sieved=_sieved(relevant), workers=workers, progress=progress)
    _say_added(found.added, found.passed)
    raise typer.Exit(out.failed(found.told))


def _say_added(added: Any, passed: Mapping[str, int]) -> None:
    if passed:
        told = (f"{count:,} {reason}" for reason, count in sorted(passed.items(), key=lambda of: -of[1]))
        out.say(f"in web archives: {', '.join(told)}")
    out.say(
        f"{added.documents} new documents ({added.versions} of them new versions of known pages), "
        f"{added.captures} further captures of known texts, {added.known} known already"
    )


def run(
    ctx: typer.Context,
    files: Annotated[
        list[str] | None, typer.Argument(metavar="[FILES...]", help="As of `add`; none: read what is unread.")
    ] = None,
    relevant: Relevant = None,
    workers: Workers = None,
) -> None:
    """Add files, read what is unread, and link the record's events into incidents.

    A run that was stopped goes on where it was when started again.
    """
    from marsad import pipeline
    from marsad.record import Record

    # without files there must be something to read; a mistyped record is not made
    with Record.open(ctx.obj, create=bool(files)) as record, out.progress() as progress:
        report = pipeline.run(
            record, files or (), sieved=_sieved(relevant), workers=workers, progress=progress
        )
    if files:
        _say_added(report.added, report.passed)
    out.say(f"{report.read} documents read; the record holds {report.incidents} incidents ({record.where})")
    raise typer.Exit(out.failed(report.failures))


def worker(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A folder that all machines see.")],
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FILES...]", help="What is to be read, where FOLDER is new; every machine sees it too."
        ),
    ] = None,
    relevant: Relevant = None,
    workers: Workers = None,
) -> None:
    """Read files together with other machines: each runs this on one shared folder.

    The first lays the work out, the others join in; `marsad run FOLDER` then brings it into a record.
    """
    from marsad import pipeline

    if files:
        pipeline.share(folder, files, sieved=_sieved(relevant))
    with out.progress() as progress:
        count = pipeline.labour(folder, workers=workers, progress=progress)
    out.say(f"all {count} pieces are done; `marsad run {folder}` brings them into the record")


COMMANDS = (read, add, run, worker)
