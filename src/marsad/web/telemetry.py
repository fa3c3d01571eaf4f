"""What happened, for whoever runs the server: counts for Prometheus and lines of JSON, never what a text says.

A line has the route, not the address (questions name people and places), and of a fault its kind
and where it was raised, not its message (it may quote an article).
"""

from __future__ import annotations

import json
import logging
import time
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, TextIO

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from marsad import __version__
from marsad.web.site import Site

_LOG = logging.getLogger("marsad.web.requests")
#: Seconds; the list under filters is to be there within the fifth of them.
_BUCKETS = (0.01, 0.03, 0.1, 0.15, 0.3, 1.0, 3.0, 10.0, 30.0)
#: The kinds of values that a line may have; whatever else is given to a logger is left out.
_SAFE = ("route", "method", "status", "seconds", "bytes", "user", "role")


class Meter:
    """The counts of one server."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.requests = Counter(
            "marsad_requests",
            "Answers by route, method and status",
            ("route", "method", "status"),
            registry=self._registry,
        )
        self.seconds = Histogram(
            "marsad_request_seconds", "Seconds from the request to the end of its answer", ("route",),
            buckets=_BUCKETS, registry=self._registry,
        )  # fmt: skip
        self.running = Gauge(
            "marsad_requests_running", "Requests that are being answered", registry=self._registry
        )
        self._record = {
            name: Gauge(f"marsad_{name}", f"How many {name} the record holds", registry=self._registry)
            for name in ("documents", "incidents", "decisions")
        }
        Gauge("marsad_build", "The version that runs", ("version",), registry=self._registry).labels(
            __version__
        ).set(1)

    def exposition(self, site: Site) -> bytes:
        """All of it in Prometheus's text format, with what the record holds now."""
        for name, number in site.kept("sizes", lambda: sizes(site)).items():
            self._record[name].set(number)
        return generate_latest(self._registry)


def sizes(site: Site) -> Mapping[str, int]:
    """How much the record holds."""
    record = site.record
    return {
        "documents": len(record.document_ids()),
        "incidents": record.totals().incidents,
        "decisions": record.decision_head()[0],
    }


class Telemetry:
    """ASGI middleware, the outermost: counts and tells every answer, also those of the others."""

    def __init__(self, app: ASGIApp, *, meter: Meter) -> None:
        """`meter` has the counts."""
        self._app = app
        self._meter = meter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on, and takes the time."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope.setdefault("state", {})
        start, status, size = time.perf_counter(), 500, 0

        async def counted(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
            elif message["type"] == "http.response.body":
                size += len(message.get("body", b""))
            await send(message)

        self._meter.running.inc()
        try:
            await self._app(scope, receive, counted)
        finally:
            self._meter.running.dec()
            self._tell(scope, status, size, time.perf_counter() - start)

    def _tell(self, scope: Scope, status: int, size: int, seconds: float) -> None:
        # an address that no route knows is nobody's label: it would make as many as somebody asks for
        route = (scope["state"].get("route") or "none").rpartition(" ")[2]
        method = scope["method"] if scope["method"] in _METHODS else "other"
        self._meter.requests.labels(route, method, status).inc()
        self._meter.seconds.labels(route).observe(seconds)
        visitor = scope["state"].get("visitor")
        told: dict[str, Any] = {
            "route": route, "method": method, "status": status, "seconds": round(seconds, 4), "bytes": size,
        }  # fmt: skip
        if visitor is not None and visitor.role is not None and not visitor.local:
            told |= {"user": visitor.name, "role": visitor.role}
        _LOG.info("request", extra=told)


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Lines(logging.Formatter):
    """A line of JSON for each thing logged."""

    def format(self, record: logging.LogRecord) -> str:
        """The line; of a fault its kind and the places that it came through."""
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {"time": moment, "level": record.levelname.lower(), "event": str(record.msg)}
        line |= {name: getattr(record, name) for name in _SAFE if hasattr(record, name)}
        if record.exc_info and record.exc_info[0]:
            line["fault"] = record.exc_info[0].__name__
            line["at"] = _places(record.exc_info[2])
        return json.dumps(line, ensure_ascii=False, default=str)


def _places(trace: TracebackType | None) -> list[str]:
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)][-20:]


def log_to(stream: TextIO, *, requests: bool) -> None:
    """Logs to the stream from now on: faults, and with `requests` a line for every answer."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Lines())
    # the server's own lines go the same way: it would quote what a fault says
    for name in ("marsad", "uvicorn"):
        logger = logging.getLogger(name)
        logger.handlers[:] = [handler]
        logger.propagate = False
        logger.setLevel(logging.WARNING)
    _LOG.setLevel(logging.INFO if requests else logging.WARNING)
