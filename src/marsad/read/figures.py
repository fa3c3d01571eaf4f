"""What became of how many: counted phrases tied to the word that states it.

A count follows its word (killed five soldiers, the killing of five), precedes it (five
soldiers were killed; five met their death), or is in the word itself (two dead).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from marsad.lexicon import Match
from marsad.model import Attribution, Figure, Group, Measure, Span
from marsad.read.actors import Mention
from marsad.read.attribution import Speech, speaker_at
from marsad.read.layers import Layers
from marsad.read.named import named_before, named_one
from marsad.read.numbers import Amount
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
    joined,
    parts_of,
    tallied,
    total,
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
#: What follows a number that leaves its noun to the one before: ثلاثة قتلى من الجيش وخمسة من الشرطة.
_IN_ROWS = frozenset({"في", "من"})
_MOVES = frozenset({"displaced", "escaped"})
#: What stands before the move that somebody is forced to, begins or manages.
_TO_MOVE = frozenset({"علي", "في", "من", "الي"})
_FATES = frozenset({"killed", "wounded"})
#: More than ever broke out of a prison.
_CROWD = 1000


@dataclass(frozen=True, slots=True)
class Count:
    """A count tied to a casualty word at token `act`.

    `first`..`last` are the tokens of the counted phrase; `codes` who they are; `bare` when the
    number is only a noun's form; `part` when the text says it is among another count;
    `period` when it sums up a stretch of time, so that it is of no single happening.
    """

    measure: Measure
    group: Group
    low: int | None
    high: int | None
    span: Span
    act: int
    first: int
    last: int
    codes: tuple[str, ...] = ()
    bare: bool = False
    part: bool = False
    period: bool = False


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
        yield from _count_noun(page, match, sentence.first, sentence.last)
        return
    if match.first in page.inside and match.first not in page.at and page.inside[match.first].numeral:
        return
    if role == "fate":
        met = before(page, match, sentence.first, claimed, fate=True)
        named = named_before(page, match, sentence.first) if not met else None
        yield from (_make(measure, match, p, layers) for p in ([named] if named is not None else met))
        return
    if match.form.suffix and role == "fall":
        return
    if match.form.suffix and not layers.text.tokens[match.first].word.bare.endswith("ة"):
        phrase = antecedent(page, match, sentence.first)
        if phrase is not None:
            yield _make(measure, match, phrase, layers)
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
            yield from (_make("killed", match, p, layers) for p in dead)
            yield from (
                _make("wounded", match, p, layers)
                for p in after(page, match, sentence.last, "act")
                if not p.thing
            )
            return
    if match.article and match.form.pos == "n" and layers.key(match.last) not in LINKS:
        if measure in _MOVES and layers.key(match.first - 1) in _TO_MOVE:
            # أجبر القصف عشرات العوائل على النزوح
            moved = before(page, match, sentence.first, claimed, fate=True)
            yield from (_make("displaced", match, p, layers) for p in moved if p.numeral)
        return
    if measure == "wounded" and _shared(page, layers.at["casualties"].get(match.first - 1)) is match:
        return
    source = _shared(page, match) or match
    if measure == "killed" and source.gives["measure"] == "wounded":
        measure = "casualties"
    if (
        match.form.pos == "n"
        and measure == "wounded"
        and _amount_before(layers, match, sentence.first) is not None
    ):
        # ثماني إصابات
        yield from _count_noun(page, match, sentence.first, sentence.last)
        return
    phrases = after(page, source, sentence.last, role)
    if not phrases and role == "act" and verbal(layers, match):
        phrases = before(page, match, sentence.first, claimed)
    if not phrases and match.entry.id in _NAMES_OF:
        named = named_one(page, match, sentence.last)
        phrases = [named] if named is not None else []
    if measure == "escaped":
        # those who flee no guard are displaced
        fled = [p for p in phrases if p.group == "civilians" or (p.low or 0) >= _CROWD]
        yield from (_make("displaced", match, p, layers) for p in fled)
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
        yield from _with_parts(page, match, measure, phrase, sentence.last)


def _with_parts(page: Page, match: Match, measure: Measure, phrase: Phrase, end: int) -> Iterator[Count]:
    """The count of a phrase, and of those among its people who are of another group."""
    layers = page.layers
    parts = parts_of(page, phrase, end)
    groups = {p.group for p in parts} - {"unknown", "objects"}
    whole = phrase
    if groups and phrase.group == "unknown":
        whole = replace(phrase, group="civilians" if groups == {"civilians"} else "mixed")
    if measure == "casualties" and (phrase.low or 0) <= 2 and phrase.high is None:
        yield _make("killed", match, whole, layers)
        yield _make("wounded", match, whole, layers)
        return
    yield _make(measure, match, whole, layers)
    for part in parts:
        told = part.numeral or part.high == 2
        if told and part.group in groups and part.group != whole.group:
            yield _make(measure, match, part, layers, part=True)


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


def _make(measure: Measure, match: Match, phrase: Phrase, layers: Layers, *, part: bool = False) -> Count:
    span = Span(phrase.start, layers.text.tokens[phrase.last - 1].end)
    codes = tuple(c for c in phrase.codes if c != "UNKNOWN")
    group: Group = "objects" if measure in OBJECTS else phrase.group
    return Count(measure, group, phrase.low, phrase.high, span, match.first, phrase.first, phrase.last, codes,
                 not phrase.numeral, part, _over_period(layers, match.first, phrase.last))  # fmt: skip


_BEGINNINGS = frozenset(
    {"بدايه", "بدء", "اندلاع", "انطلاق", "انطلاقها", "مطلع", "بداياتها", "سقوط", "ظهور", "ذلك"}
)


#: Days up to which 'since Wednesday' is one happening, not a period.
_LATELY = 10


def _over_period(layers: Layers, act: int, last: int) -> bool:
    """Whether the clause goes on with 'since ...' or 'during the past months'."""
    end = layers.sentence(act).last
    for k in range(last, min(last + 10, end - 1)):
        if layers.is_break(k) or k in layers.at["casualties"]:
            break
        if layers.key(k) == "منذ" and layers.key(k + 1) in _BEGINNINGS:
            return True
    for time in layers.times:
        if not last <= time.first < min(end, last + 12):
            continue
        if any(k in layers.at["casualties"] for k in range(last, time.first)):
            continue
        opener = {layers.key(time.first - 1), layers.key(time.first)}
        span = time.period
        if time.kind == "since" or "منذ" in opener:
            begun, published = span.first if span is not None else None, layers.published
            return begun is None or published is None or (published - begun).days > _LATELY
        long = (
            span is not None
            and span.first is not None
            and span.last is not None
            and (span.last - span.first).days > 31
        )
        if long and "خلال" in opener:
            return True
    return False


def _amount_before(layers: Layers, match: Match, begin: int) -> Amount | None:
    """The number that stands right before a count noun."""
    if match.proclitics:
        return None
    usable = (
        a for a in layers.amounts if a.first >= begin and a.first in layers.amount_at and a.unit == "count"
    )
    return next((a for a in usable if a.last == match.first), None)


def _count_noun(page: Page, match: Match, begin: int, end: int) -> Iterator[Count]:
    """'Five dead', 'two dead', 'dead and wounded', 'the dead rose to 100'."""
    layers = page.layers
    measure: Measure = match.gives["measure"]
    form = match.form
    amount = _amount_before(layers, match, begin)
    held = page.inside.get(match.first)
    fallen = layers.at["casualties"].get(match.first - 1)
    if amount is None and form.number == "p" and fallen is not None and fallen.gives["role"] == "fall":
        # إن 44 شخصا سقطوا قتلى
        those = [p for p in before(page, fallen, begin, {}, fate=True) if p.numeral]
        if those:
            yield from (_make(measure, match, p, layers) for p in those)
            return
    if amount is None and match.article and layers.key(match.first - 1) == "بين":
        return  # ومن بين القتلى خمسة أطفال tells some of them, not how many they are
    if amount is None and held is not None and held.numeral and held.first < match.first:
        return
    of = page.at.get(match.last)
    if (
        amount is None
        and form.number == "p"
        and of is not None
        and of.numeral
        and of.named
        and not (of.thing or of.joined)
    ):
        # 'the bodies of 46 civilians and seven soldiers'
        yield from (_make(measure, match, p, layers) for p in joined(page, of, end))
        return
    group, codes = _whose(page, match.last, end)
    start, first, last, numeral = match.start, match.first, match.last, False
    low: int | None
    high: int | None
    if amount is not None:
        low, high, first, start, numeral = amount.low, amount.high, amount.first, amount.span.start, True
    elif match.entry.id == "ar.casualty.casualties_noun" and layers.key(match.first) in ("بين", "ما"):
        row = range(match.first - 1, max(begin, match.first - 7), -1)
        near = next((page.at[i] for i in row if i in page.at), None)
        if near is None or not near.numeral:
            return
        low, high, first, start, numeral = near.low, near.high, near.first, near.start, True
    elif match.article or form.suffix or layers.key(match.first).startswith("ال") or tallied(layers, match):
        toll = total(page, match, end)
        if toll is None:
            return
        low, high, first, start, numeral = toll.low, toll.high, toll.first, toll.start, True
        last = toll.last
        group, codes = (toll.group, toll.codes) if toll.named else (group, codes)
    elif form.number == "d":
        low, high = 2, 2
    elif form.number == "s":
        low, high = 1, 1
    else:
        low, high = 2, None
    if not numeral:
        if match.gives.get("numbered"):
            return
        if (layers.key(last), layers.key(last + 1)) == ("علي", "الاقل"):
            high, last = None, last + 2
    phrase = Phrase(low, high, first, last, start, group, codes, numeral=numeral)
    both = match.entry.id == "ar.casualty.casualties_noun" and high is None and (low or 0) <= 2
    if both:
        yield _make("killed", match, phrase, layers)
        yield _make("wounded", match, phrase, layers)
        return
    yield from _with_parts(page, match, measure, phrase, end)
    more = _as_many_of(page, phrase.last, end) if numeral else None
    if more is not None:
        yield _make(measure, match, more, layers)


def _whose(page: Page, first: int, end: int) -> tuple[Group, tuple[str, ...]]:
    """Whose dead they are: those named right after the count."""
    layers = page.layers
    for j in range(first, min(first + 4, end)):
        mention = page.mentions.get(j)
        if mention is not None and mention.kind != "nationality" and mention.group != "objects":
            return mention.group, (mention.code,)
        if (
            layers.is_break(j)
            or layers.role("casualties", j) == "act"
            or layers.role("grammar", j) == "subset"
        ):
            break
    return "unknown", ()


def _as_many_of(page: Page, first: int, end: int) -> Phrase | None:
    """'Three dead of the protesters and five of the police': a number joined to a count noun."""
    layers = page.layers
    for i in range(first, min(first + 6, end)):
        phrase = page.at.get(i)
        if phrase is not None and phrase.joined:
            amount = layers.amount_at.get(phrase.first)
            if amount is None or layers.key(amount.last) not in _IN_ROWS:
                return None
            group, codes = (phrase.group, phrase.codes) if phrase.named else _whose(page, phrase.last, end)
            return replace(phrase, group=group, codes=codes) if codes and not phrase.thing else None
        if layers.is_break(i) or any(i in layers.at[name] for name in ("casualties", "events")):
            return None
    return None


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
