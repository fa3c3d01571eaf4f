"""What every answer carries, and who is not answered."""

from __future__ import annotations

import httpx
import pytest

from marsad.web.security import HEADERS


@pytest.mark.parametrize(
    "path", ["/", "/ar/incidents", "/ar/nothing", "/en/incidents.csv", "/ar/incidents?from=x"]
)
def test_every_answer_carries_the_headers(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


def test_nothing_comes_from_elsewhere_or_inline() -> None:
    rules = dict(rule.split(" ", 1) for rule in HEADERS["Content-Security-Policy"].split("; "))
    assert rules["default-src"] == "'none'"
    assert all("unsafe" not in rule and "http" not in rule and "*" not in rule for rule in rules.values())


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "10.0.0.1", ""]
)
def test_a_foreign_host_is_refused(client: httpx.Client, host: str) -> None:
    assert client.get("/ar/incidents", headers={"Host": host}).status_code == 403


@pytest.mark.parametrize("host", ["127.0.0.1:9", "localhost", "LOCALHOST:8000", "[::1]:8000"])
def test_the_loopback_by_any_name_is_answered(client: httpx.Client, host: str) -> None:
    assert client.get("/ar/incidents", headers={"Host": host}).status_code == 200


def test_what_has_not_changed_is_not_sent_again(client: httpx.Client) -> None:
    for path in ("/ar/incidents", "/en/incidents.json", "/ar/incidents/map.geojson"):
        tag = client.get(path).headers["etag"]
        again = client.get(path, headers={"If-None-Match": tag})
        assert (again.status_code, again.content) == (304, b"")
        assert client.get(f"{path}?type=attack", headers={"If-None-Match": tag}).status_code == 200
