"""Do two candidates tell one happening? What is observed of a pair, the earlier one first.

Agreement in place, time, figures and sides speaks for, contradiction against; a headline is
told again by the lead, a definite noun ('the attack') refers back. Weights:
`data/weights/same.yaml`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from marsad.lexicon import Lexicon
from marsad.model import Event, Party
from marsad.read.actors import side_of
from marsad.read.events import Candidate
from marsad.read.layers import Layers
from marsad.read.naming import Naming, ancestors
from marsad.read.triggers import family

_VIOLENT = frozenset({"fight", "explosion"})
_OPENERS = frozenset("كما وفي في واضاف وكان وكانت هذا فيما الي من كذلك ايضا يذكر يشار".split())
_ANOTHER = frozenset({"اخر", "اخري", "اخرين", "ايضا", "كذلك", "ثان", "ثانيه"})
_BIG, _TELLING = 10, 3

Range = tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class Telling:
    """What a candidate is compared by, made once for all its pairs.

    `upto` counts the candidates of each family up to and with this one.
    """

    candidate: Candidate
    family: str
    ranges: Mapping[str, frozenset[Range]]
    doers: frozenset[str]
    hit: frozenset[str]
    words: frozenset[str]
    opening: tuple[str, ...]
    word: str
    upto: Mapping[str, int]


def tellings(layers: Layers, found: Sequence[Candidate]) -> list[Telling]:
    """The candidates of a text, in text order, as they are compared."""
    seen: Counter[str] = Counter()
    out = []
    for candidate in found:
        event, cluster = candidate.event, candidate.cluster
        kin = family(event.type)
        seen[kin] += 1
        opening = cluster.sentence.first
        out.append(
            Telling(
                candidate, kin, _ranges(event),
                _side_set(layers.lexicon, event.initiators), _side_set(layers.lexicon, event.targets),
                _content(layers, candidate),
                tuple(sorted({layers.key(k) for k in range(opening, opening + 3)} & _OPENERS)),
                layers.key(cluster.lead.first).removeprefix("ال") if cluster.lead is not None else "",
                dict(seen),
            )
        )  # fmt: skip
    return out


def observations(lexicon: Lexicon, one: Telling, other: Telling) -> Iterator[str]:
    """The names of what holds of two candidates, `one` the earlier."""
    a, b = one.candidate, other.candidate
    yield "always"
    kind = _kinds(one, other)
    yield kind
    if a.event.type == b.event.type:
        yield f"both:{a.event.type}"
    place = _places(lexicon, a.naming, b.naming)
    yield place
    figures = list(_figures(one.ranges, other.ranges))
    yield from figures
    time = _times(a.event, b.event)
    yield time
    yield f"doer:{_sides(one.doers, other.doers)}"
    yield f"target:{_sides(one.hit, other.hit)}"
    yield from _positions(a, b)
    yield from _leads(one, other)
    for word in other.opening:
        yield f"opens:{word}"
    if other.words & _ANOTHER:
        yield "another"
    shared = len(one.words & other.words) / (min(len(one.words), len(other.words)) or 1)
    yield f"words:{min(5, int(shared * 10))}"
    yield f"recency:{'same' if a.event.recency == b.event.recency else 'differs'}"
    between = other.upto[other.family] - 1 - one.upto.get(other.family, 0)
    yield f"between:{min(between, 3)}"
    if "figures:same-many" in figures or "figures:same-some" in figures:
        yield f"figures+{kind}"
    if place == "place:same":
        yield f"place+{kind}"
        if time == "time:same":
            yield "place+time"
    if a.headline and kind == "type:same":
        yield "headline+type"


def _kinds(a: Telling, b: Telling) -> str:
    if a.candidate.event.type == b.candidate.event.type:
        return "type:same"
    if a.family == b.family:
        return "type:family"
    one, other = sorted((a.family, b.family))
    return "type:violent" if {one, other} <= _VIOLENT else f"type:{one}+{other}"


def _places(lexicon: Lexicon, a: Naming | None, b: Naming | None) -> str:
    if a is None or b is None:
        return f"place:missing-{(a is None) + (b is None)}"
    if a.place is None or b.place is None:
        return "place:unknown" if a.place or b.place or a.cue == b.cue else "place:differs"
    if a.place.id == b.place.id:
        return "place:same" if a.rank >= 3 else "place:same-area"
    if b.place.id in ancestors(lexicon, a.place) or a.place.id in ancestors(lexicon, b.place):
        return "place:within"
    if a.place.name_ar == b.place.name_ar:
        return "place:namesake"
    together = a.place.country == b.place.country and (a.place.admin1 or "") == (b.place.admin1 or "")
    return "place:neighbour" if together else "place:differs"


def _ranges(event: Event) -> dict[str, frozenset[Range]]:
    """The event's figures by measure; a single one tells nothing apart."""
    out: dict[str, set[Range]] = {}
    for figure in event.figures:
        if figure.high is None or figure.high > 1:
            out.setdefault(figure.measure, set()).add((figure.low, figure.high))
    return {measure: frozenset(told) for measure, told in out.items()}


