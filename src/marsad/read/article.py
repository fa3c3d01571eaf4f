"""An article as its events are weighed against it: who is named, who acts, who suffers, who says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from marsad.model import EventType
from marsad.read.actors import Mention, side_of
from marsad.read.events import Candidate, Findings
from marsad.read.layers import Layers
from marsad.read.leaning import GENERAL, Leaning, harmed, leanings
from marsad.read.standing import adjoined, scene_of

#: Parties that are no armed side.
CIVIL = frozenset(
    {"CIVILIANS", "JOURNALISTS", "POLITICIANS", "AID_WORKERS", "PRISONERS", "PROTESTERS", "GUNMEN"}
)
#: Who stands for the state that people protest against, by the country that the document is about.
ADDRESSED = {"IRQ": "IRQ_GOV", "SYR": "SYR_GOV", "TUR": "TUR", "IRN": "IRN", "ISR": "ISR"}
_CLAIM_REACH = 25


@dataclass(frozen=True, slots=True)
class Known:
    """What the whole article says of one party, seen once for all events.

    `prominence` is what that makes of it towards any event; `sentences` name it; `does` and `suffers` are
    the events that tell it as the doer and as the one acted on.
    """

    side: str
    prominence: tuple[str, ...]
    group: str
    sentences: tuple[int, ...]
    flies: bool
    does: frozenset[int]
    suffers: frozenset[int]


@dataclass(frozen=True, slots=True)
class Ranked:
    """The parties that one event's sentences name, those first that lean most to the part."""

    codes: tuple[str, ...]
    sums: tuple[float, ...]

    def best(self, but: str) -> float | None:
        """The most that any party but the one leans to it."""
        return next((s for c, s in zip(self.codes, self.sums, strict=True) if c != but), None)

    def likeliest(self, but: str) -> str:
        """The party that leans to it most but for the one, empty where none does."""
        return next((c for c, s in zip(self.codes, self.sums, strict=True) if c != but and s > 0), "")


@dataclass(frozen=True, slots=True)
class Article:
    """What the events of one article are weighed against."""

    layers: Layers
    found: Findings
    told: tuple[Candidate, ...]
    mentions: Mapping[str, tuple[Mention, ...]]
    known: Mapping[str, Known]
    leaning: tuple[Mapping[str, Leaning], ...]
    doers: tuple[Ranked, ...]
    victims: tuple[Ranked, ...]
    did: tuple[frozenset[str], ...]
    suffered: tuple[frozenset[str], ...]
    harmed: tuple[frozenset[str], ...]
    says: tuple[frozenset[str], ...]
    last: tuple[str, ...]
    claims: tuple[str, ...]
    allies: frozenset[tuple[str, str]]
    places: tuple[str, ...]
    #: For each event, the others of its type.
    alike: tuple[frozenset[int], ...]

    def side(self, code: str) -> str:
        """The side of a party."""
        known = self.known.get(code)
        return known.side if known is not None else side_of(self.layers.lexicon, code)

    def parties(self, n: int) -> list[str]:
        """The codes that may have a part in event `n`."""
        kind = self.told[n].event.type
        codes = [c for c in self.leaning[n] if not c.startswith(GENERAL)]
        codes += [*self.mentions, *sorted(self.says[n]), "CIVILIANS"]
        if kind in ("protest", "riot"):
            codes += ["PROTESTERS", ADDRESSED.get(self.found.state, "CIVILIANS")]
        return list(dict.fromkeys(codes))


def article_of(layers: Layers, found: Findings, kept: Sequence[Candidate]) -> Article:
    """The view of the article that `kept`, in text order, are weighed in."""
    speaker = found.speaking
    mentions: dict[str, list[Mention]] = {}
    for m in found.mentions:
        if m.code != "UNKNOWN" and m.kind != "nationality" and m.first not in speaker:
            mentions.setdefault(m.code, []).append(m)
    named = {code: tuple(told) for code, told in mentions.items()}
    armed = sorted((c for c in named if c not in CIVIL), key=lambda c: (-len(named[c]), named[c][0].first))
    leaning = tuple(_leaning(layers, found, c, speaker) for c in kept)
    doers, victims = (tuple(_ranked(lean, part) for lean in leaning) for part in ("did", "suffered"))
    did, suffered = (
        tuple(frozenset(c for c, s in zip(r.codes, r.sums, strict=True) if s > 0) for r in ranked)
        for ranked in (doers, victims)
    )
    says = tuple(_says(found, c) for c in kept)
    codes = {"CIVILIANS", "PROTESTERS", ADDRESSED.get(found.state, "CIVILIANS"), *named}.union(
        *leaning, *says
    )
    last_named = sorted((m.first, c) for c in armed for m in named[c])
    return Article(
        layers=layers, found=found, told=tuple(kept), mentions=named,
        known={c: _known(layers, c, named.get(c, ()), armed, did, suffered) for c in codes},
        leaning=leaning, doers=doers, victims=victims, did=did, suffered=suffered,
        harmed=tuple(frozenset[str]().union(*(harmed(layers, t) for t in c.tellings)) for c in kept),
        says=says,
        last=tuple(next((code for first, code in last_named[::-1] if first < c.cluster.core[0]), "") for c in kept),
        claims=tuple(_claimant(layers, found, c) for c in kept), allies=_allies(layers, found.mentions),
        places=tuple(_place(c) for c in kept), alike=_alike([c.event.type for c in kept]),
    )  # fmt: skip


