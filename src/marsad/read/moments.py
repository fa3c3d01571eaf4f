"""Finds the moments of a text, left to right.

Only tokens that the `dates` layer knows, and digits that look like a year or a numeric date,
are looked at.
"""

from __future__ import annotations

import re
from dataclasses import replace

from marsad.lexicon import Match
from marsad.read.calendar import day as calendar_day
from marsad.read.months import misspelt_before, month
from marsad.read.timeline import WHICH, Moment, Timeline
from marsad.read.units import unit

_HIJRI_YEARS = range(1343, 1501)
_YEARS = range(1900, 2101)
_BEFORE_YEAR = frozenset({"في", "وفي", "من", "الي", "بين", "لعام", "لسنه", "ففي"})
_TO = frozenset({"الي", "حتي", "وحتي", "-", "–", "—"})
_SEPARATORS = frozenset("/-–.")
#: What a part of the day may stand beside to tell that day.
_DAYS = frozenset({"weekday", "shift", "same", "unit", "month", "hijri", "part"})
_WITHIN = frozenset({"في", "وفي", "مع", "ومع", "اثناء", "عند"})
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})|(\d{4})\.(\d{1,2})\.(\d{1,2})")


def find_moments(line: Timeline) -> list[Moment]:
    """All moments, left to right, none overlapping."""
    starts: list[tuple[int, Match | None]] = [(m.first, m) for m in line.by_first.values()]
    for i, token in enumerate(line.text.tokens):
        if token.word.kind == "number":
            key = token.word.key
            if len(key) == 4 or "." in key or line.key(i + 1) in _SEPARATORS:
                starts.append((i, None))
    starts.sort(key=lambda s: s[0])
    out: list[Moment] = []
    free = 0
    for first, match in starts:
        if first < free:
            continue
        moment = _numeric(line, first) if match is None else _worded(line, match)
        if moment is None:
            continue
        if moment.first < free:
            moment = replace(moment, first=max(free, match.first if match else first))
        out.append(moment)
        free = moment.last
    return out


def _worded(line: Timeline, match: Match) -> Moment | None:
    gives = match.gives
    if "month" in gives or "hijri" in gives:
        hijri = "hijri" in gives
        number = int(gives["hijri" if hijri else "month"])
        return month(line, match.first, match.last, number, hijri=hijri, match=match)
    if "weekday" in gives:
        rel = line.gives(line.by_first.get(match.last), "rel")
        last = line.by_first[match.last].last if rel in WHICH else match.last
        rel = rel if last > match.last else ""
        return Moment("weekday", match.first, last, weekday=int(gives["weekday"]), rel=rel)
    if "same" in gives:
        return Moment("same", match.first, match.last, shift=int(gives["shift"]))
    if "shift" in gives:
        return Moment("shift", match.first, match.last, shift=int(gives["shift"]))
    if "season" in gives:
        return _season(line, match)
    if "unit" in gives:
        return unit(line, match)
    if "gap" in gives:
        return Moment("gap", match.first, match.last, unit="day", count=int(gives["gap"]))
    if "row" in gives:
        nth = line.amount_from.get(match.first + 1)
        back = (nth.low or 1) - 1 if nth is not None else 0
        return Moment("window", match.first, match.last, unit="day", count=back, rel="last")
    if "part" in gives:
        return _part(line, match)
    if "vague" in gives:
        return Moment("vague", match.first, match.last)
    return None


def _part(line: Timeline, match: Match) -> Moment | None:
    """A part of a day told without its day: منذ الصباح, بعد منتصف الليل, فجرا."""
    before, after = line.by_last.get(match.first), line.by_first.get(match.last)
    if any(other is not None and not _DAYS.isdisjoint(other.gives) for other in (before, after)):
        return None
    if "of" in match.gives or line.amount_from.get(match.last):
        return None
    adverb = match.last - match.first == 1 and "after" in match.gives
    opened = bool(line.gives(before, "prep")) or line.key(match.first - 1) in _WITHIN
    definite = line.key(match.last - 1).startswith("ال") and (opened or match.last - match.first > 1)
    if not (adverb or definite):
        return None
    shift = -1 if "night" in match.gives else 0
    return Moment("part", match.first, match.last, shift=shift, prep=line.gives(before, "prep"))


