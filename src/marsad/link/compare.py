"""How well two events agree: a sum of named comparisons, each with the two values compared.

Weights are roughly the logarithm of how much likelier the agreement is between two tellings
of one happening than between two happenings. `barred` names a contradiction that no
agreement outweighs.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple

from marsad.link.mention import NEAR, Mention, Range
from marsad.model import Join, Term

#: Days apart at which two told dates cannot be of one happening.
TOO_LATE = 8
#: Kilometres between two places, beyond their extents, that cannot be one.
TOO_FAR = 60.0
#: Wide places: their agreement says that the events are in the same region, no more.
WIDE_KM = 15.0
_MEASURES = ("killed", "wounded", "casualties", "arrested", "abducted", "missing", "escaped", "freed",
             "displaced", "surrendered", "destroyed", "seized")  # fmt: skip


class _Result(NamedTuple):
    """One comparison: its term, and the contradiction that it is, if it is one."""

    term: Term
    bar: str | None = None


def kilometres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """The great-circle distance of two points given as latitude and longitude."""
    (lat1, lon1), (lat2, lon2) = ((radians(x), radians(y)) for x, y in (a, b))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * 6371.0 * asin(min(1.0, sqrt(half)))


def compare(a: Mention, b: Mention) -> Join:
    """The scored comparison of two events; the same whichever comes first."""
    if b.id < a.id:
        a, b = b, a
    results = [*_kind(a, b), *_time(a, b), *_place(a, b), *_figures(a, b), *_parties(a, b), *_words(a, b)]
    bars = [result.bar for result in results if result.bar]
    if a.telling.document_id == b.telling.document_id:
        bars.insert(0, "one article tells of both")
    score = round(sum(result.term.weight for result in results), 3)
    return Join(a.id, b.id, score, tuple(result.term for result in results), "; ".join(bars) or None)


def _kind(a: Mention, b: Mention) -> Iterator[_Result]:
    x, y = a.telling.event.type, b.telling.event.type
    if x == y:
        yield _Result(Term("type", x, y, 1.0))
    elif a.family == b.family:
        yield _Result(Term("type, one family", x, y, 0.6))
    elif frozenset((a.family, b.family)) in NEAR:
        yield _Result(Term("type, near families", x, y, -0.4))
    else:
        yield _Result(Term("type", x, y, -4.0), "the types are of different kinds")
    counts = a.telling.event.count, b.telling.event.count
    if counts[0] is not None and counts[1] is not None and max(counts[0], counts[1]) > 1:
        weight = -0.7 if counts[0] != counts[1] else 2.0 if counts[0] >= 3 else 0.5
        yield _Result(Term("number of events", str(counts[0]), str(counts[1]), weight))


def _time(a: Mention, b: Mention) -> Iterator[_Result]:
    if a.first is None or a.last is None or b.first is None or b.last is None:
        yield _Result(Term("days", a.days, b.days, -0.5))
        return
    gap = max(a.first, b.first) - min(a.last, b.last)
    weak = a.weak or b.weak
    if gap <= 0:
        union = max(a.last, b.last) - min(a.first, b.first) + 1
        # a day within a guessed window agrees fully, two windows that just touch hardly at all
        narrower = min(a.last - a.first, b.last - b.first) + 1
        weight = 0.9 * (1 - gap) / narrower if weak else 1.0 + 2.0 * (1 - gap) / union
        yield _Result(Term("days overlap", a.days, b.days, round(weight, 3)))
    elif weak:
        bar = "the days are too far apart" if gap >= 2 * TOO_LATE else None
        yield _Result(Term("days apart", a.days, b.days, -0.5 - 0.25 * min(gap, 8)), bar)
    else:
        bar = "the days are too far apart" if gap >= TOO_LATE else None
        yield _Result(Term("days apart", a.days, b.days, {1: 0.8, 2: -0.7}.get(gap, -2.5)), bar)
    published = a.telling.published, b.telling.published
    news = a.telling.event.recency == b.telling.event.recency == "news"
    if news and published[0] and published[1]:
        apart = abs((published[0] - published[1]).days)
        weight = 0.6 if apart <= 2 else 0.0 if apart <= 7 else -1.5
        yield _Result(Term("news of", published[0].isoformat(), published[1].isoformat(), weight))


def _place(a: Mention, b: Mention) -> Iterator[_Result]:
    x, y = a.place, b.place
    if a.country and b.country and a.country != b.country:
        yield _Result(Term("country", a.country, b.country, -5.0), "the countries differ")
        return
    if not a.name or not b.name:
        yield _Result(Term("place", x, y, -0.3))
        return
    if not a.chain or not b.chain:
        yield _unresolved(a, b)
        return
    if a.chain[0] == b.chain[0]:
        wide = max(a.radius, b.radius)
        weight = 3.0 if wide <= WIDE_KM else 1.5 if len(a.chain) > 1 else 0.3
        yield _Result(Term("same place", x, y, weight))
    elif a.chain[0] in b.chain or b.chain[0] in a.chain:
        container = a.chain if a.chain[0] in b.chain else b.chain
        steps = abs(len(a.chain) - len(b.chain))
        weight = 0.2 if len(container) == 1 else 1.6 if steps == 1 else 1.2
        yield _Result(Term("one place within the other", x, y, weight))
    else:
        yield _apart(a, b)


def _unresolved(a: Mention, b: Mention) -> _Result:
    if a.name == b.name:
        return _Result(Term("place name spelt alike", a.place, b.place, 2.0))
    if a.admin1 and a.admin1 == b.admin1:
        return _Result(Term("same governorate", a.place, b.place, 0.3))
    return _Result(Term("place names", a.place, b.place, -0.8))


def _apart(a: Mention, b: Mention) -> _Result:
    same = a.admin1 is not None and a.admin1 == b.admin1
    if a.point is None or b.point is None:
        return _Result(Term("places", a.place, b.place, 0.2 if same else -1.5))
    distance = kilometres(a.point, b.point)
    beyond = distance - min(a.radius, WIDE_KM) - min(b.radius, WIDE_KM)
    name = f"places {distance:.0f} km apart"
    if beyond <= 0:
        return _Result(Term(name, a.place, b.place, 1.5))
    if beyond <= 20:
        return _Result(Term(name, a.place, b.place, 0.4 if same else -0.2))
    if beyond <= TOO_FAR:
        return _Result(Term(name, a.place, b.place, -1.2 if same else -1.8))
    clear = a.radius + b.radius + TOO_FAR < distance
    return _Result(Term(name, a.place, b.place, -3.0), "the places are too far apart" if clear else None)


def _said(ranges: tuple[Range, ...]) -> str:
    return ", ".join("-".join("?" if v is None else str(v) for v in dict.fromkeys(r)) for r in ranges)


def _figures(a: Mention, b: Mention) -> Iterator[_Result]:
    for measure in _MEASURES:
        x, y = a.figures.get(measure), b.figures.get(measure)  # type: ignore[call-overload]
        if x and y:
            weight = max(_agreement(p, q) for p, q in product(x, y))
            if measure != "killed":
                weight *= 0.6
            yield _Result(Term(measure, _said(x), _said(y), round(weight, 3)))


def _agreement(x: Range, y: Range) -> float:
    """Equal counts of three and more are no accident; counts far apart speak against."""
    if x == y:
        value = max(v or 0 for v in x)
        return 2.0 if value >= 10 and x[0] == x[1] else 1.6 if value >= 3 else 0.5
    low = max(x[0] or 0, y[0] or 0)
    high = min(v if v is not None else 10**9 for v in (x[1], y[1]))
    if low <= high:
        return 0.3
    ratio = low / max(high, 1)
    return 0.2 if ratio <= 1.25 else -0.2 if ratio <= 2 else -1.0


def _parties(a: Mention, b: Mention) -> Iterator[_Result]:
    for name, x, y, against in (
        ("initiators", a.initiators, b.initiators, -1.0),
        ("targets", a.targets, b.targets, -0.6),
        ("weapons", a.weapons, b.weapons, -0.3),
    ):
        if x and y:
            weight = against if not x & y else 0.3 if name == "weapons" else 0.7
            yield _Result(Term(name, " ".join(sorted(x)), " ".join(sorted(y)), weight))


def _words(a: Mention, b: Mention) -> Iterator[_Result]:
    if not a.words or not b.words:
        return
    shared = a.words & b.words
    share = len(shared) / len(a.words | b.words)
    weight = (
        1.5
        if share >= 0.5
        else 0.9
        if share >= 0.3
        else 0.4
        if share >= 0.15
        else -0.4
        if share < 0.05
        else 0.0
    )
    yield _Result(
        Term("words of the evidence", f"{len(a.words)}", f"{len(b.words)}, {len(shared)} shared", weight)
    )
