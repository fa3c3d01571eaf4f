"""Who did it to whom, as the whole article tells it: what a sentence leaves out, the rest says.

Each party of the article is weighed for each of its events: how the event's own sentence leans,
who acts and who suffers in the other events, who was named last, who says so, whom the doer
fights. Weights lie in `data/weights/initiators.yaml` and `targets.yaml` (`bench/fit.py`).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache

from marsad.model import Party
from marsad.read.article import CIVIL, Article, Known
from marsad.read.events import Candidate
from marsad.read.leaning import DID, GENERAL
from marsad.read.roles import Roles
from marsad.read.weigh import weigh

#: Above these the party weighed highest is taken, and any further one.
INITIATOR, MORE_INITIATORS = -1.1, -0.1
TARGET, MORE_TARGETS = -1.1, -0.4

_NO_TARGETS = frozenset({"deployment", "displacement"})
#: Types that a force announces as its own deed.
_OWN_DEEDS = frozenset({"security_operation", "arrest", "weapons_seizure"})
_HOMES = frozenset({"village", "town", "city", "neighbourhood", "camp", "building", "square", "road", "area",
                    "countryside"})  # fmt: skip
#: Sums of a sentence's leaning as steps, F to A.
_STEPS = (-3.0, -1.5, -0.5, 0.5, 1.5)
_GENERAL_FORCES = tuple(
    f"{GENERAL}{role}" for role in ("air", "forces", "army", "security_forces", "police", "government")
)


def _size(sum_: float | None) -> str:
    return "none" if sum_ is None else "FEDCBA"[bisect_left(_STEPS, sum_)]


def observations(article: Article, n: int, code: str) -> Iterator[str]:
    """What holds of party `code` towards event `n`, whichever role is asked for, but for the words."""
    candidate = article.told[n]
    known, leaning = article.known[code], article.leaning[n]
    kind, lead = candidate.event.type, candidate.cluster.lead
    yield "always"
    yield f"side:{known.side}"
    yield f"side:{known.side}:{kind}"
    own = leaning.get(code)
    did, suffered = (_size(own.did), _size(own.suffered)) if own is not None else ("none", "none")
    rival, victim = _size(article.doers[n].best(code)), _size(article.victims[n].best(code))
    yield from _of_sums(did, suffered, rival, victim)
    head = leaning.get(own.beside) if own is not None and own.beside != code else None
    if head is not None:
        yield f"beside:did:{_size(head.did)}"
        yield f"beside:suffered:{_size(head.suffered)}"
    best = article.doers[n].likeliest(code)
    if best and code not in CIVIL:
        yield f"with:{best}:{code}"
        if (best, code) in article.allies:
            yield "ally"
    form = "toll" if lead is None else f"{lead.form.pos}{'+' if lead.form.suffix else ''}"
    yield from _of_standing(article, n, code, known, form)
    yield from _of_ground(article, n, known)
    yield from _of_general(article, n, code, known)
    yield from _of_others(article, n, code, known)
    if any(c != code and article.side(c) == known.side for c in article.suffered[n]):
        yield "side-suffered"
    if any(c != code and article.side(c) == known.side for c in article.did[n]):
        yield "side-did"
    yield form if lead is None else f"lead:{form}"
    if candidate.headline:
        yield "headline"
    if code == "CIVILIANS":
        yield from _of_civilians(article, n)
    if code == "GUNMEN":
        fought = any(m[0].group == "fighters" for c, m in article.mentions.items() if c != "GUNMEN")
        yield "gunmen:known" if fought else "gunmen"
        yield f"gunmen:{'known' if fought else 'alone'}:did:{did}"


@lru_cache(maxsize=1 << 12)
def _of_sums(did: str, suffered: str, rival: str, victim: str) -> tuple[str, ...]:
    """How the event's sentences lean for the party, and most for any other."""
    return (
        f"did:{did}", f"suffered:{suffered}", f"both:{did}{suffered}", f"rival:{rival}", f"rival:{rival}:{did}",
        f"victim:{victim}", f"victim:{victim}:{suffered}",
    )  # fmt: skip


def _of_ground(article: Article, n: int, known: Known) -> Iterator[str]:
    """What the party does and suffers in the article's other events at the same place."""
    here = article.places[n]
    if not here:
        return
    if any(k != n and article.places[k] == here for k in known.does):
        yield "here:does"
    if any(k != n and article.places[k] == here for k in known.suffers):
        yield "here:suffers"


def _of_standing(article: Article, n: int, code: str, known: Known, form: str) -> Iterator[str]:
    """How prominent the party is, where it was named last, whether it says so, what it is known for."""
    candidate = article.told[n]
    yield from known.prominence
    if code == article.last[n]:
        yield "last"
        rival = article.doers[n].best("")
        if rival is None or rival < -0.5:
            yield f"last:nobody:{form}"
    gap = min([abs(at - candidate.sentence) for at in known.sentences], default=None)
    yield f"near:{'never' if gap is None else min(gap, 4)}"
    if code in article.says[n]:
        yield "says"
        yield f"says:{candidate.event.type}"
        yield f"says:{_told_as(candidate)}"
    if known.flies:
        yield f"flies:{candidate.event.type}"
    if article.claims[n]:
        yield "claims" if article.claims[n] == code else "claims:other"


def _told_as(candidate: Candidate) -> str:
    """In what words the act is told: who announces 'its strike' struck, who speaks of 'the strike' may not have."""
    lead = candidate.cluster.lead
    if lead is None:
        return "toll"
    if lead.form.pos == "v":
        return "verb"
    return "owned" if lead.form.suffix else "the" if lead.article else "noun"


