"""Readings and their events: what was read of each document, replaced whole, rebuildable."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from sqlalchemy import Connection, delete, insert, select, update

from marsad.errors import QueryError
from marsad.model import Event, Reading, claim_ids, event_ids
from marsad.record import codec, derived, ids
from marsad.record.base import insert_new
from marsad.record.documents import parts
from marsad.record.schema import CLAIMS, DOCUMENTS, EVENTS, INCIDENT_EVENTS, READINGS, UNLINKED


def save_readings(connection: Connection, readings: Iterable[Reading], *, lexicon: str) -> None:
    """Puts each reading in the place of its document's earlier one.

    Events that are told as before stay in their incidents, so that a record which is being read anew shows
    them until it is linked.
    """
    for reading in readings:
        _unlink(connection, reading.document_id)
        values = {"reader": reading.reader, "lexicon": lexicon, "body": codec.dumps(reading)}
        at = READINGS.c.document_id == reading.document_id
        if connection.execute(update(READINGS).where(at).values(values)).rowcount == 0:
            connection.execute(insert(READINGS).values(document_id=reading.document_id, **values))
        _put_events(connection, reading)
        connection.execute(delete(CLAIMS).where(CLAIMS.c.document_id == reading.document_id))
        claims = [
            {
                "id": id_,
                "document_id": reading.document_id,
                "ordinal": number,
                "measure": claim.measure,
                "subject": claim.subject,
            }
            for number, (id_, claim) in enumerate(zip(claim_ids(reading), reading.claims, strict=True))
        ]
        if claims:
            connection.execute(insert(CLAIMS), claims)


def _put_events(connection: Connection, reading: Reading) -> None:
    rows = {
        id_: {
            "id": id_,
            "document_id": reading.document_id,
            "ordinal": number,
            "type": event.type,
            "status": event.status,
            "recency": event.recency,
            "first": event.period.first if event.period else None,
            "last": event.period.last if event.period else None,
            "place_id": event.location.place_id if event.location else None,
            "country": event.location.country if event.location else None,
        }
        for number, (id_, event) in enumerate(zip(event_ids(reading), reading.events, strict=True))
    }
    before = _events_of(connection, reading.document_id)
    _drop_events(connection, sorted(before - rows.keys()))
    for id_ in sorted(before & rows.keys()):
        connection.execute(update(EVENTS).where(EVENTS.c.id == id_).values(rows[id_]))
    if new := [row for id_, row in rows.items() if id_ not in before]:
        connection.execute(insert(EVENTS), new)


def forget_readings(connection: Connection, document_ids: Sequence[str]) -> None:
    """Drops the readings of documents that can no longer be read."""
    for id_ in document_ids:
        _unlink(connection, id_)
        _drop_events(connection, sorted(_events_of(connection, id_)))
        connection.execute(delete(READINGS).where(READINGS.c.document_id == id_))


def _events_of(connection: Connection, document_id: str) -> set[str]:
    query = select(EVENTS.c.id).where(EVENTS.c.document_id == document_id)
    return set(connection.execute(query).scalars())


def _drop_events(connection: Connection, event_ids: Sequence[str]) -> None:
    """Takes out events, and the incidents that nothing tells then."""
    told = INCIDENT_EVENTS.c
    for part in parts(event_ids):
        query = select(told.incident_id).distinct().where(told.event_id.in_(part))
        homes = sorted(connection.execute(query).scalars())
        connection.execute(delete(EVENTS).where(EVENTS.c.id.in_(part)))
        left = set(
            connection.execute(
                select(told.incident_id).distinct().where(told.incident_id.in_(homes))
            ).scalars()
        )
        ids.keep(connection, derived.drop_incidents(connection, [id_ for id_ in homes if id_ not in left]))


def _unlink(connection: Connection, document_id: str) -> None:
    insert_new(connection, UNLINKED, document_id=document_id)


def unread(
    connection: Connection, *, readers: Sequence[str], lexicon: str, among: Sequence[str] | None = None
) -> list[str]:
    """Ids of the documents that none of the readers with this lexicon has read, in order of arrival.

    Of the ids in `among` alone, in their order, where it is given.
    """
    current = select(READINGS.c.document_id).where(
        READINGS.c.reader.in_(readers), READINGS.c.lexicon == lexicon
    )
    if among is not None:
        read = {
            id_
            for part in parts(among)
            for id_ in connection.execute(current.where(READINGS.c.document_id.in_(part))).scalars()
        }
        return [id_ for id_ in among if id_ not in read]
    query = select(DOCUMENTS.c.id).where(DOCUMENTS.c.id.not_in(current)).order_by(DOCUMENTS.c.number)
    return list(connection.execute(query).scalars())


def readings(connection: Connection) -> Iterator[Reading]:
    """Every stored reading, by document id."""
    for body in connection.execute(select(READINGS.c.body).order_by(READINGS.c.document_id)).scalars():
        yield codec.loads(Reading, body)


def readings_of(connection: Connection, document_ids: Sequence[str]) -> dict[str, Reading]:
    """The stored readings of those documents, by document id."""
    return {
        row.document_id: codec.loads(Reading, row.body)
        for part in parts(document_ids)
        for row in connection.execute(
            select(READINGS.c.document_id, READINGS.c.body).where(READINGS.c.document_id.in_(part))
        )
    }


def events_as_read(connection: Connection, event_ids: Collection[str]) -> dict[str, Event]:
    """Those of the events that are read now, without what people corrected."""
    query = select(EVENTS.c.id, EVENTS.c.ordinal, EVENTS.c.document_id)
    rows = [
        row
        for part in parts(sorted(event_ids))
        for row in connection.execute(query.where(EVENTS.c.id.in_(part)))
    ]
    told = readings_of(connection, sorted({row.document_id for row in rows}))
    return {row.id: told[row.document_id].events[row.ordinal] for row in rows}


def event(connection: Connection, id_: str) -> tuple[str, Event]:
    """The document id and the event of an event id."""
    row = connection.execute(select(EVENTS.c.document_id, EVENTS.c.ordinal).where(EVENTS.c.id == id_)).first()
    if row is None:
        raise QueryError("no event {id}", hint="`marsad export events` lists them", id=id_)
    raw = derived.raw_events(connection, [row.document_id])[row.document_id][row.ordinal]
    return row.document_id, codec.decode(Event, raw)
