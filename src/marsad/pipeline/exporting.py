"""Incidents, events and claims of a record in the formats of the field."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from marsad import lexicon
from marsad.codebook import Language
from marsad.codebook import load as codebook
from marsad.errors import MarsadError
from marsad.model import Incident, Kept
from marsad.publish import acled, columns, ged, geo, hxl, linked, plover, tables, wacz, warc, workbook
from marsad.publish.reference import Reference
from marsad.publish.titles import headline

if TYPE_CHECKING:  # loading a database takes longer than what most commands do
    from marsad.record import Filters, Record

What = Literal["incidents", "events", "claims"]

#: Every format with the ending of its files; the first three are for all tables, the rest for incidents.
ENDINGS: Mapping[str, str] = {
    "csv": ".csv", "xlsx": ".xlsx", "parquet": ".parquet", "acled": ".csv", "ged": ".csv", "plover": ".jsonl",
    "hxl": ".csv", "geojson": ".geojson", "geoparquet": ".parquet", "jsonld": ".jsonld", "ftm": ".ftm.json",
    "warc": ".warc.gz", "wacz": ".wacz",
}  # fmt: skip
OF_ALL = ("csv", "xlsx", "parquet")
#: The formats of what was taken in, and not of what was made of it.
OF_CAPTURES = ("warc", "wacz")


@dataclass(slots=True)
class Export:
    """The bytes of a file, piece by piece, and why incidents have no row in it, counted as they pass."""

    pieces: Iterator[bytes]
    left_out: Counter[str] = field(default_factory=Counter)


def reference(record: Record, incidents: Iterable[Incident]) -> Reference:
    """What the incidents are written out with."""
    ids = sorted({telling.document_id for incident in incidents for telling in incident.tellings})
    table = lexicon.load()
    documents = {document.id: document for document in record.documents(ids)}
    return Reference(codebook(), table.actors, table.places, record.captures(ids), documents)


def export(
    record: Record,
    form: str,
    what: What = "incidents",
    *,
    filters: Filters | None = None,
    language: Language = "en",
) -> Export:
    """One table of the record in one format.

    `language` is that of a workbook's headings. Raises `MarsadError` where a format needs a
    package that is not installed.
    """
    if form in OF_CAPTURES:
        return _captures(record, form, filters)
    if what == "incidents":
        incidents = record.incidents(filters)
        return of_incidents(incidents, reference(record, incidents), form, language=language)
    rows = told_rows(record, what)
    return Export(_encoded(_table(rows, tables.FIELDS[what], form, what, language)))


def _captures(record: Record, form: str, filters: Filters | None) -> Export:
    """The captures of the articles that tell the incidents; without filters, of all articles."""
    from marsad import __version__

    out = Export(iter(()))

    def taken() -> Iterator[Kept]:
        for one in _kept(record, filters):
            if one.capture.raw is None:
                out.left_out["its bytes were not kept"] += 1
            else:
                yield one

    software = f"Marsad {__version__}"
    if form == "warc":
        out.pieces = (entry.data for entry in warc.entries(taken(), software=software))
    else:
        titles = {document.id: document.title for document in record.documents() if document.title}
        out.pieces = wacz.wacz(taken(), titles, software=software)
    return out


def _kept(record: Record, filters: Filters | None) -> Iterator[Kept]:
    from marsad.record import Filters

    if filters is None or filters == Filters():
        after = 0
        while page := record.kept(after=after):
            yield from page
            after = page[-1].number
    else:
        told = {t.document_id for incident in record.incidents(filters) for t in incident.tellings}
        yield from (kept for id_ in record.document_ids() if id_ in told for kept in record.kept_of(id_))


def incident_rows(record: Record, filters: Filters | None = None) -> Iterator[dict[str, Any]]:
    """The incidents that satisfy the filters as flat rows, the earliest first."""
    found = record.incidents(filters)
    captures = record.captures(sorted({t.document_id for incident in found for t in incident.tellings}))
    return (tables.incident_row(incident, captures) for incident in found)


def told_rows(record: Record, what: What) -> Iterator[dict[str, Any]]:
    """Every event or claim of the record as a flat row."""
    judged = record.judged() if what == "events" else {}
    for document in record.documents():
        reading = record.reading(document.id)
        if reading is not None and what == "events":
            yield from tables.event_rows(document, reading, judged)
        elif reading is not None:
            yield from tables.claim_rows(document, reading)


def of_incidents(
    incidents: Sequence[Incident], known: Reference, form: str, *, language: Language = "en"
) -> Export:
    """Incidents in one format."""
    out = Export(iter(()))

    def kept(left_out: Callable[[Incident], str | None]) -> Iterator[Incident]:
        for incident in incidents:
            reason = left_out(incident)
            if reason is None:
                yield incident
            else:
                out.left_out[reason] += 1

    def flat(said: Language = "en") -> Iterator[dict[str, Any]]:
        for incident in incidents:
            row = tables.incident_row(incident, known.captures)
            yield {"id": row["id"], "title": _title(row, known, said), **row}

    pieces: Iterable[str | bytes]
    match form:
        case "acled":
            pieces = tables.csv_lines((acled.row(i, known) for i in kept(acled.left_out)), acled.FIELDS)
        case "ged":
            pieces = tables.csv_lines((ged.row(i, known) for i in kept(ged.left_out)), ged.FIELDS)
        case "plover":
            pieces = (_line(plover.event(i, known)) for i in incidents)
        case "ftm":
            pieces = (_line(entity) for entity in linked.entities(incidents, known))
        case "jsonld":
            pieces = linked.jsonld(incidents, known)
        case "hxl":
            pieces = hxl.hxl_lines(flat())
        case "geojson":
            pieces = geo.geojson(flat())
        case "geoparquet":
            pieces = _needs(
                "pyarrow", lambda: geo.geoparquet(flat(), ("id", "title", *tables.INCIDENT_FIELDS[1:]))
            )
        case _:
            pieces = _table(
                flat(language), ("id", "title", *tables.INCIDENT_FIELDS[1:]), form, "incidents", language
            )
    out.pieces = _encoded(pieces)
    return out


def _title(row: Mapping[str, Any], known: Reference, language: Language) -> str:
    return headline(row["type"], row["initiators"], row["targets"], known.names, language)


def _table(
    rows: Iterator[dict[str, Any]], fields: Sequence[str], form: str, what: What, language: Language
) -> Iterable[str | bytes]:
    if form == "csv":
        return tables.csv_lines(rows, fields)
    if form == "parquet":
        return _needs("pyarrow", lambda: columns.parquet(rows, fields))
    heads = {name: codebook().name("columns", name, language) for name in fields}
    sheet = codebook().name("columns", what, language)
    return _needs(
        "openpyxl", lambda: workbook.workbook([workbook.Sheet(sheet, heads, list(rows))], language=language)
    )


def _needs(package: str, make: Callable[[], bytes]) -> Iterator[bytes]:
    try:
        yield make()
    except ModuleNotFoundError as error:
        raise MarsadError(
            f"this format needs {package}, which is not installed", hint="pip install 'marsad[tables]'"
        ) from error


def _line(value: Mapping[str, Any]) -> str:
    return f"{json.dumps(value, ensure_ascii=False)}\n"


def _encoded(pieces: Iterable[str | bytes]) -> Iterator[bytes]:
    return (piece.encode() if isinstance(piece, str) else piece for piece in pieces)
