"""Brings the tables of an older record up to those of this version.

Only what is derived is ever dropped: documents and decisions stay, and the next `marsad run`
derives the rest again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import Connection, select, update

from marsad.record import search
from marsad.record.schema import META, METADATA, VERSION


def create(connection: Connection) -> None:
    """Makes the tables that are missing."""
    METADATA.create_all(connection)
    search.create(connection)


def upgrade(connection: Connection) -> None:
    """From the tables that stand there to those of this version, inside the caller's transaction."""
    found = int(connection.execute(select(META.c.value).where(META.c.key == "schema")).scalar_one())
    for version in range(found + 1, VERSION + 1):
        _STEPS[version](connection)
    create(connection)
    connection.execute(update(META).where(META.c.key == "schema").values(value=str(VERSION)))


def _drop_incidents(connection: Connection) -> None:
    """Incidents carry other values: they are linked again from the readings, which stay."""
    names = ("incident_search", "incident_words", "incident_terms", "joins", "incident_events", "incidents")
    for name in names:
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {name}")


#: What has to be done to reach each version from the one before.
_STEPS: Mapping[int, Callable[[Connection], None]] = {2: _drop_incidents, 3: _drop_incidents}
