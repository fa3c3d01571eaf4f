"""Commands that keep the record sound: rebuild, doctor, backup, restore."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from marsad.cli import out
from marsad.cli.take import Workers

if TYPE_CHECKING:
    from marsad.record.backup import Manifest


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
    from datetime import UTC, datetime

    from marsad import doctor as checks
    from marsad.publish.lines import plain
    from marsad.record import Record

    faults = 0
    with Record.open(ctx.obj, readonly=True) as record, out.progress() as progress:
        now = datetime.now(UTC)
        for finding in checks.examine(record, deep=deep, now=now, workers=workers, progress=progress):
            faults += not finding.sound
            mark = "ok   " if finding.sound else "fault"
            typer.echo(f"{mark}  {finding.check}: {plain(finding.found)}")
            if finding.way_out:
                typer.echo(f"       {finding.way_out}")
    raise typer.Exit(1 if faults else 0)


def backup(
    ctx: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The backup to write, as record-2026-01-31.zip.")
    ],
) -> None:
    """Write the whole record into one file with its checksum, also while others write, and read it back."""
    from datetime import UTC, datetime

    from marsad.record import backup

    made = backup.back_up(ctx.obj, file, made=datetime.now(UTC))
    out.say(f"{_held(made)} are in {file}, read back and sound")
    typer.echo(made.sha256)


def restore(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `backup` wrote.")],
) -> None:
    """Make a record, where there is none yet, of a backup: marsad --record NEW.db restore FILE."""
    from marsad.database import is_address
    from marsad.errors import RecordError
    from marsad.record import backup

    if is_address(ctx.obj):
        raise RecordError("a backup is restored into a file", hint="name a new file with --record")
    made = backup.restore(file, Path(ctx.obj))
    out.say(f"{_held(made)} are in {ctx.obj}, as they were on {made.made}")


def _held(made: Manifest) -> str:
    return f"{made.documents} documents and {made.decisions} decisions"


COMMANDS = (rebuild, doctor, backup, restore)
