"""Who is named: mentions of armed sides, forces and people, each with a code and a group.

A generic force ("the army", "aircraft") takes its state from a nationality beside it, else
from the country that the document is about; a short name ("the organisation") stands for the
actor that the document has named in full.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from marsad.lexicon import Lexicon, Match
from marsad.model import Group, Span
from marsad.read.layers import Layers

Kind = Literal["name", "short", "force", "people", "nationality"]

#: Sides whose people are `security_forces`; the others' are `fighters`.
STATE_SIDES = frozenset({"iraq", "krg", "coalition", "syria", "turkey", "iran", "russia", "israel", "un"})
_GROUP_SIDES = frozenset({"jihadist", "opposition", "pkk", "militia", "houthis"})
_LINKS = frozenset({"من", "ل", "تابعه", "تابعين", "التابعه", "التابعين", "ينتمون", "الي", "لي", "صفوف", "تابع",
                    "التابع", "في", "ينتمي", "المنتمين", "افراد", "عناصر"})  # fmt: skip


_ONE_OF = frozenset({"احد", "كل"})

_OF_ITS_COUNTRY = frozenset({"بلاده", "بلادها", "بلادهم"})

#: How far before "the factions loyal to it" the one meant is named.
_PATRON_REACH = 25


@dataclass(frozen=True, slots=True)
class Mention:
    """One naming of a side: `number` is the grammatical number of its head noun."""

    first: int
    last: int
    span: Span
    code: str
    group: Group
    kind: Kind
    number: str = ""
    proclitics: str = ""
    weak: bool = False
    role: str = ""


def _state_actor(lexicon: Lexicon, state: str, role: str) -> str | None:
    """The actor that plays `role` for `state`."""
    for actor in lexicon.actors.values():
        if actor.state == state and role in actor.roles:
            return actor.code
    return None


def document_state(layers: Layers) -> str:
    """The country that the document is about: by its places and by whose forces act."""
    votes: Counter[str] = Counter()
    for match in layers.matches["places"]:
        place = layers.lexicon.places[match.gives["ids"][0]]
        if place.country in ("IRQ", "SYR"):
            votes[place.country] += 2 if place.type == "country" else 3
        elif place.country in ("TUR", "ISR", "LBN", "IRN", "YEM", "LBY", "EGY"):
            votes[place.country] += 2
    for match in layers.matches["actors"]:
        actor = layers.lexicon.actors[match.gives["code"]]
        if actor.side in ("iraq", "krg"):
            votes["IRQ"] += 3
        elif actor.side in ("syria", "sdf", "opposition"):
            votes["SYR"] += 3
    if not votes:
        return ""
    return min(votes, key=lambda c: (-votes[c], c))


def _nationality(layers: Layers, token: int, reach: int) -> Match | None:
    """A nationality adjective among the next tokens, before any break."""
    definite = layers.key(token - 1).startswith("ال")
    for i in range(token, token + reach):
        match = layers.at["actors"].get(i)
        if match is not None and match.gives["kind"] == "adjective":
            # 'the authorities, 11 Syrians' are of no nationality
            return match if match.article or not definite else None
        if layers.is_break(i) or not layers.key(i) or layers.key(i) in _PLACE_BEFORE or i in layers.amount_at:
            return None
    return None


def _governed(layers: Layers, first: int, token: int) -> Match | None:
    """The actor's name that a people noun from `first` to before `token` is governed by.

    A noun with the article governs none: who 'the forces' arrest, 'two men of the group', stands beside them.
    """
    i = token
    definite = layers.key(first).startswith("ال")
    for _ in range(4):
        match = layers.at["actors"].get(i)
        if match is not None and match.gives["kind"] != "adjective":
            return match
        plain = (
            i not in layers.at["grammar"]
            and i not in layers.at["events"]
            and i not in layers.at["casualties"]
        )
        if layers.key(i) in _LINKS or (
            i == token and plain and not definite and not layers.is_break(i) and i in layers.at["people"]
        ):
            i += 1
            continue
        return None
    return None


def side_of(lexicon: Lexicon, code: str) -> str:
    """The side of an actor, its code where it has none."""
    actor = lexicon.actors.get(code)
    return actor.side if actor is not None else code


def _group(lexicon: Lexicon, code: str) -> Group:
    actor = lexicon.actors.get(code)
    if actor is None:
        return "unknown"
    return "security_forces" if actor.side in STATE_SIDES else "fighters"


def _named(layers: Layers) -> Counter[str]:
    """How often the article names each actor in full."""
    return Counter(m.gives["code"] for m in layers.matches["actors"] if m.gives["kind"] == "names")


_PLACE_BEFORE = frozenset(
    "في الي من داخل شمال جنوب شرق غرب شمالي جنوبي شرقي غربي وسط عبر نحو حدود خارج عاصمه العاصمه مدينه بين الحدود".split()
)


def find_mentions(layers: Layers, state: str) -> tuple[Mention, ...]:
    """All mentions, left to right, none overlapping."""
    named = _named(layers)
    out: list[Mention] = []
    # ساحة الطيران is a square before it is an air force
    named_places = {k for m in layers.matches["places"] for k in range(m.first + 1, m.last)}
    starts = sorted(set(layers.at["actors"]) | set(layers.at["people"]))
    for token in starts:
        if (out and token < out[-1].last) or token in named_places:
            continue
        actor = layers.at["actors"].get(token)
        people = layers.at["people"].get(token)
        nationality = actor is not None and actor.gives["kind"] == "adjective" and actor.form.number != "p"
        if (
            people is not None
            and people.gives.get("code") == "CIVILIANS"
            and (_is_place(layers, people) or (nationality and people.article))
        ):
            people = None
        if people is not None and _only_qualifies(layers, people):
            people = None
        mention = _second_nationality(layers, actor, out) if out else None
        if mention is not None:
            pass
        elif people is not None and (
            actor is None or actor.last <= people.last or actor.gives["kind"] == "adjective"
        ):
            mention = _people(layers, people, state, out, named)
        elif actor is not None:
            mention = _actor(layers, actor, named)
        if mention is not None:
            out.append(mention)
    return tuple(out)


def _only_qualifies(layers: Layers, match: Match) -> bool:
    """Whether a word for a person is an adjective here: 'the military airport', 'the Lebanese army'."""
    if not match.gives.get("adjective") or match.form.number != "s":
        return False
    before = match.first - 1
    lost = layers.role("casualties", before) == "act" or before in layers.at["events"]
    return not (lost or layers.key(before) in _ONE_OF or any(a.last == match.first for a in layers.amounts))


def _is_place(layers: Layers, match: Match) -> bool:
    """سوريا is the country before it is a Syrian in the accusative."""
    if match.form.number == "p":
        return False
    return any((place := layers.at["places"].get(k)) is not None and place.last >= match.last
               for k in range(max(match.first - 3, 0), match.first + 1))  # fmt: skip


def _second_nationality(layers: Layers, match: Match | None, before: list[Mention]) -> Mention | None:
    """'The American and Iraqi forces': the second adjective names a second force."""
    if match is None or match.gives["kind"] != "adjective" or not match.proclitics.startswith("و"):
        return None
    force = before[-1]
    named_force = force.kind == "name" and layers.key(force.first).endswith(("قوات", "القوات"))
    if force.last != match.first or not (force.role or named_force):
        return None
    country = layers.lexicon.actors[match.gives["code"]].state
    code = _state_actor(layers.lexicon, country or "", force.role or "forces")
    if code is None:
        return None
    return Mention(
        match.first,
        match.last,
        match.span,
        code,
        force.group,
        force.kind,
        force.number,
        "و",
        False,
        force.role,
    )


def _actor(layers: Layers, match: Match, named: Mapping[str, int]) -> Mention | None:
    code, kind = match.gives["code"], match.gives["kind"]
    group = _group(layers.lexicon, code)
    if kind == "short":
        if code not in named and not (code == "ISIS" and match.last - match.first > 1):
            return None
        return Mention(match.first, match.last, match.span, code, group, "short", "", match.proclitics)
    if kind == "adjective":
        return Mention(match.first, match.last, match.span, code, group, "nationality", match.form.number, "")
    if match.first in layers.at["places"]:
        before = layers.key(layers.governor(match.first))
        if before in _PLACE_BEFORE or match.proclitics.endswith("ب"):
            return None
    return Mention(
        match.first, match.last, match.span, code, group, "name", match.form.number, match.proclitics
    )


def _meant(
    layers: Layers, match: Match, state: str, before: Sequence[Mention], named: Mapping[str, int]
) -> str:
    """Whom a word for people means in this article, `UNKNOWN` where nothing tells."""
    gives: Mapping[str, Any] = match.gives
    patrons: Mapping[str, str] = gives.get("of", {})
    if patrons:
        near = (m.code for m in before[::-1] if match.first - m.last < _PATRON_REACH and m.code in patrons)
        patron = next(near, None)
        return patrons[patron] if patron else "UNKNOWN"
    if "among" in gives:
        among = [code for code in gives["among"].split() if code in named]
        home: Mapping[str, str] = gives.get("home", {})
        return max(among, key=lambda code: named[code]) if among else home.get(state, "UNKNOWN")
    code: str = gives.get("code", "UNKNOWN")
    if code == "GUNMEN" and match.article:
        # 'the gunmen': those of the one armed group that the article names
        groups = [c for c in named if layers.lexicon.actors[c].side in _GROUP_SIDES]
        return groups[0] if len(groups) == 1 else code
    return code


def _people(
    layers: Layers, match: Match, state: str, before: list[Mention], named: Mapping[str, int]
) -> Mention | None:
    gives: Mapping[str, Any] = match.gives
    group: Group = gives["group"]
    first, last = match.first, match.last
    number = match.form.number
    if gives.get("head") or gives.get("force"):
        actor = _governed(layers, first, last)
        if actor is not None:
            code = actor.gives["code"]
            side_group = _group(layers.lexicon, code)
            span = Span(match.start, layers.text.tokens[actor.last - 1].end)
            return Mention(first, actor.last, span, code, side_group, "people" if gives.get("head") else "force",
                           number, match.proclitics)  # fmt: skip
        inner = layers.at["people"].get(last)
        if inner is not None and not gives.get("code") and not gives.get("role"):
            meant = _meant(layers, inner, state, before, named)
            if meant != "UNKNOWN":
                # 'a group of the gunmen' are the gunmen
                span = Span(match.start, inner.end)
                return Mention(first, inner.last, span, meant, inner.gives["group"], "people", number,
                               match.proclitics)  # fmt: skip
    role = gives.get("role")
    if role:
        nation = _nationality(layers, last, 3)
        country = state
        if nation is not None:
            last = nation.last
            country = layers.lexicon.actors[nation.gives["code"]].state or state
        named_unit = gives.get("unit") and nation is None and last not in layers.amount_at
        known = None if named_unit else _state_actor(layers.lexicon, country, role)
        if known is None and country and country not in ("IRQ", "SYR") and not named_unit:
            known = country if country in layers.lexicon.actors else None
        if (match.form.suffix or layers.key(last) in _OF_ITS_COUNTRY) and nation is None:
            # 'its forces', 'the forces of its country': those of the side named last
            owner = next(
                (
                    m
                    for m in before[::-1]
                    if m.kind in ("name", "force", "nationality") and m.code != "UNKNOWN"
                ),
                None,
            )
            known = owner.code if owner is not None and match.first - owner.last < 15 else known
        if known is None:
            known = "UNKNOWN"
        span = Span(match.start, layers.text.tokens[last - 1].end)
        generic = nation is None and role == "air"
        return Mention(first, last, span, "UNKNOWN" if generic else known, group,
                       "people" if gives.get("head") else "force", number, match.proclitics, generic, role)  # fmt: skip
    code = _meant(layers, match, state, before, named)
    return Mention(first, last, match.span, code, group, "people", number, match.proclitics,
                   bool(gives.get("weak")))  # fmt: skip
