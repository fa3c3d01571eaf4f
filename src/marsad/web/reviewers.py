"""Whether a request may decide, and as whom."""

from __future__ import annotations

from fastapi import Request

from marsad.record import Record
from marsad.web.desk import COOKIE, Desk, Reviewer
from marsad.web.errors import Refused
from marsad.web.i18n import _
from marsad.web.site import Site


def desk_of(site: Site) -> Desk:
    """Where this server takes decisions; `Refused` where it only shows."""
    if site.desk is None:
        raise Refused(_("This server only shows the record. `marsad serve --review` also takes decisions."))
    return site.desk


def reviewer_of(request: Request, site: Site) -> Reviewer | None:
    """Whom the browser's cookie names."""
    return desk_of(site).reviewer(request.cookies.get(COOKIE))


def deciding_reviewer(request: Request, site: Site, form_token: str) -> Reviewer:
    """Who sends a form of ours; `Refused` where nobody is named, or the form is not of this server."""
    me = reviewer_of(request, site)
    if me is None:
        raise Refused(_("Nobody is named in this browser. Say on the review page who decides."))
    if not desk_of(site).signed(me, form_token):
        raise Refused(_("This form is not of this server, or older than its start. Load its page anew."))
    return me


def writable(site: Site) -> Record:
    """The record, opened to append decisions; close it after."""
    return Record.open(site.record.address)
