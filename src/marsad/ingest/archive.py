"""Web archives: the articles among the pages of WARC and WACZ files.

Only what a server answered with success and as a web page is looked at. What is passed over is counted by
reason in a tally, so that nothing is dropped without a word; a crawl has too much of it to list.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast
from urllib.parse import urlsplit
from zipfile import BadZipFile, ZipFile

from marsad.ingest import content, pages, warc, web
from marsad.ingest.charset import page_text
from marsad.ingest.compose import Dateline
from marsad.ingest.decode import MAX_DOCUMENT_BYTES
from marsad.ingest.fault import Fault
from marsad.ingest.http_head import http_head
from marsad.ingest.sieve import Sieve
from marsad.ingest.warc import Archive, Response, Revisit
from marsad.model import Capture, Document

_WARC = (".warc", ".warc.gz", ".warc.zst", ".warc.zstd")
_WACZ = (".wacz",)
ENDINGS = (*_WARC, *_WACZ)
_PAGES = ("text/html", "application/xhtml+xml")

#: What was seen and passed over, by reason.
Tally = Counter[str]


def is_archive(path: Path) -> bool:
    """Whether the name is that of a web archive."""
    return path.name.lower().endswith(ENDINGS)


def is_crawl(path: Path) -> bool:
    """Whether the name is one that Common Crawl gives: a crawl of the web, whose pages nobody chose."""
    return path.name.startswith(("CC-NEWS-", "CC-MAIN-"))


def archives(path: Path) -> Iterator[Archive | Fault]:
    """The WARC files of a path: itself, or those within a WACZ.

    Raises:
        OSError: The file cannot be opened.
    """
    if not path.name.lower().endswith(_WACZ):
        yield Archive(str(path), partial(_opened, path), path.stat().st_size)
        return
    try:
        with ZipFile(path) as packed:
            inside = [
                info for info in packed.infolist()
                if info.filename.startswith("archive/") and info.filename.lower().endswith(_WARC)
            ]  # fmt: skip
    except BadZipFile as error:
        yield Fault(str(path), f"is no sound WACZ: {error}", "fetch the file again")
        return
    if not inside:
        yield Fault(str(path), "the WACZ holds no WARC file", "a WACZ keeps them in archive/")
    for info in sorted(inside, key=lambda info: info.filename):
        yield Archive(f"{path}!{info.filename}", partial(_member, path, info.filename), info.file_size)


def _opened(path: Path) -> BinaryIO:
    return path.open("rb")


def _member(path: Path, name: str) -> BinaryIO:
    """A file within a WACZ; closing it closes the WACZ."""
    packed = ZipFile(path)
    try:
        stream = packed.open(name)
    finally:
        packed.close()  # the zip file itself stays open as long as the member is
    return cast(BinaryIO, stream)


def name_of(path: Path, archive: Archive) -> str:
    """By what the pages of an archive are called: the file's name, and that of the file within."""
    inside = archive.where.removeprefix(str(path)).removeprefix("!archive/")
    return f"{path.name}!{inside}" if inside else path.name


def articles(
    archive: Archive,
    name: str,
    *,
    tally: Tally,
    begin: int = 0,
    end: int | None = None,
    sieve: Sieve | None = None,
    dateline: Dateline | None = None,
) -> Iterator[Document | Fault]:
    """The articles of the records that begin from byte `begin` to before `end`.

    Args:
        archive: The WARC file.
        name: By what its pages are called: `name@BYTE`.
        tally: Counts what was seen and what was passed over.
        begin: The first byte of the stretch.
        end: The byte behind the stretch, the end of the file where it is `None`.
        sieve: Passes over pages before they are parsed.
        dateline: Finds a day of publication in a text that comes without one.
    """
    for item in warc.records(archive, begin=begin, end=end):
        if isinstance(item, Fault):
            tally["damaged records"] += 1
            yield item
        elif isinstance(item, Revisit):
            tally["pages met again as they had been"] += 1
        elif isinstance(item, Response):
            tally["answers"] += 1
            yield from _article(item, f"{name}@{item.key}", tally, sieve, dateline)


def _article(
    answer: Response, name: str, tally: Tally, sieve: Sieve | None, dateline: Dateline | None
) -> Iterator[Document | Fault]:
    if answer.status != 200:
        tally["answers other than a page (redirects, errors)"] += 1
        return
    if not answer.type.startswith(_PAGES):
        tally["files other than web pages"] += 1
        return
    try:
        raw = content.body(
            answer.body, encoding=answer.encoding, transfer=answer.transfer, limit=MAX_DOCUMENT_BYTES
        )
    except content.Unsound as error:
        tally["pages that cannot be unpacked"] += 1
        yield Fault(answer.where, f"the page {error}", "it was not taken in")
        return
    if not raw.strip():
        tally["empty pages"] += 1
        return
    text = page_text(raw, answer.where, told=answer.type, guess=True)
    if isinstance(text, Fault):
        tally["pages in an unknown encoding"] += 1
        yield text
        return
    if sieve is not None and (reason := sieve.passes_over(text)):
        tally[reason] += 1
        return
    head = http_head(200, answer.reason, answer.headers, size=len(raw))
    kept = web.reply(raw, head=head, media_type=answer.type, url=answer.where, published=None)
    found = pages.article(text, answer.where, name, dateline=dateline, raw=kept)
    if isinstance(found, Fault):
        # most pages of a crawl are front pages and lists
        tally["pages without an article"] += 1
        return
    tally["articles"] += 1
    yield replace(found, capture=_captured(found.capture, answer))


def _captured(stated: Capture, answer: Response) -> Capture:
    """Where the page came from: the address that was asked for, or the page's own name for it on the same site."""
    url = stated.url if _site(stated.url) == _site(answer.url) else None
    return replace(stated, url=url or answer.url or None, retrieved=answer.retrieved)


def _site(url: str | None) -> str:
    try:
        return (urlsplit(url or "").hostname or "").removeprefix("www.")
    except ValueError:
        return ""
