"""What marks a name though no list has its words: an age after it, quotation marks around it, a kunya before it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from marsad.model import Span
from marsad.read.given import FLAT, MIDDLE, is_of, listed, opened_by, words
from marsad.read.layers import Layers
from marsad.read.names import closes, head_role

_AGE = re.compile(r"\s*\(\s*(?:عمره?ا?\s*)?[0-9٠-٩]{1,3}\s*(عام|سنة|سنوات|ربيع|شهر|أشهر|أعوام)?")
_QUOTES = re.compile(r"[\"“«]([^\"“”«»\n]{3,60})[\"”»]")
#: The longest name that an age or quotation marks are taken for.
_LONGEST = 5


def aged(layers: Layers) -> Iterator[tuple[int, int]]:
    """The tokens before an age in brackets: 'X Y Z (35 years)'; one word alone only where years are said."""
    source, tokens = layers.text.source, layers.text.tokens
    for sentence in layers.text.sentences:
        for i in range(sentence.first, sentence.last):
            found = _AGE.match(source, tokens[i].end)
            if found is None or tokens[i].word.kind not in ("arabic", "latin"):
                continue
            first = i + 1
            while first > max(sentence.first, i + 1 - _LONGEST) and _may(layers, first - 1, last=first > i):
                apart = first <= i and layers.text.between(first - 1, first).strip()
                if apart:
                    break
                first -= 1
            if i + 1 - first > (0 if found[1] else 1):
                yield first, i + 1


def _may(layers: Layers, k: int, *, last: bool) -> bool:
    """Whether the token may be of a name that stands before an age; `last` is next to it."""
    word, key = layers.text.tokens[k].word, layers.key(k)
    if word.kind not in ("arabic", "latin") or is_of(layers, k, "person") or is_of(layers, k, "civil"):
        return False
    if listed(layers, k) or (key,) in words()["family"] or key in MIDDLE:
        return True
    if head_role(layers, k) in ("title", "rank"):
        return False
    # next to an age any word is a name: خطاب is a speech, ليروي a verb as well
    known = closes(layers, k) or any(k in layers.at[layer] for layer in FLAT)
    return last or not (known or head_role(layers, k) == "verb")


def in_quotes(layers: Layers, first: int, last: int) -> tuple[int, int]:
    """The whole of the quotation marks around the name at those tokens, where they hold no more than a name."""
    tokens = layers.text.tokens
    if tokens[first - 1 : first] and opened_by(layers, first) == "house":
        return first, last
    inside = Span(tokens[first].start, tokens[last - 1].end)
    line = layers.text.source
    around = line.rfind("\n", 0, inside.start) + 1
    for quote in _QUOTES.finditer(line, around):
        if quote.start() > inside.start:
            break
        if quote.start(1) > inside.start or quote.end(1) < inside.end or len(quote[1].split()) > _LONGEST:
            continue
        begin, end = first, last
        while begin > 0 and tokens[begin - 1].start >= quote.start(1):
            begin -= 1
        while end < len(tokens) and tokens[end].end <= quote.end(1):
            end += 1
        more = [k for k in range(begin, end) if not first <= k < last]
        plain = all(not any(k in layers.at[name] for name in FLAT) and not closes(layers, k) for k in more)
        return (begin, end) if plain or opened_by(layers, begin) else (first, last)
    return first, last


def with_nisba(layers: Layers, first: int, last: int, end: int) -> int:
    """After the origin that belongs to a kunya: 'Abu X the Frenchman'."""
    kunya = layers.text.tokens[first].word.key.endswith(("ابو", "ابي", "ابا", "ام"))
    if not kunya or last >= end or layers.is_break(last) or layers.text.between(last - 1, last).strip():
        return last
    key = layers.key(last)
    return last + (
        key.startswith("ال") and key.endswith("ي") and head_role(layers, last) not in ("title", "rank")
    )
