"""A GET or POST with every bound: addresses, redirects, bytes on the wire and unpacked, seconds in all.

httpx speaks the protocol. The connection goes through a network backend of our own, which connects to
the checked address only and lets no read outlast the deadline of the whole request; the server's name
stays in `Host` and in TLS, so certificates are checked against it.
"""

from __future__ import annotations

import ssl
import time
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any, Literal, cast

import httpcore
import httpx

from marsad.net.addresses import Door, Resolver, refusal, system_resolver

#: Why there is no reply.
Why = Literal[
    "address",
    "scheme",
    "name",
    "redirects",
    "too large",
    "too slow",
    "connection",
    "certificate",
    "protocol",
    "encoding",
    "truncated",
    "robots",
    "unasked",
]
#: Asked before each request, redirects too: why the address is not to be fetched, or `None`.
Gate = Callable[[str], tuple["Why", str] | None]  # fmt: skip
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
#: What may be in order again soon.
_PASSING = frozenset({"name", "too slow", "connection", "truncated", "unasked"})
_CHUNK = 65_536


@dataclass(frozen=True, slots=True)
class Limits:
    """`body` bytes unpacked, and as many on the wire; `seconds` for all of it, redirects included."""

    body: int = 10_000_000
    seconds: float = 60.0
    connect: float = 10.0
    idle: float = 20.0
    redirects: int = 5


