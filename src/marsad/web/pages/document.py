"""One document: its whole text, with the evidence of every event that was read from it."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from marsad.model import Span, event_ids
from marsad.web.errors import Missing
from marsad.web.evidence import KINDS, direction, marked, marks
from marsad.web.i18n import _
from marsad.web.pages.incident import KIND_NAMES
from marsad.web.render import Seen, page

router = APIRouter(include_in_schema=False)


@router.get("/{language}/documents/{id_}")
def document(view: Seen, id_: str) -> HTMLResponse:
    """The page."""
    record = view.site.record
    found = record.document(id_)
    if found is None:
        raise Missing(_("document"), id_)
    reading = record.reading(id_)
    events = list(zip(event_ids(reading), reading.events, strict=True)) if reading else []
    seen = tuple(dict.fromkeys(mark for _id, event in events for mark in marks(event)))
    versions = record.versions(id_)
    # the last text of each address is what stands there now
    present = {version.url: version.document_id for version in versions}
    earlier = [v.document_id for v in versions if v.document_id != id_ and id_ in present.values()]
    return page(
        view, "document.html", present=sorted(set(present.values()) - {id_}), earlier=list(dict.fromkeys(earlier)),
        document=found, captures=record.captures([id_])[id_], direction=direction(found),
        text=marked(found.text, Span(0, len(found.text)), seen),
        kinds=[(kind, view.gettext(KIND_NAMES[kind])) for kind in KINDS],
        events=[(record.incident_of(event_id), event) for event_id, event in events],
    )  # fmt: skip
