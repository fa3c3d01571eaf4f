"""Which stretches of a text name a place: names of the table, and names that a type word marks.

Only the curated table is scanned for. A type word (قرية، حي، سجن) marks a name that the table may
not know; how far such a name reaches is told by quotation marks, by its grammar and by what
follows it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass

from marsad.lexicon import Match
from marsad.read.actors import Mention
from marsad.read.layers import Layers
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
        match, cue = places.get(i), cues.get(i)
        item = None
        if match is not None and (cue is None or match.last > cue.last):
            typed = str(cue.gives.get("type", "")) if cue is not None else ""
            item = Named(i, match.last, match.start, match, None, typed=typed)
        elif cue is not None and "type" in cue.gives:
            item = _after_cue(layers, cue, inside)
            series = cue if item is not None and cue.form.number in ("p", "d") else None
        elif match is None and cue is None and series is not None and raw and raw[-1].last == i:
            alone = layers.key(i) == "و"
            last = _unknown_name(layers, series, i + alone, inside)
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


def _series_starts(layers: Layers) -> list[int]:
    """Tokens that may go on with a list of names after a plural type word."""
    out: list[int] = []
    for cue in layers.matches["cues"]:
        if cue.gives.get("type") in _SERIES and cue.form.number in ("p", "d"):
            out.extend(t for t in range(cue.last + 1, cue.last + 7) if layers.key(t).startswith("و"))
    return out


_SERIES = frozenset({"village", "town", "neighbourhood", "subdistrict"})


def _after_cue(layers: Layers, cue: Match, inside: Set[int]) -> Named | None:
    """The name that a type word introduces: of the table, unknown, or told before."""
    if cue.gives["type"] == "wadi" and layers.text.tokens[cue.first].word.bare.startswith("وأ"):
        return None  # وأدى, 'and led to', folds like وادي
    named = layers.at["places"].get(cue.last)
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
    last = _unknown_name(layers, cue, cue.last, inside)
    if last is not None:
        quoted = _quoted(layers, cue.last, layers.sentence(cue.first).last)
        whole = cue.article or (kind in _WHOLE and quoted is None)
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
    for back in (1, 2, 3):
        cue = cues.get(item.first - back)
        if cue is None or "role" not in cue.gives:
            continue
        direct = cue.last == item.first
        if direct or (cue.last == item.first - 1 and cue.article and layers.key(cue.last) == "من"):
            if cue.gives["role"] == "distance":
                return
            item.relation = str(cue.gives["role"])
            if item.relation == "direction":
                item.first, item.start = cue.first, cue.start
                # 'the southern entrance of X' is a part of X
                if not (cue.article and layers.key(cue.first).endswith("ي")):
                    item.bearing = float(cue.gives["bearing"])
            return


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
        before = next((item for item in reversed(raw) if item.last <= first), None)
        gap = range(unit.last, after.first) if after is not None else range(0)
        if after is not None and len(gap) <= 2 and all(layers.key(k) in _FROM for k in gap):
            _unsided(layers, after)
            after.km, after.relation = km, after.relation or "near"
        elif before is not None and before.bearing is not None and first - before.last <= _DISTANCE_WINDOW:
            if not any(layers.is_break(k) and layers.key(k) != "(" for k in range(before.last, first)):
                before.km = km


_NOT_NAMES = frozenset(
    """
    محيطه مزدحمه مكتظه الي علي التي الذي الذين ان اخري مختلفه عده واسعه معينه هناك هي كان كانت ايضا ما لم لا تم نحو امنيه حتي منذ
    عند حيث كما قد اي كل القديمه كبيره صغيره نائيه مفتوحه هذه هذا ذلك نفسها نفسه اخر اثر تابعه التابعه
    التابع الواقعه الواقع واقعه القريبه قريبه خفض بعد قبل خلال ذات غير يوم صباح مساء فجر ليل امس اليوم
    واحده واحد بحسب وفق دون هو وهي وهو الى او ثم بينما ضمن الا لكن مما يسكنها المجاوره الحدوديه الحدودي
    تسيطر تضم تقع يقع يربط تربط يسيطر تشهد تبعد تعرف يعرف يسمي تسمي امنه اهله نفوذ حظر بيانات باكملها
    كامله مشتركه السكنيه سكنيه شعبيه رئيسه الرئيسه الرئيسي الرئيسيه السريع الدولي مثل تحت فوق
    """.split()
)
LAYERS = ("grammar", "events", "casualties", "attribution", "status", "actors", "people", "numbers", "weapons", "dates",
           "cues", "places")  # fmt: skip
#: Nouns that begin a name of several words.
_OPENERS = frozenset(
    """
    كفر تل عين ابو ام بيت دير خان عرب الشيخ شيخ باب راس بني ال البو بو خربه مزرعه رسم جب بئر قره باش زور
    كهف حمام برج كوم دار عبد سيد السيد الامام حسن علي النبي جسر قصر خزان اولاد
    """.split()
)
_BOUNDS = frozenset({"في", "التابعه", "التابع", "الواقعه", "الواقع", "القريبه", "المحاذيه", "المجاوره", "ضمن", "من", "قرب",
                     "علي", "و"})  # fmt: skip


#: 'inhabited', 'subject (to)': feminine participles that describe a type word and name nothing.
_PARTICIPLE = re.compile("م..و.ه|.ا..ه")


def _plain(layers: Layers, i: int, inside: Set[int]) -> bool:
    """Whether the token is a word that nothing else explains."""
    word = layers.text.tokens[i].word
    if (
        word.kind != "arabic"
        or i in inside
        or i in layers.time_tokens
        or word.key in _NOT_NAMES
        or len(word.key) < 2
    ):
        return False
    return not any(i in layers.at[layer] for layer in LAYERS)


def _quoted(layers: Layers, i: int, end: int) -> int | None:
    """The end of the name at `i` where quotation marks enclose it."""
    before = layers.text.source[layers.text.tokens[i - 1].end : layers.text.tokens[i].start]
    if not any(c in '"“”«„' for c in before):
        return None
    for k in range(i, min(i + 4, end)):
        after_end = layers.text.tokens[k + 1].start if k + 1 < end else layers.text.tokens[k].end + 1
        if any(c in '"”“»' for c in layers.text.source[layers.text.tokens[k].end : after_end]):
            return k + 1
    return None


def _unknown_name(layers: Layers, cue: Match, i: int, inside: Set[int]) -> int | None:
    """The end of a name at `i` that a type word introduces and the table does not know."""
    end = layers.sentence(cue.first).last
    kind, form = cue.gives["type"], cue.form
    if (
        form.suffix
        or i >= end
        or (i in inside and kind not in _HONOURS)
        or kind in ("country", "capital", "countryside", "governorate", "road")
    ):
        return None
    head = layers.key(cue.first)
    if (form.number in ("p", "d") and kind not in _SERIES) or (head.endswith("ا") and len(head) > 3):
        return None
    quoted = _quoted(layers, i, end) if not cue.article or kind in ("area", "neighbourhood") else None
    if quoted is not None:
        return quoted
    key = layers.key(i)
    if i > cue.last and layers.key(i - 1) != "و":
        key = key[1:]
    definite = key.startswith("ال")
    if kind == "building":
        return _building(layers, cue, i, end)
    if cue.article and not (definite and kind == "neighbourhood" and form.number != "p"):
        return None
    if definite and kind in _HONOURS and not cue.article and form.number == "s" and _noun(layers, i):
        return i + 1
    opens = key in _OPENERS and i not in layers.at["grammar"]  # بيت ساوا: a house elsewhere
    if (
        opens
        and kind in (*_SERIES, "facility")
        and not cue.article
        and i + 1 < end
        and _plain(layers, i + 1, inside)
    ):
        return i + 2
    if not _plain(layers, i, inside):
        return None
    if len(key) < 3 or key.startswith(("بال", "لل", "وال")) or key in _NOT_NAMES:
        return None
    if key.startswith("ل") and kind in ("facility", "base", "camp", "prison"):
        return None  # 'a plant for': what it is for is no name
    if not definite and _PARTICIPLE.fullmatch(key):
        return None
    # منطقة جبلية, منطقة تعاني, but منطقة غازي عثمان
    of_its_own = form.gender == "f" and form.number == "s" and not key.startswith(("ت", "ي"))
    nisba = (key.endswith("يه") and form.gender != "m") or (
        key.endswith(("ي", "يا")) and kind != "village" and not of_its_own
    )
    if i == cue.last and not definite and nisba:
        return None
    return _longer(layers, i, end, key, inside)


#: Places that are named after people and things: 'the martyrs' camp', 'Sixty Street'.
_HONOURS = frozenset({"neighbourhood", "camp", "square"})


def _noun(layers: Layers, i: int) -> bool:
    """Whether the token is a word for people or a number that can stand in such a name."""
    found = [layer for layer in LAYERS if i in layers.at[layer]]
    title = found == ["attribution"] and layers.role("attribution", i) in ("title", "rank")
    return (
        bool(found)
        and (title or set(found) <= {"people", "casualties", "numbers"})
        and layers.at[found[0]][i].last == i + 1
    )


def _building(layers: Layers, cue: Match, i: int, end: int) -> int | None:
    """The end of a building's name: up to the definite noun, nationality or place that closes it."""
    if cue.article:
        return i + 1 if _adjective(layers, i) or cue.first in layers.at["actors"] else None
    for k in range(i, min(i + 3, end)):
        key = layers.key(k)
        if (
            layers.text.tokens[k].word.kind != "arabic"
            or key in _NOT_NAMES
            or key in _BOUNDS
            or k in layers.at["events"]
        ):
            return None
        if k in layers.at["places"]:
            return None if layers.at["places"][k].proclitics else layers.at["places"][k].last
        cue_here = layers.at["cues"].get(k)
        if key.startswith(("بال", "لل")) or (cue_here and (cue_here.proclitics or "role" in cue_here.gives)):
            return None
        if key.startswith("ال"):
            return k + 1
    return None


def _adjective(layers: Layers, i: int) -> bool:
    match = layers.at["actors"].get(i)
    return match is not None and match.gives["kind"] == "adjective"


def _longer(layers: Layers, i: int, end: int, key: str, inside: Set[int]) -> int:
    """Take in a second word of the name where what follows it closes the name."""
    k = i + 1
    known = layers.at["places"].get(k)
    if (
        known is not None
        and not key.startswith("ال")
        and not known.proclitics
        and not known.article
        and k not in layers.at["cues"]
    ):
        return known.last
    if k >= end or not _plain(layers, k, inside) or layers.key(k).startswith(("وال", "بال", "لل")):
        return k
    second = layers.key(k)
    opener = key in _OPENERS
    if key.startswith("ال") and not opener and not (second.startswith("ال") and second.endswith(("ي", "يه"))):
        return k
    after = k + 1
    closes = (
        after >= end
        or layers.is_break(after)
        or layers.key(after) in _BOUNDS
        or after in layers.at["cues"]
        or any(layers.key(after).startswith(p) for p in ("ب", "وال", "لل"))
    )
    return k + 1 if opener or (closes and not second.startswith(("و", "ي", "ت", "ب", "ف"))) else k
