"""Which outlet published how much on which day, and what it only reprinted."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, func, select

from marsad.record.schema import CAPTURES, DOCUMENTS, EVENTS, INCIDENT_EVENTS


def published(connection: Connection) -> list[tuple[str, date | None, int]]:
    """Outlets with each day on which documents of theirs were published, and how many; '' names none."""
    number = func.count(CAPTURES.c.document_id.distinct()).label("number")
    query = (
        select(CAPTURES.c.outlet, DOCUMENTS.c.published, number)
        .join(DOCUMENTS, DOCUMENTS.c.id == CAPTURES.c.document_id)
        .group_by(CAPTURES.c.outlet, DOCUMENTS.c.published)
        .order_by(CAPTURES.c.outlet, DOCUMENTS.c.published.nulls_first())
    )
    return [(outlet, day, count) for outlet, day, count in connection.execute(query)]


def reprints(connection: Connection) -> list[tuple[str, int]]:
    """Outlets with how many of their documents copy another text, of those that tell an incident."""
    copied = select(INCIDENT_EVENTS.c.event_id).where(INCIDENT_EVENTS.c.copy_of.is_not(None))
    number = func.count(CAPTURES.c.document_id.distinct()).label("number")
    query = (
        select(CAPTURES.c.outlet, number)
        .join(EVENTS, EVENTS.c.document_id == CAPTURES.c.document_id)
        .where(EVENTS.c.id.in_(copied))
        .group_by(CAPTURES.c.outlet)
        .order_by(CAPTURES.c.outlet)
    )
    return [(outlet, count) for outlet, count in connection.execute(query)]
