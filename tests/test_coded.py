"""Coded data sets: the rows of UCDP GED become documents, events and incidents of the record."""

from __future__ import annotations

import csv
import gzip
import io
from pathlib import Path
from typing import Any

import pytest
from tests.making import day, document

from marsad import pipeline
from marsad.ingest import Fault, ingest
from marsad.lexicon import load
from marsad.model import Document, Event, Figure, Period, Reading
from marsad.read import CodedReader
from marsad.record import Record

SHARED = Path(__file__).parents[2] / "shared" / "data" / "ucdp_ged191_syria.csv.gz"

ROW = {
    "id": "101", "type_of_violence": "1.0", "side_a": "Government of Iraq", "side_b": "IS, Ahrar al-Sham",
    "number_of_sources": "2", "source_original": "Iraqi army, SOHR", "source_office": "", "where_prec": "1",
    "where_coordinates": "Hawija town", "adm_1": "Al Anbar province", "adm_2": "", "country": "Iraq",
    "latitude": "35.3257", "longitude": "43.7722", "event_clarity": "1", "date_prec": "1",
    "date_start": "2018-03-05", "date_end": "2018-03-05 00:00:00.000", "deaths_a": "3", "deaths_b": "1.0",
    "deaths_civilians": "0", "deaths_unknown": "2", "low": "4", "best": "6", "high": "9",
}  # fmt: skip


def table(path: Path, *rows: dict[str, Any]) -> Path:
    whole = [ROW | {"id": str(100 + n)} | row for n, row in enumerate(rows, 1)]
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, ROW)
    writer.writeheader()
    writer.writerows(whole)
    raw = text.getvalue().encode()
    path.write_bytes(gzip.compress(raw) if path.suffix == ".gz" else raw)
    return path


def take(path: Path) -> list[Document]:
    out = []
    for item in ingest([path]):
        assert isinstance(item, Document), item
        out.append(item)
    return out


def read(path: Path, **row: Any) -> tuple[Document, Reading]:
    (taken,) = take(table(path / "rows.csv", row))
    return taken, CodedReader(load()).read(taken)


def the_event(path: Path, **row: Any) -> tuple[str, Event]:
    taken, reading = read(path, **row)
    (event,) = reading.events
    assert not reading.issues
    return taken.text, event


@pytest.mark.parametrize("name", ["rows.csv", "rows.csv.gz"])
def test_each_row_is_a_document_that_shows_its_columns(tmp_path: Path, name: str) -> None:
    first, second = take(table(tmp_path / name, {"where_coordinates": "a\nb: c"}, {}))
    assert first.text.startswith("id: 101\ntype_of_violence: 1.0\nside_a: Government of Iraq\n")
    assert "adm_2" not in first.text  # told nothing
    assert first.coded and first.published is None and first.id != second.id
    assert (first.capture.source_id, first.capture.outlet) == ("rows:101", "UCDP GED")
    reading = CodedReader(load()).read(first)
    place = reading.events[0].location
    assert place is not None and place.name == "a\nb: c" and place.span.of(first.text) == "a\n\tb: c"


def test_every_value_of_the_event_is_a_cell_of_the_row(tmp_path: Path) -> None:
    text, event = the_event(tmp_path)
    assert (event.type, event.trigger.of(text), event.count) == ("armed_clash", "1.0", 1)
    assert event.evidence.of(text) == text
    assert event.period is not None and event.period_span is not None
    assert (event.period.first, event.period.last) == (day("2018-03-05"), day("2018-03-05"))
    assert event.period_span.of(text).startswith("2018-03-05\ndate_end: 2018-03-05")
    assert [(p.code, p.span and p.span.of(text)) for p in (*event.initiators, *event.targets)] == [
        ("IRQ_FORCES", "Government of Iraq"), ("ISIS", "IS"), ("OTHER:حركة أحرار الشام", "Ahrar al-Sham"),
    ]  # fmt: skip
    assert (
        event.attribution.speaker == "Iraqi army, SOHR" and event.attribution.speaker_class == "organisation"
    )
    assert event.attribution.span is not None and event.attribution.span.of(text) == "Iraqi army, SOHR"


