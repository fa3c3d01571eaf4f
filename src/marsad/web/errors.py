"""Answers to what cannot be answered: a page in the reader's language, or one JSON shape for programs.

`{"error": {"status": 404, "code": "not_found", "message": "...", "hint": "...", "fields": [...]}}`
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from marsad.codebook import LANGUAGES
from marsad.errors import AccountError, FullError, MarsadError, QueryError, RecordError
from marsad.web.i18n import preferred
from marsad.web.render import page, view_of
from marsad.web.security import HEADERS
from marsad.web.view import View

_LOG = logging.getLogger("marsad.web")
_DATA = (".json", ".geojson", ".csv")


class Missing(Exception):
    """There is nothing of that kind under that id; `kind` is the English word, a message of the catalogue."""

    def __init__(self, kind: str, id_: str) -> None:
        super().__init__(f"no {kind} {id_}")
        self.kind = kind
        self.id = id_


@dataclass(frozen=True, slots=True)
class Misread:
    """A parameter that means nothing, with the reason in words."""

    field: str
    value: str
    reason: str


class BadQuestion(Exception):
    """An address whose parameters mean nothing."""

    def __init__(self, faults: Sequence[Misread]) -> None:
        super().__init__("; ".join(f"{f.field}: {f.reason}" for f in faults))
        self.faults = tuple(faults)


class Refused(Exception):
    """What this server, or this person, may not do; `message` is one of the catalogue."""

    def __init__(self, message: str, *, status: int = 403) -> None:
        super().__init__(message)
        self.message = message
        self.status = status


def wants_data(request: Request) -> bool:
    """Whether the answer is for a program."""
    path = request.url.path
    return path.startswith("/api/") or path.endswith(_DATA)


def reader(request: Request) -> View:
    """The view of whoever asks, by the address, else by the browser's languages."""
    asked = request.url.path.split("/")[1]
    language = next((known for known in LANGUAGES if known == asked), None)
    # programs that ask for no language are told in English
    wanted = request.headers.get("accept-language", "en" if asked == "api" else "")
    return view_of(request, language or preferred(wanted))


def json_error(
    status: int, code: str, message: str, *, hint: str | None = None, fields: Any = ()
) -> JSONResponse:
    """The one shape in which programs are told what is wrong."""
    body = {"status": status, "code": code, "message": message, "hint": hint, "fields": list(fields)}
    return JSONResponse({"error": body}, status_code=status)


def install(app: FastAPI) -> None:
    """Puts the handlers in place."""
    app.add_exception_handler(Missing, _missing)
    app.add_exception_handler(BadQuestion, _bad_question)
    app.add_exception_handler(Refused, refusal)
    app.add_exception_handler(QueryError, _query)
    app.add_exception_handler(AccountError, _query)
    app.add_exception_handler(RecordError, unavailable)
    app.add_exception_handler(FullError, _full)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _crash)


def _answer(request: Request, status: int, code: str, title: str, text: str, **more: Any) -> Response:
    if wants_data(request):
        return json_error(status, code, text or title, **more)
    return page(
        reader(request), "error.html", status=status, title=title, text=text, faults=more.get("fields", ())
    )


def _missing(request: Request, error: Any) -> Response:
    view = reader(request)
    text = view.gettext(
        "Nothing is recorded under %(id)s. Perhaps the address was cut off, or the record is another."
    )
    title = view.gettext("No such %(kind)s") % {"kind": view.gettext(error.kind)}
    return _answer(request, 404, "not_found", title, text % {"id": error.id[:60]})


def _bad_question(request: Request, error: Any) -> Response:
    view = reader(request)
    fields = [{"field": f.field, "value": f.value[:60], "reason": f.reason} for f in error.faults]
    text = view.gettext("Part of the address means nothing.")
    return _answer(request, 400, "bad_request", view.gettext("This cannot be asked"), text, fields=fields)


def refusal(request: Request, error: Any) -> Response:
    """The answer to what may not be done."""
    view = reader(request)
    code = "unauthorized" if error.status == 401 else "forbidden"
    return _answer(
        request, error.status, code, view.gettext("This cannot be done"), view.gettext(error.message)
    )


def said(error: MarsadError, view: View) -> str:
    """What is wrong, in the reader's language where the error is one that pages meet."""
    text = view.gettext(error.said)
    return text.format(**error.values) if error.values else text


def _query(request: Request, error: Any) -> Response:
    view = reader(request)
    return _answer(
        request, 400, "bad_request", view.gettext("This cannot be asked"), said(error, view), hint=error.hint
    )


def unavailable(request: Request, error: Any) -> Response:
    """The answer where the record, or the accounts, cannot be read."""
    view = reader(request)
    _LOG.error("record unavailable", exc_info=error)
    text = view.gettext(
        "The record cannot be read at the moment. Try again shortly; `marsad doctor` says what is wrong."
    )
    return _answer(request, 503, "unavailable", view.gettext("The record cannot be read"), text)


def _full(request: Request, error: Any) -> Response:
    view = reader(request)
    _LOG.error("the disk is full")
    text = view.gettext(
        "The disk of the record is full. Nothing was saved just now, and nothing is lost. Tell whoever keeps the server."
    )
    return _answer(request, 507, "disk_full", view.gettext("There is no room for this"), text)


def _http(request: Request, error: Any) -> Response:
    view = reader(request)
    if error.status_code == 404:
        return _answer(
            request,
            404,
            "not_found",
            view.gettext("No such page"),
            view.gettext("There is nothing at this address."),
        )
    name = HTTPStatus(error.status_code).phrase
    return _answer(
        request, error.status_code, name.lower().replace(" ", "_"), view.gettext("This cannot be done"), name
    )


def _invalid(request: Request, error: Any) -> Response:
    if any(item["loc"][0] == "path" for item in error.errors()):
        return _http(request, HTTPException(404))
    fields = [
        # JSON may hold halves of characters, which no answer can
        Misread(
            str(item["loc"][-1]),
            str(item.get("input", "")).encode("utf-8", "replace").decode(),
            item["msg"],
        )
        for item in error.errors()
    ]
    return _bad_question(request, BadQuestion(fields))


def _crash(request: Request, error: Exception) -> Response:
    view = reader(request)
    _LOG.error("fault", exc_info=error, extra={"route": getattr(request.state, "route", None)})
    text = view.gettext(
        "This is a fault of Marsad, not yours. The server's output has the details; please report them."
    )
    answer = _answer(request, 500, "internal", view.gettext("Something broke"), text)
    answer.headers.update(HEADERS)  # this one is made outside of the guard that adds them
    return answer
