"""The chain of custody: is all that was taken in and decided as it was, and does it still give the same?"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from marsad import lexicon
from marsad.errors import RecordError
from marsad.ingest import Fault, again
from marsad.model import Document, Kept, Raw
from marsad.pipeline.progress import Progress, silent
from marsad.read.dateline import find_dateline

if TYPE_CHECKING:
    from marsad.record import Record
    from marsad.record.custody import Holding, Wrong

_PAGE = 100


@dataclass(frozen=True, slots=True)
class Remade:
    """A document that the kept bytes do not give any more.

    `then` and `now` are the recipes; where they are one, the bytes were not what the document was
    made from.
    """

    number: int
    document_id: str
    message: str
    then: str
    now: str


def wrongs(record: Record) -> Iterator[Wrong]:
    """What is not as it was appended; of a changed text also where, if its bytes still give it.

    A file that the database itself finds damaged is looked at as far as it can be read.
    """
    from marsad.record.custody import Wrong

    try:
        yield from (Wrong("file", said) for said in record.integrity())
        for wrong in record.wrongs():
            if wrong.what == "documents" and wrong.found is not None and wrong.document_id is not None:
                where = _where(record, wrong.document_id, wrong.found)
                yield replace(wrong, message=f"{wrong.message}{where}")
            else:
                yield wrong
    except RecordError as error:
        yield Wrong("file", f"it {error.message}, from here on")


def holding(record: Record) -> Holding | None:
    """What is held of what was appended; `None` where the file is too damaged to tell."""
    try:
        return record.holding()
    except RecordError:
        return None


def _where(record: Record, document_id: str, found: Document) -> str:
    """What was taken in and stands no more, in words; empty where the bytes cannot tell."""
    try:
        kept = record.kept_of(document_id)
    except RecordError:
        return ""
    for one in kept:
        made = _made(one, one.capture.raw) if one.capture.raw else None
        if isinstance(made, Document) and made.id == document_id:
            return f": {difference(made, found)}"
    return ""


def remade(record: Record, *, without: Collection[int] = (), progress: Progress = silent) -> Iterator[Remade]:
    """The documents that their bytes do not give today as they gave them when they came in.

    A day that was read from the text is left out: it is the lexicon's, and read anew on purpose.
    `without` are the numbers of captures that are not tried. Raises `RecordError` where the bytes
    of another are not those that were kept.
    """
    after, total = 0, record.holding().captures
    while page := record.kept(after=after, limit=_PAGE, without=without):
        after = page[-1].number
        held = {d.id: d for d in record.documents(sorted({one.document_id for one in page}))}
        for one in page:
            if one.capture.raw is not None and one.document_id in held:
                yield from _compared(one, one.capture.raw, held[one.document_id])
        progress("verify", after, total)


def _compared(one: Kept, raw: Raw, held: Document) -> Iterator[Remade]:
    made = _made(one, raw)
    if isinstance(made, Fault):
        yield Remade(one.number, one.document_id, str(made), raw.recipe, "")
        return
    if "dateline" in (made.dated_by, held.dated_by):
        made = replace(made, published=held.published, dated_by=held.dated_by)
    if made != held:
        now = made.capture.raw.recipe if made.capture.raw else ""
        yield Remade(one.number, one.document_id, difference(held, made), raw.recipe, now)


def _made(one: Kept, raw: Raw) -> Document | Fault:
    dateline = partial(find_dateline, lexicon=lexicon.load())
    return again(raw, one.capture.source_id, dateline=dateline)


def difference(was: Document, now: Document) -> str:
    """The first thing in which two documents differ, in words."""
    if was.text != now.text:
        at = next(
            (n for n, (a, b) in enumerate(zip(was.text, now.text, strict=False)) if a != b),
            min(len(was.text), len(now.text)),
        )
        return f"at character {at} of the text {_char(now.text, at)} stands for {_char(was.text, at)}"
    for name in ("headline", "published", "dated_by", "language"):
        if getattr(was, name) != getattr(now, name):
            return f"{name} is {getattr(now, name)}, and was {getattr(was, name)}"
    return "nothing differs"


def _char(text: str, at: int) -> str:
    return f"‹{text[at]}› (U+{ord(text[at]):04X})" if at < len(text) else "the end"
