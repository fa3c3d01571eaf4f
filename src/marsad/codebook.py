"""The codebook in words: what each code is called and means, in Arabic and English.

Codes are the model's; this module only reads `data/codebook.yaml`, which analysts edit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any, Literal, get_args

import yaml

from marsad.errors import LexiconError
from marsad.model import (
    ClaimMeasure,
    EventType,
    Grade,
    Group,
    Measure,
    Recency,
    SpeakerClass,
    Status,
)

Language = Literal["ar", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
#: What an event type's title may know: both sides, the initiator, the target, neither.
Sides = Literal["both", "by", "on", "bare"]

#: The codes of the model that each section must name, one entry each.
SECTIONS: Mapping[str, tuple[str, ...]] = {
    "types": get_args(EventType),
    "statuses": get_args(Status),
    "recencies": get_args(Recency),
    "measures": get_args(Measure),
    "claim_measures": get_args(ClaimMeasure),
    "groups": get_args(Group),
    "speakers": get_args(SpeakerClass),
    "precisions": tuple("1234567"),
    "grades": get_args(Grade),
}


@dataclass(frozen=True, slots=True)
class Term:
    """A code in words: its name and, where it needs one, its meaning, by language."""

    code: str
    name: Mapping[Language, str]
    means: Mapping[Language, str]


@dataclass(frozen=True, slots=True)
class Party:
    """A party that no table of actors lists; `oblique` is its Arabic name after a preposition."""

    code: str
    name: Mapping[Language, str]
    oblique: str | None


@dataclass(frozen=True, slots=True)
class Codebook:
    """The sections of the codebook, each a mapping from codes to terms, and the titles of event types."""

    sections: Mapping[str, Mapping[str, Term]]
    titles: Mapping[str, Mapping[Language, Mapping[Sides, str]]]
    parties: Mapping[str, Party]

    def name(self, section: str, code: str, language: Language) -> str:
        """What a code is called; a code that the section lacks (a reader's own) stands for itself."""
        term = self.sections[section].get(code)
        return term.name[language] if term else code

    def means(self, section: str, code: str, language: Language) -> str:
        """What a code means, nothing where its name says all."""
        term = self.sections[section].get(code)
        return term.means.get(language, "") if term else ""


@lru_cache(maxsize=1)
def load() -> Codebook:
    """The package's codebook; raises `LexiconError` where it does not fit the model."""
    text = (resources.files("marsad") / "data" / "codebook.yaml").read_text("utf8")
    data = yaml.load(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))  # noqa: S506
    for section, codes in SECTIONS.items():
        if (found := set(data.get(section, ()))) != set(codes):
            raise LexiconError(
                f"{section} differs from the model in {', '.join(sorted(found ^ set(codes)))}",
                where="codebook.yaml",
            )
    names = [section for section in data if section != "parties"]
    return Codebook(
        sections={
            section: {code: _term(code, row) for code, row in data[section].items()} for section in names
        },
        titles={
            code: {language: row[f"title_{language}"] for language in LANGUAGES}
            for code, row in data["types"].items()
        },
        parties={code: _party(code, row) for code, row in data["parties"].items()},
    )


def _term(code: str, row: Mapping[str, Any]) -> Term:
    name = {language: row[language] for language in LANGUAGES}
    return Term(code, name, {language: row.get(f"means_{language}", "") for language in LANGUAGES})


def _party(code: str, row: Mapping[str, Any]) -> Party:
    name = {language: row[language] for language in LANGUAGES if language in row}
    return Party(code, name, row.get("oblique"))
