"""Cuts the power while a record is written, thousands of times, and opens what a disk may then hold (Linux, strace).

    python -m bench.power --cuts 5000

One life of a record runs under strace, which notes every write, cut-off, removal and sync of its files, and what
the life had answered by then. A cut is a moment of it: what was synced is on the disk; of what was written after
the last sync of each file, any part is, in any order, torn at any sector. The record must open, be sound, hold
everything that was answered, and nothing that is no beginning of the whole.
"""

from __future__ import annotations

import argparse
import random
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.held import begins, sound, state
from bench.killer import Lost, require
from bench.lives import inputs

_SECTOR = 512
_LINE = re.compile(
    r'(\w+)\((?:\d+<([^>]*)>|"([^"]*)"|AT_FDCWD[^,]*, "([^"]*)")'
    r'(?:, "((?:\\x[0-9a-f]{2})*)")?(?:, (\d+))?(?:, (\d+))?.*\) += (-?\d+)'
)

#: What is done under strace: every answer is a line on standard output.
LIFE = """
import sys
from marsad import pipeline
from marsad.cli.decisions import _read
from marsad.record import Record
path, first, second, decisions = sys.argv[1:]
def answer(record):
    print(f"ANSWER {len(record.document_ids())} {record.decision_head()[0]}", flush=True)
with Record.open(path, create=True) as record:
    pipeline.add(record, [first])
    answer(record)
    pipeline.run(record, [], workers=1)
    answer(record)
    for decision in _read(__import__("pathlib").Path(decisions), []):
        record.decide(decision)
        answer(record)
    pipeline.run(record, [second], workers=1)
    answer(record)
with Record.open(path) as record:
    pipeline.rebuild(record, workers=1)
    answer(record)
"""


@dataclass(frozen=True)
class Step:
    """One call: what was done to which file, or what was answered."""

    what: str
    name: str = ""
    data: bytes = b""
    at: int = 0
    answered: tuple[int, int] = (0, 0)


