"""News or background: whether a happening is what the article is about or what it recalls.

The age of its day tells most; without a day, where it is told and under which words. Plain
observations, whose weights in `data/weights/recency.yaml` were fitted on coded articles
(`bench/fit.py`); a positive sum is background.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from marsad.model import Event, Period, Recency
from marsad.read.layers import Layers
from marsad.read.triggers import Cluster
from marsad.read.weigh import weigh
from marsad.read.when import age, own_times, possible
from marsad.text import prefixed

_WAS = prefixed({"كان", "كانت", "كانوا", "سبق"}, "و")
_OPENING = frozenset({"outlet", "more", "turn", "verb"})
_AFTER = frozenset({"بعد", "عقب", "منذ", "اثر", "بعدما", "غداه", "ردا", "علي"})


def recency_of(
    layers: Layers,
    cluster: Cluster,
    event: Event,
    weights: Mapping[str, float],
    *,
    before: Event | None = None,
) -> Recency:
    """News or background, by the weight of what is observed; `before` is the event told before it."""
    weight = weigh(weights, observations(layers, cluster, event, before))
    return "background" if weight > 0 else "news"


def observations(layers: Layers, cluster: Cluster, event: Event, before: Event | None) -> Iterator[str]:
    """The names of what holds of the happening."""
    yield "always"
    sentence = cluster.sentence
    named = _age(layers, event.period)
    yield f"age:{named}"
    if named == "none":
        told = {_age(layers, possible(t)) for t in own_times(layers, cluster)} - {"none"}
        yield from (f"beside:{name}" for name in sorted(told))
        if event.period_span is not None:
            yield "vague"
    elif named in ("yesterday", "days", "week"):
        yield f"behind:{_behind(layers, event.period)}"
    if before is not None:
        at, then = (layers.text.sentence_at(layers.text.token_at(e.trigger.start)) for e in (event, before))
        where = "same" if at == then else "near" if at - then <= 2 else "far"
        yield f"before:{where}:{_age(layers, before.period)}"
    yield f"type:{event.type}"
    anchor = cluster.anchor
    for match in layers.within("status", sentence.first, anchor + 1):
        if match.gives["role"] in ("background", "habit"):
            yield f"cue:{match.gives['role']}" + ("+dated" if named != "none" else "")
    opening = layers.roles("attribution", sentence.first, min(sentence.first + 4, sentence.last))
    for role in sorted(opening & _OPENING):
        yield f"opens:{role}"
    if not _WAS.isdisjoint(layers.keys(max(sentence.first, anchor - 6), anchor)):
        yield "was"
    if layers.key(sentence.first) in _WAS:
        yield "opens:was"
    if layers.key(anchor - 1) in ("الذي", "التي", "الذين"):
        yield "relative"
    if layers.key(anchor - 1) in _AFTER or layers.key(anchor - 2) in _AFTER:
        yield "after"
    yield from _of_standing(layers, cluster, event)


def _behind(layers: Layers, period: Period | None) -> str:
    """How many days before the last day that the text tells."""
    days = [
        p.last
        for p in (possible(t) for t in layers.times)
        if p is not None
        and p.last is not None
        and p.first == p.last
        and (layers.published is None or p.last <= layers.published)
    ]
    if period is None or period.last is None or not days:
        return "none"
    gap = (max(days) - period.last).days
    return next((str(n) for n in (0, 1, 3, 9, 30) if gap <= n), "far")


def _of_standing(layers: Layers, cluster: Cluster, event: Event) -> Iterator[str]:
    """How it is told: in the headline, in which sentence, as a verb or a noun, by whom."""
    sentence = cluster.sentence
    at = layers.text.sentence_at(sentence.first)
    sentences = [layers.text.sentence_at(layers.text.token_at(span.start)) for span in event.mentions]
    if sentence.headline or any(layers.text.sentences[s].headline for s in sentences):
        yield "headline"
    first = min([at, *sentences])
    yield f"sentence:{first if first < 3 else 'early' if first < 6 else 'late'}"
    if first * 3 > 2 * len(layers.text.sentences):
        yield "last-third"
    if event.mentions:
        yield "retold"
    yield f"lead:{cluster.manner}"
    yield f"said:{event.attribution.speaker_class}" if event.attribution.speaker else "unsaid"
    yield "figures" if event.figures else "no-figures"
    yield "place" if event.location is not None else "no-place"


def _age(layers: Layers, period: Period | None) -> str:
    """How old it is; without a day of publication, whether its year is the last one told."""
    if period is None or period.last is None:
        return "none"
    if layers.published is None:
        years = [t.period.last.year for t in layers.times if t.period and t.period.last]
        return "long" if years and period.last.year < max(years) else "today"
    return age(period, layers.published)
