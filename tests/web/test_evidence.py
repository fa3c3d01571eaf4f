"""Marks stand on the characters that they are evidence of, and change none of them."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from marsad.model import Document, Event, Span
from marsad.web.evidence import KINDS, SHORT, Mark, excerpts, marked, marks, shown_excerpts
from marsad.web.view import shown

WORDS = st.text(alphabet="ابوق <>&\"'\n٣5\u202e\u0007\u200f\U0001f54a", min_size=1, max_size=60)


@st.composite
def marked_texts(draw: st.DrawFn) -> tuple[str, list[Mark]]:
    text = draw(WORDS)
    edges = st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).filter(lambda e: e[0] != e[1])
    spans = draw(st.lists(st.tuples(edges, st.sampled_from(KINDS)), max_size=6))
    return text, [Mark(Span(min(e), max(e)), kind) for e, kind in spans]


@given(marked_texts())
def test_marking_changes_no_character_and_marks_each_with_its_kinds(given: tuple[str, list[Mark]]) -> None:
    text, seen = given
    tree = html.fragment_fromstring(f"<p>{marked(text, Span(0, len(text)), seen)}</p>")
    assert tree.text_content() == shown(text) and len(shown(text)) == len(text)
    at = 0
    for piece in tree.xpath(".//text()"):
        kinds = set()
        holder = piece.getparent() if piece.is_text else piece.getparent().getparent()
        while holder.tag == "mark":
            kinds.add(holder.get("class").removeprefix("k-"))
            holder = holder.getparent()
        for _ in piece:
            assert kinds == {m.kind for m in seen if m.span.start <= at < m.span.end}
            at += 1


@given(st.lists(st.integers(0, 9000), min_size=1, max_size=8))
def test_excerpts_of_a_long_text_hold_every_mark_in_order(starts: list[int]) -> None:
    text = ("كلمة " * 30 + "\n") * 60
    seen = [Mark(Span(start, start + 5), "what") for start in starts if start + 5 <= len(text)]
    if not seen:
        return
    assert len(text) > SHORT
    spans = excerpts(text, seen, seen[0].span)
    assert all(any(s.start <= m.span.start and m.span.end <= s.end for s in spans) for m in seen)
    assert all(a.end < b.start for a, b in pairwise(spans))


def test_a_line_of_a_million_characters_is_shown_in_part() -> None:
    text = "س" * 500_000 + " انفجار " + "ش" * 500_000
    at = Span(500_001, 500_007)
    event = Event("bombing", at, at)
    pieces = list(shown_excerpts(Document(text), marks(event), at))
    assert sum(len(piece.striptags()) for piece, _, _ in pieces) < 1000
    assert '<mark class="k-what">انفجار</mark>' in pieces[0][0]
