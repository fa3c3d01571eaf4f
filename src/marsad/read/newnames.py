"""How far a name reaches that a type word introduces and the table does not know.

It is told by quotation marks, by its grammar and by what follows it.
"""

from __future__ import annotations

import re
from collections.abc import Set

from marsad.lexicon import Match
from marsad.read.layers import Layers

#: Type words whose plural introduces a row of names.
SERIES = frozenset({"village", "town", "neighbourhood", "subdistrict"})
#: Kinds that 'the house of' may be.
_HOUSED = SERIES | {"facility"}
_NOT_NAMES = frozenset(
    """
    محيطه مزدحمه مكتظه الي علي التي الذي الذين ان اخري مختلفه عده واسعه معينه هناك هي كان كانت ايضا ما لم لا تم نحو امنيه حتي منذ
    عند حيث كما قد اي كل القديمه كبيره صغيره نائيه مفتوحه هذه هذا ذلك نفسها نفسه اخر اثر تابعه التابعه
    التابع الواقعه الواقع واقعه القريبه قريبه خفض بعد قبل خلال ذات غير يوم صباح مساء فجر ليل امس اليوم
    واحده واحد بحسب وفق دون هو وهي وهو الى او ثم بينما ضمن الا لكن مما يسكنها المجاوره الحدوديه الحدودي
    تسيطر تضم تقع يقع يربط تربط يسيطر تشهد تبعد تعرف يعرف يسمي تسمي امنه اهله نفوذ حظر بيانات باكملها
    تتواجد يتواجد تخضع يخضع تمتد يمتد كثيفه محدده مكتظا معارضه وعره يرتادها يقطنها يقطنهما يسكنهما يشملها يضم
    منحت غيرها غيرهما بريفها ريفها سيطره نشاط مواليتين شيعيتين تقطنها
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


def quoted(layers: Layers, i: int, end: int) -> int | None:
    """The end of the name at `i` where quotation marks enclose it."""
    before = layers.text.source[layers.text.tokens[i - 1].end : layers.text.tokens[i].start]
    if not any(c in '"“”«„' for c in before):
        return None
    for k in range(i, min(i + 4, end)):
        after_end = layers.text.tokens[k + 1].start if k + 1 < end else layers.text.tokens[k].end + 1
        if any(c in '"”“»' for c in layers.text.source[layers.text.tokens[k].end : after_end]):
            return k + 1
    return None


def unknown_name(layers: Layers, cue: Match, i: int, inside: Set[int]) -> int | None:
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
    if (form.number in ("p", "d") and kind not in SERIES) or (head.endswith("ا") and len(head) > 3):
        return None
    in_quotes = quoted(layers, i, end) if not cue.article or kind in ("area", "neighbourhood") else None
    if in_quotes is not None:
        return in_quotes
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
    if opens and kind in _HOUSED and not cue.article and i + 1 < end and _plain(layers, i + 1, inside):
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
