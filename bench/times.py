"""Rows for the decisions about time: whose day, whose day from around it, news or background."""

from __future__ import annotations

from collections.abc import Iterator

from bench.coded import Coded, scorer
from bench.logistic import Row
from marsad.lexicon import load
from marsad.model import Period
from marsad.publish.coding import days
from marsad.read import carry as carrying
from marsad.read import recency as standing
from marsad.read import when as own
from marsad.read.assemble import find_all, happenings
from marsad.read.context import in_text_order
from marsad.read.events import Candidate, candidates
from marsad.read.layers import Layers, annotate
from marsad.read.voices import spoken


def _same(coded: dict[str, object], period: Period | None) -> int:
    return int(scorer().same_date(coded, {"date": days(period)}))


def when(article: Coded) -> Iterator[Row]:
    """Is it the day of this happening? Each time of the sentence of each telling that is coded."""
    lexicon = load()
    layers = annotate(article.document, lexicon)
    found = find_all(layers)
    told = candidates(layers, found)
    events = article.form(c.event for c in told)
    for candidate, event in zip(told, events, strict=True):
        dateless = {**event, "date": [None, None]}  # the day that was read must not choose what it is held to
        weights = [scorer().weight(article.body, coded, dateless) for coded in article.coding["events"]]
        if not any(weights):
            continue
        coded = article.coding["events"][weights.index(max(weights))]
        times = own.own_times(layers, candidate.cluster)
        for time in times:
            if own.possible(time) is not None:
                names = own.observations(layers, found.speeches, candidate.cluster, time, times)
                yield tuple(names), _same(coded, own.told_of(layers, candidate.cluster, time))


def _joined(article: Coded) -> tuple[Layers, list[Candidate], dict[int, dict[str, object]]]:
    """The happenings as the reader keeps them, in text order, and the coded event of each."""
    lexicon = load()
    layers = annotate(article.document, lexicon)
    found = find_all(layers)
    kept = in_text_order(spoken(layers, found, happenings(layers, found).kept, lexicon.weights["speaker"]))
    return layers, kept, {j: coded for coded, j in article.pairs(c.event for c in kept)}


def carry(article: Coded) -> Iterator[Row]:
    """Is it the day of this happening? Each day of the text, for each that has none of its own."""
    layers, kept, coded = _joined(article)
    dated = [c for c in kept if c.event.period is not None and c.event.period.known]
    told = carrying.told_days(layers)
    for j, candidate in enumerate(kept):
        if j in coded and carrying.undated(candidate):
            for day in told:
                names = carrying.observations(layers, candidate, day, told, dated)
                yield tuple(names), _same(coded[j], day.period)


def recency(article: Coded) -> Iterator[Row]:
    """Is it background?"""
    layers, kept, coded = _joined(article)
    kept = carrying.carry_over(layers, kept, load().weights["carry"])
    for j, candidate in enumerate(kept):
        if j in coded:
            before = kept[j - 1].event if j else None
            names = standing.observations(layers, candidate.cluster, candidate.event, before)
            yield tuple(names), int(coded[j]["recency"] == "background")
