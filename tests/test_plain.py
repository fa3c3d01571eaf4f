"""Plain sentences: well made, and read as anyone reads them."""

from __future__ import annotations

import re

import pytest
from bench import plain

from marsad.lexicon import load
from marsad.read import Reader

SENTENCES = [*plain.sentences(400, 7), *plain.idle(100, 7)]


def test_every_slot_of_a_sentence_is_filled() -> None:
    assert len({one.text for one in SENTENCES}) == 500
    for one in SENTENCES:
        assert not re.search(r"[{}|]|  | [.،]|\bل ال", one.text), one.text
        assert one.text.endswith("."), one.text


def test_the_parties_are_known_and_stand_in_the_sentence() -> None:
    lexicon = load()
    for one in SENTENCES:
        assert set(one.initiators) | set(one.targets) <= set(lexicon.actors) | {"CIVILIANS"}
        assert not set(one.initiators) & set(one.targets), one.text


def test_a_text_of_sentences_codes_each_of_them() -> None:
    articles = list(plain.articles(60, 7))
    assert sum(len(article.coding["events"]) for article in articles) == 60
    for article in articles:
        assert all(event["evidence"] in article.body for event in article.coding["events"])


@pytest.mark.slow
def test_grammar_tells_who_did_it_to_whom() -> None:
    # other sentences than those fitted on and those of the gate; the figures of the gate are the ones to raise
    figures = plain.read_right(Reader(load()), 200, 11)
    assert figures["found"] > 0.93
    assert figures["parties"] > 0.85
    assert figures["left"] > 0.97
