"""Numbers said of a period, an area or a stock, and rises and falls: no single happening.

A counted noun alone makes no claim: acts and losses need a long period or several places, people
a word of stock (there are, holds, is put at), things ruin, shares a word of held land.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from marsad.lexicon import Match
from marsad.model import OUTLET, Claim, ClaimMeasure, Period, Span, Unit
from marsad.read.attribution import speaker_at
from marsad.read.dates import TimeExpression
from marsad.read.events import Candidate, Findings
from marsad.read.figures import Count
from marsad.read.layers import BREAKS, Layers
from marsad.read.numbers import Amount
from marsad.text import Sentence

#: Days from which a period makes a total: told in the number's own clause, and told elsewhere.
_LONG, _LONGER = 6, 25
# A loss that no single act reaches; how many tokens a clause goes on to either side.
_LARGE, _REACH = 500, 24
_BREAKS = BREAKS - frozenset("()[]/-–—")
_STATE_SIDES = frozenset(
    {"iraq", "krg", "coalition", "syria", "turkey", "iran", "russia", "israel", "un", "sdf"}
)
_VICTIMS = frozenset(
    {"UNKNOWN", "CIVILIANS", "JOURNALISTS", "AID_WORKERS", "POLITICIANS", "PRISONERS", "PROTESTERS", "UN"}
)
_ACTS = frozenset({"attacks", "operations", "killed", "wounded", "arrested", "territory"})
_OF_COUNT: dict[str, ClaimMeasure] = {
    "killed": "killed",
    "wounded": "wounded",
    "arrested": "arrested",
    "abducted": "other",
    "displaced": "displaced",
    "casualties": "other",
    "destroyed": "other",
    "missing": "other",
}
_TURNS = frozenset({"فيما", "بينما", "حين", "وفيما", "وبينما"})
_NOT_DOER = frozenset({"في", "من", "الي", "ضد", "علي", "مواقع", "مع", "الحرب", "حرب"})
_SUPERLATIVES = frozenset(
    "اكبر اعنف اسوا اول الاول الاولي الاكبر الاسوا الاعنف اقوي اعلي ادني اشد الاشد اخطر".split()
)
_SPELLS = ("سن", "عام", "اعوام", "شهر", "اشهر", "شهور", "يوم", "ايام")


@dataclass(frozen=True, slots=True)
class _Number:
    """An amount with what it counts: a noun of the claims layer, a casualty count, or both.

    `size` is the bound that is told, `kind` the noun's class, empty where there is none.
    """

    amount: Amount
    noun: Match | None
    count: Count | None
    clause: Sentence

    @property
    def size(self) -> int:
        return self.amount.low or self.amount.high or 0

    @property
    def kind(self) -> str:
        return str(self.noun.gives["class"]) if self.noun is not None else ""


@dataclass(frozen=True, slots=True)
class _View:
    """What every rule looks at: the layers, the findings, and the figures of told events.

    `near` says whether a word of the role begins in the range, `clause` gives the stretch around the
    tokens up to the nearest break on either side, `told` whether the number is a figure of an event.
    """

    layers: Layers
    found: Findings
    figures: tuple[Span, ...]

    def near(self, role: str, first: int, last: int) -> bool:
        return any(m.gives["role"] == role for m in self.layers.within("claims", first, last))

    def clause(self, first: int, last: int) -> Sentence:
        sentence = self.layers.sentence(first)
        low, high = first, last
        while low > sentence.first and first - low < _REACH and self.layers.key(low - 1) not in _BREAKS:
            low -= 1
        while high < sentence.last and high - last < _REACH and self.layers.key(high) not in _BREAKS:
            high += 1
        return Sentence(low, high, sentence.paragraph, sentence.headline)

    def told(self, amount: Amount) -> bool:
        return any(amount.span.overlaps(figure) for figure in self.figures)


def find_claims(layers: Layers, found: Findings, kept: Sequence[Candidate]) -> tuple[Claim, ...]:
    """All claims of the text, in order, each number once."""
    view = _View(layers, found, tuple(f.span for c in kept for f in c.event.figures))
    best: dict[tuple[object, ...], Claim] = {}
    head = layers.document.headline.end if layers.document.headline else 0
    for claim in (*_numbers(view), *_spells(view), *_trends(view)):
        key = (claim.measure, claim.low, claim.high, claim.direction, claim.unit or claim.evidence)
        other = best.get(key)
        if other is None or (other.evidence.start < head <= claim.evidence.start):
            best[key] = claim
    return tuple(sorted(best.values(), key=lambda c: c.evidence))


def _numbers(view: _View) -> Iterator[Claim]:
    """Claims that stand on an amount; a coordinated amount of the same kind shares the frame."""
    layers = view.layers
    counts = {i: c for c in view.found.counts if not c.bare for i in range(c.first, c.last)}
    timed = {i for t in layers.times for i in range(t.first, t.last)}
    previous: tuple[_Number, Claim] | None = None
    for amount in layers.amounts:
        part = "subset" in (
            layers.role("grammar", amount.first - 2),
            layers.role("grammar", amount.first - 1),
        )
        part |= amount.vague and (amount.low or 0) < 20
        if amount.core in timed or part or amount.unit not in ("count", "percent"):
            continue
        clause = view.clause(amount.first, amount.last)
        number = _Number(amount, _noun(view, amount, clause), counts.get(amount.core), clause)
        claim = _claim(view, number)
        if claim is None and previous is not None:
            claim = _coordinated(view, *previous, number)
        if claim is not None:
            previous = (number, claim)
            yield claim


def _noun(view: _View, amount: Amount, clause: Sentence) -> Match | None:
    """The counted noun: right after the amount, else right before ('the number of attacks reached 490')."""
    layers, at = view.layers, view.layers.at["claims"]
    after = amount.last + (layers.key(amount.last) in ("من", "او"))
    match = at.get(after) if after < clause.last else None
    if match is not None and match.gives["role"] == "count" and not match.proclitics:
        return match
    for i in range(amount.first - 1, max(amount.first - 7, clause.first - 1), -1):
        match = at.get(i)
        if match is not None and match.gives["role"] == "count" and match.form.number == "p":
            heads = (layers.key(k).removeprefix("و").removeprefix("ب") for k in (i - 1, i - 2))
            return match if any(k in ("عدد", "عديد", "اعداد", "مجموع", "اجمالي") for k in heads) else None
    return None


def _claim(view: _View, number: _Number) -> Claim | None:
    """The claim that the number makes by itself."""
    amount, clause, kind = number.amount, number.clause, number.kind
    if amount.unit == "percent":
        return _share(view, number)
    if (
        kind in ("people", "open")
        and number.size >= 10
        and view.near("train", max(clause.first, amount.first - 5), amount.first)
    ):
        return _make(view, number, "trained", _time(view, number))
    if (
        number.count is not None
        and number.count.measure in _OF_COUNT
        and kind not in ("act", "member", "land")
    ):
        measure = number.count.measure
        claim = _things(view, number) if measure == "destroyed" else _loss(view, number, _OF_COUNT[measure])
        if (
            claim is not None
            or number.noun is None
            or measure not in ("arrested", "displaced", "abducted", "missing")
        ):
            return claim
    before = max(clause.first, amount.first - 8)
    if number.noun is None:
        return _loss(view, number, "killed") if view.near("deaths", before, amount.first) else None
    if kind in ("act", "people", "open"):
        return (_acts if kind == "act" else _people)(view, number, number.noun)
    if kind == "thing":
        return _things(view, number)
    if kind == "member":
        from_people = view.layers.key(amount.first - 1) == "من" and view.near("count", before, amount.first)
        drawn = number.size >= 5 and (from_people or view.near("ally", before, amount.first))
        return _make(view, number, "other") if drawn else None
    held = view.near("hold", before, amount.first) and not view.told(amount)
    return _make(view, number, "territory", _time(view, number)) if held else None


def _coordinated(view: _View, before: _Number, claim: Claim, number: _Number) -> Claim | None:
    """A number in the same sentence, of the same kind as the claim before it, shares its frame."""
    layers, amount, count, gap = (
        view.layers,
        number.amount,
        number.count,
        range(before.amount.last, number.amount.first),
    )
    together = layers.sentence(before.amount.first) is layers.sentence(amount.first) and len(gap) <= 14
    if not together or "percent" in (claim.unit, amount.unit):
        return None
    time = _time(view, number)
    dated = time is not None and number.clause.first <= time.first and _days(view, time) == 1
    if (dated and before.clause != number.clause) or any(layers.key(k) in _TURNS for k in gap):
        return None
    if (
        count is not None
        and before.count is not None
        and count.measure in _OF_COUNT
        and number.kind in ("", "people", "open")
    ):
        return _make(view, number, _OF_COUNT[count.measure], claim.period, claim.subject)
    stays = layers.key(amount.first - 1) == "و" or view.near("move", amount.first - 4, amount.first)
    elliptic = number.noun is None and count is None and claim.measure in ("troops", "fighters", "detainees")
    same = number.kind == before.kind == "act" or (
        stays and elliptic and layers.key(amount.last) in ("في", "اخرين", "اخرون", "فقط", "منهم"))  # fmt: skip
    return _make(view, number, claim.measure, claim.period, claim.subject) if same else None


def _loss(view: _View, number: _Number, measure: ClaimMeasure) -> Claim | None:
    """Killed, wounded, arrested, displaced: over a long period, in several places, or beyond any one act."""
    clause, told = number.clause, view.told(number.amount)
    time = _time(view, number)
    own = time is not None and clause.first <= time.first < clause.last
    frame = _throughout(view, time, _LONG if own and not told and not number.amount.vague else _LONGER)
    if not frame and not number.amount.vague:
        large = (
            measure in ("killed", "displaced")
            and not told
            and number.size >= _LARGE
            and _days(view, time) != 1
        )
        frame = large or (number.size >= 3 and view.near("scatter", clause.first, clause.last + 4))
    return _make(view, number, measure, time) if frame or _since(view, clause) else None


def _acts(view: _View, number: _Number, noun: Match) -> Claim | None:
    """Attacks, strikes, operations: over a long period, over a country, or beyond one day's count."""
    clause, amount = number.clause, number.amount
    time = _time(view, number)
    days = _days(view, time)
    unreal = any(
        m.gives["role"] in ("prevented", "plan")
        for m in view.layers.within("status", amount.first - 4, amount.first)
    )
    wide = days is not None and days >= _LONG and not (amount.vague and not _throughout(view, time))
    naming = next(
        (p for p in view.found.places if amount.last <= p.first < min(clause.last, amount.last + 12)), None
    )
    if naming is not None and naming.relation in ("", "list") and number.size >= 5:
        names = [m.gives["ids"][0] for m in view.layers.within("places", naming.first, naming.last)]
        wide = wide or (bool(names) and all(view.layers.lexicon.places[i].type == "country" for i in names))
    total = number.size >= 20 and days is None and not amount.vague and not view.told(amount)
    if unreal or not (wide or total or _since(view, clause)):
        return None
    actor = view.layers.lexicon.actors.get(_doer(view, clause, amount) or "")
    militant = bool(noun.gives.get("side")) and actor is not None and actor.side not in _STATE_SIDES
    return _make(view, number, "attacks" if militant else noun.gives["measure"], time)


