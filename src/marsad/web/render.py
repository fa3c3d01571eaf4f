"""A request's view, and a template filled in for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request
from starlette.responses import HTMLResponse

from marsad.codebook import Language
from marsad.web.i18n import _
from marsad.web.preferences import COOKIE, read_cookie
from marsad.web.site import Site
from marsad.web.view import View, escaped


@dataclass(frozen=True, slots=True)
class NavItem:
    """A page that the navigation names; `message` is its English name, a message of the catalogue."""

    page: str
    message: str


#: Only pages that there are.
NAVIGATION = (
    NavItem("incidents", _("Incidents")),
    NavItem("trends", _("Trends")),
    NavItem("claims", _("Claims")),
    NavItem("brief", _("Brief")),
    NavItem("places", _("Places")),
    NavItem("actors", _("Parties")),
    NavItem("sources", _("Sources")),
    NavItem("method", _("Method")),
    NavItem("exports", _("Exports")),
)
#: What a server has besides that takes decisions; it stands behind the first.
REVIEW = NavItem("review", _("Review"))
#: The same beside the other language.
TOOLS = (NavItem("settings", _("Settings")),)


def site_of(request: Request) -> Site:
    """The site that the app serves."""
    site: Site = request.app.state.site
    return site


def view_of(request: Request, language: Language) -> View:
    """The reader's view, in the language that the address names."""
    return View(
        site=site_of(request),
        language=language,
        preferences=read_cookie(request.cookies.get(COOKIE)),
        path=request.url.path,
        query=request.url.query,
    )


Seen = Annotated[View, Depends(view_of)]


def page(view: View, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """The template in the reader's language."""
    found = view.site.environments[view.language].get_template(template)
    navigation = (NAVIGATION[0], REVIEW, *NAVIGATION[1:]) if view.site.desk else NAVIGATION
    text = found.render(view=view, navigation=navigation, tools=TOOLS, escaped=escaped, **values)
    return HTMLResponse(text, status_code=status, headers={"Content-Language": view.language})
