"""A record as one file to be put away, with its checksum and what it holds; and back.

A backup is a ZIP archive of two members: `record.db`, the whole record as a SQLite file, whichever database it
is in, and `manifest.json`, which says what must come out of it. Any unpacker gets the record out.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import IO

from marsad.database import is_address
from marsad.errors import RecordError
from marsad.record.file import contents, snapshot
from marsad.record.schema import VERSION
from marsad.record.store import Record

FORMAT = "marsad-backup/1"
_RECORD, _MANIFEST = "record.db", "manifest.json"
_PIECE = 1 << 20
#: A manifest is some hundred bytes.
_LONGEST_MANIFEST = 65_536


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself.

    `sha256` and `bytes` are of the record's file, `tables` is the version of its tables.
    """

    format: str
    made: str
    tables: int
    documents: int
    decisions: int
    bytes: int
    sha256: str


def back_up(address: str | Path, path: Path, *, made: datetime) -> Manifest:
    """Writes a backup of the record as it stands at one moment, others may write on, and reads it back.

    A file is copied as it is, also one of an older Marsad that is to be brought up to date later.

    Raises `RecordError` where something is at `path` already, where the record is not sound, or where what
    was written is not what was meant.
    """
    _must_be_new(path)
    with _beside(path) as folder:
        copy = folder / _RECORD
        if is_address(address):
            with Record.open(address, readonly=True) as record:
                record.copy(copy)
        else:
            snapshot(Path(address), copy)
        manifest = _manifest(copy, made.isoformat(timespec="seconds"))
        packed = folder / "packed.zip"
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            archive.write(copy, _RECORD)
            archive.writestr(_MANIFEST, json.dumps(asdict(manifest), indent=2) + "\n")
        copy.unlink()
        if inspect(packed) != manifest:
            raise RecordError("was not written as it should be", where=str(path), hint="check the disk")
        _put(packed, path)
    return manifest


def inspect(path: Path) -> Manifest:
    """The manifest of a backup whose checksum holds.

    Raises `RecordError` where it is no backup, damaged, or of a newer Marsad.
    """
    with _opened(path) as archive:
        manifest = _read_manifest(archive, path)
        digest = hashlib.sha256()
        for piece in _record_in(archive, path, manifest):
            digest.update(piece)
    _require(digest.hexdigest() == manifest.sha256, path)
    return manifest


def restore(path: Path, target: Path) -> Manifest:
    """Makes the record at `target`, where there is nothing yet, of a backup, and checks all that it says.

    Raises `RecordError` as `inspect` does, and where something is at `target`.
    """
    for taken in (target, *(Path(f"{target}{end}") for end in ("-wal", "-shm", "-journal"))):
        _must_be_new(taken)
    with _beside(target) as folder:
        out = folder / _RECORD
        digest = hashlib.sha256()
        with _opened(path) as archive, out.open("wb") as file:
            manifest = _read_manifest(archive, path)
            for piece in _record_in(archive, path, manifest):
                digest.update(piece)
                file.write(piece)
        _require(digest.hexdigest() == manifest.sha256, path)
        if manifest.tables > VERSION:
            raise RecordError("is of a newer Marsad", where=str(path), hint="update Marsad")
        _require(_manifest(out, manifest.made) == manifest, path)
        _put(out, target)
    return manifest


def _manifest(copy: Path, made: str) -> Manifest:
    """What a record's file holds; `RecordError` where it is not sound. Nothing in it is changed."""
    sha256, size = _sha256(copy), copy.stat().st_size
    tables, documents, decisions, wrong = contents(copy)
    if not wrong and tables == VERSION:
        with Record.open(copy, readonly=True) as record:
            wrong = tuple(one.message for one in record.wrongs())
    for end in ("-wal", "-shm"):  # what a reader of such a file leaves
        Path(f"{copy}{end}").unlink(missing_ok=True)
    if wrong:
        raise RecordError(f"is not sound: {wrong[0]}", hint="`marsad doctor` says what is wrong with it")
    return Manifest(FORMAT, made, tables, documents, decisions, size, sha256)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _must_be_new(path: Path) -> None:
    if path.exists() or path.is_symlink():
        raise RecordError("is there already", where=str(path), hint="nothing is overwritten: name a new file")
    if not path.parent.is_dir():
        raise RecordError("the folder does not exist", where=str(path.parent), hint="make it first")


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """A folder beside `path`, so that what is ready goes to its place in one step; whatever is in it goes."""
    try:
        folder = Path(mkdtemp(prefix=f".{path.name}.", suffix=".partial", dir=path.parent))
    except OSError as error:
        raise _unwritable(path, error) from error
    try:
        yield folder
    except OSError as error:
        raise _unwritable(path, error) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unwritable(path: Path, error: OSError) -> RecordError:
    return RecordError(
        f"cannot be written: {error.strerror or error}", where=str(path),
        hint="check the free space, and that you may write there",
    )  # fmt: skip


def _put(ready: Path, path: Path) -> None:
    """Gives the file its name when all of it is on the disk; never in the place of another."""
    with ready.open("rb") as file:
        os.fsync(file.fileno())
    try:
        os.link(ready, path)
    except FileExistsError:
        _must_be_new(path)
    except OSError:  # a file system without links
        _must_be_new(path)
        ready.rename(path)
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with _reading(path):
            opened = zipfile.ZipFile(path)
        with opened as archive:
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, RuntimeError) as error:
        raise _damaged(path) from error


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise RecordError(
            f"cannot be read: {error.strerror or error}", where=str(path), hint="check the name and the disk"
        ) from error


def _read_manifest(archive: zipfile.ZipFile, path: Path) -> Manifest:
    with _reading(path), archive.open(_MANIFEST) as file:
        raw = file.read(_LONGEST_MANIFEST)
    try:
        told = json.loads(raw)
        if told["format"] != FORMAT:
            raise RecordError(
                f"is a backup of another form ({str(told['format'])[:40]})",
                where=str(path),
                hint="update Marsad",
            )
        manifest = Manifest(**{field.name: told[field.name] for field in fields(Manifest)})
        datetime.fromisoformat(manifest.made)
    except (ValueError, TypeError, KeyError) as error:
        raise _damaged(path) from error
    return manifest


def _record_in(archive: zipfile.ZipFile, path: Path, manifest: Manifest) -> Iterator[bytes]:
    """The record's bytes, no more than the manifest tells: a small archive can hold any number."""
    left = manifest.bytes
    file: IO[bytes]
    with archive.open(_RECORD) as file:
        while piece := _piece(file, path):
            left -= len(piece)
            _require(left >= 0, path)
            yield piece
    _require(left == 0, path)


def _piece(file: IO[bytes], path: Path) -> bytes:
    with _reading(path):
        return file.read(_PIECE)


def _damaged(path: Path) -> RecordError:
    return RecordError("is no backup of a record, or damaged", where=str(path), hint="take another backup")


def _require(holds: bool, path: Path) -> None:
    if not holds:
        raise _damaged(path)
