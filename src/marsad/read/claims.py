"""Numbers said of a period, an area or a stock, and rises and falls: no single happening.

Some numbers have a plain frame: acts and losses a long period or several places, people a word of
stock (there are, holds, is put at), things ruin, shares a word of held land. The others are weighed
by what is observed around them (hints.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from marsad.lexicon import Match
from marsad.model import Claim, ClaimMeasure, Period, Unit
from marsad.read.actors import STATE_SIDES
from marsad.read.events import Candidate, Findings
from marsad.read.hints import THRESHOLD, Heard, loss_near, observations
from marsad.read.layers import Layers
from marsad.read.statements import FLOWS, nth, stated
from marsad.read.tallies import (
    LONG,
    LONGER,
    Number,
    View,
    counted,
    days,
    doer,
    numbers,
    since,
    throughout,
    time_of,
    view_of,
)  # fmt: skip
from marsad.read.trends import find_trends
from marsad.read.weigh import weigh

# A loss that no single act reaches.
_LARGE = 500
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


def find_claims(
    layers: Layers, found: Findings, kept: Sequence[Candidate], weights: Mapping[str, float]
) -> tuple[Claim, ...]:
    """All claims of the text, in order, each number once."""
    view = view_of(layers, found, kept)
    best: dict[tuple[object, ...], Claim] = {}
    head = layers.document.headline.end if layers.document.headline else 0

    def said_of_more(number: Number, observed: Sequence[str]) -> bool:
        return weigh(weights, observed) > THRESHOLD

    for claim in (*numeric(view, said_of_more), *nth(view), *find_trends(view)):
        key = (claim.measure, claim.low, claim.high, claim.direction, claim.unit or claim.evidence)
        other = best.get(key)
        if other is None or (other.evidence.start < head <= claim.evidence.start):
            best[key] = claim
    return tuple(sorted(best.values(), key=lambda c: c.evidence))


def numeric(view: View, weigh: Callable[[Number, Sequence[str]], bool]) -> Iterator[Claim]:
    """Claims that stand on a number: by a plain frame, by that of the number before, or as weighed.

    `weigh` decides on a number without a plain frame from what is observed of it.
    """
    framed: tuple[Number, Claim] | None = None
    before: Heard | None = None
    last: Heard | None = None
    for number in numbers(view):
        plain = not number.part and not (number.amount.vague and (number.amount.low or 0) < 20)
        if number.kind == "act" and _unreal(view, number):
            continue
        claim = _claim(view, number) if plain else None
        if claim is None and plain and framed is not None and not number.spell:
            claim = _coordinated(view, *framed, number)
        if claim is not None:
            framed = (number, claim)
        if claim is None and weigh(number, tuple(observations(view, number, before))):
            unit: Unit = (
                "other" if number.spell else "percent" if number.amount.unit == "percent" else "count"
            )
            claim = stated(view, number, _measure(view, number, before), time_of(view, number), unit=unit)
        if claim is not None and claim.period is None and claim.measure in FLOWS and claim.unit != "other":
            claim = replace(claim, period=_inherited(view, number, last))
        before = Heard(number, claim)
        if claim is not None:
            last = before
            yield claim


def _unreal(view: View, number: Number) -> bool:
    """Whether the acts were prevented or are planned."""
    before = view.layers.within("status", number.amount.first - 4, number.amount.first)
    return any(m.gives["role"] in ("prevented", "plan") for m in before)


def _measure(view: View, number: Number, before: Heard | None) -> ClaimMeasure:
    """What a number without a plain frame measures."""
    amount, clause, count = number.amount, number.clause, number.count
    low, high = max(clause.first, amount.first - 8), min(clause.last, amount.last + 8)
    if number.spell:
        return "other"
    if amount.unit == "percent" and number.noun is not None and number.noun.gives.get("own"):
        people: ClaimMeasure = number.noun.gives["measure"]
        return people
    if amount.unit == "percent" and not number.part:
        held, driven = (view.near(role, clause.first, clause.last) for role in ("hold", "live"))
        return "territory" if held else "displaced" if driven else "other"
    if count is not None and number.kind not in ("act", "member", "land"):
        return _OF_COUNT.get(count.measure, "other")
    going_on = _carried(view, number, before)
    if going_on is not None and number.kind in ("", "people", "open"):
        return going_on
    lost = _OF_COUNT.get(loss_near(view, number) or "")
    if number.noun is not None:
        measure: ClaimMeasure = number.noun.gives["measure"]
        if number.kind not in ("people", "open") or number.noun.gives.get("own"):
            return measure
        if number.kind == "open" and view.near("deaths", clause.first, amount.first):
            return "killed"
        if view.near("held", low, high):
            return "detainees"
        if number.kind == "open" and view.near("live", low, high):
            return "displaced"
        return measure if lost is None or view.near("stock", low, high) else lost
    return "killed" if view.near("deaths", clause.first, clause.last) else lost or "other"


def _carried(view: View, number: Number, before: Heard | None) -> ClaimMeasure | None:
    """The measure of the claim before, where the number is a part of it, joined to it or the next of a list."""
    if before is None or before.claim is None:
        return None
    close = 0 <= number.amount.first - before.number.amount.last <= 6
    tied = number.part or close or view.opens(number.amount)
    return before.claim.measure if tied and before.claim.unit != "other" else None


def _inherited(view: View, number: Number, before: Heard | None) -> Period | None:
    """The period of the claim before, where both count what happened and one follows the other."""
    if before is None or before.claim is None or before.claim.measure not in FLOWS:
        return None
    sentence_at = view.layers.text.sentence_at
    near = sentence_at(number.amount.first) - sentence_at(before.number.amount.first) <= 1
    return before.claim.period if near else None


def _claim(view: View, number: Number) -> Claim | None:
    """The claim that the number makes by itself."""
    amount, clause, kind = number.amount, number.clause, number.kind
    if number.spell:
        return _spell(view, number)
    if amount.unit == "percent":
        return _share(view, number)
    if (
        kind in ("people", "open")
        and number.size >= 10
        and view.near("train", max(clause.first, amount.first - 5), amount.first)
    ):
        return stated(view, number, "trained", time_of(view, number))
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
    fate = (
        "killed"
        if kind == "open" and view.near("deaths", clause.first, amount.first)
        else _fate(view, number.noun)
    )
    if fate in _OF_COUNT:
        return _loss(view, number, _OF_COUNT[fate])
    if kind in ("act", "people", "open"):
        return (_acts if kind == "act" else _people)(view, number, number.noun)
    if kind == "thing":
        return _things(view, number)
    if kind == "member":
        from_people = view.layers.key(amount.first - 1) == "من" and view.near("count", before, amount.first)
        drawn = number.size >= 5 and (from_people or view.near("ally", before, amount.first))
        return stated(view, number, "other") if drawn else None
    held = view.near("hold", before, amount.first) and not number.told
    return stated(view, number, "territory", time_of(view, number)) if held else None


def _fate(view: View, noun: Match) -> str:
    """What became of the counted people by the clause on them: 'the soldiers who were killed'."""
    whom = range(noun.last, noun.last + 4)
    who = next((k for k in whom if view.layers.key(k) in ("الذين", "اللواتي", "ممن")), None)
    match = view.layers.at["casualties"].get(who + 1) if who is not None else None
    return str(match.gives.get("measure", "")) if match is not None else ""


def _coordinated(view: View, before: Number, claim: Claim, number: Number) -> Claim | None:
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
    time = time_of(view, number)
    dated = time is not None and number.clause.first <= time.first and days(view, time) == 1
    if (dated and before.clause != number.clause) or any(layers.key(k) in _TURNS for k in gap):
        return None
    if (
        count is not None
        and before.count is not None
        and count.measure in _OF_COUNT
        and number.kind in ("", "people", "open")
    ):
        return stated(view, number, _OF_COUNT[count.measure], claim.period, claim.subject)
    stays = layers.key(amount.first - 1) == "و" or view.near("move", amount.first - 4, amount.first)
    elliptic = number.noun is None and count is None and claim.measure in ("troops", "fighters", "detainees")
    same = number.kind == before.kind == "act" or (
        stays and elliptic and layers.key(amount.last) in ("في", "اخرين", "اخرون", "فقط", "منهم"))  # fmt: skip
    return stated(view, number, claim.measure, claim.period, claim.subject) if same else None


def _loss(view: View, number: Number, measure: ClaimMeasure) -> Claim | None:
    """Killed, wounded, arrested, displaced: over a long period, in several places, or beyond any one act."""
    clause, told = number.clause, number.told
    time = time_of(view, number)
    own = time is not None and clause.first <= time.first < clause.last
    frame = throughout(view, time, LONG if own and not told and not number.amount.vague else LONGER)
    if not frame and not number.amount.vague:
        large = (
            measure in ("killed", "displaced")
            and not told
            and number.size >= _LARGE
            and days(view, time) != 1
        )
        frame = large or (number.size >= 3 and view.near("scatter", clause.first, clause.last + 4))
    return stated(view, number, measure, time) if frame or since(view, clause) else None


def _acts(view: View, number: Number, noun: Match) -> Claim | None:
    """Attacks, strikes, operations: over a long period, over a country, or beyond one day's count."""
    clause, amount = number.clause, number.amount
    time = time_of(view, number)
    long = days(view, time)
    wide = long is not None and long >= LONG and not (amount.vague and not throughout(view, time))
    naming = next(
        (p for p in view.found.places if amount.last <= p.first < min(clause.last, amount.last + 12)), None
    )
    if naming is not None and naming.relation in ("", "list") and number.size >= 5:
        names = [m.gives["ids"][0] for m in view.layers.within("places", naming.first, naming.last)]
        wide = wide or (bool(names) and all(view.layers.lexicon.places[i].type == "country" for i in names))
    total = number.size >= 20 and long is None and not amount.vague and not number.told
    if not (wide or total or since(view, clause)):
        return None
    actor = view.layers.lexicon.actors.get(doer(view, clause, amount) or "")
    militant = bool(noun.gives.get("side")) and actor is not None and actor.side not in STATE_SIDES | {"sdf"}
    return stated(view, number, "attacks" if militant else noun.gives["measure"], time)


