"""Where: place names in the text, resolved against the gazetteer with the cues around them.

Only the curated table is scanned for. A type word (قرية، حي، سجن) marks a name that the table
may not know: it is kept as told, with the place that holds it as its parent. Among homonyms the
type word decides first, then a named parent beside it, then the country the document is about,
then curated weight. A type word with the article and no name ('the town') means the last place
of that type; names that are listed become one naming.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from marsad.lexicon import Lexicon, Match
from marsad.model import Place, Span
from marsad.read.actors import Mention
from marsad.read.layers import Layers
from marsad.read.placenames import LAYERS, Named, scan_names

#: How exactly a kind of place says where; the larger, the more exact.
RANK = {
    "country": 0, "region": 1, "desert": 1, "border": 1, "governorate": 2, "countryside": 2, "district": 3.6,
    "subdistrict": 4, "area": 4, "river": 2, "lake": 3, "road": 3, "mountain": 4, "wadi": 5, "city": 4, "town": 5,
    "village": 6, "neighbourhood": 6, "square": 7, "camp": 6, "prison": 7, "base": 6, "airport": 6, "crossing": 6,
    "dam": 6, "oilfield": 6, "facility": 6.5, "building": 6.5,
}  # fmt: skip
_COMPATIBLE = {
    "village": {"village", "town", "area"}, "town": {"town", "city", "village"}, "city": {"city", "town"},
    "subdistrict": {"subdistrict", "town", "district"}, "district": {"district", "city", "town"},
    "governorate": {"governorate"}, "countryside": {"governorate", "city", "district", "town", "subdistrict"},
    "area": {"area", "neighbourhood", "town", "village", "region", "desert", "mountain"},
    "neighbourhood": {"neighbourhood", "area"}, "camp": {"camp"}, "prison": {"prison"},
    "base": {"base", "airport"}, "mountain": {"mountain", "village"}, "wadi": {"wadi"},
    "square": {"square", "facility"}, "facility": {"facility", "oilfield", "dam", "crossing", "lake", "river", "base"},
}  # fmt: skip
#: Cities that are a governorate of their own within another: around them is the other.
_RINGED = {"syr-damascus": "Rif Dimashq", "syr-damascus-damascus": "Rif Dimashq"}
_CAPITAL = {"IRQ": "irq-baghdad-baghdad", "SYR": "syr-damascus-damascus"}


@dataclass(frozen=True, slots=True)
class Naming:
    """One naming of a place: `place` is `None` where no table knows it, `parent` then what holds it.

    `relation` is empty, `direction` (north of X), `part` (the middle of X), `edge` (its outskirts), `near`,
    `list` (its `members` are named in a row) or `referring` ('the town': `span` is the name it stands for).
    """

    first: int
    last: int
    span: Span
    place: Place | None
    cue: str | None
    relation: str = ""
    runner_up: str | None = None
    parent: Place | None = None
    within: bool = False
    members: tuple[Naming, ...] = ()

    @property
    def kind(self) -> str:
        """The kind of place: of the table, else as its type word says."""
        return self.place.type if self.place else self.cue or "area"

    @property
    def rank(self) -> float:
        """How exactly it says where."""
        if self.members:
            return min(m.rank for m in self.members)
        base = float(RANK.get(self.kind, 4))
        if self.relation == "direction":
            return 0.6 if base == 0.0 else max(min(base, 3.3) - 1.5, base - 2.0)
        if self.cue == "countryside":
            return min(base, 3.0) - 0.2
        if self.relation == "near":
            return min(base - 0.3, 3.8)
        return base - (0.3 if self.relation in ("part", "edge") else 0.0)

    @property
    def admin1(self) -> str | None:
        """The governorate it lies in: a list's only where all its members share it."""
        if self.members:
            shared = {m.admin1 for m in self.members}
            return shared.pop() if len(shared) == 1 else None
        known = self.place or self.parent
        if known is not None and self.relation in ("direction", "edge", "near") and known.id in _RINGED:
            return _RINGED[known.id]
        return known.admin1 if known else None


