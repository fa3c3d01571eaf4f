"""One's own account: another password, and tokens for programs that act for oneself."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from pydantic import Field
from starlette.responses import HTMLResponse, RedirectResponse, Response

from marsad.accounts import ROLES, Role, allows
from marsad.errors import AccountError
from marsad.web.errors import said
from marsad.web.i18n import _
from marsad.web.pages.login import accounts_of, address_of, too_many, wait
from marsad.web.render import Seen, page
from marsad.web.reviewers import signed
from marsad.web.view import View
from marsad.web.visitor import asking

router = APIRouter(include_in_schema=False)
Text = Annotated[str, Field(max_length=400)]
#: What each role is called, and what it may.
ROLE_NAMES = {"reader": _("reader"), "reviewer": _("reviewer"), "admin": _("admin")}
ROLE_MEANS = {
    "reader": _("sees the record"), "reviewer": _("also decides"), "admin": _("also keeps the users"),
}  # fmt: skip


@router.get("/{language}/account")
def account(view: Seen, done: str = "") -> HTMLResponse:
    """The page."""
    return _page(view, done="password" if done == "password" else "")


@router.post("/{language}/account/password")
def password(
    request: Request, view: Seen, old: Annotated[Text, Form()] = "", new: Annotated[Text, Form()] = "",
    form_token: Annotated[Text, Form()] = "",
) -> Response:  # fmt: skip
    """Another password, for who knows the old one; other browsers are logged out."""
    me, accounts = signed(asking(request), form_token), accounts_of(view.site)
    right = accounts.confirms(me.name, old, address=address_of(request))
    if isinstance(right, float):
        return wait(_page(view, faults={"old": too_many(view, right)}, status=429), right)
    if not right:
        return _page(view, faults={"old": view.gettext("This is not your password.")}, status=403)
    try:
        accounts.set_password(me.name, new, keeping=me.session)
    except AccountError as error:
        return _page(view, faults={"new": said(error, view)}, status=400)
    return RedirectResponse(view.url("account", done="password"), status_code=303)


@router.post("/{language}/account/token")
def token(
    request: Request, view: Seen, role: Annotated[Role, Form()] = "reader", label: Annotated[Text, Form()] = "",
    days: Annotated[int, Form(ge=1, le=3650)] = 90, form_token: Annotated[Text, Form()] = "",
) -> HTMLResponse:  # fmt: skip
    """A new token, shown this once."""
    me = signed(asking(request), form_token)
    _key, secret = accounts_of(view.site).make_key(me.name, role=role, label=label, days=days)
    return _page(view, secret=secret)


@router.post("/{language}/account/revoke")
def revoke(
    request: Request,
    view: Seen,
    id_: Annotated[Text, Form(alias="id")],
    form_token: Annotated[Text, Form()] = "",
) -> RedirectResponse:
    """Takes a token of one's own back."""
    me = signed(asking(request), form_token)
    accounts_of(view.site).revoke(id_, of=me.name)
    return RedirectResponse(view.url("account"), status_code=303)


def _page(
    view: View, *, secret: str = "", done: str = "", faults: dict[str, str] | None = None, status: int = 200
) -> HTMLResponse:
    me = view.visitor
    answer = page(
        view, "account.html", status=status, me=me, keys=accounts_of(view.site).keys(me.name), secret=secret, done=done,
        faults=faults or {}, roles=[role for role in ROLES if me.role and allows(me.role, role)],
        role_names=ROLE_NAMES, role_means=ROLE_MEANS,
    )  # fmt: skip
    answer.headers["Cache-Control"] = "no-store"
    return answer
