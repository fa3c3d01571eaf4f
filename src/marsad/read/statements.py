"""A claim made of a number: with its period, area, subject and speaker; and those that a rank makes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from marsad.model import OUTLET, Claim, ClaimMeasure, Period, Unit
from marsad.read.attribution import speaker_at
from marsad.read.dates import TimeExpression
from marsad.read.layers import Layers
from marsad.read.tallies import Number, View, area_of, counted, dates_start, days, doer, throughout
from marsad.text import Sentence

#: Measures whose subject acts; of others it is the people counted.
_ACTS = frozenset({"attacks", "operations", "killed", "wounded", "arrested", "territory"})
#: Measures of what happens, not of what there is.
FLOWS = frozenset({"attacks", "operations", "killed", "wounded", "arrested", "displaced", "other"})


def stated(
    view: View, number: Number, measure: ClaimMeasure, when: TimeExpression | Period | None = None,
    subject: str | None = None, *, unit: Unit = "count",
) -> Claim:  # fmt: skip
    """The claim with its clause as evidence, its area, subject and speaker."""
    amount, clause, layers = number.amount, number.clause, view.layers
    if subject is None:
        subject = (
            doer(view, clause, amount) if measure in _ACTS else counted(view, number) if number.noun else None
        )
    period, today = when.period if isinstance(when, TimeExpression) else when, layers.published
    if isinstance(when, TimeExpression) and when.kind == "duration" and today:
        # 'in the course of a month': the last one
        period = Period(today - timedelta(days=_length(view, when)), today)
    if isinstance(when, TimeExpression) and period and period.first and today and period.first <= today:
        if period.last is None or (when.kind != "since" and dates_start(view, when)):
            period = Period(period.first, today)
    if period is None and today and measure not in FLOWS and _now(layers, clause):
        period = Period(today, today)
    said = OUTLET if clause.headline else speaker_at(view.found.speeches, amount.first)
    return Claim(
        measure, amount.low, amount.high, layers.span(clause.first, clause.last).cover(amount.span), unit=unit,
        qualifier=amount.qualifier, period=period, area=area_of(view, clause, amount.first), subject=subject, attribution=said,
    )  # fmt: skip


def _length(view: View, time: TimeExpression) -> int:
    """How many days a duration takes."""
    times = next((a.low for a in view.layers.amounts if time.first <= a.core < time.last and a.low), 1)
    if any(m.gives.get("unit") == "hour" for m in view.layers.within("dates", time.first, time.last)):
        times = -(-times // 24)
    return min(times * (days(view, time) or 1), 36500)


def _now(layers: Layers, clause: Sentence) -> bool:
    """Whether the clause says that it is so now."""
    return any(layers.key(k) in ("حاليا", "الان") for k in range(clause.first, clause.last))


def nth(view: View) -> Iterator[Claim]:
    """'The third of its kind in a month': so many acts in that time."""
    layers = view.layers
    for amount in layers.amounts:
        kind = layers.key(amount.last) == "من" and layers.key(amount.last + 1) in ("نوعه", "نوعها")
        if amount.unit != "ordinal" or not (kind or layers.key(amount.first - 1).endswith("المره")):
            continue
        clause = view.clause(amount.first, amount.last)
        last = min(layers.sentence(amount.first).last, amount.last + 16)
        time = next((t for t in layers.times if amount.last <= t.first < last), None)
        if (amount.low or 0) < 2 or time is None or not throughout(view, time):
            continue
        begin = layers.sentence(amount.first).first
        acts = [m for m in layers.within("claims", begin, last) if m.gives.get("class") == "act"]
        measure: ClaimMeasure = acts[0].gives["measure"] if acts else "attacks"
        yield stated(view, Number(amount, None, None, clause, None, False, False), measure, time)
