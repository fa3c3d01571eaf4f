"""Is a number without a plain frame a claim all the same?

What is observed of it is named here; the weights live in `data/weights/claim.yaml`, fitted on coded
articles by `bench/fit.py`; a sum above the threshold is a claim.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from marsad.model import Claim
from marsad.read.dates import TimeExpression
from marsad.read.layers import Layers
from marsad.read.tallies import Number, View, days, superlative
from marsad.text import Sentence

#: Where held-out F1 of all claims peaks.
THRESHOLD = -0.4
_SIZES = ((1, "one"), (4, "few"), (19, "ten"), (99, "tens"), (999, "hundreds"), (9999, "thousands"))
_KEYS = frozenset("الي من بين بينهم بينها منهم و عن في علي لمقتل بمقتل نحو اصابه عدد قرابه".split())
_FRAMES = ("since", "scatter", "deaths", "total", "war", "span")
_LASTING = frozenset("منذ بعد قبل لمده من خلال مدي دام دامت استمرت استمر".split())
_THESE = frozenset({"هذه", "تلك", "هذا", "ذلك"})


@dataclass(frozen=True, slots=True)
class Heard:
    """The number before, with the claim that it made."""

    number: Number
    claim: Claim | None


def observations(view: View, number: Number, before: Heard | None) -> Iterator[str]:
    """The names of what holds of the number."""
    what = _what(number)
    group = "loss" if number.count is not None else {"open": "people"}.get(what, what)
    yield from ("always", f"what:{what}", f"unit:{number.amount.unit}", f"told:{number.told or 'no'}")
    size = next((name for bound, name in _SIZES if number.size <= bound), "masses")
    yield from (f"size:{size}", f"{group}+size:{size}")
    if number.amount.vague:
        yield "vague"
    if number.amount.high is None or number.amount.low is None:
        yield "open"
    if number.part:
        yield "part"
        if number.noun is not None:
            yield f"part+noun:{number.noun.entry.id.split('.')[-1]}"
    yield from _of_time(view, number, group)
    yield from _of_words(view, number)
    yield from _of_sentence(view, number)
    if number.spell:
        yield from _of_spell(view, number)
    yield from _of_before(view, number, before)


def _what(number: Number) -> str:
    if number.spell:
        return "spell"
    return number.count.measure if number.count is not None else number.kind or "none"


def _of_time(view: View, number: Number, group: str) -> Iterator[str]:
    """How long the times of the clause are, and those of the rest of the sentence."""
    layers, clause, amount = view.layers, number.clause, number.amount
    sentence = layers.sentence(amount.first)
    times = [
        t
        for t in layers.times
        if sentence.first <= t.first < sentence.last and not t.first <= amount.core < t.last
    ]
    own = [t for t in times if clause.first <= t.first < clause.last]
    for where, some in (("clause", own), ("sentence", [t for t in times if t not in own])):
        for length in sorted({_length(view, t) for t in some}):
            yield f"{where}:{length}"
            if where == "clause":
                yield f"{group}+{length}"
        if not some:
            yield f"{where}:none"


def _length(view: View, time: TimeExpression) -> str:
    if superlative(view.layers, time.first - 6, time.first):
        return "superlative"
    if time.kind == "duration":
        return "duration"
    span = view.near("span", time.first - 2, time.first)
    kind = time.kind if time.kind in ("since", "range") else "span" if span else "at"
    n = days(view, time)
    return f"{kind}-{'?' if n is None else 'day' if n <= 2 else 'week' if n < 10 else 'month' if n < 40 else 'long'}"


def _of_words(view: View, number: Number) -> Iterator[str]:
    """Words of claims around the number, and what stands right before it."""
    layers, amount, clause = view.layers, number.amount, number.clause
    around = (
        ("before", max(clause.first, amount.first - 9), amount.first),
        ("after", amount.last, min(clause.last, amount.last + 9)),
    )
    for side, first, last in around:
        for role in sorted(_roles(view, number, first, last)):
            yield f"{side}:{role}"
    key = layers.key(amount.first - 1)
    if key in _KEYS:
        yield f"key:{key}"
    if layers.key(amount.first).startswith("و"):
        yield "and"
    if superlative(layers, clause.first, amount.first):
        yield "superlative"
    for match in layers.within("status", max(clause.first, amount.first - 6), amount.first):
        yield f"status:{match.gives['role']}"
    if number.noun is not None:
        yield f"noun:{number.noun.entry.id.split('.')[-1]}"
        if number.noun.gives.get("own"):
            yield "own"
    lost = loss_near(view, number)
    if number.count is None and lost:
        yield f"near:{lost}"


def _roles(view: View, number: Number, first: int, last: int) -> set[str]:
    return {m.gives["role"] for m in view.layers.within("claims", first, last) if m is not number.noun}


def loss_near(view: View, number: Number) -> str | None:
    """What became of people by the nearest such word of the clause."""
    clause, at = number.clause, number.amount.first
    near = view.layers.within("casualties", max(clause.first, at - 6), min(clause.last, at + 7))
    best = min(near, key=lambda m: abs(m.first - at), default=None)
    return best.gives.get("measure") if best is not None else None


def _of_sentence(view: View, number: Number) -> Iterator[str]:
    layers, clause = view.layers, number.clause
    sentence = layers.sentence(number.amount.first)
    roles = _roles(view, number, sentence.first, sentence.last)
    for role in _FRAMES:
        if role in roles:
            yield f"sentence:{role}"
    if clause.headline:
        yield "headline"
    yield f"place:{_where(view, clause)}"
    told = layers.within("events", clause.first, clause.last)
    yield f"events:{min(len(told), 2)}"
    if any(m.form.number == "p" for m in told):
        yield "plural-event"


def _where(view: View, clause: Sentence) -> str:
    inside = [p for p in view.found.places if clause.first <= p.first < clause.last]
    if len(inside) != 1:
        return "several" if inside else "none"
    place = inside[0].place
    if place is None:
        return "unknown"
    return place.type if place.type in ("country", "governorate") else "small"


def _of_spell(view: View, number: Number) -> Iterator[str]:
    """How long something lasted: of what, and whether it is a war."""
    layers, amount, clause = view.layers, number.amount, number.clause
    yield f"spell:{layers.key(amount.last)}"
    opening = next(
        (k for k in range(amount.first - 1, amount.first - 4, -1) if layers.key(k) in _LASTING), None
    )
    if opening is not None:
        yield f"spell-after:{layers.key(opening)}"
    if layers.key(amount.last + 1) == "من":
        yield "spell-of"
    if view.near("war", max(clause.first, amount.first - 7), min(clause.last, amount.last + 5)):
        yield "spell-war"


def _of_before(view: View, number: Number, before: Heard | None) -> Iterator[str]:
    """Whether the number before is a claim, and what ties this one to it."""
    layers, amount, clause = view.layers, number.amount, number.clause
    if before is None:
        yield "prev:none"
        return
    gap = layers.text.sentence_at(amount.first) - layers.text.sentence_at(before.number.amount.first)
    where = "same" if gap == 0 else "next" if gap == 1 else "far"
    link = f"prev:{where}:{'claim' if before.claim is not None else 'no'}"
    yield link
    if gap == 0 and amount.first - before.number.amount.last <= 6:
        yield f"close+{link}"
    if number.part:
        yield f"part+{link}"
    if view.opens(amount):
        yield from ("opens", f"opens+{link}")
    if _refers(layers, clause):
        yield from ("these", f"these+{link}")


def _refers(layers: Layers, clause: Sentence) -> bool:
    """Whether the clause goes on with 'these attacks'."""
    return any(
        layers.key(k).lstrip("وبل") in _THESE
        and (k + 1 in layers.at["events"] or k + 1 in layers.at["claims"])
        for k in range(clause.first, clause.last)
    )
