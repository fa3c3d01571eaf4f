"""Incidents as CSV with a row of HXL hashtags (https://hxlstandard.org, 1.1) under its header."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from marsad.publish.tables import csv_lines

#: Column and hashtag, in order.
TAGS: Mapping[str, str] = {
    "id": "#event +id",
    "title": "#event +name",
    "type": "#event +type",
    "first": "#date +start",
    "last": "#date +end",
    "place": "#loc +name",
    "admin1": "#adm1 +name",
    "country": "#country +code +v_iso3",
    "lat": "#geo +lat",
    "lon": "#geo +lon",
    "radius_km": "#geo +radius +km",
    "precision": "#geo +precision +code",
    "killed_low": "#affected +killed +min",
    "killed": "#affected +killed +best",
    "killed_high": "#affected +killed +max",
    "wounded_low": "#affected +injured +min",
    "wounded": "#affected +injured +best",
    "wounded_high": "#affected +injured +max",
    "initiators": "#org +initiator +list",
    "targets": "#org +target +list",
    "grade": "#status +grade",
    "status": "#status +telling",
    "witnesses": "#indicator +witnesses +num",
    "sources": "#meta +source +list",
    "speakers": "#meta +speaker +list",
}


def hxl_lines(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The lines of the file: header, hashtags, rows."""
    lines = csv_lines(rows, tuple(TAGS))
    yield next(lines)
    # a hashtag row is no data: the guard against formulas must not touch it
    yield from islice(csv_lines([], tuple(TAGS.values())), 1)
    yield from lines
