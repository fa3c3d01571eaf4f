"""The body of an HTTP response as its page was: chunks joined, compression undone, never beyond a limit.

Crawlers disagree on what they store: Common Crawl undoes the compression and renames the header, others
store what came over the wire, and some name a compression that is undone already. So a header is believed
only where the bytes bear it out.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable

#: At most this many codings are undone; servers name one, rarely two.
_CODINGS = 3
_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"


class Unsound(Exception):
    """Why a body cannot be had: what it says is wrong, or it grows beyond the limit."""


def body(raw: bytes, *, encoding: str | None, transfer: str | None, limit: int) -> bytes:
    """The bytes of the page.

    Args:
        raw: The body as stored.
        encoding: The value of `Content-Encoding`, if any.
        transfer: The value of `Transfer-Encoding`, if any.
        limit: The most bytes that are given out or held.

    Raises:
        Unsound: The body is cut short, is not what it says, or is longer than `limit`.
    """
    if "chunked" in (transfer or "").lower():
        raw = _unchunked(raw)
    codings = [name.strip() for name in (encoding or "").lower().split(",") if name.strip()]
    if len(codings) > _CODINGS:
        raise Unsound(f"names {len(codings)} codings, one after the other")
    for name in reversed(codings):
        if name == "identity" or not raw:
            continue
        undo = _UNDO.get(name)
        if undo is None:
            raise Unsound(f"is in a coding that is not known: {name[:40]!r}")
        raw = undo(raw, limit)
    if len(raw) > limit:
        raise Unsound(_beyond(limit))
    return raw


def _beyond(limit: int) -> str:
    return f"is longer than {limit / 1_000_000:g} MB when unpacked"


def _unchunked(raw: bytes) -> bytes:
    """The chunks joined; bytes that begin with no chunk were joined when they were stored."""
    pieces: list[bytes] = []
    at = 0
    while True:
        end = raw.find(b"\r\n", at, at + 1024)
        size = _size(raw[at:end]) if end >= 0 else None
        if size is None:
            if not pieces:
                return raw
            raise Unsound(f"has no chunk at byte {at}")
        if size == 0:
            return b"".join(pieces)
        begin = end + 2
        if begin + size > len(raw):
            raise Unsound(f"ends within a chunk, at byte {len(raw)}")
        pieces.append(raw[begin : begin + size])
        at = begin + size + 2


def _size(line: bytes) -> int | None:
    """The length that the head of a chunk tells; what follows a semicolon is an extension."""
    digits = line.partition(b";")[0].strip()
    if not digits or len(digits) > 8 or digits.strip(b"0123456789abcdefABCDEF"):
        return None
    return int(digits, 16)


def _inflated(raw: bytes, limit: int, *, window: int) -> bytes:
    engine = zlib.decompressobj(window)
    try:
        out = engine.decompress(raw, limit + 1)
    except zlib.error as error:
        raise Unsound(f"is damaged: {error}") from None
    if len(out) > limit:
        raise Unsound(_beyond(limit))
    if not engine.eof:
        raise Unsound("is cut short")
    return out


def _gzip(raw: bytes, limit: int) -> bytes:
    return _inflated(raw, limit, window=31) if raw.startswith(_GZIP) else raw


def _deflate(raw: bytes, limit: int) -> bytes:
    """Zlib data as the standard says, or the bare stream that some servers send."""
    if raw[0] & 0x0F == 8 and len(raw) > 1 and (raw[0] << 8 | raw[1]) % 31 == 0:
        return _inflated(raw, limit, window=15)
    try:
        return _inflated(raw, limit, window=-15)
    except Unsound:
        if raw.lstrip()[:1] == b"<":  # undone already
            return raw
        raise


def _brotli(raw: bytes, limit: int) -> bytes:
    from brotli import Decompressor, error

    if raw.lstrip()[:1] == b"<":  # undone already: no brotli stream of a page begins so
        return raw
    engine = Decompressor()
    pieces, size = [], 0
    try:
        piece = engine.process(raw, output_buffer_limit=limit + 1)
        while piece and size <= limit:
            pieces.append(piece)
            size += len(piece)
            piece = engine.process(b"", output_buffer_limit=limit + 1)
    except error as fault:
        raise Unsound(f"is damaged: {fault}") from None
    if size > limit:
        raise Unsound(_beyond(limit))
    if not engine.is_finished():
        raise Unsound("is cut short")
    return b"".join(pieces)


def _zstd(raw: bytes, limit: int) -> bytes:
    from zstandard import ZstdDecompressor, ZstdError

    if not raw.startswith(_ZSTD):
        return raw
    try:
        with ZstdDecompressor(max_window_size=1 << 27).stream_reader(raw) as reader:
            out = reader.read(limit + 1)
    except ZstdError as error:
        raise Unsound(f"is damaged: {error}") from None
    if len(out) > limit:
        raise Unsound(_beyond(limit))
    return out


_UNDO: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
