"""The command that writes a brief of a period: brief."""

from __future__ import annotations

import sys
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from marsad.cli import filters, out
from marsad.errors import QueryError


class Paper(StrEnum):
    """The forms of a brief."""

    html = "html"
    md = "md"
    docx = "docx"
    pdf = "pdf"


def brief(
    ctx: typer.Context,
    first: Annotated[str, typer.Option("--from", metavar="DAY", help="The first day, as 2021-05-01.")],
    last: Annotated[str, typer.Option("--to", metavar="DAY", help="The last day.")],
    area: Annotated[str | None, typer.Option(help="One or more areas, as 'Iraq, Syria'.")] = None,
    lang: Annotated[str, typer.Option(help="ar or en.")] = "en",
    months: Annotated[str, typer.Option(help="Arabic month names: levant or western.")] = "levant",
    form: Annotated[Paper, typer.Option("--format", "-f", help="How to put it out.")] = Paper.html,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write there instead.")
    ] = None,
) -> None:
    """Write what the record says of a period, each sentence with the incidents that it rests on.

    marsad brief --from 2021-05-01 --to 2021-05-31 --lang ar --format pdf -o brief.pdf
    """
    from marsad import definitions
    from marsad.analyse.windows import Window
    from marsad.pipeline import briefing, checking
    from marsad.record import Record
    from marsad.wording import words_for

    if months not in ("levant", "western"):
        raise QueryError(f"no month names {months!r}", hint="levant or western")
    words = words_for(lang, months="levant" if months == "levant" else "western")
    window = Window(filters.told_day("--from", first), filters.told_day("--to", last))
    if form in (Paper.docx, Paper.pdf) and output is None and sys.stdout.isatty():
        raise QueryError(f"a {form.value} file is nothing for a terminal", hint="--output FILE")
    with Record.open(ctx.obj, readonly=True) as record:
        made = briefing.brief(
            record, window, definitions.load(), areas=checking.asking(area=area).area, made=date.today()
        )
    data: str | bytes
    if form is Paper.pdf:
        from marsad.publish.brief_pdf import pdf

        data = pdf(made, words)
    elif form is Paper.docx:
        from marsad.publish.brief_docx import document

        data = document(made, words)
    elif form is Paper.md:
        from marsad.publish.brief_md import markdown

        data = markdown(made, words)
    else:
        from marsad.publish.brief_html import page

        data = page(made, words)
    out.put([data], output)


COMMANDS = (brief,)
