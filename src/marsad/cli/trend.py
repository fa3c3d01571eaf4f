"""Commands that say how the violence changes, and how well it is watched: trend, coverage."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from marsad.cli import filters
from marsad.errors import QueryError

if TYPE_CHECKING:
    from marsad.analyse.windows import Window


class Shape(StrEnum):
    """The forms of a study: text with bars for people, JSON with everything, CSV of the bins."""

    text = "text"
    json = "json"
    csv = "csv"


class Unit(StrEnum):
    """The lengths of a bin."""

    day = "day"
    week = "week"
    month = "month"
    quarter = "quarter"


class By(StrEnum):
    """What a series can be divided by."""

    type = "type"
    actor = "actor"
    initiator = "initiator"
    target = "target"
    admin1 = "admin1"
    admin2 = "admin2"
    country = "country"
    outlet = "outlet"
    grade = "grade"


class Week(StrEnum):
    """The day on which a week begins."""

    monday = "monday"
    saturday = "saturday"


UnitOption = Annotated[Unit, typer.Option("--unit", "-u", help="The length of a bin.")]
ShapeOption = Annotated[Shape, typer.Option("--format", "-f", help="How to put it out.")]
Lang = Annotated[str, typer.Option(help="ar or en.")]


def _between(value: str | None) -> Window | None:
    if value is None:
        return None
    from marsad.analyse.windows import Window

    first, mark, last = value.partition(":")
    begin, end = filters.day("--against", first), filters.day("--against", last if mark else first)
    if begin is None or end is None:
        raise QueryError(f"--against {value!r} is no period", hint="two days, as 2020-01-01:2020-02-29")
    return Window(begin, end)


def trend(
    ctx: typer.Context,
    first: filters.From = None,
    last: filters.To = None,
    place: filters.Place = None,
    type_: filters.Type = None,
    actor: filters.Actor = None,
    country: filters.Country = None,
    min_killed: filters.MinKilled = None,
    sources: filters.Sources = None,
    text: filters.Said = None,
    unit: UnitOption = Unit.month,
    by: Annotated[By | None, typer.Option(help="A series for each of these, the largest first.")] = None,
    most: Annotated[int, typer.Option(min=1, help="With --by, no more series than so many.")] = 12,
    week: Annotated[Week, typer.Option(help="The day on which weeks begin.")] = Week.monday,
    against: Annotated[
        str | None,
        typer.Option(
            metavar="DAY:DAY", help="Compare --from to --to with this period, as 2020-01-01:2020-02-29."
        ),
    ] = None,
    lang: Lang = "en",
    form: ShapeOption = Shape.text,
) -> None:
    """Count incidents over time: changes of level, and the latest against what came before.

    A bin that no document covers is unknown, not 0. ▲ and ▼ mark changes of level, ! an alarm that
    would have been raised as the counts came in.
    """
    from marsad.cli import bars
    from marsad.pipeline import studies
    from marsad.record import Record
    from marsad.wording import words_for

    words = words_for(lang)
    chosen = filters.asked(
        first=first, last=last, place=place, type_=type_, actor=actor, country=country, min_killed=min_killed,
        sources=sources, text=text, limit=None,
    )  # fmt: skip
    other = _between(against)
    with Record.open(ctx.obj, readonly=True) as record:
        filters.known_actor(record, actor)
        study = studies.study(record, chosen)
    found = list(
        studies.trends(
            study, unit=unit.value, week=week.value, by=by.value if by else None, most=most if by else None,
            against=other,
        )
    )  # fmt: skip
    if form is Shape.json:
        _json([_plain(one) for one in found])
    elif form is Shape.csv:
        from marsad.analyse.plain import series_rows

        _csv(series_rows(one.series for one in found))
    else:
        lines = (
            bars.group_lines(found, words) if by else (x for t in found for x in bars.trend_lines(t, words))
        )
        for line in lines:
            typer.echo(line)


def coverage(
    ctx: typer.Context,
    first: Annotated[str | None, typer.Option("--from", metavar="DAY", help="From this day on.")] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="DAY", help="Up to this day.")] = None,
    outlet: Annotated[str | None, typer.Option(help="Of one outlet alone.")] = None,
    unit: UnitOption = Unit.month,
    week: Annotated[Week, typer.Option(help="The day on which weeks begin.")] = Week.monday,
    lang: Lang = "en",
    form: ShapeOption = Shape.text,
) -> None:
    """Show how many documents of each outlet the record has for which days, and the silences.

    What happened on days that nothing covers is unknown. A day is covered by documents of that day and
    the next, and by coded data sets that speak for it.
    """
    from marsad.analyse.bins import bins
    from marsad.analyse.plain import coverage_rows, to_dict
    from marsad.analyse.windows import Window
    from marsad.cli import bars
    from marsad.pipeline import analysing
    from marsad.record import Record
    from marsad.wording import words_for

    words = words_for(lang)
    begin, end = filters.day("--from", first), filters.day("--to", last)
    with Record.open(ctx.obj, readonly=True) as record:
        found = analysing.coverage(record)
    if outlet is not None:
        if outlet not in found.names:
            raise QueryError(f"no outlet {outlet!r}", hint=f"one of {', '.join(found.names[:20])}")
        found = found.only(outlet)
    whole = found.window
    if whole is None:
        raise QueryError(
            "no document of the record has a day of publication",
            hint="days are read from JSONL fields, web pages and datelines",
        )
    window = Window(begin or whole.first, end or whole.last)
    found = found.within(window)
    parts = list(bins(window, unit.value, week=week.value))
    if form is Shape.csv:
        _csv(coverage_rows(found, parts))
    elif form is Shape.json:
        silent = {
            name: to_dict(found.only(name).silences(window, least=bars.SILENCE)) for name in found.names
        }
        _json({
            "window": to_dict(window), "covered": found.covered(window), "days": window.days,
            "documents": found.documents(window), "undated": found.undated,
            "silences": {"": to_dict(found.silences(window, least=bars.SILENCE)), **silent},
            "bins": coverage_rows(found, parts),
        })  # fmt: skip
    else:
        for line in bars.coverage_lines(found, parts, unit.value, words):
            typer.echo(line)


def _plain(one: Any) -> Any:
    from marsad.analyse.plain import to_dict

    return to_dict(one)


def _json(value: Any) -> None:
    json.dump(value, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")


def _csv(rows: Iterable[dict[str, Any]]) -> None:
    from marsad.publish.tables import csv_lines

    listed = list(rows)
    for line in csv_lines(listed, list(listed[0]) if listed else []):
        sys.stdout.write(line)


COMMANDS = (trend, coverage)
