"""Claims typed in English: every entry's examples run, windows against an oracle, nothing is guessed."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marsad import lexicon
from marsad.model import Claim, Document, Period
from marsad.read.typed import parse, read_typed
from marsad.read.typed_time import find_times

WORDS = lexicon.load()
TODAY = date(2024, 7, 20)
EXAMPLES = [(entry, sentence) for entry, _ in lexicon.english_claims() for sentence in entry.yes]
COUNTER = [(entry, sentence) for entry, _ in lexicon.english_claims() for sentence in entry.no]


def claims(text: str, today: date | None = TODAY) -> tuple[Claim, ...]:
    return read_typed(Document(text, today), WORDS).claims


@pytest.mark.parametrize(("entry", "sentence"), EXAMPLES, ids=lambda x: getattr(x, "id", None))
def test_entry_takes_up_its_example(entry: lexicon.Entry, sentence: str) -> None:
    start, end = sentence.index("‹"), sentence.index("›") - 1
    text = sentence.replace("‹", "").replace("›", "")
    items, issues = parse(text, WORDS, TODAY)
    assert [(i.span.start, i.span.end) for i in items if i.id == entry.id] == [(start, end)]
    assert not issues


@pytest.mark.parametrize(("entry", "sentence"), COUNTER, ids=lambda x: getattr(x, "id", None))
def test_entry_leaves_its_counterexample(entry: lexicon.Entry, sentence: str) -> None:
    items, _ = parse(sentence, WORDS, TODAY)
    assert entry.id not in {item.id for item in items}


def test_every_form_is_of_one_entry() -> None:
    seen: dict[str, str] = {}
    for entry, forms in lexicon.english_claims():
        assert entry.yes and entry.no, entry.id
        for form in forms:
            assert seen.setdefault(form.lower(), entry.id) == entry.id, form


# ── windows ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("in the first half of 2024", "2024-01-01", "2024-06-30"),
        ("in the second half of last year", "2023-07-01", "2023-12-31"),
        ("in the first six months of 2024", "2024-01-01", "2024-06-30"),
        ("in the last three months of 2023", "2023-10-01", "2023-12-31"),
        ("in the third quarter of 2023", "2023-07-01", "2023-09-30"),
        ("in Q1 2024", "2024-01-01", "2024-03-31"),
        ("in the last two weeks", "2024-07-06", "2024-07-20"),
        ("in the past 14 days", "2024-07-06", "2024-07-20"),
        ("last week", "2024-07-13", "2024-07-19"),
        ("last month", "2024-06-01", "2024-06-30"),
        ("this month", "2024-07-01", "2024-07-20"),
        ("last year", "2023-01-01", "2023-12-31"),
        ("this year so far", "2024-01-01", "2024-07-20"),
        ("in January and February", "2024-01-01", "2024-02-29"),
        ("in all of January and February 2020", "2020-01-01", "2020-02-29"),
        ("in November and January", "2023-11-01", "2024-01-31"),
        ("in December", "2023-12-01", "2023-12-31"),
        ("in July", "2024-07-01", "2024-07-31"),
        ("in 2019", "2019-01-01", "2019-12-31"),
        ("on 6 April 2020", "2020-04-06", "2020-04-06"),
        ("on April 6, 2020", "2020-04-06", "2020-04-06"),
        ("on 2020-04-06", "2020-04-06", "2020-04-06"),
        ("yesterday", "2024-07-19", "2024-07-19"),
        ("since February 2020", "2020-02-01", "2024-07-20"),
        ("since last month", "2024-06-01", "2024-07-20"),
        ("since the start of the year", "2024-01-01", "2024-07-20"),
        ("from February 2020 on", "2020-02-01", "2024-07-20"),
        ("from 3 May 2019 to 10 June 2019", "2019-05-03", "2019-06-10"),
        ("between March 2018 and May 2018", "2018-03-01", "2018-05-31"),
    ],
)
def test_times(words: str, first: str, last: str) -> None:
    (claim,) = claims(f"12 attacks {words}")
    assert claim.period == Period(date.fromisoformat(first), date.fromisoformat(last))


@given(
    st.dates(date(1990, 1, 31), date(2100, 1, 1)),
    st.integers(1, 30),
    st.sampled_from(["day", "week", "month", "year"]),
)
def test_the_last_so_many(today: date, count: int, unit: str) -> None:
    """Against pandas' calendar arithmetic."""
    (time,) = find_times(
        f"the last {count} {unit}s".replace("1 days", "1 day") if count > 14 else f"the last {count} {unit}s",
        today,
    )
    offset = pd.DateOffset(**{f"{unit}s": count})
    assert time.period == Period((pd.Timestamp(today) - offset).date(), today)


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_relative_windows_lie_before_the_day_of_publication(today: date) -> None:
    for words in ("last week", "last month", "last year"):
        (time,) = find_times(words, today)
        assert time.period and time.period.last and time.period.first
        assert time.period.first <= time.period.last < today
    (week,) = find_times("last week", today)
    assert week.period == Period(today - timedelta(days=7), today - timedelta(days=1))


