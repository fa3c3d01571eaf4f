"""Is it a happening that a coder would code? The last word on what was told and joined.

It weighs the best telling (`told.py`) again, now knowing how often the article comes back to it
and what else the article tells. Weights: `data/weights/worth.yaml`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from marsad.read.events import Candidate, Findings
from marsad.read.layers import Layers
from marsad.read.retell import Happening, Joined
from marsad.read.triggers import family
from marsad.read.weigh import step, weigh

#: Held-out F1 of the events is level from -0.6 to -0.2 (`bench/fit.py events` prints the curve).
THRESHOLD = -0.28
#: The same for a text of one sentence (`bench/sentences.py`): nobody would give it alone if it told nothing.
ALONE = -1.17


def observations(found: Sequence[Candidate], joined: Joined, n: int) -> Iterator[str]:
    """The names of what holds of happening `n`, but for the words of its best telling."""
    happening = joined.happenings[n]
    scores = [found[k].score for k in happening.members]
    yield from best(found, happening).observed
    yield f"told:{step(1.5 * max(scores), -3, 4)}"
    yield f"told-mean:{step(sum(scores) / len(scores), -3, 3)}"
    yield f"tellings:{min(len(scores), 4)}"
    others = [m for m in range(len(joined.happenings)) if m != n]
    better = [m for m in others if max(found[k].score for k in joined.happenings[m].members) > max(scores)]
    yield from _beside_better(joined, n, better)
    if any(found[k].headline for k in happening.members):
        yield "headline-only" if all(found[k].headline for k in happening.members) else "headline+body"


def _beside_better(joined: Joined, n: int, better: Sequence[int]) -> Iterator[str]:
    """What it is beside the happenings that are told better: one of them told again is no event more."""
    told = joined.happenings[n].told
    kin = [m for m in better if family(joined.happenings[m].told.event.type) == family(told.event.type)]
    yield f"better:{min(len(better), 5)}"
    yield f"better-kin:{min(len(kin), 3)}"
    alike = [known for m in better if (known := joined.likeness(n, m)) is not None]
    yield f"better-alike:{step(max(alike), -5, 2)}" if alike else "better-alike:none"
    there = {m for m in better if _at_one_place(told, joined.happenings[m].told)}
    yield f"better-there:{min(len(there), 2)}"
    yield f"better-kin-there:{min(len(there.intersection(kin)), 2)}"


def _at_one_place(one: Candidate, other: Candidate) -> bool:
    a, b = one.naming, other.naming
    return (
        a is not None
        and b is not None
        and a.place is not None
        and b.place is not None
        and a.place.id == b.place.id
    )


def best(found: Sequence[Candidate], happening: Happening) -> Candidate:
    """The telling that looks most like a happening."""
    return found[max(happening.members, key=lambda k: (found[k].score, -k))]


def worthy(layers: Layers, found: Findings, told: Sequence[Candidate], joined: Joined) -> list[bool]:
    """For each happening, whether it is an event."""
    weights = layers.lexicon.weights["worth"]
    threshold = THRESHOLD if len(layers.text.sentences) > 1 else ALONE
    return [
        weigh(weights, observations(told, joined, n))
        + found.words.weigh_around(layers.lexicon, "worth", best(told, happening).cluster)
        > threshold
        for n, happening in enumerate(joined.happenings)
    ]
