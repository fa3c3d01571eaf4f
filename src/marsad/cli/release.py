"""The command that hands a version of the record on: release."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from marsad.cli import filters, out
from marsad.errors import QueryError


def release(
    ctx: typer.Context,
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Where to write it: a folder that is not there yet.")
    ],
    version: Annotated[str, typer.Option("--version", "-V", help="Its version, as 2021.1.")],
    for_: Annotated[str, typer.Option("--profile", "-p", help="internal, partner or public.")] = "public",
    title: Annotated[str, typer.Option(help="What it is called.")] = "Incidents read from the news",
    publisher: Annotated[str, typer.Option("--by", metavar="NAME", help="Who publishes it.")] = "not stated",
    licence: Annotated[str, typer.Option(help="Under which licence.")] = "not stated",
    since: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="The release before, to say what changed.")
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(metavar="DAY", help="The day it is for. [default: the last day of publication]"),
    ] = None,
    delay: Annotated[
        int | None, typer.Option(metavar="DAYS", min=0, help="Another delay than the profile's.")
    ] = None,
    preview: Annotated[bool, typer.Option("--preview", help="Only say what the profile changes.")] = False,
) -> None:
    """Write tables, method, citation, changes and checksums of the record: the same record gives the same bytes.

    marsad release out/2021.1 --version 2021.1 --profile public --since out/2020.4
    """
    from marsad import __version__
    from marsad.pipeline import releasing
    from marsad.publish.bundle import Story
    from marsad.publish.lines import plain
    from marsad.publish.profiles import profile
    from marsad.record import Record

    chosen = profile(for_)
    if folder.exists() and not preview:
        raise QueryError(
            f"{folder} is there already", hint="a release is never written over: name another folder"
        )
    story = Story(title, version, publisher, licence, f"Marsad {__version__}")
    with Record.open(ctx.obj, readonly=True) as record:
        made = releasing.release(
            record,
            chosen,
            story,
            as_of=filters.day("--as-of", as_of),
            before=_before(since),
            delay_days=delay,
        )
    out.say(f"{made.withheld['delay']} incidents held back by the delay, {made.moved} points made coarser")
    if chosen.persons == "mask":
        out.say(
            f"{len(made.names)} names of private persons masked; look through them: marsad release … --preview"
        )
    if since:
        out.say(
            ", ".join(f"{count} {kind}" for kind, count in sorted(made.changed.items())) or "nothing changed"
        )
    if preview:
        for name in made.names:
            typer.echo(plain(name))
        return
    try:
        for name, content in made.files.items():
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
    except OSError as error:
        raise QueryError(
            f"cannot write {folder}: {error.strerror}", hint="free some space there, or another folder"
        ) from None
    out.say(f"{len(made.files)} files in {folder}; check them with: sha256sum -c SHA256SUMS")


def _before(since: Path | None) -> str | None:
    if since is None:
        return None
    file = since / "incidents.csv"
    try:
        return file.read_text("utf8")
    except OSError as error:
        raise QueryError(
            f"{since} is no release: {error.strerror}", hint="a folder with incidents.csv"
        ) from None


COMMANDS = (release,)
