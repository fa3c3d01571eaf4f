"""Numbers said of a period, an area or a stock, and rises and falls: no single happening.

A counted noun alone makes no claim: acts and losses need a long period or several places, people
a word of stock (there are, holds, is put at), things ruin, shares a word of held land.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from marsad.lexicon import Match
from marsad.model import OUTLET, Claim, ClaimMeasure, Period, Span, Unit
from marsad.read.attribution import speaker_at
from marsad.read.dates import TimeExpression
from marsad.read.events import Candidate, Findings
from marsad.read.figures import Count
from marsad.read.layers import Layers
from marsad.read.numbers import Amount

#: Days from which a period makes a total rather than one happening's date, without and with a named act.
_LONG, _LONGER = 6, 25
_REACH = 24
_STATE_SIDES = frozenset({"iraq", "krg", "coalition", "turkey", "iran", "russia", "israel", "un", "sdf"})
_OF_COUNT: dict[str, ClaimMeasure] = {
    "killed": "killed", "wounded": "wounded", "arrested": "arrested", "displaced": "displaced",
    "abducted": "other", "casualties": "other", "destroyed": "other", "missing": "other",
}  # fmt: skip
_TURNS = frozenset({"فيما", "بينما", "وفيما", "وبينما", "حين"})


@dataclass(frozen=True, slots=True)
class _Clause:
    """Tokens between two breaks, with the sentence around them."""

    first: int
    last: int
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class _View:
    """What every rule looks at: the layers, the findings, and the figures of told events."""

    layers: Layers
    found: Findings
    figures: tuple[Span, ...]

    def roles(self, first: int, last: int) -> dict[str, Match]:
        """The first match of each role of the claims layer that begins in the range."""
        out: dict[str, Match] = {}
        for match in self.layers.within("claims", first, last):
            out.setdefault(match.gives["role"], match)
        return out

    def near(self, role: str, first: int, last: int) -> bool:
        """Whether a word of the role begins in the range."""
        at = self.layers.at["claims"]
        return any(i in at and at[i].gives["role"] == role for i in range(first, last))

    def clause(self, first: int, last: int) -> _Clause:
        """The stretch around the tokens up to the nearest break, on either side."""
        layers, sentence = self.layers, self.layers.sentence(first)
        low, high = first, last
        while low > sentence.first and first - low < _REACH and not self._breaks(low - 1):
            low -= 1
        while high < sentence.last and high - last < _REACH and not self._breaks(high):
            high += 1
        del layers
        return _Clause(low, high, sentence.first, sentence.last)

    def _breaks(self, token: int) -> bool:
        return self.layers.is_break(token) and self.layers.key(token) not in "()[]/-–—"

    def told(self, span: Span) -> bool:
        """Whether the number is a figure of an event."""
        return any(span.overlaps(figure) for figure in self.figures)


def find_claims(layers: Layers, found: Findings, kept: Sequence[Candidate]) -> tuple[Claim, ...]:
    """All claims of the text, in order, each number once."""
    if not layers.matches["claims"]:
        return ()
    view = _View(layers, found, tuple(f.span for c in kept for f in c.event.figures))
    best: dict[tuple[object, ...], Claim] = {}
    told = (*_numbers(view), *_ordinals(view), *_years(view), *_trends(view))
    head = layers.document.headline.end if layers.document.headline else 0
    for claim in told:
        key: tuple[object, ...] = (claim.measure, claim.low, claim.high, claim.unit)
        if claim.measure == "trend":
            key = (claim.measure, claim.direction, claim.evidence)
        other = best.get(key)
        if other is None or (other.evidence.start < head <= claim.evidence.start):
            best[key] = claim
    return tuple(sorted(best.values(), key=lambda c: (c.evidence, c.measure, c.low or 0)))


# ---------------------------------------------------------------- numbers


@dataclass(frozen=True, slots=True)
class _Number:
    """An amount with what it counts: a noun of the claims layer, a casualty count, or both."""

    amount: Amount
    noun: Match | None
    count: Count | None
    clause: _Clause


def _numbers(view: _View) -> Iterator[Claim]:
    """Claims that stand on an amount; a coordinated amount of the same kind shares the frame."""
    layers = view.layers
    counts = {i: c for c in view.found.counts if not c.bare for i in range(c.first, c.last)}
    in_duration = {i for t in layers.times for i in range(t.first, t.last)}
    previous: tuple[_Number, Claim] | None = None
    for amount in layers.amounts:
        if amount.core in in_duration or amount.first not in layers.amount_at or amount.unit not in ("count", "percent"):
            continue
        clause = view.clause(amount.first, amount.last)
        number = _Number(amount, _noun(view, amount, clause), counts.get(amount.core), clause)
        if any(layers.role("grammar", k) == "subset" for k in range(amount.first - 2, amount.first)):
            continue
        claim = _claim(view, number)
        if claim is None and previous is not None:
            claim = _coordinated(view, previous, number)
        if claim is not None:
            previous = (number, claim)
            yield claim


def _noun(view: _View, amount: Amount, clause: _Clause) -> Match | None:
    """The counted noun: right after the amount, else right before ('the number of attacks reached 490')."""
    layers = view.layers
    at = layers.at["claims"]
    after = amount.last + (layers.key(amount.last) in ("من", "او"))
    match = at.get(after) if after < clause.last else None
    if match is not None and match.gives["role"] == "count" and not match.proclitics:
        return match
    for i in range(amount.first - 1, max(amount.first - 7, clause.first - 1), -1):
        match = at.get(i)
        if match is not None and match.gives["role"] == "count" and match.form.number == "p":
            total = any(layers.key(k).removeprefix("و") in ("عدد", "عديد", "اعداد", "مجموع", "اجمالي") for k in (i - 1, i - 2))
            return match if total else None
    return None


def _claim(view: _View, number: _Number) -> Claim | None:
    """The claim that the number makes by itself."""
    amount = number.amount
    if amount.unit == "percent":
        return _share(view, number)
    if _trained(view, number):
        return _make(view, number, "trained", _period(view, number.clause, amount))
    if number.count is not None and number.count.measure in _OF_COUNT:
        if number.noun is None or number.noun.gives["class"] not in ("act", "member"):
            claim = _loss(view, number, number.count)
            if claim is not None or number.noun is None or number.count.measure not in ("arrested", "displaced"):
                return claim
    noun = number.noun
    if noun is None:
        return None
    kind = noun.gives["class"]
    if kind == "act":
        return _acts(view, number, noun)
    if kind in ("people", "open"):
        return _people(view, number, noun)
    if kind == "member":
        near = view.near("ally", max(number.clause.first, amount.first - 8), amount.first) or _drawn_from(view, amount)
        return _make(view, number, "other", None) if near and (amount.low or 0) >= 5 else None
    if kind == "land":
        return _lands(view, number)
    return _things(view, number)


def _drawn_from(view: _View, amount: Amount) -> bool:
    """Whether fighters 'from more than 80 states' are told."""
    before = range(max(amount.first - 5, 0), amount.first)
    at = view.layers.at["claims"]
    return view.layers.key(amount.first - 1) == "من" and any(
        i in at and at[i].gives.get("class") == "people" for i in before)  # fmt: skip


def _coordinated(view: _View, previous: tuple[_Number, Claim], number: _Number) -> Claim | None:
    """A number in the same sentence, of the same kind as the claim before it, shares its frame."""
    before, claim = previous
    layers, amount = view.layers, number.amount
    if before.clause.begin != number.clause.begin or amount.first - before.amount.last > 14 or claim.unit == "percent":
        return None
    if amount.unit != "count" or any(layers.key(k) in _TURNS for k in range(before.amount.last, amount.first)):
        return None
    noun, count = number.noun, number.count
    if count is not None and before.count is not None and count.measure in _OF_COUNT and noun_is_loss(number):
        return _make(view, number, _OF_COUNT[count.measure], claim.period, claim.subject)
    if noun is not None and before.noun is not None and noun.gives["class"] == before.noun.gives["class"] == "act":
        return _make(view, number, claim.measure, claim.period, claim.subject)
    joined = layers.text.tokens[amount.first].word.key.startswith("و") or layers.key(amount.first - 1) == "و"
    stays = view.near("move", amount.first - 4, amount.first)
    if (joined or stays) and noun is None and count is None and claim.measure in ("troops", "fighters", "detainees"):
        follows = layers.key(amount.last) in ("في", "اخرين", "اخرون", "فقط", "منهم")
        return _make(view, number, claim.measure, claim.period, claim.subject) if follows else None
    return None


def noun_is_loss(number: _Number) -> bool:
    """Whether what is counted is people or nothing named, not acts."""
    return number.noun is None or number.noun.gives["class"] in ("people", "open")


def _loss(view: _View, number: _Number, count: Count) -> Claim | None:
    """Killed, wounded, arrested, displaced: over a long period, or in several places."""
    clause, amount = number.clause, number.amount
    measure = _OF_COUNT[count.measure]
    if count.measure == "destroyed":
        return _things(view, number)
    time = _time(view, clause, amount)
    days = _days(view, time)
    told = view.told(amount.span)
    own = time is not None and clause.first <= time.first < clause.last
    long = days is not None and days >= (_LONG if own and not told else _LONGER) and _throughout(view, time)
    long = long and (not amount.vague or (days or 0) >= _LONGER)
    sentence_wide = view.near("since", clause.first, clause.last)
    scattered = view.near("scatter", clause.first, min(clause.end, clause.last + 4)) and (amount.low or amount.high or 0) >= 3
    size = amount.low or amount.high or 0
    scattered = scattered and not amount.vague
    large = not told and (size >= 1000 if measure == "displaced" else size >= 100 and measure == "killed")
    if not (long or scattered or sentence_wide or large):
        return None
    return _make(view, number, measure, time.period if time else None)


def _acts(view: _View, number: _Number, noun: Match) -> Claim | None:
    """Attacks, strikes, operations: over a long period, or over whole countries."""
    clause, amount = number.clause, number.amount
    time = _time(view, clause, amount)
    days = _days(view, time)
    long = days is not None and days >= _LONG
    wide = (amount.low or 0) >= 5 and _wide(view, clause, amount)
    total = (amount.low or 0) >= 20 and days is None and not view.told(amount.span)
    if not (long or wide or total or view.near("since", clause.first, clause.last)):
        return None
    measure: ClaimMeasure = noun.gives["measure"]
    if noun.gives.get("side"):
        code = _doer(view, clause)
        side = view.layers.lexicon.actors[code].side if code in view.layers.lexicon.actors else ""
        if side not in _STATE_SIDES and side:
            measure = "attacks"
    return _make(view, number, measure, time.period if time else None)


def _wide(view: _View, clause: _Clause, amount: Amount) -> bool:
    """Whether the act is told of a country, named first after the number."""
    naming = next((p for p in view.found.places if amount.last <= p.first < clause.last), None)
    if naming is None or naming.place is None or naming.first - amount.last > 12:
        return False
    return naming.place.type == "country" and not naming.relation


def _people(view: _View, number: _Number, noun: Match) -> Claim | None:
    """People that are there: at large, stationed, held, displaced."""
    clause, amount = number.clause, number.amount
    if view.told(amount.span) or number.count is not None and number.count.measure in ("killed", "wounded"):
        return None
    low, high = max(clause.first, amount.first - 9), min(clause.last, amount.last + 9)
    roles = view.roles(low, high)
    size = amount.low or amount.high or 0
    kind: ClaimMeasure = noun.gives["measure"]
    held, live, stock = "held" in roles, "live" in roles, "stock" in roles
    struck = view.near("ruin", max(clause.first, amount.first - 4), amount.first)
    time = _time(view, clause, amount)
    if struck and noun.gives["class"] == "people":
        days = _days(view, time)
        long = days is not None and days >= _LONGER and _throughout(view, time)
        return _make(view, number, "other", time.period if time else None, _doer(view, clause)) if long else None
    if noun.gives["class"] == "open":
        if held and size >= 20:
            kind = "detainees"
        elif live and size >= 20:
            kind = "displaced"
        elif not ("need" in roles and size >= 20):
            return None
        return _make(view, number, kind, _planned(view, clause, amount))
    if kind in ("fighters", "foreign_fighters") and held:
        return _make(view, number, "detainees", _planned(view, clause, amount))
    if noun.gives.get("own"):
        if not (stock or held or live or "total" in roles or size >= 100):
            return None
        return _make(view, number, kind, _planned(view, clause, amount))
    if size < 5 or not (stock or ("move" in roles and kind in ("troops", "foreign_fighters"))):
        return None
    if noun.gives.get("weak") and size < 50 and not stock:
        return None
    code = _counted_code(view, number)
    if kind == "fighters" and code in view.layers.lexicon.actors and code not in ("ISIS", "GUNMEN"):
        if view.layers.lexicon.actors[code].side in ("iraq", "coalition", "turkey", "iran", "russia", "syria"):
            kind = "troops"
    return _make(view, number, kind, _planned(view, clause, amount))


def _things(view: _View, number: _Number) -> Claim | None:
    """Things destroyed or left over, in numbers that no single act reaches, or over a long period."""
    clause, amount = number.clause, number.amount
    if view.told(amount.span) or not view.near("ruin", clause.first, clause.last):
        return None
    days = _days(view, _time(view, clause, amount))
    if (amount.low or amount.high or 0) < 200 and not (days is not None and days >= _LONGER):
        return None
    return _make(view, number, "other", _period(view, clause, amount))


def _lands(view: _View, number: _Number) -> Claim | None:
    """Whole provinces or cities that a side holds."""
    amount, clause = number.amount, number.clause
    if view.told(amount.span) or not view.near("hold", max(clause.first, amount.first - 6), amount.first):
        return None
    return _make(view, number, "territory", _period(view, clause, amount))


def _trained(view: _View, number: _Number) -> bool:
    """Whether the number is of people that were trained."""
    noun, amount = number.noun, number.amount
    if noun is None or noun.gives["class"] not in ("people", "open") or (amount.low or 0) < 10:
        return False
    return view.near("train", max(number.clause.first, amount.first - 5), amount.first)


def _share(view: _View, number: _Number) -> Claim | None:
    """A share of land that is held, or of what is destroyed or displaced."""
    clause, amount = number.clause, number.amount
    roles = view.roles(clause.first, clause.last)
    after = range(amount.last, min(amount.last + 6, clause.last))
    ground = view.near("ground", after.start, after.stop) or any(
        i in view.layers.at["places"] for i in after)  # fmt: skip
    if ground and "hold" in roles:
        return _make(view, number, "territory", _period(view, clause, amount), unit="percent")
    if ground and "ruin" in roles:
        return _make(view, number, "other", _period(view, clause, amount), unit="percent")
    if view.near("count", amount.last, min(amount.last + 3, clause.last)):
        noun = next((m for m in view.layers.within("claims", amount.last, amount.last + 3) if m.gives["role"] == "count"), None)
        if noun is not None and noun.gives["measure"] in ("displaced", "detainees", "fighters", "foreign_fighters"):
            return _make(view, number, noun.gives["measure"], None, unit="percent")
    return None


def _ordinals(view: _View) -> Iterator[Claim]:
    """'The third of its kind in a month': three attacks in the month."""
    layers = view.layers
    for amount in layers.amounts:
        if amount.unit != "ordinal" or not layers.key(amount.last + 1).startswith("نوع") or amount.core in layers.time_tokens:
            continue
        clause = view.clause(amount.first, amount.last)
        time = next((t for t in layers.times if amount.last < t.first < min(amount.last + 7, clause.last)), None)
        acts = any(m.gives.get("class") == "act" for m in layers.within("claims", clause.begin, clause.end))
        if time is not None and acts and (_throughout(view, time) or time.kind == "since"):
            yield _make(view, _Number(amount, None, None, clause), "attacks", time.period)


# ---------------------------------------------------------------- years of war


def _years(view: _View) -> Iterator[Claim]:
    """'After three years of war', 'a war that has lasted more than four years'."""
    layers = view.layers
    for time in layers.times:
        if time.kind not in ("duration", "since"):
            continue
        amount = next((a for a in layers.amounts if time.first <= a.core < time.last and a.unit == "count"), None)
        if amount is None or (amount.low or amount.high or 0) > 60:
            continue
        keys = [layers.key(k) for k in range(amount.last, time.last)]
        if not any(k.startswith(("سن", "عام", "اعوام", "شهر", "اشهر", "شهور", "يوم")) for k in keys):
            continue
        clause = view.clause(time.first, time.last)
        of = layers.key(time.last) in ("من", "علي") and view.near("war", time.last + 1, min(time.last + 3, clause.last))
        going = time.kind == "since" and view.near("war", max(clause.first, time.first - 6), time.first)
        if of or going:
            number = _Number(amount, None, None, clause)
            yield _make(view, number, "other", time.period if time.kind == "since" else None, unit="other")


# ---------------------------------------------------------------- trends


def _trends(view: _View) -> Iterator[Claim]:
    """A rise or fall of activity with any time expression in its clause."""
    layers = view.layers
    for match in layers.matches["claims"]:
        role = match.gives["role"]
        if role not in ("up", "down"):
            continue
        clause = view.clause(match.first, match.last)
        window = layers.within("claims", max(clause.first, match.first - 8), min(clause.last, match.last + 6))
        active = bool(match.gives.get("strong")) or any(m.gives["role"] == "activity" or m.gives.get("class") == "act" for m in window)
        if not active or any(i in layers.amount_at and layers.amount_at[i].unit == "count" and not layers.amount_at[i].vague
                             for i in range(match.last, min(match.last + 4, clause.last))):
            continue
        time = next((t for t in layers.times if clause.first <= t.first < min(clause.end, clause.last + 8)), None)
        if time is None or time.kind == "date" or _unreal(layers, match):
            continue
        if time.kind in ("weekday",) or (time.period is not None and time.period.known and _days(view, time) == 1):
            continue
        said = OUTLET if layers.sentence(match.first).headline else speaker_at(view.found.speeches, match.first)
        yield Claim(
            "trend", None, None, layers.span(clause.first, clause.last), unit=None, qualifier=None,
            direction="up" if role == "up" else "down", period=time.period, area=_area(view, clause, match.first),
            subject=_doer(view, clause), attribution=said,
        )  # fmt: skip


def _unreal(layers: Layers, match: Match) -> bool:
    """Whether the rise is planned, feared or denied."""
    if match.form.pos == "v" and match.proclitics.endswith(("س", "ل")):
        return True
    return any(m.gives["role"] in ("negation", "plan", "purpose", "condition", "prevented")
               for m in layers.within("status", match.first - 4, match.first))  # fmt: skip


# ---------------------------------------------------------------- what a claim carries


def _time(view: _View, clause: _Clause, amount: Amount) -> TimeExpression | None:
    """The time of the clause, else the only one of the sentence that spans more than a day."""
    times = [t for t in view.layers.times if clause.begin <= t.first < clause.end
             and not t.first <= amount.core < t.last and t.kind != "duration" or _spanned(view, t, clause)]  # fmt: skip
    own = [t for t in times if clause.first <= t.first < clause.last]
    if own:
        return min(own, key=lambda t: (-min(_days(view, t) or 0, _LONG), abs(t.first - amount.first)))
    wide = [t for t in times if (_days(view, t) or 0) >= _LONG and _throughout(view, t)]
    return wide[0] if len(wide) == 1 else None


def _spanned(view: _View, time: TimeExpression, clause: _Clause) -> bool:
    """Whether the time is a bare duration that a preposition makes a period: during a week."""
    return time.kind == "duration" and clause.begin <= time.first < clause.end and _throughout(view, time)


def _throughout(view: _View, time: TimeExpression | None) -> bool:
    """Whether the words say that it went on all that time."""
    if time is None:
        return False
    if time.kind in ("since", "range"):
        return True
    return view.near("span", time.first - 2, time.first) or time.kind == "year" and view.near("total", time.first - 20, time.first)


def _days(view: _View, time: TimeExpression | None) -> int | None:
    """How long the time is, as far as its words tell."""
    if time is None:
        return None
    period, last = time.period, None
    if period is not None and period.first is not None:
        last = period.last or (view.layers.published if time.kind == "since" else None)
        if last is not None:
            return (last - period.first).days + 1
    units = {str(m.gives.get("unit") or ("month" if "month" in m.gives else "")) for m in
             view.layers.within("dates", time.first, time.last)}  # fmt: skip
    if time.kind in ("since", "range", "duration", "relative", "month", "year", "season"):
        return 365 if "year" in units or time.kind == "year" else 30 if "month" in units else 7 if "week" in units else 1
    return None


def _period(view: _View, clause: _Clause, amount: Amount) -> Period | None:
    """The days of the clause's time; a beginning without an end runs to the day of publication."""
    time = _time(view, clause, amount)
    return time.period if time is not None else None


