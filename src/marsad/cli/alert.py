"""The command that puts alert rules to the record: alert."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from marsad.cli import out
from marsad.errors import QueryError


def alert(
    ctx: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="RULES.toml", help="What is asked about, and where it is told.")
    ],
    dry: Annotated[
        bool, typer.Option("--dry-run", help="Write and send nothing: show what would be told.")
    ] = False,
    backlog: Annotated[
        bool, typer.Option("--all", help="Of a new rule, tell also what meets it already.")
    ] = False,
) -> None:
    """Tell what is new or has changed since by the rules of a file; what was told is not told again.

    marsad alert rules.toml --dry-run
    """
    if find_spec("httpx") is None:
        raise QueryError("the package httpx is not installed", hint="pip install 'marsad[watch]'")
    from marsad import __version__
    from marsad.net import Client
    from marsad.notify import rules
    from marsad.pipeline.alerting import alert as run
    from marsad.publish import alert_form
    from marsad.publish.lines import plain
    from marsad.record import Record
    from marsad.wording import words_for

    read = rules(file)
    for fault in read.faults:
        out.say(f"left out: {plain(str(fault))}")
    with Record.open(ctx.obj, patience=60) as record:
        done = run(
            record, read, datetime.now(UTC), client=Client(f"Marsad/{__version__}"), dry=dry, backlog=backlog
        )
    languages = {rule.name: rule.language for rule in read.rules} | {r.name: r.language for r in read.rates}
    for one in done.alerts:
        told = alert_form.data(one, words_for(languages[one.rule]))
        typer.echo(json.dumps(told, ensure_ascii=False))
    for name, number in done.begun.items():
        if not (dry or backlog):
            out.say(f"{plain(name)} begins: {number} incidents that meet it already are known")
    for failure in done.failed:
        out.say(f"failed: {plain(failure)}")
    out.say(f"{len(done.alerts)} alerts, {done.sent} messages sent, {done.waiting} waiting")
    raise typer.Exit(3 if done.failed or read.faults else 0)


COMMANDS = (alert,)
