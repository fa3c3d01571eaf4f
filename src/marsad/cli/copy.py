"""A record moved from one place to another: copy."""

from __future__ import annotations

from typing import Annotated

import typer

from marsad.cli import out


def copy(
    source: Annotated[str, typer.Argument(metavar="FROM", help="A record: a file, or postgresql://…")],
    target: Annotated[str, typer.Argument(metavar="TO", help="Where it is to be, and nothing is yet.")],
) -> None:
    """Copy a record whole, as from a file into a database that a team shares, and compare both.

    Documents, captures with their bytes, decisions and everything derived; the chains stay whole.
    Users and their tokens are beside a record and are not copied.
    """
    from marsad.record import Record

    with Record.open(source, readonly=True) as one, Record.open(target, create=True) as two:
        two.fill(one)
        faults = two.decision_faults()
        decided, _ = two.decision_head()
        out.say(
            f"{len(two.document_ids())} documents and {decided} decisions, every table the same ({two.where})"
        )
        if faults:
            out.say(f"as in {one.where}: {'; '.join(faults)}")
        typer.echo(two.digest())


COMMANDS = (copy,)
