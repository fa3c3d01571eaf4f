"""Where: place names in the text, resolved against the gazetteer with the cues around them.

Only the curated table is scanned for. A type word (قرية، حي، سجن) marks a name that the table
may not know: it is kept as told, with the place that holds it as its parent. Among homonyms the
type word decides first, then a named parent beside it, then the country the document is about,
then curated weight. A type word with the article and no name ('the town') means the last place
of that type; names that are listed become one naming.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace

from marsad.lexicon import Lexicon, Match
from marsad.model import Location, Method, Place, Span
from marsad.read.actors import Mention
from marsad.read.layers import Layers

#: How exactly a kind of place says where; the larger, the more exact.
RANK = {
    "country": 0, "region": 1, "desert": 1, "border": 1, "governorate": 2, "countryside": 2, "district": 3.6,
    "subdistrict": 4, "area": 4, "river": 2, "lake": 3, "road": 3, "mountain": 4, "wadi": 5, "city": 4, "town": 5,
    "village": 6, "neighbourhood": 6, "square": 7, "camp": 6, "prison": 7, "base": 6, "airport": 6, "crossing": 6,
    "dam": 6, "oilfield": 6, "facility": 6.5, "building": 6.5,
}  # fmt: skip
#: UCDP where_prec by kind of place (ged191.pdf, 'where_prec').
_PRECISION = {"country": 6, "region": 5, "desert": 5, "border": 5, "river": 5, "road": 5, "governorate": 4,
              "district": 3, "subdistrict": 3, "area": 2, "mountain": 2, "wadi": 2, "lake": 2}  # fmt: skip
_COMPATIBLE = {
    "village": {"village", "town", "area"}, "town": {"town", "city", "village"}, "city": {"city", "town"},
    "subdistrict": {"subdistrict", "town", "district"}, "district": {"district", "city", "town"},
    "governorate": {"governorate"}, "countryside": {"governorate", "city", "district", "town", "subdistrict"},
    "area": {"area", "neighbourhood", "town", "village", "region", "desert", "mountain"},
    "neighbourhood": {"neighbourhood", "area"}, "camp": {"camp"}, "prison": {"prison"},
    "base": {"base", "airport"}, "mountain": {"mountain", "village"}, "wadi": {"wadi"},
    "square": {"square", "facility"}, "facility": {"facility", "oilfield", "dam", "crossing", "lake", "river", "base"},
}  # fmt: skip
#: Type words whose noun belongs to the name: 'the Q bridge' is no place called Q.
_WHOLE = frozenset({"camp", "prison", "base", "mountain", "wadi", "square", "facility", "building", "countryside"})
#: Type words that, with the article alone, mean a place named before.
_REFERRING = frozenset({"village", "town", "city", "camp", "prison", "neighbourhood", "subdistrict", "governorate",
                        "district", "country", "capital"})  # fmt: skip
_CAPITAL = {"IRQ": "irq-baghdad-baghdad", "SYR": "syr-damascus-damascus"}


@dataclass(frozen=True, slots=True)
class Naming:
    """One naming of a place: `place` is `None` where no table knows it, `parent` then what holds it.

    `relation` is empty, `direction` (north of X), `part` (the outskirts of X), `near`,
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
        return base - (0.3 if self.relation == "part" else 0.0)

    @property
    def admin1(self) -> str | None:
        """The governorate it lies in: a list's only where all its members share it."""
        if self.members:
            shared = {m.admin1 for m in self.members}
            return shared.pop() if len(shared) == 1 else None
        known = self.place or self.parent
        return known.admin1 if known else None


@dataclass(slots=True)
class _Raw:
    """A stretch that names a place, before anything is decided."""

    first: int
    last: int
    start: int
    match: Match | None
    cue: Match | None
    refers: bool = False
    relation: str = ""

    @property
    def kind(self) -> str | None:
        return str(self.cue.gives["type"]) if self.cue else None

    @property
    def ids(self) -> list[str]:
        return list(self.match.gives["ids"]) if self.match else []


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
    cues = layers.at["cues"]
    inside = {t for m in mentions if _blocks(m) and not (m.first in cues and cues[m.first].gives.get("type") == "building")
              for t in range(m.first, m.last)}  # fmt: skip
    raw = _scan(layers, inside)
    focus: Counter[str] = Counter()
    for item in raw:
        for i in item.ids:
            focus.update((i, *ancestors(layers.lexicon, layers.lexicon.places[i])))
    out: list[Naming] = []
    for n, item in enumerate(raw):
        naming = _refer(layers, item, out, state) if item.refers else _resolve(layers, raw, n, focus, state)
        if naming is not None:
            out.append(naming)
    return _join(layers, _parents(layers, out))


