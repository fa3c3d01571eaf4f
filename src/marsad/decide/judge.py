"""What becomes of each decision, and what all of them together make of the events.

No decision outranks another person's: where two disagree, neither has an effect and both are
listed. One person's later decision replaces that person's earlier one on the same thing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from marsad.decide.values import corrected, said
from marsad.decision import Correction, Decision, Judged, Judgement, Standing
from marsad.errors import QueryError
from marsad.model import Actor, Event, Place

Pair = tuple[str, str]
#: Verdicts on one event, and on two.
ALONE = ("accept", "reject", "correct")
PAIRS = ("same", "different")


@dataclass(slots=True)
class _Case:
    """A decision on its way to its standing."""

    standing: Standing
    id: str
    pair: Pair | None = None

    @property
    def made(self) -> Decision:
        return self.standing.decision

    @property
    def event(self) -> str:
        return self.standing.event_id or ""

    @property
    def stands(self) -> bool:
        return self.standing.state == "applied"

    def fall(self, state: str, note: str = "", against: Iterable[_Case] = ()) -> None:
        ids = tuple(sorted({case.id for case in against if case is not self}))
        self.standing = replace(self.standing, state=state, note=note, against=ids)  # type: ignore[arg-type]


def judge(
    placed: Iterable[Standing],
    events: Mapping[str, Event],
    *,
    places: Mapping[str, Place],
    actors: Mapping[str, Actor],
) -> Judgement:
    """The standing of each of these decisions, by their numbers, and what follows for the events.

    Which of one person's decisions is the later is told by the moments they were made at: a list
    taken in from another record comes after decisions that are younger.

    Of `placed` count the number, the decision and the events that it stands on; `events` are the events
    as they are read. To judge some of a record's decisions as if all were judged, all that `reach`
    finds from them have to be there.
    """
    cases = [
        _Case(Standing(one.number, one.decision, "applied", *_where(one)), one.decision.id)
        for one in sorted(placed, key=lambda one: one.number)
    ]
    in_order = sorted(cases, key=lambda case: (_moment(case.made), case.standing.number))
    _take_back(in_order)
    for case in cases:
        if case.stands and case.made.verdict != "withdraw":
            _put(case, events, places, actors)
    _replace_own(in_order)
    on_events = defaultdict(list)
    for case in cases:
        if case.stands and case.event and case.pair is None:
            on_events[case.event].append(case)
    for own in on_events.values():
        _disagree(own)
    together, apart = _pairs(cases)
    judged = {id_: _judged(events[id_], own, places, actors) for id_, own in sorted(on_events.items())}
    return Judgement(tuple(_shown(cases)), judged, together, apart)


def _where(placed: Standing) -> tuple[str | None, str | None]:
    """The events that it stands on itself, not those that it is shown with."""
    made = placed.decision
    return (placed.event_id if made.anchor else None, placed.other_event_id if made.other else None)


def _shown(cases: Sequence[_Case]) -> Iterator[Standing]:
    """The standings; who takes back a decision is shown with the events of that."""
    by_id = {case.id: case.standing for case in cases}
    for case in cases:
        target = by_id.get(case.made.withdraws or "")
        if target is None:
            yield case.standing
        else:
            yield replace(case.standing, event_id=target.event_id, other_event_id=target.other_event_id)


def _moment(made: Decision) -> datetime:
    """When it was decided; a moment without a zone is read as UTC."""
    return made.made if made.made.tzinfo else made.made.replace(tzinfo=UTC)


def _take_back(cases: Sequence[_Case]) -> None:
    """The last first: a withdrawal that was itself withdrawn takes nothing back."""
    at = {case.id: n for n, case in enumerate(cases)}
    for n in range(len(cases) - 1, -1, -1):
        case = cases[n]
        if case.made.verdict != "withdraw" or not case.stands:
            continue
        target = at.get(case.made.withdraws or "")
        if target is None or target >= n:
            case.fall("unanchored", "the decision that it takes back is not in this record")
        elif cases[target].made.author != case.made.author:
            case.fall("unanchored", "only its author can take a decision back")
        else:
            cases[target].fall("withdrawn", against=[case])


def _put(
    case: _Case,
    events: Mapping[str, Event],
    places: Mapping[str, Place],
    actors: Mapping[str, Actor],
) -> None:
    """Puts a decision on the events that stand where it was made, where it can stand there."""
    made, first, second = case.made, case.standing.event_id, case.standing.other_event_id
    pair = made.verdict in PAIRS
    if first is None or (second is None if pair else first not in events):
        case.fall("unanchored", "the words that it was made on are not read as that event any more")
    elif pair and second is not None:
        case.pair = (first, second) if first < second else (second, first)
        if first == second and made.verdict == "different":
            case.fall("unanchored", "both of its events are read as one now")
    elif made.verdict == "correct":
        try:
            corrected(events[first], made.field or "", made.value or "", places=places, actors=actors)
        except QueryError as error:
            case.fall("unanchored", error.message)


def _replace_own(cases: Sequence[_Case]) -> None:
    """One person's later decision replaces the earlier on the same thing.

    Not where two that were made on different acts have come to stand on one event: that is no
    change of mind.
    """
    earlier: dict[tuple[str, str | Pair], list[_Case]] = defaultdict(list)
    for case in cases:
        if not case.stands or not case.event:
            continue
        own = earlier[case.made.author, case.pair or case.event]
        for other in own:
            if other.stands and _on_the_same(other.made, case.made):
                other.fall("superseded", against=[case])
        own.append(case)


def _on_the_same(old: Decision, new: Decision) -> bool:
    if old.verdict in PAIRS:
        return True
    if old.anchor is None or new.anchor is None:
        return False
    if not old.anchor.act.overlaps(new.anchor.act) or old.anchor.nth != new.anchor.nth:
        return False
    if "reject" in (old.verdict, new.verdict):
        return True
    return (old.verdict, old.field) == (new.verdict, new.field)


def _disagree(own: Sequence[_Case]) -> None:
    """Marks what people disagree on about one event. Who corrects an event says that it is one."""
    no = [case for case in own if case.made.verdict == "reject"]
    yes = [case for case in own if case.made.verdict != "reject"]
    if no and yes:
        for case in own:
            case.fall("conflict", "whether it is an event", against=no if case in yes else yes)
        return
    fields: dict[str, list[_Case]] = defaultdict(list)
    for case in own:
        if case.made.verdict == "correct":
            fields[case.made.field or ""].append(case)
    for field, cases in fields.items():
        if len({case.made.value for case in cases}) > 1:
            for case in cases:
                others = [other for other in cases if other.made.value != case.made.value]
                case.fall("conflict", f"the value of {field}", against=others)


def _judged(
    event: Event, own: Sequence[_Case], places: Mapping[str, Place], actors: Mapping[str, Actor]
) -> Judged:
    """One event with what was decided of it; corrections that touch one another go by their field."""
    corrections: dict[str, Correction] = {}
    result = event
    standing = [case for case in own if case.stands]
    for case in sorted(standing, key=lambda c: (c.made.field or "", c.standing.number)):
        made = case.made
        if made.verdict == "correct":
            field, value = made.field or "", made.value or ""
            result = corrected(result, field, value, span=made.span, places=places, actors=actors)
            corrections[field] = Correction(field, value, said(event, field), case.id, made.author, made.span)
    return Judged(
        event_id=own[0].event,
        event=result,
        accepted=_authors(standing, "accept"),
        rejected=_authors(standing, "reject"),
        corrections=tuple(corrections.values()),
        disputed=tuple(sorted(case.id for case in own if case.standing.state == "conflict")),
    )


def _authors(cases: Iterable[_Case], verdict: str) -> tuple[str, ...]:
    return tuple(sorted({case.made.author for case in cases if case.made.verdict == verdict}))


def _pairs(cases: Sequence[_Case]) -> tuple[tuple[tuple[str, ...], ...], frozenset[Pair]]:
    """The groups that are one incident, and the pairs that are not, where nobody disagrees.

    `same` carries on: of A and B, and B and C, follows A and C. A `different` that contradicts
    what follows is in conflict with every `same` on the way between its two events.
    """
    same = [case for case in cases if case.stands and case.pair and case.made.verdict == "same"]
    different = [case for case in cases if case.stands and case.pair and case.made.verdict == "different"]
    clashes = [(case, way) for case in different if (way := _way(same, case.pair))]
    disputed: dict[int, list[_Case]] = defaultdict(list)
    for case, way in clashes:
        disputed[id(case)] += way
        for step in way:
            disputed[id(step)].append(case)
    for case in (*same, *different):
        if id(case) in disputed:
            case.fall("conflict", "whether they are one incident", against=disputed[id(case)])
    return bonds((c.made.verdict, *c.pair) for c in (*same, *different) if c.stands and c.pair)


def bonds(
    verdicts: Iterable[tuple[str, str, str]],
) -> tuple[tuple[tuple[str, ...], ...], frozenset[Pair]]:
    """What follows from decisions on two events that are in effect: verdict and events of each.

    The groups that are one incident, and the pairs (the smaller id first) that are not.
    """
    told = [(verdict, (a, b) if a < b else (b, a)) for verdict, a, b in verdicts]
    return (
        _groups(pair for verdict, pair in told if verdict == "same"),
        frozenset(pair for verdict, pair in told if verdict == "different"),
    )


def _way(same: Sequence[_Case], pair: Pair | None) -> list[_Case]:
    """The decisions that together say that the two of the pair are one: empty where none do.

    Of all that are connected with the two, what hangs on the way by one end only is left out.
    """
    if pair is None:
        return []
    group = next((group for group in _groups(case.pair for case in same) if pair[0] in group), ())
    if pair[1] not in group:
        return []
    way = [case for case in same if case.pair and case.pair[0] in group and case.pair[0] != case.pair[1]]
    while True:
        ends: dict[str, set[str]] = defaultdict(set)
        for case in way:
            for one, other in (case.pair or pair, (case.pair or pair)[::-1]):
                ends[one].add(other)
        loose = {event for event, others in ends.items() if len(others) == 1 and event not in pair}
        if not loose:
            return way
        way = [case for case in way if not loose & set(case.pair or ())]


def _groups(pairs: Iterable[Pair | None]) -> tuple[tuple[str, ...], ...]:
    """The events that the pairs connect, group by group, sorted."""
    home: dict[str, set[str]] = {}
    for pair in pairs:
        if pair is None or pair[0] == pair[1]:
            continue
        group = home.get(pair[0], {pair[0]}) | home.get(pair[1], {pair[1]})
        for event in group:
            home[event] = group
    return tuple(sorted({tuple(sorted(group)) for group in home.values()}))
