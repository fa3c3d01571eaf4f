"""The arrows of the design: what may import what, as import-linter's contract in pyproject.toml says."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

PROJECT = Path(__file__).parents[1] / "pyproject.toml"


def test_arrows_point_down_only(capsys: pytest.CaptureFixture[str]) -> None:
    code = lint_imports(config_filename=str(PROJECT), no_cache=True)
    assert code == 0, capsys.readouterr().out


def test_every_module_has_its_place() -> None:
    (contract,) = tomllib.loads(PROJECT.read_text("utf8"))["tool"]["importlinter"]["contracts"]
    assert contract["exhaustive"] is True
    placed = {name.strip() for layer in contract["layers"] for name in layer.split("|")}
    package = PROJECT.parent / "src" / "marsad"
    modules = {path.stem for path in package.glob("*.py")} - {"__init__"}
    packages = {path.parent.name for path in package.glob("*/__init__.py")}
    assert placed == modules | packages