def _blocks(mention: Mention) -> bool:
    """Whether nothing in the mention can name a place; a single noun for people or things can begin a name."""
    if mention.kind in ("name", "force", "short"):
        return True
    return mention.kind == "people" and mention.last - mention.first > 1 and mention.group != "objects"


# --- which stretches name a place -------------------------------------------------------------


def _scan(layers: Layers, inside: Set[int]) -> list[_Raw]:
    raw: list[_Raw] = []
    places, cues = layers.at["places"], layers.at["cues"]
    taken, series = -1, None
    for i in sorted({*places, *cues, *_series_starts(layers)}):
        if i < taken or i in inside or i in layers.time_tokens:
            continue
        match, cue = places.get(i), cues.get(i)
        item = None
        if match is not None and (cue is None or match.last > cue.last):
            item = _Raw(i, match.last, match.start, match, None)
        elif cue is not None and "type" in cue.gives:
            item = _after_cue(layers, cue, inside)
            series = cue if item is not None and cue.form.number in ("p", "d") else None
        elif match is None and cue is None and series is not None and raw and raw[-1].last == i:
            last = _unknown_name(layers, series, i, inside)
            if last is not None:
                start = layers.text.tokens[i].start + 1
                item = _Raw(i, last, start, None, series)
        if item is None:
            continue
        _relate(layers, item)
        _extend(layers, item)
        raw.append(item)
        taken = item.last
    return raw


def _series_starts(layers: Layers) -> list[int]:
    """Tokens that may go on with a list of names after a plural type word."""
    out: list[int] = []
    for cue in layers.matches["cues"]:
        if cue.gives.get("type") in _SERIES and cue.form.number in ("p", "d"):
            out.extend(t for t in range(cue.last + 1, cue.last + 7) if layers.key(t).startswith("و"))
    return out


_SERIES = frozenset({"village", "town", "neighbourhood", "subdistrict"})


def _after_cue(layers: Layers, cue: Match, inside: Set[int]) -> _Raw | None:
    """The name that a type word introduces: of the table, unknown, or told before."""
    named = layers.at["places"].get(cue.last)
    second = layers.at["cues"].get(cue.last)
    kind = cue.gives["type"]
    if named is not None and cue.last not in inside and cue.last < layers.sentence(cue.first).last:
        if not named.proclitics and not cue.form.suffix:
            return _Raw(cue.first, named.last, named.start, named, cue)
    if second is not None and second.gives.get("type") and kind in ("countryside", "city", "area") and not second.article:
        inner = _after_cue(layers, second, inside)
        if inner is not None and not inner.refers:
            inner.first = cue.first
            inner.cue = cue if inner.match else second
            return inner
    last = _unknown_name(layers, cue, cue.last, inside)
    if last is not None:
        whole = kind in _WHOLE
        return _Raw(cue.first, last, cue.start if whole else layers.text.tokens[cue.last].start, None, cue)
    article = cue.article or kind in ("country", "capital")
    if article and kind in _REFERRING and cue.form.number in ("", "s") and not cue.form.suffix:
        nation = layers.at["actors"].get(cue.last)
        if nation is None or nation.gives["kind"] != "adjective":
            return _Raw(cue.first, cue.last, cue.start, None, cue, refers=True)
    return None


def _relate(layers: Layers, item: _Raw) -> None:
    """Whether a direction or a part word stands right before; a direction belongs to the name."""
    cues = layers.at["cues"]
    for back in (1, 2, 3):
        cue = cues.get(item.first - back)
        if cue is None or "role" not in cue.gives:
            continue
        direct = cue.last == item.first
        if direct or (cue.last == item.first - 1 and cue.article and layers.key(cue.last) == "من"):
            item.relation = str(cue.gives["role"])
            if item.relation == "direction":
                item.first, item.start = cue.first, cue.start
            return


_SIDES = frozenset({"الشمالي", "الجنوبي", "الشرقي", "الغربي", "الاوسط", "الشماليه", "الجنوبيه", "الشرقيه", "الغربيه"})


def _extend(layers: Layers, item: _Raw) -> None:
    """Take in 'southern' after 'the countryside of X'."""
    if item.kind != "countryside":
        return
    item.start = item.cue.start if item.cue is not None and item.relation != "direction" else item.start
    while layers.key(item.last) in _SIDES:
        item.last += 1


