"""Packed JSONL: `.gz` and `.zst`, unpacked piece by piece so that no file is too long."""

from __future__ import annotations

import io
import zlib
from pathlib import Path
from typing import Any, BinaryIO, Protocol, cast

from marsad.errors import InputError

ENDINGS = (".gz", ".zst", ".zstd")
#: What is unpacked at a time: packed data may be a thousand times longer unpacked, and zstd ones far more.
_STEP = 2048
#: News is packed to a fourth or a tenth, and a list of what repeats to a hundredth. What is beyond that, and long,
#: was made to take all time: a file of 10 MB may stand for days of empty lines.
_TIMES, _FREE = 250, 100_000_000


class Swollen(OSError):
    """Packed data that are no news: they unpack to far more than any text does."""


class _Engine(Protocol):
    """What zlib and zstandard have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, /) -> bytes: ...


def is_packed(path: Path) -> bool:
    """Whether the name says so."""
    return path.name.lower().endswith(ENDINGS)


def unpacked(path: Path, stream: BinaryIO) -> BinaryIO:
    """The stream unpacked, by the ending of the file's name; what is damaged is an `OSError` when it is reached.

    Raises:
        InputError: The package that unpacks it is not installed.
    """
    if path.name.lower().endswith(".gz"):
        return cast(BinaryIO, _Unpacked(stream, lambda: cast(_Engine, zlib.decompressobj(31)), zlib.error))
    return cast(BinaryIO, _zstd(stream))


def swollen(stream: BinaryIO) -> str | None:
    """Why zstd data are none of news, where they unpack to far more than any text does; they are not kept."""
    whole = _zstd(stream)
    try:
        while whole.read():
            pass
    except Swollen as error:
        return str(error)
    except OSError:  # damaged: told, with its place, when it is read
        pass
    return None


def _zstd(stream: BinaryIO) -> _Unpacked:
    try:
        import zstandard
    except ImportError:
        raise InputError(
            ".zst files need zstandard, which is not installed", hint="pip install 'marsad[archive]'"
        ) from None
    return _Unpacked(
        stream,
        lambda: cast(_Engine, zstandard.ZstdDecompressor(max_window_size=1 << 27).decompressobj()),
        zstandard.ZstdError,
    )


class _Unpacked(io.RawIOBase):
    """What is packed in one or several members, one behind the other."""

    def __init__(self, stream: BinaryIO, make: Any, error: type[Exception]) -> None:
        self._stream, self._make, self._error = stream, make, error
        self._engine: _Engine = make()
        self._rest, self._begun = b"", False
        self._held = b""  # of `readinto`
        self._taken = self._given = 0

    def readable(self) -> bool:
        """As a buffer around it asks."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fills a buffer, at least in part; 0 at the end."""
        out = self._held or self.read()
        size = min(len(out), len(buffer))
        buffer[:size] = out[:size]
        self._held = out[size:]
        return size

    def read(self, size: int = -1) -> bytes:
        """The next piece, of any length; empty at the end."""
        while True:
            piece = self._rest[:_STEP] or self._stream.read(_STEP)
            self._rest = self._rest[_STEP:]
            if not piece:
                if self._begun and not self._engine.eof:
                    raise OSError("the packed data are cut short")
                return b""
            if self._engine.eof:
                self._engine = self._make()
            self._begun = True
            try:
                out = self._engine.decompress(piece)
            except self._error as error:
                raise OSError(f"the packed data are damaged: {error}") from None
            if self._engine.eof:
                self._rest = self._engine.unused_data + self._rest
            self._taken += len(piece) - (len(self._engine.unused_data) if self._engine.eof else 0)
            self._given += len(out)
            if self._given > _FREE and self._given > _TIMES * self._taken:
                raise Swollen(
                    f"the packed data unpack to more than {_TIMES} times their length, at byte {self._taken:,}: no news does"
                )
            if out:
                return out
