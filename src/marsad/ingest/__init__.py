"""News in: files, folders, web pages and lines become `Document` values.

What cannot be taken in is a `Fault` in the same stream, so one bad file never stops the rest.
"""

from __future__ import annotations

from marsad.ingest.decode import MAX_DOCUMENT_BYTES
from marsad.ingest.fault import Fault
from marsad.ingest.files import ingest

__all__ = ["MAX_DOCUMENT_BYTES", "Fault", "ingest"]
