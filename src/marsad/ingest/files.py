"""Files, folders and standard input, each told apart and taken in; no bad one stops the rest."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import BinaryIO, Literal, NamedTuple

from marsad.ingest import archive, coded, lines, packed, pages
from marsad.ingest.charset import page_text
from marsad.ingest.compose import Dateline, compose
from marsad.ingest.decode import MAX_DOCUMENT_BYTES, binary, chunks, decode, too_large
from marsad.ingest.fault import Fault, few
from marsad.model import Capture, Document, Piece, Raw

Kind = Literal["text", "page", "lines", "archive"]

#: How a text becomes a document; the number is raised when the same bytes give another one.
TEXT_RECIPE = "text/1"

_KINDS: dict[str, Kind] = {
    ".txt": "text",
    ".html": "page",
    ".htm": "page",
    ".xhtml": "page",
    ".jsonl": "lines",
}
PACKED = tuple(f".jsonl{ending}" for ending in packed.ENDINGS)
_KNOWN = (
    f"{', '.join(_KINDS)}, .jsonl.gz, .jsonl.zst, .warc, .warc.gz, .warc.zst, .wacz, and .csv of UCDP GED and "
    "ACLED"
)


def ingest(
    paths: Iterable[str | Path],
    *,
    dateline: Dateline | None = None,
    stdin: BinaryIO | None = None,
    tally: archive.Tally | None = None,
) -> Iterator[Document | Fault]:
    r"""The documents that `paths` hold, and a fault for each thing that could not be taken in.

    A path is a `.txt`, `.html`, `.htm`, `.xhtml` or `.jsonl` file (also `.jsonl.gz`, `.jsonl.zst`), a
    web archive (`.warc`, `.warc.gz`, `.warc.zst`, `.wacz`), a folder (all such files in
    it and below, in the order of their names), `-` for standard input, whose kind is told from
    its first character, or a `.csv` or `.csv.gz` file of UCDP GED or ACLED. Text stays exactly as captured:
    decoding drops a byte-order mark and writes `\r\n` as `\n`, and changes nothing else.

    Args:
        paths: What to take in, in this order.
        dateline: Finds a day of publication in a text that comes without one.
        stdin: Read for `-` instead of the process's own standard input.
        tally: Counts what of archives was seen and passed over.
    """
    taking = Taking(dateline, archive.Tally() if tally is None else tally)
    # A string is an iterable of strings too, and each letter would be taken for a path.
    for path in (paths,) if isinstance(paths, str) else paths:
        if str(path) == "-":
            stream = stdin if stdin is not None else sys.stdin.buffer
            yield from stream_documents(stream, "standard input", "stdin", None, dateline)
        else:
            yield from _path(Path(path), taking)


class Taking(NamedTuple):
    """What the taking in of every file needs, and where it counts."""

    dateline: Dateline | None
    tally: archive.Tally


def _path(path: Path, taking: Taking) -> Iterator[Document | Fault]:
    """What a named path holds."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        yield unreadable(path, error)
        return
    if stat.S_ISDIR(mode):
        yield from _folder(path, taking)
    elif not stat.S_ISREG(mode):
        # A pipe such as `<(command)` has no telling name.
        yield from _file(path, None, taking)
    elif kind := kind_of(path):
        yield from _file(path, kind, taking)
    elif coded.is_coded(path):
        yield from coded.rows(path)
    else:
        yield Fault(
            str(path),
            f"{path.suffix or 'a file without an ending'} is not a kind of file that is read",
            f"kinds are {_KNOWN}; give the file such a name, or pipe it in and name '-'",
        )


def kind_of(path: Path) -> Kind | None:
    """What the name of a file says that it holds, where that is read in folders too."""
    if archive.is_archive(path):
        return "archive"
    return "lines" if path.name.lower().endswith(PACKED) else _KINDS.get(path.suffix.lower())


def _folder(folder: Path, taking: Taking) -> Iterator[Document | Fault]:
    """Every file of a known kind in `folder` and below; others are passed over."""
    found = passed = faults = 0
    for item in walk(folder):
        if isinstance(item, Fault):
            faults += 1
            yield item
        elif kind := kind_of(item):
            found += 1
            yield from _file(item, kind, taking)
        else:
            passed += 1
    if not found and not faults:
        among = f"among its {passed} files" if passed else "in it"
        yield Fault(str(folder), f"the folder has no article {among}", f"kinds are {_KNOWN}")


def walk(folder: Path) -> Iterator[Path | Fault]:
    """The files below `folder` in the order of their names, hidden ones left out.

    Links to folders are followed, but each folder is entered once, so a loop of links ends. Held are the
    names within one folder and those above it.
    """
    seen: set[tuple[int, int]] = set()
    within = [iter([(folder, True)])]
    while within:
        path, is_folder = next(within[-1], (None, False))
        if path is None:
            within.pop()
        elif not is_folder:
            yield path
        else:
            try:
                here = path.stat()
                if (here.st_dev, here.st_ino) not in seen:
                    seen.add((here.st_dev, here.st_ino))
                    within.append(_names(path))
            except OSError as error:
                yield unreadable(path, error)


