"""An hour's watch of thirty feeds of a server that misbehaves, with a kill -9 in the middle.

    python -m bench.watch                   # the hour in a few minutes, by a compressed clock
    python -m bench.watch --speed 1         # a real hour

Prints what was taken, kept and refused, and whether the kill lost or doubled anything.
"""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

from bench.newsroom import CAST, Newsroom
from marsad.pipeline.watching import Clock
from marsad.record import Record

_HOUR = timedelta(hours=1)
#: Feeds that end as their name says: what each comes to. The others are taken.
_REFUSED = {
    "loris": "too slow", "circle": "redirects", "to-metadata": "address", "bomb": "too large",
    "endless": "too large", "rebinding": "address",
}  # fmt: skip


def _feeds_file(port: int) -> str:
    """The feeds file of the thirty."""
    out = [
        '[watch]\ncontact = "bench@example.org"\n',
        '[defaults]\nevery = "2m"\nat_most = "15m"\ndelay = "1s"\nsilent_after = "30m"\nrecheck = ["12m"]',
        f'allow_private = ["127.0.0.1:{port}"]\n',
    ]
    for name, _, vice in CAST:
        path = "/live" if vice == "page" else "/feed"
        out.append(f'[[feed]]\nname = "{name}"\nurl = "http://{name}.test:{port}{path}"')
        if vice == "page":
            out.append('kind = "page"')
        if vice == "whole":
            out.append('text = "feed"')
        out.append("")
    return "\n".join(out)


def child(folder: Path, clock: Clock, lasting: timedelta) -> None:
    """Watches, in a process of its own that can be killed."""
    from marsad.ingest.feeds import told
    from marsad.net import Client, Limits
    from marsad.pipeline.watching import watch

    def resolve(host: str, port: int) -> list[str]:
        # a name server that answers with an address of the house the second time it is asked
        if host == "rebinding.test":
            return ["93.184.216.34", "10.0.0.7"]
        return ["127.0.0.1"]

    feeds = told(folder / "feeds.toml", version="bench")
    # with a compressed clock, waiting for a server is compressed too
    limits = Limits(seconds=max(60 / clock.speed, 4), idle=max(20 / clock.speed, 2))
    client = Client(feeds.agent, limits, resolve)
    with Record.open(folder / "record.db", create=True, patience=60) as record:
        done = watch(record, feeds, lasting=lasting, clock=clock, client=client)
    print(json.dumps({"visits": done.visits, "failed": done.failed}))


def _start(folder: Path, clock: Clock, lasting: timedelta) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [
            sys.executable, "-m", "bench.watch", "--child", str(folder), "--speed", str(clock.speed), "--start",
            repr(clock.start), "--lasting", str(lasting.total_seconds()),
        ]
    )  # fmt: skip


def main() -> None:
    """Runs the bench, or with --child the watcher of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--speed", type=float, default=20.0, help="seconds of schedule in a second")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--keep", type=Path, help="where to leave the record")
    parser.add_argument("--child", type=Path)
    parser.add_argument("--start", type=float)
    parser.add_argument("--lasting", type=float)
    asked = parser.parse_args()
    if asked.child:
        child(asked.child, Clock(asked.speed, asked.start), timedelta(seconds=asked.lasting))
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = asked.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        clock = Clock(asked.speed, time.time())
        begin = clock.now()
        whole = timedelta(minutes=asked.minutes)
        with Newsroom(clock.now, begin) as room:
            (folder / "feeds.toml").write_text(_feeds_file(room.port), "utf8")
            first = _start(folder, clock, whole)
            time.sleep(clock.seconds(whole / 2))
            first.send_signal(signal.SIGKILL)
            first.wait()
            before = _state(folder)
            at_kill = len(room.asked)
            second = _start(folder, clock, begin + whole - clock.now())
            second.wait()
            report(room, folder, before, at_kill, clock)


def _state(folder: Path) -> dict[str, int]:
    with Record.open(folder / "record.db") as record:
        return {
            "documents": len(record.document_ids()),
            "visits": sum(f.count("visits") for f in record.feeds()),
        }


def report(room: Newsroom, folder: Path, before: dict[str, int], at_kill: int, clock: Clock) -> None:
    """Prints the tally, and holds the record against what the server handed out."""
    with Record.open(folder / "record.db", readonly=True) as record:
        feeds = record.feeds()
        pages = record.page_counts()
        ids = record.document_ids()
        captures = record.captures(ids)
        incidents = len(record.incident_ids())
    print(
        f"{'feed':<20}{'visits':>7}{'304':>5}{'failed':>7}{'new':>5}{'taken':>6}{'changed':>8}{'refused':>8}  why"
    )
    totals: Counter[str] = Counter()
    for state in sorted(feeds, key=lambda f: [name for name, _, _ in CAST].index(f.name)):
        mine = pages.get(state.name, {})
        refused = {key.removeprefix("refused: "): n for key, n in mine.items() if key.startswith("refused")}
        failed = {
            t.what.removeprefix("failed: "): t.number for t in state.counts if t.what.startswith("failed: ")
        }
        why = ", ".join(f"{what} {n}" for what, n in {**failed, **refused}.items())
        row = {
            "visits": state.count("visits"), "304": state.count("unchanged"), "failed": state.count("failed"),
            "new": state.count("new"), "taken": state.count("taken"), "changed": state.count("changed"),
            "refused": sum(refused.values()),
        }  # fmt: skip
        totals.update(row)
        silent = " (silent)" if state.silent(clock.now()) else ""
        print(
            f"{state.name:<20}"
            + "".join(f"{row[k]:>{w}}" for k, w in zip(row, (7, 5, 7, 5, 6, 8, 8), strict=True))
            + f"  {why}{silent}"
        )
    print(
        f"{'all':<20}"
        + "".join(f"{totals[k]:>{w}}" for k, w in zip(totals, (7, 5, 7, 5, 6, 8, 8), strict=True))
    )
    ends = [
        n
        for host, n in room.most_at_once.items()
        if room.outlets[host].vice not in ("loris", "endless", "bomb")
    ]
    print(
        f"\n{len(ids)} documents, {incidents} incidents; {len(room.asked)} requests, at most "
        f"{max(ends)} at once of one host (but those that never end)"
    )
    print(
        f"killed (-9) after {at_kill} requests, with {before['documents']} documents and {before['visits']} visits kept"
    )
    _held_against(room, captures)


def _held_against(room: Newsroom, captures: dict[str, tuple]) -> None:  # type: ignore[type-arg]
    taken: Counter[str] = Counter()
    for of in captures.values():
        for capture in of:
            taken[
                capture.url.partition(".test")[0].removeprefix("http://")
                + " "
                + capture.url.partition(str(room.port))[2]
            ] += 1
    lost, doubled, served = [], [], 0
    for outlet in room.outlets.values():
        if outlet.vice in ("whole", "page"):
            continue
        for path in {path for path, _ in outlet.served}:
            editions = sum(1 for (p, _) in outlet.served if p == path)
            served += editions
            had = taken[f"{outlet.name} {path}"]
            if had < editions:
                lost.append(f"{outlet.name}{path}: {editions} editions served, {had} kept")
            elif had > editions:
                doubled.append(f"{outlet.name}{path}: {editions} editions served, {had} kept")
    print(f"{served} texts handed out whole by the pages; lost {len(lost)}, doubled {len(doubled)}")
    for line in (*lost, *doubled):
        print("  " + line)


if __name__ == "__main__":
    main()
