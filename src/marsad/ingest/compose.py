"""A document from its parts: headline in front, one day of publication, and where it came from."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from marsad.ingest.language import language_of
from marsad.model import FIRST_YEAR, LAST_YEAR, Capture, DatedBy, Document, Span

Dateline = Callable[[str], tuple[date, Span] | None]

#: The longest first line that is still taken for a headline.
MAX_HEADLINE = 160
_DAY = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?\s?(?:Z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?)?)?"
)
_RUN_ON = (".", "،", "؛", ":", ",", ";")


def day_of(value: str) -> date | None:
    """The day that `YYYY-MM-DD` or a full ISO timestamp names, in the timestamp's own zone."""
    match = _DAY.fullmatch(value.strip())
    if match is None:
        return None
    try:
        day = date.fromisoformat(match[1])
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def first_line(text: str) -> Span | None:
    """The first line that is not blank, without the white space around it."""
    begin = len(text) - len(text.lstrip())
    if begin == len(text):
        return None
    end = text.find("\n", begin)
    line = text[begin : end if end >= 0 else len(text)]
    return Span(begin, begin + len(line.rstrip()))


def headline_of(text: str) -> Span | None:
    """The first line, when it reads like a headline.

    It is short, does not stop or run on (no final full stop, comma or colon), and a further
    paragraph follows it.
    """
    line = first_line(text)
    if line is None or line.end - line.start > MAX_HEADLINE:
        return None
    if line.of(text).endswith(_RUN_ON) or not text[line.end :].strip():
        return None
    return line


def with_title(title: str | None, text: str) -> tuple[str, Span | None]:
    """The document's text, which begins with the title, and the title's span.

    A text that begins with the title already is left as it is; without a title the first line
    may be one.
    """
    title = title.strip() if title else ""
    if not title:
        return text, headline_of(text)
    line = first_line(text)
    if line is not None and line.of(text).split() == title.split():
        return text, line
    return f"{title}\n{text}", Span(0, len(title))


def compose(
    text: str,
    *,
    capture: Capture,
    title: str | None = None,
    published: date | None = None,
    dated_by: DatedBy | None = None,
    dateline: Dateline | None = None,
) -> Document:
    """A document; when no day is given, `dateline` is asked to find one in the text."""
    whole, headline = with_title(title, text)
    if published is None:
        found = dateline(whole) if dateline else None
        published, dated_by = (found[0], "dateline") if found else (None, None)
    return Document(whole, published, dated_by, headline, language_of(whole), capture)
