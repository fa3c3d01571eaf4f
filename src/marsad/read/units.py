"""Units of time: a year by its number, last week, three days ago, the first six months of a year."""

from __future__ import annotations

from dataclasses import dataclass, replace

from marsad.lexicon import Match
from marsad.read.months import day_before, misspelt, misspelt_before, month
from marsad.read.timeline import THIS, WHICH, Moment, Timeline

_TO = frozenset({"الي", "حتي", "وحتي", "-", "–", "—"})
#: What a word like يوم or شهري may lead in.
_LED = frozenset({"month", "hijri", "weekday", "shift"})


@dataclass(frozen=True, slots=True)
class _Counted:
    """How many units, over which tokens; `many` in the plural, `told` by a number or a dual."""

    count: int | None
    first: int
    last: int
    many: bool
    told: bool
    bound: str = ""


def unit(line: Timeline, match: Match) -> Moment | None:
    """A year by its number, a unit told by which one, an amount of units."""
    name, first, last = match.gives["unit"], match.first, match.last
    if name == "year":
        moment = _year(line, match)
        if moment is not None:
            return moment
    following = line.by_first.get(last)
    if following is not None and not _LED.isdisjoint(following.gives) and line.together(last - 1, last):
        return None  # شهري يناير وفبراير, يوم الخميس: the word only leads in
    if name == "month" and match.gives["count"] == "1" and following is None:
        typo = misspelt(line.key(last))
        if typo is not None and line.together(last - 1, last):
            return month(line, last, last + 1, typo)
        numbered = line.amount_from.get(last)
        if numbered is not None and numbered.unit == "ordinal" and numbered.low in range(1, 13):
            # الشهر الثامن من عام 2014; without a year it may be the eighth month of anything
            found = month(line, first, numbered.last, numbered.low or 1)
            if found is not None and (found.year or found.year_rel):
                return found
    if name == "week":
        week = _week_of(line, match)
        if week is not None:
            return week
    counted = _count(line, match)
    if name == "day" and match.gives["count"] != "0" and counted.last == last and last in line.amount_from:
        return None  # يومي 5 و6 شباط
    first, j = counted.first, counted.last
    after = line.by_first.get(j)
    rel = line.gives(after, "rel") if after is not None and line.together(j - 1, j) else ""
    if line.key(first - 1) in THIS:
        rel, first, after = "this", first - 1, None
    j = after.last if rel and after is not None else j
    if rel in ("first", "last") and counted.many and line.key(j) == "من":
        whole = _whole(line, j + 1)
        if whole is not None:
            edge = f"{'+' if rel == 'first' else '-'}{name}"
            return replace(
                whole, kind="unit", first=first, edge=edge, count=counted.count, unit=whole.unit or "year"
            )
    if rel in ("same", "before", "after"):
        return _told_by_another(line, name, first, j, rel, many=counted.many)
    if rel in WHICH:
        if not counted.many:
            return _which(line, name, first, j, rel)
        if rel == "last" and (counted.count is not None or name == "hour"):
            return Moment("window", first, j, unit=name, count=counted.count or 1, rel=rel)
        return Moment("vague", first, j)
    return _amount_of(line, name, counted, last)


def _week_of(line: Timeline, match: Match) -> Moment | None:
    """A week by its place in a month: the first week of March, the last week of last June."""
    which, nth = line.by_first.get(match.last), line.amount_from.get(match.last)
    if nth is not None and nth.unit == "ordinal" and nth.low in range(1, 5):
        number, last = nth.low, nth.last
    elif which is not None and line.gives(which, "rel") == "last":
        number, last = -1, which.last
    else:
        return None
    if line.key(last) != "من":
        return None
    led = line.by_first.get(last + 1)
    named = line.by_first.get(led.last) if led is not None and line.gives(led, "unit") == "month" else led
    if named is None or "month" not in named.gives:
        return None
    found = month(line, named.first, named.last, int(named.gives["month"]), match=named)
    if found is None:
        return None
    return replace(found, kind="month", first=match.first, day=None, day_to=None, edge=f"week{number}")


def _count(line: Timeline, match: Match) -> _Counted:
    """How many units: ثلاثة أيام, الأيام الثلاثة, يومين, الأيام القليلة."""
    first, last, form = match.first, match.last, match.gives["count"]
    number = line.amount_from.get(last + (line.key(last) == "ال"))
    if number is not None and number.unit == "count" and line.together(last - 1, last):
        alone = form == "1" and number.low == 1 and not line.key(last).isdigit()
        # قبل أيام خمسة جنود: the number is of the soldiers
        if (form == "0" and match.article) or alone or (form == "2" and number.low == 2):
            return _Counted(number.low if not number.vague else None, first, number.last, form != "1", True)
    number = line.amount_to.get(first)
    day = match.gives["unit"] == "month" and form == "1" and match.article  # 15 الشهر الجاري
    if number is not None and number.unit == "count" and not day and line.together(first - 1, first):
        count = None if number.vague else number.low if number.low is not None else number.high
        return _Counted(count, number.first, last, True, True, number.qualifier)
    few = line.by_first.get(last)
    if few is not None and line.gives(few, "rel") == "few":
        return _Counted(None, first, few.last, True, False)
    if form == "0":
        return _Counted(None, first, last, True, False)
    bound = line.bound_to.get(first)
    first = bound.first if bound is not None else first
    # قصف يومي is daily shelling: the dual without its ن needs what it leads in
    dual = form == "2" and line.key(match.last - 1).endswith("ن")
    return _Counted(int(form), first, last, form == "2", dual, line.gives(bound, "qualifier"))


