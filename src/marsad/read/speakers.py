"""Noun phrases of those who speak: a body, an unnamed source, an office with its holder.

`read_speaker` reads one phrase from its first token; `name_speaker` gives it the name that the
article uses where it is fullest ('the centre' after 'the Media Centre' is the latter).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from marsad.lexicon import Match
from marsad.model import Span, SpeakerClass
from marsad.read.layers import Layers
from marsad.read.names import (
    HEADS,
    LINKS,
    NAMED,
    THAT,
    after_gloss,
    closes,
    completed,
    country_at,
    extended,
    head_role,
    is_end,
    is_name,
    is_nisba,
    is_small_place,
    known_name,
    name_run,
    stem,
)
from marsad.text import fold

_BEFORE = frozenset({"احد", "احدي", "بعض", "عدد", "كل", "كبار", "عده", "كلا"})
_AUTHOR = frozenset(
    {
        "صادر",
        "صادره",
        "صدر",
        "صدرت",
        "نشرته",
        "نشره",
        "نشرتها",
        "اصدرته",
        "اصدره",
        "عن",
        "من",
        "ل",
        "له",
        "وزعته",
        "بثته",
    }
)
_SAME = frozenset({"نفسه", "نفسها", "ذاته", "ذاتها", "المذكور", "المذكوره", "الاخير", "الاخيره"})
_TRIBAL = ("عشاير", "عشيره", "قبايل", "قبيله", "العشاير", "القبايل")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A speaker's noun phrase: its name is tokens `first` to `last`, it ends before `end`.

    `start` is the code point where the name begins; `head` the folded head noun without the
    article; `role` what opened it; `bare` that it is a definite noun alone ('the source').
    """

    first: int
    last: int
    end: int
    start: int
    klass: SpeakerClass
    role: str
    head: str
    feminine: bool = False
    plural: bool = False
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """A speaker with the name that stands for it in the whole article."""

    span: Span
    text: str
    klass: SpeakerClass
    phrase: Phrase


def _title(layers: Layers, head: Match, end: int) -> Phrase | None:
    """'The commander of X, General Y': Y alone where he is named, else the office."""
    klass: SpeakerClass = head.gives["class"]
    i, name, ranked, definite = head.last, 0, head.gives["role"] == "rank", head.article
    last = head.last
    while i < end and i - head.first < 24:
        after = after_gloss(layers, i, end)
        if after > i:
            i = after
            continue
        key = layers.key(i)
        match = layers.at["attribution"].get(i)
        role = match.gives["role"] if match is not None else ""
        if layers.is_break(i):
            following = i + 1 < end and (
                head_role(layers, i + 1) in ("title", "rank") or is_name(layers, i + 1, end)
            )
            if key in ("،", ",", "-") and following and not name:
                i += 1
                continue
            break
        if match is not None and role in ("title", "rank"):
            ranked, i = role == "rank", match.last
            last = i
            if role == "title" and match.entry.id != head.entry.id and klass == "official":
                klass = match.gives["class"]
            continue
        if (
            match is not None
            and role in NAMED
            and not (match.proclitics.endswith("ل") and match.gives["class"] == "media")
        ):
            i = last = completed(layers, match, end) if role == "unit" else match.last
            klass = (
                klass if klass == "local" or layers.key(match.first - 1) == "لدي" else match.gives["class"]
            )
            ranked, definite = False, True
            continue
        if key.endswith(_TRIBAL):
            klass, ranked = "local", False
            i = last = i + 1
            continue
        known = known_name(layers, i)
        if not ranked and known is not None and not (definite and is_small_place(layers, i)):
            i, klass, ranked, definite = known[0], known[1] or klass, False, True
            last = i
            continue
        if not ranked and (i in layers.at["cues"] or key in LINKS) and not closes(layers, i + 1):
            i += 1
            continue
        if closes(layers, i) and not (ranked and key not in THAT and not is_end(layers, i)):
            break
        article = layers.text.tokens[i].word.bare.startswith(("ال", "لل"))
        if not ranked and (
            article
            or (is_nisba(layers, i) and not definite)
            or (i == head.last and not is_name(layers, i, end))
        ):
            definite = definite or article
            i = last = i + 1
            continue
        run = name_run(layers, i, end)
        if run > i:
            name, i, last = i, run, run
        break
    if name:
        end_of = _apposed(layers, last, end)
        return Phrase(name, last, end_of, layers.text.tokens[name].start, klass, "person", layers.key(name))
    if head.gives["role"] == "rank":
        return None
    bare = head.article and last == head.last
    return Phrase(
        head.first, last, max(i, last), head.start, klass, "title", stem(layers.key(head.first)), bare=bare
    )


def _apposed(layers: Layers, i: int, end: int) -> int:
    """After an office that follows the name: 'X, director of Y,'."""
    k = i + 1 if i < end and layers.key(i) in ("،", ",") else i
    match = layers.at["attribution"].get(k)
    if k < end and match is not None and match.gives["role"] in ("title", "source", "unit", "rank"):
        inner, _ = extended(layers, match.last, end, match.gives["class"])
        while inner < end and not closes(layers, inner) and layers.key(inner) != "في" and inner - k < 10:
            inner += 1
        return inner
    return i


