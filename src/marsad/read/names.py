"""Where a speaker's name begins, goes on and ends: the words around it, one at a time."""

from __future__ import annotations

from marsad.lexicon import Match
from marsad.model import SpeakerClass
from marsad.read.layers import Layers

#: Words that open what is said.
THAT = frozenset({"ان", "انه", "انها", "انهم", "انهما", "اننا", "بان", "بانه", "بانها", "بانهم", "قوله", "قولها", "قولهم", "فان",
                  "وان", "تاكيده", "تاكيدها"})  # fmt: skip
NAMED = frozenset({"unit", "body", "source"})
HEADS = frozenset({"body", "unit", "source", "title", "rank", "document"})
_CUES = frozenset(
    {"verb", "according", "participle", "claimed", "document", "medium", "outlet", "more", "turn", "noun"}
)
_ENDS = frozenset({
    "امام", "برفقه", "وهو", "وهي", "وهم", "ومقره", "ومقرها",
    "عن", "الي", "علي", "خلال", "عبر", "مساء", "فجر", "ظهر", "اليوم", "امس", "يوم", "عقب",
    "بعد", "قبل", "منذ", "ضمن", "حول", "بشان", "تعليقا", "ردا", "رسميا", "قد", "كان", "كانت",
    "حيث", "الذي", "التي", "الذين", "مسووليته", "مسووليتها", "هو", "هي", "هل", "ليس", "بشكل",
    "لم", "لن", "لا", "مع", "نحو", "حين", "فيما", "بينما", "ايضا", "لدي", "انطلاق", "استعاده",
    "السيطره", "تدمير", "اعتقال", "القاء", "القبض", "احباط", "ضبط", "تنفيذ", "بدء", "تحرير",
    "تفكيك", "العثور", "وصول", "نجاح", "فرض", "حظر", "مواصله", "استمرار", "انتهاء", "اكتمال",
    "التوصل", "اسقاط", "تصفيه", "الافراج", "ارسال", "سحب", "انسحاب", "تشكيل", "وقف", "رفض",
    "موافقه", "رفع", "حتي", "ضد", "علمها", "تمكن", "تمكنها", "تمكنت", "بمقتل", "باصابه"
})  # fmt: skip
LINKS = frozenset({"في", "من", "ب", "داخل", "باسم", "باسمها", "باسمه", "ل", "لشوون", "بشوون", "لدي", "التابع", "التابعه",
                    "برتبه"})  # fmt: skip
#: Adjectives of a speaker that are none of origin or kind.
_OTHER = frozenset(
    "اخر اخري اخرون اخرين كبير رفيع رفيعه بارز سابق مقرب مقربه موقته عليا مشتركه عامه موحده مسلحه متحده".split()
)
_OPENING = ('"', "“", "«", "'", "”")
_LARGE = ("country", "governorate", "city", "district")
_NISBA = ("ي", "يه", "يون", "يين", "يان", "تين")
_GROUPS = frozenset({"jihadist", "opposition", "militia", "houthis", "pkk", "palestinian", "sdf"})


def head_role(layers: Layers, token: int) -> str:
    """The role of the attribution entry that begins at the token."""
    return layers.role("attribution", token)


def stem(key: str) -> str:
    """The folded word without the article."""
    return key[2:] if key.startswith("ال") and len(key) > 4 else key


def known_name(layers: Layers, i: int) -> tuple[int, SpeakerClass | None] | None:
    """Where a known name that begins at the token ends, and the class of such a speaker."""
    out: tuple[int, SpeakerClass | None] | None = None
    actor = layers.at["actors"].get(i)
    if actor is not None and actor.gives["kind"] != "adjective":
        side = layers.lexicon.actors[actor.gives["code"]].side
        klass: SpeakerClass = (
            "armed_group" if side in _GROUPS else "organisation" if side == "un" else "official"
        )
        out = actor.last, klass
    place = layers.at["places"].get(i)
    if place is not None and (out is None or place.last > out[0]):
        out = place.last, None
    force = layers.at["people"].get(i)
    if force is not None and force.gives.get("force") and (out is None or force.last > out[0]):
        out = force.last, "official"
    return out


def country_at(layers: Layers, i: int) -> Match | None:
    """The country named at the token."""
    match = layers.at["places"].get(i)
    if match is None:
        return None
    return match if layers.lexicon.places[match.gives["ids"][0]].type == "country" else None


def is_nisba(layers: Layers, i: int) -> bool:
    """Whether the word looks like an adjective of origin or kind: أمني، عراقية."""
    item = layers.text.tokens[i].word
    return item.kind == "arabic" and len(item.key) > 2 and item.key.endswith(_NISBA)


def is_end(layers: Layers, i: int) -> bool:
    """Whether the word is one that no name goes over."""
    # the name علي folds like the preposition على
    return layers.key(i) in _ENDS and layers.text.tokens[i].word.bare != "علي"


