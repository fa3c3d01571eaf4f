"""What became of how many: counted phrases tied to the word that states it.

A count follows its word (killed five soldiers, the killing of five), precedes it (five
soldiers were killed; five met their death), or is in the word itself (two dead).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from marsad.lexicon import Match
from marsad.model import Attribution, Figure, Measure
from marsad.read.actors import Mention
from marsad.read.attribution import Speech, speaker_at
from marsad.read.counts import Count, make, with_parts
from marsad.read.dead import amount_before, count_noun
from marsad.read.layers import Layers
from marsad.read.named import named_before, named_one
from marsad.read.phrases import Phrase, find_phrases
from marsad.read.reach import (
    LINKS,
    NOUN_BEFORE,
    OBJECTS,
    Page,
    adjacent,
    after,
    antecedent,
    before,
    verbal,
)

_NAMES_OF = frozenset(
    {
        "ar.casualty.killed",
        "ar.casualty.assassinated",
        "ar.casualty.arrested",
        "ar.casualty.abducted",
        "ar.casualty.wounded",
    }
)
_MOVES = frozenset({"displaced", "escaped"})
#: What stands before the move that somebody is forced to, begins or manages.
_TO_MOVE = frozenset({"علي", "في", "من", "الي"})
_FATES = frozenset({"killed", "wounded"})
#: More than ever broke out of a prison.
_CROWD = 1000


def find_counts(layers: Layers, mentions: tuple[Mention, ...]) -> tuple[Count, ...]:
    """All counts of the text, each tied to its casualty word."""
    at = find_phrases(layers, mentions)
    inside = {token: phrase for phrase in at.values() for token in range(phrase.first, phrase.last)}
    page = Page(layers, {m.first: m for m in mentions}, at, inside)
    out: list[Count] = []
    claimed: dict[int, int] = {}
    for match in layers.matches["casualties"]:
        if _unreal(layers, match):
            continue
        for count in _of_match(page, match, claimed):
            if any(c.measure == count.measure and c.first == count.first for c in out):
                continue
            if (
                count.measure == "wounded"
                and any(c.measure == "killed" and c.first == count.first and c.act < match.first for c in out)
                and match.gives["role"] == "noun"
            ):
                # وفاة ثلاثة جرحى
                continue
            claimed.setdefault(count.first, match.first)
            out.append(count)
    # one number 'between dead and wounded' is not the number of the dead
    shared = {c.first for c in out if c.measure == "casualties"}
    out = [c for c in out if c.measure not in _FATES or c.first not in shared]
    out.sort(key=lambda c: (c.act, c.first))
    return tuple(_others_like_before(out, page))


def figures_of(
    counts: Sequence[Count], speeches: Sequence[Speech], told_by: Attribution
) -> tuple[Figure, ...]:
    """The figures of one happening, each value once; a bare plural yields to a number."""
    out: dict[tuple[str, int | None, int | None], Figure] = {}
    numeric = {c.measure for c in counts if not c.bare}
    told = {c.low for c in counts if c.measure in ("killed", "wounded")}
    for count in counts:
        if count.period or (count.bare and count.high is None and count.measure in numeric):
            continue
        if count.measure == "casualties" and count.low in told:
            continue
        key = (count.measure, count.low, count.high)
        said = speaker_at(tuple(speeches), count.act)
        out.setdefault(key, Figure(count.measure, count.group, count.low, count.high, count.span,
                                   said if said.speaker else told_by))  # fmt: skip
    return tuple(out.values())


#: Verbs and nouns after which a result may stand under ل: أدى لمقتل.
_REALISED = ("اد", "تسبب", "تعرض", "نتيجه", "اضافه", "مما", "ما", "توصل", "نتج", "سبب", "الاءعلان", "الاعلان")


def _unreal(layers: Layers, match: Match) -> bool:
    """Whether the casualty word is wished, planned, feared, prevented or denied."""
    if match.form.pos == "v" and match.form.tense == "present" and match.proclitics.endswith(("س", "ل")):
        return True
    if (match.form.pos == "v" and match.article) or match.first in layers.time_tokens:
        return True
    if (
        match.form.pos == "v"
        and match.form.suffix
        and layers.text.tokens[match.first].word.bare.endswith("ة")
    ):
        return True
    left = layers.key(match.first - 1)
    if match.proclitics.endswith("ل") and match.form.pos != "w":
        near = [layers.key(k).removeprefix("و") for k in range(max(match.first - 4, 0), match.first)]
        if not any(word.startswith(_REALISED) for word in near):
            return True
    past = match.form.pos == "v" and match.form.tense == "past" and left not in NOUN_BEFORE - {"و"}
    begin = layers.sentence(match.first).first
    for status in layers.within("status", max(begin, match.first - 7), match.first):
        role = status.gives["role"]
        if role not in ("negation", "plan", "purpose", "condition", "prevented"):
            continue
        # هدد ب+ ends on the word itself
        gap = max(match.first - status.last, 0)
        if status.last > match.first + 1 or gap >= int(status.gives["reach"]):
            continue
        if any(layers.is_break(k) for k in range(status.last, match.first)):
            continue
        # قد is a plan only before a present verb
        if layers.key(status.first) in ("قد", "وقد", "فقد") and match.form.tense != "present":
            continue
        if (role != "negation" and past) or (layers.key(status.first) == "قرب" and gap):
            continue
        return True
    return False


def _of_match(page: Page, match: Match, claimed: Mapping[int, int]) -> Iterator[Count]:
    layers = page.layers
    measure: Measure = match.gives["measure"]
    role = match.gives["role"]
    sentence = layers.sentence(match.first)
    if role == "noun":
        yield from count_noun(page, match, sentence.first, sentence.last)
        return
    if match.first in page.inside and match.first not in page.at and page.inside[match.first].numeral:
        return
    if role == "fate":
        met = before(page, match, sentence.first, claimed, fate=True)
        named = named_before(page, match, sentence.first) if not met else None
        yield from (make(measure, match, p, layers) for p in ([named] if named is not None else met))
        return
    if match.form.suffix and role == "fall":
        return
    if match.form.suffix and not layers.text.tokens[match.first].word.bare.endswith("ة"):
        phrase = antecedent(page, match, sentence.first)
        if phrase is not None:
            yield make(measure, match, phrase, layers)
        return
    if layers.key(match.last) in ("بها", "فيها") and layers.key(match.first - 1) in (
        "بجروح",
        "جروح",
        "اصابات",
    ):
        return
    if layers.key(match.first - 1).endswith("جروح"):
        return
    if match.entry.id == "ar.casualty.killed_and_wounded":
        dead = before(page, match, sentence.first, claimed) if adjacent(page, match.first) else []
        if dead:
            yield from (make("killed", match, p, layers) for p in dead)
            yield from (
                make("wounded", match, p, layers)
                for p in after(page, match, sentence.last, "act")
                if not p.thing
            )
            return
    if match.article and match.form.pos == "n" and layers.key(match.last) not in LINKS:
        if measure in _MOVES and layers.key(match.first - 1) in _TO_MOVE:
            # أجبر القصف عشرات العوائل على النزوح
            moved = before(page, match, sentence.first, claimed, fate=True)
            for phrase in moved:
                if phrase.numeral:
                    yield make("displaced" if _fled(phrase) else measure, match, phrase, layers)
        return
    if measure == "wounded" and _shared(page, layers.at["casualties"].get(match.first - 1)) is match:
        return
    source = _shared(page, match) or match
    if measure == "killed" and source.gives["measure"] == "wounded":
        measure = "casualties"
    if (
        match.form.pos == "n"
        and measure == "wounded"
        and amount_before(layers, match, sentence.first) is not None
    ):
        # ثماني إصابات
        yield from count_noun(page, match, sentence.first, sentence.last)
        return
    phrases = after(page, source, sentence.last, role)
    if not phrases and role == "act" and verbal(layers, match):
        phrases = before(page, match, sentence.first, claimed)
    if not phrases and match.entry.id in _NAMES_OF:
        named = named_one(page, match, sentence.last)
        phrases = [named] if named is not None else []
    if measure == "escaped":
        # those who flee no guard are displaced
        fled = [p for p in phrases if _fled(p)]
        yield from (make("displaced", match, p, layers) for p in fled)
        phrases = [p for p in phrases if p not in fled]
    if match.gives.get("numbered"):
        phrases = [p for p in phrases if p.numeral]
    phrases = [p for p in phrases if p.thing == (measure in OBJECTS)]
    if match.gives.get("blast"):
        # 'the bombing of a mosque' tells its target, not what became of it
        phrases = [p for p in phrases if not p.weapon and (p.many or match.form.pos == "v")]
    if match.gives.get("taken"):
        phrases = [p for p in phrases if not p.site]
    if role == "fall":
        nouns = any(
            layers.role("casualties", k) == "noun" for p in phrases for k in range(p.first, p.last + 1)
        )
        phrases = [p for p in phrases if p.named and p.numeral and not nouns]
    for phrase in phrases:
        yield from with_parts(page, match, measure, phrase, sentence.last)


def _fled(phrase: Phrase) -> bool:
    """Whether those who run are no prisoners."""
    return phrase.group == "civilians" or (phrase.low or 0) >= _CROWD


def _shared(page: Page, match: Match | None) -> Match | None:
    """The casualty word right after this one, where one number stands for both."""
    if match is None or match.gives["role"] != "act" or adjacent(page, match.first):
        return None
    following = page.layers.at["casualties"].get(match.last)
    return following if following is not None and _alike(match, following) else None


def _alike(first: Match, second: Match) -> bool:
    """Whether two casualty words in a row share what follows: 'the killing and arrest of'."""
    if second.gives["role"] != "act" or second.proclitics != "و" or second.form.suffix:
        return False
    if first.form.pos == "v" != second.form.pos:
        # قتل واعتقال: the first is the noun that looks like the verb
        return first.form.number == "s" and first.form.gender == "m" and first.form.tense == "past"
    return first.form.pos == second.form.pos and first.form.number == second.form.number


def _others_like_before(counts: Sequence[Count], page: Page) -> Iterator[Count]:
    """'Three others': who they are is who the count before was."""
    previous: Count | None = None
    for count in counts:
        phrase = page.at.get(count.first)
        other = phrase is not None and phrase.other
        if previous is not None and count.group == "unknown" and (other or not count.codes):
            near = 0 <= count.first - previous.last < 14
            if near and other and previous.group != "objects" and count.measure not in OBJECTS:
                count = replace(count, group=previous.group, codes=previous.codes)
        previous = count
        yield count
