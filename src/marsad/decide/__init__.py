"""What follows from people's decisions: anchor · values · judge. Knows neither record nor linker."""

from marsad.decide.anchor import anchor_of, anchored
from marsad.decide.judge import judge
from marsad.decide.values import FIELDS, corrected, said

__all__ = ["FIELDS", "anchor_of", "anchored", "corrected", "judge", "said"]
