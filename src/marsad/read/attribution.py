"""According to whom: which words of the text are whose.

A verb of saying governs what follows it in its sentence (its speaker stands after it or before
it); 'according to' governs its clause; a participle or a verb without a speaker (adding, and he
went on) carries on with the speaker before.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from marsad.lexicon import Match
from marsad.model import OUTLET, Attribution, SpeakerClass
from marsad.read.identities import Named, name_speaker, read_anyone, read_person
from marsad.read.layers import Layers
from marsad.read.names import THAT, closes, head_role, opens_speech
from marsad.read.relays import according, headed, past_hearer, source_of, spokesman_of, told_to
from marsad.read.speakers import Phrase, read_speaker
from marsad.text import Sentence, prefixed

_NEGATION = frozenset({"لم", "لن", "لا", "ما", "دون"})
_RELATIVE = frozenset({"الذي", "التي", "الذين", "اللذين", "ما", "مما"})
_FILLERS = frozenset({"قد", "،", ",", "بدوره", "بدورها", "ايضا", "كان", "كانت", ")", "-"})
_OPENERS = frozenset({"كان", "كانت", "لكن", "حيث", "فيما", "بينما", "اذ", "كما", "ان", "و", "ثم", "قد", "بدوره", "جهته",
                      "جانبه", "جهتها", "جانبها", "بدورها"})  # fmt: skip
#: What may stand between a verb of saying and its speaker: 'said in it', 'said for his part'.
_BETWEEN = frozenset({"،", ",", "-", "بدوره", "بدورها", "فيه", "فيها", "ايضا", "كذلك"})
_WAS = frozenset({"كان", "كانت"})
_AND_WAS = prefixed(_WAS, "و")
_HAD = _WAS | {"قد"}
_OPENING = ('"', "“", "«")
#: Tokens between a verb of saying and the speaker that dates and commas may fill.
_GAP = 6


@dataclass(frozen=True, slots=True)
class Speech:
    """An attribution with the tokens it governs (half-open).

    `how` is what says so: the role or kind of the cue, `more` where only the context goes on; `head`
    what the speaker's phrase is. Who only takes a stance, or may as well do something else than
    speak (followed, published), governs nothing: `first` and `last` are the cue.
    """

    attribution: Attribution
    first: int
    last: int
    how: str = "verb"
    head: str = ""


def find_speech(layers: Layers) -> tuple[Speech, ...]:
    """Who speaks where, in text order."""
    out: list[Speech] = []
    heard: list[Named] = []
    floor: Named | None = None
    for sentence in layers.text.sentences:
        found = _sentence(layers, sentence, heard, None if sentence.headline else floor)
        out.extend(found.speeches)
        floor = found.floor
    for named, via, colon in headed(layers, heard):
        last = layers.sentence(colon).last
        out.append(Speech(_attribution(named, None, via), colon, last, "colon", named.phrase.role))
    return tuple(sorted(out, key=lambda s: s.first))


@dataclass(frozen=True, slots=True)
class _Found:
    speeches: tuple[Speech, ...]
    floor: Named | None


def _sentence(layers: Layers, sentence: Sentence, heard: list[Named], floor: Named | None) -> _Found:
    """The speeches of one sentence; `heard` grows, `floor` is who spoke last."""
    speeches: list[Speech] = []
    opened = floor
    for cue in layers.within("attribution", sentence.first, sentence.last):
        role = cue.gives["role"]
        if role in ("outlet", "turn") and cue.first - sentence.first < 3:
            opened = None
            if role == "outlet":
                floor = None
        if role in ("outlet", "turn", "more"):
            continue
        said = _read(layers, cue, sentence, heard, floor)
        if said is None:
            continue
        named, speech = said
        if speech.first < speech.last or speech.how == "stance":
            heard.append(named)
            floor = opened = named
        spoken = [s for s in speeches if s.first < s.last]
        if role == "according" and speech.first == sentence.first and spoken and spoken[0].first < cue.first:
            if named.klass == "media":
                # who relays what the other says
                k = speeches.index(spoken[-1])
                speeches[k] = replace(spoken[-1], attribution=_via(spoken[-1].attribution, named))
            if named.klass == "media" or any(s.attribution.span == speech.attribution.span for s in spoken):
                continue
            # what another says around it is his but for the clause that names its own source
            first = _clause(layers, cue.first, spoken[-1].first)
            speech = replace(speech, first=first, last=cue.first, how="beside")
        speeches.append(speech)
    more = (
        layers.role("attribution", sentence.first) == "more"
        or layers.role("attribution", sentence.first + 1) == "more"
    )
    if all(s.first == s.last for s in speeches) and more and opened is not None:
        speeches.append(
            Speech(_attribution(opened, None), sentence.first, sentence.last, "more", opened.phrase.role)
        )
    return _Found(tuple(speeches), floor)


def _via(attribution: Attribution, relay: Named) -> Attribution:
    return Attribution(attribution.speaker, attribution.speaker_class, attribution.span, attribution.cue,
                       (*attribution.via, relay.text))  # fmt: skip


def _attribution(
    named: Named, cue: Match | None, via: tuple[str, ...] = (), klass: SpeakerClass | None = None
) -> Attribution:
    return Attribution(named.text, klass or named.klass, named.span, cue.span if cue else named.span, via)


#: Who speaks, and what the words govern.
_Said = tuple[Named, Speech]


def _read(
    layers: Layers, cue: Match, sentence: Sentence, heard: list[Named], floor: Named | None
) -> _Said | None:
    role = cue.gives["role"]
    if role == "participle":
        if layers.is_break(cue.last) or cue.last >= sentence.last:
            return None
        return (
            (floor, Speech(_attribution(floor, cue), cue.first, sentence.last, role, floor.phrase.role))
            if floor is not None
            else None
        )
    if role == "according":
        return _according(layers, cue, sentence, heard, floor)
    if role in ("verb", "noun", "claimed"):
        return _spoken(layers, cue, sentence, heard, floor)
    return None


def _spoken(
    layers: Layers, cue: Match, sentence: Sentence, heard: list[Named], floor: Named | None
) -> _Said | None:
    """The speech of a verb of saying."""
    kind = cue.gives.get("kind", "")
    role = cue.gives["role"]
    before = layers.key(cue.first - 1) if cue.first > sentence.first else ""
    if before in _NEGATION and cue.form.tense == "present":
        return None
    if role == "claimed" and (cue.form.pos != "v" or cue.form.suffix or before in _RELATIVE):
        return None
    if layers.role("attribution", cue.first - 1) == "according" or before in ("ما", "لما"):
        return None
    if role != "noun" and _homograph(layers, cue):
        return None
    within = 6 if kind in ("weak", "relay") else 14
    headlong = sentence.headline and cue.first > sentence.first
    # 'it was quoted on Monday from X that'
    quoted_of = source_of(layers, cue.last, sentence.last, heard) if kind == "relay" else None
    turned = headlong or _was_before(layers, cue, sentence)
    phrase = _before(layers, cue, sentence, heard) if turned else _after(layers, cue, sentence.last, heard)
    if phrase is None and kind == "relay" and quoted_of is not None:
        return quoted_of, Speech(
            _attribution(quoted_of, cue), cue.first, sentence.last, role, quoted_of.phrase.role
        )
    if phrase is None and role != "noun":
        phrase = (
            _after(layers, cue, sentence.last, heard) if turned else _before(layers, cue, sentence, heard)
        )
    quoted = phrase is not None and (
        _says(layers, max(phrase.end, cue.last), sentence.last, within)
        or (kind == "weak" and _issued(layers, phrase.end, sentence.last))
        or (kind == "weak" and layers.key(phrase.end) == "عن")
    )
    if (
        phrase is not None
        and kind in ("weak", "relay", "observe")
        and phrase.role == "person"
        and not phrase.bare
        and not quoted
    ):
        return None
    if phrase is None:
        able = role == "verb" and kind not in ("observe", "relay", "stance")
        if floor is None or not able or not _alone(layers, cue, sentence, kind):
            return None
        named = _same_gender(cue, heard, floor)
        return named, Speech(_attribution(named, cue), cue.first, sentence.last, "alone", named.phrase.role)
    related = before in _RELATIVE
    if related and kind == "weak":
        return None
    named = name_speaker(layers, phrase, heard)
    # 'which X has counted': what is counted is on X's word
    counted = kind == "observe" and related and cue.form.suffix != "" and phrase.role != "person"
    lax = not counted and (
        (kind == "weak" and not quoted and phrase.klass != "media")
        or (kind == "observe" and phrase.klass not in ("organisation", "media") and phrase.role != "source")
        or (kind == "relay" and phrase.klass != "media" and not quoted)
        or (related and not quoted)
    )
    if lax and kind == "weak":
        return None
    if lax or kind == "stance":
        how = "stance" if kind == "stance" else "related" if related else kind
        return named, Speech(_attribution(named, cue), cue.first, cue.first, how, phrase.role)
    via: tuple[str, ...] = ()
    source = source_of(layers, max(phrase.end, cue.last), sentence.last, heard)
    spokesman = spokesman_of(layers, max(phrase.end, cue.last), sentence.last, heard)
    if spokesman is not None:
        named = spokesman
    elif source is not None and (named.klass == "media" or (kind == "relay" and quoted)):
        via, named = (named.text,), source
    else:
        via = told_to(layers, max(phrase.end, cue.last), sentence.last)
    klass: SpeakerClass | None = "armed_group" if role == "claimed" and named.klass != "local" else None
    first, last = cue.first, sentence.last
    if role == "verb" and _ends_there(layers, phrase, cue, sentence):
        first, last = sentence.first, max(phrase.end, cue.last)
    return named, Speech(_attribution(named, cue, via, klass), first, last, role, named.phrase.role)


def _was_before(layers: Layers, cue: Match, sentence: Sentence) -> bool:
    """Whether the verb's subject stands before it: 'X had accused Y', and not Y after it."""
    words = layers.keys(sentence.first, cue.first)
    was = next((sentence.first + k for k, word in enumerate(words) if word in _AND_WAS), None)
    return was is not None and (layers.key(cue.first - 1) in _HAD or cue.first - was < _GAP + 2)


