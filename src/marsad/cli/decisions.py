"""Commands on what people decided: decisions list, conflicts, unanchored, undo, export, import."""

from __future__ import annotations

import getpass
import json
import sys
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from marsad.cli import out
from marsad.errors import InputError, RecordError

if TYPE_CHECKING:
    from marsad.decision import Decision, Standing
    from marsad.pipeline import Failure

By = Annotated[
    str | None,
    typer.Option(
        "--by", metavar="NAME", envvar="MARSAD_BY", help="Who decides. [default: your name on this computer]"
    ),
]
Form = Annotated[out.Format, typer.Option("--format", "-f", help="How to put it out.")]

_COLUMNS = (
    "number",
    "id",
    "state",
    "verdict",
    "event",
    "other_event",
    "field",
    "value",
    "author",
    "made",
    "reason",
)

decisions = typer.Typer(help="What people decided of events, and what became of it.", no_args_is_help=True)


class State(StrEnum):
    """What may have become of a decision."""

    applied = "applied"
    conflict = "conflict"
    unanchored = "unanchored"
    superseded = "superseded"
    withdrawn = "withdrawn"


def author(by: str | None) -> str:
    """The name under which is decided."""
    return by or getpass.getuser()


@decisions.callback()
def _decisions() -> None:
    """What people decided of events, and what became of it."""


@decisions.command("list")
def list_(
    ctx: typer.Context,
    incident: Annotated[
        str | None, typer.Option(help="Only those on this incident, also one that is no more.")
    ] = None,
    by: Annotated[str | None, typer.Option("--by", metavar="NAME", help="Only those of this person.")] = None,
    state: Annotated[State | None, typer.Option(help="Only those of which this became.")] = None,
    form: Form = out.Format.table,
) -> None:
    """List decisions in the order they were made."""
    from marsad.pipeline import deciding
    from marsad.record import Record

    with Record.open(ctx.obj, readonly=True) as record:
        told = deciding.standings(record) if incident is None else deciding.history(record, incident)
    _put((s for s in told if by in (None, s.decision.author) and state in (None, s.state)), form, _COLUMNS)


@decisions.command()
def conflicts(ctx: typer.Context, form: Form = out.Format.table) -> None:
    """List the decisions that have no effect because people disagree."""
    from marsad.pipeline import deciding
    from marsad.record import Record

    with Record.open(ctx.obj, readonly=True) as record:
        _put(deciding.conflicts(record), form, (*_COLUMNS, "against", "note"))


@decisions.command()
def unanchored(ctx: typer.Context, form: Form = out.Format.table) -> None:
    """List the decisions whose words are not read as that event any more."""
    from marsad.pipeline import deciding
    from marsad.record import Record

    with Record.open(ctx.obj, readonly=True) as record:
        _put(
            deciding.unanchored(record), form, ("number", "id", "verdict", "author", "made", "note", "quote")
        )


def _put(told: Iterable[Standing], form: out.Format, columns: tuple[str, ...]) -> None:
    from marsad.publish.decided import DECISION_FIELDS, decision_rows

    out.write(decision_rows(told), form, columns=columns, fields=DECISION_FIELDS)


@decisions.command()
def undo(
    ctx: typer.Context,
    decision: Annotated[str, typer.Argument(metavar="DECISION", help="Its id, or its number.")],
    by: By = None,
    reason: Annotated[str, typer.Option(help="Why.")] = "",
) -> None:
    """Take a decision of your own back; it stays listed."""
    from marsad.pipeline import deciding
    from marsad.record import Record

    with Record.open(ctx.obj) as record:
        made = deciding.undo(record, decision, author=author(by), reason=reason)
    out.say(f"{made.withdraws} is taken back")


@decisions.command()
def export(ctx: typer.Context) -> None:
    """Put out every decision, one a line, to be kept or taken into another record."""
    from marsad.record import Record
    from marsad.record.codec import encode

    with Record.open(ctx.obj, readonly=True) as record:
        made = record.decisions()
    for decision in made:
        sys.stdout.write(json.dumps({"id": decision.id, **encode(decision)}, ensure_ascii=False) + "\n")


@decisions.command("import")
def import_(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What export put out; - for standard input.")],
) -> None:
    """Take in decisions of another record; those on texts that are not here wait for them."""
    from collections import Counter

    from marsad.pipeline import deciding
    from marsad.record import Record

    failures: list[Failure] = []
    made = tuple(_read(file, failures))
    with Record.open(ctx.obj) as record:
        new, told = deciding.take_in(record, made)
    states = Counter(standing.state for standing in told)
    said = ", ".join(f"{number} {state}" for state, number in sorted(states.items()))
    out.say(f"{new} new decisions of {len(made)}" + (f": {said}" if said else ""))
    raise typer.Exit(out.failed(failures))


def _read(file: Path, failures: list[Failure]) -> Iterator[Decision]:
    from marsad.pipeline import Failure

    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text("utf8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read: {error}", where=str(file), hint="what `export` put out") from None
    for number, row in enumerate(text.splitlines(), 1):
        if not row.strip():
            continue
        try:
            yield _decision(json.loads(row))
        except (ValueError, RecordError) as error:
            said = error.message if isinstance(error, RecordError) else f"is not JSON: {error}"
            failures.append(Failure(f"{file}:{number}", said, "what `export` put out, unchanged"))


def _decision(data: Any) -> Decision:
    from marsad.decision import Decision
    from marsad.record.codec import decode

    if not isinstance(data, dict):
        raise RecordError("is no decision")
    id_ = data.pop("id", None)
    decision = decode(Decision, data)
    if decision.id != id_:
        raise RecordError(f"is not what was decided: it bears the id {id_}, and is {decision.id}")
    return decision
