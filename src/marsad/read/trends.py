"""Rises and falls of activity over a stated time."""

from __future__ import annotations

from collections.abc import Iterator

from marsad.lexicon import Match
from marsad.model import OUTLET, Claim
from marsad.read.attribution import speaker_at
from marsad.read.layers import Layers
from marsad.read.tallies import View, area_of, days, doer


def find_trends(view: View) -> Iterator[Claim]:
    """A rise or fall of activity with any longer time expression in its clause or just after it."""
    layers = view.layers
    for match in layers.matches["claims"]:
        role = match.gives["role"]
        if role not in ("up", "down") or _unreal(layers, match):
            continue
        clause = view.clause(match.first, match.last)
        window = layers.within("claims", max(clause.first, match.first - 8), min(clause.last, match.last + 6))
        active = any(
            m.gives["role"] == "activity" or m.gives.get("class") == "act" for m in window if m is not match
        )
        toll = any(m.gives["role"] in ("total", "deaths") for m in window)
        numbers = (
            a
            for a in layers.amounts
            if match.first < a.first < min(clause.last, match.last + 12) and not a.vague
        )
        numbered = any(layers.key(a.first - 1) in ("الي", "من", "ب") and a.unit != "ordinal" for a in numbers)
        if toll or numbered or not (active or match.gives.get("strong")):
            continue
        end = min(layers.sentence(clause.first).last, clause.last + 8)
        time = next((t for t in layers.times if clause.first <= t.first < end), None)
        if (
            time is None
            or time.kind in ("date", "weekday")
            or (time.kind == "relative" and days(view, time) == 1)
        ):
            continue
        said = OUTLET if clause.headline else speaker_at(view.found.speeches, match.first)
        yield Claim(
            "trend", None, None, layers.span(clause.first, clause.last), unit=None, qualifier=None,
            direction="up" if role == "up" else "down", period=time.period, area=area_of(view, clause, match.first),
            subject=doer(view, clause, None), attribution=said,
        )  # fmt: skip


def _unreal(layers: Layers, match: Match) -> bool:
    """Whether the rise is planned, feared or denied."""
    before = {m.gives["role"] for m in layers.within("status", match.first - 4, match.first)}
    future = match.form.pos == "v" and match.proclitics.endswith(("س", "ل"))
    return future or not before.isdisjoint(("negation", "plan", "purpose", "condition", "prevented"))
