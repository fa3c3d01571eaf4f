"""Many reviewers who decide at once on one record.

    python -m bench.hands [--on sqlite|postgresql] [--through api|web] [--reviewers 50] [--seconds 180]

They decide as fast as they are answered, a part of them of the same events, so that they disagree: through
the Python functions in several processes, or through the web app's POST. What was acknowledged is then
looked for in the record, its chain checked, and all of it derived anew and compared. The record is of
made-up news (`bench.synthetic`); PostgreSQL is a server of our own, made for the run, with its usual care
for a crash (fsync).
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

import httpx

from bench.ground import Tally, base, fill, serving
from marsad import lexicon
from marsad.errors import MarsadError
from marsad.pipeline import deciding, silent
from marsad.pipeline.linkage import link_record
from marsad.record import Record

#: Reviewers in one process.
_THREADS = 5
#: Of so many events that a reviewer takes one is a contested one, of so few that others meet there.
_CONTESTED, _MET = 5, 20


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
        before = record.digest(), deciding.standings(record)
        link_record(record, silent, anew=True)
        same = (record.digest(), deciding.standings(record)) == before
    return [
        f"decisions in the record {len(made)}, acknowledged {len(tally.acknowledged)}, of these lost {len(lost)}, "
        f"numbered twice {twice}",
        f"chain: {'whole' if not faults else '; '.join(faults)}; waiting {waiting}; {dict(states)}",
        f"derived anew: {'the same' if same else 'SOMETHING ELSE'}",
    ]


def main() -> int:
    """Lets them decide and prints the tally."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--on", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--through", choices=("api", "web"), default="api")
    parser.add_argument("--reviewers", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=180)
    parser.add_argument("--events", type=int, default=2000)
    asked = parser.parse_args()
    with base(asked.on) as address:
        events = fill(address, asked.events)
        print(f"{asked.reviewers} reviewers for {asked.seconds:.0f} s on {asked.on} through {asked.through}")
        tally = decide(address, asked.through, asked.reviewers, asked.seconds, events)
        print(tally.line(asked.seconds))
        lines = verdict(address, tally)
        print("\n".join(lines))
        signs = ("lost 0, numbered twice 0", "whole", "the same")
        return int(not all(sign in line for sign, line in zip(signs, lines, strict=True)))


if __name__ == "__main__":
    sys.exit(main())