def ancestors(lexicon: Lexicon, place: Place) -> tuple[str, ...]:
    """Ids of the places that hold it, nearest first."""
    out: list[str] = []
    parent = place.parent
    while parent and parent not in out:
        out.append(parent)
        found = lexicon.places.get(parent)
        parent = found.parent if found else None
    return tuple(out)


def find_places(layers: Layers, mentions: tuple[Mention, ...], state: str) -> tuple[Naming, ...]:
    """All namings of places, left to right, outside the names of actors."""
    raw = scan_names(layers, mentions)
    focus: Counter[str] = Counter()
    for item in raw:
        for i in item.ids:
            focus.update((i, *ancestors(layers.lexicon, layers.lexicon.places[i])))
    out: list[Naming] = []
    for n, item in enumerate(raw):
        naming = _refer(layers, item, out, state) if item.refers else _resolve(layers, raw, n, focus, state)
        if naming is not None:
            out.append(naming)
    return _join(layers, _parents(layers, out, state))


# --- which place of the table it is -----------------------------------------------------------


def _score(
    lexicon: Lexicon, place: Place, *, cue: str | None, near: Counter[str], focus: Counter[str], state: str
) -> float:
    score = place.weight / 25.0
    if cue:
        score += 4.0 if place.type in _COMPATIBLE.get(cue, {cue}) else -1.5
        score += 1.0 if place.type == cue else 0.0
    else:
        score += 0.6 if place.type in ("city", "town") else 0.0
    chain = ancestors(lexicon, place)
    score += 3.0 * max((near[x] for x in chain), default=0)
    score += 1.2 if place.admin1 and near[f"={place.admin1}"] else 0.0
    score += min(2.0, 0.5 * max((focus[x] - 1 for x in chain if "-" in x), default=0))
    return score + (2.0 if place.country == state else 0.0)


_BEFORE_NAME = frozenset({"في", "ب", "الي", "من", "قرب", "علي", "شمال", "جنوب", "شرق", "غرب", "شمالي", "جنوبي", "شرقي",
                          "غربي", "نحو", "و", "داخل", "وسط", "بين", "باتجاه", "ل", "حول", "محيط", "ريف",
                          "اقليم", "اقليمي"})  # fmt: skip


def _resolve(layers: Layers, raw: Sequence[Named], n: int, focus: Counter[str], state: str) -> Naming | None:
    """The naming that a stretch is, `None` where it is a common word or a person."""
    item, lexicon = raw[n], layers.lexicon
    match, kind = item.match, item.kind
    span = Span(item.start, layers.text.tokens[item.last - 1].end)
    unknown = Naming(item.first, item.last, span, None, kind, item.relation)
    if match is None:
        return unknown
    near: Counter[str] = Counter()
    for other in (raw[n + 1] if n + 1 < len(raw) else None, raw[n - 1] if n else None):
        if other is not None and abs(other.first - item.first) < 9:
            near.update(dict.fromkeys(other.ids, 1))
            near.update({f"={lexicon.places[i].admin1}" for i in other.ids})
    ids = [i for i in item.ids if _allowed(layers, lexicon.places[i], match, kind, item, near)]
    score = {
        i: _score(lexicon, lexicon.places[i], cue=kind, near=near, focus=focus, state=state) for i in ids
    }
    ranked = sorted(ids, key=lambda i: (-score[i], i))
    if ranked:
        told = kind or item.typed
        place = lexicon.places[ranked[0]]
        runner = ranked[1] if len(ranked) > 1 else None
        if (_clashes(place, kind, state) and not item.relation) or _elsewhere(
            layers, raw, n, place, state, focus
        ):
            return replace(unknown, cue=told) if told else None
        if (
            runner
            and told in _MANY
            and score[ranked[0]] - score[runner] < 0.9
            and (lexicon.places[runner].admin1 != place.admin1)
        ):
            return replace(unknown, cue=told)
        return Naming(item.first, item.last, span, place, kind, item.relation, runner)
    return (
        unknown if kind in ("village", "town", "neighbourhood", "area", "district", "subdistrict") else None
    )


#: Kinds whose names are borne in every city: without a hint to the city the name stays open.
_MANY = frozenset({"neighbourhood", "square"})


