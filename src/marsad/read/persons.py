"""Names of persons in an Arabic text, so that a release can mask those of private ones.

Looked for when asked, never while reading. Where it is open whether a word is a name, it counts
as one: a missed name of a witness can harm, a masked word costs little.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from marsad.lexicon import Match, clitic_offset
from marsad.model import Span
from marsad.read.given import (
    CLITICS,
    FLAT,
    MIDDLE,
    bears,
    clitics_of,
    is_of,
    listed,
    lists,
    namesake,
    opened_by,
    plain,
    run_of,
    words,
)
from marsad.read.layers import Layers
from marsad.read.marked_names import aged, in_quotes, with_nisba
from marsad.read.names import (
    after_gloss,
    closes,
    head_role,
    is_name,
    quoted,
    stem,
)
from marsad.read.speakers import read_speaker
from marsad.text import Sentence, fold

_COMMAS = frozenset("،,")
_SPEAKS = frozenset({"verb", "participle", "according"})
_LETTER = "[\u0621-\u064a]\u0640?"
_INITIALS = re.compile(
    rf"(?<![\w\u0640.])(?:[وبل](?={_LETTER} ?\.))?({_LETTER}(?: ?\. ?{_LETTER}){{1,3}})(?!\w)( ?\.)?"
)


@dataclass(frozen=True, slots=True)
class Person:
    """A stretch that names a person; `public` for one who holds a public office or speaks for a body."""

    span: Span
    public: bool


@dataclass(frozen=True, slots=True)
class _Found:
    """A name at tokens `first` to `last`; `clitics` are the letters before it in the first token."""

    first: int
    last: int
    clitics: str
    public: bool


def find_persons(layers: Layers) -> tuple[Person, ...]:
    """Every stretch of the text that names a person, in the text's order, none over another."""
    offices = _offices(layers)
    found: list[_Found] = []
    for sentence in layers.text.sentences:
        i = sentence.first
        while i < sentence.last:
            one = _known(layers, i, sentence.last, 2) or offices.get(i) or _named(layers, i, sentence.last)
            one = one or _joined(layers, found, i, sentence.last) or _known(layers, i, sentence.last, 1)
            if one is None:
                i = max(i + 1, namesake(layers, i, sentence.last))
                continue
            found.append(one if one.public else _held(layers, one, sentence))
            i = one.last
    found = _repeated(layers, _marked(layers, found))
    spans = [(_span(layers, one), one.public) for one in _again(layers, found)]
    spans += [(s, False) for s in _initials(layers) if not any(s.overlaps(t) for t, _ in spans)]
    return tuple(Person(span, public) for span, public in sorted(spans, key=lambda s: s[0].start))


def _marked(layers: Layers, found: list[_Found]) -> list[_Found]:
    """The names, each as far as quotation marks or an origin carry it, and those that an age marks."""
    out: list[_Found] = []
    for one in found:
        first, last = in_quotes(layers, one.first, one.last)
        last = with_nisba(layers, first, last, layers.sentence(one.first).last)
        out.append(replace(one, first=first, last=last, clitics=one.clitics if first == one.first else ""))
    for first, last in aged(layers):
        within = [one for one in out if one.first < last and first < one.last]
        if not any(one.public for one in within):
            first = min([first, *(one.first for one in within)])
            clitics = next((one.clitics for one in within if one.first == first), "")
            out = [one for one in out if one not in within]
            out.append(_Found(first, max([last, *(one.last for one in within)]), clitics, False))
    out.sort(key=lambda one: one.first)
    return [one for k, one in enumerate(out) if not k or one.first >= out[k - 1].last]


def _repeated(layers: Layers, found: list[_Found]) -> list[_Found]:
    """The names, and where a private one of several words stands again word for word."""
    keys = layers.text.keys
    taken = {k for one in found for k in range(one.first, one.last)}
    out = list(found)
    for name in {_name(layers, one) for one in found if not one.public and one.last > one.first + 1}:
        for i in range(len(keys) - len(name) + 1):
            if keys[i + 1 : i + len(name)] != name[1:] or taken.intersection(range(i, i + len(name))):
                continue
            clitics = keys[i].removesuffix(name[0])
            if keys[i].endswith(name[0]) and CLITICS.issuperset(clitics):
                out.append(_Found(i, i + len(name), clitics, False))
                taken.update(range(i, i + len(name)))
    return sorted(out, key=lambda one: one.first)


def _span(layers: Layers, one: _Found) -> Span:
    token = layers.text.tokens[one.first]
    return Span(token.start + clitic_offset(token.word, one.clitics), layers.text.tokens[one.last - 1].end)


