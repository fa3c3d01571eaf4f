"""What somebody tries who means harm, on a real server: each is refused or shown harmless, and nothing is changed."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from lxml import html
from tests.making import PLACES, document, event, reading
from tests.web.conftest import PEOPLE, log_in, served, with_people

from marsad.accounts import Accounts
from marsad.lexicon import load
from marsad.link import link
from marsad.model import Telling, event_ids
from marsad.record import Record
from marsad.web.roles import RULES
from marsad.web.security import LONGEST_BODY

EVIL = "https://evil.example"


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory, hashes: None) -> Accounts:
    return with_people(tmp_path_factory.mktemp("attacks") / "users")


@pytest.fixture(scope="module")
def record(sample_record: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("attacks") / "r.db"
    with Record.open(sample_record, readonly=True) as opened:
        opened.copy(path)
    return path


@pytest.fixture(scope="module")
def server(record: Path, accounts: Accounts) -> Iterator[httpx.Client]:
    with served(record, accounts=accounts) as client:
        yield client


def state(record: Path, accounts: Accounts) -> tuple[object, ...]:
    with Record.open(record, readonly=True) as opened:
        return opened.digest(), opened.decisions(), accounts.users(removed=True), accounts.keys()


# ── forms of other sites ──────────────────────────────────────────────────────────────────


def test_no_form_counts_without_our_token_and_none_of_another_site(
    server: httpx.Client, record: Path, accounts: Accounts
) -> None:
    log_in(server, PEOPLE["admin"])
    ours, before = str(server.base_url).rstrip("/"), state(record, accounts)
    forms = [rule.split()[1] for rule in RULES if rule.startswith("POST /{language}")]
    open_ = {"/{language}/login", "/{language}/settings", "/{language}/review/who"}  # these know nobody yet
    data = {"name": PEOPLE["reader"], "role": "admin", "password": "x" * 14 + "yz", "old": "x", "new": "y", "id": "a",
            "event": "e", "verdict": "accept", "decision": "d", "label": "x"}  # fmt: skip
    assert len(forms) >= 10
    for path in forms:
        url = path.replace("{language}", "en")
        for headers in ({"Origin": EVIL}, {"Origin": "null"}, {"Origin": ours + ".evil.example"}):
            assert server.post(url, data=data, headers=headers).status_code == 403, url
        if path not in open_:
            for token in ("", "0" * 64):
                answer = server.post(url, data={**data, "form_token": token}, headers={"Origin": ours})
                assert answer.status_code == 403 and "form" in answer.text, url
    assert state(record, accounts) == before


def test_nothing_is_changed_by_an_address_that_is_opened(
    server: httpx.Client, record: Path, accounts: Accounts
) -> None:
    log_in(server, PEOPLE["admin"])
    before = state(record, accounts)
    for rule in RULES:
        if rule.startswith("POST "):
            url = rule.split()[1].replace("{language}", "en")
            answer = server.get(url, params={"name": PEOPLE["reader"], "role": "admin"})
            assert answer.status_code in (200, 303, 400, 404, 405), url
    assert state(record, accounts) == before


# ── words that are code elsewhere ─────────────────────────────────────────────────────────

WORDS = (
    "' OR 1=1 --", '" OR ""="', "'; DROP TABLE documents; --", "1) UNION SELECT hash FROM account_sessions --", "%' OR '%'='",
    "\\", "*", "NEAR(", '"', "a AND", "{{1337*1337}}", "${1337*1337}", "<script>alert(1)</script>", "\x00",
    "../../etc/passwd", "%s%n",
)  # fmt: skip


@pytest.mark.parametrize("word", WORDS)
def test_no_parameter_is_a_part_of_a_query_or_a_template(
    server: httpx.Client, record: Path, accounts: Accounts, word: str
) -> None:
    log_in(server, PEOPLE["admin"])
    with Record.open(record, readonly=True) as opened:
        number = opened.totals().incidents
    for name in ("q", "place", "actor", "outlet", "country", "type", "from", "bbox", "sort"):
        answer = server.get("/en/incidents.json", params={name: word})
        assert answer.status_code in (200, 400), (name, answer.text[:200])
        if answer.status_code == 200:
            assert answer.json()["totals"]["incidents"] < number
        page = server.get("/en/incidents", params={name: word}).text
        assert "<script>alert" not in page and "1787569" not in page
    for path in ("incidents", "documents", "places", "actors", "sources"):
        assert server.get(f"/en/{path}/" + httpx.QueryParams({"x": word}).__str__()[2:]).status_code in (
            400,
            404,
        )
    assert server.get("/api/v1/incidents", params={"cursor": word}).status_code == 400
    assert server.get("/en/review", params={"event": word, "after": word, "done": word}).status_code in (
        200,
        400,
    )
    with httpx.Client(base_url=server.base_url) as other:
        assert log_in(other, word, word).status_code in (401, 429)


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py", "/static/..%2fapp.py", "/static/%2e%2e/app.py", "/static/....//app.py", "/static/%00",
        "/static//etc/passwd", "/static/..%5capp.py", "/en/documents/..%2f..%2fapp.py", "/en/exports/..%2fevents.csv",
        "/en/brief.%2e%2e", "/i/..%2f..%2fetc%2fpasswd", "/%2e%2e/%2e%2e/etc/passwd",
    ],
)  # fmt: skip
def test_no_path_leads_to_a_file_that_is_not_served(server: httpx.Client, path: str) -> None:
    log_in(server, PEOPLE["admin"])
    # as it stands: a client would straighten it
    request = b"GET %s HTTP/1.1\r\nHost: %s\r\nCookie: %s\r\nConnection: close\r\n\r\n"
    cookie = "; ".join(f"{k}={v}" for k, v in server.cookies.items())
    answer = raw(server, request % (path.encode(), host(server), cookie.encode()))
    assert re.match(rb"HTTP/1.1 (3|4)\d\d", answer), answer[:80]
    assert b"root:" not in answer and b"make_app" not in answer


def host(client: httpx.Client) -> bytes:
    return f"{client.base_url.host}:{client.base_url.port}".encode()


def raw(client: httpx.Client, request: bytes) -> bytes:
    """What the server answers to these bytes."""
    with socket.create_connection((client.base_url.host, client.base_url.port or 0), timeout=30) as opened:
        with suppress(ConnectionError):
            opened.sendall(request)
        out = b""
        with suppress(ConnectionError):
            while part := opened.recv(65536):
                out += part
        return out


def test_no_header_is_made_of_what_somebody_asks_for(server: httpx.Client) -> None:
    log_in(server, PEOPLE["reader"])
    crlf = "x\r\nSet-Cookie: evil=1\r\n\r\n<script>"
    for url, params in (
        ("/en/login", {"next": "/en/" + crlf}), ("/i/" + "x%0d%0aSet-Cookie:%20evil=1", {}), ("/en/nothing" + "%0d%0aX:%20y", {}),
        ("/en/brief.md", {"from": "2021-01-01", "to": crlf}), ("/en/actors/x%0d%0aSet-Cookie:%20evil=1", {}),
        ("/en/incidents", {"q": crlf}),
    ):  # fmt: skip
        answer = server.get(url, params=params)
        assert "set-cookie" not in answer.headers and "x" not in answer.headers, url
    # days in Arabic digits are days, and no header holds them
    answer = server.get("/en/brief.md", params={"from": "٢٠٢١-٠١-٠١", "to": "2021-12-31"})
    assert answer.status_code == 200 and "2021-01-01-2021-12-31" in answer.headers["content-disposition"]


def test_nobody_is_led_away_by_any_address(server: httpx.Client) -> None:
    log_in(server, PEOPLE["reviewer"])
    led = (
        "//evil.example",
        "//evil.example/en",
        "/\\evil.example",
        "/i//evil.example",
        "/i/%2f%2fevil.example",
        "/en//evil.example",
    )
    for path in led:
        answer = raw(
            server,
            b"GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n" % (path.encode(), host(server)),
        )
        where = re.search(rb"(?im)^location: (.*)$", answer)
        assert where is None or re.match(rb"/(en|ar)/[^/\\]", where[1]), (path, where and where[1])


# ── hostile articles ──────────────────────────────────────────────────────────────────────

CODE = (
    "</textarea></title><script>alert(1)</script>"
    '<img src=x onerror=alert(2)><a href="javascript:alert(3)">x</a>{{1337*1337}}\u202e'
)


def test_no_article_runs_anything_on_any_page(tmp_path: Path, accounts: Accounts) -> None:
    """Every page of a record whose every text is code: no script, no handler, no address but ours and the outlet's."""
    one = document(
        f"انفجار في كركوك {CODE}\n=HYPERLINK({EVIL})",
        outlet=f"صحيفة {CODE}",
        url="javascript:alert(4)",
        source_id=CODE,
    )
    told = reading(one, event(at=0, speaker=CODE, initiators=(f"OTHER:{CODE}",)))
    with Record.open(tmp_path / "r.db", create=True) as record:
        record.add([one])
        record.save_readings([told], lexicon="w")
        telling = Telling(event_ids(told)[0], one.id, told.events[0], one.capture.outlet or "", one.published)
        found = link([telling], places=PLACES, actors={}, weights=load().weights["link"])
        record.replace_incidents(found, places=PLACES, text={one.id: one.text})
    seen, waiting = (
        set(),
        ["/en/incidents", "/ar/incidents", f"/en/incidents?q={CODE[:20]}", f"/ar/claims?text={CODE}"],
    )
    with served(tmp_path / "r.db", accounts=accounts) as client:
        log_in(client, PEOPLE["admin"])
        while waiting and len(seen) < 120:
            url = waiting.pop()
            seen.add(url)
            answer = client.get(url, follow_redirects=True)
            assert answer.status_code < 500, url
            kind = answer.headers["content-type"]
            assert answer.headers["x-content-type-options"] == "nosniff"
            if not kind.startswith("text/html"):
                continue
            page = html.fromstring(answer.text)
            assert [
                s for s in page.xpath("//script") if s.text or not s.get("src", "").startswith("/static/")
            ] == [], url
            assert (
                page.xpath("//@*[starts-with(name(), 'on')]") == [] and page.xpath("//img[@src='x']") == []
            ), url
            links = [str(link) for link in page.xpath("//@href | //@src | //@action")]
            assert [
                link for link in links if re.match(r"\s*(javascript|data|vbscript):", link, re.I)
            ] == [], url
            # what fields hold is as it was typed or chosen; whatever is drawn steers nothing
            drawn = page.xpath(
                "//text()[not(ancestor::textarea)] | //@title | //@alt | //@aria-label | //@placeholder"
            )
            bad = [text for text in drawn if "\u202e" in text or "1787569" in text]
            assert bad == [], url
            waiting += [link for link in links if re.match(r"/(en|ar|api)/", link) and link not in seen]
    assert len(seen) > 30


