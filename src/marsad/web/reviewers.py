"""Whether a request may decide, and as whom."""

from __future__ import annotations

from fastapi import Request

from marsad.record import Record
from marsad.web.desk import Desk, same
from marsad.web.errors import Refused
from marsad.web.i18n import _
from marsad.web.roles import ONLY_SHOWS
from marsad.web.site import Site
from marsad.web.visitor import Visitor, asking


def desk_of(site: Site) -> Desk:
    """Where this server takes decisions; the gate lets nobody here where it only shows."""
    if site.desk is None:
        raise Refused(ONLY_SHOWS)
    return site.desk


def reviewer_of(request: Request) -> Visitor | None:
    """Who asks, where they may decide and have said who they are."""
    me = asking(request)
    return me if me.decides else None


def signed(me: Visitor, form_token: str) -> Visitor:
    """The visitor, whose form it is; `Refused` where it is not one of our pages' for them."""
    if not me.form_token or not same(form_token, me.form_token):
        raise Refused(_("This form is not of this server, or older than its start. Load its page anew."))
    return me


def deciding_reviewer(request: Request, form_token: str) -> Visitor:
    """Who sends a form of ours that decides."""
    me = reviewer_of(request)
    if me is None:
        raise Refused(_("Nobody is named in this browser. Say on the review page who decides."))
    return signed(me, form_token)


def of_our_site(request: Request) -> None:
    """Of forms that nobody is known by yet: a browser must say which site they are of; the guard compares it."""
    if "origin" not in request.headers:
        raise Refused(_("The browser does not say which site this form is of."))


def writable(site: Site) -> Record:
    """The record, opened to append decisions; `Refused` where this server only shows."""
    if site.writing is None:
        raise Refused(ONLY_SHOWS)
    return site.writing