def _known(layers: Layers, i: int, end: int, least: int) -> _Found | None:
    """A holder of a public office who is known by the name, of at least so many words."""
    forms, keys = words()["public"], layers.text.keys
    if least == 1 and bears(layers, i - 1):
        return None
    for n in range(min(4, end - i), least - 1, -1):
        for cut in layers.text.tokens[i].word.cuts:
            if (
                not cut.article
                and (cut.key, *keys[i + 1 : i + n]) in forms
                and CLITICS.issuperset(cut.proclitics)
            ):
                return _Found(i, i + n, cut.proclitics, True)
    return None


def _offices(layers: Layers) -> dict[int, _Found]:
    """Names after an office, a rank or an address, by their first token."""
    out: dict[int, _Found] = {}
    for head in layers.matches["attribution"]:
        if head.gives["role"] not in ("title", "rank", "source") or bears(layers, head.first - 1):
            continue
        # سامر is no future of a commander
        if head.proclitics and listed(layers, head.first):
            continue
        end = layers.sentence(head.first).last
        phrase = read_speaker(layers, head.first, end)
        if phrase is None or phrase.role != "person" or phrase.first in out:
            continue
        first = phrase.first
        clitics = clitics_of(layers, first, "name", "word", "foreign", "title")
        last = max(run_of(layers, first, end), first + 1)
        before = layers.within("attribution", head.first, first)
        public = any(_is_office(layers, m, last) for m in before)
        sure = clitics is not None or (
            head.article and head.form.number != "p" and is_name(layers, first, end)
        )
        if not clitics and (sure or (public and last > first + 1 and plain(layers, first))):
            out[first] = _Found(first, last, "", public)
    return out


def _is_office(layers: Layers, match: Match, last: int) -> bool:
    """Whether who is so called is a public person; an officer is where he speaks, not where he falls."""
    role, klass = match.gives["role"], match.gives.get("class")
    keys = layers.text.keys[match.first : match.last]
    civil = words()["civil"]
    # the driver of the minister
    if match.first and is_of(layers, match.first - 1, "person") and not layers.is_break(match.first - 1):
        return False
    if keys in civil or (keys[0].removeprefix(match.proclitics),) in civil or (stem(keys[0]),) in civil:
        return False
    if role == "rank":
        near = range(max(match.first - 4, 0), min(last + 3, len(layers.text.tokens)))
        falls = any(match.first - 1 in layers.at[layer] for layer in ("events", "casualties"))
        return not falls and any(head_role(layers, k) in _SPEAKS for k in near)
    return role in ("title", "source") and klass in ("official", "armed_group", "organisation")


def _held(layers: Layers, one: _Found, sentence: Sentence) -> _Found:
    """The name with the office before or after it: 'the head of the council of Y, X', 'X, spokesman for Y'."""
    # 'the leader in X, the strongest group, Y'
    commas = 2 if layers.key(one.first - 1) in _COMMAS else 0
    for i in range(one.first - 1, max(one.first - 14, sentence.first - 1), -1):
        if layers.key(i) in _COMMAS and commas:
            commas -= 1
            continue
        # another name of a row; ملك is a king, too
        if listed(layers, i):
            break
        head = layers.at["attribution"].get(i)
        if head is not None and head.gives["role"] in ("title", "source", "rank"):
            return replace(
                one, public=_is_office(layers, head, one.last) or _followed(layers, one, sentence.last)
            )
        if closes(layers, i) or is_of(layers, i, "person"):
            break
    return replace(one, public=_followed(layers, one, sentence.last))


def _followed(layers: Layers, one: _Found, end: int) -> bool:
    """Whether an office follows the name: 'X, spokesman for Y'."""
    k = after_gloss(layers, one.last, end)
    apart = k < end and layers.key(k) in ("،", ",", "-", "وهو", "وهي", "(")
    k += apart
    k += layers.key(k) in ("احد", "احدي")
    head = layers.at["attribution"].get(k)
    if k >= end or head is None or head.gives["role"] != "title" or not _is_office(layers, head, head.last):
        return False
    phrase = read_speaker(layers, k, end)
    another = phrase is not None and phrase.role == "person"
    return (head.article and not apart) or not another


