"""Who asks: by the session of a browser, by the token of a program, or whoever uses this machine."""

from __future__ import annotations

from dataclasses import dataclass, field

from starlette.requests import Request

from marsad.accounts import Role
from marsad.web.desk import COOKIE as REVIEWER_COOKIE
from marsad.web.desk import mac
from marsad.web.site import Site

#: The cookie of a session; its value is a random token, of which only the hash is stored.
COOKIE = "marsad_session"
#: The same where only TLS carries it: browsers then take it from this host alone.
SECURE_COOKIE = "__Host-marsad_session"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks; `role` is `None` where one has to log in first.

    `name` is under which they decide, `form_token` what every form of our pages bears for them, `program`
    that they came with a token instead of a browser, `local` that this server asks nobody to log in.
    """

    role: Role | None = None
    name: str = ""
    form_token: str = field(default="", repr=False)
    program: bool = False
    local: bool = False
    session: str = field(default="", repr=False)

    @property
    def decides(self) -> bool:
        """Whether they may decide, and it is known as whom."""
        return bool(self.name) and self.role in ("reviewer", "admin")


def visitor_of(request: Request, site: Site) -> Visitor:
    """Who sends the request."""
    token = _bearer(request)
    if site.accounts is None:
        desk = site.desk
        if desk is None:
            return Visitor("reader", local=True)
        if token and desk.admits(token):
            return Visitor("reviewer", program=True, local=True)
        name, form_token = desk.named(request.cookies.get(REVIEWER_COOKIE)) or ("", "")
        return Visitor("reviewer", name, form_token, local=True)
    if token:
        found = site.accounts.by_key(token)
        return Visitor(found[1], found[0].name, program=True) if found else Visitor(program=True)
    session = request.cookies.get(cookie_name(request), "")
    user = site.accounts.session(session) if session else None
    if user is None:
        return Visitor()
    return Visitor(user.role, user.name, mac(session.encode("utf-8", "replace"), "form"), session=session)


def cookie_name(request: Request) -> str:
    """The session's cookie, by whether TLS carries it."""
    return SECURE_COOKIE if request.url.scheme == "https" else COOKIE


def asking(request: Request) -> Visitor:
    """Who asks, as the gate found out."""
    found: Visitor = getattr(request.state, "visitor", Visitor())
    return found


def _bearer(request: Request) -> str:
    scheme, _space, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
