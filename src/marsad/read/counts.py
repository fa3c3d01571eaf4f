"""Counts: how many of whom became what, as a casualty word and its phrase tell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from marsad.lexicon import Match
from marsad.model import Group, Measure, Span
from marsad.read.layers import Layers
from marsad.read.phrases import Phrase
from marsad.read.reach import OBJECTS, Page, parts_of


@dataclass(frozen=True, slots=True)
class Count:
    """A count tied to a casualty word at token `act`.

    `first`..`last` are the tokens of the counted phrase; `codes` who they are; `bare` when the
    number is only a noun's form; `part` when the text says it is among another count;
    `period` when it sums up a stretch of time, so that it is of no single happening.
    """

    measure: Measure
    group: Group
    low: int | None
    high: int | None
    span: Span
    act: int
    first: int
    last: int
    codes: tuple[str, ...] = ()
    bare: bool = False
    part: bool = False
    period: bool = False


def make(measure: Measure, match: Match, phrase: Phrase, layers: Layers, *, part: bool = False) -> Count:
    """The count of a phrase that the casualty word states."""
    span = Span(phrase.start, layers.text.tokens[phrase.last - 1].end)
    codes = tuple(c for c in phrase.codes if c != "UNKNOWN")
    group: Group = "objects" if measure in OBJECTS else phrase.group
    return Count(measure, group, phrase.low, phrase.high, span, match.first, phrase.first, phrase.last, codes,
                 not phrase.numeral, part, _over_period(layers, match.first, phrase.last)
                 or _of_a_war(layers, measure, match.first, phrase))  # fmt: skip


def with_parts(page: Page, match: Match, measure: Measure, phrase: Phrase, end: int) -> Iterator[Count]:
    """The count of a phrase, and of those among its people who are of another group."""
    layers = page.layers
    parts = parts_of(page, phrase, end)
    groups = {p.group for p in parts} - {"unknown", "objects"}
    whole = phrase
    if groups and phrase.group == "unknown":
        whole = replace(phrase, group="civilians" if groups == {"civilians"} else "mixed")
    if measure == "casualties" and (phrase.low or 0) <= 2 and phrase.high is None:
        yield make("killed", match, whole, layers)
        yield make("wounded", match, whole, layers)
        return
    yield make(measure, match, whole, layers)
    for part in parts:
        told = part.numeral or part.high == 2
        if told and part.group in groups and part.group != whole.group:
            yield make(measure, match, part, layers, part=True)


_BEGINNINGS = frozenset(
    {"بدايه", "بدء", "اندلاع", "انطلاق", "انطلاقها", "مطلع", "بداياتها", "سقوط", "ظهور", "ذلك"}
)


#: Days up to which 'since Wednesday' is one happening, not a period.
_LATELY = 10


#: The dead of a whole war or earthquake are as many; few single happenings are told so beside the word.
_MULTITUDE = 1000
#: No act of the codebook has killed or wounded as many.
_UNHEARD_OF = 10_000
_HARM: tuple[Measure, ...] = ("killed", "wounded", "casualties")


def _of_a_war(layers: Layers, measure: Measure, act: int, phrase: Phrase) -> bool:
    """Whether so many are killed or wounded that it is the toll of a war or disaster: told beside it, or beyond any act."""
    number = max(phrase.low or 0, phrase.high or 0)
    if measure not in _HARM or number < _MULTITUDE:
        return False
    sentence = layers.sentence(act)
    beside = any(m.gives.get("lasting") for m in layers.within("claims", sentence.first, sentence.last))
    return beside or number >= _UNHEARD_OF


def _over_period(layers: Layers, act: int, last: int) -> bool:
    """Whether the clause goes on with 'since ...' or 'during the past months'."""
    end = layers.sentence(act).last
    for k in range(last, min(last + 10, end - 1)):
        if layers.is_break(k) or k in layers.at["casualties"]:
            break
        if layers.key(k) == "منذ" and layers.key(k + 1) in _BEGINNINGS:
            return True
    for time in layers.times:
        if not last <= time.first < min(end, last + 12):
            continue
        if any(k in layers.at["casualties"] for k in range(last, time.first)):
            continue
        opener = {layers.key(time.first - 1), layers.key(time.first)}
        span = time.period
        if time.kind == "since" or "منذ" in opener:
            begun, published = span.first if span is not None else None, layers.published
            return begun is None or published is None or (published - begun).days > _LATELY
        long = (
            span is not None
            and span.first is not None
            and span.last is not None
            and (span.last - span.first).days > 31
        )
        if long and "خلال" in opener:
            return True
    return False
