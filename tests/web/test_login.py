"""Logging in and out in a browser and by program: who one is, for how long, and never somebody else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import httpx
import pytest
from tests.web.conftest import PASSWORD, PEOPLE, log_in, served, with_people
from tests.web.test_review import act, forms, made, path, queue  # noqa: F401

from marsad.accounts import Accounts
from marsad.record import Record
from marsad.web.desk import COOKIE as REVIEWER_COOKIE
from marsad.web.visitor import COOKIE, SECURE_COOKIE

ME = PEOPLE["reviewer"]


@pytest.fixture
def accounts(tmp_path: Path, hashes: None) -> Accounts:
    return with_people(tmp_path / "users")


@pytest.fixture
def browser(path: Path, accounts: Accounts) -> Iterator[httpx.Client]:  # noqa: F811
    with served(path, accounts=accounts) as client:
        yield client


def token_of(page: str) -> str:
    """What the forms of a page bear."""
    return unescape(re.findall(r'name="form_token" value="([^"]+)"', page)[0])


# ── in and out ────────────────────────────────────────────────────────────────────────────


def test_who_logs_in_is_led_back_to_where_they_wanted(browser: httpx.Client) -> None:
    answer = browser.get("/ar/incidents?type=bombing&q=أريحا")
    assert answer.status_code == 303 and answer.headers["location"].startswith("/ar/login?next=")
    page = browser.get(answer.headers["location"])
    assert page.status_code == 200 and page.headers["cache-control"] == "no-store"
    wanted = unescape(re.findall(r'name="next" value="([^"]*)"', page.text)[0])
    answer = log_in(browser, ME, next=wanted)
    assert answer.headers["location"].startswith("/ar/incidents?type=bombing")
    assert browser.get(answer.headers["location"]).status_code == 200
    assert browser.get("/ar/login?next=/ar/places").headers["location"] == "/ar/places"


@pytest.mark.parametrize(
    "next_",
    [
        "https://evil.example/", "//evil.example", "/\\evil.example", "/ar//evil.example", "javascript:alert(1)", "/ar\\x",
        "/ar/\r\nSet-Cookie: a=b", "/\t/evil.example", "/static/x", "ar/incidents", "/../etc", "/@evil.example",
    ],
)  # fmt: skip
def test_nobody_is_led_to_another_site(browser: httpx.Client, next_: str) -> None:
    answer = log_in(browser, ME, next=next_)
    assert answer.headers["location"] == "/en/incidents"
    assert len(answer.headers.get_list("set-cookie")) == 1
    assert next_ not in unescape(browser.get("/en/login", params={"next": next_}).text)
    assert browser.get("/en/login", params={"next": next_}).headers["location"] == "/en/incidents"


def test_a_session_is_new_at_every_login_and_none_is_taken_on(
    browser: httpx.Client, accounts: Accounts
) -> None:
    planted = "planted-by-somebody-else"
    origin = {"Origin": str(browser.base_url).rstrip("/")}
    form = {"name": ME, "password": PASSWORD}
    browser.cookies.set(COOKIE, planted)
    answer = browser.post("/en/login", data=form, headers=origin)
    first = answer.cookies[COOKIE]
    assert first != planted and accounts.session(planted) is None
    browser.cookies.clear()
    browser.cookies.set(COOKIE, first)
    second = browser.post("/en/login", data=form, headers=origin).cookies[COOKIE]
    assert second != first and accounts.session(first) is None and accounts.session(second) is not None


def test_the_cookie_is_of_this_server_and_scripts_do_not_see_it(browser: httpx.Client) -> None:
    plain = log_in(browser, ME).headers["set-cookie"]
    assert plain.startswith(f"{COOKIE}=") and "secure" not in plain.lower()
    tls = log_in(browser, ME, **{"X-Forwarded-Proto": "https"}).headers["set-cookie"]
    assert tls.startswith(f"{SECURE_COOKIE}=") and "secure" in {p.strip().lower() for p in tls.split(";")}
    for cookie in (plain, tls):
        parts = {part.strip().lower() for part in cookie.split(";")}
        assert {"httponly", "samesite=strict", "path=/"} <= parts
        assert not any(part.startswith(("domain", "max-age", "expires")) for part in parts)


def test_who_logs_out_is_out(browser: httpx.Client, accounts: Accounts) -> None:
    log_in(browser, ME)
    session, page = browser.cookies[COOKIE], browser.get("/en/account").text
    assert browser.post("/en/logout", data={"form_token": "guess"}).status_code == 403
    assert browser.post("/en/logout", data={"form_token": token_of(page)}).headers["location"] == "/en/login"
    assert accounts.session(session) is None
    browser.cookies.set(COOKIE, session)
    assert browser.get("/en/incidents").status_code == 303


def test_what_was_answered_to_one_is_not_answered_to_another_from_a_cache(
    browser: httpx.Client, accounts: Accounts
) -> None:
    log_in(browser, ME)
    answer = browser.get("/en/incidents")
    tag, session = answer.headers["etag"], browser.cookies[COOKIE]
    assert "private" in answer.headers["cache-control"] and "Cookie" in answer.headers["vary"]
    assert browser.get("/en/incidents", headers={"If-None-Match": tag}).status_code == 304
    accounts.set_role(ME, "reader")
    assert browser.get("/en/incidents", headers={"If-None-Match": tag}).status_code == 200
    accounts.remove(ME)
    assert browser.get("/en/incidents", headers={"If-None-Match": tag}).status_code == 303
    browser.cookies.clear()
    assert session not in str(browser.cookies)
    assert browser.get("/en/incidents.json", headers={"If-None-Match": tag}).status_code == 401


def test_a_form_of_another_site_logs_nobody_in(browser: httpx.Client) -> None:
    form = {"name": ME, "password": PASSWORD}
    for headers in ({}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
        answer = browser.post("/en/login", data=form, headers=headers)
        assert answer.status_code == 403 and "set-cookie" not in answer.headers


def test_who_guesses_waits(browser: httpx.Client) -> None:
    for _ in range(5):
        assert log_in(browser, ME, "guess guess guess").status_code == 401
    answer = log_in(browser, ME)
    assert answer.status_code == 429 and int(answer.headers["retry-after"]) >= 1
    assert "Wait" in answer.text and "set-cookie" not in answer.headers
    assert "انتظر" in browser.post(
        "/ar/login", data={"name": ME, "password": "x"}, headers={"Origin": str(browser.base_url).rstrip("/")}
    ).text  # fmt: skip
    assert log_in(browser, PEOPLE["admin"]).status_code == 303  # others log in meanwhile


def test_what_somebody_typed_is_only_shown(browser: httpx.Client) -> None:
    answer = log_in(browser, '"><script>alert(1)</script>\u202e', "x")
    assert answer.status_code == 401
    assert "<script>alert" not in answer.text and "&lt;script&gt;" in answer.text


# ── who decides ───────────────────────────────────────────────────────────────────────────


def test_decisions_bear_the_name_of_who_is_logged_in(browser: httpx.Client, path: Path) -> None:  # noqa: F811
    log_in(browser, ME)
    browser.cookies.set(REVIEWER_COOKIE, "name=somebody&nonce=x")
    assert act(browser, "accept", author="somebody", name="somebody", by="somebody").status_code == 303
    assert [d.author for d in made(path)] == [ME]
    origin = {"Origin": str(browser.base_url).rstrip("/")}
    assert browser.post("/ar/review/who", data={"name": "somebody"}, headers=origin).status_code == 403
    assert browser.get("/ar/review/who").headers["location"] == "/ar/account"


def test_a_reader_sees_no_form_and_decides_nothing(browser: httpx.Client, path: Path) -> None:  # noqa: F811
    log_in(browser, PEOPLE["reader"])
    with Record.open(path, readonly=True) as record:
        incident = record.incident_ids()[0]
    page = browser.get(f"/en/incidents/{incident}").text
    assert forms(page) == [] and "/en/review" not in page and "/en/users" not in page
    assert browser.get("/en/review").status_code == 403
    form = {"event": queue(path)[0], "verdict": "accept", "form_token": token_of(page)}
    assert browser.post("/en/review/decide", data=form).status_code == 403
    assert made(path) == []


def test_a_form_of_one_session_is_refused_in_another(browser: httpx.Client, path: Path) -> None:  # noqa: F811
    log_in(browser, ME)
    form = forms(browser.get("/ar/review").text)[0]
    log_in(browser, PEOPLE["admin"])
    assert browser.post("/ar/review/decide", data={**form, "verdict": "accept"}).status_code == 403
    assert (
        browser.post("/ar/review/decide", data={**form, "verdict": "accept", "form_token": ""}).status_code
        == 403
    )
    assert made(path) == []


def test_a_program_decides_as_its_user_and_nobody_else(
    browser: httpx.Client,
    accounts: Accounts,
    path: Path,  # noqa: F811
) -> None:
    body = {"verdict": "accept", "event": queue(path)[0]}
    for name, wanted in ((PEOPLE["reader"], 403), (ME, 201)):
        made_, token = accounts.make_key(name)
        key = {"Authorization": f"Bearer {token}"}
        answer = browser.post("/api/v1/decisions", json={**body, "author": "somebody"}, headers=key)
        assert answer.status_code == 403
        assert browser.post("/api/v1/decisions", json=body, headers=key).status_code == wanted
    assert [d.author for d in made(path)] == [ME]
    # a token is no way to send forms, and what was taken back is none
    log_in(browser, ME)
    form = {**forms(browser.get("/en/review").text)[0], "verdict": "accept"}
    browser.cookies.clear()
    assert browser.post("/en/review/decide", data=form, headers=key).status_code == 403
    assert browser.post("/en/review/decide", data={**form, "form_token": ""}, headers=key).status_code == 403
    accounts.revoke(made_.id)
    answer = browser.get("/api/v1/incidents", headers=key)
    assert answer.status_code == 401 and answer.headers["www-authenticate"] == "Bearer"
    assert len(made(path)) == 1


def test_with_a_cookie_alone_no_program_decides(browser: httpx.Client, path: Path) -> None:  # noqa: F811
    log_in(browser, ME)
    body = {"verdict": "accept", "event": queue(path)[0]}
    assert browser.get("/api/v1/incidents").status_code == 200
    assert browser.post("/api/v1/decisions", json=body).status_code == 401
    assert made(path) == []


# ── one's own account, and those of others ────────────────────────────────────────────────


def test_a_password_is_changed_by_who_knows_it(browser: httpx.Client, accounts: Accounts) -> None:
    other = accounts.log_in(ME, PASSWORD, address="x")
    log_in(browser, ME)
    form = {"form_token": token_of(browser.get("/en/account").text), "new": "another long password"}
    url = "/en/account/password"
    assert browser.post(url, data={**form, "old": "guess"}).status_code == 403
    assert browser.post(url, data={**form, "old": PASSWORD, "new": "short"}).status_code == 400
    assert browser.post(url, data={**form, "old": PASSWORD}).status_code == 303
    assert browser.get("/en/account").status_code == 200  # still in, as nobody else is
    assert accounts.session(other.token) is None  # type: ignore[union-attr]
    assert log_in(browser, ME).status_code == 401
    assert log_in(browser, ME, "another long password").status_code == 303


def test_a_token_is_made_shown_once_and_taken_back(browser: httpx.Client, accounts: Accounts) -> None:
    log_in(browser, ME)
    form = {"form_token": token_of(browser.get("/en/account").text)}
    answer = browser.post("/en/account/token", data={**form, "role": "admin", "label": "x"})
    assert answer.status_code == 400 and accounts.keys() == []
    answer = browser.post(
        "/en/account/token", data={**form, "role": "reviewer", "label": "<b>نص</b>", "days": "30"}
    )
    (token,) = set(re.findall(r"marsad_[0-9a-f]{8}_[\w-]{20,}", answer.text))
    assert answer.headers["cache-control"] == "no-store" and "<b>" not in answer.text
    assert accounts.by_key(token) is not None
    (key,) = accounts.keys(ME)
    page = browser.get("/en/account").text
    assert token not in page and key.id in page
    assert browser.post("/en/account/revoke", data={**form, "id": key.id}).status_code == 303
    assert accounts.by_key(token) is None


def test_an_admin_keeps_the_users_and_one_admin_stays(browser: httpx.Client, accounts: Accounts) -> None:
    log_in(browser, PEOPLE["admin"])
    form = {"form_token": token_of(browser.get("/en/users").text)}
    new = {**form, "name": "جديد", "role": "reader", "password": "another long password"}
    assert browser.post("/en/users/add", data={**new, "form_token": "x"}).status_code == 403
    assert browser.post("/en/users/add", data={**new, "password": "short"}).status_code == 400
    assert browser.post("/en/users/add", data=new).headers["location"] == "/en/users?done=add"
    again = browser.post("/ar/users/add", data=new)
    assert again.status_code == 400 and "جديد" in again.text and "بالفعل" in again.text
    browser.post("/en/users/role", data={**form, "name": "جديد", "role": "reviewer"})
    assert accounts.user("جديد").role == "reviewer"
    browser.post("/en/users/password", data={**form, "name": "جديد", "password": "a third long password"})
    assert accounts.log_in("جديد", "a third long password", address="x") is not None
    for act_ in ({"role": "reader"}, {}):
        url = "/en/users/role" if act_ else "/en/users/remove"
        answer = browser.post(url, data={**form, "name": PEOPLE["admin"], **act_})
        assert answer.status_code == 400 and accounts.user(PEOPLE["admin"]).role == "admin"
    browser.post("/en/users/remove", data={**form, "name": "جديد"})
    assert "جديد" not in [u.name for u in accounts.users()]
    assert "removed" in browser.get("/en/users").text
