"""One naming of a place: what the text says of where."""

from __future__ import annotations

from dataclasses import dataclass, field

from marsad.lexicon import Lexicon
from marsad.model import Place, Span

#: How exactly a kind of place says where; the larger, the more exact.
RANK = {
    "country": 0, "region": 1, "desert": 1, "border": 1, "governorate": 2, "countryside": 2, "district": 3.6,
    "subdistrict": 4, "area": 4, "river": 2, "lake": 3, "road": 3, "mountain": 4, "wadi": 5, "city": 4, "town": 5,
    "village": 6, "neighbourhood": 6, "square": 7, "camp": 6, "prison": 7, "base": 6, "airport": 6, "crossing": 6,
    "dam": 6, "oilfield": 6, "facility": 6.5, "building": 6.5,
}  # fmt: skip
#: Kinds of place whose names many places bear.
SMALL = frozenset({"village", "town", "neighbourhood", "area", "square", "wadi", "mountain", "subdistrict"})
#: Cities that are a governorate of their own within another: around them is the other.
_RINGED = {"syr-damascus": "Rif Dimashq", "syr-damascus-damascus": "Rif Dimashq"}


@dataclass(frozen=True, slots=True)
class Naming:
    """One naming of a place: `place` is `None` where no table knows it, `parent` then what holds it.

    `relation` is empty, `direction` (north of X), `part` (the middle of X), `edge` (its outskirts), `near`,
    `list` (its `members` are named in a row) or `referring` ('the town': `span` is the name it stands for).
    `beside` is what a road, a river or a border is told with: the stretch that is there is meant.
    `bearing` is the direction from the place in degrees, `km` the distance that is told; `line` says of a
    list that something lies `between` its two members or `along` the way from one to the other.
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
    bearing: float | None = None
    km: float | None = None
    line: str = ""
    beside: Place | None = None
    #: The kind of place: of the table, else as its type word says.
    kind: str = field(init=False, compare=False)
    #: How exactly it says where.
    rank: float = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", self.place.type if self.place else self.cue or "area")
        object.__setattr__(self, "rank", self._rank())

    def _rank(self) -> float:
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
        known = self.beside or self.place or self.parent
        if known is not None and self.relation in ("direction", "edge", "near") and known.id in _RINGED:
            return _RINGED[known.id]
        return known.admin1 if known else None


def ancestors(lexicon: Lexicon, place: Place) -> tuple[str, ...]:
    """Ids of the places that hold it, nearest first."""
    return lexicon.gazetteer.holders(place)
