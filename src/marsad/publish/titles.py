"""An incident's title in words, made from its fields: Arabic and English, each in its own grammar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from marsad.codebook import Codebook, Language, Sides
from marsad.model import Actor

#: More parties than these are told as 'and others'.
_NAMED = 2
_OTHERS: Mapping[Language, str] = {"ar": "وآخرين", "en": "and others"}


@dataclass(frozen=True, slots=True)
class Names:
    """What parties are called: organisations by the table of actors, others by the codebook."""

    codebook: Codebook
    actors: Mapping[str, Actor]

    def name(self, code: str, language: Language) -> str:
        """The party's name; one that no table lists is called as it was written."""
        party, actor = self.codebook.parties.get(code), self.actors.get(code)
        if party and language in party.name:
            return party.name[language]
        if actor:
            return actor.name_ar if language == "ar" else actor.name_en
        return code.removeprefix("OTHER:")

    def oblique(self, code: str) -> str:
        """The Arabic name as it stands after a preposition or in a construct."""
        party = self.codebook.parties.get(code)
        return party.oblique if party and party.oblique else self.name(code, "ar")


def lam(name: str) -> str:
    """The preposition lam before a name: للجيش, لتنظيم الدولة."""
    return f"لل{name[2:]}" if name.startswith("ال") else f"ل{name}"


def headline(
    kind: str, initiators: Sequence[str], targets: Sequence[str], names: Names, language: Language
) -> str:
    """What happened, who did it and to whom, as far as that is told."""
    by = [code for code in initiators if code != "UNKNOWN"]
    on = [code for code in targets if code != "UNKNOWN" and code not in by]
    titles = names.codebook.titles.get(kind)
    if titles is None:
        return kind
    sides: Sides = "both" if by and on else "by" if by else "on" if on else "bare"
    i, t = _listed(by, names, language), _listed(on, names, language)
    text = titles[language][sides]
    if language == "ar":
        return text.replace("{l:i}", lam(i)).replace("{l:t}", lam(t)).replace("{i}", i).replace("{t}", t)
    said = text.replace("{i}", i).replace("{t}", t)
    return said[:1].upper() + said[1:]


def _listed(codes: Sequence[str], names: Names, language: Language) -> str:
    shown = [names.oblique(c) if language == "ar" else names.name(c, language) for c in codes[:_NAMED]]
    if len(codes) > _NAMED:
        return f"{shown[0]} {_OTHERS[language]}"
    return " و".join(shown) if language == "ar" else " and ".join(shown)
