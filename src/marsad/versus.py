"""What comparing two records of one war gives: types only, made in `analyse`, shown in `publish`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from marsad.model import EventType


@dataclass(frozen=True, slots=True)
class Side:
    """An incident of one of the two records; `killed` is its best count, `None` where nobody told one."""

    id: str
    type: EventType
    first: date | None
    last: date | None
    place: str | None
    admin1: str | None
    country: str | None
    killed: int | None
    outlets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """One incident of each record that are taken for one, with the score and its parts."""

    here: Side
    there: Side
    score: float
    parts: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Bin:
    """A month, or a governorate in a month, as both records count it."""

    month: str
    admin1: str | None
    here: int
    there: int
    both: int
    killed_here: int
    killed_there: int


@dataclass(frozen=True, slots=True)
class Versus:
    """What the comparison found.

    `chance` is the share of ours that matches where nothing should, `correlation` Spearman's of the counts by
    governorate and month, `set_aside` how many of ours were not compared, by reason.
    """

    first: date
    last: date
    countries: tuple[str, ...]
    pairs: tuple[Pair, ...]
    only_here: tuple[Side, ...]
    only_there: tuple[Side, ...]
    months: tuple[Bin, ...]
    governorates: tuple[Bin, ...]
    correlation: float | None
    chance: float
    set_aside: Mapping[str, int]

    @property
    def share_here(self) -> float | None:
        """The share of our incidents that the other record holds."""
        total = len(self.pairs) + len(self.only_here)
        return len(self.pairs) / total if total else None

    @property
    def share_there(self) -> float | None:
        """The share of the other record's incidents that ours holds."""
        total = len(self.pairs) + len(self.only_there)
        return len(self.pairs) / total if total else None

    @property
    def beyond_chance(self) -> float | None:
        """The share of ours that the other record holds, with what matches by chance taken off."""
        share = self.share_here
        return (
            None if share is None or self.chance >= 1 else max(0.0, (share - self.chance) / (1 - self.chance))
        )
