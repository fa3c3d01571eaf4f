"""Which events a person should look at first: the doubts of `data/review.yaml`, added up."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml

from marsad.decision import Doubt, Judged
from marsad.errors import LexiconError
from marsad.model import Event, Incident, Join, Telling

#: Days from which a period is no day any more.
_WEEK = 7


@dataclass(frozen=True, slots=True)
class Rules:
    """The points of each doubt, and its words by language.

    `version` tells them from others, `sure` is the score from which a join is beyond doubt, `offered` that
    from which another incident is offered as the same.
    """

    version: str
    sure: float
    offered: float
    points: Mapping[str, float]
    words: Mapping[str, Mapping[str, str]]


@lru_cache(maxsize=1)
def rules() -> Rules:
    """The published rules; `LexiconError` where the file does not say what it must."""
    path = resources.files("marsad") / "data" / "review.yaml"
    text = path.read_text("utf8")
    data: Any = yaml.safe_load(text)
    doubts = data["doubts"]
    if set(doubts) != set(_DOUBTS):
        raise LexiconError(f"the doubts are not {', '.join(_DOUBTS)}", where=str(path))
    return Rules(
        version=hashlib.sha256(text.encode()).hexdigest()[:8],
        sure=float(data["sure"]),
        offered=float(data["offered"]),
        points={name: float(item["points"]) for name, item in doubts.items()},
        words={
            name: {language: item[language] for language in ("en", "ar")} for name, item in doubts.items()
        },
    )


def best_join(incident: Incident, event_id: str) -> Join | None:
    """The strongest comparison of the event with another of its incident."""
    own = [join for join in incident.joins if event_id in (join.event_a, join.event_b) and not join.barred]
    return max(own, key=lambda join: (join.score, join.event_a, join.event_b), default=None)


def doubts(incident: Incident, telling: Telling, judged: Judged | None = None) -> tuple[Doubt, ...]:
    """The doubts about one event of an incident, those of most points first."""
    found = [doubt for doubt in _doubts(incident, telling, judged, rules()) if doubt.points > 0]
    return tuple(sorted(found, key=lambda doubt: (-doubt.points, doubt.name)))


def doubt(incident: Incident, telling: Telling) -> float:
    """How doubtful one event of an incident is, before what people decided of it."""
    return sum(one.points for one in doubts(incident, telling))


def disputed() -> float:
    """How much more doubtful an event is about which people disagree."""
    return rules().points["disputed"]


def _doubts(incident: Incident, telling: Telling, judged: Judged | None, by: Rules) -> Iterator[Doubt]:
    event, points = telling.event, by.points
    if judged is not None and judged.disputed:
        yield Doubt("disputed", points["disputed"], f"{len(judged.disputed)} decisions")
    if len(incident.tellings) > 1:
        join = best_join(incident, telling.event_id)
        score = join.score if join is not None else 0.0
        part = min(1.0, max(0.0, 1 - score / by.sure))
        yield Doubt("weak join", round(points["weak join"] * part, 2), f"best score {score:g}")
    if incident.grade == "contested":
        yield Doubt("contested", points["contested"])
    differ = [
        toll.measure
        for toll in incident.tolls
        if len({(a.low, a.high) for a in toll.accounts}) > 1
        and any(figure.measure == toll.measure for figure in event.figures)
    ]
    if differ:
        yield Doubt("figures differ", points["figures differ"], ", ".join(differ))
    if event.status != "asserted":
        yield Doubt("hearsay", points["hearsay"], event.status)
    if incident.witnesses < 2:
        yield Doubt("alone", points["alone"])
    if not _has_day(event):
        yield Doubt("no day", points["no day"])
    if event.location is None or event.location.place_id is None:
        yield Doubt("no place", points["no place"], event.location.name if event.location else "")
    if not (event.initiators or event.targets or event.figures):
        yield Doubt("tells little", points["tells little"])


_DOUBTS = (
    "disputed", "weak join", "contested", "figures differ", "hearsay", "alone", "no day", "no place", "tells little",
)  # fmt: skip


def _has_day(event: Event) -> bool:
    period = event.period
    if period is None or period.first is None or period.last is None:
        return False
    return (period.last - period.first).days <= _WEEK
