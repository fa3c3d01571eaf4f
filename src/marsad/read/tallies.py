"""Numbers of a text with what they count, and the time that they are said of.

What claims are read from: `Number` is one amount with its noun and clause, `View` what all rules
look at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from marsad.lexicon import Match
from marsad.model import Recency, Span
from marsad.read.counts import Count
from marsad.read.dates import TimeExpression
from marsad.read.events import Candidate, Findings
from marsad.read.layers import BREAKS, Layers
from marsad.read.numbers import Amount
from marsad.read.when import of_announcement
from marsad.text import Sentence

#: Days from which a period makes a total: told in the number's own clause, and told elsewhere.
LONG, LONGER = 6, 25
# How many tokens a clause goes on to either side.
_REACH = 24
_BREAKS = BREAKS - frozenset("()[]/-–—")
_SUPERLATIVES = frozenset(
    "اكبر اعنف اسوا اول الاول الاولي الاكبر الاسوا الاعنف اقوي اعلي ادني اشد الاشد اخطر".split()
)
_HEADS = frozenset({"عدد", "عديد", "اعداد", "مجموع", "اجمالي", "تعداد"})
_SPELLS = frozenset(
    "سنه سنوات سنين سنتين عام عاما اعوام عامين شهر شهرا اشهر شهور عقود عقدين يوما ايام اسابيع".split()
)

_VICTIMS = frozenset(
    {"UNKNOWN", "CIVILIANS", "JOURNALISTS", "AID_WORKERS", "POLITICIANS", "PRISONERS", "PROTESTERS", "UN"}
)
_NOT_DOER = frozenset({"في", "من", "الي", "ضد", "علي", "مواقع", "مع", "الحرب", "حرب"})


@dataclass(frozen=True, slots=True)
class Number:
    """An amount with what it counts: a noun of the claims layer, a casualty count, or both.

    `size` is the bound that is told, `kind` the noun's class, empty where there is none; `told` the
    recency of the event whose figure it is, empty where it is of none; `part` that the text says it
    is among another number; `spell` that it is how long something lasted.
    """

    amount: Amount
    noun: Match | None
    count: Count | None
    clause: Sentence
    told: Recency | None
    part: bool
    spell: bool

    @property
    def size(self) -> int:
        """The bound that is told."""
        return self.amount.low or self.amount.high or 0

    @property
    def kind(self) -> str:
        """The class of the counted noun."""
        return str(self.noun.gives["class"]) if self.noun is not None else ""


@dataclass(frozen=True, slots=True)
class View:
    """What every rule looks at: the layers, the findings, and the figures of told events."""

    layers: Layers
    found: Findings
    figures: tuple[tuple[Span, Recency], ...]

    def near(self, role: str, first: int, last: int) -> bool:
        """Whether a word of the role begins in the range."""
        return any(m.gives["role"] == role for m in self.layers.within("claims", first, last))

    def clause(self, first: int, last: int) -> Sentence:
        """The stretch around the tokens up to the nearest break on either side."""
        sentence = self.layers.sentence(first)
        low, high = first, last
        while low > sentence.first and first - low < _REACH and self.layers.key(low - 1) not in _BREAKS:
            low -= 1
        while high < sentence.last and high - last < _REACH and self.layers.key(high) not in _BREAKS:
            high += 1
        return Sentence(low, high, sentence.paragraph, sentence.headline)

    def opens(self, amount: Amount) -> bool:
        """Whether the amount opens its sentence, perhaps behind a dash."""
        first = self.layers.sentence(amount.first).first
        return amount.first - first <= self.layers.is_break(first)


def view_of(layers: Layers, found: Findings, kept: Sequence[Candidate]) -> View:
    """The view on a text whose events are `kept`."""
    return View(layers, found, tuple((f.span, c.event.recency) for c in kept for f in c.event.figures))


def numbers(view: View) -> list[Number]:
    """Every amount that may be a claim, in text order."""
    layers = view.layers
    counts = {i: c for c in view.found.counts if not c.bare for i in range(c.first, c.last)}
    timed = {i for t in layers.times for i in range(t.first, t.last)}
    out: list[Number] = []
    for amount in layers.amounts:
        small = amount.unit == "count" and not amount.vague and (amount.low or amount.high or 0) <= 90
        spell = small and layers.key(amount.last) in _SPELLS
        if (amount.core in timed and not spell) or amount.unit not in ("count", "percent"):
            continue
        clause = view.clause(amount.first, amount.last)
        told = next((recency for span, recency in view.figures if amount.span.overlaps(span)), None)
        part = "subset" in (
            layers.role("grammar", amount.first - 2),
            layers.role("grammar", amount.first - 1),
        )
        noun = _noun(layers, amount, clause)
        if noun is None and amount.core not in counts and _is_year(amount):
            continue
        before = out[-1] if out else None
        # بينهم 32 طفلا و18 امرأة: both are parts
        joined = before is not None and 0 <= amount.first - before.amount.last <= 3
        part = part or (joined and before is not None and before.part and _and(layers, amount))
        out.append(Number(amount, noun, counts.get(amount.core), clause, told, part, spell))
    return out


def _is_year(amount: Amount) -> bool:
    """Whether a bare number may be a year: 'besieged from 2013'."""
    return amount.low == amount.high and amount.last - amount.first == 1 and 1900 < (amount.low or 0) < 2050


def _and(layers: Layers, amount: Amount) -> bool:
    return layers.key(amount.first).startswith("و") or layers.key(amount.first - 1) == "و"


def _noun(layers: Layers, amount: Amount, clause: Sentence) -> Match | None:
    """The counted noun: right after the amount, else right before ('the number of attacks reached 490')."""
    at = layers.at["claims"]
    after = amount.last + (layers.key(amount.last) in ("من", "او"))
    match = at.get(after) if after < clause.last else None
    if match is not None and match.gives["role"] == "count" and not match.proclitics:
        return match
    # 'has risen to 37 the number of strikes by X on Y'
    if layers.key(after) in _HEADS:
        match = at.get(after + 1)
        return match if match is not None and match.gives["role"] == "count" else None
    # 'the number of strikes by X on Y has risen to 37'
    back = clause.first if layers.key(amount.first - 1) == "الي" else amount.first - 6
    for i in range(amount.first - 1, max(back, clause.first) - 1, -1):
        match = at.get(i)
        if match is not None and match.gives["role"] == "count" and match.form.number == "p":
            heads = (layers.key(k).removeprefix("و").removeprefix("ب") for k in (i - 1, i - 2))
            return match if any(k in _HEADS for k in heads) else None
    return None


def time_of(view: View, number: Number) -> TimeExpression | None:
    """The time of the clause, the longest first; else the sentence's only one."""
    clause, amount, layers = number.clause, number.amount, view.layers
    sentence = layers.sentence(amount.first)
    times = [t for t in layers.times if sentence.first <= t.first < sentence.last
             and not t.first <= amount.core < t.last and (t.kind != "duration" or throughout(view, t))
             and all(name != "said+that" for name in of_announcement(layers, t))]  # fmt: skip
    own = [t for t in times if clause.first <= t.first < clause.last]
    if own:
        return min(own, key=lambda t: (-min(days(view, t) or 0, LONG), abs(t.first - amount.first)))
    wide = [t for t in times if throughout(view, t, LONG)]
    return wide[0] if len(wide) == 1 else times[0] if len(times) == 1 else None