def _known(
    layers: Layers, code: str, mentions: Sequence[Mention], armed: Sequence[str],
    did: Sequence[frozenset[str]], suffered: Sequence[frozenset[str]],
) -> Known:  # fmt: skip
    return Known(
        side_of(layers.lexicon, code),
        tuple(_prominence(layers, code, mentions, armed)),
        mentions[0].group if mentions else "unknown",
        tuple(dict.fromkeys(layers.text.sentence_at(m.first) for m in mentions)),
        any(m.role == "air" or (m.kind == "force" and "طا" in layers.key(m.first)) for m in mentions),
        frozenset(k for k, codes in enumerate(did) if code in codes),
        frozenset(k for k, codes in enumerate(suffered) if code in codes),
    )


def _prominence(
    layers: Layers, code: str, mentions: Sequence[Mention], armed: Sequence[str]
) -> Iterator[str]:
    """How prominent the party is in the article, whichever event is asked of."""
    rank = armed.index(code) if code in armed else -1
    yield f"rank:{min(rank, 4)}"
    if len(armed) == 1:
        yield "sole" if rank == 0 else "sole:other"
    if len(mentions) >= 3:
        yield "often"
    sentences = layers.text.sentences
    if mentions and mentions[0].first < sentences[min(1, len(sentences) - 1)].last:
        yield "early"


def _ranked(leaning: Mapping[str, Leaning], part: str) -> Ranked:
    sums = {c: getattr(a, part) for c, a in leaning.items() if not c.startswith(GENERAL)}
    codes = sorted(sums, key=lambda c: -sums[c])
    return Ranked(tuple(codes), tuple([sums[c] for c in codes]))


def _alike(types: Sequence[EventType]) -> tuple[frozenset[int], ...]:
    of_type: dict[EventType, set[int]] = {}
    for n, kind in enumerate(types):
        of_type.setdefault(kind, set()).add(n)
    return tuple(frozenset(of_type[kind] - {n}) for n, kind in enumerate(types))


def _place(candidate: Candidate) -> str:
    naming = candidate.naming
    return naming.place.id if naming is not None and naming.place is not None else ""


def _allies(layers: Layers, mentions: Sequence[Mention]) -> frozenset[tuple[str, str]]:
    """Sides that the article names in one breath anywhere: 'the Turkish forces and the factions loyal to them'."""
    armed = [m for m in mentions if m.code not in CIVIL and m.code != "UNKNOWN" and m.kind != "nationality"]
    out: set[tuple[str, str]] = set()
    for a, b in pairwise(armed):
        if a.code != b.code and adjoined(layers, a, b):
            out |= {(a.code, b.code), (b.code, a.code)}
    return frozenset(out)


def _leaning(
    layers: Layers, found: Findings, candidate: Candidate, speaker: frozenset[int]
) -> Mapping[str, Leaning]:
    """What the telling that says most of a party says of it, over all tellings of an event."""
    out: dict[str, Leaning] = {}
    for cluster in candidate.tellings:
        scene = scene_of(layers, cluster.sentence, found.mentions, speaker)
        for code, new in leanings(layers, cluster, scene).items():
            old = out.get(code)
            out[code] = new if old is None else Leaning(
                max(old.did, new.did), max(old.suffered, new.suffered), old.span or new.span, old.beside or new.beside
            )  # fmt: skip
    return out


def _says(found: Findings, candidate: Candidate) -> frozenset[str]:
    """Who says so, where it is a side: a force announces its own deeds."""
    span = candidate.event.attribution.span
    if span is None:
        return frozenset()
    return frozenset(m.code for m in found.mentions if m.code != "UNKNOWN" and m.kind != "nationality"
                     and span.overlaps(m.span))  # fmt: skip


def _claimant(layers: Layers, found: Findings, candidate: Candidate) -> str:
    """Who claims the deed: 'X claimed responsibility for', 'adopted by X'."""
    sentence, core = candidate.cluster.sentence, candidate.cluster.core
    for cue in layers.within("attribution", sentence.first, sentence.last):
        if cue.gives["role"] != "claimed" or abs(core[0] - cue.first) > _CLAIM_REACH:
            continue
        for m in found.mentions:
            if m.group == "fighters" and m.kind in ("name", "short", "people") and (
                cue.first <= m.first <= cue.last + 2 or 0 <= cue.first - m.last <= 1
            ):  # fmt: skip
                return m.code
    return ""
