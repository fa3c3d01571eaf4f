"""Review: one event a page, the most doubtful first, and what people decided of all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from markupsafe import Markup
from starlette.responses import HTMLResponse, RedirectResponse, Response

from marsad.decide import FIELDS, rules, said
from marsad.decision import Case, Doubt, Standing
from marsad.errors import QueryError
from marsad.model import Document, Event, Incident, Join, Telling
from marsad.pipeline import deciding, reviewing, texts
from marsad.record import Record
from marsad.web.comparisons import bars
from marsad.web.desk import Desk
from marsad.web.evidence import excerpts, marked, marks
from marsad.web.i18n import _
from marsad.web.pages.incident import (
    KIND_NAMES,
    STATES,
    VERDICTS,
    ShownJoin,
    ShownTelling,
    shown_join,
    shown_telling,
)  # fmt: skip
from marsad.web.render import Seen, page
from marsad.web.reviewers import desk_of, reviewer_of
from marsad.web.view import View
from marsad.web.visitor import Visitor

router = APIRouter(include_in_schema=False)
#: Decisions that are listed at once, the latest first.
_LISTED = 200
#: Events whose decisions are asked for at once.
_ASKED = 50

#: What a field is called where the codebook has no word for it.
_FIELD_NAMES = {
    "type": _("Type"), "status": _("Status"), "recency": _("Told as"), "count": _("How many such events"),
    "period": _("When"), "place": _("Where"), "initiators": _("Initiator"), "targets": _("Target"),
    "weapons": _("Weapon"),
}  # fmt: skip


@router.get("/{language}/review")
def review(
    request: Request, view: Seen, event: str = "", after: str = "", second: bool = False,
    done: Annotated[list[str] | None, Query()] = None,
) -> Response:  # fmt: skip
    """The next event that this person is asked about, or the one that the address names.

    `after` is the event that was asked about before, `done` what was just decided, `second` asks for
    second opinions.
    """
    desk, me = desk_of(view.site), reviewer_of(request)
    if me is None:
        return ask_who(view, desk)
    record = view.site.record
    if event:
        # what was rejected has its page too: it may be taken back there
        case = reviewing.case_of(record, event, reviewing.decided_on(record, {event}), anywhere=True)
        order = desk.order(me.name, second=second)
        number = order.index(event) + 1 if event in order else 0
        found: tuple[Case | None, int, int] = case, number, len(order)
    else:
        found = _next(view, desk, me.name, after, second=second)
    just = _just(record, done or (), me)
    return _page(view, me, found, just=just, second=second)


def ask_who(view: View, desk: Desk, *, name: str = "", fault: str = "", status: int = 200) -> HTMLResponse:
    """The form that asks for a name."""
    return page(view, "reviewer.html", status=status, name=name or desk.by, fault=fault, query=view.query)


@router.get("/{language}/review/who")
def who(request: Request, view: Seen) -> Response:
    """The same form, to decide under another name; where people log in, their account."""
    me = reviewer_of(request)
    if not view.visitor.local:
        return RedirectResponse(view.url("account"), status_code=303)
    return ask_who(view, desk_of(view.site), name=me.name if me else "")


@router.get("/{language}/review/{which}")
def decided(
    request: Request, view: Seen, which: Literal["decisions", "conflicts", "unanchored"]
) -> HTMLResponse:
    """Who decided what, the latest first: all, those that people disagree about, those without words."""
    me, record = reviewer_of(request), view.site.record
    every = deciding.standings(record)
    state = {"conflicts": "conflict", "unanchored": "unanchored"}.get(which)
    listed = [s for s in reversed(every) if state in (None, s.state)]
    both, agreed = reviewing.agreement(record)
    return page(
        view, "decisions.html", which=which, standings=listed[:_LISTED], found=len(listed),
        by_id={s.decision.id: s for s in every}, both=both, agreed=agreed, me=me,
        form_token=me.form_token if me else "", verdicts=VERDICTS, states=STATES,
    )  # fmt: skip


def _next(view: View, desk: Desk, name: str, after: str, *, second: bool) -> tuple[Case | None, int, int]:
    """The next case that waits for this person, its place in the order, and how many there are.

    The order is made once and gone through, so that a decision shuffles nothing; without `after`, or
    with one that it does not hold, it is made anew.
    """
    record, order = view.site.record, desk.order(name, second=second)
    start = order.index(after) + 1 if after in order else 0
    if not start:
        order = reviewing.queue(record, author=name, second=second)
        desk.keep_order(name, order, second=second)
    told: dict[str, list[Standing]] = {}
    for number, event in enumerate(order[start:], start + 1):
        if (number - start) % _ASKED == 1:
            told = reviewing.decided_on(record, order[number - 1 : number - 1 + _ASKED])
        if reviewing.settled(told.get(event, ()), name, second=second):
            continue
        try:
            return reviewing.case_of(record, event, told), number, len(order)
        except QueryError:  # rejected, or read otherwise since
            continue
    return None, len(order), len(order)


def _just(record: Record, done: Sequence[str], me: Visitor) -> tuple[list[Standing], list[Standing]]:
    """What this person just decided, and what others had decided of the same events."""
    mine = [s for s in deciding.standings(record, ids=set(done)) if s.decision.author == me.name]
    events = {id_ for s in mine for id_ in (s.event_id, s.other_event_id) if id_ is not None}
    others = reviewing.live(deciding.standings(record, events=events)) if events else []
    return mine, [s for s in others if s.decision.author != me.name]


# ── one case ──────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Beside:
    """Another telling beside the one that is asked about: where it is, its words, how both differ, why."""

    incident: Incident
    shown: ShownTelling
    text: Markup
    differences: tuple[tuple[str, str, str, bool], ...]
    join: ShownJoin | None


def _page(
    view: View, me: Visitor, found: tuple[Case | None, int, int], *,
    just: tuple[list[Standing], list[Standing]], second: bool,
) -> HTMLResponse:  # fmt: skip
    case, number, total = found
    values: dict[str, Any] = {
        "me": me, "form_token": me.form_token, "just": just, "second": second, "number": number, "total": total,
        "verdicts": VERDICTS, "states": STATES, "case": case,
    }  # fmt: skip
    if case is None:
        return page(view, "review.html", **values)
    near = reviewing.nearest(view.site.record, case) if case.placed else None
    documents = dict(texts(view.site.record, case.incident))
    if near is not None:
        documents |= texts(view.site.record, near[0])
    captures = view.site.record.captures(list(documents))

    def shown(telling: Telling) -> ShownTelling:
        return shown_telling(telling, documents[telling.document_id], captures[telling.document_id], view)

    event, document = case.telling.event, documents[case.telling.document_id]
    seen = marks(event)
    mine, company = shown(case.telling), [t for t in case.incident.tellings if t.event_id != case.event_id]
    my_word = any(s.decision.author == me.name for s in reviewing.live(case.decided))
    others = [s for s in case.decided if s.decision.author != me.name]
    return page(
        view, "review.html", **values,
        shown=mine, company=company, bars=bars, mine=_told(document.text, event),
        pieces=[
            (span.start, marked(document.text, span, seen))
            for span in excerpts(document.text, seen, event.evidence)
        ],
        title=view.title(event.type, [p.code for p in event.initiators], [p.code for p in event.targets]),
        kinds=[(kind, view.gettext(name)) for kind, name in KIND_NAMES.items()],
        doubts=[(_doubt(doubt, view), doubt.points) for doubt in case.doubts],
        within=_beside(view, case, case.incident, case.join, mine, documents, shown) if company else None,
        near=_beside(view, case, near[0], near[1], mine, documents, shown) if near else None,
        near_event=_other(near[1], case.event_id) if near else "",
        decided=case.decided if my_word else [s for s in case.decided if s.decision.author == me.name],
        hidden=0 if my_word else len(others),
        fields=[(name, _field_name(name, view), said(event, name)) for name in FIELDS], codes=_codes(view),
    )  # fmt: skip


def _other(join: Join, event_id: str) -> str:
    return join.event_b if join.event_a == event_id else join.event_a


def _beside(
    view: View, case: Case, incident: Incident, join: Join | None, mine: ShownTelling,
    documents: Mapping[str, Document], shown: Callable[[Telling], ShownTelling],
) -> Beside:  # fmt: skip
    """The telling of the incident that the join compares with the case's, else its first."""
    rest = {t.event_id: t for t in incident.tellings if t.event_id != case.event_id}
    telling = rest[_other(join, case.event_id)] if join else next(iter(rest.values()))
    theirs, text = shown(telling), documents[telling.document_id].text
    return Beside(
        incident, theirs, _told(text, telling.event),
        _differences(mine, theirs),
        shown_join(join, {case.event_id: case.telling, telling.event_id: telling}, view) if join else None,
    )  # fmt: skip


