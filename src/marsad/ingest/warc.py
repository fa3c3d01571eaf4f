"""WARC files: the records of a crawl, one after the other, whatever is wrong with one of them.

A record that is damaged or cut short is a fault with its file and byte; reading goes on at the next record
that can be found behind it. A file may be read in stretches: a record belongs to the stretch in which its
first byte lies, so stretches read by different processes give each record once.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, BinaryIO, Literal

from marsad.errors import InputError
from marsad.ingest import packed
from marsad.ingest.decode import MAX_DOCUMENT_BYTES, megabytes
from marsad.ingest.fault import Fault

if TYPE_CHECKING:
    from fastwarc.warc import WarcRecord

Packing = Literal["gzip", "zstd", "plain"]

_MAGIC: tuple[tuple[bytes, Packing], ...] = (
    (b"\x1f\x8b", "gzip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"WARC/", "plain"),
)
#: What a packed record begins with, and an unpacked one after the end of the one before it.
_BEGINS: dict[Packing, bytes] = {
    "gzip": b"\x1f\x8b\x08",
    "zstd": b"\x28\xb5\x2f\xfd",
    "plain": b"\r\n\r\nWARC/1.",
}
_WINDOW = 1 << 20
_HEADERS = 1 << 16
#: As much of a packed record is enough to see how it begins.
_AHEAD = 4096
_RECORD = b"WARC/1."


@dataclass(frozen=True, slots=True)
class Archive:
    """A WARC file, or one inside another file: how messages name it, how it is opened, and its length."""

    where: str
    open: Callable[[], BinaryIO]
    size: int


@dataclass(frozen=True, slots=True)
class Response:
    """A record of what a server answered: what was asked for, and when.

    `key` names it within its file: the byte at which it stands, and its number where several are packed as one.
    """

    key: str
    where: str
    url: str
    retrieved: datetime | None
    status: int | None
    type: str
    encoding: str | None
    transfer: str | None
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class Revisit:
    """A record that says that a page was as it had been: when, and by what the earlier one is known."""

    key: str
    url: str
    retrieved: datetime | None
    digest: str | None


@dataclass(frozen=True, slots=True)
class Other:
    """A record of another kind: a request, metadata, a text that somebody made of a page."""

    kind: str


class _Broken(Exception):
    """A record whose bytes cannot be had."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


Item = Response | Revisit | Other | Fault


def packing_of(archive: Archive) -> Packing | Fault:
    """How the records are packed, by the first bytes."""
    with archive.open() as stream:
        head = stream.read(16)
    if not head:
        return Fault(archive.where, "the file is empty", "leave it out, or fetch it again")
    for magic, packing in _MAGIC:
        if head.startswith(magic):
            return packing
    for packing in _BEGINS:  # the first record may be the damaged one
        if _next(archive, packing, 1, within=16 * _WINDOW) is not None:
            return packing
    return Fault(archive.where, "this is no WARC file", "a WARC begins with WARC/1.0 or WARC/1.1")


def splits(archive: Archive) -> bool:
    """Whether the file can be read in stretches: where each record is packed by itself, or none is."""
    packing = packing_of(archive)
    if packing != "gzip":
        return packing == "plain"
    engine = zlib.decompressobj(31)
    with archive.open() as stream:
        beginning = stream.read(4 * _WINDOW)
    try:
        first = engine.decompress(beginning, 16 * _WINDOW)
    except zlib.error:
        return True
    return engine.eof and _BEGINS["plain"] not in first


def records(archive: Archive, *, begin: int = 0, end: int | None = None) -> Iterator[Item]:
    """The records whose first byte lies from `begin` to before `end`, and faults for those that cannot be read.

    Raises:
        InputError: The package that reads WARC files is not installed.
    """
    iterate = _iterator()
    packing = packing_of(archive)
    if isinstance(packing, Fault):
        if begin == 0:
            yield packing
        return
    if packing == "zstd":
        # the iterator goes through whatever a record unpacks to, and these bytes may stand for days of it
        with archive.open() as stream:
            if reason := packed.swollen(stream):
                yield Fault(archive.where, reason, "it was not read")
                return
    at = _next(archive, packing, begin) if begin else 0
    with archive.open() as stream:
        while at is not None and (end is None or at < end):
            last = yield from _run(iterate, archive, stream, at, end)
            at = None if last is None else _next(archive, packing, last + 1)


def _iterator() -> Callable[[BinaryIO], Iterator[WarcRecord]]:
    try:
        from fastwarc.warc import ArchiveIterator
    except ImportError:
        raise InputError(
            "WARC files need fastwarc, which is not installed", hint="pip install 'marsad[archive]'"
        ) from None
    return lambda stream: iter(ArchiveIterator(stream, parse_http=False, max_header_len=_HEADERS))