def _named(layers: Layers, i: int, end: int) -> _Found | None:
    """The private name that begins at the token."""
    opened = opened_by(layers, i) or ("list" if lists(layers, i) else "")
    before = i - 1 if opened in ("", "called") else i - 2
    if bears(layers, before) and opened != "called":
        return None
    for kind in ("title", "name", "foreign", "word"):
        clitics = clitics_of(layers, i, kind)
        if clitics and opened == "called":
            continue
        # 'killed a civilian and left behind', 'the houses with all': no name of theirs
        before_it = "" if clitics else opened
        if clitics is not None and _is_begun(layers, i, end, kind, before_it):
            return _Found(i, max(run_of(layers, i, end), i + 1), clitics, False)
    if not plain(layers, i):
        return None
    if (
        opened == "list"
        and not layers.key(i).startswith(("ي", "ت"))
        and i + 1 < end
        and listed(layers, i + 1)
        and not layers.key(i + 1).startswith("ال")
    ):
        return _Found(i, run_of(layers, i, end), "", False)
    if _shaped(layers, i, end):
        return _Found(i, run_of(layers, i, end), "", False)
    if opened and quoted(layers, i, end) == run_of(layers, i, end) > i + 1:
        return _Found(i, run_of(layers, i, end), "", False)
    if opened == "house" and layers.key(i).startswith("ال"):
        return _Found(i, i + 1, "", False)
    # 'the mother of X Y, who': two words that no list has
    if opened == "kin":
        last = run_of(layers, i, end)
        whole = last > i + 1 and (last >= end or layers.is_break(last)) and not layers.key(i).startswith("ال")
        return _Found(i, last, "", False) if whole else None
    # 'was killed in', 'the wounded': no name
    nameless = opened != "called" and layers.key(i).startswith(("ال", "ب", "ل", "و"))
    if nameless or opened not in ("called", "definite", "suffered"):
        return None
    last = run_of(layers, i, end)
    more = any(listed(layers, k) or layers.key(k).startswith("ال") for k in range(i + 1, last))
    closed = last >= end or layers.is_break(last) or layers.key(last).startswith("و")
    return _Found(i, last, "", False) if opened != "definite" or more or closed else None


def _shaped(layers: Layers, i: int, end: int) -> bool:
    """Whether words that no list has stand as only a name does: 'X Y (40)', 'X Y, known as', ', X Y,'."""
    last = run_of(layers, i, end)
    if last < i + 2 or last >= end or layers.key(i).startswith(("ال", "و", "ب", "ل")):
        return False
    second = layers.key(i + 1)
    nisba = second.startswith("ال") and second.endswith("ي")
    aged = layers.key(last) == "(" and layers.text.tokens[min(last + 1, end - 1)].word.kind == "number"
    apart = i > 0 and layers.key(i - 1) in _COMMAS and layers.is_break(last)
    return aged or (layers.key(last),) in words()["called"] or (apart and (nisba or listed(layers, i + 1)))


def _is_begun(layers: Layers, i: int, end: int, kind: str, opened: str) -> bool:
    """Whether a word of the kind begins a name here: words that are others too want a second one."""
    places = [layers.at["places"].get(k) for k in (i, i - 1, i - 2)]
    if any(place is not None and place.last > max(i, place.first + 1) for place in places):
        return False
    last = run_of(layers, i, end)
    if kind == "title":
        word = layers.text.tokens[i].word
        # أم كناز, where she is called so, or has a husband أبو كناز
        father = any(pair == ("ابو", layers.key(i + 1)) for pair in pairwise(layers.text.keys))
        marked = quoted(layers, i, end) > i
        mother = word.key.endswith("ام") and (bool(opened) or father or marked)
        inner = last > i + 1 and (listed(layers, i + 1) or mother)
        # أم is also or, ابن and بنت a son and a daughter, بن a Latin name
        sure = word.key.endswith(("عبد", "ابو", "ابي", "ابا")) or word.bare.endswith("آل")
        return inner or (sure and last > i + 1)
    told = any(i in layers.at[layer] for layer in FLAT)
    if layers.text.tokens[i].word.surface.endswith(("ً", "ًا")):
        return False
    # where على is spelled with its own last letter, علي is a name
    ali = layers.text.tokens[i].word.bare == "علي" and "على" in layers.text.source
    row = i > 0 and layers.key(i).startswith("و") and listed(layers, i - 1)
    # 'the morning of', 'a Turkish citizen'
    if kind == "word" and (i in layers.time_tokens or (opened == "person" and last < i + 2)):
        return False
    if opened or ali or (row and kind == "foreign") or (kind == "name" and not told):
        return True
    # طالب is he demanded, too
    if last < i + 2 or (kind == "word" and head_role(layers, i) == "verb"):
        return False
    following = layers.key(i + 1)
    if following == "الدين" or quoted(layers, i, end) == last:
        return True
    second = clitics_of(layers, i + 1, "name") == "" or listed(layers, i + 1) or following in MIDDLE
    return second or kind == "foreign" or (following.startswith("ال") and following.endswith("ي"))


