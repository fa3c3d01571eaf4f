"""What a claim counts, and when a record may judge it: `data/definitions.yaml`, or a file of that form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal, cast, get_args

import yaml

from marsad.errors import QueryError
from marsad.model import ClaimMeasure, EventType, Status
from marsad.text import fold

Counts = Literal["happenings", "killed", "wounded", "arrested"]
Role = Literal["initiator", "target", "either"]
#: How wide the same word is taken.
Breadth = Literal["standard", "strict", "loose"]

_PARTS = {"thresholds", "definitions", "statuses", "stocks", "families", "unknown", "lethal_only", "doubling"}


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The numbers of the rule; what each means stands beside it in the data file."""

    documents: float
    outlets: float
    days: float
    typical: float
    level: float
    about: float
    open: float
    lag: float
    several: float
    open_toll: float
    edge: float
    changed: float
    baseline: float
    doubles: float


@dataclass(frozen=True, slots=True)
class Definition:
    """What counts as what a claim counts, in one breadth; `noun` names it in the wording."""

    measure: ClaimMeasure
    noun: str
    counts: Counts
    role: Role
    types: frozenset[EventType]
    statuses: frozenset[Status]


@dataclass(frozen=True, slots=True)
class Definitions:
    """All definitions of one file with its thresholds."""

    thresholds: Thresholds
    by_measure: Mapping[ClaimMeasure, Mapping[Breadth, Definition]]
    stocks: frozenset[str]
    families: Mapping[str, frozenset[str]]
    unknown: frozenset[str]
    lethal_only: frozenset[str]
    doubling: frozenset[str]

    def of(self, measure: ClaimMeasure, breadth: Breadth = "standard") -> Definition | None:
        """What counts for a measure; `None` where no incident counts it."""
        found = self.by_measure.get(measure)
        return found[breadth] if found else None

    def doers(self, code: str) -> frozenset[str]:
        """The codes that a name speaks of."""
        return frozenset({code}) | self.families.get(code, frozenset())

    def with_types(self, types: Iterable[str]) -> Definitions:
        """The same with other types for every measure, in every breadth."""
        chosen = _types(list(types), "--types")
        return replace(
            self,
            by_measure={
                measure: {breadth: replace(one, types=chosen) for breadth, one in by.items()}
                for measure, by in self.by_measure.items()
            },
        )


def _types(names: Any, where: str) -> frozenset[EventType]:
    known = get_args(EventType)
    chosen = known if names == "all" else names
    wrong = [name for name in chosen if name not in known]
    if wrong:
        raise QueryError(f"no event type {wrong[0]!r}", where=where, hint=f"one of {', '.join(known)}")
    return frozenset(cast("list[EventType]", chosen))


def parse(text: str, where: str) -> Definitions:
    """The definitions of a file's text; raises `QueryError` where it breaks the form."""
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        raw: Any = yaml.load(text, Loader=loader)  # noqa: S506
    except yaml.YAMLError as error:
        raise QueryError(" ".join(str(error).split()), where=where) from error
    if not isinstance(raw, dict) or set(raw) != _PARTS:
        raise QueryError(f"has not the parts {', '.join(sorted(_PARTS))}", where=where)
    names = {field.name for field in fields(Thresholds)}
    if set(raw["thresholds"]) != names:
        raise QueryError(f"the thresholds are {', '.join(sorted(names))}", where=where)
    try:
        thresholds = Thresholds(**{name: float(raw["thresholds"][name]) for name in names})
        by_measure = {
            cast(ClaimMeasure, measure): _breadths(measure, item, raw["statuses"], where)
            for measure, item in raw["definitions"].items()
        }
    except (KeyError, TypeError, ValueError) as error:
        raise QueryError(f"{type(error).__name__}: {error}", where=where) from error
    return Definitions(
        thresholds=thresholds,
        by_measure=by_measure,
        stocks=frozenset(raw["stocks"]),
        families={code: frozenset(others) for code, others in raw["families"].items()},
        unknown=frozenset(raw["unknown"]),
        lethal_only=frozenset(raw["lethal_only"]),
        doubling=frozenset(fold(word) for word in raw["doubling"]),
    )


def _breadths(measure: str, item: Any, statuses: Any, where: str) -> Mapping[Breadth, Definition]:
    if measure not in get_args(ClaimMeasure):
        raise QueryError(
            f"no measure {measure!r}", where=where, hint=f"one of {', '.join(get_args(ClaimMeasure))}"
        )
    if item["counts"] not in get_args(Counts) or item["role"] not in get_args(Role):
        raise QueryError(f"{measure} counts {item['counts']!r} by {item['role']!r}", where=where)
    key = {"standard": "types", "strict": "strict", "loose": "loose"}
    return {
        cast(Breadth, breadth): Definition(
            measure=cast(ClaimMeasure, measure),
            noun=item["noun"],
            counts=item["counts"],
            role=item["role"],
            types=_types(item[key[breadth]], f"{where}: {measure}"),
            statuses=frozenset(statuses[breadth]),
        )
        for breadth in get_args(Breadth)
    }


@lru_cache(maxsize=4)
def load(path: str | None = None) -> Definitions:
    """The definitions of a file, the package's own when none is named."""
    if path is None:
        return parse(
            (resources.files("marsad") / "data" / "definitions.yaml").read_text("utf8"), "definitions.yaml"
        )
    try:
        text = Path(path).read_text("utf8")
    except (OSError, UnicodeDecodeError) as error:
        raise QueryError(f"cannot be read: {error}", where=path) from error
    return parse(text, path)
