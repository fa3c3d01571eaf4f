"""Is it a happening, or a word in passing? A weighed sum of plain observations.

The observations are named here, their weights live in `data/weights/worth.yaml`, fitted on
coded articles by `bench/fit.py`; a positive sum is an event. Each weight can be read and
argued about: it is the evidence, in logits, that the observation gives.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from marsad.lexicon import Match
from marsad.read.events import Candidate
from marsad.read.layers import Layers
from marsad.read.when import own_times

#: Where held-out F1 of "is a happening" peaks (`bench/fit.py` prints the curve).
THRESHOLD = -0.5

_PASSING = frozenset(
    "عن من ضد منذ كل اي مثل بين حول لمكافحه مكافحه وقف مواصله تكثيف زياده تصعيد شن تنفيذ استمرار احتمال خطر تهديد "
    "بعض هذه تلك جرائم اعمال سلسله بعد قبل خلال اثناء اثر عقب مع".split()
)


def observations(layers: Layers, candidate: Candidate) -> Iterator[str]:
    """The names of what holds of the candidate."""
    event, cluster = candidate.event, candidate.cluster
    yield "always"
    yield f"type:{event.type}"
    lead = cluster.lead
    if lead is None:
        yield "lead:none"
        acts = {
            layers.at["casualties"][c.act].form.pos
            for c in cluster.counts
            if c.act in layers.at["casualties"]
        }
        yield "toll:verb" if "v" in acts else "toll:noun"
    else:
        yield from _of_lead(layers, candidate, lead)
    numeric = [c for c in cluster.counts if not c.bare]
    if numeric:
        yield "count:number"
        if any((c.low or 0) >= 100 for c in numeric):
            yield "count:hundreds"
    elif cluster.counts:
        yield "count:bare"
    else:
        yield "count:none"
    naming = candidate.naming
    if naming is None:
        yield "place:none"
    else:
        yield f"place:{'country' if naming.rank <= 0.5 else 'area' if naming.rank < 3 else 'exact'}"
        if naming.place is None:
            yield "place:unknown"
    yield from _of_time(layers, candidate)
    yield "doer" if event.initiators else "no-doer"
    if any(p.code != "UNKNOWN" for p in event.targets):
        yield "target"
        if event.initiators:
            yield "doer+target"
    if lead is not None:
        past = lead.form.tense == "past"
        if past and event.initiators:
            yield "past+doer"
        if past and naming is not None:
            yield "past+place"
        if lead.form.pos == "n" and event.initiators and naming is not None:
            yield "noun+doer+place"
        if lead.form.pos == "n" and event.attribution.speaker and not lead.article:
            yield "noun+said"
        if candidate.headline and lead.form.tense == "present":
            yield "headline+present"
    if event.weapons:
        yield "weapon"
    if event.attribution.speaker:
        yield f"said:{event.attribution.speaker_class}"
    if candidate.headline:
        yield "headline"
    yield f"sentence:{min(candidate.sentence, 3) if candidate.sentence < 8 else 'late'}"
    if event.mentions:
        yield "retold"
    for match in layers.within("status", cluster.sentence.first, min(cluster.last, cluster.core[0] + 6)):
        yield f"status:{match.gives['role']}"
    length = cluster.sentence.last - cluster.sentence.first
    yield "long" if length > 60 else "short" if length < 14 else "middling"


def _of_lead(layers: Layers, candidate: Candidate, lead: Match) -> Iterator[str]:
    cluster = candidate.cluster
    many = next(
        (a for a in layers.amounts if a.last in (lead.first, lead.first - 1) and a.first in layers.amount_at),
        None,
    )
    if many is not None and many.unit == "count":
        yield "lead:tally" if (many.low or 0) >= 20 else "lead:counted"
    if lead.form.pos == "v":
        yield f"lead:{lead.form.tense}"
        if lead.form.suffix:
            yield "lead:suffixed-verb"
    else:
        yield "lead:definite" if lead.article else "lead:indefinite"
        yield f"lead:number-{lead.form.number or 's'}"
        if lead.form.suffix:
            yield "lead:owned"
    if lead.last - lead.first > 1:
        yield "lead:phrase"
    if lead.gives.get("weak"):
        yield "lead:weak"
    if lead.gives.get("needs"):
        yield "lead:needs"
    if len(cluster.triggers) > 1:
        yield "lead:several"
    before = layers.key(lead.first - 1)
    if before in _PASSING:
        yield f"before:{before}"
    for letter in ("ل", "ب", "و", "ف"):
        if lead.proclitics.endswith(letter):
            yield f"clitic:{letter}"
    if lead.first == cluster.sentence.first or lead.first - cluster.first <= 1:
        yield "lead:opens"
    near = layers.within("grammar", max(cluster.first, lead.first - 6), min(cluster.last, lead.last + 6))
    for role in sorted({m.gives["role"] for m in near}):
        yield f"near:{role}"
    if any(m.gives["role"] == "launch" and m.form.tense == "past" for m in near):
        yield "near:launched"
    told = layers.within("attribution", max(cluster.sentence.first, lead.first - 9), lead.first)
    if (
        not lead.article
        and any(m.gives["role"] == "verb" for m in told)
        and any(layers.role("grammar", k) == "launch" for k in range(lead.first - 2, lead.first))
    ):
        yield "announced-launch"
    relative = layers.key(lead.first - 1) in ("التي", "الذي", "الذين")
    if relative:
        yield "relative"


def _of_time(layers: Layers, candidate: Candidate) -> Iterator[str]:
    """The time told with it, its own day or that of the announcement: words in passing have none."""
    event, cluster = candidate.event, candidate.cluster
    times = own_times(layers, cluster)
    told = [t for t in layers.times if t.span == event.period_span]
    told = told or [t for t in times if cluster.first <= t.first < cluster.last] or times[: len(times) == 1]
    if not told:
        yield "time:none"
        return
    period = told[0].period
    if period is None:
        yield "time:unresolved"
        return
    if period.first is None or period.last is None:
        yield "time:open"
        return
    days = (period.last - period.first).days
    yield "time:day" if days <= 3 else "time:month" if days <= 31 else "time:long"
    if event.recency == "background":
        yield "time:past"


def worth(layers: Layers, candidate: Candidate, weights: Mapping[str, float]) -> float:
    """The sum of the weights of what holds; above zero it is an event."""
    return sum(weights.get(name, 0.0) for name in observations(layers, candidate))
