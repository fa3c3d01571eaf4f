"""Every page, in both languages: whole, labelled, linked only to pages that there are."""

from __future__ import annotations

import csv
import io
from datetime import date
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from tests.web.conftest import served

from marsad.codebook import LANGUAGES, load
from marsad.link.rules import load_rules
from marsad.pipeline import studies
from marsad.record import Filters, Record
from marsad.web.preferences import CHOICES, COOKIE, Preferences, chosen, read_cookie
from marsad.web.render import NAVIGATION, TOOLS
from marsad.web.timeline import bins

PAGES = [item.page for item in (*NAVIGATION, *TOOLS)] + [
    "api", "actors/ISIS", "sources/" + quote("عينة مرصد أ"),
]  # fmt: skip


@pytest.fixture(scope="module")
def place(client: httpx.Client) -> str:
    return str(client.get("/api/v1/places").json()["data"][0]["id"])


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_whole_and_every_link_leads_somewhere(
    client: httpx.Client, language: str, place: str
) -> None:
    seen: set[str] = set()
    todo = [f"/{language}/{path}" for path in PAGES] + [f"/{language}/places/{place}"]
    first = set(todo)
    while todo:
        path = todo.pop()
        if path in seen:
            continue
        seen.add(path)
        answer = client.get(path, follow_redirects=True)
        assert answer.status_code == 200, path
        if path not in first:
            continue
        page = html.fromstring(answer.text)
        assert len(page.xpath("//main")) == len(page.xpath("//h1")) == 1, path
        ids = page.xpath("//*/@id")
        assert len(ids) == len(set(ids)), path
        assert set(page.xpath("//@aria-labelledby")) <= set(ids), path
        assert not page.xpath("//@style | //style | //script[not(@src)] | //@onclick"), path
        assert page.xpath("//nav[@class='site-nav']/a[@aria-current]") or path.split("/")[2] in (
            "settings",
            "api",
        ), path
        links = [str(link) for link in page.xpath("//main//a/@href | //header//a/@href")]
        todo += [link for link in links[:40] if link.startswith("/") and link not in seen]
    assert len(seen) > 60


@pytest.mark.slow
def test_an_empty_record_says_the_way_out_on_every_page(tmp_path: Path) -> None:
    Record.open(tmp_path / "empty.db", create=True).close()
    with served(tmp_path / "empty.db") as client:
        for language in LANGUAGES:
            for item in (*NAVIGATION, *TOOLS):
                assert client.get(f"/{language}/{item.page}").status_code == 200
            assert "marsad run" in client.get(f"/{language}/incidents").text


@pytest.mark.parametrize(
    "path", ["places/nowhere", "actors/NOBODY", "sources/nothing", "sources/", "documents/0"]
)
def test_what_is_not_there_is_told_in_the_reader_s_language(client: httpx.Client, path: str) -> None:
    texts = [client.get(f"/{language}/{path}") for language in LANGUAGES]
    assert [answer.status_code for answer in texts] == [404, 404]
    assert texts[0].text != texts[1].text


def test_the_method_is_the_rules_and_the_codebook(client: httpx.Client) -> None:
    for language in LANGUAGES:
        text = html.fromstring(client.get(f"/{language}/method").text).text_content()
        for _name, words in load_rules().in_words(language):
            assert words in text
        for term in load().sections["types"].values():
            assert term.name[language] in text and term.means[language] in text


@pytest.mark.parametrize("kind", ["events", "claims"])
def test_whole_tables_are_what_the_record_holds(client: httpx.Client, sample_record: Path, kind: str) -> None:
    with Record.open(sample_record, readonly=True) as record:
        number = sum(len(getattr(reading, kind)) for reading in record.readings())
    table = client.get(f"/ar/exports/{kind}.csv").text
    assert len(list(csv.DictReader(io.StringIO(table, newline="")))) == number


# ── preferences ───────────────────────────────────────────────────────────────────────────