def _homograph(layers: Layers, cue: Match) -> bool:
    """Whether the word only looks like a verb of saying: التابع، تابعاً، بينهم، ستكشف."""
    future = cue.form.tense == "present" and layers.key(cue.first).startswith(("س", "وس"))
    return (
        cue.article
        or head_role(layers, cue.first - 1) == "rank"  # a first name: العقيد طالب
        or cue.form.number == "d"
        or future
        or (cue.gives.get("kind") in ("weak", "relay") and cue.form.suffix != "")
    )


def _ends_there(layers: Layers, phrase: Phrase, cue: Match, sentence: Sentence) -> bool:
    """Whether verb and speaker close the sentence: what was said stands before them."""
    rest = max(phrase.end, cue.last)
    return cue.first - sentence.first > 4 and phrase.first > cue.first and sentence.last - rest <= 1


def _says(layers: Layers, i: int, end: int, within: int = 14) -> bool:
    """Whether أن or a quotation follows within the clause, after place, day and medium."""
    # 'X, who heads the office of Y, that': the clause of the speaker stands between
    within += 10 if layers.key(i) in _RELATIVE else 0
    for k in range(i, min(i + within, end)):
        if layers.key(k) in THAT or layers.key(k) == ":" or opens_speech(layers, k, end):
            return True
        if layers.role("attribution", k) == "verb":
            return False
    return False


