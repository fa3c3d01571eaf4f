"""Is it a happening that a coder would code? The last word on what was told and joined.

It weighs the best telling (`told.py`) again, now knowing how often the article comes back to it
and what else the article tells. Weights: `data/weights/worth.yaml`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from marsad.read.events import Candidate
from marsad.read.layers import Layers
from marsad.read.retell import Happening
from marsad.read.triggers import family
from marsad.read.weigh import step, weigh

#: Where held-out F1 of the events peaks (`bench/fit.py events` prints the curve).
THRESHOLD = -0.5
#: The same for a text of one sentence (`bench/sentences.py`): nobody would give it alone if it told nothing.
ALONE = -1.38


def observations(found: Sequence[Candidate], happenings: Sequence[Happening], n: int) -> Iterator[str]:
    """The names of what holds of happening `n`."""
    happening = happenings[n]
    scores = [found[k].score for k in happening.members]
    best = max(happening.members, key=lambda k: (found[k].score, -k))
    yield from found[best].observed
    yield f"told:{step(1.5 * max(scores), -3, 4)}"
    yield f"told-mean:{step(sum(scores) / len(scores), -3, 3)}"
    yield f"tellings:{min(len(scores), 4)}"
    others = [h for k, h in enumerate(happenings) if k != n]
    better = [h for h in others if max(found[k].score for k in h.members) > max(scores)]
    kin = family(happening.told.event.type)
    yield f"better:{min(len(better), 5)}"
    yield f"better-kin:{min(sum(family(h.told.event.type) == kin for h in better), 3)}"
    if any(found[k].headline for k in happening.members):
        yield "headline-only" if all(found[k].headline for k in happening.members) else "headline+body"


def worthy(layers: Layers, found: Sequence[Candidate], happenings: Sequence[Happening]) -> list[bool]:
    """For each happening, whether it is an event."""
    weights = layers.lexicon.weights["worth"]
    threshold = THRESHOLD if len(layers.text.sentences) > 1 else ALONE
    return [weigh(weights, observations(found, happenings, n)) > threshold for n in range(len(happenings))]