def test_what_is_chosen_is_kept_and_shown(sample_record: Path) -> None:
    with served(sample_record) as client:
        form = {"digits": "arab", "months": "egypt", "calendar": "gregorian", "theme": "dark"}
        answer = client.post("/ar/settings", data=form, headers={"Origin": str(client.base_url).rstrip("/")})
        assert (answer.status_code, answer.headers["location"]) == (303, "/ar/settings")
        page = html.fromstring(client.get("/ar/incidents").text)
        assert page.get("data-theme") == "dark"
        assert not set("0123456789") & set(page.xpath("//*[@id='count']")[0].text)
        id_ = client.get("/ar/incidents.json?from=2021-10-20&to=2021-10-20").json()["incidents"][0]["id"]
        assert "أكتوبر ٢٠٢١" in client.get(f"/ar/incidents/{id_}").text
        client.post("/ar/settings", data={**form, "months": "both", "digits": "latn", "calendar": "both"})
        lede = (
            html.fromstring(client.get(f"/ar/incidents/{id_}").text)
            .xpath("//p[@class='lede']")[0]
            .text_content()
        )
        assert "20 تشرين الأول/أكتوبر 2021 (14 ربيع الأول 1443 هـ)" in lede


def test_a_form_of_another_site_is_refused(client: httpx.Client) -> None:
    for origin in ("https://evil.example", "null", "http://127.0.0.1:1"):
        assert (
            client.post("/ar/settings", data={"digits": "arab"}, headers={"Origin": origin}).status_code
            == 403
        )


@given(
    st.dictionaries(
        st.sampled_from([*CHOICES, "x"]), st.text(max_size=9) | st.sampled_from(sum(CHOICES.values(), ()))
    )
)
def test_preferences_survive_their_cookie_and_nonsense_is_the_default(values: dict[str, str]) -> None:
    wanted = chosen(values)
    assert read_cookie(wanted.cookie()) == wanted
    assert all(getattr(wanted, name) in choices for name, choices in CHOICES.items())


@pytest.mark.parametrize("cookie", ["", "=;=", "digits=%ff", "digits=arab", "a" * 5000])
def test_no_cookie_breaks_a_page(client: httpx.Client, cookie: str) -> None:
    assert client.get("/ar/settings", headers={"Cookie": f"{COOKIE}={cookie}"}).status_code == 200
    assert read_cookie(cookie) in (Preferences(), Preferences(digits="arab"))


# ── timeline ──────────────────────────────────────────────────────────────────────────────


@given(
    st.lists(
        st.tuples(st.dates(date(1990, 1, 1), date(2030, 1, 1)), st.sampled_from("ab"), st.integers(1, 9)),
        max_size=30,
    )
)
def test_bins_have_no_gap_and_lose_nothing(counts: list[tuple[date, str, int]]) -> None:
    found = bins(counts)
    made = found["bins"]
    assert found["earlier"] + sum(b["count"] for b in made) == sum(n for _, _, n in counts)
    assert found["earlier"] <= sum(n for _, _, n in counts) // 100
    assert all(b["count"] == sum(b["types"].values()) for b in made)
    days = [(date.fromisoformat(b["from"]), date.fromisoformat(b["to"])) for b in made]
    assert all(first <= last for first, last in days)
    assert all((after[0] - before[1]).days == 1 for before, after in pairwise(days))


