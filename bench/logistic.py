"""Weights for a decision: logistic regression on observations, fitted and held out by article.

A row is what was observed of one candidate (names of observations) and whether it was right.
The fit is Newton's method on the penalised likelihood: deterministic, a few steps, no tuning.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from marsad.read.weigh import weigh

Row = tuple[tuple[str, ...], int]
Weights = dict[str, float]

_FOLDS, _PENALTY, _STEPS, _RARE = 10, 3.0, 12, 6
#: The observation that always holds is the intercept: it is not pulled to zero.
ALWAYS = "always"
#: Holds of rows that are not from coded articles: what only tells the two apart goes into its weight,
#: which no reader ever observes.
ELSEWHERE = "elsewhere"


def fit(
    rows: Sequence[Row],
    *,
    penalty: float = _PENALTY,
    rare: int = _RARE,
    counts: Sequence[float] | None = None,
) -> Weights:
    """The weights in logits; observations seen in fewer than `rare` rows are left out.

    `counts` says for how many each row counts (all for one).
    """
    seen = Counter(name for names, _ in rows for name in set(names))
    names = sorted(name for name, count in seen.items() if count >= rare)
    column = {name: k for k, name in enumerate(names)}
    x = np.zeros((len(rows), len(names)))
    for i, (observed, _) in enumerate(rows):
        for name in observed:
            if name in column:
                x[i, column[name]] = 1.0
    y = np.array([label for _, label in rows], dtype=float)
    times = np.ones(len(rows)) if counts is None else np.array(counts, dtype=float)
    pull = np.array([1e-6 if name == ALWAYS else penalty for name in names])
    w = np.zeros(len(names))
    for _ in range(_STEPS):
        p = 1.0 / (1.0 + np.exp(-np.clip(x @ w, -30, 30)))
        gradient = x.T @ (times * (y - p)) - pull * w
        curvature = (x * (times * p * (1 - p))[:, None]).T @ x + np.diag(pull)
        step = np.linalg.solve(curvature, gradient)
        w += step
        if np.abs(step).max() < 1e-6:
            break
    return {name: float(w[k]) for name, k in column.items() if name != ELSEWHERE}


def held_out(
    articles: Sequence[Sequence[Row]], more: Sequence[Sequence[Row]] = (), *, folds: int = _FOLDS
) -> list[list[tuple[float, int]]]:
    """Per article, sum and truth of each row, weighed by a fit that has not seen its article.

    `more` holds rows that every fit sees.
    """
    always = [row for rows in more for row in rows]
    out: list[list[tuple[float, int]]] = [[] for _ in articles]
    for fold in range(folds):
        weights = fit(
            always + [row for n, article in enumerate(articles) if n % folds != fold for row in article]
        )
        for n, article in enumerate(articles):
            if n % folds == fold:
                out[n] = [(weigh(weights, names), label) for names, label in article]
    return out


def curve(weighed: Iterable[tuple[float, int]], thresholds: Iterable[float]) -> Iterable[str]:
    """Precision, recall and F1 of 'right' at each threshold, a line each."""
    pairs = list(weighed)
    for threshold in thresholds:
        tp = sum(label for x, label in pairs if x > threshold)
        fp = sum(1 - label for x, label in pairs if x > threshold)
        fn = sum(label for x, label in pairs if x <= threshold)
        precision, recall = tp / ((tp + fp) or 1), tp / ((tp + fn) or 1)
        f1 = 2 * tp / ((2 * tp + fp + fn) or 1)
        yield f"threshold {threshold:5.1f}  precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f}"


def write(weights: Mapping[str, float], path: Path, head: str) -> None:
    """Stores the weights as a data file of the lexicon."""
    lines = (f'"{name}": {weight:.3f}\n' for name, weight in sorted(weights.items()))
    path.write_text(f"# {head}\n" + "".join(lines), "utf8")
