"""According to whom: the speaker of a sentence, by verb, by preposition or carried over.

A verb of saying names its speaker beside it (أعلن الجيش، الغنام أوضح); وفق/بحسب is followed by
one; a participle or a bare verb (مضيفا، وتابع) carries on with the speaker before.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from marsad.lexicon import Match
from marsad.model import OUTLET, Attribution, Span, SpeakerClass
from marsad.read.layers import Layers


@dataclass(frozen=True, slots=True)
class Speech:
    """An attribution with the tokens it governs (half-open)."""

    attribution: Attribution
    first: int
    last: int


_STOPS = frozenset({"ان", "انه", "انها", "انهم", "بان", "قوله", "قولها", "قولهم", "عن", "في", "علي", "الي", "مساء", "صباح", "اليوم",
                    "امس", "يوم", "خلال", "بعد", "قبل", "مقتل", "اصابه", "لوكاله", "لقناه", "عبر", "ل", "ب", "بمقتل", "باصابه", "انطلاق",
                    "تنفيذ", "تدمير", "طلب", "فضل", "رفض", "اشترط"})  # fmt: skip
_ARMED = "armed_group"


def _body(layers: Layers, token: int) -> Match | None:
    match = layers.at["attribution"].get(token)
    return match if match is not None and match.gives["role"] in ("body", "title") else None


def _phrase(layers: Layers, body: Match, end: int) -> tuple[int, int, SpeakerClass]:
    """First and last token of the speaker's name, and its class.

    A title before a name is left out of the name: 'the spokesman, Major General X' is X.
    """
    first, last = body.first, body.last
    klass: SpeakerClass = body.gives["class"]
    title = body.gives["role"] == "title"
    name_from = last if title else first
    i = last
    while i < end and i - body.first < 16:
        key = layers.key(i)
        following = layers.at["attribution"].get(i)
        if layers.is_break(i):
            # a gloss in parentheses or a comma before the name in apposition
            if key == "(" and title:
                close = next((k for k in range(i, min(i + 8, end)) if layers.key(k) == ")"), None)
                if close is not None:
                    i = close + 1
                    continue
            if key in ("،", ",") and title and _body(layers, i + 1) is not None and last - body.first < 9:
                i += 1
                continue
            break
        if following is not None and following.gives["role"] == "title":
            title, name_from = True, following.last
            i = last = following.last
            continue
        if following is not None and following.gives["role"] in ("verb", "according", "participle", "claimed"):
            break
        if key in _STOPS and not (key == "في" and not title and i == body.last and i + 1 in layers.at["people"]):
            if key in ("في", "ل", "ب") and i == last and (i + 1 in layers.at["attribution"] or i + 1 in layers.at["cues"]
                                                          or i + 1 in layers.at["places"] or i + 1 in layers.at["people"]):
                i += 1
                continue
            break
        if i in layers.at["events"] and i not in layers.at["actors"] or i in layers.at["casualties"] or i in layers.time_tokens:
            break
        plain = layers.text.tokens[i].word.kind in ("arabic", "latin")
        if not plain or (not title and i not in layers.at["people"] and i not in layers.at["places"]
                         and i not in layers.at["actors"] and i not in layers.at["attribution"] and i - last > 1):
            break
        i += 1
        last = i
    if title and name_from < last:
        names = [k for k in range(name_from, last)]
        unit = next((k for k in names if k in layers.at["people"] or k in layers.at["places"] or k in layers.at["actors"]), None)
        if unit is None or unit > name_from:
            first = name_from
    if klass == "media" and last - first > 4:
        last = first + 4
    return first, last, klass


def _attribution(layers: Layers, body: Match, end: int, cue: Match) -> Attribution:
    first, last, klass = _phrase(layers, body, end)
    start = body.start if first == body.first else layers.text.tokens[first].start
    span = Span(start, layers.text.tokens[last - 1].end)
    return Attribution(span.of(layers.text.source), klass, span, cue.span)


def find_speech(layers: Layers) -> tuple[Speech, ...]:
    """Who speaks where: each speech governs its sentence, or its side of the cue in it."""
    out: list[Speech] = []
    previous: Attribution | None = None
    for sentence in layers.text.sentences:
        found = False
        cues = layers.within("attribution", sentence.first, sentence.last)
        for cue in cues:
            role = cue.gives["role"]
            if role not in ("verb", "according", "participle", "claimed"):
                continue
            attribution = None
            if role in ("verb", "claimed"):
                attribution = _of_verb(layers, cue, sentence.first, sentence.last)
                follows_on = cue.first - sentence.first < 3 and cue.form.number in ("s", "")
                if attribution is None and previous is not None and follows_on and not sentence.headline:
                    attribution = replace(previous, cue=cue.span)
            elif role == "according":
                attribution = _after(layers, cue, sentence.last)
            elif previous is not None and found:
                attribution = replace(previous, cue=cue.span)
            if attribution is None:
                continue
            if role == "claimed" and attribution.speaker_class not in (_ARMED,):
                attribution = replace(attribution, speaker_class="armed_group") if attribution.speaker_class == "official" else attribution
            first, last = _reach(layers, cue, sentence.first, sentence.last)
            if role == "according" and cue.gives["role"] == "according" and previous is not None and found and False:
                continue
            out.append(Speech(attribution, first, last))
            found = True
            previous = attribution
    return tuple(out)


def _reach(layers: Layers, cue: Match, first: int, last: int) -> tuple[int, int]:
    """What a cue governs: a verb what follows it, and what stands before it when it ends the sentence."""
    if cue.gives["role"] in ("verb", "claimed"):
        rest = last - cue.first
        return (cue.first, last) if rest > 7 else (first, last)
    if cue.gives["role"] == "according":
        return first, last
    return cue.first, last


def _after(layers: Layers, cue: Match, end: int) -> Attribution | None:
    for i in range(cue.last, min(cue.last + 4, end)):
        body = _body(layers, i)
        if body is not None:
            return _attribution(layers, body, end, cue)
        if layers.is_break(i):
            return None
    return None


def _of_verb(layers: Layers, cue: Match, begin: int, end: int) -> Attribution | None:
    """The subject of a verb of saying: right after it, else right before it."""
    relayed = cue.form.pos == "v" and layers.text.tokens[cue.first].word.key.endswith(("نقل", "نقلت"))
    for i in range(cue.last, min(cue.last + 5, end)):
        key = layers.key(i)
        body = _body(layers, i)
        if body is not None:
            attribution = _attribution(layers, body, end, cue)
            if attribution.speaker_class == "media" or relayed:
                original = _relayed(layers, body.last, end, cue)
                if original is not None:
                    return replace(original, via=(attribution.speaker or "",))
            return attribution
        if key in ("ان", "بان", "انه", "انها") or layers.is_break(i) or i in layers.at["events"]:
            break
    for i in range(cue.first - 1, max(begin - 1, cue.first - 14), -1):
        body = _body(layers, i)
        if body is not None:
            # step back over titles that precede in the same phrase
            start = body
            for k in range(i - 1, max(begin - 1, i - 8), -1):
                if layers.is_break(k) and layers.key(k) not in ("،", ",", "(", ")"):
                    break
                earlier = _body(layers, k)
                if earlier is not None and earlier.gives["role"] == "title":
                    start = earlier
            if any(layers.at["attribution"][k].gives["role"] == "verb" for k in range(start.first, cue.first) if k in layers.at["attribution"]):
                return None
            if layers.key(start.first - 1) in ("الي", "علي", "ضد"):
                return None
            return _attribution(layers, start, cue.first, cue)
        if layers.key(i) in (".",):
            break
    return None


def _relayed(layers: Layers, first: int, end: int, cue: Match) -> Attribution | None:
    """'The agency quoted a security source': the source is the speaker."""
    for i in range(first, min(first + 6, end)):
        if layers.key(i) in ("عن",) or layers.text.tokens[i].word.key == "عن":
            for k in range(i + 1, min(i + 4, end)):
                body = _body(layers, k)
                if body is not None:
                    return _attribution(layers, body, end, cue)
            return None
    return None


def speaker_at(speeches: tuple[Speech, ...], token: int) -> Attribution:
    """Who says what stands at the token: the narrowest speech that governs it."""
    best: Speech | None = None
    for speech in speeches:
        if speech.first <= token < speech.last and (best is None or speech.first >= best.first):
            best = speech
    return best.attribution if best else OUTLET
