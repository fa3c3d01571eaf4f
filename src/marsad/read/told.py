"""Do the words tell a happening, or use its word in passing? What is observed of one candidate.

A telling says who, where, when, how many, in a finite verb or an announced noun; a word in
passing stands in a plan, a habit, a list of causes, a name. Weights: `data/weights/told.yaml`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations

from marsad.lexicon import Match
from marsad.read.events import Candidate
from marsad.read.layers import Layers
from marsad.read.weigh import weigh
from marsad.read.when import own_times

#: Words before the lead that tell an occasion from a topic.
_BEFORE = frozenset(
    "عن من ضد منذ كل اي مثل بين حول لمكافحه مكافحه وقف مواصله تكثيف زياده تصعيد شن تنفيذ استمرار احتمال خطر تهديد "
    "بعض هذه تلك جرائم اعمال سلسله بعد قبل خلال اثناء اثر عقب مع".split()
)
#: Words earlier in the sentence behind which something is reported, related or recalled.
_BEHIND = frozenset(
    "ان التي الذي الذين بعد قبل منذ عقب حيث لكن كما فيما بينما وكان وكانت كان كانت قد عندما خلال اثر علي من كل".split()
)
_BEHIND_REACH = 12
_FAR = 5


def weighed(layers: Layers, found: Sequence[Candidate]) -> list[Candidate]:
    """The candidates, each with the weight of evidence that it tells a happening as its `score`."""
    weights = layers.lexicon.weights["told"]
    out = []
    for n, candidate in enumerate(found):
        observed = tuple(observations(layers, found, n))
        out.append(replace(candidate, score=weigh(weights, observed), observed=observed))
    return out


def observations(layers: Layers, found: Sequence[Candidate], n: int) -> Iterator[str]:
    """The names of what holds of candidate `n` of those found in a text."""
    candidate = found[n]
    event, cluster, lead = candidate.event, candidate.cluster, candidate.cluster.lead
    yield "always"
    yield f"type:{event.type}"
    if lead is None:
        yield from _of_toll(layers, candidate)
    else:
        yield from _of_lead(layers, candidate, lead)
        yield from _of_clause(layers, candidate, lead)
    yield from _of_figures(candidate)
    yield from _of_place(candidate)
    yield from _of_time(layers, candidate)
    yield from _of_parties(candidate)
    yield from _together(candidate)
    yield from _of_position(found, n)
    if event.weapons:
        yield "weapon"
    if event.attribution.speaker:
        yield f"said:{event.attribution.speaker_class}"
    for match in layers.within("status", cluster.sentence.first, min(cluster.last, cluster.core[0] + 6)):
        yield f"status:{match.gives['role']}"
    length = cluster.sentence.last - cluster.sentence.first
    yield "long" if length > 60 else "short" if length < 14 else "middling"
    yield f"territory:{min((cluster.last - cluster.first) // 6, 6)}"
    yield f"triggers:{min(len(cluster.triggers), 4)}"


def _of_toll(layers: Layers, candidate: Candidate) -> Iterator[str]:
    yield "lead:none"
    acts = [
        layers.at["casualties"][c.act] for c in candidate.cluster.counts if c.act in layers.at["casualties"]
    ]
    yield "toll:verb" if any(match.form.pos == "v" for match in acts) else "toll:noun"
    for match in acts:
        yield f"toll:{match.entry.id}"


def _of_lead(layers: Layers, candidate: Candidate, lead: Match) -> Iterator[str]:
    cluster = candidate.cluster
    yield f"entry:{lead.entry.id}"
    yield f"entry:{lead.entry.id}:{lead.form.pos}{lead.form.tense}"
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
    if before in _BEFORE:
        yield f"before:{before}"
    if before in ("التي", "الذي", "الذين"):
        yield "relative"
    for letter in ("ل", "ب", "و", "ف"):
        if lead.proclitics.endswith(letter):
            yield f"clitic:{letter}"
    if lead.first == cluster.sentence.first or lead.first - cluster.first <= 1:
        yield "lead:opens"


def _of_clause(layers: Layers, candidate: Candidate, lead: Match) -> Iterator[str]:
    """The words around the lead: what launches it, and what it stands behind."""
    cluster = candidate.cluster
    sentence = cluster.sentence
    near = layers.within("grammar", max(cluster.first, lead.first - 6), min(cluster.last, lead.last + 6))
    for role in sorted({m.gives["role"] for m in near}):
        yield f"near:{role}"
    if any(m.gives["role"] == "launch" and m.form.tense == "past" for m in near):
        yield "near:launched"
    said = layers.within("attribution", max(sentence.first, lead.first - 9), lead.first)
    if (
        not lead.article
        and any(m.gives["role"] == "verb" for m in said)
        and any(layers.role("grammar", k) == "launch" for k in range(lead.first - 2, lead.first))
    ):
        yield "announced-launch"
    earlier = {layers.key(k) for k in range(max(sentence.first, lead.first - _BEHIND_REACH), lead.first)}
    for word in sorted(earlier & _BEHIND):
        yield f"behind:{word}"
    if sentence.first == lead.first:
        yield "opens-sentence"
    start = next(
        (k + 1 for k in range(lead.first - 1, sentence.first - 1, -1) if layers.is_break(k)), sentence.first
    )
    yield f"clause-opens:{layers.key(start)}"
    yield f"in-clause:{min(lead.first - start, _FAR)}"


def _of_figures(candidate: Candidate) -> Iterator[str]:
    counts = candidate.cluster.counts
    numeric = [c for c in counts if not c.bare]
    if numeric:
        yield "count:number"
        if any((c.low or 0) >= 100 for c in numeric):
            yield "count:hundreds"
    elif counts:
        yield "count:bare"
    else:
        yield "count:none"
    yield f"figures:{min(len(candidate.event.figures), 3)}"


def _of_place(candidate: Candidate) -> Iterator[str]:
    naming = candidate.naming
    if naming is None:
        yield "place:none"
        return
    yield f"place:{'country' if naming.rank <= 0.5 else 'area' if naming.rank < 3 else 'exact'}"
    if naming.place is None:
        yield "place:unknown"


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


def _of_parties(candidate: Candidate) -> Iterator[str]:
    event, lead = candidate.event, candidate.cluster.lead
    yield "doer" if event.initiators else "no-doer"
    hit = [p for p in event.targets if p.code != "UNKNOWN"]
    if hit:
        yield "target"
        if event.initiators:
            yield "doer+target"
    yield f"parties:{min(len(event.initiators), 2)}+{min(len(hit), 2)}"
    if lead is None:
        return
    if lead.form.tense == "past":
        if event.initiators:
            yield "past+doer"
        if candidate.naming is not None:
            yield "past+place"
    if lead.form.pos == "n":
        if event.initiators and candidate.naming is not None:
            yield "noun+doer+place"
        if event.attribution.speaker and not lead.article:
            yield "noun+said"
    if candidate.headline and lead.form.tense == "present":
        yield "headline+present"


def _together(candidate: Candidate) -> Iterator[str]:
    """Pairs of what a telling says: a doer with a place says more than each alone."""
    event, lead = candidate.event, candidate.cluster.lead
    form = "toll" if lead is None else "past" if lead.form.tense == "past" else "the" if lead.article else "a"
    said = {
        "doer": bool(event.initiators),
        "place": candidate.naming is not None,
        "time": event.period is not None,
        "number": any(not c.bare for c in candidate.cluster.counts),
    }
    for (one, a), (other, b) in combinations(said.items(), 2):
        yield f"{one}-{a:d}+{other}-{b:d}"
    for name, holds in said.items():
        yield f"{form}+{name}-{holds:d}"
    yield f"{event.type}+doer-{said['doer']:d}"
    yield f"{event.type}+{form}"
    yield f"{event.type}+place-{said['place']:d}+number-{said['number']:d}"


def _of_position(found: Sequence[Candidate], n: int) -> Iterator[str]:
    candidate = found[n]
    if candidate.headline:
        yield "headline"
    yield f"sentence:{min(candidate.sentence, 3) if candidate.sentence < 8 else 'late'}"
    yield "first" if n == 0 else f"nth:{min(n, 6)}"
    yield f"of:{min(len(found) // 3, 4)}"
    for name, others in (("before", found[:n]), ("after", found[n + 1 :])):
        beside = sum(other.sentence == candidate.sentence for other in others)
        yield f"beside-{name}:{min(beside, 3)}"
