"""The input cut into units: pieces of work that any process can take in by itself, the same ones every time.

A unit is a few hundred files, a stretch of a JSONL file or of an archive, or a whole file that cannot be cut.
Its place in the plan is its number, so what was made of the units is put together in the order of the input.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

from marsad.ingest import archive, files, lines, warc
from marsad.ingest.archive import Tally
from marsad.ingest.compose import Dateline
from marsad.ingest.fault import Fault
from marsad.ingest.sieve import Sieve
from marsad.model import Document

#: Which archives are sieved: those of web-wide crawls, all, or none.
Sieved = Literal["crawls", "all", "none"]

#: Files of one unit, and about how many bytes of a file that is cut. A unit is what a process that is killed
#: has to do again: seconds.
_FILES = 200
STRETCH = 8 << 20
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Unit:
    """A piece of the input.

    Of `files` all are taken in whole. `lines` is the stretch of a JSONL file from byte `begin` to before
    `end`, which begins with line number `first`; `archive` that of the WARC file called `within`.
    """

    kind: Literal["files", "lines", "archive"]
    paths: tuple[str, ...]
    begin: int = 0
    end: int | None = None
    first: int = 1
    within: str | None = None
    sieved: bool = False


def plan(paths: Iterable[str | Path], *, sieved: Sieved = "crawls", stretch: int = STRETCH) -> Iterator[Unit]:
    """The units of files and folders, in order. What cannot be read is part of a unit, which tells so."""
    few: list[str] = []
    for path in _files(paths):
        cut = list(_cut(path, sieved, stretch)) if path.is_file() else []
        if not cut:
            few.append(str(path))
        if few and (cut or len(few) == _FILES):
            yield Unit("files", tuple(few))
            few = []
        yield from cut
    if few:
        yield Unit("files", tuple(few))


def _files(paths: Iterable[str | Path]) -> Iterator[Path]:
    """The files of the paths; a folder without any stands for itself, and so does what is not there."""
    for path in map(Path, (paths,) if isinstance(paths, str) else paths):
        known = False
        if path.is_dir():
            for item in files.walk(path):
                if isinstance(item, Fault):
                    yield Path(item.where)
                    known = True
                elif files.kind_of(item):
                    yield item
                    known = True
        if not known:
            yield path


def _cut(path: Path, sieved: Sieved, stretch: int) -> Iterator[Unit]:
    """The stretches of a file that is read in such; nothing where it is taken in whole among others."""
    try:
        kind = files.kind_of(path)
        if kind == "archive":
            yield from _cut_archive(path, sieved, stretch)
        elif kind == "lines" and not path.name.lower().endswith(files.PACKED):
            if path.stat().st_size > stretch:
                yield from _cut_lines(path, stretch)
        elif kind == "lines":
            yield Unit("files", (str(path),))
    except OSError:
        return  # taking the file in says what is wrong


def _cut_archive(path: Path, sieved: Sieved, stretch: int) -> Iterator[Unit]:
    sieve = sieved == "all" or (sieved == "crawls" and archive.is_crawl(path))
    for one in archive.archives(path):
        if isinstance(one, Fault):
            yield Unit("archive", (str(path),), within=one.where)
        elif not warc.splits(one):
            yield Unit("archive", (str(path),), within=one.where, sieved=sieve)
        else:
            for begin in range(0, max(one.size, 1), stretch):
                end = begin + stretch if begin + stretch < one.size else None
                yield Unit("archive", (str(path),), begin, end, within=one.where, sieved=sieve)


def _cut_lines(path: Path, stretch: int) -> Iterator[Unit]:
    begin, at, first, line = 0, 0, 1, 1
    with path.open("rb") as stream:
        while piece := stream.read(min(_PIECE, stretch)):
            end = piece.find(b"\n") + 1
            if end and at + end - begin >= stretch:
                yield Unit("lines", (str(path),), begin, at + end, first)
                begin, first = at + end, line + 1
            line += piece.count(b"\n")
            at += len(piece)
    if at > begin:
        yield Unit("lines", (str(path),), begin, at, first)


def take(
    unit: Unit, *, tally: Tally, sieve: Sieve | None = None, dateline: Dateline | None = None
) -> Iterator[Document | Fault]:
    """The documents of a unit, and a fault for each thing that could not be taken in; see `ingest`."""
    if unit.kind == "files":
        yield from files.ingest(unit.paths, dateline=dateline, tally=tally)
        return
    path = Path(unit.paths[0])
    try:
        if unit.kind == "lines":
            with path.open("rb") as stream:
                stream.seek(unit.begin)
                pieces = _within(stream, (unit.end or 0) - unit.begin)
                yield from lines.articles(
                    pieces,
                    str(path),
                    path.stem,
                    first=unit.first,
                    begin=unit.begin,
                    part=True,
                    dateline=dateline,
                )
            return
        for one in archive.archives(path):
            if one.where != unit.within:
                continue
            if isinstance(one, Fault):
                yield one
            else:
                yield from archive.articles(
                    one,
                    archive.name_of(path, one),
                    tally=tally,
                    begin=unit.begin,
                    end=unit.end,
                    sieve=sieve if unit.sieved else None,
                    dateline=dateline,
                )
    except OSError as error:
        yield files.unreadable(path, error)


def _within(stream: BinaryIO, size: int) -> Iterator[bytes]:
    while size and (piece := stream.read(min(size, _PIECE))):
        size -= len(piece)
        yield piece
