"""What a check of a claim finds, as plain values that any page, table or notebook can show.

Sentences are `Saying` values: a key of the wording with what fills it, so that one finding can be
said in Arabic and in English.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from marsad.model import Attribution, ClaimMeasure, EventType, Grade, Period, Qualifier, Status
from marsad.wording.values import Name, Saying

#: What a record says of a claim. Where it is covered too thinly it cannot tell, whatever it holds.
Outcome = Literal["agrees", "fewer", "more", "cannot_tell"]
#: How a claim is checked: a number in a window, two numbers against each other, a rise or fall, a pace, or not at all.
Kind = Literal["count", "comparison", "trend", "pace", "stock"]
#: What of an incident is not known well enough to count it for sure.
Doubt = Literal["day", "place", "doer", "contested"]


@dataclass(frozen=True, slots=True)
class Match:
    """An incident that counts, for sure where nothing is in doubt.

    `low` and `high` are what it adds to the count.
    """

    incident: str
    type: EventType
    period: Period | None
    place: Name | None
    low: int
    high: int
    doubts: tuple[Doubt, ...]
    grade: Grade
    outlets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """What a record holds: `certain` at least, `possible` with what may count too.

    `low` to `high` is the range within which the record places the number: the interval around
    `certain` below, that around `possible` above, scaled up for the days that nobody covered.
    """

    certain: int
    possible: int
    low: float
    high: float
    matches: tuple[Match, ...] = ()


@dataclass(frozen=True, slots=True)
class Watch:
    """How well the record covers a window: who published how much, on how many of its days.

    `typical` is what the whole record has of documents a day; `sets` are coded data sets that speak
    for all of the window. `shortfalls` say what is too little; where there are none it is adequate.
    """

    period: Period
    days: int
    covered: int
    documents: int
    outlets: tuple[str, ...]
    rate: float
    typical: float
    sets: tuple[str, ...] = ()
    shortfalls: tuple[Saying, ...] = ()

    @property
    def thin(self) -> bool:
        """Whether the record covers the window too thinly to judge by it."""
        return bool(self.shortfalls)

    @property
    def share(self) -> float:
        """The share of the days that is covered."""
        return self.covered / self.days


@dataclass(frozen=True, slots=True)
class Trial:
    """The same check with one thing otherwise: what it is, what the record then holds and says."""

    what: Saying
    tally: Tally
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Asked:
    """A claim resolved: what is counted, of whom, where and when; an open bound is `None`.

    No `areas` is the whole record, no `doers` anyone. `doer` is the subject by name.
    """

    measure: ClaimMeasure
    low: float | None
    high: float | None
    qualifier: Qualifier | None
    period: Period | None
    areas: tuple[Name, ...] = ()
    doer: Name | None = None
    doers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Counting:
    """The definition that was used."""

    noun: str
    types: tuple[EventType, ...]
    statuses: tuple[Status, ...]
    role: str


@dataclass(frozen=True, slots=True)
class Check:
    """A claim and what the record says of it.

    `sentence` says it with its numbers, `reasons` why it cannot tell and what to beware of.
    `earlier` is the count of the period that it is compared with, `ratio` the ratio of the two
    rates that the record has, with its bounds, `claimed_ratio` that which is claimed.
    """

    said: str
    kind: Kind
    outcome: Outcome
    sentence: Saying
    asked: Asked
    reasons: tuple[Saying, ...] = ()
    counting: Counting | None = None
    tally: Tally | None = None
    watch: Watch | None = None
    trials: tuple[Trial, ...] = ()
    earlier: Tally | None = None
    earlier_watch: Watch | None = None
    ratio: tuple[float, float, float] | None = None
    claimed_ratio: float | None = None
    source: str = ""
    attribution: Attribution | None = None
