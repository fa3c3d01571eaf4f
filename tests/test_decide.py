"""What becomes of decisions: put on their events again, set against each other, none ever lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.making import PLACES, TEXT, day, event, where

from marsad.decide import FIELDS, anchor_of, anchored, corrected, judge, said
from marsad.decision import Anchor, Decision, Judgement, Standing, State
from marsad.errors import QueryError
from marsad.model import Actor, Event, Figure, Party, Period, Reading, Span, event_ids

ACTORS = {code: Actor(code, code, code, "side") for code in ("ISIS", "IRQ_ARMY")}
MADE = datetime(2024, 1, 1, tzinfo=UTC)

# ── anchors ───────────────────────────────────────────────────────────────────────────────

WORDS = TEXT.split()
SENTENCES = f"{TEXT} ثم اعتقلت الشرطة رجلين. وفي البصرة هاجم مسلحون نقطة تفتيش مساء اليوم نفسه."


def told(trigger: str, evidence: str, *, text: str = SENTENCES, **values: Any) -> Event:
    return replace(event(**values), trigger=where(text, trigger), evidence=where(text, evidence))


BOMBING = told("بانفجار", "وأصيب سبعة بانفجار عبوة ناسفة في كركوك", killed=None)
ARREST = told("اعتقلت", "اعتقلت الشرطة رجلين", type="arrest", killed=None)


def anchor(of: Event, *, text: str = SENTENCES) -> Anchor:
    return anchor_of("d", text, (of,), 0)


spans = st.builds(
    lambda a, n: Span(a, min(a + n, len(TEXT))), st.integers(0, len(TEXT) - 2), st.integers(1, 30)
)
events = st.builds(
    lambda trigger, evidence, kind, mentions: Event(kind, trigger, evidence, mentions=tuple(mentions)),  # type: ignore[arg-type]
    spans,
    spans,
    st.sampled_from(["bombing", "attack", "arrest"]),
    st.lists(spans, max_size=2),
)


@settings(deadline=None)
@given(st.lists(events, min_size=1, max_size=6))
def test_every_event_is_found_again_in_the_same_reading(read: list[Event]) -> None:
    for position in range(len(read)):
        assert anchored(anchor_of("d", TEXT, read, position), TEXT, read) == position


@settings(deadline=None)
@given(st.lists(events, min_size=1, max_size=6), st.lists(events, max_size=6), st.integers(0, 5))
def test_a_decision_lands_on_its_own_act_or_on_one_like_it(
    old: list[Event], new: list[Event], n: int
) -> None:
    made_on = old[n % len(old)]
    found = anchored(anchor_of("d", TEXT, old, n % len(old)), TEXT, new)
    if found is not None:
        its = (new[found].trigger, *new[found].mentions)
        assert any(made_on.trigger.overlaps(span) for span in its) or new[found].type == made_on.type


@pytest.mark.parametrize(
    "now",
    [
        BOMBING,
        replace(BOMBING, type="attack"),
        replace(BOMBING, evidence=where(SENTENCES, "بانفجار عبوة")),
        replace(BOMBING, trigger=where(SENTENCES, "بانفجار عبوة ناسفة")),
        replace(BOMBING, trigger=where(SENTENCES, "قُتل"), mentions=(where(SENTENCES, "بانفجار"),)),
        replace(BOMBING, trigger=where(SENTENCES, "وأصيب")),
        replace(BOMBING, trigger=where(SENTENCES, "قُتل"), evidence=where(SENTENCES, "قُتل أربعة أشخاص")),
    ],
    ids=[
        "same",
        "other type",
        "less evidence",
        "wider act",
        "a mention of it",
        "other word",
        "same sentence",
    ],
)
def test_what_a_better_reader_reads_otherwise_is_found(now: Event) -> None:
    assert anchored(anchor(BOMBING), SENTENCES, (ARREST, now)) == 1


@pytest.mark.parametrize(
    "now",
    [
        (),
        (ARREST,),
        (replace(ARREST, evidence=where(SENTENCES, "بانفجار").cover(where(SENTENCES, "اعتقلت"))),),
        (told("هاجم", "هاجم مسلحون", killed=None),),
        (told("قُتل", "قُتل أربعة", killed=None), told("أشخاص", "أشخاص وأصيب", killed=None)),
    ],
    ids=["nothing", "another act", "another act in the same words", "another sentence", "two as like"],
)  # fmt: skip
def test_a_decision_never_moves_to_another_act(now: tuple[Event, ...]) -> None:
    assert anchored(anchor(BOMBING), SENTENCES, now) is None


def test_words_that_occur_twice_are_told_apart_by_where_they_stood() -> None:
    text = "قصف على القرية. ثم قصف على القرية."
    first, second = (Event("shelling", Span(at, at + 3), Span(at, at + 13)) for at in (0, 19))
    for position in (0, 1):
        assert anchored(anchor_of("d", text, (first, second), position), text, (first, second)) == position
    moved = f"عنوان. {text}"
    there = tuple(
        replace(e, trigger=Span(e.trigger.start + 7, e.trigger.end + 7),
                evidence=Span(e.evidence.start + 7, e.evidence.end + 7))
        for e in (first, second)
    )  # fmt: skip
    assert anchored(anchor_of("d", text, (first, second), 1), moved, there) == 1


# ── values ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("field", "value", "known"),
    [
        ("type", "shelling", {"type": "shelling"}),
        ("status", "denied", {"status": "denied"}),
        ("recency", "background", {"recency": "background"}),
        ("count", "3", {"count": 3}),
        ("count", "several", {"count": None}),
        ("period", "2021-05-03", {"period": Period(day("2021-05-03"), day("2021-05-03"))}),
        ("period", "2021-05-03/..", {"period": Period(day("2021-05-03"), None)}),
        ("period", "", {"period": None}),
        ("place", "", {"location": None}),
        ("initiators", "ISIS IRQ_ARMY", {"initiators": (Party("ISIS"), Party("IRQ_ARMY"))}),
        ("targets", "", {"targets": ()}),
        ("killed", "7", {"figures": (Figure("killed", "unknown", 7, 7, Span(0, 3)),)}),
        ("killed", "3-7", {"figures": (Figure("killed", "unknown", 3, 7, Span(0, 3)),)}),
        ("killed", "3+", {"figures": (Figure("killed", "unknown", 3, None, Span(0, 3)),)}),
        ("killed", "-7", {"figures": (Figure("killed", "unknown", None, 7, Span(0, 3)),)}),
        ("killed", "", {"figures": ()}),
    ],
)
def test_a_correction_puts_a_value_in_the_place_of_another(
    field: str, value: str, known: dict[str, Any]
) -> None:
    read = event(initiators=("IRQ_ARMY",))
    new = corrected(read, field, value, places=PLACES, actors=ACTORS)
    assert {name: getattr(new, name) for name in known} == known
    assert said(new, field) == value
    assert corrected(new, field, said(read, field), places=PLACES, actors=ACTORS) == replace(
        read, period_span=None
    ) or field in ("place", "killed", "period")


def test_a_corrected_place_is_the_tables_and_stands_on_the_selected_words() -> None:
    new = corrected(event(), "place", "daquq", span=Span(5, 9), places=PLACES, actors=ACTORS).location
    assert new is not None
    assert (new.place_id, new.admin1, new.lat, new.span) == ("daquq", "Kirkuk", 35.14, Span(5, 9))


def test_a_figure_of_one_group_leaves_the_others() -> None:
    read = replace(
        event(killed=None),
        figures=(
            Figure("killed", "civilians", 4, 4, Span(0, 3)),
            Figure("killed", "fighters", 2, 2, Span(5, 8)),
        ),
    )
    new = corrected(read, "killed/civilians", "5", places=PLACES, actors=ACTORS)
    assert {(f.group, f.low, f.span) for f in new.figures} == {
        ("fighters", 2, Span(5, 8)),
        ("civilians", 5, Span(0, 3)),
    }


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("colour", "red", "no field"),
        ("type", "picnic", "armed_clash"),
        ("killed", "many", "as 5, 3-7"),
        ("killed", "7-3", "swap"),
        ("killed/dogs", "1", "civilians"),
        ("count", "0", "from 1 up"),
        ("period", "yesterday", "2021-05-04"),
        ("period", "2021-05-04/2021-05-01", "swap"),
        ("place", "atlantis", "marsad place"),
        ("targets", "NOBODY", "IRQ_ARMY"),
        ("weapons", "Bomb!", "codes"),
    ],
)
def test_a_value_that_means_nothing_says_what_would(field: str, value: str, says: str) -> None:
    with pytest.raises(QueryError, match=says):
        corrected(event(), field, value, places=PLACES, actors=ACTORS)


# ── judgement ─────────────────────────────────────────────────────────────────────────────

READ = tuple(event(at=40 * n, type=kind) for n, kind in enumerate(("bombing", "attack", "arrest", "riot")))
DOCUMENT = "نص " * 200
E = event_ids(Reading("d", "test-1", READ))
ANCHORS = [anchor_of("d", DOCUMENT, READ, n) for n in range(len(READ))]


def make(n: int, verdict: str, author: str, at: int = 0, other: int | None = None, **more: Any) -> Decision:
    return Decision(
        verdict,  # type: ignore[arg-type]
        author,
        MADE + timedelta(minutes=n),
        None if verdict == "withdraw" else ANCHORS[at],
        None if other is None else ANCHORS[other],
        **more,
    )


def judged(*made: Decision, read: tuple[Event, ...] = READ) -> Judgement:
    ids = event_ids(Reading("d", "test-2", read))
    found: dict[Anchor, str] = {}
    for a in {a for d in made for a in (d.anchor, d.other) if a is not None}:
        position = anchored(a, DOCUMENT, read)
        if position is not None:
            found[a] = ids[position]
    placed = [
        Standing(
            n,
            d,
            "applied",
            found.get(d.anchor) if d.anchor else None,
            found.get(d.other) if d.other else None,
        )
        for n, d in enumerate(made, 1)
    ]
    return judge(placed, dict(zip(ids, read, strict=True)), places=PLACES, actors=ACTORS)


def states(*made: Decision, read: tuple[Event, ...] = READ) -> list[State]:
    return [standing.state for standing in judged(*made, read=read).standings]


def test_reject_accept_and_correct_are_kept_with_the_event() -> None:
    result = judged(
        make(1, "reject", "ليلى"),
        make(2, "accept", "ليلى", 1),
        make(3, "correct", "سامر", 1, field="killed", value="9"),
    )
    assert result.judged[E[0]].rejected == ("ليلى",)
    one = result.judged[E[1]]
    assert one.accepted == ("ليلى",) and one.event.figures[0].low == 9
    (correction,) = one.corrections
    assert (correction.read, correction.value, correction.author) == ("4", "9", "سامر")
    assert correction.decision == result.standings[2].decision.id


def test_the_later_decision_of_one_person_replaces_the_earlier() -> None:
    assert states(make(1, "accept", "ليلى"), make(2, "reject", "ليلى")) == ["superseded", "applied"]
    assert states(
        make(1, "correct", "ليلى", field="killed", value="9"), make(2, "correct", "ليلى", field="killed", value="8"),
        make(3, "correct", "ليلى", field="type", value="riot"),
    ) == ["superseded", "applied", "applied"]  # fmt: skip
    assert states(make(1, "same", "ليلى", 0, 1), make(2, "different", "ليلى", 1, 0)) == [
        "superseded",
        "applied",
    ]


@pytest.mark.parametrize(
    "pair",
    [
        (make(1, "accept", "ليلى"), make(2, "reject", "سامر")),
        (make(1, "reject", "ليلى"), make(2, "accept", "سامر")),
        (make(1, "correct", "ليلى", field="killed", value="9"), make(2, "reject", "سامر")),
        (make(1, "correct", "ليلى", field="killed", value="9"), make(2, "correct", "سامر", field="killed", value="8")),
        (make(1, "same", "ليلى", 0, 1), make(2, "different", "سامر", 1, 0)),
    ],
    ids=["accept, reject", "reject, accept", "correct, reject", "two values", "same, different"],
)  # fmt: skip
def test_two_people_who_disagree_are_both_shown_and_neither_has_an_effect(pair: tuple[Decision, ...]) -> None:
    for made in (pair, pair[::-1]):
        result = judged(*made)
        assert [s.state for s in result.standings] == ["conflict", "conflict"]
        assert [s.against for s in result.standings] == [(made[1].id,), (made[0].id,)]
        assert not result.together and not result.apart
        for one in result.judged.values():
            assert one.event in READ and not one.rejected and not one.corrections
            assert set(one.disputed) == {d.id for d in made}


def test_people_who_agree_do_not_conflict() -> None:
    assert (
        states(
            make(1, "correct", "ليلى", field="killed", value="9"),
            make(2, "correct", "سامر", field="killed", value="9"),
            make(3, "accept", "نور"),
        )
        == ["applied"] * 3
    )


def test_same_carries_on_and_a_contradiction_far_down_the_way_is_found() -> None:
    ab, bc, cd = make(1, "same", "ليلى", 0, 1), make(2, "same", "سامر", 1, 2), make(3, "same", "نور", 2, 3)
    assert judged(ab, bc).together == (tuple(sorted(E[:3])),)
    apart = make(4, "different", "نور", 0, 2)
    result = judged(ab, bc, cd, apart)
    assert [s.state for s in result.standings] == ["conflict", "conflict", "applied", "conflict"]
    assert result.standings[3].against == tuple(sorted((ab.id, bc.id)))
    assert result.together == (tuple(sorted(E[2:])),) and not result.apart


def test_undo_and_undo_of_undo() -> None:
    reject = make(1, "reject", "ليلى")
    back = make(2, "withdraw", "ليلى", withdraws=reject.id)
    again = make(3, "withdraw", "ليلى", withdraws=back.id)
    assert states(reject, back) == ["withdrawn", "applied"]
    assert not judged(reject, back).judged
    assert states(reject, back, again) == ["applied", "withdrawn", "applied"]


def test_nobody_takes_back_what_another_decided() -> None:
    reject = make(1, "reject", "ليلى")
    other = make(2, "withdraw", "سامر", withdraws=reject.id)
    assert states(reject, other) == ["applied", "unanchored"]


def test_the_later_of_ones_own_decisions_is_the_younger_in_whatever_order_they_came() -> None:
    old, new = make(1, "reject", "ليلى"), make(2, "accept", "ليلى")
    assert states(new, old) == ["applied", "superseded"]
    back = make(3, "withdraw", "ليلى", withdraws=old.id)
    assert states(back, old) == ["applied", "withdrawn"]


def test_what_the_new_reader_does_not_read_is_unanchored() -> None:
    made = (make(1, "reject", "ليلى", 2), make(2, "same", "ليلى", 0, 2), make(3, "accept", "ليلى", 1))
    assert states(*made, read=READ[:2]) == ["unanchored", "unanchored", "applied"]


def test_decisions_that_meet_on_one_event_are_a_conflict_not_a_change_of_mind() -> None:
    """The reader told two happenings, now it tells one: neither decision was about the other."""
    joined = replace(READ[0], mentions=(READ[1].trigger,))
    made = (make(1, "accept", "ليلى", 0), make(2, "reject", "ليلى", 1), make(3, "different", "ليلى", 0, 1))
    assert states(*made, read=(joined,)) == ["conflict", "conflict", "unanchored"]


authors = st.sampled_from(["ليلى", "سامر", "نور"])
positions = st.integers(0, len(READ) - 1)
VALUES = [("killed", "7"), ("killed", "8"), ("killed/civilians", "2"), ("type", "shelling"), ("period", "2021-05-01"),
          ("place", "daquq"), ("place", "atlantis"), ("targets", "ISIS"), ("status", "denied")]  # fmt: skip


@st.composite
def decisions(draw: st.DrawFn) -> tuple[Decision, ...]:
    made: list[Decision] = []
    for n in range(draw(st.integers(1, 14))):
        verdict = draw(st.sampled_from(["accept", "reject", "correct", "same", "different", "withdraw"]))
        author, at = draw(authors), draw(positions)
        if verdict == "withdraw":
            target = draw(st.sampled_from(made)).id if made else "d0"
            made.append(make(n, verdict, author, withdraws=target))
        elif verdict == "correct":
            field, value = draw(st.sampled_from(VALUES))
            made.append(make(n, verdict, author, at, field=field, value=value))
        elif verdict in ("same", "different"):
            made.append(
                make(n, verdict, author, at, draw(positions.filter(lambda other, at=at: other != at)))
            )
        else:
            made.append(make(n, verdict, author, at))
    return tuple(made)


@st.composite
def rereadings(draw: st.DrawFn) -> tuple[Event, ...]:
    """What another reader or lexicon makes of the same text: less, more, other words, other types."""
    read: list[Event] = []
    for one in READ:
        change = draw(st.sampled_from(["same", "gone", "type", "trigger", "evidence", "far"]))
        if change == "type":
            one = replace(one, type="protest")
        elif change == "trigger":
            one = replace(one, trigger=Span(one.trigger.start + 2, one.trigger.end + 5))
        elif change == "evidence":
            one = replace(one, trigger=Span(one.trigger.start + 8, one.trigger.end + 8))
        elif change == "far":
            one = replace(one, trigger=Span(one.trigger.start + 300, one.trigger.end + 300))
        if change != "gone":
            read.append(one)
    if len(read) > 1 and draw(st.booleans()):
        read[0] = replace(read[0], mentions=(read.pop(1).trigger,))
    return tuple(read)


@settings(deadline=None)
@given(decisions(), rereadings())
def test_no_decision_is_ever_lost(made: tuple[Decision, ...], read: tuple[Event, ...]) -> None:
    for result in (judged(*made), judged(*made, read=read)):
        assert [s.decision for s in result.standings] == list(made)
        live = [s for s in result.standings if s.state not in ("withdrawn", "superseded")]
        by_state = {
            state: [s for s in live if s.state == state] for state in ("applied", "unanchored", "conflict")
        }
        assert sum(map(len, by_state.values())) == len(live)
        for standing in by_state["conflict"]:
            against = [s for s in result.standings if s.decision.id in standing.against]
            assert against and all(s.state == "conflict" for s in against)
        for standing in by_state["unanchored"]:
            assert standing.note
        _has_its_effect(result)


def _has_its_effect(result: Judgement) -> None:
    group_of = {event: group for group in result.together for event in group}
    for a, b in result.apart:
        assert group_of.get(a, a) != group_of.get(b, b)
    for standing in result.standings:
        decision, one = standing.decision, result.judged.get(standing.event_id or "")
        pair = {standing.event_id, standing.other_event_id}
        if standing.state != "applied":
            continue
        if decision.verdict == "accept":
            assert one is not None and decision.author in one.accepted and not one.rejected
        elif decision.verdict == "reject":
            assert one is not None and decision.author in one.rejected and not one.accepted
        elif decision.verdict == "correct":
            assert one is not None and decision.value in [c.value for c in one.corrections]
        elif decision.verdict == "same" and len(pair) == 2:
            assert any(pair <= set(group) for group in result.together)
        elif decision.verdict == "different":
            assert tuple(sorted(map(str, pair))) in result.apart


@settings(deadline=None)
@given(decisions(), rereadings(), st.data())
def test_who_decides_last_makes_no_difference(
    made: tuple[Decision, ...], read: tuple[Event, ...], data: st.DataObject
) -> None:
    """Decisions of different people may come in any order: a conflict is never won by the last."""
    made = tuple(d for d in made if d.verdict != "withdraw")
    by_author = {author: [d for d in made if d.author == author] for author in {d.author for d in made}}
    mixed: list[Decision] = []
    while any(by_author.values()):
        author = data.draw(st.sampled_from(sorted(a for a, rest in by_author.items() if rest)))
        mixed.append(by_author[author].pop(0))
    first, second = judged(*made, read=read), judged(*mixed, read=read)
    assert {s.decision.id: s.state for s in first.standings} == {
        s.decision.id: s.state for s in second.standings
    }
    assert (first.together, first.apart) == (second.together, second.apart)
    assert {i: j.event for i, j in first.judged.items()} == {i: j.event for i, j in second.judged.items()}


def test_every_field_that_can_be_corrected_is_spelt_as_it_is_read() -> None:
    for field in FIELDS:
        assert isinstance(said(event(), field), str)
