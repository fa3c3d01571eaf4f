"""Every threat of docs/security.md names tests that there are."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
#: By what something is logged.
_LEVELS = frozenset({"debug", "info", "warning", "error", "exception", "critical", "log"})
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


def test_what_is_logged_is_a_word_of_ours_and_never_a_value() -> None:
    """A line of the log begins with words that stand in the code; what it tells besides has a name (`telemetry._SAFE`).

    So no text of an article, no question and no secret can come in by a formatted message.
    """
    calls = 0
    for path in sorted((ROOT / "src" / "marsad").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf8"))):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=level)) if (
                    level in _LEVELS and name in ("_LOG", "LOG", "log", "logger", "logging")
                ):
                    calls += 1
                    assert len(node.args) == 1 and isinstance(node.args[0], ast.Constant), (
                        f"{path}:{node.lineno}"
                    )
                    assert {word.arg for word in node.keywords} <= {"extra", "exc_info"}, (
                        f"{path}:{node.lineno}"
                    )
    assert calls
