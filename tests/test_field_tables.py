"""Incidents in the formats of the field, read back by programs that are not ours."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import geopandas
import hxl
import openpyxl
import pandas
import pyarrow.parquet as pq
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st

from marsad.model import Incident
from marsad.pipeline import exporting, run
from marsad.publish import acled, ged
from marsad.publish.crosswalk import crosswalk
from marsad.publish.days import days_of
from marsad.publish.reference import Reference
from marsad.publish.tables import INCIDENT_FIELDS
from marsad.publish.workbook import Sheet, workbook
from marsad.record import Record

SAMPLE = Path(__file__).parent.parent / "src/marsad/data/sample/articles.jsonl"


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Record]:
    with Record.open(tmp_path_factory.mktemp("tables") / "sample.db", create=True) as opened:
        run(opened, [SAMPLE], workers=1)
        yield opened


@pytest.fixture(scope="module")
def incidents(record: Record) -> list[Incident]:
    return record.incidents()


@pytest.fixture(scope="module")
def known(record: Record, incidents: list[Incident]) -> Reference:
    return exporting.reference(record, incidents)


def exported(record: Record, form: str, **options: object) -> bytes:
    return b"".join(exporting.export(record, form, **options).pieces)  # type: ignore[arg-type]


@pytest.mark.parametrize("form", exporting.ENDINGS)
def test_the_same_record_gives_the_same_bytes(record: Record, form: str) -> None:
    first = exported(record, form)
    assert first and first == exported(record, form)


@pytest.mark.parametrize(("form", "fields"), [("acled", acled.FIELDS), ("ged", ged.FIELDS)])
def test_every_incident_has_a_row_or_a_reason(
    record: Record, incidents: list[Incident], form: str, fields: tuple[str, ...]
) -> None:
    made = exporting.export(record, form)
    table = pandas.read_csv(io.BytesIO(b"".join(made.pieces)))
    assert tuple(table.columns) == fields and len(table) > 5
    assert len(table) + made.left_out.total() == len(incidents)


def test_acled_rows_are_in_its_codes(record: Record, incidents: list[Incident]) -> None:
    table = pandas.read_csv(io.BytesIO(exported(record, "acled")))
    assert len(acled.FIELDS) == 31
    kinds = {"Battles", "Protests", "Riots", "Explosions/Remote violence", "Violence against civilians",
             "Strategic developments"}  # fmt: skip
    assert set(table.event_type) <= kinds
    assert set(table.time_precision) | set(table.geo_precision) <= {1, 2, 3}
    assert (table.timestamp > 0).all() and table.notes.str.endswith(".").all()
    lows = {f"-{i.id}": toll.low for i in incidents for toll in i.tolls if toll.measure == "killed"}
    for row in table.itertuples():
        told = lows.get(f"-{row.event_id_cnty.split('-')[1]}")
        assert (told is None and pandas.isna(row.fatalities)) or row.fatalities == told  # unknown is not zero


def test_ged_deaths_are_parted_and_bounded(record: Record) -> None:
    table = pandas.read_csv(io.BytesIO(exported(record, "ged")))
    assert len(ged.FIELDS) == 49
    parts = table[["deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown"]].sum(axis=1)
    assert (parts == table.best).all() and (table.best > 0).all()
    assert ((table.low <= table.best) & (table.best <= table.high)).all()
    assert set(table.type_of_violence) <= {1, 2, 3} and set(table.date_prec) <= {1, 2, 3, 4, 5}
    assert (table.date_start <= table.date_end).all()


@given(st.floats(-90, 90).map(lambda x: round(x, 6)), st.floats(-180, 180).map(lambda x: round(x, 6)))
def test_a_grid_cell_holds_its_point(lat: float, lon: float) -> None:
    cell = ged.priogrid(lat, lon)
    assert cell is not None and 1 <= cell <= 259_200
    south, west = (cell - 1) // 720 / 2 - 90, (cell - 1) % 720 / 2 - 180
    assert south <= lat <= south + 0.5 and west <= lon <= west + 0.5


def test_baghdad_is_in_the_cell_that_prio_gives_it() -> None:
    assert ged.priogrid(33.34, 44.40) == 177_569


def test_news_without_a_day_is_of_the_week_before_it(incidents: list[Incident]) -> None:
    incident = next(
        i for i in incidents if any(t.published and t.event.recency == "news" for t in i.tellings)
    )
    days = days_of(replace(incident, period=None))
    assert days is not None and days.inferred and days.length == 7
    assert days.last == min(
        t.published for t in incident.tellings if t.published and t.event.recency == "news"
    )
    old = tuple(replace(t, event=replace(t.event, recency="background")) for t in incident.tellings)
    assert days_of(replace(incident, period=None, tellings=old)) is None


def test_every_country_has_one_number() -> None:
    countries = crosswalk().countries.values()
    assert len({country.numeric for country in countries}) == len(countries)
    known = [country.gw for country in countries if country.gw]
    assert len(set(known)) == len(known)


def test_maps_open_elsewhere(record: Record, incidents: list[Incident], tmp_path: Path) -> None:
    placed = {i.id for i in incidents if i.location and i.location.lat is not None}
    for form in ("geojson", "geoparquet"):
        file = tmp_path / f"incidents{exporting.ENDINGS[form]}"
        file.write_bytes(exported(record, form))
        frame = geopandas.read_parquet(file) if form == "geoparquet" else geopandas.read_file(file)
        assert (
            set(frame.id) == placed and frame.crs.to_epsg() == 4326
        ) or frame.crs.to_string() == "OGC:CRS84"
        by_id = frame.set_index("id").geometry
        for incident in incidents:
            if incident.id in placed and incident.location:
                assert by_id[incident.id].coords[0] == (incident.location.lon, incident.location.lat)


def test_parquet_types_do_not_depend_on_values(record: Record) -> None:
    full = pq.read_schema(io.BytesIO(exported(record, "parquet")))
    from marsad.record import Filters

    none = exported(record, "parquet", filters=Filters(first=date(1900, 1, 1), last=date(1900, 1, 2)))
    assert pq.read_schema(io.BytesIO(none)).equals(full)
    for what in ("events", "claims"):
        assert pq.read_table(io.BytesIO(exported(record, "parquet", what=what))).num_rows > 0


def test_hashtags_are_hxl(record: Record, incidents: list[Incident], tmp_path: Path) -> None:
    file = tmp_path / "incidents.csv"
    file.write_bytes(exported(record, "hxl"))
    with file.open("rb") as stream:
        data = hxl.data(stream)
        rows = list(data)
    assert {row.get("#event+id") for row in rows} == {incident.id for incident in incidents}
    assert "#affected+killed+best" in data.display_tags


def test_a_workbook_is_right_to_left_in_arabic_and_runs_nothing(
    record: Record, incidents: list[Incident]
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(exported(record, "xlsx", language="ar")))
    (sheet,) = book.worksheets
    assert sheet.sheet_view.rightToLeft and sheet.title == "الحوادث"
    heads = [cell.value for cell in sheet[1]]
    assert heads[:3] == ["المعرّف", "العنوان", "النوع"] and len(heads) == len(INCIDENT_FIELDS) + 1
    assert {row[0].value for row in sheet.iter_rows(min_row=2)} == {incident.id for incident in incidents}
    plain = openpyxl.load_workbook(io.BytesIO(exported(record, "xlsx")))
    assert not plain.worksheets[0].sheet_view.rightToLeft
    hostile = workbook([Sheet("x", {"a": "A"}, [{"a": "=1+1"}, {"a": "bad\x01"}])], language="en")
    cells = list(openpyxl.load_workbook(io.BytesIO(hostile)).worksheets[0].iter_rows(min_row=2))
    assert [(cell[0].data_type, cell[0].value) for cell in cells] == [("s", "=1+1"), ("s", "bad\ufffd")]


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
def test_linked_data_names_each_thing_once(record: Record, incidents: list[Incident]) -> None:
    graph = json.loads(exported(record, "jsonld"))["@graph"]
    assert {node["identifier"] for node in graph} == {incident.id for incident in incidents}
    assert all(article["publisher"] for node in graph for article in node["subjectOf"])
    rdf = rdflib.Graph().parse(data=exported(record, "jsonld").decode(), format="json-ld")
    schema = rdflib.Namespace("https://schema.org/")
    assert {
        str(rdf.value(event, schema.identifier)) for event in rdf.subjects(rdflib.RDF.type, schema.Event)
    } == {incident.id for incident in incidents}
    entities = [json.loads(line) for line in exported(record, "ftm").splitlines()]
    ids = [entity["id"] for entity in entities]
    assert len(set(ids)) == len(ids)
    pointed = {id_ for e in entities for key in ("involved", "proof") for id_ in e["properties"].get(key, ())}
    assert pointed <= set(ids)


def test_entities_are_followthemoney_s(record: Record) -> None:
    ftm = pytest.importorskip("followthemoney", reason="followthemoney is not installed (it needs ICU)")
    for line in exported(record, "ftm").splitlines():
        entity = json.loads(line)
        proxy = ftm.model.get_proxy(entity, cleaned=False)
        assert proxy.to_dict()["properties"] == entity["properties"]


def test_plover_events_say_who_did_what(record: Record, incidents: list[Incident]) -> None:
    events = pandas.read_json(io.BytesIO(exported(record, "plover")), lines=True).to_dict("records")
    assert len(events) == len(incidents) and {event["event"] for event in events} >= {"ASSAULT", "PROTEST"}
    assert all(side["name"] for event in events for side in (*event["source"], *event["target"]))


def test_a_long_period_is_left_out_of_acled(incidents: list[Incident]) -> None:
    incident = next(i for i in incidents if acled.left_out(i) is None and i.period and i.period.first)
    assert incident.period and incident.period.first
    wide = replace(incident.period, last=incident.period.first + timedelta(days=40))
    assert acled.left_out(replace(incident, period=wide)) == "no day, or only a period longer than a month"


def test_the_page_says_what_the_crosswalk_does() -> None:
    page = (Path(__file__).parent.parent / "docs/tables.md").read_text("utf8")
    for name, entry in crosswalk().types.items():
        (line,) = [line for line in page.splitlines() if line.startswith(f"| `{name}` |")]
        told = [entry.acled.sub_event, *entry.plover, "no row" if entry.ucdp == "never" else "killed"]
        told += [kind.sub_event for kind in (entry.on_civilians, entry.by_state) if kind]
        assert all(word in line for word in told), name
    for name, kind in {**crosswalk().inter_codes, **crosswalk().inter_sides}.items():
        assert f"| `{name}` | {kind} |" in page or f"| side {name} | {kind} |" in page
    assert all(f"`{form}`" in page for form in exporting.ENDINGS)
