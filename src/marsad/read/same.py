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
from functools import lru_cache

from marsad.lexicon import Lexicon
from marsad.model import Event, EventType, Party
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


def observations(lexicon: Lexicon, one: Telling, other: Telling) -> tuple[str, ...]:
    """The names of what holds of two candidates, `one` the earlier.

    Few values make the names of each kind, so these are made once and looked up: pairs are many.
    """
    a, b = one.candidate, other.candidate
    kind = _kinds(one, other)
    kin = "same" if kind == "type:same" else "kin" if kind in ("type:family", "type:violent") else "other"
    position = "headline" if a.headline else "lead" if a.sentence <= 1 else "body"
    gap = b.sentence - a.sentence
    near = min(gap, 3)
    place = _places(lexicon, a.naming, b.naming)
    owns = f"{one.own:d}{other.own:d}" if a.naming is not None and b.naming is not None else ""
    time = _times(a.event, b.event)
    doer, target = _sides(one.doers, other.doers), _sides(one.hit, other.hit)
    struck, strikes = not one.doers.isdisjoint(other.hit), not one.hit.isdisjoint(other.doers)
    first, second = a.cluster.lead, b.cluster.lead
    named = first is not None and second is not None
    word = named and one.word == other.word
    entry = first is not None and second is not None and first.entry.id == second.entry.id
    shared = len(one.words & other.words) / (min(len(one.words), len(other.words)) or 1)
    between = other.upto[other.family] - 1 - one.upto.get(other.family, 0)
    recency = a.event.recency == b.event.recency
    return (
        *_of_kinds(kind, kin, a.event.type, b.event.type, result="near:result" in b.observed),
        *_of_place(place, owns, position, kin),
        *_of_figures(tuple(_figures(one.ranges, other.ranges)), kind),
        *((time, "place+time") if time == "time:same" and place == "place:same" else (time,)),
        *_of_parties(doer, target, kin, struck=struck, strikes=strikes),
        *_of_position(position, min(gap, 5), near, kin),
        *_of_manners(one.manner, other.manner, other.tells, near, kin, word=word, entry=entry),
        *(other.opens if gap else ()),
        *other.again,
        *_of_words(min(5, int(shared * 10)), min(len(one.rare & other.rare), 4), kin),
        *_of_others(min(between, 3), min(one.upto[one.family], 3), kin, recency=recency),
    )


#: As many sets of names of one kind as are kept.
_KEPT = 1 << 12


@lru_cache(maxsize=_KEPT)
def _of_kinds(kind: str, kin: str, a: EventType, b: EventType, *, result: bool) -> tuple[str, ...]:
    types = {"same": (f"both:{a}",), "kin": (f"{a}>{b}",)}.get(kin, ())
    return ("always", *(("second:result",) if result else ()), kind, *types)


@lru_cache(maxsize=_KEPT)
def _of_place(place: str, owns: str, position: str, kin: str) -> tuple[str, ...]:
    return (place, *((f"{place}+{owns}",) if owns else ()), f"{place}+{position}", f"{place}+{kin}")


@lru_cache(maxsize=_KEPT)
def _of_figures(figures: tuple[str, ...], kind: str) -> tuple[str, ...]:
    told = "figures:same-many" in figures or "figures:same-some" in figures
    return (*figures, f"figures+{kind}") if told else figures


@lru_cache(maxsize=_KEPT)
def _of_parties(doer: str, target: str, kin: str, *, struck: bool, strikes: bool) -> tuple[str, ...]:
    """Whether the same act on the same; who strikes back is no doer of the first act."""
    back = [name for name, holds in (("doer-hit", struck), ("hit-does", strikes)) if holds]
    return (f"doer:{doer}", f"target:{target}", f"doer:{doer}+{kin}", *back)


@lru_cache(maxsize=_KEPT)
def _of_position(position: str, gap: int, near: int, kin: str) -> tuple[str, ...]:
    return (f"gap:{gap}", position, f"{position}+{near}", f"{position}+{kin}", f"{position}+{kin}+{near}")


@lru_cache(maxsize=_KEPT)
def _of_manners(
    first: str, second: str, tells: str, near: int, kin: str, *, word: bool, entry: bool
) -> tuple[str, ...]:
    """How the two are told, and how much of its own the later one tells."""
    alike = [name for name, holds in (("word:same", word), ("entry:same", entry)) if holds]
    return (
        f"second:{second}+place-{tells[0]}",
        f"second:{second}+time-{tells[1]}",
        f"second:{second}+{near}",
        f"second:{second}+{kin}",
        f"{first}>{second}",
        f"{first}>{second}+{kin}",
        f"tells:{tells}",
        *alike,
    )


@lru_cache(maxsize=_KEPT)
def _of_words(shared: int, rare: int, kin: str) -> tuple[str, ...]:
    return (f"words:{shared}", f"rare:{rare}", f"rare:{min(rare, 3)}+{kin}")


@lru_cache(maxsize=_KEPT)
def _of_others(between: int, nth: int, kin: str, *, recency: bool) -> tuple[str, ...]:
    """What the text tells besides the two."""
    return (f"recency:{'same' if recency else 'differs'}", f"between:{between}", f"nth:{nth}+{kin}")


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
