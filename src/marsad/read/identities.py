"""Who a speaker's phrase means in the whole article.

`name_speaker` gives it the name that the article uses where it is fullest ('the centre' after 'the
Media Centre' is the latter); `read_person` knows people by those named before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from marsad.model import Span, SpeakerClass
from marsad.read.layers import Layers
from marsad.read.names import (
    HEADS,
    LINKS,
    closes,
    completes,
    extended,
    is_name,
    is_nisba,
    name_run,
    opens_quote,
    stem,
)
from marsad.read.speakers import Phrase, apposed, read_speaker
from marsad.text import fold

#: More words than this are no unknown speaker's name.
_LONGEST = 5


@dataclass(frozen=True, slots=True)
class Named:
    """A speaker with the name that stands for it in the whole article."""

    span: Span
    text: str
    klass: SpeakerClass
    phrase: Phrase


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
                said.phrase, first=i, last=run, end=apposed(layers, run, end), start=start, bare=True
            )
    if not is_name(layers, i, end):
        return None
    run = name_run(layers, i, end)
    office = layers.at["attribution"].get(run + 1 if layers.key(run) in ("،", ",") else run)
    klass: SpeakerClass = "local"
    if office is not None and office.gives["role"] in HEADS:
        inner = read_speaker(layers, office.first, end)
        klass = inner.klass if inner is not None else office.gives["class"]
    after = apposed(layers, run, end)
    return Phrase(i, run, after, start, klass, "person", layers.key(i)) if unmet or after > run else None


def read_anyone(layers: Layers, i: int, end: int) -> Phrase | None:
    """Whoever stands between a verb of saying and what is said: 'said diplomats that', 'said X that'."""
    one = layers.key(i) in ("احد", "احدي")
    head = layers.text.tokens[i + one].word if i + one < end else None
    if head is None or head.kind != "arabic" or not (one or _goes_on(layers, i)):
        return None
    # with a possessive it is what is told of: 'confirmed his identity'
    if head.bare.endswith(("ه", "ها", "هم")):
        return None
    plural, k = head.bare.endswith(("ون", "ين")), i + one + 1
    # 'father of the victim'
    k += k < end and not one and not head.bare.startswith("ال") and completes(layers, k)
    while k < end and k - i < _LONGEST and _goes_on(layers, k):
        bare = layers.text.tokens[k].word.bare
        if plural and not head.bare.startswith("ال") and not is_nisba(layers, k):
            break
        if layers.role("grammar", k) or (bare.startswith("ي") and bare.endswith("ون")):
            break
        k += 1
    if k - i == _LONGEST:
        return None
    return Phrase(i, k, k, layers.text.tokens[i].start, "local", "person", layers.key(i), plural=plural)


def _goes_on(layers: Layers, i: int) -> bool:
    """Whether the token may be of a name that no list knows."""
    word = layers.text.tokens[i].word
    named = not layers.role("attribution", i) and not word.bare.startswith("لل")
    return named and layers.key(i) not in LINKS and not closes(layers, i) and not opens_quote(layers, i)


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
                and _contains(longer, words)
                and fold(said.text) != fold(own.text)
            ):
                return said
    return own


@lru_cache(maxsize=4096)
def _words(text: str) -> tuple[str, ...]:
    """The folded words of a name without their articles; each name is asked for again and again."""
    words = fold(text.replace('"', "").replace("“", "").replace("”", "")).split()
    return tuple(["و" + w[3:] if w.startswith("وال") and len(w) > 5 else stem(w) for w in words])


def _contains(longer: tuple[str, ...], shorter: tuple[str, ...]) -> bool:
    n = len(shorter)
    return any(longer[k : k + n] == shorter for k in range(len(longer) - n + 1))


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
