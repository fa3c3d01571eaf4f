"""Every threat of docs/security.md names tests that there are."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROWS = [
    line
    for line in (ROOT / "docs" / "security.md").read_text("utf8").splitlines()
    if re.match(r"\| [STRIDE]", line) and not line.startswith("| STRIDE")
]


def test_every_threat_names_tests_that_are_there() -> None:
    missing = []
    for row in ROWS:
        named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", row)
        assert named, f"no test is named: {row[:80]}"
        for path, name in named:
            file = ROOT / path
            defined = {
                node.name for node in ast.walk(ast.parse(file.read_text("utf8"))) if isinstance(node, ast.FunctionDef)
            } if file.exists() else set()  # fmt: skip
            if name not in defined:
                missing.append(f"{path}::{name}")
    assert missing == []


def test_every_kind_of_threat_is_thought_of() -> None:
    kinds = {kind for row in ROWS for kind in row.split("|")[1].replace(",", " ").split()}
    assert kinds == set("STRIDE")
    told = " ".join(ROWS)
    for threat in (
        "XSS", "CSRF", "formula injection", "path traversal", "SSRF", "SQL injection", "open redirect", "session fixation",
        "brute force", "clickjacking", "header injection", "in logs", "too long",
    ):  # fmt: skip
        assert threat in told