def _names(folder: Path) -> Iterator[tuple[Path, bool]]:
    """What a folder holds, by name, and whether each is a folder itself."""
    folders: set[str] = set()
    names: list[str] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if not entry.name.startswith("."):
                if _is(entry.is_dir):
                    folders.add(entry.name)
                # a broken link counts as a file, so that opening it tells what is wrong
                elif not _is(entry.is_file) and not entry.is_symlink():
                    continue
                names.append(entry.name)
    names.sort()
    return ((folder / name, name in folders) for name in names)


def _is(asked: Callable[[], bool]) -> bool:
    try:
        return asked()
    except OSError:  # a link that leads to itself
        return False


def _file(path: Path, kind: Kind | None, taking: Taking) -> Iterator[Document | Fault]:
    """What one file holds; its kind is told from its content where it is not given."""
    if kind == "archive":
        yield from _archive(path, taking)
        return
    try:
        stream: BinaryIO = path.open("rb")
    except OSError as error:
        yield unreadable(path, error)
        return
    with stream:
        name = path.stem
        if kind == "lines" and packed.is_packed(path):
            stream, name = packed.unpacked(path, stream), path.name[: path.name.lower().rindex(".jsonl")]
        yield from stream_documents(stream, str(path), name, kind, taking.dateline)


def _archive(path: Path, taking: Taking) -> Iterator[Document | Fault]:
    """The articles of a web archive."""
    try:
        for one in archive.archives(path):
            if isinstance(one, Fault):
                yield one
            else:
                yield from archive.articles(
                    one,
                    archive.name_of(path, one),
                    tally=taking.tally,
                    dateline=taking.dateline,
                )
    except OSError as error:
        yield unreadable(path, error)


def stream_documents(
    stream: BinaryIO, where: str, name: str, kind: Kind | None, dateline: Dateline | None
) -> Iterator[Document | Fault]:
    """What a byte stream holds; a failure to read it becomes the last fault."""
    broken: list[Fault] = []

    def pieces() -> Iterator[bytes]:
        try:
            yield from chunks(stream)
        except OSError as error:
            broken.append(unreadable(where, error))

    rest = pieces()
    head = b""
    for piece in rest:
        head += piece
        if head.strip() or len(head) > MAX_DOCUMENT_BYTES:
            break
    whole = chain((head,), rest)
    taken: Iterator[Document | Fault]
    if fault := binary(head, where):
        taken = iter((fault,))
    elif (kind or _sniff(head)) == "lines":
        taken = lines.articles(whole, where, name, dateline=dateline)
    else:
        taken = iter((whole_document(whole, where, name, kind or _sniff(head), dateline),))
    for item in few(taken, where):
        if not broken:
            yield item
    yield from broken


def _sniff(head: bytes) -> Kind:
    """The kind of a stream that has no name, by its first character."""
    begin = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    return "lines" if begin == b"{" else "page" if begin == b"<" else "text"


def whole_document(
    pieces: Iterable[bytes], where: str, name: str, kind: Kind, dateline: Dateline | None
) -> Document | Fault:
    """The one document of a text or a page."""
    held = bytearray()
    for piece in pieces:
        held += piece
        if len(held) > MAX_DOCUMENT_BYTES:
            return too_large(where, "document")
    raw = bytes(held)
    if not raw:
        return Fault(where, "the file is empty", "leave it out, or give the article's text")
    if fault := binary(raw, where):
        return fault
    text = page_text(raw, where) if kind == "page" else decode(raw, where)
    if isinstance(text, Fault):
        return text
    if not text.strip():
        return Fault(where, "the file holds only white space", "leave it out, or give the article's text")
    if kind == "page":
        kept = Raw((Piece(raw, 0),), pages.recipe(), "text/html", where)
        return pages.article(text, where, name, dateline=dateline, raw=kept)
    if text.lstrip()[:15].lower().startswith(("<!doctype html", "<html")):
        return Fault(where, "this is a web page under the name of a text", "name it .html")
    kept = Raw((Piece(raw, 0),), TEXT_RECIPE, "text/plain", where)
    return compose(text, capture=Capture(name, raw=kept), dateline=dateline)


def unreadable(where: str | Path, error: OSError | ValueError) -> Fault:
    """The fault of what the system will not open."""
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    hint = None
    if isinstance(error, FileNotFoundError):
        hint = "check the name"
    elif isinstance(error, PermissionError):
        hint = "give yourself the right to read it"
    return Fault(str(where), f"cannot be read: {reason}", hint)