_NOT_NAMES = frozenset({"التي", "الذي", "الذين", "ان", "اخري", "مختلفه", "عده", "واسعه", "معينه", "هناك", "هي", "كان", "كانت",
                        "ايضا", "ما", "لم", "لا", "تم", "نحو", "امنيه", "حتي", "منذ", "عند", "حيث", "كما", "قد", "اي", "كل",
                        "القديمه", "كبيره", "صغيره", "نائيه", "مفتوحه", "هذه", "هذا", "ذلك", "نفسها", "نفسه", "اخر", "اثر",
                        "تابعه", "التابعه", "التابع", "الواقعه", "الواقع", "واقعه", "القريبه", "قريبه", "خفض", "بعد", "قبل",
                        "خلال", "ذات", "غير", "يوم", "صباح", "مساء", "فجر", "ليل", "امس", "اليوم", "واحده", "واحد", "بحسب",
                        "وفق", "دون", "هو", "وهي", "وهو", "الى", "او", "ثم", "بينما", "ضمن", "الا", "لكن", "مما", "يسكنها",
                        "المجاوره", "الحدوديه", "الحدودي", "السكنيه", "سكنيه", "شعبيه", "رئيسه", "الرئيسه", "الرئيسي", "الرئيسيه", "السريع", "الدولي", "مثل", "تحت", "فوق"})  # fmt: skip
_LAYERS = ("grammar", "events", "casualties", "attribution", "status", "actors", "people", "numbers", "weapons", "dates",
           "cues", "places")  # fmt: skip
#: Nouns that begin a name of several words.
_OPENERS = frozenset({"كفر", "تل", "عين", "ابو", "ام", "بيت", "دير", "خان", "عرب", "الشيخ", "شيخ", "باب", "راس", "بني", "ال",
                      "البو", "بو", "خربه", "مزرعه", "رسم", "جب", "بئر", "قره", "باش", "زور", "كهف", "حمام", "برج", "كوم",
                      "دار", "عبد", "سيد", "السيد", "الامام", "حسن", "علي", "النبي", "جسر", "قصر", "خزان", "اولاد"})  # fmt: skip
_BOUNDS = frozenset({"في", "التابعه", "التابع", "الواقعه", "الواقع", "القريبه", "المحاذيه", "المجاوره", "ضمن", "من", "قرب",
                     "علي", "و"})  # fmt: skip


def _plain(layers: Layers, i: int, inside: Set[int]) -> bool:
    """Whether the token is a word that nothing else explains."""
    word = layers.text.tokens[i].word
    if word.kind != "arabic" or i in inside or i in layers.time_tokens or word.key in _NOT_NAMES or len(word.key) < 2:
        return False
    return not any(i in layers.at[layer] for layer in _LAYERS)


def _quoted(layers: Layers, i: int, end: int) -> int | None:
    """The end of the name at `i` where quotation marks enclose it."""
    before = layers.text.source[layers.text.tokens[i - 1].end : layers.text.tokens[i].start]
    if not any(c in "\"“”«„" for c in before):
        return None
    for k in range(i, min(i + 4, end)):
        after_end = layers.text.tokens[k + 1].start if k + 1 < end else layers.text.tokens[k].end + 1
        if any(c in "\"”“»" for c in layers.text.source[layers.text.tokens[k].end : after_end]):
            return k + 1
    return None


def _unknown_name(layers: Layers, cue: Match, i: int, inside: Set[int]) -> int | None:
    """The end of a name at `i` that a type word introduces and the table does not know."""
    end = layers.sentence(cue.first).last
    kind, form = cue.gives["type"], cue.form
    if form.suffix or i >= end or i in inside or kind in ("country", "capital", "countryside"):
        return None
    if form.number == "p" and kind not in _SERIES or layers.key(cue.first).endswith("ا") and len(layers.key(cue.first)) > 3:
        return None
    quoted = _quoted(layers, i, end) if not cue.article or kind in ("area", "neighbourhood") else None
    if quoted is not None:
        return quoted
    key = layers.key(i)
    if i > cue.last:
        key = key[1:]
    definite = key.startswith("ال")
    if kind == "building":
        return _building(layers, cue, i, end)
    if cue.article and not (definite and kind == "neighbourhood" and form.number != "p"):
        return None
    if not _plain(layers, i, inside):
        return None
    if len(key) < 3 or key.startswith(("بال", "لل", "وال")) or key in _NOT_NAMES:
        return None
    if i == cue.last and not definite and (key.endswith("يه") and form.gender != "m" or key.endswith(("ي", "يا")) and kind != "village"):
        return None
    return _longer(layers, i, end, key, inside)


