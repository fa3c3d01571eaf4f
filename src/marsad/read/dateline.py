"""The publication day that a text states of itself, in a line of its own near the top."""

from __future__ import annotations

from datetime import date

from marsad.lexicon import Lexicon
from marsad.model import Span
from marsad.read.dates import find_times
from marsad.text import tokenise

#: A dateline is short and stands among the first lines; longer lines are prose.
_LINES, _LENGTH, _OTHER_WORDS = 4, 90, 6


def find_dateline(text: str, lexicon: Lexicon) -> tuple[date, Span] | None:
    """The day and where it stands, or `None`.

    Only a line that is little more than a full date counts ('الإثنين 01/فبراير/2021 - 06:31 م',
    'نُشر في: 12 مارس 2019'): the date of a first sentence is that of its event.
    """
    start = 0
    seen = 0
    for line in text.split("\n"):
        begin, start = start, start + len(line) + 1
        if not line.strip():
            continue
        seen += 1
        if seen > _LINES:
            return None
        if len(line) > _LENGTH:
            continue
        tokens = tokenise(line)
        for time in find_times(tokens, lexicon.scan(tokens), None):
            period = time.period
            if time.precision != "day" or period is None or period.first is None or period.first != period.last:
                continue
            others = sum(
                t.word.kind in ("arabic", "latin") and not time.first <= i < time.last
                for i, t in enumerate(tokens.tokens)
            )
            if others <= _OTHER_WORDS and not line.rstrip().endswith((".", "،")):
                return period.first, Span(begin + time.span.start, begin + time.span.end)
    return None
