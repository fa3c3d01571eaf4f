"""Web pages: the article's text out of the page, and only what the page states about it.

The text comes from trafilatura's tree, written out here: its own text output writes bullets
and bars that the page does not have and drops the marks that steer reading direction. Title,
day, outlet and address come from structured metadata alone (`pagedata`); nothing is guessed
from the look of the page.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from typing import Any

from marsad.ingest.compose import Dateline, compose
from marsad.ingest.decode import unsound
from marsad.ingest.fault import Fault
from marsad.ingest.pagedata import page_data
from marsad.model import Capture, Document, Raw

#: An article has at least one line of this length; menus and log-in pages have none.
MIN_LINE = 40
#: The longest articles, live blogs of a war's day, have a few thousand.
MOST_ELEMENTS = 100_000
_INLINE = frozenset({"hi", "ref", "del", "code", "graphic"})
_SPACE = re.compile("[ \t\n\r\f]+")
# Trafilatura takes a no-break space for white space and rewrites it, so characters that it
# would change travel through it as private-use ones.
_KEPT = "\u00a0\u202f\u2007\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u061c\u2060\ufeff" + "".join(
    map(chr, [*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
)
_BACK = {0x10F000 + number: ord(char) for number, char in enumerate(_KEPT)}
# Characters that the tree hands out but refuses to take back; the page shows none of them.
_REFUSED = [*range(0x09), 0x0B, *range(0x0E, 0x20), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF]
_SENT: dict[int, int | None] = {
    **{char: to for to, char in _BACK.items()},
    **dict.fromkeys(_REFUSED),
    0x0C: 0x20,
}
#: An element of some thousand attributes: the parser compares each of them with all others.
_ATTRIBUTES = re.compile(
    r"""<[A-Za-z][^<>\s]*+(?>\s++[^<>\s"'=]++(?:\s*+=\s*+(?>"[^"]*+"|'[^']*+'|[^\s<>"']*+))?+){5000}"""
)
_BLANK = re.compile(f"[\\s{_KEPT}]*")


@cache
def recipe() -> str:
    """How a page becomes a document; the number is raised when the same bytes give another one.

    What trafilatura takes for the article changes with its version.
    """
    return f"page/1 trafilatura/{version('trafilatura')}"


def article(
    html: str, where: str, name: str, *, dateline: Dateline | None = None, raw: Raw | None = None
) -> Document | Fault:
    """The article of a page, or a fault where the page has none.

    `raw` are the bytes that `html` was decoded from.
    """
    # Imported here because it takes a quarter of a second, which no other input needs.
    from lxml.etree import ParserError
    from lxml.html import HTMLParser, document_fromstring
    from trafilatura import bare_extraction

    # Trafilatura logs each page that it finds nothing in; here that is a fault already.
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    none = Fault(
        where,
        "no article was found in the page",
        "copy the article's text into a .txt file, headline first",
    )
    # Without huge_tree the parser ends a page without a word where tags nest 256 deep, which a
    # few hundred unclosed tags do; with it, it says so, and at 2,048.
    if _ATTRIBUTES.search(html):
        return Fault(where, "an element of the page has more attributes than any has", none.hint)
    parser = HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False, huge_tree=True
    )
    try:
        tree: Any = document_fromstring(html.encode(), parser=parser)
    except ParserError:
        return none
    deep = Fault(where, "the page nests its tags too deep to be read to its end", none.hint)
    if any("depth" in entry.message for entry in parser.error_log):
        return deep
    # what looks for the article takes more than twice as long for twice as many
    if tree.xpath("count(//*)") > MOST_ELEMENTS:
        return Fault(where, f"the page has more than {MOST_ELEMENTS:,} elements: no article has", none.hint)
    data = page_data(tree)
    _protect(tree)
    try:
        found: Any = bare_extraction(tree, include_comments=False, include_images=False)
        text_lines = list(_lines(found.body)) if found is not None and found.body is not None else []
    except RecursionError:
        return deep
    if data.title is not None:
        # The page's heading often comes a line or two late, under a section name or a date.
        for number, line in enumerate(text_lines[:4]):
            if line.split() == data.title.split():
                del text_lines[number]
                break
    text = "\n".join(text_lines)
    if not any(len(line) >= MIN_LINE for line in text_lines):
        return none
    if reason := unsound(text):
        return Fault(where, f"the page is broken: {reason}", "copy the article's text into a .txt file")
    return compose(
        text,
        title=data.title,
        published=data.published,
        dated_by="metadata" if data.published else None,
        dateline=dateline,
        capture=Capture(name, data.url, data.outlet, raw=raw),
    )


def _protect(tree: Any) -> None:
    """Hides the characters that must survive; a stretch of nothing else stays white space."""
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        for part in ("text", "tail"):
            value = getattr(element, part)
            if value and not _BLANK.fullmatch(value):
                setattr(element, part, value.translate(_SENT))


def _lines(body: Any) -> Iterator[str]:
    """The lines of an extracted body: one for each paragraph, heading, item, row and break."""
    for line in "".join(_pieces(body)).translate(_BACK).split("\n"):
        line = line.strip(" ")
        if not _BLANK.fullmatch(line):
            yield line


def _pieces(element: Any) -> Iterator[str]:
    """Text with white space collapsed as a browser does, and line breaks around blocks."""
    edge = "" if element.tag in _INLINE else " " if element.tag == "cell" else "\n"
    yield edge
    yield _SPACE.sub(" ", element.text or "")
    for child in element:
        if isinstance(child.tag, str):
            yield from _pieces(child)
        yield _SPACE.sub(" ", child.tail or "")
    yield edge
