"""Answers that are kept: made once for all who ask at once, never older than the record, nobody else's."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from marsad.web.caching import Conditional
from marsad.web.visitor import Visitor


class App:
    """Counts how often it is asked, and answers with that number."""

    def __init__(self) -> None:
        self.made = 0
        self.version = "1"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.made += 1
        number = self.made
        await asyncio.sleep(0.05)
        answer: Response = JSONResponse({"number": number})
        if scope["path"] == "/stream":

            async def parts() -> Any:
                yield str(number)

            answer = StreamingResponse(parts())
        elif scope["path"] == "/fault":
            answer = JSONResponse({"number": number}, status_code=404)
        elif scope["path"] == "/own":
            answer.headers["Cache-Control"] = "no-store"
        elif scope["path"] == "/cookie":
            answer.set_cookie("a", "b")
        await answer(scope, receive, send)


def alone(work: Coroutine[Any, Any, Any]) -> Any:
    """What comes of it, in a thread of its own: a browser's loop may run in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def ask(app: App, *asked: tuple[str, dict[str, str]], visitor: Visitor | None = None) -> list[Any]:
    """The bodies of answers to all of these, asked at once."""
    kept = Conditional(app, version=lambda: app.version)

    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("state", {})["visitor"] = visitor
        await kept(scope, receive, send)

    async def together() -> list[Any]:
        transport = httpx.ASGITransport(served)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            first = [await client.get(path, headers=headers) for path, headers in asked[:1]]
            rest = await asyncio.gather(*(client.get(path, headers=headers) for path, headers in asked[1:]))
        return [answer.json() if answer.content else None for answer in (*first, *rest)]

    return alone(together())


def test_what_many_ask_for_is_made_once() -> None:
    app = App()
    assert ask(app, *[("/page", {})] * 20) == [{"number": 1}] * 20
    assert app.made == 1
    app = App()
    told = ask(app, ("/else", {}), *[("/page", {})] * 20)  # all at once, before it is there
    assert app.made == 2 and told[1:] == [{"number": 2}] * 20


def test_an_answer_of_before_is_not_given_when_the_record_has_changed() -> None:
    app = App()
    kept = Conditional(app, version=lambda: app.version)

    async def asked() -> list[Any]:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(kept), base_url="http://127.0.0.1"
        ) as client:
            before = [(await client.get("/page")).json() for _ in range(2)]
            app.version = "2"
            return [*before, (await client.get("/page")).json()]

    assert alone(asked()) == [{"number": 1}, {"number": 1}, {"number": 2}]


def test_who_asks_otherwise_gets_their_own() -> None:
    app = App()
    ask(
        app, ("/page", {}), ("/page?a=1", {}), ("/page", {"Cookie": "marsad=digits"}), ("/page", {"Accept-Language": "en"}),
        ("/page", {"Accept-Encoding": "identity"}), ("/page", {"Accept": "application/json"}),
    )  # fmt: skip
    assert app.made == 6


def test_what_is_streamed_refused_nobodys_or_of_who_decides_is_not_kept() -> None:
    for path in ("/stream", "/fault", "/own", "/cookie"):
        app = App()
        ask(app, *[(path, {})] * 3)
        assert app.made == 3, path
    app = App()
    ask(app, *[("/page", {})] * 3, visitor=Visitor("reviewer", "ليلى"))
    assert app.made == 3
    app = App()
    ask(app, *[("/page", {})] * 3, visitor=Visitor("reader", "ليلى"))
    assert app.made == 1
