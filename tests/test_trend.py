"""`marsad trend` and `marsad coverage`, and the same in Python, on a record of a few hundred incidents."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.making import document
from tests.test_coded import table
from typer.testing import CliRunner, Result

from marsad import pipeline
from marsad.analyse import plain
from marsad.analyse.windows import Window
from marsad.cli import app
from marsad.errors import QueryError
from marsad.pipeline import studies
from marsad.record import Filters, Record


def _rows() -> list[dict[str, str]]:
    """Two years of a war: one a week, then four a week from 2018-07-02 on; the second year partly in Basra."""
    out: list[dict[str, str]] = []
    for week in range(104):
        monday = date(2018, 1, 1) + timedelta(weeks=week)
        for n in range(1 if week < 26 else 4):
            on = (monday + timedelta(days=n)).isoformat()
            basra = {
                "latitude": "30.508",
                "longitude": "47.783",
                "adm_1": "Al Basrah province",
                "where_coordinates": "Basra",
            }
            out.append({"date_start": on, "date_end": on, **(basra if n == 3 and week > 52 else {})})
    out.append({"date_start": "2018-01-01", "date_end": "2018-12-31"})
    return out


@pytest.fixture(scope="module")
def war(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("war")
    path = folder / "war.db"
    news = [
        document(f"نص لا حادث فيه {n}", published=when, source_id=str(n), outlet="الوكالة")
        for n, when in enumerate(("2019-01-01", "2019-01-02", "2019-02-20"))
    ]
    with Record.open(path, create=True) as record:
        record.add(news)
        pipeline.run(record, [table(folder / "rows.csv", *_rows())], workers=1)
    return path


def marsad(record: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["--record", str(record), *words])


def values(record: Path, *words: str) -> Any:
    result = marsad(record, *words, "-f", "json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_trend_shows_each_bin_the_change_and_what_to_beware_of(war: Path) -> None:
    result = marsad(war, "trend", "--to", "2019-12-29")
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[1].startswith("339 incidents") and "by month" in lines[1]
    months = [line for line in lines if line[:4] in ("2018", "2019")]
    assert len(months) == 24 and months[0].split()[:2] == ["2018-01", "5"]
    (mark,) = [n for n, line in enumerate(lines) if line.strip().startswith("▲")]
    assert lines[mark - 1].startswith("2018-07") and "from 0.1 to 0.6 a day" in lines[mark]
    assert any("1 incident are uncertain" in line or "uncertain over more days" in line for line in lines)
    assert any(line.startswith("- UCDP GED is a coded data set") for line in lines)


def test_json_has_everything_that_a_result_stands_on(war: Path) -> None:
    (found,) = values(war, "trend", "--unit", "week", "--to", "2019-12-29")
    assert [b["count"] for b in found["series"]["bins"]] == [1] * 26 + [4] * 78
    (change,) = found["changes"]["changes"]
    assert change["at"] == "2018-07-02" and change["times"] == pytest.approx(4.0, rel=0.01)
    basis = found["series"]["basis"]
    assert basis["parts"][0]["exposure"] == 725 and basis["parts"][0]["outlets"] == ["UCDP GED", "الوكالة"]
    assert {"en", "ar"} == set(basis["caveats"][0]) and basis["definition"]["ar"].startswith("الحوادث")
    assert [r["basis"]["parts"][1]["window"] for r in found["against"]] == [
        {"first": "2019-11-18", "last": "2019-12-15"}, {"first": "2018-12-17", "last": "2019-12-15"},
    ]  # fmt: skip


def test_groups_filters_and_weeks(war: Path) -> None:
    by = values(war, "trend", "--by", "admin1", "--unit", "quarter")
    assert [one["series"]["key"] for one in by] == ["Anbar", "Basra"]
    assert sum(b["recorded"] for b in by[1]["series"]["bins"]) == 51
    alone = values(war, "trend", "--place", "Basra", "--unit", "quarter")
    assert alone[0]["series"]["bins"] == by[1]["series"]["bins"]
    assert "Basra" in alone[0]["series"]["basis"]["definition"]["en"]
    saturday = values(war, "trend", "--unit", "week", "--week", "saturday")
    assert date.fromisoformat(saturday[0]["series"]["bins"][1]["window"]["first"]).weekday() == 5
    text = marsad(war, "trend", "--by", "actor", "--most", "2").stdout
    assert "IRQ_FORCES" in text and "ISIS" in text and "Ahrar" not in text


def test_two_periods_are_compared(war: Path) -> None:
    words = ("trend", "--from", "2018-07-02", "--to", "2018-12-30", "--against", "2018-01-01:2018-07-01")
    (found,) = values(war, *words)
    (ratio,) = found["against"]
    assert ratio["value"] == pytest.approx(4.0) and ratio["exact"]["low"] < 4 < ratio["exact"]["high"]
    assert [part["n"] for part in ratio["basis"]["parts"]] == [104, 26]
    assert "104 incidents" in marsad(war, *words).stdout


def test_csv_has_the_bins(war: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(marsad(war, "trend", "-f", "csv", "--by", "country").stdout)))
    assert rows[0]["group"] == "IRQ" and rows[0]["first"] == "2018-01-01" and rows[0]["count"] == "5"
    assert rows[0]["killed"] == "30" and rows[0]["killed_low"] == "20"


def test_arabic_has_no_english_words(war: Path) -> None:
    result = marsad(war, "trend", "--lang", "ar")
    assert result.exit_code == 0 and "من 0.1 إلى 0.6 في اليوم" in result.stdout
    assert "Beware" not in result.stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--from", "soon"), "is no day"), (("--type", "battle"), "no event type"),
        (("--actor", "NOBODY"), "no actor"), (("--against", "2018-01-01:x"), "is no day"),
        (("--from", "2019-01-01", "--to", "2018-01-01"), "ends before"),
    ],
)  # fmt: skip
def test_what_means_nothing_is_said_in_a_line(war: Path, words: tuple[str, ...], message: str) -> None:
    result = marsad(war, "trend", *words)
    assert result.exit_code == 2 and message in result.stderr


def test_a_record_without_days_has_no_trend(tmp_path: Path) -> None:
    with Record.open(tmp_path / "r.db", create=True) as record:
        record.add([document(published=None)])
        with pytest.raises(QueryError, match="no document of the record has a day"):
            studies.study(record)
    assert marsad(tmp_path / "r.db", "coverage").exit_code == 2


def test_coverage_shows_each_outlet_and_the_silences(war: Path) -> None:
    result = marsad(war, "coverage", "--outlet", "الوكالة")
    assert result.exit_code == 0, result.output
    assert "2019" in result.stdout and "from 3 January to 18 February 2019" in result.stdout
    whole = values(war, "coverage")
    assert whole["documents"] == 3 and whole["covered"] == whole["days"] and whole["undated"] == 0
    assert whole["silences"][""] == [] and len(whole["silences"]["الوكالة"]) == 3
    rows = list(csv.DictReader(io.StringIO(marsad(war, "coverage", "-f", "csv", "--unit", "quarter").stdout)))
    first = [r for r in rows if r["outlet"] == "الوكالة" and r["first"] == "2019-01-01"]
    assert [(r["documents"], r["covered"]) for r in first] == [("3", "4")]
    assert marsad(war, "coverage", "--outlet", "nobody").exit_code == 2


def test_the_same_in_python_as_tables(war: Path) -> None:
    with Record.open(war, readonly=True) as record:
        study = studies.study(record, Filters(country="IRQ"))
    (trend,) = studies.trends(study)
    frame = plain.series_frame(trend.series)
    assert frame["count"].sum() == 338 and str(frame["first"].dtype).startswith("datetime64")
    assert plain.changes_frame(trend.changes)["at"].dt.date.tolist() == [date(2018, 7, 1)]
    cases = plain.cases_frame(study.cases)
    assert len(cases) == 339 and cases["killed"].sum() == 339 * 6
    watched = plain.coverage_frame(study.coverage, [Window(date(2019, 1, 1), date(2019, 3, 31))])
    assert watched.set_index("outlet").loc["الوكالة", "documents"] == 3
