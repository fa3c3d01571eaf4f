"""Work spread over processes gives what one process gives, in the same order."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import count, islice
from pathlib import Path

import pytest

from marsad.engine import default_workers, map_pure
from marsad.errors import MarsadError


def squarer() -> Callable[[int], int]:
    return lambda number: number * number


def fragile() -> Callable[[int], int]:
    def work(number: int) -> int:
        if number == 5:
            raise ValueError("five")
        return number

    return work


def mortal() -> Callable[[int], int]:
    def work(number: int) -> int:
        if number == 5:
            os._exit(9)
        return number

    return work


@pytest.mark.parametrize("workers", [1, 2])
def test_results_come_in_the_order_of_the_items(workers: int) -> None:
    assert list(map_pure(squarer, range(50), workers=workers, chunk=3)) == [n * n for n in range(50)]


@pytest.mark.parametrize("workers", [1, 2])
def test_no_items_give_no_results(workers: int) -> None:
    assert list(map_pure(squarer, [], workers=workers)) == []


@pytest.mark.parametrize("workers", [1, 2])
def test_an_endless_stream_is_worked_on_as_it_comes(workers: int) -> None:
    stream = map_pure(squarer, count(), workers=workers, chunk=2)
    assert list(islice(stream, 4)) == [0, 1, 4, 9]
    stream.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize("workers", [1, 2])
def test_what_the_function_raises_is_raised(workers: int) -> None:
    with pytest.raises(ValueError, match="five"):
        list(map_pure(fragile, range(10), workers=workers, chunk=1))


def test_a_worker_that_dies_is_told_in_plain_words() -> None:
    with pytest.raises(MarsadError, match="a worker process died"):
        list(map_pure(mortal, range(10), workers=2, chunk=1))


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks processes up in /proc")
def test_workers_do_not_outlive_a_parent_that_was_killed(tmp_path: Path) -> None:
    script = tmp_path / "waits.py"
    script.write_text(
        "import os, time\n"
        "from marsad.engine import map_pure\n"
        "def slow():\n"
        "    def work(n):\n"
        "        print(os.getpid(), flush=True)\n"
        "        time.sleep(600)\n"
        "    return work\n"
        "if __name__ == '__main__':\n"
        "    list(map_pure(slow, range(2), workers=2, chunk=1))\n"
    )
    source = str(Path(__file__).parents[1] / "src")
    with subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": source},
    ) as parent:
        assert parent.stdout
        workers = [int(parent.stdout.readline()) for _ in range(2)]
        parent.kill()
        parent.wait()
        limit = time.monotonic() + 10
        while any(_alive(worker) for worker in workers) and time.monotonic() < limit:
            time.sleep(0.05)
    assert not any(_alive(worker) for worker in workers)


def _alive(pid: int) -> bool:
    """Whether the process runs; one that ended and waits to be collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_few_items_are_not_worth_a_pool() -> None:
    assert default_workers(3) == 1
    assert default_workers(10_000) >= 1
