"""Claims typed in English: a small grammar over number, thing counted, period, actor and area.

It is for statements that a person types to have them checked, not for news. What it cannot parse it says,
word for word, as issues: nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any, Literal

from marsad import lexicon as lexicons
from marsad.gazetteer.names import load_names
from marsad.lexicon import Entry, Lexicon
from marsad.model import Claim, Document, Issue, Period, Qualifier, Reading, Span
from marsad.read.typed_time import find_times

VERSION = "typed-1"
_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*[A-Za-z]|[A-Za-z]|\d{1,3}(?:,\d{3})+|\d+")
_SPELT = {
    word: number
    for number, word in enumerate(
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
        " eighteen nineteen twenty".split(), 1,
    )
} | {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "dozen": 12,
     "hundred": 100}  # fmt: skip
_SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
#: As in the codebook: 'dozens' are 20 or more.
_VAGUE = {"dozens": 20, "scores": 20, "hundreds": 200, "thousands": 2000}
#: The longest name of a place, in words.
_NAME = 5

Role = Literal[
    "number", "time", "area", "count", "qualifier", "direction", "actor", "versus", "place", "by", "filler"
]


@dataclass(frozen=True, slots=True)
class Item:
    """A stretch of the text that means something: its role, and what its entry or the grammar gives."""

    role: Role
    span: Span
    gives: Mapping[str, Any]
    id: str = ""


@lru_cache(maxsize=2)
def _phrases(words: Lexicon) -> dict[str, Entry]:
    """What each phrase is, lower case: the entries' forms, and the English names of the actor table."""
    out = {
        actor.name_en.lower(): Entry(f"actor.{code}", "claims", {"role": "actor", "code": code})
        for code, actor in words.actors.items()
    }
    for entry, forms in lexicons.english_claims():
        out |= {form.lower(): entry for form in forms}
    return out


def parse(text: str, words: Lexicon, published: date | None) -> tuple[list[Item], list[Issue]]:
    """The text as items in order, and what of it could not be parsed."""
    low = text.lower()
    tokens = [Span(*m.span()) for m in _WORD.finditer(text)]
    times = {t.start: t for t in find_times(low, published)}
    phrases = _phrases(words)
    items: list[Item] = []
    unknown: list[Span] = []
    at = 0
    while at < len(tokens):
        item, step = _item(text, low, tokens, at, times, phrases, items)
        if item is None:
            unknown.append(tokens[at])
        else:
            items.append(item)
        at += step
    return items, [
        Issue("unparsed", f"not understood: {span.of(text)}", span) for span in _runs(unknown, text)
    ]


def _item(
    text: str, low: str, tokens: Sequence[Span], at: int, times: Mapping[int, Any], phrases: Mapping[str, Entry],
    before: Sequence[Item],
) -> tuple[Item | None, int]:  # fmt: skip
    """The longest item that begins at the token, and how many tokens it takes."""
    start = tokens[at].start
    time = times.get(start)
    # '50 days' is a time, '50 attacks' a number; 'in 2024' a time, '2024 attacks' a number
    if time is not None and not _counts(low, time.end, phrases):
        span = Span(start, time.end)
        return Item(
            "time", span, {"period": time.period, "length": time.length, "words": span.of(low)}
        ), _within(tokens, at, span)
    if _is_number(low, tokens[at]):
        return _number(low, tokens, at)
    if before and (before[-1].role in ("place", "area") or (len(before) > 1 and before[-2].role == "area")):
        area = _area(text, tokens, at)
        if area is not None:
            return Item("area", area, {}), _within(tokens, at, area)
    for size in range(min(_NAME + 1, len(tokens) - at), 0, -1):
        span = Span(start, tokens[at + size - 1].end)
        entry = phrases.get(" ".join(low[span.start : span.end].replace("’", "'").split()))
        if entry is not None:
            return Item(entry.gives["role"], span, entry.gives, entry.id), size
    return None, 1


def _within(tokens: Sequence[Span], at: int, span: Span) -> int:
    return sum(1 for token in tokens[at:] if token.start < span.end)


def _counts(low: str, end: int, phrases: Mapping[str, Entry]) -> bool:
    """Whether a counted noun follows, so that what looks like a year is a number."""
    following = _WORD.match(low, end + 1)
    entry = phrases.get(following.group()) if following else None
    return entry is not None and entry.gives["role"] == "count"


def _is_number(low: str, token: Span) -> bool:
    word = low[token.start : token.end]
    return word[0].isdecimal() or word in _SPELT or word in _VAGUE


def _number(low: str, tokens: Sequence[Span], at: int) -> tuple[Item, int]:
    word = tokens[at].of(low)
    if word in _VAGUE:
        step = 2 if at + 1 < len(tokens) and tokens[at + 1].of(low) == "of" else 1
        return Item("number", tokens[at], {"low": _VAGUE[word], "high": None}), step
    value = int(word.replace(",", "")) if word[0].isdecimal() else _SPELT[word]
    size, last = 1, len(tokens)
    while at + size < last and (scale := _SCALES.get(tokens[at + size].of(low))):
        value, size = value * scale, size + 1
    span = Span(tokens[at].start, tokens[at + size - 1].end)
    beyond = at + size + 1
    if beyond < last and tokens[beyond - 1].of(low) in ("to", "or") and _is_number(low, tokens[beyond]):
        other, more = _number(low, tokens, beyond)
        if other.gives["high"] is not None and other.gives["high"] > value:
            whole = Span(span.start, other.span.end)
            return Item("number", whole, {"low": value, "high": other.gives["high"]}), size + 1 + more
    return Item("number", span, {"low": value, "high": value}), size


