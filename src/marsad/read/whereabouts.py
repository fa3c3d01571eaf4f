"""Which of the places that an article names is the place of an event.

Every naming in the sentences of an event's tellings and next to them is a candidate, and none of
them may be it. What holds of each is observed here; the weights live in `data/weights/place.yaml`,
fitted on coded articles by `bench/fit.py` as one choice among the candidates and 'nowhere', which
has the sum 0. Namings of one name speak together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import exp

from marsad.read.layers import Layers
from marsad.read.naming import Naming, ancestors
from marsad.read.triggers import Cluster
from marsad.text import fold

Observed = tuple[tuple[str, float], ...]

#: How far around the main telling places are looked for, and the names of those zones.
_ZONES = {-2: "before-2", -1: "before-1", 1: "after-1"}
_HEADLINE = "headline"
#: Odds that a place needs: where held-out F1 peaks, on the side of fewer wrong places.
NOWHERE = 1.3
#: Distances beyond this many words are all far; numbers of acts beyond this many.
_FAR, _MANY = 30, 3

_LOCATIVE = frozenset(
    """
    في داخل قرب وسط عند حول بين ضمن محيط علي ريف باتجاه نحو عبر باطراف بمحيط بريف بوسط وفي فوق
    """.split()
)
#: Words that tell where people come from, go to, or what is left out.
_ORIGIN = frozenset(
    """
    ابناء اهالي سكان مواليد ينحدر المنحدر تنحدر نازحي نازحين نازحون نازح النازحين النازحون مهجرين مهجرون مهجري المهجرين
    القادمه قادمه القادم قادما القادمين قادمين
    متوجها متجها متجهه المؤدي طريقه باستثناء عدا جيب
    """.split()
)
#: 'The shelling came from X'.
_CAME = frozenset({"جاء", "جاءت", "انطلق", "انطلقت", "انطلاقا", "مصدره", "مصدرها"})
#: Words that say where something lies or is stationed: 'near the town', 'deployed in', 'fired from'.
_DESCRIBING = ("المحاذي", "المجاور", "القريب", "المتاخم", "المطل", "تطل", "الواصل", "المودي", "تفصل", "تبعد", "يبعد",
               "المحيط", "مصدره", "انطلق", "المنتشر", "المتمركز", "المتواجد", "الموجود")  # fmt: skip
_TURNS = frozenset({"فيما", "بينما", "كما", "حين"})
_TOWARDS = frozenset({"الي", "نحو", "باتجاه"})
_CAPITALS = frozenset({"بغداد", "دمشق", "أنقرة", "طهران", "واشنطن", "موسكو", "الرياض", "بيروت", "عمان", "القاهرة", "باريس",
                       "لندن", "برلين", "بروكسل", "جنيف", "لاهاي", "نيويورك", "تل أبيب", "القدس", "أربيل", "الدوحة",
                       "أبوظبي", "روما", "فيينا", "أستانا"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ground:
    """Where one document has things happen: namings by sentence; the tokens of its speakers' names.

    By the first token of a naming, `names` tells what namings of one place share, `seen` what holds
    of it wherever the event is.
    """

    layers: Layers
    namings: Mapping[int, Sequence[Naming]]
    names: Mapping[int, str]
    seen: Mapping[int, Observed]

    @classmethod
    def of(cls, layers: Layers, places: Sequence[Naming], speaker: frozenset[int]) -> Ground:
        """The ground of a document."""
        by_sentence: dict[int, list[Naming]] = {}
        for naming in places:
            if _stage(layers, naming):
                by_sentence.setdefault(layers.text.sentence_at(naming.first), []).append(naming)
        countries = Counter(n.place.country for n in places if n.place is not None)
        country = max(countries, key=lambda c: countries[c], default="")
        source = layers.text.source
        names, seen = {}, {}
        for number, here in by_sentence.items():
            for naming in here:
                names[naming.first] = fold(naming.span.of(source))
                seen[naming.first] = tuple(_observed(layers, number, naming, speaker, country))
        return cls(layers, by_sentence, names, seen)


@dataclass(frozen=True, slots=True)
class Told:
    """An event as far as its place depends on it: its tellings, the main one first.

    `before` is the place of the event told before it; `past` that it is recalled, no news.
    """

    tellings: tuple[Cluster, ...]
    before: Naming | None = None
    past: bool = False


def choose_place(ground: Ground, told: Told, *, around: bool) -> Naming | None:
    """The place of an event; with `around`, also of the sentences around its tellings."""
    options = list(candidates(ground, told, around=around))
    named = [(name_of(ground, naming), observed) for naming, observed in options]
    nowhere = NOWHERE if around else 0.0
    chosen = choose(named, ground.layers.lexicon.weights["place"], nowhere)
    return options[chosen][0] if chosen is not None else None


def name_of(ground: Ground, naming: Naming) -> str:
    """What namings of one place share."""
    return ground.names[naming.first]


def choose(
    named: Sequence[tuple[str, Observed]], weights: Mapping[str, float], nowhere: float = NOWHERE
) -> int | None:
    """The best naming of the name that has most for it, `None` where nowhere has more."""
    totals = [sum(weights.get(o, 0.0) * value for o, value in observed) for _, observed in named]
    shares: dict[str, float] = {}
    for (name, _), total in zip(named, totals, strict=True):
        shares[name] = shares.get(name, 0.0) + exp(total)
    best = max(shares, key=lambda name: shares[name], default=None)
    if best is None or shares[best] <= nowhere:
        return None
    return max((k for k, (name, _) in enumerate(named) if name == best), key=lambda k: totals[k])


def candidates(ground: Ground, told: Told, *, around: bool) -> Iterator[tuple[Naming, Observed]]:
    """The places that may be its place, each with what holds of it."""
    layers = ground.layers
    at = layers.text.sentence_at
    tellings: dict[int, list[Cluster]] = {}
    for telling in told.tellings:
        tellings.setdefault(at(telling.first), []).append(telling)
    main = at(told.tellings[0].first)
    for number, here in ground.namings.items():
        own = tellings.get(number)
        if own is None and number - 1 in tellings and _torn_off(layers, number):
            own = tellings[number - 1]
        if own is not None:
            for naming in here:
                if not _fled_to(layers, told, naming):
                    near = _observed_near(layers, told, _nearest(own, naming), here, naming)
                    yield naming, (*ground.seen[naming.first], *near)
        elif around:
            zone = _HEADLINE if layers.text.sentences[number].headline else _ZONES.get(number - main)
            if zone is not None:
                exact = max(o.rank for o in here)
                for naming in here:
                    far = _observed_far(ground, told, zone, exact, naming)
                    yield naming, (*ground.seen[naming.first], *far)


def _nearest(tellings: Sequence[Cluster], naming: Naming) -> Cluster:
    """The telling whose territory the naming is in, else the one whose act is closest."""
    if len(tellings) == 1:
        return tellings[0]
    return min(tellings, key=lambda t: (not t.holds(naming.first), abs(t.anchor - naming.first)))


def _fled_to(layers: Layers, told: Told, naming: Naming) -> bool:
    """Whether people are told to have fled there: that is not where they were driven out."""
    lead = told.tellings[0].lead
    if lead is None or lead.gives.get("type") != "displacement":
        return False
    return layers.key(naming.first - 1) in _TOWARDS


def _torn_off(layers: Layers, number: int) -> bool:
    """Whether a stray full stop has cut 'on the outskirts of X' from the sentence before."""
    sentence = layers.text.sentences[number]
    located = layers.role("grammar", sentence.first) == "locative" or layers.key(sentence.first) in _LOCATIVE
    return located and not layers.has("events", sentence.first, sentence.last)


def _holds(layers: Layers, a: Naming, b: Naming) -> bool:
    """Whether the place `a` holds the place `b`."""
    known = b.place or b.parent
    if a is b or a.place is None or known is None:
        return False
    return (b.place is None and known.id == a.place.id) or a.place.id in ancestors(layers.lexicon, known)


def _observed(
    layers: Layers, number: int, naming: Naming, speaker: frozenset[int], country: str
) -> Iterator[tuple[str, float]]:
    """What holds of the naming wherever the event is; most places of the document are in the country."""
    first = naming.first
    yield "always", 1.0
    before = layers.key(first - 1)
    if before in _TOWARDS and naming.span.start == layers.text.tokens[first].start:
        yield "to", 1.0
    told = first - 2 if before in ("من", "الي") else first - 1
    if layers.key(told) in _ORIGIN or (before == "من" and layers.key(told) in _CAME):
        yield "origin", 1.0
    token = layers.text.tokens[first]
    if naming.span.start > token.start and token.word.key.startswith("ل"):
        yield "clitic-ل", 1.0
    if naming.place is not None and naming.place.country != country:
        yield "abroad", 1.0
    if naming.place is not None and naming.place.name_ar in _CAPITALS:
        yield "capital", 1.0
    if _seen(layers, naming):
        yield "seen", 1.0
    if naming.kind == "country" and naming.relation not in ("direction", "list"):
        yield "country", 1.0
    if first in speaker:
        yield "in-speaker", 1.0
    if naming.relation in ("edge", "near", "part"):
        yield f"relation:{naming.relation}", 1.0
    if layers.key(naming.last) == ":" and first - layers.text.sentences[number].first <= 2:
        yield "dateline", 1.0


def _observed_near(
    layers: Layers, told: Told, telling: Cluster, here: Sequence[Naming], naming: Naming
) -> Iterator[tuple[str, float]]:
    """What holds of a naming in the sentence of a telling."""
    first, rank, anchor = naming.first, naming.rank, telling.anchor
    yield "rank", rank
    yield "distance", min(abs(first - anchor), _FAR) / 10
    if first < anchor:
        yield "before-act", 1.0
    own = {m.first for m in telling.triggers}
    if not telling.holds(first):
        low, high = sorted((anchor, first))
        acts = sum(m.first not in own for m in layers.within("events", low + 1, high))
        yield "outside", 1.0
        yield "acts-between", float(min(acts, _MANY))
        yield "turns-between", float(sum(key in _TURNS for key in layers.keys(low + 1, high)))
        if any(telling.holds(other.first) for other in here):
            yield "rival-inside", 1.0
    before = layers.within("events", telling.sentence.first, first + 1)
    if before and before[-1].first not in own:
        yield "other-act", 1.0
    if first < anchor:
        yield "places-before", float(min(sum(first < o.first < anchor for o in here), _MANY))
    if any(key.startswith(_DESCRIBING) for key in layers.keys(max(first - 3, telling.sentence.first), first)):
        yield "described", 1.0
    previous = next((o for o in here[::-1] if o.last <= first), None)
    if previous is not None:
        gap = first - previous.last
        if gap <= 8 and previous.rank > rank and not layers.has("events", previous.last, first):
            yield "beside-more-exact", 1.0
        if gap <= 3 and _holds(layers, naming, previous):
            yield "holds-previous", 1.0
    if telling.sentence.headline:
        yield "in-headline", 1.0
    if telling is not told.tellings[0]:
        yield "other-telling", 1.0


def _observed_far(
    ground: Ground, told: Told, zone: str, exact: float, naming: Naming
) -> Iterator[tuple[str, float]]:
    """What holds of a naming in another sentence, whose most exact naming has the rank `exact`."""
    layers = ground.layers
    yield zone, 1.0
    yield f"{zone}:less-exact", exact - naming.rank
    own = ground.namings.get(layers.text.sentence_at(told.tellings[0].first), ())
    if not own:
        yield f"{zone}:own-none", 1.0
    elif any(_holds(layers, o, naming) for o in own):
        yield f"{zone}:inside-own", 1.0
    if told.before is not None and told.before.first == naming.first:
        yield f"{zone}:told-before", 1.0
    if told.past:
        yield "recalled", 1.0


def _stage(layers: Layers, naming: Naming) -> bool:
    """Whether things can be said to happen there: a country, a capital or a voice only where it is located."""
    if naming.kind == "building" and naming.place is None:
        return _locative(layers, naming) or _struck(layers, naming.first)
    if naming.relation in ("direction", "list") or naming.place is None or naming.cue is not None:
        return True
    voice = layers.role("attribution", naming.first)
    if naming.last - naming.first > 1 and voice != "body":
        return True
    if naming.place.type == "country" or naming.place.name_ar in _CAPITALS or voice == "body":
        return _locative(layers, naming) or _seen(layers, naming)
    return True


def _seen(layers: Layers, naming: Naming) -> bool:
    """Whether it is the place that 'saw' what is told: 'Baghdad saw a demonstration'."""
    return layers.key(naming.first - 1).removeprefix("و").removeprefix("ت") in ("شهد", "شهدت")


def _struck(layers: Layers, token: int) -> bool:
    """Whether an act or its preposition stands shortly before, with no break between."""
    for k in range(token - 1, max(token - 4, -1), -1):
        if layers.is_break(k):
            return False
        if k in layers.at["events"] or layers.role("grammar", k) == "against" or layers.key(k) == "امام":
            return True
    return False


def _locative(layers: Layers, naming: Naming) -> bool:
    """Whether a preposition, a part word or an act puts something there."""
    token = layers.text.tokens[naming.first]
    if naming.span.start > token.start and token.word.key.startswith(("ب", "وب")):
        return True
    return any(layers.role("grammar", k) in ("locative", "cause") or layers.key(k) in _LOCATIVE or k in layers.at["cues"]
               for k in range(max(naming.first - 2, 0), naming.first))  # fmt: skip
