"""What the lower layers saw in one text, indexed by token, for the layers above."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from marsad.lexicon import Lexicon, Match
from marsad.model import Document, Span
from marsad.read.dates import TimeExpression, find_times
from marsad.read.homographs import settled
from marsad.read.numbers import Amount, find_amounts
from marsad.text import Sentence, Text, reach, tokenise

#: Punctuation that may end a clause.
BREAKS = frozenset("،,؛;:.!؟?…()[]-–—\u2013\u2014/")
#: Breaks but for those that a clause goes on over: it has its asides in parentheses.
WALLS = BREAKS - frozenset("()")
_EACH = frozenset({"كل", "كلا", "كلتا"})


@dataclass(frozen=True, slots=True)
class Layers:
    """One text with everything found on its tokens.

    `at[layer]` maps the first token of each match of that layer to the match, `starts[layer]` are these
    tokens in order. `breaks` are the tokens that may end a clause, `walls` those of them that are no
    parentheses. What is asked of a stretch of tokens is looked up in these, never token by token.
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
    starts: Mapping[str, Sequence[int]]
    breaks: Sequence[int]
    walls: Sequence[int]

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

    def keys(self, first: int, last: int) -> tuple[str, ...]:
        """The folded spellings of the token range, as far as it lies in the text."""
        return self.text.keys[max(first, 0) : max(last, 0)]

    def governor(self, token: int) -> int:
        """The token before, past 'each of' (كل من), which opens a list and governs nothing."""
        if self.key(token - 1) == "من" and self.key(token - 2).removeprefix("و") in _EACH:
            return token - 3
        return token - 1

    def role(self, layer: str, token: int) -> str:
        """What the match of `layer` that begins at `token` does, empty where there is none."""
        match = self.at[layer].get(token)
        return str(match.gives.get("role", "")) if match else ""

    def roles(self, layer: str, first: int, last: int) -> set[str]:
        """What the matches of `layer` that begin in the token range do."""
        return {match.gives.get("role", "") for match in self.within(layer, first, last)}

    def is_break(self, token: int) -> bool:
        """Whether the token is punctuation that may end a clause."""
        return self.key(token) in BREAKS

    def is_wall(self, token: int) -> bool:
        """Whether the token is punctuation that may end a clause, other than a parenthesis."""
        return self.key(token) in WALLS

    def broken(self, first: int, last: int) -> bool:
        """Whether a break is in the token range."""
        return _any_in(self.breaks, first, last)

    def walled(self, first: int, last: int) -> bool:
        """Whether a break other than a parenthesis is in the token range."""
        return _any_in(self.walls, first, last)

    def has(self, layer: str, first: int, last: int) -> bool:
        """Whether a match of `layer` begins in the token range."""
        return _any_in(self.starts[layer], first, last)

    def within(self, layer: str, first: int, last: int) -> list[Match]:
        """Matches of `layer` that begin in the token range."""
        starts = self.starts[layer]
        low = bisect_left(starts, first)
        return self.matches[layer][low : bisect_left(starts, last, low)]

    def span(self, first: int, last: int) -> Span:
        """The characters of the token range."""
        return self.text.span(first, last)

    def sentence(self, token: int) -> Sentence:
        """The sentence that holds the token."""
        return self.text.sentences[self.text.sentence_at(token)]


def _any_in(places: Sequence[int], first: int, last: int) -> bool:
    k = bisect_left(places, first)
    return k < len(places) and places[k] < last


def annotate(document: Document, lexicon: Lexicon) -> Layers:
    """Tokens, lexicon matches, numbers and times of a document."""
    text = tokenise(document.text[: reach(document.text)], headline=document.headline)
    matches = settled(text, lexicon.scan(text))
    amounts = find_amounts(text, matches)
    times = find_times(text, matches, document.published, amounts=amounts)
    breaks = [k for k, key in enumerate(text.keys) if key in BREAKS]
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
        starts={layer: [m.first for m in found] for layer, found in matches.items()},
        breaks=breaks,
        walls=[k for k in breaks if text.keys[k] in WALLS],
    )
