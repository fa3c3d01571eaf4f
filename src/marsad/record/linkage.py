"""What linking keeps in the record, so that what is new is linked without linking all again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from marsad.model import Actor, Capture, Document, Incident, Place, Reading
from marsad.record import decisions, derived, documents, ids, readings
from marsad.record.base import note, noted
from marsad.record.documents import parts
from marsad.record.judgements import Judgements
from marsad.record.schema import (
    DOCUMENTS,
    EVENTS,
    INCIDENTS,
    LINKED,
    MENTIONS,
    ORIGINS,
    READINGS,
    SKETCH_KEYS,
    SPOTS,
    UNLINKED,
)

_ROWS = 5_000


class Linkage:
    """The linked state of a record within one transaction: `Record.linkage` opens it.

    Mentions, spots and sketches are kept as linking gives them; nothing here knows what they mean.
    """

    def __init__(self, connection: Connection) -> None:
        """Use `Record.linkage`."""
        self._connection = connection
        #: What people decided, and what became of it.
        self.people = Judgements(connection)
        #: The incidents taken out, with the acts that they stood on.
        self._gone: dict[str, str] = {}

    # ── what is to be linked ──────────────────────────────────────────────────────────────

    def version(self) -> str | None:
        """What the record was last linked with; `None` if it never was."""
        return noted(self._connection, LINKED)

    def unlinked(self) -> list[str]:
        """The documents that are not linked as they stand."""
        query = select(UNLINKED.c.document_id).order_by(UNLINKED.c.document_id)
        return list(self._connection.execute(query).scalars())

    def read_ids(self) -> list[str]:
        """The documents that have a reading, in order of arrival."""
        query = select(DOCUMENTS.c.id).join(READINGS, READINGS.c.document_id == DOCUMENTS.c.id)
        return list(self._connection.execute(query.order_by(DOCUMENTS.c.number)).scalars())

    def documents(self, document_ids: Sequence[str]) -> dict[str, Document]:
        """The documents of those ids."""
        return documents.by_ids(self._connection, document_ids)

    def captures(self, document_ids: Sequence[str]) -> dict[str, tuple[Capture, ...]]:
        """Every capture of each document."""
        return documents.taken(self._connection, document_ids)

    def readings(self, document_ids: Sequence[str]) -> dict[str, Reading]:
        """The readings of those documents that have one."""
        return readings.readings_of(self._connection, document_ids)

    def is_done(self, version: str) -> bool:
        """Whether all that is read and decided is linked, by that version."""
        waiting = decisions.head(self._connection)[0] - decisions.applied(self._connection)
        return self.version() == version and not waiting and not self.unlinked()

    def incidents(self) -> int:
        """The number of incidents."""
        return self._connection.execute(select(func.count()).select_from(INCIDENTS)).scalar_one()

    def note_judged(self, number: int) -> None:
        """Notes that the first so many decisions are judged."""
        decisions.note_applied(self._connection, number)

    def finish(self, version: str) -> None:
        """Notes that everything is linked, by which version."""
        staying = ids.stood(self._connection, sorted(self._gone))
        ids.keep(self._connection, {id_: acts for id_, acts in self._gone.items() if id_ not in staying})
        self._connection.execute(delete(UNLINKED))
        note(self._connection, LINKED, version)

    def clear(self) -> None:
        """Forgets everything that was linked."""
        self._gone |= derived.drop_incidents(self._connection)
        for table in (MENTIONS, SPOTS, ORIGINS, SKETCH_KEYS):
            self._connection.execute(delete(table))

    # ── what people decided ───────────────────────────────────────────────────────────────

    def documents_of(self, event_ids: Iterable[str]) -> dict[str, str]:
        """The documents that tell the events, as read now, by event."""
        query = select(EVENTS.c.id, EVENTS.c.document_id)
        return {
            row.id: row.document_id
            for part in parts(sorted(event_ids))
            for row in self._connection.execute(query.where(EVENTS.c.id.in_(part)))
        }

    # ── mentions and where they stand ─────────────────────────────────────────────────────

    def put_mentions(self, mentions: Iterable[Mapping[str, Any]], spots: Iterable[Mapping[str, Any]]) -> None:
        """Stores mentions and spots as rows of their tables."""
        self._insert(MENTIONS, mentions)
        self._insert(SPOTS, spots)

    def drop_mentions(self, event_ids: Sequence[str], spots: Iterable[tuple[str, int, str]]) -> None:
        """Takes out the mentions of events and their spots, by cell, first day and event."""
        for part in parts(event_ids):
            self._connection.execute(delete(MENTIONS).where(MENTIONS.c.event_id.in_(part)))
        for cell, first, event_id in spots:
            self._connection.execute(
                delete(SPOTS).where(
                    SPOTS.c.cell == cell, SPOTS.c.first == first, SPOTS.c.event_id == event_id
                )
            )

    def mentions(self, event_ids: Iterable[str]) -> dict[str, str]:
        """The kept mentions of events."""
        return dict(self._mentions(MENTIONS.c.event_id, event_ids))

    def mentions_of(self, document_ids: Iterable[str]) -> dict[str, str]:
        """The kept mentions of the documents' events, by event."""
        return dict(self._mentions(MENTIONS.c.document_id, document_ids))

    def told(self, document_ids: Iterable[str]) -> set[str]:
        """Those of the documents that tell an event."""
        query = select(MENTIONS.c.document_id).distinct()
        return {
            id_
            for part in parts(sorted(document_ids))
            for id_ in self._connection.execute(query.where(MENTIONS.c.document_id.in_(part))).scalars()
        }

    def _mentions(self, column: Any, values: Iterable[str]) -> Iterator[tuple[str, str]]:
        query = select(MENTIONS.c.event_id, MENTIONS.c.body)
        for part in parts(sorted(values)):
            for row in self._connection.execute(query.where(column.in_(part))):
                yield row.event_id, row.body

    def all_mentions(self) -> Iterator[tuple[str, str, int | None, int | None, int, int, str]]:
        """Every kept mention with its columns, by the day on which it first stands anywhere."""
        row = MENTIONS.c
        query = select(
            row.event_id, row.teller, row.first, row.last, row.opens, row.closes, row.body
        ).order_by(row.opens, row.event_id)
        for found in self._connection.execute(query.execution_options(yield_per=_ROWS)):
            yield tuple(found)

    def standing(self, cell: str, since: int, until: int, *, longest: int) -> list[tuple[Any, ...]]:
        """First day, event, last day, cell, kind, place of all that stand in the cell on these days.

        Nothing stands anywhere for more than `longest` days.
        """
        row = SPOTS.c
        query = select(row.first, row.event_id, row.last, row.cell, row.kind, row.place).where(
            row.cell == cell, row.first > since - longest, row.first < until, row.last >= since
        )
        return [tuple(found) for found in self._connection.execute(query)]

    # ── clusters ──────────────────────────────────────────────────────────────────────────

    def incidents_of(self, event_ids: Iterable[str]) -> dict[str, str]:
        """The incident of each of the events that was in one."""
        query = select(MENTIONS.c.event_id, MENTIONS.c.incident_id)
        return {
            row.event_id: row.incident_id
            for part in parts(sorted(event_ids))
            for row in self._connection.execute(query.where(MENTIONS.c.event_id.in_(part)))
            if row.incident_id
        }

    def members(self, incident_ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """The events of each incident, sorted."""
        query = select(MENTIONS.c.incident_id, MENTIONS.c.event_id).order_by(MENTIONS.c.event_id)
        out: dict[str, list[str]] = {}
        for part in parts(sorted(incident_ids)):
            for row in self._connection.execute(query.where(MENTIONS.c.incident_id.in_(part))):
                out.setdefault(row.incident_id, []).append(row.event_id)
        return {id_: tuple(events) for id_, events in out.items()}

    def drop_incidents(self, incident_ids: Sequence[str]) -> None:
        """Takes out the incidents of these ids."""
        self._gone |= derived.drop_incidents(self._connection, incident_ids)

    def put_incidents(
        self,
        incidents: Sequence[Incident],
        *,
        places: Mapping[str, Place],
        text: Mapping[str, str],
        actors: Mapping[str, Actor],
        doubts: Mapping[str, float],
    ) -> None:
        """Stores incidents, and in which their events are now; `doubts` as `derived.put_incidents` has them."""
        derived.put_incidents(
            self._connection, incidents, places=places, text=text, actors=actors, doubts=doubts
        )
        row = MENTIONS.c
        moved = (
            update(MENTIONS)
            .where(row.event_id == bindparam("event"))
            .values(incident_id=bindparam("incident"))
        )
        rows = [{"event": t.event_id, "incident": one.id} for one in incidents for t in one.tellings]
        if rows:
            self._connection.execute(moved, rows)

    # ── copies ────────────────────────────────────────────────────────────────────────────

    def put_origins(self, origins: Iterable[Mapping[str, Any]], keys: Iterable[Mapping[str, Any]]) -> None:
        """Stores rows of the tables of sketches and their keys."""
        self._insert(ORIGINS, origins)
        self._insert(SKETCH_KEYS, keys)

    def drop_origins(self, document_ids: Sequence[str]) -> None:
        """Takes out the sketches of documents and their keys."""
        for id_, sketch in self.sketches(document_ids).items():
            hashes = [int(key) for key in sketch.split()]
            self._connection.execute(
                delete(SKETCH_KEYS).where(SKETCH_KEYS.c.key.in_(hashes), SKETCH_KEYS.c.document_id == id_)
            )
        for part in parts(document_ids):
            self._connection.execute(delete(ORIGINS).where(ORIGINS.c.document_id.in_(part)))

    def set_origin(self, document_id: str, source: str, copy_of: str | None) -> None:
        """Whose word the document counts as."""
        self._connection.execute(
            update(ORIGINS).where(ORIGINS.c.document_id == document_id).values(source=source, copy_of=copy_of)
        )

    def origins(self, document_ids: Iterable[str]) -> dict[str, tuple[str, str | None]]:
        """Whose word each of the documents counts as, and of a copy the original."""
        query = select(ORIGINS.c.document_id, ORIGINS.c.source, ORIGINS.c.copy_of)
        return {
            row.document_id: (row.source, row.copy_of)
            for part in parts(sorted(document_ids))
            for row in self._connection.execute(query.where(ORIGINS.c.document_id.in_(part)))
        }

    def copies_of(self, originals: Iterable[str]) -> list[str]:
        """The documents that are known as copies of these."""
        query = select(ORIGINS.c.document_id)
        return [
            id_
            for part in parts(sorted(originals))
            for id_ in self._connection.execute(query.where(ORIGINS.c.copy_of.in_(part))).scalars()
        ]

    def sketches(self, document_ids: Iterable[str]) -> dict[str, str]:
        """The kept sketches of documents."""
        query = select(ORIGINS.c.document_id, ORIGINS.c.sketch)
        return {
            row.document_id: row.sketch
            for part in parts(sorted(document_ids))
            for row in self._connection.execute(query.where(ORIGINS.c.document_id.in_(part)))
        }

    def sharing(self) -> Iterator[str]:
        """The documents that share a key with another one, in order; the others copy nothing."""
        shared = select(SKETCH_KEYS.c.key).group_by(SKETCH_KEYS.c.key).having(func.count() > 1)
        query = select(SKETCH_KEYS.c.document_id).where(SKETCH_KEYS.c.key.in_(shared)).distinct()
        yield from self._connection.execute(query.order_by(SKETCH_KEYS.c.document_id)).scalars().all()

    def holders(self, key: int, *, first: bool = False) -> list[str]:
        """The documents whose sketch has the key, sorted; only the first of them with `first`."""
        query = (
            select(SKETCH_KEYS.c.document_id)
            .where(SKETCH_KEYS.c.key == key)
            .order_by(SKETCH_KEYS.c.document_id)
        )
        return list(self._connection.execute(query.limit(1) if first else query).scalars())

    def _insert(self, table: Any, rows: Iterable[Mapping[str, Any]]) -> None:
        iterator = iter(rows)
        while batch := list(islice(iterator, _ROWS)):
            self._connection.execute(insert(table), batch)