def _planned(view: _View, clause: _Clause, amount: Amount) -> Period | None:
    """The day that a stock is stated for: only a time introduced as a target or a state."""
    layers = view.layers
    for time in layers.times:
        if clause.first <= time.first < clause.last and layers.key(time.first - 1) in ("بحلول", "حتي", "بنهايه"):
            return time.period
    del amount
    return None


def _counted_code(view: _View, number: _Number) -> str | None:
    """Who the counted people are: the mention on the noun or just after it."""
    amount = number.amount
    for mention in view.found.mentions:
        if amount.last <= mention.first < amount.last + 5 and mention.code != "UNKNOWN":
            return mention.code
        if mention.first >= amount.last + 5:
            break
    return None


def _doer(view: _View, clause: _Clause) -> str | None:
    """The side that acts in the clause: the first named one that is not what is acted on."""
    layers = view.layers
    for mention in view.found.mentions:
        if not clause.first <= mention.first < clause.last or mention.code in ("UNKNOWN", "CIVILIANS"):
            continue
        if mention.kind == "people" and view.layers.amount_at.get(mention.first - 1):
            continue
        if layers.role("grammar", mention.first - 1) == "against" or layers.key(mention.first - 1) in ("ضد", "علي", "مواقع"):
            continue
        return mention.code
    return None


