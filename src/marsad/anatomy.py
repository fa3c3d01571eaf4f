"""What a reading saw in a text and why it made of it what it made: the types of an explanation.

`read/dissect.py` makes an `Anatomy` out of one reading, `publish/` draws it. Numbers of sentences,
candidates, happenings and events count from 0 here and from 1 for people.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from marsad.errors import QueryError
from marsad.model import Document, Event, Reading, Span
from marsad.text import tokenise

Kind = Literal["act", "toll", "time", "number", "place", "weapon", "side", "speaker", "status", "grammar"]
Outcome = Literal["made", "joined", "refused"]


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer of the reader: `home` is the file that an analyst mends, `says` what it looks for."""

    name: str
    kind: Kind
    home: str
    says: str


#: The layers in the order in which they build on each other; those of data first.
LAYERS = (
    Layer("events", "act", "data/ar/events.yaml", "words for acts"),
    Layer("casualties", "toll", "data/ar/casualties.yaml", "what became of people and things"),
    Layer("people", "side", "data/ar/people.yaml", "words for people and things"),
    Layer("actors", "side", "data/actors.yaml", "names of sides"),
    Layer("places", "place", "data/places.tsv", "names of places"),
    Layer("cues", "place", "data/ar/cues.yaml", "words for kinds of places"),
    Layer("weapons", "weapon", "data/ar/weapons.yaml", "words for weapons"),
    Layer("numbers", "number", "data/ar/numbers.yaml", "number words"),
    Layer("dates", "time", "data/ar/dates.yaml", "words for times"),
    Layer("attribution", "speaker", "data/ar/attribution.yaml", "who says so, and how"),
    Layer("status", "status", "data/ar/status.yaml", "negation, plans, denials, background"),
    Layer("grammar", "grammar", "data/ar/grammar.yaml", "words that tie others together"),
    Layer("company", "grammar", "data/ar/company.yaml", "what must stand beside some acts"),
    Layer("claims", "grammar", "data/ar/claims.yaml", "words of numeric claims"),
    Layer("amounts", "number", "read/numbers.py", "numbers with their bounds"),
    Layer("times", "time", "read/dates.py", "times with their days"),
    Layer("namings", "place", "read/places.py", "which place a name means"),
    Layer("mentions", "side", "read/actors.py", "which side a name means"),
    Layer("counts", "toll", "read/figures.py", "how many, of whom, what became of them"),
    Layer("speeches", "speaker", "read/attribution.py", "who speaks, and which words are theirs"),
)
LAYER = {layer.name: layer for layer in LAYERS}


@dataclass(frozen=True, slots=True)
class Seen:
    """What one layer saw at a stretch of the text.

    `source` is the lexicon entry where the layer is one of data; `gives` what it states;
    `outcome` what became of it, empty where nothing is to be said; `refused` that it might have told
    something and does not.
    """

    layer: str
    span: Span
    source: str
    gives: str
    outcome: str = ""
    refused: bool = False


@dataclass(frozen=True, slots=True)
class WordSeen:
    """A word with the folded keys under which it is looked up; `known` where some entry has it."""

    span: Span
    keys: tuple[str, ...]
    known: bool


@dataclass(frozen=True, slots=True)
class SentenceSeen:
    """A sentence: `span` reaches to the next one, so that all of them together are the text.

    `skipped` says why nothing in it is news, where that is so.
    """

    span: Span
    headline: bool
    words: tuple[WordSeen, ...]
    seen: tuple[Seen, ...]
    skipped: str = ""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A decision by evidence: what was observed with its weight in logits, the heaviest first.

    `silent` was observed and has no weight; `threshold` is what the sum has to be above.
    """

    decision: str
    terms: tuple[tuple[str, float], ...]
    silent: tuple[str, ...]
    total: float
    threshold: float | None = None

    @property
    def passed(self) -> bool:
        """Whether the sum is above the threshold."""
        return self.threshold is None or self.total > self.threshold


@dataclass(frozen=True, slots=True)
class Compared:
    """A candidate beside an earlier one: `barred` says what keeps the two apart whatever the sum."""

    other: int
    weighed: Weighed
    barred: str = ""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A happening told before a candidate: how much the two agree, over the members it was compared with."""

    happening: int
    agreement: float
    threshold: float
    joined: bool
    pairs: tuple[Compared, ...]


