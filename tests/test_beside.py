"""The record beside another data set: what matches, what does not, and what would by chance."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marsad.analyse.beside import APART, WEIGHTS, beside, compared, matched, stretch
from marsad.analyse.cases import Case
from marsad.analyse.windows import Window
from marsad.errors import InputError
from marsad.pipeline import cases, comparing, exporting, run
from marsad.publish.tables import csv_lines
from marsad.publish.versus_report import FIELDS, lines, page, rows
from marsad.record import Record
from marsad.wording import words_for

SAMPLE = Path(__file__).parent.parent / "src/marsad/data/sample/articles.jsonl"
DAY = date(2021, 3, 1)
YEAR = Window(date(2021, 1, 1), date(2021, 12, 31))


def a_case(id_: str, day: date = DAY, **told: object) -> Case:
    usual = Case(
        id_, "bombing", day, day, place="Hawija", admin1="Kirkuk", country="IRQ", lat=35.32, lon=43.77, radius_km=4,
        precision=1, initiators=frozenset({"ISIS"}), targets=frozenset({"IRQ_ARMY"}), killed=(3, 3, 3),
    )  # fmt: skip
    return replace(usual, **told)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Record:
    opened = Record.open(tmp_path_factory.mktemp("versus") / "sample.db", create=True)
    run(opened, [SAMPLE], workers=1)
    return opened


def test_a_record_beside_its_own_export_matches_what_the_export_could_hold(
    record: Record, tmp_path: Path
) -> None:
    file = tmp_path / "own.csv"
    file.write_bytes(b"".join(exporting.export(record, "ged").pieces))
    there, failures = comparing.others(file, workers=1)
    assert not failures and len(there) == len(pandas.read_csv(file))
    found = comparing.versus(record, there)
    assert found.share_there is not None and found.share_there > 0.9
    assert found.chance < 0.2 and found.beyond_chance and found.beyond_chance > 0.4
    assert all(pair.here.id in {case.id for case in cases(record)} for pair in found.pairs)


def test_the_best_pair_is_taken_and_each_incident_once() -> None:
    here = [a_case("a"), a_case("b", DAY + timedelta(days=1))]
    there = [a_case("x", DAY + timedelta(days=1)), a_case("y", killed=(9, 9, 9))]
    pairs = {(m.here.id, m.there.id) for m in matched(here, there)}
    assert ("b", "x") in pairs and len({a for a, _ in pairs}) == len(pairs)


@given(st.integers(0, 10), st.floats(0, 1), st.integers(0, 40))
def test_a_score_never_passes_its_weights(gap: int, north: float, killed: int) -> None:
    other = a_case("x", DAY + timedelta(days=gap), lat=35.32 + north, killed=(killed, killed, killed))
    parts = compared(a_case("a"), other)
    assert (parts is None) == (gap > APART or north * 111.2 > 29.1 or parts is None)
    if parts is not None:
        assert all(0 <= value <= WEIGHTS[name] for name, value in parts.items())


def test_what_contradicts_is_no_match() -> None:
    assert compared(a_case("a"), a_case("x", country="SYR")) is None
    assert compared(a_case("a"), a_case("x", DAY + timedelta(days=APART + 1))) is None
    far = a_case("x", lat=None, lon=None, admin1="Anbar")
    assert compared(a_case("a"), far) is None


def test_news_without_a_day_is_compared_by_the_week_before_it() -> None:
    news = a_case("a", first=None, last=None, reported=DAY)
    assert stretch(news) == Window(DAY - timedelta(days=6), DAY)
    assert stretch(a_case("a", first=None, last=None)) is None


def test_chance_is_measured_by_moving_the_other_record() -> None:
    here = [a_case(f"a{n}", DAY + timedelta(days=n)) for n in range(20)]
    busy = [a_case(f"x{n}", date(2020, 7, 1) + timedelta(days=n)) for n in range(720)]
    once = [a_case(f"x{n}", DAY + timedelta(days=n)) for n in range(20)]
    assert beside(here, busy, YEAR).chance > 0.9  # everything matches everywhere: the share says nothing
    quiet = beside(here, once, YEAR)
    assert quiet.chance == 0 and quiet.share_here == 1 and quiet.beyond_chance == 1


def test_nothing_is_lost_between_the_kinds() -> None:
    here = [a_case("a"), a_case("b", country="SYR"), a_case("c", date(2020, 1, 1)), a_case("d", killed=None)]
    found = beside(here, [a_case("x")], YEAR, deadly=True)
    assert len(found.pairs) + len(found.only_here) + sum(found.set_aside.values()) == len(here)
    assert sum(b.here for b in found.months) == len(found.pairs) + len(found.only_here)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_report_has_every_incident_in_its_rows(record: Record, language: str) -> None:
    found = beside(cases(record), cases(record), Window(date(2000, 1, 1), date(2030, 1, 1)))
    table = pandas.read_csv(io.StringIO("".join(csv_lines(rows(found), FIELDS))))
    assert len(table) == len(found.pairs) + len(found.only_here) + len(found.only_there)
    words = words_for(language)
    assert words.label("versus_chance") in "\n".join(lines(found, words))
    html = page(found, words)
    assert f'dir="{"rtl" if language == "ar" else "ltr"}"' in html and all(
        p.here.id in html for p in found.pairs[:5]
    )


def test_a_file_that_holds_nothing_says_so(tmp_path: Path) -> None:
    file = tmp_path / "other.csv"
    file.write_text("a,b\n1,2\n", "utf8")
    with pytest.raises(InputError, match="UCDP GED"):
        comparing.others(file, workers=1)