# ── too much ──────────────────────────────────────────────────────────────────────────────


def test_what_is_too_long_is_refused_before_it_is_read(server: httpx.Client) -> None:
    log_in(server, PEOPLE["reviewer"])
    origin = {"Origin": str(server.base_url).rstrip("/")}
    big = {"name": "x" * LONGEST_BODY}
    assert server.post("/en/login", data=big, headers=origin).status_code == 413

    def endless() -> Iterator[bytes]:
        yield b"name="
        for _ in range(2000):
            yield b"x" * 1000

    form = {**origin, "Content-Type": "application/x-www-form-urlencoded"}
    with suppress(httpx.TransportError):  # it may hang up before all is sent
        assert server.post("/en/login", content=endless(), headers=form).status_code in (400, 413)
    for length in (b"-1", b"9" * 30, b"x"):
        answer = raw(
            server,
            b"POST /en/login HTTP/1.1\r\nHost: %s\r\nOrigin: http://%s\r\nContent-Length: %s\r\nConnection: close\r\n\r\n"
            % (host(server), host(server), length),
        )
        assert re.match(rb"HTTP/1.1 4\d\d", answer)
    answer = raw(
        server,
        b"GET /en/incidents?q=%s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
        % (b"x" * 200_000, host(server)),
    )
    assert re.match(rb"HTTP/1.1 4\d\d", answer) or answer == b""
    assert server.get("/en/incidents").status_code == 200


