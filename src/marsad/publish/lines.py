"""Lines of text for a terminal: safe whatever the news holds, legible with or without bidi.

Arabic stands between isolates (FSI, PDI), so that a terminal which reorders text keeps each piece
in one place; one which does not shows nothing for them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from unicodedata import combining

#: Control characters and direction overrides: a text from outside must not steer a terminal.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]+")
_ISOLATE, _POP = "\u2068", "\u2069"
_LETTER = "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]"
_ARABIC = re.compile(_LETTER)
#: Arabic words in a row, with what stands between them but no Latin letter or digit.
_RUN = re.compile(f"{_LETTER}(?:[^A-Za-z0-9]*{_LETTER})?")
_UNSEEN = frozenset((_ISOLATE, _POP, "\u200e", "\u200f", "\u200b", "\u200c", "\u200d"))

#: A space at which no line is broken; it is shown as any other.
GLUE = "\u00a0"

Part = tuple[str, str]
"""Words and their tone: a name that `PAINT` may know."""


def plain(value: object) -> str:
    """`value` in one line that is safe to put on a terminal; nothing for what is absent."""
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return " ".join(plain(item) for item in value)
    return piece(str(value)).strip()


def piece(text: str) -> str:
    """A stretch of a text made safe, the spaces at its ends kept."""
    return _UNSAFE.sub(" ", text)


def isolated(value: object) -> str:
    """`value` made safe, between isolates where it holds letters that run from right to left."""
    text = plain(value)
    return f"{_ISOLATE}{text}{_POP}" if _ARABIC.search(text) else text


def runs(text: str) -> Iterator[tuple[str, bool]]:
    """`text` cut into Arabic and other stretches, each with whether it is Arabic."""
    end = 0
    for run in _RUN.finditer(text):
        if run.start() > end:
            yield text[end : run.start()], False
        yield run.group(), True
        end = run.end()
    if end < len(text):
        yield text[end:], False


def mixed(value: object) -> str:
    """A text of ours that names Arabic words: made safe, each of its Arabic runs between isolates."""
    return "".join(f"{_ISOLATE}{run}{_POP}" if arabic else run for run, arabic in runs(plain(value)))


@dataclass(frozen=True, slots=True)
class Line:
    """A line of toned parts, indented by `depth`; where it is too long it goes on `hang` deeper."""

    depth: int
    parts: tuple[Part, ...] = ()
    hang: int = 2


def line(depth: int, *parts: str | Part, hang: int = 2) -> Line:
    """A line of parts; a bare text has no tone."""
    return Line(depth, tuple((part, "") if isinstance(part, str) else part for part in parts), hang)


#: ANSI codes by tone; what is not here is not coloured.
PAINT: Mapping[str, str] = {
    "head": "1", "title": "1;4", "dim": "2", "good": "32", "bad": "31",
    "act": "31", "toll": "35", "number": "36", "time": "34", "place": "32", "side": "33", "weapon": "91",
    "speaker": "94", "status": "95", "grammar": "90",
}  # fmt: skip


def drawn(lines: Iterable[Line], *, width: int = 100, colour: bool = False) -> Iterator[str]:
    """The lines as a terminal of that width shows them."""
    for item in lines:
        yield from _wrapped(item, width, colour)


def _width(text: str) -> int:
    return sum(not (char in _UNSEEN or combining(char)) for char in text)


def _wrapped(item: Line, width: int, colour: bool) -> Iterator[str]:
    row, used, begun, inside = [("  " * item.depth, "")], 2 * item.depth, False, 0
    for text, tone in item.parts:
        for piece in re.findall(" +|[^ ]+", text):
            size = _width(piece)
            if begun and used + size > width and not piece.isspace():
                # an isolate ends with its line and is opened again on the next
                yield _painted([*row, (_POP * inside, "")], colour)
                used = 2 * (item.depth + item.hang)
                row = [(" " * used + _ISOLATE * inside, "")]
            begun = begun or not piece.isspace()
            inside += piece.count(_ISOLATE) - piece.count(_POP)
            row.append((piece, tone))
            used += size
    yield _painted(row, colour)


def _painted(row: Iterable[Part], colour: bool) -> str:
    """The row with a colour for each stretch of one tone, none for what follows its last word."""
    out = []
    for tone, parts in groupby(row, key=lambda part: part[1]):
        text = "".join(piece for piece, _ in parts).replace(GLUE, " ")
        code = PAINT.get(tone) if colour and text.strip() else None
        out.append(f"\x1b[{code}m{text}\x1b[0m" if code else text)
    return "".join(out).rstrip()