def _run(
    iterate: Callable[[BinaryIO], Iterator[WarcRecord]],
    archive: Archive,
    stream: BinaryIO,
    begin: int,
    end: int | None,
) -> Generator[Item, None, int | None]:
    """Records from `begin` on until something is wrong: gives the byte of what could not be got past, or `None`."""
    stream.seek(begin)
    last, same, sound = -1, 0, True
    try:
        for record in iterate(stream):
            same = same + 1 if record.stream_pos == last else 0
            last = record.stream_pos
            if end is not None and last >= end:
                return None
            try:
                yield _item(record, archive, last, same)
                sound = True
            except _Broken as error:
                yield error.fault
                sound = False
    except (OSError, ValueError) as error:
        if last < 0:
            yield _damaged(archive, begin, str(error))
            return begin
        if not sound:
            return last
        # what is damaged is behind the record, or the record itself where nobody asked for its body
        following = _end_of_member(archive, last)
        if following is None:
            yield _damaged(archive, last, str(error), what="a record there or the one behind it")
            return last
        yield _damaged(archive, following, str(error))
        return following
    if not sound:
        return last  # what it was said to hold may have swallowed others
    if last < 0:
        yield _cut_short(archive, begin)
        return begin
    if packing_of(archive) != "gzip" or last >= archive.size:  # records packed as one are told by its end
        return None
    # a head that says more than there is ends the file for the iterator, which says nothing: others may follow
    following = _end_of_member(archive, last)
    if following == archive.size:
        return None
    stopped = last if following is None else following
    if _next(archive, "gzip", stopped + 1) is None:
        yield _cut_short(archive, stopped)
    else:
        yield _damaged(archive, stopped, "its head says more than there is")
    return stopped


def _damaged(archive: Archive, at: int, reason: str, *, what: str = "a record") -> Fault:
    return Fault(f"{archive.where} at byte {at}", f"{what} is damaged: {reason}", "the rest was read")


def _cut_short(archive: Archive, at: int) -> Fault:
    """The fault of a file that ends within a record, of which the iterator says nothing."""
    return Fault(
        f"{archive.where} at byte {at}", "the file is cut short within a record", "fetch the file again"
    )


def _end_of_member(archive: Archive, at: int) -> int | None:
    """Where the gzip member that begins at a byte ends, or `None` where it has no sound end."""
    engine = zlib.decompressobj(31)
    with archive.open() as stream:
        stream.seek(at)
        while piece := stream.read(_WINDOW):
            at += len(piece)
            try:
                while piece and not engine.eof:
                    engine.decompress(piece, _WINDOW)
                    piece = engine.unconsumed_tail
            except zlib.error:
                return None
            if engine.eof:
                return at - len(engine.unused_data)
    return None


def _next(archive: Archive, packing: Packing, begin: int, *, within: int | None = None) -> int | None:
    """The first byte of the first record that begins at `begin` or behind it, looked for `within` so many bytes."""
    sign = _BEGINS[packing]
    # An unpacked record is told by the end of the one before it.
    lead = sign.index(_RECORD) if packing == "plain" else 0
    with archive.open() as stream:
        at = max(begin - lead, 0)
        stream.seek(at)
        held, more = b"", True
        while more and (within is None or at < begin + within):
            piece = stream.read(_WINDOW)
            held, more = held + piece, bool(piece)
            # a sign near the end is looked at when what follows it is there too
            last = max(len(held) - (_AHEAD if more else 0), 0)
            found = held.find(sign)
            while 0 <= found < last:
                start = at + found + lead
                if start >= begin and (
                    packing == "plain" or _is_record(held[found : found + _AHEAD], packing)
                ):
                    return start
                found = held.find(sign, found + 1)
            at, held = at + last, held[last:]
    return None


def _is_record(member: bytes, packing: Packing) -> bool:
    """Whether what is member begins as a record does: the sign alone may stand in any data."""
    try:
        if packing == "gzip":
            return member[3] < 0x20 and zlib.decompressobj(31).decompress(member, len(_RECORD)) == _RECORD
        from zstandard import ZstdDecompressor

        with ZstdDecompressor(max_window_size=1 << 27).stream_reader(member) as reader:
            return reader.read(len(_RECORD)) == _RECORD
    except Exception:  # whatever a decoder makes of bytes that are no beginning
        return False


def _item(record: WarcRecord, archive: Archive, at: int, same: int) -> Item:
    kind, headers = str(record.record_type), record.headers
    key = f"{at}+{same}" if same else str(at)
    if kind == "revisit":
        return Revisit(key, _address(record), _moment(record), headers.get("WARC-Payload-Digest"))
    if kind != "response" or not record.is_http:
        return Other(kind)
    where = f"{archive.where} at byte {at}" + (f", record {same + 1} from there" if same else "")
    if record.content_length > MAX_DOCUMENT_BYTES + _HEADERS:
        return Fault(where, f"the answer is longer than {megabytes(MAX_DOCUMENT_BYTES)}", "it is no article")
    try:
        record.parse_http()
        answer = record.http_headers
        wanted = record.content_length
        body = record.reader.read(wanted)
    except (OSError, ValueError) as error:
        raise _Broken(_damaged(archive, at, str(error))) from None
    if len(body) < wanted:
        reason = f"a record is cut short: {len(body)} of {wanted} bytes are there"
        raise _Broken(Fault(where, reason, "fetch the file again"))
    return Response(
        key=key,
        where=where,
        url=_address(record),
        retrieved=_moment(record),
        status=answer.status_code,
        type=(answer.get("Content-Type") or "").strip().lower(),
        encoding=answer.get("Content-Encoding"),
        transfer=answer.get("Transfer-Encoding"),
        reason=answer.reason_phrase or "",
        headers=answer.to_tuples(),
        body=body,
    )


def _address(record: WarcRecord) -> str:
    """The address asked for; early crawlers put it in angle brackets."""
    return (record.headers.get("WARC-Target-URI") or "").strip("<>")


def _moment(record: WarcRecord) -> datetime | None:
    try:
        return record.record_date
    except (ValueError, AttributeError):
        return None