def _of_general(article: Article, n: int, code: str, known: Known) -> Iterator[str]:
    """Whether a word that names no side may stand for the party: 'the aircraft', 'gunmen'."""
    leaning = article.leaning[n]
    if code not in article.layers.lexicon.actors:
        return
    fighters = known.group == "fighters"
    for word in ("GUNMEN", f"{GENERAL}fighters") if fighters else _GENERAL_FORCES:
        if word in leaning and code != word:
            name = "fighters" if fighters else word.removeprefix(GENERAL)
            yield f"general:{name}:did:{_size(leaning[word].did)}"
            yield f"general:{name}:suffered:{_size(leaning[word].suffered)}"


def _of_others(article: Article, n: int, code: str, known: Known) -> Iterator[str]:
    """What the party does and suffers in the other events of the article."""
    candidate, told = article.told[n], article.told
    does, suffers = known.does - {n}, known.suffers - {n}
    yield from _of_parts(min(len(does), 3), min(len(suffers), 3), len(does) - len(suffers))
    alike = article.alike[n]
    if alike:
        yield "alike:not" if does.isdisjoint(alike) else "alike:does"
        yield "alike:spared" if suffers.isdisjoint(alike) else "alike:suffers"
        if (acted := [k for k in alike if article.did[k]]) and does.issuperset(acted):
            yield "alike:always-does"
        if (struck := [k for k in alike if article.suffered[k]]) and suffers.issuperset(struck):
            yield "alike:always-suffers"
    if not does and not suffers:
        return
    for name, k in (("before", n - 1), ("after", n + 1)):
        if k not in does and k not in suffers:
            continue
        gap = abs(told[k].sentence - candidate.sentence)
        how = "same" if gap == 0 else "next" if gap == 1 else "near" if gap <= 3 else "far"
        how += ":alike" if k in alike else ":else"
        for part, events in (("does", does), ("suffers", suffers)):
            if k in events:
                yield f"{name}:{part}"
                yield f"{name}:{part}:{how}"
    hit, doers = article.suffered[n] - {code}, article.did[n] - {code}
    if hit and any(article.suffered[k] & hit for k in does):
        yield "fights-victim"
    if doers and any(article.did[k] & doers for k in suffers):
        yield "fought-by-doer"


@lru_cache(maxsize=1 << 10)
def _of_parts(does: int, suffers: int, more: int) -> tuple[str, ...]:
    mostly = "does" if more > 0 else "suffers" if more < 0 else "either" if does else "absent"
    return f"does:{does}", f"suffers:{suffers}", f"mostly:{mostly}"


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
        yield f"people:by:{article.side(code)}"
    if lead is None:
        return
    window = lead.last, min(lead.last + 8, cluster.last)
    cues = article.layers.within("cues", *window)
    kinds = {cue.gives.get("type") for cue in cues}
    for name in sorted(k for k in kinds if k):
        yield f"home:{name}"
    if kinds & _HOMES:
        yield "home"
        yield f"home:{kind}"
    objects = (m for m in article.layers.within("people", *window) if m.gives.get("group") == "objects")
    things = {article.layers.key(m.first).removeprefix("ال") for m in (*cues, *objects)}
    for name in sorted(things):
        yield f"thing:{name}"


def against(article: Article, n: int, code: str, doers: Collection[str]) -> Iterator[str]:
    """What the doers of event `n` say of `code` as its target."""
    known = article.known[code]
    sides_of_doers = [article.side(doer) for doer in doers]
    for doer, side in zip(doers, sides_of_doers, strict=True):
        yield f"by:{side}:{known.side}"
        yield f"hit-by:{doer}:{code}"
    if not doers:
        yield "by:none"
    if code in doers:
        yield "by:self"
    elif known.side in sides_of_doers:
        yield "by:own-side"
    if any(k != n and not article.did[k].isdisjoint(doers) for k in known.suffers):
        yield "fought-by-them"


def words(article: Article, n: int, code: str) -> Iterator[str]:
    """What is observed of the words of the sentence that tells event `n`.

    What they say of those whom it names they do not say of the others, or of civilians, whom it need not name.
    """
    sentence = article.told[n].cluster.sentence
    return article.found.words.of(sentence, _manner(article, n, code))


def _weigh_words(article: Article, n: int, code: str, decision: str) -> float:
    sentence, lexicon = article.told[n].cluster.sentence, article.layers.lexicon
    return article.found.words.weigh(lexicon, decision, sentence, _manner(article, n, code))


def _manner(article: Article, n: int, code: str) -> str:
    return "civilians" if code == "CIVILIANS" else "named" if code in article.leaning[n] else "absent"


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
    sums = {c: weigh(weights, seen[c]) + _weigh_words(article, n, c, "initiators") for c in able}
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
    sums = {
        c: weigh(weights, [*observed, *against(article, n, c, doers)])
        + _weigh_words(article, n, c, "targets")
        for c, observed in seen.items()
    }
    found = _chosen(sums, TARGET, MORE_TARGETS)
    return [*found, *sorted(c for c in article.harmed[n] if c not in found and c not in doers)]


def sides(article: Article) -> list[Roles]:
    """Initiators and targets of each event, with the words that name them."""
    out: list[Roles] = []
    for n in range(len(article.told)):
        seen = {code: tuple(observations(article, n, code)) for code in article.parties(n)}
        doers = initiators_of(article, n, seen)
        hit = targets_of(article, n, seen, doers)
        out.append((tuple(_party(article, n, c) for c in doers), tuple(_party(article, n, c) for c in hit)))
    return out


def _party(article: Article, n: int, code: str) -> Party:
    """The party with the words of its event's sentence that name it, if it has any."""
    leaning = article.leaning[n].get(code)
    return Party(code, leaning.span if leaning is not None else None)
