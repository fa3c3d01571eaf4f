"""Releases: the same bytes for the same record, and no more in them than their profile lets out."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from marsad import lexicon
from marsad.errors import QueryError
from marsad.model import Capture, Document, Location, Span
from marsad.pipeline import deciding, run
from marsad.pipeline.releasing import Release, release
from marsad.publish.bundle import Change, Story, changes
from marsad.publish.profiles import HIDDEN, coarse, masked, profile, profiles, shown
from marsad.publish.quotes import quote
from marsad.record import Record

SAMPLE = Path(__file__).parent.parent / "src/marsad/data/sample/articles.jsonl"
STORY = Story("Sample", "1", "The tests", "CC0-1.0", "Marsad")


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Record]:
    with Record.open(tmp_path_factory.mktemp("release") / "sample.db", create=True) as opened:
        run(opened, [SAMPLE], workers=1)
        yield opened


@pytest.fixture(scope="module")
def public(record: Record) -> Release:
    return release(record, profile("public"), STORY)


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def test_the_same_record_gives_the_same_bytes_with_true_checksums(record: Record, public: Release) -> None:
    assert release(record, profile("public"), STORY).files == public.files
    sums = dict(reversed(line.split("  ")) for line in public.files["SHA256SUMS"].decode().splitlines())
    assert set(sums) == set(public.files) - {"SHA256SUMS"}
    assert all(hashlib.sha256(public.files[name]).hexdigest() == sum_ for name, sum_ in sums.items())
    package = json.loads(public.files["datapackage.json"])
    assert all(r["hash"] == f"sha256:{sums[r['path']]}" for r in package["resources"])
    assert yaml.safe_load(public.files["CITATION.cff"])["version"] == "1"


def test_what_is_newer_than_the_delay_is_held_back(record: Record, public: Release) -> None:
    held = record.incidents()
    published = {i.id: min(t.published for t in i.tellings if t.published) for i in held
                 if any(t.published for t in i.tellings)}  # fmt: skip
    last = max(t.published for i in held for t in i.tellings if t.published)
    out = {row["id"] for row in rows(public.files["incidents.csv"])}
    assert out == {i.id for i in held if published.get(i.id, date.min) <= last - timedelta(days=7)}
    assert public.withheld["delay"] == len(held) - len(out) > 0
    claims = [
        date.fromisoformat(row["published"]) for row in rows(public.files["claims.csv"]) if row["published"]
    ]
    assert claims and max(claims) <= last - timedelta(days=7)
    told = [
        date.fromisoformat(row["published"]) for row in rows(public.files["events.csv"]) if row["published"]
    ]
    assert told and max(told) <= last - timedelta(days=7)
    whole = release(record, profile("internal"), STORY)
    assert {row["id"] for row in rows(whole.files["incidents.csv"])} == {i.id for i in held}


def test_later_words_of_an_incident_that_is_out_are_held_back_too(tmp_path: Path) -> None:
    told = "قتل {} أشخاص وأصيب آخرون بانفجار عبوة ناسفة في سوق مدينة كركوك يوم الاثنين الأول من آذار 2021."
    rows_ = [("a", "2021-03-02", "أربعة"), ("b", "2021-03-12", "تسعة"), ("c", "2021-03-16", "تسعة")]
    news = [
        {
            "id": id_,
            "outlet": f"عينة {id_}",
            "published": on,
            "text": told.format(count),
            "title": f"انفجار في كركوك {id_}",
        }
        for id_, on, count in rows_
    ]
    file = tmp_path / "a.jsonl"
    file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in news), "utf8")
    with Record.open(tmp_path / "r.db", create=True) as opened:
        run(opened, [file], workers=1)
        (whole,) = [i for i in opened.incidents() if len(i.tellings) == 3]
        made = release(opened, profile("public"), STORY, as_of=date(2021, 3, 16))
        all_out = release(opened, profile("public"), STORY, as_of=date(2021, 3, 30))
    (row,) = [row for row in rows(made.files["incidents.csv"]) if row["id"] == whole.id]
    assert {e["published"] for e in rows(made.files["events.csv"])} == {"2021-03-02"}
    assert row["killed"] == "4" and "عينة b" not in made.files["incidents.csv"].decode()
    assert made.withheld == {"delay": 0, "delay, as later words of those": 2}
    assert {e["published"] for e in rows(all_out.files["events.csv"])} == {on for _, on, _ in rows_}


def test_no_public_point_is_finer_than_a_settlement(record: Record, public: Release) -> None:
    places = lexicon.load().places
    allowed = {(p.lat, p.lon) for p in places.values()
               if p.type in {"village", "town", "city", "subdistrict", "district", "governorate", "country"}}  # fmt: skip
    features = json.loads(public.files["incidents.geojson"])["features"]
    assert features
    for feature in features:
        lon, lat = feature["geometry"]["coordinates"]
        assert (lat, lon) in allowed
    told = {i.id: i.location for i in record.incidents()}
    for row in rows(public.files["incidents.csv"]):
        before = told[row["id"]]
        if row["precision"] and before and before.precision:
            assert int(row["precision"]) >= before.precision


def test_public_quotes_are_short(public: Release) -> None:
    for name in ("events.csv", "claims.csv"):
        found = rows(public.files[name])
        assert found and all(len(row["evidence"].replace("…", "").split()) <= 25 for row in found)


def test_private_names_are_masked_wherever_they_would_stand(tmp_path: Path) -> None:
    text = "قتل الشاب سامر كنعان الهلالي برصاص مسلحين مجهولين في قضاء الحويجة يوم الأحد، حسب المتحدث باسم وزارة الداخلية سعد معن."
    file = tmp_path / "a.jsonl"
    row = {"id": "a", "outlet": "عينة", "url": "https://sample.invalid/a", "published": "2021-03-02",
           "title": "مقتل الشاب سامر كنعان الهلالي في الحويجة", "text": text}  # fmt: skip
    file.write_text(json.dumps(row, ensure_ascii=False), "utf8")
    with Record.open(tmp_path / "r.db", create=True) as opened:
        run(opened, [file], workers=1)
        assert opened.incidents()
        made = release(opened, profile("public"), STORY, delay_days=0)
        kept = release(opened, profile("internal"), STORY)
    everything = b"".join(content for name, content in made.files.items() if not name.startswith("method/"))
    assert "سامر".encode() not in everything and "الهلالي".encode() not in everything
    assert HIDDEN.encode() in everything and any("سامر" in name for name in made.names)
    assert "سعد معن".encode() in everything  # a spokesman stays
    assert "سامر".encode() in b"".join(kept.files.values()) and not kept.names


def test_what_changed_is_said_and_why(record: Record, tmp_path: Path) -> None:
    with Record.open(tmp_path / "r.db", create=True) as opened:
        run(opened, [SAMPLE], workers=1)
        first = release(opened, profile("internal"), STORY)
        single = next(i for i in opened.incidents() if len(i.tellings) == 1)
        deciding.reject(opened, single.tellings[0].event_id, author="a", reason="a drill")
        second = release(opened, profile("internal"), STORY, before=first.files["incidents.csv"].decode())
    told = rows(second.files["CHANGES.csv"])
    (gone,) = [row for row in told if row["incident"] == single.id]
    assert gone["change"] == "withdrawn" and "a drill" in gone["why"]
    assert second.changed["withdrawn"] == 1 and second.changed["added"] == 0


def test_changes_name_the_columns() -> None:
    before, now = "id,killed\na,1\nb,2\nc,3\n", "id,killed\na,1\nb,5\nd,4\n"
    found = changes(before, now, lambda id_: Change("merged", id_, into="d"))
    assert found == [
        Change("added", "d"),
        Change("changed", "b", columns=("killed",)),
        Change("merged", "c", into="d"),
    ]


def test_profiles_are_known_by_name() -> None:
    assert set(profiles()) == {"internal", "partner", "public"}
    with pytest.raises(QueryError, match="one of internal, partner, public"):
        profile("secret")


@given(st.text(alphabet="اب تث.", min_size=1, max_size=60), st.data())
def test_masking_touches_nothing_else(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    out = masked(Document(text, capture=Capture("x")), [Span(start, end)]).text
    assert len(out) == len(text) and out[:start] == text[:start] and out[end:] == text[end:]
    assert not set(text[start:end].replace(" ", "")) & set(out[start:end])
    assert "\u2592" not in shown(out)


@given(
    st.lists(st.text(alphabet="abc", min_size=1, max_size=4), min_size=1, max_size=60),
    st.integers(1, 30),
    st.data(),
)
def test_a_quote_has_no_more_words_and_holds_what_it_is_about(
    said: list[str], words: int, data: st.DataObject
) -> None:
    at = data.draw(st.sampled_from(said))
    cut = quote(" ".join(said), at, words)
    assert len(cut.replace("…", "").split()) <= max(words, 0) or len(said) <= words
    assert cut.replace("… ", "").replace(" …", "") in " ".join(said)


def test_a_place_that_no_table_knows_gets_no_point() -> None:
    told = Location("x", Span(0, 1), lat=33.0, lon=44.0, radius_km=2, precision=1)
    assert coarse(told, {}) == replace(told, lat=None, lon=None, radius_km=None)
    assert coarse(None, {}) is None


def test_the_page_says_what_the_profiles_do() -> None:
    page = (Path(__file__).parent.parent / "docs/releases.md").read_text("utf8")
    (quotes,) = [line for line in page.splitlines() if line.startswith("| quotes |")]
    (delay,) = [line for line in page.splitlines() if line.startswith("| delay |")]
    for cell, chosen in zip(quotes.split("|")[2:5], profiles().values(), strict=True):
        assert (str(chosen.quote_words) in cell) == (chosen.quote_words is not None)
    for cell, chosen in zip(delay.split("|")[2:5], profiles().values(), strict=True):
        assert (str(chosen.delay_days) in cell) == bool(chosen.delay_days)
