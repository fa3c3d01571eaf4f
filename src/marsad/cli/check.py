"""The command that checks claims against the record: check."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from marsad.cli import filters, out
from marsad.errors import QueryError

if TYPE_CHECKING:
    from marsad.model import Document
    from marsad.pipeline import Failure


class Shape(StrEnum):
    """The forms of a check."""

    text = "text"
    json = "json"
    html = "html"


def check(
    ctx: typer.Context,
    claims: Annotated[
        list[str],
        typer.Argument(
            metavar="TEXT|FILE...",
            help="A statement in Arabic or English; or files of news, - for standard input.",
        ),
    ],
    published: Annotated[
        str | None, typer.Option(metavar="DAY", help="When it was said: from there 'last week' counts.")
    ] = None,
    area: Annotated[
        str | None, typer.Option(help="The area meant, as 'Iraq, Syria'; else what is told.")
    ] = None,
    actors: Annotated[
        str | None, typer.Option(metavar="CODES", help="Who did it, as ISIS,GUNMEN; else what is told.")
    ] = None,
    types: Annotated[
        str | None, typer.Option(metavar="TYPES", help="The event types that count, as bombing,attack.")
    ] = None,
    definition: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Your own form of data/definitions.yaml.")
    ] = None,
    lang: Annotated[str, typer.Option(help="ar or en.")] = "en",
    form: Annotated[Shape, typer.Option("--format", "-f", help="How to put it out.")] = Shape.text,
) -> None:
    """Check claimed numbers, rises and falls against the incidents of the record.

    marsad check '153 attacks in the first half of 2024' --area Iraq,Syria
    """
    from marsad import definitions
    from marsad.pipeline import checking
    from marsad.record import Record
    from marsad.wording import words_for

    words = words_for(lang)
    rules = definitions.load(str(definition) if definition else None)
    if types:
        rules = rules.with_types(part.strip() for part in types.split(","))
    asked = checking.asking(area=area, actors=[a.strip() for a in actors.split(",")] if actors else ())
    failures: list[Failure] = []
    with Record.open(ctx.obj, readonly=True) as record:
        base = checking.base(record, rules)
        found = [
            one
            for document in _documents(claims, published, failures)
            for one in checking.check(document, base, asked)
        ]
    if not found and not failures:
        raise QueryError(
            "no claim is made there",
            hint="a number with what it counts and when, or a rise or fall with when",
        )
    if form is Shape.json:
        from marsad.publish.check_text import values

        both = [words_for("en"), words_for("ar")]
        json.dump([values(one, both) for one in found], sys.stdout, ensure_ascii=False, indent=1)
        sys.stdout.write("\n")
    elif form is Shape.html:
        from marsad.publish.check_page import page

        typer.echo(page(found, words))
    else:
        from marsad.publish.check_text import text_lines

        for number, one in enumerate(found):
            typer.echo("".join(("\n" if number else "", "\n".join(text_lines(one, words)))))
    raise typer.Exit(out.failed(failures))


def _documents(claims: Sequence[str], published: str | None, failures: list[Failure]) -> Iterator[Document]:
    """The statements themselves, and the documents of files; a day that is given dates what has none."""
    from dataclasses import replace

    from marsad import pipeline
    from marsad.model import Document

    day = filters.day("--published", published)
    for claim in claims:
        if not _is_file(claim):
            yield Document(claim, day, "input" if day else None)
            continue
        for item in pipeline.documents([claim], stdin=sys.stdin.buffer):
            if isinstance(item, pipeline.Failure):
                failures.append(item)
            else:
                dated = item if item.published or not day else replace(item, published=day, dated_by="input")
                yield dated


def _is_file(claim: str) -> bool:
    """Whether a word is a file's name; a statement is none, unless a file is called so."""
    try:
        return claim == "-" or Path(claim).exists() or (" " not in claim and Path(claim).suffix != "")
    except OSError:  # a statement longer than a name may be
        return False


COMMANDS = (check,)
