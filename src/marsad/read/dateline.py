"""The publication day that a text states of itself, near its top."""

from __future__ import annotations

from datetime import date

from marsad.lexicon import Lexicon, Match
from marsad.model import Span
from marsad.read.dates import TimeExpression, find_times
from marsad.text import Text, tokenise

#: A dateline stands among the first lines; a line of its own is short, an opening is at once over.
_LINES, _LENGTH, _OTHER_WORDS, _OPENING = 4, 90, 6, 12
_DIVIDERS = frozenset("/|-–—:()")


def find_dateline(text: str, lexicon: Lexicon) -> tuple[date, Span] | None:
    """The day and where it stands, or `None`.

    It counts as a dateline when a line says little more than a full date ('الإثنين
    01/فبراير/2021 - 06:31 م', 'نُشر في: 12 مارس 2019'), or opens with a place and a date set
    off from the prose ('بغداد/ 3 آذار 2021/'). The date of a first sentence is that of its event.
    """
    start = seen = 0
    for line in text.split("\n"):
        begin, start = start, start + len(line) + 1
        if not line.strip():
            continue
        seen += 1
        if seen > _LINES:
            return None
        tokens = tokenise(line[: 3 * _LENGTH])
        matches = lexicon.scan(tokens)
        for time in find_times(tokens, matches, None):
            period = time.period
            if (
                time.precision != "day"
                or period is None
                or period.first is None
                or period.first != period.last
            ):
                continue
            own = len(line) <= _LENGTH and _own_line(tokens, matches, time)
            if own or _opening(tokens, matches, time):
                return period.first, Span(begin + time.span.start, begin + time.span.end)
    return None


def _words(text: Text, first: int, last: int) -> int:
    return sum(t.word.kind in ("arabic", "latin") for t in text.tokens[first:last])


def _divides(text: Text, token: int) -> bool:
    return 0 <= token < len(text.tokens) and text.tokens[token].word.key in _DIVIDERS


def _tells(matches: dict[str, list[Match]], first: int, last: int) -> bool:
    """Whether the tokens tell of an event."""
    return any(first <= m.first < last for layer in ("events", "casualties") for m in matches[layer])


def _own_line(text: Text, matches: dict[str, list[Match]], time: TimeExpression) -> bool:
    """Whether the line is there for its date: labelled, for that day, or names beside a divider."""
    end = len(text.tokens)
    labels = [m for m in matches["dates"] if "label" in m.gives]
    labelled = sum(m.last - m.first for m in labels)
    others = _words(text, 0, time.first) + _words(text, time.last, end)
    if others > _OTHER_WORDS + labelled or text.tokens[-1].word.key in (".", "،"):
        return False
    if any(m.last <= time.first for m in labels) or others <= 1:
        return True
    if any(m.first == time.first and "ل" in m.proclitics for m in matches["dates"]):
        return True  # حصاد الأحداث ليوم الخميس 02-12-2021
    left = time.first == 0 or _divides(text, time.first - 1)
    right = time.last == end or _divides(text, time.last)
    return left and right and not _tells(matches, 0, end)


def _opening(text: Text, matches: dict[str, list[Match]], time: TimeExpression) -> bool:
    """Whether the line opens with a place and this date between dividers."""
    if not 0 < time.first <= _OPENING or _words(text, 0, time.first) > _OTHER_WORDS:
        return False
    divided = _divides(text, time.first - 1) and _divides(text, time.last)
    return divided and not _tells(matches, 0, time.first)
