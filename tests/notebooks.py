"""Runs the notebooks of docs/ cell by cell, as Jupyter would, and can write what they put out into them.

    python -m tests.notebooks        # writes the outputs of every notebook anew

A cell's output is what it prints, then its last expression. No kernel is needed: a notebook is a list of
cells that share one namespace.
"""

from __future__ import annotations

import ast
import io
import json
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "docs" / "notebooks"


def executed(notebook: dict[str, Any]) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Each code cell with the outputs that running it gives."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for number, cell in enumerate((c for c in notebook["cells"] if c["cell_type"] == "code"), 1):
        yield cell, _run("".join(cell["source"]), number, namespace)


def _run(source: str, number: int, namespace: dict[str, Any]) -> list[dict[str, Any]]:
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    printed = io.StringIO()
    with redirect_stdout(printed):
        exec(compile(tree, f"cell {number}", "exec"), namespace)
        value = (
            eval(compile(ast.Expression(last.value), f"cell {number}", "eval"), namespace) if last else None
        )
    outputs: list[dict[str, Any]] = []
    if printed.getvalue():
        outputs.append({"name": "stdout", "output_type": "stream", "text": _lines(printed.getvalue())})
    if value is not None:
        text = value.to_string() if hasattr(value, "to_string") else repr(value)
        outputs.append(
            {
                "data": {"text/plain": _lines(text)},
                "execution_count": number,
                "metadata": {},
                "output_type": "execute_result",
            }
        )
    return outputs


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def write(path: Path) -> None:
    """Runs a notebook and stores its outputs in it."""
    notebook = json.loads(path.read_text("utf8"))
    for number, (cell, outputs) in enumerate(executed(notebook), 1):
        cell["outputs"], cell["execution_count"] = outputs, number
    path.write_text(json.dumps(notebook, ensure_ascii=False, indent=1) + "\n", "utf8")


if __name__ == "__main__":
    for notebook_path in sorted(FOLDER.glob("*.ipynb")):
        write(notebook_path)
