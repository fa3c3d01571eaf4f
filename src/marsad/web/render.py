"""A request's view, and a template filled in for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request
from starlette.responses import HTMLResponse

from marsad.accounts import Role
from marsad.codebook import Language
from marsad.web.i18n import _
from marsad.web.preferences import COOKIE, read_cookie
from marsad.web.site import Site
from marsad.web.view import View, escaped, sentence
from marsad.web.visitor import asking


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
    NavItem("feeds", _("Feeds")),
    NavItem("method", _("Method")),
    NavItem("exports", _("Exports")),
)
#: What whoever may decide has besides; it stands behind the first.
REVIEW = NavItem("review", _("Review"))
#: Beside the other language.
TOOLS = (NavItem("settings", _("Settings")),)
#: What an admin has besides.
USERS = NavItem("users", _("Users"))


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
        visitor=asking(request),
    )


Seen = Annotated[View, Depends(view_of)]


def page(view: View, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """The template in the reader's language."""
    found = view.site.environments[view.language].get_template(template)
    navigation, tools = _ways(view.visitor.role)
    text = found.render(
        view=view, navigation=navigation, tools=tools, escaped=escaped, sentence=sentence, **values
    )
    return HTMLResponse(text, status_code=status, headers={"Content-Language": view.language})


def _ways(role: Role | None) -> tuple[tuple[NavItem, ...], tuple[NavItem, ...]]:
    """What the navigation names, and what stands beside the other language; nothing before one logs in."""
    if role is None:
        return (), ()
    if role == "reader":
        return NAVIGATION, TOOLS
    return (NAVIGATION[0], REVIEW, *NAVIGATION[1:]), ((USERS, *TOOLS) if role == "admin" else TOOLS)
