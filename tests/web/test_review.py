"""Reviewing in the browser and by program, on a real server: what is decided stays, what may not decide does not."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import httpx
import pytest
from lxml import html
from tests.web.conftest import served

from marsad.decision import Decision
from marsad.pipeline import deciding, reviewing
from marsad.record import Record
from marsad.web.desk import Desk

ME = "ليلى"


@pytest.fixture
def path(sample_record: Path, tmp_path: Path) -> Path:
    with Record.open(sample_record, readonly=True) as record:
        record.copy(tmp_path / "r.db")
    return tmp_path / "r.db"


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def open_(path: Path, desk: Desk) -> Iterator[httpx.Client]:
    """A reviewer's browser."""
    with served(path, desk) as client:
        sign_in(client)
        yield client


def sign_in(client: httpx.Client, name: str = ME, **more: str) -> httpx.Response:
    client.cookies.clear()
    origin = str(client.base_url).rstrip("/")
    return client.post("/ar/review/who", data={"name": name, **more}, headers={"Origin": origin})


def forms(page: str) -> list[dict[str, list[str]]]:
    """Each form that decides, with the fields that it would send of itself."""
    out = []
    for form in re.findall(r'<form[^>]*action="/\w\w/review/(?:decide|undo)".*?</form>', page, re.DOTALL):
        fields: dict[str, list[str]] = {}
        for tag in re.findall(r"<input[^>]*>", form):
            name, value = (re.search(rf'{a}="([^"]*)"', tag) for a in ("name", "value"))
            if name:
                fields.setdefault(name[1], []).append(unescape(value[1]) if value else "")
        out.append(fields)
    return out


def act(client: httpx.Client, verdict: str, page: str = "/ar/review", /, **fields: str) -> httpx.Response:
    """Opens the page and sends its first form with that verdict."""
    form = forms(client.get(page).text)[0]
    return client.post("/ar/review/decide", data={**form, "verdict": verdict, **fields})


def made(path: Path) -> list[Decision]:
    with Record.open(path, readonly=True) as record:
        return list(record.decisions())


def queue(path: Path, author: str = ME) -> list[str]:
    with Record.open(path, readonly=True) as record:
        return list(reviewing.queue(record, author=author))


def shown(page: str) -> str:
    """The event that the page asks about."""
    (event,) = {form["event"][0] for form in forms(page) if "event" in form}
    return event


# ── the queue ─────────────────────────────────────────────────────────────────────────────


def test_the_order_is_that_of_the_terminal_and_skipping_decides_nothing(
    open_: httpx.Client, path: Path
) -> None:
    order, seen = queue(path), []
    page = open_.get("/ar/review").text
    for _ in range(5):
        seen.append(shown(page))
        page = open_.get(f"/ar/review?after={seen[-1]}").text
    assert seen == order[:5]
    assert made(path) == []


def test_a_decision_leads_on_and_what_was_decided_is_not_asked_again(open_: httpx.Client, path: Path) -> None:
    first, second = queue(path)[:2]
    answer = act(open_, "accept", reason="  واضح ")
    assert answer.status_code == 303
    following = open_.get(answer.headers["location"]).text
    assert shown(following) == second
    (one,) = made(path)
    assert (one.verdict, one.author, one.reason) == ("accept", ME, "واضح")
    assert shown(open_.get("/ar/review").text) == second and first not in queue(path)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_event_of_the_record_can_be_shown(open_: httpx.Client, path: Path, language: str) -> None:
    for event in queue(path)[::9]:
        answer = open_.get(f"/{language}/review?event={event}")
        assert answer.status_code == 200 and shown(answer.text) == event
        page = html.fromstring(answer.text)
        ids = page.xpath("//*/@id")
        assert len(ids) == len(set(ids)) and len(page.xpath("//h1")) == 1
        assert {*page.xpath("//@aria-labelledby"), *page.xpath("//@for"), *page.xpath("//@list")} <= set(ids)
        assert page.xpath("//nav[@class='site-nav']/a[@aria-current]/@href") == [f"/{language}/review"]


