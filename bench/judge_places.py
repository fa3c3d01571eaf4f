"""Located events of uncoded articles, judged by eye: does it happen there, is the district right, is the point?

    python -m bench.judge_places --draw 100 --seed 1 > sample.txt    # to judge: text and what was read
    python -m bench.judge_places                                      # what the judgements say

`judged_places.jsonl` keeps the judgements as ids and offsets in the document's text, without words:
`there` (the text says that the event happened at the place that was read), `district` (the district
is right, or the governorate where the text tells no more), `point` (the place is within the radius
of the point). `draw` names the sample, one a state of the reader that was judged.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.coded import CODINGS, GOLD, SHARED
from marsad.gazetteer.areas import division, load_areas
from marsad.gazetteer.table import Gazetteer
from marsad.lexicon import load
from marsad.model import Document, Event, Location
from marsad.pipeline import read_stateless

JUDGED = Path(__file__).with_name("judged_places.jsonl")
ARTICLES = SHARED / "data" / "articles.jsonl"
QUESTIONS = ("there", "district", "point")
_AROUND = 260


def coded_ids() -> set[str]:
    """The articles that anyone has coded."""
    files = [*(SHARED / "gold" / f"{name}.articles.jsonl" for name in GOLD), *CODINGS.glob("*.jsonl")]
    return {json.loads(line)["id"] for path in files for line in path.open(encoding="utf8") if line.strip()}


def located_events() -> Iterator[tuple[str, Document, Event]]:
    """Every event with coordinates in the uncoded articles, in the order of the file."""
    coded = coded_ids()
    for item in read_stateless([ARTICLES]):
        if isinstance(item, tuple) and (id_ := item[0].capture.source_id or "") not in coded:
            document, reading = item
            yield from (
                (id_, document, e) for e in reading.events if e.location and e.location.lat is not None
            )


def district(gazetteer: Gazetteer, location: Location) -> str | None:
    """The district that the location lies in, where it is as exact as that."""
    if location.precision is None or location.precision > 3 or location.lat is None or location.lon is None:
        return None
    place = gazetteer.places.get(location.place_id or "")
    if place is not None and location.method in ("name", "parent"):
        held = gazetteer.held_by(place, "district")
    else:
        held = division(gazetteer, load_areas(), (location.lat, location.lon)).district
    return held.name_en if held else None


def draw(count: int, seed: int) -> Iterator[str]:
    """A sample of located events, each with its text around and what was read."""
    gazetteer = load().gazetteer
    events = list(located_events())
    for number, (id_, document, event) in enumerate(random.Random(seed).sample(events, count), 1):
        told, text = event.location, document.text
        assert told is not None
        low = max(0, min(event.evidence.start, told.span.start) - _AROUND)
        high = max(event.evidence.end, told.span.end) + _AROUND
        key: dict[str, Any] = {"article": id_, "event": [event.trigger.start, event.trigger.end],
                               "span": [told.span.start, told.span.end], "place": told.place_id}  # fmt: skip
        yield (
            f"#{number} {json.dumps(key)}\n{event.type} «{event.trigger.of(text)}» at «{told.name}» = {told.admin1} / "
            f"{district(gazetteer, told)} {told.lat},{told.lon} ±{told.radius_km} prec {told.precision} {told.method}\n"
            f"{text[low : event.trigger.start]}[[{event.trigger.of(text)}]]{text[event.trigger.end : high]}\n".replace(
                "\n\n", "\n"
            )
        )


def shares() -> dict[str, dict[str, float]]:
    """Of each sample the share of each question that was answered with yes."""
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in JUDGED.open(encoding="utf8"):
        row = json.loads(line)
        rows[row["draw"]].append(row)
    return {
        name: {"events": len(of), **{q: sum(r[q] for r in of) / len(of) for q in QUESTIONS}}
        for name, of in rows.items()
    }


def main() -> int:
    """Draw a sample, or print the figures of what is judged."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--draw", type=int, metavar="N", help="print N located events to judge")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if options.draw:
        for item in draw(options.draw, options.seed):
            print(item)
        return 0
    for name, row in shares().items():
        print(f"{name:10}" + "".join(f"  {k} {v:.2f}" for k, v in row.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
