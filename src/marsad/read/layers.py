"""What the lower layers saw in one text, indexed by token, for the layers above."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from operator import attrgetter

from marsad.lexicon import Lexicon, Match
from marsad.model import Document, Span
from marsad.read.dates import TimeExpression, find_times
from marsad.read.numbers import Amount, find_amounts
from marsad.text import Sentence, Text, tokenise

#: Punctuation that may end a clause.
BREAKS = frozenset("،,؛;:.!؟?…()[]-–—\u2013\u2014/")

_first = attrgetter("first")


@dataclass(frozen=True, slots=True)
class Layers:
    """One text with everything found on its tokens.

    `at[layer]` maps the first token of each match of that layer to the match.
    """

    document: Document
    lexicon: Lexicon
    text: Text
    at: Mapping[str, Mapping[int, Match]]
    matches: Mapping[str, list[Match]]
    amounts: tuple[Amount, ...]
    amount_at: Mapping[int, Amount]
    times: tuple[TimeExpression, ...]
    time_tokens: frozenset[int]

    @property
    def published(self) -> date | None:
        """The document's day of publication."""
        return self.document.published

    def key(self, token: int) -> str:
        """The folded spelling of a token, empty beyond the text."""
        if token < 0:
            return ""
        try:
            return self.text.keys[token]
        except IndexError:
            return ""

    def role(self, layer: str, token: int) -> str:
        """What the match of `layer` that begins at `token` does, empty where there is none."""
        match = self.at[layer].get(token)
        return str(match.gives.get("role", "")) if match else ""

    def is_break(self, token: int) -> bool:
        """Whether the token is punctuation that may end a clause."""
        return self.key(token) in BREAKS

    def within(self, layer: str, first: int, last: int) -> list[Match]:
        """Matches of `layer` that begin in the token range."""
        matches = self.matches[layer]
        low = bisect_left(matches, first, key=_first)
        return matches[low : bisect_left(matches, last, low, key=_first)]

    def span(self, first: int, last: int) -> Span:
        """The characters of the token range."""
        return self.text.span(first, last)

    def sentence(self, token: int) -> Sentence:
        """The sentence that holds the token."""
        return self.text.sentences[self.text.sentence_at(token)]


def annotate(document: Document, lexicon: Lexicon) -> Layers:
    """Tokens, lexicon matches, numbers and times of a document."""
    text = tokenise(document.text, headline=document.headline)
    matches = lexicon.scan(text)
    amounts = find_amounts(text, matches)
    times = find_times(text, matches, document.published, amounts=amounts)
    in_time = frozenset(i for t in times if t.kind != "duration" for i in range(t.first, t.last))
    return Layers(
        document=document,
        lexicon=lexicon,
        text=text,
        at={layer: {m.first: m for m in found} for layer, found in matches.items()},
        matches=matches,
        amounts=amounts,
        amount_at={a.first: a for a in amounts if a.first not in in_time},
        times=times,
        time_tokens=in_time,
    )