# ── checks and briefs ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_claim_is_checked_on_the_page_as_on_the_command_line(client: httpx.Client, language: str) -> None:
    said = "نفّذ التنظيم 50 هجوماً في العراق خلال شهر أيار 2021 <script>alert(1)</script>"
    answer = client.get(f"/{language}/claims", params={"text": said, "said": "2021-06-02"})
    assert answer.status_code == 200
    page = html.fromstring(answer.text)
    (verdict,) = page.xpath("//*[contains(@class, 'findings')]//*[contains(@class, 'verdict')]")
    assert set(verdict.get("class").split()) & {"agrees", "fewer", "more", "cannot_tell"}
    assert not page.xpath("//script[not(@src)] | //@style")
    assert page.xpath("//textarea")[0].text.strip() == said


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"text": "x", "said": "tomorrow"}, "said"),
        ({"text": "x", "area": "لا مكان كهذا"}, "area"),
        ({"text": "س" * 4001}, "text"),
    ],
)
def test_a_claim_that_cannot_be_checked_says_why(
    client: httpx.Client, query: dict[str, str], field: str
) -> None:
    for language in LANGUAGES:
        answer = client.get(f"/{language}/claims", params=query)
        assert answer.status_code == 400
        assert html.fromstring(answer.text).xpath(f"//*[@id='fault-{field}']")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_brief_is_written_on_the_page_and_on_paper(client: httpx.Client, language: str) -> None:
    query = {"from": "2021-10-01", "to": "2021-10-31"}
    page = html.fromstring(client.get(f"/{language}/brief", params=query).text)
    assert len(page.xpath("//h1")) == 1 and not page.xpath("//@style")
    told = page.xpath("//p[@data-incidents]")
    ids = set(page.xpath("//*/@id"))
    assert told and {link.removeprefix("#") for link in page.xpath("//*[@class='refs']//a/@href")} <= ids
    (markdown,) = page.xpath("//a[contains(@href, 'brief.md')]/@href")
    assert "\n# " in "\n" + client.get(markdown).text
    assert client.get(f"/{language}/brief.docx", params=query).content[:2] == b"PK"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"from": "x", "to": "2021-01-01"}, "from"),
        ({"from": "2021-02-01", "to": "2021-01-01"}, "to"),
        ({"area": "لا مكان كهذا"}, "area"),
    ],
)
def test_a_brief_of_nothing_says_why(client: httpx.Client, query: dict[str, str], field: str) -> None:
    answer = client.get("/ar/brief", params=query)
    assert answer.status_code == 400
    assert html.fromstring(answer.text).xpath(f"//*[@id='fault-{field}']")
    assert client.get("/ar/brief.md", params=query).status_code == 400


@pytest.mark.parametrize(
    ("query", "many"), [({}, False), ({"unit": "quarter", "by": "type"}, True), ({"place": "العراق"}, False)]
)
def test_a_trend_counts_what_the_study_counts(
    client: httpx.Client, sample_record: Path, query: dict[str, str], many: bool
) -> None:
    with Record.open(sample_record, readonly=True) as record:
        study = studies.study(record, Filters(place=query.get("place")))
        found = list(studies.trends(study, unit=query.get("unit", "month"), by=query.get("by"), most=8))  # type: ignore[arg-type]
    page = html.fromstring(client.get("/en/trends", params=query).text)
    series = page.xpath("//section[contains(@class, 'findings')]")
    assert len(series) == len(found) and (len(series) > 1) is many
    for shown, told in zip(series, found, strict=True):
        counts = [cell.text for cell in shown.xpath(".//tbody/tr/td[1]")]
        assert counts == ["unknown" if b.count is None else str(b.count) for b in told.series.bins]
        bars = shown.xpath(".//*[local-name()='rect']/@class")
        assert bars == ["silence" if b.count is None else "bar" for b in told.series.bins]
        assert len(shown.xpath(".//*[local-name()='line'][@class='change']")) == len(told.changes.changes)


@pytest.mark.parametrize(
    ("query", "field"), [("unit=year", "unit"), ("by=x", "by"), ("from=x", "from"), ("colour=1", "colour")]
)
def test_a_trend_of_nothing_says_why(client: httpx.Client, query: str, field: str) -> None:
    for language in LANGUAGES:
        answer = client.get(f"/{language}/trends?{query}")
        assert answer.status_code == 400
        assert html.fromstring(answer.text).xpath(f"//*[@id='fault-{field}']")
