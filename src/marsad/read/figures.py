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
from marsad.read.phrases import Phrase, find_phrases


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


@dataclass(frozen=True, slots=True)
class _Page:
    """The layers with their phrases: `at` by first token, `inside` by every token."""

    layers: Layers
    mentions: Mapping[int, Mention]
    at: Mapping[int, Phrase]
    inside: Mapping[int, Phrase]


_OBJECTS = frozenset({"destroyed", "seized"})
#: Words that may stand between a casualty word and what it counts.
_SKIP = frozenset(
    "ما لا يقل عن علي الاقل كل اليوم امس كانوا كان قد ايضا هناك تم جميع لدي اكثر اجمالي حياه ارواح سراح فيها فيه منها "
    "خلالها خلاله جراءها اثرها بذلك كذلك حتي الان".split()
)  # fmt: skip
_LINKS = frozenset({"علي", "عن"})
#: What opens the circumstance that may stand between a verb and its object.
_CIRCUMSTANCE = frozenset({"في", "جراء", "اثر", "نتيجه", "خلال", "بعد", "عقب", "اثناء", "قرب", "داخل", "شمال", "جنوب",
                           "شرق", "غرب", "من", "علي", "بسبب", "قبل", "عند", "عبر", "ضمن"})  # fmt: skip
_NOUN_BEFORE = _CIRCUMSTANCE | frozenset({"الي", "عن", "بين", "دون", "مع", "حول", "و", "عمليه", "عمليات", "ب", "ل"})
_NAMES_OF = frozenset({"ar.casualty.killed", "ar.casualty.arrested", "ar.casualty.abducted"})
_FLAT = ("grammar", "events", "casualties", "people", "actors", "numbers", "dates", "status", "cues")


def find_counts(layers: Layers, mentions: tuple[Mention, ...]) -> tuple[Count, ...]:
    """All counts of the text, each tied to its casualty word."""
    at = find_phrases(layers, mentions)
    inside = {token: phrase for phrase in at.values() for token in range(phrase.first, phrase.last)}
    page = _Page(layers, {m.first: m for m in mentions}, at, inside)
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
    out.sort(key=lambda c: (c.act, c.first))
    return tuple(_others_like_before(out, page))


def figures_of(counts: Sequence[Count], speeches: Sequence[Speech], told_by: Attribution) -> tuple[Figure, ...]:
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
    if match.form.pos == "v" and match.article or match.first in layers.time_tokens:
        return True
    before = layers.key(match.first - 1)
    if match.proclitics.endswith("ل") and match.form.pos != "w":
        near = [layers.key(k).removeprefix("و") for k in range(max(match.first - 4, 0), match.first)]
        if not any(word.startswith(_REALISED) for word in near):
            return True
    past = match.form.pos == "v" and match.form.tense == "past" and before not in _NOUN_BEFORE - {"و"}
    begin = layers.sentence(match.first).first
    for status in layers.within("status", max(begin, match.first - 7), match.first):
        role = status.gives["role"]
        if role not in ("negation", "plan", "purpose", "condition", "prevented"):
            continue
        gap = match.first - status.last
        if gap < 0 or gap >= int(status.gives["reach"]):
            continue
        if any(layers.is_break(k) for k in range(status.last, match.first)):
            continue
        # قد is a plan only before a present verb
        if layers.key(status.first) in ("قد", "وقد", "فقد") and match.form.tense != "present":
            continue
        if role != "negation" and past or layers.key(status.first) == "قرب" and gap:
            continue
        return True
    return False


def _verbal(layers: Layers, match: Match) -> bool:
    """Whether the word is a verb here: قتل and جرح are nouns after a preposition."""
    if match.form.pos != "v" or match.article:
        return False
    return not (match.proclitics.endswith(("ب", "ل")) or layers.key(match.first - 1) in _NOUN_BEFORE - {"و"})


