"""Fit the weights of `data/worth.yaml` on coded articles: logistic regression, plain Python.

    python -m bench.fit_worth ARTICLES.jsonl CODED.jsonl [ARTICLES.jsonl CODED.jsonl ...] [--write]

A candidate is right when the scorer's own pairing gives it a coded event. The printed figures
are of articles held out in turn (ten folds): what an unseen article would see.
"""

from __future__ import annotations

import argparse
import importlib.util
import math
import random
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from marsad.ingest import ingest
from marsad.lexicon import load
from marsad.model import Document, Reading
from marsad.publish.coding import coding
from marsad.read.assemble import find_all
from marsad.read.events import candidates
from marsad.read.layers import annotate
from marsad.read.retell import join_retellings
from marsad.read.worth import observations

_ROOT = Path(__file__).parents[1]
_SCORER = _ROOT.parent / "shared" / "tools" / "score.py"
_DATA = _ROOT / "src" / "marsad" / "data" / "worth.yaml"
_FOLDS, _DECAY, _ROUNDS, _RATE, _RARE = 10, 3.0, 400, 0.002, 6

Row = tuple[tuple[str, ...], int]


def scorer() -> Any:
    """The scorer's module."""
    spec = importlib.util.spec_from_file_location("score", _SCORER)
    if spec is None or spec.loader is None or not _SCORER.is_file():
        sys.exit(f"no scorer at {_SCORER}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def rows(articles: str, coded: str) -> list[list[Row]]:
    """Per article: the observations of each candidate and whether it is a coded event."""
    score, lexicon = scorer(), load()
    bodies, gold = score.load(articles), score.load(coded)
    out: list[list[Row]] = []
    for document in ingest([articles]):
        if not isinstance(document, Document) or document.capture.source_id not in gold:
            continue
        layers = annotate(document, lexicon)
        told = join_retellings(lexicon, document.text, candidates(layers, find_all(layers)))
        events = coding(document, Reading(document.id, "", tuple(c.event for c in told)))["events"]
        key = document.capture.source_id
        pairs = score.pair(score.body(bodies[key]), gold[key]["events"], events)
        right = {j for _, j in pairs}
        out.append([(tuple(observations(layers, c)), int(j in right)) for j, c in enumerate(told)])
    return out


def fit(data: list[Row]) -> dict[str, float]:
    """L2-regularised logistic regression by gradient ascent; rare observations are left out."""
    seen = Counter(name for names, _ in data for name in set(names))
    weights = {name: 0.0 for name in sorted(seen) if seen[name] >= _RARE}
    compact = [([n for n in names if n in weights], label) for names, label in data]
    speed = dict.fromkeys(weights, 0.0)
    for _ in range(_ROUNDS):
        gradient = {n: -_DECAY * w if n != "always" else 0.0 for n, w in weights.items()}
        for names, label in compact:
            p = 1 / (1 + math.exp(-sum(weights[n] for n in names)))
            for n in names:
                gradient[n] += label - p
        for n, g in gradient.items():
            speed[n] = 0.9 * speed[n] + g
            weights[n] += _RATE * speed[n]
    return weights


def held_out(articles: list[list[Row]]) -> list[tuple[float, int]]:
    """The sum and the truth of every candidate, weighed by a fit that has not seen its article."""
    out: list[tuple[float, int]] = []
    for fold in range(_FOLDS):
        weights = fit([r for n, a in enumerate(articles) if n % _FOLDS != fold for r in a])
        out += [(sum(weights.get(n, 0.0) for n in names), label)
                for k, a in enumerate(articles) if k % _FOLDS == fold for names, label in a]  # fmt: skip
    return out


def main() -> int:
    """Fit, print held-out figures, and with --write store the weights."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="+")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    articles = [x for a, c in zip(options.files[::2], options.files[1::2], strict=True) for x in rows(a, c)]
    random.Random(1).shuffle(articles)
    weighed = held_out(articles)
    for bias in (-0.8, -0.6, -0.4, -0.2, 0.0, 0.2):
        tp = sum(label for x, label in weighed if x > bias)
        fp = sum(1 - label for x, label in weighed if x > bias)
        fn = sum(label for x, label in weighed if x <= bias)
        precision, recall = tp / (tp + fp), tp / (tp + fn)
        f1 = 2 * tp / (2 * tp + fp + fn)
        print(f"threshold {bias:5.1f}  precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f}")
    if options.write:
        weights = fit([r for a in articles for r in a])
        head = "# Evidence, in logits, that a candidate is a happening: written by bench/fit_worth.py.\n"
        _DATA.write_text(head + "".join(f'"{n}": {w:.3f}\n' for n, w in sorted(weights.items())), "utf8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
