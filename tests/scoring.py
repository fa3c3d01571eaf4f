"""A small scorer of readings against coded articles, for the tests: events, their reports, their figures.

The project's measuring scorer is not part of it (bench/gate.py uses it); this one asks the plain
questions: was the event found, and are its figures right.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from marsad.model import Span
from marsad.text import fold

Coded = Mapping[str, Any]

#: Types that tell of the same kind of happening.
FAMILIES = {
    "fight": {"armed_clash", "attack", "assassination", "abduction"},
    "explosion": {"bombing", "suicide_bombing", "shelling", "air_strike"},
    "operation": {"security_operation", "arrest", "weapons_seizure"},
    "unrest": {"protest", "riot", "property_destruction"},
}
_FAMILY = {type_: family for family, types in FAMILIES.items() for type_ in types}
_TRIMMED = re.compile(r"[#\"'«»“”()\[\]]")


def bare_name(name: str | None) -> str:
    """A name with spelling folded, without quotation marks, hashes, underscores and articles."""
    words = _TRIMMED.sub("", fold(name or "")).replace("_", " ").split()
    return " ".join(word.removeprefix("ال") for word in words)


def same_name(a: str | None, b: str | None) -> bool:
    """Whether one of two names contains the other."""
    one, other = bare_name(a), bare_name(b)
    return bool(one and other) and (one in other or other in one)


def family(type_: str) -> str:
    """The family of an event type; a type of its own is its own family."""
    return _FAMILY.get(type_, type_)


def places_of(quote: str, text: str) -> list[Span]:
    """Where a quote stands in the text."""
    return [Span(m.start(), m.end()) for m in re.finditer(re.escape(quote), text)] if quote else []


def overlap(a: Coded, b: Coded, text: str) -> int:
    """How many characters the evidence of the two events shares."""
    spans = [(x, y) for x in places_of(a["evidence"], text) for y in places_of(b["evidence"], text)]
    return max((min(x.end, y.end) - max(x.start, y.start) for x, y in spans), default=0)


def pair_events(gold: Sequence[Coded], read: Sequence[Coded], text: str) -> list[tuple[int, int]]:
    """Gold and read events of one family whose evidence overlaps, the largest overlap first."""
    found = [
        (overlap(g, r, text), g["type"] == r["type"], -i, -j)
        for i, g in enumerate(gold)
        for j, r in enumerate(read)
        if family(g["type"]) == family(r["type"])
    ]
    out: list[tuple[int, int]] = []
    for shared, _, i, j in sorted(found, reverse=True):
        if shared > 0 and all(-i != a and -j != b for a, b in out):
            out.append((-i, -j))
    return out


def figures(event: Coded) -> set[tuple[Any, ...]]:
    """An event's figures by measure and bounds."""
    return {(f["measure"], f["low"], f["high"]) for f in event["figures"] if f["measure"] != "other"}


@dataclass
class Score:
    """Counts over articles: events and figures that are coded, read, and right."""

    events_coded: int = 0
    events_read: int = 0
    events_right: int = 0
    figures_coded: int = 0
    figures_read: int = 0
    figures_right: int = 0

    def add(self, gold: Sequence[Coded], read: Sequence[Coded], text: str) -> None:
        """Counts one article."""
        pairs = pair_events(gold, read, text)
        self.events_coded += len(gold)
        self.events_read += len(read)
        self.events_right += len(pairs)
        self.figures_coded += sum(len(figures(e)) for e in gold)
        self.figures_read += sum(len(figures(e)) for e in read)
        self.figures_right += sum(len(figures(gold[i]) & figures(read[j])) for i, j in pairs)

    @property
    def found(self) -> float:
        """The share of the coded events that were read."""
        return self.events_right / self.events_coded

    @property
    def sound(self) -> float:
        """The share of the read events that are coded."""
        return self.events_right / self.events_read

    @property
    def figures_found(self) -> float:
        """The share of the coded figures that were read, of the right event."""
        return self.figures_right / self.figures_coded

    @property
    def figures_sound(self) -> float:
        """The share of the read figures that are coded, of the right event."""
        return self.figures_right / self.figures_read
