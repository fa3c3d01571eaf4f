"""What only the article's context tells of an event: who goes on acting, on which day.

A verb without a subject goes on with the doer before it; a force that announces its own
operation did it; a protest without an addressee is against the government of the country.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from marsad.model import Event, Party
from marsad.read.carry import carry_over
from marsad.read.events import Candidate, Findings, speaker_tokens
from marsad.read.layers import Layers
from marsad.read.places import located
from marsad.read.recency import recency_of
from marsad.read.whereabouts import Ground, Told, choose_place

_ADDRESSED = {"IRQ": "IRQ_GOV", "SYR": "SYR_GOV", "TUR": "TUR", "IRN": "IRN", "ISR": "ISR"}
_HOMES = frozenset({"village", "town", "city", "neighbourhood", "camp"})
_NEAR = 2


def in_text_order(kept: Sequence[Candidate]) -> list[Candidate]:
    """The candidates as the text tells them."""
    return sorted(kept, key=lambda c: (c.sentence, c.event.trigger.start))


def in_context(layers: Layers, found: Findings, kept: Sequence[Candidate]) -> list[Event]:
    """Events in text order, with the sides, days and places that context gives."""
    out: list[Event] = []
    ground = Ground.of(layers, found.places, speaker_tokens(layers, found.speeches))
    ordered = carry_over(layers, in_text_order(kept), layers.lexicon.weights["carry"])
    for index, candidate in enumerate(ordered):
        event = candidate.event
        earlier = [(c, e) for c, e in zip(ordered[:index], out, strict=True)
                   if 0 <= candidate.sentence - c.sentence <= _NEAR and not c.headline]  # fmt: skip
        claimant = _claimant(layers, found, candidate)
        if claimant is not None:
            event = replace(
                event,
                initiators=(claimant,),
                targets=tuple(t for t in event.targets if t.code != claimant.code),
            )
        if not event.initiators:
            event = replace(event, initiators=_doer(found, candidate, event, earlier))
        recency = recency_of(
            layers,
            candidate.cluster,
            event,
            layers.lexicon.weights["recency"],
            before=out[-1] if out else None,
        )
        event = replace(event, recency=recency)
        if not event.targets:
            event = replace(event, targets=_hit(layers, found, candidate, event))
        naming = choose_place(ground, place_told(ordered, index), around=True)
        event = replace(event, location=located(layers, naming) if naming is not None else None)
        out.append(event)
    return out


def place_told(ordered: Sequence[Candidate], index: int) -> Told:
    """The candidate at the index as far as its place depends on it."""
    return Told(ordered[index].tellings, ordered[index - 1].naming if index else None)


def _doer(
    found: Findings, candidate: Candidate, event: Event, earlier: Sequence[tuple[Candidate, Event]]
) -> tuple[Party, ...]:
    lead = candidate.cluster.lead
    if lead is not None and lead.form.pos == "v" and lead.gives["frame"] in ("strike", "take"):
        for _, before in reversed(earlier):
            if before.initiators and before.type not in ("protest", "riot", "agreement"):
                return before.initiators
    if lead is not None and lead.form.suffix:
        for told, before in reversed(earlier):
            if before.initiators and told.sentence == candidate.sentence:
                return before.initiators
    if (
        event.type in ("arrest", "weapons_seizure", "security_operation")
        and found.state == "IRQ"
        and not any(t.code.startswith("IRQ_") for t in event.targets)
    ):
        for _, before in reversed(earlier):
            if any(p.code.startswith("IRQ_") for p in before.initiators):
                return before.initiators
    return ()


def _claimant(layers: Layers, found: Findings, candidate: Candidate) -> Party | None:
    """Who claims the deed: 'X claimed responsibility for', 'adopted by X'."""
    sentence = candidate.cluster.sentence
    cues = [
        m for m in layers.within("attribution", sentence.first, sentence.last) if m.gives["role"] == "claimed"
    ]
    core = candidate.cluster.core
    for cue in cues:
        if not (sentence.first <= core[0] < sentence.last) or abs(core[0] - cue.first) > 25:
            continue
        near = [
            m for m in found.mentions
            if m.kind in ("name", "short", "people") and m.group == "fighters"
            and (cue.first <= m.first <= cue.last + 2 or 0 <= cue.first - m.last <= 1)
        ]  # fmt: skip
        if near:
            return Party(near[0].code, near[0].span)
    return None


def _hit(layers: Layers, found: Findings, candidate: Candidate, event: Event) -> tuple[Party, ...]:
    if event.type in ("deployment", "displacement", "agreement"):
        return ()
    if event.type in ("protest", "riot"):
        code = _ADDRESSED.get(found.state)
        return (Party(code),) if code else (Party("UNKNOWN"),)
    lead = candidate.cluster.lead
    if event.type in ("shelling", "air_strike") and lead is not None:
        window = range(lead.last, min(lead.last + 4, candidate.cluster.last))
        cues = [layers.at["cues"][k] for k in window if k in layers.at["cues"]]
        if any(c.gives.get("type") in _HOMES for c in cues):
            return (Party("CIVILIANS"),)
    return (Party("UNKNOWN"),)
