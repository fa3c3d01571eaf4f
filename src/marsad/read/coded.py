"""Reads the rows of coded data sets: what their columns say, in the words of the codebook.

The grammar is not asked: a coder has read the news already.
"""

from __future__ import annotations

from marsad.lexicon import Lexicon
from marsad.model import ACLED, UCDP_GED, Document, Reading
from marsad.read import acled_rows, ged_rows
from marsad.read.rows import Rows


class CodedReader:
    """Reads rows with the codes and places of a lexicon; as pure as the grammar's reader."""

    versions = (ged_rows.VERSION, acled_rows.VERSION)

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._rows: dict[str, Rows] = {}  # made when the first row comes: news needs none

    def read(self, document: Document) -> Reading:
        """The one event that a row tells, and an issue for each value that could not be used."""
        language = document.language or UCDP_GED
        if language not in self._rows:
            self._rows[language] = Rows(self._lexicon, self._lexicon.coded[language])
        read = acled_rows.read if language == ACLED else ged_rows.read
        return read(document, self._rows[language])
