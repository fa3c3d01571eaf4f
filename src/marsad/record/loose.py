"""Rows that lead to nothing: of what is derived, and of ids and decisions that outlive it.

No program of Marsad leaves any; a changed file, or a copy of half of one, may hold them. SQLite looks only at
rows as they are written, so they have to be looked for.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Column, Connection, Select, Table, delete, func, not_, select

from marsad.record.schema import (
    CAPTURES,
    CLAIMS,
    DOCUMENTS,
    EVENTS,
    INCIDENT_EVENTS,
    INCIDENT_TERMS,
    INCIDENT_WORDS,
    INCIDENTS,
    JOINS,
    JUDGED,
    MENTIONS,
    META,
    READINGS,
    RETIRED,
    UNLINKED,
)

#: What is derived and refers to other rows, those referred to first.
_DERIVED = (READINGS, EVENTS, CLAIMS, JUDGED, INCIDENT_EVENTS, JOINS, INCIDENT_TERMS, INCIDENT_WORDS)
What = Literal["rows", "incidents", "redirects"]


@dataclass(frozen=True, slots=True)
class Loose:
    """What leads to nothing: how many of what kind, in words, and some of their keys."""

    what: What
    number: int
    said: str
    some: tuple[str, ...]


def loose(connection: Connection) -> Iterator[Loose]:
    """Everything that leads to nothing."""
    for table in _DERIVED:
        for column, missing in _missing(table):
            parent = next(iter(column.foreign_keys)).column.table
            keys = _keys(connection, missing)
            if keys:
                yield Loose("rows", len(keys), f"rows of {table.name} are of no row of {parent.name}", keys)
    empty = select(INCIDENTS.c.id).where(
        not_(
            select(INCIDENT_EVENTS.c.event_id).where(INCIDENT_EVENTS.c.incident_id == INCIDENTS.c.id).exists()
        )
    )
    if keys := _keys(connection, empty):
        yield Loose("incidents", len(keys), "incidents have no event", keys)
    wordless = select(INCIDENTS.c.id).where(
        not_(select(INCIDENT_WORDS.c.number).where(INCIDENT_WORDS.c.incident_id == INCIDENTS.c.id).exists())
    )
    if keys := _keys(connection, wordless):
        yield Loose("incidents", len(keys), "incidents are found by no word", keys)
    if connection.execute(select(UNLINKED.c.document_id).limit(1)).first() is None:
        forgotten = select(MENTIONS.c.event_id).where(
            not_(select(EVENTS.c.id).where(EVENTS.c.id == MENTIONS.c.event_id).exists())
        )
        if keys := _keys(connection, forgotten):
            yield Loose("rows", len(keys), "rows of mentions are of no row of events", keys)
    if keys := tuple(_nowhere(connection)):
        yield Loose("redirects", len(keys), "ids of incidents that are no more lead to no document", keys)


def sweep(connection: Connection) -> None:
    """Takes out what is derived and leads to nothing, so that a rebuild leaves none of it."""
    for table in _DERIVED:
        for _, missing in _missing(table):
            keys = list(table.primary_key.columns)
            for row in connection.execute(missing.with_only_columns(*keys)).all():
                at = [key == value for key, value in zip(keys, row, strict=True)]
                connection.execute(delete(table).where(*at))


def later(connection: Connection, moment: datetime) -> int:
    """How many captures and authors of decisions are dated after that moment."""
    taken = select(func.count()).where(CAPTURES.c.retrieved > moment.isoformat())
    decided = select(META.c.value).where(META.c.key.startswith("last decision of "))
    last = (datetime.fromisoformat(value) for value in connection.execute(decided).scalars())
    return int(connection.execute(taken).scalar_one()) + sum(one > moment for one in last)


def unlinked(connection: Connection) -> int:
    """How many documents are not linked as they stand."""
    return int(connection.execute(select(func.count()).select_from(UNLINKED)).scalar_one())


def _missing(table: Table) -> Iterator[tuple[Column[Any], Select[Any]]]:
    """Each column of a table that refers to another, and the rows of which the other has none."""
    for column in table.columns:
        for reference in column.foreign_keys:
            known = select(reference.column).where(reference.column == column)
            yield column, select(*table.primary_key.columns).where(not_(known.exists()))


def _keys(connection: Connection, query: Select[Any]) -> tuple[str, ...]:
    return tuple(
        " ".join(map(str, row)) for row in connection.execute(query.order_by(*query.selected_columns))
    )


def _nowhere(connection: Connection) -> Iterator[str]:
    known = set(connection.execute(select(DOCUMENTS.c.id)).scalars())
    for id_, acts in connection.execute(select(RETIRED.c.id, RETIRED.c.acts).order_by(RETIRED.c.id)):
        if not any(act["document_id"] in known for act in json.loads(acts)):
            yield id_
