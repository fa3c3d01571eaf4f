"""Flat rows as typed columns: Arrow tables and Parquet files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

_DAYS = frozenset({"first", "last", "published"})
_WHOLE = frozenset(
    {"killed_low", "killed", "killed_high", "wounded_low", "wounded", "wounded_high", "witnesses", "precision", "count",
     "low", "best", "high", "characters", "event_count", "claim_count", "issue_count", "incident_count",
     "document_count", "reprint_count"}
)  # fmt: skip
_REAL = frozenset({"lat", "lon", "radius_km"})
_LISTS = frozenset(
    {
        "anchors",
        "sources",
        "speakers",
        "documents",
        "recalled_in",
        "events",
        "initiators",
        "targets",
        "weapons",
    }
)


def arrow_table(rows: Iterable[Mapping[str, Any]], fields: Sequence[str]) -> pa.Table:
    """The rows as an Arrow table whose types depend on the columns alone, never on the values."""
    import pyarrow as pa

    types = {
        field: pa.date32()
        if field in _DAYS
        else pa.float64()
        if field in _REAL
        else pa.list_(pa.string())
        if field in _LISTS
        else pa.string()
        for field in fields
    }
    taken = list(rows)
    types |= dict.fromkeys(_WHOLE & set(fields), pa.int64())
    if "trigger" in fields:  # of one event all counts stand in a cell: "3; 5+"
        types |= dict.fromkeys(("killed", "wounded"), pa.string())
    columns = {field: [_plain(row.get(field), field) for row in taken] for field in fields}
    return pa.table({field: pa.array(columns[field], types[field]) for field in fields})


def parquet(rows: Iterable[Mapping[str, Any]], fields: Sequence[str]) -> bytes:
    """The rows as a Parquet file."""
    import pyarrow.parquet as pq

    out = BytesIO()
    pq.write_table(arrow_table(rows, fields), out)
    return out.getvalue()


def _plain(value: Any, field: str) -> Any:
    if value is not None and field in _DAYS:
        return date.fromisoformat(value)
    if isinstance(value, list) and field not in _LISTS:
        return json.dumps(value, ensure_ascii=False)
    return value
