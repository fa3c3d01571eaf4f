"""Claims: a statement in Arabic or English, and what the record says of each number in it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import HTMLResponse

from marsad import definitions
from marsad.errors import QueryError
from marsad.model import Document
from marsad.pipeline import checking
from marsad.publish.check_page import fragment
from marsad.web.asked import read_day
from marsad.web.render import Seen, page

router = APIRouter(include_in_schema=False)
#: A statement, not a book.
_LONGEST = 4000


@router.get("/{language}/claims")
def claims(request: Request, view: Seen) -> HTMLResponse:
    """The form, and below it the check of what was put in."""
    asked = {name: request.query_params.get(name, "").strip() for name in ("text", "said", "area")}
    faults: dict[str, str] = {}
    said = None
    try:
        said = read_day(asked["said"]) if asked["said"] else None
    except ValueError:
        faults["said"] = view.gettext("Not a day. Write year-month-day, as 2021-05-02.")
    try:
        asking = checking.asking(area=asked["area"] or None)
    except QueryError:
        faults["area"] = view.gettext("No such place is in the table.")
    if len(asked["text"]) > _LONGEST:
        faults["text"] = view.gettext("This is too long.")
    checks: list[Markup] | None = None
    if asked["text"] and not faults:
        base = view.site.kept("claims", lambda: checking.base(view.site.record, definitions.load()))
        document = Document(asked["text"], said, "input" if said else None)
        # what `fragment` gives is markup that escaped every text it holds
        checks = [Markup(fragment(one, view.words)) for one in checking.check(document, base, asking)]  # noqa: S704
    status = 400 if faults else 200
    return page(view, "claims.html", status=status, asked=asked, faults=faults, checks=checks)
