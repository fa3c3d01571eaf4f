"""Fit the weights of a decision of the reader on coded articles, and say what it would do unseen.

    python -m bench.fit DECISION [DECISION ...] [--write]
    python -m bench.fit events

A decision is a yes or no about one candidate (is this a happening, is this party its doer) or a
choice among several (which of these places is its place). Its observations are made by the reader
itself; whether a candidate was right, by comparing with the codings. Printed figures are of
articles held out in turn; `--write` stores the weights of a fit on all of them in `data/weights/`,
which the lexicon loads. `worth` builds on `told` and `same`, so it is fitted after them; `events`
holds the three out together and prints the F1 of the events that come out.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from bench import choice, happenings, logistic, parties, plain, times
from bench.coded import ROOT, SHARED, Coded, everything, scorer
from bench.logistic import Row
from marsad.lexicon import load
from marsad.read import aloft as strikes
from marsad.read import counted, whereabouts
from marsad.read.assemble import find_all
from marsad.read.assemble import happenings as happenings_of
from marsad.read.claims import numeric
from marsad.read.context import filled, in_context, in_text_order, place_told
from marsad.read.events import Candidate, Findings
from marsad.read.layers import Layers, annotate
from marsad.read.tallies import Number, view_of
from marsad.read.voices import spoken, times_said, voices
from marsad.read.weapons import cases

_WEIGHTS = ROOT / "src" / "marsad" / "data" / "weights"


def _read(article: Coded) -> tuple[Layers, Findings, list[Candidate]]:
    """An article as far as the choice of its events, in text order."""
    lexicon = load()
    layers = annotate(article.document, lexicon)
    found = find_all(layers)
    return layers, found, in_text_order(happenings_of(layers, found).kept)


def aloft(article: Coded) -> Iterator[Row]:
    """Did it come from the air? Each strike that the scorer pairs with a coded event."""
    layers, found, kept = _read(article)
    kept = in_text_order(spoken(layers, found, kept, layers.lexicon.weights["speaker"]))
    events = filled(layers, found, kept)
    observed = dict(strikes.cases(layers, kept, events, found.state))
    for coded, j in article.pairs(events):
        if j in observed:
            yield observed[j], int(coded["type"] == strikes.AIR_STRIKE)


def weapons(article: Coded) -> Iterator[Row]:
    """Did it use this weapon? Each kind named around an event that the scorer pairs with a coded one."""
    layers, found, kept = _read(article)
    events = in_context(layers, found, kept)
    named = list(cases(layers, events, [c.tellings for c in kept]))
    for coded, j in article.pairs(events):
        for naming, observed in named[j]:
            yield observed, int(naming.code in coded["weapons"])


def group(article: Coded) -> Iterator[Row]:
    """Are they of this group? Each group for each figure that a paired coded event tells too."""
    layers, found, kept = _read(article)
    events = in_context(layers, found, kept)
    for coded, j in article.pairs(events):
        for figure in events[j].figures:
            value = (figure.measure, figure.low, figure.high)
            told = {f["group"] for f in coded["figures"] if (f["measure"], f["low"], f["high"]) == value}
            if told and figure.group != "objects":
                seen = list(counted.observations(layers, events[j], figure))
                yield from ((counted.about(g, seen), int(g in told)) for g in counted.GROUPS)


def speaker(article: Coded) -> Iterator[Row]:
    """Is it told on this one's word? Each voice around an event that the scorer pairs with a coded one."""
    layers, found, kept = _read(article)
    for coded, j in article.pairs([c.event for c in kept]):
        for voice in voices(layers, found, kept[j], times_said(found)):
            yield voice.observed, int(scorer().same_name(coded["speaker"], voice.attribution.speaker))


