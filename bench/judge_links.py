"""Joins and near misses drawn at random, to be judged by eye, and what has been judged.

    python -m bench.judge_links draw --seed 1 [--number 50]    # a sample to judge, to standard output
    python -m bench.judge_links show FILE                      # the two texts of each pair
    python -m bench.judge_links                                # the share judged right, and what is decided now

A join is a compared pair of events in one incident, all alike likely to be drawn; a near miss is a
compared pair in two incidents whose score is at most `NEAR` under the threshold, or that a contradiction
bars although the score would do. `judged_links.jsonl` holds ids and offsets, no text: `right` says whether
the decision is, `why` of what kind the pair is. The articles are those of `shared/data/articles.jsonl`.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.coded import SHARED
from bench.links import JUDGED, World, grouped, judged, world
from marsad.lexicon import load
from marsad.link.cluster import THRESHOLD
from marsad.link.compare import UNIT
from marsad.model import Document
from marsad.pipeline import read_stateless

#: How far under the threshold a pair is a near miss: two logits.
NEAR = 2 * UNIT
_AROUND = 150


def decided(known: World) -> tuple[list[int], dict[str, int]]:
    """The score of every compared pair, and the number of the incident of every event."""
    weights = load().weights["link"]
    scores = [round(sum(weights.get(o, 0.0) for o in names) * UNIT) for names in known.observed]
    return scores, {id_: number for number, cluster in enumerate(grouped(known, weights)) for id_ in cluster}


def draw(seed: int, number: int) -> Iterator[dict[str, Any]]:
    """A random sample of joins and of near misses that were never judged, without verdicts."""
    known = world()
    scores, home = decided(known)
    seen = {frozenset((a.id, b.id)) for _, a, b in judged(known)}
    kinds: dict[str, list[int]] = {"join": [], "near miss": []}
    for k, (a, b) in enumerate(known.pairs):
        if {known.mentions[a].id, known.mentions[b].id} in seen:
            continue
        if home[known.mentions[a].id] == home[known.mentions[b].id]:
            kinds["join"].append(k)
        elif scores[k] >= (THRESHOLD if known.bars[k] else THRESHOLD - NEAR):
            kinds["near miss"].append(k)
    chance = random.Random(seed)
    for kind, found in kinds.items():
        print(f"{kind}: {len(found)} pairs", file=sys.stderr)
        for k in chance.sample(found, min(number, len(found))):
            a, b = (known.anchors[known.mentions[n].id] for n in known.pairs[k])
            yield {
                "seed": seed,
                "kind": kind,
                "a": [a.article, a.type, a.spans[0].start, a.spans[0].end],
                "b": [b.article, b.type, b.spans[0].start, b.spans[0].end],
                "score": scores[k] / UNIT,
                "barred": known.bars[k],
                "right": None,
                "why": None,
            }


def _articles() -> dict[str, Document]:
    read = read_stateless([SHARED / "data" / "articles.jsonl"])
    return {item[0].capture.source_id: item[0] for item in read if isinstance(item, tuple)}


def show(path: Path) -> Iterator[str]:
    """Each pair of a sample with the words around both triggers."""
    articles = _articles()
    for number, line in enumerate(path.read_text("utf8").splitlines()):
        pair = json.loads(line)
        yield f"── {number} {pair['kind']} {pair['score']} {pair['barred'] or ''}"
        for name, type_, start, end in (pair["a"], pair["b"]):
            document = articles[name]
            text = document.text
            before, after = text[max(0, start - _AROUND) : start], text[end : end + _AROUND]
            yield f"{name} {document.published} {type_}"
            yield f"   {(document.title or '').strip()}"
            yield f"   {before}‹{text[start:end]}›{after}".replace("\n", " ")


def table() -> Iterator[str]:
    """Per sample and kind the share judged right and why not, and what is decided of all pairs now."""
    found = [json.loads(line) for line in JUDGED.read_text("utf8").splitlines()]
    for seed in sorted({pair["seed"] for pair in found}):
        for kind in ("join", "near miss"):
            of = [p for p in found if p["seed"] == seed and p["kind"] == kind and p["right"] is not None]
            if not of:
                continue
            right = sum(p["right"] for p in of)
            wrong = Counter(p["why"] for p in of if not p["right"])
            reasons = ", ".join(f"{why} {count}" for why, count in sorted(wrong.items()))
            yield f"sample {seed}, {kind}: {right} of {len(of)} right ({right / len(of):.0%})  {reasons}"
    known = world()
    _, home = decided(known)
    counts: Counter[str] = Counter()
    for pair, a, b in judged(known):
        one = (pair["kind"] == "join") == pair["right"]
        joined = "joined" if home[a.id] == home[b.id] else "apart"
        counts[f"one happening, {joined}" if one else f"two, {joined}"] += 1
    yield "of all judged pairs, now: " + ", ".join(
        f"{name} {count}" for name, count in sorted(counts.items())
    )


def main() -> int:
    """Draw, show or count."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command")
    drawing = commands.add_parser("draw")
    drawing.add_argument("--seed", type=int, required=True)
    drawing.add_argument("--number", type=int, default=50)
    commands.add_parser("show").add_argument("file", type=Path)
    options = parser.parse_args()
    if not SHARED.is_dir():
        sys.exit(f"no articles at {SHARED}")
    if options.command == "draw":
        for pair in draw(options.seed, options.number):
            print(json.dumps(pair, ensure_ascii=False))
    else:
        print("\n".join(show(options.file) if options.command == "show" else table()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
