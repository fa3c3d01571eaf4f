"""Weights for a choice among several candidates or none: conditional logistic regression.

A case is the candidates of one choice: what was observed of each, with numbers, and whether it would
be right. Several may be (two namings of one place), or none. 'None' has the sum 0; the others are drawn together by
what they share. The fit is Newton's method, with the right candidates weighed by how likely they
are: deterministic, a few steps, no tuning.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from bench.logistic import Weights


class Option(NamedTuple):
    """A candidate; those that share a name mean the same."""

    name: str
    observed: tuple[tuple[str, float], ...]
    right: int


Case = Sequence[Option]

_FOLDS, _PENALTY, _STEPS, _RARE = 10, 0.5, 15, 8


def fit(cases: Sequence[Case], *, penalty: float = _PENALTY, rare: int = _RARE) -> Weights:
    """The weights; observations of fewer than `rare` candidates are left out."""
    cases = [case for case in cases if case]
    seen = Counter(name for case in cases for option in case for name, _ in option.observed)
    column = {name: k for k, name in enumerate(sorted(n for n, count in seen.items() if count >= rare))}
    starts = np.cumsum([0, *(len(case) for case in cases)])[:-1]
    owner = np.repeat(np.arange(len(cases)), [len(case) for case in cases])
    x = np.zeros((len(owner), len(column)))
    right = np.array([option.right for case in cases for option in case], dtype=float)
    for row, option in enumerate(option for case in cases for option in case):
        for name, value in option.observed:
            if name in column:
                x[row, column[name]] = value
    none = np.where(np.add.reduceat(right, starts) > 0, 0.0, 1.0)
    w = np.zeros(len(column))
    for _ in range(_STEPS):
        odds = np.exp(np.clip(x @ w, -30, 30))
        share = odds / (1.0 + np.add.reduceat(odds, starts))[owner]
        wanted = odds * right / (none + np.add.reduceat(odds * right, starts))[owner]
        spread = x * share[:, None]
        mean = np.add.reduceat(spread, starts, axis=0)
        curvature = x.T @ spread - mean.T @ mean + penalty * np.eye(len(column))
        step = np.linalg.solve(curvature, x.T @ (share - wanted) + penalty * w)
        w -= step
        if np.abs(step).max() < 1e-4:
            break
    return {name: float(w[k]) for name, k in column.items()}


def held_out(
    articles: Sequence[Sequence[Case]],
    choose: Callable[[Sequence[tuple[str, tuple[tuple[str, float], ...]]], Weights], int | None],
    *,
    folds: int = _FOLDS,
) -> str:
    """Precision and recall of what is chosen by fits that have not seen the article."""
    chosen = right = wanted = 0
    for fold in range(folds):
        weights = fit([c for n, article in enumerate(articles) if n % folds != fold for c in article])
        for case in (c for article in articles[fold::folds] for c in article):
            pick = choose([(option.name, option.observed) for option in case], weights)
            chosen += pick is not None
            right += pick is not None and case[pick].right
            wanted += any(option.right for option in case)
    precision, recall = right / (chosen or 1), right / (wanted or 1)
    return f"{wanted} to find  precision {precision:.3f}  recall {recall:.3f}"
