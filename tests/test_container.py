"""The files for containers: what linters say of them, and what nobody may find there. No engine runs them here."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf8"))
CONTAINERFILE = (ROOT / "Containerfile").read_text("utf8")


@pytest.mark.parametrize(
    "command",
    [
        ("hadolint", "Containerfile"),
        ("yamllint", "--strict", "compose.yaml", ".yamllint"),
        ("check-jsonschema", "--builtin-schema", "vendor.compose-spec", "compose.yaml"),
    ],
    ids=lambda command: command[0],
)
def test_linters_find_nothing(command: tuple[str, ...]) -> None:
    done = subprocess.run(
        [BIN / command[0], *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_is_asked_for_stands_in_the_example_and_no_secret_does() -> None:
    told = dict(re.findall(r"^(\w+)=(.*)$", (ROOT / ".env.example").read_text("utf8"), re.MULTILINE))
    asked = set(re.findall(r"\$\{(\w+)", (ROOT / "compose.yaml").read_text("utf8")))
    assert asked == set(told)
    assert told["POSTGRES_PASSWORD"] == ""
    assert ".env\n" in (ROOT / ".gitignore").read_text("utf8")
    for service in COMPOSE["services"].values():
        for name, value in service["environment"].items():
            assert "PASSWORD" not in name or value.startswith("${POSTGRES_PASSWORD:?"), name
    assert "@db" in COMPOSE["services"]["app"]["environment"]["MARSAD_RECORD"].replace("marsad@", "@")


def test_nothing_runs_as_root_or_is_reached_from_elsewhere() -> None:
    assert re.search(r"^USER (?!0|root)", CONTAINERFILE, re.MULTILINE)
    assert COMPOSE["services"]["db"]["user"] == "postgres"
    for service in COMPOSE["services"].values():
        assert service["cap_drop"] == ["ALL"] and service["security_opt"] == ["no-new-privileges:true"]
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))
    assert "ports" not in COMPOSE["services"]["db"]


def test_an_image_is_made_of_what_it_copies() -> None:
    copied = [
        word for line in re.findall(r"^COPY (.+)$", CONTAINERFILE, re.MULTILINE) for word in line.split()[:-1]
    ]
    kept = {
        line[1:] for line in (ROOT / ".dockerignore").read_text("utf8").splitlines() if line.startswith("!")
    }
    assert set(copied) == kept and all((ROOT / name).exists() for name in copied)
    project = (ROOT / "pyproject.toml").read_text("utf8")
    assert all(f'"{name}"' in project for name in ("README.md", "LICENSE", "NOTICE"))


def test_its_health_check_asks_the_server_that_it_starts(sample_health: str) -> None:
    """The check as it stands there, of a server at another port."""
    code = re.search(r'HEALTHCHECK .*?CMD \["python", "-c", "(.+?)"\]', CONTAINERFILE, re.DOTALL)
    assert code is not None and "EXPOSE 8000" in CONTAINERFILE and ":8000/" in code[1]
    for address, healthy in ((sample_health, True), ("http://127.0.0.1:1", False)):
        asked = code[1].replace("http://127.0.0.1:8000", address)
        done = subprocess.run([sys.executable, "-c", asked], capture_output=True, check=False)
        assert (done.returncode == 0) is healthy


@pytest.fixture
def sample_health(tmp_path: Path) -> Any:
    from tests.web.conftest import served

    from marsad.record import Record

    Record.open(tmp_path / "r.db", create=True).close()
    with served(tmp_path / "r.db") as client:
        yield str(client.base_url).rstrip("/")
