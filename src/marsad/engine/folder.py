"""Work that any number of processes share through a folder, on one machine or on many.

    job.json      what the work is about
    units.jsonl   the pieces of it, one a line, numbered from 0
    leases/N      who is at piece N; the file is touched while they are
    done/N.arrow  what came of it, put there whole under its name

A piece whose worker died is taken over by another when its lease has not been touched for a while. Should
two be at the same piece (one was only slow), both make the same result, and the later one replaces the
former by itself: there is one result for each piece whatever dies. All that is asked of the folder is that
a file can be renamed in one step; where a new file can also be made exclusively, no work is done twice.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import socket
import time
import uuid
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread
from typing import IO, Any

from marsad.errors import InputError

#: Raised with every change of what is in the folder.
_FORMAT = 1
JOB = "job.json"
#: Seconds between two touches of a lease, and after how many it counts as left behind.
_TOUCH, _STALE = 5.0, 60.0
#: Workers that may die at one piece before it is given up.
TRIES = 3
_POLL = 0.2


def owner() -> str:
    """This process, as a lease names it."""
    return f"{socket.gethostname()}:{os.getpid()}"


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass
    return True


class Folder:
    """A folder of shared work. Use `Folder.make` or `Folder.open`."""

    def __init__(self, path: Path, about: Mapping[str, Any], offsets: array[int]) -> None:
        """Use `make` or `open`."""
        self.path = path
        self.about = about
        self._offsets = offsets
        self._cursor = 0

    @staticmethod
    def is_one(path: Path) -> bool:
        """Whether shared work lies there."""
        return (path / JOB).is_file()

    @classmethod
    def make(
        cls, path: Path, units: Iterable[Mapping[str, Any]], *, about: Mapping[str, Any], named: bool = True
    ) -> Folder:
        """Lays the work out, whole or not at all; where it lies there already it is opened.

        Args:
            path: The folder; with `named` false the one in which it gets a name that tells its content.
            units: The pieces.
            about: What the work is about.
            named: Whether `path` is its name.

        Raises:
            InputError: Something else lies there, or the folder cannot be made.
        """
        if named and cls.is_one(path):
            return cls.open(path)
        parent = path.parent if named else path
        temporary = parent / f".{uuid.uuid4().hex[:12]}"
        told = json.dumps({"format": _FORMAT, "about": dict(about)})
        digest = hashlib.sha256(told.encode())
        try:
            for name in ("leases", "done"):
                (temporary / name).mkdir(parents=True)
            with (temporary / "units.jsonl").open("wb") as file:
                for unit in units:
                    line = json.dumps(unit).encode() + b"\n"
                    digest.update(line)
                    file.write(line)
            (temporary / JOB).write_text(told, "utf-8")
            path = path if named else path / digest.hexdigest()[:16]
            if path.is_dir() and not any(path.iterdir()):
                path.rmdir()
            temporary.rename(path)
        except OSError as error:
            if not cls.is_one(path):  # else it lies there from an earlier time, or another was first
                raise InputError(
                    f"shared work cannot be laid out here: {error.strerror}",
                    where=str(path),
                    hint="name a new or an empty folder",
                ) from error
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
        return cls.open(path)

    @classmethod
    def open(cls, path: Path) -> Folder:
        """The work that lies at `path`.

        Raises:
            InputError: None lies there, or it is of another Marsad.
        """
        try:
            job = json.loads((path / JOB).read_text("utf-8"))
            offsets = array("Q", [0])
            with (path / "units.jsonl").open("rb") as file:
                for line in file:
                    offsets.append(offsets[-1] + len(line))
        except (OSError, ValueError):
            raise InputError(
                "no shared work lies here", where=str(path), hint="name the folder with job.json"
            ) from None
        if job.get("format") != _FORMAT:
            raise InputError(
                "this work is of another Marsad", where=str(path), hint="use the same one everywhere"
            )
        return cls(path, job["about"], offsets)

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def unit(self, number: int) -> dict[str, Any]:
        """A piece of the work."""
        with (self.path / "units.jsonl").open("rb") as file:
            file.seek(self._offsets[number])
            unit: dict[str, Any] = json.loads(file.read(self._offsets[number + 1] - self._offsets[number]))
        return unit

    def result(self, number: int) -> Path:
        """Where the result of a piece is, or will be."""
        return self.path / "done" / f"{number}.arrow"

    def done(self) -> int:
        """How many pieces are done."""
        return sum(name.endswith(".arrow") and name[0] != "." for name in os.listdir(self.path / "done"))

    # ── working ───────────────────────────────────────────────────────────────────────────

    def claim(self) -> int | None:
        """A piece that nobody is at and that is not done, or `None` where there is none just now."""
        for _ in range(len(self)):
            number, self._cursor = self._cursor, (self._cursor + 1) % len(self)
            if not self.result(number).exists() and self._lease(number):
                if not self.result(number).exists():
                    return number
                self._let_go(number)  # done by another in between
        return None

    def tries(self, number: int) -> int:
        """How many workers were left behind at a piece."""
        return sum(1 for _ in (self.path / "leases").glob(f"{number}.left.*"))

    def write(self, number: int, write: Callable[[IO[bytes]], None]) -> None:
        """Writes the result of a piece that was claimed, and lets go of it; it is there whole or not at all."""
        temporary = self.path / "done" / f".{number}.{uuid.uuid4().hex[:8]}"
        try:
            with self._held(number), temporary.open("wb") as file:
                write(file)
                file.flush()
                os.fsync(file.fileno())
                temporary.rename(self.result(number))
        finally:
            temporary.unlink(missing_ok=True)
            self._let_go(number)

    def left_by(self, gone: str) -> bool:
        """Frees the piece of a worker that died; whether it was at one."""
        leases = [lease for lease in self._leases() if self._holder(lease) == gone]
        freed = [self._take_from(lease) for lease in leases]
        return any(freed)

    def free(self) -> None:
        """Frees the pieces of processes of this machine that are no more, as after all of them were ended at once."""
        host = socket.gethostname()
        for lease in self._leases():
            machine, _, pid = (self._holder(lease) or "").partition(":")
            if machine == host and pid.isdigit() and not _alive(int(pid)):
                lease.unlink(missing_ok=True)

    def _leases(self) -> list[Path]:
        return [lease for lease in (self.path / "leases").iterdir() if lease.name.isdigit()]

    def _lease_path(self, number: int) -> Path:
        return self.path / "leases" / str(number)

    def _lease(self, number: int) -> bool:
        lease = self._lease_path(number)
        if lease.exists() and not (self._stale(lease) and self._take_from(lease)):
            return False
        try:
            with lease.open("x", encoding="utf-8") as file:
                file.write(owner())
        except FileExistsError:
            return False
        return True

    def _let_go(self, number: int) -> None:
        lease = self._lease_path(number)
        if self._holder(lease) == owner():
            lease.unlink(missing_ok=True)

    def _holder(self, lease: Path) -> str | None:
        try:
            return lease.read_text("utf-8")
        except FileNotFoundError:
            return None

    def _stale(self, lease: Path) -> bool:
        """Whether nobody has touched a lease for long, by the clock of the folder: machines' clocks differ."""
        mark = self.path / "leases" / f"now.{owner().replace(':', '.')}"
        try:
            mark.touch()
            # one of the future is of a clock that was put back: who is at the piece touches it again soon
            return abs(mark.stat().st_mtime - lease.stat().st_mtime) > _STALE
        except FileNotFoundError:
            return False
        finally:
            mark.unlink(missing_ok=True)

    def _take_from(self, lease: Path) -> bool:
        """Puts a lease aside; one of several who try does."""
        try:
            lease.rename(lease.with_name(f"{lease.name}.left.{uuid.uuid4().hex[:8]}"))
        except FileNotFoundError:
            return False
        return True

    @contextmanager
    def _held(self, number: int) -> Iterator[None]:
        """Touches the lease of a piece while the work goes on."""
        ended, lease = Event(), self._lease_path(number)

        def touch() -> None:
            while not ended.wait(_TOUCH):
                with suppress(OSError):  # taken over: the result is the same
                    os.utime(lease)

        thread = Thread(target=touch, daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    # ── results ───────────────────────────────────────────────────────────────────────────

    def results(self, tend: Callable[[], object], *, since: int = 0) -> Iterator[tuple[int, Path]]:
        """The results in order, each as soon as it is there; `tend` is called while one is waited for."""
        for number in range(since, len(self)):
            path = self.result(number)
            while not path.exists():
                tend()
                time.sleep(_POLL)
            yield number, path

    def spent(self, number: int) -> None:
        """Empties a result that is no longer needed; the piece stays done."""
        empty = self.path / "done" / f".{number}.empty"
        empty.touch()
        empty.rename(self.result(number))

    def remove(self) -> None:
        """Takes the folder away, with all results."""
        shutil.rmtree(self.path, ignore_errors=True)
