"""Kills Marsad while it writes, thousands of times, and looks at what is left (Linux).

    python -m bench.kills --kills 3000
    python -m bench.kills power --cuts 5000

The commands of the command line run in processes of their own and get SIGKILL: after a random time, or (with
strace) at the n-th call of `pwrite64`, `fdatasync`, `ftruncate`, ... After every kill the record is looked at
as the next start finds it, then the same command is given again until it comes to its end. Each life of a
record ends with `marsad doctor`, and must have become, row for row, what a life without a kill becomes.

`power` cuts the power: every write of a life is recorded by strace, then files are put together as a disk
may hold them at a random moment: what was synced is there; of what was written since, any part, torn anywhere.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from marsad import cli, lexicon
from marsad.pipeline import deciding
from marsad.record import Record

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "src/marsad/data/sample/articles.jsonl"
#: The system calls that change a file. Each is counted by itself.
CALLS = ("pwrite64", "fdatasync", "fsync", "ftruncate", "unlink", "rename", "link", "openat", "fcntl")
#: A command is killed at most so many times before it may come to its end.
STUBBORN = 9


class Lost(Exception):
    """What was promised is not there, or is there twice."""


def require(holds: bool, what: str) -> None:
    """Raises `Lost` where it does not hold."""
    if not holds:
        raise Lost(what)


# ── processes ─────────────────────────────────────────────────────────────────────────────


def start(arguments: list[str], said: Path, *, given: str = "") -> tuple[int, int]:
    """A process that runs `marsad ARGUMENTS` when a byte comes through the pipe: its id, and the pipe.

    It is forked from this one, with everything imported, and runs the whole command line.
    """
    ready, go = os.pipe()
    child = os.fork()
    if child:
        os.close(ready)
        return child, go
    os.close(go)
    code = 70
    try:
        out = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(out, 1)
        os.dup2(out, 2)
        read, write = os.pipe()
        os.write(write, given.encode())
        os.close(write)
        os.dup2(read, 0)
        sys.stdin = open(0, encoding="utf8", closefd=False)  # noqa: SIM115
        os.read(ready, 1)
        sys.argv = ["marsad", *arguments]
        try:
            cli.main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def go(pipe: int) -> None:
    """Lets a started process run."""
    os.write(pipe, b"x")
    os.close(pipe)


def finish(child: int) -> int:
    """The exit code of a process that ends; minus the signal that ended it."""
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def traced(child: int, *options: str) -> subprocess.Popen[bytes] | None:
    """strace, attached to the process; `None` where it cannot be attached."""
    tracer = subprocess.Popen(["strace", "-f", *options, "-p", str(child)], stderr=subprocess.PIPE)
    assert tracer.stderr is not None
    line = tracer.stderr.readline()
    if b"attached" not in line:
        tracer.kill()
        tracer.wait()
        return None
    return tracer


@dataclass
class Tally:
    """What a run of the harness came to."""

    kills: Counter[str] = field(default_factory=Counter)
    ended: Counter[str] = field(default_factory=Counter)
    points: Counter[str] = field(default_factory=Counter)
    lives: Counter[str] = field(default_factory=Counter)
    acknowledged: int = 0

    @property
    def killed(self) -> int:
        """Kills of all commands."""
        return sum(self.kills.values())


class Killer:
    """Runs commands and kills them."""

    def __init__(self, seed: int, folder: Path) -> None:
        self.rng = random.Random(seed)
        self.folder = folder
        self.said = folder / "said.txt"
        self.tally = Tally()
        self.strace = shutil.which("strace") is not None
        #: How long each kind of command takes, and how many calls of each kind it makes.
        self.lasts: dict[str, float] = {}
        self.makes: dict[str, dict[str, int]] = {}

    def once(self, name: str, arguments: list[str], *, given: str = "") -> int:
        """Runs the command and perhaps kills it: its exit code, or minus the signal."""
        child, pipe = start(arguments, self.said, given=given)
        tracer, delay = None, None
        counted = self.makes.get(name)
        if counted and self.rng.random() < 0.5:
            where = self.rng.choice(sorted(counted))
            number = self.rng.randint(1, counted[where])
            tracer = traced(
                child,
                "-o",
                "/dev/null",
                "-e",
                f"trace={where}",
                "-e",
                f"inject={where}:signal=KILL:when={number}",
            )
        if tracer is None:
            delay = self.rng.uniform(0, self.lasts.get(name, 0.5))
            where = "time"
        begin = time.perf_counter()
        go(pipe)
        if delay is not None:
            while time.perf_counter() - begin < delay and os.waitid(
                os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT
            ) is None:  # fmt: skip
                time.sleep(0.001)
            os.kill(child, signal.SIGKILL)
        code = finish(child)
        if tracer is not None:
            tracer.wait()
        if code == -signal.SIGKILL:
            self.tally.kills[name] += 1
            self.tally.points[where] += 1
        elif code < 0 or code not in (0,):
            raise Lost(
                f"marsad {' '.join(arguments)} ended with {code}: {self.said.read_text('utf8', 'replace')[-400:]}"
            )
        else:
            self.tally.ended[name] += 1
        return code

    def counted(self, name: str, arguments: list[str], *, given: str = "") -> None:
        """Runs the command to its end, and counts the calls that it makes."""
        if not self.strace:
            self.whole(name, arguments, given=given)
            return
        child, pipe = start(arguments, self.said, given=given)
        table = self.folder / "calls.txt"
        tracer = traced(child, "-c", "-o", str(table), "-e", f"trace={','.join(CALLS)}")
        go(pipe)
        require(finish(child) == 0, f"marsad {' '.join(arguments)} failed")
        if tracer is not None:
            tracer.wait()
            rows = (line.split() for line in table.read_text().splitlines())
            self.makes[name] = {row[-1]: int(row[3]) for row in rows if row and row[-1] in CALLS}

    def whole(self, name: str, arguments: list[str], *, given: str = "") -> str:
        """Runs the command to its end, and gives what it said."""
        child, pipe = start(arguments, self.said, given=given)
        begin = time.perf_counter()
        go(pipe)
        code = finish(child)
        taken = time.perf_counter() - begin
        self.lasts[name] = taken if name not in self.lasts else 0.7 * self.lasts[name] + 0.3 * taken
        said = self.said.read_text("utf8", "replace")
        require(code == 0, f"marsad {' '.join(arguments)} ended with {code}: {said[-400:]}")
        return said

    def stubborn(
        self, name: str, arguments: list[str], after: Callable[[bool], None], *, given: str = ""
    ) -> None:
        """Gives the command again and again, killed or not, until it has come to its end."""
        for _ in range(self.rng.randint(1, STUBBORN)):
            done = self.once(name, arguments, given=given) == 0
            after(done)
            if done:
                return
        self.whole(name, arguments, given=given)
        after(True)


# ── what a record holds ───────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class State:
    """What is appended, as it stands in the file."""

    documents: tuple[str, ...] = ()
    captures: tuple[str, ...] = ()
    decisions: tuple[str, ...] = ()


def state(path: Path) -> State:
    """What the record holds, read past the library, after asking SQLite for its soundness.

    Raises `Lost` where the file is not sound, a row is there twice or the chain of decisions broken.
    """
    if not path.exists():
        return State()
    database = sqlite3.connect(path, isolation_level=None)
    try:
        tables = {name for (name,) in database.execute("select name from sqlite_master")}
        if "meta" not in tables:
            return State()
        sound = database.execute("pragma integrity_check").fetchall()
        require(sound == [("ok",)], f"integrity: {sound[:3]}")
        require(not database.execute("pragma foreign_key_check").fetchall(), "dangling references")
        chained = "body" in {row[1] for row in database.execute("pragma table_info(decisions)")}
        name = "id" if chained else "author, made"
        found = State(
            tuple(id_ for (id_,) in database.execute("select id from documents order by number")),
            tuple(" ".join(row) for row in database.execute(
                "select document_id, source_id, url, outlet from captures order by number")),
            tuple(" ".join(row) for row in database.execute(f"select {name} from decisions order by number")),
        )  # fmt: skip
        taken = database.execute(
            "select count(*) from documents d where not exists (select 1 from captures c where c.document_id = d.id)"
        ).fetchone()[0]
        require(taken == 0, f"{taken} documents that nothing says where they came from")
    finally:
        database.close()
    for rows in (found.documents, found.captures, found.decisions):
        require(len(set(rows)) == len(rows), "a row is there twice")
    return found


def chain(path: Path) -> None:
    """Raises `Lost` where the chain of decisions is broken."""
    with Record.open(path) as record:
        faults = record.decision_faults()
    require(not faults, f"decisions: {faults[:2]}")


def begins(rows: tuple[str, ...], beginning: tuple[str, ...], what: str) -> None:
    """Raises `Lost` where the rows do not begin so."""
    require(rows[: len(beginning)] == beginning, f"{what} that were acknowledged are gone or changed")


def digest(path: Path) -> str:
    """The hash of everything derived."""
    with Record.open(path) as record:
        return record.digest()


# ── lives ─────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Inputs:
    """Files that lives take in, and what comes of them without a kill."""

    first: Path
    second: Path
    decisions: Path
    many: Path


def inputs(folder: Path) -> Inputs:
    """Two small files of news, decisions on them, and a file of several batches."""
    articles = [json.loads(line) for line in SAMPLE.read_text("utf8").splitlines()]
    made = Inputs(
        *(folder / name for name in ("first.jsonl", "second.jsonl", "decisions.jsonl", "many.jsonl"))
    )

    def put(path: Path, told: list[dict[str, Any]]) -> None:
        path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in told), "utf8")

    for number, one in enumerate(articles):
        one["url"] = f"https://example.org/{number}"
    put(made.first, articles[:14])
    # new articles, a known one of another outlet, and a new version of a known page
    put(made.second, [*articles[14:20], {**articles[0], "outlet": "وكالة أخرى", "id": "again"},
                      {**articles[1], "text": articles[1]["text"] + " وأضاف المصدر أن الطريق أغلق."}])  # fmt: skip
    put(
        made.many,
        [
            {"id": f"n{n}", "text": f"اجتماع رقم {n} في بلدية البلدة لبحث إصلاح الطرق.", "outlet": "ن"}
            for n in range(340)
        ],
    )
    path = folder / "deciding.db"
    with Record.open(path, create=True) as record:
        from marsad import pipeline

        pipeline.run(record, [made.first], workers=1)
        told = record.incidents()[:6]
        for number, incident in enumerate(told):
            event = incident.tellings[0].event_id
            if number % 2:
                deciding.reject(record, event, author="أ", reason="تجربة", link=False)
            else:
                deciding.accept(record, event, author="ب", link=False)
        deciding.different(
            record, told[0].tellings[0].event_id, told[1].tellings[0].event_id, author="ب", link=False
        )
        from marsad.record.codec import encode

        made.decisions.write_text("".join(
            json.dumps({"id": d.id, **encode(d)}, ensure_ascii=False) + "\n" for d in record.decisions()
        ), "utf8")  # fmt: skip
    return made


class Life:
    """One record from its making to its end."""

    name = ""

    def __init__(self, killer: Killer, given: Inputs, path: Path) -> None:
        self.killer = killer
        self.given = given
        self.path = path
        self.promised = State()
        #: How commands are run to their end, in a life without kills.
        self.run: Callable[..., object] | None = None

    def marsad(self, *arguments: str) -> list[str]:
        """The arguments with the record named."""
        return ["--record", str(self.path), *arguments]

    def look(self, done: bool) -> State:
        """Looks at the record as it stands after a kill or an end."""
        now = state(self.path)
        begins(now.documents, self.promised.documents, "documents")
        begins(now.captures, self.promised.captures, "captures")
        begins(now.decisions, self.promised.decisions, "decisions")
        if now.decisions:
            chain(self.path)
        self.promised = now  # what was there once stays
        return now

    def step(self, name: str, *arguments: str, given: str = "") -> None:
        """A command of the life."""
        if self.run is not None:
            self.run(name, self.marsad(*arguments), given=given)
            self.look(True)
            return
        self.killer.stubborn(name, self.marsad(*arguments), self.look, given=given)

    def live(self) -> None:
        """All its commands."""
        raise NotImplementedError

    def end(self) -> None:
        """The doctor, who has to find nothing."""
        self.killer.whole("doctor", self.marsad("doctor"))


class Taking(Life):
    """add, run, decisions import, run with more, rebuild: the end is known to the byte."""

    name = "take"

    def live(self) -> None:
        self.step("add", "add", str(self.given.first))
        self.step("run", "run")
        self.step("decisions import", "decisions", "import", str(self.given.decisions))
        self.step("run FILES", "run", str(self.given.second))
        self.step("rebuild", "rebuild")

    def end(self) -> None:
        super().end()
        known = KNOWN.setdefault(self.name, (digest(self.path), self.promised))
        require(known[0] == digest(self.path), "what is derived is not what a clean run derives")
        require(known[1] == self.promised, "what is appended is not what a clean run appends")


class Filling(Life):
    """add of several batches, killed more often than it ends."""

    name = "fill"

    def live(self) -> None:
        self.step("add (4 batches)", "add", str(self.given.many))

    def look(self, done: bool) -> State:
        now = super().look(done)
        whole = len(now.documents)
        require(
            whole == 340 if done else whole in (0, 100, 200, 300, 340), f"half a batch: {whole} documents"
        )
        return now

    def end(self) -> None:
        super_state = state(self.path)
        known = KNOWN.setdefault(self.name, ("", super_state))
        require(known[1] == super_state, "what is appended is not what a clean run appends")


class Reviewing(Life):
    """A person at the terminal, killed at any key; whoever comes again is asked what is left."""

    name = "review"

    def live(self) -> None:
        self.killer.whole("run", self.marsad("run", str(self.given.first)))
        self.look(True)
        keys = "ar" * 6
        self.step("review", "review", "--by", "ق", "--limit", "12", given=keys)
        self.step("run", "run")

    def end(self) -> None:
        super().end()
        with Record.open(self.path) as record:
            on = [(d.author, d.anchor.document_id, d.anchor.act, d.anchor.type, d.anchor.nth)
                  for d in record.decisions() if d.anchor]  # fmt: skip
        require(len(on) >= 12, "decisions are missing")
        require(len(set(on)) == len(on), "one event was decided on twice")


class Serving(Life):
    """Decisions through the API; what was answered is there, once."""

    name = "serve"

    def live(self) -> None:
        self.killer.whole("run", self.marsad("run", str(self.given.first)))
        self.look(True)
        with Record.open(self.path) as record:
            events = [t.event_id for incident in record.incidents() for t in incident.tellings]
        self.events = iter(events)
        for _ in range(3 if self.run is None else 0):
            self._serve()
        self.step("run", "run")

    def _serve(self) -> None:
        killer = self.killer
        child, pipe = start(self.marsad("serve", "--port", "0", "--by", "خ"), killer.said)
        go(pipe)
        address, token = _address(killer.said, child)
        least = killer.rng.uniform(0.0, 2.5)
        # killed by another process while this one waits for an answer
        reaper = os.fork()
        if not reaper:
            time.sleep(least)
            os.kill(child, signal.SIGKILL)
            os._exit(0)
        answered: list[str] = []
        while True:
            event = next(self.events, None)
            if event is None:
                break
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
        finish(reaper)
        require(finish(child) == -signal.SIGKILL, "the server ended by itself")
        killer.tally.kills["serve"] += 1
        killer.tally.points["time"] += 1
        before = self.promised.decisions
        now = self.look(False)
        new = now.decisions[len(before) :]
        require(list(new[: len(answered)]) == answered, f"answered {answered}, kept {new}")
        require(len(new) <= len(answered) + 1, "more decisions than were asked for")
        killer.tally.acknowledged += len(answered)


def _address(said: Path, child: int) -> tuple[str, str]:
    """Where a server that is starting answers, and its token."""
    until = time.perf_counter() + 30
    while time.perf_counter() < until:
        text = said.read_text("utf8", "replace")
        if found := re.search(r"at (http://\S+/).*token for [^:]+: (\S+)", text, re.DOTALL):
            port = int(found[1].rsplit(":", 1)[1].strip("/"))
            import socket

            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return found[1], found[2]
            except OSError:
                pass
        time.sleep(0.01)
    raise Lost(f"the server did not start: {said.read_text('utf8', 'replace')[-300:]}")


KNOWN: dict[str, tuple[str, State]] = {}
LIVES: dict[str, tuple[type[Life], int]] = {
    "take": (Taking, 5),
    "fill": (Filling, 3),
    "review": (Reviewing, 2),
    "serve": (Serving, 1),
}


def lives(killer: Killer, given: Inputs, *, kills: int, names: list[str]) -> Iterator[Tally]:
    """Lives until so many kills are survived; the first of each kind is without kills."""
    for name in names:
        life = LIVES[name][0](killer, given, killer.folder / f"known-{name}.db")
        for run in (killer.counted, killer.whole):
            for old in killer.folder.glob("known-*"):
                old.unlink()
            life.promised = State()
            life.run = run
            life.live()
            life.end()
    weights = [LIVES[name][1] for name in names]
    while killer.tally.killed < kills:
        name = killer.rng.choices(names, weights)[0]
        path = killer.folder / "life.db"
        for old in killer.folder.glob("life.db*"):
            old.unlink()
        life = LIVES[name][0](killer, given, path)
        life.live()
        life.end()
        killer.tally.lives[name] += 1
        yield killer.tally


def main() -> None:
    """Kills, and says how often."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--kills", type=int, default=500)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--lives", nargs="*", choices=LIVES, default=list(LIVES))
    options.add_argument("--keep", type=Path, help="where the record of a failure is kept")
    given = options.parse_args()
    lexicon.load()
    begin = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="marsad-kills-") as name:
        folder = Path(name)
        killer = Killer(given.seed, folder)
        try:
            for tally in lives(killer, inputs(folder), kills=given.kills, names=given.lives):
                if sum(tally.lives.values()) % 25 == 0:
                    print(
                        f"{tally.killed} kills in {sum(tally.lives.values())} lives",
                        file=sys.stderr,
                        flush=True,
                    )
        except KeyboardInterrupt:  # what was survived so far is told
            pass
        except BaseException:
            if given.keep:
                shutil.copytree(folder, given.keep, dirs_exist_ok=True)
            raise
        tally = killer.tally
    minutes = (time.perf_counter() - begin) / 60
    print(
        f"{tally.killed} kills survived in {sum(tally.lives.values())} lives, {minutes:.1f} minutes, seed {given.seed}"
    )
    for what, counted in (("command", tally.kills), ("point", tally.points), ("life", tally.lives)):
        print(f"  by {what}: " + ", ".join(f"{name} {number}" for name, number in counted.most_common()))
    print(f"  commands that came to their end: {sum(tally.ended.values())}")
    print(f"  decisions answered by a server before it was killed, each there once: {tally.acknowledged}")


if __name__ == "__main__":
    main()
