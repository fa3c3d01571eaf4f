"""All rows of one record into another that is new, whichever database is under either."""

from __future__ import annotations

from sqlalchemy import Connection, func, insert, select

from marsad.errors import RecordError
from marsad.record.base import OWN, Base
from marsad.record.schema import DECISIONS, DOCUMENTS, META, METADATA

#: Rows that are held at a time: texts are long.
_ROWS = 500


def fill(target: Base, source: Base) -> None:
    """Puts every row of the source, as it stands at one moment, into the target, in one transaction.

    Raises `RecordError` where the target holds documents or decisions already.
    """
    with source.reads() as there, target.writes() as here:
        for table in (DOCUMENTS, DECISIONS):
            if here.execute(select(table.c.number).limit(1)).first() is not None:
                raise RecordError("holds something already", where=target.where, hint="name a new record")
        for table in METADATA.sorted_tables:
            query = select(table)
            if table is META:
                query = query.where(META.c.key.not_in(OWN))
            for rows in there.execute(query.execution_options(yield_per=_ROWS)).mappings().partitions():
                here.execute(insert(table), [dict(row) for row in rows])
        if here.dialect.name == "postgresql":
            _count_on(here)


def _count_on(connection: Connection) -> None:
    """What is added next is numbered after what was copied: a sequence knows only its own numbers."""
    for table in METADATA.sorted_tables:
        number = table.autoincrement_column
        if number is not None:
            last = connection.execute(select(func.max(number))).scalar()
            sequence = func.pg_get_serial_sequence(table.name, number.name)
            connection.execute(select(func.setval(sequence, last or 1, last is not None)))
