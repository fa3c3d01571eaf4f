"""Every route has a rule, and every role is answered by it: route by route, on a real server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from starlette.routing import BaseRoute, Mount
from tests.web.conftest import PEOPLE, log_in, served, with_people

from marsad.accounts import Accounts
from marsad.record import Record
from marsad.web.app import make_app
from marsad.web.roles import RULES, Least

#: What stands in the place of each part of an address: something of the sample, else a word.
NAMES = {
    "language": "en",
    "outlet": "outlet",
    "code": "ISIS",
    "which": "decisions",
    "kind": "events",
    "paper": "md",
}
#: Each role with the rules that it satisfies.
MAY: dict[str, set[Least]] = {
    "anonymous": {"anyone"},
    "reader": {"anyone", "reader", "user"},
    "reviewer": {"anyone", "reader", "reviewer", "user"},
    "admin": {"anyone", "reader", "reviewer", "admin", "user", "operator"},
}


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory, hashes: None) -> Accounts:
    return with_people(tmp_path_factory.mktemp("roles") / "users")


@pytest.fixture(scope="module")
def server(sample_record: Path, accounts: Accounts) -> Iterator[httpx.Client]:
    with served(sample_record, accounts=accounts) as client:
        yield client


@pytest.fixture(scope="module")
def routes(sample_record: Path, accounts: Accounts) -> list[str]:
    """Every route of the app with each of its methods, as the rules name them."""

    def named(route: BaseRoute) -> list[str]:
        path = getattr(route, "path", repr(route))
        if isinstance(route, Mount):
            return [f"GET {path}"]
        return [f"{method} {path}" for method in sorted(getattr(route, "methods", {"?"}) - {"HEAD"})]

    app = make_app(sample_record, accounts=accounts)
    return [name for route in app.routes for name in named(route)]


def address(route: str, ids: dict[str, str]) -> str:
    """An address that the route answers."""
    path = route.split(" ", 1)[1]
    return re.sub(r"\{(\w+)(:path)?\}", lambda m: {**NAMES, **ids}.get(m[1], "x"), path)


def test_every_route_has_a_rule_and_every_rule_a_route(routes: list[str]) -> None:
    there = set(routes) - {"GET /static"}  # only where the assets are built
    assert there - set(RULES) == set(), "a new route needs its line in marsad/web/roles.py"
    assert set(RULES) - there == {"GET /static"}
    assert len(routes) == len(set(routes)) and not [name for name in routes if "?" in name]


@pytest.mark.parametrize("role", MAY)
def test_each_role_opens_what_its_rules_allow_and_nothing_else(
    server: httpx.Client, accounts: Accounts, sample_record: Path, role: str
) -> None:
    with Record.open(sample_record, readonly=True) as record:
        ids = {"id_": record.incident_ids()[0]}
    with (
        httpx.Client(base_url=server.base_url, timeout=60) as browser,
        httpx.Client(base_url=server.base_url, timeout=60) as program,
    ):
        if role != "anonymous":
            assert log_in(browser, PEOPLE[role]).status_code == 303
            program.headers["Authorization"] = f"Bearer {accounts.make_key(PEOPLE[role])[1]}"
        seen, wanted = {}, {}
        for route, least in RULES.items():
            method, _ = route.split(" ")
            if route in ("GET /static", "POST /{language}/logout"):
                continue
            allowed = least in MAY[role]
            path = address(route, ids)
            answer = browser.request(
                method, path, headers={"Origin": str(server.base_url).rstrip("/"), "Accept-Language": "en"}
            )
            to_login = "/login?" in answer.headers.get("location", "")
            # a form without its token is refused with 403 also to who may send it: what it says tells them apart
            no_role = (
                "role does not allow" in answer.text
                or "needs a token" in answer.text
                or "not logged in" in answer.text
            )
            seen[route] = not (to_login or no_role or (answer.status_code == 401 and role == "anonymous"))
            wanted[route] = allowed
            if route == "POST /{language}/login":
                seen[route] = answer.status_code == 401 and "do not belong together" in answer.text
            if path.startswith("/api/") and method != "GET":
                # a cookie never counts there, a token does
                assert answer.status_code == 401
                told = program.request(method, path, json={})
                seen[route] = told.status_code not in (401, 403)
        assert {r: (seen[r], wanted[r]) for r in seen if seen[r] != wanted[r]} == {}


def test_an_address_that_is_not_there_tells_nothing_to_who_is_not_logged_in(server: httpx.Client) -> None:
    for path in (
        "/en/nothing",
        "/nothing",
        "/api/v1/nothing",
        "/en/incidents/inone",
        "/.git/config",
        "/docs",
    ):
        answer = server.get(path)
        assert answer.status_code in (303, 401), path
        assert "incidents" not in answer.text
    for method in ("PUT", "DELETE", "PATCH", "TRACE"):
        assert server.request(method, "/en/incidents").status_code == 401


def test_a_route_without_a_rule_is_answered_to_nobody(
    server: httpx.Client, accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = {"Authorization": f"Bearer {accounts.make_key(PEOPLE['admin'])[1]}"}
    assert server.get("/en/method", headers=key).status_code == 200
    monkeypatch.delitem(RULES, "GET /{language}/method")  # type: ignore[arg-type]
    assert server.get("/en/method", headers=key).status_code == 403


def test_without_users_a_loopback_server_asks_nobody(client: httpx.Client) -> None:
    assert client.get("/en/incidents").status_code == 200
    for path in ("/en/login", "/en/users", "/en/account"):
        assert client.get(path).status_code == 404