def _told(text: str, event: Event) -> Markup:
    """The words that tell the event, marked."""
    return marked(text, event.evidence.cover(event.trigger), marks(event))


def _differences(mine: ShownTelling, theirs: ShownTelling) -> tuple[tuple[str, str, str, bool], ...]:
    """Each value of either, of both side by side, and whether both tell it and tell it otherwise."""
    first, second = _by_name(mine), _by_name(theirs)
    names = dict.fromkeys((*first, *second))
    both = [(name, first.get(name, ()), second.get(name, ())) for name in names]
    return tuple(
        (name, "؛ ".join(a), "؛ ".join(b), bool(a and b) and set(a) != set(b)) for name, a, b in both
    )


def _by_name(shown: ShownTelling) -> dict[str, tuple[str, ...]]:
    out: dict[str, tuple[str, ...]] = {}
    for name, value, _words in shown.values:
        out[name] = (*out.get(name, ()), value)
    return out


def _doubt(doubt: Doubt, view: View) -> str:
    """The doubt in the words of the rules, with what it is here."""
    words = rules().words[doubt.name][view.language]
    here = doubt.here
    if doubt.name == "figures differ":
        here = ("، " if view.language == "ar" else ", ").join(
            view.term("measures", code) for code in here.split(", ")
        )
    elif doubt.name == "hearsay":
        here = view.term("statuses", here)
    elif doubt.name != "no place":
        here = ""
    return f"{words} ({here})" if here else words


def _field_name(name: str, view: View) -> str:
    return view.gettext(_FIELD_NAMES[name]) if name in _FIELD_NAMES else view.term("measures", name)


def _codes(view: View) -> list[tuple[str, str]]:
    """The codes that a correction may give, with what they are called."""
    book = view.site.codebook
    terms = [
        (code, view.term(section, code))
        for section in ("types", "statuses", "recencies", "weapons")
        for code in book.sections[section]
    ]
    return terms + [(code, view.actor(code)) for code, _number in view.site.actors()]
