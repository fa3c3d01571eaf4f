"""Linking: tellings of one happening come together, others stay apart, and the order is nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.making import PLACES, day, telling

from marsad.lexicon import load
from marsad.link import copies, explain, link
from marsad.link.cluster import FORBIDDEN, Told, clusters
from marsad.link.compare import BARRED, kilometres
from marsad.model import Actor, Figure, Incident, Join, Period, Span, Telling

ACTORS = {
    code: Actor(code, code, code, side)
    for code, side in (("ISIS", "jihadist"), ("IRQ_ARMY", "iraq"), ("IRQ_POLICE", "iraq"), ("TUR", "turkey"))
}


WEIGHTS = load().weights["link"]


def joined(*told: Telling) -> tuple[Incident, ...]:
    return link(told, places=PLACES, actors=ACTORS, weights=WEIGHTS)


def together(a: Telling, b: Telling) -> bool:
    return len(joined(a, b)) == 1


def said(a: Telling, b: Telling) -> Join:
    return explain(a, b, places=PLACES, actors=ACTORS, weights=WEIGHTS)


# ── what comes together ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "other",
    [
        {},
        {"killed": 5},
        {"killed": None},
        {"on": "2021-05-05"},
        {"on": ("2021-05-03", "2021-05-05")},
        {"place": "hawija"},
        {"place": "kirkuk"},
        {"type": "suicide_bombing"},
        {"type": "attack"},
        {"initiators": ("ISIS",)},
        {"place": None},
        {"on": None},
    ],
    ids=str,
)
def test_tellings_of_one_happening_come_together(other: dict[str, Any]) -> None:
    assert together(telling("d1"), telling("d2", **other)), said(telling("d1"), telling("d2", **other))


@pytest.mark.parametrize(
    "other",
    [
        {"on": "2021-05-20", "published": "2021-05-21"},
        {"on": "2021-05-09", "published": "2021-05-09", "killed": None},
        {"place": "basra"},
        {"place": "idlib"},
        {"place": "idlib", "on": None},
        {"type": "protest"},
        {"type": "agreement", "killed": None},
        {"type": "attack", "place": "daquq", "killed": 40},
        {"place": None, "on": None, "killed": None},
        {"place": None, "on": None, "published": None},
        {"place": None, "killed": None},
    ],
    ids=str,
)
def test_other_happenings_stay_apart(other: dict[str, Any]) -> None:
    assert not together(telling("d1"), telling("d2", **other)), said(telling("d1"), telling("d2", **other))


def test_an_event_without_day_and_place_joins_nothing() -> None:
    bare: dict[str, Any] = {"on": None, "place": None, "published": None, "killed": 33}
    assert len(joined(telling("d1", **bare), telling("d2", **bare))) == 2


def test_what_is_recalled_of_a_whole_month_joins_nothing() -> None:
    """A month has many attacks on one village: its tally would glue them together."""
    month: dict[str, Any] = {"on": ("2021-05-01", "2021-05-31"), "recency": "background"}
    assert not together(telling("d1"), telling("d2", **month))
    assert not together(telling("d1", **month), telling("d2", **month))


def test_two_attacks_on_one_village_weeks_apart_stay_two_when_one_is_recalled() -> None:
    first = telling("d1", on="2021-05-04", published="2021-05-05")
    second = telling("d2", on="2021-06-15", published="2021-06-16")
    recalled = telling("d3", on="2021-05-04", published="2021-06-16", recency="background")
    incidents = joined(first, second, recalled)
    assert sorted(sorted(t.document_id for t in i.tellings) for i in incidents) == [["d1", "d3"], ["d2"]]
    (old,) = [i for i in incidents if len(i.tellings) == 2]
    assert (old.reported_in, old.recalled_in) == ({"d1"}, {"d3"})


def test_a_round_up_does_not_glue_the_day_together() -> None:
    """One article tells of three villages: what others tell of each stays with its own."""
    places = ("rashad", "daquq", "basra")
    alone = [telling(f"d{n}", place=place, killed=n + 3) for n, place in enumerate(places)]
    roundup = [telling("sum", place=place, killed=n + 3, at=40 * n) for n, place in enumerate(places)]
    incidents = joined(*alone, *roundup)
    assert sorted(sorted(t.document_id for t in i.tellings) for i in incidents) == [
        ["d0", "sum"], ["d1", "sum"], ["d2", "sum"],
    ]  # fmt: skip


def test_what_an_article_tells_apart_stays_two_incidents() -> None:
    a = telling("d1")
    for other in ({"place": "daquq"}, {"on": "2021-05-03"}):
        b = telling("d1", at=40, **other)
        assert len(joined(a, b)) == 2
        assert "tells them apart" in (said(a, b).barred or "")


def test_what_an_article_tells_twice_keeps_no_incident_in_two() -> None:
    """The reader took two tellings of an article for two happenings: others who tell it bring them together."""
    twice = (telling("d1"), telling("d1", at=40, killed=None))
    (incident,) = joined(*twice, telling("d2"), telling("d3"))
    assert sorted(t.document_id for t in incident.tellings) == ["d1", "d1", "d2", "d3"]
    assert incident.witnesses == 3


def test_few_contradictions_do_not_split_a_story_that_many_tell() -> None:
    many = {f"e{n:02}": Told(f"d{n}", None) for n in range(30)}
    scores = {(a, b): 3000 for a in many for b in many if a < b}
    scores |= {("e00", "e29"): BARRED}
    assert len(clusters(many, scores)) == 1
    assert len(clusters(many, scores | {("e00", "e29"): FORBIDDEN})) == 2
    few = {id_: many[id_] for id_ in ("e00", "e01", "e29")}
    assert len(clusters(few, {p: s for p, s in scores.items() if set(p) <= few.keys()})) == 2


def test_a_chain_of_half_likenesses_does_not_run_away() -> None:
    """Each telling is like the next; the first and the last are a fortnight and a town apart."""
    start = day("2021-05-01")
    chain = [
        telling(
            f"d{n}",
            on=((start + timedelta(days=n)).isoformat(), (start + timedelta(days=n + 1)).isoformat()),
            published=(start + timedelta(days=n + 1)).isoformat(),
            killed=None,
        )
        for n in range(16)
    ]
    incidents = joined(*chain)
    assert max(len(i.tellings) for i in incidents) <= 4
    for incident in incidents:
        firsts = [t.event.period.first for t in incident.tellings if t.event.period and t.event.period.first]
        assert (max(firsts) - min(firsts)).days <= 3


# ── the order is nothing ──────────────────────────────────────────────────────────────────

_told = st.builds(
    telling,
    st.sampled_from([f"d{n}" for n in range(12)]),
    source=st.sampled_from(["أ", "ب", "ج"]),
    published=st.sampled_from(["2021-05-04", "2021-05-05", "2021-05-07", None]),
    type=st.sampled_from(["bombing", "attack", "suicide_bombing", "arrest"]),
    on=st.sampled_from(["2021-05-03", "2021-05-04", ("2021-05-01", "2021-05-04"), None]),
    place=st.sampled_from(["rashad", "hawija", "kirkuk", "daquq", None]),
    killed=st.sampled_from([3, 4, (3, None), None]),
    at=st.integers(0, 5).map(lambda n: n * 40),
)


@given(told=st.lists(_told, max_size=24, unique_by=lambda t: t.event_id), data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_order_of_arrival_changes_nothing(told: list[Telling], data: st.DataObject) -> None:
    assert joined(*data.draw(st.permutations(told))) == joined(*told)


@given(told=st.lists(_told, max_size=24, unique_by=lambda t: t.event_id))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_telling_is_in_one_incident_and_few_contradictions_within(told: list[Telling]) -> None:
    incidents = joined(*told)
    assert sorted(t.event_id for i in incidents for t in i.tellings) == sorted(t.event_id for t in told)
    for incident in incidents:
        # one pair in twenty may contradict itself, so none does in an incident of six
        pairs = len(incident.tellings) * (len(incident.tellings) - 1) // 2
        assert 20 * sum(1 for join in incident.joins if join.barred) <= pairs


@given(a=_told, b=_told)
@settings(deadline=None)
def test_a_comparison_is_the_same_from_both_sides(a: Telling, b: Telling) -> None:
    assume(a.event_id != b.event_id)
    assert said(a, b) == said(b, a)


# ── explained ─────────────────────────────────────────────────────────────────────────────


def test_a_score_is_the_sum_of_its_terms_and_each_shows_both_values() -> None:
    join = said(
        telling("d1", initiators=("IRQ_ARMY",)), telling("d2", initiators=("IRQ_POLICE",), place="hawija")
    )
    assert join.score == pytest.approx(sum(term.weight for term in join.terms))
    terms = {term.name: (term.a, term.b) for term in join.terms}
    assert terms["figures: equal, 3 to 9"] == ("killed 4", "killed 4")
    assert {"2021-05-04"} == set(terms["days: overlap, same day"])
    assert {"الرشاد (rashad)", "الحويجة (hawija)"} == set(terms["place: within the other, a district"])
    assert set(terms["initiators: same"]) == {"iraq"}


def test_a_day_guessed_from_publication_weighs_less_and_says_so() -> None:
    told, guessed = said(telling("d1"), telling("d2")), said(telling("d1"), telling("d2", on=None))
    (term,) = [t for t in guessed.terms if t.name.startswith("days")]
    assert "by publication" in term.a + term.b
    # all else is equal, and what a day weighs also depends on the type
    assert guessed.score < told.score


def test_background_is_not_dated_by_publication() -> None:
    join = said(telling("d1"), telling("d2", on=None, recency="background"))
    (term,) = [t for t in join.terms if t.name.startswith("days")]
    assert "no day" in (term.a, term.b)
    assert join.barred == "no day is told"


def test_distance_is_along_the_globe() -> None:
    assert kilometres((33.3, 44.4), (36.34, 43.13)) == pytest.approx(357, abs=3)
    assert kilometres((0.0, 179.5), (0.0, -179.5)) == pytest.approx(111, abs=1)


# ── copies ────────────────────────────────────────────────────────────────────────────────

_WORDS = st.sampled_from(
    "انفجار سيارة مفخخة قرب سوق شعبي وسط مدينة شرطة قتل جرح مدنيين صباح اليوم مصدر أمني".split()
)
_TEXTS = st.lists(st.lists(_WORDS, min_size=30, max_size=60).map(" ".join), min_size=1, max_size=6)


def _numbered(start: int, stop: int) -> str:
    return " ".join(f"كلمة{n}" for n in range(start, stop))


def test_a_reprint_with_another_head_and_tail_is_a_copy() -> None:
    texts = {
        "agency": _numbered(0, 100),
        "paper": f"عنوان آخر للخبر {_numbered(0, 90)} نقلا عن الوكالة",
        "other": _numbered(60, 200),
        "short": _numbered(0, 10),
    }
    assert copies(texts) == [("agency", "paper")]


@given(texts=_TEXTS, data=st.data())
def test_copies_do_not_depend_on_the_order(texts: list[str], data: st.DataObject) -> None:
    named = [(str(n), text) for n, text in enumerate([*texts, texts[0]])]
    assert copies(dict(data.draw(st.permutations(named)))) == copies(dict(named))


# ── what an incident says ─────────────────────────────────────────────────────────────────


def killed(incident: Incident) -> tuple[int, int, int | None]:
    (toll,) = [toll for toll in incident.tolls if toll.measure == "killed"]
    return toll.low, toll.best, toll.high


def test_a_toll_counts_the_last_word_of_each_source() -> None:
    (incident,) = joined(
        telling("d1", source="أ", published="2021-05-04", killed=4),
        telling("d2", source="أ", published="2021-05-05", killed=7),
        telling("d3", source="ب", published="2021-05-05", killed=6),
        telling("d4", source="ج", published="2021-05-05", killed=5),
        telling("d5", source="د", published="2021-05-05", killed=None),
    )
    assert killed(incident) == (5, 6, 7)
    (toll,) = incident.tolls
    assert [(a.source, a.low) for a in toll.accounts] == [("أ", 7), ("ب", 6), ("ج", 5)]


def test_the_best_of_two_is_the_lower() -> None:
    (incident,) = joined(telling("d1", killed=4), telling("d2", killed=6))
    assert killed(incident) == (4, 4, 6)


def test_at_least_has_no_top() -> None:
    (incident,) = joined(telling("d1", killed=(4, None)))
    assert killed(incident) == (4, 4, None)
    (incident,) = joined(telling("d1", killed=(4, None)), telling("d2", killed=6))
    assert killed(incident) == (4, 4, 6)
    (incident,) = joined(telling("d1", killed=(6, None)), telling("d2", killed=4))
    assert killed(incident) == (4, 4, None)


def test_groups_are_added_up_unless_a_total_is_told() -> None:
    def figure(group: str, count: int, at: int) -> Figure:
        return Figure("killed", group, count, count, Span(at, at + 2))  # type: ignore[arg-type]

    parts = (figure("civilians", 3, 0), figure("security_forces", 2, 5))
    (incident,) = joined(telling("d1", killed=None, figures=parts))
    assert killed(incident) == (5, 5, 5)
    (incident,) = joined(telling("d1", killed=None, figures=(*parts, figure("mixed", 6, 9))))
    assert killed(incident) == (6, 6, 6)


def test_the_type_is_what_most_say_and_of_equals_the_one_that_says_more() -> None:
    (incident,) = joined(
        telling("d1", type="attack"), telling("d2", type="bombing"), telling("d3", type="bombing")
    )
    assert incident.type == "bombing"
    (incident,) = joined(telling("d1", type="attack"), telling("d2", type="bombing"))
    assert incident.type == "bombing"


def test_the_days_are_those_that_all_allow() -> None:
    (incident,) = joined(
        telling("d1", on=("2021-05-02", "2021-05-04")), telling("d2", on=("2021-05-04", "2021-05-05"))
    )
    assert incident.period == Period(day("2021-05-04"), day("2021-05-04"))
    (incident,) = joined(telling("d1", on="2021-05-04"), telling("d2", on=None))
    assert incident.period == Period(day("2021-05-04"), day("2021-05-04"))


def test_the_place_is_the_most_precise() -> None:
    (incident,) = joined(telling("d1", place="kirkuk"), telling("d2", place="rashad"))
    assert incident.location and incident.location.place_id == "rashad"


def test_the_grade_says_how_well_it_is_told() -> None:
    def grade(*told: Telling) -> str:
        (incident,) = joined(*told)
        return incident.grade

    a, b = telling("d1", source="أ"), telling("d2", source="ب")
    assert grade(a, b) == "likely"
    assert grade(a, b, telling("d3", source="ج")) == "confirmed"
    assert grade(a, telling("d2", source="أ")) == "single source"
    assert grade(a, telling("d2", source="ب", status="denied")) == "contested"
    assert grade(telling("d1", status="denied")) == "denied"


def test_a_denied_telling_adds_nothing_to_the_toll() -> None:
    (incident,) = joined(telling("d1", killed=4), telling("d2", killed=6, status="denied"))
    assert killed(incident) == (4, 4, 4)


def test_an_id_stays_when_later_tellings_come() -> None:
    first = telling("d1", published="2021-05-04")
    (before,) = joined(first)
    (after,) = joined(telling("d2", published="2021-05-05"), first, telling("d0", published="2021-05-06"))
    assert after.id == before.id
