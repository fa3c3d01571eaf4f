"""Do the words tell a happening, or use its word in passing? What is observed of one candidate.

A telling says who, where, when, how many, in a finite verb or an announced noun; a word in
passing stands in a plan, a habit, a list of causes, a name. Weights: `data/weights/told.yaml`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import combinations

from marsad.lexicon import Match
from marsad.model import EventType
from marsad.read.events import Candidate, Findings
from marsad.read.layers import Layers
from marsad.read.triggers import Cluster
from marsad.read.weigh import weigh
from marsad.read.when import own_times

#: Words before the lead that tell an occasion from a topic.
_BEFORE = frozenset(
    "عن من ضد منذ كل اي مثل بين حول لمكافحه مكافحه وقف مواصله تكثيف زياده تصعيد شن تنفيذ استمرار احتمال خطر تهديد "
    "بعض هذه تلك جرائم اعمال سلسله بعد قبل خلال اثناء اثر عقب مع".split()
)
_FAR = 5
#: A word of status this close before governs it, mostly.
_CLOSE = 8
_STOPS = frozenset(".!؟?")
_CROWDS = frozenset({"protest", "riot"})


def weighed(layers: Layers, found: Findings, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates, each with the weight of evidence that it tells a happening as its `score`."""
    weights = layers.lexicon.weights["told"]
    out = []
    for candidate in candidates:
        observed = tuple(observations(layers, candidate))
        score = weigh(weights, observed) + found.words.weigh_around(layers.lexicon, "told", candidate.cluster)
        out.append(replace(candidate, score=score, observed=observed))
    return out


def observations(layers: Layers, candidate: Candidate) -> Iterator[str]:
    """The names of what holds of a candidate, but for the words around it."""
    event, cluster, lead = candidate.event, candidate.cluster, candidate.cluster.lead
    yield "always"
    yield f"type:{event.type}"
    if lead is None:
        yield from _of_toll(layers, candidate)
    else:
        yield from _of_lead(layers, candidate, lead)
        yield from _of_clause(layers, candidate, lead)
    yield from _of_line(layers, candidate)
    yield from _of_figures(candidate)
    yield from _of_place(candidate)
    time = _of_time(layers, candidate)
    yield f"time:{time}"
    if event.recency == "background":
        yield "time:past"
    if lead is not None:
        # 'attacks over two years' are a habit, an attack is none
        yield f"time:{time}+{lead.form.number or 's'}{lead.form.tense}"
    yield from _of_parties(candidate)
    yield from _together(candidate)
    if candidate.headline:
        yield "headline"
    yield f"sentence:{min(candidate.sentence, 3) if candidate.sentence < 8 else 'late'}"
    if event.weapons:
        yield "weapon"
    if event.attribution.speaker:
        yield f"said:{event.attribution.speaker_class}"
    yield from _of_status(layers, cluster)
    yield f"territory:{min((cluster.last - cluster.first) // 6, 6)}"
    yield f"triggers:{min(len(cluster.triggers), 4)}"
    if event.type in _CROWDS:
        yield from _of_crowd(layers, cluster)


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
    if len(cluster.triggers) > 1:
        yield "lead:several"
    before = layers.key(lead.first - 1)
    if before in _BEFORE:
        yield f"before:{before}"
    if before in ("التي", "الذي", "الذين"):
        yield "relative"
    if lead.first - cluster.first <= 1:
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
    if sentence.first == lead.first:
        yield "opens-sentence"
    start = next(
        (k + 1 for k in range(lead.first - 1, sentence.first - 1, -1) if layers.is_break(k)), sentence.first
    )
    yield f"clause-opens:{layers.key(start)}"
    yield f"in-clause:{min(lead.first - start, _FAR)}"


def _of_status(layers: Layers, cluster: Cluster) -> Iterator[str]:
    """Words of plan, habit, doubt around it: close before it, earlier in the sentence, or behind it."""
    at = cluster.core[0]
    for match in layers.within("status", cluster.sentence.first, cluster.last):
        place = "after" if match.first > at else "near" if at - match.last < _CLOSE else "far"
        yield f"status:{match.gives['role']}:{place}"


