"""What became of how many: counts of people and things tied to the word that states it.

A count follows its word (killed five soldiers, the killing of five), precedes it (five dead;
five soldiers were killed; five met their death), or is carried by a noun's number (two dead).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from marsad.lexicon import Match
from marsad.model import Attribution, Figure, Group, Measure, Span
from marsad.read.actors import Mention
from marsad.read.attribution import Speech, speaker_at
from marsad.read.layers import Layers
from marsad.read.numbers import Amount


@dataclass(frozen=True, slots=True)
class Count:
    """A count tied to a casualty word at token `act`.

    `first`..`last` are the tokens of the counted phrase; `codes` who they are; `bare` when the
    number is only a noun's plural; `part` when the text says it is among another count.
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


@dataclass(frozen=True, slots=True)
class _Counted:
    low: int | None
    high: int | None
    first: int
    last: int
    group: Group
    codes: tuple[str, ...]
    bare: bool
    start: int


#: Words that may stand between a casualty word and its count.
_SKIP = frozenset({"ما", "لا", "يقل", "عن", "علي", "الاقل", "نحو", "حوالي", "حتي", "الان", "كل", "من", "اليوم", "امس", "كانوا",
                   "كان", "قد", "منهم", "ايضا", "هناك", "تم", "جميع", "احد", "احدي", "لدي", "مجموعه"})  # fmt: skip
_ONE = {"احد": 1, "احدي": 1}
_ADJECTIVES_OUT = frozenset({"واحد", "واحده", "اثنين", "اثنان", "اثنتين", "اثنتان", "اخرين", "اخرون", "اخر", "اخري", "اخران", "اخريين"})


def _mention_at(mentions: Mapping[int, Mention], token: int) -> Mention | None:
    return mentions.get(token)


def _counted(layers: Layers, mentions: Mapping[int, Mention], token: int) -> _Counted | None:
    """The counted phrase that begins at `token`: an amount with its noun, or a bare noun."""
    amount = layers.amount_at.get(token)
    start = layers.text.tokens[token].start
    if amount is not None:
        if amount.unit != "count":
            return None
        return _after_amount(layers, mentions, amount)
    mention = mentions.get(token)
    key = layers.key(token)
    if key in _ONE or (layers.text.tokens[token].word.cuts and layers.text.tokens[token].word.cuts[-1].key in _ONE):
        follower = mentions.get(token + 1)
        if follower is not None:
            return _Counted(1, 1, token, follower.last, follower.group, (follower.code,), False, start)
    if mention is None or mention.kind in ("force", "name", "short", "nationality"):
        if mention is not None and mention.kind == "short":
            return None
        return None
    last = mention.last
    if mention.number == "d" or layers.key(last) in ("اثنين", "اثنان", "اثنتين", "اثنتان"):
        plural_looking = layers.key(token).endswith("ين") and _sound(layers, token) and layers.key(last) not in (
            "اثنين", "اثنان")
        if not plural_looking:
            end = last + 1 if layers.key(last) in _ADJECTIVES_OUT else last
            return _Counted(2, 2, token, end, mention.group, (mention.code,), False, mention.span.start)
    if mention.number == "s" and not mention.weak:
        return _Counted(1, 1, token, last, mention.group, (mention.code,), False, mention.span.start)
    if mention.number == "s":
        return _Counted(1, 1, token, last, mention.group, (mention.code,), True, mention.span.start)
    return _Counted(2, None, token, last, mention.group, (mention.code,), True, mention.span.start)


def _sound(layers: Layers, token: int) -> bool:
    """Whether the noun's plural is sound, so that its -ين is a plural before it is a dual."""
    match = layers.at["people"].get(token)
    return match is not None and match.entry.id in {
        "ar.people.gunman", "ar.people.terrorist", "ar.people.protester", "ar.people.journalist", "ar.people.civilian",
        "ar.people.person", "ar.people.police_officer", "ar.people.aid_worker",
    } and layers.key(token)[:-2] not in {"شخص", "مواطن", "طفل", "طفلت", "عامل", "شاب", "شرطي", "امرات", "جث", "رجل"}  # fmt: skip


