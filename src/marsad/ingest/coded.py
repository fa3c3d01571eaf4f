"""Coded data sets: each row of a UCDP GED file becomes a document, written out column by column.

So every value of a row can be pointed at, as the words of an article can.
"""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Iterable, Iterator, Mapping
from io import TextIOWrapper
from pathlib import Path
from typing import IO, cast

from marsad.ingest.fault import Fault
from marsad.model import DATA_SETS, UCDP_GED, Capture, Document

#: What a file of UCDP GED has at the least, in every version (https://ucdp.uu.se/downloads).
_COLUMNS = (
    "id", "type_of_violence", "side_a", "side_b", "where_prec", "latitude", "longitude", "date_prec",
    "date_start", "date_end", "best", "low", "high",
)  # fmt: skip
(OUTLET,) = DATA_SETS
_ENDINGS = (".csv", ".csv.gz")


def is_coded(path: Path) -> bool:
    """Whether the name is that of a table of rows."""
    return path.name.lower().endswith(_ENDINGS)


def rows(path: Path) -> Iterator[Document | Fault]:
    """The documents of a UCDP GED file, one a row; a row that is broken is a fault, and the rest goes on."""
    name = path.name[: -len(next(end for end in reversed(_ENDINGS) if path.name.lower().endswith(end)))]
    try:
        # newline="" as csv asks: a line break inside a cell stays one
        with cast(
            IO[bytes], gzip.open(path) if path.name.lower().endswith(".gz") else path.open("rb")
        ) as raw:
            table = csv.DictReader(TextIOWrapper(raw, "utf-8-sig", newline=""))
            yield from _rows(table, table.fieldnames or (), str(path), name)
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        yield Fault(str(path), f"cannot be read: {reason}", "check the file, or fetch it again")
    except UnicodeDecodeError:
        yield Fault(str(path), "is not UTF-8 from some row on", "write the file out as UTF-8")
    except csv.Error as error:
        yield Fault(str(path), f"is no sound CSV: {error}", "fetch the file again")


def _rows(
    table: Iterable[Mapping[str | None, object]], columns: Iterable[str], where: str, name: str
) -> Iterator[Document | Fault]:
    if missing := [column for column in _COLUMNS if column not in columns]:
        yield Fault(
            where, f"is no file of UCDP GED: no column {', '.join(missing)}",
            "of tables only UCDP GED is read; articles come as .jsonl",
        )  # fmt: skip
        return
    seen = False
    for number, row in enumerate(table, 2):
        seen = True
        id_ = row.get("id")
        if not isinstance(id_, str) or not id_.strip():
            yield Fault(f"{where}:{number}", "the row has no id", "each event of UCDP GED has one")
        elif None in row or None in row.values():
            yield Fault(
                f"{where}:{number}", "the row has not the columns of the head", "fetch the file again"
            )
        else:
            yield row_document(cast("Mapping[str, str]", row), source_id=f"{name}:{id_.removesuffix('.0')}")
    if not seen:
        yield Fault(where, "the file has no rows", "leave it out")


def row_document(row: Mapping[str, str], *, source_id: str) -> Document:
    """A row as a document: its columns that hold something, a line each, the values as they stand.

    A line break within a value is followed by a tab, so that each line without one begins a column.
    The day of publication stays unknown: a data set comes out years after what it tells.
    """
    lines = (
        f"{column}: {value}".replace("\r\n", "\n").replace("\n", "\n\t")
        for column, value in row.items()
        if value.strip()
    )
    return Document("\n".join(lines), language=UCDP_GED, capture=Capture(source_id, outlet=OUTLET))
