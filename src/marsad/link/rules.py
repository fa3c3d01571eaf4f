"""The published rules of incidents: `data/rules.yaml`, checked, and applied as they are written.

The file says in English and Arabic what is counted of an incident and which grade follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any, get_args

import yaml

from marsad.errors import LexiconError
from marsad.link.words import content_words
from marsad.model import Grade, Status

_CONDITION = re.compile(r"(\d+)(\+?)")


@dataclass(frozen=True, slots=True)
class GradeRule:
    """A grade and the counts that it takes: the least of each, and the most (`None`: no limit)."""

    grade: Grade
    when: Mapping[str, tuple[int, int | None]]
    words: Mapping[str, str]

    def holds(self, counts: Mapping[str, int]) -> bool:
        """Whether all its conditions are met."""
        return all(
            low <= counts[name] and (high is None or counts[name] <= high)
            for name, (low, high) in self.when.items()
        )


@dataclass(frozen=True, slots=True)
class Voice:
    """A speaker of several names: content words found anywhere in a name, those of a whole name, outlets."""

    name: str
    anywhere: tuple[frozenset[str], ...]
    alone: tuple[frozenset[str], ...]
    outlets: frozenset[str]


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules. The texts are by language, `en` and `ar`."""

    counts: Mapping[str, Mapping[str, str]]
    grades: tuple[GradeRule, ...]
    statuses: tuple[tuple[Status, Mapping[str, str]], ...]
    toll: tuple[tuple[str, Mapping[str, str]], ...]
    voices: tuple[Voice, ...]
    unnamed: frozenset[str]

    def grade(self, counts: Mapping[str, int]) -> GradeRule:
        """The first rule that holds."""
        return next(rule for rule in self.grades if rule.holds(counts))

    def in_words(self, language: str = "en") -> Iterator[tuple[str, str]]:
        """Every rule as a title and a sentence, in the order in which they are applied."""
        for name, words in self.counts.items():
            yield name, words[language]
        for rule in self.grades:
            yield rule.grade, rule.words[language]
        for status, words in self.statuses:
            yield status, words[language]
        for name, words in self.toll:
            yield name, words[language]

    def markdown(self, language: str = "en") -> Iterator[str]:
        """The rules as lines of a page: what is counted, the grades in order, statuses, figures."""
        for name, words in self.counts.items():
            yield f"- **{name}**: {words[language]}"
        for number, rule in enumerate(self.grades, 1):
            yield f"{number}. **{rule.grade}**: {words_of(rule, language)}"
        for status, words in self.statuses:
            yield f"- **{status}**: {words[language]}"
        for _, words in self.toll:
            yield f"- {words[language]}"


def words_of(rule: GradeRule, language: str) -> str:
    """A rule's sentence with its conditions."""
    conditions = ", ".join(
        f"{name} {low}{'' if high == low else '+'}" for name, (low, high) in rule.when.items()
    )
    return f"{rule.words[language]} ({conditions})" if conditions else rule.words[language]


@lru_cache(maxsize=1)
def load_rules() -> Rules:
    """The rules of the package.

    Raises `LexiconError` when the file is not of its own form.
    """
    path = resources.files("marsad") / "data" / "rules.yaml"
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    raw = yaml.load(path.read_text("utf8"), Loader=loader)  # noqa: S506
    try:
        return _rules(raw)
    except (KeyError, TypeError, ValueError) as error:
        raise LexiconError(f"not of the form of rules: {error}", where=str(path)) from error


def _rules(raw: Mapping[str, Any]) -> Rules:
    counts = {name: _words(item) for name, item in raw["counts"].items()}
    grades = tuple(_grade(item, counts) for item in raw["grade"])
    if grades[-1].when:
        raise ValueError("the last grade needs no condition, so that every incident has one")
    statuses = tuple((_one_of(Status, item["status"]), _words(item)) for item in raw["status"])
    if {status for status, _ in statuses} != set(get_args(Status)):
        raise ValueError("every status needs its rule")
    return Rules(
        counts=counts,
        grades=grades,
        statuses=statuses,
        toll=tuple((item["id"], _words(item)) for item in raw["toll"]),
        voices=tuple(
            Voice(
                name=item["name"],
                anywhere=tuple(content_words(name) for name in item.get("names", ())),
                alone=tuple(content_words(name) for name in (item["name"], *item.get("short", ()))),
                outlets=frozenset(item.get("outlets", ())),
            )
            for item in raw["voices"]
        ),
        unnamed=frozenset(word for name in raw["unnamed"] for word in content_words(name)),
    )


def _words(item: Mapping[str, str]) -> dict[str, str]:
    return {language: item[language] for language in ("en", "ar")}


def _one_of(kind: Any, value: str) -> Any:
    if value not in get_args(kind):
        raise ValueError(f"{value} is none of {', '.join(get_args(kind))}")
    return value


def _grade(item: Mapping[str, Any], counts: Mapping[str, Any]) -> GradeRule:
    when: dict[str, tuple[int, int | None]] = {}
    for name, said in item["when"].items():
        found = _CONDITION.fullmatch(said)
        if name not in counts or not found:
            raise ValueError(f"{name}: {said} is no condition")
        number = int(found[1])
        when[name] = (number, None if found[2] else number)
    return GradeRule(_one_of(Grade, item["grade"]), when, _words(item))