def _clashes(place: Place, kind: str | None, state: str) -> bool:
    """Whether the type word says that this is another place of the same name."""
    if kind is not None and place.country != state and place.type not in _COMPATIBLE.get(kind, {kind}):
        return True
    if kind == "village" and place.type == "neighbourhood":
        return True
    return kind in ("village", "neighbourhood") and place.type in ("governorate", "country")


_SMALL = frozenset({"village", "town", "neighbourhood", "area", "square", "wadi", "mountain", "subdistrict"})
_HOLDS = frozenset({"governorate", "district", "subdistrict", "city", "town", "region", "area"})


def _elsewhere(
    layers: Layers, raw: Sequence[Named], n: int, place: Place, state: str, focus: Counter[str]
) -> bool:
    """Whether a small place of the table lies elsewhere than the text says: then it is a namesake.

    It lies in the other country while nothing near it does, or what the text says to hold it
    ('in the district of X') is in another governorate.
    """
    if place.type not in _SMALL or place.weight >= 55:
        return False
    item, table = raw[n], layers.lexicon.places
    sentence = layers.sentence(item.first)
    if {place.country, state} == {"IRQ", "SYR"} and focus[state.lower()] >= 3 * focus[place.country.lower()]:
        others = (
            i for o in raw if o is not item and sentence.first <= o.first < sentence.last for i in o.ids
        )
        if not any(table[i].country == place.country for i in others):
            return True
    holder = raw[n + 1] if n + 1 < len(raw) and (item.kind or item.typed) else None
    if holder is None or not holder.ids or holder.first - item.last > 3 or holder.first >= sentence.last:
        return False
    if (
        holder.relation == "direction"
        or layers.key(holder.first).startswith("و")
        or any(layers.is_break(k) for k in range(item.last, holder.first))
    ):
        return False
    holders = [table[i] for i in holder.ids]
    return all(h.type in _HOLDS and h.admin1 is not None and h.admin1 != place.admin1 for h in holders)


def _allowed(
    layers: Layers, place: Place, match: Match, cue: str | None, item: Named, near: Counter[str]
) -> bool:
    """A name that is also a common word or a surname needs a type word, or a preposition and its parent."""
    if cue is not None or item.typed or item.relation in ("direction", "near"):
        return True
    before = item.first - 1
    located = layers.key(before) in _BEFORE_NAME or match.proclitics.endswith("ب")
    if place.needs_cue:
        return located and any(near[a] for a in ancestors(layers.lexicon, place))
    if located or match.proclitics or place.weight >= 25 or match.last - match.first > 1:
        return True
    first = layers.sentence(item.first).first
    return before < first or layers.is_break(before) or any(before in layers.at[x] for x in LAYERS)


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
        return Naming(
            item.first, item.last, own if item.relation == "direction" else named, place, kind, item.relation
        )
    types = _COMPATIBLE.get(kind, {kind})
    for naming in reversed(before):
        if naming.members or naming.relation == "direction" or item.first - naming.last > 120:
            continue
        if naming.cue == kind or (
            naming.place is not None and naming.place.type in types and kind != "district"
        ):
            relation = item.relation or "referring"
            span = own if relation == "direction" else naming.span
            return replace(naming, first=item.first, last=item.last, span=span, relation=relation)
    return None


# --- lists, and what holds an unknown name ----------------------------------------------------


def _parents(layers: Layers, namings: Sequence[Naming], state: str) -> list[Naming]:
    """Give each name that no table knows the known place that the text puts it in or near."""
    whole: Counter[str] = Counter(n.place.admin1 for n in namings if n.place and n.place.admin1)
    out: list[Naming] = []
    for n, naming in enumerate(namings):
        if naming.place is not None:
            out.append(naming)
            continue
        sentence = layers.sentence(naming.first)
        best: tuple[float, int, Place] | None = None
        for other in namings:
            if other.place is None or not sentence.first <= other.first < sentence.last:
                continue
            gap = other.first - naming.last
            abroad = other.place.country not in ("", state) and 0 <= gap <= 1
            if other.place.type in ("country", "region") and other.place.admin1 is None and not abroad:
                continue
            cost = float(gap) if gap >= 0 else 4.0 - gap
            if gap > 5 and any(layers.is_break(k) for k in range(naming.last, other.first)):
                cost += 8.0
            if best is None or cost < best[0]:
                best = (cost, gap, other.place)
        if best is not None:
            out.append(
                replace(naming, parent=best[2], within=best[1] >= 0 and naming.kind == "neighbourhood")
            )
            continue
        earlier = next((o.place for o in reversed(namings[:n]) if o.place and o.place.admin1), None)
        leading = whole.most_common(1)
        if earlier is None and leading and leading[0][1] * 2 > sum(whole.values()):
            earlier = next(o.place for o in namings if o.place and o.place.admin1 == leading[0][0])
        governorate = _governorate(layers.lexicon, earlier) if earlier else None
        out.append(replace(naming, parent=governorate))
    return out


