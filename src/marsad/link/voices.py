"""Who says it: outlets, the speakers behind them, and how many of both are independent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from marsad.link.rules import load_rules
from marsad.link.words import content_words
from marsad.model import Actor, Attribution, EventType, Figure, Telling

#: Acts with one doer: two sides that are named for them cannot both be right.
ONE_DOER: frozenset[EventType] = frozenset(
    {"attack", "bombing", "suicide_bombing", "shelling", "air_strike", "assassination", "abduction",
     "property_destruction"}
)  # fmt: skip
#: What names no side.
_NO_SIDE = frozenset({"unknown", "none", "UNKNOWN", "GUNMEN"})


@dataclass(frozen=True, slots=True)
class Voices:
    """The voices of an incident's tellings: speakers of one name, or of one that holds it, are one."""

    of_name: Mapping[str, str]

    def speaker(self, attribution: Attribution) -> str | None:
        """The voice of a named speaker; `None` where nobody in particular is named."""
        name = _named(attribution)
        return None if name is None else self.of_name.get(name, name)

    def of(self, telling: Telling, said: Attribution | None = None) -> str:
        """The voice of a telling, or of what is `said` in it."""
        return self.speaker(said or telling.event.attribution) or _outlet(telling.source)

    def of_figure(self, telling: Telling, figure: Figure) -> Attribution:
        """Who says the figure: its own speaker, else the event's."""
        return figure.attribution if figure.attribution.speaker else telling.event.attribution


def voices(told: Iterable[Telling]) -> Voices:
    """The voices of these tellings."""
    names: set[str] = set()
    for telling in told:
        said = (telling.event.attribution, *(figure.attribution for figure in telling.event.figures))
        names |= {name for attribution in said if (name := _named(attribution))}
    known = {voice.name for voice in load_rules().voices}
    words = {name: content_words(name) for name in names - known}
    longest_first = sorted(words, key=lambda name: (-len(words[name]), name))
    of_name: dict[str, str] = {}
    for name in longest_first:
        longer = [other for other in longest_first if words[name] <= words[other]]
        # 'the ministry' beside 'the ministry of defence' is short for it, beside two ministries it is neither
        one = all(words[other] <= words[longer[0]] for other in longer)
        of_name[name] = longer[0] if one else name
    return Voices(of_name)


@lru_cache(maxsize=4096)
def _name(speaker: str) -> str | None:
    """The speaker's own name, that of the voice it is known to be, or `None` for nobody in particular."""
    rules, words = load_rules(), content_words(speaker)
    for voice in rules.voices:
        if words in voice.alone or any(name <= words for name in voice.anywhere):
            return voice.name
    first = content_words(speaker.split()[0]) if speaker.split() else frozenset()
    return None if not words or first & rules.unnamed else speaker


def _named(attribution: Attribution) -> str | None:
    if attribution.speaker is None:
        return None
    name = _name(attribution.speaker)
    if name is None and attribution.via:
        # nobody in particular, but through an agency: it answers for what others relay
        return _name(attribution.via[-1])
    return name


@lru_cache(maxsize=4096)
def _outlet(source: str) -> str:
    return next((voice.name for voice in load_rules().voices if source in voice.outlets), source)


def originals(told: Iterable[Telling]) -> list[Telling]:
    """The tellings without reprints of a text that is among them: what copies it says nothing of its own.

    Where the original is not among them, the first of its copies stands for it.
    """
    told = list(told)
    stands = {telling.document_id: telling.document_id for telling in told if not telling.copy_of}
    for telling in sorted(told, key=lambda t: t.document_id):
        if telling.copy_of:
            stands.setdefault(telling.copy_of, telling.document_id)
    return [t for t in told if stands[t.copy_of or t.document_id] == t.document_id]


# ── what is counted ───────────────────────────────────────────────────────────────────────


def counts(told: Sequence[Telling], heard: Voices, actors: Mapping[str, Actor]) -> dict[str, int]:
    """Everything that the rules of the grade count, by its name in `data/rules.yaml`."""
    held = [telling for telling in told if telling.event.status != "denied"]
    counted = _counted(held or told)
    sources = {telling.source for telling in counted}
    heard_of = {heard.of(telling) for telling in counted}
    return {
        "sources": len(sources),
        "voices": len(heard_of),
        "witnesses": min(len(sources), len(heard_of)),
        "held": len(held),
        "denials": len(told) - len(held),
        "owners": len({heard.of(telling) for telling in held if telling.event.status == "claimed"}),
        "blamed": _blamed(held, heard, actors),
    }


def _counted(told: Sequence[Telling]) -> Sequence[Telling]:
    """The tellings that bear witness: reports before recollections, what is said before what is alleged."""
    reports = [telling for telling in told if telling.event.recency == "news"] or told
    return [telling for telling in reports if telling.event.status != "unconfirmed"] or reports


def _blamed(held: Sequence[Telling], heard: Voices, actors: Mapping[str, Actor]) -> int:
    """The most sides that are held responsible by two voices each and by no telling together."""
    by_side: dict[str, set[str]] = {}
    together: set[frozenset[str]] = set()
    for telling in held:
        if telling.event.type not in ONE_DOER:
            continue
        codes = {party.code for party in telling.event.initiators}
        sides = sorted({actors[code].side if code in actors else code for code in codes} - _NO_SIDE)
        for side in sides:
            by_side.setdefault(side, set()).add(heard.of(telling))
        together |= {frozenset(pair) for pair in combinations(sides, 2)}
    blamed = sorted(side for side, said in by_side.items() if len(said) >= 2)
    apart = [pair for pair in combinations(blamed, 2) if frozenset(pair) not in together]
    return 2 if apart else min(len(blamed), 1)
