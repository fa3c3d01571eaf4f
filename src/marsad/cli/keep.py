"""Commands that keep the record sound: rebuild, doctor."""

from __future__ import annotations

from typing import Annotated

import typer

from marsad.cli import out
from marsad.cli.take import Workers


def rebuild(ctx: typer.Context, workers: Workers = None) -> None:
    """Derive everything anew from the documents; people's decisions stay."""
    from marsad import pipeline
    from marsad.record import Record

    with Record.open(ctx.obj) as record, out.progress() as progress:
        report = pipeline.rebuild(record, workers=workers, progress=progress)
        digest = record.digest()
    out.say(f"{report.read} documents read, {report.incidents} incidents")
    typer.echo(digest)
    raise typer.Exit(out.failed(report.failures))


def doctor(
    ctx: typer.Context,
    deep: Annotated[
        bool, typer.Option("--deep", help="Also rebuild a copy and compare: as long as a run.")
    ] = False,
    workers: Workers = None,
) -> None:
    """Check the record, and say of each fault what it is and the way out."""
    from marsad import doctor as checks
    from marsad.publish.lines import plain
    from marsad.record import Record

    faults = 0
    with Record.open(ctx.obj, readonly=True) as record, out.progress() as progress:
        for finding in checks.examine(record, deep=deep, workers=workers, progress=progress):
            faults += not finding.sound
            mark = "ok   " if finding.sound else "fault"
            typer.echo(f"{mark}  {finding.check}: {plain(finding.found)}")
            if finding.way_out:
                typer.echo(f"       {finding.way_out}")
    raise typer.Exit(1 if faults else 0)


COMMANDS = (rebuild, doctor)