def _issued(layers: Layers, i: int, end: int) -> bool:
    """Whether a statement is what follows: 'X issued on Monday a statement'."""
    k = next((k for k in range(i, min(i + 10, end)) if head_role(layers, k) == "document"), None)
    return k is not None and all(j in layers.time_tokens or layers.is_break(j) or j == i for j in range(i, k))


def _after(layers: Layers, cue: Match, end: int, heard: list[Named]) -> Phrase | None:
    """The speaker after the verb; only commas and dates may stand between."""
    i = cue.last
    while i < min(cue.last + _GAP, end):
        dated = layers.key(i) == "في" and i + 1 in layers.time_tokens
        if not dated and layers.key(i) not in _BETWEEN and i not in layers.time_tokens:
            break
        i += 1
    i = past_hearer(layers, i, end)
    if i >= end:
        return None
    match = layers.at["attribution"].get(i)
    if match is not None and match.proclitics.endswith(("ل", "ب")):
        return None
    phrase = read_speaker(layers, i, end)
    if phrase is not None:
        return phrase
    person = read_person(layers, i, end, heard) if i == cue.last else None
    if person is not None:
        closing = layers.is_break(cue.first - 1) and person.end >= end - 1
        if person.bare or closing or _says(layers, person.end, end):
            return person
    anyone = read_anyone(layers, i, end) if cue.gives["role"] == "verb" and "kind" not in cue.gives else None
    # verbs that also take an object (confirmed, announced) need what is said at once
    within = 14 if cue.gives.get("plain") else 1
    return anyone if anyone is not None and _says(layers, anyone.end, end, within) else None


