"""Data frames of a record: pandas, polars and geopandas say the same, and what nobody told is missing."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import geopandas
import pandas
import polars
import pytest

from marsad import Filters, frames, pipeline
from marsad.errors import MarsadError, QueryError
from marsad.record import Record

SAMPLE = Path(__file__).parent.parent / "src/marsad/data/sample/articles.jsonl"
TABLES = (frames.incidents, frames.events, frames.claims, frames.figures, frames.documents, frames.sources)


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Record]:
    with Record.open(tmp_path_factory.mktemp("frames") / "sample.db", create=True) as opened:
        pipeline.run(opened, [SAMPLE], workers=1)
        yield opened


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__name__)
def test_every_kind_of_frame_says_the_same(record: Record, tmp_path: Path, table: object) -> None:
    arrow, whole, other = (table(record, to=to) for to in ("arrow", "pandas", "polars"))  # type: ignore[operator]
    assert isinstance(whole, pandas.DataFrame) and isinstance(other, polars.DataFrame)
    assert other.to_arrow().to_pylist() == arrow.to_pylist() and len(whole) == arrow.num_rows > 5
    for name in arrow.column_names:
        assert list(whole[name].isna()) == [value is None for value in arrow[name].to_pylist()]
    with Record.open(tmp_path / "empty.db", create=True) as empty:  # types are the columns', not the values'
        none = table(empty)  # type: ignore[operator]
        assert none.empty and list(none.columns) == list(whole.columns)
        assert list(none.dtypes) == list(whole.dtypes)


def test_counts_of_incidents_are_those_of_the_record(record: Record) -> None:
    held = record.incidents()
    table = frames.incidents(record).set_index("id")
    assert list(table.index) == [incident.id for incident in held]
    for incident in held:
        killed = next((toll.best for toll in incident.tolls if toll.measure == "killed"), None)
        row = table.loc[incident.id]
        assert pandas.isna(row["killed"]) if killed is None else row["killed"] == killed
        assert list(row["sources"]) == list(incident.sources)
    assert table["first"].dtype.kind == "M" and table["killed_low"].sum() == record.totals().killed.low
    few = frames.incidents(record, Filters(min_killed=10))
    assert 0 < len(few) < len(held) and (few["killed"] >= 10).all()


def test_figures_stand_side_by_side_with_their_words(record: Record) -> None:
    table = frames.figures(record)
    texts = frames.documents(record, text=True).set_index("id")["text"]
    assert all(row.words in texts[row.document] for row in table.itertuples())
    held = {i.id: i for i in record.incidents()}
    for id_, own in table.groupby("incident"):
        assert len(own) == sum(len(t.event.figures) for t in held[str(id_)].tellings)


def test_points_are_those_of_the_incidents(record: Record) -> None:
    table = frames.incidents(record, to="geo")
    assert isinstance(table, geopandas.GeoDataFrame) and table.crs.to_epsg() == 4326
    placed = {
        i.id: (i.location.lon, i.location.lat) for i in record.incidents() if i.location and i.location.lat
    }
    found = table[table.geometry.notna()]
    assert {row.id: (row.geometry.x, row.geometry.y) for row in found.itertuples()} == placed
    assert len(found) < len(table)


def test_sources_are_told_with_their_days(record: Record) -> None:
    table = frames.sources(record).set_index("source")
    assert dict(table["incident_count"][table["incident_count"] > 0]) == dict(record.sources())
    assert table["document_count"].sum() == len(record.document_ids())
    assert (table["first"] <= table["last"]).all()


def test_what_cannot_be_had_is_said(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(QueryError, match="no kind of frame"):
        frames.incidents(record, to="spreadsheet")  # type: ignore[arg-type]
    with pytest.raises(QueryError, match="no place"):
        frames.sources(record, to="geo")
    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(MarsadError, match=r"pip install 'marsad\[frames\]'"):
        frames.incidents(record, to="polars")
