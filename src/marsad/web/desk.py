"""Who decides through this server: a name that is asked once, and forms that only our own pages can send.

A reviewer's cookie (`HttpOnly`, `SameSite=Strict`) keeps the name and a nonce. Every form bears the
nonce's HMAC under a key of this run: a page of another site can neither read it nor make it. Where the
server is reached from elsewhere the cookie also has the nonce's HMAC under the token that the server
printed at its start; programs send that token itself, and no cookie counts for them.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode

COOKIE = "marsad_reviewer"
#: Characters of a name that are kept.
_LONGEST = 80
#: Orders that are kept, one for each reviewer of late.
_ORDERS = 50


@dataclass(frozen=True, slots=True)
class Reviewer:
    """A person as their cookie names them."""

    name: str
    nonce: str


@dataclass(frozen=True)
class Desk:
    """Where decisions are taken: `by` is the name that is offered, `open` that pages ask for no token."""

    by: str = ""
    open: bool = True
    token: str = field(default_factory=lambda: secrets.token_urlsafe(18), repr=False)
    _key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    #: The order in which each reviewer is asked, events by id.
    _orders: dict[tuple[str, bool], tuple[str, ...]] = field(default_factory=dict, repr=False)

    def admits(self, token: str) -> bool:
        """Whether it is the token of this server."""
        return _equal(token.strip(), self.token)

    def cookie(self, name: str) -> str:
        """A cookie's value for a person of that name."""
        nonce = secrets.token_urlsafe(12)
        return urlencode({"name": name, "nonce": nonce, "pass": self._pass(nonce)})

    def reviewer(self, cookie: str | None) -> Reviewer | None:
        """Whom the cookie names; `None` where it names nobody whom this server knows."""
        said = dict(parse_qsl(cookie or ""))
        name, nonce = clean(said.get("name", "")), said.get("nonce", "")
        if not name or not nonce:
            return None
        if not self.open and not _equal(said.get("pass", ""), self._pass(nonce)):
            return None
        return Reviewer(name, nonce)

    def sign(self, reviewer: Reviewer) -> str:
        """What every form of this reviewer bears."""
        return _mac(self._key, reviewer.nonce)

    def signed(self, reviewer: Reviewer, given: str) -> bool:
        """Whether a form is one of ours for this reviewer."""
        return _equal(given, self.sign(reviewer))

    def order(self, name: str, *, second: bool) -> tuple[str, ...]:
        """The order that was kept for a reviewer; empty where there is none."""
        return self._orders.get((name, second), ())

    def keep_order(self, name: str, order: tuple[str, ...], *, second: bool) -> None:
        """Keeps the order that a reviewer goes through: what is decided meanwhile does not shuffle it."""
        while len(self._orders) >= _ORDERS:
            self._orders.pop(next(iter(self._orders)), None)
        self._orders[name, second] = order

    def _pass(self, nonce: str) -> str:
        return "" if self.open else _mac(self.token.encode(), nonce)


def clean(name: str) -> str:
    """A name as it is kept: on one line, without what steers the text around it."""
    joiners = "\u200c\u200d"  # Persian and Urdu names need them
    kept = "".join(c if c.isprintable() or c in joiners else " " for c in name)
    return " ".join(kept.split())[:_LONGEST].strip(joiners + " ")


def _mac(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode("utf-8", "replace"), "sha256").hexdigest()


def _equal(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))
