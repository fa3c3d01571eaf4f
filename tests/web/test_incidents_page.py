"""The list of incidents: one set, whichever way it is asked for; wrong questions are told what is wrong."""

from __future__ import annotations

import csv
import io
import sqlite3
from pathlib import Path
from typing import Any

import httpx
import pytest
from lxml import html

from marsad.codebook import LANGUAGES

#: A question, and the same in plain SQL over the record's tables.
QUESTIONS: list[tuple[dict[str, Any], str]] = [
    ({}, "1"),
    ({"from": "2021-01-01"}, "coalesce(last, first) >= '2021-01-01'"),
    ({"to": "2020-06-30"}, "coalesce(first, last) <= '2020-06-30'"),
    (
        {"from": "٢٠٢٠-٠١-٠١", "to": "2021-12-31"},
        "coalesce(last, first) >= '2020-01-01' and coalesce(first, last) <= '2021-12-31'",
    ),
    ({"type": "bombing"}, "type = 'bombing'"),
    ({"type": ["bombing", "attack"]}, "type in ('bombing', 'attack')"),
    ({"grade": "single source"}, "grade = 'single source'"),
    ({"actor": "ISIS"}, "id in (select incident_id from incident_terms where kind = 'actor' and value = 'ISIS')"),
    ({"country": "syr"}, "country = 'SYR'"),
    ({"place": "irq-anbar"}, "id in (select incident_id from incident_terms where kind = 'place' and value = 'irq-anbar')"),
    ({"min_killed": "3"}, "killed >= 3"),
    ({"max_killed": "3"}, "killed <= 3"),
    ({"min_wounded": "2", "max_wounded": "10"}, "wounded between 2 and 10"),
    ({"sources": "2"}, "sources >= 2"),
    ({"outlet": "عينة مرصد أ"}, "id in (select incident_id from incident_terms where kind = 'source' and value = 'عينة مرصد أ')"),
    ({"bbox": "42,33,45,36"}, "lon between 42 and 45 and lat between 33 and 36"),
    ({"reviewed": "no"}, "1"),
    ({"reviewed": "yes"}, "0"),
    ({"type": "riot", "min_killed": "500"}, "0"),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "where"), QUESTIONS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_page_json_csv_geojson_and_sql_give_one_set(
    client: httpx.Client, sample_record: Path, language: str, asked: dict[str, Any], where: str
) -> None:
    with sqlite3.connect(f"file:{sample_record}?mode=ro", uri=True) as base:
        ids = {row[0] for row in base.execute(f"select id from incidents where {where}")}
        placed = {
            row[0] for row in base.execute(f"select id from incidents where lat is not null and {where}")
        }
    page = client.get(f"/{language}/incidents", params=asked)
    assert page.status_code == 200
    found = html.fromstring(page.text).xpath("//*[@id='count']/text()")
    assert [int(text.replace(",", "")) for text in found] == [len(ids)]

    listed: list[str] = []
    url: str | None = str(httpx.URL(f"/{language}/incidents.json", params=asked))
    while url:
        answer = client.get(url).json()
        assert answer["totals"]["incidents"] == len(ids)
        listed += [row["id"] for row in answer["incidents"]]
        url = answer["next"]
    assert sorted(listed) == sorted(ids)

    table = client.get(f"/{language}/incidents.csv", params=asked).text
    assert {row["id"] for row in csv.DictReader(io.StringIO(table, newline=""))} == ids

    features = client.get(f"/{language}/incidents.geojson", params=asked).json()["features"]
    assert {feature["id"] for feature in features} == placed
    spots = client.get(f"/{language}/incidents/map.geojson", params=asked).json()["features"]
    assert sum(spot["properties"]["n"] for spot in spots) == len(placed)
    series = client.get(f"/{language}/incidents/series.json", params=asked).json()
    assert sum(b["count"] for b in series["bins"]) + series["earlier"] + answer["totals"]["undated"] == len(
        ids
    )


@pytest.mark.parametrize(
    ("order", "key"), [("latest", "first"), ("earliest", "first"), ("deadliest", "killed")]
)
def test_the_list_is_in_the_order_asked_for(client: httpx.Client, order: str, key: str) -> None:
    rows = client.get("/ar/incidents.json", params={"sort": order}).json()["incidents"]
    told = [row[key] for row in rows if row[key] is not None]
    assert told == sorted(told, reverse=order != "earliest") and len(told) > 10


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=yesterday", "from"), ("to=2021-02-30", "to"), ("from=2021-02-01&to=2021-01-01", "to"),
        ("type=picnic", "type"), ("grade=certain", "grade"), ("min_killed=-3", "min_killed"), ("max_killed=many", "max_killed"),
        ("min_killed=9&max_killed=3", "max_killed"), ("bbox=1,2,3", "bbox"), ("bbox=5,1,1,5", "bbox"),
        ("country=Iraq", "country"),
        ("q=%25%25", "q"), ("sources=0", "sources"), ("reviewed=perhaps", "reviewed"),
        ("sort=random", "sort"), ("page=0", "page"), ("page=1e9", "page"),
        ("colour=red", "colour"), ("from=2021-01-01&from=2021-01-02", "from"), ("q=" + "x" * 500, "q"),
    ],
)  # fmt: skip
def test_a_question_that_means_nothing_is_told_what_is_wrong(
    client: httpx.Client, query: str, field: str
) -> None:
    said = {}
    for language in LANGUAGES:
        page = client.get(f"/{language}/incidents?{query}")
        assert page.status_code == 400
        (alert,) = html.fromstring(page.text).xpath("//*[@role='alert']")
        said[language] = alert.text_content()
        assert field in said[language]
    assert said["ar"] != said["en"]
    if field in ("sort", "page"):
        return
    for form in (".json", ".csv", ".geojson", "/map.geojson", "/series.json"):
        answer = client.get(f"/en/incidents{form}?{query}")
        assert answer.status_code == 400
        assert [fault["field"] for fault in answer.json()["error"]["fields"]] == [field]


def test_the_front_door_opens_in_the_reader_s_language(client: httpx.Client) -> None:
    for header, there in (
        ("en-GB,en;q=0.9,ar;q=0.5", "/en/"),
        ("ar-IQ", "/ar/"),
        ("fr", "/ar/"),
        ("en;q=0.1, ar", "/ar/"),
        ("", "/ar/"),
    ):
        answer = client.get("/", headers={"Accept-Language": header})
        assert (answer.status_code, answer.headers["location"]) == (307, there)


@pytest.mark.parametrize("path", ["/ar/nothing", "/fr/incidents", "/nothing", "/ar/incidents/nothing/else"])
def test_an_address_of_nothing_says_so(client: httpx.Client, path: str) -> None:
    answer = client.get(path, headers={"Accept-Language": "ar"})
    assert answer.status_code == 404
    assert "لا شيء في هذا العنوان" in answer.text


def test_every_page_is_whole_in_both_languages(client: httpx.Client) -> None:
    for language, direction in (("ar", "rtl"), ("en", "ltr")):
        page = html.fromstring(client.get(f"/{language}/incidents").text)
        assert (page.get("lang"), page.get("dir")) == (language, direction)
        assert len(page.xpath("//main")) == len(page.xpath("//h1")) == 1
        ids = page.xpath("//*/@id")
        assert len(ids) == len(set(ids))
        labelled = set(page.xpath("//label/@for"))
        unlabelled = page.xpath(
            "//form//*[self::input or self::select][not(@type='hidden')][not(ancestor::label)]/@id"
        )
        assert set(unlabelled) <= labelled