def _of_match(page: _Page, match: Match, claimed: Mapping[int, int]) -> Iterator[Count]:
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
        phrase = _left(page, match, sentence.first, claimed, fate=True)
        if phrase is not None:
            yield _make(measure, match, phrase, layers)
        return
    if match.form.suffix and not layers.text.tokens[match.first].word.bare.endswith("ة"):
        phrase = _suffixed(page, match, sentence.first)
        if phrase is not None:
            yield _make(measure, match, phrase, layers)
        return
    if layers.key(match.last) in ("بها", "فيها") and layers.key(match.first - 1) in ("بجروح", "جروح", "اصابات"):
        return
    if layers.key(match.first - 1).endswith("جروح"):
        return
    if match.entry.id == "ar.casualty.killed_and_wounded":
        before = _left(page, match, sentence.first, claimed) if _adjacent(page, match.first) else None
        if before is not None:
            yield _make("killed", match, before, layers)
            yield from (_make("wounded", match, p, layers) for p in _right(page, match, sentence.last, "act") if not p.thing)
            return
    shared = layers.at["casualties"].get(match.last)
    source = match
    if shared is not None and _alike(match, shared) and not _adjacent(page, match.first):
        source = shared
    phrases = _right(page, source, sentence.last, role)
    if not phrases and role == "act" and _verbal(layers, match):
        found = _left(page, match, sentence.first, claimed)
        phrases = [found] if found is not None else []
    if not phrases and match.entry.id in _NAMES_OF:
        named = _named(page, match, sentence.last)
        phrases = [named] if named is not None else []
    if match.gives.get("numbered"):
        phrases = [p for p in phrases if p.numeral]
    phrases = [p for p in phrases if p.thing == (measure in _OBJECTS)]
    if match.gives.get("blast"):
        phrases = [p for p in phrases if not p.weapon]
    if match.gives.get("taken"):
        phrases = [p for p in phrases if not p.site]
    if role == "fall":
        nouns = any(layers.role("casualties", k) == "noun" for p in phrases for k in range(p.first, p.last + 1))
        phrases = [p for p in phrases if p.named and p.numeral and not nouns]
    for phrase in phrases:
        part = _part(page, phrase, sentence.last)
        whole = phrase
        if part is not None and phrase.group == "unknown":
            whole = replace(phrase, group="civilians" if part.group == "civilians" else "mixed")
        if measure == "casualties" and (phrase.low or 0) <= 2 and phrase.high is None:
            yield _make("killed", match, whole, layers)
            yield _make("wounded", match, whole, layers)
            continue
        yield _make(measure, match, whole, layers)
        if part is not None and (part.numeral or part.high == 2) and part.group not in ("unknown", whole.group, "objects"):
            yield _make(measure, match, part, layers, part=True)


def _adjacent(page: _Page, token: int) -> bool:
    """Whether a counted phrase ends right before the token."""
    phrase = page.inside.get(token - 1)
    return phrase is not None and phrase.last == token and not phrase.governed


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
    group: Group = "objects" if measure in _OBJECTS else phrase.group
    return Count(measure, group, phrase.low, phrase.high, span, match.first, phrase.first, phrase.last, codes,
                 not phrase.numeral, part, _over_period(layers, match.first, phrase.last))  # fmt: skip


def _over_period(layers: Layers, act: int, last: int) -> bool:
    """Whether the clause goes on with 'since ...' or 'during the past months'."""
    end = layers.sentence(act).last
    for time in layers.times:
        if not last <= time.first < min(end, last + 12):
            continue
        if any(k in layers.at["casualties"] for k in range(last, time.first)):
            continue
        opener = {layers.key(time.first - 1), layers.key(time.first)}
        if time.kind == "since" or "منذ" in opener:
            return True
        span = time.period
        long = span is not None and span.first is not None and span.last is not None and (span.last - span.first).days > 31
        if long and "خلال" in opener:
            return True
    return False


