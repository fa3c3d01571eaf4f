"""Decisions by weighed evidence: what is observed has names, their weights are data.

A decision (`told`, `same`, `worth`, ...) has one file of weights in `data/weights/`, in logits,
fitted on coded articles by `bench/fit.py`; its observations are made in the module that decides.
Each weight can be read and argued about.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import repeat


def weigh(weights: Mapping[str, float], observed: Iterable[str]) -> float:
    """The sum of the weights of what was observed, each once; what has no weight says nothing."""
    return sum(map(weights.get, dict.fromkeys(observed), repeat(0.0)))


def step(value: float, low: int, high: int) -> int:
    """The nearest whole number within bounds: a measured value as one of a few observations."""
    return max(low, min(high, round(value)))
