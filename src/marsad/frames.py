"""A record's tables as data frames, for notebooks: pandas, polars or geopandas.

    from marsad import Filters, Record, frames

    with Record.open("marsad.db", readonly=True) as record:
        deadly = frames.incidents(record, Filters(min_killed=1))
        points = frames.incidents(record, to="geo")

The types of the columns depend on the columns alone: what nobody told is missing (`<NA>`, `NaT`, `null`),
never 0 or ''. Days are days (`datetime64` in pandas), counts whole numbers, lists lists. With `to="geo"`
the rows are those of pandas with a point each (EPSG:4326), or none where the place has none: its
`radius_km` and `precision` say how far it can be trusted.

Needs `pip install 'marsad[frames]'`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from marsad import lexicon, pipeline
from marsad.codebook import load as codebook
from marsad.errors import MarsadError, QueryError
from marsad.publish import tables
from marsad.publish.columns import arrow_table
from marsad.publish.titles import Names, headline

if TYPE_CHECKING:
    from marsad.record import Filters, Record

To = Literal["pandas", "polars", "geo", "arrow"]

_DOCUMENTS = (
    "id", "article", "outlet", "url", "published", "dated_by", "language", "title", "characters", "event_count",
    "claim_count", "issue_count",
)  # fmt: skip
_FIGURES = (
    "incident", "event", "document", "source", "published", "measure", "group", "low", "best", "high", "speaker",
    "speaker_class", "words",
)  # fmt: skip
_SOURCES = ("source", "incident_count", "document_count", "reprint_count", "first", "last")


def incidents(record: Record, filters: Filters | None = None, *, to: To = "pandas") -> Any:
    """A row for each incident that satisfies the filters, the earliest first, with a title in English.

    The columns are those of `marsad export incidents` (docs/tables.md).
    """
    names = Names(codebook(), lexicon.load().actors)
    rows = (
        {**row, "title": headline(row["type"], row["initiators"], row["targets"], names, "en")}
        for row in pipeline.incident_rows(record, filters)
    )
    return _frame(rows, ("id", "title", *tables.INCIDENT_FIELDS[1:]), to)


def events(record: Record, *, to: To = "pandas") -> Any:
    """A row for each event that an article tells, with the words that say so; people's corrections are in it."""
    return _frame(pipeline.told_rows(record, "events"), tables.EVENT_FIELDS, to)


def claims(record: Record, *, to: To = "pandas") -> Any:
    """A row for each number, rise or fall that an article claims of a period, an area or a stock."""
    return _frame(pipeline.told_rows(record, "claims"), tables.CLAIM_FIELDS, to)


def figures(record: Record, filters: Filters | None = None, *, to: To = "pandas") -> Any:
    """A row for each count that an article gives of an incident, with who says so: figures side by side."""
    return _frame(_figures(record, filters), _FIGURES, to)


def documents(record: Record, *, text: bool = False, to: To = "pandas") -> Any:
    """A row for each document by its first capture; `text` adds the whole text."""
    return _frame(_documents(record), (*_DOCUMENTS, "text") if text else _DOCUMENTS, to)


def sources(record: Record, *, to: To = "pandas") -> Any:
    """A row for each source: the incidents that it tells, its documents and the days that they are of."""
    return _frame(_sources(record), _SOURCES, to)


def _figures(record: Record, filters: Filters | None) -> Iterator[dict[str, Any]]:
    found = record.incidents(filters)
    ids = sorted({telling.document_id for incident in found for telling in incident.tellings})
    texts = {document.id: document.text for document in record.documents(ids)}
    for incident in found:
        for telling in incident.tellings:
            for figure in telling.event.figures:
                said = figure.attribution
                yield {
                    "incident": incident.id,
                    "event": telling.event_id,
                    "document": telling.document_id,
                    "source": telling.source,
                    "published": telling.published.isoformat() if telling.published else None,
                    "measure": figure.measure,
                    "group": figure.group,
                    "low": figure.low,
                    "best": figure.best,
                    "high": figure.high,
                    "speaker": said.speaker,
                    "speaker_class": said.speaker_class,
                    "words": figure.span.of(texts[telling.document_id]),
                }


def _documents(record: Record) -> Iterator[dict[str, Any]]:
    for document in record.documents():
        capture, reading = document.capture, record.reading(document.id)
        yield {
            "id": document.id,
            "article": capture.source_id or None,
            "outlet": capture.outlet,
            "url": capture.url,
            "published": document.published.isoformat() if document.published else None,
            "dated_by": document.dated_by,
            "language": document.language,
            "title": document.title,
            "characters": len(document.text),
            "event_count": len(reading.events) if reading else None,
            "claim_count": len(reading.claims) if reading else None,
            "issue_count": len(reading.issues) if reading else None,
            "text": document.text,
        }


def _sources(record: Record) -> Iterator[dict[str, Any]]:
    days: dict[str, list[str]] = {}
    counts: dict[str, int] = {}
    for outlet, day, count in record.published():
        counts[outlet] = counts.get(outlet, 0) + count
        days.setdefault(outlet, []).extend([day.isoformat()] if day else [])
    told, copies = dict(record.sources()), dict(record.reprints())
    for source in sorted({*told, *(outlet for outlet in counts if outlet)}):
        on = days.get(source, [])
        yield {
            "source": source,
            "incident_count": told.get(source, 0),
            "document_count": counts.get(source),
            "reprint_count": copies.get(source, 0) if source in counts else None,
            "first": min(on, default=None),
            "last": max(on, default=None),
        }


def _frame(rows: Iterable[Mapping[str, Any]], fields: Sequence[str], to: To) -> Any:
    if to not in ("pandas", "polars", "geo", "arrow"):
        raise QueryError(f"no kind of frame {to!r}", hint="pandas, polars, geo or arrow")
    if to == "geo" and "lat" not in fields:
        raise QueryError("these rows have no place", hint="incidents and events have")
    try:
        table = arrow_table(rows, fields)
        if to == "arrow":
            return table
        if to == "polars":
            import polars

            return polars.from_arrow(table)
        import pandas
        import pyarrow

        types = {pyarrow.int64(): pandas.Int64Dtype(), pyarrow.string(): pandas.StringDtype()}
        frame = table.to_pandas(types_mapper=types.get, date_as_object=False)
        if to == "pandas":
            return frame
        import geopandas

        points = geopandas.GeoSeries(geopandas.points_from_xy(frame["lon"], frame["lat"]), crs="EPSG:4326")
        return geopandas.GeoDataFrame(frame, geometry=points.where(frame["lat"].notna()))
    except ModuleNotFoundError as error:
        raise MarsadError(
            f"this needs {error.name}, which is not installed", hint="pip install 'marsad[frames]'"
        ) from error
