"""The command that says why: explain."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from marsad.cli import out
from marsad.errors import QueryError

if TYPE_CHECKING:
    from marsad.anatomy import View
    from marsad.pipeline import Failure


class Drawing(StrEnum):
    """The forms of an explanation."""

    text = "text"
    html = "html"


def explain(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="Text, HTML or JSONL file, - for standard input.")
    ],
    only: Annotated[
        str | None, typer.Option(metavar="ID", help="Of several documents the one of this id or number.")
    ] = None,
    at: Annotated[
        str | None, typer.Option(metavar="WORDS", help="Only the sentences that hold these words.")
    ] = None,
    event: Annotated[int | None, typer.Option(metavar="N", min=1, help="Only this event, from 1.")] = None,
    layer: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Only what this layer saw, as events or places; again for more."),
    ] = None,
    form: Annotated[
        Drawing, typer.Option("--format", "-f", help="html is one page that needs nothing else.")
    ] = Drawing.text,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write there instead.")
    ] = None,
    colour: Annotated[
        bool | None,
        typer.Option("--color/--no-color", help="[default: on a terminal, unless NO_COLOR is set]"),
    ] = None,
) -> None:
    """Draw what each layer saw in a text, and why an event was or was not made.

    Why is there no event at these words?  marsad explain news.txt --at 'قصف'
    """
    from marsad import pipeline
    from marsad.anatomy import view_of

    failures: list[Failure] = []

    def views() -> Iterator[View]:
        for item in pipeline.explain([file], only=only):
            if isinstance(item, pipeline.Failure):
                failures.append(item)
                continue
            view = view_of(item, layers=layer or (), event=event, at=at)
            if view is not None:
                yield view

    found = views()
    first = next(found, None)
    if first is not None:
        shown = chain([first], found)
        if form is Drawing.html:
            from marsad.publish import anatomy_page

            out.put(anatomy_page.page(shown), output)
        else:
            out.put(_text(shown, colour=_coloured(colour, output)), output)
    elif not failures:
        raise _nothing(at, event)
    raise typer.Exit(out.failed(failures))


def _nothing(at: str | None, event: int | None) -> QueryError:
    wanted = " and ".join(
        what for what in (f"the words {at!r}" if at else "", f"an event {event}" if event else "") if what
    )
    if not wanted:
        return QueryError("there is no text", hint="a file that `marsad read` takes")
    return QueryError(f"no document there has {wanted}", hint="without --at and --event all of it is shown")


def _coloured(wanted: bool | None, output: Path | None) -> bool:
    if wanted is not None:
        return wanted
    return output is None and sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def _text(views: Iterable[View], *, colour: bool) -> Iterator[str]:
    from marsad.publish import anatomy_text
    from marsad.publish.lines import drawn

    for number, view in enumerate(views):
        if number:
            yield "\n\n"
        for line in drawn(anatomy_text.lines(view), width=out.width(), colour=colour):
            yield f"{line}\n"


COMMANDS = (explain,)
