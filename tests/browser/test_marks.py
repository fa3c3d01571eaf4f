"""Marks stand exactly on the evidence, and the text below them is as it would be without them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from marsad.model import Event, Span
from marsad.record import Filters, Record

Open = Callable[..., Page]

#: Each mark of the text with its kind and the code points that it covers, counted as the record counts.
MARKED = """() => {
  const text = document.querySelector('.source-text[data-document]');
  const before = document.createRange();
  const points = (node, offset) => {
    before.selectNodeContents(text); before.setEnd(node, offset); return [...before.toString()].length;
  };
  return [...text.querySelectorAll('mark')].map(mark => {
    const range = document.createRange();
    range.selectNodeContents(mark);
    const first = document.createTreeWalker(mark, NodeFilter.SHOW_TEXT).nextNode();
    return { kind: mark.className.replace('k-', ''), words: range.toString(), start: points(first, 0),
             end: points(first, 0) + [...range.toString()].length };
  });
}"""

#: Where each word stands, with marks or without.
WORDS = """() => {
  const text = document.querySelector('.source-text[data-document]');
  const all = text.textContent, nodes = [];
  const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
  for (let node, at = 0; (node = walker.nextNode()); at += node.length) nodes.push([at, node]);
  const place = at => { const [start, node] = nodes.findLast(([start]) => start <= at); return [node, at - start]; };
  return [...all.matchAll(/\\S+/g)].map(({ 0: word, index }) => {
    const range = document.createRange();
    range.setStart(...place(index));
    const [node, offset] = place(index + word.length - 1);
    range.setEnd(node, offset + 1);
    const box = range.getBoundingClientRect();
    return [word, [box.x, box.y, box.width, box.height]];
  });
}"""


def spans(event: Event) -> Iterator[tuple[str, Span | None]]:
    """Every stretch that a value of the event was read from, with its kind."""
    yield from (("what", span) for span in (event.trigger, *event.mentions))
    yield from (("who", party.span) for party in event.initiators)
    yield from (("whom", party.span) for party in event.targets)
    yield "when", event.period_span
    yield "where", event.location.span if event.location else None
    yield from (("weapon", weapon.span) for weapon in event.weapons)
    yield "speaker", event.attribution.span
    for figure in event.figures:
        yield "figure", figure.span
        yield "speaker", figure.attribution.span


@pytest.fixture(scope="module")
def told(record: Path) -> dict[str, tuple[str, list[Event]]]:
    """Text and events of some documents, those with most kinds of evidence first."""
    events: dict[str, list[Event]] = defaultdict(list)
    with Record.open(record, readonly=True) as opened:
        for summary in opened.summaries(Filters()):
            for telling in opened.incident(summary.id).tellings:
                events[telling.document_id].append(telling.event)
        rich = sorted(events, key=lambda id_: -len({k for e in events[id_] for k, s in spans(e) if s}))[:12]
        return {id_: (opened.document(id_).text, events[id_]) for id_ in rich}


def test_marks_cover_the_evidence_and_nothing_else(
    opened: Open, told: dict[str, tuple[str, list[Event]]]
) -> None:
    for id_, (text, events) in told.items():
        page = opened(f"/ar/documents/{id_}")
        shown = page.locator(".source-text[data-document]")
        assert shown.evaluate("e => e.textContent") == text
        wanted, found = defaultdict(set), defaultdict(set)
        for event in events:
            for kind, span in spans(event):
                if span:
                    wanted[kind] |= set(range(span.start, span.end))
        for mark in page.evaluate(MARKED):
            assert text[mark["start"] : mark["end"]] == mark["words"]
            found[mark["kind"]] |= set(range(mark["start"], mark["end"]))
        assert dict(found) == dict(wanted)
        page.context.close()


@pytest.mark.parametrize("width", [1280, 360])
def test_marks_move_no_word(opened: Open, told: dict[str, tuple[str, list[Event]]], width: int) -> None:
    for id_ in list(told)[:4]:
        page = opened(f"/ar/documents/{id_}", viewport={"width": width, "height": 900})
        page.evaluate("document.fonts.ready")
        marked = page.evaluate(WORDS)
        assert page.locator(".source-text mark").count() > 0
        page.locator(".source-text[data-document]").evaluate("e => { e.textContent = e.textContent; }")
        # a run of text cut by a mark is rounded by itself; a broken join takes more than this
        assert page.evaluate(WORDS) == [[word, pytest.approx(box, abs=0.6)] for word, box in marked]
        page.context.close()


def test_words_selected_in_the_text_are_told_in_code_points(
    opened: Open, told: dict[str, tuple[str, list[Event]]]
) -> None:
    id_, (text, _) = next(iter(told.items()))
    page = opened(f"/ar/documents/{id_}")
    page.evaluate(
        """() => {
          const form = document.createElement('form');
          form.dataset.pick = '';
          for (const name of ['document', 'start', 'end', 'quote']) {
            const field = document.createElement('input'); field.name = name; form.append(field);
          }
          document.querySelector('main').append(form);
          const last = [...document.querySelectorAll('.source-text mark')].at(-1);
          getSelection().selectAllChildren(last);
        }"""
    )
    page.wait_for_function("document.querySelector('form[data-pick] [name=quote]').value")
    start, end, quote, document = (
        page.locator(f"form[data-pick] [name={name}]").input_value()
        for name in ("start", "end", "quote", "document")
    )
    assert document == id_
    assert text[int(start) : int(end)] == quote != ""
