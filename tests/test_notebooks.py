"""The notebooks of docs/ run, and put out what they show, numbers aside: those follow the reader.

`python -m tests.notebooks` writes the outputs anew.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from tests.notebooks import FOLDER, executed


def _text(outputs: list[dict[str, Any]]) -> list[str]:
    """What outputs say, without spaces and numbers: better reading changes the sample's counts."""
    told = ("".join(o["text"] if "text" in o else o["data"]["text/plain"]) for o in outputs)
    return re.sub(r"[\d.,%]+|<NA>", "0", " ".join(told)).split()


@pytest.mark.slow
@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_notebook_shows_what_it_puts_out(path: Path) -> None:
    notebook = json.loads(path.read_text("utf8"))
    cells = list(executed(notebook))
    assert cells
    for cell, outputs in cells:
        assert _text(cell["outputs"]) == _text(outputs), "".join(cell["source"])
