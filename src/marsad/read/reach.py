"""Where a casualty word finds what it counts: the phrase after it, before it, or what it stands for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from marsad.lexicon import Match
from marsad.read.actors import Mention
from marsad.read.layers import Layers
from marsad.read.phrases import Phrase
from marsad.text import fold


@dataclass(frozen=True, slots=True)
class Page:
    """The layers with their phrases: `at` by first token, `inside` by every token."""

    layers: Layers
    mentions: Mapping[int, Mention]
    at: Mapping[int, Phrase]
    inside: Mapping[int, Phrase]


OBJECTS = frozenset({"destroyed", "seized"})
#: Words that may stand between a casualty word and what it counts.
_SKIP = frozenset(
    "ما لا يقل عن علي الاقل كل اليوم امس كانوا كان قد ايضا هناك تم جميع لدي اكثر اجمالي حياه ارواح سراح فيها فيه منها "
    "خلالها خلاله جراءها اثرها بذلك كذلك حتي الان".split()
)  # fmt: skip
LINKS = frozenset({"علي", "عن"})
_WITHIN = frozenset({"في", "ب", "ل"})
#: What opens the circumstance that may stand between a verb and its object.
_CIRCUMSTANCE = frozenset({"في", "جراء", "اثر", "نتيجه", "خلال", "بعد", "عقب", "اثناء", "قرب", "داخل", "شمال", "جنوب",
                           "شرق", "غرب", "من", "علي", "بسبب", "قبل", "عند", "عبر", "ضمن"})  # fmt: skip
NOUN_BEFORE = _CIRCUMSTANCE | frozenset(
    {"الي", "عن", "بين", "دون", "مع", "حول", "و", "عمليه", "عمليات", "ب", "ل"}
)
_FLAT = ("grammar", "events", "casualties", "people", "actors", "numbers", "dates", "status", "cues")


def verbal(layers: Layers, match: Match) -> bool:
    """Whether the word is a verb here: قتل and جرح are nouns after a preposition."""
    if match.form.pos != "v" or match.article:
        return False
    return not (match.proclitics.endswith(("ب", "ل")) or layers.key(match.first - 1) in NOUN_BEFORE - {"و"})


def adjacent(page: Page, token: int) -> bool:
    """Whether a counted phrase ends right before the token."""
    phrase = page.inside.get(token - 1)
    return phrase is not None and phrase.last == token and not phrase.governed


def after(page: Page, match: Match, end: int, role: str) -> list[Phrase]:
    """The phrases after a casualty word, a few plain words away at most, with those joined to them."""
    layers = page.layers
    verb = verbal(layers, match) or role == "fall"
    objects = match.gives["measure"] in OBJECTS
    i = match.last
    if layers.key(i) in LINKS and match.form.pos != "v":
        i += 1
    if match.gives.get("within"):
        i = _within(page, i, end)
    if "over" in match.gives:
        # قبضت الشرطة على ثلاثة; قضى الجيش على ثلاثة, but those of قضى ثلاثة في قصف على القرية died
        number = (
            next((k for k in range(i, end) if k in layers.amount_at), end) if "alone" in match.gives else end
        )
        over = (k for k in range(i, min(i + 6, number)) if layers.key(k) == fold(match.gives["over"]))
        i = next(over, i - 1 if "alone" in match.gives else end - 1) + 1
    begin, steps, commas = i, 0, 0
    while i < end and steps < (9 if verb else 4):
        phrase = page.at.get(i)
        if phrase is not None:
            if (
                verb
                and phrase.definite
                and phrase.high is None
                and _object_after(page, phrase, end) is not phrase
            ):
                # قتل المتمردون جنديين
                i, steps = phrase.last, steps + 1
                continue
            if (phrase.joined and i > begin) or (phrase.definite and phrase.high is None):
                return []
            if not phrase.governed or i == begin:
                chosen = _object_after(page, phrase, end) if verb and not phrase.numeral else phrase
                if phrase.thing != objects and not (verb and chosen is phrase):
                    return []
                if chosen is phrase and verb and doer_of(match, phrase):
                    return []
                if phrase.thing == objects:
                    return joined(page, chosen, end)
            i, steps = phrase.last, steps + 1
            continue
        key = layers.key(i)
        if layers.is_break(i):
            commas += 1
            if (
                commas > 2
                or key not in ("،", ",", "(", ")")
                or i + 1 in layers.at["casualties"]
                or (not verb and steps)
            ):
                return []
            aside = i + 1 if layers.role("attribution", i + 1) == "according" else 0
            i = (
                next((k for k in range(aside, min(aside + 8, end)) if layers.is_break(k)), i) + 1
                if aside
                else i + 1
            )
            continue
        if i in layers.at["casualties"] or key in ("و", "ان"):
            return []
        mention = page.mentions.get(i)
        if mention is not None:
            if mention.proclitics.startswith("و") and not verb:
                return []
            i, steps = mention.last, steps + 1
            continue
        if key in _SKIP or i in layers.time_tokens:
            i += 1
            continue
        circumstance = key in _CIRCUMSTANCE or _prefixed(layers, i, "بل")
        if not verb or (commas and not circumstance):
            return []
        event = layers.at["events"].get(i)
        if (event is not None and event.form.pos == "v") or i in layers.at["attribution"]:
            return []
        if not circumstance and i == begin and not (event is None and plain_name(page, i)):
            return []
        i, steps = i + 1, steps + 1
    return []


def _within(page: Page, first: int, end: int) -> int:
    """Where the things begin that ruin is in: دمار كبير في منازل, دمار لمنزلين."""
    for k in range(first, min(first + 6, end)):
        if page.layers.key(k) in _WITHIN:
            return k + 1
        phrase = page.at.get(k)
        if phrase is not None and phrase.governed:
            return k
    return first


def _prefixed(layers: Layers, token: int, letters: str) -> bool:
    return any(
        token in layers.at[name] and any(c in layers.at[name][token].proclitics for c in letters)
        for name in ("events", "weapons", "places", "people", "actors", "cues")
    )


def _object_after(page: Page, doer: Phrase, end: int) -> Phrase:
    """'Gunmen killed five soldiers': the bare noun after a verb is its doer if an object follows."""
    layers = page.layers
    if (doer.thing and not doer.weapon) or layers.key(doer.first).endswith("ين"):
        return doer
    if layers.key(doer.first - 1) in LINKS:
        return doer
    for i in range(doer.last, min(doer.last + 7, end)):
        phrase = page.at.get(i)
        if phrase is not None:
            if phrase.governed or phrase.joined or (phrase.definite and phrase.high is None):
                return doer
            return phrase if phrase.thing == doer.thing else doer
        if i in layers.time_tokens or i in layers.at["people"] or i in layers.at["actors"]:
            continue
        if layers.key(i) in ("مجهولون", "مجهول", "من", "تابعون", "تابع"):
            continue
        return doer
    return doer


def doer_of(match: Match, phrase: Phrase) -> bool:
    """Whether gunmen after a verb that is never passive did the deed: اغتال مجهولون."""
    return bool(match.gives.get("active")) and not phrase.numeral and phrase.codes == ("GUNMEN",)


def joined(page: Page, first: Phrase, end: int) -> list[Phrase]:
    """A phrase and what و joins to it: nouns told by form alone make one sum, numbers stand apart."""
    layers = page.layers
    row = [first]
    while True:
        i = row[-1].last
        steps = 0
        while i < end and steps < 6 and not layers.is_break(i) and layers.key(i) != "و":
            here = page.at.get(i)
            if here is not None and (here.joined or not first.thing):
                break
            event = layers.at["events"].get(i)
            told = event is not None and (
                not first.thing or event.form.pos == "v" or event.proclitics.startswith("و")
            )
            if told or i in layers.at["casualties"]:
                break
            i, steps = here.last if here is not None else i + 1, steps + 1
        beyond = page.at.get(i + 1)
        another = beyond is not None and beyond.joined and (beyond.other or (beyond.numeral and beyond.named))
        if layers.key(i) == "و" or (layers.key(i) == "،" and (first.thing or another)):
            i += 1
        following = page.at.get(i)
        stop = following is None or not following.joined or following.thing != first.thing
        if following is None or stop or following.governed or (following.definite and following.high is None):
            break
        if _subject_next(page, following) or _told_apart(page, following):
            break
        tail = row[-1]
        counted_both = tail.numeral and (tail.low or 0) > 10 and following.low == 1 and not following.numeral
        if counted_both and layers.key(following.last - 1).endswith("ا"):
            # 370 مدنيا ومنتسبا: one number for both nouns
            mixed = tail.group if tail.group == following.group else "mixed"
            row[-1] = replace(tail, last=following.last, group=mixed)
            continue
        row.append(following)
    return _as_told(row)


def _as_told(row: list[Phrase]) -> list[Phrase]:
    """What و joins: people make one sum where they are of one group, things where each is a single one."""
    if len(row) == 1:
        return row
    if any(p.numeral for p in row):
        return _summed(row)
    if row[0].thing and any(p.high == 2 for p in row):
        return row
    low = sum(p.low or 0 for p in row)
    if any(p.high is None for p in row):
        return [replace(row[0], last=row[-1].last, low=2, high=None)]
    return [replace(row[0], last=row[-1].last, low=low, high=low)]


def _summed(row: list[Phrase]) -> list[Phrase]:
    """One sum of neighbours of one group ('two people and four children'); soldiers and civilians stand apart."""
    out = row[:1]
    for phrase in row[1:]:
        whole = out[-1]
        groups = {whole.group, phrase.group}
        alike = len(groups) == 1 or groups == {"unknown", "civilians"}
        if whole.thing or not alike or whole.high is None or phrase.high is None:
            out.append(phrase)
            continue
        group = "civilians" if "civilians" in groups else whole.group
        out[-1] = replace(whole, low=(whole.low or 0) + (phrase.low or 0), high=whole.high + phrase.high,
                          last=phrase.last, group=group, numeral=True)  # fmt: skip
    return out


def _told_apart(page: Page, phrase: Phrase) -> bool:
    """Whether the phrase is itself the dead or the wounded: 'the killing of four people, and wounded'."""
    nouns = any(page.layers.role("casualties", k) == "noun" for k in range(phrase.first, phrase.last))
    return nouns and phrase.many


def _subject_next(page: Page, phrase: Phrase) -> bool:
    """Whether a casualty verb follows at once, with this phrase as its own subject."""
    match = page.layers.at["casualties"].get(phrase.last)
    return match is not None and match.form.pos == "v" and not match.proclitics


def before(
    page: Page, match: Match, begin: int, claimed: Mapping[int, int], *, fate: bool = False
) -> list[Phrase]:
    """The phrases before a verb that agree with it: 'eleven Iraqis and two Syrians were killed'."""
    layers = page.layers
    objects = match.gives["measure"] in OBJECTS
    commas = gap = 0
    for i in range(match.first - 1, max(begin, match.first - 24) - 1, -1):
        phrase = page.at.get(i)
        if phrase is None:
            other = layers.at["casualties"].get(i)
            if other is not None and not fate and i not in page.inside:
                adjacent = all(
                    k in layers.at["casualties"] or layers.key(k) == "و" for k in range(i, match.first)
                )
                if not adjacent:
                    return []
            if layers.is_break(i):
                commas += 1
                if commas > 2 or layers.key(i) not in ("،", ",", "(", ")", "/", "-"):
                    return []
            if layers.key(i) in ("ان", "بان") and not fate:
                return []
            if i not in page.inside:
                gap += 1
            continue
        if _among(page, i):
            continue
        governed = phrase.governed and not (fate and phrase.numeral)
        if phrase.thing != objects or governed or (commas and not phrase.numeral and not fate):
            continue
        if phrase.first in claimed and claimed[phrase.first] < phrase.first:
            return []
        row = _row_to(page, phrase)
        if not fate and not _agrees(match, phrase) and not (len(row) > 1 and match.form.number == "p"):
            continue
        if phrase.thing and gap > _PASSIVE_GAP:
            return []
        far = gap > (1 if phrase.thing else 6) and not (fate and layers.key(i - 1).endswith(MET))
        if not phrase.numeral and (phrase.low == 1 or phrase.thing) and far:
            return []
        if phrase.definite and phrase.high is None:
            return []
        return _as_told(row)
    return []


def _row_to(page: Page, last: Phrase) -> list[Phrase]:
    """A phrase with those that it is joined to, in text order."""
    row = [last]
    while row[0].joined:
        i = row[0].first - (2 if page.layers.key(row[0].first - 1) == "و" else 1)
        earlier = page.inside.get(i) or page.inside.get(i - 1)
        if earlier is None or earlier.thing != last.thing or (earlier.definite and earlier.high is None):
            break
        row.insert(0, earlier)
    return row


#: How far from its things a verb may stand: 'two cars that stood there burnt'.
_PASSIVE_GAP = 4
MET = ("لقي", "لقيت")


def _among(page: Page, token: int) -> bool:
    """Whether the phrase at the token, or one that it is joined to, is told to be part of others."""
    layers = page.layers
    phrase = page.at[token]
    while phrase.joined:
        i = phrase.first - 2 if layers.key(phrase.first - 1) == "و" else phrase.first - 1
        earlier = page.inside.get(i)
        if earlier is None:
            break
        phrase = earlier
    openers = (k for k in (phrase.first - 1, phrase.first - 2) if layers.role("grammar", k) == "subset")
    return any(layers.at["grammar"][k].last == phrase.first for k in openers)


def _agrees(match: Match, phrase: Phrase) -> bool:
    """Whether a verb may stand after a subject of this number."""
    number = match.form.number
    if phrase.thing:
        return number == "s" and (match.form.gender == "f" or not phrase.many)
    if number == "p":
        return phrase.many
    if number == "d":
        return phrase.low == phrase.high == 2
    return phrase.low == phrase.high == 1


def antecedent(page: Page, match: Match, begin: int) -> Phrase | None:
    """'His arrest', 'whom it kidnapped': the pronoun stands for one, two, or the number before it."""
    suffix = match.form.suffix
    if match.gives["measure"] not in ("killed", "arrested", "abducted"):
        return None
    if suffix in ("ه", "ها"):
        for i in range(match.first - 1, max(begin, match.first - 20) - 1, -1):
            phrase = page.at.get(i)
            if (
                phrase is not None
                and not phrase.thing
                and not phrase.definite
                and phrase.low == phrase.high == 1
            ):
                return phrase if page.layers.key(i).endswith("ه") == (suffix == "ها") else None
        return None
    if suffix == "هم":
        for i in range(match.first - 1, max(begin, match.first - 16) - 1, -1):
            phrase = page.at.get(i)
            if phrase is not None and phrase.numeral and not phrase.thing:
                return phrase
        return None
    return None


def plain_name(page: Page, token: int) -> bool:
    """Whether the token may be part of a person's name: no layer knows it."""
    layers = page.layers
    word = layers.text.tokens[token].word
    if word.kind != "arabic" or token in layers.time_tokens or token in page.inside or len(word.key) < 3:
        return False
    return not any(token in layers.at[name] for name in _FLAT)