def _people(view: _View, number: _Number, noun: Match) -> Claim | None:
    """People that are there: at large, stationed, held, displaced; or struck over a long period."""
    clause, amount, layers = number.clause, number.amount, view.layers
    if view.told(amount) or (number.count is not None and number.count.measure in ("killed", "wounded")):
        return None
    low, high = max(clause.first, amount.first - 8), noun.last
    while high < min(clause.last, noun.last + 7) and not layers.key(high).startswith("و"):
        high += 1
    roles = {m.gives["role"] for m in layers.within("claims", low, high)}
    kind: ClaimMeasure = noun.gives["measure"]
    if number.kind == "people" and view.near("ruin", max(low, amount.first - 4), amount.first):
        time = _time(view, number)
        return _make(view, number, "other", time) if _throughout(view, time, _LONGER) else None
    if number.kind == "open":
        if (
            number.size < 20
            or not roles & {"held", "live", "need"}
            or (amount.vague and not roles & {"held", "stock", "need"})
        ):
            return None
        kind = "detainees" if "held" in roles else "displaced" if "live" in roles else kind
    elif noun.gives.get("own"):
        if not roles & {"stock", "held", "live", "total"} and (number.size < 100 or amount.vague):
            return None
    elif kind in ("fighters", "foreign_fighters") and "held" in roles:
        kind = "detainees"
    elif number.size < 5 or not (
        "stock" in roles or ("move" in roles and kind in ("troops", "foreign_fighters"))
    ):
        return None
    actor = layers.lexicon.actors.get(_counted(view, number) or "")
    if kind == "fighters" and actor is not None and actor.side in _STATE_SIDES - {"sdf"}:
        kind = "troops"
    times = (t for t in layers.times if clause.first <= t.first < clause.last)
    planned = next((t for t in times if layers.key(t.first - 1) in ("بحلول", "حتي", "بنهايه")), None)
    return _make(view, number, kind, planned)


