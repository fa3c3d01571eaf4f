"""Pages by cursor: what comes next begins behind what was given last, whatever was added meanwhile."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Collection
from datetime import date
from typing import Annotated, Any

from fastapi import Query, Request

from marsad.web.asked import Fault, reason
from marsad.web.errors import BadQuestion, Misread, reader

Limit = Annotated[int, Query(ge=1, le=500, description="No more than so many at once.")]
Cursor = Annotated[
    str | None, Query(max_length=200, description="Where to go on: `next_cursor` of the page before.")
]


def cursor(*key: Any) -> str:
    """The sort key of the last item as an opaque word."""
    plain = [part.isoformat() if isinstance(part, date) else part for part in key]
    return urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def read_cursor(word: str | None, request: Request, kinds: tuple[type, ...]) -> tuple[Any, ...] | None:
    """The key that `cursor` made the word of; `None` for the first page.

    `kinds` are the types of its parts; a part but the last may be `None`. Raises `BadQuestion`
    where no page gave that word.
    """
    if word is None:
        return None
    try:
        key = json.loads(urlsafe_b64decode(word + "=" * (-len(word) % 4)))
        if not isinstance(key, list) or len(key) != len(kinds) or key[-1] is None:
            raise ValueError
        return tuple(_part(part, kind) for part, kind in zip(key, kinds, strict=True))
    except (ValueError, TypeError):
        raise BadQuestion([_misread(request, "cursor", word, "cursor")]) from None


def _part(part: Any, kind: type) -> Any:
    if part is None:
        return None
    if kind is date:
        return date.fromisoformat(part)
    if type(part) is not kind:
        raise ValueError
    return part


def only(request: Request, known: Collection[str]) -> None:
    """Refuses parameters that do nothing: a misspelt filter must not give everything."""
    faults = [
        _misread(request, name, request.query_params[name], "unknown")
        for name in request.query_params
        if name not in known
    ]
    if faults:
        raise BadQuestion(faults)


def _misread(request: Request, field: str, value: str, why: str) -> Misread:
    return Misread(field, value, reason(Fault(field, value, why), reader(request)))
