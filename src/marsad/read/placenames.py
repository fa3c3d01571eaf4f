"""Which stretches of a text name a place: names of the table, and names that a type word marks.

Only the curated table is scanned for. A type word (قرية، حي، سجن) marks a name that the table may
not know.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass

from marsad.lexicon import Match
from marsad.read.actors import Mention
from marsad.read.layers import Layers
from marsad.read.newnames import SERIES, quoted, unknown_name
from marsad.text import tokenise

#: Type words whose noun belongs to the name: 'the Q bridge' is no place called Q.
_WHOLE = frozenset(
    {"camp", "prison", "base", "mountain", "wadi", "square", "facility", "building", "countryside", "road"}
)
#: Type words that, with the article alone, mean a place named before.
_REFERRING = frozenset({"village", "town", "city", "camp", "prison", "neighbourhood", "subdistrict", "governorate",
                        "district", "country", "capital"})  # fmt: skip


@dataclass(slots=True)
class Named:
    """A stretch that names a place, before anything is decided."""

    first: int
    last: int
    start: int
    match: Match | None
    cue: Match | None
    refers: bool = False
    typed: str = ""
    relation: str = ""
    bearing: float | None = None
    km: float | None = None
    bank: bool = False

    @property
    def kind(self) -> str | None:
        """What its type word says."""
        return str(self.cue.gives["type"]) if self.cue else None

    @property
    def ids(self) -> list[str]:
        """The places of the table that bear the name."""
        return list(self.match.gives["ids"]) if self.match else []


def _blocks(mention: Mention) -> bool:
    """Whether nothing in the mention can name a place; a single noun for people or things can begin a name."""
    if mention.kind in ("name", "force", "short"):
        return True
    return mention.kind == "people" and mention.last - mention.first > 1 and mention.group != "objects"


def scan_names(layers: Layers, mentions: Sequence[Mention]) -> list[Named]:
    """Every stretch that names a place, left to right, outside the names of actors."""
    places, cues = layers.at["places"], layers.at["cues"]
    inside = {t for m in mentions if _blocks(m) and not (m.first in cues and cues[m.first].gives.get("type") == "building")
              for t in range(m.first, m.last)}  # fmt: skip
    raw: list[Named] = []
    taken, series = -1, None
    for i in sorted({*places, *cues, *_series_starts(layers)}):
        if i < taken or i in inside or i in layers.time_tokens:
            continue
        match, cue = _named(layers, i), cues.get(i)
        if (
            match is not None
            and cue is not None
            and cue.gives.get("role") == "bank"
            and _river(layers, match.last)
        ):
            match = None  # 'the west bank of the Euphrates' is no West Bank
        item = None
        if match is not None and (cue is None or match.last > cue.last):
            typed = str(cue.gives.get("type", "")) if cue is not None else ""
            if cue is None and series is not None and _goes_on(layers, raw, i):
                typed = str(series.gives["type"])
            else:
                series = None
            item = Named(i, match.last, match.start, match, None, typed=typed)
        elif cue is not None and "type" in cue.gives:
            item = _after_cue(layers, cue, inside)
            series = cue if item is not None and cue.form.number in ("p", "d") else None
        elif match is None and cue is None and series is not None and raw and raw[-1].last == i:
            alone = layers.key(i) == "و"
            last = unknown_name(layers, series, i + alone, inside)
            if last is not None:
                start = layers.text.tokens[i + alone].start + (not alone)
                item = Named(i, last, start, None, series)
        if item is None:
            continue
        _relate(layers, item)
        _extend(layers, item)
        raw.append(item)
        taken = item.last
    _measure(layers, raw)
    return raw


def _goes_on(layers: Layers, raw: Sequence[Named], i: int) -> bool:
    """Whether the name there goes on with the list that the last name is in: 'the villages of A, B and C'."""
    if not raw or raw[-1].relation or i - raw[-1].last > 1:
        return False
    return layers.key(i - 1) in ("،", "و") if i > raw[-1].last else layers.key(i).startswith("و")


def _named(layers: Layers, i: int) -> Match | None:
    """The name of the table that begins there.

    It ends before a direction where the table has the two as one name without the article:
    الباب شرقي حلب is al-Bab, east of Aleppo; باب شرقي is a gate of Damascus.
    """
    match = layers.at["places"].get(i)
    side = layers.at["cues"].get(i + 1)
    if (
        match is None
        or not match.article
        or match.last == i + 1
        or side is None
        or "bearing" not in side.gives
    ):
        return match
    token = layers.text.tokens[i]
    found = layers.lexicon.scan(tokenise(layers.text.source[token.start : token.end]))["places"]
    return found[0]._replace(first=i, last=i + 1, start=match.start, end=token.end) if found else match


def _series_starts(layers: Layers) -> list[int]:
    """Tokens that may go on with a list of names after a plural type word."""
    out: list[int] = []
    for cue in layers.matches["cues"]:
        if cue.gives.get("type") in SERIES and cue.form.number in ("p", "d"):
            out.extend(t for t in range(cue.last + 1, cue.last + 7) if layers.key(t).startswith("و"))
    return out


def _after_cue(layers: Layers, cue: Match, inside: Set[int]) -> Named | None:
    """The name that a type word introduces: of the table, unknown, or told before."""
    if cue.gives["type"] == "wadi" and layers.text.tokens[cue.first].word.bare.startswith("وأ"):
        return None  # وأدى, 'and led to', folds like وادي
    named = _named(layers, cue.last)
    second = layers.at["cues"].get(cue.last)
    kind = cue.gives["type"]
    if named is not None and cue.last not in inside and cue.last < layers.sentence(cue.first).last:
        if not named.proclitics and not cue.form.suffix:
            return Named(cue.first, named.last, named.start, named, cue)
    if (
        second is not None
        and second.gives.get("type")
        and kind in ("countryside", "city", "area")
        and not second.article
    ):
        inner = _after_cue(layers, second, inside)
        if inner is not None and not inner.refers:
            inner.first = cue.first
            inner.cue = cue if inner.match else second
            return inner
    if kind == "countryside" and cue.article and layers.key(cue.last) in _SIDES:
        return Named(cue.first, cue.last, cue.start, None, cue)
    last = unknown_name(layers, cue, cue.last, inside)
    if last is not None:
        in_quotes = quoted(layers, cue.last, layers.sentence(cue.first).last)
        whole = cue.article or (kind in _WHOLE and in_quotes is None)
        return Named(cue.first, last, cue.start if whole else layers.text.tokens[cue.last].start, None, cue)
    article = cue.article or kind in ("country", "capital")
    if article and kind in _REFERRING and cue.form.number in ("", "s") and not cue.form.suffix:
        nation = layers.at["actors"].get(cue.last)
        if nation is None or nation.gives["kind"] != "adjective":
            return Named(cue.first, cue.last, cue.start, None, cue, refers=True)
    return None


def _relate(layers: Layers, item: Named) -> None:
    """Whether a direction or a part word stands right before; a direction belongs to the name."""
    cues = layers.at["cues"]
    if _on_bank(layers, item):
        return
    for back in (1, 2, 3):
        cue = cues.get(item.first - back)
        if cue is None or "role" not in cue.gives:
            continue
        direct = cue.last == item.first
        if direct or (cue.last == item.first - 1 and cue.article and layers.key(cue.last) == "من"):
            if cue.gives["role"] in ("distance", "bank"):
                return
            item.relation = str(cue.gives["role"])
            if item.relation == "direction":
                item.first, item.start = cue.first, cue.start
                # 'the southern entrance of X' is a part of X
                if not (cue.article and layers.key(cue.first).endswith("ي")):
                    item.bearing = float(cue.gives["bearing"])
            return


def _river(layers: Layers, i: int) -> bool:
    """Whether a river is named there."""
    match, table = layers.at["places"].get(i), layers.lexicon.places
    return match is not None and any(table[id_].type == "river" for id_ in match.gives["ids"])


def _on_bank(layers: Layers, item: Named) -> bool:
    """Take 'the east bank of' into the name of a river."""
    key = layers.key(item.first - 1)
    first = item.first - (key == "من" or key in _SIDES)
    first -= layers.key(first - 1) in _SIDES
    cue = layers.at["cues"].get(first - 1)
    if cue is None or cue.gives.get("role") != "bank" or item.match is None:
        return False
    item.first, item.start, item.relation, item.bank = cue.first, cue.start, "near", True
    item.last += layers.key(item.last) in _SIDES
    return True


_SIDES = frozenset(
    {"الشمالي", "الجنوبي", "الشرقي", "الغربي", "الاوسط", "الشماليه", "الجنوبيه", "الشرقيه", "الغربيه"}
)


def _extend(layers: Layers, item: Named) -> None:
    """Take in 'southern' after 'the countryside of X'."""
    if item.kind != "countryside":
        return
    item.start = item.cue.start if item.cue is not None and item.relation != "direction" else item.start
    while layers.key(item.last) in _SIDES:
        side = layers.at["cues"].get(item.last)
        if side is not None and item.relation != "direction":
            item.bearing = float(side.gives["bearing"])
        item.last += 1


def _unsided(layers: Layers, item: Named) -> None:
    """Take 'west of M' for a direction from M where the table has it as the name of a region."""
    cue = layers.at["cues"].get(item.first)
    if item.match is None or cue is None or "bearing" not in cue.gives or cue.last >= item.last:
        return
    rest = layers.text.source[layers.text.tokens[cue.last].start : layers.text.tokens[item.last - 1].end]
    found = layers.lexicon.scan(tokenise(rest))["places"]
    if found:
        item.match, item.relation, item.bearing = found[0], "direction", float(cue.gives["bearing"])


#: What may stand between a distance and the name that it is measured from.
_FROM = frozenset({"الي", "من", "عن"})
#: How many words after a name its distance may stand: 'to the north of X, at about 40 km'.
_DISTANCE_WINDOW = 4


def _measure(layers: Layers, raw: Sequence[Named]) -> None:
    """Give names the distance that is told from them: '15 km north of X', 'north of X (45 km)'."""
    ends = None
    for unit in layers.matches["cues"]:
        if unit.gives.get("role") != "distance":
            continue
        if ends is None:
            ends = {amount.last: amount for amount in layers.amounts}
        amount = ends.get(unit.first)
        number = amount.high or amount.low if amount is not None else 2 if unit.form.number == "d" else None
        if not number:
            continue
        km = number * float(unit.gives["km"])
        first = amount.first if amount is not None else unit.first
        after = next((item for item in raw if item.first >= unit.last), None)
        before = next((item for item in raw[::-1] if item.last <= first), None)
        gap = range(unit.last, after.first) if after is not None else range(0)
        if after is not None and len(gap) <= 2 and all(layers.key(k) in _FROM for k in gap):
            _unsided(layers, after)
            after.km, after.relation = km, after.relation or "near"
        elif before is not None and before.bearing is not None and first - before.last <= _DISTANCE_WINDOW:
            if not any(layers.is_break(k) and layers.key(k) != "(" for k in range(before.last, first)):
                before.km = km