def _building(layers: Layers, cue: Match, i: int, end: int) -> int | None:
    """The end of a building's name: up to the definite noun, nationality or place that closes it."""
    if cue.article:
        return i + 1 if _adjective(layers, i) or cue.first in layers.at["actors"] else None
    for k in range(i, min(i + 3, end)):
        key = layers.key(k)
        if layers.text.tokens[k].word.kind != "arabic" or key in _NOT_NAMES or key in _BOUNDS or k in layers.at["events"]:
            return None
        if k in layers.at["places"]:
            return layers.at["places"][k].last
        if key.startswith("ال"):
            return k + 1
    return None


def _adjective(layers: Layers, i: int) -> bool:
    match = layers.at["actors"].get(i)
    return match is not None and match.gives["kind"] == "adjective"


def _longer(layers: Layers, i: int, end: int, key: str, inside: Set[int]) -> int:
    """Take in a second word of the name where what follows it closes the name."""
    k = i + 1
    if k >= end or not _plain(layers, k, inside) or layers.key(k).startswith(("وال", "بال", "لل")):
        return k
    second = layers.key(k)
    opener = key in _OPENERS
    if key.startswith("ال") and not opener and not (second.startswith("ال") and second.endswith(("ي", "يه"))):
        return k
    after = k + 1
    closes = after >= end or layers.is_break(after) or layers.key(after) in _BOUNDS or after in layers.at["cues"] or any(
        layers.key(after).startswith(p) for p in ("ب", "وال", "لل"))
    return k + 1 if opener or (closes and not second.startswith(("و", "ي", "ت", "ب", "ف"))) else k


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
    score += min(2.0, 0.5 * max((focus[x] - 1 for x in chain if "-" in x), default=0))
    return score + (2.0 if place.country == state else 0.0)


_BEFORE_NAME = frozenset({"في", "ب", "الي", "من", "قرب", "علي", "شمال", "جنوب", "شرق", "غرب", "شمالي", "جنوبي", "شرقي",
                          "غربي", "نحو", "و", "داخل", "وسط", "بين", "باتجاه", "ل", "حول", "محيط", "ريف"})  # fmt: skip


def _resolve(layers: Layers, raw: Sequence[_Raw], n: int, focus: Counter[str], state: str) -> Naming | None:
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
    ids = [i for i in item.ids if _allowed(layers, lexicon.places[i], match, kind, item, near)]
    ranked = sorted(ids, key=lambda i: (-_score(lexicon, lexicon.places[i], cue=kind, near=near, focus=focus, state=state), i))
    if ranked:
        place = lexicon.places[ranked[0]]
        runner = ranked[1] if len(ranked) > 1 else None
        if _clashes(place, kind) and not item.relation or _elsewhere(layers, raw, n, place, state):
            return unknown if kind else None
        return Naming(item.first, item.last, span, place, kind, item.relation, runner)
    return unknown if kind in ("village", "town", "neighbourhood", "area", "district", "subdistrict") else None


def _clashes(place: Place, kind: str | None) -> bool:
    """Whether the type word says that this is another place of the same name."""
    return kind in ("village", "neighbourhood") and place.type in ("governorate", "country")


_SMALL = frozenset({"village", "town", "neighbourhood", "area", "square", "wadi", "mountain", "subdistrict"})
_HOLDS = frozenset({"governorate", "district", "subdistrict", "city", "town"})


def _elsewhere(layers: Layers, raw: Sequence[_Raw], n: int, place: Place, state: str) -> bool:
    """Whether a small place of the table lies elsewhere than the text says: then it is a namesake.

    It lies in the other country while nothing near it does, or what the text says to hold it
    ('in the district of X') is in another governorate.
    """
    if place.type not in _SMALL or place.weight >= 55:
        return False
    item, table = raw[n], layers.lexicon.places
    sentence = layers.sentence(item.first)
    if {place.country, state} == {"IRQ", "SYR"}:
        others = (i for o in raw if o is not item and sentence.first <= o.first < sentence.last for i in o.ids)
        if not any(table[i].country == place.country for i in others):
            return True
    holder = raw[n + 1] if n + 1 < len(raw) else None
    if holder is None or not holder.ids or holder.first - item.last > 3 or holder.first >= sentence.last:
        return False
    if holder.relation == "direction" or layers.key(holder.first).startswith("و") or any(
            layers.is_break(k) for k in range(item.last, holder.first)):
        return False
    holders = [table[i] for i in holder.ids]
    return all(h.type in _HOLDS and h.admin1 is not None and h.admin1 != place.admin1 for h in holders)