def _right(page: _Page, match: Match, end: int, role: str) -> list[Phrase]:
    """The phrases after a casualty word, a few plain words away at most, with those joined to them."""
    layers = page.layers
    verb = _verbal(layers, match) or role == "fall"
    objects = match.gives["measure"] in _OBJECTS
    i = match.last
    if layers.key(i) in _LINKS and match.form.pos != "v":
        i += 1
    begin, steps, commas = i, 0, 0
    while i < end and steps < (9 if verb else 4):
        phrase = page.at.get(i)
        if phrase is not None:
            if (phrase.joined and i > begin) or (phrase.definite and phrase.high is None):
                return []
            if not phrase.governed or i == begin:
                chosen = _object_after(page, phrase, end) if verb and not phrase.numeral else phrase
                if phrase.thing != objects and not (verb and chosen is phrase):
                    return []
                if phrase.thing == objects:
                    return _joined(page, chosen, end)
            i, steps = phrase.last, steps + 1
            continue
        key = layers.key(i)
        if layers.is_break(i):
            commas += 1
            if commas > 2 or key not in ("،", ",", "(", ")") or i + 1 in layers.at["casualties"] or not verb and steps:
                return []
            aside = i + 1 if layers.role("attribution", i + 1) == "according" else 0
            i = next((k for k in range(aside, min(aside + 8, end)) if layers.is_break(k)), i) + 1 if aside else i + 1
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
        if not verb or commas and not circumstance:
            return []
        event = layers.at["events"].get(i)
        if event is not None and event.form.pos == "v" or i in layers.at["attribution"]:
            return []
        if not circumstance and i == begin and not (event is None and _plain_name(page, i)):
            return []
        i, steps = i + 1, steps + 1
    return []


def _prefixed(layers: Layers, token: int, letters: str) -> bool:
    return any(
        token in layers.at[name] and any(c in layers.at[name][token].proclitics for c in letters)
        for name in ("events", "weapons", "places", "people", "actors", "cues")
    )


def _object_after(page: _Page, doer: Phrase, end: int) -> Phrase:
    """'Gunmen killed five soldiers': the bare noun after a verb is its doer if an object follows."""
    layers = page.layers
    if doer.thing or layers.key(doer.first).endswith("ين") or layers.key(doer.first - 1) in _LINKS:
        return doer
    for i in range(doer.last, min(doer.last + 7, end)):
        phrase = page.at.get(i)
        if phrase is not None:
            if phrase.governed or phrase.joined or phrase.definite and phrase.high is None or phrase.thing:
                return doer
            return phrase
        if i in layers.time_tokens or i in layers.at["people"] or i in layers.at["actors"]:
            continue
        if layers.key(i) in ("مجهولون", "مجهول", "من", "تابعون", "تابع"):
            continue
        return doer
    return doer


def _joined(page: _Page, first: Phrase, end: int) -> list[Phrase]:
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
            told = event is not None and (not first.thing or event.form.pos == "v" or event.proclitics.startswith("و"))
            if told or i in layers.at["casualties"]:
                break
            i, steps = here.last if here is not None else i + 1, steps + 1
        if layers.key(i) in ("و", "،") and (first.thing or layers.key(i) == "و"):
            i += 1
        following = page.at.get(i)
        stop = following is None or not following.joined or following.thing != first.thing
        if following is None or stop or following.governed or following.definite and following.high is None:
            break
        if _subject_next(page, following):
            break
        tail = row[-1]
        counted_both = tail.numeral and (tail.low or 0) > 10 and following.low == 1 and not following.numeral
        if counted_both and layers.key(following.last - 1).endswith("ا"):
            # 370 مدنيا ومنتسبا: one number for both nouns
            mixed = tail.group if tail.group == following.group else "mixed"
            row[-1] = replace(tail, last=following.last, group=mixed)
            continue
        row.append(following)
    if len(row) == 1:
        return row
    bare = [p for p in row if not p.numeral]
    if len(bare) == len(row):
        low = sum(p.low or 0 for p in row)
        high = None if any(p.high is None for p in row) else low
        if high is None:
            return [replace(row[0], last=row[-1].last, low=2)]
        return [replace(row[0], last=row[-1].last, low=low, high=high)]
    return row


