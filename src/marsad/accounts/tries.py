"""Tries to log in: who failed several times waits, longer each time, by name and by address."""

from __future__ import annotations

import hashlib
import ipaddress
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from marsad.accounts.schema import TRIES


@dataclass(frozen=True, slots=True)
class _Rule:
    """So many failures are free, each further one doubles the wait up to `longest`; one is forgotten every `leak`.

    All in seconds.
    """

    free: int
    longest: float
    leak: float

    def left(self, failures: int, since: float) -> int:
        """How many failures still count after so long."""
        return max(0, min(failures, self.free + 12) - int(max(since, 0.0) / self.leak))

    def wait(self, failures: int) -> float:
        """From the last failure to the next try."""
        return 0.0 if failures < self.free else min(2.0 ** (failures - self.free), self.longest)


# By name the wait stays short: anybody can fail under another's name, and must not shut them out for long.
_BY_NAME = _Rule(5, 60.0, 900.0)
# Many may share an address.
_BY_ADDRESS = _Rule(20, 900.0, 180.0)
_DAY = 24 * 3600.0


def begin(connection: Connection, name: str, address: str, now: float) -> float:
    """Counts a try before it is known how it ends; gives the seconds to wait where it is not let in.

    Counted first, so that many at once have no more tries than one after another. A failure that is dated
    later than now, by a clock that was put back since, counts as one of now.
    """
    connection.execute(delete(TRIES).where(TRIES.c.last < now - _DAY))
    connection.execute(update(TRIES).where(TRIES.c.last > now).values(last=now))
    watched = {_of_name(name): _BY_NAME, _of_address(address): _BY_ADDRESS}
    known = {row.of: row for row in connection.execute(select(TRIES).where(TRIES.c.of.in_(watched)))}
    counts = {
        of: rule.left(known[of].number, now - known[of].last) if of in known else 0
        for of, rule in watched.items()
    }
    wait = max(
        (known[of].last + rule.wait(counts[of]) - now for of, rule in watched.items() if of in known),
        default=0.0,
    )
    if wait > 0:
        return wait
    connection.execute(delete(TRIES).where(TRIES.c.of.in_(watched)))
    connection.execute(
        insert(TRIES), [{"of": of, "number": count + 1, "last": now} for of, count in counts.items()]
    )
    return 0.0


def succeeded(connection: Connection, name: str, address: str) -> None:
    """It was no failure: those of the name are forgotten, those of the address stay but for this one."""
    forget(connection, name)
    of = TRIES.c.of == _of_address(address)
    connection.execute(update(TRIES).where(of, TRIES.c.number > 0).values(number=TRIES.c.number - 1))


def forget(connection: Connection, name: str) -> None:
    """Forgets the failures of a name."""
    connection.execute(delete(TRIES).where(TRIES.c.of == _of_name(name)))


def _of_name(name: str) -> str:
    # a hash: people type passwords into the field of the name
    return _hash(f"name {name}")


def _of_address(address: str) -> str:
    """The address, or the block of them that one household has."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return _hash(f"address {address}")
    if isinstance(found, ipaddress.IPv6Address):
        return _hash(f"address {found.ipv4_mapped or ipaddress.ip_network((found, 64), strict=False)}")
    return _hash(f"address {found}")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]
