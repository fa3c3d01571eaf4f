"""Noun phrases of those who speak: a body, an unnamed source, an office with its holder.

`read_speaker` reads one phrase from its first token.
"""

from __future__ import annotations

from dataclasses import dataclass

from marsad.lexicon import Match
from marsad.model import SpeakerClass
from marsad.read.layers import Layers
from marsad.read.names import (
    HEADS,
    LINKS,
    NAMED,
    THAT,
    after_gloss,
    closes,
    completed,
    completes,
    country_at,
    extended,
    head_role,
    is_end,
    is_name,
    is_nisba,
    is_small_place,
    known_name,
    name_run,
    opens_speech,
    quoted,
    stem,
)

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
        if opens_speech(layers, i, end):
            break
        if layers.is_break(i):
            if key not in ("،", ",", "-"):
                break
            name, last = holder(layers, i + 1, end) or (0, last)
            if not name and head_role(layers, i + 1) in ("title", "rank"):
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
        if ranked and key == "في" and i == head.last:
            # 'Major in army X, Y'
            ranked = False
        # ميداني, of the field, is also two squares
        cue = i in layers.at["cues"] and (i + 1 in layers.at["places"] or not is_nisba(layers, i))
        if not ranked and (cue or key in LINKS) and not closes(layers, i + 1):
            i += 1
            continue
        whose = i == head.last and completes(layers, i)
        if closes(layers, i) and not whose and not (ranked and key not in THAT and not is_end(layers, i)):
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
        if run == i + 1 and not ranked and layers.key(i - 1) in LINKS:
            # 'of Y', of one word: what the office is of
            definite, i = True, run
            last = i
            continue
        if run > i:
            name, i, last = i, run, run
        break
    if name:
        end_of = apposed(layers, last, end)
        return Phrase(name, last, end_of, layers.text.tokens[name].start, klass, "person", layers.key(name))
    if head.gives["role"] == "rank":
        return None
    bare = head.article and last == head.last
    return Phrase(
        head.first, last, max(i, last), head.start, klass, "title", stem(layers.key(head.first)), bare=bare
    )


def holder(layers: Layers, i: int, end: int) -> tuple[int, int] | None:
    """The name between commas after an office: 'the minister, X Y, said'."""
    if i >= end or layers.text.tokens[i].word.bare.startswith("ال") or opens_speech(layers, i, end):
        return None
    run = name_run(layers, i, end)
    if is_name(layers, i, end):
        return i, run
    # the commas tell it of words that look like others
    told = run >= end or layers.is_break(run)
    other = any(layers.at[x].get(i) for x in ("attribution", "grammar", "cues", "status", "people"))
    return (i, run) if run - i in (2, 3) and told and not other and not closes(layers, i) else None


def apposed(layers: Layers, i: int, end: int) -> int:
    """After an office that follows the name: 'X, director of Y,'."""
    k = after_gloss(layers, i, end)
    k += k < end and layers.key(k) in ("،", ",", "وهو", "وهي")
    k += layers.key(k) in _BEFORE
    match = layers.at["attribution"].get(k)
    if k < end and match is not None and match.gives["role"] in ("title", "source", "unit", "rank"):
        inner, _ = extended(layers, match.last, end, match.gives["class"])
        while inner < end and not closes(layers, inner) and layers.key(inner) != "في" and inner - k < 10:
            inner += 1
        return inner
    return i


def _document(layers: Layers, head: Match, end: int) -> Phrase | None:
    """'A statement by X': X; 'the statement' alone refers back; a nameless one names nobody."""
    published = False
    for k in range(head.last, min(head.last + 6, end)):
        match = layers.at["attribution"].get(k)
        if (match is not None and match.gives["role"] in ("body", "unit", "title", "source")) or known_name(
            layers, k
        ) is not None:
            return read_speaker(layers, k, end)
        published = published or (
            match is not None and match.gives["role"] == "verb" and bool(match.form.suffix)
        )
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
    if i in layers.amount_at:
        # 'three officials', 'two of the residents'; 'four wounded' are nobody's words
        k = layers.amount_at[i].last
        k += layers.key(k) == "من"
        i = k if head_role(layers, k) == "source" and k not in layers.at["casualties"] else i
    if i >= end or i in layers.time_tokens or opens_speech(layers, i, end):
        return None
    head = layers.at["attribution"].get(i)
    role = head.gives["role"] if head is not None else ""
    # مسؤولية is no plural of مسؤول with a suffix
    plural = head is not None and head.form.suffix and head.form.number == "p"
    if plural and layers.text.tokens[i].word.bare.endswith("ة"):
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
            done = max(completed(layers, head, end), quoted(layers, i, end))
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
        told_to = layers.at["attribution"].get(head.last)
        # 'the source told agency X': whom it is told to, not whose source
        told = told_to is not None and told_to.gives.get("class") == "media" and not _of_sources(layers, i)
        whose = not head.article and not told
        last, widened = extended(layers, head.last, end, klass, deep=role == "source", construct=whose)
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
        if head.gives.get("person") and layers.text.tokens[i].word.bare.startswith("ال"):
            k = head.last
            while k < end and is_nisba(layers, k) and layers.text.tokens[k].word.bare.startswith("ال"):
                k += 1
            found = holder(layers, k, end) or holder(layers, last + (layers.key(last) in ("،", ",")), end)
            if found is not None:
                name, run = found
                after = apposed(layers, run, end)
                start = layers.text.tokens[name].start
                return Phrase(name, run, after, start, klass, "person", layers.key(name))
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


def _of_sources(layers: Layers, i: int) -> bool:
    return layers.key(i).endswith("مصادر")


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