def test_of_an_empty_record_nothing_waits(tmp_path: Path) -> None:
    Record.open(tmp_path / "empty.db", create=True).close()
    with served(tmp_path / "empty.db", Desk()) as client:
        sign_in(client)
        assert "Nothing waits for you" in client.get("/en/review").text
        for which in ("decisions", "conflicts", "unanchored"):
            assert client.get(f"/en/review/{which}").status_code == 200
        assert client.get("/en/review/others").status_code in (400, 404)


# ── what is decided stays ─────────────────────────────────────────────────────────────────


@pytest.mark.slow
def test_a_decision_is_shown_outlives_a_rebuild_and_can_be_taken_back(
    open_: httpx.Client, path: Path
) -> None:
    event = queue(path)[0]
    with Record.open(path, readonly=True) as record:
        incident = record.incident_of(event)
    act(open_, "correct", f"/ar/review?event={event}", field="type", value="arrest", reason="بلاغ لاحق")
    page = open_.get(f"/ar/incidents/{incident}", follow_redirects=True).text
    assert ME in page and "بلاغ لاحق" in page

    rebuilt = subprocess.run(
        [sys.executable, "-m", "marsad", "--record", path, "rebuild"], capture_output=True, text=True
    )
    assert rebuilt.returncode == 0, rebuilt.stderr
    with Record.open(path, readonly=True) as record:
        (standing,) = deciding.standings(record)
        assert standing.state == "applied" and standing.event_id
        event = standing.event_id
        now = next(t.event for i in record.incidents() for t in i.tellings if t.event_id == event)
        assert now.type == "arrest"

    page = open_.get(f"/ar/review?event={event}").text
    undo = next(form for form in forms(page) if "decision" in form)
    answer = open_.post("/ar/review/undo", data=undo)
    assert answer.status_code == 303 and event in answer.headers["location"]
    assert [d.verdict for d in made(path)] == ["correct", "withdraw"]
    with Record.open(path, readonly=True) as record:
        assert (
            next(t.event for i in record.incidents() for t in i.tellings if t.event_id == event).type
            != "arrest"
        )


def test_selected_words_become_the_evidence(open_: httpx.Client, path: Path) -> None:
    event = queue(path)[0]
    with Record.open(path, readonly=True) as record:
        document_id, read = record.event(event)
        text = record.document(document_id).text  # type: ignore[union-attr]
    quote = read.evidence.of(text)
    far = text.rfind(quote.split()[-1])
    there = {"document": document_id, "start": str(far), "end": str(far + len(quote.split()[-1]))}
    correct = {"field": "killed", "value": "3"}
    page = f"/en/review?event={event}"
    act(open_, "correct", page, **correct, **there, quote=quote.split()[-1])
    act(open_, "correct", page, **correct, quote=read.trigger.of(text))
    # typed over after selecting: what was typed counts
    act(open_, "correct", page, **correct, **there, quote=read.trigger.of(text))
    selected, typed, both = (d.span.of(text) for d in made(path) if d.span)
    assert (selected, typed, both) == (quote.split()[-1], *[read.trigger.of(text)] * 2)
    refused = act(open_, "correct", page, **correct, quote="xyzzy is not there")
    assert refused.status_code == 400 and len(made(path)) == 3


def test_tellings_are_put_together_and_kept_apart_from_the_page_of_their_incident(
    open_: httpx.Client, path: Path
) -> None:
    with Record.open(path, readonly=True) as record:
        pair = next(i for i in record.incidents() if len({t.document_id for t in i.tellings}) == 2)
        events = [t.event_id for t in pair.tellings]
    page = f"/ar/incidents/{pair.id}"
    form = next(f for f in forms(open_.get(page).text) if f.get("event") == [events[1]])
    answer = open_.post("/ar/review/decide", data={**form, "verdict": "different"})
    assert answer.headers["location"].startswith("/ar/incidents/")
    with Record.open(path, readonly=True) as record:
        one, other = record.incident_of(events[0]), record.incident_of(events[1])
        assert one != other
    form = next(f for f in forms(open_.get(f"/ar/incidents/{one}").text) if "other" in f)
    open_.post("/ar/review/decide", data={**form, "verdict": "same", "other": str(other)})
    with Record.open(path, readonly=True) as record:
        assert record.incident_of(events[0]) == record.incident_of(events[1])
    assert open_.get(f"/ar/incidents/{other}", follow_redirects=True).status_code == 200