@dataclass(frozen=True, slots=True)
class Hop:
    """One redirect on the way."""

    url: str
    status: int
    to: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server answered. `wire` is the body as it came, `body` unpacked; headers are as they came.

    `moved` is where permanent redirects alone lead from the address that was asked for, if anywhere.
    """

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    wire: bytes
    address: str
    at: datetime
    version: str = "HTTP/1.1"
    reason: str = ""
    sent: tuple[tuple[str, str], ...] = ()
    hops: tuple[Hop, ...] = ()

    def header(self, name: str) -> str | None:
        """The header of that name, told in lower case."""
        return next((value for key, value in self.headers if key.lower() == name), None)

    @property
    def moved(self) -> str | None:
        """The address that permanent redirects lead to, up to the first that is not."""
        to = None
        for hop in self.hops:
            if hop.status not in _PERMANENT:
                break
            to = hop.to
        return to


@dataclass(frozen=True, slots=True)
class NotFetched:
    """Why there is no reply, in words; `passing` where another try may do."""

    why: Why
    message: str
    url: str

    @property
    def passing(self) -> bool:
        """Whether another try may do."""
        return self.why in _PASSING


class _Stop(Exception):
    """Ends a request; only inside this module."""

    def __init__(self, why: Why, message: str) -> None:
        super().__init__(message)
        self.why: Why = why
        self.message = message


@dataclass(frozen=True)
class Client:
    """Makes requests under `limits`; `agent` says who asks and how to reach them."""

    agent: str
    limits: Limits = Limits()
    resolve: Resolver = system_resolver
    tls: ssl.SSLContext = field(default_factory=lambda: httpx.create_ssl_context(trust_env=False))

    def get(
        self,
        url: str,
        *,
        allowed: Collection[Door] = (),
        headers: Mapping[str, str] | None = None,
        limits: Limits | None = None,
        gate: Gate | None = None,
    ) -> Reply | NotFetched:
        """What is at the address, redirects followed, each of them checked as the first."""
        return self._exchange("GET", url, allowed, headers or {}, None, limits or self.limits, gate)

    def post(
        self, url: str, content: bytes, *, allowed: Collection[Door] = (), headers: Mapping[str, str]
    ) -> Reply | NotFetched:
        """What the server says to `content`; a redirect is an answer, and is not followed."""
        return self._exchange("POST", url, allowed, headers, content, self.limits)

    def _exchange(
        self,
        method: str,
        url: str,
        allowed: Collection[Door],
        headers: Mapping[str, str],
        content: bytes | None,
        limits: Limits,
        gate: Gate | None = None,
    ) -> Reply | NotFetched:
        deadline = time.monotonic() + limits.seconds
        hops: list[Hop] = []
        here = url
        try:
            while True:
                target = _target(here)
                addresses = self._addresses(target, allowed)
                if gate is not None and (refused := gate(here)):
                    raise _Stop(*refused)
                backend = _Pinned(addresses, deadline)
                with _transport(self.tls, backend, limits) as client, _said():
                    request = client.build_request(
                        method, target, content=content,
                        headers={"User-Agent": self.agent, "Accept-Encoding": "gzip", **headers},
                    )  # fmt: skip
                    with closing(client.send(request, stream=True)) as response:
                        to = response.headers.get("location")
                        if method == "GET" and response.status_code in _REDIRECTS and to:
                            here = _followed(here, to, response.status_code, hops, limits)
                            continue
                        return _reply(response, here, tuple(hops), backend, limits, deadline)
        except _Stop as stop:
            return NotFetched(stop.why, stop.message, here)

    def _addresses(self, url: httpx.URL, allowed: Collection[Door]) -> list[str]:
        """The checked addresses of a host: all of them may be contacted, or none is."""
        port = url.port or (443 if url.scheme == "https" else 80)
        try:
            found = [url.host] if _is_address(url.host) else self.resolve(url.host, port)
        except (OSError, UnicodeError) as error:
            raise _Stop("name", f"{url.host} has no address: {_reason(error)}") from None
        if not found:
            raise _Stop("name", f"{url.host} has no address")
        for address in found:
            if refused := refusal(address, port, allowed):
                raise _Stop("address", f"{url.host}: {refused}")
        return found


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def _target(url: str) -> httpx.URL:
    try:
        target = httpx.URL(url)
        host = target.host
    except (httpx.InvalidURL, UnicodeError, ValueError):
        raise _Stop("scheme", "is no address of the web") from None
    if target.scheme not in ("http", "https") or not host:
        raise _Stop("scheme", f"{target.scheme or 'nothing'}: is neither http nor https")
    if target.userinfo:
        raise _Stop("scheme", "carries a user name, which is not sent on")
    return target


def _followed(here: str, to: str, status: int, hops: list[Hop], limits: Limits) -> str:
    """Where a redirect leads."""
    try:
        there = str(httpx.URL(here).join(to))
    except (httpx.InvalidURL, UnicodeError, ValueError):
        raise _Stop("redirects", "redirects to what is no address") from None
    if len(hops) >= limits.redirects or there in {here, *(hop.url for hop in hops)}:
        what = (
            "in a circle" if there in {here, *(hop.url for hop in hops)} else f"over {limits.redirects} times"
        )
        raise _Stop("redirects", f"redirects {what}")
    hops.append(Hop(here, status, there))
    return there


def _reply(
    response: httpx.Response,
    url: str,
    hops: tuple[Hop, ...],
    backend: _Pinned,
    limits: Limits,
    deadline: float,
) -> Reply:
    told = response.headers.get("content-length", "")
    if told.isdigit() and int(told) > limits.body:
        raise _Stop("too large", f"{int(told):,} bytes are more than {limits.body:,}")
    wire = b"".join(_bounded(response.iter_raw(_CHUNK), limits.body, deadline))
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding in ("", "identity"):
        body = wire
    elif encoding in ("gzip", "x-gzip", "deflate"):
        body = _unpacked(wire, limits.body)
    else:
        raise _Stop("encoding", f"is packed as {encoding}, which was not asked for")
    extensions = response.extensions
    return Reply(
        url=url,
        status=response.status_code,
        headers=tuple(
            (key.decode("latin-1"), value.decode("latin-1")) for key, value in response.headers.raw
        ),
        body=body,
        wire=wire,
        address=backend.used,
        at=datetime.now(UTC),
        version=extensions.get("http_version", b"HTTP/1.1").decode("ascii", "replace"),
        reason=response.reason_phrase,
        sent=tuple(response.request.headers.multi_items()),
        hops=hops,
    )


def _bounded(chunks: Iterable[bytes], most: int, deadline: float) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > most:
            raise _Stop("too large", f"is longer than {most:,} bytes")
        if time.monotonic() > deadline:
            raise _Stop("too slow", "did not end in time")
        yield chunk


def inflated(packed: bytes, most: int) -> bytes | Why:
    """Gzip or zlib data unpacked, never more than `most` bytes of it in memory; else what is wrong with it."""
    try:
        return _unpacked(packed, most)
    except _Stop as stop:
        return stop.why


def _unpacked(packed: bytes, most: int) -> bytes:
    out = bytearray()
    unpacker = zlib.decompressobj(wbits=47)  # gzip or zlib, by its head
    # piece by piece: what stands behind a part is copied each time, and there may be a million empty parts
    for at in range(0, len(packed), _CHUNK):
        rest = packed[at : at + _CHUNK]
        while rest:
            if unpacker.eof:
                if rest[0] == 0 and not packed[min(at + _CHUNK, len(packed)) - len(rest) :].strip(b"\0"):
                    return bytes(out)  # padding behind the last part
                unpacker = zlib.decompressobj(wbits=47)
            try:
                out += unpacker.decompress(rest, most - len(out) + 1)
            except zlib.error as error:
                raise _Stop("encoding", f"is not packed as it says: {error}") from None
            if len(out) > most:
                raise _Stop("too large", f"unpacks to more than {most:,} bytes")
            rest = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
    if packed and not unpacker.eof:
        raise _Stop("truncated", "ends in the middle")
    return bytes(out)


# ── the connection ────────────────────────────────────────────────────────────────────────


@contextmanager
def _said() -> Iterator[None]:
    """What the protocol libraries raise, in a few kinds."""
    try:
        yield
    except (httpcore.TimeoutException, httpx.TimeoutException):
        raise _Stop("too slow", "did not answer in time") from None
    except (httpcore.NetworkError, httpx.NetworkError) as error:
        cause = error.__cause__ or error.__context__
        if isinstance(cause, ssl.SSLCertVerificationError):
            raise _Stop("certificate", f"its certificate is not valid: {cause.verify_message}") from None
        raise _Stop("connection", f"cannot be reached: {_reason(error)}") from None
    except (httpcore.ProtocolError, httpx.ProtocolError) as error:
        said = str(error)
        if "complete message body" in said or "disconnected" in said:
            raise _Stop("truncated", "closed the connection before the end") from None
        raise _Stop("protocol", f"does not speak HTTP properly: {said}") from None
    except ssl.SSLError as error:
        raise _Stop("certificate", f"no safe connection: {_reason(error)}") from None
    except (OSError, httpx.HTTPError) as error:
        raise _Stop("connection", f"cannot be reached: {_reason(error)}") from None


class _Timed(httpcore.NetworkStream):
    """A stream on which no wait outlasts the deadline, however small the pieces that come."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: float) -> None:
        self._inner = inner
        self._deadline = deadline

    def _left(self, timeout: float | None) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the time is up")
        return left if timeout is None else min(left, timeout)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        inner = self._inner.start_tls(ssl_context, server_hostname, self._left(timeout))
        return _Timed(inner, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Pinned(httpcore.NetworkBackend):
    """Connects to the checked addresses, whatever the name that is asked for."""

    def __init__(self, addresses: list[str], deadline: float) -> None:
        self._addresses = addresses
        self._deadline = deadline
        self._inner = httpcore.SyncBackend()
        #: The address that answered.
        self.used = ""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        failed: Exception | None = None
        for address in self._addresses:
            left = self._deadline - time.monotonic()
            if left <= 0:
                raise httpcore.ConnectTimeout("the time is up")
            try:
                stream = self._inner.connect_tcp(
                    address, port, min(left, timeout or left), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
                continue
            self.used = address
            return _Timed(stream, self._deadline)
        raise failed or httpcore.ConnectError("no address")


class _Over(httpx.BaseTransport):
    """httpx over a pool with a network backend of ours."""

    def __init__(self, pool: httpcore.ConnectionPool) -> None:
        self._pool = pool

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        found = self._pool.handle_request(
            httpcore.Request(
                request.method,
                httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(
            found.status, headers=found.headers, stream=_Body(found), extensions=dict(found.extensions)
        )

    def close(self) -> None:
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        yield from cast("Iterable[bytes]", self._response.stream)

    def close(self) -> None:
        self._response.close()


def _transport(tls: ssl.SSLContext, backend: _Pinned, limits: Limits) -> httpx.Client:
    pool = httpcore.ConnectionPool(
        ssl_context=tls, max_connections=1, max_keepalive_connections=0, network_backend=backend
    )
    waits = httpx.Timeout(limits.idle, connect=limits.connect)
    return httpx.Client(transport=_Over(pool), timeout=waits, trust_env=False, follow_redirects=False)
