"""Who did it to whom, as the whole article tells it: what a sentence leaves out, the rest says.

Each party of the article is weighed for each of its events: how the event's own sentence leans,
who acts and who suffers in the other events, who was named last, who says so, whom the doer
fights. Weights lie in `data/weights/initiators.yaml` and `targets.yaml` (`bench/fit.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from marsad.model import Party
from marsad.read.actors import Mention, side_of
from marsad.read.events import Candidate, Findings
from marsad.read.layers import Layers
from marsad.read.leaning import DID, GENERAL, Leaning, harmed, leanings
from marsad.read.roles import Roles
from marsad.read.standing import adjoined, scene_of
from marsad.read.weigh import weigh

#: Above these the party weighed highest is taken, and any further one.
INITIATOR, MORE_INITIATORS = -1.1, -0.1
TARGET, MORE_TARGETS = -1.1, -0.4

_ADDRESSED = {"IRQ": "IRQ_GOV", "SYR": "SYR_GOV", "TUR": "TUR", "IRN": "IRN", "ISR": "ISR"}
_NO_TARGETS = frozenset({"deployment", "displacement"})
#: Types that a force announces as its own deed.
_OWN_DEEDS = frozenset({"security_operation", "arrest", "weapons_seizure"})
_CIVIL = frozenset(
    {"CIVILIANS", "JOURNALISTS", "POLITICIANS", "AID_WORKERS", "PRISONERS", "PROTESTERS", "GUNMEN"}
)
_HOMES = frozenset({"village", "town", "city", "neighbourhood", "camp", "building", "square", "road", "area",
                    "countryside"})  # fmt: skip
_CLAIM_REACH = 25


@dataclass(frozen=True, slots=True)
class Article:
    """What the events of one article are weighed against."""

    layers: Layers
    found: Findings
    told: tuple[Candidate, ...]
    mentions: Mapping[str, tuple[Mention, ...]]
    ranks: Mapping[str, int]
    leaning: tuple[Mapping[str, Leaning], ...]
    did: tuple[frozenset[str], ...]
    suffered: tuple[frozenset[str], ...]
    harmed: tuple[frozenset[str], ...]
    says: tuple[frozenset[str], ...]
    last: tuple[str, ...]
    claims: tuple[str, ...]
    allies: frozenset[tuple[str, str]]


def article_of(layers: Layers, found: Findings, kept: Sequence[Candidate]) -> Article:
    """The view of the article that `kept`, in text order, are weighed in."""
    speaker = found.speaking
    mentions: dict[str, tuple[Mention, ...]] = {}
    for m in found.mentions:
        if m.code != "UNKNOWN" and m.kind != "nationality" and m.first not in speaker:
            mentions[m.code] = (*mentions.get(m.code, ()), m)
    armed = sorted(
        (c for c in mentions if c not in _CIVIL), key=lambda c: (-len(mentions[c]), mentions[c][0].first)
    )

    leaning = tuple(_leaning(layers, found, c, speaker) for c in kept)
    did, suffered = (
        tuple(
            frozenset(c for c, a in lean.items() if getattr(a, part) > 0 and not c.startswith(GENERAL))
            for lean in leaning
        )
        for part in ("did", "suffered")
    )
    named = sorted((m.first, c) for c in armed for m in mentions[c])
    return Article(
        layers=layers, found=found, told=tuple(kept), mentions=mentions, ranks={c: n for n, c in enumerate(armed)},
        leaning=leaning, did=did, suffered=suffered,
        harmed=tuple(frozenset[str]().union(*(harmed(layers, t) for t in c.tellings)) for c in kept),
        says=tuple(_says(found, c) for c in kept),
        last=tuple(next((code for first, code in reversed(named) if first < c.cluster.core[0]), "") for c in kept),
        claims=tuple(_claimant(layers, found, c) for c in kept), allies=_allies(layers, found.mentions),
    )  # fmt: skip


def _allies(layers: Layers, mentions: Sequence[Mention]) -> frozenset[tuple[str, str]]:
    """Sides that the article names in one breath anywhere: 'the Turkish forces and the factions loyal to them'."""
    armed = [m for m in mentions if m.code not in _CIVIL and m.code != "UNKNOWN" and m.kind != "nationality"]
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
            old = out.get(code, new)
            out[code] = Leaning(max(old.did, new.did), max(old.suffered, new.suffered), old.span or new.span,
                                old.beside or new.beside)  # fmt: skip
    return out


def parties_of(article: Article, n: int) -> list[str]:
    """The codes that may have a part in event `n`."""
    kind = article.told[n].event.type
    codes = [c for c in article.leaning[n] if not c.startswith(GENERAL)]
    codes += [*article.mentions, *sorted(article.says[n]), "CIVILIANS"]
    if kind in ("protest", "riot"):
        codes += ["PROTESTERS", _ADDRESSED.get(article.found.state, "CIVILIANS")]
    return list(dict.fromkeys(codes))


def _says(found: Findings, candidate: Candidate) -> frozenset[str]:
    """Who says so, where it is a side: a force announces its own deeds."""
    span = candidate.event.attribution.span
    if span is None:
        return frozenset()
    return frozenset(m.code for m in found.mentions if m.code != "UNKNOWN" and m.kind != "nationality"
                     and span.overlaps(m.span))  # fmt: skip


def _size(sum_: float | None) -> str:
    if sum_ is None:
        return "none"
    return "ABCDEF"[sum(sum_ <= limit for limit in (1.5, 0.5, -0.5, -1.5, -3.0))]


def _best(leaning: Mapping[str, Leaning], part: str, but: str) -> float | None:
    sums = [getattr(a, part) for c, a in leaning.items() if c != but and not c.startswith(GENERAL)]
    return max(sums, default=None)


def observations(article: Article, n: int, code: str) -> Iterator[str]:
    """What holds of party `code` towards event `n`, whichever role is asked for."""
    candidate = article.told[n]
    kind, lead = candidate.event.type, candidate.cluster.lead
    side = side_of(article.layers.lexicon, code)
    yield "always"
    yield f"side:{side}"
    yield f"side:{side}:{kind}"
    own = article.leaning[n].get(code)
    did, suffered = (_size(own.did), _size(own.suffered)) if own is not None else ("none", "none")
    yield f"did:{did}"
    yield f"suffered:{suffered}"
    yield f"both:{did}{suffered}"
    rival, victim = _best(article.leaning[n], "did", code), _best(article.leaning[n], "suffered", code)
    yield f"rival:{_size(rival)}"
    yield f"rival:{_size(rival)}:{did}"
    yield f"victim:{_size(victim)}"
    yield f"victim:{_size(victim)}:{suffered}"
    head = article.leaning[n].get(own.beside) if own is not None and own.beside != code else None
    if head is not None:
        yield f"beside:did:{_size(head.did)}"
        yield f"beside:suffered:{_size(head.suffered)}"
    best = _likeliest(article.leaning[n], code)
    if best and code not in _CIVIL:
        yield f"with:{best}:{code}"
        if (best, code) in article.allies:
            yield "ally"
    yield from _of_standing(article, n, code)
    yield from _of_ground(article, n, code)
    yield from _of_general(article, n, code)
    yield from _of_others(article, n, code)
    hit = {side_of(article.layers.lexicon, c) for c in article.suffered[n] if c != code}
    doers = {side_of(article.layers.lexicon, c) for c in article.did[n] if c != code}
    if side in hit:
        yield "side-suffered"
    if side in doers:
        yield "side-did"
    if lead is None:
        yield "toll"
    else:
        yield f"lead:{lead.form.pos}{'+' if lead.form.suffix else ''}"
    if candidate.headline:
        yield "headline"
    if code == "CIVILIANS":
        yield from _of_civilians(article, n)
    if code == "GUNMEN":
        known = any(m[0].group == "fighters" for c, m in article.mentions.items() if c != "GUNMEN")
        yield "gunmen:known" if known else "gunmen"
        yield f"gunmen:{'known' if known else 'alone'}:did:{did}"


def _likeliest(leaning: Mapping[str, Leaning], but: str) -> str:
    """The likeliest doer among the others, empty where none is likely."""
    sums = {c: a.did for c, a in leaning.items() if c != but and not c.startswith(GENERAL) and a.did > 0}
    return max(sums, key=sums.__getitem__, default="")


def _of_ground(article: Article, n: int, code: str) -> Iterator[str]:
    """What the party does and suffers in the article's other events at the same place."""
    here = _place(article.told[n])
    if not here:
        return
    there = [k for k, told in enumerate(article.told) if k != n and _place(told) == here]
    if any(code in article.did[k] for k in there):
        yield "here:does"
    if any(code in article.suffered[k] for k in there):
        yield "here:suffers"