def _area(view: _View, clause: _Clause, token: int) -> Span | None:
    """The place named in the clause, with the one joined to it; the nearest after the number first."""
    inside = [p for p in view.found.places if clause.first <= p.first < clause.last]
    if not inside:
        return None
    chosen = min(inside, key=lambda p: (p.first < token, abs(p.first - token)))
    joined = [p for p in inside if p.first == chosen.last and view.layers.text.tokens[p.first].word.key.startswith("و")]
    return chosen.span.cover(joined[0].span) if joined else chosen.span


def _make(
    view: _View, number: _Number, measure: ClaimMeasure, period: Period | None, subject: str | None = None,
    *, unit: Unit = "count",
) -> Claim:  # fmt: skip
    """The claim with its clause as evidence, its area, subject and speaker."""
    amount, clause, layers = number.amount, number.clause, view.layers
    if subject is None:
        acts = measure in ("attacks", "operations", "killed", "wounded", "arrested", "territory")
        subject = _doer(view, clause) if acts else _counted_code(view, number)
    if period is not None and period.last is None and period.first is not None and layers.published is not None:
        period = Period(period.first, layers.published if period.first <= layers.published else None)
    said = OUTLET if layers.sentence(amount.first).headline else speaker_at(view.found.speeches, amount.first)
    return Claim(
        measure, amount.low, amount.high, layers.span(clause.first, clause.last).cover(amount.span), unit=unit,
        qualifier=amount.qualifier, period=period, area=_area(view, clause, amount.first), subject=subject, attribution=said,
    )  # fmt: skip