def recorded(folder: Path) -> tuple[list[Step], Path]:
    """The steps of a life, and the record that it ended with."""
    given = inputs(folder)
    record, trace = folder / "life" / "r.db", folder / "trace.txt"
    record.parent.mkdir()
    subprocess.run(
        ["strace", "-y", "-xx", "-s", "20000000", "-o", str(trace),
         "-e", "trace=pwrite64,fdatasync,fsync,ftruncate,unlink,write", sys.executable, "-c", LIFE,
         str(record), str(given.first), str(given.second), str(given.decisions)],
        check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    return list(_steps(trace, record.parent)), record


def _steps(trace: Path, folder: Path) -> Iterator[Step]:
    for line in trace.open():
        found = _LINE.match(line)
        if found is None or int(found[8]) < 0:
            continue
        call, name = found[1], found[2] or found[3] or found[4] or ""
        if "\\x" in name:
            name = bytes.fromhex(name.replace("\\x", "")).decode()
        data = bytes.fromhex((found[5] or "").replace("\\x", ""))
        if call == "write":
            if answer := re.match(rb"ANSWER (\d+) (\d+)", data):
                yield Step("answer", answered=(int(answer[1]), int(answer[2])))
            continue
        path = Path(name)
        if path == folder:  # names that were given or taken are on the disk now
            yield Step("names")
            continue
        if path.parent != folder or path.name.endswith("-shm"):
            continue
        if call == "pwrite64":
            yield Step("write", path.name, data, int(found[7] or 0))
        elif call == "ftruncate":
            yield Step("cut", path.name, at=int(found[6] or 0))
        elif call == "unlink":
            yield Step("remove", path.name)
        else:
            yield Step("sync", path.name)


class Disk:
    """Files as they are on a disk, and what is on its way there."""

    def __init__(self) -> None:
        self.kept: dict[str, bytearray] = {}
        self.waiting: dict[str, list[Step]] = {}

    def take(self, step: Step) -> None:
        """A call of the process."""
        if step.what == "names":
            for one in self.waiting.values():
                removed = max((n for n, s in enumerate(one) if s.what == "remove"), default=-1)
                if removed >= 0:
                    self.kept.pop(one[removed].name, None)
                    del one[: removed + 1]
            return
        waiting = self.waiting.setdefault(step.name, [])
        if step.what != "sync":
            waiting.append(step)
            return
        for one in waiting:
            self._do(self.kept, one)
        waiting.clear()

    @staticmethod
    def _do(files: dict[str, bytearray], step: Step, data: bytes | None = None) -> None:
        if step.what == "remove":
            files.pop(step.name, None)
            return
        held = files.setdefault(step.name, bytearray())
        if step.what == "cut":
            del held[step.at :]
            held.extend(bytes(step.at - len(held)))
            return
        data = step.data if data is None else data
        held.extend(bytes(max(0, step.at - len(held))))
        held[step.at : step.at + len(data)] = data

    def after_cut(self, rng: random.Random) -> dict[str, bytes]:
        """What may be there when the power comes back."""
        files = {name: bytearray(held) for name, held in self.kept.items()}
        for waiting in self.waiting.values():
            part = rng.choice((0.0, 0.3, 0.7, 1.0))
            arrived = [step for step in waiting if rng.random() <= part]
            for step in arrived:
                data = step.data
                if step.what == "write" and rng.random() < 0.2:  # only its first sectors
                    data = data[: _SECTOR * rng.randint(0, -(-len(data) // _SECTOR))]
                self._do(files, step, data)
        return {name: bytes(held) for name, held in files.items()}


def cuts(steps: list[Step], record: Path, *, number: int, seed: int, folder: Path) -> tuple[int, int]:
    """Cuts the power so often; how many states of the disk differed, and how many lost something unanswered."""
    rng = random.Random(seed)
    whole = state(record)
    moments = sorted(rng.randrange(1, len(steps)) for _ in range(number))
    disk, done, answered = Disk(), 0, (0, 0)
    seen: set[int] = set()
    torn = 0
    path = folder / "back" / "r.db"
    path.parent.mkdir(exist_ok=True)
    for moment in moments:
        while done < moment:
            step = steps[done]
            done += 1
            if step.what == "answer":
                answered = step.answered
            else:
                disk.take(step)
        files = disk.after_cut(rng)
        sign = hash(tuple(sorted(files.items())))
        if sign in seen:
            continue
        seen.add(sign)
        for old in path.parent.iterdir():
            old.unlink()
        for name, data in files.items():
            (path.parent / name).write_bytes(data)
        try:
            now = state(path)
            require(
                len(now.documents) >= answered[0],
                f"{answered[0]} documents answered, {len(now.documents)} there",
            )
            require(
                len(now.decisions) >= answered[1],
                f"{answered[1]} decisions answered, {len(now.decisions)} there",
            )
            begins(whole.documents, now.documents, "documents")
            begins(whole.decisions, now.decisions, "decisions")
            if now.decisions:
                sound(path)
        except Exception as error:
            raise Lost(f"cut before step {moment} of {len(steps)}: {error}") from error
        torn += any(disk.waiting.values())
    return len(seen), torn


def main() -> None:
    """Cuts the power, and says how often."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--cuts", type=int, default=2000)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="marsad-power-") as name:
        folder = Path(name)
        steps, record = recorded(folder)
        different, torn = cuts(steps, record, number=given.cuts, seed=given.seed, folder=folder)
        kinds = {
            kind: sum(step.what == kind for step in steps)
            for kind in ("write", "cut", "remove", "sync", "names", "answer")
        }
    print(
        f"{given.cuts} power cuts survived, {different} of them with another content of the disk, {torn} with writes unsynced"
    )
    said = ", ".join(f"{number} {kind}" for kind, number in kinds.items())
    print(f"  steps of the life: {said}")


if __name__ == "__main__":
    main()
