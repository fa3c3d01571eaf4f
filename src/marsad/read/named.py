"""One person or a row of people whom a casualty word counts by their names."""

from __future__ import annotations

from marsad.lexicon import Match
from marsad.read.phrases import Phrase
from marsad.read.reach import LINKS, MET, Page, doer_of, plain_name, verbal

#: Verbs that tell what someone suffered, whichever way they are read.
_SUFFERED = ("اصيب", "اصيبت", "استشهد", "استشهدت", "توفي", "توفيت", "اغتيل", "اغتيلت")
_QUOTES = frozenset("\"'“”«»(")


def named_one(page: Page, match: Match, end: int) -> Phrase | None:
    """'The killing of <a name>': one person, where the word governs words that no layer knows."""
    layers = page.layers
    i = match.last
    if layers.key(i) in LINKS and match.form.pos != "v":
        i += 1
    for k in range(i, min(i + 5, end)):
        if (layers.key(k), layers.key(k + 1)) in (("كل", "من"), ("كلا", "من")):
            return _listed(page, k + 2, end)
    doer = page.at.get(i)
    acted = doer is not None and verbal(layers, match) and doer_of(match, doer)
    if doer is not None and acted:
        i = doer.last
    while layers.key(i) in _QUOTES:
        i += 1
    if i >= end or not plain_name(page, i) or layers.key(i).startswith(("ب", "ل", "ال", "وال", "ف")):
        return None
    last = i + 1
    while (
        last < min(i + 4, end)
        and plain_name(page, last)
        and not layers.key(last).startswith(("و", "بال", "لل"))
    ):
        last += 1
    passive = "ُ" in layers.text.tokens[match.first].word.surface or layers.key(match.first).endswith(
        _SUFFERED
    )
    if last - i < 2 or (verbal(layers, match) and not passive and not acted):
        return None
    count = 1
    if (
        layers.key(last).startswith("و")
        and last + 1 < end
        and plain_name(page, last)
        and plain_name(page, last + 1)
    ):
        if layers.key(last + 1).startswith("ال"):
            count, last = 2, last + 2
    return Phrase(count, count, i, last, layers.text.tokens[i].start)


def _listed(page: Page, first: int, end: int) -> Phrase | None:
    """'Each of <a name> (aged 40) and <a name>': as many as are joined."""
    layers = page.layers
    count, bracket, last = 0, False, first
    for k in range(first, end):
        key = layers.key(k)
        if key in "()":
            bracket = key == "("
        elif bracket or key in _QUOTES:
            continue
        elif count and key.startswith("و") and (plain_name(page, k) or k in page.at):
            count, last = count + 1, k + 1
        elif plain_name(page, k) and not (count and key.startswith(("ب", "ل", "ف"))):
            count, last = max(count, 1), k + 1
        else:
            break
    if count < 2:
        return None
    return Phrase(count, count, first, last, layers.text.tokens[first].start, numeral=True)


def named_before(page: Page, match: Match, begin: int) -> Phrase | None:
    """'<A name> met his death'."""
    layers = page.layers
    for i in range(match.first - 1, max(begin, match.first - 6) - 1, -1):
        if layers.key(i).endswith(MET):
            name = range(i + 1, match.first)
            if len(name) < 2 or not all(plain_name(page, k) for k in name):
                return None
            return Phrase(1, 1, i + 1, match.first, layers.text.tokens[i + 1].start)
    return None
