"""Commands on who may use a record that others reach: users add, list, passwd, role, remove, token, tokens, revoke."""

from __future__ import annotations

import sys
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from marsad.cli import out
from marsad.errors import AccountError

if TYPE_CHECKING:
    from marsad.accounts import Accounts

users = typer.Typer(help="Who may use the record where others reach it, and as what.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="As their decisions are to bear it.")]
Form = Annotated[out.Format, typer.Option("--format", "-f", help="How to put it out.")]


class Role(StrEnum):
    """What a user may do."""

    reader = "reader"
    reviewer = "reviewer"
    admin = "admin"


As = Annotated[
    Role,
    typer.Option(help="A reader sees the record, a reviewer also decides, an admin also keeps the users."),
]


@users.callback()
def _users() -> None:
    """Who may use the record where others reach it, and as what."""


@users.command()
def add(
    ctx: typer.Context,
    name: Name,
    role: As = Role.reader,
    again: Annotated[bool, typer.Option("--again", help="Take back one who was removed.")] = False,
) -> None:
    """Add a user; the password is asked for, or read from standard input."""
    from marsad.accounts import Accounts, beside
    from marsad.record import Record

    with Record.open(ctx.obj, readonly=True) as record:
        shown = record.where
    password = _password()
    accounts = Accounts.open(beside(ctx.obj), create=True)
    assert accounts is not None  # made where there was none  # noqa: S101
    user = accounts.add(name, role.value, password, again=again)
    out.say(f"{user.name} is {_a(user.role)} of {shown}; accounts are in {accounts.shown}")


@users.command("list")
def list_(
    ctx: typer.Context,
    removed: Annotated[bool, typer.Option("--removed", help="Also those who were removed.")] = False,
    form: Form = out.Format.table,
) -> None:
    """List the users by name."""
    rows = [
        {"name": u.name, "role": u.role, "made": _moment(u.made), "removed": _moment(u.removed)}
        for u in _opened(ctx).users(removed=removed)
    ]
    fields = ("name", "role", "made", *(("removed",) if removed else ()))
    out.write(iter(rows), form, columns=fields, fields=fields)


@users.command()
def passwd(ctx: typer.Context, name: Name) -> None:
    """Give a user another password; whoever is logged in as them is not any more."""
    accounts = _opened(ctx)
    user = accounts.user(name)
    accounts.set_password(user.name, _password())
    out.say(f"{user.name} has another password and is logged out everywhere")


@users.command()
def role(
    ctx: typer.Context,
    name: Name,
    role: Annotated[Role, typer.Argument(metavar="ROLE", help="reader, reviewer or admin.")],
) -> None:
    """Give a user another role, at once also where they are logged in."""
    user = _opened(ctx).set_role(name, role.value)
    out.say(f"{user.name} is {_a(user.role)} now")


@users.command()
def remove(ctx: typer.Context, name: Name) -> None:
    """Take a user out, with their tokens; what they decided stays theirs."""
    user = _opened(ctx).remove(name)
    out.say(f"{user.name} is removed, logged out, and their tokens are void")


@users.command()
def token(
    ctx: typer.Context,
    name: Name,
    role: Annotated[
        Role | None, typer.Option(help="The most that it may. [default: what its user may]")
    ] = None,
    label: Annotated[str, typer.Option(help="What it is for.")] = "",
    days: Annotated[
        int | None, typer.Option(help="How long it lasts. [default: until it is taken back]")
    ] = None,
) -> None:
    """Make a token for a program that acts for a user; it is put out this once."""
    key, secret = _opened(ctx).make_key(name, role=role.value if role else None, label=label, days=days)
    out.say(f"token {key.id} of {key.user}, {_a(key.role)}; it is not shown again")
    typer.echo(secret)


@users.command()
def tokens(
    ctx: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="Only theirs.")] = None,
    form: Form = out.Format.table,
) -> None:
    """List the tokens of programs."""
    rows = [
        {
            "id": k.id, "user": k.user, "role": k.role, "label": k.label, "made": _moment(k.made),
            "until": _moment(k.until), "used": _moment(k.used),
        }
        for k in _opened(ctx).keys(name)
    ]  # fmt: skip
    fields = ("id", "user", "role", "label", "made", "until", "used")
    out.write(iter(rows), form, columns=fields, fields=fields)


@users.command()
def revoke(
    ctx: typer.Context, id_: Annotated[str, typer.Argument(metavar="ID", help="As `tokens` lists it.")]
) -> None:
    """Take a token back."""
    _opened(ctx).revoke(id_)
    out.say(f"token {id_} is void")


def _opened(ctx: typer.Context) -> Accounts:
    from marsad.accounts import Accounts, beside

    accounts = Accounts.open(beside(ctx.obj))
    if accounts is None:
        raise AccountError("there are no users yet", hint="`marsad users add NAME` makes the first")
    return accounts


def _password() -> str:
    """From the terminal, twice and unseen, or the first line of standard input; never from the command's words."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))


def _a(role: str) -> str:
    return f"an {role}" if role == "admin" else f"a {role}"


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
