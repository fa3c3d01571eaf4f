"""What the forms of the review send: each is one act of one person, then the browser is led on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel, Field
from starlette.responses import RedirectResponse, Response

from marsad.accounts import clean
from marsad.decision import Decision
from marsad.errors import QueryError
from marsad.model import Span
from marsad.pipeline import deciding, find
from marsad.record import Record
from marsad.web.desk import COOKIE
from marsad.web.errors import Refused
from marsad.web.i18n import _
from marsad.web.pages.review import ask_who
from marsad.web.render import Seen
from marsad.web.reviewers import deciding_reviewer, desk_of, of_our_site, writable
from marsad.web.view import View, shown

router = APIRouter(include_in_schema=False)
_YEAR = 365 * 24 * 3600

#: Where a form leads on to: the next event, the page of the incident, the list of decisions.
Back = Literal["review", "incident", "decisions"]
Text = Annotated[str, Field(max_length=2000)]
Short = Annotated[str, Field(max_length=100)]


class Act(BaseModel):
    """A form on an event: `others` are those that the page showed beside it, `other` one that was typed."""

    form_token: Short = ""
    event: Short
    verdict: Literal["accept", "reject", "correct", "same", "different"]
    reason: Text = ""
    other: Short = ""
    near: Short = ""
    others: list[Short] = []
    field: Short = ""
    value: Text = ""
    quote: Text = ""
    document: Short = ""
    start: Annotated[str, Field(max_length=9)] = ""
    end: Annotated[str, Field(max_length=9)] = ""
    second: bool = False
    back: Back = "review"


class Undo(BaseModel):
    """A form that takes decisions back."""

    form_token: str = ""
    decision: list[Short]
    back: Back = "review"


@router.post("/{language}/review/who")
def say_who(
    request: Request, view: Seen, name: Annotated[Text, Form()] = "", query: Annotated[Text, Form()] = ""
) -> Response:
    """Keeps who decides in this browser, where nobody logs in."""
    desk, kept = desk_of(view.site), clean(name)
    if not view.visitor.local:
        raise Refused(_("Nobody decides under another name here than their own."))
    of_our_site(request)
    if not kept:
        return ask_who(view, desk, fault="name", status=400)
    answer = RedirectResponse(view.url("review") + (f"?{query}" if query else ""), status_code=303)
    answer.set_cookie(
        COOKIE, desk.cookie(kept), max_age=_YEAR, httponly=True, samesite="strict",
        secure=request.url.scheme == "https",
    )  # fmt: skip
    return answer


@router.post("/{language}/review/decide")
def decide(request: Request, view: Seen, act: Annotated[Act, Form()]) -> RedirectResponse:
    """Decides, and leads on to the next event; after a correction to the same, there may be more to correct."""
    me = deciding_reviewer(request, act.form_token)
    record = writable(view.site)
    span = _span(record, act) if act.verdict == "correct" else None
    made = deciding.decide(
        record, act.verdict, act.event, author=me.name, others=_others(act), field=act.field,
        value=act.value, span=span, reason=act.reason.strip(),
    )  # fmt: skip
    if act.back == "incident":
        return _back_to_incident(view, act.event, made)
    to = {"event": act.event} if act.verdict == "correct" else {"after": act.event}
    return RedirectResponse(
        view.url("review", **to, second="1" if act.second else "") + _done(made), status_code=303
    )


@router.post("/{language}/review/undo")
def undo(request: Request, view: Seen, act: Annotated[Undo, Form()]) -> RedirectResponse:
    """Takes decisions back, and leads to the event that they were on."""
    me = deciding_reviewer(request, act.form_token)
    record = writable(view.site)
    made = [deciding.undo(record, id_, author=me.name, link=False) for id_ in dict.fromkeys(act.decision)]
    deciding.settle(record)
    if act.back == "decisions":
        return RedirectResponse(view.url("review/decisions"), status_code=303)
    on = deciding.standings(view.site.record, ids={d.withdraws for d in made if d.withdraws})
    event = next((s.event_id for s in on if s.event_id), None)
    if event is None:
        return RedirectResponse(view.url("review/decisions"), status_code=303)
    if act.back == "incident":
        return _back_to_incident(view, event, [s.decision for s in on])
    return RedirectResponse(view.url("review", event=event), status_code=303)


def _others(act: Act) -> list[str]:
    """What the event is said to be the same as, or not: what was typed, else what the page showed."""
    if typed := act.other.strip():
        return [typed]
    near = [act.near] if act.near else []
    return near if act.verdict == "same" else act.others or near


def _span(record: Record, act: Act) -> Span | None:
    """The words that say so: as they were selected, else the nearest that read as they were typed."""
    if not act.quote.strip():
        return None
    document_id, event = record.event(act.event)
    document = record.document(document_id)
    if document is None:
        raise QueryError("no document {id}", hint="load the page anew", id=document_id)
    if act.document == document_id and act.start.isdecimal() and act.end.isdecimal():
        span = Span(int(act.start), int(act.end))
        # a field of one line has no line breaks, and whoever types after selecting means what was typed
        if span.start < span.end and shown(span.of(document.text)).split() == act.quote.split():
            return span
    return deciding.words_at(document.text, act.quote.strip(), event.evidence.start)


def _back_to_incident(view: View, event: str, made: Sequence[Decision]) -> RedirectResponse:
    """The page of the incident that the event is in now; of one that was rejected, what is left of it."""
    record = view.site.record
    now = record.incident_of(event)
    if now is None:
        was = next((d.anchor.incident_id for d in made if d.anchor and d.anchor.incident_id), "")
        try:
            now = find(record, was).incident.id
        except QueryError:
            return RedirectResponse(view.url("review/decisions"), status_code=303)
    return RedirectResponse(view.url(f"incidents/{now}"), status_code=303)


def _done(made: tuple[Decision, ...]) -> str:
    return "".join(f"&done={decision.id}" for decision in made)
