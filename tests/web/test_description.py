"""The API answers as it is described, whatever is asked: Schemathesis makes the requests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from tests.web.conftest import PEOPLE, served, with_people

from marsad.record import Record

schemathesis = pytest.importorskip(
    "schemathesis", reason="this test needs schemathesis: pip install -e '.[dev]'"
)

pytestmark = pytest.mark.slow
#: Requests for each operation; there are a dozen of these.
EXAMPLES = 25
#: What every answer must be: as it is described, and never a fault of ours.
CHECKED = [
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
    "response_schema_conformance",
]  # fmt: skip


@pytest.fixture(scope="module")
def api(
    sample_record: Path, tmp_path_factory: pytest.TempPathFactory, hashes: None
) -> Iterator[tuple[str, str]]:
    """Where the API is, and a reviewer's token of it."""
    folder = tmp_path_factory.mktemp("api")
    with Record.open(sample_record, readonly=True) as record:
        record.copy(folder / "r.db")
    accounts = with_people(folder / "users")
    with served(folder / "r.db", accounts=accounts) as client:
        yield str(client.base_url), accounts.make_key(PEOPLE["reviewer"])[1]


def test_every_operation_answers_as_it_is_described(api: tuple[str, str]) -> None:
    address, token = api
    key = {"Authorization": f"Bearer {token}"}
    described = httpx.get(f"{address}/api/v1/openapi.json", headers=key).json()
    schemathesis.checks.load_all_checks()
    checks = schemathesis.checks.CHECKS.get_by_names(CHECKED)
    asked = 0

    def answers(case: Any) -> None:
        nonlocal asked
        asked += 1
        case.call_and_validate(base_url=address, headers=key, checks=checks)

    for found in schemathesis.openapi.from_dict(described).get_all_operations():
        bounded = settings(
            max_examples=EXAMPLES, deadline=None, derandomize=True, database=None,
            phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        bounded(given(case=found.ok().as_strategy())(answers))()
    assert asked > 100
