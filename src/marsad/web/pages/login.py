"""Log in and out: a new session each time, a slower answer after each failure, and back to where one was."""

from __future__ import annotations

import math
import re
from typing import Annotated

from fastapi import APIRouter, Form, Request
from pydantic import Field
from starlette.responses import HTMLResponse, RedirectResponse, Response

from marsad.accounts import Accounts
from marsad.web.i18n import _n
from marsad.web.render import Seen, page
from marsad.web.reviewers import of_our_site, signed
from marsad.web.site import Site
from marsad.web.view import View
from marsad.web.visitor import asking, cookie_name

router = APIRouter(include_in_schema=False)
Text = Annotated[str, Field(max_length=400)]
Address = Annotated[str, Field(max_length=2000)]
#: An address of ours: it begins with one of our folders, and a browser can take it for no other host.
_OURS = re.compile(r"/(ar|en|i|api)(/[^\\\x00-\x20\x7f]*)?", re.ASCII)
_WAIT = _n(
    "Too many tries. Wait %(n)s second and try again.", "Too many tries. Wait %(n)s seconds and try again."
)


def accounts_of(site: Site) -> Accounts:
    """The users of this server; these pages are only there where it has some."""
    if site.accounts is None:
        raise LookupError("pages of users without users")
    return site.accounts


def ours(address: str) -> str | None:
    """The address, where it is one of ours to lead on to."""
    return address if _OURS.fullmatch(address) and "//" not in address.partition("?")[0] else None


def address_of(request: Request) -> str:
    """Where a request comes from; behind a proxy that the server believes, what that says."""
    return request.client.host if request.client else ""


@router.get("/{language}/login")
def login(view: Seen, next: str = "") -> Response:
    """The form; who is logged in is led on."""
    if view.visitor.role is not None:
        return RedirectResponse(ours(next) or view.url("incidents"), status_code=303)
    return _form(view, next)


@router.post("/{language}/login")
def log_in(
    request: Request, view: Seen, name: Annotated[Text, Form()] = "", password: Annotated[Text, Form()] = "",
    next: Annotated[Address, Form()] = "",
) -> Response:  # fmt: skip
    """Begins a session, and ends the one that the browser had: no session of before is ever taken on."""
    of_our_site(request)
    accounts = accounts_of(view.site)
    begun = accounts.log_in(name, password, address=address_of(request))
    if isinstance(begun, float):
        return wait(_form(view, next, name=name, fault=too_many(view, begun), status=429), begun)
    if begun is None:
        fault = view.gettext("Name and password do not belong together.")
        return _form(view, next, name=name, fault=fault, status=401)
    if before := asking(request).session:
        accounts.log_out(before)
    answer = RedirectResponse(ours(next) or view.url("incidents"), status_code=303)
    answer.set_cookie(
        cookie_name(request),
        begun.token,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return _unkept(answer)


@router.post("/{language}/logout")
def log_out(request: Request, view: Seen, form_token: Annotated[Text, Form()] = "") -> Response:
    """Ends the session, here and in the accounts."""
    me = signed(asking(request), form_token)
    accounts_of(view.site).log_out(me.session)
    answer = RedirectResponse(view.url("login"), status_code=303)
    answer.delete_cookie(
        cookie_name(request), httponly=True, samesite="strict", secure=request.url.scheme == "https"
    )
    answer.headers["Clear-Site-Data"] = '"cache"'
    return _unkept(answer)


def too_many(view: View, seconds: float) -> str:
    """How long to wait, in words."""
    return view.ngettext(*_WAIT, math.ceil(seconds))


def wait(answer: Response, seconds: float) -> Response:
    """The answer, with the same for programs."""
    answer.headers["Retry-After"] = str(math.ceil(seconds))
    return answer


def _form(view: View, next_: str, *, name: str = "", fault: str = "", status: int = 200) -> HTMLResponse:
    answer = page(view, "login.html", status=status, next=ours(next_) or "", name=name, fault=fault)
    _unkept(answer)
    return answer


def _unkept(answer: Response) -> Response:
    """No browser keeps it: it is of one person."""
    answer.headers["Cache-Control"] = "no-store"
    return answer