def _after_amount(layers: Layers, mentions: Mapping[int, Mention], amount: Amount) -> _Counted:
    """The noun and its owner after an amount: 'fifteen of the fighters of X'."""
    group: Group = "unknown"
    codes: list[str] = []
    last = amount.last
    i = amount.last
    sentence_end = layers.sentence(amount.first).last
    steps = 0
    while i < sentence_end and steps < 5:
        mention = mentions.get(i)
        if mention is not None:
            if mention.kind == "nationality":
                if not codes:
                    group = mention.group if group == "unknown" else group
                last = mention.last
                i = mention.last
                steps += 1
                continue
            if not codes or codes == ["UNKNOWN"] or (mention.kind in ("name", "short") and "GUNMEN" in codes):
                codes = [mention.code]
                if group == "unknown" or mention.group != "unknown":
                    group = mention.group
                last = mention.last
                i = mention.last
                steps += 1
                continue
            break
        key = layers.key(i)
        if key in ("من", "ل", "في", "تابعين", "ينتمون", "الي", "صفوف", "بين") and steps < 4:
            if key in ("في", "بين") and layers.key(i + 1) not in ("صفوف", "صفوفه", "صفوفها"):
                break
            i += 1
            steps += 1
            continue
        if layers.is_break(i) or i in layers.at["grammar"] or i in layers.at["casualties"] or i in layers.at["events"]:
            break
        if key in _ADJECTIVES_OUT:
            last = i + 1
            i += 1
            steps += 1
            continue
        if i == amount.last and layers.text.tokens[i].word.kind == "arabic" and not _prefixed(layers, i):
            last = i + 1
            i += 1
            steps += 1
            continue
        break
    return _Counted(amount.low, amount.high, amount.first, last, group, tuple(codes), False, amount.span.start)


def _prefixed(layers: Layers, token: int) -> bool:
    key = layers.key(token)
    return key.startswith(("وال", "بال", "وا", "في")) or key in ("في", "علي", "عن", "الي", "بجروح", "جراء", "اثر", "و")


def find_counts(layers: Layers, mentions: tuple[Mention, ...]) -> tuple[Count, ...]:
    """All counts of the text, each tied to its casualty word."""
    by_token = {m.first: m for m in mentions}
    out: list[Count] = []
    used: set[int] = set()
    for match in layers.matches["casualties"]:
        for count in _of_match(layers, by_token, match):
            if count.first in used and not count.bare:
                if any(c.first == count.first and c.measure == count.measure for c in out):
                    continue
            used.add(count.first)
            out.append(count)
    return tuple(_others_like_before(out, layers))


def _others_like_before(counts: list[Count], layers: Layers) -> Iterator[Count]:
    """'Three others': who they are is who the count before was."""
    previous: Count | None = None
    for count in counts:
        words = layers.text.source[count.span.start : count.span.end]
        other = any(w in words for w in ("آخر", "اخر", "أخر"))
        if previous is not None and count.group == "unknown" and (other or not count.codes):
            near = 0 <= count.first - previous.last < 14
            if near and previous.group not in ("objects",) and count.measure in ("killed", "wounded", "casualties", "arrested"):
                count = Count(count.measure, previous.group if other else count.group, count.low, count.high, count.span, count.act,
                              count.first, count.last, previous.codes if other else count.codes, count.bare, count.part)  # fmt: skip
        previous = count
        yield count


def _make(layers: Layers, measure: Measure, match: Match, counted: _Counted, *, part: bool = False) -> Count:
    span = Span(counted.start, layers.text.tokens[counted.last - 1].end)
    group = counted.group
    if match.gives.get("group") == "objects":
        group = "objects" if group in ("unknown", "objects") else group
    return Count(measure, group, counted.low, counted.high, span, match.first, counted.first, counted.last,
                 tuple(c for c in counted.codes if c != "UNKNOWN"), counted.bare, part)  # fmt: skip


