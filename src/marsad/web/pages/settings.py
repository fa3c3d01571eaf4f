"""How the reader wants digits, months, the calendar and the colours: kept in one cookie of this browser."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import HTMLResponse, RedirectResponse

from marsad.web.i18n import _
from marsad.web.preferences import CHOICES, COOKIE, chosen
from marsad.web.render import Seen, page

router = APIRouter(include_in_schema=False)
_YEAR = 365 * 24 * 3600

#: What each preference and each of its values is called.
_NAMES = {
    "digits": _("Digits"), "months": _("Names of months"), "calendar": _("Calendar"), "theme": _("Colours"),
    "latn": "123", "arab": "١٢٣",
    "levant": _("Levant and Iraq: كانون الثاني"), "egypt": _("Egypt and the Gulf: يناير"), "both": _("Both"),
    "gregorian": _("Gregorian"), "hijri": _("Hijri (Umm al-Qura)"),
    "auto": _("As the system has it"), "light": _("Light"), "dark": _("Dark"),
}  # fmt: skip


@router.get("/{language}/settings")
def settings(view: Seen) -> HTMLResponse:
    """The form."""
    return page(view, "settings.html", choices=CHOICES, names=_NAMES)


@router.post("/{language}/settings")
def save(
    view: Seen, digits: Annotated[str, Form()] = "", months: Annotated[str, Form()] = "",
    calendar: Annotated[str, Form()] = "", theme: Annotated[str, Form()] = "",
) -> RedirectResponse:  # fmt: skip
    """Keeps what was chosen; what is no choice is left at its default."""
    wanted = chosen({"digits": digits, "months": months, "calendar": calendar, "theme": theme})
    answer = RedirectResponse(view.url("settings"), status_code=303)
    answer.set_cookie(COOKIE, wanted.cookie(), max_age=_YEAR, httponly=True, samesite="strict")
    return answer
