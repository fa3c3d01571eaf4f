"""How long one decision takes until all that is derived is up to date, by how many were made before it.

    python -m bench.decisions --before 100 1000 10000                # on a record of made-up news
    python -m bench.decisions --record build/web-bench.db            # on a copy of that one

One hand decides on events at random, as the web app does it: one decision at a time, each in effect when
it is answered. Those before are made by ten people and judged at once. `--record` is for one that
`bench.web_record` made: its incidents are spread over years and countries as news is, but were never
linked, so it is linked first.
"""

from __future__ import annotations

import argparse
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bench.ground import fill
from marsad import lexicon
from marsad.pipeline import deciding, silent
from marsad.pipeline.linkage import link_record
from marsad.record import Record

VERDICTS = ("accept", "reject", "correct", "same", "different")


def one(record: Record, events: Sequence[str], chance: random.Random, verdict: str, *, link: bool) -> float:
    """Makes a decision on an event at random, and gives the seconds it took."""
    event, author = chance.choice(events), f"reviewer {chance.randrange(10)}"
    began = time.perf_counter()
    if verdict == "correct":
        deciding.correct(record, event, "killed", str(chance.randint(1, 9)), author=author, link=link)
    elif verdict in ("same", "different"):
        other = chance.choice([id_ for id_ in chance.sample(events, 2) if id_ != event])
        getattr(deciding, verdict)(record, event, other, author=author, link=link)
    else:
        getattr(deciding, verdict)(record, event, author=author, link=link)
    return time.perf_counter() - began


def measure(record: Record, events: Sequence[str], before: int, number: int) -> str:
    """What decisions take after so many others, a line."""
    chance = random.Random(before)
    while record.decision_head()[0] < before:
        one(record, events, chance, chance.choice(VERDICTS[:3]), link=False)
    link_record(record, silent)
    told = []
    for verdict in VERDICTS:
        taken = [1000 * one(record, events, chance, verdict, link=True) for _ in range(number)]
        told.append(f"{verdict} {statistics.median(taken):.0f} ({max(taken):.0f})")
    began = time.perf_counter()
    deciding.standings(record, events=set(events[:1]))
    return f"{before:>6} before: {', '.join(told)}; asked of one event {1000 * (time.perf_counter() - began):.1f}"


def main() -> int:
    """Makes decisions and prints what each took."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--before", type=int, nargs="+", default=[100, 1000, 10_000])
    parser.add_argument("--number", type=int, default=40)
    parser.add_argument("--events", type=int, default=5000)
    parser.add_argument("--record", type=Path)
    asked = parser.parse_args()
    lexicon.load()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "decisions.db"
        if asked.record:
            shutil.copy(asked.record, path)
        else:
            fill(str(path), asked.events)
        with Record.open(path) as record:
            link_record(record, silent)
            events = [id_ for id_, _ in record.told_ids("events", limit=asked.events)]
            print("milliseconds, the middle one (the worst)")
            for before in asked.before:
                print(measure(record, events, before, asked.number), flush=True)
            was = record.digest(), deciding.standings(record)
            link_record(record, silent, anew=True)
            same = was == (record.digest(), deciding.standings(record))
    print(f"derived anew: {'the same' if same else 'SOMETHING ELSE'}")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