def _people(view: View, number: Number, noun: Match) -> Claim | None:
    """People that are there: at large, stationed, held, displaced; or struck over a long period."""
    clause, amount, layers = number.clause, number.amount, view.layers
    if number.told or (number.count is not None and number.count.measure in ("killed", "wounded")):
        return None
    low, high = max(clause.first, amount.first - 8), noun.last
    while high < min(clause.last, noun.last + 7) and not layers.key(high).startswith("و"):
        high += 1
    roles = {m.gives["role"] for m in layers.within("claims", low, high)}
    kind: ClaimMeasure = noun.gives["measure"]
    if number.kind == "people" and view.near("ruin", max(low, amount.first - 4), amount.first):
        time = time_of(view, number)
        return stated(view, number, "other", time) if throughout(view, time, LONGER) else None
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
    actor = layers.lexicon.actors.get(counted(view, number) or "")
    if kind == "fighters" and actor is not None and actor.side in STATE_SIDES:
        kind = "troops"
    times = (t for t in layers.times if clause.first <= t.first < clause.last)
    planned = next((t for t in times if layers.key(t.first - 1) in ("بحلول", "حتي", "بنهايه")), None)
    return stated(view, number, kind, planned)


def _things(view: View, number: Number) -> Claim | None:
    """Things destroyed or left over, in numbers that no single act reaches, or over a long period."""
    clause = number.clause
    if number.told or number.amount.vague or not view.near("ruin", clause.first, clause.last):
        return None
    time = time_of(view, number)
    many = number.size >= 200 and days(view, time) is None
    return stated(view, number, "other", time) if many or throughout(view, time, LONGER) else None


def _share(view: View, number: Number) -> Claim | None:
    """A share of land that is held or destroyed."""
    clause, after = number.clause, range(number.amount.last, min(number.amount.last + 6, number.clause.last))
    ground = view.near("ground", after.start, after.stop) or any(i in view.layers.at["places"] for i in after)
    held = view.near("hold", clause.first, clause.last)
    if not ground or not (held or view.near("ruin", clause.first, clause.last)):
        return None
    return stated(view, number, "territory" if held else "other", time_of(view, number), unit="percent")


def _spell(view: View, number: Number) -> Claim | None:
    """'After three years of war', 'a war of more than four years'."""
    layers, amount, clause = view.layers, number.amount, number.clause
    end = amount.last + 1
    since = next((t for t in layers.times if t.kind == "since" and t.first <= amount.core < t.last), None)
    of = layers.key(end) == "من" and view.near("war", end + 1, min(end + 3, clause.last))
    if of or (since is not None and view.near("war", max(clause.first, since.first - 6), since.first)):
        today = layers.published
        return stated(view, number, "other", Period(None, today) if since and today else None, unit="other")
    return None
