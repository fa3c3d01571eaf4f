"""Marks on a text, coloured by the kinds of what was seen there, and the style of a page with them.

A mark is bare: padding or an isolate within a word would break the joins of Arabic letters. Where
things overlap the text is cut at every edge, and each piece shows all that cover it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from itertools import pairwise
from typing import get_args

from marsad.anatomy import LAYER, Kind, Seen
from marsad.model import Span
from marsad.publish.html import Html, safe, tag

#: The kinds in the order in which they are shown where a word is of several.
KINDS: tuple[Kind, ...] = get_args(Kind)
#: How many kinds a mark shows.
_STACKED = 3


def style() -> str:
    """The style sheet, with a rule for each kind at each place of the stack and for its switch."""
    rules = [(resources.files("marsad.publish") / "anatomy.css").read_text("utf8")]
    for kind in KINDS:
        rules += (
            f".{place}-{kind}{{--{place}:var(--{kind});--{place}t:var(--{kind}-tint)}}" for place in "abc"
        )
        rules.append(f".of-{kind}{{--own:var(--{kind})}}")
        rules.append(
            f":root:has(#show-{kind}:not(:checked)){{--{kind}:transparent;--{kind}-tint:transparent}}"
            f":root:has(#show-{kind}:not(:checked)) .sentence tr.of-{kind}{{display:none}}"
        )
    return "\n".join(rules)


@dataclass(frozen=True, slots=True)
class _Segment:
    """A stretch of text that the same things cover throughout."""

    span: Span
    seen: tuple[Seen, ...]


def _segments(span: Span, seen: Sequence[Seen]) -> Iterator[_Segment]:
    """Cuts a stretch wherever something seen begins or ends; nothing is lost between."""
    inside = [s for s in seen if s.span.start < s.span.end]
    cuts = {span.start, span.end}
    for item in inside:
        cuts |= {min(max(edge, span.start), span.end) for edge in (item.span.start, item.span.end)}
    edges = sorted(cuts)
    for start, end in pairwise(edges):
        piece = Span(start, end)
        yield _Segment(piece, tuple(s for s in inside if s.span.overlaps(piece)))


def marked(text: str, span: Span, seen: Sequence[Seen]) -> Iterator[Html]:
    """The characters of the span, all of them, in marks where something was seen."""
    for segment in _segments(span, seen):
        words = segment.span.of(text)
        if not segment.seen:
            yield safe(words)
            continue
        kinds = sorted({LAYER[s.layer].kind for s in segment.seen}, key=KINDS.index)
        classes = " ".join(f"{place}-{kind}" for place, kind in zip("abc", kinds[:_STACKED], strict=False))
        told = "\n".join(dict.fromkeys(_in_short(s) for s in segment.seen))
        yield tag("mark", words, class_=classes, title=told)


def _in_short(seen: Seen) -> str:
    source = f" {seen.source}" if seen.source else ""
    return f"{seen.layer}{source}: {seen.gives}{f' → {seen.outcome}' if seen.outcome else ''}"
