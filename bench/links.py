"""Fit the weights of linking on articles that are known to tell of one incident.

    python -m bench.links [--write]

Learnt from are first of all the pairs of events judged by eye (`judged_links.jsonl`), where the decision is
close. Groups of articles that tell of one incident say little beside them (`_LIKE`, `_UNLIKE`), but of more
stories: the pair of events that fits best in two articles of a group is taken to be the one, fitted, and
chosen anew with what was fitted, until it settles. Kept apart are: another event with either of that pair,
where its own article tells the two apart; the events so found of two groups; news published more than a week
apart; news told of days more than one apart. Printed is what groups, and judged pairs, held out in turn would
see; `--write` instead stores a fit on all of them in `data/weights/link.yaml`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

from bench import logistic
from bench.coded import ROOT, SHARED
from marsad.lexicon import load
from marsad.link import block
from marsad.link.cluster import Told, clusters
from marsad.link.compare import BARRED, UNIT, barred, observe
from marsad.link.mention import Mention, mention
from marsad.model import Span
from marsad.pipeline import read_stateless, tellings, told_words

_OUT = ROOT / "src" / "marsad" / "data" / "weights" / "link.yaml"
_COMMON = ROOT / "src" / "marsad" / "data" / "common_words.txt"
JUDGED = Path(__file__).with_name("judged_links.jsonl")
_ROUNDS, _FOLDS, _PENALTY, _RARE = 2, 10, 2.0, 4
#: For how many judged pairs one of the groups counts: of one happening, and kept apart.
_LIKE, _UNLIKE = 0.5, 0.05
#: The samples that may be learnt from; the others only judge what was learnt.
LEARNT = frozenset({1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12})
#: Two articles of a group may have no event in common, one being misread: less than this is none.
_LEAST = -3.0
#: What the pairs drawn to be judged have too few of, since most were drawn where the decision is close.
_SHIFT = 0.8
#: Published further apart than this, two pieces of news are not of one happening.
_FRESH = 7


@dataclass(frozen=True)
class Anchor:
    """Where an event stands: its article, its type, and the spans of its triggers, the first its own."""

    article: str
    type: str
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class World:
    """The articles read: their events, the pairs that are compared, what is observed of each."""

    mentions: list[Mention]
    pairs: list[tuple[int, int]]
    observed: list[tuple[str, ...]]
    bars: list[str | None]
    between: Mapping[tuple[str, str], list[int]]
    groups: Mapping[str, list[str]]
    anchors: Mapping[str, Anchor]

    def of(self, *groups: str) -> dict[str, str]:
        """The documents of some groups, with their group."""
        return {document: group for group in groups for document in self.groups[group]}


def world() -> World:
    """Reads all articles; documents of one text are one."""
    data, lexicon = SHARED / "data", load()
    read = [item for item in read_stateless([data / "articles.jsonl"]) if isinstance(item, tuple)]
    documents = {document.id: (document, reading) for document, reading in read}
    ids = {document.capture.source_id: document.id for document, _ in read}
    mentions = []
    anchors = {}
    for document, reading in documents.values():
        told = tellings(document, reading)
        for t in told:
            spans = (t.event.trigger, *t.event.mentions)
            anchors[t.event_id] = Anchor(document.capture.source_id, t.event.type, spans)
        words = told_words(document, told)
        mentions += [
            mention(t, places=lexicon.places, actors=lexicon.actors, words=words[t.event_id]) for t in told
        ]
    mentions.sort(key=lambda m: m.id)
    pairs = sorted(_met(mentions))
    between = defaultdict(list)
    for k, (a, b) in enumerate(pairs):
        between[_sorted(mentions[a].document_id, mentions[b].document_id)].append(k)
    lines = (data / "groups.jsonl").read_text("utf8").splitlines()
    return World(
        mentions,
        pairs,
        [tuple(observe(mentions[a], mentions[b])) for a, b in pairs],
        [barred(mentions[a], mentions[b]) for a, b in pairs],
        between,
        {g["group"]: sorted({ids[a] for a in g["articles"]}) for g in map(json.loads, lines)},
        anchors,
    )


def judged(known: World) -> Iterator[tuple[dict[str, Any], Mention, Mention]]:
    """The pairs judged by eye whose events are still read, with those."""
    by_article: dict[str, list[Mention]] = defaultdict(list)
    for one in known.mentions:
        by_article[known.anchors[one.id].article].append(one)

    def found(anchor: Sequence[Any]) -> Mention | None:
        article, type_, start, end = anchor
        there = [
            m
            for m in by_article[article]
            if any(Span(start, end).overlaps(s) for s in known.anchors[m.id].spans)
        ]
        own = [m for m in there if known.anchors[m.id].spans[0] == Span(start, end) and m.type == type_]
        return next(iter(own or there), None)

    for line in JUDGED.read_text("utf8").splitlines():
        pair = json.loads(line)
        a, b = found(pair["a"]), found(pair["b"])
        if pair["right"] is not None and a is not None and b is not None and a.id != b.id:
            yield pair, a, b


def _judged_rows(known: World) -> list[tuple[logistic.Row, Mention, Mention]]:
    """The judged pairs that are compared and may be learnt from, with what is observed of them."""
    met = {frozenset((known.mentions[a].id, known.mentions[b].id)) for a, b in known.pairs}
    # a pair that was drawn twice counts once, as it was judged last
    last = {frozenset((a.id, b.id)): (pair, a, b) for pair, a, b in judged(known) if pair["seed"] in LEARNT}
    return [
        ((tuple(observe(a, b)), int((pair["kind"] == "join") == pair["right"])), a, b)
        for pair, a, b in last.values()
        if frozenset((a.id, b.id)) in met and not barred(a, b)
    ]


def _met(mentions: Sequence[Mention]) -> set[tuple[int, int]]:
    """The pairs that are compared, by position."""
    number = {mention.id: n for n, mention in enumerate(mentions)}
    cells: dict[str, list[block.Spot]] = defaultdict(list)
    for one in mentions:
        for spot in block.spots(one):
            cells[spot.cell].append(spot)
    met = {
        (number[a], number[b])
        for standing in cells.values()
        for a, b in block.meetings(standing, 0, date.max.toordinal())
    }
    return {(a, b) for a, b in met if block.comparable(mentions[a], mentions[b])}


def _sorted(a: str, b: str) -> tuple[str, str]:
    return (a, b) if a < b else (b, a)


def _told_apart(a: Mention, b: Mention) -> bool:
    """Whether two events of one article cannot be one happening told twice."""
    if a.chain and b.chain and a.chain[0] not in b.chain and b.chain[0] not in a.chain:
        return True
    return a.family != b.family or _days_between(a, b) > 0


def _days_between(a: Mention, b: Mention) -> int:
    if a.first is None or a.last is None or b.first is None or b.last is None or a.weak or b.weak:
        return 0
    return max(a.first, b.first) - min(a.last, b.last)


def rows(known: World, groups: Collection[str], scores: Sequence[float], least: float) -> list[logistic.Row]:
    """The pairs of one happening by these scores, and the pairs that surely are of two."""
    right: set[int] = set()
    wrong: set[int] = set()
    tells: dict[int, set[str]] = defaultdict(set)
    for group in groups:
        for documents in combinations(known.groups[group], 2):
            there = [k for k in known.between.get(_sorted(*documents), ()) if not known.bars[k]]
            best = max(there, key=lambda k: (scores[k], -k), default=None)
            if best is None or scores[best] < least:
                continue
            right.add(best)
            for n in known.pairs[best]:
                tells[n].add(group)
            wrong.update(k for k in there if _rival(known, k, best))
    group_of = known.of(*known.groups)
    for documents, there in known.between.items():
        of = [group_of.get(document) for document in documents]
        if documents[0] == documents[1]:
            continue  # what an article tells twice the groups do not know
        if all(g is None or g in groups for g in of) and (of[0] is None or of[0] != of[1]):
            wrong.update(k for k in there if not known.bars[k] and _apart(known, k, tells))
    return [
        *((known.observed[k], 1) for k in sorted(right)),
        *((known.observed[k], 0) for k in sorted(wrong - right)),
    ]


def _rival(known: World, k: int, best: int) -> bool:
    """Whether a pair has one event of the best pair, and one that its article tells apart from the other."""
    pair, taken = known.pairs[k], known.pairs[best]
    if k == best or not set(pair) & set(taken):
        return False
    (other,), (left,) = set(pair) - set(taken), set(taken) - set(pair)
    return _told_apart(known.mentions[other], known.mentions[left])


def _apart(known: World, k: int, tells: Mapping[int, set[str]]) -> bool:
    a, b = known.pairs[k]
    if tells.get(a) and tells.get(b) and not tells[a] & tells[b]:
        return True
    x, y = known.mentions[a], known.mentions[b]
    if x.recency != "news" or y.recency != "news" or not x.published or not y.published:
        return False
    return abs(x.published - y.published) > _FRESH or _days_between(known.mentions[a], known.mentions[b]) >= 2


def fit(
    known: World, groups: Collection[str], by_eye: Sequence[logistic.Row] | None = None
) -> logistic.Weights:
    """The weights by what these groups say, and these judged pairs (or all)."""
    shown = [row for row, _, _ in _judged_rows(known)] if by_eye is None else list(by_eye)
    weights = logistic.fit([shown], penalty=_PENALTY, rare=_RARE)
    for _ in range(_ROUNDS):
        scores = [sum(weights.get(o, 0.0) for o in names) for names in known.observed]
        more = rows(known, groups, scores, _LEAST)
        counts = [1.0] * len(shown) + [_LIKE if label else _UNLIKE for _, label in more]
        weights = logistic.fit([[*shown, *more]], penalty=_PENALTY, rare=_RARE, counts=counts)
    return weights | {logistic.ALWAYS: weights[logistic.ALWAYS] + _SHIFT}


def grouped(known: World, weights: Mapping[str, float]) -> list[tuple[str, ...]]:
    """The events by incident."""
    scores = {
        (known.mentions[a].id, known.mentions[b].id): (
            BARRED if bar else round(sum(weights.get(o, 0.0) for o in names) * UNIT)
        )
        for (a, b), names, bar in zip(known.pairs, known.observed, known.bars, strict=True)
    }
    return clusters({m.id: Told(m.teller, m.told_days) for m in known.mentions}, scores)


def linked(known: World, found: Sequence[tuple[str, ...]], *, recalled: bool) -> set[tuple[str, str]]:
    """The pairs of documents in one incident; `recalled` counts those that only recall it too."""
    of = {m.id: m for m in known.mentions}
    out: set[tuple[str, str]] = set()
    for cluster in found:
        counted = {of[id_].document_id for id_ in cluster if recalled or of[id_].recency == "news"}
        out.update(combinations(sorted(counted), 2))
    return out


def held_out(known: World) -> Iterator[str]:
    """Recall of the pairs of groups that the fit has not seen, and how many others they were joined with."""
    names = sorted(known.groups)
    published = {m.document_id: m.published for m in known.mentions}
    counts: dict[bool, list[float]] = {False: [0.0, 0, 0], True: [0.0, 0, 0]}
    together = {p for g in names for p in combinations(known.groups[g], 2)}
    for fold in range(_FOLDS):
        out = names[fold::_FOLDS]
        weights = fit(known, [g for g in names if g not in out])
        inside, incidents = known.of(*out), grouped(known, weights)
        for recalled, count in counts.items():
            found = linked(known, incidents, recalled=recalled)
            for group in out:
                pairs = list(combinations(known.groups[group], 2))
                count[0] += sum(p in found for p in pairs) / len(pairs)
                count[1] += sum(p in found for p in pairs)
            for a, b in found - together:
                x, y = published.get(a), published.get(b)
                if (a in inside or b in inside) and x and y and abs(x - y) > _FRESH:
                    count[2] += 1
    for recalled, (recall, right, wrong) in counts.items():
        which = "that report or recall it" if recalled else "that report it"
        yield f"articles {which}: recall {recall / len(names):.3f}  right {right}  wrong {wrong}" + (
            f"  precision {right / (right + wrong):.3f}"
        )


def judged_held_out(known: World) -> Iterator[str]:
    """What becomes of judged pairs that the fit has not seen."""
    by_eye = _judged_rows(known)
    counts: Counter[tuple[int, bool]] = Counter()
    for fold in range(_FOLDS):
        seen = [row for n, (row, _, _) in enumerate(by_eye) if n % _FOLDS != fold]
        home = {
            id_: n
            for n, cluster in enumerate(grouped(known, fit(known, sorted(known.groups), seen)))
            for id_ in cluster
        }
        for (_, label), a, b in by_eye[fold::_FOLDS]:
            counts[label, home[a.id] == home[b.id]] += 1
    yield (
        f"judged pairs: {counts[1, True] + counts[0, True]} joined, {counts[1, True]} of them right; "
        f"{counts[1, False] + counts[0, False]} kept apart, {counts[0, False]} of them right"
    )


def _common(known: World) -> str:
    """The content words of at least every hundredth event, as the file that holds them."""
    counts = Counter(word for mention in known.mentions for word in mention.words)
    words = sorted(word for word, count in counts.items() if count * 100 >= len(known.mentions))
    head = "# Content words that at least every hundredth report has: written by bench/links.py.\n"
    return head + "".join(f"{word}\n" for word in words)


def main() -> int:
    """Fit and print held-out figures, or with --write store the weights."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    if not Path(SHARED).is_dir():
        sys.exit(f"no groups of articles at {SHARED}")
    known = world()
    print(f"{len(known.mentions)} events, {len(known.pairs)} pairs, {len(known.groups)} groups")
    if not options.write:
        for line in (*held_out(known), *judged_held_out(known)):
            print(line, flush=True)
    else:
        weights = fit(known, sorted(known.groups))
        _COMMON.write_text(_common(known), "utf8")
        logistic.write(weights, _OUT, "Evidence, in logits, for one happening: written by bench/links.py.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
