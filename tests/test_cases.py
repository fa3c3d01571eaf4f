"""The record as statistics see it: cases, coverage, windows."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.making import day, document

from marsad import lexicon, pipeline
from marsad.analyse.cases import Case, Coverage, DataSet
from marsad.analyse.windows import Window
from marsad.errors import QueryError
from marsad.record import Filters, Record

DAYS = st.dates(date(2020, 1, 1), date(2020, 3, 1))


def window(first: str, last: str) -> Window:
    return Window(day(first), day(last))


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("record") / "r.db"
    texts = (
        ("الأولى", "2021-05-05", "قُتل أربعة أشخاص بانفجار عبوة ناسفة في كركوك أمس الثلاثاء."),
        ("الثانية", "2021-05-06", "انفجرت عبوة ناسفة في كركوك يوم 4 مايو/أيار 2021 فقتلت خمسة أشخاص."),
        ("الثانية", "2021-05-20", "اعتقلت القوات الأمنية عنصرين من داعش في الحويجة أمس."),
    )
    with Record.open(path, create=True) as record:
        record.add(
            document(text, published=when, source_id=str(n), outlet=outlet)
            for n, (outlet, when, text) in enumerate(texts)
        )
        record.add([document("نص من دون تاريخ", published=None, source_id="x", outlet="الثالثة")])
        pipeline.run(record)
    return path


def test_an_incident_is_one_case_with_what_its_tellings_say_together(sample: Path) -> None:
    with Record.open(sample, readonly=True) as record:
        first, second = pipeline.cases(record)
    assert (first.type, first.first, first.last) == ("bombing", day("2021-05-04"), day("2021-05-04"))
    assert (first.admin1, first.country) == ("Kirkuk", "IRQ")
    assert first.killed == (4, 4, 5) and first.wounded is None
    assert set(first.outlets) == {"الأولى", "الثانية"} and len(first.documents) == 2
    assert first.reported == day("2021-05-05") and first.grade == "likely"
    assert second.type == "arrest" and second.admin2 == "Hawija District" and second.targets == {"ISIS"}


def test_cases_can_be_asked_for_as_incidents_are(sample: Path) -> None:
    with Record.open(sample, readonly=True) as record:
        assert [c.type for c in pipeline.cases(record, Filters(actor="ISIS"))] == ["arrest"]


def test_coverage_counts_each_outlets_documents_a_day(sample: Path) -> None:
    with Record.open(sample, readonly=True) as record:
        found = pipeline.coverage(record)
    may = window("2021-05-01", "2021-05-31")
    assert found.documents(may) == 3 and found.documents(may, "الثانية") == 2
    assert found.outlets(may) == {"الأولى", "الثانية"}
    assert found.undated == 1 and found.last_published == day("2021-05-20")
    # the days of publication and the day before each
    assert [d.day for d in may if found.covers(d)] == [4, 5, 6, 19, 20]
    assert found.covered(may) == 5


def test_a_data_set_speaks_for_all_its_days() -> None:
    found = Coverage.of([], sets=[DataSet("set", window("2020-01-10", "2020-01-20"), 3)])
    assert found.covered(window("2020-01-01", "2020-01-31")) == 11
    assert found.outlets(window("2020-01-15", "2020-01-15")) == {"set"}
    assert found.outlets(window("2020-02-01", "2020-02-02")) == frozenset()


@given(st.lists(st.tuples(st.sampled_from("abc"), DAYS), max_size=30), DAYS, st.integers(0, 30))
def test_covered_days_and_silences_make_up_the_window(
    published: list[tuple[str, date]], first: date, length: int
) -> None:
    found = Coverage.of(published)
    asked = Window(first, first + timedelta(days=length))
    watched = {d - timedelta(days=back) for _, d in published for back in (0, 1)}
    assert found.covered(asked) == sum(d in watched for d in asked) == sum(found.covers(d) for d in asked)
    silent = found.silences(asked)
    assert found.covered(asked) + sum(w.days for w in silent) == asked.days
    assert all(not found.covers(d) for w in silent for d in w)
    assert found.documents(asked) == sum(d in asked for _, d in published)


def test_a_case_without_days_may_be_of_any_window_and_is_surely_of_none() -> None:
    asked = window("2020-01-01", "2020-01-31")
    undated = Case("i", "attack", None, None)
    wide = Case("i", "attack", day("2019-12-30"), day("2020-01-02"))
    inside = Case("i", "attack", day("2020-01-01"), day("2020-01-31"))
    assert [c.within(asked) for c in (undated, wide, inside)] == [False, False, True]
    assert [c.may_be_within(asked) for c in (undated, wide, inside)] == [True, True, True]
    assert not Case("i", "attack", None, day("2019-12-31")).may_be_within(asked)


def test_a_window_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(QueryError, match="ends before"):
        window("2020-02-01", "2020-01-01")
    assert window("2020-01-01", "2020-01-31").before(14) == window("2019-12-18", "2019-12-31")


def test_a_case_is_the_same_from_the_list_as_from_the_incident(tmp_path: Path) -> None:
    articles = Path(__file__).parent.parent / "src/marsad/data/sample/articles.jsonl"
    with Record.open(tmp_path / "sample.db", create=True) as record:
        pipeline.run(record, [articles], workers=1)
        gazetteer = lexicon.load().gazetteer
        assert pipeline.cases(record) == tuple(pipeline.case(i, gazetteer) for i in record.incidents())
