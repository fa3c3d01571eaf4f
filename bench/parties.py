"""Rows for the decisions about parties: whose deed, at whose cost, in the sentence and in the article.

`initiators` and `targets` build on `did` and `suffered`, so they are fitted on articles read with
weights that have not seen them: what is fitted on an article's own sums would trust them too much.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bench import logistic
from bench.coded import Coded
from bench.logistic import Row
from marsad.lexicon import load
from marsad.read import leaning, sides
from marsad.read.article import Article, article_of
from marsad.read.assemble import find_all, happenings
from marsad.read.context import in_text_order
from marsad.read.layers import annotate
from marsad.read.standing import scene_of
from marsad.read.voices import spoken

_OTHER = {"initiators": "targets", "targets": "initiators"}
_FOLDS = 5


@dataclass(frozen=True, slots=True)
class _Told:
    """An article as `sides` sees it, and each coded event with the index of the one read for it.

    `mark` is observed beside everything else.
    """

    view: Article
    pairs: tuple[tuple[dict[str, Any], int], ...]
    mark: tuple[str, ...] = ()

    def weighed(self, weights: Mapping[str, Mapping[str, float]]) -> _Told:
        """The same with other weights of what a sentence says of its parties."""
        layers = replace(self.view.layers, lexicon=self.view.layers.lexicon.with_weights(weights))
        return replace(self, view=article_of(layers, self.view.found, self.view.told))


def _told(article: Coded, mark: tuple[str, ...] = ()) -> _Told:
    lexicon = load()
    layers = annotate(article.document, lexicon)
    found = find_all(layers)
    kept = in_text_order(happenings(layers, found).kept)
    kept = spoken(layers, found, kept, lexicon.weights["speaker"])
    return _Told(article_of(layers, found, kept), tuple(article.pairs(c.event for c in kept)), mark)


def _in_sentence(told: _Told, slot: str) -> Iterator[Row]:
    view = told.view
    speaking = view.found.speaking
    for coded, n in told.pairs:
        cluster = view.told[n].cluster
        scene = scene_of(view.layers, cluster.sentence, view.found.mentions, speaking)
        named = leaning.observations(view.layers, cluster, scene)
        lost = leaning.loses(view.layers, cluster)
        parties = set(coded[_OTHER[slot] if lost else slot]) - {"UNKNOWN"}
        for code, observed in named.items():
            if code == "GUNMEN":
                # the sentence says 'gunmen', the coder knows from the article whose they are
                yield (
                    (*observed, *told.mark),
                    int(code in parties or bool(parties and not parties & named.keys())),
                )
            elif not code.startswith(leaning.GENERAL):
                yield (*observed, *told.mark), int(code in parties)


def _initiators(told: _Told) -> Iterator[Row]:
    for coded, n in told.pairs:
        for code in told.view.parties(n):
            observed = (*sides.observations(told.view, n, code), *sides.words(told.view, n, code))
            yield (*observed, *told.mark), int(code in coded["initiators"])


def _targets(told: _Told, weights: Mapping[str, float]) -> Iterator[Row]:
    view = told.weighed({"initiators": weights}).view
    for coded, n in told.pairs:
        seen = {code: tuple(sides.observations(view, n, code)) for code in view.parties(n)}
        doers = sides.initiators_of(view, n, seen)
        for code, observed in seen.items():
            against, words = sides.against(view, n, code, doers), sides.words(view, n, code)
            yield (*observed, *against, *words, *told.mark), int(code in coded["targets"])


def _without(rows: Sequence[Sequence[Row]], fold: int) -> dict[str, float]:
    return logistic.fit([article for n, article in enumerate(rows) if n % _FOLDS != fold])


def rows(articles: Sequence[Coded], more: Sequence[Coded]) -> dict[str, list[list[Row]]]:
    """The rows of each decision, an article at a time: those of `more`, which are marked, come last.

    In the sentence: is the party its doer (`did`), is it the one acted on (`suffered`)? In the article: is
    it the event's doer (`initiators`), its target (`targets`)?
    """
    told = [*map(_told, articles), *(_told(article, (logistic.ELSEWHERE,)) for article in more)]
    named = {slot: [list(_in_sentence(t, slot)) for t in told] for slot in _OTHER}
    blind = list(told)
    for fold in range(_FOLDS):
        weights = {"did": _without(named["initiators"], fold), "suffered": _without(named["targets"], fold)}
        blind[fold::_FOLDS] = [t.weighed(weights) for t in told[fold::_FOLDS]]
    initiators = [list(_initiators(t)) for t in blind]
    fits = [_without(initiators, fold) for fold in range(_FOLDS)]
    return {
        "did": named["initiators"],
        "suffered": named["targets"],
        "initiators": initiators,
        "targets": [list(_targets(t, fits[n % _FOLDS])) for n, t in enumerate(blind)],
    }
