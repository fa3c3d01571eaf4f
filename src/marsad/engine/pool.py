"""Maps a pure function over many items: in this process, or in a pool of processes.

The function is made once in each worker by a factory (a reader compiles its lexicon once, not
once a document). Results come in the order of the items, so the number of workers never
changes what comes out.
"""

from __future__ import annotations

import gc
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from multiprocessing import get_context, parent_process
from multiprocessing.process import BaseProcess
from threading import Thread
from typing import Any, TypeVar

from marsad.errors import MarsadError

T = TypeVar("T")
R = TypeVar("R")

#: Below this many items a pool costs more than it saves.
POOL_FROM = 200
#: New objects between two runs of the collector of cycles; reading leaves no cycles.
SELDOM = 100_000

#: What the factory made in this worker process; the parent never writes it.
_made: dict[str, Callable[[Any], Any]] = {}


def default_workers(count: int) -> int:
    """How many workers suit `count` items: one for a few, every core for many."""
    if count < POOL_FROM:
        return 1
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def _end_with(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


def alone() -> None:
    """Makes this process a worker: it heeds its parent's end, and not the keyboard."""
    # Ctrl-C reaches every process of the terminal; the parent alone answers it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # A worker holds both ends of its queue and would wait forever for a parent that was killed.
    parent = parent_process()
    if parent is not None:
        Thread(target=_end_with, args=(parent,), daemon=True).start()


def _prepare(factory: Callable[[], Callable[[Any], Any]]) -> None:
    alone()
    _made["function"] = factory()
    gc.freeze()
    gc.set_threshold(SELDOM)


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """The collector of cycles comes seldom: it would walk the lexicon again and again and find nothing."""
    before = gc.get_threshold()
    gc.set_threshold(max(SELDOM, before[0]) if before[0] else 0, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _apply(items: list[Any]) -> list[Any]:
    function = _made["function"]
    return [function(item) for item in items]


def _chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def map_pure(
    factory: Callable[[], Callable[[T], R]], items: Iterable[T], *, workers: int = 1, chunk: int = 16
) -> Iterator[R]:
    """`function(item)` for each item, in order, where `function = factory()`.

    With more than one worker, factory, items and results must be picklable. Only a few
    chunks are in flight at a time, so an endless stream of items is fine. What the function
    raises is raised here; a worker that dies (killed, out of memory) is a `MarsadError`.
    """
    if workers <= 1:
        function = factory()
        with _seldom_collected():
            yield from map(function, items)
        return
    # A forked child would inherit open database handles and other threads' locks.
    pool = ProcessPoolExecutor(workers, get_context("spawn"), initializer=_prepare, initargs=(factory,))
    pending: deque[Future[list[R]]] = deque()
    try:
        for batch in _chunks(items, chunk):
            pending.append(pool.submit(_apply, batch))
            if len(pending) >= 4 * workers:
                yield from pending.popleft().result()
        while pending:
            yield from pending.popleft().result()
    except BrokenProcessPool as error:
        raise MarsadError(
            "a worker process died",
            hint="memory may be short: try again with fewer --workers; finished work is kept. "
            'A script of your own has to call this under if __name__ == "__main__"',
        ) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