def _of_match(layers: Layers, mentions: Mapping[int, Mention], match: Match) -> Iterator[Count]:
    measure: Measure = match.gives["measure"]
    role = match.gives["role"]
    sentence = layers.sentence(match.first)
    if role == "noun":
        yield from _count_noun(layers, mentions, match, measure, sentence.first)
        return
    if role == "fate":
        counted = _left(layers, mentions, match.first, sentence.first)
        if counted is not None:
            yield _make(layers, measure, match, counted)
        return
    counted = _right(layers, mentions, match, sentence.last)
    if counted is None and role == "act" and match.form.pos == "v" and not match.form.suffix:
        counted = _left(layers, mentions, match.first, sentence.first)
    if role == "fall":
        if counted is None or counted.group == "objects" or not set(counted.codes) - {"UNKNOWN"}:
            return
        if any(m.role if False else m.gives["role"] == "noun" for m in layers.within("casualties", match.last, match.last + 4)):
            return
    if measure in ("destroyed", "seized"):
        if counted is None or counted.group != "objects":
            return
    elif counted is not None and counted.group == "objects":
        return
    if counted is None:
        counted = _named_single(layers, mentions, match)
    if counted is not None:
        yield _make(layers, measure, match, counted)
        yield from _part(layers, mentions, match, counted, measure, sentence.last)


def _named_single(layers: Layers, mentions: Mapping[int, Mention], match: Match) -> _Counted | None:
    """'The killing of <a name>': one person, where the verbal noun governs an unknown word."""
    if match.form.pos == "v" or match.form.suffix or match.gives["measure"] not in ("killed", "arrested", "abducted"):
        return None
    if match.entry.id not in ("ar.casualty.killed", "ar.casualty.arrested", "ar.casualty.abducted"):
        return None
    i = match.last
    if i >= layers.sentence(match.first).last or layers.text.tokens[i].word.kind != "arabic":
        return None
    blocked = any(i in layers.at[x] for x in ("grammar", "events", "casualties", "people", "actors", "numbers", "places", "dates", "status"))
    if blocked or _prefixed(layers, i) or layers.key(i).startswith(("ب", "ل")):
        return None
    last = i + 1
    while last < i + 3 and layers.text.tokens[last].word.kind == "arabic" and not _prefixed(layers, last) and not any(
        last in layers.at[x] for x in ("grammar", "events", "casualties", "people", "actors", "places", "attribution")
    ):
        last += 1
    return _Counted(1, 1, i, last, "unknown", (), True, layers.text.tokens[i].start)


def _part(layers: Layers, mentions: Mapping[int, Mention], match: Match, whole: _Counted, measure: Measure, end: int) -> Iterator[Count]:
    """'Among them 12 soldiers': a part of another group than the whole."""
    for i in range(whole.last, min(whole.last + 6, end)):
        if layers.role("grammar", i) != "subset":
            continue
        grammar = layers.at["grammar"][i]
        amount = layers.amount_at.get(grammar.last)
        if amount is None or amount.unit != "count" or amount.vague:
            return
        counted = _after_amount(layers, mentions, amount)
        if counted.group not in ("unknown", whole.group):
            yield _make(layers, measure, match, counted, part=True)
        return


def _right(layers: Layers, mentions: Mapping[int, Mention], match: Match, end: int) -> _Counted | None:
    """The counted phrase after a casualty word, a few plain words away at most."""
    i = match.last
    steps = 0
    while i < end and steps < 5:
        counted = _counted(layers, mentions, i)
        if counted is not None:
            return counted
        key = layers.key(i)
        if layers.is_break(i) or i in layers.at["casualties"] or i in layers.at["events"]:
            return None
        mention = mentions.get(i)
        if mention is not None:
            # the doer between verb and object: 'the army arrested five'
            if match.form.pos == "v" or mention.kind in ("force", "name", "short"):
                i = mention.last
                steps += 1
                continue
            return None
        if key in _SKIP or i in layers.time_tokens:
            i += 1
            continue
        if i in layers.at["grammar"] or i in layers.at["attribution"]:
            return None
        i += 1
        steps += 2
    return None