def throughout(view: View, time: TimeExpression | None, least: int = 0) -> bool:
    """Whether the words say that it went on all that time, of `least` days; 'the worst since' does not."""
    if time is None or (least and (days(view, time) or 0) < least):
        return False
    if superlative(view.layers, time.first - 6, time.first):
        return False
    if time.kind in ("since", "range") or view.near("span", time.first - 2, time.first):
        return True
    return time.kind == "date" and dates_start(view, time)


def dates_start(view: View, time: TimeExpression) -> bool:
    """Whether it is the day from which is counted: 'since the start of the campaign on 12 May'."""
    for k in range(time.first - 1, max(time.first - 13, -1), -1):
        if view.layers.is_break(k):
            return False
        if view.layers.key(k).removeprefix("و") == "منذ":
            return True
    return False


def since(view: View, clause: Sentence) -> bool:
    """Whether the clause counts from the start of a fight: 'since the war began'."""
    starts = (
        m.first for m in view.layers.within("claims", clause.first, clause.last) if m.gives["role"] == "since"
    )
    return any(not superlative(view.layers, i - 6, i) for i in starts)


def superlative(layers: Layers, first: int, last: int) -> bool:
    """Whether 'the worst', 'the first' stands in the range: what is dated then is a record, no total."""
    return not _SUPERLATIVES.isdisjoint(layers.key(k) for k in range(first, last))


def days(view: View, time: TimeExpression | None) -> int | None:
    """How long the time is, as far as its words tell."""
    period = time.period if time is not None else None
    last = period and (period.last or (view.layers.published if time and time.kind == "since" else None))
    if period and period.first and last:
        return (last - period.first).days + 1
    if time is None or time.kind in ("vague", "anaphoric", "until"):
        return None
    names = {
        m.gives.get("unit") or next(iter(m.gives), "")
        for m in view.layers.within("dates", time.first, time.last)
    }
    return (
        365
        if "year" in names or time.kind == "year"
        else 30
        if "month" in names
        else 7
        if "week" in names
        else 1
    )


def counted(view: View, number: Number) -> str | None:
    """Who the counted people are: the mention on the noun or just after it, else the holder before."""
    amount, clause = number.amount, number.clause
    own = number.noun is None or number.kind != "people" or bool(number.noun.gives.get("own"))
    skip = frozenset({"UNKNOWN"}) if own else _VICTIMS
    near = [
        m for m in view.found.mentions if clause.first <= m.first < amount.last + 5 and m.code not in skip
    ]
    after = [
        m.code for m in near if m.first >= amount.last and view.layers.key(m.first - 1) not in ("في", "الي")
    ]
    before = [m.code for m in near if m.first < amount.first and m.kind != "people"]
    return after[0] if after else before[-1] if before and not own else None


def doer(view: View, clause: Sentence, amount: Amount | None) -> str | None:
    """The side that acts in the clause: the first named one that neither speaks nor is counted nor struck."""
    speakers = [
        s.attribution.span for s in view.found.speeches if s.attribution.span is not None and s.first < s.last
    ]
    for mention in view.found.mentions:
        if not clause.first <= mention.first < clause.last or mention.code in _VICTIMS:
            continue
        counted = (
            amount is not None
            and amount.last <= mention.first < amount.last + 5
            and not mention.proclitics.endswith("ل")
        )
        struck = (
            view.layers.key(mention.first - 1) in _NOT_DOER
            or view.layers.role("grammar", mention.first - 1) == "against"
        )
        if not counted and not struck and not any(mention.span.overlaps(s) for s in speakers):
            return mention.code
    return None


def area_of(view: View, clause: Sentence, token: int) -> Span | None:
    """The place named in the clause, with the one joined to it; the nearest after the number first."""
    inside = [p for p in view.found.places if clause.first <= p.first < clause.last]
    chosen = min(inside, key=lambda p: (p.first < token, abs(p.first - token)), default=None)
    joined = [
        p for p in inside if chosen and p.first == chosen.last and view.layers.key(p.first).startswith("و")
    ]
    return chosen.span.cover(joined[0].span) if chosen and joined else chosen.span if chosen else None