def _place(candidate: Candidate) -> str:
    naming = candidate.naming
    return naming.place.id if naming is not None and naming.place is not None else ""


def _of_standing(article: Article, n: int, code: str) -> Iterator[str]:
    """How prominent the party is in the article, and where it was named last."""
    candidate = article.told[n]
    mentions = article.mentions.get(code, ())
    rank = article.ranks.get(code, -1)
    yield f"rank:{min(rank, 4)}"
    if len(article.ranks) == 1:
        yield "sole" if rank == 0 else "sole:other"
    if len(mentions) >= 3:
        yield "often"
    sentences = article.layers.text.sentences
    if mentions and mentions[0].first < sentences[min(1, len(sentences) - 1)].last:
        yield "early"
    if code == article.last[n]:
        yield "last"
        lead = candidate.cluster.lead
        rival = _best(article.leaning[n], "did", "")
        if rival is None or rival < -0.5:
            yield f"last:nobody:{lead.form.pos + ('+' if lead.form.suffix else '') if lead else 'toll'}"
    at = article.layers.text.sentence_at
    gaps = [abs(at(m.first) - candidate.sentence) for m in mentions]
    yield f"near:{min(min(gaps), 4) if gaps else 'never'}"
    if code in article.says[n]:
        yield "says"
        yield f"says:{candidate.event.type}"
    if any(m.role == "air" or (m.kind == "force" and "طا" in article.layers.key(m.first)) for m in mentions):
        yield f"flies:{candidate.event.type}"
    if article.claims[n]:
        yield "claims" if article.claims[n] == code else "claims:other"


