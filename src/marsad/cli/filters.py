"""The options by which commands say which incidents they mean, and what they come to."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from marsad.errors import QueryError

if TYPE_CHECKING:
    from marsad.record import Filters, Record

From = Annotated[
    str | None, typer.Option("--from", metavar="DAY", help="Not over before this day, as 2021-05-02.")
]
To = Annotated[str | None, typer.Option("--to", metavar="DAY", help="Begun by this day.")]
Place = Annotated[str | None, typer.Option(help="A place, or one that holds it, in any spelling.")]
Type = Annotated[str | None, typer.Option("--type", help="An event type of the codebook, as bombing.")]
Actor = Annotated[str | None, typer.Option(help="An actor code of the codebook, as ISIS, on either side.")]
Country = Annotated[str | None, typer.Option(help="A country, as IRQ.")]
MinKilled = Annotated[int | None, typer.Option(help="At least so many killed, by the best count.")]
Sources = Annotated[int | None, typer.Option(metavar="N", help="Told by at least N independent sources.")]
Said = Annotated[
    str | None, typer.Option("--text", help="Words of the evidence or of a value, in any spelling.")
]
Limit = Annotated[int | None, typer.Option(help="No more than so many.")]


def told_day(option: str, value: str) -> date:
    """The day that an option names. Raises `QueryError` for what is no day."""
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise QueryError(f"{option} {value!r} is no day", hint="year-month-day, as 2021-05-02") from None


def day(option: str, value: str | None) -> date | None:
    """The same for an option that may be left out."""
    return None if value is None else told_day(option, value)


def asked(
    *,
    first: str | None,
    last: str | None,
    place: str | None,
    type_: str | None,
    actor: str | None,
    country: str | None,
    min_killed: int | None,
    sources: int | None,
    text: str | None,
    limit: int | None,
) -> Filters:
    """The filters that the options come to, checked."""
    from marsad.record import Filters

    filters = Filters(
        first=day("--from", first), last=day("--to", last), place=place, types=(type_,) if type_ else (),
        actor=actor, country=country, min_killed=min_killed, sources=sources, text=text, limit=limit,
    )  # fmt: skip
    filters.check()
    return filters


def known_actor(record: Record, code: str | None) -> None:
    """Refuses a code that neither the record nor the actor table knows."""
    if code is None or code.upper() in {known.upper() for known, _ in record.actors()}:
        return
    from marsad import lexicon

    table = lexicon.load().actors
    if code.upper() not in table:
        raise QueryError(f"no actor {code!r}", hint=f"one of {', '.join(sorted(table))}")