def closes(layers: Layers, i: int) -> bool:
    """Whether no speaker's name goes on at the token."""
    key = layers.key(i)
    if key in THAT or is_end(layers, i) or i in layers.time_tokens or layers.is_break(i):
        return True
    if head_role(layers, i) in _CUES:
        return True
    return (i in layers.at["events"] or i in layers.at["casualties"]) and i not in layers.at["actors"]


def completes(layers: Layers, i: int) -> bool:
    """Whether a definite noun at the token may complete the one before it, though it tells of an act.

    'Commander of the campaign', 'father of the victim'.
    """
    word = layers.text.tokens[i].word
    told = i in layers.at["events"] or i in layers.at["casualties"]
    plain = head_role(layers, i) not in _CUES and not is_end(layers, i) and i not in layers.time_tokens
    return told and plain and word.bare.startswith("ال")


def after_gloss(layers: Layers, i: int, end: int) -> int:
    """After the parenthesis that opens at the token, else the token."""
    if layers.key(i) in ("(", "["):
        return next((k + 1 for k in range(i, min(i + 8, end)) if layers.key(k) in (")", "]")), i)
    return i


def opens_quote(layers: Layers, i: int) -> bool:
    """Whether a quotation mark opens right before the token; one that closes stands apart from it."""
    return i > 0 and layers.text.between(i - 1, i).endswith(_OPENING) and not layers.is_break(i)


def opens_speech(layers: Layers, i: int, end: int) -> bool:
    """Whether what is said begins at the token, in quotation marks: they hold more than a name."""
    return opens_quote(layers, i) and quoted(layers, i, end) == i


def quoted(layers: Layers, i: int, end: int) -> int:
    """After the name in quotation marks that opens right before the token, else the token."""
    tokens, source = layers.text.tokens, layers.text.source
    if not opens_quote(layers, i):
        return i
    for k in range(i, min(i + 7, end)):
        after = source[tokens[k].end : tokens[k + 1].start if k + 1 < len(tokens) else len(source)]
        if after[:1] in ('"', "”", "»", "'", "“"):
            return k + 1
        if layers.is_break(k) or layers.key(k) in THAT:
            break
    return i


def _latin(layers: Layers, i: int, end: int) -> int:
    while i < end and layers.text.tokens[i].word.kind == "latin":
        i += 1
    return i


def extended(
    layers: Layers, i: int, end: int, klass: SpeakerClass, *, deep: bool = True, construct: bool = False
) -> tuple[int, SpeakerClass]:
    """Adjectives, places and further bodies that belong to a body's or a source's name.

    `construct`: a body may follow at once ('activists of X'). Not `deep`: adjectives and what
    و joins only, since an object may follow.
    """
    begin = i
    while i < end:
        after = max(
            after_gloss(layers, i, end), _latin(layers, i, end), quoted(layers, i, end) if deep else i
        )
        if after > i:
            i = after
            continue
        key = layers.key(i)
        match = layers.at["attribution"].get(i)
        role = match.gives["role"] if match is not None else ""
        known = known_name(layers, i)
        joined = key.startswith("و") and (match.proclitics == "و" if match is not None else known is not None)
        if match is not None and role in NAMED and joined:
            i = (
                extended(layers, completed(layers, match, end), end, klass, deep=False)[0]
                if role == "unit"
                else match.last
            )
            continue
        if (
            not deep
            and not (joined and known is not None and not closes(layers, i))
            and not is_nisba(layers, i)
            and stem(key) not in _OTHER
        ):
            break
        if key in LINKS:
            inner = layers.at["attribution"].get(i + 1)
            media = inner is not None and inner.gives.get("class") == "media"
            belongs = stem(layers.key(i - 1)).startswith(("تابع", "موال"))
            told_to = key == "ل" and (media or (opens_quote(layers, i + 1) and not belongs))
            after = i if told_to or (klass == "media" and key == "من") else _complement(layers, i + 1, end)
            if after == i:
                break
            if (
                inner is not None
                and inner.gives["role"] in NAMED
                and i + 1 not in layers.at["cues"]
                and i + 1 not in layers.at["places"]
            ):
                klass = inner.gives["class"]
            i = after
            continue
        cue = layers.at["cues"].get(i)
        if (
            cue is not None
            and key not in THAT
            and not closes(layers, i)
            and (cue.last < end and known_name(layers, cue.last))
        ):
            i = cue.last
            continue
        if (
            known is not None
            and (joined or known[1] is None or (i == begin and construct))
            and not key.startswith(("لل", "وال"))
        ):
            i, klass = known[0], known[1] or klass
            continue
        if match is not None and role in NAMED and not match.proclitics and i == begin and construct:
            klass = match.gives["class"] if role != "source" else klass
            i = completed(layers, match, end) if role == "unit" else match.last
            continue
        other = stem(key) in _OTHER or (role == "source" and klass != "media" and key == "مسوول")
        if closes(layers, i) or not (is_nisba(layers, i) or other) or key.startswith("ل"):
            break
        i += 1
    return i, klass


