"""A fault of the input, as a value that says where it is and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")
#: So many faults of one file are told one by one.
MOST_FAULTS = 1000


@dataclass(frozen=True, slots=True)
class Fault:
    """What could not be taken in.

    `where` names the file, with line and column where there are any; `message` says what is
    wrong and `hint` the way out. With `kept` the document was taken in all the same, and only
    the part that the message names was left out.
    """

    where: str
    message: str
    hint: str | None = None
    kept: bool = False

    def __str__(self) -> str:
        text = f"{self.where}: {self.message}"
        return f"{text} ({self.hint})" if self.hint else text


def few(items: Iterable[T | Fault], where: str) -> Iterator[T | Fault]:
    """What a file holds, with no more than `MOST_FAULTS` faults: each is kept until the run ends.

    Of a file with more, the rest is not read. Faults that left a part out are counted apart, and those
    beyond the first ones are told in one at the end: their documents were taken in.
    """
    lost = left_out = 0
    for item in items:
        if not isinstance(item, Fault):
            yield item
        elif item.kept:
            left_out += 1
            if left_out <= MOST_FAULTS:
                yield item
        else:
            lost += 1
            if lost > MOST_FAULTS:
                yield Fault(
                    where, f"more than {MOST_FAULTS:,} faults: the rest of it is not read",
                    "mend the file, and give it again: what was taken in is known then",
                )  # fmt: skip
                break
            yield item
    if left_out > MOST_FAULTS:
        yield Fault(
            where, f"in {left_out - MOST_FAULTS:,} more places something was left out", None, kept=True
        )


def counted(items: Iterable[T | Fault], where: str) -> Iterator[T | Fault]:
    """All of what an archive holds; faults beyond the first `MOST_FAULTS` are told in one, at the end."""
    faults = 0
    for item in items:
        faults += isinstance(item, Fault)
        if faults <= MOST_FAULTS or not isinstance(item, Fault):
            yield item
    if faults > MOST_FAULTS:
        yield Fault(where, f"{faults - MOST_FAULTS:,} more faults like these", "the rest was read")
