"""Composes the stages: ingest → record → read → link. The only package that knows several.

Each module is one job; nothing in here does the work of a stage.
"""

from marsad.pipeline import deciding
from marsad.pipeline.analysing import case, cases, coverage
from marsad.pipeline.exporting import Export, export, incident_rows, told_rows
from marsad.pipeline.intake import Intake, add, labour, share
from marsad.pipeline.judging import Found, find
from marsad.pipeline.linking import compare, link_readings, tellings, texts, told_words, verdict
from marsad.pipeline.progress import Failure, Progress, silent
from marsad.pipeline.reading import explain, make_reader, read_all, read_stateless, read_text, versions
from marsad.pipeline.runs import Report, rebuild, run
from marsad.pipeline.taking import documents

__all__ = [
    "Export",
    "Failure",
    "Found",
    "Intake",
    "Progress",
    "Report",
    "add",
    "case",
    "cases",
    "compare",
    "coverage",
    "deciding",
    "documents",
    "explain",
    "export",
    "find",
    "incident_rows",
    "labour",
    "link_readings",
    "make_reader",
    "read_all",
    "read_stateless",
    "read_text",
    "rebuild",
    "run",
    "share",
    "silent",
    "tellings",
    "texts",
    "told_rows",
    "told_words",
    "verdict",
    "versions",
]
