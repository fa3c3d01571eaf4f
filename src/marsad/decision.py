"""What people decide about events, and what becomes of it: the values that decisions travel in.

A decision names the words that it was made on (`Anchor`), never a derived id alone, so that it
can be put on its event again after any new reading.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import datetime
from typing import Any, Literal

from marsad.model import Event, EventType, Incident, Join, Span, Telling

Verdict = Literal["accept", "reject", "correct", "same", "different", "withdraw"]
#: `applied`: it has its effect. `conflict`: people disagree, nobody's decision has an effect.
#: `unanchored`: what it was made on is not read any more. `superseded`: its author decided anew.
#: `withdrawn`: its author took it back.
State = Literal["applied", "conflict", "unanchored", "superseded", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where an event stood when it was decided on.

    `quote` is the stretch of the document's text that tells the event, `start` where it began (code
    points; a hint, where the words occur several times), `trigger` the words of the act as a range
    within the quote, `nth` which one it was of the events that share act and type. `incident_id` is
    the incident that the event was shown in.
    """

    document_id: str
    quote: str
    start: int
    trigger: Span
    type: EventType | None = None
    nth: int = 1
    incident_id: str | None = None

    @property
    def act(self) -> Span:
        """The words of the act, in the document's text."""
        return Span(self.start + self.trigger.start, self.start + self.trigger.end)

    @property
    def stretch(self) -> Span:
        """The quoted words, in the document's text."""
        return Span(self.start, self.start + len(self.quote))


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided: appended, taken back or replaced by a later one, never edited.

    `other` is the second event of `same` and `different`; `field`, `value` and `span` (the words
    that say so, where they were selected) are of `correct`; `withdraws` is the id of the decision
    that `withdraw` takes back, the only verdict without an `anchor`.
    """

    verdict: Verdict
    author: str
    made: datetime
    anchor: Anchor | None = None
    other: Anchor | None = None
    field: str | None = None
    value: str | None = None
    span: Span | None = None
    withdraws: str | None = None
    reason: str = ""

    @property
    def id(self) -> str:
        """The hash of its content: the same in every record that holds it."""
        basis = json.dumps(_plain(self), default=str, ensure_ascii=False, sort_keys=True)
        return "d" + hashlib.sha256(basis.encode("utf-8", "surrogatepass")).hexdigest()[:15]


def _plain(value: Any) -> Any:
    """What `asdict` gives, without its copies: ids are asked for thousands of times."""
    if not is_dataclass(value):
        return value
    return {part.name: _plain(getattr(value, part.name)) for part in fields(value)}


@dataclass(frozen=True, slots=True)
class Correction:
    """A value that a person put in the place of what was read: `decision` is its source.

    `read` is the reader's value in the same spelling; `span` the words that were selected for it.
    """

    field: str
    value: str
    read: str
    decision: str
    author: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """What decisions make of one event; `event` has the corrected values.

    `accepted` and `rejected` are the people who said so, `disputed` the ids of the decisions that
    have no effect because people disagree.
    """

    event_id: str
    event: Event
    accepted: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()
    corrections: tuple[Correction, ...] = ()
    disputed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """What became of a decision.

    `number` is its place in the record. `event_id` and `other_event_id` are the events that it was
    put on, `against` the ids of the decisions that it conflicts with or that replaced it, `note`
    says in words why it has no effect.
    """

    number: int
    decision: Decision
    state: State
    event_id: str | None = None
    other_event_id: str | None = None
    against: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """All decisions of a record, and what follows from them.

    `together` are groups of events that are one incident whatever the linker says, `apart` pairs
    (the smaller id first) that are not.
    """

    standings: tuple[Standing, ...] = ()
    judged: Mapping[str, Judged] = field(default_factory=dict)
    together: tuple[tuple[str, ...], ...] = ()
    apart: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Doubt:
    """One reason to look at an event: its name in `data/review.yaml`, its points, and what it is here."""

    name: str
    points: float
    here: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """An event to look at: why, and where it is now.

    `join` is the comparison by which it holds in its incident, where it is not alone there, `decided`
    what people decided of it so far. An event that is in none, as one that was rejected, is not `placed`:
    `incident` then is what it would be by itself.
    """

    incident: Incident
    telling: Telling
    doubts: tuple[Doubt, ...]
    join: Join | None = None
    decided: tuple[Standing, ...] = ()
    placed: bool = True

    @property
    def event_id(self) -> str:
        """The event's id."""
        return self.telling.event_id

    @property
    def points(self) -> float:
        """How doubtful it is."""
        return sum(doubt.points for doubt in self.doubts)
