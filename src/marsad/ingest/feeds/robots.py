"""What a site asks of robots (RFC 9309): read by Protego, kept for a day, obeyed on every hop."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from marsad.net import Client, Door, Gate, Limits, NotFetched, Why

#: The name that sites call us by in their robots.txt.
ROBOT = "Marsad"
#: What RFC 9309 asks to be read at the least; the rest is cut off.
_MOST = 512_000
_KEEP, _UNREACHABLE = timedelta(hours=24), timedelta(minutes=30)
#: A crawl delay longer than this is taken for a slip of the pen.
_SLOWEST = 3600.0


@dataclass(frozen=True, slots=True)
class _Rules:
    """`parsed` is `None` where nothing may be fetched now: the server could not say what it asks."""

    parsed: Any
    until: datetime
    why: str = ""


@dataclass
class Robots:
    """The rules of every site that was asked; safe to share between threads."""

    client: Client
    now: Callable[[], datetime]
    _known: dict[str, _Rules] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def gate(self, allowed: Collection[Door] = ()) -> Gate:
        """What a request asks before each of its hops."""

        def refusal(url: str) -> tuple[Why, str] | None:
            rules = self._of(url, allowed)
            if rules.parsed is None:
                return "unasked", f"robots.txt cannot be asked ({rules.why})"
            return None if rules.parsed.can_fetch(url, ROBOT) else ("robots", "robots.txt does not allow it")

        return refusal

    def delay(self, url: str) -> float:
        """Seconds that the site wants between two requests; 0 where it says nothing."""
        with self._lock:
            rules = self._known.get(_origin(url))
        told = rules.parsed.crawl_delay(ROBOT) if rules and rules.parsed else None
        return min(float(told or 0), _SLOWEST)

    def _of(self, url: str, allowed: Collection[Door]) -> _Rules:
        origin = _origin(url)
        with self._lock:
            rules = self._known.get(origin)
        if rules is None or rules.until <= self.now():
            rules = self._asked(origin, allowed, rules)
            with self._lock:
                self._known[origin] = rules
        return rules

    def _asked(self, origin: str, allowed: Collection[Door], before: _Rules | None) -> _Rules:
        from protego import Protego

        bounds = Limits(body=2_000_000, seconds=30)
        reply = self.client.get(f"{origin}/robots.txt", allowed=allowed, limits=bounds)
        now = self.now()
        if isinstance(reply, NotFetched) or reply.status >= 500 or reply.status == 429:
            why = reply.message if isinstance(reply, NotFetched) else f"HTTP {reply.status}"
            if isinstance(reply, NotFetched) and reply.why in ("too large", "redirects", "encoding"):
                return _Rules(Protego.parse(""), now + _KEEP)  # broken for good: as if there were none
            # the rules of yesterday are better than none
            return _Rules(before.parsed if before else None, now + _UNREACHABLE, why)
        text = reply.body[:_MOST].decode("utf-8", "replace") if reply.status == 200 else ""
        try:
            parsed = Protego.parse(text)
        except Exception:  # a file that the parser trips over asks for nothing
            parsed = Protego.parse("")
        return _Rules(parsed, now + _KEEP)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
