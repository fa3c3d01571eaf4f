"""The users of the server, for admins: add, give another role or password, take out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from pydantic import Field
from starlette.responses import HTMLResponse, RedirectResponse, Response

from marsad.accounts import ROLES, Role
from marsad.errors import AccountError
from marsad.web.errors import said
from marsad.web.i18n import _
from marsad.web.pages.account import ROLE_MEANS, ROLE_NAMES
from marsad.web.pages.login import accounts_of
from marsad.web.render import Seen, page
from marsad.web.reviewers import signed
from marsad.web.view import View
from marsad.web.visitor import asking

router = APIRouter(include_in_schema=False)
Text = Annotated[str, Field(max_length=400)]
Token = Annotated[Text, Form()]
Name = Annotated[Text, Form()]

Done = Literal["", "add", "role", "password", "remove"]
_DONE = {
    "add": _("The user was added."), "role": _("The role was changed."),
    "password": _("The password was changed; whoever was logged in with the old one is not any more."),
    "remove": _("The user was removed. What they decided stays theirs, and nobody else is given the name."),
}  # fmt: skip


@router.get("/{language}/users")
def users(view: Seen, done: Done = "") -> HTMLResponse:
    """The page."""
    return _page(view, done=done)


@router.post("/{language}/users/add")
def add(
    request: Request, view: Seen, name: Name = "", role: Annotated[Role, Form()] = "reader",
    password: Annotated[Text, Form()] = "", form_token: Token = "",
) -> Response:  # fmt: skip
    """A new user."""
    signed(asking(request), form_token)
    return _led_on(view, "add", lambda: accounts_of(view.site).add(name, role, password))


@router.post("/{language}/users/role")
def role(
    request: Request, view: Seen, name: Name, role: Annotated[Role, Form()], form_token: Token = ""
) -> Response:
    """Another role; somebody stays an admin."""
    signed(asking(request), form_token)
    return _led_on(view, "role", lambda: accounts_of(view.site).set_role(name, role, keep_admin=True))


@router.post("/{language}/users/password")
def password(
    request: Request, view: Seen, name: Name, password: Annotated[Text, Form()], form_token: Token = ""
) -> Response:
    """Another password, for who has forgotten theirs."""
    me = signed(asking(request), form_token)
    accounts = accounts_of(view.site)

    def change() -> None:
        mine = accounts.user(name).name == me.name
        accounts.set_password(name, password, keeping=me.session if mine else "")

    return _led_on(view, "password", change)


@router.post("/{language}/users/remove")
def remove(request: Request, view: Seen, name: Name, form_token: Token = "") -> Response:
    """Takes a user out; somebody stays an admin."""
    signed(asking(request), form_token)
    return _led_on(view, "remove", lambda: accounts_of(view.site).remove(name, keep_admin=True))


def _led_on(view: View, done: Done, act: Callable[[], object]) -> Response:
    try:
        act()
    except AccountError as error:
        return _page(view, fault=said(error, view), status=400)
    return RedirectResponse(view.url("users", done=done), status_code=303)


def _page(view: View, *, done: Done = "", fault: str = "", status: int = 200) -> HTMLResponse:
    answer = page(
        view, "users.html", status=status, me=view.visitor, users=accounts_of(view.site).users(removed=True),
        roles=ROLES, role_names=ROLE_NAMES, role_means=ROLE_MEANS,
        done=view.gettext(_DONE[done]) if done else "", fault=fault,
    )  # fmt: skip
    answer.headers["Cache-Control"] = "no-store"
    return answer
