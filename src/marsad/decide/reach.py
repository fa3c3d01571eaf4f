"""Which decisions hang together: what one decision can change is judged anew, and nothing else.

On one event hang the decisions on it alone. Decisions on two events hang together along `same`, which
carries on from event to event; a `different` hangs on both of its ends, and leads no further. A taking
back hangs on what it takes back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Protocol

from marsad.decide.judge import ALONE, PAIRS
from marsad.decision import Standing


class Known(Protocol):
    """The decisions of a record with the events that they stood on when last judged."""

    def of(self, ids: Collection[str]) -> Iterable[Standing]:
        """Those of these ids."""
        ...

    def on(self, event_ids: Collection[str]) -> Iterable[Standing]:
        """Those on these events."""
        ...

    def taking_back(self, ids: Collection[str]) -> Iterable[Standing]:
        """Those that take these back."""
        ...


def reach(changed: Iterable[Standing], known: Known) -> dict[int, Standing]:
    """The judged decisions whose standing may be another because of these, by their numbers.

    `changed` are decisions as they stand now and as they stood before, which is where the others are
    looked for.
    """
    found: dict[int, Standing] = {}
    followed: set[int] = set()
    todo = list(changed)
    while todo:
        followed |= {one.number for one in todo}
        alone = {id_ for one in todo if one.decision.verdict in ALONE for id_ in _events(one)}
        paired = {id_ for one in todo if one.decision.verdict in PAIRS for id_ in _events(one)}
        linked = [
            *known.of({one.decision.withdraws for one in todo if one.decision.withdraws}),
            *known.taking_back({one.decision.id for one in todo}),
        ]
        aside: list[Standing] = []
        for one in known.on(alone | paired):
            pair = one.decision.verdict in PAIRS
            if one.number not in found and not (paired if pair else alone).isdisjoint(_events(one)):
                (aside if one.decision.verdict == "different" else linked).append(one)
        linked += known.taking_back({one.decision.id for one in aside})
        found |= {one.number: one for one in (*aside, *linked)}
        todo = [one for one in linked if one.number not in followed]
    return found


def _events(one: Standing) -> set[str]:
    """The events that it stands on itself, not those that it is shown with."""
    if one.decision.verdict == "withdraw":
        return set()
    return {id_ for id_ in (one.event_id, one.other_event_id) if id_ is not None}
