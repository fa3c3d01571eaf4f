"""How long one decision takes until all that is derived is up to date, by how many were made before it.

    python -m bench.decisions [--events 2000] [--before 100 1000 10000] [--number 40]

One hand decides on events at random, as the web app does it: one decision at a time, each in effect when
it is answered. Those before are made by ten people and judged at once. The record is of made-up news
(`bench.synthetic`). The processor's time says what the work is, where others want the machine too.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from bench.ground import fill
from marsad import lexicon
from marsad.decide import anchor_of
from marsad.decision import Anchor, Decision
from marsad.model import event_ids
from marsad.pipeline import deciding, silent
from marsad.pipeline.linkage import link_record
from marsad.record import Record

VERDICTS = ("accept", "reject", "correct", "different")


def anchors(record: Record) -> dict[str, Anchor]:
    """The anchor of every event."""
    readings = {reading.document_id: reading for reading in record.readings()}
    return {
        id_: anchor_of(document.id, document.text, readings[document.id].events, position)
        for document in record.documents()
        if document.id in readings
        for position, id_ in enumerate(event_ids(readings[document.id]))
    }


def earlier(on: Mapping[str, Anchor], chance: random.Random) -> Decision:
    """One of the decisions that were made before."""
    verdict = chance.choice(("accept", "accept", "reject", "correct"))
    field, value = ("killed", str(chance.randint(1, 9))) if verdict == "correct" else (None, None)
    author = f"reviewer {chance.randrange(10)}"
    return Decision(
        verdict, author, datetime.now(UTC), chance.choice(list(on.values())), field=field, value=value
    )  # type: ignore[arg-type]


def one(record: Record, events: list[str], chance: random.Random, verdict: str) -> None:
    """Makes a decision on an event at random."""
    event, author = chance.choice(events), f"reviewer {chance.randrange(10)}"
    if verdict == "correct":
        deciding.correct(record, event, "killed", str(chance.randint(1, 9)), author=author)
    elif verdict == "different":
        other = next(id_ for id_ in chance.sample(events, 2) if id_ != event)
        deciding.different(record, event, other, author=author)
    else:
        getattr(deciding, verdict)(record, event, author=author)


def taken(work: Callable[[], object], number: int) -> str:
    """Milliseconds of the processor and by the clock, the middle ones."""
    used, clock = [], []
    for _ in range(number):
        began = time.process_time(), time.perf_counter()
        work()
        used.append(1000 * (time.process_time() - began[0]))
        clock.append(1000 * (time.perf_counter() - began[1]))
    return f"{statistics.median(used):.0f} ({statistics.median(clock):.0f})"


def main() -> int:
    """Makes decisions and prints what each took."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--before", type=int, nargs="+", default=[100, 1000, 10_000])
    parser.add_argument("--number", type=int, default=40)
    parser.add_argument("--events", type=int, default=2000)
    asked = parser.parse_args()
    lexicon.load()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "decisions.db"
        events = fill(str(path), asked.events)
        with Record.open(path) as record:
            on, chance = anchors(record), random.Random(7)
            print("milliseconds of the processor (by the clock), the middle one")
            for before in asked.before:
                record.decide(*(earlier(on, chance) for _ in range(before - record.decision_head()[0])))
                link_record(record, silent)
                told = [
                    f"{v} {taken(lambda v=v: one(record, events, chance, v), asked.number)}" for v in VERDICTS
                ]
                told.append(
                    f"asked of one event {taken(lambda: deciding.standings(record, events={events[0]}), 5)}"
                )
                print(f"{before:>6} before: {', '.join(told)}", flush=True)
            was = record.digest(), deciding.standings(record)
            link_record(record, silent, anew=True)
            same = was == (record.digest(), deciding.standings(record))
    print(f"derived anew: {'the same' if same else 'SOMETHING ELSE'}")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
