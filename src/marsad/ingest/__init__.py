"""News in: files, folders, web pages and lines become `Document` values.

What cannot be taken in is a `Fault` in the same stream, so one bad file never stops the rest.
Each document's capture has the bytes that it was made from (`Raw`), of which `again` makes it once more.
"""

from __future__ import annotations

from marsad.ingest.again import again
from marsad.ingest.archive import Tally
from marsad.ingest.compose import Dateline
from marsad.ingest.decode import MAX_DOCUMENT_BYTES
from marsad.ingest.fault import Fault
from marsad.ingest.files import ingest
from marsad.ingest.http_head import http_head
from marsad.ingest.lines import articles as line_documents
from marsad.ingest.sieve import Sieve
from marsad.ingest.units import STRETCH, Sieved, Unit, plan, take

__all__ = [
    "MAX_DOCUMENT_BYTES",
    "STRETCH",
    "Dateline",
    "Fault",
    "Sieve",
    "Sieved",
    "Tally",
    "Unit",
    "again",
    "http_head",
    "ingest",
    "line_documents",
    "plan",
    "take",
]
