"""When a happening was: which of the times that its sentence tells is its own.

A sentence tells more days than one: that of the act, that of its announcement, those of what
it recalls. Each is weighed by plain observations, whose weights in `data/weights/when.yaml`
were fitted on coded articles (`bench/fit.py`); the heaviest is the happening's, if any is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from marsad.model import Period
from marsad.read.attribution import Speech
from marsad.read.dates import TimeExpression
from marsad.read.layers import Layers
from marsad.read.triggers import Cluster
from marsad.read.weigh import weigh
from marsad.text import prefixed

#: Where held-out F1 of "is the day of this happening" peaks.
THRESHOLD = 0.2

_THAT = frozenset({"ان", "انه", "انها", "انهم", "بان", "بانه", "بانها", ":"})
_BEFORE = frozenset({"في", "منذ", "حتي", "بعد", "قبل", "من", "خلال", "الي", "عقب", "بتاريخ", "يوم"})
#: الأول, الأعنف, الأكثر.
_ELATIVE = re.compile("[ولبك]?الا[^ ]{3}")
#: What follows these was before what is told.
_FOLLOWING = prefixed({"بعد", "عقب", "ردا", "اعقاب", "منذ", "غداه", "بعدما"}, "و")
_RELATIVE = frozenset({"الذي", "التي", "الذين", "اللذين", "حيث"})
_SAID = frozenset({"verb", "according"})
_STEPS = (2, 4, 7, 12, 20)


@dataclass(frozen=True, slots=True)
class Day:
    """The time of a happening: its days and the words that tell them."""

    period: Period | None
    time: TimeExpression


def possible(time: TimeExpression) -> Period | None:
    """The days on which what is told with this time may have begun.

    What goes on since May began in May; 'the war of 2014' was in that year.
    """
    return time.named if time.kind in ("since", "duration") else time.period


def told_of(layers: Layers, cluster: Cluster, time: TimeExpression) -> Period | None:
    """The days on which it was if the time is its own: a toll since Sunday is of all the days since."""
    period, published = possible(time), layers.published
    since = time.kind == "since" and period is not None and time.period is not None
    if (
        since
        and period
        and time.period
        and cluster.counts
        and published
        and period.first == time.period.first
        # a day of publication that lies before what is told is wrong; it ends nothing
        and (period.first is None or period.first <= published)
    ):
        return Period(period.first, published)
    return period


def own_times(layers: Layers, cluster: Cluster) -> list[TimeExpression]:
    """The times of the cluster's sentence."""
    sentence = cluster.sentence
    return [
        t
        for t in layers.times
        if sentence.first <= t.first < sentence.last and (t.kind != "duration" or t.named is not None)
    ]


def own_day(
    layers: Layers, speeches: Sequence[Speech], cluster: Cluster, weights: Mapping[str, float]
) -> Day | None:
    """The time of the sentence that is most plainly the happening's own."""
    times = own_times(layers, cluster)
    best: tuple[float, TimeExpression] | None = None
    for time in times:
        if possible(time) is None:
            continue
        weight = weigh(weights, observations(layers, speeches, cluster, time, times))
        if weight > THRESHOLD and (best is None or weight > best[0]):
            best = (weight, time)
    if best is not None:
        return Day(told_of(layers, cluster, best[1]), best[1])
    vague = [t for t in times if possible(t) is None and cluster.first <= t.first < cluster.last]
    return Day(None, vague[0]) if vague else None


def observations(
    layers: Layers,
    speeches: Sequence[Speech],
    cluster: Cluster,
    time: TimeExpression,
    times: Sequence[TimeExpression],
) -> Iterator[str]:
    """The names of what holds of a time of the cluster's sentence."""
    yield "always"
    yield from of_time(layers, time)
    yield from of_announcement(layers, time)
    anchor = cluster.anchor
    governed = [s for s in speeches if s.first <= anchor < s.last]
    if governed:
        spoken = any(s.first <= time.first < s.last for s in governed)
        yield "in-the-speech" if spoken else "out-of-the-speech"
        if not spoken and time.precision != "day":
            yield "out-of-the-speech:long"
    if time.first - cluster.sentence.first <= 2:
        yield "opens"
        yield f"opens:{time.kind}"
    yield from _of_place(layers, cluster, time, times)
    yield f"lead:{cluster.manner}"
    if cluster.lead is not None:
        yield f"type:{cluster.lead.gives['type']}"


