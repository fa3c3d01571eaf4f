"""What only the article's context tells of an event: who acted on whom, on which day, where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from marsad.model import Event, Party
from marsad.read.aloft import aloft
from marsad.read.article import article_of
from marsad.read.carry import carry_over
from marsad.read.events import Candidate, Findings
from marsad.read.layers import Layers
from marsad.read.locations import located
from marsad.read.recency import recency_of
from marsad.read.sides import sides
from marsad.read.status import status_of
from marsad.read.whereabouts import Ground, Told, choose_place

#: Types that may have nobody acted on; any other hit someone, if unknown.
_NO_TARGET = frozenset({"deployment", "displacement", "agreement"})


def text_order(candidate: Candidate) -> tuple[int, int]:
    """By what candidates are put in the order of the text."""
    return candidate.sentence, candidate.event.trigger.start


def in_text_order(kept: Sequence[Candidate]) -> list[Candidate]:
    """The candidates as the text tells them."""
    return sorted(kept, key=text_order)


def in_context(layers: Layers, found: Findings, kept: Sequence[Candidate]) -> list[Event]:
    """Events in text order, with the sides, days, places and kinds that context gives."""
    return aloft(layers, in_text_order(kept), filled(layers, found, kept), found.state)


def filled(layers: Layers, found: Findings, kept: Sequence[Candidate]) -> list[Event]:
    """Events in text order, with the sides, days and places that context gives."""
    out: list[Event] = []
    ground = Ground.of(layers, found.places, found.speaking)
    ordered = carry_over(layers, in_text_order(kept), layers.lexicon.weights["carry"])
    roles = sides(article_of(layers, found, ordered))
    for index, candidate in enumerate(ordered):
        event = candidate.event
        initiators, targets = roles[index]
        if not targets and event.type not in _NO_TARGET:
            targets = (Party("UNKNOWN"),)
        recency = recency_of(
            layers,
            candidate.cluster,
            event,
            layers.lexicon.weights["recency"],
            before=out[-1] if out else None,
        )
        status = status_of(layers, candidate.cluster, event.attribution, initiators, found.mentions)
        naming = choose_place(ground, place_told(ordered, index), around=True)
        location = located(layers, naming) if naming is not None else None
        out.append(
            replace(
                event,
                initiators=initiators,
                targets=targets,
                recency=recency,
                status=status,
                location=location,
            )
        )
    return out


def place_told(ordered: Sequence[Candidate], index: int) -> Told:
    """The candidate at the index as far as its place depends on it."""
    before = ordered[index - 1].naming if index else None
    return Told(ordered[index].tellings, before, past=ordered[index].event.recency == "background")
