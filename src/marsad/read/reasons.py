"""Why a value was chosen: every decision about an event weighed again with the weights shown.

The second half of an explanation. Observations, weights and thresholds are those of the modules
that decide; only what they kept to themselves, the rivals and the terms, is put side by side.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import exp, log

from marsad.anatomy import Choice, Option, Weighed
from marsad.model import Event, Party, Period, Span
from marsad.read import carry, recency, sides, voices, weapons, when, whereabouts
from marsad.read.article import Article, article_of
from marsad.read.assemble import Steps
from marsad.read.context import place_told
from marsad.read.dates import TimeExpression
from marsad.read.events import Candidate


def weighed(
    decision: str,
    weights: Mapping[str, float],
    observed: Iterable[str],
    threshold: float | None = None,
    *,
    words: Iterable[str] = (),
) -> Weighed:
    """The sum of a decision with its terms; a word counts as often as it is there."""
    names = tuple(dict.fromkeys(observed))
    terms = {name: weights.get(name, 0.0) for name in names}
    terms |= {name: often * weights.get(name, 0.0) for name, often in Counter(words).items()}
    return _weighed(decision, terms, sum(terms.values()), threshold)


def _weighed(decision: str, terms: Mapping[str, float], total: float, threshold: float | None) -> Weighed:
    heavy = sorted(((n, w) for n, w in terms.items() if w), key=lambda term: (-abs(term[1]), term[0]))
    return Weighed(decision, tuple(heavy), tuple(n for n, w in terms.items() if not w), total, threshold)


@dataclass(frozen=True, slots=True)
class Scene:
    """What the decisions about a reading's events are made in, made once for all of them."""

    steps: Steps
    ordered: tuple[Candidate, ...]
    article: Article
    ground: whereabouts.Ground
    days: tuple[carry.Told, ...]
    said: Counter[str]
    weapons: tuple[list[tuple[weapons.Naming, tuple[str, ...]]], ...]

    @classmethod
    def of(cls, steps: Steps) -> Scene:
        """The scene of a reading."""
        layers, found, kept = steps.layers, steps.found, steps.kept
        ordered = carry.carry_over(layers, kept, layers.lexicon.weights["carry"])
        return cls(
            steps, tuple(ordered), article_of(layers, found, ordered),
            whereabouts.Ground.of(layers, found.places, found.speaking),
            tuple(carry.told_days(layers)), voices.times_said(found),
            tuple(weapons.cases(layers, steps.reading.events, [c.tellings for c in kept])),
        )  # fmt: skip

    @property
    def weights(self) -> Mapping[str, Mapping[str, float]]:
        """The weights of each decision."""
        return self.steps.layers.lexicon.weights


def choices(scene: Scene, n: int) -> tuple[Choice, ...]:
    """How each slot of event `n` got its value."""
    return tuple(choice for choice in _choices(scene, n) if choice.options or choice.note)


def _choices(scene: Scene, n: int) -> Iterator[Choice]:
    yield _place(scene, n)
    yield from _day(scene, n)
    yield from _sides(scene, n)
    yield _speaker(scene, n)
    yield _weapons(scene, n)
    yield _recency(scene, n)


def _ranked(options: Iterable[Option]) -> tuple[Option, ...]:
    return tuple(sorted(options, key=lambda option: (not option.chosen, -option.weighed.total)))


def _place(scene: Scene, n: int) -> Choice:
    """Namings of one name speak together: their odds are added up, and the name with most is taken."""
    weights, source = scene.weights["place"], scene.steps.layers.text.source
    found = list(whereabouts.candidates(scene.ground, place_told(scene.steps.kept, n), around=True))
    named = [(whereabouts.name_of(scene.ground, naming), observed) for naming, observed in found]
    taken = whereabouts.choose(named, weights)
    groups: dict[str, list[tuple[float, int, dict[str, float]]]] = {}
    for k, (name, observed) in enumerate(named):
        terms: dict[str, float] = {}
        for what, size in observed:
            terms[what] = terms.get(what, 0.0) + weights.get(what, 0.0) * size
        groups.setdefault(name, []).append((sum(terms.values()), -k, terms))
    options = []
    for name, members in groups.items():
        total, k, terms = max(members, key=lambda m: m[:2])
        naming = found[-k][0]
        more = f"named {len(members)} times, together {log(sum(exp(m[0]) for m in members)):+.2f}"
        place = naming.place or naming.parent
        options.append(
            Option(
                f"{naming.span.of(source)}{f' ({place.id})' if place else ''}",
                naming.span,
                _weighed("place", terms, total, log(whereabouts.NOWHERE)),
                taken is not None and named[taken][0] == name,
                more if len(members) > 1 else "",
            )
        )
    return Choice(
        "place",
        _ranked(options),
        "nowhere",
        "the name with the greatest odds, if they exceed those of nowhere",
    )


def _days(period: Period | None) -> str:
    if period is None:
        return "no day"
    first, last = (day.isoformat() if day else "…" for day in (period.first, period.last))
    return first if first == last else f"{first} to {last}"