def _of_crowd(layers: Layers, cluster: Cluster) -> Iterator[str]:
    """Who protests, how many, for or against what: a protest that is told, not only spoken of."""
    tokens = range(cluster.first, cluster.last)
    named = [layers.at["people"][k] for k in tokens if k in layers.at["people"]]
    yield f"crowd:{'named' if any(m.gives.get('code') == 'PROTESTERS' for m in named) else 'unnamed'}"
    company = {
        kind for m in layers.within("company", cluster.first, cluster.last) for kind in m.gives["kinds"]
    }
    for kind in ("demand", "many", "streets", "chants"):
        if kind in company:
            yield f"crowd:{kind}"


def _of_line(layers: Layers, candidate: Candidate) -> Iterator[str]:
    """Whether it is told in a sentence of running text, or in a line without an end, like a headline."""
    sentence = candidate.cluster.sentence
    last, before = layers.key(sentence.last - 1), layers.key(sentence.last - 2)
    length = sentence.last - sentence.first
    yield "long" if length > 60 else "short" if length < 14 else "middling"
    if last == "…" or last == before == ".":
        yield "line:cut"  # it teases another story
    elif last in _STOPS:
        yield "line:stop"
    elif layers.is_break(sentence.first):
        yield "line:item"
    elif not _punctuated(layers):
        yield "line:loose"
    else:
        yield "line:open"
        if not candidate.headline:
            yield f"line:open:{min(length // 8, 4)}"
            yield f"line:open:after-{min(candidate.sentence, 3)}"


def _punctuated(layers: Layers) -> bool:
    """Whether the text stops its sentences: where it does not, a line without an end is no headline."""
    body = [s for s in layers.text.sentences if not s.headline]
    return 2 * sum(layers.key(s.last - 1) in _STOPS for s in body) > len(body)


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


def _of_time(layers: Layers, candidate: Candidate) -> str:
    """The time told with it, its own day or that of the announcement: words in passing have none."""
    event, cluster = candidate.event, candidate.cluster
    times = own_times(layers, cluster)
    told = [t for t in layers.times if t.span == event.period_span]
    told = told or [t for t in times if cluster.first <= t.first < cluster.last] or times[: len(times) == 1]
    if not told:
        return "none"
    period = told[0].period
    if period is None:
        return "unresolved"
    if period.first is None or period.last is None:
        return "open"
    days = (period.last - period.first).days
    return "day" if days <= 3 else "month" if days <= 31 else "long"


def _of_parties(candidate: Candidate) -> Iterator[str]:
    yield "doer" if candidate.event.initiators else "no-doer"
    if any(p.code != "UNKNOWN" for p in candidate.event.targets):
        yield "target"


def _together(candidate: Candidate) -> tuple[str, ...]:
    """Pairs of what a telling says: a doer with a place says more than each alone."""
    event, lead = candidate.event, candidate.cluster.lead
    form = "toll" if lead is None else "past" if lead.form.tense == "past" else "the" if lead.article else "a"
    return _pairs(
        event.type,
        form,
        doer=bool(event.initiators),
        place=candidate.naming is not None,
        time=event.period is not None,
        number=any(not c.bare for c in candidate.cluster.counts),
    )


@lru_cache(maxsize=1 << 11)
def _pairs(kind: EventType, form: str, **said: bool) -> tuple[str, ...]:
    return (
        *(f"{one}-{a:d}+{other}-{b:d}" for (one, a), (other, b) in combinations(said.items(), 2)),
        *(f"{form}+{name}-{holds:d}" for name, holds in said.items()),
        f"{kind}+doer-{said['doer']:d}",
        f"{kind}+{form}",
        f"{kind}+place-{said['place']:d}+number-{said['number']:d}",
    )