# ── second opinions ───────────────────────────────────────────────────────────────────────


def test_what_others_decided_is_shown_after_ones_own_word(open_: httpx.Client, path: Path) -> None:
    event = queue(path)[0]
    with Record.open(path) as record:
        deciding.reject(record, queue(path)[1], author="سامر")  # another matter
        deciding.accept(record, event, author="سامر", reason="رأيت الأصل")
    page = open_.get("/ar/review?second=1").text
    assert shown(page) == event and "سامر" not in page and "رأيت الأصل" not in page
    answer = act(open_, "reject", "/ar/review?second=1", reason="تدريب")
    assert "second=1" in answer.headers["location"]
    assert "رأيت الأصل" in open_.get(answer.headers["location"]).text
    conflicts = open_.get("/ar/review/conflicts").text
    assert "رأيت الأصل" in conflicts and "تدريب" in conflicts
    undo = next(form for form in forms(conflicts) if "decision" in form)
    assert open_.post("/ar/review/undo", data=undo).headers["location"] == "/ar/review/decisions"
    assert "رأيت الأصل" not in open_.get("/ar/review/conflicts").text


def test_nobody_takes_back_what_another_decided(open_: httpx.Client, path: Path) -> None:
    act(open_, "accept")
    (one,) = made(path)
    sign_in(open_, "سامر")
    form = forms(open_.get("/ar/review").text)[0]
    answer = open_.post("/ar/review/undo", data={**form, "decision": one.id})
    assert answer.status_code == 400 and len(made(path)) == 1


# ── who may not ───────────────────────────────────────────────────────────────────────────


def test_a_form_that_is_not_ours_is_refused(open_: httpx.Client, path: Path) -> None:
    form = forms(open_.get("/ar/review").text)[0]
    good = {**form, "verdict": "accept"}
    url = "/ar/review/decide"
    assert open_.post(url, data={**good, "form_token": ""}).status_code == 403
    assert open_.post(url, data={**good, "form_token": "é" * 64}).status_code == 403
    assert open_.post(url, data=good, headers={"Origin": "https://evil.example"}).status_code == 403
    assert open_.post(url, data=good, headers={"Origin": "null"}).status_code == 403
    mine = dict(open_.cookies)
    sign_in(open_, "سامر")  # another's cookie does not go with my form
    assert open_.post(url, data=good).status_code == 403
    open_.cookies.clear()
    assert open_.post(url, data=good).status_code == 403
    assert made(path) == []
    open_.cookies.update(mine)
    assert open_.post(url, data=good).status_code == 303
    assert len(made(path)) == 1


def test_a_name_is_not_taken_from_a_form_of_unknown_site(path: Path) -> None:
    with served(path, Desk()) as client:
        for headers in ({}, {"Origin": "https://evil.example"}):
            answer = client.post("/ar/review/who", data={"name": ME}, headers=headers)
            assert answer.status_code == 403 and "set-cookie" not in answer.headers
        answer = sign_in(client)
        assert answer.status_code == 303
        assert {"httponly", "samesite=strict"} <= {
            part.strip().lower() for part in answer.headers["set-cookie"].split(";")
        }


