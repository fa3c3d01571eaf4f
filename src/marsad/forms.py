"""Inflected forms of Arabic words, generated when the lexicon is compiled.

A form in a data file is one or more words. A word is written as it stands, or as a paradigm:

    v:قتل/يقتل          a verb: past and present, all third persons, object suffixes
    n:هجوم/هجمات        a noun: singular and plural(s), dual, construct, possessive suffixes
    a:جوي               an adjective: gender, number

Spelling is folded afterwards, so hamza and ta marbuta may be written normally.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Literal

from marsad.errors import LexiconError
from marsad.text import fold

Number = Literal["", "s", "d", "p"]


@dataclass(frozen=True, slots=True)
class Form:
    """The grammar of one generated form.

    `pos` is v(erb), n(oun) or w(ord as written); `tense` past, present or empty; `number`
    s(ingular), d(ual), p(lural); `gender` m, f or empty; `suffix` the attached pronoun. A `twin` is spelled
    both as a verb's past and as its noun: قصف.
    """

    pos: Literal["v", "n", "w"] = "w"
    tense: Literal["", "past", "present"] = ""
    number: Number = ""
    gender: Literal["", "m", "f"] = ""
    suffix: str = ""
    twin: bool = False

    def twins(self, other: Form) -> bool:
        """Whether one is the past and the other the noun, both as bare as they come."""
        bare = all(f.number == "s" and f.gender == "m" and not f.suffix for f in (self, other))
        return bare and {(self.pos, self.tense), (other.pos, other.tense)} == {("v", "past"), ("n", "")}


_OBJECTS = ("ه", "ها", "هم", "هما")
_OWNERS = ("ه", "ها", "هم", "هما", "نا")


def _verb(past: str, present: str) -> Iterator[tuple[str, Form]]:
    """Third persons (and the first plural of spokesmen) of a verb, with object suffixes."""
    weak = past[-1] in "ىا"
    stem = past[:-1] if weak else past
    dual = stem + "يا" if weak else stem + "ا"
    persons = (
        (past, "s", "m"), (stem + "ت", "s", "f"), (stem + "وا", "p", "m"),
        (dual, "d", "m"), (stem + "تا", "d", "f"),
    )  # fmt: skip
    for text, number, gender in persons:
        yield text, Form("v", "past", number, gender)  # type: ignore[arg-type]
    bases = ((stem + "ا" if weak else past, "s", "m"), (stem + "ت", "s", "f"), (stem + "و", "p", "m"))
    for text, number, gender in bases:
        for suffix in _OBJECTS:
            yield text + suffix, Form("v", "past", number, gender, suffix)  # type: ignore[arg-type]
    if not present:
        return
    weak = present[-1] in "ىيو"
    stem = present[:-1] if weak else present
    dual = (present[:-1] + "ي" if present[-1] in "ىي" else present) + "ان"
    for first, gender in (("ي", "m"), ("ت", "f")):
        yield first + present[1:], Form("v", "present", "s", gender)  # type: ignore[arg-type]
        yield first + stem[1:] + "ون", Form("v", "present", "p", "m")
        yield first + stem[1:] + "وا", Form("v", "present", "p", "m")
        yield first + dual[1:], Form("v", "present", "d", gender)  # type: ignore[arg-type]
        body = first + present[1:]
        for suffix in _OBJECTS:
            yield body + suffix, Form("v", "present", "s", gender, suffix)  # type: ignore[arg-type]
            yield first + stem[1:] + "ون" + suffix, Form("v", "present", "p", "m", suffix)


def _noun(singular: str, plurals: list[str], *, owned: bool) -> Iterator[tuple[str, Form]]:
    """A noun's numbers and constructs; with `owned`, possessive suffixes too."""
    feminine = singular.endswith("ة")
    open_ = singular[:-1] + "ت" if feminine else singular
    gender: Literal["m", "f"] = "f" if feminine else "m"
    yield singular, Form("n", "", "s", gender)
    if not feminine and singular[-1] not in "اىء":
        yield singular + "ا", Form("n", "", "s", gender)
    elif singular.endswith("ء") and not singular.endswith("اء"):
        yield singular + "ا", Form("n", "", "s", gender)
    for ending in ("ان", "ين", "ي"):
        yield open_ + ending, Form("n", "", "d", gender)
    if owned:
        for suffix in _OWNERS:
            yield open_ + suffix, Form("n", "", "s", gender, suffix)
    if owned and not any(plural.endswith("ون") for plural in plurals):
        # in مقاتليها the many are told, in طفليها two; طفليه looks like an adjective
        for ending, suffix in product("اي", ("ها", "هما")):
            yield open_ + ending + suffix, Form("n", "", "d", gender, suffix)
    for plural in plurals:
        if plural.endswith("ون"):
            base = plural[:-2]
            for ending in ("ون", "ين", "و", "ي"):
                yield base + ending, Form("n", "", "p", "m")
            if owned:
                for suffix in _OWNERS:
                    yield base + "ي" + suffix, Form("n", "", "p", "m", suffix)
                    yield base + "و" + suffix, Form("n", "", "p", "m", suffix)
            continue
        yield plural, Form("n", "", "p", gender)
        if plural[-1] not in "اىءة" and not plural.endswith("ات"):
            yield plural + "ا", Form("n", "", "p", gender)
        if owned:
            joined = plural[:-1] + "ت" if plural.endswith("ة") else plural
            if plural.endswith("اء"):
                yield from (
                    (plural[:-1] + h + s, Form("n", "", "p", gender, s)) for s in _OWNERS for h in "ئؤء"
                )
            elif plural.endswith("ى"):
                yield from ((plural[:-1] + "ا" + s, Form("n", "", "p", gender, s)) for s in _OWNERS)
            else:
                yield from ((joined + s, Form("n", "", "p", gender, s)) for s in _OWNERS)


def _adjective(base: str) -> Iterator[tuple[str, Form]]:
    """An adjective's genders and numbers."""
    for ending, number, gender in (
        ("", "s", "m"), ("ا", "s", "m"), ("ة", "s", "f"), ("ان", "d", "m"), ("ين", "p", "m"),
        ("ون", "p", "m"), ("تان", "d", "f"), ("تين", "d", "f"), ("ات", "p", "f"),
    ):  # fmt: skip
        yield base + ending, Form("n", "", number, gender)  # type: ignore[arg-type]


def _word(spec: str, *, last: bool) -> list[tuple[str, Form]]:
    """The forms of one word of a pattern."""
    mode, _, body = spec.partition(":")
    if not body:
        return [(spec, Form())]
    parts = body.split("/")
    if mode == "v":
        return list(_verb(parts[0], parts[1] if len(parts) > 1 else ""))
    if mode == "n":
        return list(_noun(parts[0], parts[1:], owned=last))
    if mode == "a":
        return list(_adjective(body))
    raise LexiconError(f"unknown paradigm {spec!r}", hint="use v:, n:, a: or the plain word")


def expand(pattern: str) -> dict[tuple[str, ...], Form]:
    """Folded token keys of every form of `pattern`, with the grammar of its first word.

    Where two readings give one spelling (a dual and a plural in -ين) the first generated
    stands: singular before dual before plural.
    """
    specs = pattern.split()
    choices = [_word(spec, last=i == len(specs) - 1) for i, spec in enumerate(specs)]
    out: dict[tuple[str, ...], Form] = {}
    for combination in product(*choices):
        keys = tuple(fold(text) for text, _ in combination)
        out.setdefault(keys, combination[0][1])
    return out
