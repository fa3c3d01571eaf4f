"""How well two events agree: named observations of the pair, each with the two values compared.

The weights of the observations are data (`data/weights/link.yaml`), in logits, learnt by
`bench/links.py` from articles that are known to tell of one incident. `barred` names a
contradiction that no agreement outweighs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple

from marsad.link.mention import NEAR, Mention, Range
from marsad.model import Join, Term

#: Days apart at which two told dates cannot be of one happening: slips of a day or two are common.
TOO_LATE = 3
#: The same where a date is only known by the day of publication.
TOO_LATE_FOR_NEWS = 8
#: Kilometres between two places, beyond their extents, that cannot be one.
TOO_FAR = 60.0
#: Wide places: their agreement says that the events are in the same region, no more.
WIDE_KM = 15.0


class Observation(NamedTuple):
    """What is observed of a pair, with the values it is observed of, and the contradiction, if it is one."""

    name: str
    a: str = ""
    b: str = ""
    bar: str | None = None


def kilometres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """The great-circle distance of two points given as latitude and longitude."""
    (lat1, lon1), (lat2, lon2) = ((radians(x), radians(y)) for x, y in (a, b))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * 6371.0 * asin(min(1.0, sqrt(half)))


def score(a: Mention, b: Mention, weights: Mapping[str, float]) -> Join:
    """How alike two events are, in logits, without the terms: they are wanted of few pairs."""
    seen = observe(a, b)
    return Join(a.id, b.id, _sum(seen, weights), (), _bar(seen))


def compare(a: Mention, b: Mention, weights: Mapping[str, float]) -> Join:
    """The scored comparison of two events with every term; the same whichever comes first."""
    if b.id < a.id:
        a, b = b, a
    seen = observe(a, b)
    terms = tuple(Term(o.name, o.a, o.b, weights.get(o.name, 0.0)) for o in seen)
    return Join(a.id, b.id, _sum(seen, weights), terms, _bar(seen))


def _sum(seen: Sequence[Observation], weights: Mapping[str, float]) -> float:
    return round(sum(weights.get(o.name, 0.0) for o in seen), 3)


def _bar(seen: Sequence[Observation]) -> str | None:
    return "; ".join(o.bar for o in seen if o.bar) or None


def observe(a: Mention, b: Mention) -> list[Observation]:
    """Everything that is weighed of a pair."""
    one = a.telling.document_id == b.telling.document_id
    return [
        Observation("always", bar="one article tells of both" if one else None),
        *_kind(a, b),
        *_time(a, b),
        _place(a, b),
        *_figures(a, b),
        *_parties(a, b),
        *_words(a, b),
    ]


# ── what and when ─────────────────────────────────────────────────────────────────────────


def _kind(a: Mention, b: Mention) -> Iterator[Observation]:
    x, y = a.telling.event.type, b.telling.event.type
    if x == y:
        yield Observation("type: same", x, y)
        yield Observation(f"type: both {x}", x, y)
    elif a.family == b.family:
        yield Observation("type: of one family", x, y)
    elif frozenset((a.family, b.family)) in NEAR:
        yield Observation("type: of near families", x, y)
    else:
        yield Observation("type: of different kinds", x, y, "the types are of different kinds")
    counts = a.telling.event.count or 1, b.telling.event.count or 1
    if max(counts) > 1:
        level = "differs" if counts[0] != counts[1] else "equal" if counts[0] < 3 else "equal, 3 or more"
        yield Observation(f"number of events: {level}", str(counts[0]), str(counts[1]))
    heads = a.telling.headline, b.telling.headline
    yield Observation(
        f"headline: {('none', 'one', 'both')[sum(heads)]}", *("told" if h else "" for h in heads)
    )


def _time(a: Mention, b: Mention) -> Iterator[Observation]:
    yield _days(a, b)
    recency = a.telling.event.recency, b.telling.event.recency
    x, y = a.telling.published, b.telling.published
    if recency[0] != "news" or recency[1] != "news":
        yield Observation(f"recalled: {'both' if recency[0] == recency[1] else 'one'}", *recency)
    elif x and y:
        apart = abs((x - y).days)
        yield Observation(f"news: {_span_words(apart)}", x.isoformat(), y.isoformat())


def _days(a: Mention, b: Mention) -> Observation:
    if a.first is None or a.last is None or b.first is None or b.last is None:
        return Observation("days: not told", a.days, b.days, "no day is told")
    gap = max(a.first, b.first) - min(a.last, b.last)
    if a.weak or b.weak:
        bar = gap >= TOO_LATE_FOR_NEWS
        if a.weak and b.weak:
            name = "days: by publication"  # how far apart that is, `news` says
        else:
            published, last = (a.last, b.last) if a.weak else (b.last, a.last)
            name = f"days: one by publication, {'fresh' if published - last <= 3 else 'older'}"
    elif gap <= 0:
        longer = max(a.last - a.first, b.last - b.first) + 1
        width = "same day" if longer == 1 else "few" if longer <= 3 else "ten" if longer <= 10 else "more"
        name, bar = f"days: overlap, {width}", False
    else:
        name, bar = f"days: {_span_words(gap)}", gap >= TOO_LATE
    return Observation(name, a.days, b.days, "the days are too far apart" if bar else None)


def _span_words(days: int) -> str:
    return "same day" if days == 0 else "1 apart" if days == 1 else "2 or 3 apart" if days <= 3 else (
        "a week apart" if days <= 7 else "further apart")  # fmt: skip


# ── where ─────────────────────────────────────────────────────────────────────────────────


def _place(a: Mention, b: Mention) -> Observation:
    x, y = a.place, b.place
    if a.country and b.country and a.country != b.country:
        return Observation("place: countries differ", x, y, "the countries differ")
    if not a.name or not b.name:
        return Observation(f"place: {'neither' if not (a.name or b.name) else 'one'} told", x, y)
    alike = a.name in b.name or b.name in a.name
    if not a.chain or not b.chain:
        same = a.admin1 is not None and a.admin1 == b.admin1
        return Observation(
            f"place: off the map, {'spelt alike' if alike else 'one governorate' if same else 'other'}", x, y
        )
    if a.chain[0] == b.chain[0]:
        if len(a.chain) == 1:
            return Observation("place: same country", x, y)
        wide = max(a.radius, b.radius)
        size = (
            "village" if wide <= 4 else "town" if wide <= WIDE_KM else "district" if wide <= 40 else "region"
        )
        return Observation(f"place: same {size}{', spelt alike' if alike else ''}", x, y)
    if a.chain[0] in b.chain or b.chain[0] in a.chain:
        outer = a if a.chain[0] in b.chain else b
        size = "country" if len(outer.chain) == 1 else "town" if outer.radius <= WIDE_KM else (
            "district" if outer.radius <= 40 else "region")  # fmt: skip
        return Observation(f"place: within the other, a {size}", x, y)
    return _apart(a, b, alike=alike)


def _apart(a: Mention, b: Mention, *, alike: bool) -> Observation:
    how = ", spelt alike" if alike else ""
    if a.point is None or b.point is None:
        return Observation(f"place: no points{how}", a.place, b.place)
    distance = kilometres(a.point, b.point)
    beyond = distance - min(a.radius, WIDE_KM) - min(b.radius, WIDE_KM)
    far = "touching" if beyond <= 0 else "20 km" if beyond <= 20 else "60 km" if beyond <= TOO_FAR else "far"
    clear = a.radius + b.radius + TOO_FAR < distance
    bar = "the places are too far apart" if clear else None
    return Observation(f"place: apart, {far}{how}", a.place, b.place, bar)


# ── how many ──────────────────────────────────────────────────────────────────────────────


def _figures(a: Mention, b: Mention) -> Iterator[Observation]:
    for measure in a.figures:
        x, y = a.figures[measure], b.figures.get(measure)
        if y:
            level = min(_agreement(p, q) for p, q in product(x, y))
            yield Observation(f"figures: {_LEVELS[level]}", f"{measure} {_said(x)}", f"{measure} {_said(y)}")


#: From the best agreement to none.
_LEVELS = ("equal, 10 or more", "equal, 3 to 9", "equal, 1 or 2", "equal, at least", "possible", "close",
           "within twice", "contradict")  # fmt: skip


def _agreement(x: Range, y: Range) -> int:
    """The level at which two figures agree: equal counts of three and more are no accident."""
    if x == y:
        value = max(v or 0 for v in x)
        if x[0] != x[1]:
            return 3 if value >= 3 else 4
        return 0 if value >= 10 else 1 if value >= 3 else 2
    low = max(x[0] or 0, y[0] or 0)
    high = min(v if v is not None else 10**9 for v in (x[1], y[1]))
    if low <= high:
        return 4
    ratio = low / max(high, 1)
    return 5 if ratio <= 1.25 or low - high == 1 else 6 if ratio <= 2 else 7


def _said(ranges: tuple[Range, ...]) -> str:
    return ", ".join("-".join("?" if v is None else str(v) for v in dict.fromkeys(r)) for r in ranges)


# ── who, and in which words ───────────────────────────────────────────────────────────────


def _parties(a: Mention, b: Mention) -> Iterator[Observation]:
    for name, x, y in (
        ("initiators", a.initiators, b.initiators),
        ("targets", a.targets, b.targets),
        ("weapons", a.weapons, b.weapons),
    ):
        if x and y:
            level = "same" if x == y else "shared" if x & y else "others"
            yield Observation(f"{name}: {level}", " ".join(sorted(x)), " ".join(sorted(y)))


def _words(a: Mention, b: Mention) -> Iterator[Observation]:
    if not a.words or not b.words:
        return
    shared = len(a.words & b.words)
    share = shared / min(len(a.words), len(b.words))
    level = "none" if shared == 0 else "a tenth" if share < 0.1 else "a fifth" if share < 0.2 else (
        "a third" if share < 0.33 else "half" if share < 0.5 else "most" if share < 0.75 else "all"
    )  # fmt: skip
    many = "few" if shared < 4 else "some" if shared < 8 else "many"
    said = f"{len(a.words)}", f"{len(b.words)}, {shared} shared"
    yield Observation(f"words: {level} shared", *said)
    yield Observation(f"words: {many} shared", *said)