def _things(view: _View, number: _Number) -> Claim | None:
    """Things destroyed or left over, in numbers that no single act reaches, or over a long period."""
    clause = number.clause
    if view.told(number.amount) or number.amount.vague or not view.near("ruin", clause.first, clause.last):
        return None
    time = _time(view, number)
    many = number.size >= 200 and _days(view, time) is None
    return _make(view, number, "other", time) if many or _throughout(view, time, _LONGER) else None


def _share(view: _View, number: _Number) -> Claim | None:
    """A share of land that is held or destroyed."""
    clause, after = number.clause, range(number.amount.last, min(number.amount.last + 6, number.clause.last))
    ground = view.near("ground", after.start, after.stop) or any(i in view.layers.at["places"] for i in after)
    held = view.near("hold", clause.first, clause.last)
    if not ground or not (held or view.near("ruin", clause.first, clause.last)):
        return None
    return _make(view, number, "territory" if held else "other", _time(view, number), unit="percent")


def _spells(view: _View) -> Iterator[Claim]:
    """'After three years of war', 'a war of more than four years'."""
    layers = view.layers
    for amount in layers.amounts:
        spell = layers.key(amount.last).removeprefix("ال").startswith(_SPELLS)
        if amount.unit != "count" or amount.vague or (amount.low or amount.high or 0) > 60 or not spell:
            continue
        clause, end = view.clause(amount.first, amount.last), amount.last + 1
        since = next((t for t in layers.times if t.kind == "since" and t.first <= amount.core < t.last), None)
        of = layers.key(end) == "من" and view.near("war", end + 1, min(end + 3, clause.last))
        if of or (since is not None and view.near("war", max(clause.first, since.first - 6), since.first)):
            yield _make(view, _Number(amount, None, None, clause), "other", since, unit="other")