def _before(layers: Layers, cue: Match, sentence: Sentence, heard: list[Named]) -> Phrase | None:
    """The speaker before the verb: a phrase that opens the clause and reaches the verb."""
    begin = sentence.first
    for k in range(cue.first - 1, sentence.first - 1, -1):
        said = (
            head_role(layers, k) in ("verb", "participle", "according") and head_role(layers, k - 1) != "rank"
        )
        if said or layers.key(k) in (".", "؛", ";", ":", "!", "؟"):
            begin = k + 1
            break
    for i in range(max(begin, cue.first - 30), cue.first):
        if i > begin and not layers.is_break(i - 1) and layers.key(i - 1).removeprefix("و") not in _OPENERS:
            continue
        match = layers.at["attribution"].get(i)
        if match is not None and match.proclitics.endswith(("ل", "ب")):
            continue
        phrase = read_speaker(layers, i, cue.first) or read_person(layers, i, cue.first, heard)
        if phrase is None:
            continue
        between = range(phrase.end, cue.first)
        if all(layers.key(k) in _FILLERS or k in layers.time_tokens for k in between):
            return phrase
    return None


def _alone(layers: Layers, cue: Match, sentence: Sentence, kind: str) -> bool:
    """Whether a verb has no subject of its own and opens its clause."""
    opens = (
        cue.first == sentence.first
        or cue.proclitics.startswith(("و", "ف"))
        or layers.is_break(cue.first - 1)
        or layers.key(cue.first - 1) in ("كما", "فيما", "حيث", "قد", "اذ")
    )
    if not opens:
        return False
    if _quotes_next(layers, cue.last, sentence.last):
        return True
    if kind == "weak":
        return False
    i = cue.last
    return i < sentence.last and (
        closes(layers, i) or layers.key(i).startswith(("ب", "ل")) or layers.key(i) == "في"
    )


def _quotes_next(layers: Layers, i: int, end: int) -> bool:
    source, tokens = layers.text.source, layers.text.tokens
    if i >= end:
        return False
    quote = any(q in source[tokens[i - 1].end : tokens[i].start] for q in _OPENING)
    return quote or layers.key(i) == ":" or layers.key(i + (layers.key(i) == "الي")) in THAT


def _same_gender(cue: Match, heard: list[Named], floor: Named) -> Named:
    """The one who spoke last whom the verb's person fits."""

    def fits(named: Named) -> bool:
        if cue.form.number == "p":
            return named.phrase.plural
        return (cue.form.gender == "f") == named.phrase.feminine or cue.form.gender == ""

    if fits(floor):
        return floor
    return next((n for n in heard[:-5:-1] if fits(n)), floor)


def _clause(layers: Layers, end: int, begin: int) -> int:
    """The first token of the clause that ends at a token, as breaks tell, after `begin`."""
    k = end - 1 - layers.is_break(end - 1)
    while k > begin and not layers.is_break(k):
        k -= 1
    return k + 1


def _according(
    layers: Layers, cue: Match, sentence: Sentence, heard: list[Named], floor: Named | None
) -> _Said | None:
    """The speech of 'according to': the sentence, or what follows where it opens it."""
    told = according(layers, cue.last, sentence.last, heard, floor)
    if told is None:
        return None
    named, via = told
    first = cue.first if cue.first - sentence.first < 2 else sentence.first
    return named, Speech(_attribution(named, cue, via), first, sentence.last, "according", named.phrase.role)


def speaker_at(speeches: tuple[Speech, ...], token: int) -> Attribution:
    """Who says what stands at the token: the speech that began last among those that govern it."""
    governing = [s for s in speeches if s.first <= token < s.last]
    return max(governing, key=lambda s: s.first).attribution if governing else OUTLET
