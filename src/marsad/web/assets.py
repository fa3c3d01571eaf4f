"""The built files of the browser: found by their logical names, served as files that never change."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "static"
#: How a source checkout makes them.
HOW = "the styles and scripts are not built: `make` builds them (or `npm ci && npm run build` in src/marsad/web/frontend)"


@dataclass(frozen=True, slots=True)
class Assets:
    """Logical names with the hashed files that bear their content."""

    files: Mapping[str, str]

    @property
    def built(self) -> bool:
        """Whether there are any; pages work without them, plainly."""
        return bool(self.files)

    def url(self, name: str) -> str | None:
        """Where the browser finds the file of that logical name; `None` where it is not built."""
        file = self.files.get(name)
        return f"/static/{file}" if file else None


def load(folder: Path = FOLDER) -> Assets:
    """The assets that the manifest of the folder lists; none where there is no manifest."""
    manifest = folder / "manifest.json"
    return Assets(json.loads(manifest.read_text("utf8")) if manifest.is_file() else {})
