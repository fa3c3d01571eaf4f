"""A brief as a structure: sections of sentences, each with the incidents it rests on, and charts.

It is of no language: sentences are `Saying` values, which a renderer puts into Arabic or English.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from marsad.findings import Watch
from marsad.model import EventType, Grade, Period
from marsad.wording.values import Name, Saying, Value

Heading = Literal["happened", "changed", "says", "disagree", "unknown"]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One thing that is said, and the incidents, or of coverage the documents, that it rests on."""

    says: Saying
    incidents: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """A value with its bounds; `None` is unknown, which is not nothing."""

    label: Value
    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """Marks in a row, under a name of their own where there are several."""

    marks: tuple[Mark, ...]
    name: Value = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars of one series, a line over time, or small lines side by side; `says` tells it to who cannot see it."""

    kind: Literal["bars", "line", "multiples"]
    title: Saying
    says: Saying
    series: tuple[Series, ...]
    incidents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """What is said under a heading; nothing where there is nothing to say."""

    heading: Heading
    sentences: tuple[Sentence, ...]
    charts: tuple[Chart, ...] = ()


@dataclass(frozen=True, slots=True)
class Citation:
    """A few words of a source, and where they stand."""

    outlet: str
    published: date | None
    url: str | None
    document: str
    words: str


@dataclass(frozen=True, slots=True)
class Reference:
    """An incident that sentences rest on, with its figures and with words of its sources."""

    id: str
    type: EventType
    period: Period | None
    place: Name | None
    admin1: Name | None
    tolls: tuple[Value, ...]
    grade: Grade
    sources: tuple[str, ...]
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Brief:
    """What a record says of a period and an area; `areas` empty is the whole record.

    `references` are all incidents that a sentence names, in the order in which they are first named.
    """

    period: Period
    before: Period
    areas: tuple[Name, ...]
    sections: tuple[Section, ...]
    references: tuple[Reference, ...]
    watch: Watch
    made: date | None = None

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """Every sentence in order."""
        return tuple(sentence for section in self.sections for sentence in section.sentences)

    @property
    def numbers(self) -> dict[str, int]:
        """The number under which each incident is cited."""
        return {reference.id: number for number, reference in enumerate(self.references, 1)}