def test_without_a_day_of_publication_nothing_relative_is_dated() -> None:
    for words in ("last week", "in the last two weeks", "in May", "yesterday", "this year"):
        assert all(claim.period is None for claim in claims(f"12 attacks {words}", None)), words
    (claim,) = claims("12 attacks in May 2021", None)
    assert claim.period == Period(date(2021, 5, 1), date(2021, 5, 31))


# ── statements ────────────────────────────────────────────────────────────────────────────


def test_a_statement_in_full() -> None:
    text = "More than 250 operations were carried out by Iraqi forces in Iraq and Syria since October 2023"
    (claim,) = claims(text)
    assert (claim.measure, claim.low, claim.high, claim.qualifier) == ("operations", 250, None, "more_than")
    assert claim.subject == "IRQ_FORCES"
    assert claim.area is not None and claim.area.of(text) == "Iraq and Syria"
    assert claim.period == Period(date(2023, 10, 1), TODAY)


def test_two_sides_of_a_comparison() -> None:
    one, other = claims("50 attacks by ISIS in two weeks against 20 in two months")
    assert (one.low, other.low) == (50, 20)
    assert one.measure == other.measure == "attacks" and other.subject == "ISIS"
    # the second span of time ends where the first begins
    assert one.period == Period(date(2024, 7, 6), TODAY)
    assert other.period == Period(date(2024, 5, 5), date(2024, 7, 5))


@pytest.mark.parametrize(
    ("words", "low", "high", "qualifier"),
    [
        ("50", 50, 50, "exact"), ("about 50", 50, 50, "about"), ("fifty", 50, 50, "exact"), ("1,200", 1200, 1200, "exact"),
        ("two hundred", 200, 200, "exact"), ("40 to 50", 40, 50, "range"), ("at least 5", 5, None, "more_than"),
        ("up to 9", None, 9, "up_to"), ("fewer than 9", None, 9, "less_than"), ("dozens of", 20, None, "more_than"),
    ],
)  # fmt: skip
def test_numbers(words: str, low: int | None, high: int | None, qualifier: str) -> None:
    (claim,) = claims(f"{words} attacks in 2021")
    assert (claim.low, claim.high, claim.qualifier) == (low, high, qualifier)


def test_a_rise_is_a_trend() -> None:
    (claim,) = claims("ISIS activity in Iraq accelerated strongly from February 2020 on")
    assert (claim.measure, claim.direction, claim.subject) == ("trend", "up", "ISIS")
    (claim,) = claims("attacks are on track to double last year")
    assert claim.direction == "up" and claim.period is None


def test_what_is_not_understood_is_said() -> None:
    reading = read_typed(Document("12 attacks on pipelines in Kirkuk in May 2021", TODAY), WORDS)
    assert [issue.message for issue in reading.issues] == ["not understood: pipelines"]
    assert [claim.low for claim in reading.claims] == [12]


@given(st.text(max_size=60))
def test_no_text_breaks_the_grammar(text: str) -> None:
    reading = read_typed(Document(text, TODAY), WORDS)
    assert all(0 <= c.evidence.start < c.evidence.end <= len(text) for c in reading.claims)
