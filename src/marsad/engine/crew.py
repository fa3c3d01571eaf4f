"""Workers on shared work: one in this process, or several processes of this machine that are tended."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from socket import gethostname
from typing import IO, Any

from marsad.engine.folder import TRIES, Folder
from marsad.engine.pool import alone
from marsad.errors import MarsadError

#: Writes the result of a piece of work; the piece as it was laid out, or the same with why it is given up.
Work = Callable[[Mapping[str, Any], str | None, IO[bytes]], None]
_POLL = 0.2


def work(folder: Folder, make: Callable[[], Work], *, wait: bool = True) -> Iterator[int]:
    """Does pieces until all are done, and gives the number of each that was done here.

    Args:
        folder: The shared work.
        make: Makes the function that does a piece; called once.
        wait: Whether to wait for the pieces that others are at, in case they are left behind.
    """
    function = make()
    while True:
        number = folder.claim()
        if number is None:
            if not wait or folder.done() == len(folder):
                return
            time.sleep(_POLL)
            continue
        tried = folder.tries(number)
        reason = f"{tried} workers died at it" if tried >= TRIES else None
        unit = folder.unit(number)
        folder.write(number, lambda file, unit=unit, reason=reason: function(unit, reason, file))  # type: ignore[misc]
        yield number


def _main(path: str, make: Callable[[], Work]) -> None:
    alone()
    for _ in work(Folder.open(Path(path)), make):
        pass


@contextmanager
def crew(folder: Folder, make: Callable[[], Work], workers: int) -> Iterator[Callable[[], None]]:
    """Processes that work on the folder. Gives a function that replaces those that died; it is to be called often.

    They end when the work is done, when the context is left, and with this process, however it ends.
    """
    context = get_context("spawn")
    crew_: list[BaseProcess] = []
    idle = 0
    folder.free()

    def hire() -> None:
        process = context.Process(target=_main, args=(str(folder.path), make), daemon=True)
        process.start()
        crew_.append(process)

    def tend() -> None:
        nonlocal idle
        for process in [p for p in crew_ if not p.is_alive()]:
            crew_.remove(process)
            if process.exitcode == 0:
                continue
            idle += not folder.left_by(f"{gethostname()}:{process.pid}")
            if idle > TRIES * workers:
                raise MarsadError(
                    "worker processes die before they begin", hint="memory may be short: try fewer --workers"
                )
            hire()

    try:
        for _ in range(workers):
            hire()
        yield tend
    finally:
        for process in crew_:
            process.terminate()
        for process in crew_:
            process.join()
