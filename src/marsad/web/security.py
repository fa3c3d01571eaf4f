"""What every answer carries and every request must: strict headers, a host that is ours, a bounded length.

The Host check is what keeps a page of another site from reading this server through a name
that it has pointed at 127.0.0.1.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: Nothing from elsewhere, no inline script or style, no frame around us, forms only to us.
POLICY = "; ".join(
    (
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "font-src 'self'",
        "connect-src 'self'", "worker-src 'self'", "manifest-src 'self'", "form-action 'self'", "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)  # fmt: skip

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}

#: Bytes of a form or a decision; the longest that one of ours sends is a reason of 2,000 characters.
LONGEST_BODY = 64 * 1024
LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Guard:
    """ASGI middleware: refuses foreign hosts and foreign forms, and adds the headers to every answer."""

    def __init__(self, app: ASGIApp, *, hosts: Collection[str], any_address: bool = False) -> None:
        """`hosts` are the names that are ours besides the loopback's; `any_address` allows bare IP addresses."""
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts) | LOOPBACK
        self._any_address = any_address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuses, or passes on and adds the headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        read = 0

        async def bounded() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > LONGEST_BODY:  # of a body that did not say its length
                raise HTTPException(413)
            return message

        headers = Headers(scope=scope)
        if refusal := self._refusal(scope["method"], headers):
            await PlainTextResponse(refusal, status_code=403)(scope, receive, guarded)
        elif _says(headers.get("content-length", "0")) > LONGEST_BODY:
            await PlainTextResponse("This is too long.", status_code=413)(scope, receive, guarded)
        else:
            await self._app(scope, bounded, guarded)

    def _refusal(self, method: str, headers: Headers) -> str | None:
        host = headers.get("host", "")
        if not self._ours(host):
            return "This server does not answer under that name."
        if method not in _SAFE_METHODS:
            origin = headers.get("origin")
            # browsers send Origin with every form of another site; tools that send none have no cookies to abuse
            if origin is not None and origin.partition("://")[2].lower() != host.lower():
                return "Forms of other sites are not taken."
        return None

    def _ours(self, host: str) -> bool:
        name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
        if name.lower() in self._hosts:
            return True
        if not self._any_address:
            return False
        try:
            ipaddress.ip_address(name.strip("[]"))
        except ValueError:
            return False
        return True


def _says(length: str) -> int:
    """How many bytes a body says that it has; one that says nothing sensible has too many."""
    return int(length) if length.isascii() and length.isdigit() and len(length) < 12 else LONGEST_BODY + 1
