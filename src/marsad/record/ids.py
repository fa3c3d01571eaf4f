"""Ids of incidents: found by their beginning, and kept with what they stood on when they are no more."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, delete, insert, select

from marsad.errors import QueryError
from marsad.model import EventType, Incident, Span
from marsad.record import codec
from marsad.record.base import insert_new
from marsad.record.documents import parts
from marsad.record.schema import INCIDENTS, RETIRED, RETIRED_IN


@dataclass(frozen=True, slots=True)
class Act:
    """An event that an incident stood on: its id, and where its trigger is, should the id be no more."""

    event_id: str
    document_id: str
    trigger: Span
    type: EventType


def acts(incident: Incident) -> str:
    """The acts that an incident stands on, its anchor first, as they are stored."""
    stood = [Act(t.event_id, t.document_id, t.event.trigger, t.event.type) for t in incident.tellings]
    return codec.dumps(stood)


def stood(connection: Connection, incident_ids: Sequence[str] | None = None) -> dict[str, str]:
    """The acts, as stored, of the incidents of those ids, or of all."""
    query = select(INCIDENTS.c.id, INCIDENTS.c.acts)
    if incident_ids is None:
        return {row.id: row.acts for row in connection.execute(query)}
    asked = (query.where(INCIDENTS.c.id.in_(part)) for part in parts(incident_ids))
    return {row.id: row.acts for one in asked for row in connection.execute(one)}


def keep(connection: Connection, gone: Mapping[str, str]) -> None:
    """Notes ids that are no more, each with the acts that its incident stood on last."""
    for id_, stood in sorted(gone.items()):
        connection.execute(delete(RETIRED).where(RETIRED.c.id == id_))
        connection.execute(insert(RETIRED).values(id=id_, acts=stood))
        for document_id in sorted({act["document_id"] for act in json.loads(stood)}):
            insert_new(connection, RETIRED_IN, document_id=document_id, id=id_)


def retired_in(connection: Connection, document_ids: Sequence[str]) -> set[str]:
    """The ids that are no more of incidents which these documents told."""
    query = select(RETIRED_IN.c.id)
    asked = (query.where(RETIRED_IN.c.document_id.in_(part)) for part in parts(document_ids))
    return {id_ for one in asked for id_ in connection.execute(one).scalars()}


def retired(connection: Connection, id_: str) -> tuple[str, tuple[Act, ...]] | None:
    """The incident of that id, or beginning of an id, that is no more, with its acts."""
    found = beginning(connection, RETIRED.c.id, id_)
    if found is None:
        return None
    body = connection.execute(select(RETIRED.c.acts).where(RETIRED.c.id == found)).scalar_one()
    return found, tuple(codec.decode(Act, act) for act in json.loads(body))


def beginning(connection: Connection, column: Column[Any], id_: str) -> str | None:
    """The one id that begins so; `QueryError` where several do."""
    found = list(
        connection.execute(
            # a range: LIKE knows capitals on one database and not on the other
            select(column).where(column >= id_, column < f"{id_}\U0010ffff").order_by(column).limit(5)
        ).scalars()
    )
    if not id_ or not found:
        return None
    if len(found) > 1 and id_ not in found:
        raise QueryError(
            "{id!r} begins more than one id", hint=f"give more of it: {', '.join(found)}", id=id_
        )
    return id_ if id_ in found else str(found[0])
