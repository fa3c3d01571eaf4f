"""Stretches of a text hidden, with the way between the offsets before and after."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from marsad.model import Span


@dataclass(frozen=True, slots=True)
class Masked:
    """A text with stretches replaced; `cuts` pairs each stretch of the source with what stands for it."""

    text: str
    cuts: tuple[tuple[Span, Span], ...]

    def span(self, source: Span) -> Span:
        """Where a span of the source lies in the masked text; it takes in the whole of a mask it cuts."""
        return _moved(source, self.cuts)

    def original(self, masked: Span) -> Span:
        """Where a span of the masked text lies in the source; it takes in all that a mask it cuts hides."""
        return _moved(masked, [(there, here) for here, there in self.cuts])


def _moved(span: Span, cuts: Iterable[tuple[Span, Span]]) -> Span:
    start, end = span.start, span.end
    for here, there in cuts:
        if here.start <= span.start:
            start = there.start if span.start < here.end else there.end + span.start - here.end
        if here.start < span.end:
            end = there.end if span.end <= here.end else there.end + span.end - here.end
    return Span(start, max(start, end))


def mask(text: str, spans: Iterable[Span], *, with_: str = "[…]") -> Masked:
    """`text` with each span replaced by `with_`; spans that overlap are one, empty ones are nothing."""
    merged: list[Span] = []
    for span in sorted((s for s in spans if s.start < s.end), key=lambda s: (s.start, s.end)):
        if merged and span.start < merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    parts: list[str] = []
    cuts: list[tuple[Span, Span]] = []
    at = length = 0
    for span in merged:
        length += span.start - at
        parts += text[at : span.start], with_
        cuts.append((span, Span(length, length + len(with_))))
        at, length = span.end, length + len(with_)
    return Masked("".join((*parts, text[at:])), tuple(cuts))
