"""Tables as an XLSX workbook, right to left where its words are Arabic."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any

from marsad.codebook import Language

#: What no cell of a workbook can hold.
_BARRED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
#: The most characters that one cell takes.
_LONGEST = 32_767
_WIDEST = 60
#: A workbook carries when it was made; the same tables must give the same bytes.
_EPOCH = datetime(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name, its columns with the words that head them, and its rows."""

    name: str
    heads: Mapping[str, str]
    rows: Sequence[Mapping[str, Any]]


def workbook(sheets: Iterable[Sheet], *, language: Language) -> bytes:
    """The file. Every text is a text: nothing in it is run as a formula."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    book.properties.creator = "Marsad"
    book.properties.created = book.properties.modified = _EPOCH
    for sheet in sheets:
        page = book.create_sheet(sheet.name)
        page.sheet_view.rightToLeft = language == "ar"
        page.freeze_panes = "B2"
        last = get_column_letter(len(sheet.heads))
        page.auto_filter.ref = f"A1:{last}{len(sheet.rows) + 1}"
        for number, (field, head) in enumerate(sheet.heads.items(), 1):
            longest = max([len(head), *(len(str(_shown(row.get(field)) or "")) for row in sheet.rows[:200])])
            page.column_dimensions[get_column_letter(number)].width = min(longest + 2, _WIDEST)
        heads = []
        for head in sheet.heads.values():
            cell = WriteOnlyCell(page, value=head)
            cell.font, cell.alignment = Font(bold=True), Alignment(horizontal="center")
            heads.append(cell)
        page.append(heads)
        for row in sheet.rows:
            cells = []
            for field in sheet.heads:
                value = _shown(row.get(field))
                cell = WriteOnlyCell(page, value=value)
                if isinstance(value, str):
                    cell.data_type = "s"  # not "f", however it begins
                cells.append(cell)
            page.append(cells)
    out = BytesIO()
    book.save(out)
    return _dated(out.getvalue())


def _shown(value: Any) -> str | int | float | date | None:
    if isinstance(value, list | tuple):
        value = "; ".join(map(str, value)) or None
    if isinstance(value, str):
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            return date.fromisoformat(value)
        return _BARRED.sub("\ufffd", value)[:_LONGEST]
    if value is None or isinstance(value, int | float):
        return value
    return str(value)


def _dated(book: bytes) -> bytes:
    """The same archive with every file of it dated alike: it is stamped with the clock otherwise."""
    from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

    out = BytesIO()
    with ZipFile(BytesIO(book)) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), key=lambda n: (n != "[Content_Types].xml", n)):
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"(?<=>)\d{4}-\d\d-\d\dT[\d:.]+Z(?=<)", b"2000-01-01T00:00:00Z", content)
            info = ZipInfo(name, _EPOCH.timetuple()[:6])
            info.compress_type = ZIP_DEFLATED
            new.writestr(info, content)
    return out.getvalue()
