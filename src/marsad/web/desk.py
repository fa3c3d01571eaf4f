"""Who decides where nobody is asked to log in: a name that is asked once, and forms that only our own pages send.

A reviewer's cookie (`HttpOnly`, `SameSite=Strict`) keeps the name and a nonce. Every form bears the
nonce's HMAC under a key of this run: a page of another site can neither read it nor make it. Programs
send the token that the server printed at its start; no cookie counts for them.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode

from marsad.accounts import clean

COOKIE = "marsad_reviewer"
#: Orders that are kept, one for each reviewer of late.
_ORDERS = 50


@dataclass(frozen=True)
class Desk:
    """Where decisions are taken; `by` is the name that is offered."""

    by: str = ""
    token: str = field(default_factory=lambda: secrets.token_urlsafe(18), repr=False)
    _key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    #: The order in which each reviewer is asked, events by id.
    _orders: dict[tuple[str, bool], tuple[str, ...]] = field(default_factory=dict, repr=False)

    def admits(self, token: str) -> bool:
        """Whether it is the token of this server."""
        return same(token.strip(), self.token)

    def cookie(self, name: str) -> str:
        """A cookie's value for a person of that name."""
        return urlencode({"name": name, "nonce": secrets.token_urlsafe(12)})

    def named(self, cookie: str | None) -> tuple[str, str] | None:
        """Whom the cookie names, and what every form of theirs bears; `None` where it names nobody."""
        said = dict(parse_qsl(cookie or ""))
        name, nonce = clean(said.get("name", "")), said.get("nonce", "")
        return (name, mac(self._key, nonce)) if name and nonce else None

    def order(self, name: str, *, second: bool) -> tuple[str, ...]:
        """The order that was kept for a reviewer; empty where there is none."""
        return self._orders.get((name, second), ())

    def keep_order(self, name: str, order: tuple[str, ...], *, second: bool) -> None:
        """Keeps the order that a reviewer goes through: what is decided meanwhile does not shuffle it."""
        while len(self._orders) >= _ORDERS:
            self._orders.pop(next(iter(self._orders)), None)
        self._orders[name, second] = order


def mac(key: bytes, text: str) -> str:
    """What only who has the key can make of the text."""
    return hmac.new(key, text.encode("utf-8", "replace"), "sha256").hexdigest()


def same(one: str, other: str) -> bool:
    """Whether both are the same, without telling by the time it takes where they differ."""
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))
