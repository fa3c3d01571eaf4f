"""What was destroyed, told in a clause that names no happening: it is of the one told just before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from marsad.model import Figure
from marsad.read.attribution import speaker_at
from marsad.read.counts import Count
from marsad.read.events import Candidate, Findings
from marsad.read.layers import Layers
from marsad.read.triggers import family

#: Kinds of happening that leave ruins.
_RUINOUS = frozenset({"fight", "explosion", "operation", "property_destruction"})


def with_ruins(
    layers: Layers, found: Findings, told: Sequence[Candidate], kept: Sequence[Candidate]
) -> list[Candidate]:
    """The happenings `kept`, with the ruins that follow them; `told` is every candidate."""
    out = list(kept)
    for count in _loose(layers, found, told):
        number = _just_before(layers, count, told, out)
        if number is not None:
            out[number] = _with(found, out[number], count)
    return out


def _loose(layers: Layers, found: Findings, told: Sequence[Candidate]) -> Iterator[Count]:
    """Counts of things destroyed that stand with no happening's words."""
    ruins = [c for c in found.counts if c.measure == "destroyed" and not c.period]
    if not ruins:
        return
    owned = {id(count) for candidate in told for count in candidate.cluster.counts}
    for count in ruins:
        headline = layers.sentence(count.act).headline
        if id(count) not in owned and count.act not in found.speaking and not headline:
            yield count


def _just_before(
    layers: Layers, count: Count, told: Sequence[Candidate], kept: Sequence[Candidate]
) -> int | None:
    """The happening told last before the count, in its sentence or the one before."""
    sentence = layers.text.sentence_at(count.act)
    row = [c for c in told if sentence - 1 <= c.sentence <= sentence and c.cluster.core[0] < count.act]
    last = max(row, key=lambda c: c.cluster.core, default=None)
    if last is None:
        return None
    for number, candidate in enumerate(kept):
        if any(telling is last.cluster for telling in candidate.tellings):
            return number if family(candidate.event.type) in _RUINOUS else None
    return None


def _with(found: Findings, candidate: Candidate, count: Count) -> Candidate:
    event = candidate.event
    if any((f.measure, f.low, f.high) == ("destroyed", count.low, count.high) for f in event.figures):
        return candidate
    said = speaker_at(found.speeches, count.act)
    figure = Figure(count.measure, count.group, count.low, count.high, count.span,
                    said if said.speaker else event.attribution)  # fmt: skip
    return replace(candidate, event=replace(event, figures=(*event.figures, figure)))