def _figures(one: Mapping[str, frozenset[Range]], other: Mapping[str, frozenset[Range]]) -> Iterator[str]:
    shared = [measure for measure in one if measure in other]
    if not shared:
        yield "figures:none" if not one and not other else "figures:other" if one and other else "figures:one"
    for measure in shared:
        equal = one[measure] & other[measure]
        if equal:
            most = max(low or 0 for low, _ in equal)
            yield f"figures:same-{'many' if most >= _BIG else 'some' if most >= _TELLING else 'few'}"
        elif any(_may_be_one(x, y) for x in one[measure] for y in other[measure]):
            yield "figures:may-agree"
        else:
            yield "figures:differ"


def _may_be_one(x: Range, y: Range) -> bool:
    """Whether two ranges can be the same number (dozens and 35)."""
    if x[1] is not None and y[1] is not None:
        return x == y
    low_x, low_y = x[0] or 0, y[0] or 0
    return (x[1] is None or low_y <= x[1]) and (y[1] is None or low_x <= y[1])


def _times(a: Event, b: Event) -> str:
    one, other = a.period, b.period
    if one is None or other is None or not one.known or not other.known:
        return f"time:missing-{(one is None) + (other is None)}"
    if one.last < other.first or other.last < one.first:  # type: ignore[operator]
        return "time:differs"
    return "time:same" if one == other else "time:overlaps"


def _sides(one: frozenset[str], other: frozenset[str]) -> str:
    """Whether the parties are of one side: one telling's army is another's government."""
    if not one or not other:
        return "missing"
    return "same" if one & other else "differs"


def _side_set(lexicon: Lexicon, parties: Sequence[Party]) -> frozenset[str]:
    # gunmen may be anyone's
    return frozenset(side_of(lexicon, p.code) for p in parties if p.code not in ("GUNMEN", "UNKNOWN"))


def _positions(a: Candidate, b: Candidate) -> Iterator[str]:
    gap = b.sentence - a.sentence
    yield f"gap:{min(gap, 5)}"
    yield "headline" if a.headline else "lead" if a.sentence <= 1 else "body"
    if a.headline and gap == 1:
        yield "headline+lead"
    if b.definite:
        yield "refers-back"
    if a.cluster.lead is None:
        yield "toll-first"
    if b.cluster.lead is None:
        yield "toll-second"


def _leads(a: Telling, b: Telling) -> Iterator[str]:
    one, other = a.candidate.cluster.lead, b.candidate.cluster.lead
    if one is not None and other is not None:
        if a.word == b.word:
            yield "word:same"
        if one.entry.id == other.entry.id:
            yield "entry:same"
        if other.form.tense == "past":
            yield "second:past"
        if other.article:
            yield "second:definite"


def _content(layers: Layers, candidate: Candidate) -> frozenset[str]:
    """The words of a candidate's territory that say what it is about."""
    cluster = candidate.cluster
    return frozenset(_content_of(layers.key(k)) for k in range(cluster.first, cluster.last)) - {""}


@lru_cache(maxsize=1 << 14)
def _content_of(key: str) -> str:
    return key.removeprefix("ال") if len(key) > 3 or key in _ANOTHER else ""
