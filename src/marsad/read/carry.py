"""The day of a happening that its own sentence does not tell: carried over from around it.

A lead's 'today', a headline's day, the day of the happening told just before may hold for what
follows, or not: each day that the text tells is weighed by plain observations, whose weights
in `data/weights/carry.yaml` were fitted on coded articles (`bench/fit.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from marsad.model import Event, Period
from marsad.read.dates import TimeExpression
from marsad.read.events import Candidate
from marsad.read.layers import Layers
from marsad.read.weigh import weigh
from marsad.read.when import of_announcement, of_time, own_times, possible

#: Where held-out F1 of "is the day of this happening" peaks.
THRESHOLD = -0.4
#: A longer stretch is no day of a happening.
_LONGEST = 31
_OPENING = frozenset({"more", "turn", "verb", "outlet"})
#: Words of a line that may be a dateline.
_LINE = 16


@dataclass(frozen=True, slots=True)
class Told:
    """A day that the text tells, with every time that tells it."""

    period: Period
    times: tuple[TimeExpression, ...]


def told_days(layers: Layers) -> list[Told]:
    """The days and short stretches that the text tells, each once."""
    found: dict[Period, list[TimeExpression]] = {}
    for time in layers.times:
        period = possible(time)
        if period is None or period.first is None or period.last is None or time.kind == "duration":
            continue
        if _dateline(layers, time, period):
            continue
        if (period.last - period.first).days <= _LONGEST:
            found.setdefault(period, []).append(time)
    return [Told(period, tuple(times)) for period, times in found.items()]


def carry_over(layers: Layers, kept: Sequence[Candidate], weights: Mapping[str, float]) -> list[Candidate]:
    """The happenings, those without a day with the one that the text around them gives."""
    dated = [c for c in kept if c.event.period is not None and c.event.period.known]
    days = told_days(layers)
    out: list[Candidate] = []
    for candidate in kept:
        told = _heaviest(layers, candidate, days, dated, weights) if undated(candidate) else None
        out.append(replace(candidate, event=_of_day(layers, candidate, told)) if told else candidate)
    return out


def undated(candidate: Candidate) -> bool:
    """Whether nothing tells when it was: 'days ago' tells that it was on no day told elsewhere."""
    return candidate.event.period is None and candidate.event.period_span is None


def _heaviest(
    layers: Layers,
    candidate: Candidate,
    days: Sequence[Told],
    dated: Sequence[Candidate],
    weights: Mapping[str, float],
) -> Told | None:
    best: tuple[float, Told] | None = None
    for told in days:
        names = observations(layers, candidate, told, days, dated)
        weight = weigh(weights, names)
        if weight > THRESHOLD and (best is None or weight > best[0]):
            best = (weight, told)
    return best[1] if best else None


def _of_day(layers: Layers, candidate: Candidate, told: Told) -> Event:
    """The event on that day, which the nearest of the times that tell it shows."""
    at = candidate.event.trigger.start
    nearest = min(told.times, key=lambda t: abs(t.span.start - at))
    return replace(candidate.event, period=told.period, period_span=nearest.span)


def observations(
    layers: Layers, candidate: Candidate, told: Told, days: Sequence[Told], dated: Sequence[Candidate]
) -> Iterator[str]:
    """What holds of a day told elsewhere, for a happening that has none of its own."""
    yield "always"
    at = candidate.sentence
    sentences = [layers.text.sentence_at(t.first) for t in told.times]
    back = min((at - s for s in sentences if s <= at), default=None)
    nearest = min(told.times, key=lambda t: abs(layers.text.sentence_at(t.first) - at))
    yield from of_time(layers, nearest)
    if back is None:
        yield f"ahead:{min(min(s - at for s in sentences), 3)}"
    else:
        yield f"back:{back if back < 4 else 'far'}"
        others = [d for d in days if d is not told]
        between = any(at - back < layers.text.sentence_at(t.first) <= at for d in others for t in d.times)
        yield "day-between" if between else "latest-day"
    first = _first_dated(layers)
    if any(layers.text.sentences[s].headline for s in sentences):
        yield "in-headline"
    if first in sentences:
        yield "in-lead" if first <= 2 else "in-first-dated"
    paragraph = layers.text.sentences[at].paragraph
    if any(layers.text.sentences[s].paragraph == paragraph for s in sentences):
        yield "paragraph"
    yield f"days:{min(len(days), 4)}"
    if all(any(name == "said+that" for name in of_announcement(layers, t)) for t in told.times):
        yield "only-announced"
    yield from _of_the_dated(candidate, told, dated)
    yield from _of_the_undated(layers, candidate)


def _dateline(layers: Layers, time: TimeExpression, period: Period) -> bool:
    """Whether the time is the document's own day on a line that tells no act; a headline's is a digest's day."""
    sentence = layers.sentence(time.first)
    if (
        sentence.headline
        or time.kind != "date"
        or period.first != layers.published
        or sentence.last - sentence.first > _LINE
    ):
        return False
    return not any(layers.within(layer, sentence.first, sentence.last) for layer in ("events", "casualties"))


def _first_dated(layers: Layers) -> int:
    return next((layers.text.sentence_at(t.first) for t in layers.times if possible(t) is not None), -1)


def _of_the_dated(candidate: Candidate, told: Told, dated: Sequence[Candidate]) -> Iterator[str]:
    """Which happenings are of that day."""
    of_it = [c for c in dated if c.event.period == told.period]
    if not of_it:
        yield "no-event"
        return
    yield "event"
    earlier = [c for c in dated if c.sentence <= candidate.sentence]
    if earlier and earlier[-1].event.period == told.period:
        yield "last-event"
    if len(of_it) * 2 > len(dated):
        yield "most-events"
    if any(c.event.type == candidate.event.type for c in of_it):
        yield "event-of-type"
    since = max((c.sentence for c in of_it if c.sentence <= candidate.sentence), default=0)
    yield f"since:{min(sum(since < c.sentence < candidate.sentence for c in dated), 3)}"
    speaker = candidate.event.attribution.speaker
    if speaker and any(c.event.attribution.speaker == speaker for c in of_it):
        yield "same-speaker"
    doers = {p.code for p in candidate.event.initiators}
    if doers:
        same = any(doers & {p.code for p in c.event.initiators} for c in of_it)
        yield "same-doer" if same else "other-doer"


def _of_the_undated(layers: Layers, candidate: Candidate) -> Iterator[str]:
    """What the happening's own sentence says of how it hangs together with what stands before."""
    cluster, event = candidate.cluster, candidate.event
    sentence = cluster.sentence
    first, last = sentence.first, min(sentence.first + 4, sentence.last)
    for role in sorted(layers.roles("attribution", first, last) & _OPENING):
        yield f"opens:{role}"
    around = max(first, cluster.anchor - 3), min(cluster.anchor + 6, sentence.last)
    if "tie" in layers.roles("status", first, last) | layers.roles("status", *around):
        yield "tied"
    yield "figures" if event.figures else "no-figures"
    yield "said" if event.attribution.speaker else "unsaid"
    if candidate.definite:
        yield "definite"
    if candidate.headline:
        yield "headline"
    yield f"lead:{cluster.manner}"
    yield f"type:{event.type}"
    cues = layers.within("status", sentence.first, cluster.core[0] + 1)
    for role in sorted({m.gives["role"] for m in cues} & {"background", "habit", "hedge"}):
        yield f"cue:{role}"
    if any(possible(t) is not None for t in own_times(layers, cluster)):
        yield "own-rejected"
