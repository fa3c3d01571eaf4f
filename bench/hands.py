"""Many hands on one record: reviewers who decide at once, and readers while news is taken in.

    python -m bench.hands decide [--on sqlite|postgresql] [--through api|web] [--reviewers 50] [--seconds 120]
    python -m bench.hands read   [--on sqlite|postgresql] [--readers 200] [--seconds 60] [--articles 2000]

Reviewers decide as fast as they are answered, a part of them of the same events, so that they disagree:
through the Python functions in several processes, or through the web app's POST. What was acknowledged
is then looked for in the record, its chain checked, and all of it derived anew and compared. Readers ask
the web app for pages, one after another, before and while `marsad run` takes articles in. The record is
of made-up news (`bench.synthetic`); PostgreSQL is a server of our own, made for the run, with its usual
care for a crash (fsync).
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import httpx
from tests.postgres import running

from bench.increments import articles
from bench.synthetic import mentions
from marsad import lexicon
from marsad.errors import MarsadError
from marsad.pipeline import deciding, silent
from marsad.pipeline.linkage import link_record
from marsad.record import Record

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "src" / "marsad" / "data" / "sample" / "articles.jsonl"
#: Reviewers in one process.
_THREADS = 5
#: Of so many events that a reviewer takes one is a contested one, of so few that others meet there.
_CONTESTED, _MET = 5, 20
#: What readers ask for.
PAGES = (
    "/ar/incidents", "/en/incidents?sort=deadliest", "/ar/incidents?type=bombing", "/api/v1/incidents?limit=50",
    "/ar/incidents?q=قصف", "/en/trends", "/api/v1/events?limit=50", "/ar/places",
)  # fmt: skip


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


# ── reviewers ─────────────────────────────────────────────────────────────────────────────


def chosen(chance: random.Random, events: Sequence[str]) -> tuple[str, str, str]:
    """An event and what is decided of it: verdict, and the number of killed of a correction."""
    event = chance.choice(events[:_MET] if chance.random() * _CONTESTED < 1 else events)
    verdict = chance.choice(("accept", "accept", "reject", "correct"))
    return event, verdict, str(chance.randint(1, 9)) if verdict == "correct" else ""


def through_api(address: str, number: int, events: Sequence[str], until: float, out: Tally) -> None:
    """One reviewer who calls the functions."""
    chance, author = random.Random(number), f"reviewer {number}"
    with Record.open(address, patience=30) as record:
        while time.time() < until:
            event, verdict, value = chosen(chance, events)
            began = time.perf_counter()
            try:
                made = deciding.decide(
                    record, verdict, event, author=author, field="killed" if value else "", value=value
                )  # type: ignore[arg-type]
            except MarsadError as error:
                out.faults[error.message[:60]] += 1
            else:
                out.taken.append(time.perf_counter() - began)
                out.acknowledged += [decision.id for decision in made]


def through_web(where: str, token: str, number: int, events: Sequence[str], until: float, out: Tally) -> None:
    """One reviewer whose browser or program posts."""
    chance, author = random.Random(number), f"reviewer {number}"
    with httpx.Client(base_url=where, timeout=120, headers={"Authorization": f"Bearer {token}"}) as client:
        while time.time() < until:
            event, verdict, value = chosen(chance, events)
            body = {"verdict": verdict, "author": author, "event": event, "value": value}
            began = time.perf_counter()
            try:
                answer = client.post("/api/v1/decisions", json=body | ({"field": "killed"} if value else {}))
            except httpx.HTTPError as error:
                out.faults[type(error).__name__] += 1
                continue
            if answer.status_code == 201:
                out.taken.append(time.perf_counter() - began)
                out.acknowledged += [row["id"] for row in answer.json()["data"]]
            else:
                out.faults[f"{answer.status_code} {answer.text[:80]}"] += 1


def _process(
    address: str, numbers: Sequence[int], events: Sequence[str], seconds: float, together: Any, queue: Any
) -> None:
    lexicon.load()
    together.wait()
    until = time.time() + seconds
    tallies = [Tally() for _ in numbers]
    _threads(
        [
            threading.Thread(target=through_api, args=(address, number, events, until, tally))
            for number, tally in zip(numbers, tallies, strict=True)
        ]
    )
    queue.put(tallies)


def _threads(threads: Sequence[threading.Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def decide(address: str, through: str, reviewers: int, seconds: float, events: Sequence[str]) -> Tally:
    """Lets the reviewers decide for so long."""
    total = Tally()
    if through == "api":
        context = multiprocessing.get_context("spawn")
        queue = context.Queue()
        parts = [range(reviewers)[start : start + _THREADS] for start in range(0, reviewers, _THREADS)]
        together = context.Barrier(len(parts))
        processes = [
            context.Process(target=_process, args=(address, part, events, seconds, together, queue))
            for part in parts
        ]
        for process in processes:
            process.start()
        tallies = [tally for _ in processes for tally in queue.get()]
        for process in processes:
            process.join()
    else:
        tallies = [Tally() for _ in range(reviewers)]
        with serving(address, "--review") as (where, token):
            until = time.time() + seconds
            _threads(
                [
                    threading.Thread(target=through_web, args=(where, token, number, events, until, tally))
                    for number, tally in enumerate(tallies)
                ]
            )
    for tally in tallies:
        total.add(tally)
    return total


def verdict(address: str, tally: Tally) -> list[str]:
    """What became of all that was acknowledged, a line for each question."""
    with Record.open(address) as record:
        made = [decision.id for decision in record.decisions()]
        lost = set(tally.acknowledged) - set(made)
        twice = len(tally.acknowledged) - len(set(tally.acknowledged))
        faults = record.decision_faults()
        waiting = record.waiting()
        states = Counter(standing.state for standing in deciding.standings(record))
        before = record.digest()
        link_record(record, silent, anew=True)
        same = record.digest() == before
    return [
        f"decisions in the record {len(made)}, acknowledged {len(tally.acknowledged)}, of these lost {len(lost)}, "
        f"numbered twice {twice}",
        f"chain: {'whole' if not faults else '; '.join(faults)}; waiting {waiting}; {dict(states)}",
        f"derived anew: {'the same' if same else 'SOMETHING ELSE'}",
    ]


# ── readers ───────────────────────────────────────────────────────────────────────────────


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


def reader(where: str, number: int, end: threading.Event, out: Tally) -> None:
    """One reader, who asks for page after page, each a second after the last."""
    chance = random.Random(number)
    with httpx.Client(base_url=where, timeout=120) as client:
        while not end.wait(chance.random() * 2):
            began = time.perf_counter()
            try:
                answer = client.get(chance.choice(PAGES))
            except httpx.HTTPError as error:
                out.faults[type(error).__name__] += 1
                continue
            if answer.status_code == 200:
                out.taken.append(time.perf_counter() - began)
            else:
                out.faults[f"{answer.status_code} {answer.text[:80]}"] += 1


@contextmanager
def reading(where: str, readers: int) -> Iterator[Tally]:
    """Readers at work; the tally is whole when they have ended."""
    total, end = Tally(), threading.Event()
    tallies = [Tally() for _ in range(readers)]
    threads = [
        threading.Thread(target=reader, args=(where, number, end, tally))
        for number, tally in enumerate(tallies)
    ]
    for thread in threads:
        thread.start()
    try:
        yield total
    finally:
        end.set()
        for thread in threads:
            thread.join()
        for tally in tallies:
            total.add(tally)


def news(path: Path, number: int) -> None:
    """The sample's articles, over and over, each a little another text."""
    rows = [json.loads(line) for line in SAMPLE.read_text("utf8").splitlines()]
    with path.open("w", encoding="utf8") as file:
        for n in range(number):
            row = rows[n % len(rows)]
            changed = {"id": f"{row['id']}-{n}", "url": f"{row['url']}?{n}", "text": f"{row['text']}\n({n})"}
            file.write(json.dumps({**row, **changed}, ensure_ascii=False) + "\n")