def _season(line: Timeline, match: Match) -> Moment | None:
    year, year_rel, last = line.year_after(match.last, hijri=False, dated=False)
    rel = ""
    if year is None and not year_rel:
        after = line.by_first.get(last)
        rel = line.gives(after, "rel")
        if rel not in ("last", "this", "next") or after is None:
            return None
        last = after.last
    edge, first = line.edge(match.first)
    return Moment(
        "season", first, last, year=year, season=match.gives["season"], rel=rel, year_rel=year_rel, edge=edge
    )


def _numeric(line: Timeline, i: int) -> Moment | None:
    """27/1/2021, 2021-01-27, 27.1.2021, or a year on its own."""
    dotted = _DOTTED.fullmatch(line.key(i))
    if dotted is not None:
        a, b, c, x, y, z = dotted.groups()
        parts = (int(a), int(b), int(c)) if a else (int(z), int(y), int(x))
        return _checked(line, i, i + 1, *parts)
    one, two, three = line.digits(i), line.digits(i + 2), line.digits(i + 4)
    seps = (line.key(i + 1), line.key(i + 3))
    if one and two and three and seps[0] == seps[1] and seps[0] in _SEPARATORS and line.together(i, i + 4):
        wide = [len(line.key(i + n)) for n in (0, 2, 4)]
        if wide[2] == 4 and wide[0] <= 2 and wide[1] <= 2:
            return _checked(line, i, i + 5, one, two, three)
        if wide[0] == 4 and wide[1] <= 2 and wide[2] <= 2:
            return _checked(line, i, i + 5, three, two, one)
    if one and two and seps[0] in ("/", "-") and one <= 31 and two <= 12 and len(line.key(i + 2)) <= 2:
        led = line.by_last.get(i)
        told = line.gives(led, "weekday") or line.gives(led, "unit") == "day" or line.gives(led, "shift")
        if (told or line.key(i - 1) == "بتاريخ") and (seps[1] not in _SEPARATORS or three is None):
            return Moment("day", i, i + 3, day=one, month=two)
    return _bare_year(line, i)


def _checked(line: Timeline, first: int, last: int, day: int, month: int, year: int) -> Moment | None:
    if month > 12 >= day:
        day, month = month, day
    if year in _HIJRI_YEARS and month <= 12 and day <= 30:
        return Moment("day", first, line.era(last), day=day, month=month, year=year, hijri=True)
    if year not in _YEARS or calendar_day(year, month, day) is None:
        return None
    return Moment("day", first, line.era(last), day=day, month=month, year=year)


def _bare_year(line: Timeline, i: int) -> Moment | None:
    """A year without the word: only after a preposition of time, and not before what it could count."""
    year = line.year_at(i)
    if year is None or not 1950 <= year <= 2050:
        return None
    typo = misspelt_before(line, i)
    if typo is not None:
        return typo
    edge, first = line.edge(i)
    year_to, last = None, i + 1
    dashed = line.key(i + 1) in _TO and (line.year_at(i + 2) or 0) > year
    if dashed:
        year_to, last = line.year_at(i + 2), i + 3
    opener = line.key(i - 1)
    if opener == "بين" and line.key(i + 1) == "و" and (line.year_at(i + 2) or 0) > year:
        year_to, last, first = line.year_at(i + 2), i + 3, i - 1
        if line.key(first - 1) == "ما":
            first -= 1
    prep = line.by_last.get(i)
    led = edge or dashed or year_to or opener in _BEFORE_YEAR or line.gives(prep, "prep")
    if not led or (opener == "من" and not (year_to or edge)):
        return None
    return (
        None
        if not edge and _counts(line, last)
        else Moment("year", first, last, year=year, year_to=year_to, edge=edge)
    )


def _counts(line: Timeline, last: int) -> bool:
    """Whether the token after a bare year is what the number would count."""
    if last >= len(line.text.tokens) or not line.together(last - 1, last):
        return False
    word = line.text.tokens[last].word
    if word.key in ("%", "٪", "/") or any(m.first == last for m in line.matches.get("numbers", ())):
        return True
    counted = ("people", "casualties", "weapons", "actors")
    if any(
        m.first == last and not m.proclitics and not m.article
        for name in counted
        for m in line.matches.get(name, ())
    ):
        return True
    return (
        word.kind == "arabic"
        and word.key.endswith("ا")
        and len(word.key) > 3
        and word.key not in ("عندما", "حينما", "بينما", "فيما", "كما", "مما")
    )