def _trends(view: _View) -> Iterator[Claim]:
    """A rise or fall of activity with any longer time expression in its clause or just after it."""
    layers = view.layers
    for match in layers.matches["claims"]:
        role = match.gives["role"]
        if role not in ("up", "down") or _unreal(layers, match):
            continue
        clause = view.clause(match.first, match.last)
        window = layers.within("claims", max(clause.first, match.first - 8), min(clause.last, match.last + 6))
        active = any(
            m.gives["role"] == "activity" or m.gives.get("class") == "act" for m in window if m is not match
        )
        toll = any(m.gives["role"] in ("total", "deaths") for m in window)
        numbers = (
            a
            for a in layers.amounts
            if match.first < a.first < min(clause.last, match.last + 12) and not a.vague
        )
        numbered = any(layers.key(a.first - 1) in ("الي", "من", "ب") and a.unit != "ordinal" for a in numbers)
        if toll or numbered or not (active or match.gives.get("strong")):
            continue
        end = min(layers.sentence(clause.first).last, clause.last + 8)
        time = next((t for t in layers.times if clause.first <= t.first < end), None)
        if (
            time is None
            or time.kind in ("date", "weekday")
            or (time.kind == "relative" and _days(view, time) == 1)
        ):
            continue
        said = OUTLET if clause.headline else speaker_at(view.found.speeches, match.first)
        yield Claim(
            "trend", None, None, layers.span(clause.first, clause.last), unit=None, qualifier=None,
            direction="up" if role == "up" else "down", period=time.period, area=_area(view, clause, match.first),
            subject=_doer(view, clause, None), attribution=said,
        )  # fmt: skip


