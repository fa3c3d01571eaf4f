"""One incident's page: every value stands on its words, hostile text is harmless."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from lxml import html
from tests.making import PLACES, document, event, reading
from tests.web.conftest import served

from marsad.codebook import LANGUAGES
from marsad.lexicon import load
from marsad.link import link
from marsad.model import Span, Telling, event_ids
from marsad.pipeline.deciding import accept, same
from marsad.record import Record
from marsad.web.evidence import marks
from marsad.web.view import shown


@pytest.mark.slow
def test_every_incident_of_the_sample_has_its_page(client: httpx.Client, sample_record: Path) -> None:
    with Record.open(sample_record, readonly=True) as record:
        incidents = record.incidents()
    for number, incident in enumerate(incidents):
        language = LANGUAGES[number % 2]
        answer = client.get(f"/{language}/incidents/{incident.id}")
        assert answer.status_code == 200
        page = html.fromstring(answer.text)
        ids = page.xpath("//*/@id")
        assert len(ids) == len(set(ids))
        assert {t.event_id for t in incident.tellings} <= set(ids)
        assert page.xpath("//h1")[0].text_content().strip()


def test_marks_stand_exactly_on_the_evidence(client: httpx.Client, sample_record: Path) -> None:
    with Record.open(sample_record, readonly=True) as record:
        incidents = record.incidents()
        texts = {d.id: d.text for d in record.documents()}
    checked = 0
    for incident in incidents[:25]:
        page = html.fromstring(client.get(f"/ar/incidents/{incident.id}").text)
        for telling in incident.tellings:
            text = texts[telling.document_id]
            (shown_text, *_) = page.xpath(
                f"//article[@id='{telling.event_id}']//div[contains(@class, 'source-text')]"
            )
            for kind in {mark.kind for mark in marks(telling.event)}:
                told = {
                    i for m in marks(telling.event) if m.kind == kind for i in range(m.span.start, m.span.end)
                }
                words = "".join(
                    "".join(m.itertext()) for m in shown_text.xpath(f".//mark[@class='k-{kind}']")
                )
                assert sorted(words) == sorted(text[i] for i in told)
                checked += 1
    assert checked > 50


def test_a_document_is_shown_whole_and_unchanged(client: httpx.Client, sample_record: Path) -> None:
    with Record.open(sample_record, readonly=True) as record:
        documents = list(record.documents())
    for found in documents[:10]:
        page = html.fromstring(client.get(f"/en/documents/{found.id}").text)
        (text,) = page.xpath("//div[@data-document]")
        assert text.text_content() == found.text
        assert (text.get("lang"), text.get("dir")) == ("ar", "rtl")


@pytest.mark.parametrize(
    "path", ["incidents/i0", "incidents/ie", "incidents/%00", "incidents/" + "i" * 5000, "documents/x"]
)
def test_an_id_of_nothing_is_told_so_in_the_reader_s_language(client: httpx.Client, path: str) -> None:
    for language, said in (("ar", "لا شيء مسجَّل"), ("en", "Nothing is recorded")):
        answer = client.get(f"/{language}/{path}")
        assert answer.status_code == 404
        assert said in html.fromstring(answer.text).text_content()
    assert client.get("/en/incidents/i0.json").json()["error"]["code"] == "not_found"


def test_the_permanent_address_leads_to_the_page(client: httpx.Client) -> None:
    id_ = client.get("/ar/incidents.json").json()["incidents"][0]["id"]
    answer = client.get(f"/i/{id_}", headers={"Accept-Language": "en"}, follow_redirects=True)
    assert (answer.status_code, answer.url.path) == (200, f"/en/incidents/{id_}")


HOSTILE = (
    "<script>alert(1)</script> <img src=x onerror=alert(2)> انفجار \u202eفي\u2066 كركوك \"'>&lt;b&gt; \x00\x07 \x1b[31m "
    "{{ 7*7 }} {% raw %} قُتل أربعة </div></main> https://a.invalid/"
)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hostile") / "h.db"
    at = HOSTILE.index("انفجار")
    short = document(HOSTILE, outlet="<b>ناشر</b>\u202e", url="javascript:alert(3)", source_id="<i>")
    long = document(HOSTILE + "ط" * 1_000_000, outlet="أ", url="https://a.invalid/?a=1&b=<2>", source_id="b")
    with Record.open(path, create=True) as record:
        record.add([short, long])
        told = [
            reading(d, event(at=at, speaker="</script><script>", initiators=("OTHER:<u>x</u>",)))
            for d in (short, long)
        ]
        record.save_readings(told, lexicon="w")
        tellings = [
            Telling(event_ids(r)[0], d.id, r.events[0], d.capture.outlet or "", d.published)
            for d, r in zip((short, long), told, strict=True)
        ]
        found = link(tellings, places=PLACES, actors={}, weights=load().weights["link"])
        record.replace_incidents(found, places=PLACES, text={d.id: d.text for d in (short, long)})
    return path


def test_hostile_text_is_shown_harmless(hostile: Path) -> None:
    with served(hostile) as client:
        listed = client.get("/ar/incidents.json").json()["incidents"]
        documents = {
            t["document"]
            for row in listed
            for t in client.get(f"/ar/incidents/{row['id']}.json").json()["tellings"]
        }
        paths = [
            "/ar/incidents",
            *(f"/ar/incidents/{row['id']}" for row in listed),
            *(f"/en/documents/{d}" for d in documents),
        ]
        for path in paths:
            answer = client.get(path)
            assert answer.status_code == 200
            page = html.fromstring(answer.text)
            assert all(script.get("src", "").startswith("/static/") for script in page.xpath("//script"))
            assert not page.xpath(
                "//img[@onerror] | //main//b | //main//u | //main//i | //*[starts-with(@href, 'javascript:')]"
            )
            assert not set("\u202e\u2066\x07\x1b") & set(page.text_content())
            assert len(page.xpath("//main")) == 1
            if "/incidents/" in path:
                assert len(answer.content) < 100_000
                assert shown(HOSTILE)[:40] in page.text_content()
                assert "{{ 7*7 }}" in page.text_content()
        table = client.get("/ar/incidents.csv")
        assert table.status_code == 200


def test_why_two_tellings_are_one_is_told_term_by_term(client: httpx.Client) -> None:
    rows = client.get("/en/incidents.json?sources=2").json()["incidents"]
    detail = client.get(f"/en/incidents/{rows[0]['id']}.json").json()
    for language in LANGUAGES:
        page = html.fromstring(client.get(f"/{language}/incidents/{rows[0]['id']}").text)
        tables = page.xpath("//section[@aria-labelledby='joins']//table")
        assert [len(t.xpath(".//tbody/tr")) for t in tables] == [len(j["terms"]) for j in detail["joins"]]


def test_spans_are_code_points_of_the_untouched_text(client: httpx.Client, sample_record: Path) -> None:
    row = client.get("/en/incidents.json").json()["incidents"][0]
    with Record.open(sample_record, readonly=True) as record:
        for telling in client.get(f"/en/incidents/{row['id']}.json").json()["tellings"]:
            found = record.document(telling["document"])
            assert found is not None
            for value in telling["values"]:
                if value["span"]:
                    assert Span(*value["span"]).of(found.text) == value["quote"]


def test_what_people_decided_is_told_and_an_id_that_is_no_more_leads_on(
    sample_record: Path, tmp_path: Path
) -> None:
    path = tmp_path / "decided.db"
    with Record.open(sample_record, readonly=True) as record:
        record.copy(path)
    with Record.open(path) as record:
        ids = record.incident_ids()
        first, second = (record.incident(id_) for id_ in ids[:2])
        accept(record, first.tellings[0].event_id, author="ليلى", reason="قرأته <b>بنفسي</b>", link=False)
        same(record, first.id, second.id, author="ليلى")
        left = {first.id, second.id} & set(record.incident_ids())
        assert len(left) == 1
    with served(path) as client:
        for id_ in (first.id, second.id):
            answer = client.get(f"/ar/incidents/{id_}", follow_redirects=True)
            assert answer.url.path.rsplit("/", 1)[1] in left
            told = (
                html.fromstring(answer.text)
                .xpath("//section[@aria-labelledby='decisions']")[0]
                .text_content()
            )
            assert "ليلى" in told and "قرأته <b>بنفسي</b>" in told and "جُمع مع غيره" in told
        found = client.get("/en/incidents.json?reviewed=yes").json()["incidents"]
        assert {row["id"] for row in found} == left
