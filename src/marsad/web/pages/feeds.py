"""Feeds: which are watched, when each last answered and last brought something, silent ones first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from marsad.watched import FeedState, Standing, by_need
from marsad.web.i18n import _
from marsad.web.render import Seen, page

router = APIRouter(include_in_schema=False)
#: Where every visit is later than this, nobody watches.
_LATE = timedelta(minutes=15)

STANDINGS: dict[Standing, str] = {
    "failing": _("cannot be read"),
    "silent": _("silent"),
    "new": _("not visited yet"),
    "fine": _("in order"),
    "left": _("no longer watched"),
}
#: Why a visit brought nothing, by the word under which it is kept.
WHY = {
    "address": _("its address is not public"),
    "scheme": _("its address is none of the web"),
    "name": _("its name is not known"),
    "redirects": _("it redirects without end"),
    "too large": _("it is larger than allowed"),
    "too slow": _("it did not answer in time"),
    "connection": _("it cannot be reached"),
    "certificate": _("its certificate is not valid"),
    "protocol": _("its server breaks the rules of HTTP"),
    "encoding": _("its encoding cannot be read"),
    "truncated": _("it broke off in the middle"),
    "robots": _("its robots.txt does not allow it"),
    "unasked": _("its robots.txt cannot be asked for"),
    "unreadable": _("what came is no feed"),
    "no article": _("there is no article in the page"),
    "fault": _("Marsad itself failed"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A feed as the page shows it: how it stands, and how many pages were refused for which reason."""

    state: FeedState
    standing: Standing
    refused: tuple[tuple[str, int], ...]
    gone: int
    waiting: int


@router.get("/{language}/feeds")
def feeds(view: Seen) -> HTMLResponse:
    """The list, those first that want a look."""
    now = datetime.now(UTC)
    record = view.site.record
    states, pages = by_need(record.feeds(), now), record.page_counts()
    watched = [state for state in states if state.watched]
    asleep = bool(watched) and all(state.due < now - _LATE for state in watched)
    answer = page(
        view, "feeds.html", lines=[_line(state, pages.get(state.name, {}), now) for state in states],
        standings={key: view.gettext(said) for key, said in STANDINGS.items()}, why=lambda word: _why(view, word),
        asleep=asleep, now=now,
    )  # fmt: skip
    # a feed falls silent while the record stays as it is
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _line(state: FeedState, pages: dict[str, int], now: datetime) -> Line:
    refused = {key.removeprefix("refused: "): n for key, n in pages.items() if key.startswith("refused: ")}
    return Line(
        state,
        state.standing(now),
        tuple(sorted(refused.items(), key=lambda item: (-item[1], item[0]))),
        pages.get("gone", 0),
        pages.get("waiting", 0),
    )


def _why(view: Seen, word: str | None) -> str:
    """The reason in the reader's language."""
    if word and word.startswith("HTTP "):
        return view.gettext("the server answers %(status)s") % {"status": word.removeprefix("HTTP ")}
    return view.gettext(WHY[word]) if word in WHY else ""
