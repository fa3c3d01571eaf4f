"""Do two candidates tell one happening? What is observed of a pair, the earlier one first.

Agreement in place, time, figures and sides speaks for, contradiction against; a headline is
told again by the lead, a definite noun ('the attack') or a bare toll refers back, 'and in another
village' does not. What the later one tells of its own (a place in its own words, a day, a doer)
weighs more or less by how it is told and how far away. Weights: `data/weights/same.yaml`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from marsad.lexicon import Lexicon
from marsad.model import Event, Party
from marsad.read.actors import side_of
from marsad.read.events import Candidate
from marsad.read.layers import Layers
from marsad.read.naming import Naming, ancestors
from marsad.read.triggers import family
from marsad.text import prefixed

_VIOLENT = frozenset({"fight", "explosion"})
_OPENERS = frozenset("كما وفي في واضاف وكان وكانت هذا فيما الي من كذلك ايضا يذكر يشار".split())
#: What says that it is one more, not the one told before.
_ANOTHER = prefixed(
    "اخر اخري اخرين ثان ثاني ثانيه ثالث ثالثه مماثل مماثله مماثلا جديد جديده منفصل منفصله".split(), "ال"
)
_THIS = frozenset({"هذا", "هذه", "ذلك", "تلك"})
#: Roles of a sentence's first words that turn to another matter or go on with this one.
_TURNS = {"attribution": frozenset({"turn", "more", "outlet"}), "status": frozenset({"background", "tie"})}
_OPENING, _BEFORE, _BEHIND = 4, 4, 6
_BIG, _TELLING = 10, 3
#: Words that no more than so many sentences of the text use tell what its own happening is about.
_RARE = 3

Range = tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class Telling:
    """What a candidate is compared by, made once for all its pairs.

    `upto` counts the candidates of each family up to and with this one. `own` says that its place is
    named in its own territory, `tells` which of place, day, figures and doer its own words give.
    `opens` is observed where it is told in a later sentence than the other.
    """

    candidate: Candidate
    family: str
    ranges: Mapping[str, frozenset[Range]]
    doers: frozenset[str]
    hit: frozenset[str]
    words: frozenset[str]
    rare: frozenset[str]
    word: str
    upto: Mapping[str, int]
    manner: str
    own: bool
    tells: str
    opens: tuple[str, ...]
    again: tuple[str, ...]


def tellings(layers: Layers, found: Sequence[Candidate]) -> list[Telling]:
    """The candidates of a text, in text order, as they are compared."""
    seen: Counter[str] = Counter()
    contents = [_content_of(key) for key in layers.text.keys] if len(found) > 1 else []
    used: Counter[str] = Counter()
    for sentence in layers.text.sentences:
        used.update(set(contents[sentence.first : sentence.last]))
    out = []
    for candidate in found:
        event, cluster, own = candidate.event, candidate.cluster, candidate.placed
        kin = family(event.type)
        seen[kin] += 1
        words = frozenset(contents[cluster.first : cluster.last]) - {""}
        tells = (own, event.period is not None, bool(event.figures), bool(event.initiators))
        out.append(
            Telling(
                candidate, kin, _ranges(event),
                _side_set(layers.lexicon, event.initiators), _side_set(layers.lexicon, event.targets),
                words, frozenset(w for w in words if used[w] <= _RARE),
                layers.key(cluster.lead.first).removeprefix("ال") if cluster.lead is not None else "",
                dict(seen), cluster.manner, own, "".join(f"{t:d}" for t in tells), tuple(_opens(layers, candidate)),
                tuple(_again(layers, candidate)),
            )
        )  # fmt: skip
    return out


def _opens(layers: Layers, candidate: Candidate) -> Iterator[str]:
    """How its sentence opens: with a turn to another matter, with more of the same."""
    sentence = candidate.cluster.sentence
    first, last = sentence.first, min(sentence.first + _OPENING, sentence.last)
    for word in sorted(_OPENERS.intersection(layers.keys(first, min(first + 3, last)))):
        yield f"opens:{word}"
    for layer, roles in _TURNS.items():
        for role in sorted(layers.roles(layer, first, last) & roles):
            yield f"opens:{role}"


def _again(layers: Layers, candidate: Candidate) -> Iterator[str]:
    """What the words around its act say of how it hangs together with one told before."""
    cluster = candidate.cluster
    sentence, anchor = cluster.sentence, cluster.anchor
    first, last = max(sentence.first, anchor - _BEFORE), min(anchor + _BEHIND, sentence.last)
    if "tie" in layers.roles("status", first, last):
        yield "tie"
    if not _ANOTHER.isdisjoint(layers.keys(first, last)):
        yield "another"
    if not _THIS.isdisjoint(layers.keys(anchor - 2, anchor)):
        yield "this"


def observations(lexicon: Lexicon, one: Telling, other: Telling) -> Iterator[str]:
    """The names of what holds of two candidates, `one` the earlier."""
    a, b = one.candidate, other.candidate
    kind = _kinds(one, other)
    kin = "same" if kind == "type:same" else "kin" if kind in ("type:family", "type:violent") else "other"
    position = "headline" if a.headline else "lead" if a.sentence <= 1 else "body"
    gap = b.sentence - a.sentence
    near = min(gap, 3)
    yield "always"
    if "near:result" in b.observed:
        yield "second:result"
    yield kind
    if kin == "same":
        yield f"both:{a.event.type}"
    elif kin == "kin":
        yield f"{a.event.type}>{b.event.type}"
    place = _places(lexicon, a.naming, b.naming)
    yield place
    if a.naming is not None and b.naming is not None:
        yield f"{place}+{one.own:d}{other.own:d}"
    yield f"{place}+{position}"
    yield f"{place}+{kin}"
    figures = list(_figures(one.ranges, other.ranges))
    yield from figures
    if "figures:same-many" in figures or "figures:same-some" in figures:
        yield f"figures+{kind}"
    time = _times(a.event, b.event)
    yield time
    if time == "time:same" and place == "place:same":
        yield "place+time"
    yield from _parties(one, other, kin)
    yield f"gap:{min(gap, 5)}"
    yield position
    yield f"{position}+{near}"
    yield f"{position}+{kin}"
    yield f"{position}+{kin}+{near}"
    yield from _manners(one, other, kin, near)
    if gap:
        yield from other.opens
    yield from other.again
    shared = len(one.words & other.words) / (min(len(one.words), len(other.words)) or 1)
    yield f"words:{min(5, int(shared * 10))}"
    rare = len(one.rare & other.rare)
    yield f"rare:{min(rare, 4)}"
    yield f"rare:{min(rare, 3)}+{kin}"
    yield f"recency:{'same' if a.event.recency == b.event.recency else 'differs'}"
    between = other.upto[other.family] - 1 - one.upto.get(other.family, 0)
    yield f"between:{min(between, 3)}"
    yield f"nth:{min(one.upto[one.family], 3)}+{kin}"


def _parties(one: Telling, other: Telling, kin: str) -> Iterator[str]:
    """Whether the same act on the same; who strikes back is no doer of the first act."""
    doer, target = _sides(one.doers, other.doers), _sides(one.hit, other.hit)
    yield f"doer:{doer}"
    yield f"target:{target}"
    yield f"doer:{doer}+{kin}"
    if one.doers & other.hit:
        yield "doer-hit"
    if one.hit & other.doers:
        yield "hit-does"


def _manners(one: Telling, other: Telling, kin: str, near: int) -> Iterator[str]:
    """How the two are told, and how much of its own the later one tells."""
    a, b = one.candidate.cluster.lead, other.candidate.cluster.lead
    manner, tells = other.manner, other.tells
    yield f"second:{manner}+place-{tells[0]}"
    yield f"second:{manner}+time-{tells[1]}"
    yield f"second:{manner}+{near}"
    yield f"second:{manner}+{kin}"
    yield f"{one.manner}>{manner}"
    yield f"{one.manner}>{manner}+{kin}"
    yield f"tells:{tells}"
    if a is not None and b is not None:
        if one.word == other.word:
            yield "word:same"
        if a.entry.id == b.entry.id:
            yield "entry:same"


def _kinds(a: Telling, b: Telling) -> str:
    if a.candidate.event.type == b.candidate.event.type:
        return "type:same"
    if a.family == b.family:
        return "type:family"
    one, other = sorted((a.family, b.family))
    return "type:violent" if {one, other} <= _VIOLENT else f"type:{one}+{other}"


def _places(lexicon: Lexicon, a: Naming | None, b: Naming | None) -> str:
    if a is None or b is None:
        return "place:none" if b is a else "place:first" if b is None else "place:second"
    if a.first == b.first:
        return "place:one-naming"
    if a.place is None or b.place is None:
        return f"place:unknown{_exacter(a, b)}" if a.place or b.place or a.cue == b.cue else "place:differs"
    if a.place.id == b.place.id:
        return "place:same" if a.rank >= 3 else "place:same-area"
    if b.place.id in ancestors(lexicon, a.place) or a.place.id in ancestors(lexicon, b.place):
        return f"place:within{_exacter(a, b)}"
    if a.place.name_ar == b.place.name_ar:
        return "place:namesake"
    together = a.place.country == b.place.country and (a.place.admin1 or "") == (b.place.admin1 or "")
    return f"place:{'neighbour' if together else 'differs'}{_exacter(a, b)}"


def _exacter(a: Naming, b: Naming) -> str:
    """Which of the two says more exactly where."""
    return ":later" if b.rank > a.rank + 0.5 else ":earlier" if a.rank > b.rank + 0.5 else ""


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


def _content_of(key: str) -> str:
    """The word without its article if it says what a happening is about, else nothing."""
    return key.removeprefix("ال") if len(key) > 3 or key in _ANOTHER else ""