def _joined(layers: Layers, found: list[_Found], i: int, end: int) -> _Found | None:
    """A name of words that no list has, in a row of names: 'X and Y', 'X, Y, Z'."""
    named = clitics_of(layers, i, "word") == "و"
    if not found or found[-1].public or not (named or plain(layers, i)):
        return None
    last = found[-1].last
    after = after_gloss(layers, last, end)
    comma = layers.key(after) in ("،", ",")
    key = layers.key(i)
    if i != after + comma or not (comma or key.startswith("و")) or key.startswith("ال"):
        return None
    # وطلبت is a verb
    if key.startswith("و") and key.endswith("ت"):
        return None
    row = len(found) > 1 and found[-1].first - found[-2].last <= 4 and not found[-2].public
    run = run_of(layers, i, end)
    whole = run >= end or layers.is_break(run) or layers.key(run).startswith("و")
    if comma and not row:
        return None
    if (run - i < 2 and not (row and not comma)) or not whole:
        return None
    return _Found(i, run, "و" if key.startswith("و") else "", False)


def _initials(layers: Layers) -> Iterator[Span]:
    """'M. A.': letters with stops that are no known abbreviation."""
    source = layers.text.source
    for match in _INITIALS.finditer(source):
        letters = tuple(fold(part).strip() for part in match[1].split("."))
        if letters not in words()["abbreviation"] and not source[: match.start()].rstrip()[-1:].isdigit():
            yield Span(match.start(1), match.end(2) if match[2] else match.end(1))


def _name(layers: Layers, one: _Found) -> tuple[str, ...]:
    keys = layers.text.keys
    return keys[one.first].removeprefix(one.clitics), *keys[one.first + 1 : one.last]


def _again(layers: Layers, found: list[_Found]) -> list[_Found]:
    """The names, and where their bearers are named again in short; one who is public once stays so."""
    # the private ones by either end of their names, the public ones by the last words; عبدالرحمن is one word or two
    hidden: set[str] = set()
    shown: set[str] = set()
    inner: set[str] = set()
    full = {_name(layers, one) for one in found if one.public}
    ends = {(parts[0], parts[-1]) for parts in full if len(parts) > 1}
    for one in found:
        parts = _name(layers, one)
        if len(parts) > 1 and (one.public or (parts[0], parts[-1]) in ends):
            shown |= {"".join(parts[k:]) for k in range(len(parts)) if not k or parts[k - 1] not in MIDDLE}
        elif len(parts) > 1 and any(listed(layers, k) for k in range(one.first, one.last)):
            inner.update(parts[1:])
            # the second word too: what follows it may be no name any more
            second = {parts[1]} if not listed(layers, one.first + 1) else set()
            hidden |= ({parts[0], parts[-1]} | second) - {"ابو", "عبد", "ام", "ال", "الدين", "الله"}
    shown -= hidden
    out = []
    for one in found:
        said = "".join(_name(layers, one))
        short = one.last == one.first + 1 and said in hidden and (said,) not in words()["public"]
        out.append(replace(one, public=(one.public or said in shown) and not short))
    taken = {k for one in found for k in range(one.first, one.last)}
    for i, token in enumerate(layers.text.tokens):
        other = any(i in layers.at[layer] for layer in (*FLAT, "places"))
        speaks = (token.word.key,) in words()["family"] and head_role(layers, i - 1) == "verb"
        if i in taken or (other and not speaks) or bears(layers, i - 1):
            continue
        for cut in token.word.cuts:
            ordinary = cut.article or (cut.key,) in words()["word"] or not CLITICS.issuperset(cut.proclitics)
            if not ordinary and cut.key in hidden | shown:
                last = i + 1
                # the first two of three names
                while cut.key in hidden and layers.key(last) in inner and last not in taken:
                    last += 1
                out.append(_Found(i, last, cut.proclitics, cut.key in shown))
                taken.update(range(i, last))
                break
    whole: list[_Found] = []
    for one in sorted(out, key=lambda one: one.first):
        before = whole[-1] if whole else None
        if before and before.last == one.first and before.public == one.public and not one.clitics:
            whole[-1] = replace(before, last=one.last)
        else:
            whole.append(one)
    return whole
