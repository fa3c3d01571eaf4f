"""The reader: layers → candidates → one event per happening → claims and issues."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from marsad.lexicon import Lexicon
from marsad.model import Document, Event, Issue, Reading, Span
from marsad.read.actors import document_state, find_mentions
from marsad.read.attribution import find_speech
from marsad.read.claims import find_claims
from marsad.read.context import in_context, in_text_order, text_order
from marsad.read.counted import with_groups
from marsad.read.events import Candidate, Findings, candidates, speaker_tokens
from marsad.read.figures import find_counts
from marsad.read.layers import Layers, annotate
from marsad.read.places import find_places
from marsad.read.retell import Happening, Joined, join_retellings
from marsad.read.ruin import with_ruins
from marsad.read.told import weighed
from marsad.read.vocabulary import vocabulary
from marsad.read.voices import spoken
from marsad.read.weapons import weapons_used
from marsad.read.worth import worthy
from marsad.text import reach

#: Raised with every change of what is read from the same text.
VERSION = "grammar-ar/6"


@dataclass(frozen=True, slots=True)
class Heard:
    """What a text tells: its weighed candidates, the happenings they tell, and which of these are events."""

    told: tuple[Candidate, ...] = ()
    retold: Joined = field(default_factory=Joined)
    real: tuple[bool, ...] = ()

    @property
    def joined(self) -> tuple[Happening, ...]:
        """The happenings, in text order."""
        return self.retold.happenings

    @property
    def kept(self) -> list[Candidate]:
        """The happenings that are events."""
        return [h.told for h, real in zip(self.joined, self.real, strict=True) if real]

    @property
    def passing(self) -> list[Candidate]:
        """The happenings whose words the text only uses."""
        return [h.told for h, real in zip(self.joined, self.real, strict=True) if not real]


@dataclass(frozen=True, slots=True)
class Steps:
    """What one reading went through, stage by stage, for those who ask why.

    `kept` are the candidates of the reading's events, in their order, as the article's context found
    them; `numbers` the happenings of `heard` that they are.
    """

    layers: Layers
    found: Findings
    heard: Heard
    kept: tuple[Candidate, ...]
    numbers: tuple[int, ...]
    reading: Reading


class Reader:
    """Reads documents with one lexicon; pure: the same document gives the same reading."""

    version = VERSION

    def __init__(self, lexicon: Lexicon) -> None:
        """`lexicon` is shared, never changed."""
        self._lexicon = lexicon

    def read(self, document: Document) -> Reading:
        """Events, claims and issues of the document."""
        return self.steps(document).reading

    def steps(self, document: Document) -> Steps:
        """The reading of the document with everything that it was made of."""
        layers = annotate(document, self._lexicon)
        if not layers.text.tokens:
            nothing = Reading(document.id, VERSION, issues=tuple(_unread(document)))
            return Steps(layers, Findings(), Heard(), (), (), nothing)
        found = find_all(layers)
        heard = happenings(layers, found)
        kept = with_ruins(layers, found, heard.told, heard.kept)
        kept = spoken(layers, found, kept, self._lexicon.weights["speaker"])
        ordered = tuple(in_text_order(kept))
        events = tuple(_filled(layers, ordered, in_context(layers, found, kept)))
        claims = find_claims(layers, found, kept, self._lexicon.weights["claim"])
        issues = (*_issues(layers, events, heard.passing), *_unread(document))
        real = [n for n, event in enumerate(heard.real) if event]
        numbers = tuple(sorted(real, key=lambda n: text_order(heard.joined[n].told)))
        return Steps(
            layers, found, heard, ordered, numbers, Reading(document.id, VERSION, events, claims, issues)
        )


def happenings(layers: Layers, found: Findings) -> Heard:
    """What the text tells, each happening once, and what it only uses the words of."""
    told = weighed(layers, found, candidates(layers, found))
    joined = join_retellings(layers, told)
    return Heard(tuple(told), joined, tuple(worthy(layers, found, told, joined)))


def _filled(layers: Layers, told: Sequence[Candidate], events: Sequence[Event]) -> Iterator[Event]:
    """The events with their weapons and the groups of their counts; `told` are their candidates, in order."""
    weights = layers.lexicon.weights
    used = weapons_used(layers, events, [c.tellings for c in told], weights["weapons"])
    for event, weapons in zip(events, used, strict=True):
        yield replace(event, weapons=weapons, figures=with_groups(layers, event, weights["group"]))


def find_all(layers: Layers) -> Findings:
    """What the middle layers see: who is named, how many, where, who says so."""
    state = document_state(layers)
    mentions, speeches = find_mentions(layers, state), find_speech(layers)
    places = find_places(layers, mentions, state)
    return Findings(
        mentions,
        find_counts(layers, mentions),
        places,
        speeches,
        state,
        speaker_tokens(layers, speeches),
        vocabulary(layers, mentions, places),
    )


def _unread(document: Document) -> Iterator[Issue]:
    """That the end of a text which is too long is not read."""
    end = reach(document.text)
    if end < len(document.text):
        said = f"the text is too long: only its first {end:,} characters are read"
        yield Issue("text-unread", said, Span(end, len(document.text)))


def _issues(layers: Layers, events: tuple[Event, ...], passing: list[Candidate]) -> list[Issue]:
    """What could not be resolved, as values that point at the text."""
    issues = [
        Issue(
            "figure-without-event",
            f"{f.measure} {f.low if f.low is not None else '?'} is told of no event that was read",
            f.span,
        )
        for c in passing
        for f in c.event.figures
        if not any(f.span.overlaps(g.span) for e in events for g in e.figures)
    ]
    for event in events:
        if event.location is not None and event.location.place_id is None:
            issues.append(
                Issue(
                    "place-unknown",
                    "the place is in no table: kept as told, without a point",
                    event.location.span,
                )
            )
        if event.period is None and event.period_span is not None:
            reason = (
                "the day of publication is unknown" if layers.published is None else "the words are too vague"
            )
            issues.append(
                Issue("time-unresolved", f"the time could not be resolved: {reason}", event.period_span)
            )
    return issues