def test_deaths_come_whole_with_their_range_and_by_side(tmp_path: Path) -> None:
    text, event = the_event(tmp_path)
    assert [(f.group, f.low, f.best, f.high, f.span.of(text)) for f in event.figures] == [
        ("mixed", 4, 6, 9, "4\nbest: 6\nhigh: 9"),
        ("security_forces", 3, None, 3, "3"),
        ("fighters", 1, None, 1, "1.0"),
        ("unknown", 2, None, 2, "2"),
    ]
    _, event = the_event(tmp_path, deaths_a="0", deaths_b="0", deaths_unknown="0", deaths_civilians="6")
    assert event.figures == (
        Figure("killed", "civilians", 4, 9, event.figures[0].span, event.attribution, best=6),
    )


def test_places_are_those_of_the_table_where_the_point_is_one(tmp_path: Path) -> None:
    text, event = the_event(tmp_path)
    place = event.location
    assert place is not None and place.span.of(text) == "Hawija town"
    assert (place.place_id, place.admin1, place.country, place.precision) == (
        "irq-kirkuk-hawija",
        "Anbar",
        "IRQ",
        1,
    )
    _, event = the_event(tmp_path, where_prec="4", adm_1="Kirkuk province")
    assert event.location is not None and event.location.place_id == "irq-kirkuk"
    _, event = the_event(tmp_path, where_prec="6", adm_1="", where_coordinates="Iraq")
    assert event.location is not None and event.location.place_id == "irq" and event.location.admin1 is None
    far = {
        "latitude": "15.35",
        "longitude": "44.2",
        "country": "Yemen (North Yemen)",
        "adm_1": "Hajjah province",
    }
    _, event = the_event(tmp_path, **far)
    assert event.location is not None
    assert (event.location.country, event.location.admin1, event.location.lat) == ("YEM", "Hajjah", 15.35)


def test_what_a_source_had_put_together_is_several_and_one_sided_violence_is_an_attack(
    tmp_path: Path,
) -> None:
    _, event = the_event(tmp_path, event_clarity="2", type_of_violence="3", side_a="IS", side_b="Civilians")
    assert event.count is None and event.type == "attack"
    assert [p.code for p in event.targets] == ["CIVILIANS"]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"date_start": "soon"}, "the dates are no days"),
        ({"date_start": "2019-01-01"}, "ends before it begins"),
        ({"latitude": "north"}, "no numbers"),
        ({"type_of_violence": "7"}, "no type of violence"),
        ({"low": "8"}, "outside of low and high"),
        ({"high": "5"}, "outside of low and high"),
    ],
)
def test_a_value_that_cannot_be_used_is_an_issue(tmp_path: Path, row: dict[str, str], message: str) -> None:
    _, reading = read(tmp_path, **row)
    assert [message in issue.message for issue in reading.issues] == [True]