def test_what_is_nested_or_split_too_often_is_refused(server: httpx.Client, accounts: Accounts) -> None:
    key = {
        "Authorization": f"Bearer {accounts.make_key(PEOPLE['reviewer'])[1]}",
        "Content-Type": "application/json",
    }
    deep = b"[" * 30_000 + b"]" * 30_000
    for body in (deep, b'{"others":' + deep + b"}", json.dumps({"others": ["e"] * 9000}).encode()):
        assert server.post("/api/v1/decisions", content=body, headers=key).status_code in (400, 413)
    log_in(server, PEOPLE["reviewer"])
    many = "&".join(f"a{n}=" for n in range(9000))
    form = {"Content-Type": "application/x-www-form-urlencoded", "Origin": str(server.base_url).rstrip("/")}
    assert server.post("/en/review/decide", content=many, headers=form).status_code in (400, 403, 413)
    assert server.get("/en/incidents", params={"type": ["bombing"] * 800}).status_code in (200, 400)


def test_a_fault_tells_nothing_of_its_insides(server: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    log_in(server, PEOPLE["reader"])

    def breaks(*_: object, **__: object) -> None:
        raise ValueError("secret of the insides")

    monkeypatch.setattr(Record, "totals", breaks)
    for path in ("/en/incidents", "/api/v1/incidents"):
        answer = server.get(path)
        assert answer.status_code == 500 and "secret" not in answer.text and "Traceback" not in answer.text
        assert answer.headers["content-security-policy"]


def test_the_server_calls_nobody(server: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    log_in(server, PEOPLE["reviewer"])
    called: list[object] = []
    connect = socket.socket.connect

    def watched(self: socket.socket, address: object) -> None:
        if not (isinstance(address, tuple) and address[1] == server.base_url.port):
            called.append(address)
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", watched)
    look_up = socket.getaddrinfo

    def looked_up(*asked: Any, **more: Any) -> list[Any]:
        if asked[1] == server.base_url.port:  # the client of this test, on its way to the server
            return look_up(*asked, **more)
        called.append(asked)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", looked_up)
    text = "قال المتحدث إن 50 هجوما وقع http://169.254.169.254/latest http://127.0.0.1:1/x file:///etc/passwd"
    assert server.get("/en/claims", params={"text": text, "said": "2021-05-02"}).status_code == 200
    assert server.get("/en/incidents", params={"q": "http://127.0.0.1:1/"}).status_code == 200
    assert called == []
