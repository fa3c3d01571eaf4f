"""JSONL: one article a line, with the fields id, url, outlet, published, title and text."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterable, Iterator
from typing import Any

from marsad.ingest.compose import Dateline, compose, day_of
from marsad.ingest.decode import MAX_DOCUMENT_BYTES, clean, decode, lines, too_large, unsound
from marsad.ingest.fault import Fault
from marsad.model import Capture, Document, Piece, Raw

#: How a line becomes a document; the number is raised when the same bytes give another one.
RECIPE = "lines/1"

#: Packed, so many cost nothing to send and hours to go through.
MOST_BLANK = 1_000_000
_FIELDS = ("id", "url", "outlet", "published", "title")
_EXAMPLE = 'a line is an object: {"text": "...", "title": "...", "published": "2021-01-31"}'


def articles(
    pieces: Iterable[bytes],
    where: str,
    name: str,
    *,
    first: int = 1,
    begin: int = 0,
    part: bool = False,
    dateline: Dateline | None = None,
) -> Iterator[Document | Fault]:
    """The documents of a JSONL stream; a line that is no article is a fault, and the rest goes on.

    Fields that are not known are ignored. A line without an `id` gets `name` and its number; `first`
    is that of the first line, which stands at byte `begin`;
    of `part` of a file no line need be there.
    """
    seen, blank = part, 0
    for number, (start, raw) in enumerate(lines(pieces, MAX_DOCUMENT_BYTES), start=first):
        place = f"{where}:{number}"
        if raw is None:
            seen = True
            yield too_large(place, "line")
            continue
        if number == 1 and raw.startswith(codecs.BOM_UTF8):
            start, raw = len(codecs.BOM_UTF8), raw.removeprefix(codecs.BOM_UTF8)
        if not raw.strip():
            blank += 1
            if blank > MOST_BLANK:
                yield Fault(
                    place, f"more than {MOST_BLANK:,} empty lines: the rest is not read", "leave them out"
                )
                return
            continue
        seen = True
        item = _object(raw, place)
        if isinstance(item, Fault):
            yield item
        else:
            kept = Raw((Piece(raw, begin + start),), RECIPE, "application/json", where)
            yield from _article(item, place, f"{name}:{number}", dateline, kept)
    if not seen:
        yield Fault(where, "the file is empty", _EXAMPLE)


def _object(raw: bytes, place: str) -> dict[str, Any] | Fault:
    """The JSON object of one line."""
    text = decode(raw, place, what="line")
    if isinstance(text, Fault):
        return text
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        return Fault(f"{place}:{error.colno}", f"not JSON: {error.msg}", _EXAMPLE)
    except (ValueError, RecursionError) as error:
        return Fault(place, f"not JSON that can be read: {error}", _EXAMPLE)
    if not isinstance(value, dict):
        return Fault(place, "the line is not an object", _EXAMPLE)
    return value


def _article(
    item: dict[str, Any], place: str, fallback: str, dateline: Dateline | None, raw: Raw
) -> Iterator[Document | Fault]:
    """The document of one object, with a fault for each field that had to be left out."""
    text = item.get("text")
    if not isinstance(text, str):
        what = "has no text" if text is None else "has a text that is not a string"
        yield Fault(place, f"the line {what}", 'the article goes into the field "text"')
        return
    if not text.strip():
        yield Fault(place, "the text is empty", "leave the line out")
        return
    if reason := unsound(text):
        yield Fault(place, f"the text is broken: {reason}", "write the file again as UTF-8")
        return
    told: dict[str, str | None] = {}
    for field in _FIELDS:
        value = item.get(field)
        if field == "id" and isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if value is not None and (not isinstance(value, str) or unsound(value)):
            yield Fault(place, f"{field!r} is not a sound string: left out", None, kept=True)
            value = None
        told[field] = clean(value).strip() or None if value is not None else None
    published = day_of(told["published"]) if told["published"] else None
    if told["published"] and published is None:
        yield Fault(
            place,
            f"'published' is not a date: {told['published'][:40]!r}: left out",
            "write it as 2021-01-31 or 2021-01-31T18:30:00+03:00",
            kept=True,
        )
    yield compose(
        clean(text),
        title=told["title"],
        published=published,
        dated_by="input" if published else None,
        dateline=dateline,
        capture=Capture(told["id"] or fallback, told["url"], told["outlet"], raw=raw),
    )
