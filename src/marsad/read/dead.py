"""Count nouns: the dead, the wounded, bodies and victims are themselves the people counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from marsad.lexicon import Match
from marsad.model import Group, Measure
from marsad.read.counts import Count, make, with_parts
from marsad.read.layers import Layers
from marsad.read.numbers import Amount
from marsad.read.phrases import Phrase
from marsad.read.reach import Page, before, joined, tallied, total

#: What follows a number that leaves its noun to the one before: ثلاثة قتلى من الجيش وخمسة من الشرطة.
_IN_ROWS = frozenset({"في", "من"})


def amount_before(layers: Layers, match: Match, begin: int) -> Amount | None:
    """The number that stands right before a count noun."""
    if match.proclitics:
        return None
    usable = (
        a for a in layers.amounts if a.first >= begin and a.first in layers.amount_at and a.unit == "count"
    )
    return next((a for a in usable if a.last == match.first), None)


def count_noun(page: Page, match: Match, begin: int, end: int) -> Iterator[Count]:
    """'Five dead', 'two dead', 'dead and wounded', 'the dead rose to 100'."""
    layers = page.layers
    measure: Measure = match.gives["measure"]
    form = match.form
    amount = amount_before(layers, match, begin)
    held = page.inside.get(match.first)
    fallen = layers.at["casualties"].get(match.first - 1)
    if amount is None and form.number == "p" and fallen is not None and fallen.gives["role"] == "fall":
        # إن 44 شخصا سقطوا قتلى
        those = [p for p in before(page, fallen, begin, {}, fate=True) if p.numeral]
        if those:
            yield from (make(measure, match, p, layers) for p in those)
            return
    if amount is None and match.article and layers.key(match.first - 1) == "بين":
        return  # ومن بين القتلى خمسة أطفال tells some of them, not how many they are
    if amount is None and held is not None and held.numeral and held.first < match.first:
        return
    of = page.at.get(match.last)
    if (
        amount is None
        and form.number == "p"
        and of is not None
        and of.numeral
        and of.named
        and not (of.thing or of.joined)
    ):
        # 'the bodies of 46 civilians and seven soldiers'
        yield from (make(measure, match, p, layers) for p in joined(page, of, end))
        return
    group, codes = _whose(page, match.last, end)
    start, first, last, numeral = match.start, match.first, match.last, False
    low: int | None
    high: int | None
    if amount is not None:
        low, high, first, start, numeral = amount.low, amount.high, amount.first, amount.span.start, True
    elif match.entry.id == "ar.casualty.casualties_noun" and layers.key(match.first) in ("بين", "ما"):
        row = range(match.first - 1, max(begin, match.first - 7), -1)
        near = next((page.at[i] for i in row if i in page.at), None)
        if near is None or not near.numeral:
            return
        low, high, first, start, numeral = near.low, near.high, near.first, near.start, True
    elif match.article or form.suffix or layers.key(match.first).startswith("ال") or tallied(layers, match):
        toll = total(page, match, end)
        if toll is None:
            return
        low, high, first, start, numeral = toll.low, toll.high, toll.first, toll.start, True
        last = toll.last
        group, codes = (toll.group, toll.codes) if toll.named else (group, codes)
    elif form.number == "d":
        low, high = 2, 2
    elif form.number == "s":
        low, high = 1, 1
    else:
        low, high = 2, None
    if not numeral:
        if match.gives.get("numbered"):
            return
        if (layers.key(last), layers.key(last + 1)) == ("علي", "الاقل"):
            high, last = None, last + 2
    phrase = Phrase(low, high, first, last, start, group, codes, numeral=numeral)
    both = match.entry.id == "ar.casualty.casualties_noun" and high is None and (low or 0) <= 2
    if both:
        yield make("killed", match, phrase, layers)
        yield make("wounded", match, phrase, layers)
        return
    yield from with_parts(page, match, measure, phrase, end)
    more = _as_many_of(page, phrase.last, end) if numeral else None
    if more is not None:
        yield make(measure, match, more, layers)


def _whose(page: Page, first: int, end: int) -> tuple[Group, tuple[str, ...]]:
    """Whose dead they are: those named right after the count."""
    layers = page.layers
    for j in range(first, min(first + 4, end)):
        mention = page.mentions.get(j)
        if mention is not None and mention.kind != "nationality" and mention.group != "objects":
            return mention.group, (mention.code,)
        if (
            layers.is_break(j)
            or layers.role("casualties", j) == "act"
            or layers.role("grammar", j) == "subset"
        ):
            break
    return "unknown", ()


def _as_many_of(page: Page, first: int, end: int) -> Phrase | None:
    """'Three dead of the protesters and five of the police': a number joined to a count noun."""
    layers = page.layers
    for i in range(first, min(first + 6, end)):
        phrase = page.at.get(i)
        if phrase is not None and phrase.joined:
            amount = layers.amount_at.get(phrase.first)
            if amount is None or layers.key(amount.last) not in _IN_ROWS:
                return None
            group, codes = (phrase.group, phrase.codes) if phrase.named else _whose(page, phrase.last, end)
            return replace(phrase, group=group, codes=codes) if codes and not phrase.thing else None
        if layers.is_break(i) or any(i in layers.at[name] for name in ("casualties", "events")):
            return None
    return None
