"""On whose word an event is taken: who governs its words, or who spoke before or after.

Every speaker of the article is a candidate. What holds of it is observed here; the weights live in
`data/weights/speaker.yaml`, fitted on coded articles by `bench/fit.py`. Where no candidate has a sum
above the threshold nobody is named: the article itself tells it.
"""

from __future__ import annotations

from bisect import bisect_right
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
THRESHOLD = -0.3
# How many sentences before and after an event its speaker may be looked for one by one.
_BACK, _ON = 3, 2
# A long round-up costs what a few short ones do: the nearest speeches and those of the opening.
_NEAREST, _OPENING = 16, 3


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
        out.append(replace(candidate, event=replace(candidate.event, attribution=best)))
    return out


def times_said(found: Findings) -> Counter[str]:
    """How often each speaker of the article speaks."""
    return Counter(_name(speech.attribution) for speech in found.speeches)


def voices(layers: Layers, found: Findings, candidate: Candidate, said: Counter[str]) -> list[Voice]:
    """Those who may have told the event, each once, under the speech that stands closest to it.

    `said` is what `times_said` gives.
    """
    near: dict[str, tuple[Speech, set[str]]] = {}
    spans = [candidate.event.trigger, *candidate.event.mentions]
    for number, span in enumerate(spans):
        token = layers.text.token_at(span.start)
        for speech, how in _around(layers, found.speeches, token):
            name = _name(speech.attribution)
            known, ways = near.get(name, (speech, set()))
            closer = how.startswith("governs") and not any("governs" in way for way in ways)
            near[name] = (speech if closer else known, ways)
            ways.add(f"{'told' if number == 0 else 'retold'}:{how}")
    governing = {name for name, (_, ways) in near.items() if any("governs" in way for way in ways)}
    context = tuple(_of_event(layers, candidate))
    rule = _name(candidate.event.attribution)
    out: list[Voice] = []
    for name, (speech, ways) in near.items():
        kind = "governs" if name in governing else "near"
        out.append(Voice(speech.attribution, (
            "always", kind, *sorted(ways), *_of_speech(found, candidate, speech),
            f"rule:{'this' if name == rule else 'other' if rule else 'none'}",
            f"{kind}+{'rival' if governing - {name} else 'alone'}",
            f"said:{min(said[name], 4)}", f"speakers:{min(len(said), 4)}",
            *(f"{kind}+{observed}" for observed in context),
            *(_between(layers, candidate, speech) if kind == "governs" else ()),
        )))  # fmt: skip
    return out


def _name(attribution: Attribution) -> str:
    return fold(attribution.speaker or "")


def _around(layers: Layers, speeches: Sequence[Speech], token: int) -> Iterator[tuple[Speech, str]]:
    """The speeches around the token and the article's first, each with how it stands to the token."""
    at = layers.text.sentence_at(token)
    here = bisect_right(speeches, token, key=lambda s: s.first)
    first = max(0, here - _NEAREST)
    speeches = [*speeches[: min(_OPENING, first)], *speeches[first : here + _NEAREST]]
    governing = sorted((s for s in speeches if s.first <= token < s.last), key=lambda s: -s.first)
    for depth, speech in enumerate(governing):
        yield speech, "governs:outer" if depth else f"governs:{speech.how}"
    floor = next((s for s in reversed(speeches) if s.last <= token and s.first < s.last), None)
    for speech in speeches:
        if speech in governing:
            continue
        gap = layers.text.sentence_at(speech.first) - at
        if gap == 0:
            yield speech, "same:before" if speech.first <= token else "same:after"
        elif -_BACK <= gap < 0:
            yield speech, f"before:{-gap}:{'last' if speech is floor and not governing else 'earlier'}"
        elif 0 < gap <= _ON:
            yield speech, f"after:{gap}"
        else:
            yield speech, "far:before" if gap < 0 else "far:after"
    if layers.text.sentences[at].headline:
        body = next((s for s in speeches if not layers.sentence(s.first).headline), None)
        if body is not None:
            yield body, "headline:first"


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
    n = sum(layers.is_break(k) for k in range(first, last))
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
