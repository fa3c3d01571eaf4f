"""All rows of one record into another that is new, whichever database is under either, and both compared."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Select, Table, delete, func, insert, select

from marsad.errors import RecordError
from marsad.record import codec
from marsad.record.base import OWN, Base
from marsad.record.schema import DECISIONS, DOCUMENTS, META, METADATA

#: Rows that are held at a time: texts are long.
_ROWS = 500


def fill(target: Base, source: Base) -> None:
    """Puts every row of the source, as it stands at one moment, into the target, in one transaction, and compares.

    Raises `RecordError` where the target holds documents or decisions already, and where it differs then.
    """
    with source.reads() as there:
        with target.writes() as here:
            for table in (DOCUMENTS, DECISIONS):
                if here.execute(select(table.c.number).limit(1)).first() is not None:
                    raise RecordError("holds something already", where=target.where, hint="name a new record")
            here.execute(delete(META).where(META.c.key.not_in(OWN)))
            for table in METADATA.sorted_tables:
                rows = there.execute(_rows(table).execution_options(yield_per=_ROWS))
                for part in rows.mappings().partitions():
                    here.execute(insert(table), [dict(row) for row in part])
            if here.dialect.name == "postgresql":
                _count_on(here)
        with target.reads() as here:
            other = [
                table.name for table in METADATA.sorted_tables if _hash(here, table) != _hash(there, table)
            ]
    if other:
        raise RecordError(f"is no true copy, in {', '.join(other)}", where=target.where, hint="copy it anew")


def _rows(table: Table) -> Select[Any]:
    """What of a table is the record's."""
    query = select(table)
    return query.where(META.c.key.not_in(OWN)) if table is META else query


def _hash(connection: Connection, table: Table) -> str:
    out = hashlib.sha256()
    query = _rows(table).order_by(*table.primary_key.columns)
    for row in connection.execute(query.execution_options(yield_per=_ROWS)):
        out.update(json.dumps(list(_plain(row)), ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n")
    return out.hexdigest()


def _plain(row: Any) -> Iterator[Any]:
    for value in row:
        yield value.hex() if isinstance(value, bytes) else codec.encode(value)


def _count_on(connection: Connection) -> None:
    """What is added next is numbered after what was copied: a sequence knows only its own numbers."""
    for table in METADATA.sorted_tables:
        number = table.autoincrement_column
        if number is not None:
            last = connection.execute(select(func.max(number))).scalar()
            sequence = func.pg_get_serial_sequence(table.name, number.name)
            connection.execute(select(func.setval(sequence, last or 1, last is not None)))