def _of_general(article: Article, n: int, code: str) -> Iterator[str]:
    """Whether a word that names no side may stand for the party: 'the aircraft', 'gunmen'."""
    leaning = article.leaning[n]
    actor = article.layers.lexicon.actors.get(code)
    if actor is None:
        return
    group = next((m.group for m in article.mentions.get(code, ())), "unknown")
    words = ["GUNMEN", f"{GENERAL}fighters"] if group == "fighters" else [
        f"{GENERAL}{role}" for role in ("air", "forces", "army", "security_forces", "police", "government")]  # fmt: skip
    for word in words:
        if word in leaning and code != word:
            name = "fighters" if group == "fighters" else word.removeprefix(GENERAL)
            yield f"general:{name}:did:{_size(leaning[word].did)}"
            yield f"general:{name}:suffered:{_size(leaning[word].suffered)}"


def _of_others(article: Article, n: int, code: str) -> Iterator[str]:
    """What the party does and suffers in the other events of the article."""
    candidate = article.told[n]
    others = [k for k in range(len(article.told)) if k != n]
    does = [k for k in others if code in article.did[k]]
    suffers = [k for k in others if code in article.suffered[k]]
    yield f"does:{min(len(does), 3)}"
    yield f"suffers:{min(len(suffers), 3)}"
    more = len(does) - len(suffers)
    yield f"mostly:{'does' if more > 0 else 'suffers' if more < 0 else 'either' if does else 'absent'}"
    alike = [k for k in others if article.told[k].event.type == candidate.event.type]
    if alike:
        yield "alike:does" if any(k in does for k in alike) else "alike:not"
        yield "alike:suffers" if any(k in suffers for k in alike) else "alike:spared"
        if (acted := [k for k in alike if article.did[k]]) and all(k in does for k in acted):
            yield "alike:always-does"
        if (struck := [k for k in alike if article.suffered[k]]) and all(k in suffers for k in struck):
            yield "alike:always-suffers"
    for name, k in (("before", n - 1), ("after", n + 1)):
        if not 0 <= k < len(article.told):
            continue
        gap = abs(article.told[k].sentence - candidate.sentence)
        how = "same" if gap == 0 else "next" if gap == 1 else "near" if gap <= 3 else "far"
        how += ":alike" if k in alike else ":else"
        for part, events in (("does", does), ("suffers", suffers)):
            if k in events:
                yield f"{name}:{part}"
                yield f"{name}:{part}:{how}"
    hit, doers = article.suffered[n] - {code}, article.did[n] - {code}
    if any(article.suffered[k] & hit for k in does):
        yield "fights-victim"
    if any(article.did[k] & doers for k in suffers):
        yield "fought-by-doer"


def _of_civilians(article: Article, n: int) -> Iterator[str]:
    """Whether the words speak of people at home: unnamed dead, villages, markets, houses."""
    candidate = article.told[n]
    kind, cluster, lead = candidate.event.type, candidate.cluster, candidate.cluster.lead
    groups = {
        c.group for c in cluster.counts if c.measure in ("killed", "wounded", "casualties") and not c.part
    }
    for group in sorted(map(str, groups)) or ["none"]:
        yield f"people:{group}"
        yield f"people:{group}:{kind}"
    if not article.suffered[n] - {"CIVILIANS"}:
        yield "people:only"
    for code in sorted(article.did[n]):
        yield f"people:by:{side_of(article.layers.lexicon, code)}"
    if lead is None:
        return
    at = article.layers.at
    window = range(lead.last, min(lead.last + 8, cluster.last))
    kinds = {at["cues"][k].gives.get("type") for k in window if k in at["cues"]}
    for name in sorted(k for k in kinds if k):
        yield f"home:{name}"
    if kinds & _HOMES:
        yield "home"
        yield f"home:{kind}"
    things = {article.layers.key(k).removeprefix("ال") for k in window
              if k in at["cues"] or (k in at["people"] and at["people"][k].gives.get("group") == "objects")}  # fmt: skip
    for name in sorted(things):
        yield f"thing:{name}"


