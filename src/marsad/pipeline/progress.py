"""What every stage tells its caller: how far it is, and what it could not do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

#: Told of progress: the stage, how many are done, of how many where that is known.
Progress = Callable[[str, int, int | None], None]


@dataclass(frozen=True, slots=True)
class Failure:
    """What could not be taken in or read; the rest went on.

    `kept` marks a part left out of a document that was otherwise taken in.
    """

    where: str
    message: str
    hint: str | None = None
    kept: bool = False

    def __str__(self) -> str:
        text = f"{self.where}: {self.message}"
        return f"{text} ({self.hint})" if self.hint else text


def silent(stage: str, done: int, total: int | None) -> None:
    """The progress of those who do not ask for it."""
