"""Brief: what the record says of a period, each sentence with the incidents that it rests on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from importlib import import_module
from typing import Any, Literal

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import HTMLResponse, Response

from marsad import definitions
from marsad.analyse.windows import Window
from marsad.brief import Brief
from marsad.errors import QueryError
from marsad.pipeline import briefing, checking
from marsad.publish.brief_html import fragment
from marsad.web.asked import read_day
from marsad.web.errors import BadQuestion, Misread
from marsad.web.render import Seen, page
from marsad.web.view import View

router = APIRouter(include_in_schema=False)

Paper = Literal["md", "docx", "pdf"]
#: Each form of paper: the module and the function that write it, and its media type.
_PAPERS: dict[Paper, tuple[str, str, str]] = {
    "md": ("brief_md", "markdown", "text/markdown; charset=utf-8"),
    "docx": (
        "brief_docx",
        "document",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    "pdf": ("brief_pdf", "pdf", "application/pdf"),
}


@router.get("/{language}/brief")
def brief(request: Request, view: Seen) -> HTMLResponse:
    """The form, and below it the brief of what was asked for."""
    asked = _asked(request)
    made, faults = None, _faults(asked, view)
    if asked["from"] and asked["to"] and not faults:
        # what `fragment` gives is markup that escaped every text it holds
        made = Markup(fragment(_brief(asked, view), view.words))  # noqa: S704
    status = 400 if faults else 200
    return page(
        view,
        "brief.html",
        status=status,
        asked=asked,
        faults=faults,
        brief=made,
        papers=list(_PAPERS),
        query=request.url.query,
    )


@router.get("/{language}/brief.{paper}")
def paper(request: Request, view: Seen, paper: Paper) -> Response:
    """The same brief on paper."""
    asked = _asked(request)
    faults = _faults(asked, view)
    for name in ("from", "to"):
        if not asked[name]:
            faults.setdefault(name, view.gettext("Not a day. Write year-month-day, as 2021-05-02."))
    if faults:
        raise BadQuestion([Misread(name, asked[name], said) for name, said in faults.items()])
    module, function, media = _PAPERS[paper]
    # typst and docx take long to load and may be missing
    write: Callable[[Brief, Any], str | bytes] = getattr(import_module(f"marsad.publish.{module}"), function)
    # in Western digits, whatever was typed: a header has no others
    name = f"marsad-{read_day(asked['from'])}-{read_day(asked['to'])}.{paper}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(write(_brief(asked, view), view.words), media_type=media, headers=headers)


def _asked(request: Request) -> dict[str, str]:
    return {name: request.query_params.get(name, "").strip() for name in ("from", "to", "area")}


def _faults(asked: dict[str, str], view: View) -> dict[str, str]:
    """What means nothing in the question, by field, in the reader's words."""
    out: dict[str, str] = {}
    days: dict[str, date] = {}
    for name in ("from", "to"):
        try:
            if asked[name]:
                days[name] = read_day(asked[name])
        except ValueError:
            out[name] = view.gettext("Not a day. Write year-month-day, as 2021-05-02.")
    if len(days) == 2 and days["to"] < days["from"]:
        out["to"] = view.gettext("The end lies before the beginning: swap the two.")
    try:
        checking.asking(area=asked["area"] or None)
    except QueryError:
        out["area"] = view.gettext("No such place is in the table.")
    return out


def _brief(asked: dict[str, str], view: View) -> Brief:
    window = Window(read_day(asked["from"]), read_day(asked["to"]))
    areas = checking.asking(area=asked["area"] or None).area
    return briefing.brief(view.site.record, window, definitions.load(), areas=areas, made=date.today())
