"""The command line as a whole: its options, its errors, its end."""

from __future__ import annotations

import os
import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from marsad.cli import (
    alert,
    ask,
    beside,
    brief,
    check,
    copy,
    decisions,
    export,
    keep,
    release,
    review,
    serve,
    take,
    trend,
    users,
    verify,
    watch,
    where,
    why,
)
from marsad.errors import MarsadError


class _Commands(TyperGroup):
    """Turns what was raised on purpose into one line and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except MarsadError as error:
            typer.echo(f"error: {error}", err=True)
            raise typer.Exit(error.exit_code) from None
        except BrokenPipeError:
            # `| head` has seen enough; what Python still holds must go nowhere
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(0) from None


app = typer.Typer(
    cls=_Commands,
    help="Reads Arabic news about armed conflict and keeps an evidenced record of incidents.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from marsad import __version__

        typer.echo(f"marsad {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    ctx: typer.Context,
    record: Annotated[
        str,
        typer.Option(
            "--record",
            "-r",
            metavar="FILE",
            envvar="MARSAD_RECORD",
            help="The record to use: a file, or postgresql://user@host/database.",
        ),
    ] = "marsad.db",
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which.")
    ] = False,
) -> None:
    ctx.obj = record


_MODULES = (
    alert,
    take,
    why,
    ask,
    trend,
    beside,
    brief,
    check,
    export,
    review,
    keep,
    verify,
    copy,
    release,
    where,
    serve,
)
for _module in _MODULES:
    for _command in _module.COMMANDS:
        app.command()(_command)
app.add_typer(decisions.decisions, name="decisions")
app.add_typer(where.places, name="places")
app.add_typer(users.users, name="users")
app.add_typer(watch.watch, name="watch")


def main() -> None:
    """The entry point `marsad`."""
    for stream in (sys.stdout, sys.stderr):
        # Arabic must come out whatever the locale says, and odd bytes of a file name too
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    app(prog_name="marsad")
