"""What a sentence is filled with: plain values that each language puts into its own words."""

from __future__ import annotations

from dataclasses import dataclass

from marsad.model import Period


@dataclass(frozen=True, slots=True)
class Counted:
    """A number of things: `noun` is a key of the catalogue's nouns; a bound that is open is `None`."""

    noun: str
    low: int | None
    high: int | None

    @classmethod
    def exactly(cls, noun: str, number: int) -> Counted:
        """So many, no more and no fewer."""
        return cls(noun, number, number)


@dataclass(frozen=True, slots=True)
class Days:
    """A period to be told with month names; an open side is told as such."""

    period: Period


@dataclass(frozen=True, slots=True)
class Term:
    """A name that the catalogue has: an event type, a grade, a verdict."""

    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class Name:
    """A proper name in both languages; where one is missing the other stands in for it."""

    ar: str | None
    en: str | None


@dataclass(frozen=True, slots=True)
class Real:
    """A number that is measured, with so many digits after the point."""

    value: float
    digits: int = 1


@dataclass(frozen=True, slots=True)
class Between:
    """Two bounds of a measured number; `high` may be infinite."""

    low: float
    high: float
    digits: int = 1


@dataclass(frozen=True, slots=True)
class Quote:
    """Words from a source, as they stand there."""

    text: str


@dataclass(frozen=True, slots=True)
class Several:
    """Values one after the other: first, second and third."""

    items: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Saying:
    """A template of the catalogue with what fills it."""

    key: str
    values: tuple[tuple[str, Value], ...] = ()

    @classmethod
    def of(cls, key: str, **values: Value) -> Saying:
        """The template of that key, filled."""
        return cls(key, tuple(values.items()))


Value = str | int | Counted | Days | Term | Name | Real | Between | Quote | Several | Saying
