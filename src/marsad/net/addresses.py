"""Which addresses may be contacted: public ones, and those that the user named with their port.

A name is resolved once; all of its addresses are checked, and the connection goes to one that was.
So what a name server answers a second time (DNS rebinding) is never asked for.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from marsad.errors import InputError

#: All addresses of a host name, as text. Raises `OSError` where there are none.
Resolver = Callable[[str, int], list[str]]
Address = IPv4Address | IPv6Address

# Addresses that carry an IPv4 address to which a gateway hands on: NAT64 (RFC 6052).
_NAT64 = IPv6Network("64:ff9b::/96")
#: Below this only the web's own ports: a feed must not make us talk to a mail server.
_FIRST_OPEN_PORT = 1024
_WEB_PORTS = frozenset({80, 443})


@dataclass(frozen=True, slots=True)
class Door:
    """One address and port that is not public and may be contacted all the same."""

    address: Address
    port: int

    def __str__(self) -> str:
        host = f"[{self.address}]" if self.address.version == 6 else str(self.address)
        return f"{host}:{self.port}"


def doors(told: Iterable[str], *, where: str | None = None) -> frozenset[Door]:
    """The doors that are written as `127.0.0.1:8080` or `[::1]:8080`; `InputError` for anything else."""
    return frozenset(_door(one, where) for one in told)


def _door(told: str, where: str | None) -> Door:
    host, _, port = told.rpartition(":")
    try:
        address = ip_address(host.removeprefix("[").removesuffix("]"))
        number = int(port)
        if not 0 < number < 65536 or (address.version == 6) != host.startswith("["):
            raise ValueError
    except ValueError:
        raise InputError(
            f"{told!r} is no address with a port", where=where, hint='as "127.0.0.1:8080" or "[::1]:8080"'
        ) from None
    return Door(address, number)


def system_resolver(host: str, port: int) -> list[str]:
    """What this machine's resolver answers, in its order of preference."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _carried(address: Address) -> Address:
    """The IPv4 address inside an IPv6 address that only carries one, else the address itself."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is None and address in _NAT64:
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return inner
    return address


def public(address: Address) -> bool:
    """Whether anybody on the internet has this address: no private, loopback, link-local or shared one."""
    inner = _carried(address)
    site = isinstance(inner, IPv6Address) and inner.is_site_local
    return inner.is_global and not (inner.is_multicast or inner.is_reserved or inner.is_unspecified or site)


def refusal(told: str, port: int, allowed: Collection[Door]) -> str | None:
    """Why this address may not be contacted, or `None` where it may."""
    try:
        address = ip_address(told)
    except ValueError:  # one with a zone, as fe80::1%eth0, is of this link
        return f"{told} is no public address"
    if Door(address, port) in allowed or Door(_carried(address), port) in allowed:
        return None
    if not public(address):
        return f"{told} is no public address"
    if port < _FIRST_OPEN_PORT and port not in _WEB_PORTS:
        return f"port {port} is none of the web"
    return None
