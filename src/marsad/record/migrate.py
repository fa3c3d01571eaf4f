"""Brings the tables of an older record up to those of this version.

Only what is derived is ever dropped: documents, decisions and the ids that were handed out stay,
and the next `marsad run` derives the rest again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import Connection, delete, insert, inspect, select, text

from marsad.decision import Anchor, Decision
from marsad.model import Span
from marsad.record import captures, chain, codec, decisions, documents, ids, search
from marsad.record.base import note, noted
from marsad.record.schema import (
    CAPTURES,
    DECISIONS,
    DOCUMENTS,
    LINKED,
    META,
    METADATA,
    RETIRED,
    RETIRED_IN,
    VERSION,
)


def create(connection: Connection) -> None:
    """Makes the tables that are missing."""
    METADATA.create_all(connection)
    search.create(connection)


def make(connection: Connection) -> None:
    """Makes the tables of a new record."""
    create(connection)
    note(connection, "schema", str(VERSION))


def upgrade(connection: Connection) -> None:
    """From the tables that stand there to those of this version, inside the caller's transaction."""
    found = int(noted(connection, "schema") or 0)
    for version in range(found + 1, VERSION + 1):
        _STEPS[version](connection)
    create(connection)
    note(connection, "schema", str(VERSION))


def _drop_incidents(connection: Connection) -> None:
    """Incidents carry other values: they are linked again from the readings, which stay."""
    if "incident_events" in inspect(connection).get_table_names():
        _keep_ids(connection)
    names = (
        "incident_search", "incident_words", "incident_terms", "joins", "incident_events", "incidents",
    )  # fmt: skip
    for name in names:
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {name}")


def _link_anew(connection: Connection) -> None:
    """Incidents carry other values, and what was linked is forgotten with them."""
    _drop_incidents(connection)
    connection.execute(delete(META).where(META.c.key == LINKED))


def _keep_ids(connection: Connection) -> None:
    """Retires the ids of incidents as their tables know them."""
    for table in (RETIRED, RETIRED_IN):
        table.create(connection, checkfirst=True)
    told = connection.execute(
        text(
            "SELECT incident_id, event_id, document_id, events.ordinal AS place FROM incident_events "
            "JOIN events ON events.id = event_id ORDER BY incident_id, incident_events.ordinal"
        )
    ).all()
    bodies = {
        row.document_id: json.loads(row.body)["events"]
        for row in connection.execute(text("SELECT document_id, body FROM readings"))
    }
    acts: dict[str, list[ids.Act]] = {}
    for row in told:
        event = bodies[row.document_id][row.place]
        act = ids.Act(row.event_id, row.document_id, codec.decode(Span, event["trigger"]), event["type"])
        acts.setdefault(row.incident_id, []).append(act)
    ids.keep(connection, {id_: codec.dumps(stood) for id_, stood in acts.items()})


def _chain_decisions(connection: Connection) -> None:
    """Decisions name the words of the act, and are chained."""
    _drop_incidents(connection)
    rows = connection.execute(text("SELECT * FROM decisions ORDER BY number")).all()
    connection.exec_driver_sql("DROP TABLE decisions")
    DECISIONS.create(connection)

    def anchor(document_id: str | None, quote: str | None) -> Anchor | None:
        if document_id is None or quote is None:
            return None
        whole = connection.execute(select(DOCUMENTS.c.text).where(DOCUMENTS.c.id == document_id)).scalar()
        start = max((whole or "").find(quote), 0)
        return Anchor(document_id, quote, start, Span(0, len(quote)))

    decisions.append(
        connection,
        [
            Decision(
                verdict=row.verdict,
                author=row.author,
                made=datetime.fromisoformat(row.made),
                anchor=anchor(row.document_id, row.quote),
                other=anchor(row.other_document_id, row.other_quote),
                field=row.field,
                value=row.value,
                reason=row.reason,
            )
            for row in rows
        ],
    )


def _chain_captures(connection: Connection) -> None:
    """Captures are chained and seal their documents; of those so far no bytes were kept."""
    rows = connection.execute(text("SELECT * FROM captures ORDER BY number")).all()
    connection.exec_driver_sql("DROP TABLE captures")
    CAPTURES.create(connection)
    log = chain.Log.of(connection, captures.LOG)
    sealed: set[str] = set()
    for row in rows:
        values = {**row._mapping, "raw": "", "seal": ""}
        if row.document_id not in sealed:
            sealed.add(row.document_id)
            found = connection.execute(select(DOCUMENTS).where(DOCUMENTS.c.id == row.document_id)).one()
            values["seal"] = captures.seal(row.document_id, documents.document_of(found))
        link = log.append(captures.body(values))
        values |= {"number": link.number, "previous": link.previous, "hash": link.hash}
        connection.execute(insert(CAPTURES).values(values))
    log.note(connection)


def _only_new_tables(connection: Connection) -> None:
    """Tables are added, which `create` makes."""


def _weigh_doubts(connection: Connection) -> None:
    """Events of incidents carry how doubtful they are: incidents stay as they are until the next run links them anew."""
    there = inspect(connection)
    if "incident_events" in there.get_table_names():
        if "doubt" not in {column["name"] for column in there.get_columns("incident_events")}:
            connection.exec_driver_sql(
                "ALTER TABLE incident_events ADD COLUMN doubt FLOAT NOT NULL DEFAULT 0"
            )
    connection.execute(delete(META).where(META.c.key == LINKED))


def _keep_standings(connection: Connection) -> None:
    """What became of each decision is kept: all are judged anew by the next run, since none is yet."""
    if RETIRED.name in inspect(connection).get_table_names():
        RETIRED_IN.create(connection, checkfirst=True)
        ids.keep(connection, {row.id: row.acts for row in connection.execute(select(RETIRED))})
    connection.execute(delete(META).where(META.c.key.in_((decisions.APPLIED, "linked within"))))


#: What has to be done to reach each version from the one before.
_STEPS: Mapping[int, Callable[[Connection], None]] = {
    2: _drop_incidents,
    3: _drop_incidents,
    4: _chain_decisions,
    5: _drop_incidents,
    6: _link_anew,
    7: _chain_captures,
    8: _only_new_tables,
    9: _weigh_doubts,
    10: _only_new_tables,
    11: _keep_standings,
}
