"""How the record is made: the codebook and the rules in words, from the files that the program uses."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from marsad import lexicon
from marsad.link import THRESHOLD
from marsad.link.rules import load_rules
from marsad.read import Reader
from marsad.web.i18n import _
from marsad.web.render import Seen, page

router = APIRouter(include_in_schema=False)

#: Sections of the codebook that the page shows, each with its name.
_SECTIONS = {
    "types": _("What is an incident"), "statuses": _("How it is told"), "recencies": _("News or background"),
    "speakers": _("Who says so"), "precisions": _("How exactly the place is known"), "measures": _("What is counted"),
    "groups": _("Of whom"), "weapons": _("With what"),
}  # fmt: skip


@router.get("/{language}/method")
def method(view: Seen) -> HTMLResponse:
    """The page."""
    rules = load_rules()
    book = view.site.codebook.sections
    sections = [
        (
            view.gettext(message),
            [(view.term(section, code), view.means(section, code)) for code in book[section]],
        )
        for section, message in _SECTIONS.items()
    ]
    return page(
        view, "method.html", sections=sections, threshold=THRESHOLD,
        counts=[words[view.language] for words in rules.counts.values()],
        grades=[(rule.grade, rule.words[view.language]) for rule in rules.grades],
        statuses=[(status, words[view.language]) for status, words in rules.statuses],
        tolls=[words[view.language] for _id, words in rules.toll],
        reader=Reader.version, lexicon=lexicon.load().version,
    )  # fmt: skip
