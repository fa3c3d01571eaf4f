"""Lives with a server in them: decisions through the API, and feeds that are watched."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import sqlite3
import time
import urllib.error
import urllib.request
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.held import as_left, state
from bench.killer import Killer, Lost, finish, go, kill_after, require, start
from bench.lives import Inputs, Life
from bench.newsroom import Asked, Piece, Server
from marsad.record import Record

#: A decision makes about so many.
_CALLS = {"pwrite64": 30, "fdatasync": 4, "fcntl": 60, "ftruncate": 2}
_START = datetime(2026, 11, 20, 8, tzinfo=UTC)


class Serving(Life):
    """Decisions through the API; what was answered is there, once."""

    name = "serve"
    started = True

    def live(self) -> None:
        with Record.open(self.path) as record:
            events = [t.event_id for incident in record.incidents() for t in incident.tellings]
        self.events = iter(events)
        self.look(True)
        for _ in range(3 if self.run is None else 0):
            self._serve()
        self.step("run", "run")

    def _serve(self) -> None:
        killer = self.killer
        child, pipe = start(self.marsad("serve", "--port", "0", "--by", "خ"), killer.said)
        go(pipe)
        address, token = _address(killer.said)
        killer.makes.setdefault("serve", _CALLS if killer.strace else {})
        tracer, where = killer.trap("serve", child), "time"
        reaper = os.fork()  # kills while this process waits for an answer
        if not reaper:
            time.sleep(killer.rng.uniform(0.0, 0.6) if tracer is None else 5)
            os.kill(child, signal.SIGKILL)
            os._exit(0)
        answered: list[str] = []
        while (event := next(self.events, None)) is not None:
            body = json.dumps({"verdict": "accept", "author": "خ", "event": event}).encode()
            ask = urllib.request.Request(
                f"{address}api/v1/decisions", body,
                {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
            )  # fmt: skip
            try:
                with urllib.request.urlopen(ask, timeout=10) as answer:
                    answered += [row["id"] for row in json.loads(answer.read())["data"]]
            except (OSError, urllib.error.URLError, ValueError, ConnectionError):
                break
        os.kill(reaper, signal.SIGTERM)  # all was decided, or it is dead
        finish(reaper)
        os.kill(child, signal.SIGKILL)
        require(finish(child) == -signal.SIGKILL, "the server ended by itself")
        if tracer is not None:
            tracer, where = tracer
            tracer.wait()
        killer.count("serve", where)
        before = self.promised.decisions
        now = self.look(False)
        new = now.decisions[len(before) :]
        require(list(new[: len(answered)]) == answered, f"answered {answered}, kept {new}")
        require(len(new) <= len(answered) + 1, "more decisions than were asked for")
        killer.tally.acknowledged += len(answered)

    def end(self) -> None:
        super().end()
        self.is_rebuilt()


def _address(said: Path) -> tuple[str, str]:
    """Where a server that is starting answers, and its token."""
    until = time.perf_counter() + 60
    while time.perf_counter() < until:
        text = said.read_text("utf8", "replace")
        if found := re.search(r"at (http://\S+/).*token for [^:]+: (\S+)", text, re.DOTALL):
            port = int(found[1].rsplit(":", 1)[1].strip("/"))
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return found[1], found[2]
            except OSError:
                pass
        time.sleep(0.01)
    raise Lost(f"the server did not start: {said.read_text('utf8', 'replace')[-300:]}")


class Watching(Life):
    """Feeds that are watched, and articles that change: each edition is taken in once."""

    name = "watch"
    #: Articles of each feed at first and at last; the first of them is rewritten in between.
    _COUNTS = (3, 5)

    def __init__(self, killer: Killer, given: Inputs, path: Path) -> None:
        super().__init__(killer, given, path)
        self.edition = killer.folder / "edition.txt"

    def live(self) -> None:
        self.edition.write_text("0")
        with _newsroom(self.edition, self._COUNTS) as port:
            feeds = self.path.with_suffix(".toml")
            feeds.write_text(
                f'[defaults]\ndelay = "0s"\nbacklog = "3650d"\nallow_private = ["127.0.0.1:{port}"]\n'
                + "".join(
                    f'[[feed]]\nname = "{n}"\nurl = "http://127.0.0.1:{port}/{n}/feed"\n' for n in (1, 2)
                )
            )
            self.step("watch", "watch", str(feeds), "--once")
            self.edition.write_text("1")
            self.step("watch", "watch", str(feeds), "--once")

    def end(self) -> None:
        super().end()
        with as_left(self.path) as left, closing(sqlite3.connect(left)) as database:
            state(left)
            taken = Counter(
                f"{url.split('/', 3)[3]} {int('المعدل' in text)}"
                for url, text in database.execute(
                    "select url, text from captures join documents on documents.id = document_id"
                )
            )
        last = self._COUNTS[1]
        expected = {f"{feed}/news/{n} 0" for feed in (1, 2) for n in range(last)} | {
            "1/news/0 1",
            "2/news/0 1",
        }
        require(set(taken) == expected, f"lost or invented: {set(taken) ^ expected}")
        require(set(taken.values()) == {1}, f"taken in twice: {[k for k, n in taken.items() if n > 1]}")
        self.is_rebuilt()


class _newsroom:  # noqa: N801 - used as a function is
    """A server of two feeds in a process of its own: this one forks, and must have one thread."""

    def __init__(self, edition: Path, counts: tuple[int, int]) -> None:
        self._edition, self._counts = edition, counts

    def __enter__(self) -> int:
        read, write = os.pipe()
        self._child = os.fork()
        if not self._child:
            with Server() as server:
                for feed in (1, 2):
                    server.answers[f"/{feed}/feed"] = lambda asked, feed=feed: self._list(asked, feed)
                    for number in range(self._counts[1]):
                        server.answers[f"/{feed}/news/{number}"] = lambda asked, feed=feed, number=number: (
                            self._article(asked, feed, number)
                        )
                os.write(write, str(server.port).encode())
                time.sleep(600)
            os._exit(0)
        os.close(write)
        port = int(os.read(read, 20))
        os.close(read)
        return port

    def __exit__(self, *_: object) -> None:
        kill_after(self._child, 0)
        finish(self._child)

    def _list(self, asked: Asked, feed: int) -> None:
        edition = int(self._edition.read_text())
        entries = []
        for number in reversed(range(self._counts[edition])):
            piece = Piece(feed, number, _START + timedelta(hours=number))
            changed = piece.at + timedelta(minutes=10) * self._of(number)
            link = asked.room.url(f"/{feed}/news/{number}")
            entries.append(
                f"<entry><title>{piece.title}</title><id>{link}</id><link href='{link}'/>"
                f"<published>{piece.at.isoformat()}</published><updated>{changed.isoformat()}</updated></entry>"
            )
        feed_ = f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>{feed}</title>'
        asked.send(f"{feed_}{''.join(entries)}</feed>".encode(), kind="application/atom+xml")

    def _article(self, asked: Asked, feed: int, number: int) -> None:
        told = Piece(feed, number, _START + timedelta(hours=number)).html()
        if self._of(number):
            told = told.replace(
                "</article>", "<p>وأوضح المصدر في البيان المعدل أن المصابين نقلوا.</p></article>"
            )
        asked.send(told.encode())

    def _of(self, number: int) -> int:
        """Which edition of the article stands there: only the first is rewritten."""
        return int(self._edition.read_text()) if number == 0 else 0