def of_time(layers: Layers, time: TimeExpression) -> Iterator[str]:
    """What the time is and how long ago."""
    if _compares(layers, time):
        yield "compares"
    yield f"kind:{time.kind}"
    yield f"precision:{time.precision}"
    ago = age(possible(time), layers.published)
    yield f"age:{ago}"
    yield f"kind:{time.kind}+age:{ago}"
    before = layers.key(time.first - 1)
    if before in _BEFORE:
        yield f"before:{before}"


def _compares(layers: Layers, time: TimeExpression) -> bool:
    """Whether the time is what an event is measured by: 'the third this year', 'the worst since'."""
    return any(
        _ELATIVE.fullmatch(layers.key(k)) or (k in layers.amount_at and layers.amount_at[k].unit == "ordinal")
        for k in range(max(layers.sentence(time.first).first, time.first - 8), time.first)
    )


def age(period: Period | None, published: date | None) -> str:
    """How long before publication the period ended, in steps."""
    if period is None or period.last is None:
        return "open"
    if published is None:
        return "unknown"
    days = (published - period.last).days
    for name, most in (
        ("future", -1),
        ("today", 0),
        ("yesterday", 1),
        ("days", 4),
        ("week", 10),
        ("month", 45),
    ):
        if days <= most:
            return name
    return "long"


def of_announcement(layers: Layers, time: TimeExpression) -> Iterator[str]:
    """Whether someone speaks at that time: 'said on Saturday that', 'according to ... on Saturday'."""
    said, distance = "", 0
    opening = layers.sentence(time.first).first
    for k in range(time.first - 1, max(time.first - 12, opening - 1), -1):
        if layers.is_break(k) and layers.key(k) not in ("،", ",", "(", ")"):
            break
        match = layers.at["attribution"].get(k)
        # التابع is no verb of saying
        if match is not None and not (match.form.pos == "v" and match.article):
            role = str(match.gives["role"])
            if role in ("verb", "noun", "according", "document"):
                said, distance = role, time.first - match.last
                break
        if k in layers.at["events"] or k in layers.at["casualties"]:
            break
    if not said:
        return
    that = any(layers.key(k) in _THAT for k in range(time.last, time.last + 5))
    yield "said+that" if that else f"said:{said}"
    if time.precision != "day":
        yield "said+that:long" if that else "said:long"  # what was said in May was done in May
    yield "said:at-once" if distance <= 1 else "said:near" if distance <= 4 else "said:far"
    following = next(
        (
            k
            for k in range(time.last, time.last + 4)
            if k in layers.at["events"] or k in layers.at["casualties"]
        ),
        None,
    )
    if following is not None:
        yield "said+act"


def _step(distance: int) -> str:
    return next((str(step) for step in _STEPS if distance <= step), "far")


def _of_place(
    layers: Layers, cluster: Cluster, time: TimeExpression, times: Sequence[TimeExpression]
) -> Iterator[str]:
    """Where the time stands from the cluster's own words, and what stands between."""
    anchor = cluster.anchor
    after = time.first > anchor
    begin, end = (anchor + 1, time.first) if after else (time.last, anchor)
    side = "after" if after else "before"
    yield f"{side}:{_step(max(end - begin, 0))}"
    if time.kind in ("anaphoric", "since"):
        yield f"{side}:{time.kind}"
    inside = cluster.first <= time.first < cluster.last
    yield "inside" if inside else f"outside-{side}"
    own = {m.first for m in cluster.triggers} | {c.act for c in cluster.counts}
    acts = {m.first for layer in ("events", "casualties") for m in layers.within(layer, begin, end)}
    yield f"{side}+others:{min(len(acts - own), 2)}"
    words = layers.keys(begin, end)
    if not _RELATIVE.isdisjoint(words):
        yield f"{side}+relative"
    if not _FOLLOWING.isdisjoint(words):
        yield f"{side}+following"
    roles = layers.roles("grammar", begin, end)
    for role in ("turn", "clause", "result", "cause", "launch"):
        if role in roles:
            yield f"{side}+{role}"
    if layers.roles("attribution", begin, end) & _SAID:
        yield f"{side}+said"
    told = [t for t in times if possible(t) is not None]
    yield f"times:{min(len(told), 3)}"
    if len(told) > 1:
        closest = min(told, key=lambda t: abs(t.first - anchor))
        yield "closest" if closest is time else "not-closest"
        yield "first" if told[0] is time else "later"
        same = sum(possible(t) == possible(time) for t in told)
        if same > 1:
            yield "told-again"
    cues = layers.within("status", cluster.sentence.first, anchor + 1)
    if any(m.gives["role"] == "background" for m in cues):
        yield "recalled"
