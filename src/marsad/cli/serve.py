"""The web app on this machine: serve."""

from __future__ import annotations

import ipaddress
import os
import sys
from typing import Annotated

import typer

from marsad.cli import out
from marsad.errors import MarsadError, RecordError


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
    open_: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
) -> None:
    """Show the record in a browser: http://127.0.0.1:8000, from this machine alone unless --host says otherwise."""
    try:
        import uvicorn

        from marsad.web.app import make_app
        from marsad.web.desk import Desk
    except ModuleNotFoundError as error:
        raise MarsadError(
            f"the web app needs {error.name}, which is not installed", hint="pip install 'marsad[web]'"
        ) from None
    from marsad.web import assets

    # behind a proxy under some name others reach this machine too
    mine_alone = _loopback(host) and not name
    desk = Desk(by=by or "", open=mine_alone) if review or by else None
    if desk is not None and os.path.exists(ctx.obj) and not os.access(ctx.obj, os.W_OK):
        raise RecordError("may not be written", where=ctx.obj, hint="serve it without --review or --by")
    app = make_app(ctx.obj, hosts={host, *(name or ())}, any_address=_everywhere(host), desk=desk)
    if not app.state.site.assets.built:
        out.say(assets.HOW)
    if not _loopback(host):
        out.say(
            f"warning: whoever reaches {host} can read this record; put a server that asks who they are before it"
        )
    server = uvicorn.Server(
        uvicorn.Config(app, host=host, port=port, log_level="warning", server_header=False)
    )
    listening = server.config.bind_socket() if port == 0 else None
    shown = listening.getsockname()[1] if listening else port
    address = f"http://{'127.0.0.1' if _everywhere(host) else host}:{shown}/"
    out.say(f"{app.state.site.record.where} at {address} (Ctrl-C ends it)")
    if desk is not None:
        who = "programs" if desk.open else "people, once, and programs"
        out.say(f"decisions are taken; token for {who}: {desk.token}")
    if open_ and _graphical():
        import webbrowser

        webbrowser.open(address)
    server.run(sockets=[listening] if listening else None)


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
