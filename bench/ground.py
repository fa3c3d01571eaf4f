"""What many hands and many readers are measured on: a record of made-up news, a server of it, a tally."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from tests.postgres import running

from bench.increments import articles
from bench.synthetic import mentions
from marsad.pipeline import silent
from marsad.pipeline.linkage import link_record
from marsad.record import Record

ROOT = Path(__file__).parents[1]


@dataclass
class Tally:
    """What happened to requests: seconds of those that were answered, faults by what was said."""

    taken: list[float] = field(default_factory=list)
    acknowledged: list[str] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)

    def add(self, other: Tally) -> None:
        self.taken += other.taken
        self.acknowledged += other.acknowledged
        self.faults += other.faults

    def line(self, seconds: float) -> str:
        """Requests a second, middle, 95th percentile and worst in milliseconds, faults."""
        if len(self.taken) < 2:
            return f"{len(self.taken)} answered; faults: {dict(self.faults) or 'none'}"
        ms = [1000 * one for one in self.taken]
        return (
            f"{len(ms)} answered ({len(ms) / seconds:.1f}/s), p50 {statistics.median(ms):.0f} ms, "
            f"p95 {statistics.quantiles(ms, n=20)[-1]:.0f} ms, worst {max(ms):.0f} ms, "
            f"faults {sum(self.faults.values())} {dict(self.faults) if self.faults else ''}"
        )


@contextmanager
def base(on: str) -> Iterator[str]:
    """The address of a new record."""
    with ExitStack() as stack:
        if on == "sqlite":
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            yield str(Path(folder) / "hands.db")
        else:
            server = stack.enter_context(running("fsync=on", "full_page_writes=on", "shared_buffers=128MB"))
            yield server.database()


def fill(address: str, events: int) -> list[str]:
    """Makes a record of so many events, and gives their ids."""
    with Record.open(address, create=True) as record:
        found = 0
        news = articles(mentions(events + 500))
        while found < events:
            batch = list(islice(news, 100))
            record.add(document for document, _ in batch)
            record.save_readings((reading for _, reading in batch), lexicon="synthetic")
            found += sum(len(reading.events) for _, reading in batch)
        link_record(record, silent)
        return [id_ for id_, _ in record.told_ids("events", limit=events)]


@contextmanager
def serving(address: str, *options: str) -> Iterator[tuple[str, str]]:
    """`marsad serve` on the record: where it answers, and its token."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "MARSAD_RECORD": address}
    server = subprocess.Popen(
        [sys.executable, "-m", "marsad", "serve", "--port", "0", *options],
        env=environment, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert server.stderr is not None
    said: list[str] = []
    try:
        while not any("Ctrl-C" in line for line in said) or (
            "--review" in options and "token" not in said[-1]
        ):
            said.append(server.stderr.readline())
            if server.poll() is not None:
                raise RuntimeError("".join(said))
        where = next(word for line in said for word in line.split() if word.startswith("http://"))
        threading.Thread(target=server.stderr.read, daemon=True).start()
        yield where.rstrip("/"), said[-1].split(": ")[-1].strip()
    finally:
        server.terminate()
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:
            server.kill()
