"""The web app on this machine: serve."""

from __future__ import annotations

import ipaddress
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from marsad.cli import out
from marsad.errors import AccountError, MarsadError, QueryError, RecordError

if TYPE_CHECKING:
    from marsad.accounts import Accounts


def serve(
    ctx: typer.Context,
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 takes any free one.")] = 8000,
    host: Annotated[
        str,
        typer.Option(help="The address to answer at; other machines reach it only if it is theirs to reach."),
    ] = "127.0.0.1",
    name: Annotated[
        list[str] | None,
        typer.Option("--name", help="A host name under which it is asked for, as behind a proxy."),
    ] = None,
    review: Annotated[
        bool, typer.Option("--review", help="Take decisions too: people review in the browser.")
    ] = False,
    by: Annotated[
        str | None,
        typer.Option("--by", metavar="NAME", help="The same, and the name that is offered to who decides."),
    ] = None,
    login: Annotated[
        bool, typer.Option("--login", help="Ask who it is on this machine too; elsewhere it always does.")
    ] = False,
    cert: Annotated[
        Path | None, typer.Option("--tls-cert", metavar="FILE", help="Speak TLS with this certificate (PEM).")
    ] = None,
    key: Annotated[
        Path | None,
        typer.Option("--tls-key", metavar="FILE", help="The certificate's key, if in a file of its own."),
    ] = None,
    log: Annotated[
        Path | None,
        typer.Option(
            "--log",
            metavar="FILE",
            help="A line of JSON for every answer, without what it says; - for standard error.",
        ),
    ] = None,
    open_: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
) -> None:
    """Show the record in a browser: http://127.0.0.1:8000, from this machine alone unless --host says otherwise.

    Where others reach it (--host, --name) it asks them to log in: `marsad users add` makes users.
    """
    try:
        import uvicorn

        from marsad.web.app import make_app
        from marsad.web.desk import Desk
    except ModuleNotFoundError as error:
        raise MarsadError(
            f"the web app needs {error.name}, which is not installed", hint="pip install 'marsad[web]'"
        ) from None
    from marsad.web import assets
    from marsad.web.telemetry import log_to

    log_to(_log_file(log), requests=log is not None)
    # behind a proxy under some name others reach this machine too
    mine_alone = _loopback(host) and not name
    accounts = _accounts(ctx.obj) if login or not mine_alone else None
    if accounts is not None and by:
        raise AccountError("where users log in each decides under their own name", hint="leave --by out")
    desk = Desk(by=by or "") if (review or by) and accounts is None else None
    if desk is not None and os.path.exists(ctx.obj) and not os.access(ctx.obj, os.W_OK):
        raise RecordError("may not be written", where=ctx.obj, hint="serve it without --review or --by")
    app = make_app(
        ctx.obj, hosts={host, *(name or ())}, any_address=_everywhere(host), desk=desk, accounts=accounts
    )
    if not app.state.site.assets.built:
        out.say(assets.HOW)
    if not _loopback(host) and cert is None:
        out.say(
            f"warning: passwords travel readable to {host}: name a certificate (--tls-cert), or answer only a proxy on "
            "this machine that speaks TLS (--name instead of --host)"
        )
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            host=host,
            port=port,
            log_level="warning",
            server_header=False,
            log_config=None,  # ours, which tells no article text
            # many at once are told to come again, long heads are refused
            limit_concurrency=500,
            h11_max_incomplete_event_size=32 * 1024,
            ssl_certfile=cert,
            ssl_keyfile=key,
        )
    )
    listening = server.config.bind_socket() if port == 0 else None
    shown = listening.getsockname()[1] if listening else port
    address = f"{'https' if cert else 'http'}://{'127.0.0.1' if _everywhere(host) else host}:{shown}/"
    out.say(f"{app.state.site.record.where} at {address} (Ctrl-C ends it)")
    if desk is not None:
        out.say(f"decisions are taken; token for programs: {desk.token}")
    if open_ and _graphical():
        import webbrowser

        webbrowser.open(address)
    server.run(sockets=[listening] if listening else None)


def _log_file(path: Path | None) -> TextIO:
    """Where to log; faults go to standard error where no file is named."""
    if path is None or str(path) == "-":
        return sys.stderr
    try:
        return path.open("a", encoding="utf8", buffering=1)
    except OSError as error:
        raise QueryError(f"cannot write {path}: {error.strerror}", hint="another --log") from None


def _accounts(record: str) -> Accounts:
    """The users of the record; raises `AccountError` where nobody could log in."""
    from marsad.accounts import Accounts, beside

    accounts = Accounts.open(beside(record))
    if accounts is None or not accounts.users():
        raise AccountError(
            "who reaches this server has to log in, and there are no users yet",
            hint="`marsad users add NAME --role admin` makes the first; without --host, --name and --login it answers "
            "this machine alone and asks nobody",
        )  # fmt: skip
    return accounts


def _graphical() -> bool:
    """Whether there is a screen for a browser; one in the terminal would take it over."""
    return sys.platform in ("darwin", "win32") or any(
        os.environ.get(k) for k in ("DISPLAY", "WAYLAND_DISPLAY")
    )


def _everywhere(host: str) -> bool:
    return host in ("0.0.0.0", "::", "")  # noqa: S104


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


COMMANDS = (serve,)