def _told_by_another(line: Timeline, name: str, first: int, last: int, rel: str, *, many: bool) -> Moment:
    """The same month, the year before; with a day: the seventh of the same month."""
    if name == "month" and line.key(first - 1) == "من":
        low, high, begin = day_before(line, first)
        if low is not None:
            return Moment("day", begin, last, day=low, day_to=high, rel=rel, unit="month")
    edge, first = line.edge(first)
    return Moment("unit", first, last, unit=name, rel=rel, edge=edge, count=2 if many else None)


def _whole(line: Timeline, i: int) -> Moment | None:
    """The year or month that begins at token `i`, after a part of it was named."""
    match = line.by_first.get(i)
    if match is None:
        year = line.year_at(i)
        return Moment("year", i, i + 1, year=year) if year is not None else None
    if "unit" in match.gives:
        found = unit(line, match)
        return found if found is not None and found.kind in ("year", "unit") else None
    return None


def _which(line: Timeline, name: str, first: int, last: int, rel: str) -> Moment:
    """Last week, this month, next year; with a day: the fifth of this month."""
    if name == "month":
        low, high, begin = day_before(line, first)
        if low is not None and (line.key(first - 1) == "من" or begin < first):
            return Moment("day", begin, last, day=low, day_to=high, rel=rel, unit="month")
    edge, first = line.edge(first)
    year = line.year_at(last) if name == "year" else None
    if year is not None and line.together(last - 1, last):
        return Moment("year", first, last + 1, year=year, edge=edge)
    return Moment("unit", first, last, unit=name, count=1, rel=rel, edge=edge)


def _amount_of(line: Timeline, name: str, counted: _Counted, last: int) -> Moment | None:
    """An amount of units: ago, since, within, or just that long."""
    count, first = counted.count, counted.first
    last = max(last, counted.last)
    before = line.by_last.get(first)
    prep = line.gives(before, "prep")
    if (
        before is not None
        and line.gives(before, "edge") == "end"
        and counted.told
        and line.key(first - 1) == "اخر"
    ):
        return Moment("window", before.first, last, unit=name, count=count, rel="last")
    if counted.count == 2 and counted.many and not counted.told:
        return None
    if before is not None and prep in ("before", "since"):
        if line.key(first - 1) == "قبيل":
            return None
        if count is None and name == "hour":
            return Moment("window", before.first, last, unit=name, count=1, bound="up_to")
        if count is None:
            return Moment("vague", before.first, last, prep=prep)
        # قبل ثلاثة أيام من الهجوم counts from the attack, not from publication
        if prep == "before" and line.key(last) == "من":
            return Moment("duration", first, last)
        return Moment("window", before.first, last, unit=name, count=count, prep=prep, bound=counted.bound)
    if counted.bound == "about" and line.key(first - 1) == "من":
        return Moment("window", first - 1, last, unit=name, count=count)
    if prep == "after" and before is not None and name != "year" and line.key(last) in ("من", "علي"):
        # بعد يومين من الهجوم: the attack was two days before what is told
        hours = name == "hour" and count is None
        if count is not None or hours:
            bound = "up_to" if hours else counted.bound
            return Moment("gap", before.first, last + 1, unit=name, count=count or 1, bound=bound)
    if counted.told or (prep in ("after", "during") and not counted.many):
        return Moment("duration", first, last, unit=name, count=count, prep=prep)
    return None


def _year(line: Timeline, match: Match) -> Moment | None:
    """عام 2014, عامي 2014 و2017; a misspelt month before it is read again."""
    first, last = match.first, match.last
    if line.key(last) == "(":
        last += 1
    year = line.year_at(last)
    hijri = False
    if year is None and line.key(last + 1) in ("ه", "هجري", "هجريه"):
        year, hijri = line.year_at(last, hijri=True), True
    if year is None:
        typo = misspelt_before(line, first)
        return typo if typo is not None and typo.year_rel else None
    typo = misspelt_before(line, first)
    if typo is not None:
        return typo
    last = line.era(last + 1)
    if line.key(match.last) == "(" and line.key(last) == ")":
        last += 1
    year_to = None
    if match.gives["count"] != "1" or line.key(last) in ("-", "–"):
        year_to, last = _years(line, last)
    edge, first = line.edge(first)
    return Moment("year", first, last, year=year, year_to=year_to, hijri=hijri, edge=edge)


def _years(line: Timeline, last: int) -> tuple[int | None, int]:
    """The last of several years: 2014 و2015 و2016."""
    found = None
    while True:
        j = last
        while line.key(j) in ("و", "،") or line.key(j) in _TO:
            j += 1
        if line.gives(line.by_first.get(j), "unit") == "year" and j > last:
            j += 1
        year = line.year_at(j)
        if j == last or year is None or not line.together(last - 1, j):
            return found, last
        found, last = year, j + 1
