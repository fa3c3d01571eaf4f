"""What each layer saw, sentence by sentence, in words for a person: the first half of an explanation.

It tells what `layers`, `find_all` and the triggers found; nothing is looked for anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from marsad.anatomy import Seen, SentenceSeen, WordSeen
from marsad.lexicon import Blocked, Match
from marsad.model import Place, Span
from marsad.read.actors import Mention
from marsad.read.attribution import Speech
from marsad.read.counts import Count
from marsad.read.dates import TimeExpression
from marsad.read.events import Candidate, Findings, furniture, named_tokens
from marsad.read.layers import Layers
from marsad.read.naming import Naming
from marsad.read.numbers import Amount
from marsad.read.triggers import refusal
from marsad.text import Token

_BLOCKED = "kept from matching by an entry's `unless`"


def sentences_seen(
    layers: Layers, found: Findings, candidates: Sequence[Candidate]
) -> tuple[SentenceSeen, ...]:
    """Every sentence with what each layer saw in it, in the order of the text."""
    text = layers.text
    blocked: list[Blocked] = []
    layers.lexicon.scan(text, blocked=blocked)
    by_sentence: dict[int, list[Seen]] = {}
    for seen in (
        *_matches(layers, found, candidates),
        *(Seen(b.layer, text.span(b.first, b.last), "unless", "", _BLOCKED, True) for b in blocked),
        *_findings(layers, found, candidates),
    ):
        by_sentence.setdefault(text.sentence_at(text.token_at(seen.span.start)), []).append(seen)
    known = {k for matches in layers.matches.values() for m in matches for k in range(m.first, m.last)}
    known |= {k for b in blocked for k in range(b.first, b.last)}
    known |= {k for a in layers.amounts for k in range(a.first, a.last)}
    starts = [0, *(text.tokens[s.first].start for s in text.sentences[1:]), len(text.source)]
    out = []
    for number, sentence in enumerate(text.sentences):
        word = furniture(layers, sentence)
        words = tuple(_word(text.tokens[k], k in known) for k in range(sentence.first, sentence.last))
        out.append(
            SentenceSeen(
                Span(starts[number], starts[number + 1]),
                sentence.headline,
                words,
                tuple(sorted(by_sentence.get(number, ()), key=lambda s: (s.span.start, -s.span.end))),
                f"of the page, not of the news: «{word.span.of(text.source)}», {word.entry.id}"
                if word
                else "",
            )
        )
    return tuple(out)


def _word(token: Token, known: bool) -> WordSeen:
    cuts = token.word.cuts
    keys = dict.fromkeys((token.word.key, *(cut.key for cut in cuts)))
    return WordSeen(token.span, tuple(keys), known or token.word.kind == "symbol")


def _given(gives: Mapping[str, Any]) -> str:
    """What an entry states, as the data file writes it."""
    return ", ".join(
        f"{key}={'|'.join(map(str, value)) if isinstance(value, list) else value}"
        for key, value in gives.items()
    )


# ── matches of the lexicon ────────────────────────────────────────────────────────────────


def _matches(layers: Layers, found: Findings, candidates: Sequence[Candidate]) -> Iterator[Seen]:
    acts = dict(_acts(layers, found, candidates))
    tolls = dict(_tolls(found, candidates))
    places = {k for naming in found.places for k in range(naming.first, naming.last)}
    for layer, matches in layers.matches.items():
        for match in matches:
            outcome, refused = "", False
            if layer == "events":
                outcome, refused = acts[match.first]
            elif layer == "casualties" and match.gives.get("role") == "act":
                outcome, refused = tolls.get(match.first, ("no number or person is tied to it", True))
            source, gives = match.entry.id, _given(match.gives)
            if layer == "places":
                source, gives = "places.tsv", " or ".join(map(str, match.gives["ids"]))
                if match.first not in places:
                    outcome, refused = (
                        "names no place here: another word, a person, or in a longer name",
                        True,
                    )
            yield Seen(layer, match.span, source, f"{gives}{_form(match)}", outcome, refused)


def _form(match: Match) -> str:
    """The inflection of the form found, where it has one: what several decisions look at."""
    form = match.form
    part = {"v": "verb", "n": "noun", "a": "adjective"}.get(form.pos, "")
    number = {"d": "dual", "p": "plural"}.get(form.number, "")
    told = (part, form.tense, number, "definite" if match.article else "", "owned" if form.suffix else "")
    after = f"after {match.proclitics}" if match.proclitics else ""
    words = " ".join(word for word in (*told, after) if word)
    return f" ({words})" if words else ""


def _acts(
    layers: Layers, found: Findings, candidates: Sequence[Candidate]
) -> Iterator[tuple[int, tuple[str, bool]]]:
    """For each match of an act by its first token: whose trigger it is, or why it is none."""
    used = {m.first: n for n, c in enumerate(candidates) for m in c.cluster.triggers}
    blocked = found.speaking | named_tokens(found)
    for match in layers.matches["events"]:
        if match.first in used:
            yield match.first, (f"candidate {used[match.first] + 1}", False)
            continue
        sentence = layers.sentence(match.first)
        skipped = furniture(layers, sentence) is not None
        why = "the sentence is of the page" if skipped else refusal(layers, match, sentence, blocked)
        yield match.first, (f"no act here: {why}", True)


def _tolls(found: Findings, candidates: Sequence[Candidate]) -> Iterator[tuple[int, tuple[str, bool]]]:
    owners = _owners(candidates)
    for count in found.counts:
        yield count.act, _owned(owners, count)


def _owners(candidates: Sequence[Candidate]) -> Mapping[tuple[int, int], int]:
    """The candidate of each count, by the tokens of its word and of what is counted."""
    return {(c.act, c.first): n for n, told in enumerate(candidates) for c in told.cluster.counts}


def _owned(owners: Mapping[tuple[int, int], int], count: Count) -> tuple[str, bool]:
    number = owners.get((count.act, count.first))
    return ("told of no candidate", True) if number is None else (f"candidate {number + 1}", False)


# ── what was made of them ─────────────────────────────────────────────────────────────────


def _findings(layers: Layers, found: Findings, candidates: Sequence[Candidate]) -> Iterator[Seen]:
    owners = _owners(candidates)
    for amount in layers.amounts:
        inside = "in the words of a time" if amount.first not in layers.amount_at else ""
        yield Seen("amounts", amount.span, "", _amount(amount), inside)
    for time in layers.times:
        yield Seen("times", time.span, "", *_time(layers, time))
    for naming in found.places:
        yield Seen("namings", naming.span, "", *_naming(layers, naming))
    for mention in found.mentions:
        yield Seen("mentions", mention.span, "", _mention(mention))
    for count in found.counts:
        yield Seen("counts", count.span, "", _count(count), *_owned(owners, count))
    for speech in found.speeches:
        yield Seen("speeches", _spoken_at(layers, speech), "", *_speech(layers, speech))


def bounds(low: int | None, high: int | None) -> str:
    """A number between bounds, for a person."""
    if low == high:
        return "?" if low is None else str(low)
    if high is None:
        return f"{low} or more"
    return f"up to {high}" if low is None else f"{low} to {high}"


def _amount(amount: Amount) -> str:
    vague = ", no number stands there" if amount.vague else ""
    return f"{bounds(amount.low, amount.high)}, {amount.unit}, {amount.qualifier}{vague}"


def _time(layers: Layers, time: TimeExpression) -> tuple[str, str]:
    if time.period is None:
        vague = time.kind in ("vague", "anaphoric", "duration")
        why = "the words name no day" if vague or layers.published else "the day of publication is unknown"
        return time.kind, f"no day: {why}"
    first, last = (day.isoformat() if day else "…" for day in (time.period.first, time.period.last))
    return f"{time.kind}, {first if first == last else f'{first} to {last}'}", ""


def _place(place: Place) -> str:
    return ", ".join(part for part in (place.id, place.name_en, place.type) if part)


def _naming(layers: Layers, naming: Naming) -> tuple[str, str]:
    if naming.members:
        held = f" in {_place(naming.place)}" if naming.place else ""
        return f"{len(naming.members)} places in a row{held}", ""
    parts = [_place(naming.place) if naming.place else f"{naming.kind}, in no table"]
    if naming.parent is not None:
        parts.append(f"in or near {_place(naming.parent)}")
    if naming.relation:
        parts.append(naming.relation)
    parts.append(f"exactness {naming.rank:.1f}")
    runner = layers.lexicon.places.get(naming.runner_up or "")
    return "; ".join(parts), f"rather than {_place(runner)}" if runner else ""


def _mention(mention: Mention) -> str:
    role = f", {mention.role}" if mention.role else ""
    return f"{mention.code}, {mention.group}, {mention.kind}{role}"


def _count(count: Count) -> str:
    marks = [name for name in ("bare", "part", "period") if getattr(count, name)]
    whom = f" {'|'.join(count.codes)}" if count.codes else ""
    return " ".join([f"{count.measure}: {bounds(count.low, count.high)} {count.group}{whom}",
                     *(f"({mark})" for mark in marks)])  # fmt: skip


def _spoken_at(layers: Layers, speech: Speech) -> Span:
    """The speaker's name, or the cue, or the first word where both stand in an earlier sentence."""
    sentence = layers.sentence(speech.first)
    here = layers.span(sentence.first, sentence.last)
    told = (speech.attribution.span, speech.attribution.cue)
    return next((s for s in told if s and here.overlaps(s)), layers.text.tokens[speech.first].span)


def _speech(layers: Layers, speech: Speech) -> tuple[str, str]:
    attribution = speech.attribution
    via = f", through {', '.join(attribution.via)}" if attribution.via else ""
    gives = f"{attribution.speaker} ({attribution.speaker_class}{via}), by {speech.how}"
    if speech.first >= speech.last:
        return gives, "governs no words"
    words = layers.span(speech.first, speech.last).of(layers.text.source).split()
    return gives, f"governs «{' '.join([*words[:3], '…', *words[-2:]] if len(words) > 6 else words)}»"