def _governorate(lexicon: Lexicon, place: Place) -> Place:
    """The governorate that holds the place, else the place."""
    chain = [lexicon.places[a] for a in (place.id, *ancestors(lexicon, place)) if a in lexicon.places]
    return next((p for p in chain if p.type == "governorate"), place)


def _listed(layers: Layers, a: Naming, b: Naming) -> bool:
    """Whether `b` goes on with a list that `a` is in."""
    if a.relation == "referring" or b.relation == "referring" or abs(a.rank - b.rank) > 3.2:
        return False
    if (a.kind == "country") != (b.kind == "country") or layers.sentence(a.first) != layers.sentence(b.first):
        return False
    gap = b.first - a.last
    if gap not in (0, 1) or not layers.key(b.first).startswith("و"):
        return False
    if gap == 1 and layers.key(a.last) != "،":
        return False
    clitic = layers.text.tokens[b.first].start < b.span.start
    return clitic or b.cue is not None


def _join(layers: Layers, namings: Sequence[Naming]) -> tuple[Naming, ...]:
    """Put names in a row ('A, B and C') into one naming."""
    named = Counter(naming.admin1 for naming in namings)
    out: list[Naming] = []
    for naming in namings:
        last = out[-1] if out else None
        if last is None or not _listed(layers, last.members[-1] if last.members else last, naming):
            out.append(naming)
            continue
        start = last
        while not start.members and len(out) > 1 and _comma(layers, out[-2], start):
            previous = out.pop(-2)
            start = replace(start, first=previous.first, members=(*(previous.members or (previous,)), start))
        members = _at_home(layers.lexicon, (*(start.members or (start,)), naming), named)
        common = _common(layers.lexicon, members)
        out[-1] = Naming(members[0].first, naming.last, members[0].span.cover(naming.span), common, members[0].cue, "list",
                         members=members)  # fmt: skip
    return tuple(out)


def _at_home(
    lexicon: Lexicon, members: tuple[Naming, ...], named: Mapping[str | None, int]
) -> tuple[Naming, ...]:
    """The members, where a small one lies far from all the others as a namesake that lies with them."""
    for n, member in enumerate(members):
        others = [m for k, m in enumerate(members) if k != n]
        home = {m.admin1 for m in others}
        if (
            member.place is None
            or member.place.type not in _SMALL
            or member.place.weight >= 55
            or len(home) > 1
            or member.admin1 in home
            or named[member.admin1] > 1
            or named[others[0].admin1] < 3
        ):
            continue
        known = others[0].place or others[0].parent
        holder = _governorate(lexicon, known) if known else None
        stranger = replace(member, place=None, cue=member.cue or member.place.type, parent=holder)
        return (*members[:n], stranger, *members[n + 1 :])
    return members


def _comma(layers: Layers, a: Naming, b: Naming) -> bool:
    """Whether only a comma stands between two names of like rank."""
    return (b.first - a.last == 1 and layers.key(a.last) == "،" and abs(a.rank - b.rank) <= 1.0 and not a.members
            and a.relation == b.relation == "" and a.kind != "country")  # fmt: skip


def _common(lexicon: Lexicon, members: Sequence[Naming]) -> Place | None:
    """The smallest place of the table that holds all members."""
    chains = []
    for member in members:
        known = member.place or member.parent
        if known is None:
            return None
        chains.append((known.id, *ancestors(lexicon, known)))
    shared = next((i for i in chains[0] if all(i in c for c in chains)), None)
    return lexicon.places.get(shared) if shared else None