def _allowed(layers: Layers, place: Place, match: Match, cue: str | None, item: _Raw, near: Counter[str]) -> bool:
    """A name that is also a common word or a surname needs a type word, or a preposition and its parent."""
    if cue is not None or item.relation:
        return True
    before = item.first - 1
    located = layers.key(before) in _BEFORE_NAME or match.proclitics.endswith("ب")
    if place.needs_cue:
        return located and any(near[a] for a in ancestors(layers.lexicon, place))
    if located or match.proclitics or place.weight >= 25 or match.last - match.first > 1:
        return True
    first = layers.sentence(item.first).first
    return before < first or layers.is_break(before) or any(before in layers.at[x] for x in _LAYERS)


def _refer(layers: Layers, item: _Raw, before: Sequence[Naming], state: str) -> Naming | None:
    """'The town', 'the country': the place that it stands for."""
    kind = item.kind or ""
    own = Span(item.start, layers.text.tokens[item.last - 1].end)
    if kind in ("country", "capital"):
        place = layers.lexicon.places.get(state.lower() if kind == "country" else _CAPITAL.get(state, ""))
        if place is None:
            return None
        named = next((m.span for m in layers.matches["places"] if place.id in m.gives["ids"] and m.last - m.first == 1), own)
        return Naming(item.first, item.last, own if item.relation == "direction" else named, place, kind, item.relation)
    types = _COMPATIBLE.get(kind, {kind})
    for naming in reversed(before):
        if naming.members or naming.relation == "direction" or item.first - naming.last > 120:
            continue
        if naming.cue == kind or naming.place is not None and naming.place.type in types and kind != "district":
            relation = item.relation or "referring"
            span = own if relation == "direction" else naming.span
            return replace(naming, first=item.first, last=item.last, span=span, relation=relation)
    return None


# --- lists, and what holds an unknown name ----------------------------------------------------


def _parents(layers: Layers, namings: Sequence[Naming]) -> list[Naming]:
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
            if other.place is None or other.place.type in ("country", "region") and other.place.admin1 is None:
                continue
            if not sentence.first <= other.first < sentence.last:
                continue
            gap = other.first - naming.last
            cost = float(gap) if gap >= 0 else 4.0 - gap
            if gap > 5 and any(layers.is_break(k) for k in range(naming.last, other.first)):
                cost += 8.0
            if best is None or cost < best[0]:
                best = (cost, gap, other.place)
        if best is not None:
            out.append(replace(naming, parent=best[2], within=best[1] >= 0 and naming.kind == "neighbourhood"))
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
        members = (*(start.members or (start,)), naming)
        common = _common(layers.lexicon, members)
        out[-1] = Naming(members[0].first, naming.last, members[0].span.cover(naming.span), common, members[0].cue, "list",
                         members=members)  # fmt: skip
    return tuple(out)


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


_METHOD: dict[str, Method] = {"direction": "sector", "list": "parent"}


def located(layers: Layers, naming: Naming) -> Location:
    """The location that a naming tells: point and precision of the place, else of what holds it."""
    name = naming.span.of(layers.text.source)
    place = naming.place or naming.parent
    if place is None:
        return Location(name, naming.span)
    precision = _PRECISION.get(place.type, 1)
    radius = place.radius_km
    if naming.relation == "direction":
        precision, radius = {4: 5, 6: 6}.get(precision, max(precision, 2)), max(radius, 20.0)
    elif naming.relation in ("part", "near") or naming.cue == "countryside":
        precision, radius = max(precision, 2), radius + 5.0
    method: Method = _METHOD.get(naming.relation, "name")
    if naming.place is None:
        method = "parent"
        if not naming.within:
            precision, radius = max(precision, 2), max(radius, 20.0)
    return Location(
        name=name, span=naming.span, place_id=place.id, admin1=naming.admin1, country=place.country or None,
        lat=place.lat, lon=place.lon, radius_km=radius, precision=precision,
        method=method, runner_up=naming.runner_up,
    )  # fmt: skip
