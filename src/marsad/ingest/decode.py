r"""From bytes to text: size limits, binary formats, encodings.

Decoding is all that ever happens to a captured text: a byte-order mark goes, `\r\n` becomes
`\n`, and nothing else changes. No space, mark or letter is normalised.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from marsad.ingest.fault import Fault

#: The largest document, and the longest line of a JSONL file, that is taken in.
MAX_DOCUMENT_BYTES = 10_000_000
CHUNK_BYTES = 65_536

_MAGIC = (
    (b"%PDF", "a PDF", "extract its text first, for example: pdftotext -enc UTF-8 FILE FILE.txt"),
    (b"PK\x03\x04", "a ZIP archive or an Office document", "unpack it, or save the text as .txt"),
    (b"PK\x05\x06", "a ZIP archive", "unpack it first"),
    (b"\x1f\x8b", "gzip data", "unpack it first: gunzip FILE"),
    (b"BZh", "bzip2 data", "unpack it first: bunzip2 FILE"),
    (b"\xfd7zXZ\x00", "xz data", "unpack it first: unxz FILE"),
    (b"\x28\xb5\x2f\xfd", "zstd data", "unpack it first: unzstd FILE"),
    (b"\x89PNG", "a picture", "give the article's text"),
    (b"\xff\xd8\xff", "a picture", "give the article's text"),
    (b"GIF8", "a picture", "give the article's text"),
    (b"\xd0\xcf\x11\xe0", "an old Office document", "save the text as .txt"),
    (b"{\\rtf", "an RTF document", "save the text as .txt"),
    (b"SQLite format 3\x00", "a database", "export the articles as .jsonl"),
)
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SURROGATE = re.compile("[\ud800-\udfff]")


def megabytes(count: int) -> str:
    """`count` bytes in the words of a message."""
    return f"{count / 1_000_000:g} MB"


def too_large(where: str, what: str) -> Fault:
    """The fault of a document or line over the limit."""
    return Fault(
        where,
        f"the {what} is longer than {megabytes(MAX_DOCUMENT_BYTES)}",
        "one document is one article: split it",
    )


def chunks(stream: BinaryIO) -> Iterator[bytes]:
    """The stream's bytes in pieces, so that nothing is held whole."""
    while piece := stream.read(CHUNK_BYTES):
        yield piece


def lines(pieces: Iterable[bytes], limit: int) -> Iterator[tuple[int, bytes | None]]:
    """Where each line of a byte stream begins, and the line without its end; `None` for one over `limit`.

    At most `limit` bytes and one piece are held: the rest of a line that is too long is read
    and forgotten.
    """
    held: list[bytes] = []
    start = size = 0
    pending = False
    for piece in pieces:
        parts = piece.split(b"\n")
        for number, part in enumerate(parts):
            size += len(part)
            pending = pending or bool(part)
            if size <= limit:
                held.append(part)
            else:
                held.clear()
            if number < len(parts) - 1:
                yield start, b"".join(held) if size <= limit else None
                held.clear()
                start += size + 1
                size = 0
                pending = False
    if pending:
        yield start, b"".join(held) if size <= limit else None


def other_format(head: bytes, where: str) -> Fault | None:
    """The fault of bytes that begin as those of another format do."""
    for magic, what, hint in _MAGIC:
        if head.startswith(magic):
            return Fault(where, f"this is {what}, not a text", hint)
    return None


def binary(head: bytes, where: str) -> Fault | None:
    """The fault of a file whose first bytes are not text, whatever its name says."""
    if fault := other_format(head, where):
        return fault
    if head.startswith(_UTF16):
        return Fault(where, "this text is in UTF-16, not UTF-8", _iconv("UTF-16"))
    if (at := head.find(0)) >= 0:
        return Fault(where, f"this is binary data, not a text: a NUL at byte {at}", "give the article's text")
    return None


def _iconv(charset: str) -> str:
    return f"convert it: iconv -f {charset} -t UTF-8 FILE > NEW_FILE"


def clean(text: str) -> str:
    r"""`text` with `\r\n` as `\n`, and nothing else changed."""
    return text.replace("\r\n", "\n")


def decode(raw: bytes, where: str, *, what: str = "file") -> str | Fault:
    """UTF-8 bytes as text; a fault names the first byte that is not UTF-8."""
    try:
        return clean(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        # The codec counts from after the byte-order mark.
        at = error.start + (len(codecs.BOM_UTF8) if raw.startswith(codecs.BOM_UTF8) else 0)
        return Fault(
            where,
            f"not UTF-8: byte 0x{raw[at]:02x} at offset {at} of the {what}",
            f"if it is an older Arabic file, {_iconv('WINDOWS-1256')}",
        )


def unsound(text: str) -> str | None:
    """Why `text` cannot be kept: half a character or a NUL, as JSON escapes can write them."""
    if found := _SURROGATE.search(text):
        return f"half a character (\\u{ord(found[0]):04x}) stands alone at position {found.start()}"
    if (at := text.find("\0")) >= 0:
        return f"a NUL stands at position {at}"
    return None