#: 'They are': what follows tells the whole apart.
_THEY = frozenset({"هم", "وهم", "هن", "وهن"})


def parts_of(page: Page, whole: Phrase, end: int) -> list[Phrase]:
    """Those of the whole that are told apart: 'among them 12 soldiers', 'they are seven guards and a child'."""
    layers = page.layers
    for i in range(whole.last, min(whole.last + 5, end)):
        if i in layers.at["casualties"] or i in layers.at["events"]:
            return []
        subset = layers.role("grammar", i) == "subset"
        if subset or layers.key(i) in _THEY:
            first = page.at.get(layers.at["grammar"][i].last if subset else i + 1)
            return joined(page, first, end) if first is not None and not first.thing else []
    return []


def total(page: Page, match: Match, end: int) -> Phrase | None:
    """'The number of the dead rose to 100'."""
    layers = page.layers
    toll = tallied(layers, match)
    for i in range(match.last, min(match.last + (14 if toll else 5), end)):
        phrase = page.at.get(i)
        if phrase is not None and phrase.numeral:
            opened = layers.key(i - 1) in ("الي", "بلغ", "تجاوز", "هو") or i == match.last or phrase.first < i
            nouns = any(k in layers.at["casualties"] for k in range(i, phrase.last))
            return joined(page, phrase, end)[0] if (opened or not phrase.named) and not nouns else None
        if not toll and layers.key(i) not in ("الي", "بلغ", "هو", "حتي", "الان", "نحو", "من", "تجاوز"):
            return None
        told = layers.at["casualties"].get(i)
        if layers.is_break(i) or (told is not None and told.gives["role"] != "fall"):
            return None
    return None


def tallied(layers: Layers, match: Match) -> bool:
    """'The number of the dead', 'the dead of the blast': what follows may tell it."""
    event = layers.at["events"].get(match.last)
    owner = layers.at["casualties"].get(match.last)
    if owner is not None and owner.gives["role"] == "noun" and owner.article and not owner.proclitics:
        return True
    if match.form.number == "p" and event is not None and event.form.pos == "n" and not event.proclitics:
        return True
    return (
        layers.key(match.first - 1).removeprefix("ال") in ("عدد", "حصيله", "اعداد", "عداد")
        and not match.proclitics
    )
