"""Whether a happening is asserted, claimed by who did it, denied or unconfirmed."""

from __future__ import annotations

from collections.abc import Sequence

from marsad.model import Attribution, Party, Status
from marsad.read.actors import Mention
from marsad.read.layers import Layers
from marsad.read.triggers import Cluster

#: How far before its words a hedge governs a happening, and how far behind them ('alleged').
_BEFORE, _BEHIND = 8, 4


def status_of(
    layers: Layers, cluster: Cluster, said: Attribution, doers: Sequence[Party], mentions: Sequence[Mention]
) -> Status:
    """The status of an event whose doers and speaker are known."""
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
        if role in ("hedge", "alleged") and (before or (behind and not layers.broken(end, match.first))):
            return "unconfirmed"
    return "claimed" if _claimed(layers, cluster, said, doers, mentions) else "asserted"


def _claimed(
    layers: Layers, cluster: Cluster, said: Attribution, doers: Sequence[Party], mentions: Sequence[Mention]
) -> bool:
    """Whether the armed group that did it says so."""
    sentence = cluster.sentence
    cues = layers.within("attribution", sentence.first, sentence.last)
    if any(m.gives["role"] == "claimed" and m.span == said.cue for m in cues):
        return True
    if said.speaker_class != "armed_group" or said.span is None:
        return False
    own = cluster.lead is not None and bool(cluster.lead.form.suffix)
    codes = {m.code for m in mentions if m.span.overlaps(said.span)}
    return own or any(party.code in codes for party in doers)
