"""Where: place names in the text, resolved against the gazetteer with the cues around them.

Only the curated table is scanned for. A type word (قرية، حي، سجن) marks a name that the table
may not know: it is kept as told, with the place that holds it as its parent. Among homonyms
`gazetteer.choose` weighs the type word, a named parent beside the name, the country and the
focus of the document, and curated weight. A type word with the article and no name ('the
town') means the last place of that type; names that are listed become one naming.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from marsad.gazetteer.choose import COMPATIBLE, Cues, choose
from marsad.lexicon import Match
from marsad.model import Place, Span
from marsad.read.actors import Mention
from marsad.read.layers import Layers
from marsad.read.namesakes import Setting, clashes, elsewhere, holder_of, list_end
from marsad.read.naming import Naming, ancestors
from marsad.read.newnames import LAYERS
from marsad.read.placenames import Named, scan_names
from marsad.read.placerows import beside_lines, hold, join

_CAPITAL = {"IRQ": "irq-baghdad-baghdad", "SYR": "syr-damascus-damascus"}


def find_places(layers: Layers, mentions: tuple[Mention, ...], state: str) -> tuple[Naming, ...]:
    """All namings of places, left to right, outside the names of actors."""
    raw = scan_names(layers, mentions)
    focus: Counter[str] = Counter()
    for item in raw:
        # a name that many places bear speaks once for what holds several of them
        focus.update({a for i in item.ids for a in (i, *ancestors(layers.lexicon, layers.lexicon.places[i]))})
    out: list[Naming] = []
    heading: Place | None = None
    for n, item in enumerate(raw):
        heading = _heading(layers, item) or heading
        naming = (
            _refer(layers, item, out, state)
            if item.refers
            else _resolve(layers, raw, n, focus, state, heading)
        )
        if naming is not None:
            out.append(naming)
    headings = [(item.first, place) for item in raw if (place := _heading(layers, item)) is not None]
    return join(layers, beside_lines(layers, hold(layers, out, state, headings)))


# --- which place of the table it is -----------------------------------------------------------


_BEFORE_NAME = frozenset({"في", "ب", "الي", "من", "قرب", "علي", "شمال", "جنوب", "شرق", "غرب", "شمالي", "جنوبي", "شرقي",
                          "غربي", "نحو", "و", "داخل", "وسط", "بين", "باتجاه", "ل", "حول", "محيط", "ريف",
                          "اقليم", "اقليمي"})  # fmt: skip


def _heading(layers: Layers, item: Named) -> Place | None:
    """The governorate that heads what follows: 'Hama:'."""
    if layers.key(item.last) != ":" or item.first - layers.sentence(item.first).first > 1:
        return None
    places = (layers.lexicon.places[i] for i in item.ids)
    return next((p for p in places if p.type == "governorate"), None)


def _resolve(
    layers: Layers, raw: Sequence[Named], n: int, focus: Counter[str], state: str, heading: Place | None
) -> Naming | None:
    """The naming that a stretch is, `None` where it is a common word or a person."""
    item, lexicon = raw[n], layers.lexicon
    match, kind = item.match, item.kind
    span = Span(item.start, layers.text.tokens[item.last - 1].end)
    unknown = Naming(item.first, item.last, span, None, kind, item.relation, bearing=item.bearing, km=item.km)
    if match is None:
        return unknown
    bearers = [lexicon.places[i] for i in item.ids if not item.bank or lexicon.places[i].type in _BANKED]
    asked = len(bearers) > 1 or any(p.needs_cue for p in bearers)
    near: Mapping[str, int] = _beside(layers, raw, n, heading) if asked else {}
    ids = [place.id for place in bearers if _allowed(layers, place, match, kind, item, near)]
    # the road of a town is named by the town
    of_road = kind == "road" and not any(place.type == "road" for place in bearers)
    seat = item.bearing is not None or of_road
    cues = _NO_CUES
    if len(ids) > 1:
        cues = Cues(None if of_road else kind, near, focus, state, _towards(layers, raw, n), seat=seat)
    choice = choose(lexicon.gazetteer, ids, cues)
    if choice is None:
        return unknown if kind in _KEPT else None
    told, place, runner = kind or item.typed, choice.place, choice.runner_up
    if (clashes(place, kind, state) and not item.relation) or elsewhere(
        layers, raw, n, place, Setting(state, focus, heading)
    ):
        # what lies in or beside a place that is named is a place
        told = told or (place.type if holder_of(layers, raw, n) is not None else "")
        return replace(unknown, cue=told) if told else None
    if runner and told in _MANY and choice.lead < _MANY_LEAD and runner.admin1 != place.admin1:
        return replace(unknown, cue=told)
    if choice.common is not None:
        # the name alone does not tell which: what holds the name in this text may, else what holds both
        return replace(unknown, cue=told or place.type, parent=choice.common, runner_up=place.id)
    return replace(unknown, place=place, runner_up=runner.id if runner else None)


#: Of one place that bears a name nothing is asked.
_NO_CUES = Cues()


def _beside(layers: Layers, raw: Sequence[Named], n: int, heading: Place | None) -> Counter[str]:
    """The places named next to a stretch, that which heads it, and the governorates that they lie in."""
    item, table = raw[n], layers.lexicon.places
    near: Counter[str] = Counter()
    for other in (raw[n + 1] if n + 1 < len(raw) else None, raw[n - 1] if n else None):
        if other is not None and abs(other.first - item.first) < 9:
            near.update(other.ids)
            near.update({f"={where}" for i in other.ids for where in (table[i].admin1, table[i].country)})
            # the countryside of a governorate is the governorate
            holders = (table[i].parent for i in other.ids if table[i].type == "region")
            near.update({h for h in holders if h is not None and table[h].type == "governorate"})
    if heading is not None:
        near.update((heading.id, f"={heading.admin1}"))
    return near


def _towards(layers: Layers, raw: Sequence[Named], n: int) -> tuple[tuple[Place, float], ...]:
    """The place that the text says a name to lie north of, with the bearing."""
    end = list_end(layers, raw, n)
    other = raw[end + 1] if end + 1 < len(raw) else None
    if other is None or other.bearing is None or not other.ids or other.first - raw[end].last > 1:
        return ()
    table = layers.lexicon.places
    return ((max((table[i] for i in other.ids), key=lambda p: (p.weight, p.id)), other.bearing),)


#: What has banks.
_BANKED = frozenset({"river", "lake"})
#: Kinds of place whose name is kept as told where the table has only others of that name.
_KEPT = frozenset({"village", "town", "neighbourhood", "area", "district", "subdistrict"})
#: Kinds whose names are borne in every city: without a hint to the city the name stays open.
_MANY = frozenset({"neighbourhood", "square"})
_MANY_LEAD = 0.9


def _allowed(
    layers: Layers, place: Place, match: Match, cue: str | None, item: Named, near: Mapping[str, int]
) -> bool:
    """A name that is also a common word or a surname needs a type word, or a preposition and its parent."""
    # a mosque called after an imam is not in the town of that name, and what is near a car not near Markaba
    beside = item.relation in ("direction", "near", "edge")
    thing = place.needs_cue and match.first in layers.at["people"]
    if cue not in (None, "building") or item.typed not in ("", "building") or (beside and not thing):
        return True
    before = item.first - 1
    located = layers.key(before) in _BEFORE_NAME or match.proclitics.endswith("ب")
    opening = before < layers.sentence(item.first).first
    if place.needs_cue:
        return (located or opening) and any(near.get(a) for a in ancestors(layers.lexicon, place))
    if located or match.proclitics or place.weight >= 25 or match.last - match.first > 1:
        return True
    return opening or layers.is_break(before) or any(before in layers.at[x] for x in LAYERS)


def _refer(layers: Layers, item: Named, before: Sequence[Naming], state: str) -> Naming | None:
    """'The town', 'the country': the place that it stands for."""
    kind = item.kind or ""
    own = Span(item.start, layers.text.tokens[item.last - 1].end)
    if kind in ("country", "capital"):
        place = layers.lexicon.places.get(state.lower() if kind == "country" else _CAPITAL.get(state, ""))
        if place is None:
            return None
        named = next(
            (
                m.span
                for m in layers.matches["places"]
                if place.id in m.gives["ids"] and m.last - m.first == 1
            ),
            own,
        )
        span = own if item.relation == "direction" else named
        return Naming(
            item.first, item.last, span, place, kind, item.relation, bearing=item.bearing, km=item.km
        )
    types = COMPATIBLE.get(kind, {kind})
    for naming in reversed(before):
        if naming.members or naming.relation == "direction" or item.first - naming.last > 120:
            continue
        if naming.cue == kind or (
            naming.place is not None and naming.place.type in types and kind != "district"
        ):
            relation = item.relation or "referring"
            span = own if relation == "direction" else naming.span
            return replace(
                naming, first=item.first, last=item.last, span=span, relation=relation,
                bearing=item.bearing, km=item.km,
            )  # fmt: skip
    return None
