"""How often the reader finds an event in newspaper sentences that people judged to report one, or not.

    python -m bench.sentences [--errors N]

`shared/data/gsr_*.csv` holds sentences judged by 3 to 7 people. A sentence stands alone here: it has
no article around it and no day of publication.
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter
from collections.abc import Iterator

from bench.coded import SHARED
from marsad.lexicon import load
from marsad.model import Document
from marsad.read import Reader

#: The event types that count as found, per file of sentences.
FOUND = {
    "assault": frozenset(
        {
            "armed_clash",
            "attack",
            "bombing",
            "suicide_bombing",
            "shelling",
            "air_strike",
            "assassination",
            "abduction",
        }
    ),
    "protest": frozenset({"protest", "riot"}),
}
LABELS = ("yes", "easy no", "difficult no", "ambiguous")


def judged_sentences() -> Iterator[tuple[str, str, str]]:
    """Every sentence: its file, its label, its text."""
    for name in FOUND:
        with (SHARED / "data" / f"gsr_{name}.csv").open(encoding="utf8", newline="") as file:
            for row in csv.DictReader(file):
                yield name, row["label"], row["text"]


def judged(name: str) -> Iterator[tuple[str, str, bool]]:
    """Each sentence of a file: its label, its text, whether an event of the family is read in it."""
    reader = Reader(load())
    for source, label, text in judged_sentences():
        if source == name:
            events = reader.read(Document(text)).events
            yield label, text, any(event.type in FOUND[name] for event in events)


def shares(name: str) -> dict[str, float]:
    """By label, the share of the sentences in which an event of the family is read."""
    found: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for label, _, hit in judged(name):
        total[label] += 1
        found[label] += hit
    return {label: found[label] / total[label] for label in LABELS if total[label]}


def main() -> None:
    """Print the shares, and with --errors the first sentences read against their label."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--errors", type=int, default=0, metavar="N")
    options = parser.parse_args()
    for name in FOUND:
        print(f"{name:10}" + "".join(f"  {label} {share:.3f}" for label, share in shares(name).items()))
        wrong = (
            f"  {label}: {text}"
            for label, text, hit in judged(name)
            if label in ("yes", "easy no") and hit != (label == "yes")
        )
        for _, line in zip(range(options.errors), wrong, strict=False):
            print(line)


if __name__ == "__main__":
    main()