def _document(layers: Layers, head: Match, end: int) -> Phrase | None:
    """'A statement by X': X; 'the statement' alone refers back; a nameless one names nobody."""
    for k in range(head.last, min(head.last + 6, end)):
        match = layers.at["attribution"].get(k)
        if (match is not None and match.gives["role"] in ("body", "unit", "title", "source")) or known_name(
            layers, k
        ) is not None:
            return read_speaker(layers, k, end)
        published = match is not None and match.gives["role"] == "verb" and match.form.suffix
        if (
            not published
            and stem(layers.key(k)) not in _AUTHOR
            and (closes(layers, k) or not is_nisba(layers, k))
        ):
            break
    if head.form.number == "p" and head.gives.get("many"):
        # 'reports say': nobody in particular, yet somebody else
        return Phrase(
            head.first, head.last, head.last, head.start, "media", "reports", stem(layers.key(head.first))
        )
    if not head.article:
        return None
    return Phrase(head.first, head.last, head.last, head.start, head.gives["class"], "document",
                  stem(layers.key(head.first)), bare=True)  # fmt: skip


def read_speaker(layers: Layers, i: int, end: int) -> Phrase | None:
    """The speaker whose phrase begins at token `i` and goes no further than `end`."""
    while i < end and layers.key(i) in _BEFORE and i not in layers.at["attribution"]:
        i += 2 if layers.key(i + 1) == "من" else 1
    if i >= end or i in layers.time_tokens:
        return None
    head = layers.at["attribution"].get(i)
    role = head.gives["role"] if head is not None else ""
    # مسؤولية is no plural of مسؤول with a suffix
    if head is not None and head.form.suffix and layers.text.tokens[i].word.bare.endswith("ة"):
        return None
    actor = layers.at["actors"].get(i)
    if head is not None and role in ("title", "rank"):
        return _title(layers, head, end)
    if head is not None and role == "document":
        return _document(layers, head, end)
    if (
        actor is not None
        and actor.gives["kind"] != "adjective"
        and (
            head is None
            or role not in HEADS
            or actor.last > head.last
            or (actor.last == head.last and role == "unit")
        )
    ):
        known = known_name(layers, i) or (actor.last, None)
        klass = known[1] or "official"
        return _phrase(layers, actor, extended(layers, known[0], end, klass, deep=False)[0], klass, "body")
    if head is not None and role in ("body", "unit", "source"):
        klass = head.gives["class"]
        if role == "unit":
            done = completed(layers, head, end)
            bare = head.article and done == head.last
            # an indefinite noun without its complement names nobody
            if done == head.last and not head.article and head.last - head.first == 1 and klass != "media":
                return None
            last, _ = extended(layers, done, end, klass, construct=klass == "media")
            bare = bare and (last == done or klass == "media")
            if bare and last < end and layers.key(last) in _SAME:
                last += 1
            elif bare and last < end and layers.key(last).startswith("ال") and not closes(layers, last):
                bare, last = False, last + 1
            inside = (layers.at["attribution"].get(k) for k in range(head.last, last))
            world = klass == "official" and any(
                m is not None and m.gives.get("class") == "organisation" for m in inside
            )
            return _phrase(layers, head, last, "organisation" if world else klass, "unit", bare=bare)
        last, widened = extended(layers, head.last, end, klass, deep=role == "source", construct=True)
        bare = role == "source" and head.article and last == head.last
        if role == "source" and last < end and layers.key(last) in _SAME:
            bare, last = True, last + 1
        by_whom = last
        if (
            last < end
            and head_role(layers, last) == "according"
            and layers.text.tokens[last].word.key == "علي"
        ):
            by_whom = layers.at["attribution"][last].last
        if by_whom > last:
            person = read_speaker(layers, by_whom, end)
            if person is not None:
                return person
        return _phrase(layers, head, last, widened if role == "source" else klass, role, bare=bare)
    force = layers.at["people"].get(i)
    if force is not None and force.gives.get("force"):
        last, _ = extended(layers, force.last, end, "official", deep=False)
        return _phrase(layers, force, last, "official", "body")
    state = country_at(layers, i)
    if state is not None and not state.proclitics:
        last, _ = extended(layers, state.last, end, "official", deep=False)
        return _phrase(layers, state, last, "official", "body")
    return None


def _phrase(
    layers: Layers, head: Match, last: int, klass: SpeakerClass, role: str, *, bare: bool = False
) -> Phrase:
    bared = layers.text.tokens[head.first].word.bare
    plural = head.form.number == "p" or (bared.endswith(("ون", "ين", "اء")) and role == "source")
    feminine = (
        bared.endswith(("ة", "ات"))
        or head.form.gender == "f"
        or (plural and bared.startswith(("مصادر", "المصادر")))
    )
    return Phrase(head.first, last, last, head.start, klass, role, stem(layers.key(head.first).removeprefix(head.proclitics)),
                  feminine, plural, bare)  # fmt: skip


