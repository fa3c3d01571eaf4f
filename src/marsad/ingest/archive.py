"""Web archives: the articles among the pages of WARC and WACZ files.

Only what a server answered with success and as a web page is looked at. What is passed over is counted by
reason in a tally, so that nothing is dropped without a word; a crawl has too much of it to list.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache, partial
from io import SEEK_CUR, SEEK_END, SEEK_SET, BufferedReader, RawIOBase
from pathlib import Path
from typing import Any, BinaryIO, cast
from urllib.parse import urlsplit
from zipfile import ZIP_STORED, BadZipFile, ZipFile

from marsad.ingest import content, pages, warc, web
from marsad.ingest.charset import page_text
from marsad.ingest.compose import Dateline
from marsad.ingest.decode import MAX_DOCUMENT_BYTES, other_format
from marsad.ingest.fault import Fault, counted
from marsad.ingest.http_head import header, http_head
from marsad.ingest.sieve import Sieve
from marsad.ingest.warc import Archive, Response, Revisit
from marsad.model import Capture, Document

_WARC = (".warc", ".warc.gz", ".warc.zst", ".warc.zstd")
_WACZ = (".wacz",)
ENDINGS = (*_WARC, *_WACZ)
#: The flag of a file that is locked, and the length of a file's header, in a ZIP.
_LOCKED, _HEADER = 1, 30
#: A WACZ of more WARC files than this was made by nobody who saves pages.
_FILES = 10_000
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
    stamp = path.stat()
    found = _listed(path, stamp.st_size, stamp.st_mtime_ns)
    if not found:
        yield Fault(str(path), "the WACZ holds no WARC file", "a WACZ keeps them in archive/")
    yield from found


@lru_cache(maxsize=16)
def _listed(path: Path, size: int, moment: int) -> tuple[Archive | Fault, ...]:
    """What a WACZ holds, looked up once: every stretch of its files is a piece of work that asks for it."""
    found = sorted(counted(_members(path), str(path)), key=lambda one: one.where)
    if len(found) > _FILES:
        return (Fault(str(path), f"the WACZ names more than {_FILES:,} WARC files", "fetch the file again"),)
    return tuple(found)


def _members(path: Path) -> Iterator[Archive | Fault]:
    """The WARC files of a WACZ, which stand in it as they are: so the format asks, and nothing is packed twice."""
    try:
        with ZipFile(path) as packed:
            inside = [
                info for info in packed.infolist()
                if info.filename.startswith("archive/") and info.filename.lower().endswith(_WARC)
            ]  # fmt: skip
    # also what zipfile makes of other versions and of names in no encoding
    except (BadZipFile, NotImplementedError, ValueError) as error:
        yield Fault(str(path), f"is no sound WACZ: {error}", "fetch the file again")
        return
    end = 0
    for info in sorted(inside, key=lambda info: info.header_offset):
        where = f"{path}!{info.filename}"
        if info.compress_type != ZIP_STORED or info.flag_bits & _LOCKED:
            how = "locked by a password" if info.flag_bits & _LOCKED else "packed once more"
            yield Fault(
                where, f"a WARC file of the WACZ is {how}", "unpack the WACZ, and give the WARC file itself"
            )
            continue
        begin = _begin(path, info.header_offset)
        if begin is None or info.header_offset < end:
            yield Fault(where, "is no sound WACZ: its files overlap or are not there", "fetch the file again")
            return
        end = begin + info.file_size
        yield Archive(where, partial(_stretch, path, begin, info.file_size), info.file_size)


def _begin(path: Path, header: int) -> int | None:
    """The first byte of a file whose header in a ZIP begins at a byte."""
    with path.open("rb") as stream:
        stream.seek(header)
        head = stream.read(_HEADER)
    if len(head) < _HEADER or not head.startswith(b"PK\3\4"):
        return None
    return header + _HEADER + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")


def _opened(path: Path) -> BinaryIO:
    return path.open("rb")


class _Stretch(RawIOBase):
    """Some bytes of a file as a file."""

    def __init__(self, stream: BinaryIO, begin: int, size: int) -> None:
        self._stream, self._begin, self._size, self._at = stream, begin, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = SEEK_SET) -> int:
        self._at = offset + {SEEK_SET: 0, SEEK_CUR: self._at, SEEK_END: self._size}[whence]
        return self._at

    def readinto(self, buffer: Any) -> int:
        self._stream.seek(self._begin + self._at)
        piece = self._stream.read(max(min(len(buffer), self._size - self._at), 0))
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def close(self) -> None:
        self._stream.close()
        super().close()


def _stretch(path: Path, begin: int, size: int) -> BinaryIO:
    """A file within a WACZ."""
    return cast(BinaryIO, BufferedReader(_Stretch(path.open("rb"), begin, size)))


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
    found = _articles(archive, name, tally, begin, end, sieve, dateline)
    yield from counted(found, archive.where)


def _articles(
    archive: Archive,
    name: str,
    tally: Tally,
    begin: int,
    end: int | None,
    sieve: Sieve | None,
    dateline: Dateline | None,
) -> Iterator[Document | Fault]:
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
    if fault := other_format(raw, answer.where):
        tally["files other than web pages"] += 1
        yield fault
        return
    head = http_head(200, answer.reason, answer.headers, size=len(raw))
    # as the head that is kept tells it, so that the same bytes always give the same text
    text = page_text(raw, answer.where, told=header(head, "content-type"), guess=True)
    if isinstance(text, Fault):
        tally["pages in an unknown encoding"] += 1
        yield text
        return
    if sieve is not None and (reason := sieve.passes_over(text)):
        tally[reason] += 1
        return
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
