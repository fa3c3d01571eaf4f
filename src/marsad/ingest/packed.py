"""Packed JSONL: `.gz` and `.zst`, unpacked piece by piece so that no file is too long."""

from __future__ import annotations

import io
import zlib
from pathlib import Path
from typing import Any, BinaryIO, Protocol, cast

from marsad.errors import InputError

ENDINGS = (".gz", ".zst", ".zstd")
#: What is unpacked at a time: packed data may be a thousand times longer unpacked.
_STEP = 2048


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
    try:
        import zstandard
    except ImportError:
        raise InputError(
            ".zst files need zstandard, which is not installed", hint="pip install 'marsad[archive]'"
        ) from None
    return cast(
        BinaryIO,
        _Unpacked(
            stream,
            lambda: cast(_Engine, zstandard.ZstdDecompressor(max_window_size=1 << 27).decompressobj()),
            zstandard.ZstdError,
        ),
    )


class _Unpacked(io.RawIOBase):
    """What is packed in one or several members, one behind the other."""

    def __init__(self, stream: BinaryIO, make: Any, error: type[Exception]) -> None:
        self._stream, self._make, self._error = stream, make, error
        self._engine: _Engine = make()
        self._rest, self._begun = b"", False

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
            if out:
                return out
