"""Who speaks without a verb of saying, whom a speaker quotes or speaks for, and to whom it is told."""

from __future__ import annotations

from collections.abc import Iterator

from marsad.read.identities import Named, name_speaker, read_person
from marsad.read.layers import Layers
from marsad.read.names import THAT, head_role, opens_quote, quoted
from marsad.read.speakers import read_speaker

#: 'In his words', of who spoke last.
_HIS_WORDS = frozenset(
    "قوله قولها قولهم تعبيره تعبيرها تعبيرهم وصفه وصفها وصفهم زعمه زعمها زعمهم كلامه".split()
)
_WHAT = frozenset("ما لما به عنه في تعبير".split())


def according(
    layers: Layers, i: int, end: int, heard: list[Named], floor: Named | None
) -> tuple[Named, tuple[str, ...]] | None:
    """Who is named after 'according to', perhaps 'to what X said', and who relays it.

    `floor` spoke last: 'according to what he told the police' is his.
    """
    his = layers.key(i) in _HIS_WORDS
    while i < end and (layers.key(i) in _WHAT or head_role(layers, i) == "verb"):
        his = head_role(layers, i) == "verb"
        i += 1
    match = layers.at["attribution"].get(i)
    to = his and match is not None and match.proclitics.endswith("ل")
    phrase = None if to else read_speaker(layers, i, end) or read_person(layers, i, end, heard, unmet=False)
    if phrase is None:
        return (floor, ()) if his and floor is not None else None
    named = name_speaker(layers, phrase, heard)
    source = source_of(layers, phrase.end, end, heard) if named.klass == "media" else None
    return (source, (named.text,)) if source is not None else (named, ())


def headed(layers: Layers, heard: list[Named]) -> Iterator[tuple[Named, tuple[str, ...], int]]:
    """Who stands before a colon at the head of a sentence: 'X: five killed', 'a source to Y: ...'.

    With whom they told and the token of the colon.
    """
    for sentence in layers.text.sentences:
        first = sentence.first
        colon = next((k for k in range(first, min(first + 10, sentence.last)) if layers.key(k) == ":"), None)
        if colon is None or first in layers.at["places"] or first in layers.at["cues"]:
            continue
        phrase = read_speaker(layers, first, colon) or read_person(layers, first, colon, heard, unmet=False)
        if phrase is None or phrase.role == "document":
            continue
        told = layers.key(phrase.end).startswith("ل") and colon - phrase.end < 4
        if told or phrase.end == colon:
            yield name_speaker(layers, phrase, heard), told_to(layers, phrase.end, colon), colon


def source_of(layers: Layers, i: int, end: int, heard: list[Named]) -> Named | None:
    """Whom an agency quotes: 'from a security source'."""
    for k in range(i, min(i + 8, end)):
        learned = layers.key(k) == "من" and head_role(layers, k + 1) == "source"
        if layers.key(k) == "عن" or learned or head_role(layers, k) == "according":
            match = layers.at["attribution"].get(k)
            after = match.last if match is not None else k + 1
            phrase = read_speaker(layers, after, end) or read_person(layers, after, end, heard)
            return name_speaker(layers, phrase, heard) if phrase is not None else None
        if head_role(layers, k) == "source" and layers.key(k - 1) in ("،", ",") and k == i + 1:
            # the preposition is often forgotten: 'what the paper reported, officials'
            phrase = read_speaker(layers, k, end)
            return name_speaker(layers, phrase, heard) if phrase is not None else None
        if layers.key(k) in THAT or layers.key(k) == ":":
            return None
    return None


def spokesman_of(layers: Layers, i: int, end: int, heard: list[Named]) -> Named | None:
    """Who speaks for the body: 'the ministry, by its spokesman X'."""
    for k in range(i, min(i + 4, end)):
        match = layers.at["attribution"].get(k)
        if match is not None and match.gives.get("by"):
            phrase = read_speaker(layers, match.last, end)
            return name_speaker(layers, phrase, heard) if phrase is not None else None
    return None


def past_hearer(layers: Layers, i: int, end: int) -> int:
    """After the outlet that stands before who told it: 'said to X a commander that'."""
    if i >= end or not layers.key(i).startswith("ل"):
        return i
    match = layers.at["attribution"].get(i)
    if match is not None and match.gives.get("class") == "media" and match.proclitics.endswith("ل"):
        phrase = read_speaker(layers, i, end)
        return phrase.end if phrase is not None else i
    return quoted(layers, i + 1, end) if layers.key(i) == "ل" and opens_quote(layers, i + 1) else i


def told_to(layers: Layers, i: int, end: int) -> tuple[str, ...]:
    """The outlet that the speaker spoke to."""
    for k in range(i, min(i + 8, end)):
        if layers.key(k) in THAT:
            break
        match = layers.at["attribution"].get(k)
        glued = match is not None and (match.proclitics.endswith("ل") or layers.key(k - 1) == "ل")
        if match is not None and glued and match.gives.get("class") == "media":
            phrase = read_speaker(layers, k, end)
            return (name_speaker(layers, phrase, ()).text,) if phrase is not None else ()
    return ()
