"""Rows for the decisions about happenings: is one told, do two tell the same, is it worth coding.

`worth` builds on the other two, so it is fitted on articles read with weights that have not seen them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Any

import yaml

from bench import logistic
from bench.coded import ROOT, Coded, scorer
from bench.logistic import Row
from bench.sentences import FOUND, judged_sentences
from marsad.lexicon import Lexicon, load
from marsad.model import Document, Event
from marsad.read import same, told, worth
from marsad.read.assemble import find_all
from marsad.read.events import Candidate, Findings, candidates
from marsad.read.layers import Layers, annotate
from marsad.read.retell import Joined, join_retellings
from marsad.read.triggers import family

_FOLDS, _INNER = 10, 5
#: How much each weight is pulled to zero: `worth` sees the sum of `told` and, once more, all that went into it.
#: Held-out likelihood is best there (`bench/logistic.py` has the pull of the others).
PENALTIES = {"told": 10.0, "worth": 30.0}
#: How much a candidate without overlap must agree with a coded event to be a retelling of it.
_RETELLS = 1.2
#: What another place takes from that, where retellings are told apart from other happenings of the day.
_ELSEWHERE = 0.5
_CASES = ROOT / "tests" / "corpus" / "phenomena.yaml"
#: Each of our traps stands for every text that has it, so it counts more than a sentence met once.
_CASES_COUNT = 3


def _found(document: Document, lexicon: Lexicon | None) -> tuple[Layers, Findings, list[Candidate]]:
    layers = annotate(document, lexicon or load())
    seen = find_all(layers)
    return layers, seen, told.weighed(layers, seen, candidates(layers, seen))


# ── which coded event a candidate tells ───────────────────────────────────────────────────


def _fit(body: str, gold: dict[str, Any], read: dict[str, Any], elsewhere: float) -> float:
    """How well the candidate may tell the coded event: 0 where it contradicts it.

    `elsewhere` is what it loses for naming another place.
    """
    score = scorer()
    kin = score.FAMILY[gold["type"]], score.FAMILY[read["type"]]
    if kin[0] != kin[1] and frozenset(kin) not in score.NEAR:
        return 0.0
    overlap, day = score.overlap(body, gold, read), score.same_date(gold, read)
    mine, its = score.figure_keys(gold), score.figure_keys(read)
    if not overlap:
        measured = {k[0] for k in mine} & {k[0] for k in its}
        if measured and not mine & its and all(k[2] is not None for k in its):
            return 0.0
        if None not in gold["date"] and None not in read["date"] and not day:
            return 0.0
    likeness = 0.6 if gold["type"] == read["type"] else 0.3 if kin[0] == kin[1] else 0.0
    place = score.same_name(gold["place"], read["place"])
    other = not place and bool(gold["place"] and read["place"])
    return 3.0 * overlap + 2.0 * bool(mine & its) + 1.0 * place - elsewhere * other + 0.8 * day + likeness


def _aligned(article: Coded, found: Sequence[Candidate], elsewhere: float = 0.0) -> list[int | None]:
    """For each candidate the number of the coded event that it tells or retells."""
    gold, read = article.coding["events"], article.form(c.event for c in found)
    out: list[int | None] = [None] * len(read)
    for j, event in enumerate(read):
        fits = [(_fit(article.body, other, event, elsewhere), -i) for i, other in enumerate(gold)]
        best, i = max(fits, default=(0.0, 0))
        if best >= _RETELLS:
            out[j] = -i
    for i, j in scorer().pair(article.body, gold, read):
        out[j] = i
    return out


# ── the decisions ─────────────────────────────────────────────────────────────────────────


def rows_told(article: Coded, lexicon: Lexicon | None = None) -> Iterator[Row]:
    """Do the words tell a happening?"""
    _, seen, found = _found(article.document, lexicon)
    for n, event in enumerate(_aligned(article, found)):
        yield (*found[n].observed, *seen.words.around(found[n].cluster)), int(event is not None)


def rows_same(article: Coded, lexicon: Lexicon | None = None) -> Iterator[Row]:
    """Do two candidates, both of which tell a coded event, tell the same?"""
    layers, _, found = _found(article.document, lexicon)
    compared = same.tellings(layers, found)
    aligned = [
        (n, event) for n, event in enumerate(_aligned(article, found, _ELSEWHERE)) if event is not None
    ]
    for (i, one), (j, other) in combinations(aligned, 2):
        yield tuple(same.observations(layers.lexicon, compared[i], compared[j])), int(one == other)


def rows_worth(article: Coded, lexicon: Lexicon | None = None) -> Iterator[Row]:
    """Is the joined happening one that the scorer pairs with a coded event?"""
    layers, seen, found = _found(article.document, lexicon)
    joined = join_retellings(layers, found)
    read = article.form(h.told.event for h in joined.happenings)
    right = {j for _, j in scorer().pair(article.body, article.coding["events"], read)}
    for n in range(len(joined.happenings)):
        yield _of_worth(seen, found, joined, n), int(n in right)


def _of_worth(seen: Findings, found: Sequence[Candidate], joined: Joined, n: int) -> tuple[str, ...]:
    return (
        *worth.observations(found, joined, n),
        *seen.words.around(worth.best(found, joined.happenings[n]).cluster),
    )


#: `worth` builds on these; their observations depend on no weights, so they are made once.
_FIRST: dict[str, Callable[[Coded, Lexicon], Iterator[Row]]] = {"told": rows_told, "same": rows_same}


# ── sentences judged alone ────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Weighed:
    """One candidate or happening of a text read alone: how likely, what it tells, what was observed."""

    score: float
    event: Event
    observed: tuple[str, ...]


def _weighed(document: Document, lexicon: Lexicon, decision: str) -> list[_Weighed]:
    layers, seen, found = _found(document, lexicon)
    if decision == "told":
        return [
            _Weighed(c.score, c.event, (*c.observed, *seen.words.around(c.cluster), logistic.ELSEWHERE))
            for c in found
        ]
    joined = join_retellings(layers, found)
    return [
        _Weighed(h.told.score, h.told.event, (*_of_worth(seen, found, joined, n), logistic.ELSEWHERE))
        for n, h in enumerate(joined.happenings)
    ]


def _sentence_rows(lexicon: Lexicon, decision: str) -> Iterator[list[Row]]:
    """Rows of newspaper sentences on anything at all, judged to report an assault or a protest, or not.

    Coded articles are about a war; these teach what its words mean elsewhere. Of a sentence that
    reports one, only the likeliest candidate is taken to: the others may be anything.
    """
    for name, label, text in judged_sentences():
        if label not in ("yes", "easy no"):
            continue
        seen = [w for w in _weighed(Document(text), lexicon, decision) if w.event.type in FOUND[name]]
        if label == "yes":
            seen = sorted(seen, key=lambda w: -w.score)[:1]
        yield [(w.observed, int(label == "yes")) for w in seen]


def _case_rows(lexicon: Lexicon, decision: str) -> Iterator[list[Row]]:
    """Rows of the corpus of traps: texts of our own with all the events that may be read in them."""
    for case in yaml.load(_CASES.read_text("utf8"), yaml.BaseLoader):
        if case.get("events") and "exact_events" not in case:
            continue
        kinds = {
            family(kind)
            for event in case.get("events", ())
            for kind in ([event["type"]] if isinstance(event["type"], str) else event["type"])
        }
        published = None if case["published"] == "null" else date.fromisoformat(case["published"])
        seen = _weighed(Document(case["text"], published=published), lexicon, decision)
        yield [(w.observed, int(family(w.event.type) in kinds)) for w in seen]


# ── the chain ─────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Chain:
    """The articles with the rows of the decisions that `worth` builds on.

    `alone` holds the rows of texts judged alone, by decision: they are always fitted on.
    """

    articles: Sequence[Coded]
    lexicon: Lexicon
    first: dict[str, list[list[Row]]]
    alone: dict[str, list[list[Row]]]

    def without(self, held: Sequence[int]) -> Lexicon:
        """The lexicon with `told` and `same` fitted on all but the held-out articles."""
        out = set(held)
        return self.lexicon.with_weights(
            {
                decision: logistic.fit(
                    [*(a for n, a in enumerate(rows) if n not in out), *self.alone.get(decision, ())],
                    penalty=PENALTIES.get(decision, logistic.PENALTY),
                )
                for decision, rows in self.first.items()
            }
        )

    def worth(self, chosen: Sequence[int], held: Sequence[int]) -> list[list[Row]]:
        """The rows of `worth` of the chosen articles, each read with weights that have not seen it.

        What is fitted on an article's own scores would trust them too much. `held` is never fitted on.
        """
        rows: dict[int, list[Row]] = {}
        for fold in range(_INNER):
            part = [n for k, n in enumerate(chosen) if k % _INNER == fold]
            lexicon = self.without([*held, *part])
            rows |= {n: list(rows_worth(self.articles[n], lexicon)) for n in part}
        return [rows[n] for n in chosen]


def chain(articles: Sequence[Coded]) -> Chain:
    """The rows that `worth` is fitted on, made once."""
    lexicon = load()
    first = {name: [list(rows(a, lexicon)) for a in articles] for name, rows in _FIRST.items()}
    alone = {
        name: [*_sentence_rows(lexicon, name), *(list(_case_rows(lexicon, name)) * _CASES_COUNT)]
        for name in ("told", "worth")
    }
    return Chain(articles, lexicon, first, alone)


def events(chain: Chain) -> None:
    """Prints the events' F1 on articles that no fit has seen, neither of `worth` nor of those before it."""
    weighed: list[tuple[float, int]] = []
    everything = range(len(chain.articles))
    for fold in range(_FOLDS):
        unseen = [n for n in everything if n % _FOLDS == fold]
        seen = [n for n in everything if n % _FOLDS != fold]
        rows = [*chain.worth(seen, unseen), *chain.alone["worth"]]
        weights = logistic.fit(rows, penalty=PENALTIES["worth"])
        lexicon = chain.without(unseen)
        for n in unseen:
            weighed += [(logistic.weighed(weights, o), y) for o, y in rows_worth(chain.articles[n], lexicon)]
    coded = sum(len(a.coding["events"]) for a in chain.articles)
    missed = coded - sum(label for _, label in weighed)
    print(f"{len(weighed)} happenings, {coded} coded events, {missed} of them not found")
    print("\n".join(logistic.curve(weighed + [(-99.0, 1)] * missed, [k / 5 - 2 for k in range(15)])))
