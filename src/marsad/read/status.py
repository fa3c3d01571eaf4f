"""Whether a happening is asserted, claimed by who did it, denied or unconfirmed."""

from __future__ import annotations

from collections.abc import Sequence

from marsad.model import Event, Status
from marsad.read.actors import Mention
from marsad.read.layers import Layers
from marsad.read.triggers import Cluster

#: How far before its words a hedge governs a happening, and how far behind them ('alleged').
_BEFORE, _BEHIND = 8, 4


def status_of(layers: Layers, cluster: Cluster, event: Event, mentions: Sequence[Mention]) -> Status:
    """The status of an event whose sides and speaker are known."""
    sentence = cluster.sentence
    anchor, end = cluster.core[0], cluster.core[0] + 1
    if cluster.lead is not None:
        anchor, end = cluster.lead.first, cluster.lead.last
    for match in layers.within("status", sentence.first, cluster.last):
        role = match.gives["role"]
        if role == "denial" and match.first < anchor:
            return "denied"
        before = match.first < anchor and anchor - match.last < _BEFORE
        behind = 0 <= match.first - end < _BEHIND and match.form.pos == "w"
        if role in ("hedge", "alleged") and (before or (behind and not _parted(layers, end, match.first))):
            return "unconfirmed"
    return "claimed" if _claimed(layers, cluster, event, mentions) else "asserted"


def _parted(layers: Layers, first: int, last: int) -> bool:
    return any(layers.is_break(k) for k in range(first, last))


def _claimed(layers: Layers, cluster: Cluster, event: Event, mentions: Sequence[Mention]) -> bool:
    """Whether the armed group that did it says so."""
    said = event.attribution
    sentence = cluster.sentence
    cues = layers.within("attribution", sentence.first, sentence.last)
    if any(m.gives["role"] == "claimed" and m.span == said.cue for m in cues):
        return True
    if said.speaker_class != "armed_group" or said.span is None:
        return False
    own = cluster.lead is not None and bool(cluster.lead.form.suffix)
    codes = {m.code for m in mentions if m.span.overlaps(said.span)}
    return own or any(party.code in codes for party in event.initiators)
