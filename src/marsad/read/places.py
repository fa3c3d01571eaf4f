"""Where: place names in the text, resolved against the gazetteer with the cues around them.

Only the curated table is scanned for. A type word (قرية، حي، سجن) marks a name that the table
may not know: it is kept as told, without a point. Among homonyms the type word decides first,
then a named parent beside it, then the country the document is about, then curated weight.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from marsad.lexicon import Lexicon, Match
from marsad.model import Location, Method, Place, Span
from marsad.read.actors import Mention
from marsad.read.layers import Layers

#: How exactly a kind of place says where; the larger, the more exact.
RANK = {
    "country": 0, "region": 1, "desert": 1, "border": 1, "governorate": 2, "district": 3, "subdistrict": 3,
    "area": 4, "river": 2, "lake": 3, "road": 3, "mountain": 4, "wadi": 5, "city": 4, "town": 5, "village": 6,
    "neighbourhood": 6, "square": 7, "camp": 6, "prison": 7, "base": 6, "airport": 6, "crossing": 6, "dam": 6,
    "oilfield": 6, "facility": 7,
}  # fmt: skip
#: UCDP where_prec by kind of place (ged191.pdf, 'where_prec').
_PRECISION = {"country": 6, "region": 5, "desert": 5, "border": 5, "river": 5, "road": 5, "governorate": 4,
              "district": 3, "subdistrict": 3, "area": 2, "mountain": 2, "wadi": 2, "lake": 2}  # fmt: skip
_COMPATIBLE = {
    "village": {"village", "town", "area"}, "town": {"town", "city", "village"}, "city": {"city", "town"},
    "subdistrict": {"subdistrict", "town", "district"}, "district": {"district", "city", "town"},
    "governorate": {"governorate"}, "area": {"area", "neighbourhood", "town", "village", "region", "desert", "mountain"},
    "neighbourhood": {"neighbourhood", "area"}, "camp": {"camp"}, "prison": {"prison"},
    "base": {"base", "airport"}, "mountain": {"mountain", "village"}, "wadi": {"wadi"},
    "square": {"square", "facility"}, "facility": {"facility", "oilfield", "dam", "crossing", "lake", "river", "base"},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Naming:
    """One naming of a place: `place` is `None` where no table knows it.

    `relation` is empty, `direction` (north of X) or `part` (the outskirts of X); `listed` the
    last token of a list of places that begins here.
    """

    first: int
    last: int
    span: Span
    place: Place | None
    cue: str | None
    relation: str = ""
    runner_up: str | None = None

    @property
    def rank(self) -> float:
        """How exactly it says where."""
        base = float(RANK.get(self.place.type if self.place else self.cue or "area", 4))
        return base - (1.5 if self.relation == "direction" else 0.3 if self.relation == "part" else 0.0)


def ancestors(lexicon: Lexicon, place: Place) -> tuple[str, ...]:
    """Ids of the places that hold it, nearest first."""
    out: list[str] = []
    parent = place.parent
    while parent and parent not in out:
        out.append(parent)
        found = lexicon.places.get(parent)
        parent = found.parent if found else None
    return tuple(out)


def _score(
    lexicon: Lexicon, place: Place, *, cue: str | None, near: Counter[str], focus: Counter[str], state: str
) -> float:
    score = place.weight / 25.0
    if cue:
        score += 4.0 if place.type in _COMPATIBLE.get(cue, {cue}) else -1.5
        score += 1.0 if place.type == cue else 0.0
    else:
        score += 0.6 if place.type in ("city", "town") else 0.0
    chain = (place.id, *ancestors(lexicon, place))
    score += 3.0 * max((near[x] for x in chain[1:]), default=0)
    score += 1.0 if any(focus[x] for x in chain[1:] if not x.count("-") == 0) else 0.0
    if place.country == state:
        score += 2.0
    return score


def _choose(
    lexicon: Lexicon, ids: list[str], *, cue: str | None, near: Counter[str], focus: Counter[str], state: str
) -> tuple[Place | None, str | None]:
    ranked = sorted(
        ids,
        key=lambda i: (
            -_score(lexicon, lexicon.places[i], cue=cue, near=near, focus=focus, state=state),
            i,
        ),
    )
    if not ranked:
        return None, None
    return lexicon.places[ranked[0]], ranked[1] if len(ranked) > 1 else None


_BEFORE_NAME = frozenset({"في", "ب", "الي", "من", "قرب", "علي", "شمال", "جنوب", "شرق", "غرب", "شمالي", "جنوبي", "شرقي",
                          "غربي", "نحو", "و", "داخل", "وسط", "بين", "باتجاه", "ل", "حول", "محيط", "ريف"})  # fmt: skip


def find_places(layers: Layers, mentions: tuple[Mention, ...], state: str) -> tuple[Naming, ...]:
    """All namings of places, left to right, outside the names of actors."""
    lexicon = layers.lexicon
    inside = {t for m in mentions if m.kind in ("name", "force", "people", "short") for t in range(m.first, m.last)}
    focus: Counter[str] = Counter()
    raw: list[tuple[int, int, int, Match | None, Match | None, str]] = []
    taken = -1
    for i in range(len(layers.text.tokens)):
        if i < taken or i in inside or i in layers.time_tokens:
            continue
        match = layers.at["places"].get(i)
        cue = layers.at["cues"].get(i)
        if match is not None and (cue is None or match.last > cue.last):
            raw.append((i, match.last, match.start, match, None, _relation(layers, i)))
            taken = match.last
            continue
        if cue is None or "type" not in cue.gives:
            continue
        named = layers.at["places"].get(cue.last)
        if named is not None and cue.last not in inside:
            raw.append((cue.first, named.last, named.start, named, cue, _relation(layers, cue.first)))
            taken = named.last
            continue
        last = _unknown_name(layers, cue, inside)
        if last is not None:
            raw.append((cue.first, last, layers.text.tokens[cue.last].start, None, cue, _relation(layers, cue.first)))
            taken = last
    for _, _, _, match, _, _ in raw:
        if match is not None:
            for i in match.gives["ids"]:
                focus[i] += 1
                for a in ancestors(lexicon, lexicon.places[i]):
                    focus[a] += 1
    out: list[Naming] = []
    for n, (first, last, start, match, cue, relation) in enumerate(raw):
        span = Span(start, layers.text.tokens[last - 1].end)
        cue_type = cue.gives["type"] if cue else None
        if match is None:
            out.append(Naming(first, last, Span(start, span.end), None, cue_type, relation))
            continue
        near: Counter[str] = Counter()
        for other in (raw[n + 1] if n + 1 < len(raw) else None, raw[n - 1] if n else None):
            if other is not None and other[3] is not None and abs(other[0] - first) < 9:
                near.update(other[3].gives["ids"])
        ids = [i for i in match.gives["ids"] if _allowed(layers, lexicon.places[i], match, cue_type, first, near)]
        place, runner = _choose(lexicon, ids, cue=cue_type, near=near, focus=focus, state=state)
        if place is not None:
            out.append(Naming(first, last, span, place, cue_type, relation, runner))
        elif cue is not None and cue_type in ("village", "town", "neighbourhood", "area", "district", "subdistrict"):
            out.append(Naming(first, last, span, None, cue_type, relation))
    return tuple(out)


def _allowed(
    layers: Layers, place: Place, match: Match, cue: str | None, first: int, near: Counter[str]
) -> bool:
    """A name that is also a common word needs a type word, or a preposition and its parent."""
    if not place.needs_cue or cue is not None:
        return True
    before = layers.key(first - 1)
    located = before in _BEFORE_NAME or match.proclitics.endswith("ب")
    return located and any(near[a] for a in ancestors(layers.lexicon, place))


def _relation(layers: Layers, token: int) -> str:
    """Whether a direction or a part word stands right before."""
    for back in (1, 2):
        cue = layers.at["cues"].get(token - back)
        if cue is not None and cue.last == token and "role" in cue.gives:
            return str(cue.gives["role"])
    return ""


_NOT_NAMES = frozenset({"التي", "الذي", "الذين", "ان", "اخري", "مختلفه", "عده", "واسعه", "معينه", "هناك", "هي", "كان", "كانت",
                        "ايضا", "ما", "لم", "تم", "عسكريه", "عسكري", "امنيه", "سكنيه", "حدوديه", "الحدوديه", "مجاوره", "المجاوره",
                        "القديمه", "كبيره", "صغيره", "نائيه", "مفتوحه", "صحراويه", "جبليه", "هذه", "ذلك", "نفسها", "اخر",
                        "تابعه", "التابعه", "الواقعه", "واقعه", "القريبه", "قريبه", "خفض", "بعد", "قبل", "خلال"})  # fmt: skip


def _unknown_name(layers: Layers, cue: Match, inside: set[int]) -> int | None:
    """The end of a name that a type word introduces and the table does not know."""
    i = cue.last
    sentence = layers.sentence(cue.first)
    if cue.form.suffix or cue.gives["type"] in ("governorate", "facility", "city", "area") and cue.form.number == "p":
        return None
    if cue.article or i >= sentence.last or i in inside:
        return None
    token = layers.text.tokens[i]
    key = token.word.key
    layered = any(i in layers.at[x] for x in ("grammar", "events", "casualties", "attribution", "status", "actors", "people", "numbers", "weapons"))
    if token.word.kind != "arabic" or layered or key in _NOT_NAMES or len(key) < 3 or i in layers.time_tokens:
        return None
    if key.startswith(("ب", "ل", "و")) and key[1:3] == "ال":
        return None
    return i + 1


_METHOD: dict[str, Method] = {"": "name", "part": "name", "direction": "sector"}


def located(layers: Layers, naming: Naming) -> Location:
    """The location that a naming tells: point and precision where the place is known."""
    place = naming.place
    name = naming.span.of(layers.text.source)
    if place is None:
        return Location(name, naming.span)
    precision = _PRECISION.get(place.type, 1)
    radius = place.radius_km
    if naming.relation == "direction":
        precision = {4: 5, 6: 6}.get(precision, max(precision, 2))
        radius = max(radius, 20.0)
    elif naming.relation == "part":
        precision, radius = max(precision, 2), radius + 5.0
    return Location(
        name=name, span=naming.span, place_id=place.id, admin1=place.admin1, country=place.country or None,
        lat=place.lat, lon=place.lon, radius_km=radius, precision=precision,
        method=_METHOD[naming.relation], runner_up=naming.runner_up,
    )  # fmt: skip
