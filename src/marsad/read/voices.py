"""On whose word an event is taken: of those whose speech holds its words, told or retold.

What holds of each is observed here; the weights live in `data/weights/speaker.yaml`, fitted on coded
articles by `bench/fit.py`. Where no candidate has a sum above the threshold nobody is named: the
article itself tells it, though another may speak before or after.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from marsad.model import OUTLET, Attribution, Span
from marsad.read.attribution import Speech
from marsad.read.events import Candidate, Findings
from marsad.read.layers import Layers
from marsad.read.weigh import weigh
from marsad.text import fold

#: Where held-out F1 of the chosen speakers peaks.
THRESHOLD = -0.2


@dataclass(frozen=True, slots=True)
class Voice:
    """One who may have told the event, with what was observed of that."""

    attribution: Attribution
    observed: tuple[str, ...]


def spoken(
    layers: Layers, found: Findings, candidates: Sequence[Candidate], weights: Mapping[str, float]
) -> list[Candidate]:
    """The candidates, each with the attribution of the voice that has most for it."""
    said = times_said(found)
    out: list[Candidate] = []
    for candidate in candidates:
        best, most = OUTLET, THRESHOLD
        for voice in voices(layers, found, candidate, said):
            total = weigh(weights, voice.observed)
            if total > most:
                best, most = voice.attribution, total
        event = candidate.event
        same = best is event.attribution
        out.append(candidate if same else replace(candidate, event=replace(event, attribution=best)))
    return out


def times_said(found: Findings) -> Counter[str]:
    """How often each speaker of the article speaks."""
    return Counter(_name(speech.attribution) for speech in found.speeches)


def voices(layers: Layers, found: Findings, candidate: Candidate, said: Counter[str]) -> list[Voice]:
    """Those whose speech holds a telling of the event, each once, under the speech closest to it.

    `said` is what `times_said` gives.
    """
    telling: dict[str, tuple[Speech, set[str]]] = {}
    for number, span in enumerate((candidate.event.trigger, *candidate.event.mentions)):
        token = layers.text.token_at(span.start)
        for depth, speech in enumerate(_governing(layers, found.speeches, token)):
            _, ways = telling.setdefault(_name(speech.attribution), (speech, set()))
            ways.add(f"{'retold' if number else 'told'}:{'outer' if depth else speech.how}")
    context = tuple(_of_event(layers, candidate))
    rule = _name(candidate.event.attribution)
    return [
        Voice(speech.attribution, (
            "always", *sorted(ways), *_of_speech(found, candidate, speech),
            f"rule:{'this' if name == rule else 'other' if rule else 'none'}",
            "rival" if len(telling) > 1 else "alone",
            f"said:{min(said[name], 4)}", f"speakers:{min(len(said), 4)}",
            *context, *_between(layers, candidate, speech),
        ))
        for name, (speech, ways) in telling.items()
    ]  # fmt: skip


def _name(attribution: Attribution) -> str:
    return fold(attribution.speaker or "")


def _governing(layers: Layers, speeches: Sequence[Speech], token: int) -> Iterator[Speech]:
    """The speeches that hold the token, the one that began last first."""
    begin = layers.sentence(token).first
    for k in range(bisect_right(speeches, token, key=lambda s: s.first) - 1, -1, -1):
        if speeches[k].first < begin:
            return
        if token < speeches[k].last:
            yield speeches[k]


def _of_speech(found: Findings, candidate: Candidate, speech: Speech) -> Iterator[str]:
    attribution, event = speech.attribution, candidate.event
    yield f"class:{attribution.speaker_class}"
    yield f"head:{speech.head}"
    yield f"how:{speech.how}"
    if speech is found.speeches[0]:
        yield "first"
    codes = _codes(found, attribution.span) if attribution.span is not None else set()
    if codes & {p.code for p in event.initiators}:
        yield "doer"
    if codes & {p.code for p in event.targets}:
        yield "target"


def _codes(found: Findings, name: Span) -> set[str]:
    """The sides that a speaker's name names; mentions stand in text order."""
    k = bisect_right(found.mentions, name.start, key=lambda m: m.span.end)
    codes = set()
    while k < len(found.mentions) and found.mentions[k].span.start < name.end:
        codes.add(found.mentions[k].code)
        k += 1
    return codes


def _between(layers: Layers, candidate: Candidate, speech: Speech) -> Iterator[str]:
    """What stands between the words of saying and the event's."""
    span = speech.attribution.cue or speech.attribution.span
    if span is None:
        return
    said, told = layers.text.token_at(span.start), layers.text.token_at(candidate.event.trigger.start)
    if layers.text.sentence_at(said) != layers.text.sentence_at(told):
        yield "breaks:elsewhere"
        return
    first, last = min(said, told), max(said, told)
    n = bisect_left(layers.breaks, last) - bisect_left(layers.breaks, first)
    yield f"breaks:{'after' if told > said else 'before'}:{min(n, 3)}"


def _of_event(layers: Layers, candidate: Candidate) -> Iterator[str]:
    event, first = candidate.event, candidate.cluster.sentence.first
    yield event.recency
    if candidate.headline:
        yield "headline"
    opening, word = layers.role("attribution", first), layers.key(first)
    if opening in ("more", "turn", "outlet"):
        yield f"opens:{opening}"
    if word.removeprefix("و") in ("كان", "كانت"):
        yield "opens:was"
    elif word.startswith("و"):
        yield "opens:and"
    if event.figures:
        yield "figures"
    if event.period is not None:
        yield "dated"
    if event.mentions:
        yield "retold"
