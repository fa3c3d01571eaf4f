"""What became of each decision, as it was when the incidents were last derived, and of the events decided on."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, get_args

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, or_, select

from marsad.decision import Anchor, Decision, Judged, Standing, State
from marsad.model import Document, Event, Reading
from marsad.record import decisions, derived, documents, readings
from marsad.record.documents import parts
from marsad.record.schema import JUDGED, STANDINGS

_STATES: tuple[State, ...] = get_args(State)
_HERE = STANDINGS.c


class Judgements:
    """Decisions and what became of them within one view or transaction: `Record.judgements` opens it.

    What is asked for by event, document or id is what was judged: decisions since then are `waiting`.
    Every decision that is given was checked against the chain: see `decisions.of`.
    """

    def __init__(self, connection: Connection) -> None:
        """Use `Record.judgements`, or those of a `Linkage`."""
        self._connection = connection

    # ── decisions ─────────────────────────────────────────────────────────────────────────

    def waiting(self) -> range:
        """The numbers of the decisions that are not judged yet."""
        return range(decisions.applied(self._connection) + 1, decisions.head(self._connection)[0] + 1)

    def check(self) -> None:
        """Raises `RecordError` where the chain of decisions does not hold."""
        decisions.check(self._connection)

    def made(self, numbers: Collection[int]) -> dict[int, Decision]:
        """The decisions of those numbers."""
        return decisions.of(self._connection, numbers)

    def numbers(self, ids: Collection[str]) -> list[int]:
        """The numbers of the decisions of those ids."""
        return sorted(decisions.numbers(self._connection, ids).values())

    # ── what became of them ───────────────────────────────────────────────────────────────

    def all(self) -> list[Standing]:
        """Of every decision that was judged."""
        return self._standings(None)

    def numbered(self, numbers: Collection[int]) -> list[Standing]:
        """Of the decisions of those numbers."""
        return [s for part in parts(sorted(numbers)) for s in self._standings(_HERE.number.in_(part))]

    def of(self, ids: Collection[str]) -> list[Standing]:
        """Of the decisions of those ids."""
        return self.numbered(self.numbers(ids))

    def on(self, event_ids: Collection[str]) -> list[Standing]:
        """Of those on these events."""
        return self._where(event_ids, _HERE.event_id, _HERE.other_event_id)

    def in_documents(self, document_ids: Collection[str]) -> list[Standing]:
        """Of those on words of these documents."""
        return self._where(document_ids, _HERE.document_id, _HERE.other_document_id)

    def shown_in(self, incident_ids: Collection[str]) -> list[Standing]:
        """Of those on events that were shown in these incidents."""
        return self._where(incident_ids, _HERE.incident_id, _HERE.other_incident_id)

    def taking_back(self, ids: Collection[str]) -> list[Standing]:
        """Of those that take these back."""
        return self._where(ids, _HERE.withdraws)

    def bonds(self, event_ids: Collection[str] | None = None) -> Iterator[tuple[str, str, str]]:
        """Every `same` and `different` in effect that binds one of the events, or any: verdict and both events."""
        query = select(_HERE.verdict, _HERE.event_id, _HERE.other_event_id).where(
            _HERE.verdict.in_(("same", "different")), _HERE.state == "applied"
        )
        if event_ids is None:
            yield from map(_bond, self._connection.execute(query))
            return
        for part in parts(sorted(event_ids)):
            bound = query.where(or_(_HERE.event_id.in_(part), _HERE.other_event_id.in_(part)))
            yield from map(_bond, self._connection.execute(bound))

    def _where(self, ids: Collection[str], *columns: ColumnElement[Any]) -> list[Standing]:
        found: dict[int, Standing] = {}
        for part in parts(sorted(ids)):
            where = or_(*(column.in_(part) for column in columns))
            found |= {standing.number: standing for standing in self._standings(where)}
        return [found[number] for number in sorted(found)]

    def _standings(self, where: ColumnElement[bool] | None) -> list[Standing]:
        query = select(STANDINGS).order_by(_HERE.number)
        rows = self._connection.execute(query if where is None else query.where(where)).all()
        made = self.made([row.number for row in rows])
        return [
            Standing(
                number=row.number,
                decision=made[row.number],
                state=row.state,
                event_id=row.event_id,
                other_event_id=row.other_event_id,
                against=tuple(json.loads(row.against)),
                note=row.note,
            )
            for row in rows
        ]

    # ── what they were made on ────────────────────────────────────────────────────────────

    def judged(self, event_ids: Sequence[str]) -> dict[str, Judged]:
        """What was made of those events."""
        return derived.judged(self._connection, event_ids)

    def documents(self, document_ids: Sequence[str]) -> dict[str, Document]:
        """The documents of those ids."""
        return documents.by_ids(self._connection, document_ids)

    def readings(self, document_ids: Sequence[str]) -> dict[str, Reading]:
        """The readings of those documents that have one."""
        return readings.readings_of(self._connection, document_ids)

    def read(self, event_ids: Collection[str]) -> dict[str, Event]:
        """Those of the events that are read now, as they are read."""
        return readings.events_as_read(self._connection, event_ids)

    # ── judging ───────────────────────────────────────────────────────────────────────────

    def forget(self) -> None:
        """Forgets what became of all of them."""
        for table in (STANDINGS, JUDGED):
            self._connection.execute(delete(table))

    def put(self, standings: Iterable[Standing], judged: Iterable[Judged], *, of: Collection[str]) -> None:
        """Puts these in the place of what there was of the same decisions, and of the events `of`."""
        rows = [_row(standing) for standing in standings]
        for part in parts([row["number"] for row in rows]):
            self._connection.execute(delete(STANDINGS).where(_HERE.number.in_(part)))
        for events in parts(sorted(of)):
            self._connection.execute(delete(JUDGED).where(JUDGED.c.event_id.in_(events)))
        if rows:
            self._connection.execute(insert(STANDINGS), rows)
        derived.put_judged(self._connection, judged)


def _bond(row: Row[Any, Any, Any]) -> tuple[str, str, str]:
    return row.verdict, row.event_id, row.other_event_id


def _row(standing: Standing) -> dict[str, Any]:
    made = standing.decision
    return {
        "number": standing.number,
        "verdict": made.verdict,
        "state": standing.state,
        **_place("", made.anchor, standing.event_id),
        **_place("other_", made.other, standing.other_event_id),
        "withdraws": made.withdraws,
        "against": json.dumps(standing.against),
        "note": standing.note,
    }


def _place(prefix: str, anchor: Anchor | None, event_id: str | None) -> dict[str, str | None]:
    return {
        f"{prefix}document_id": anchor.document_id if anchor else None,
        f"{prefix}event_id": event_id,
        f"{prefix}incident_id": anchor.incident_id if anchor else None,
    }