@dataclass(frozen=True, slots=True)
class CandidateSeen:
    """A happening as one sentence tells it: `event` is what that sentence alone says of it.

    `words` are its triggers and casualty words, `territory` where its values are looked for.
    """

    number: int
    sentence: int
    event: Event
    words: tuple[Span, ...]
    territory: Span
    told: Weighed
    neighbours: tuple[Neighbour, ...]
    happening: int
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class HappeningSeen:
    """Candidates that tell one thing: `main` is the one that says most, `event` what was made of it."""

    number: int
    members: tuple[int, ...]
    main: int
    worth: Weighed
    event: int | None


@dataclass(frozen=True, slots=True)
class Option:
    """One value that a slot of an event could have had."""

    value: str
    span: Span | None
    weighed: Weighed
    chosen: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """How a slot of an event got its value: every option weighed, the likeliest first.

    `otherwise` is what holds where none is taken.
    """

    slot: str
    options: tuple[Option, ...]
    otherwise: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class EventSeen:
    """An event of the reading with how its slots were filled."""

    number: int
    id: str
    event: Event
    happening: int
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Anatomy:
    """Everything that one reading saw in one document, and why."""

    document: Document
    reading: Reading
    lexicon: str
    sentences: tuple[SentenceSeen, ...]
    candidates: tuple[CandidateSeen, ...]
    happenings: tuple[HappeningSeen, ...]
    events: tuple[EventSeen, ...]


@dataclass(frozen=True, slots=True)
class View:
    """The part of an anatomy that was asked for, by numbers of its sentences, events and candidates."""

    anatomy: Anatomy
    sentences: tuple[int, ...]
    candidates: tuple[int, ...]
    events: tuple[int, ...]
    layers: frozenset[str]
    narrowed: bool = False


def view_of(
    anatomy: Anatomy, *, layers: Sequence[str] = (), event: int | None = None, at: str | None = None
) -> View | None:
    """What concerns one event (from 1), some words, or some layers; all of it where nothing is asked for.

    `None` where the document has no such event or words. Raises `QueryError` for a layer that is none.
    """
    unknown = [name for name in layers if name not in LAYER]
    if unknown:
        raise QueryError(f"no layer {unknown[0]!r}", hint=f"one of {', '.join(LAYER)}")
    narrowed = bool(layers) or event is not None or at is not None
    sentences = set(range(len(anatomy.sentences)))
    # who asks for layers alone asks for what they saw, not for what was made of it
    whole = not layers or event is not None or at is not None
    candidates = [c.number for c in anatomy.candidates] if whole else []
    events = [e.number for e in anatomy.events] if whole else []
    if event is not None:
        if not 1 <= event <= len(anatomy.events):
            return None
        events = [event - 1]
        candidates = list(anatomy.happenings[anatomy.events[event - 1].happening].members)
        sentences &= {anatomy.candidates[n].sentence for n in candidates}
    if at is not None:
        sentences &= _with_words(anatomy, at)
        if not sentences:
            return None
        candidates = [n for n in candidates if anatomy.candidates[n].sentence in sentences]
        told = {anatomy.candidates[n].happening for n in candidates}
        events = [n for n in events if anatomy.events[n].happening in told]
    return View(
        anatomy, tuple(sorted(sentences)), tuple(candidates), tuple(events),
        frozenset(layers or LAYER), narrowed,
    )  # fmt: skip


def _with_words(anatomy: Anatomy, words: str) -> set[int]:
    """The sentences that hold the words, in any spelling and with any prefixes."""
    wanted = tokenise(words).keys
    if not wanted:
        raise QueryError("--at names no word", hint="words of the text, as --at 'قصف مدفعي'")
    return {n for n, s in enumerate(anatomy.sentences) if _holds(s.words, wanted)}


def _holds(words: Sequence[WordSeen], wanted: Collection[str]) -> bool:
    last = len(words) - len(wanted)
    return any(
        all(key in word.keys for word, key in zip(words[k:], wanted, strict=False)) for k in range(last + 1)
    )
