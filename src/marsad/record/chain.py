"""Logs whose rows are appended, each chained to the one before by its hash.

No row can be changed, taken out or put in between without every later hash telling; who notes the
last one elsewhere (`head`) can show that all before it is as it was.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from marsad.record.base import note, noted

#: What the first row has in the place of the hash before it.
_NOTHING = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A row of a log: `hash` is of `previous`, the hash of the row before, and `body`."""

    number: int
    previous: str
    body: str
    hash: str

    @property
    def holds(self) -> bool:
        """Whether the hash is that of the row."""
        return chained(self.previous, self.body) == self.hash


@dataclass(slots=True)
class Log:
    """The end of a log, to append to within one transaction: rows by `append`, at last `note`."""

    name: str
    number: int
    last: str

    @classmethod
    def of(cls, connection: Connection, name: str) -> Log:
        """The log of that name as it stands."""
        return cls(name, *head(connection, name))

    def append(self, body: str) -> Link:
        """The row that comes next."""
        link = Link(self.number + 1, self.last, body, chained(self.last, body))
        self.number, self.last = link.number, link.hash
        return link

    def note(self, connection: Connection) -> None:
        """Notes in `meta` where the log ends, so that rows missing from its end show."""
        note(connection, self.name, f"{self.number} {self.last}")


def chained(previous: str, body: str) -> str:
    """The hash of a row."""
    return hashlib.sha256(f"{previous}\n{body}".encode("utf-8", "surrogatepass")).hexdigest()


def head(connection: Connection, name: str) -> tuple[int, str]:
    """The number and the hash of the last row of a log, as they were noted when it was appended."""
    number, _, hash_ = (noted(connection, name) or "0").partition(" ")
    return (int(number), hash_) if number.isdecimal() else (-1, hash_)


def faults(
    links: Iterable[Link], noted: tuple[int, str], *, one: str, was: str
) -> Iterator[tuple[int | None, str]]:
    """The rows that are not as they were appended, by number, each with what is wrong.

    `one` is what a row is and `was` what was done with it, in the words of the messages.
    """
    number, previous = 0, _NOTHING
    for link in links:
        number += 1
        if link.number != number:
            yield None, _missing(one, number, link.number - 1)
            number = link.number
        elif link.previous != previous:
            yield number, f"{one} {number} does not follow on {one} {number - 1}"
        if not link.holds:
            yield number, f"{one} {number} is not what was {was}"
        previous = link.hash
    if noted[0] > number:
        yield None, _missing(one, number + 1, noted[0])
    elif noted != (number, previous):
        yield None, f"the last {one} is not the one that was noted as the last (number {noted[0]})"


def _missing(one: str, first: int, last: int) -> str:
    return f"{one} {first} is missing" + (f" (and those up to {last})" if last > first else "")