def _left(layers: Layers, mentions: Mapping[int, Mention], token: int, begin: int) -> _Counted | None:
    """The counted phrase before a verb: 'eleven Iraqis, some of them fighters, were killed'."""
    crossed = 0
    for i in range(token - 1, max(begin, token - 14) - 1, -1):
        if i in layers.at["casualties"] and layers.at["casualties"][i].gives["role"] != "noun":
            return None
        if i in layers.at["events"] and crossed == 0 and i not in layers.amount_at:
            return None
        if layers.is_break(i):
            crossed += 1
            if crossed > 1:
                return None
            continue
        if i in layers.amount_at or i in mentions:
            amount = layers.amount_at.get(i)
            if amount is None:
                holder = next((a for a in layers.amounts if a.first < i <= a.last + 2 and a.first >= begin), None)
                if holder is not None and holder.first in layers.amount_at:
                    counted = _counted(layers, mentions, holder.first)
                    if counted is not None and counted.last > i:
                        return counted
            counted = _counted(layers, mentions, i)
            if counted is not None:
                if counted.bare and crossed:
                    return None
                return counted
    return None


def _count_noun(layers: Layers, mentions: Mapping[int, Mention], match: Match, measure: Measure, begin: int) -> Iterator[Count]:
    """'Five dead', 'two dead', 'dead and wounded'."""
    tokens = layers.text.tokens
    amount = next((a for a in layers.amounts if a.last in (match.first, match.first - 1) and a.first >= begin
                   and a.first in layers.amount_at and a.unit == "count"), None)  # fmt: skip
    group: Group = "unknown"
    codes: tuple[str, ...] = ()
    i = match.last
    if layers.key(i) in ("من", "في", "بين") or i in mentions:
        for j in range(i, i + 4):
            mention = mentions.get(j)
            if mention is not None and mention.kind != "nationality":
                group, codes = mention.group, (mention.code,)
                break
            if layers.is_break(j):
                break
    if amount is not None:
        counted = _Counted(amount.low, amount.high, amount.first, match.last, group, codes, False, amount.span.start)
    elif match.form.number == "d":
        counted = _Counted(2, 2, match.first, match.last, group, codes, False, match.start)
    elif match.form.number == "s" and not match.article:
        counted = _Counted(1, 1, match.first, match.last, group, codes, True, match.start)
    else:
        # 'the number of the dead rose to 5', 'the dead: 5'
        after = next((a for a in layers.amounts if match.last <= a.first <= match.last + 3 and a.first in layers.amount_at
                      and a.unit == "count"), None)  # fmt: skip
        if after is not None and any(layers.key(k) in ("الي", "بلغ", ":", "نحو") for k in range(match.last, after.first + 1)):
            counted = _Counted(after.low, after.high, after.first, after.last, group, codes, False, after.span.start)
        elif match.article or match.gives.get("weak"):
            return
        else:
            counted = _Counted(2, None, match.first, match.last, group, codes, True, match.start)
    del tokens
    if measure == "casualties" and amount is None and counted.low == 2 and counted.high is None:
        yield _make(layers, "killed", match, counted)
        yield _make(layers, "wounded", match, counted)
        return
    yield _make(layers, measure, match, counted)


def figures_of(counts: Sequence[Count], speeches: Sequence[Speech], told_by: Attribution) -> tuple[Figure, ...]:
    """The figures of one happening, each value once; a bare plural yields to a number."""
    out: dict[tuple[str, int | None, int | None], Figure] = {}
    numeric = {c.measure for c in counts if not c.bare}
    for count in counts:
        if count.bare and count.high is None and count.measure in numeric:
            continue
        key = (count.measure, count.low, count.high)
        said = speaker_at(tuple(speeches), count.act)
        out.setdefault(key, Figure(count.measure, count.group, count.low, count.high, count.span,
                                   said if said.speaker else told_by))  # fmt: skip
    return tuple(out.values())