def taking_in(address: str, number: int) -> float:
    """Seconds that `marsad run` takes for so many articles."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "news.jsonl"
        news(path, number)
        began = time.perf_counter()
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "MARSAD_RECORD": address}
        subprocess.run([sys.executable, "-m", "marsad", "run", str(path)], env=environment, check=True)
        return time.perf_counter() - began


def main() -> int:
    """Runs what is asked for and prints the tally."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("decide", "read"))
    parser.add_argument("--on", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--through", choices=("api", "web"), default="api")
    parser.add_argument("--reviewers", type=int, default=50)
    parser.add_argument("--readers", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--events", type=int, default=2000)
    parser.add_argument("--articles", type=int, default=2000)
    asked = parser.parse_args()
    with base(asked.on) as address:
        events = fill(address, asked.events)
        if asked.what == "decide":
            print(
                f"{asked.reviewers} reviewers for {asked.seconds:.0f} s on {asked.on} through {asked.through}"
            )
            tally = decide(address, asked.through, asked.reviewers, asked.seconds, events)
            print(tally.line(asked.seconds))
            lines = verdict(address, tally)
            print("\n".join(lines))
            return int(
                "lost 0, numbered twice 0" not in lines[0]
                or "whole" not in lines[1]
                or "same" not in lines[2]
            )
        print(f"{asked.readers} readers on {asked.on}")
        with serving(address) as (where, _):
            with reading(where, asked.readers) as alone:
                time.sleep(asked.seconds)
            print(f"nobody writes:    {alone.line(asked.seconds)}")
            with reading(where, asked.readers) as beside:
                took = taking_in(address, asked.articles)
            print(f"while {asked.articles} articles are taken in ({took:.0f} s): {beside.line(took)}")
        return int(bool(alone.faults or beside.faults))


if __name__ == "__main__":
    sys.exit(main())
