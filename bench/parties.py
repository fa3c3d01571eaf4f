"""Rows for the decisions about parties: whose deed, at whose cost, in the sentence and in the article."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bench.coded import Coded
from bench.logistic import Row
from marsad.lexicon import load
from marsad.read import leaning, sides
from marsad.read.assemble import find_all, happenings
from marsad.read.context import in_text_order
from marsad.read.events import speaker_tokens
from marsad.read.layers import annotate
from marsad.read.voices import spoken

_OTHER = {"initiators": "targets", "targets": "initiators"}


def _told(article: Coded) -> tuple[sides.Article, list[tuple[dict[str, Any], int]]]:
    """The article as `sides` sees it, and each coded event with the index of the one read for it."""
    lexicon = load()
    layers = annotate(article.document, lexicon)
    found = find_all(layers)
    kept = in_text_order(happenings(layers, found).kept)
    kept = spoken(layers, found, kept, lexicon.weights["speaker"])
    return sides.article_of(layers, found, kept), article.pairs(c.event for c in kept)


def _in_sentence(article: Coded, slot: str) -> Iterator[Row]:
    view, pairs = _told(article)
    speaking = speaker_tokens(view.layers, view.found.speeches)
    for coded, n in pairs:
        named = leaning.observations(view.layers, view.told[n].cluster, view.found.mentions, speaking)
        lost = leaning.loses(view.layers, view.told[n].cluster)
        told = set(coded[_OTHER[slot] if lost else slot]) - {"UNKNOWN"}
        for code, observed in named.items():
            if code == "GUNMEN":
                # the sentence says 'gunmen', the coder knows from the article whose they are
                yield observed, int(code in told or bool(told and not told & named.keys()))
            elif not code.startswith(leaning.GENERAL):
                yield observed, int(code in told)


def did(article: Coded) -> Iterator[Row]:
    """Is the party of the sentence its doer? Each party that the sentence of an event names."""
    return _in_sentence(article, "initiators")


def suffered(article: Coded) -> Iterator[Row]:
    """Is the party of the sentence the one acted on? Each party that the sentence of an event names."""
    return _in_sentence(article, "targets")


def initiators(article: Coded) -> Iterator[Row]:
    """Is the party of the article the event's doer? To be fitted after `did` and `suffered`."""
    view, pairs = _told(article)
    for coded, n in pairs:
        for code in sides.parties_of(view, n):
            yield tuple(sides.observations(view, n, code)), int(code in coded["initiators"])


def targets(article: Coded) -> Iterator[Row]:
    """Is the party of the article the event's target? To be fitted after `initiators`."""
    view, pairs = _told(article)
    for coded, n in pairs:
        seen = {code: tuple(sides.observations(view, n, code)) for code in sides.parties_of(view, n)}
        doers = sides.initiators_of(view, n, seen)
        for code, observed in seen.items():
            yield (*observed, *sides.against(view, n, code, doers)), int(code in coded["targets"])