def _complement(layers: Layers, i: int, end: int) -> int:
    """After the body, place or kind of people at the token, else the token before."""
    if i >= end:
        return i - 1
    match = layers.at["attribution"].get(i)
    role = match.gives["role"] if match is not None else ""
    cue, known = layers.at["cues"].get(i), known_name(layers, i)
    if cue is not None:
        place = known_name(layers, cue.last)
        return place[0] if place is not None else cue.last
    if match is not None and role in NAMED:
        return max(
            known[0] if known is not None else 0,
            completed(layers, match, end) if role == "unit" else match.last,
        )
    if known is not None:
        return known[0]
    return layers.at["people"][i].last if i in layers.at["people"] else i - 1


def completed(layers: Layers, head: Match, end: int) -> int:
    """After the noun that completes 'ministry of', 'command of'; a definite noun has none."""
    i = head.last
    if i >= end:
        return i
    after = max(quoted(layers, i, end), _latin(layers, i, end))
    if after > i or head.article:
        return after
    known = known_name(layers, i)
    match = layers.at["attribution"].get(i)
    if match is not None and match.gives["role"] == "unit":
        return completed(layers, match, end)
    if match is not None and match.gives["role"] in NAMED:
        return match.last
    if match is not None and match.gives["role"] == "title" and layers.key(match.last).startswith("ال"):
        return match.last + 1
    if known is not None:
        return known[0]
    stops = (
        layers.key(i) in THAT
        or layers.key(i) in LINKS
        or is_end(layers, i)
        or layers.is_break(i)
        or i in layers.time_tokens
    )
    bare = layers.text.tokens[i].word.bare
    other = head_role(layers, i) in ("document", "medium", "verb", "participle") and not bare.startswith("ال")
    return i if stops or other else i + 1


def name_run(layers: Layers, i: int, end: int) -> int:
    """After the words of a person's name."""
    k = i
    while k < end and k - i < 5:
        if (
            layers.text.tokens[k].word.kind not in ("arabic", "latin")
            or layers.key(k) in THAT
            or layers.key(k) in LINKS
        ):
            break
        if (k > i + 1 and (closes(layers, k) or head_role(layers, k) in HEADS)) or layers.is_break(k):
            break
        if k > i + 1 and (country_at(layers, k) is not None or layers.key(k) in ("احد", "احدي")):
            break
        if k == i + 1 and (
            is_end(layers, k)
            or head_role(layers, k) in HEADS | {"verb", "medium", "document"}
            or k in layers.time_tokens
            or k in layers.at["casualties"]
        ):
            break
        match = layers.at["attribution"].get(k)
        quote = k > i and any(q in layers.text.between(k - 1, k) for q in '"“«')
        if quote or (match is not None and match.proclitics.endswith("ل")):
            break
        k += 1
    return k


def is_small_place(layers: Layers, i: int) -> bool:
    """Whether the token is at most a village's name, which may as well be a person's."""
    match = layers.at["places"].get(i)
    return (
        match is not None
        and match.last == i + 1
        and layers.lexicon.places[match.gives["ids"][0]].type not in _LARGE
    )


def _known_otherwise(layers: Layers, i: int, run: int) -> bool:
    """Whether the words are known as no person's; a person may be called like a village."""
    people, place = layers.at["people"].get(i), layers.at["places"].get(i)
    if people is not None and not people.proclitics:
        return True
    if place is not None and place.last < run and i not in layers.at["actors"]:
        return layers.lexicon.places[place.gives["ids"][0]].type in _LARGE
    return known_name(layers, i) is not None


def is_name(layers: Layers, i: int, end: int) -> bool:
    """Whether two or more plain words at the token can be a person's name."""
    run = name_run(layers, i, end)
    # ألكسندر folds like a word with the article
    if run - i < 2 or layers.text.tokens[i].word.bare.startswith("ال"):
        return False
    plain = not any(k in layers.at[x] and layers.text.tokens[k].word.bare != "علي" for k in (i, i + 1)
                    for x in ("attribution", "grammar", "cues", "status", "events", "casualties", "numbers"))  # fmt: skip
    bares = [layers.text.tokens[k].word.bare for k in (i, i + 1)]
    odd = any(b.endswith(("ات", "ية", "ون", "تم")) or layers.text.tokens[k].word.surface.endswith(("ً", "اً"))
              or b.startswith(("لل", "بال", "ست", "سي")) for k, b in zip((i, i + 1), bares, strict=True))  # fmt: skip
    return plain and not odd and not closes(layers, i) and not _known_otherwise(layers, i, run)