def _unreal(layers: Layers, match: Match) -> bool:
    """Whether the rise is planned, feared or denied."""
    before = {m.gives["role"] for m in layers.within("status", match.first - 4, match.first)}
    future = match.form.pos == "v" and match.proclitics.endswith(("س", "ل"))
    return future or not before.isdisjoint(("negation", "plan", "purpose", "condition", "prevented"))


def _time(view: _View, number: _Number) -> TimeExpression | None:
    """The time of the clause, the longest first; else the sentence's only one that says how long."""
    clause, amount, sentence = number.clause, number.amount, view.layers.sentence(number.amount.first)
    times = [t for t in view.layers.times if sentence.first <= t.first < sentence.last
             and not t.first <= amount.core < t.last and (t.kind != "duration" or _throughout(view, t))]  # fmt: skip
    own = [t for t in times if clause.first <= t.first < clause.last]
    if own:
        return min(own, key=lambda t: (-min(_days(view, t) or 0, _LONG), abs(t.first - amount.first)))
    wide = [t for t in times if _throughout(view, t, _LONG)]
    return wide[0] if len(wide) == 1 else None


def _throughout(view: _View, time: TimeExpression | None, least: int = 0) -> bool:
    """Whether the words say that it went on all that time, of `least` days; 'the worst since' does not."""
    if time is None or (least and (_days(view, time) or 0) < least):
        return False
    if not _SUPERLATIVES.isdisjoint(view.layers.key(k) for k in range(time.first - 6, time.first)):
        return False
    return time.kind in ("since", "range") or view.near("span", time.first - 2, time.first)


def _since(view: _View, clause: Sentence) -> bool:
    """Whether the clause counts from the start of a fight: 'since the war began'."""
    starts = (
        m.first for m in view.layers.within("claims", clause.first, clause.last) if m.gives["role"] == "since"
    )
    return any(_SUPERLATIVES.isdisjoint(view.layers.key(k) for k in range(i - 6, i)) for i in starts)


def _days(view: _View, time: TimeExpression | None) -> int | None:
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


def _counted(view: _View, number: _Number) -> str | None:
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


def _doer(view: _View, clause: Sentence, amount: Amount | None) -> str | None:
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


def _area(view: _View, clause: Sentence, token: int) -> Span | None:
    """The place named in the clause, with the one joined to it; the nearest after the number first."""
    inside = [p for p in view.found.places if clause.first <= p.first < clause.last]
    chosen = min(inside, key=lambda p: (p.first < token, abs(p.first - token)), default=None)
    joined = [
        p for p in inside if chosen and p.first == chosen.last and view.layers.key(p.first).startswith("و")
    ]
    return chosen.span.cover(joined[0].span) if chosen and joined else chosen.span if chosen else None


def _make(
    view: _View, number: _Number, measure: ClaimMeasure, when: TimeExpression | Period | None = None,
    subject: str | None = None, *, unit: Unit = "count",
) -> Claim:  # fmt: skip
    """The claim with its clause as evidence, its area, subject and speaker."""
    amount, clause, layers = number.amount, number.clause, view.layers
    if subject is None:
        subject = (
            _doer(view, clause, amount)
            if measure in _ACTS
            else _counted(view, number)
            if number.noun
            else None
        )
    period, today = when.period if isinstance(when, TimeExpression) else when, layers.published
    if isinstance(when, TimeExpression) and period and period.first and today and period.first <= today:
        if period.last is None or (when.kind != "since" and view.near("since", when.first - 9, when.first)):
            period = Period(period.first, today)
    said = OUTLET if clause.headline else speaker_at(view.found.speeches, amount.first)
    return Claim(
        measure, amount.low, amount.high, layers.span(clause.first, clause.last).cover(amount.span), unit=unit,
        qualifier=amount.qualifier, period=period, area=_area(view, clause, amount.first), subject=subject, attribution=said,
    )  # fmt: skip
