"""One event per happening: headline, lead and elaboration of one article are joined.

Candidates are joined one by one, in text order, to the happening that they most agree with:
the fitted evidence of each pair (`same.py`), the best and the mean over what is joined there
already, so that one likeness alone glues no two happenings together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from marsad.lexicon import Lexicon
from marsad.model import Attribution, Figure, Period, Weapon
from marsad.read.events import Candidate
from marsad.read.layers import Layers
from marsad.read.same import Telling, observations, tellings
from marsad.read.triggers import can_result, family
from marsad.read.weigh import weigh

#: Held-out F1 of the events is level from -0.2 to 0.1 (`bench/fit.py events` prints it); more joined loses more.
JOIN = 0.1
#: A candidate is compared with the nearest ones before it and those of headline and lead: a long
#: round-up costs what a few short ones do.
_NEAREST, _OPENING = 8, 2
#: Less than any evidence for.
APART = -99.0


@dataclass(frozen=True, slots=True)
class Happening:
    """What the tellings of one happening say together; `members` number the candidates joined."""

    told: Candidate
    members: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Joined:
    """The happenings of a text, in text order, and how alike the pairs of candidates are that were compared."""

    happenings: tuple[Happening, ...] = ()
    alike: Mapping[tuple[int, int], float] = field(default_factory=dict)

    def likeness(self, n: int, m: int) -> float | None:
        """How much two happenings agree, if any of their tellings were compared."""
        members, others = self.happenings[n].members, self.happenings[m].members
        pairs = ((min(i, j), max(i, j)) for i in members for j in others)
        known = [self.alike[pair] for pair in pairs if pair in self.alike]
        return agreement(known) if known else None


def join_retellings(layers: Layers, found: Sequence[Candidate]) -> Joined:
    """The happenings that the candidates tell, each told once."""
    compared = tellings(layers, found)
    groups: list[list[int]] = []
    alike: dict[tuple[int, int], float] = {}
    for j in range(len(found)):
        for i in range(j):
            if beside(found, i, j):
                alike[i, j] = likeness(layers.lexicon, compared[i], compared[j])
        best: tuple[float, int] | None = None
        for n, group in enumerate(groups):
            agree = [alike[i, j] for i in group if (i, j) in alike]
            if agree:
                score = agreement(agree)
                if score > JOIN and (best is None or score > best[0]):
                    best = score, n
        if best is None:
            groups.append([j])
        else:
            groups[best[1]].append(j)
    happenings = (Happening(_merged([found[n] for n in group]), tuple(group)) for group in groups)
    return Joined(tuple(happenings), alike)


def beside(found: Sequence[Candidate], i: int, j: int) -> bool:
    """Whether candidate `j` is compared with the earlier candidate `i`."""
    return j - i <= _NEAREST or found[i].sentence < _OPENING


def agreement(likenesses: Sequence[float]) -> float:
    """How much a candidate agrees with a happening, given its likeness to those joined there."""
    return (max(likenesses) + sum(likenesses) / len(likenesses)) / 2


def likeness(lexicon: Lexicon, one: Telling, other: Telling) -> float:
    """The evidence that two candidates tell one happening; another kind of act with another toll is another."""
    observed = observations(lexicon, one, other)
    if "figures:differ" in observed and "type:same" not in observed:
        return APART
    return weigh(lexicon.weights["same"], observed)


def _merged(tellings: Sequence[Candidate]) -> Candidate:
    """The telling that says most, with what only the others say."""
    if len(tellings) == 1:
        return tellings[0]
    main = max(tellings, key=_says)
    out = main
    for telling in tellings:
        if telling is not main:
            out = _merge(out, telling)
    return out


def _better_told(a: Attribution, b: Attribution) -> Attribution:
    """A named speaker before none, an original source before a relaying outlet."""
    if a.speaker and (a.speaker_class != "media" or not b.speaker or b.speaker_class == "media"):
        return a
    return b if b.speaker else a


#: From here on it no longer matters how late or how long a telling is.
_LATE, _LONG = 10, 40


def _says(telling: Candidate) -> float:
    """How much a telling says itself, and how early; the headline yields to the body."""
    event, cluster = telling.event, telling.cluster
    what = 0.5 * len(event.figures) + 0.8 * (event.period is not None) + telling.placed
    who = 0.6 * (len(event.initiators) + len(event.targets) + (event.attribution.speaker is not None))
    full = 0.5 * min(cluster.last - cluster.first, _LONG) / 10 - 0.4 * min(telling.sentence, _LATE)
    less = 1.6 * telling.headline + 0.5 * telling.definite + 1.0 * (cluster.lead is None)
    return what + who + full + 0.5 * telling.score - less


#: What a bare plural, 'some' or 'a number of' stands for at least.
_VAGUE = 2


def _bound_of(figure: Figure, known: Sequence[Figure]) -> bool:
    """Whether it tells the bound of a number that one of those leaves out: 'at least 15' beside 15."""
    if figure.high is not None or (figure.low or 0) <= _VAGUE:
        return False
    return any(f.measure == figure.measure and f.low == f.high == figure.low for f in known)


def _sharper(period: Period | None, than: Period) -> bool:
    """Whether the period is a part of the other: 'on Sunday and Monday' of 'this week'."""
    if period is None or period == than or not (period.known and than.known):
        return False
    return than.first <= period.first and period.last <= than.last  # type: ignore[operator]


def _merge(main: Candidate, other: Candidate) -> Candidate:
    em, eo = main.event, other.event
    generic = {"attack", "armed_clash"}
    bare = main.cluster.lead is None and other.cluster.lead is not None
    exploded = em.type in generic and eo.type not in generic and family(eo.type) == "explosion"
    kind = eo.type if bare or exploded else em.type
    figures: dict[tuple[str, int | None, int | None], Figure] = {
        (f.measure, f.low, f.high): f for f in em.figures
    }
    for figure in eo.figures:
        known = [f for f in figures.values() if f.measure == figure.measure]
        bound = _bound_of(figure, known)
        if not bound and (
            (other.headline and known)
            or (figure.high is None and any(f.high is not None or f.low != figure.low for f in known))
        ):
            continue
        figures.setdefault((figure.measure, figure.low, figure.high), figure)
    for figure in list(figures.values()):
        if any(_bound_of(f, [figure]) for f in figures.values()):
            del figures[figure.measure, figure.low, figure.high]
    exact = {f.measure: f for f in figures.values() if f.high is not None}
    figures = {k: f for k, f in figures.items() if f.high is not None or f.measure not in exact
               or f.group not in (exact[f.measure].group, "unknown")}  # fmt: skip
    if {"killed", "wounded"} <= {f.measure for f in figures.values()}:
        figures = {k: f for k, f in figures.items() if f.measure != "casualties"}
    figures = {k: f for k, f in figures.items() if can_result(kind, f.measure)}
    weapons: dict[str, Weapon] = {w.code: w for w in (*em.weapons, *eo.weapons)}
    naming, location = main.naming, em.location
    if other.naming is not None and (naming is None or other.naming.rank > naming.rank + 0.5):
        naming, location = other.naming, eo.location
    dated = eo if em.period is None or _sharper(eo.period, em.period) else em
    period, period_span = dated.period, dated.period_span or em.period_span
    attribution = _better_told(em.attribution, eo.attribution)
    event = replace(
        em, type=kind, figures=tuple(figures.values()), weapons=tuple(weapons.values()), location=location,
        period=period, period_span=period_span, attribution=attribution,
        initiators=em.initiators or eo.initiators, targets=em.targets or eo.targets,
        recency="news" if "news" in (em.recency, eo.recency) else "background",
        mentions=tuple(sorted({*em.mentions, *eo.mentions, eo.trigger})),
    )  # fmt: skip
    return replace(main, event=event, naming=naming, score=max(main.score, other.score),
                   definite=main.definite and other.definite,
                   headline=main.headline and other.headline,
                   tellings=(*main.tellings, *other.tellings),
                   sentence=main.sentence if main.headline else max(main.sentence, other.sentence))  # fmt: skip
