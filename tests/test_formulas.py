"""No text of an article is run by a spreadsheet that opens a table of ours."""

from __future__ import annotations

import csv
import io
import re
from io import BytesIO
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marsad.publish.tables import csv_lines

#: What articles hold of what spreadsheets run.
HOSTILE = st.text(alphabet=st.sampled_from([*"=+-@;,\t\r\n\"' ;=|1aق", "＝", "＠", "٣"]), max_size=12)
VALUES = st.one_of(HOSTILE, st.lists(HOSTILE, max_size=3), st.integers(-99, 99), st.none())
_RUN = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@given(VALUES)
def test_no_cell_of_a_csv_file_begins_as_a_formula(value: object) -> None:
    text = "".join(csv_lines([{"a": value}], ["a"]))
    ((read,),) = list(csv.reader(io.StringIO(text, newline="")))[1:] or [("",)]
    assert not read.startswith(_RUN) or re.fullmatch(r"[+-]?\d+(\.\d+)?", read)
    for part in re.split("[;\t]", read)[1:]:
        assert not part.startswith(("=", "+", "-", "@", "＝", "＠"))
    # nothing but apostrophes is added
    if isinstance(value, str):
        assert read.replace("'", "") == value.replace("'", "")


@given(st.lists(HOSTILE, min_size=1, max_size=4))
def test_no_cell_of_a_workbook_is_a_formula(values: list[str]) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    from marsad.publish.workbook import Sheet, workbook

    made = workbook([Sheet("x", {"a": "a"}, [{"a": value} for value in values])], language="ar")
    page = openpyxl.load_workbook(BytesIO(made)).active
    cells = [row[0] for row in page.iter_rows(min_row=2)]
    assert all(cell.data_type != "f" for cell in cells)
    with ZipFile(BytesIO(made)) as archive:  # nor does any sheet hold one that a reader of ours would not see
        sheets = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/")]
    assert sheets and not any(b"<f>" in sheet or b"<f " in sheet for sheet in sheets)
