"""What each address asks of who opens it: the one place that says so, and the gate that holds it.

A route that stands in no line here is answered to nobody, and a test names it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Receive, Scope, Send

from marsad.accounts import allows
from marsad.codebook import LANGUAGES
from marsad.errors import RecordError
from marsad.web.errors import Refused, reader, refusal, unavailable, wants_data
from marsad.web.i18n import _
from marsad.web.site import Site
from marsad.web.visitor import Visitor, visitor_of

#: `anyone` need not log in, `user` is who has logged in, `operator` an admin or, where nobody is asked to log in,
#: whoever uses this machine.
Least = Literal["anyone", "reader", "reviewer", "admin", "user", "operator"]

_ROUTES: Mapping[Least, tuple[str, ...]] = {
    "anyone": ("GET /", "GET /static", "GET /healthz", "GET /{language}/login", "POST /{language}/login"),
    "reader": (
        "GET /{language}", "GET /{language}/",
        "GET /{language}/incidents", "GET /{language}/incidents.json", "GET /{language}/incidents.csv",
        "GET /{language}/incidents.geojson", "GET /{language}/incidents/map.geojson",
        "GET /{language}/incidents/series.json", "GET /{language}/incidents/{id_}",
        "GET /{language}/incidents/{id_}.json", "GET /{language}/incidents/{id_}.geojson", "GET /i/{id_}",
        "GET /{language}/documents/{id_}", "GET /{language}/trends", "GET /{language}/claims",
        "GET /{language}/brief", "GET /{language}/brief.{paper}",
        "GET /{language}/sources", "GET /{language}/sources/{outlet:path}",
        "GET /{language}/feeds",
        "GET /{language}/places", "GET /{language}/places/{id_}.geojson", "GET /{language}/places/{id_}",
        "GET /{language}/actors", "GET /{language}/actors/{code:path}",
        "GET /{language}/method", "GET /{language}/exports", "GET /{language}/exports/{kind}.csv",
        "GET /{language}/api", "GET /{language}/settings", "POST /{language}/settings",
        "GET /api/v1/openapi.json", "GET /api/v1/incidents", "GET /api/v1/incidents/{id_}", "GET /api/v1/events",
        "GET /api/v1/events/{id_}", "GET /api/v1/claims", "GET /api/v1/documents", "GET /api/v1/documents/{id_}",
        "GET /api/v1/places", "GET /api/v1/places/{id_}", "GET /api/v1/actors", "GET /api/v1/decisions",
    ),
    "reviewer": (
        "GET /{language}/review", "GET /{language}/review/who", "POST /{language}/review/who",
        "GET /{language}/review/{which}", "POST /{language}/review/decide", "POST /{language}/review/undo",
        "POST /api/v1/decisions",
    ),
    "user": (
        "POST /{language}/logout", "GET /{language}/account", "POST /{language}/account/password",
        "POST /{language}/account/token", "POST /{language}/account/revoke",
    ),
    "admin": (
        "GET /{language}/users", "POST /{language}/users/add", "POST /{language}/users/role",
        "POST /{language}/users/password", "POST /{language}/users/remove",
    ),
    "operator": ("GET /metrics",),
}  # fmt: skip
#: The least that each route asks for.
RULES: Mapping[str, Least] = {route: least for least, routes in _ROUTES.items() for route in routes}
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def route_of(routes: Iterable[BaseRoute], scope: Scope) -> str | None:
    """The route that will answer, as the rules name it; `None` where none does."""
    for route in routes:
        if route.matches(scope)[0] is Match.FULL:
            return f"{'GET' if scope['method'] in _SAFE else scope['method']} {getattr(route, 'path', '')}"
    return None


class Gate:
    """ASGI middleware: finds out who asks, and answers those who may not itself."""

    def __init__(self, app: ASGIApp, *, site: Site, routes: Iterable[BaseRoute]) -> None:
        """`routes` are those of the app, in its order."""
        self._app = app
        self._site = site
        self._routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuses, or passes on with the visitor and the route in the request's state."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request, state = Request(scope), scope.setdefault("state", {})
        route = state["route"] = route_of(self._routes, scope)
        # what answers nobody asks for no more than a login does
        least = RULES.get(route) if route else "reader"
        if route in ("GET /static", "GET /healthz"):
            await self._app(scope, receive, send)
            return
        try:
            state["visitor"] = await run_in_threadpool(visitor_of, request, self._site)
        except RecordError as error:
            await unavailable(request, error)(scope, receive, send)
            return
        answer = self._refusal(request, state["visitor"], least)
        await (answer or self._app)(scope, receive, send)

    def _refusal(self, request: Request, visitor: Visitor, least: Least | None) -> Response | None:
        if least == "anyone":
            return None
        if visitor.role is None:
            return _log_in(request, visitor)
        unsafe = request.method not in _SAFE
        if unsafe and request.url.path.startswith("/api/") and not visitor.program and self._site.desk:
            # a browser sends its cookie with what another site makes it send
            return _unknown(request, local=visitor.local)
        if unsafe and visitor.program and not request.url.path.startswith("/api/"):
            return refusal(request, Refused(_("Programs use the API: forms are for people.")))
        if least is None or not _may(visitor, least):
            only_shows = visitor.local and least == "reviewer"
            return refusal(request, Refused(ONLY_SHOWS if only_shows else _NOT_YOURS))
        return None


#: Where nobody is asked to log in, this is what is missing.
ONLY_SHOWS = _("This server only shows the record. `marsad serve --review` also takes decisions.")
_NOT_YOURS = _("Your role does not allow this. An admin of this server can give you another.")


def _may(visitor: Visitor, least: Least) -> bool:
    if visitor.role is None:
        return False
    if least == "operator":
        return visitor.local or visitor.role == "admin"
    if least == "user":
        return not visitor.local and not visitor.program
    return least == "anyone" or allows(visitor.role, least)


def _log_in(request: Request, visitor: Visitor) -> Response:
    """Programs are told that they need a token, people led to where they log in and back."""
    if wants_data(request) or visitor.program:
        return _unknown(request, local=False)
    if request.method not in _SAFE:
        return refusal(
            request, Refused(_("You are not logged in any more. Log in and try again."), status=401)
        )
    path = request.url.path
    language = next((known for known in LANGUAGES if path.split("/")[1] == known), reader(request).language)
    query = f"?{request.url.query}" if request.url.query else ""
    to = f"/{language}/login?{urlencode({'next': path + query})}"
    if "hx-request" in request.headers:  # a part of a page is asked for: the browser has to leave the whole
        return Response(headers={"HX-Redirect": to, "Cache-Control": "no-store"})
    return RedirectResponse(to, status_code=303)


def _unknown(request: Request, *, local: bool) -> Response:
    said = (
        _("This is not the token of this server.")
        if local
        else _("This needs a token of a user of this server.")
    )
    answer = refusal(request, Refused(said, status=401))
    answer.headers["WWW-Authenticate"] = "Bearer"
    return answer
