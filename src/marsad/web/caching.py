"""ETags: an answer is as good as it was while the record, the app and the reader's choices are the same.

The tag is made before the answer is: one that was written while the record changed is asked
for again, never kept too long. So answers are kept here too, under their tags: where many ask for the same
page it is made once, also when they all ask at the moment in which the record has changed.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from marsad import __version__

#: Bytes of answers that are kept, and of the largest among them.
_KEPT, _LARGEST = 32_000_000, 1_000_000


@dataclass(slots=True)
class _Answers:
    """Whole answers by what was asked, those that were asked for last."""

    _found: OrderedDict[str, tuple[Message, Message]] = field(default_factory=OrderedDict)
    _size: int = 0

    def get(self, key: str) -> tuple[Message, Message] | None:
        found = self._found.get(key)
        if found is not None:
            self._found.move_to_end(key)
        return found

    def keep(self, key: str, start: Message, body: Message) -> None:
        if key in self._found:
            return
        self._found[key] = (start, body)
        self._size += len(body["body"])
        while self._size > _KEPT:
            _, (_, old) = self._found.popitem(last=False)
            self._size -= len(old["body"])


class Conditional:
    """ASGI middleware: answers 304 to a GET whose tag still stands, and tags what is answered.

    The tag is also of who asks and as what: another role sees another page.
    """

    def __init__(self, app: ASGIApp, *, version: Callable[[], str]) -> None:
        """`version` tells the state of what is served."""
        self._app = app
        self._version = version
        # templates and words may have changed while the server was down
        self._run = f"{__version__} {os.getpid()} {os.urandom(6).hex()}"
        self._answers = _Answers()
        #: What is being made, until it is known whether it will be kept.
        self._making: dict[str, asyncio.Event] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers from the tag, or passes on and tags."""
        if (
            scope["type"] != "http"
            or scope["method"] not in ("GET", "HEAD")
            or scope["path"].startswith("/static/")
        ):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        # a server's database is asked, which is not for the one thread that all requests share
        tag = self._tag(scope, headers, await run_in_threadpool(self._version))
        if tag in (part.strip() for part in headers.get("if-none-match", "").split(",")):
            await Response(status_code=304, headers={"ETag": tag})(scope, receive, send)
            return
        key = f"{tag} {headers.get('accept-encoding', '')}"
        if key in self._making:
            await self._making[key].wait()
        found = self._answers.get(key)
        if found is None:
            await self._make(key, tag, scope, receive, send)
        else:
            for message in found:
                await send(_copy(message))

    async def _make(self, key: str, tag: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on, tags what comes, and keeps it where it is whole, short and everybody's who asks so."""
        known = self._making.setdefault(key, asyncio.Event())
        decides = getattr(scope.get("state", {}).get("visitor"), "decides", False)
        start: Message | None = None

        async def tagged(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                answer.setdefault("Cache-Control", "private, no-cache")
                answer.add_vary_header("Cookie, Authorization, Accept-Language")
                if message["status"] == 200 and "no-store" not in answer["Cache-Control"]:
                    answer.setdefault("ETag", tag)
                    start = _copy(message) if not decides and _short(answer) else None
                if start is None:
                    known.set()
            elif start is not None and not message.get("more_body"):
                self._answers.keep(key, start, _copy(message))
            await send(message)

        try:
            await self._app(scope, receive, tagged)
        finally:
            known.set()
            self._making.pop(key, None)

    def _tag(self, scope: Scope, headers: Headers, version: str) -> str:
        asked = (
            self._run, version, str(scope.get("state", {}).get("visitor")),
            scope["path"], scope["query_string"].decode("latin-1"), scope["method"],
            headers.get("cookie", ""), headers.get("accept-language", ""), headers.get("accept", ""),
        )  # fmt: skip
        return f'W/"{hashlib.sha256(chr(0).join(asked).encode("utf-8", "surrogateescape")).hexdigest()[:20]}"'


def _short(answer: MutableHeaders) -> bool:
    """Whether it is whole, since what is streamed tells no length, and gives nobody a cookie."""
    return "set-cookie" not in answer and int(answer.get("content-length", _LARGEST)) < _LARGEST


def _copy(message: Message) -> Message:
    """The message for another answer: who sends it on may add to its headers."""
    return {**message, "headers": [*message["headers"]]} if "headers" in message else {**message}
