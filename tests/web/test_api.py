"""The API: pages by cursor come to the whole, errors have one shape, the description fits the answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from marsad.record import Record


def everything(client: httpx.Client, path: str, **params: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor = None
    while True:
        answer = client.get(f"/api/v1/{path}", params={**params, **({"cursor": cursor} if cursor else {})})
        assert answer.status_code == 200, answer.text
        found += answer.json()["data"]
        cursor = answer.json()["next_cursor"]
        if cursor is None:
            return found


@pytest.mark.parametrize("sort", ["latest", "earliest", "deadliest"])
def test_pages_of_incidents_come_to_all_of_them_once(
    client: httpx.Client, sample_record: Path, sort: str
) -> None:
    rows = everything(client, "incidents", sort=sort, limit=7)
    with Record.open(sample_record, readonly=True) as record:
        assert sorted(row["id"] for row in rows) == sorted(record.incident_ids())
    assert rows == everything(client, "incidents", sort=sort, limit=500)


@pytest.mark.parametrize("kind", ["events", "claims", "documents"])
def test_pages_of_what_is_told_come_to_all_of_it_once(
    client: httpx.Client, sample_record: Path, kind: str
) -> None:
    rows = everything(client, kind, limit=9)
    with Record.open(sample_record, readonly=True) as record:
        readings = record.readings()
        number = {
            "events": sum(len(r.events) for r in readings),
            "claims": sum(len(r.claims) for r in readings),
            "documents": len(record.document_ids()),
        }[kind]
    assert len(rows) == len({row["id"] for row in rows}) == number
    assert all("text" not in row for row in rows)


def test_an_incident_is_whole_and_its_events_lead_back_to_it(client: httpx.Client) -> None:
    (first, *_) = client.get("/api/v1/incidents", params={"sources": 2}).json()["data"]
    whole = client.get(f"/api/v1/incidents/{first['id']}").json()
    assert whole["id"] == first["id"] and len(whole["tellings"]) >= 2
    for telling in whole["tellings"]:
        event = client.get(f"/api/v1/events/{telling['event']}").json()
        assert (event["incident"], event["document"]) == (first["id"], telling["document"])
        citation = client.get(f"/api/v1/documents/{telling['document']}").json()
        assert citation["articles"] == telling["articles"]


def test_places_and_parties_count_what_the_filters_find(client: httpx.Client) -> None:
    for place in client.get("/api/v1/places").json()["data"][:5]:
        found = client.get("/api/v1/incidents", params={"place": place["id"]}).json()["totals"]["incidents"]
        assert found >= place["incidents"]
    for actor in client.get("/api/v1/actors").json()["data"][:5]:
        found = client.get("/api/v1/incidents", params={"actor": actor["code"]}).json()["totals"]["incidents"]
        assert found == actor["incidents"]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("incidents?colour=red", 400, "bad_request"),
        ("incidents?from=x", 400, "bad_request"),
        ("incidents?limit=0", 400, "bad_request"),
        ("incidents?sort=x", 400, "bad_request"),
        ("incidents?cursor=abc", 400, "bad_request"),
        ("incidents?cursor=WzFd", 400, "bad_request"),
        ("events?cursor=WzFd", 400, "bad_request"),
        ("documents?cursor=WyJ4Il0", 400, "bad_request"),
        ("events?type=x", 400, "bad_request"),
        ("places?x=1", 400, "bad_request"),
        ("incidents/i0", 404, "not_found"),
        ("events/e0", 404, "not_found"),
        ("documents/0", 404, "not_found"),
        ("places/nowhere", 404, "not_found"),
        ("nothing", 404, "not_found"),
    ],
)  # fmt: skip
def test_every_error_has_one_shape(client: httpx.Client, path: str, status: int, code: str) -> None:
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == status
    assert set(answer.json()) == {"error"}
    error = answer.json()["error"]
    assert set(error) == {"status", "code", "message", "hint", "fields"}
    assert (error["status"], error["code"]) == (status, code)
    assert all(set(field) == {"field", "value", "reason"} for field in error["fields"])


def test_nothing_can_be_written(client: httpx.Client) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        answer = client.request(method, "/api/v1/incidents")
        assert (answer.status_code, answer.json()["error"]["code"]) == (405, "method_not_allowed")


def test_the_description_has_every_operation_with_its_filters(client: httpx.Client) -> None:
    described = client.get("/api/v1/openapi.json").json()
    assert all(path.startswith("/api/v1/") for path in described["paths"])
    named = {p["name"] for p in described["paths"]["/api/v1/incidents"]["get"]["parameters"]}
    assert {"q", "from", "to", "type", "bbox", "limit", "cursor", "sort"} <= named
    line = described["components"]["schemas"]["IncidentLine"]["properties"]
    (first, *_) = client.get("/api/v1/incidents").json()["data"]
    assert set(first) == set(line)
    assert "http" not in json.dumps({k: v for k, v in described.items() if k != "openapi"}).replace(
        "HTTP", ""
    )