def _day(scene: Scene, n: int) -> Iterator[Choice]:
    candidate, event = scene.steps.kept[n], scene.steps.reading.events[n]
    layers = scene.steps.layers
    own: dict[Span, Option] = {}
    for telling in candidate.tellings:
        times = when.own_times(layers, telling)
        for time in times:
            observed = when.observations(layers, scene.steps.found.speeches, telling, time, times)
            weighing = weighed("when", scene.weights["when"], observed, when.THRESHOLD)
            known = own.get(time.span)
            if known is None or weighing.total > known.weighed.total:
                own[time.span] = _time_option(time, weighing, event)
    yield Choice("day", _ranked(own.values()), "none of these", "times in the sentences of its tellings")
    if candidate.event.period is not None:
        return
    dated = [c for c in scene.steps.kept if c.event.period is not None and c.event.period.known]
    carried = []
    for told in scene.days:
        observed = carry.observations(layers, candidate, told, scene.days, dated)
        chosen = event.period == told.period
        span = event.period_span if chosen else told.times[0].span
        weighing = weighed("carry", scene.weights["carry"], observed, carry.THRESHOLD)
        carried.append(Option(_days(told.period), span, weighing, chosen))
    yield Choice(
        "day from around",
        _ranked(carried),
        "unknown",
        "no day of its own: days that the article tells elsewhere",
    )


def _time_option(time: TimeExpression, weighing: Weighed, event: Event) -> Option:
    period = when.possible(time)
    chosen = event.period is not None and event.period_span == time.span
    return Option(
        _days(period), time.span, weighing, chosen, "" if period else "names no day that can be worked out"
    )


def _sides(scene: Scene, n: int) -> Iterator[Choice]:
    article, event = scene.article, scene.steps.reading.events[n]
    seen = {code: tuple(sides.observations(article, n, code)) for code in article.parties(n)}
    doers = [party.code for party in event.initiators]
    claimed = f"{article.claims[n]} claims the deed: no weighing" if article.claims[n] else ""
    for slot, parties, decision, threshold in (
        ("initiators", event.initiators, "initiators", sides.INITIATOR),
        ("targets", event.targets, "targets", sides.TARGET),
    ):
        spans = {party.code: party.span for party in parties}
        options = []
        for code, observed in seen.items():
            against = sides.against(article, n, code, doers) if slot == "targets" else ()
            words = sides.words(article, n, code)
            weighing = weighed(
                decision, scene.weights[decision], [*observed, *against], threshold, words=words
            )
            span = spans.get(code) or _naming_of(article, code)
            options.append(Option(code, span, weighing, code in spans, _by_rule(weighing, code in spans)))
        options += [_ruled(party, decision) for party in parties if party.code not in seen]
        yield Choice(slot, _ranked(options), "nobody", claimed if slot == "initiators" else "")


def _naming_of(article: Article, code: str) -> Span | None:
    mentions = article.mentions.get(code, ())
    return mentions[0].span if mentions else None


def _by_rule(weighing: Weighed, chosen: bool) -> str:
    if chosen and not weighing.passed:
        return "taken by a rule, not by its weight"
    return (
        "left out by a rule, or by the threshold for more than one" if weighing.passed and not chosen else ""
    )


def _ruled(party: Party, decision: str) -> Option:
    why = "nobody who was hit is named" if party.code == "UNKNOWN" else "taken by a rule"
    return Option(party.code, party.span, Weighed(decision, (), (), 0.0), True, why)


def _speaker(scene: Scene, n: int) -> Choice:
    steps = scene.steps
    told = steps.heard.joined[steps.numbers[n]].told
    chosen = steps.reading.events[n].attribution
    options = [
        Option(
            voice.attribution.speaker or "",
            voice.attribution.span,
            weighed("speaker", scene.weights["speaker"], voice.observed, voices.THRESHOLD),
            voice.attribution == chosen,
        )
        for voice in voices.voices(steps.layers, steps.found, told, scene.said)
    ]
    return Choice("speaker", _ranked(options), "the article itself")


def _weapons(scene: Scene, n: int) -> Choice:
    used = {(weapon.code, weapon.span) for weapon in scene.steps.reading.events[n].weapons}
    options = [
        Option(
            naming.code,
            naming.match.span,
            weighed("weapons", scene.weights["weapons"], observed, weapons.THRESHOLD),
            (naming.code, naming.match.span) in used,
        )
        for naming, observed in scene.weapons[n]
    ]
    return Choice("weapons", _ranked(options), "none")


def _recency(scene: Scene, n: int) -> Choice:
    candidate, event = scene.ordered[n], scene.steps.reading.events[n]
    before = scene.steps.reading.events[n - 1] if n else None
    observed = recency.observations(scene.steps.layers, candidate.cluster, candidate.event, before)
    weighing = weighed("recency", scene.weights["recency"], observed, 0.0)
    return Choice("recency", (Option("background", None, weighing, event.recency == "background"),), "news")