def _subject_next(page: _Page, phrase: Phrase) -> bool:
    """Whether a casualty verb follows at once, with this phrase as its own subject."""
    match = page.layers.at["casualties"].get(phrase.last)
    return match is not None and match.form.pos == "v" and not match.proclitics


def _left(page: _Page, match: Match, begin: int, claimed: Mapping[int, int], *, fate: bool = False) -> Phrase | None:
    """The phrase before a verb that agrees with it: 'eleven Iraqis were killed'."""
    layers = page.layers
    objects = match.gives["measure"] in _OBJECTS
    commas = gap = 0
    for i in range(match.first - 1, max(begin, match.first - 24) - 1, -1):
        phrase = page.at.get(i)
        if phrase is None:
            other = layers.at["casualties"].get(i)
            if other is not None and not fate and i not in page.inside:
                adjacent = all(k in layers.at["casualties"] or layers.key(k) == "و" for k in range(i, match.first))
                if not adjacent:
                    return None
            if layers.is_break(i):
                commas += 1
                if commas > 2 or layers.key(i) not in ("،", ",", "(", ")", "/", "-"):
                    return None
            if layers.key(i) in ("ان", "بان") and not fate:
                return None
            if i not in page.inside:
                gap += 1
            continue
        if any(layers.at["grammar"][k].last == phrase.first for k in (i - 1, i - 2) if layers.role("grammar", k) == "subset"):
            continue
        governed = phrase.governed and not (fate and phrase.numeral)
        if phrase.thing != objects or governed or (commas and not phrase.numeral and not fate):
            continue
        if phrase.first in claimed and claimed[phrase.first] < phrase.first:
            return None
        if not fate and not _agrees(match, phrase):
            continue
        if not phrase.numeral and (phrase.low == 1 or phrase.thing) and gap > (1 if phrase.thing else 6):
            return None
        if phrase.definite and phrase.high is None:
            return None
        return phrase
    return None


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


def _suffixed(page: _Page, match: Match, begin: int) -> Phrase | None:
    """'His arrest', 'whom it kidnapped': the pronoun stands for one, two, or the number before it."""
    suffix = match.form.suffix
    if match.gives["measure"] not in ("killed", "arrested", "abducted"):
        return None
    if suffix == "هم":
        for i in range(match.first - 1, max(begin, match.first - 16) - 1, -1):
            phrase = page.at.get(i)
            if phrase is not None and phrase.numeral and not phrase.thing:
                return phrase
        return None
    return None


def _plain_name(page: _Page, token: int) -> bool:
    """Whether the token may be part of a person's name: no layer knows it."""
    layers = page.layers
    word = layers.text.tokens[token].word
    if word.kind != "arabic" or token in layers.time_tokens or token in page.inside or len(word.key) < 3:
        return False
    return not any(token in layers.at[name] for name in _FLAT)


def _named(page: _Page, match: Match, end: int) -> Phrase | None:
    """'The killing of <a name>': one person, where the word governs words that no layer knows."""
    layers = page.layers
    i = match.last
    if layers.key(i) in _LINKS and match.form.pos != "v":
        i += 1
    if i >= end or not _plain_name(page, i) or layers.key(i).startswith(("ب", "ل", "ال", "وال", "ف")):
        return None
    last = i + 1
    while last < min(i + 4, end) and _plain_name(page, last) and not layers.key(last).startswith(("و", "بال", "لل")):
        last += 1
    if last - i < 2 or _verbal(layers, match) and "ُ" not in layers.text.tokens[match.first].word.surface:
        return None
    count = 1
    if layers.key(last).startswith("و") and last + 1 < end and _plain_name(page, last) and _plain_name(page, last + 1):
        if layers.key(last + 1).startswith("ال"):
            count, last = 2, last + 2
    return Phrase(count, count, i, last, layers.text.tokens[i].start)


