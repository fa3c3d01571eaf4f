"""Documents from files, as a record can hold them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import BinaryIO

from marsad import lexicon
from marsad.ingest import Dateline, Fault, ingest
from marsad.model import Capture, Document
from marsad.pipeline.progress import Failure
from marsad.read.dateline import find_dateline
from marsad.text import reach


def documents(paths: Iterable[str | Path], *, stdin: BinaryIO | None = None) -> Iterator[Document | Failure]:
    """The documents of files, folders and standard input (`-`), and what could not be taken in."""
    return storable(ingest([str(path) for path in paths], dateline=dateline(), stdin=stdin))


def dateline() -> Dateline:
    """Finds the day of publication that a text tells of itself."""
    return partial(find_dateline, lexicon=lexicon.load())


def storable(items: Iterable[Document | Fault]) -> Iterator[Document | Failure]:
    """What was taken in, as a record can hold it."""
    for item in items:
        if isinstance(item, Fault):
            yield Failure(spelt(item.where), spelt(item.message), item.hint, item.kept)
        elif _storable(item.text):
            taken = replace(item, capture=_spelt(item.capture))
            yield taken
            if not taken.coded and (end := reach(taken.text)) < len(taken.text):
                yield Failure(
                    taken.capture.source_id or taken.id,
                    f"the text is too long: only its first {end:,} characters are read",
                    "one document is one article: split it",
                    kept=True,
                )
        else:
            name = spelt(item.capture.source_id or item.id)
            yield Failure(name, "holds characters that no text can hold", "write the file out as UTF-8")


def spelt(name: str) -> str:
    """A file's name with odd bytes written out."""
    return name.encode("utf-8", "backslashreplace").decode()


def _spelt(capture: Capture) -> Capture:
    """The capture with file names of odd bytes written out."""
    raw = replace(capture.raw, file=spelt(capture.raw.file)) if capture.raw else None
    return replace(capture, source_id=spelt(capture.source_id), raw=raw)


def _storable(text: str) -> bool:
    """Half a surrogate pair, as broken JSON escapes give, has no UTF-8 form."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
