"""Incidents for maps: GeoJSON (RFC 7946) and GeoParquet 1.1.

Only what has a point is there, each with the precision (`precision`, UCDP's where_prec) and the
radius of doubt of that point: a governorate's middle is no place where something happened.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any

from marsad.publish.columns import arrow_table

#: WKB: little-endian, a point.
_POINT = struct.Struct("<BIdd")


def geojson(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The pieces of a feature collection of flat rows (`tables.incident_row`)."""
    yield '{"type":"FeatureCollection","features":['
    lead = ""
    for row in rows:
        if row["lat"] is None or row["lon"] is None:
            continue
        feature = {
            "type": "Feature",
            "id": row["id"],
            "geometry": {"type": "Point", "coordinates": [row["lon"], row["lat"]]},
            "properties": {key: value for key, value in row.items() if key not in ("lat", "lon")},
        }
        yield f"{lead}\n{json.dumps(feature, ensure_ascii=False)}"
        lead = ","
    yield "\n]}\n"


def geoparquet(rows: Iterable[Mapping[str, Any]], fields: Sequence[str]) -> bytes:
    """A GeoParquet file: the columns of the rows, and `geometry` as WKB points in longitude and latitude."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    placed = [row for row in rows if row["lat"] is not None and row["lon"] is not None]
    table = arrow_table(placed, fields)
    points = [_POINT.pack(1, 1, row["lon"], row["lat"]) for row in placed]
    table = table.append_column("geometry", pa.array(points, pa.binary()))
    lons, lats = [row["lon"] for row in placed], [row["lat"] for row in placed]
    column: dict[str, Any] = {"encoding": "WKB", "geometry_types": ["Point"]}  # no CRS named: OGC:CRS84
    if placed:
        column["bbox"] = [min(lons), min(lats), max(lons), max(lats)]
    about = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
    table = table.replace_schema_metadata({"geo": json.dumps(about)})
    out = BytesIO()
    pq.write_table(table, out)
    return out.getvalue()
