"""One event per happening: headline, lead and elaboration of one article are joined.

Two candidates tell one happening when their families agree and nothing that both tell
contradicts: place, time, figures, sides. A definite noun ('the attack') refers back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from marsad.lexicon import Lexicon
from marsad.model import Attribution, Event, Figure, Party, Weapon
from marsad.read.events import Candidate
from marsad.read.places import Naming, ancestors
from marsad.read.triggers import family

#: Families whose events have tolls: a bare toll may belong to any of them.
_WITH_TOLLS = frozenset({"fight", "explosion", "operation", "arrest", "unrest", "abduction"})


@dataclass(frozen=True, slots=True)
class _Pair:
    agree: float
    clash: bool


def _figure_map(event: Event) -> dict[str, set[tuple[int | None, int | None]]]:
    out: dict[str, set[tuple[int | None, int | None]]] = {}
    for figure in event.figures:
        if figure.high is not None and figure.high <= 1:
            continue
        out.setdefault(figure.measure, set()).add((figure.low, figure.high))
    return out


def _same_figures(a: Event, b: Event) -> float | None:
    """Shared figures count for, contradicting ones against (`None`)."""
    fa, fb = _figure_map(a), _figure_map(b)
    score = 0.0
    for measure in ("killed", "wounded", "arrested", "abducted", "casualties"):
        if measure in fa and measure in fb:
            if fa[measure] & fb[measure]:
                score += 2.0
            elif not any(_loose(x, y) for x in fa[measure] for y in fb[measure]):
                return None
    return score


def _loose(x: tuple[int | None, int | None], y: tuple[int | None, int | None]) -> bool:
    """Whether two ranges can be the same number (dozens and 35)."""
    if x[1] is not None and y[1] is not None:
        return x == y
    low_x, low_y = x[0] or 0, y[0] or 0
    return (x[1] is None or low_y <= x[1]) and (y[1] is None or low_x <= y[1])


def _same_place(lexicon: Lexicon, a: Naming | None, b: Naming | None) -> float | None:
    if a is None or b is None:
        return 0.0
    if a.place is None or b.place is None:
        if a.place is None and b.place is None:
            return None if a.cue != b.cue else 0.0
        return 0.0
    if a.place.id == b.place.id:
        return 1.0 if a.rank >= 3 else 0.5
    if b.place.id in ancestors(lexicon, a.place) or a.place.id in ancestors(lexicon, b.place):
        return 0.5
    shared = a.place.name_ar == b.place.name_ar
    return 0.5 if shared else None


def _one_governorate(a: Naming | None, b: Naming | None) -> bool:
    """Whether two places may be one: an unknown name, or the same governorate."""
    if a is None or b is None or a.place is None or b.place is None:
        return True
    return a.place.country == b.place.country and (a.place.admin1 or "") == (b.place.admin1 or "")


def _sides(lexicon: Lexicon, parties: Sequence[Party]) -> set[str]:
    """The sides of the parties: one telling's army is another's government; gunmen may be anyone's."""
    found = (lexicon.actors.get(p.code) for p in parties if p.code not in ("GUNMEN", "UNKNOWN"))
    named = {actor.side for actor in found if actor is not None}
    return named | {
        p.code for p in parties if p.code not in lexicon.actors and p.code not in ("GUNMEN", "UNKNOWN")
    }


def _same_sides(lexicon: Lexicon, a: Event, b: Event) -> float | None:
    score = 0.0
    doers = (_sides(lexicon, a.initiators), _sides(lexicon, b.initiators))
    hit = (_sides(lexicon, a.targets), _sides(lexicon, b.targets))
    for x, y in (doers, hit):
        if x and y:
            if x & y:
                score += 0.7
            elif not (x & (doers[1] | hit[1]) or y & (doers[0] | hit[0])):
                # the doers' own losses do not speak against it
                score -= 0.8
    return score if score > -1.5 else None


def _compare(lexicon: Lexicon, text: str, a: Candidate, b: Candidate, *, accounts: bool = False) -> _Pair:
    """How two candidates agree; with `accounts`, other figures are another account of the same."""
    ea, eb = a.event, b.event
    same_type = ea.type == eb.type
    fa, fb = family(ea.type), family(eb.type)
    violent = {fa, fb} <= {"fight", "explosion"}
    tolls = a.cluster.lead is None or b.cluster.lead is None
    figures = _same_figures(ea, eb)
    if figures is None and accounts:
        figures = 0.0
    if figures is None:
        # a headline or lead may give a day's total over several events: never the same one
        return _Pair(0.0, True)
    if (
        fa != fb
        and not violent
        and not (tolls and {fa, fb} <= _WITH_TOLLS)
        and not (figures >= 2.0 and {fa, fb} <= _WITH_TOLLS)
    ):
        return _Pair(0.0, True)
    if {ea.type, eb.type} == {"security_operation", "armed_clash"} and not tolls:
        # a sweep and the clash it led to are two
        return _Pair(0.0, True)
    score = 1.0 if same_type else 0.4 if fa == fb else 0.0
    gap = abs(a.sentence - b.sentence)
    if tolls and gap <= 1 and figures >= 0:
        score += 1.0
    elif gap <= 1 and same_type:
        score += 0.3
    if a.sentence == b.sentence and not (same_type and (a.definite or b.definite)):
        score -= 1.5
    place = _same_place(lexicon, a.naming, b.naming)
    if place is None and a.naming and b.naming and a.naming.place is None and b.naming.place is None:
        place = 1.0 if a.naming.span.of(text) == b.naming.span.of(text) else None
    if place is None and figures >= 2.0 and _one_governorate(a.naming, b.naming):
        # one toll told of the district in the headline and of the village in the text
        place = 0.0
    if place is None:
        return _Pair(0.0, True)
    sides = _same_sides(lexicon, ea, eb)
    if sides is None:
        return _Pair(0.0, True)
    time = 0.0
    if ea.period and eb.period and ea.period.known and eb.period.known:
        if ea.period.last < eb.period.first or eb.period.last < ea.period.first:  # type: ignore[operator]
            return _Pair(0.0, True)
        time = 0.5
    elif ea.recency != eb.recency:
        return _Pair(0.0, True)
    count = -1.0 if (ea.count or 2) != (eb.count or 2) and ea.count and eb.count else 0.0
    return _Pair(score + place + figures + sides + time + count, False)


