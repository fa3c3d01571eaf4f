"""A record whose every word is written by somebody who means harm: no export runs it, and no file of it goes astray."""

from __future__ import annotations

import ast
import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path, PurePosixPath
from zipfile import ZipFile

import pytest
from tests.making import PLACES, document, event, reading

import marsad
from marsad import pipeline
from marsad.lexicon import load
from marsad.link import link
from marsad.model import Document, Piece, Raw, Telling, event_ids
from marsad.pipeline.exporting import ENDINGS, OF_ALL
from marsad.pipeline.releasing import release
from marsad.publish.bundle import Story
from marsad.publish.profiles import profile
from marsad.record import Record

#: What spreadsheets run, each of it also behind a separator of another country's tables.
EVIL = '=HYPERLINK("http://evil.example","x");=1+1\t@SUM(1)'
_RUN = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


def evil(number: int) -> Document:
    made = document(
        f"{EVIL} قُتل أربعة أشخاص بانفجار عبوة ناسفة {number}", outlet=f"{EVIL}{number}", source_id=f"../../{EVIL}{number}",
        url=f"=cmd|' /C calc'!A{number}",
    )  # fmt: skip
    body = Raw((Piece(made.text.encode()),), "text/1", "text/plain", f"../../etc/{EVIL}")
    return replace(made, capture=replace(made.capture, raw=body))


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Record]:
    documents = [evil(n) for n in range(2)]
    with Record.open(tmp_path_factory.mktemp("evil") / "r.db", create=True) as opened:
        opened.add(documents)
        readings = [
            reading(one, event(at=0, speaker=f"@{EVIL}", initiators=(f"OTHER:{EVIL}",))) for one in documents
        ]
        opened.save_readings(readings, lexicon="w")
        tellings = [
            Telling(event_ids(told)[0], one.id, told.events[0], one.capture.outlet or "", one.published)
            for one, told in zip(documents, readings, strict=True)
        ]
        found = link(tellings, places=PLACES, actors={}, weights=load().weights["link"])
        opened.replace_incidents(found, places=PLACES, text={one.id: one.text for one in documents})
        yield opened


def bad(cells: Iterator[str]) -> list[str]:
    """The cells that a spreadsheet would run."""
    return [
        cell for cell in cells
        if (cell.startswith(_RUN) and not _NUMBER.fullmatch(cell))
        or any(part.startswith(("=", "+", "-", "@", "＝", "＠")) for part in re.split("[;\t]", cell)[1:])
    ]  # fmt: skip


def cells_of(table: str) -> Iterator[str]:
    for row in csv.reader(io.StringIO(table.removeprefix("\ufeff"), newline="")):
        yield from row


@pytest.mark.parametrize(
    ("form", "what"),
    [(form, "incidents") for form in ENDINGS]
    + [(form, what) for form in OF_ALL for what in ("events", "claims")],
)
def test_no_export_is_run_by_a_spreadsheet_or_written_elsewhere(record: Record, form: str, what: str) -> None:
    made = b"".join(pipeline.export(record, form, what).pieces)  # type: ignore[arg-type]
    assert made
    if ENDINGS[form] == ".csv":
        assert bad(cells_of(made.decode())) == []
        assert form != "csv" or what == "claims" or "evil.example" in made.decode(), "nothing was to be seen"
    elif form == "xlsx":
        openpyxl = pytest.importorskip("openpyxl")
        book = openpyxl.load_workbook(BytesIO(made))
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
        assert all(cell.data_type != "f" and cell.hyperlink is None for cell in cells)
    elif form == "wacz":
        names = ZipFile(BytesIO(made)).namelist()
        assert (
            names
            and [name for name in names if ".." in PurePosixPath(name).parts or name.startswith("/")] == []
        )


def test_no_file_of_a_release_is_run_or_lies_elsewhere(record: Record) -> None:
    made = release(record, profile("internal"), Story("=1+1", "../1", "@x", "CC0-1.0", "-1"))
    assert [name for name in made.files if ".." in PurePosixPath(name).parts or name.startswith("/")] == []
    tables = [data.decode() for name, data in made.files.items() if name.endswith(".csv")]
    assert tables and [found for table in tables for found in bad(cells_of(table))] == []
    assert json.loads(made.files["datapackage.json"])


def test_every_table_is_written_where_its_cells_are_made_safe() -> None:
    """A writer of tables anywhere else needs a rule of its own: it fails here until it has one."""
    root = Path(marsad.__file__).parent
    writers = set()
    for path in root.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf8"))):
            if isinstance(node, ast.Attribute) and node.attr in (
                "writer",
                "DictWriter",
                "to_csv",
                "to_excel",
            ):
                writers.add(str(path.relative_to(root)))
    assert writers == {"publish/tables.py"}
