"""Coded articles to fit and measure on: the gold sets, and codings kept here as offsets.

`bench/codings/` holds codings of uncoded articles of `shared/data/articles.jsonl`, made by readers
who did not see what Marsad reads: `fitted.jsonl` to fit on, `held_out.jsonl` only to measure on.
They hold ids and offsets, no text: every quote is `[start, end]` in title, line break and text.
"""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

from marsad.ingest import ingest
from marsad.lexicon import load
from marsad.model import Document, Event, Reading
from marsad.publish.coding import coding
from marsad.read.dateline import find_dateline

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
CODINGS = Path(__file__).with_name("codings")
SAMPLE = ROOT / "src" / "marsad" / "data" / "sample"
GOLD = ("seeds", "dev", "iraq")

_QUOTES = ("trigger", "evidence", "date_text", "place", "speaker", "text", "area")


@dataclass(frozen=True, slots=True)
class Coded:
    """One article with its coding; `body` is what the quotes are pieces of."""

    id: str
    document: Document
    body: str
    coding: dict[str, Any]

    def form(self, events: Iterable[Event]) -> list[dict[str, Any]]:
        """Events read in the article in the codebook's form."""
        read: list[dict[str, Any]] = coding(self.document, Reading("", "", tuple(events)))["events"]
        return read

    def pairs(self, events: Iterable[Event]) -> list[tuple[dict[str, Any], int]]:
        """Coded events with the index of the event that the scorer pairs with each."""
        coded = self.coding["events"]
        return [(coded[i], j) for i, j in scorer().pair(self.body, coded, self.form(events))]


@cache
def scorer() -> Any:
    """The module of `shared/tools/score.py`."""
    path = SHARED / "tools" / "score.py"
    spec = importlib.util.spec_from_file_location("score", path)
    assert spec is not None and spec.loader is not None, path
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf8").split("\n") if line.strip()]


def without_text(coding: dict[str, Any], body: str) -> dict[str, Any]:
    """The coding with each quote as its offsets."""

    def part(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {k: part(v, k) for k, v in value.items()}
        if isinstance(value, list):
            return [part(v, key) for v in value]
        if key in _QUOTES and isinstance(value, str):
            start = body.index(value)
            return [start, start + len(value)]
        return value

    return {k: part(v, k) for k, v in coding.items()}


def with_text(coding: dict[str, Any], body: str) -> dict[str, Any]:
    """The reverse of `without_text`."""

    def part(value: Any, key: str = "") -> Any:
        if key in _QUOTES and isinstance(value, list):
            return body[value[0] : value[1]]
        if isinstance(value, dict):
            return {k: part(v, k) for k, v in value.items()}
        if isinstance(value, list):
            return [part(v, key) for v in value]
        return value

    return {k: part(v, k) for k, v in coding.items()}


def _documents(path: Path, wanted: set[str]) -> Iterator[tuple[str, Document, str]]:
    bodies = {a["id"]: (a.get("title") or "") + "\n" + a["text"] for a in _lines(path) if a["id"] in wanted}
    for document in ingest([str(path)], dateline=partial(find_dateline, lexicon=load())):
        if isinstance(document, Document) and document.capture.source_id in bodies:
            id_ = document.capture.source_id
            yield id_, document, bodies[id_]


def gold(name: str) -> Iterator[Coded]:
    """The articles of a gold set."""
    coded = {c["id"]: c for c in _lines(SHARED / "gold" / f"{name}.coded.jsonl")}
    for id_, document, body in _documents(SHARED / "gold" / f"{name}.articles.jsonl", set(coded)):
        yield Coded(id_, document, body, coded[id_])


def kept(name: str) -> Iterator[Coded]:
    """The articles whose codings are kept here as offsets, `fitted` or `held_out`."""
    coded = {c["id"]: c for c in _lines(CODINGS / f"{name}.jsonl")}
    for id_, document, body in _documents(SHARED / "data" / "articles.jsonl", set(coded)):
        yield Coded(id_, document, body, with_text(coded[id_], body))


def sample() -> Iterator[Coded]:
    """The bundled sample, which is our own writing."""
    coded = {c["id"]: c for c in _lines(SAMPLE / "expected.jsonl")}
    for id_, document, body in _documents(SAMPLE / "articles.jsonl", set(coded)):
        yield Coded(id_, document, body, coded[id_])


def everything() -> list[Coded]:
    """All coded articles to fit on, in an order that mixes the sets (by id)."""
    found = [*(c for name in GOLD for c in gold(name)), *kept("fitted"), *sample()]
    return sorted(found, key=lambda c: c.id[::-1])
