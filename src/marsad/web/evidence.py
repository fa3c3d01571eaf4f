"""A source's text with the evidence of an event marked by its kind.

A mark is bare: padding, an isolate or an inline box within a word would break the joins of Arabic
letters. Where values overlap the text is cut at every edge and the marks stand within each other,
so that each piece shows every kind that it is evidence of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, get_args

from markupsafe import Markup

from marsad.model import Document, Event, Span
from marsad.web.view import escaped

Kind = Literal["who", "whom", "what", "where", "when", "figure", "weapon", "speaker"]
KINDS: tuple[Kind, ...] = get_args(Kind)

#: How much of a text is shown around a value, and how small a gap is shown rather than left out.
_AROUND = 220
_GAP = 80
#: Texts up to this length are shown whole.
SHORT = 1200


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of the text and what it is evidence of."""

    span: Span
    kind: Kind


def marks(event: Event) -> tuple[Mark, ...]:
    """Every stretch that a value of the event was read from."""
    found: list[tuple[Span | None, Kind]] = [
        (event.trigger, "what"),
        *((span, "what") for span in event.mentions),
    ]
    found += [(party.span, "who") for party in event.initiators]
    found += [(party.span, "whom") for party in event.targets]
    found.append((event.period_span, "when"))
    found.append((event.location.span if event.location else None, "where"))
    for figure in event.figures:
        found += [(figure.span, "figure"), (figure.attribution.span, "speaker")]
    found += [(weapon.span, "weapon") for weapon in event.weapons]
    found.append((event.attribution.span, "speaker"))
    return tuple(dict.fromkeys(Mark(span, kind) for span, kind in found if span is not None))


def marked(text: str, within: Span, seen: Sequence[Mark]) -> Markup:
    """The characters of `within`, all of them, marked where they are evidence."""
    inside = [mark for mark in seen if mark.span.overlaps(within)]
    cuts = {within.start, within.end}
    for mark in inside:
        cuts |= {edge for edge in (mark.span.start, mark.span.end) if within.start < edge < within.end}
    return Markup("").join(_piece(text, Span(*pair), inside) for pair in pairwise(sorted(cuts)))


def _piece(text: str, piece: Span, seen: Sequence[Mark]) -> Markup:
    over = sorted((m for m in seen if m.span.overlaps(piece)), key=lambda m: m.span.start - m.span.end)
    words = escaped(piece.of(text))
    for kind in reversed(list(dict.fromkeys(mark.kind for mark in over))):
        words = Markup('<mark class="k-{}">{}</mark>').format(kind, words)
    return words


def excerpts(text: str, seen: Iterable[Mark], evidence: Span) -> list[Span]:
    """The stretches of a long text that show its evidence, each with some words around it."""
    if len(text) <= SHORT:
        return [Span(0, len(text))]
    out: list[Span] = []
    for span in sorted((evidence, *(mark.span for mark in seen))):
        window = Span(_word_start(text, span.start), _word_end(text, span.end))
        if out and window.start <= out[-1].end + _GAP:
            out[-1] = out[-1].cover(window)
        else:
            out.append(window)
    return out


def _word_start(text: str, at: int) -> int:
    """A line's or a word's beginning, not too far before."""
    far = max(0, at - _AROUND)
    line = text.rfind("\n", far, at)
    if line >= 0:
        return line + 1
    space = text.find(" ", far, at)
    return 0 if far == 0 else space + 1 if space >= 0 else far


def _word_end(text: str, at: int) -> int:
    far = min(len(text), at + _AROUND)
    line = text.find("\n", at, far)
    if line >= 0:
        return line
    space = text.rfind(" ", at, far)
    return far if far == len(text) or space < 0 else space


def shown_excerpts(
    document: Document, seen: Sequence[Mark], evidence: Span
) -> Iterator[tuple[Markup, bool, bool]]:
    """Each excerpt with its marks, and whether text is left out before it and after it."""
    text = document.text
    spans = excerpts(text, seen, evidence)
    for number, span in enumerate(spans):
        last = number == len(spans) - 1
        yield marked(text, span, seen), span.start > 0, last and span.end < len(text)


def direction(document: Document) -> str:
    """The direction of a document's text: that of its language, whatever the page's is."""
    if document.language is None:
        return "auto"
    return "rtl" if document.language in ("ar", "fa", "he", "ku", "ckb", "ur") else "ltr"
