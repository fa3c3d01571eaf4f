"""How well two events agree: named observations of the pair, each with the two values compared.

The weights of the observations are data (`data/weights/link.yaml`), in logits, learnt by
`bench/links.py` from articles that are known to tell of one incident. `barred` names a
contradiction that no agreement outweighs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from math import asin, cos, radians, sin, sqrt

from marsad.link.mention import ALLIES, FAMILY, NEAR, Mention, Range
from marsad.link.words import another_words, common_words
from marsad.model import DATA_SETS, Join, Term

#: Days apart at which two told dates cannot be of one happening: slips of a day or two are common.
TOO_LATE = 3
#: The same where a date is only known by the day of publication.
TOO_LATE_FOR_NEWS = 8
#: Kilometres between two places, beyond their extents, that cannot be one.
TOO_FAR = 60.0
#: Wide places: their agreement says that the events are in the same region, no more.
WIDE_KM = 15.0
#: The score of a pair that must not be joined: below all others.
BARRED = -32768
#: Scores are whole thousandths of a logit: their sums are exact in whatever order they are taken.
UNIT = 1000


@lru_cache(maxsize=1 << 16)  # news comes back to the same places
def kilometres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """The great-circle distance of two points given as latitude and longitude."""
    (lat1, lon1), (lat2, lon2) = ((radians(x), radians(y)) for x, y in (a, b))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * 6371.0 * asin(min(1.0, sqrt(half)))


def score(a: Mention, b: Mention, weights: Mapping[str, float]) -> int:
    """How alike two events are, in thousandths of a logit, or `BARRED`."""
    if barred(a, b):
        return BARRED
    return _sum(observe(a, b), weights)


def compare(a: Mention, b: Mention, weights: Mapping[str, float]) -> Join:
    """The scored comparison of two events with every term; the same whichever comes first."""
    if b.id < a.id:
        a, b = b, a
    seen = observe(a, b)
    terms = tuple(
        Term(name, x, y, weights.get(name, 0.0))
        for name, (x, y) in zip(seen, _values(seen, a, b), strict=True)
    )
    return Join(a.id, b.id, _sum(seen, weights) / UNIT, terms, barred(a, b))


def _sum(seen: Sequence[str], weights: Mapping[str, float]) -> int:
    get = weights.get
    return round(sum([get(name, 0.0) for name in seen]) * UNIT)


def observe(a: Mention, b: Mention) -> list[str]:
    """The names of everything that is weighed of a pair; million times called, so plain and quick."""
    seen = ["always"]
    _kind(a, b, seen)
    days = _days(a, b)
    seen.append(days)
    if a.type == b.type:
        seen.append(_SAME_TYPE[days])
    if a.headline and b.headline and days in _ONE_TIME:
        seen.append("headline: both, of one day")
    _news(a, b, seen)
    place = _place(a, b)
    seen.append(place)
    _named(place, a, b, seen)
    _figures(a, b, seen)
    _parties(a, b, seen)
    if a.words and b.words:
        _words(a, b, seen)
    _manner(a, b, seen)
    if a.teller == b.teller:
        another = not another_words().isdisjoint(a.words | b.words)
        seen.append("article: one, another said" if another else "article: one")
    return seen


def barred(a: Mention, b: Mention) -> str | None:
    """The contradictions that forbid joining the two, whatever else agrees."""
    found = []
    if a.teller == b.teller:
        if a.teller in DATA_SETS:
            found.append("one data set tells of both")
        elif _told_apart(a, b):
            found.append("one article tells them apart")
    if a.type != b.type and not of_kin(a, b):
        found.append("the types are of different kinds")
    gap = _gap(a, b)
    if gap is None:
        found.append("no day is told")
    elif gap >= (TOO_LATE_FOR_NEWS if a.weak or b.weak else TOO_LATE):
        found.append("the days are too far apart")
    if _abroad(a, b):
        found.append("the countries differ")
    elif _clear_of(a, b):
        found.append("the places are too far apart")
    return "; ".join(found) or None


def _told_apart(a: Mention, b: Mention) -> bool:
    """Whether an article gives two events places of which neither holds the other, or days that do not touch."""
    if a.chain and b.chain and a.chain[0] not in b.chain and b.chain[0] not in a.chain:
        return True
    return not (a.weak or b.weak) and (_gap(a, b) or 0) > 0


def of_kin(a: Mention, b: Mention) -> bool:
    """Whether one happening may be told as both types."""
    x, y = FAMILY[a.type], FAMILY[b.type]
    return x == y or (x, y) in NEAR


# ── the values, for people ────────────────────────────────────────────────────────────────


def _values(seen: Sequence[str], a: Mention, b: Mention) -> Iterator[tuple[str, str]]:
    """What each observation was made of, in the two events."""
    shared = [measure for measure in a.figures if measure in b.figures]
    measures = iter(shared)
    for name in seen:
        part = name.partition(":")[0]
        if part == "figures":
            measure = next(measures)
            yield f"{measure} {_said(a.figures[measure])}", f"{measure} {_said(b.figures[measure])}"
        elif part == "words":
            yield f"{len(a.words)}", f"{len(b.words)}, {len(a.words & b.words)} shared"
        else:
            yield _value(part, a), _value(part, b)


def _value(part: str, of: Mention) -> str:
    match part:
        case "type":
            return of.type
        case "number of events":
            return str(of.count or 1)
        case "headline":
            return "told" if of.headline else ""
        case "days":
            return of.days
        case "recalled":
            return of.recency
        case "news" | "last told":
            return date.fromordinal(of.published).isoformat() if of.published else ""
        case "place" | "name":
            return of.place
        case "numbers":
            return " ".join(sorted(of.numbers, key=int))
        case "sides":
            return f"{' '.join(sorted(of.initiators))} > {' '.join(sorted(of.targets))}"
        case "goes on":
            return "told" if of.goes_on else ""
        case "counts":
            return ", ".join(f"{measure} {_said(ranges)}" for measure, ranges in of.figures.items())
        case "parties":
            return " ".join(sorted(of.initiators | of.targets))
        case "initiators" | "targets" | "weapons":
            return " ".join(sorted(getattr(of, part)))
    return ""


def _said(ranges: tuple[Range, ...]) -> str:
    return ", ".join("-".join("?" if v is None else str(v) for v in dict.fromkeys(r)) for r in ranges)


# ── what and when ─────────────────────────────────────────────────────────────────────────

_HEADLINE = ("headline: none", "headline: one", "headline: both")


def _kind(a: Mention, b: Mention, seen: list[str]) -> None:
    if a.type == b.type:
        seen.append("type: same")
        seen.append(_BOTH[a.type])
    elif FAMILY[a.type] == FAMILY[b.type]:
        seen.append("type: of one family")
        seen.append(_TYPES[a.type, b.type])
    elif of_kin(a, b):
        seen.append("type: of near families")
        seen.append(_TYPES[a.type, b.type])
    else:
        seen.append("type: of different kinds")
    x, y = a.count or 1, b.count or 1
    if x != 1 or y != 1:
        level = "differs" if x != y else "equal" if x < 3 else "equal, 3 or more"
        seen.append(f"number of events: {level}")
    seen.append(_HEADLINE[a.headline + b.headline])


_BOTH = {kind: f"type: both {kind}" for kind in FAMILY}
_TYPES = {(x, y): f"type: {min(x, y)} and {max(x, y)}" for x in FAMILY for y in FAMILY}


def _news(a: Mention, b: Mention, seen: list[str]) -> None:
    if a.recency != "news" or b.recency != "news":
        seen.append("recalled: both" if a.recency == b.recency else "recalled: one")
    elif a.published and b.published:
        seen.append(_NEWS[min(abs(a.published - b.published), 8)])
        if a.last is not None and b.last is not None:
            late = max(a.published, b.published) - max(a.last, b.last)
            seen.append(_TOLD_AFTER[min(max(late, 0), 4)])


def _gap(a: Mention, b: Mention) -> int | None:
    """Days between the two periods; none or negative where they touch or overlap, `None` where untold."""
    if a.first is None or a.last is None or b.first is None or b.last is None:
        return None
    return max(a.first, b.first) - min(a.last, b.last)


def _days(a: Mention, b: Mention) -> str:
    if a.first is None or a.last is None or b.first is None or b.last is None:
        return "days: not told"
    if a.weak or b.weak:
        if a.weak and b.weak:
            return "days: by publication"  # how far apart that is, `news` says
        published, last = (a.last, b.last) if a.weak else (b.last, a.last)
        return (
            "days: one by publication, fresh" if published - last <= 3 else "days: one by publication, older"
        )
    gap = max(a.first, b.first) - min(a.last, b.last)
    if gap > 0:
        exact = a.first == a.last and b.first == b.last
        return "days: 1 apart, each one day" if exact and gap == 1 else _APART[min(gap, 8)]
    longer = max(a.last - a.first, b.last - b.first) + 1
    return "days: overlap, same day" if longer == 1 else "days: overlap, few" if longer <= 3 else (
        "days: overlap, ten" if longer <= 10 else "days: overlap, more"
    )  # fmt: skip


_SPANS = ("same day", "1 apart", *("2 or 3 apart",) * 2, *("a week apart",) * 4, "further apart")
#: By the number of days apart; eight and more are one.
_NEWS = tuple(f"news: {words}" for words in _SPANS)
_TOLD_AFTER = tuple(
    f"last told: {words}" for words in ("that day", "1 apart", *("2 or 3 apart",) * 2, "further apart")
)
_APART = tuple(f"days: {words}" for words in _SPANS)
_TOLD = (
    "not told", "by publication", "one by publication, fresh", "one by publication, older",
    "1 apart, each one day", "overlap, same day", "overlap, few", "overlap, ten", "overlap, more", *_SPANS,
)  # fmt: skip
_ONE_TIME = frozenset({"days: overlap, same day", "days: overlap, few"})
#: One type in one campaign says much where the day is told, and little where it is not.
_SAME_TYPE = {f"days: {words}": f"type: same, days {words}" for words in _TOLD}


# ── where ─────────────────────────────────────────────────────────────────────────────────


def _abroad(a: Mention, b: Mention) -> bool:
    return bool(a.country and b.country and a.country != b.country)


def _clear_of(a: Mention, b: Mention) -> bool:
    """Whether two places, neither within the other, lie further apart than a slip explains."""
    if (
        a.point is None
        or b.point is None
        or a.point == b.point
        or not (a.chain and b.chain and a.name and b.name)
    ):
        return False
    if a.chain[0] in b.chain or b.chain[0] in a.chain:
        return False
    reach = a.radius + b.radius + TOO_FAR
    # a degree of latitude is 111 km: most places that are near need no trigonometry
    if 111.2 * (abs(a.point[0] - b.point[0]) + abs(a.point[1] - b.point[1])) <= reach:
        return False
    return reach < kilometres(a.point, b.point)


def _place(a: Mention, b: Mention) -> str:
    if _abroad(a, b):
        return "place: countries differ"
    if not a.name or not b.name:
        return "place: one told" if a.name or b.name else "place: neither told"
    alike = a.name in b.name or b.name in a.name
    if not a.chain or not b.chain:
        same = a.admin1 is not None and a.admin1 == b.admin1
        return "place: off the map, spelt alike" if alike else (
            "place: off the map, one governorate" if same else "place: off the map, other"
        )  # fmt: skip
    if a.chain[0] == b.chain[0]:
        if len(a.chain) == 1:
            return "place: same country"
        wide = max(a.radius, b.radius)
        size = (
            "village" if wide <= 4 else "town" if wide <= WIDE_KM else "district" if wide <= 40 else "region"
        )
        # in two scripts one place cannot be spelt alike, and need not be
        return _SAME[size][alike or a.name.isascii() != b.name.isascii()]
    if a.chain[0] in b.chain or b.chain[0] in a.chain:
        outer = a if a.chain[0] in b.chain else b
        return "place: within the other, a country" if len(outer.chain) == 1 else (
            "place: within the other, a town" if outer.radius <= WIDE_KM
            else "place: within the other, a district" if outer.radius <= 40
            else "place: within the other, a region"
        )  # fmt: skip
    if a.point is None or b.point is None:
        return "place: no points, spelt alike" if alike else "place: no points"
    beyond = kilometres(a.point, b.point) - min(a.radius, WIDE_KM) - min(b.radius, WIDE_KM)
    far = "touching" if beyond <= 0 else "20 km" if beyond <= 20 else "60 km" if beyond <= TOO_FAR else "far"
    return _ASIDE[far][alike]


def _named(place: str, a: Mention, b: Mention, seen: list[str]) -> None:
    """What the name itself says: where no table knows it, the place is known only to lie within its own."""
    if not a.chain or not b.chain or a.country != b.country:
        return
    if a.chain[0] == b.chain[0]:
        if len(a.chain) > 1:
            seen.append("place: one")
        if not (a.named and b.named):
            seen.append(_NAMES[a.named + b.named, place.endswith("alike")])
    elif a.chain[0] in b.chain or b.chain[0] in a.chain:
        inner, outer = (b, a) if a.chain[0] in b.chain else (a, b)
        seen.append(_OUTER[outer.named, outer.name in inner.name or inner.name in outer.name])


_NAMES = {
    (count, alike): f"name: {how} unknown{', spelt alike' if alike else ''}"
    for count, how in ((0, "both"), (1, "one"))
    for alike in (False, True)
}
_OUTER = {
    (named, alike): f"name: of the wider, {'known' if named else 'unknown'}{', spelt alike' if alike else ''}"
    for named in (False, True)
    for alike in (False, True)
}
_SAME = {
    size: (f"place: same {size}", f"place: same {size}, spelt alike")
    for size in ("village", "town", "district", "region")
}
_ASIDE = {
    far: (f"place: apart, {far}", f"place: apart, {far}, spelt alike")
    for far in ("touching", "20 km", "60 km", "far")
}


# ── how many ──────────────────────────────────────────────────────────────────────────────

#: From the best agreement to none.
_FIGURES = tuple(
    f"figures: {level}"
    for level in ("equal, 10 or more", "equal, 3 to 9", "equal, 1 or 2", "equal, at least", "possible",
                  "close", "within twice", "contradict")
)  # fmt: skip


def _figures(a: Mention, b: Mention, seen: list[str]) -> None:
    theirs = b.figures
    equal = contrary = 0
    for measure, x in a.figures.items():
        y = theirs.get(measure)
        if y:
            level = min([_agreement(p, q) for p in x for q in y])
            seen.append(_FIGURES[level])
            equal += level <= 2
            contrary += level == 7
    if equal > 1:
        seen.append("counts: two equal")
    if contrary and not equal:
        seen.append("counts: contradict, none equal")


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


# ── who, and in which words ───────────────────────────────────────────────────────────────

_GAS = "chemical"
#: The same, some shared, allies of one another, none of that.
_PARTIES = {
    name: (f"{name}: same", f"{name}: shared", f"{name}: allies", f"{name}: others")
    for name in ("initiators", "targets", "parties", "weapons")
}


def _parties(a: Mention, b: Mention, seen: list[str]) -> None:
    if "armed_clash" in (a.type, b.type):
        # in a clash both sides act, and who is told to have begun it is nothing to go by
        x, y = a.initiators | a.targets, b.initiators | b.targets
        if x and y:
            seen.append(_level("parties", x, y))
    else:
        if a.initiators and b.initiators:
            seen.append(_level("initiators", a.initiators, b.initiators))
        if a.targets and b.targets:
            seen.append(_level("targets", a.targets, b.targets))
    _which("initiators", a.initiators, b.initiators, seen)
    _which("targets", a.targets, b.targets, seen)
    if a.initiators and b.initiators and a.initiators.isdisjoint(b.initiators):
        swapped = (not a.initiators.isdisjoint(b.targets)) + (not b.initiators.isdisjoint(a.targets))
        if swapped:
            seen.append("sides: turned round" if swapped == 2 else "sides: one acts and is hit")
    if a.weapons and b.weapons:
        seen.append(_level("weapons", a.weapons, b.weapons))
        _which("weapons", a.weapons, b.weapons, seen)
    # what outlets rarely leave out and never confuse with another
    gas = (_GAS in a.weapons) + (_GAS in b.weapons)
    if gas:
        seen.append("weapons: gas in both" if gas == 2 else "weapons: gas in one")


def _level(name: str, x: frozenset[str], y: frozenset[str]) -> str:
    if x == y:
        return _PARTIES[name][0]
    if not x.isdisjoint(y):
        return _PARTIES[name][1]
    return _PARTIES[name][2 if any((p, q) in ALLIES for p in x for q in y) else 3]


def _which(name: str, x: frozenset[str], y: frozenset[str], seen: list[str]) -> None:
    """That two agree on a side that seldom acts says more than that they agree on one that acts daily."""
    if not x.isdisjoint(y):
        seen.extend([f"{name}: both {one}" for one in sorted(x & y)])


def _manner(a: Mention, b: Mention, seen: list[str]) -> None:
    """Whether what is told is one happening at all, and whether its numbers agree."""
    if a.goes_on or b.goes_on:
        seen.append("goes on: both" if a.goes_on and b.goes_on else "goes on: one")
    if a.numbers and b.numbers:
        seen.append("numbers: others" if a.numbers.isdisjoint(b.numbers) else "numbers: shared")


def _words(a: Mention, b: Mention, seen: list[str]) -> None:
    both = a.words & b.words
    shared = len(both)
    share = shared / min(len(a.words), len(b.words))
    seen.append(
        "words: none shared" if shared == 0 else "words: a tenth shared" if share < 0.1
        else "words: a fifth shared" if share < 0.2 else "words: a third shared" if share < 0.33
        else "words: half shared" if share < 0.5 else "words: most shared" if share < 0.75
        else "words: all shared"
    )  # fmt: skip
    seen.append(
        "words: few shared" if shared < 4 else "words: some shared" if shared < 8 else "words: many shared"
    )
    seen.append(_RARE[min(len(both - common_words()), 8)])


#: By the number of shared words that are not in every other report.
_RARE = tuple(
    f"words: {many} of them rare"
    for many in ("none", "one", "two", *("three or four",) * 2, *("five to seven",) * 3, "eight or more")
)
