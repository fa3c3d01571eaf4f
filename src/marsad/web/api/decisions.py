"""Decisions for programs: what people decided, and to decide, with the token of the server."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse

from marsad.accounts import clean
from marsad.decision import Decision
from marsad.errors import QueryError
from marsad.model import Span
from marsad.pipeline import deciding
from marsad.publish.decided import decision_rows
from marsad.record import Record
from marsad.web.api.paging import Cursor, Limit, cursor, only, read_cursor
from marsad.web.api.shapes import FAILURES, Failure, Rows
from marsad.web.errors import Refused
from marsad.web.i18n import _
from marsad.web.render import site_of
from marsad.web.reviewers import writable
from marsad.web.visitor import Visitor, asking

router = APIRouter(prefix="/api/v1", tags=["decisions"], responses=FAILURES)


class Deciding(BaseModel):
    """One act of one person.

    Every text has a longest length: pydantic lets halves of characters through where it has none.
    """

    verdict: Literal["accept", "reject", "correct", "same", "different", "withdraw"]
    author: str = Field(
        "", max_length=80, description="Who decides; where users log in, nobody but who the token is of"
    )
    reason: str = Field("", max_length=2000)
    event: str = Field(
        "", max_length=100, description="Id of the event, or of an incident: its earliest event"
    )
    others: list[Annotated[str, Field(max_length=100)]] = Field(
        [], max_length=100, description="Of same and different: ids of events or incidents"
    )
    field: str = Field("", max_length=100, description="Of correct, as docs/review.md lists them")
    value: str = Field("", max_length=2000)
    start: int | None = Field(
        None, description="Of correct: the words that say so, in code points of the text"
    )
    end: int | None = None
    decision: str = Field("", max_length=100, description="Of withdraw: the decision to take back")


@router.get("/decisions", responses={200: {"model": Rows}})
def decisions(
    request: Request, limit: Limit = 100, cursor_: Annotated[Cursor, Query(alias="cursor")] = None
) -> JSONResponse:
    """What people decided and what became of it, in the order it was made."""
    only(request, ("limit", "cursor"))
    after = read_cursor(cursor_, request, (int,))
    told = deciding.standings(site_of(request).record)
    found = [standing for standing in told if standing.number > (after[0] if after else 0)]
    rows = list(decision_rows(found[:limit]))
    more = len(found) > limit
    return JSONResponse({"data": rows, "next_cursor": cursor(found[limit - 1].number) if more else None})


@router.post(
    "/decisions",
    status_code=201,
    responses={
        201: {"model": Rows},
        401: {"model": Failure, "description": "No token of a user, or not the one that the server printed"},
        403: {"model": Failure, "description": "The token's user may not decide, or not as somebody else"},
    },
)
def decide(request: Request, act: Deciding) -> JSONResponse:
    """Decides, with `Authorization: Bearer TOKEN`; gives the decisions with what became of them."""
    author = _author(asking(request), act)
    record = writable(site_of(request))
    made = _decide(record, act, author)
    told = deciding.standings(record, ids={decision.id for decision in made})
    return JSONResponse({"data": list(decision_rows(told)), "next_cursor": None}, status_code=201)


def _author(visitor: Visitor, act: Deciding) -> str:
    """Who decides: where nobody logs in as the program says, elsewhere whose token it is and nobody else."""
    said = clean(act.author)
    if visitor.local:
        return said
    if said not in ("", visitor.name):
        raise Refused(_("Nobody decides as somebody else: leave the author out."))
    return visitor.name


def _decide(record: Record, act: Deciding, author: str) -> tuple[Decision, ...]:
    reason = act.reason.strip()
    if act.verdict == "withdraw":
        return (deciding.undo(record, act.decision, author=author, reason=reason),)
    if (act.start is None) != (act.end is None):
        raise QueryError("start and end go together", hint="both, or neither")
    span = None if act.start is None or act.end is None else Span(act.start, act.end)
    return deciding.decide(
        record, act.verdict, act.event, author=author, others=act.others, field=act.field, value=act.value,
        span=span, reason=reason,
    )  # fmt: skip
