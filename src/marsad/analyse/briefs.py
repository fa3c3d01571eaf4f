"""What a record says of a period: what happened, what changed, who says so, where they disagree, what is unknown.

Every sentence is made of counted incidents and names them. Where nothing is to be said nothing is.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from marsad.analyse.cases import Case, Count, Coverage
from marsad.analyse.comparisons import Ratio, ratio_of
from marsad.analyse.rates import pearson, pieces
from marsad.analyse.tallies import name_of, place_in
from marsad.analyse.watching import watch
from marsad.analyse.windows import Window
from marsad.brief import Chart, Mark, Section, Sentence, Series
from marsad.definitions import Thresholds
from marsad.findings import Watch
from marsad.gazetteer.table import Gazetteer
from marsad.model import Incident, Period, Place, Toll
from marsad.wording import Between, Counted, Days, Name, Quote, Real, Saying, Several, Term, Value

#: How many of a kind are named before the rest is only counted.
_NAMED = 5
#: Types and governorates are compared with the period before from so many incidents in both together.
_COMPARED = 5
#: Disagreements and large incidents that are told one by one.
_TOLD = 6
#: Figures of one disagreement, and those who give each.
_SIDES, _VOICES = 4, 2
#: An incident told less exactly than to so many steps of a chart over time is not drawn in it.
_STEPS = 7
_TOLLS = ("killed", "wounded")


@dataclass(frozen=True)
class Subject:
    """A period and an area of a record, with what it is compared with. `incidents` are those of `cases`, by id."""

    window: Window
    before: Window
    areas: tuple[Place, ...]
    cases: Sequence[Case]
    incidents: Mapping[str, Incident]
    coverage: Coverage
    gazetteer: Gazetteer
    rule: Thresholds

    def _in_area(self, case: Case, answer: str) -> bool:
        answers = {place_in(case, area, self.gazetteer) for area in self.areas}
        whether = "yes" if not self.areas or "yes" in answers else "maybe" if "maybe" in answers else "no"
        return whether == answer and case.grade != "denied"

    @cached_property
    def own(self) -> list[Case]:
        """What surely happened in the period and the area."""
        return [case for case in self.cases if case.within(self.window) and self._in_area(case, "yes")]

    @cached_property
    def earlier(self) -> list[Case]:
        """The same of the period before."""
        return [case for case in self.cases if case.within(self.before) and self._in_area(case, "yes")]

    @cached_property
    def open_days(self) -> list[Case]:
        """What may have happened in the period: its days reach beyond it, or are not told at all."""
        told = [case for case in self.cases if not case.within(self.window) and self._in_area(case, "yes")]
        return [case for case in told if self._may_be(case)]

    def _may_be(self, case: Case) -> bool:
        if case.first is None and case.last is None:
            return case.reported is not None and case.reported in self.window
        return case.may_be_within(self.window)

    @cached_property
    def open_places(self) -> list[Case]:
        """What happened in the period, in the area or not."""
        return [case for case in self.cases if case.within(self.window) and self._in_area(case, "maybe")]

    @cached_property
    def denied(self) -> list[Case]:
        """What is told of the period and denied by all who tell it."""
        return [case for case in self.cases if case.grade == "denied" and case.within(self.window)]

    @cached_property
    def seen(self) -> Watch:
        """How well the period is covered."""
        return watch(self.coverage, self.window, self.rule)

    @cached_property
    def seen_before(self) -> Watch:
        """How well the period before is covered."""
        return watch(self.coverage, self.before, self.rule)

    def governorate(self, case: Case) -> Name | None:
        """The governorate of a case, in both languages."""
        return self._governorates.get((case.country, case.admin1)) if case.admin1 else None

    @cached_property
    def _governorates(self) -> Mapping[tuple[str | None, str | None], Name]:
        return {
            (place.country, place.admin1): Name(place.name_ar, place.admin1)
            for place in self.gazetteer.places.values()
            if place.type == "governorate"
        }


def sections(subject: Subject, documents: Sequence[str]) -> tuple[Section, ...]:
    """The sections of a brief; `documents` are those that came out in the period."""
    return (
        Section("happened", tuple(_happened(subject)), tuple(_charts(subject))),
        Section("changed", tuple(_changed(subject)), tuple(_changes_charts(subject))),
        Section("says", tuple(_says(subject))),
        Section("disagree", tuple(_disagree(subject))),
        Section("unknown", tuple(_unknown(subject, documents))),
    )


def ids(cases: Iterable[Case]) -> tuple[str, ...]:
    """The incidents of the cases, in order."""
    return tuple(case.id for case in cases)


def _number(noun: str, cases: Sequence[Case]) -> Counted:
    return Counted.exactly(noun, len(cases))


def _grouped(cases: Iterable[Case], key: Callable[[Case], Value | None]) -> list[tuple[Value, list[Case]]]:
    """The cases by what `key` gives, the largest group first; those without it are left out."""
    groups: dict[Value, list[Case]] = {}
    for case in cases:
        found = key(case)
        if found is not None:
            groups.setdefault(found, []).append(case)
    return sorted(groups.items(), key=lambda item: (-len(item[1]), str(item[0])))


def _types(cases: Sequence[Case], most: int) -> Several:
    counts = Counter(case.type for case in cases).most_common(most)
    return Several(
        tuple(Counted.exactly(type_, number) for type_, number in sorted(counts, key=lambda c: (-c[1], c[0])))
    )


def _among(cases: Sequence[Case]) -> str:
    """The form of a sentence whose types are not all named."""
    return "_among" if len({case.type for case in cases}) > _NAMED else ""


def _summed(cases: Iterable[Case], measure: str) -> tuple[Counted, list[Case]] | None:
    """The sum of a toll over the cases that tell it; open above where one of them is."""
    told: list[tuple[Case, Count]] = [
        (c, t) for c in cases if (t := getattr(c, measure)) is not None and t[1]
    ]
    if not told:
        return None
    low = sum(t[0] for _, t in told)
    high = None if any(t[2] is None for _, t in told) else sum(t[2] or 0 for _, t in told)
    return Counted(measure, low, high), [c for c, _ in told]


def _scope(subject: Subject) -> dict[str, Value]:
    names = tuple(Name(area.name_ar, area.name_en) for area in subject.areas)
    return {
        "where": Saying.of("scope.in", areas=Several(names)) if names else "",
        "when": Days(Period(subject.window.first, subject.window.last)),
    }


# ── what happened ─────────────────────────────────────────────────────────────────────────


def _happened(subject: Subject) -> Iterator[Sentence]:
    own = subject.own
    if not own:
        return
    yield Sentence(
        Saying.of(
            f"brief.total{_among(own)}",
            number=_number("incident", own),
            types=_types(own, _NAMED),
            **_scope(subject),
        ),
        ids(own),
    )
    tolls = {measure: found for measure in _TOLLS if (found := _summed(own, measure)) is not None}
    if tolls:
        told = Several(tuple(count for count, _ in tolls.values()))
        evidence = dict.fromkeys(case.id for _, telling in tolls.values() for case in telling)
        yield Sentence(Saying.of("brief.toll", tolls=told), tuple(evidence))
    groups = _grouped(own, subject.governorate)
    for area, cases in groups[:_NAMED] if len(groups) > 1 else ():
        types = _types(cases, _NAMED)
        key = f"brief.area{_among(cases)}" if len(types.items) > 1 else "brief.area_alike"
        yield Sentence(Saying.of(key, area=area, number=_number("incident", cases), types=types), ids(cases))
    deadly = sorted(
        (c for c in own if c.killed and c.killed[1]), key=lambda c: (-(c.killed or (0, 0, 0))[1], c.id)
    )
    for case in deadly[:_TOLD]:
        yield Sentence(
            _told("brief.incident", case, subject, killed=_count("killed", case.killed)), (case.id,)
        )


def _count(noun: str, count: Count | None) -> Value:
    return Counted(noun, count[0], count[2]) if count else ""


def _told(key: str, case: Case, subject: Subject, **more: Value) -> Saying:
    """A sentence about one incident: when, where, what."""
    period = Period(case.first, case.last)
    place = name_of(case, subject.gazetteer)
    return Saying.of(
        key, when=Days(period), type=Term("type", case.type), place=place or Saying.of("place.unknown"),
        grade=Term("grade", case.grade), **more,
    )  # fmt: skip


def _charts(subject: Subject) -> Iterator[Chart]:
    own = subject.own
    if not own:
        return
    for key, groups in (
        ("area", _grouped(own, subject.governorate)),
        ("type", _grouped(own, lambda case: Term("type", case.type))),
    ):
        if len(groups) > 1:
            marks = tuple(Mark(label, len(cases)) for label, cases in groups[:10])
            counted = tuple(ids(cases) for _, cases in groups[:10])
            yield Chart("bars", Saying.of(f"chart.{key}"), _scoped("chart.says", subject, number=_number("incident", own)),
                        (Series(marks),), tuple(i for some in counted for i in some))  # fmt: skip
    yield from _deadly(subject)
    yield Chart(
        "line", Saying.of(f"chart.{_step(subject.window)}"), _scoped("chart.gaps", subject, number=_number("incident", own)),
        (Series(_over_time(own, subject.window, subject.coverage)),), ids(own),
    )  # fmt: skip


def _deadly(subject: Subject) -> Iterator[Chart]:
    """The killed of each governorate between their bounds."""
    marks, told = [], []
    for area, cases in _grouped(subject.own, subject.governorate):
        counts = [(case.id, case.killed) for case in cases if case.killed and case.killed[1]]
        if counts:
            low, best = (sum(count[at] or 0 for _, count in counts) for at in (0, 1))
            high = sum(count[2] if count[2] is not None else count[1] for _, count in counts)
            marks.append(Mark(area, best, low, max(high, best)))
            told += [id_ for id_, _ in counts]
    if len(marks) > 1:
        marks.sort(key=lambda mark: (-(mark.value or 0), str(mark.label)))
        says = _scoped("chart.bounds", subject, number=Counted.exactly("incident", len(told)))
        yield Chart("bars", Saying.of("chart.killed"), says, (Series(tuple(marks[:10])),), tuple(told))


def _scoped(key: str, subject: Subject, **more: Value) -> Saying:
    return Saying.of(key, **_scope(subject), **more)


def _step(window: Window) -> str:
    return "daily" if window.days <= 62 else "weekly" if window.days <= 400 else "monthly"


def _over_time(cases: Sequence[Case], window: Window, coverage: Coverage) -> tuple[Mark, ...]:
    """Counts of each step of the window: `low` what surely falls there, `high` what may; `None` where nobody watched."""
    marks = []
    for step in _steps(window):
        sure = sum(case.within(step) for case in cases)
        may = sum(case.may_be_within(step) for case in cases if _days(case) <= _STEPS * step.days)
        dark = not coverage.covered(step) and not may
        marks.append(Mark(Days(Period(step.first, step.last)), None if dark else sure, sure, may))
    return tuple(marks)


def _days(case: Case) -> float:
    """To how many days a case is told."""
    return case.window.days if case.window else float("inf")


def _steps(window: Window) -> Iterator[Window]:
    kind, first = _step(window), window.first
    while first <= window.last:
        if kind == "monthly":
            following = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
        else:
            following = first + timedelta(days=1 if kind == "daily" else 7)
        yield Window(first, min(following - timedelta(days=1), window.last))
        first = following


# ── what changed ──────────────────────────────────────────────────────────────────────────


def _changed(subject: Subject) -> Iterator[Sentence]:
    own, earlier = subject.own, subject.earlier
    if not own and not earlier:
        return
    evidence = (*ids(own), *ids(earlier))
    before = Days(Period(subject.before.first, subject.before.last))
    counts: dict[str, Value] = {
        "number": _number("incident", own),
        "earlier": _number("incident", earlier),
        "before": before,
    }
    if subject.seen.thin or subject.seen_before.thin:
        why = subject.seen.shortfalls or tuple(
            Saying.of("reason.earlier", why=w) for w in subject.seen_before.shortfalls
        )
        yield Sentence(
            Saying.of("brief.change_untold", why=Several(why), **counts, **_scope(subject)), evidence
        )
        return
    ratio = _ratio(subject, own, earlier)
    yield Sentence(
        Saying.of(
            f"brief.change_{_way(ratio)}",
            ratio=Real(ratio[0], 2),
            range=Between(ratio[1], ratio[2], 2),
            **counts,
            **_scope(subject),
        ),
        evidence,
    )
    yield from _parts(subject, lambda case: Term("type", case.type))
    yield from _parts(subject, subject.governorate)


def _parts(subject: Subject, by: Callable[[Case], Value | None]) -> Iterator[Sentence]:
    """The types or governorates that changed, beyond what chance explains."""
    groups = dict(_grouped(subject.own, by))
    before = dict(_grouped(subject.earlier, by))
    found = []
    for label in dict.fromkeys((*groups, *before)):
        one, other = groups.get(label, []), before.get(label, [])
        if len(one) + len(other) >= _COMPARED:
            ratio = _ratio(subject, one, other)
            if _way(ratio) != "none":
                found.append((len(one) + len(other), label, one, other, ratio))
    for _, label, one, other, ratio in sorted(found, key=lambda item: (-item[0], str(item[1])))[:_NAMED]:
        said = Saying.of(
            f"brief.part_{_way(ratio)}", what=label, number=_number("incident", one), earlier=_number("incident", other),
            range=Between(ratio[1], ratio[2], 2),
        )  # fmt: skip
        yield Sentence(said, (*ids(one), *ids(other)))


def _ratio(subject: Subject, own: Sequence[Case], earlier: Sequence[Case]) -> Ratio:
    """The ratio of the rates, its interval widened where the weekly counts vary more than chance has them."""
    weeks = [
        *pieces(own, subject.window, subject.coverage, first=True),
        *pieces(earlier, subject.before, subject.coverage, first=False),
    ]
    sides = (len(own), subject.seen.covered, len(earlier), subject.seen_before.covered)
    found = ratio_of(*sides, spread=pearson(weeks) or 1.0, level=subject.rule.level)
    return found or (1.0, 0.0, math.inf)


def _way(ratio: Ratio) -> str:
    return "up" if ratio[1] > 1 else "down" if ratio[2] < 1 else "none"


def _changes_charts(subject: Subject) -> Iterator[Chart]:
    """The governorates with most incidents, each over both periods."""
    both = Window(subject.before.first, subject.window.last)
    groups = _grouped((*subject.earlier, *subject.own), subject.governorate)[:6]
    if len(groups) < 2:
        return
    series = tuple(Series(_over_time(cases, both, subject.coverage), area) for area, cases in groups)
    shown = [case for _, cases in groups for case in cases]
    says = _scoped("chart.gaps", subject, number=_number("incident", shown))
    yield Chart("multiples", Saying.of(f"chart.{_step(both)}_by_area"), says, series, ids(shown))


# ── who says so ───────────────────────────────────────────────────────────────────────────


def _says(subject: Subject) -> Iterator[Sentence]:
    own = subject.own
    outlets = _many(own, lambda case: case.outlets)
    if outlets:
        yield _ranked("brief.outlets", outlets, len({o for case in own for o in case.outlets}))
    for grade in ("confirmed", "likely", "single source"):
        cases = [case for case in own if case.grade == grade]
        if cases:
            key = grade.replace(" ", "_")
            yield Sentence(Saying.of(f"brief.grade_{key}", number=_number("incident", cases)), ids(cases))
    speakers = _many(own, lambda case: subject.incidents[case.id].speakers)
    if speakers:
        yield _ranked("brief.speakers", speakers, len(speakers))


def _many(cases: Sequence[Case], names: Callable[[Case], Iterable[str]]) -> list[tuple[str, list[Case]]]:
    groups: dict[str, list[Case]] = {}
    for case in cases:
        for name in names(case):
            groups.setdefault(name, []).append(case)
    return sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))


def _ranked(key: str, groups: list[tuple[str, list[Case]]], total: int) -> Sentence:
    shown = groups[:_NAMED]
    items = tuple(Saying.of("named", name=Quote(name), number=len(cases)) for name, cases in shown)
    evidence = dict.fromkeys(case.id for _, cases in shown for case in cases)
    return Sentence(Saying.of(key, names=Several(items), total=total), tuple(evidence))


# ── where sources disagree ────────────────────────────────────────────────────────────────


def _disagree(subject: Subject) -> Iterator[Sentence]:
    found = []
    for case in subject.own:
        for toll in subject.incidents[case.id].tolls:
            points = {account.point for account in toll.accounts}
            if toll.measure in (*_TOLLS, "arrested") and len(points) > 1:
                found.append((len(points), case, toll))
    for _, case, toll in sorted(found, key=lambda item: (-item[0], item[1].id, item[2].measure))[:_TOLD]:
        yield Sentence(_told("brief.figures", case, subject, sides=Several(tuple(_sides(toll)))), (case.id,))
    contested = [case for case in subject.own if case.grade == "contested"]
    if contested:
        yield Sentence(Saying.of("brief.contested", number=_number("incident", contested)), ids(contested))
    if subject.denied and not subject.areas:
        yield Sentence(
            Saying.of("brief.denied", number=_number("incident", subject.denied)), ids(subject.denied)
        )


def _sides(toll: Toll) -> Iterator[Saying]:
    """Each figure with those who give it, the lowest first."""
    by_figure: dict[tuple[int | None, int | None], list[str]] = {}
    for account in sorted(toll.accounts, key=lambda a: (a.point, a.speaker or a.source)):
        by_figure.setdefault((account.low, account.high), []).append(account.speaker or account.source)
    sides = list(by_figure.items())
    # the lowest and the highest, and what is told between them as far as there is room
    for (low, high), who in [*sides[: _SIDES - 1], sides[-1]] if len(sides) > _SIDES else sides:
        told = list(dict.fromkeys(who))
        names: tuple[Value, ...] = tuple(Quote(name) for name in told[:_VOICES])
        if len(told) > _VOICES:
            names = (*names, Saying.of("others", number=len(told) - _VOICES))
        yield Saying.of("side", figure=Counted(toll.measure, low, high), who=Several(names))


# ── what is not known ─────────────────────────────────────────────────────────────────────


def _unknown(subject: Subject, documents: Sequence[str]) -> Iterator[Sentence]:
    own = subject.own
    undated = [case for case in subject.open_days if case.first is None and case.last is None]
    partly = [case for case in subject.open_days if case not in undated]
    for key, cases in (
        ("undated", undated),
        ("partly", partly),
        ("unplaced", subject.open_places if subject.areas else [c for c in own if c.admin1 is None]),
        ("undone", [c for c in own if not (c.initiators - {"UNKNOWN", "GUNMEN"}) and c.type != "agreement"]),
    ):
        if cases:
            yield Sentence(Saying.of(f"brief.{key}", number=_number("incident", cases)), ids(cases))
    if documents:
        seen = subject.seen
        yield Sentence(
            Saying.of("brief.coverage", documents=Counted.exactly("document", seen.documents),
                      outlets=Counted.exactly("outlet", len(seen.outlets)), covered=seen.covered,
                      days=Counted.exactly("day", seen.days)), documents=tuple(documents),
        )  # fmt: skip
        silences = subject.coverage.silences(subject.window, least=1)
        if silences:
            longest = sorted(silences, key=lambda w: (-w.days, w.first))[:_NAMED]
            told = Several(tuple(Days(Period(w.first, w.last)) for w in sorted(longest)))
            yield Sentence(Saying.of("brief.silences", days=told), documents=tuple(documents))