def test_a_rejected_event_has_its_page_and_is_taken_back_there(open_: httpx.Client, path: Path) -> None:
    event = queue(path)[0]
    with Record.open(path, readonly=True) as record:
        document, read = record.event(event)
        words = read.trigger.of(record.document(document).text)  # type: ignore[union-attr]
    act(open_, "reject", f"/ar/review?event={event}", reason="تدريب")
    listed = open_.get("/ar/review/decisions").text
    assert f"/ar/review?event={event}" in listed
    for language, said in (("ar", "ليس هذا الحدث في أي حادثة"), ("en", "This event is in no incident")):
        page = open_.get(f"/{language}/review?event={event}")
        assert (
            page.status_code == 200
            and said in page.text
            and words in unescape(page.text)
            and "تدريب" in page.text
        )
        links = re.findall(r'href="(/\w\w/incidents/[^"]+)"', page.text)
        assert all(open_.get(link).status_code == 200 for link in links)
    undo = next(form for form in forms(page.text) if "decision" in form)
    assert open_.post("/en/review/undo", data=undo).status_code == 303
    with Record.open(path, readonly=True) as record:
        assert record.incident_of(event) is not None
    assert "in no incident" not in open_.get(f"/en/review?event={event}").text


def test_getting_changes_nothing(open_: httpx.Client, path: Path) -> None:
    act(open_, "accept")
    before = made(path)
    form = forms(open_.get("/ar/review").text)[0]
    for url in ("/ar/review/decide", "/ar/review/undo", "/api/v1/decisions"):
        answer = open_.get(url, params={**form, "verdict": "reject", "decision": before[0].id})
        assert answer.status_code in (400, 404, 405)
    for url in ("/en/review", "/ar/review?second=1", "/ar/review/who", "/ar/review/decisions"):
        answer = open_.get(url)
        assert answer.status_code == 200 and "set-cookie" not in answer.headers
    assert made(path) == before


