"""Weights for a decision: logistic regression on observations, fitted and held out by article.

A row is what was observed of one candidate (names of observations) and whether it was right.
The fit is Newton's method on the penalised likelihood: deterministic, a few steps, no tuning.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.linalg import LinearOperator, cg

from marsad.read.vocabulary import WORD

Row = tuple[tuple[str, ...], int]
Weights = dict[str, float]
Vector = NDArray[np.float64]

PENALTY = 3.0
_FOLDS, _STEPS, _RARE = 10, 12, 6
#: Words: how much each is pulled to zero, and in how many articles it must be met (chosen by held-out likelihood).
_WORD_PENALTY, _MET = 40.0, 3
#: Words that weigh less are not stored: reading is the same to the third digit without them.
_LEAST = 0.01
#: The observation that always holds is the intercept: it is not pulled to zero.
ALWAYS = "always"
#: Holds of rows that are not from coded articles: what only tells the two apart goes into its weight,
#: which no reader ever observes.
ELSEWHERE = "elsewhere"


def fit(
    articles: Sequence[Sequence[Row]],
    *,
    penalty: float = PENALTY,
    rare: int = _RARE,
    counts: Sequence[float] | None = None,
) -> Weights:
    """The weights in logits; what is seen in fewer than `rare` rows, or words in few articles, is left out.

    `counts` says for how many each of all their rows counts (all for one).
    """
    rows = [row for article in articles for row in article]
    seen = Counter(name for names, _ in rows for name in set(names))
    met = Counter(
        name for article in articles for name in {n for names, _ in article for n in names if is_word(n)}
    )
    names = sorted(n for n, count in seen.items() if count >= rare and (not is_word(n) or met[n] >= _MET))
    column = {name: k for k, name in enumerate(names)}
    columns = [[column[name] for name in counted(observed) if name in column] for observed, _ in rows]
    ends = np.cumsum([0, *map(len, columns)])
    x = csr_matrix(
        (np.ones(ends[-1]), [k for row in columns for k in row], ends), shape=(len(rows), len(names))
    )
    x.sum_duplicates()
    y = np.array([label for _, label in rows], dtype=float)
    times = np.ones(len(rows)) if counts is None else np.array(counts, dtype=float)
    pull = np.array([1e-6 if n == ALWAYS else _WORD_PENALTY if is_word(n) else penalty for n in names])
    w = np.zeros(len(names))
    for _ in range(_STEPS):
        p = 1.0 / (1.0 + np.exp(-np.clip(x @ w, -30, 30)))
        step = _solved(x, times * p * (1 - p), pull, x.T @ (times * (y - p)) - pull * w)
        w += step
        if np.abs(step).max() < 1e-6:
            break
    return {name: float(w[k]) for name, k in column.items() if name != ELSEWHERE}


def counted(observed: Sequence[str]) -> Iterator[str]:
    """What is observed counts once, but for words, which count as often as they are there."""
    words = (name for name in observed if is_word(name))
    return chain(dict.fromkeys(name for name in observed if not is_word(name)), words)


def weighed(weights: Mapping[str, float], observed: Sequence[str]) -> float:
    """The sum of the weights of what is counted."""
    return sum(weights.get(name, 0.0) for name in counted(observed))


def is_word(name: str) -> bool:
    """Whether the observation is of a word that is there: many, each telling little."""
    return name.startswith(WORD)


def _solved(x: csr_matrix, spread: Vector, pull: Vector, gradient: Vector) -> Vector:
    """Newton's step: the curvature is never made whole, words would make it large."""
    diagonal = x.power(2).T @ spread + pull

    def curved(v: Vector) -> Vector:
        return x.T @ (spread * (x @ v)) + pull * v

    size = (len(pull), len(pull))
    step, _ = cg(
        LinearOperator(size, curved), gradient, rtol=1e-9, M=LinearOperator(size, lambda v: v / diagonal)
    )
    return step


def held_out(
    articles: Sequence[Sequence[Row]],
    more: Sequence[Sequence[Row]] = (),
    *,
    penalty: float = PENALTY,
    folds: int = _FOLDS,
) -> list[list[tuple[float, int]]]:
    """Per article, sum and truth of each row, weighed by a fit that has not seen its article.

    `more` holds rows that every fit sees.
    """
    out: list[list[tuple[float, int]]] = [[] for _ in articles]
    for fold in range(folds):
        weights = fit(
            [*more, *(article for n, article in enumerate(articles) if n % folds != fold)], penalty=penalty
        )
        for n, article in enumerate(articles):
            if n % folds == fold:
                out[n] = [(weighed(weights, names), label) for names, label in article]
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
    """Stores the weights as a data file of the lexicon; words that hardly tell anything are left out."""
    kept = (name for name in sorted(weights) if not is_word(name) or abs(weights[name]) >= _LEAST)
    path.write_text(f"# {head}\n" + "".join(f'"{name}": {weights[name]:.3f}\n' for name in kept), "utf8")
