"""How long incidents take to be reported, and so how much of the latest days is known yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from marsad.analyse.cases import Case
from marsad.analyse.windows import Window

#: Reports that come later are recollections, not news.
LONGEST = 30
#: Fewer incidents say nothing of a distribution.
LEAST = 20


@dataclass(frozen=True, slots=True)
class Lag:
    """`shares[k]` is the share of what is ever reported within `LONGEST` days that is so within k days.

    `n` incidents told it; `until` is the day of the latest document.
    """

    shares: tuple[float, ...]
    n: int
    until: date

    def completeness(self, window: Window) -> float:
        """The share of a window's incidents that is known, were they spread evenly over its days."""
        known = ((self.until - day).days for day in window)
        return sum(0.0 if k < 0 else self.shares[min(k, LONGEST)] for k in known) / window.days


def lag(cases: Iterable[Case], until: date | None) -> Lag | None:
    """The distribution of lags of incidents of one known day, `None` where too few tell it.

    Recent incidents can only have been reported quickly. So it is estimated backwards: of those
    reported within k days and observed for k or more, what share was reported on the k-th (the
    reverse-time product limit; Lagakos, Barraj and De Gruttola 1988, Biometrika 75:515-523).
    """
    if until is None:
        return None
    seen = [
        ((case.reported - case.first).days, (until - case.first).days)
        for case in cases
        if case.first and case.first == case.last and case.reported and case.reported >= case.first
    ]
    seen = [(took, open_) for took, open_ in seen if took <= LONGEST]
    if len(seen) < LEAST:
        return None
    on = Counter(took for took, _ in seen)
    shares = [1.0] * (LONGEST + 1)
    for k in range(LONGEST, 0, -1):
        at_risk = sum(took <= k <= open_ for took, open_ in seen)
        later = sum(took == k <= open_ for took, open_ in seen) if on[k] else 0
        shares[k - 1] = shares[k] * (1 - later / at_risk) if at_risk else shares[k]
    return Lag(tuple(shares), len(seen), until)