def _area(text: str, tokens: Sequence[Span], at: int) -> Span | None:
    """The longest name of a place that begins at the token."""
    names = load_names()
    for size in range(min(_NAME, len(tokens) - at), 0, -1):
        span = Span(tokens[at].start, tokens[at + size - 1].end)
        if names.bearers(span.of(text))[0]:
            return span
    return None


def _runs(spans: Sequence[Span], text: str) -> Iterator[Span]:
    """Neighbouring words as one stretch."""
    run: Span | None = None
    for span in spans:
        if run is not None and not re.search(r"\w", text[run.end : span.start]):
            run = run.cover(span)
            continue
        if run is not None:
            yield run
        run = span
    if run is not None:
        yield run


def read_typed(document: Document, words: Lexicon) -> Reading:
    """The claims of a typed statement, and as issues what of it could not be parsed."""
    items, issues = parse(document.text, words, document.published)
    return Reading(document.id, VERSION, (), tuple(_claims(items)), tuple(issues))


def _claims(items: Sequence[Item]) -> Iterator[Claim]:
    numbers = [k for k, item in enumerate(items) if item.role == "number"]
    if not numbers:
        yield from _trend(items)
        return
    edges = [0, *(_side(items, k) for k in numbers[1:]), len(items)]
    before: Claim | None = None
    for k, (first, last) in zip(numbers, pairwise(edges), strict=True):
        claim = _count(items[first:last], items[k], items, before)
        if claim is not None:
            yield claim
            before = claim


def _side(items: Sequence[Item], k: int) -> int:
    """Where the side of a comparison begins that the number stands on: its versus or qualifier."""
    while k > 0 and items[k - 1].role in ("qualifier", "versus", "filler"):
        k -= 1
    return k


def _count(own: Sequence[Item], number: Item, items: Sequence[Item], before: Claim | None) -> Claim | None:
    """The claim of one number, with what is said on its side; what is not said there holds from the side before."""
    nouns = [item for item in own if item.role == "count"]
    noun = next((item for item in nouns if item.span > number.span), nouns[0] if nouns else None)
    if noun is None and before is None:
        return None
    measure = noun.gives["measure"] if noun is not None else before.measure if before else "attacks"
    qualifier: Qualifier = next((i.gives["qualifier"] for i in own if i.role == "qualifier"), "exact")
    low, high = number.gives["low"], number.gives["high"]
    low, high, kind = _bounds(low, high, qualifier)
    area = _areas(own) or (before.area if before else None)
    subject = next((i.gives["code"] for i in own if i.role == "actor"), before.subject if before else None)
    return Claim(
        measure, low, high, own[0].span.cover(own[-1].span), qualifier=kind, period=_period(own, before), area=area,
        subject=subject,
    )  # fmt: skip


def _bounds(low: int, high: int | None, qualifier: Qualifier) -> tuple[int | None, int | None, Qualifier]:
    if high is None or qualifier == "more_than":
        return low, None, "more_than"
    if qualifier in ("less_than", "up_to"):
        return None, high, qualifier
    return low, high, "range" if low != high else qualifier


def _areas(own: Sequence[Item]) -> Span | None:
    spans = [item.span for item in own if item.role == "area"]
    return spans[0].cover(spans[-1]) if spans else None


def _period(own: Sequence[Item], before: Claim | None) -> Period | None:
    """The time of a side; a mere length on the second side of a comparison ends where the first begins."""
    times = [item for item in own if item.role == "time"]
    if not times:
        return before.period if before else None
    period: Period | None = times[0].gives["period"]
    if (
        times[0].gives["length"]
        and before
        and before.period
        and before.period.first
        and period
        and period.known
    ):
        days = (period.last - period.first).days if period.first and period.last else 0
        end = before.period.first - timedelta(days=1)
        return Period(end - timedelta(days=days), end)
    return period


def _trend(items: Sequence[Item]) -> Iterator[Claim]:
    """A rise or fall without a number."""
    turn = next((item for item in items if item.role == "direction"), None)
    if turn is None:
        return
    # 'on the way to double last year': what is said is said of this year
    past = "last year" if turn.gives.get("doubles") else None
    times = [item.gives["period"] for item in items if item.role == "time" and item.gives["words"] != past]
    yield Claim(
        "trend", None, None, items[0].span.cover(items[-1].span), unit=None, qualifier=None,
        direction=turn.gives["direction"], period=times[0] if times else None, area=_areas(items),
        subject=next((i.gives["code"] for i in items if i.role == "actor"), None),
    )  # fmt: skip
