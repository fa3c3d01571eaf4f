"""Words of persons' names in a text: given names, what opens and goes on with one, what stands before it.

The words are those of `data/ar/given.yaml`, which the reader does not use; `kind` is what an entry there is as.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from marsad.forms import Form
from marsad.lexicon import person_words
from marsad.read.layers import Layers
from marsad.read.names import closes, head_role, is_small_place, stem

#: Words that a name's own words are not among.
FLAT = ("attribution", "grammar", "cues", "status", "events", "casualties", "numbers", "dates", "people", "weapons",
         "company", "claims", "actors")  # fmt: skip
#: Layers whose words may be a family name after two others.
_TELLING = frozenset({"people", "events", "casualties", "claims", "weapons", "company"})
MIDDLE = frozenset({"عبد", "ابو", "ابي", "ابا", "بن", "ابن", "بنت", "ال", "حج", "حاج", "ملا"})
#: What follows a name and is none of it.
_AFTER = frozenset(
    "انا حاله هما هم هن او اي ام البالغ البالغه المنحدر المنحدره المعروف المعروفه المقيم المقيمه السابق "
    "السابقه المولود المولوده القاطن التابع التابعه الاول الثاني اليوم الماضي الان وذلك والتي والذي "
    "والذين والبالغ والمنحدر والملقب احد احدي اثر جراء اثناء برصاص بشظايا بتهمه بسبب بطلق بحادث "
    "بعيار بينما بين برفقه ابان اذ اذا لكن لان عند عندما حين كما وكان وكانت وقد بات اصبح ما من في "
    "ذات نفسه نفسها بدوره بدورها معا عاما سنه الذي التي هذا هذه ذلك تلك هناك هنا غير سوي كل بعض".split()
)
CLITICS = frozenset("وفبل")
_LONGEST = 7


@lru_cache(maxsize=1)
def words() -> Mapping[str, Mapping[tuple[str, ...], Form]]:
    """The forms of each kind of word in `data/ar/given.yaml`."""
    kinds: dict[str, dict[tuple[str, ...], Form]] = {}
    for entry, forms in person_words():
        kinds.setdefault(str(entry.gives["as"]), {}).update(forms)
    # عبدالله is one word or two
    for keys, form in list(kinds["public"].items()):
        if "عبد" in keys[:-1]:
            at = keys.index("عبد")
            kinds["public"][(*keys[:at], keys[at] + keys[at + 1], *keys[at + 2 :])] = form
    return kinds


# ── what a word is ──


def is_of(layers: Layers, i: int, kind: str) -> bool:
    """Whether the token is a word of the kind, with or without its article and clitics."""
    forms = words()[kind]
    return i >= 0 and any((cut.key,) in forms for cut in layers.text.tokens[i].word.cuts)


def clitics_of(layers: Layers, i: int, *kinds: str) -> str | None:
    """The clitics before a word of the kinds that the token holds, None where it holds none."""
    word = layers.text.tokens[i].word
    for cut in word.cuts:
        if cut.article or not CLITICS.issuperset(cut.proclitics):
            continue
        if cut.key == "علي" and (word.bare[-1:] != "ي" or cut.proclitics not in ("", "و")):
            continue
        joined = cut.key.startswith("عبدال") and len(cut.key) > 6 and "name" in kinds
        if joined or any((cut.key,) in words()[kind] for kind in kinds):
            return cut.proclitics
    return None


def listed(layers: Layers, i: int) -> bool:
    """Whether the token as it stands is a given name, with the article at most."""
    key, word = layers.key(i), layers.text.tokens[i].word
    if key == "علي" and word.bare != "علي":
        return False
    return any((k,) in words()[kind] for k in (key, stem(key)) for kind in ("name", "word", "foreign"))


def plain(layers: Layers, i: int) -> bool:
    """Whether the word, which no list has, may be part of a name: nothing else is known of it."""
    word, key = layers.text.tokens[i].word, layers.key(i)
    if word.kind != "arabic" or len(key) < 3 or key in _AFTER or closes(layers, i):
        return False
    if any(i in layers.at[layer] for layer in FLAT) or (
        i in layers.at["places"] and not is_small_place(layers, i)
    ):
        return False
    if is_of(layers, i, "person") or is_of(layers, i, "called") or (key,) in words()["bearer"]:
        return False
    if (
        key.startswith(("وال", "فال", "لل", "ست"))
        or (key.startswith("بال") and len(key) > 5)
        or word.surface.endswith(("ً", "اً", "ًا"))
    ):
        return False
    if key.startswith(("ي", "ت")):
        return key.endswith(("ي", "و", "ا", "ان")) or word.bare.endswith("ة")
    if key.startswith("م") and key.endswith("ا"):
        return False
    with_thing = key.startswith("ب") and word.bare.endswith("ة")
    if key.startswith("ال"):
        return not word.bare.endswith(("ات", "هم"))
    return not with_thing and not word.bare.endswith(("ات", "وا", "تم", "ها", "هم", "ه"))


def _surname(layers: Layers, i: int, k: int, end: int) -> bool:
    """Whether a word ends the name that begins at token `i`, though it looks like a verb or tells of people or acts.

    After one name what a break follows, after two a definite word.
    """
    if k + 1 < end and layers.is_break(k + 1) and layers.key(k)[:1] in ("ت", "ي", "ب"):
        unknown = not any(k in layers.at[layer] for layer in (*FLAT, "places"))
        return unknown and not closes(layers, k) and layers.key(k) not in _AFTER
    if k < i + 2:
        return False
    known = {layer for layer in FLAT if k in layers.at[layer]}
    other = is_of(layers, k, "called") or k in layers.at["places"] or k in layers.time_tokens
    definite = layers.key(k).startswith("ال") and layers.key(k) not in _AFTER
    return definite and not other and bool(known) and known <= _TELLING


def run_of(layers: Layers, i: int, end: int) -> int:
    """After the words of the name whose first word is token `i`."""
    k, unlisted = i, 0
    while k < min(end, i + _LONGEST):
        key, word = layers.key(k), layers.text.tokens[k].word
        apart = k > i and (layers.is_break(k) or any(c in layers.text.between(k - 1, k) for c in '"“«»”'))
        if apart or word.kind not in ("arabic", "latin"):
            break
        opens = key in MIDDLE if k > i else clitics_of(layers, k, "title") is not None
        if opens and not (k > i and word.bare == "أبا"):
            inner = k + 1 < end and (listed(layers, k + 1) or layers.key(k + 1).startswith("ال") or plain(layers, k + 1)
                                     or layers.key(k + 1) in MIDDLE)  # fmt: skip
            if not inner:
                break
            k += 1 if layers.key(k + 1) in MIDDLE else 2
            continue
        known = listed(layers, k) or (key,) in words()["family"] or key in ("الدين", "الله")
        if k > i and not known and not key.startswith("عبدال"):
            unlisted += 1
            if unlisted > 2 or not (plain(layers, k) or _surname(layers, i, k, end)):
                break
            # what و joins is another
            if key.startswith("و") and not word.bare.endswith("ي"):
                break
        k += 1
    return k


# ── what stands before a name ──


def bears(layers: Layers, i: int) -> bool:
    """Whether the token opens what is called after someone: 'brigade', 'bridge', 'the prophet'."""
    if i < 0:
        return False
    forms = words()["bearer"]
    return any((cut.key,) in forms and not cut.article for cut in layers.text.tokens[i].word.cuts)


def namesake(layers: Layers, i: int, end: int) -> int:
    """After the namesake that the token opens: 'brigade of Khalid ibn al-Walid', else the token."""
    if not bears(layers, i) or i + 1 >= end:
        return i
    k = i + 1
    if is_of(layers, k, "person") or head_role(layers, k) in ("rank", "title"):
        k += 1
    names = k < end and (listed(layers, k) or clitics_of(layers, k, "title") is not None or bears(layers, k))
    return max(run_of(layers, k, end), k + 1) if names else i


def opened_by(layers: Layers, i: int) -> str:
    """What kind of word before the token says that a name follows, empty where none does."""
    j = i - 1
    while j >= 0 and layers.key(j) in ("(", ":", "[", '"', "“", "«"):
        j -= 1
    if j < 0 or layers.text.sentence_at(j) != layers.text.sentence_at(i):
        return ""
    two = (layers.key(j - 1), layers.key(j))
    if (two[1],) in words()["called"] or two in words()["called"]:
        return "called"
    if (two[1].removeprefix("و").removeprefix("ل"),) in words()["house"]:
        return "house"
    adjective = j > 0 and layers.key(j).startswith("ال") and layers.key(j).endswith(("ي", "يه"))
    for k in (j, j - 1) if adjective else (j,):
        cuts = layers.text.tokens[k].word.cuts
        if {(layers.key(j),), (layers.key(j).removeprefix("و"),)} & words()["kin"].keys():
            return "kin"
        for cut in cuts:
            form = words()["person"].get((cut.key,)) or words()["civil"].get((cut.key,))
            if form is None:
                continue
            owned = layers.text.tokens[k].word.bare.endswith(("ه", "ها", "هم"))
            if not (cut.article or cut.key.startswith("ال") or owned):
                return "person"
            within = k > layers.sentence(i).first
            harmed = within and any(k - 1 in layers.at[layer] for layer in ("events", "casualties"))
            return "suffered" if harmed else "definite"
    return ""


def _says(layers: Layers, i: int) -> bool:
    verb = layers.at["attribution"].get(i)
    return verb is not None and verb.gives["role"] == "verb" and "plain" in verb.gives


def lists(layers: Layers, i: int) -> bool:
    """Whether the names of those just counted begin at the token: 'they are', 'each of', a colon, 'said'."""
    before = layers.key(i - 2 if layers.key(i - 1) in ("“", '"', "«") else i - 1)
    told = before in (":", "هم", "هما", "وهم", "وهما", "وهو") or _says(layers, i - 1)
    return told or layers.governor(i) < i - 1
