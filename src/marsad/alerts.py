"""An alert: an incident that a rule asks about, or a change of level, with what it rests on.

It says what is reported, by whom and how surely, with the way to the sources; it is no aid to operations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:  # every command opens a record, few tell anything in words
    from marsad.brief import Reference
    from marsad.wording.values import Saying, Value

#: `gone`: what was alerted to meets its rule no more.
AlertKind = Literal["new", "changed", "gone", "rate"]
#: What a rule may ask about, and what is told again when it changes.
Field = Literal["type", "place", "actors", "killed", "wounded", "grade"]


@dataclass(frozen=True, slots=True)
class Change:
    """A value that a rule asks about, as it was told last and as it is."""

    field: Field
    before: Value
    after: Value


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing to tell; `id` is the same for the same thing, so that a receiver can leave out a repeat."""

    id: str
    rule: str
    kind: AlertKind
    made: datetime
    reference: Reference | None = None
    says: Saying | None = None
    changes: tuple[Change, ...] = ()
    profile: str | None = None


@dataclass(frozen=True, slots=True)
class Alerted:
    """What was told of an incident by a rule last: the values that the rule asks about, and its events.

    Each of `asked` is a name and a value with a tab between them.
    """

    rule: str
    key: str
    at: datetime
    asked: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    gone: bool = False

    @property
    def values(self) -> dict[str, str]:
        """The values by name."""
        return dict(pair.split("\t", 1) for pair in self.asked)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message to a channel that is not sent yet; those of a digest go together when they are due."""

    id: str
    channel: str
    due: datetime
    digest: bool
    subject: str
    text: str
    data: Mapping[str, Any] = field(default_factory=dict)
    tries: int = 0
