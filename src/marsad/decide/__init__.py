"""What follows from people's decisions: anchor · values · judge · reach · doubts. Knows neither record nor linker."""

from marsad.decide.anchor import anchor_of, anchored
from marsad.decide.doubts import best_join, disputed, doubt, doubts, rules
from marsad.decide.judge import ALONE, PAIRS, bonds, judge
from marsad.decide.reach import reach
from marsad.decide.values import FIELDS, corrected, said

__all__ = [
    "ALONE", "FIELDS", "PAIRS", "anchor_of", "anchored", "best_join", "bonds", "corrected", "disputed", "doubt", "doubts",
    "judge", "reach", "rules", "said",
]  # fmt: skip