def claim(article: Coded) -> Iterator[Row]:
    """Is it a claim? Each number without a plain frame, and whether a coded claim tells it there.

    A number that a coded claim tells elsewhere is left out: it may be the same, told twice.
    """
    layers, found, kept = _read(article)
    view, text = view_of(layers, found, kept), article.document.text
    coded = [c for c in article.coding["claims"] if c["measure"] != "trend"]
    rows: list[Row] = []

    def judge(number: Number, observed: Sequence[str]) -> bool:
        amount = number.amount
        clause = layers.span(number.clause.first, number.clause.last).cover(amount.span)
        same = [c for c in coded if (c["low"], c["high"]) == (amount.low, amount.high)]
        here = any(
            start < clause.end and clause.start < end
            for c in same
            for start, end in scorer().spans(text, c["evidence"])
        )
        if here or not same:
            rows.append((tuple(observed), int(here)))
        return here

    for _ in numeric(view, judge):
        pass
    return iter(rows)


def place(article: Coded) -> Iterator[choice.Case]:
    """Where is it? The places named in and around each event that the scorer pairs with a coded one."""
    lexicon = load()
    layers = annotate(article.document, lexicon)
    found = find_all(layers)
    ground = whereabouts.Ground.of(layers, found.places, found.speaking)
    heard = happenings_of(layers, found)
    told = in_text_order([*heard.kept, *heard.passing])
    for coded, j in article.pairs([c.event for c in told]):
        named = whereabouts.candidates(ground, place_told(told, j), around=True)
        yield [
            choice.Option(
                whereabouts.name_of(ground, naming),
                observed,
                int(scorer().same_name(coded["place"], naming.span.of(layers.text.source))),
            )
            for naming, observed in named
        ]


#: Decisions among several candidates and none, with how the reader takes them.
CHOICES: dict[str, tuple[Callable[[Coded], Iterator[choice.Case]], Any]] = {
    "place": (place, whereabouts.choose),
}
DECISIONS: dict[str, Callable[[Coded], Iterator[Row]]] = {
    "aloft": aloft,
    "carry": times.carry,
    "claim": claim,
    "group": group,
    "recency": times.recency,
    "speaker": speaker,
    "same": happenings.rows_same,
    "told": happenings.rows_told,
    "weapons": weapons,
    "when": times.when,
    "worth": happenings.rows_worth,
}
#: Whose deed, at whose cost: fitted on plain sentences too, so that the grammar outweighs who usually hits whom.
PARTIES = ("did", "suffered", "initiators", "targets")
#: As many as there are coded articles, or the sentences of these drown them.
_PLAIN, _SEED = 1000, 1


def main() -> int:
    """Fit, print held-out figures, and with --write store the weights."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("decisions", nargs="+", choices=[*sorted({*DECISIONS, *CHOICES, *PARTIES}), "events"])
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    if not SHARED.is_dir():
        sys.exit(f"no coded articles at {SHARED}")
    articles = everything()
    named: dict[str, list[list[logistic.Row]]] = {}
    for name in options.decisions:
        if name == "events":
            happenings.events(happenings.chain(articles))
            continue
        if name in CHOICES:
            told, choose = CHOICES[name]
            taken = [list(told(article)) for article in articles]
            print(f"{name}: {len(taken)} articles  {choice.held_out(taken, choose)}")
            weights = choice.fit([case for article in taken for case in article])
        else:
            rows, more = [], []
            penalty = happenings.PENALTIES.get(name, logistic.PENALTY)
            if name in ("told", "worth"):
                chain = happenings.chain(articles)
                rows = chain.first["told"] if name == "told" else chain.worth(range(len(articles)), ())
                more = chain.alone[name]
            elif name in PARTIES:
                named = named or parties.rows(articles, list(plain.articles(_PLAIN, _SEED)))
                rows, more = named[name][: len(articles)], named[name][len(articles) :]
            else:
                rows = [list(DECISIONS[name](article)) for article in articles]
            weighed = [pair for article in logistic.held_out(rows, more, penalty=penalty) for pair in article]
            print(
                f"{name}: {len(rows)} articles, {len(weighed)} candidates, {sum(y for _, y in weighed)} right"
            )
            print("\n".join(logistic.curve(weighed, [k / 5 - 1.6 for k in range(13)])))
            weights = logistic.fit([*rows, *more], penalty=penalty)
        if options.write:
            head = f"Evidence, in logits, for the decision {name!r}: written by bench/fit.py."
            logistic.write(weights, _WEIGHTS / f"{name}.yaml", head)
    return 0


if __name__ == "__main__":
    sys.exit(main())
