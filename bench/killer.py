"""Processes that are real commands of Marsad, started cheaply and killed at random points (Linux)."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from marsad import cli

#: The system calls that change a file. Each is counted by itself.
CALLS = ("pwrite64", "fdatasync", "fsync", "ftruncate", "unlink", "rename", "link", "openat", "fcntl")
#: A command is killed at most so many times before it may come to its end.
STUBBORN = 9
#: The share of kills at a system call; the others come after a time.
_AT_CALLS = 0.4


class Lost(Exception):
    """What was promised is not there, or is there twice."""


def require(holds: bool, what: str) -> None:
    """Raises `Lost` where it does not hold."""
    if not holds:
        raise Lost(what)


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


def kill_after(child: int, seconds: float) -> None:
    """Kills the process when so much time is over, if it has not ended by itself."""
    until = time.perf_counter() + seconds
    while time.perf_counter() < until and os.waitid(
        os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT
    ) is None:  # fmt: skip
        time.sleep(0.001)
    os.kill(child, signal.SIGKILL)


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
    rederived: int = 0

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
        tracer, where = self.trap(name, child), "time"
        go(pipe)
        if tracer is None:
            kill_after(child, self.rng.uniform(0, self.lasts.get(name, 0.5)))
        code = finish(child)
        if tracer is not None:
            tracer, where = tracer
            tracer.wait()
        if code == -signal.SIGKILL:
            self.count(name, where)
        else:
            require(code == 0, f"{_spelt(arguments)} ended with {code}: {self._words()}")
            self.tally.ended[name] += 1
        return code

    def trap(self, name: str, child: int) -> tuple[subprocess.Popen[bytes], str] | None:
        """What kills the process at the n-th of a call that it is known to make; often `None`."""
        counted = self.makes.get(name)
        if not counted or self.rng.random() >= _AT_CALLS:
            return None
        where = self.rng.choice(sorted(counted))
        number = self.rng.randint(1, counted[where])
        tracer = traced(
            child, "-o", "/dev/null", "-e", f"trace={where}", "-e", f"inject={where}:signal=KILL:when={number}"
        )  # fmt: skip
        return (tracer, where) if tracer is not None else None

    def count(self, name: str, where: str) -> None:
        """Notes a kill."""
        self.tally.kills[name] += 1
        self.tally.points[where] += 1

    def counted(self, name: str, arguments: list[str], *, given: str = "") -> None:
        """Runs the command to its end, and counts the calls that it makes."""
        if not self.strace:
            self.whole(name, arguments, given=given)
            return
        child, pipe = start(arguments, self.said, given=given)
        table = self.folder / "calls.txt"
        tracer = traced(child, "-c", "-o", str(table), "-e", f"trace={','.join(CALLS)}")
        go(pipe)
        require(finish(child) == 0, f"{_spelt(arguments)} failed: {self._words()}")
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
        require(code == 0, f"{_spelt(arguments)} ended with {code}: {self._words()}")
        return self.said.read_text("utf8", "replace")

    def stubborn(
        self, name: str, arguments: list[str], after: Callable[[bool], object], *, given: str = ""
    ) -> None:
        """Gives the command again and again, killed or not, until it has come to its end."""
        for _ in range(self.rng.randint(1, STUBBORN)):
            done = self.once(name, arguments, given=given) == 0
            after(done)
            if done:
                return
        self.whole(name, arguments, given=given)
        after(True)

    def _words(self) -> str:
        return self.said.read_text("utf8", "replace")[-400:]


def _spelt(arguments: list[str]) -> str:
    return f"marsad {' '.join(arguments)}"