def _part(page: _Page, whole: Phrase, end: int) -> Phrase | None:
    """Those among the whole that are told apart: 'among them 12 soldiers'."""
    layers = page.layers
    for i in range(whole.last, min(whole.last + 5, end)):
        if i in layers.at["casualties"] or i in layers.at["events"]:
            return None
        if layers.role("grammar", i) == "subset":
            phrase = page.at.get(layers.at["grammar"][i].last)
            return phrase if phrase is not None and not phrase.thing else None
    return None


def _count_noun(page: _Page, match: Match, begin: int, end: int) -> Iterator[Count]:
    """'Five dead', 'two dead', 'dead and wounded', 'the dead rose to 100'."""
    layers = page.layers
    measure: Measure = match.gives["measure"]
    form = match.form
    amount = next((a for a in layers.amounts if a.last == match.first and a.first >= begin and a.unit == "count"
                   and a.first in layers.amount_at and not match.proclitics), None)  # fmt: skip
    held = page.inside.get(match.first)
    if amount is None and held is not None and held.numeral and held.first < match.first:
        return
    group: Group = "unknown"
    codes: tuple[str, ...] = ()
    for j in range(match.last, min(match.last + 4, end)):
        mention = page.mentions.get(j)
        if mention is not None and mention.kind != "nationality":
            group, codes = mention.group, (mention.code,)
            break
        if layers.is_break(j):
            break
    start, first, numeral = match.start, match.first, False
    low: int | None
    high: int | None
    if amount is not None:
        low, high, first, start, numeral = amount.low, amount.high, amount.first, amount.span.start, True
    elif match.entry.id == "ar.casualty.casualties_noun" and layers.key(match.first) in ("بين", "ما"):
        before = next((page.at[i] for i in range(match.first - 1, max(begin, match.first - 7), -1) if i in page.at), None)
        if before is None or not before.numeral:
            return
        low, high, first, start, numeral = before.low, before.high, before.first, before.start, True
    elif match.article or form.suffix or layers.key(match.first).startswith("ال") or _tallied(layers, match):
        total = _total(page, match, end)
        if total is None:
            return
        low, high, numeral = total.low, total.high, True
    elif form.number == "d":
        low, high = 2, 2
    elif form.number == "s":
        low, high = 1, 1
    else:
        low, high = 2, None
    last = match.last
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
    yield _make(measure, match, phrase, layers)


def _total(page: _Page, match: Match, end: int) -> Phrase | None:
    """'The number of the dead rose to 100'."""
    layers = page.layers
    tallied = _tallied(layers, match)
    for i in range(match.last, min(match.last + (10 if tallied else 5), end)):
        phrase = page.at.get(i)
        if phrase is not None and phrase.numeral:
            opened = layers.key(i - 1) in ("الي", "بلغ", "تجاوز", "هو") or i == match.last or phrase.first < i
            nouns = any(k in layers.at["casualties"] for k in range(i, phrase.last))
            return phrase if (opened or not phrase.named) and not nouns else None
        if not tallied and layers.key(i) not in ("الي", "بلغ", "هو", "حتي", "الان", "نحو", "من", "تجاوز"):
            return None
        if layers.is_break(i) or i in layers.at["casualties"]:
            return None
    return None


def _tallied(layers: Layers, match: Match) -> bool:
    """'The number of the dead', 'the dead of the blast': what follows may tell it."""
    event = layers.at["events"].get(match.last)
    if match.form.number == "p" and event is not None and event.form.pos == "n" and not event.proclitics:
        return True
    return layers.key(match.first - 1).removeprefix("ال") in ("عدد", "حصيله", "اعداد", "عداد") and not match.proclitics


def _others_like_before(counts: Sequence[Count], page: _Page) -> Iterator[Count]:
    """'Three others': who they are is who the count before was."""
    previous: Count | None = None
    for count in counts:
        phrase = page.at.get(count.first)
        other = phrase is not None and phrase.other
        if previous is not None and count.group == "unknown" and (other or not count.codes):
            near = 0 <= count.first - previous.last < 14
            if near and other and previous.group != "objects" and count.measure not in _OBJECTS:
                count = replace(count, group=previous.group, codes=previous.codes)
        previous = count
        yield count
