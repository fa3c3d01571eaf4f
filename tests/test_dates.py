"""Times: the corpus of tests/corpus/dates.yaml, the entries' own examples, datelines, and properties."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from marsad.lexicon import load
from marsad.model import Period, Span
from marsad.read import calendar
from marsad.read.dateline import find_dateline
from marsad.read.dates import TimeExpression, find_times
from marsad.read.numbers import find_amounts
from marsad.text import tokenise

#: A Wednesday.
PUBLISHED = date(2021, 3, 17)
CORPUS = Path(__file__).parent / "corpus" / "dates.yaml"
CASES: list[dict[str, Any]] = yaml.load(CORPUS.read_text(encoding="utf-8"), yaml.BaseLoader)
SAYINGS = [(case, says) for case in CASES for says in case["says"]]
LEXICON = load()
ENTRIES = [e for e in LEXICON.entries.values() if e.layer == "dates"]


def read(text: str, published: date | None = PUBLISHED) -> tuple[TimeExpression, ...]:
    tokens = tokenise(text)
    return find_times(tokens, LEXICON.scan(tokens), published)


def unmarked(says: str) -> tuple[str, Span]:
    """A sentence without its ‹marks›, and the span that they held."""
    before, rest = says.split("‹")
    inside, after = rest.split("›")
    return before + inside + after, Span(len(before), len(before) + len(inside))


def period(days: Any) -> Period | None:
    if days == "null":
        return None
    first, last = (None if d == "null" else date.fromisoformat(d) for d in days)
    return Period(first, last)


def shown(times: tuple[TimeExpression, ...], text: str) -> str:
    return "; ".join(f"{t.span.of(text)}={t.period} {t.kind} {t.precision}" for t in times)


@pytest.mark.parametrize(("case", "says"), SAYINGS, ids=[s for _, s in SAYINGS])
def test_corpus(case: dict[str, Any], says: str) -> None:
    text, span = unmarked(says)
    times = read(text)
    if "trap" in case:
        assert not [t for t in times if t.span.overlaps(span)], shown(times, text)
        return
    at = [t for t in times if t.span == span]
    assert len(at) == 1, shown(times, text)
    assert (at[0].period, at[0].kind) == (period(case["period"]), case["kind"])
    assert at[0].precision == case.get("precision", at[0].precision)


def test_the_corpus_is_large_and_says_nothing_twice() -> None:
    assert len(SAYINGS) >= 450
    assert len({says for _, says in SAYINGS}) == len(SAYINGS)


@pytest.mark.parametrize("entry", ENTRIES, ids=[e.id for e in ENTRIES])
def test_each_entry_matches_its_examples(entry: Any) -> None:
    assert entry.yes
    for says in entry.yes:
        text, span = unmarked(says)
        found = [m for m in LEXICON.scan(tokenise(text))["dates"] if m.entry.id == entry.id]
        assert [m.span for m in found] == [span], says
    for text in entry.no:
        assert all(m.entry.id != entry.id for m in LEXICON.scan(tokenise(text))["dates"]), text


@pytest.mark.parametrize(
    ("says", "day"),
    [
        ("هجوم على حاجز\n‹الإثنين 01/فبراير/2021› - 06:31 م\nقال مصدر إن حاجزا تعرض لهجوم", "2021-02-01"),
        ("هجوم على حاجز\nنُشر في: ‹12 مارس 2019›\nقال مصدر", "2019-03-12"),
        ("هجوم على حاجز\n‹2020-05-04› | 10:22\nقال مصدر", "2020-05-04"),
        (
            "بغداد/ ‹3 آذار 2021›/ قال مصدر أمني إن عبوة انفجرت اليوم شمال المدينة وأسفرت عن إصابة ثلاثة",
            "2021-03-03",
        ),
        ("آخر تحديث: ‹الأحد 5 يناير 2020› الساعة 14:05 بتوقيت غرينتش\nقال مصدر", "2020-01-05"),
        ("كتب سالم علي - ‹الأحد 5 يناير 2020›\nقال مصدر", "2020-01-05"),
        ("تاريخ النشر:‹30.12.2021› | 23:38 GMT | أخبار\nقال مصدر", "2021-12-30"),
        ("حصاد اليوم ل‹يوم الخميس 02-12-2021›\nحلب: سقط جريحان", "2021-12-02"),
    ],
)
def test_a_dateline_gives_the_day_of_publication(says: str, day: str) -> None:
    text, span = unmarked(says)
    assert find_dateline(text, LEXICON) == (date.fromisoformat(day), span)


@pytest.mark.parametrize(
    "text",
    [
        "مقتل جندي في 5 مارس 2020\nقال مصدر",
        "قُتل جندي في 5 مارس 2020 قرب بيجي في هجوم مسلح، بحسب مصدر أمني تحدث من هناك إلى وسائل الإعلام",
        "ذكرى هجوم 7 تموز 2019\nقال مصدر",
        "الخميس 4 مارس\nقال مصدر",
        "قال مصدر\nقال آخر\nقال ثالث\nقال رابع\nقال خامس\nنُشر في: 12 مارس 2019",
        "",
    ],
)
def test_an_events_day_is_no_dateline(text: str) -> None:
    assert find_dateline(text, LEXICON) is None


def test_without_a_day_of_publication_only_what_is_told_is_known() -> None:
    def days(text: str) -> Period | None:
        return read(text, None)[0].period

    assert days("قُتل في 5 مارس 2020") == Period(date(2020, 3, 5), date(2020, 3, 5))
    assert days("قُتل عام 2014") == Period(date(2014, 1, 1), date(2014, 12, 31))
    unknown = ("في 5 مارس", "أمس", "الخميس", "العام الماضي", "قبل شهرين", "أكتوبر الماضي", "شهر رمضان")
    assert [days(f"قُتل {time}") for time in unknown] == [None] * len(unknown)


def test_amounts_may_be_handed_over() -> None:
    text = tokenise("قُتل قبل ثلاثة أيام")
    matches = LEXICON.scan(text)
    amounts = find_amounts(text, matches)
    assert find_times(text, matches, PUBLISHED, amounts=amounts) == find_times(text, matches, PUBLISHED)


NAMES = {
    1: ("يناير", "كانون الثاني", "يناير/كانون الثاني"), 2: ("فبراير", "شباط", "شباط (فبراير)", "فيفري"),
    3: ("مارس", "آذار", "مارس/آذار"), 4: ("أبريل", "نيسان", "ابريل", "إبريل/ نيسان"),
    5: ("مايو", "أيار", "أيار/مايو"), 6: ("يونيو", "حزيران", "يونيه"), 7: ("يوليو", "تموز", "جويلية"),
    8: ("أغسطس", "آب", "آب/أغسطس", "غشت"), 9: ("سبتمبر", "أيلول", "أيلول - سبتمبر"),
    10: ("أكتوبر", "تشرين الأول", "أكتوبر/تشرين الأول"), 11: ("نوفمبر", "تشرين الثاني", "نونبر"),
    12: ("ديسمبر", "كانون الأول", "كانون الأول/ديسمبر"),
}  # fmt: skip
DAYS = ("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد")
DATES = st.dates(date(1990, 1, 1), date(2030, 12, 31))


@given(DATES, st.data())
def test_a_full_date_is_read_back(day: date, data: st.DataObject) -> None:
    month = data.draw(st.sampled_from(NAMES[day.month]))
    shape = data.draw(
        st.sampled_from(
            ["{d} {m} {y}", "{d} من {m} {y}", "{d} {m} عام {y}", "{w} {d} {m} {y}", "يوم {w}، {d} {m} {y}",
             "{d}/{n}/{y}", "{y}-{n:02}-{d:02}", "{d}-{n}-{y}", "{y}/{n}/{d}", "{d}.{n:02}.{y}", "مساء {w} {d} {m} {y}"]
        )
    )  # fmt: skip
    words = shape.format(d=day.day, m=month, y=day.year, n=day.month, w=DAYS[day.weekday()])
    text = f"قُتل حارس في {words} قرب القرية"
    times = read(text)
    assert [(t.span.of(text), t.period, t.precision) for t in times] == [(words, Period(day, day), "day")]


@given(DATES, st.integers(0, 364))
def test_a_date_without_a_year_is_the_nearest_not_after(published: date, back: int) -> None:
    day = published - timedelta(days=back)
    if (day.month, day.day) == (2, 29):
        return
    text = f"قُتل حارس في {day.day} {NAMES[day.month][0]} قرب القرية"
    assert [t.period for t in read(text, published)] == [Period(day, day)]


@given(DATES, st.integers(0, 6), st.sampled_from(("", "يوم ", "فجر ", "مساء يوم ")))
def test_a_weekday_is_the_nearest_not_after(published: date, back: int, before: str) -> None:
    day = published - timedelta(days=back)
    text = f"قُتل حارس {before}{DAYS[day.weekday()]} قرب القرية"
    assert [t.period for t in read(text, published)] == [Period(day, day)]


INDIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
MARKS = "\u064b\u064e\u064f\u0650\u0651\u0652\u0640"


@given(st.data(), st.sampled_from([says for _, says in SAYINGS]))
def test_marks_spaces_and_digits_change_nothing(data: st.DataObject, says: str) -> None:
    text, _ = unmarked(says)
    out = []
    for i, char in enumerate(text):
        out.append(data.draw(st.sampled_from((" ", "\u00a0"))) if char == " " else char)
        inside = "ء" <= char <= "ي" and "ء" <= text[i + 1 : i + 2] <= "ي"
        if inside and data.draw(st.integers(0, 3)) == 0:
            out.append(data.draw(st.sampled_from(MARKS)))
    other = "".join(out)
    if data.draw(st.booleans()):
        other = other.translate(INDIC)

    def facts(source: str) -> list[tuple[Any, ...]]:
        return [(t.period, t.kind, t.precision, t.first, t.last) for t in read(source)]

    assert facts(other) == facts(text)


WORDS = [w for s in SAYINGS for w in unmarked(s[1])[0].split()] + [
    "\n",
    "-",
    "/",
    "و",
    "من",
    "إلى",
    "29",
    "2016",
]


@given(st.lists(st.sampled_from(WORDS), max_size=30), DATES | st.none())
def test_any_words_are_read_within_bounds(words: list[str], published: date | None) -> None:
    text = " ".join(words)
    tokens = tokenise(text)
    end = 0
    for time in find_times(tokens, LEXICON.scan(tokens), published):
        assert 0 <= time.span.start < time.span.end <= len(text)
        assert end <= time.first < time.last <= len(tokens.tokens)
        assert time.period is None or time.period.first is not None or time.period.last is not None
        if time.period is not None and time.period.first and time.period.last:
            assert time.period.first <= time.period.last
        end = time.last


@given(DATES, st.integers(-40, 40))
def test_months_go_back_and_forth(start: date, months: int) -> None:
    there = calendar.months_from(start, months)
    assert (there.year * 12 + there.month) - (start.year * 12 + start.month) == months
    assert abs((calendar.months_from(there, -months) - start).days) <= 3


@given(st.sampled_from(["start", "middle", "end"]), st.integers(1990, 2030), st.integers(1, 12))
def test_the_parts_make_the_whole(edge: str, year: int, month: int) -> None:
    for whole in (calendar.month_of(year, month), calendar.year_of(year)):
        parts = [calendar.part_of(whole, e) for e in ("start", "middle", "end")]
        assert (parts[0].first, parts[2].last) == (whole.first, whole.last)
        for left, right in pairwise(parts):
            assert left.last is not None and right.first == left.last + timedelta(days=1)


def test_ramadan_of_1441() -> None:
    assert calendar.hijri_month(1441, 9) == Period(date(2020, 4, 24), date(2020, 5, 23))
    assert calendar.hijri_month(1300, 9) is None and calendar.hijri_day(1441, 9, 31) is None
    assert calendar.hijri_year_at(9, date(2020, 5, 1)) == 1441
