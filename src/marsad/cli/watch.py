"""Commands that watch feeds: watch FEEDS.toml, watch status."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from marsad.cli import out
from marsad.errors import QueryError

if TYPE_CHECKING:
    from marsad.pipeline.watching import Happening
    from marsad.record import Record
    from marsad.watched import FeedState

_NEEDED = ("httpx", "feedparser", "protego")


class _Feeds(TyperGroup):
    """`watch feeds.toml` is `watch feeds feeds.toml`: the file comes where commands do."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ("-h", "--help"):
            args = ["feeds", *args]
        return super().parse_args(ctx, args)


watch = typer.Typer(
    cls=_Feeds,
    help="Watch feeds, and take their articles into the record: marsad watch FEEDS.toml",
    no_args_is_help=True,
)


@watch.command(hidden=True)
def feeds(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FEEDS.toml", help="Which feeds, and how.")],
    once: Annotated[
        bool, typer.Option("--once", help="Visit each feed, and what it names, one time.")
    ] = False,
    lasting: Annotated[
        str | None, typer.Option("--for", metavar="TIME", help="End after this time, as 1h.")
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Only say what is wrong with the file.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say only what went wrong.")] = False,
) -> None:
    """Watch the feeds of a file until told to stop (Ctrl-C, SIGTERM), and go on later where it was.

    marsad watch feeds.toml --for 1h
    """
    missing = next((name for name in _NEEDED if find_spec(name) is None), None)
    if missing:
        raise QueryError(f"the package {missing} is not installed", hint="pip install 'marsad[watch]'")
    from marsad import __version__
    from marsad.ingest.feeds import told
    from marsad.pipeline.alone import alone
    from marsad.pipeline.watching import watch as run
    from marsad.publish.lines import plain
    from marsad.record import Record

    read = told(file, version=__version__)
    for fault in read.faults:
        out.say(f"left out: {plain(str(fault))}")
    if check:
        out.say(f"{len(read.feeds)} feeds are in order")
    if check or not read.feeds:
        raise typer.Exit(3 if read.faults else 0)

    def say(happening: Happening) -> None:
        if happening.wrong or not quiet:
            at = datetime.now().strftime("%H:%M:%S")
            out.say(f"{at} {plain(happening.feed or '-')}: {plain(happening.what)}")

    tell = _alerting(read.alerts, read.agent)
    with Record.open(ctx.obj, create=True, patience=60) as record, alone(record), _stopping() as stop:
        tell(record, datetime.now(UTC))
        done = run(record, read, once=once, lasting=_span(lasting), stop=stop, say=say, after=tell)
    out.say(
        f"{done.visits} visits, {done.failed} without success; {done.documents - done.versions} new articles, "
        f"{done.versions} changed ones; the record holds {done.incidents} incidents ({record.where})"
    )
    raise typer.Exit(3 if read.faults else 0)


def _alerting(path: Path | None, agent: str) -> Callable[[Record, datetime], None]:
    """What puts the rules of a file to the record, whenever there is something new in it."""
    if path is None:
        return lambda record, now: None
    from marsad.net import Client
    from marsad.notify import rules
    from marsad.pipeline.alerting import alert
    from marsad.publish.lines import plain

    read, client = rules(path), Client(agent)
    for fault in read.faults:
        out.say(f"left out: {plain(str(fault))}")

    def tell(record: Record, now: datetime) -> None:
        done = alert(record, read, now, client=client)
        for failure in done.failed:
            out.say(f"alert failed: {plain(failure)}")

    return tell


def _span(told: str | None) -> timedelta | None:
    from marsad.tomlfile import told_span

    if told is None:
        return None
    try:
        return told_span(told)
    except ValueError as error:
        raise QueryError(f"--for {told!r} is no time", hint=str(error)) from None


@contextmanager
def _stopping() -> Iterator[threading.Event]:
    """An event that Ctrl-C and SIGTERM set, so that visits under way are written down before the end."""
    stop = threading.Event()
    before = {
        number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@watch.command()
def status(
    ctx: typer.Context,
    form: Annotated[out.Format, typer.Option("--format", "-f", help="How to put it out.")] = out.Format.table,
) -> None:
    """Show each feed: when it last answered, when it last brought an article, what went wrong; silent ones first."""
    from marsad.record import Record
    from marsad.watched import by_need

    now = datetime.now(UTC)
    with Record.open(ctx.obj, readonly=True) as record:
        states, pages = by_need(record.feeds(), now), record.page_counts()
    if not states:
        out.say("no feed was ever watched: marsad watch FEEDS.toml")
        return
    whole = form in (out.Format.json, out.Format.jsonl)
    rows = [_row(state, pages.get(state.name, {}), now, whole=whole) for state in states]
    columns = ("feed", "stands", "contact", "news", "next", "visits", "taken", "changed", "refused", "error")
    out.write(rows, form, columns=columns)


def _row(state: FeedState, pages: dict[str, int], now: datetime, *, whole: bool) -> dict[str, Any]:
    refused = sum(number for what, number in pages.items() if what.startswith("refused"))

    def moment(at: datetime | None) -> str | None:
        if at is None:
            return None
        return at.isoformat(timespec="seconds") if whole else f"{at.astimezone():%Y-%m-%d %H:%M}"

    return {
        "feed": state.name, "url": state.url, "stands": state.standing(now), "contact": moment(state.contact),
        "news": moment(state.news), "next": moment(state.due), "visits": state.count("visits"),
        "taken": state.count("taken"), "changed": state.count("changed"), "refused": refused,
        "error": state.error, "interval": state.interval,
        **({"counts": {t.what: t.number for t in state.counts}, "pages": pages, "moved": state.moved} if whole else {}),
    }  # fmt: skip