def test_other_tables_and_broken_files_are_faults(tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text("a,b\n1,2\n", "utf8")
    cut = tmp_path / "cut.csv.gz"
    whole = table(tmp_path / "whole.csv.gz", *({"where_coordinates": f"{n}"} for n in range(50))).read_bytes()
    cut.write_bytes(whole[: len(whole) // 2])
    short = tmp_path / "short.csv"
    short.write_text(f"{','.join(ROW)}\n12,1\n", "utf8")
    for path, words in ((other, "no file of UCDP GED"), (cut, "cannot be read"), (short, "not the columns")):
        *_, last = ingest([path])
        assert isinstance(last, Fault) and words in last.message


def test_two_rows_are_never_one_incident_and_news_may_join_one(tmp_path: Path) -> None:
    here = {"adm_1": "Kirkuk province"}
    rows = table(tmp_path / "rows.csv", here, here, {**here, "best": "1", "low": "1", "high": "1"})
    news = document(
        "قُتل ستة جنود في هجوم شنه تنظيم داعش على نقطة للجيش العراقي في الحويجة يوم 5 مارس/آذار 2018.",
        published="2018-03-06", source_id="n", outlet="وكالة",
    )  # fmt: skip
    with Record.open(tmp_path / "r.db", create=True) as record:
        record.add([news])
        report = pipeline.run(record, [rows])
        assert report.read == 4 and not report.failures
        found = record.incidents()
        told = [sorted(incident.sources) for incident in found]
        assert told.count(["UCDP GED"]) == 2 and told.count(["UCDP GED", "وكالة"]) == 1
        assert pipeline.run(record).read == 0
        before = record.digest()
        pipeline.rebuild(record)
        assert record.digest() == before
        covered = pipeline.coverage(record)
    assert [(s.outlet, s.rows) for s in covered.sets] == [("UCDP GED", 3)]
    assert covered.covers(day("2018-03-05")) and not covered.covers(day("2018-03-07"))


def test_an_incident_keeps_the_low_best_and_high_of_its_row(tmp_path: Path) -> None:
    with Record.open(tmp_path / "r.db", create=True) as record:
        pipeline.run(
            record, [table(tmp_path / "rows.csv", {}, {"low": "0", "deaths_unknown": "5", "best": "9"})]
        )
        assert sorted(case.killed or () for case in pipeline.cases(record)) == [(0, 9, 9), (4, 6, 9)]


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.exists(), reason="the shared folder is not here")
def test_the_deaths_of_a_whole_data_set_add_up() -> None:
    reader = CodedReader(load())
    with gzip.open(SHARED, "rt", encoding="utf8", newline="") as file:
        counts = [[int(float(row[c])) for c in ("low", "best", "high")] for row in csv.DictReader(file)]
    wanted = [(min(low, best), best, max(best, high)) for low, best, high in counts]
    assert sum(best for _, best, _ in wanted) == 112_337
    told = []
    for taken in ingest([SHARED]):
        assert isinstance(taken, Document)
        (event,) = reader.read(taken).events
        told.append(tuple(getattr(event.figures[0], bound) for bound in ("low", "best", "high")))
    assert told == wanted


# ── ACLED ─────────────────────────────────────────────────────────────────────────────────

ACLED_ROW = {
    "event_id_cnty": "IRQ7", "event_date": "2018-03-05", "year": "2018", "time_precision": "1",
    "disorder_type": "Political violence", "event_type": "Explosions/Remote violence",
    "sub_event_type": "Grenade", "actor1": "Islamic State (Iraq)", "assoc_actor_1": "",
    "inter1": "Rebel group", "actor2": "Military Forces of Iraq (2014-) Counter Force",
    "assoc_actor_2": "Popular Mobilization Forces; Civilians (Iraq)", "inter2": "State forces",
    "country": "Iraq", "admin1": "Kirkuk", "admin2": "Hawija", "location": "Hawija", "latitude": "35.3257",
    "longitude": "43.7722", "geo_precision": "1", "source": "Al Sumaria; SOHR", "notes": "A note, in words.",
    "fatalities": "3", "timestamp": "1520300000",
}  # fmt: skip


def acled_rows(path: Path, *rows: dict[str, Any]) -> Path:
    with path.open("w", encoding="utf8", newline="") as file:
        writer = csv.DictWriter(file, ACLED_ROW)
        writer.writeheader()
        writer.writerows(ACLED_ROW | {"event_id_cnty": f"IRQ{n}"} | row for n, row in enumerate(rows, 1))
    return path


def acled_event(path: Path, **row: Any) -> tuple[Document, Reading]:
    (taken,) = take(acled_rows(path / "acled.csv", row))
    return taken, CodedReader(load()).read(taken)


def test_a_row_of_acled_is_an_event_whose_values_are_its_cells(tmp_path: Path) -> None:
    taken, reading = acled_event(tmp_path)
    (event,) = reading.events
    text, place = taken.text, event.location
    assert (taken.capture.source_id, taken.capture.outlet) == ("acled:IRQ1", "ACLED")
    assert taken.coded and not reading.issues and reading.reader == "acled/1"
    assert (event.type, event.trigger.of(text), event.weapons[0].code) == ("bombing", "Grenade", "grenade")
    assert event.period == Period(day("2018-03-05"), day("2018-03-05"))
    assert [(p.code, p.span and p.span.of(text)) for p in (*event.initiators, *event.targets)] == [
        ("ISIS", "Islamic State (Iraq)"),
        ("OTHER:Military Forces of Iraq (2014-) Counter Force", "Military Forces of Iraq (2014-) Counter Force"),
        ("IRQ_PMF", "Popular Mobilization Forces"), ("CIVILIANS", "Civilians (Iraq)"),
    ]  # fmt: skip
    # the lowest number reported: there may be more
    assert [(f.low, f.best, f.high, f.span.of(text)) for f in event.figures] == [(3, 3, None, "3")]
    assert place is not None and (place.place_id, place.country, place.precision, place.span.of(text)) == (
        "irq-kirkuk-hawija", "IRQ", 1, "Hawija",
    )  # fmt: skip
    assert event.attribution.speaker_class == "organisation"


def test_what_acled_leaves_open_stays_open(tmp_path: Path) -> None:
    _, reading = acled_event(
        tmp_path, fatalities="0", time_precision="2", event_date="05 March 2018", geo_precision="3",
        actor1="Unidentified Armed Group (Iraq)",
    )  # fmt: skip
    (event,) = reading.events
    assert event.figures == () == event.initiators  # nought says that none was reported
    assert event.period == Period(day("2018-03-02"), day("2018-03-08"))
    assert event.location is not None and event.location.precision == 4
    for row, said in (({"sub_event_type": "Other"}, "no type"), ({"event_date": "soon"}, "no day")):
        _, reading = acled_event(tmp_path, **row)
        assert [said in issue.message for issue in reading.issues] == [True]


#: What comes back as it went out, of each format; the rest is of this record or of the articles.
BACK = {
    "acled": (
        "event_date", "time_precision", "disorder_type", "event_type", "sub_event_type", "actor1", "inter1", "actor2",
        "inter2", "civilian_targeting", "country", "admin1", "latitude", "longitude", "geo_precision", "fatalities",
    ),
    "ged": (
        "type_of_violence", "side_a", "side_b", "where_prec", "country", "adm_1", "latitude", "longitude", "date_start",
        "date_end", "date_prec", "low", "best", "high", "deaths_civilians",
    ),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("form", BACK)
def test_what_is_exported_comes_back_in(tmp_path: Path, form: str) -> None:
    def exported(record: Record) -> dict[str, dict[str, str]]:
        text = b"".join(pipeline.export(record, form).pieces).decode("utf-8-sig")
        rows = csv.DictReader(io.StringIO(text, newline=""))
        return {row["id"] if form == "ged" else row["event_id_cnty"]: row for row in rows}

    sample = Path(__file__).parent.parent / "src/marsad/data/sample/articles.jsonl"
    path = tmp_path / f"{form}.csv"
    with Record.open(tmp_path / "one.db", create=True) as one:
        pipeline.run(one, [sample], workers=1)
        path.write_bytes(b"".join(pipeline.export(one, form).pieces))
        first = exported(one)
    with Record.open(tmp_path / "two.db", create=True) as two:
        report = pipeline.run(two, [path], workers=1)
        assert report.read == len(first) and not report.failures
        assert {source for i in two.incidents() for source in i.sources} == {"Marsad"}
        assert not pipeline.coverage(two).sets  # what it does not hold, it does not deny
        names = {d.id: d.capture.source_id.partition(":")[2] for d in two.documents()}
        was = {i.id: names[i.tellings[0].document_id] for i in two.incidents()}
        second = {was[key.rpartition("-")[2]]: row for key, row in exported(two).items()}
    for key, row in first.items():
        if row.get("sub_event_type") == "Other":
            assert key not in second  # of several types, and says none
        else:
            assert {name: second[key][name] for name in BACK[form]} == {n: row[n] for n in BACK[form]}