#: Agreement needed to join, less for what refers back or stands in the headline.
JOIN = 2.2
JOIN_REFERRING = 1.4
JOIN_ONLY = 0.8
#: What a bare definite noun can refer to has been told, not just mentioned.
_TOLD = 2.0
_REFERS_OVER = 4


def _only_antecedent(kept: Sequence[Candidate], candidate: Candidate) -> int | None:
    """The one happening that a bare definite noun ('the operation') can mean, if it is one."""
    lead = candidate.cluster.lead
    if not candidate.definite or lead is None or lead.last - lead.first > 1 or lead.form.number != "s":
        return None
    kind = family(candidate.event.type)
    fitting = [
        n
        for n, c in enumerate(kept)
        if family(c.event.type) == kind and not c.definite and c.cluster.lead is not None and c.score >= _TOLD
    ]
    return fitting[0] if len(fitting) == 1 else None


def join_retellings(lexicon: Lexicon, text: str, found: list[Candidate]) -> list[Candidate]:
    """Candidates with the retellings of one happening put into one."""
    kept: list[Candidate] = []
    for candidate in found:
        best: tuple[float, int] | None = None
        only = _only_antecedent(kept, candidate)
        for index in range(len(kept) - 1, -1, -1):
            pair = _compare(lexicon, text, kept[index], candidate, accounts=index == only)
            if pair.clash:
                continue
            near = candidate.sentence - kept[index].sentence <= _REFERS_OVER
            referring = (candidate.definite and near) or kept[index].headline
            needed = JOIN_ONLY if index == only else JOIN_REFERRING if referring else JOIN
            if pair.agree >= needed and (best is None or pair.agree > best[0]):
                best = (pair.agree, index)
        if best is None:
            kept.append(candidate)
        else:
            kept[best[1]] = _merge(lexicon, kept[best[1]], candidate)
    return kept


def _better_told(a: Attribution, b: Attribution) -> Attribution:
    """A named speaker before none, an original source before a relaying outlet."""
    if a.speaker and (a.speaker_class != "media" or not b.speaker or b.speaker_class == "media"):
        return a
    return b if b.speaker else a


def _fuller(a: Candidate, b: Candidate) -> tuple[Candidate, Candidate]:
    """The telling that says more first; the headline yields to the body."""

    def worth(c: Candidate) -> tuple[float, int]:
        weak = (
            (1.6 if c.headline else 0.0)
            + (0.5 if c.definite else 0.0)
            + (1.0 if c.cluster.lead is None else 0.0)
        )
        return c.score - weak, -c.sentence

    return (a, b) if worth(a) >= worth(b) else (b, a)


def _merge(lexicon: Lexicon, a: Candidate, b: Candidate) -> Candidate:
    main, other = _fuller(a, b)
    em, eo = main.event, other.event
    figures: dict[tuple[str, int | None, int | None], Figure] = {
        (f.measure, f.low, f.high): f for f in em.figures
    }
    for figure in eo.figures:
        known = [f for f in figures.values() if f.measure == figure.measure]
        if (other.headline and known) or (
            figure.high is None and any(f.high is not None or f.low != figure.low for f in known)
        ):
            continue
        figures.setdefault((figure.measure, figure.low, figure.high), figure)
    exact = {f.measure: f for f in figures.values() if f.high is not None}
    figures = {k: f for k, f in figures.items() if f.high is not None or f.measure not in exact
               or f.group not in (exact[f.measure].group, "unknown")}  # fmt: skip
    if {"killed", "wounded"} <= {f.measure for f in figures.values()}:
        figures = {k: f for k, f in figures.items() if f.measure != "casualties"}
    weapons: dict[str, Weapon] = {w.code: w for w in (*em.weapons, *eo.weapons)}
    naming, location = main.naming, em.location
    if other.naming is not None and (naming is None or other.naming.rank > naming.rank + 0.5):
        naming, location = other.naming, eo.location
    generic = {"attack", "armed_clash"}
    bare = main.cluster.lead is None and other.cluster.lead is not None
    exploded = em.type in generic and eo.type not in generic and family(eo.type) == "explosion"
    kind = eo.type if bare or exploded else em.type
    period, period_span = (
        (em.period, em.period_span) if em.period else (eo.period, eo.period_span or em.period_span)
    )
    attribution = _better_told(em.attribution, eo.attribution)
    event = replace(
        em, type=kind, figures=tuple(figures.values()), weapons=tuple(weapons.values()), location=location,
        period=period, period_span=period_span, attribution=attribution,
        initiators=em.initiators or eo.initiators, targets=em.targets or eo.targets,
        recency="news" if "news" in (em.recency, eo.recency) else "background",
        mentions=tuple(sorted({*em.mentions, *eo.mentions, eo.trigger})),
    )  # fmt: skip
    return replace(main, event=event, naming=naming, score=max(a.score, b.score) + 0.4,
                   definite=a.definite and b.definite, headline=a.headline and b.headline,
                   tellings=(*main.tellings, *other.tellings),
                   sentence=max(a.sentence, b.sentence) if not main.headline else main.sentence)  # fmt: skip
