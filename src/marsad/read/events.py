"""Events of one document, sentence by sentence: every slot filled from its own territory.

What a sentence leaves out is added later, from its retellings (`retell.py`) and from the article
around it (`context.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from marsad.lexicon import Match
from marsad.model import OUTLET, Attribution, Event, EventType, Party
from marsad.read.actors import Mention
from marsad.read.attribution import Speech, speaker_at
from marsad.read.counts import Count
from marsad.read.figures import figures_of
from marsad.read.kinds import kind_of
from marsad.read.layers import Layers
from marsad.read.locations import located
from marsad.read.naming import Naming
from marsad.read.recency import recency_of
from marsad.read.roles import find_roles
from marsad.read.triggers import Cluster, clusters
from marsad.read.vocabulary import Vocabulary
from marsad.read.weapons import named_weapons
from marsad.read.when import own_day
from marsad.read.whereabouts import Ground, Told, choose_place
from marsad.text import Sentence


@dataclass(frozen=True, slots=True)
class Candidate:
    """An event as one sentence tells it, before retellings are joined.

    `definite` says that its noun refers back ('the attack'); `naming` is the place chosen; `tellings` the words of
    every telling joined into it, its own first; `score` how much it looks like a happening rather
    than a word in passing, `observed` what that was weighed on (`told.py`).
    """

    event: Event
    cluster: Cluster
    definite: bool
    naming: Naming | None
    headline: bool
    sentence: int
    tellings: tuple[Cluster, ...]
    score: float = 0.0
    observed: tuple[str, ...] = ()

    @property
    def placed(self) -> bool:
        """Whether its place is named in its own territory."""
        return self.naming is not None and self.cluster.holds(self.naming.first)


@dataclass(frozen=True, slots=True)
class Findings:
    """What the layers below found in the whole document.

    `speaking` are the tokens of speakers' names, `words` what each token goes by.
    """

    mentions: tuple[Mention, ...] = ()
    counts: tuple[Count, ...] = ()
    places: tuple[Naming, ...] = ()
    speeches: tuple[Speech, ...] = ()
    state: str = ""
    speaking: frozenset[int] = frozenset()
    words: Vocabulary = field(default_factory=Vocabulary)


def candidates(layers: Layers, found: Findings) -> list[Candidate]:
    """Every happening that some sentence tells, in text order."""
    speaker = found.speaking
    ground = Ground.of(layers, found.places, speaker)
    inside = named_tokens(found)
    out: list[Candidate] = []
    for n, sentence in enumerate(layers.text.sentences):
        if furniture(layers, sentence) is not None:
            continue
        counts = [c for c in found.counts if sentence.first <= c.act < sentence.last and c.act not in speaker]
        for cluster in clusters(layers, sentence, counts, speaker | inside):
            candidate = _candidate(layers, found, ground, cluster, n)
            if candidate is not None:
                out.append(candidate)
    return out


def furniture(layers: Layers, sentence: Sentence) -> Match | None:
    """The word that makes the sentence one of the page, not of the news: 'read also', 'photo:'."""
    opening = layers.within("status", sentence.first, min(sentence.first + 3, sentence.last))
    return next((m for m in opening if m.gives["role"] == "furniture"), None)


def named_tokens(found: Findings) -> frozenset[int]:
    """Tokens of the names of sides: no word in them is an act."""
    named = (m for m in found.mentions if m.kind in ("name", "force", "short"))
    return frozenset(t for m in named for t in range(m.first, m.last))


def speaker_tokens(layers: Layers, speeches: Sequence[Speech]) -> frozenset[int]:
    """Tokens of speakers' names: nothing in them is an event or a place of one."""
    spans = [s.attribution.span for s in speeches if s.attribution.span and s.first < s.last]
    tokens = layers.text.tokens
    out: set[int] = set()
    for span in spans:
        first, last = layers.text.token_at(span.start), layers.text.token_at(span.end - 1)
        out.update(
            k for k in range(first, last + 1) if tokens[k].end > span.start and tokens[k].start < span.end
        )
    return frozenset(out)


def _count(layers: Layers, cluster: Cluster) -> int | None:
    lead = cluster.lead
    if lead is None or lead.form.pos != "n":
        return 1
    amount = next((a for a in layers.amounts if a.last == lead.first and a.first in layers.amount_at
                   and a.unit == "count"), None)  # fmt: skip
    if amount is not None:
        return amount.low if amount.low == amount.high else None
    if lead.form.number == "d" and layers.key(lead.first).endswith(("ان", "ين", "تي")):
        return 2
    if (
        lead.form.number == "p"
        and not lead.article
        and lead.gives["type"] not in ("protest", "agreement", "armed_clash")
    ):
        return None
    if lead.form.number == "p" and lead.gives["type"] in ("air_strike",):
        return None
    return 1


#: Types that a force announces as its own deed.
_OWN_DEEDS = frozenset({"security_operation", "arrest", "weapons_seizure", "deployment", "territory_change"})


def _announcer(
    found: Findings, kind: EventType, attribution: Attribution, lead: Match | None
) -> tuple[Party, ...]:
    """The force that announces its own operation, or 'its strike'."""
    own = lead is not None and lead.form.pos == "n" and bool(lead.form.suffix)
    if (kind not in _OWN_DEEDS and not own) or attribution.span is None:
        return ()
    for mention in found.mentions:
        if (
            attribution.span.overlaps(mention.span)
            and mention.kind in ("name", "force")
            and mention.code != "UNKNOWN"
        ):
            return (Party(mention.code, mention.span),)
    return ()


def _candidate(
    layers: Layers, found: Findings, ground: Ground, cluster: Cluster, sentence: int
) -> Candidate | None:
    lead, speaker = cluster.lead, found.speaking
    if lead is None and not cluster.counts:
        return None
    initiators, targets = find_roles(layers, cluster, found.mentions, speaker)
    weapons = named_weapons(layers, cluster)
    kind = kind_of(layers, cluster, weapons, initiators, found.state)
    day = own_day(layers, found.speeches, cluster, layers.lexicon.weights["when"])
    period = day.period if day is not None else None
    naming = choose_place(ground, Told((cluster,)), around=False)
    headline = cluster.sentence.headline
    anchor = lead.first if lead is not None else cluster.counts[0].act
    attribution = OUTLET if headline else speaker_at(found.speeches, anchor)
    if not initiators:
        initiators = _announcer(found, kind, attribution, lead)
    first, last = cluster.first, cluster.last
    while first < last - 1 and (layers.is_break(first) or first in speaker):
        first += 1
    while last > first + 1 and layers.is_break(last - 1):
        last -= 1
    low, high = cluster.core
    first, last = min(first, low), max(last, high)
    trigger = lead.span if lead is not None else layers.span(cluster.counts[0].act, cluster.counts[0].act + 1)
    event = Event(
        type=kind, trigger=trigger, evidence=layers.span(first, last).cover(trigger),
        status="asserted", recency="news",
        count=_count(layers, cluster), period=period, period_span=day.time.span if day else None,
        location=located(layers, naming) if naming else None, initiators=initiators, targets=targets,
        figures=figures_of(cluster.counts, found.speeches, attribution), weapons=weapons, attribution=attribution,
    )  # fmt: skip
    if recency_of(layers, cluster, event, layers.lexicon.weights["recency"]) == "background":
        event = replace(event, recency="background")
    definite = lead is not None and lead.form.pos == "n" and lead.article
    return Candidate(event, cluster, definite, naming, headline, sentence, (cluster,))
