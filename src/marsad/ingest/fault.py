"""A fault of the input, as a value that says where it is and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass


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
