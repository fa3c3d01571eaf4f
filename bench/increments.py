"""What adding one article to a large record takes: reading, storing and linking it.

    python -m bench.increments [EVENTS] [--articles N] [--workers N]

The record is of made-up news (`bench.synthetic`), linked whole once; then articles come one at a time.
Reading is timed on articles of the bundled sample, since made-up news is not read. Printed are seconds
by the clock and processor seconds, the middle one and the worst.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from itertools import groupby, islice
from pathlib import Path
from statistics import median

from bench.synthetic import Mentioned, mentions
from marsad.lexicon import load
from marsad.model import Capture, Document, Reading, Span
from marsad.pipeline import make_reader, silent
from marsad.pipeline.linkage import link_record
from marsad.record import Record

_SAMPLE = Path(__file__).parents[1] / "src" / "marsad" / "data" / "sample" / "articles.jsonl"
_BATCH = 500


def articles(made: Iterable[Mentioned]) -> Iterator[tuple[Document, Reading]]:
    """The mentions as documents, a line for each event, with what is to be read in them."""
    for _, told in groupby(made, key=lambda m: m.telling.document_id):
        lines, events, at = [], [], 0
        for one in told:
            line = " ".join(sorted(one.words))
            event = replace(one.telling.event, trigger=Span(at, at + 4), evidence=Span(at, at + len(line)))
            lines.append(line)
            events.append(event)
            at += len(line) + 1
            telling = one.telling
        # few articles are spelt alike to the letter, unless they are one
        text = "\n".join([*lines, telling.document_id])
        document = Document(
            text=text, published=telling.published, dated_by="input",
            capture=Capture(telling.document_id, outlet=telling.source),
        )  # fmt: skip
        yield document, Reading(document.id, "synthetic", tuple(events))


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock, and processor seconds of this process."""
    clock, used = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - clock, time.process_time() - used


def main() -> int:
    """Makes the record, adds articles to it and prints what each step took."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("events", nargs="?", type=int, default=100_000)
    parser.add_argument("--articles", type=int, default=30)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    more = options.articles * 40 + _BATCH * 12  # the last batch goes beyond
    news = articles(mentions(options.events + more))
    with tempfile.TemporaryDirectory() as folder, Record.open(Path(folder) / "r.db", create=True) as record:
        events = 0
        while events < options.events:
            batch = list(islice(news, _BATCH))
            record.add(document for document, _ in batch)
            record.save_readings((reading for _, reading in batch), lexicon="synthetic")
            events += sum(len(reading.events) for _, reading in batch)
        clock, used = timed(lambda: link_record(record, silent, workers=options.workers))
        size = Path(record.address).stat().st_size / 1e6
        print(
            f"{events:,} events, {size:,.0f} MB; linked whole in {clock:.0f} s, {used:.0f} s of this process"
        )
        added = [timed(partial(_add, record, *one)) for one in islice(news, options.articles)]
        _print("one article stored and linked", added)
        _print("one article of the sample read", _reading())
        linked = record.digest()
        link_record(record, silent, workers=options.workers, anew=True)
        same = record.digest() == linked
    print(f"the record is {'the same' if same else 'NOT the same'} as when all is linked at once")
    return 0 if same else 1


def _add(record: Record, document: Document, reading: Reading) -> None:
    record.add([document])
    record.save_readings([reading], lexicon="synthetic")
    link_record(record, silent)


def _reading() -> list[tuple[float, float]]:
    from marsad.pipeline import documents

    load()
    read = make_reader()
    some = [d for d in islice(documents([_SAMPLE]), 30) if isinstance(d, Document)]
    read(some[0])
    return [timed(partial(read, document)) for document in some]


def _print(what: str, taken: list[tuple[float, float]]) -> None:
    clock, used = zip(*taken, strict=True)
    print(
        f"{what}: {median(clock):.3f} s, at worst {max(clock):.3f} s by the clock; "
        f"{median(used):.3f} s, at worst {max(used):.3f} s of the processor ({len(taken)} articles)",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
