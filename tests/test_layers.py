"""Stretches of tokens: what sorted positions answer is what looking token by token finds."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from marsad.lexicon import LAYERS, load
from marsad.model import Document
from marsad.read.layers import BREAKS, WALLS, Layers, annotate
from marsad.text import prefixed

SAMPLE = Path(__file__).parents[1] / "src" / "marsad" / "data" / "sample" / "articles.jsonl"


def articles() -> list[Layers]:
    lines = SAMPLE.read_text("utf8").splitlines()[:12]
    return [annotate(Document(json.loads(line)["text"]), load()) for line in lines]


ARTICLES = articles()


@settings(max_examples=200)
@given(st.sampled_from(ARTICLES), st.integers(-3, 120), st.integers(-3, 120), st.sampled_from(LAYERS))
def test_a_stretch_is_answered_as_token_by_token(layers: Layers, first: int, last: int, name: str) -> None:
    tokens = range(first, last)
    keys = [layers.key(k) for k in tokens]
    assert list(layers.keys(first, last)) == [key for key in keys if key]
    assert layers.broken(first, last) == any(key in BREAKS for key in keys)
    assert layers.walled(first, last) == any(key in WALLS for key in keys)
    found = [layers.at[name][k] for k in tokens if k in layers.at[name]]
    assert layers.within(name, first, last) == found
    assert layers.has(name, first, last) == bool(found)
    assert layers.roles(name, first, last) == {str(m.gives.get("role", "")) for m in found}


@given(st.lists(st.text("والبك", max_size=4)), st.text("والبك", max_size=6))
def test_prefixed_words_are_those_that_lose_the_prefix(words: list[str], word: str) -> None:
    for prefix in ("و", "ال"):
        assert (word in prefixed(words, prefix)) == (word.removeprefix(prefix) in words)