def read_person(
    layers: Layers, i: int, end: int, earlier: Sequence[Named], *, unmet: bool = True
) -> Phrase | None:
    """A person without an office before the name: met before, or named in two words or more.

    Without `unmet` a new name counts only where an office follows it.
    """
    if i >= end or layers.text.tokens[i].word.kind != "arabic" or closes(layers, i):
        return None
    start = layers.text.tokens[i].start
    word = stem(layers.key(i))
    for said in reversed(earlier):
        if said.phrase.role == "person" and word in _words(said.text):
            run = name_run(layers, i, end)
            other = layers.at["attribution"].get(run)
            if other is not None and other.proclitics == "و" and other.gives["role"] == "source":
                last, _ = extended(layers, other.last, end, said.klass)
                return replace(said.phrase, first=i, last=last, end=last, start=start, bare=False)
            return replace(
                said.phrase, first=i, last=run, end=_apposed(layers, run, end), start=start, bare=True
            )
    if not is_name(layers, i, end):
        return None
    run = name_run(layers, i, end)
    office = layers.at["attribution"].get(run + 1 if layers.key(run) in ("،", ",") else run)
    klass: SpeakerClass = "local"
    if office is not None and office.gives["role"] in HEADS:
        inner = read_speaker(layers, office.first, end)
        klass = inner.klass if inner is not None else office.gives["class"]
    after = _apposed(layers, run, end)
    return Phrase(i, run, after, start, klass, "person", layers.key(i)) if unmet or after > run else None


def name_speaker(layers: Layers, phrase: Phrase, earlier: Sequence[Named]) -> Named:
    """The speaker of a phrase, under the fullest name that the article gave before."""
    span = _span(layers, phrase)
    own = Named(span, span.of(layers.text.source), phrase.klass, phrase)
    if phrase.role == "document":
        return earlier[-1] if earlier else own
    if phrase.bare:
        return _referent(layers, phrase, earlier) or own
    if phrase.role in ("body", "unit", "person", "source"):
        words = _words(own.text)
        for said in reversed(earlier):
            longer = _words(said.text)
            same = said.phrase.role == "person" if own.phrase.role == "person" else said.klass == own.klass
            indefinite = phrase.role != "source" or longer == words
            if (
                same
                and indefinite
                and len(longer) >= len(words)
                and said.text != own.text
                and _contains(longer, words)
            ):
                return said
    return own


def _words(text: str) -> list[str]:
    words = fold(text.replace('"', "").replace("“", "").replace("”", "")).split()
    return ["و" + w[3:] if w.startswith("وال") and len(w) > 5 else stem(w) for w in words]


def _contains(longer: Sequence[str], shorter: Sequence[str]) -> bool:
    n = len(shorter)
    return any(list(longer[k : k + n]) == list(shorter) for k in range(len(longer) - n + 1))


def _referent(layers: Layers, phrase: Phrase, earlier: Sequence[Named]) -> Named | None:
    """Whom 'the source', 'the ministry', 'the spokesman' means."""
    for said in reversed(earlier):
        if said.phrase.role != "document" and phrase.head in _words(said.text):
            return said
    if phrase.role == "person":
        return None
    if phrase.role in ("unit", "body"):
        own = _mentioned(layers, phrase)
        if own is not None:
            return own
        kin = [s for s in earlier if s.klass == phrase.klass and s.phrase.role in ("unit", "body")]
        return kin[-1] if kin and phrase.klass in ("media", "organisation") else None
    kin = [s for s in earlier if s.phrase.role in ("source", "title", "person") and s.klass in ("official", "local")
           and not s.phrase.bare]  # fmt: skip
    return kin[-1] if kin else None


def _mentioned(layers: Layers, phrase: Phrase) -> Named | None:
    """A body of the same head noun that the article named before, though not as a speaker."""
    for k in range(phrase.first - 1, -1, -1):
        match = layers.at["attribution"].get(k)
        if (
            match is None
            or match.gives["role"] not in ("unit", "body")
            or match.gives["class"] != phrase.klass
        ):
            continue
        if stem(layers.key(k)) != phrase.head:
            continue
        full = read_speaker(layers, k, layers.sentence(k).last)
        if full is not None and not full.bare and full.last - full.first > 1:
            span = _span(layers, full)
            return Named(span, span.of(layers.text.source), full.klass, full)
    return None


def _span(layers: Layers, phrase: Phrase) -> Span:
    """The characters of the name; a quotation mark opened in it is closed in it."""
    source, tokens = layers.text.source, layers.text.tokens
    start, end = phrase.start, tokens[phrase.last - 1].end
    # ل before the article hides its alif: للجيش is looked for as الجيش elsewhere
    if start > tokens[phrase.first].start and source[start] == "ل" and source[start - 1] == "ل":
        clean = source.find("ا" + source[start:end])
        if clean >= 0:
            return Span(clean, clean + end - start + 1)
        start -= 1
    text = source[start:end]
    opened = text.count('"') % 2 or text.count("“") > text.count("”") or text.count("«") > text.count("»")
    if opened and source[end : end + 1] in ('"', "”", "»"):
        end += 1
    return Span(start, end)