def test_a_server_that_only_shows_refuses(client: httpx.Client, sample_record: Path) -> None:
    origin = str(client.base_url).rstrip("/")
    for language, words in (("ar", "يعرض السجل فقط"), ("en", "only shows the record")):
        answer = client.get(f"/{language}/review")
        assert answer.status_code == 403 and words in answer.text
    for url in ("/ar/review/who", "/ar/review/decide", "/ar/review/undo"):
        form = {"name": ME, "event": queue(sample_record)[0], "verdict": "accept", "decision": "1"}
        answer = client.post(url, data=form, headers={"Origin": origin})
        assert answer.status_code == 403
    answer = client.post("/api/v1/decisions", json={"verdict": "accept", "author": ME, "event": "e"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden")
    assert 'href="/ar/review"' not in client.get("/ar/incidents").text
    assert made(sample_record) == []


# ── hostile words ─────────────────────────────────────────────────────────────────────────


def test_what_is_wrong_with_a_decision_is_said_in_the_language_of_the_page(
    open_: httpx.Client, path: Path
) -> None:
    event = queue(path)[0]
    wrong = (
        ({"field": "killed", "value": "many"}, "ليست عددًا", "is no count"),
        ({"field": "place", "value": "لا مكان"}, "لا مكان واحدًا اسمه", "no one place is"),
        ({"field": "initiators", "value": "NOBODY"}, "لا طرف", "no actor"),
        ({"field": "colour", "value": "x"}, "لا حقل", "no field"),
    )
    for fields, arabic, english in wrong:
        for language, said in (("ar", arabic), ("en", english)):
            page = f"/{language}/review?event={event}"
            answer = open_.post(
                f"/{language}/review/decide",
                data={**forms(open_.get(page).text)[0], "verdict": "correct", **fields},
            )
            assert answer.status_code == 400 and said in answer.text, (fields, language)
    assert "لا حدث" in open_.get("/ar/review?event=e0").text
    assert made(path) == []


def test_hostile_names_and_reasons_are_only_shown(open_: httpx.Client, path: Path) -> None:
    sign_in(open_, "<script>alert(1)</script>\u202e\n x")
    event = queue(path)[0]
    act(open_, "accept", f"/ar/review?event={event}", reason='"><img src=x onerror=alert(2)>\u202e')
    (one,) = made(path)
    assert "\n" not in one.author and "\u202e" not in one.author
    with Record.open(path, readonly=True) as record:
        incident = record.incident_of(event)
    for url in (
        f"/ar/review?event={event}",
        "/en/review/decisions",
        f"/ar/incidents/{incident}",
        "/ar/review/who",
    ):
        text = open_.get(url).text
        assert "&lt;script&gt;" in text
        assert "<script>alert" not in text and "<img src=x" not in text and "\u202e" not in text


def test_what_no_form_of_ours_sends_is_refused_without_a_crash(
    open_: httpx.Client, desk: Desk, path: Path
) -> None:
    event, key = queue(path)[0], {"Authorization": f"Bearer {desk.token}", "Content-Type": "application/json"}
    body = {"verdict": "correct", "author": ME, "event": event, "field": "killed", "value": "7"}
    wrong: list[dict[str, object]] = [
        {"reason": "\ud800"}, {"author": "\udfff"}, {"start": -5, "end": 3}, {"start": 10**30, "end": 10**31},
        {"field": "\x00"}, {"others": "e1"},
        {"verdict": "same", "others": ["\ud800"]}, {"reason": "ا" * 5000}, {"event": "\ud800"}, {"value": None},
    ]  # fmt: skip
    for part in wrong:
        answer = open_.post("/api/v1/decisions", content=json.dumps({**body, **part}), headers=key)
        assert answer.status_code == 400 and answer.json()["error"]["code"] == "bad_request", part
    assert open_.post("/api/v1/decisions", content=b"{", headers=key).status_code == 400
    for field in (
        {"start": "9" * 5000, "end": "9" * 5001},
        {"event": "../x"},
        {"verdict": "drop"},
        {"back": "//x"},
    ):
        answer = act(open_, "correct", field="killed", value="7", quote="x", document="d", **field)
        assert answer.status_code == 400, field
    assert made(path) == []
    assert open_.post("/api/v1/decisions", content=json.dumps(body), headers=key).status_code == 201


# ── programs ──────────────────────────────────────────────────────────────────────────────


def test_programs_decide_with_the_token_alone(open_: httpx.Client, desk: Desk, path: Path) -> None:
    event = queue(path)[0]
    body = {
        "verdict": "correct",
        "author": ME,
        "event": event,
        "field": "killed",
        "value": "7",
        "reason": "عدد",
    }
    key = {"Authorization": f"Bearer {desk.token}"}
    for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": f"Basic {desk.token}"}):
        answer = open_.post("/api/v1/decisions", json=body, headers=headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "unauthorized")
    answer = open_.post("/api/v1/decisions", json=body, headers=key)
    (row,) = answer.json()["data"]
    assert answer.status_code == 201 and row["state"] == "applied" and row["value"] == "7"
    for wrong in ({"value": "many"}, {"verdict": "delete"}, {"event": "e0"}, {"author": " "}, {"start": 3}):
        answer = open_.post("/api/v1/decisions", json={**body, **wrong}, headers=key)
        assert answer.status_code == 400 and answer.json()["error"]["status"] == 400
    back = {"verdict": "withdraw", "author": ME, "decision": row["id"]}
    assert open_.post("/api/v1/decisions", json=back, headers=key).status_code == 201
    page = open_.get("/api/v1/decisions?limit=1").json()
    rest = open_.get(f"/api/v1/decisions?cursor={page['next_cursor']}").json()
    assert [d["verdict"] for d in page["data"] + rest["data"]] == ["correct", "withdraw"]
    assert page["data"][0]["state"] == "withdrawn" and rest["next_cursor"] is None


def test_an_incident_says_the_same_to_a_reviewer_as_to_a_reader(
    open_: httpx.Client, client: httpx.Client, path: Path
) -> None:
    with Record.open(path, readonly=True) as record:
        incident = record.incidents()[0].id
    seen = [c.get(f"/en/incidents/{incident}").text for c in (client, open_)]
    grade, mine = (re.findall(r"<span>[^<]{20,}</span>", page) for page in seen)
    assert grade == mine != []
