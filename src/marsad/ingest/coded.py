"""Coded data sets: each row of a UCDP GED or ACLED file becomes a document, written out column by column.

So every value of a row can be pointed at, as the words of an article can.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO, cast

from marsad.ingest import packed
from marsad.ingest.decode import MAX_DOCUMENT_BYTES, megabytes, unsound
from marsad.ingest.fault import Fault, few
from marsad.model import ACLED, EXPORT, UCDP_GED, Capture, Document, Piece, Raw

#: How a row becomes a document; the number is raised when the same bytes give another one.
RECIPE = "rows/1"


@dataclass(frozen=True, slots=True)
class _Set:
    """A data set: whose it is, the language of its rows, its ids, and what its files have at the least."""

    outlet: str
    language: str
    id: str
    columns: tuple[str, ...]


_SETS = (
    # every version has these (https://ucdp.uu.se/downloads)
    _Set("UCDP GED", UCDP_GED, "id", (
        "id", "type_of_violence", "side_a", "side_b", "where_prec", "latitude", "longitude", "date_prec",
        "date_start", "date_end", "best", "low", "high",
    )),
    # as ACLED's export tool and API write them
    _Set("ACLED", ACLED, "event_id_cnty", (
        "event_id_cnty", "event_date", "time_precision", "sub_event_type", "actor1", "actor2", "country",
        "admin1", "location", "latitude", "longitude", "geo_precision", "source", "fatalities",
    )),
)  # fmt: skip
#: An id that Marsad gives where it writes incidents out in the columns of these sets.
_OURS = re.compile(r"(?:[A-Z]{3}-)?i[0-9a-f]{15}")
_ENDINGS = (".csv", ".csv.gz")


def is_coded(path: Path) -> bool:
    """Whether the name is that of a table of rows."""
    return path.name.lower().endswith(_ENDINGS)


def rows(path: Path) -> Iterator[Document | Fault]:
    """The documents of a file of rows, one a row; a row that is broken is a fault, and the rest goes on."""
    name = path.name[: -len(next(end for end in reversed(_ENDINGS) if path.name.lower().endswith(end)))]
    try:
        # newline="" as csv asks: a line break inside a cell stays one
        with path.open("rb") as raw:
            stream: BinaryIO = raw
            if packed.is_packed(path):
                stream = cast(BinaryIO, BufferedReader(packed.unpacked(path, raw)))
            yield from few(rows_of(_lines(stream), str(path), name), str(path))
    except OSError as error:
        reason = getattr(error, "strerror", None) or str(error)
        yield Fault(str(path), f"cannot be read: {reason}", "check the file, or fetch it again")
    except UnicodeDecodeError:
        yield Fault(str(path), "is not UTF-8 from some row on", "write the file out as UTF-8")
    except csv.Error as error:
        yield Fault(str(path), f"is no sound CSV: {error}", "fetch the file again")


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """The stream's lines; gzip makes a line without end out of little."""
    while line := stream.readline(MAX_DOCUMENT_BYTES + 1):
        yield line


class _Lines:
    """The lines of a table, decoded, which remembers the bytes that it gave since it was asked last."""

    def __init__(self, stream: Iterable[bytes]) -> None:
        self._stream = iter(stream)
        self._held: list[bytes] = []
        self._size = 0
        self._at = 0

    def __iter__(self) -> Iterator[str]:
        for number, line in enumerate(self._stream):
            self._held.append(line)
            self._size += len(line)
            if self._size > MAX_DOCUMENT_BYTES:  # cells in quotation marks go on over any number of lines
                raise csv.Error(f"a row is longer than {megabytes(MAX_DOCUMENT_BYTES)}")
            yield line.decode("utf-8-sig" if number == 0 else "utf-8")

    def taken(self) -> Piece:
        """The bytes given since, and where they began."""
        piece = Piece(b"".join(self._held), self._at)
        self._at += len(piece.data)
        self._held.clear()
        self._size = 0
        return piece


def rows_of(stream: Iterable[bytes], where: str, name: str) -> Iterator[Document | Fault]:
    """The documents of a table: its first line names the columns, every other row is one."""
    lines = _Lines(stream)
    table = csv.DictReader(lines)
    columns = table.fieldnames or ()
    head = lines.taken()
    missing = {one: [name for name in one.columns if name not in columns] for one in _SETS}
    kind = next((one for one in _SETS if not missing[one]), None)
    if kind is None:
        lacks = (f"of {one.outlet} (no column {', '.join(names)})" for one, names in missing.items())
        yield Fault(
            where, f"is no file {' nor '.join(lacks)}",
            "of tables only those of UCDP GED and ACLED are read; articles come as .jsonl",
        )  # fmt: skip
        return
    if reason := unsound("".join(columns)):
        yield Fault(where, f"the head is broken: {reason}", "fetch the file again")
        return
    seen = False
    for number, row in enumerate(table, 2):
        seen = True
        piece = lines.taken()
        id_ = row.get(kind.id)
        if not isinstance(id_, str) or not id_.strip():
            yield Fault(f"{where}:{number}", "the row has no id", f"each event of {kind.outlet} has one")
        elif None in row or None in row.values():
            yield Fault(
                f"{where}:{number}", "the row has not the columns of the head", "fetch the file again"
            )
        elif reason := unsound("".join(row.values())):
            yield Fault(f"{where}:{number}", f"the row is broken: {reason}", "fetch the file again")
        else:
            id_ = id_.removesuffix(".0")
            outlet = EXPORT if _OURS.fullmatch(id_) else kind.outlet
            kept = Raw((head, piece), RECIPE, "text/csv", where)
            capture = Capture(f"{name}:{id_}", outlet=outlet, raw=kept)
            yield row_document(cast("Mapping[str, str]", row), kind.language, capture)
    if not seen:
        yield Fault(where, "the file has no rows", "leave it out")


def row_document(row: Mapping[str, str], language: str, capture: Capture) -> Document:
    """A row as a document: its columns that hold something, a line each, the values as they stand.

    A line break within a value is followed by a tab, so that each line without one begins a column.
    The day of publication stays unknown: a data set comes out years after what it tells.
    """
    lines = (
        f"{column}: {value}".replace("\r\n", "\n").replace("\n", "\n\t")
        for column, value in row.items()
        if value.strip()
    )
    return Document("\n".join(lines), language=language, capture=capture)
