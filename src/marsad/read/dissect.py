"""Takes a reading apart for a person: what was seen, what became of it, and why.

Everything shown is what `Reader.steps` kept of the reading itself; nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from marsad.anatomy import Anatomy, CandidateSeen, Compared, EventSeen, HappeningSeen, Neighbour, Outcome
from marsad.model import event_ids
from marsad.read import same, worth
from marsad.read.assemble import Steps
from marsad.read.reasons import Scene, choices, weighed
from marsad.read.retell import APART, JOIN, agreement, beside, likeness
from marsad.read.seen import sentences_seen

_BARRED = "another kind of act with another toll"


def dissect(steps: Steps) -> Anatomy:
    """The anatomy of a reading."""
    layers = steps.layers
    happenings = tuple(_happenings(steps))
    scene = Scene.of(steps) if steps.reading.events else None
    ids = event_ids(steps.reading)
    return Anatomy(
        layers.document, steps.reading, layers.lexicon.version,
        sentences_seen(layers, steps.found, steps.heard.told),
        tuple(_candidates(steps, happenings)), happenings,
        tuple(
            EventSeen(n, ids[n], event, steps.numbers[n], choices(scene, n))
            for n, event in enumerate(steps.reading.events)
            if scene is not None
        ),
    )  # fmt: skip


def _happenings(steps: Steps) -> Iterator[HappeningSeen]:
    weights = steps.layers.lexicon.weights["worth"]
    for n, happening in enumerate(steps.heard.joined):
        observed = worth.observations(steps.heard.told, steps.heard.retold, n)
        words = steps.found.words.around(worth.best(steps.heard.told, happening).cluster)
        main = next(m for m in happening.members if steps.heard.told[m].cluster is happening.told.cluster)
        event = steps.numbers.index(n) if n in steps.numbers else None
        weighing = weighed("worth", weights, observed, worth.THRESHOLD, words=words)
        yield HappeningSeen(n, happening.members, main, weighing, event)


def _candidates(steps: Steps, happenings: Sequence[HappeningSeen]) -> Iterator[CandidateSeen]:
    layers, told = steps.layers, steps.heard.told
    at = {member: happening for happening in happenings for member in happening.members}
    compared = same.tellings(layers, told)
    for n, candidate in enumerate(told):
        cluster = candidate.cluster
        words = [m.span for m in cluster.triggers]
        words += [layers.span(c.act, c.act + 1) for c in cluster.counts]
        yield CandidateSeen(
            n, candidate.sentence, candidate.event, tuple(sorted(set(words))),
            layers.span(cluster.first, cluster.last),
            weighed(
                "told", layers.lexicon.weights["told"], candidate.observed, words=steps.found.words.around(cluster)
            ),
            tuple(_neighbours(steps, compared, happenings, n)), at[n].number, _outcome(at[n], n),
        )  # fmt: skip


def _outcome(happening: HappeningSeen, n: int) -> Outcome:
    if happening.main != n:
        return "joined"
    return "refused" if happening.event is None else "made"


def _neighbours(
    steps: Steps, compared: Sequence[same.Telling], happenings: Sequence[HappeningSeen], n: int
) -> Iterator[Neighbour]:
    """The happenings begun before candidate `n` as they stood then, the likeliest first."""
    lexicon, told = steps.layers.lexicon, steps.heard.told
    found = []
    for happening in happenings:
        pairs = []
        for m in happening.members:
            if m < n and beside(told, m, n):
                one, other = compared[m], compared[n]
                weighing = weighed("same", lexicon.weights["same"], same.observations(lexicon, one, other))
                alike = likeness(lexicon, one, other)
                pairs.append((alike, Compared(m, weighing, _BARRED if alike == APART else "")))
        if pairs:
            pairs.sort(key=lambda pair: -pair[0])
            agree = agreement([alike for alike, _ in pairs])
            joined = n in happening.members
            found.append(Neighbour(happening.number, agree, JOIN, joined, tuple(c for _, c in pairs)))
    yield from sorted(found, key=lambda neighbour: (not neighbour.joined, -neighbour.agreement))
