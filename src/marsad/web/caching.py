"""ETags: an answer is as good as it was while the record, the app and the reader's choices are the same.

The tag is made before the answer is: one that was written while the record changed is asked
for again, never kept too long.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from marsad import __version__


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

        async def tagged(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                answer.setdefault("Cache-Control", "private, no-cache")
                answer.add_vary_header("Cookie, Authorization, Accept-Language")
                if message["status"] == 200 and "no-store" not in answer["Cache-Control"]:
                    answer.setdefault("ETag", tag)
            await send(message)

        await self._app(scope, receive, tagged)

    def _tag(self, scope: Scope, headers: Headers, version: str) -> str:
        asked = (
            self._run, version, str(scope.get("state", {}).get("visitor")),
            scope["path"], scope["query_string"].decode("latin-1"), scope["method"],
            headers.get("cookie", ""), headers.get("accept-language", ""), headers.get("accept", ""),
        )  # fmt: skip
        return f'W/"{hashlib.sha256(chr(0).join(asked).encode("utf-8", "surrogateescape")).hexdigest()[:20]}"'