def against(article: Article, n: int, code: str, doers: Collection[str]) -> Iterator[str]:
    """What the doers of event `n` say of `code` as its target."""
    lexicon = article.layers.lexicon
    side = side_of(lexicon, code)
    for doer in doers:
        yield f"by:{side_of(lexicon, doer)}:{side}"
        yield f"hit-by:{doer}:{code}"
    if not doers:
        yield "by:none"
    if code in doers:
        yield "by:self"
    elif any(side_of(lexicon, doer) == side for doer in doers):
        yield "by:own-side"
    if any(
        code in article.suffered[k] and article.did[k] & set(doers)
        for k in range(len(article.told))
        if k != n
    ):
        yield "fought-by-them"


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


def _chosen(sums: Mapping[str, float], first: float, more: float) -> list[str]:
    ranked = sorted(sums, key=lambda c: -sums[c])
    return [c for k, c in enumerate(ranked) if sums[c] > (more if k else first)]


def _acted(article: Article, n: int, code: str) -> bool:
    """Whether a party with losses of its own plainly acted, in other words than those that count its dead."""
    leaning, event = article.leaning[n].get(code), article.told[n]
    if leaning is None or leaning.did <= DID:
        return False
    sentences = [telling.sentence for telling in event.tellings]
    return any(
        any(s.first <= m.first < s.last for s in sentences)
        and not any(m.span.overlaps(figure.span) for figure in event.event.figures)
        for m in article.mentions.get(code, ())
    )


def initiators_of(article: Article, n: int, seen: Mapping[str, Sequence[str]]) -> list[str]:
    """The doers of event `n`; `seen` holds the observations of each of its parties."""
    if article.claims[n]:
        return [article.claims[n]]
    kind = article.told[n].event.type
    weights = article.layers.lexicon.weights["initiators"]
    hurt = article.harmed[n]
    able = [c for c in seen if c not in hurt or _acted(article, n, c)]
    sums = {c: weigh(weights, seen[c]) for c in able}
    found = _chosen(sums, INITIATOR, MORE_INITIATORS)
    always = {"protest": "PROTESTERS", "riot": "PROTESTERS", "displacement": "CIVILIANS"}.get(kind)
    if always is not None:
        return [always, *(c for c in found if c != always and sums[c] > MORE_INITIATORS)]
    if found:
        joint = (c for c, a in article.leaning[n].items() if a.did > DID and a.beside in found)
        return [*found, *(c for c in joint if c in sums and c not in found)]
    gunmen = article.leaning[n].get("GUNMEN")
    if gunmen is not None and gunmen.did > DID:
        return ["GUNMEN"]
    if kind in _OWN_DEEDS and len(article.says[n]) == 1:
        return sorted(article.says[n])
    return ["PRISONERS"] if kind == "prison_break" else []


def targets_of(
    article: Article, n: int, seen: Mapping[str, Sequence[str]], doers: Sequence[str]
) -> list[str]:
    """Those whom event `n` hit; `seen` holds the observations of each of its parties."""
    if article.told[n].event.type in _NO_TARGETS:
        return []
    weights = article.layers.lexicon.weights["targets"]
    sums = {c: weigh(weights, [*observed, *against(article, n, c, doers)]) for c, observed in seen.items()}
    found = _chosen(sums, TARGET, MORE_TARGETS)
    return [*found, *sorted(c for c in article.harmed[n] if c not in found and c not in doers)]


def sides(article: Article) -> list[Roles]:
    """Initiators and targets of each event, with the words that name them."""
    out: list[Roles] = []
    for n in range(len(article.told)):
        seen = {code: tuple(observations(article, n, code)) for code in parties_of(article, n)}
        doers = initiators_of(article, n, seen)
        hit = targets_of(article, n, seen, doers)
        out.append((tuple(_party(article, n, c) for c in doers), tuple(_party(article, n, c) for c in hit)))
    return out


def _party(article: Article, n: int, code: str) -> Party:
    """The party with the words of its event's sentence that name it, if it has any."""
    leaning = article.leaning[n].get(code)
    return Party(code, leaning.span if leaning is not None else None)
