"""Which encoding the bytes of a web page or feed are in, whatever their server says.

UTF-8 that decodes is UTF-8. Else the byte-order mark, the `Content-Type` and the page's own
declaration are tried in this order, and, of pages from the web, windows-1256 where they are absent or
give Latin letters with accents where Arabic would stand.
"""

from __future__ import annotations

import codecs
import re

from marsad.ingest.decode import CHUNK_BYTES, clean, decode
from marsad.ingest.fault import Fault
from marsad.ingest.language import language_of

_DECLARED = re.compile(
    rb"<meta[^>]{0,500}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{1,40})"
    rb"|<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_:.-]{1,40})",
    re.IGNORECASE,
)
_TOLD = re.compile(r"charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{1,40})", re.IGNORECASE)
#: Codecs that write down a script, as Python names them; others (`idna`, `rot13`) do not.
_SCRIPTS = ("cp", "iso8859", "utf-8", "mac", "koi8", "gb", "big5", "shift_jis", "euc")
_MARKS = ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# without `<` in it, a page of nothing but `<` would take the square of its length
_TAG = re.compile(rb"<[^<>]*>")
#: Servers say these of everything: they are believed only of a text that they suit.
_DEFAULTS = frozenset({"iso8859-1", "cp1252", "ascii"})
_ARABIC = "cp1256"
#: Broken UTF-8 still has at least so many of its bytes in whole characters; other encodings have few.
_MOSTLY = 0.9


def page_text(raw: bytes, where: str, *, told: str | None = None, guess: bool = False) -> str | Fault:
    """A page or feed as text; `told` is the server's `Content-Type`.

    A fault where no encoding fits: half-broken UTF-8 is never read as something else. With `guess`
    windows-1256 is found where it is not told, as nobody can mend the page of a server.
    """
    for mark, name in _MARKS:
        if raw.startswith(mark):
            return _as(raw, name, where)
    text = decode(raw, where)
    if isinstance(text, str):
        return text
    if _broken_utf8(raw):
        return text
    named = [_codec(name) for name in _names(raw, told)]
    unknown = next(
        (name for name, codec in zip(_names(raw, told), named, strict=True) if codec is None), None
    )
    for codec in named:
        if codec is None or codec == "utf-8" or (guess and codec in _DEFAULTS and _arabic(raw)):
            continue
        # what browsers read when a page says latin-1
        found = _as(raw, "cp1252" if codec in _DEFAULTS else codec, where)
        if isinstance(found, str):
            return found
        text = found
    if guess and _arabic(raw):
        return _as(raw, _ARABIC, where)
    if unknown is not None:
        return Fault(where, f"the page declares the unknown charset {unknown!r}", "save it again as UTF-8")
    return text


def _names(raw: bytes, told: str | None) -> list[str]:
    """The names that the server and the page give, without repeats."""
    found = []
    if told and (said := _TOLD.search(told)):
        found.append(said[1])
    if declared := _DECLARED.search(raw[:CHUNK_BYTES]):
        found.append((declared[1] or declared[2]).decode("ascii"))
    return list(dict.fromkeys(found))


def _codec(name: str) -> str | None:
    """Python's name of a charset that writes down a script."""
    try:
        codec = codecs.lookup(name).name
    except LookupError:
        return None
    return codec if codec.startswith((*_SCRIPTS, "ascii")) else None


def _as(raw: bytes, codec: str, where: str) -> str | Fault:
    try:
        return clean(raw.decode(codec))
    except UnicodeDecodeError as error:
        return Fault(
            where,
            f"neither UTF-8 nor the declared {codec}: byte 0x{raw[error.start]:02x} at offset {error.start}",
            "save the page again as UTF-8",
        )


def _broken_utf8(raw: bytes) -> bool:
    """Whether nearly all bytes beyond ASCII make whole characters of UTF-8."""
    beyond = sum(byte > 0x7F for byte in raw)
    whole = sum(len(char.encode()) for char in raw.decode("utf-8", "ignore") if char > "\x7f")
    return beyond > 0 and whole >= _MOSTLY * beyond


def _arabic(raw: bytes) -> bool:
    """Whether the words of the page are Arabic in windows-1256."""
    try:
        return language_of(_TAG.sub(b" ", raw).decode(_ARABIC)) in ("ar", "fa", "ckb", "ur")
    except UnicodeDecodeError:
        return False
