"""What follows from people's decisions: anchor · values · judge · doubts. Knows neither record nor linker."""

from marsad.decide.anchor import anchor_of, anchored
from marsad.decide.doubts import best_join, disputed, doubt, doubts, rules
from marsad.decide.judge import judge
from marsad.decide.values import FIELDS, corrected, said

__all__ = [
    "FIELDS", "anchor_of", "anchored", "best_join", "corrected", "disputed", "doubt", "doubts", "judge", "rules", "said",
]  # fmt: skip
