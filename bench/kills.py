"""Kills Marsad while it works, thousands of times, and looks at what is left (Linux).

    python -m bench.kills --kills 5000

The commands of the command line run in processes of their own and get SIGKILL: after a random time, or (with
strace) at the n-th call of `pwrite64`, `fdatasync`, `ftruncate`, ... After every kill the record is looked at
as the next start finds it: sound, its chains whole, nothing lost of what was there, nothing twice. Now and then
all is derived from what is left, and once more from nothing. Then the same command is given again until it
comes to its end. Each life ends with `marsad doctor`, and must have become, row for row, what a life without
a kill becomes. The kinds of lives are in `bench.lives` and `bench.lives_served`.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.killer import Killer, Tally
from bench.lives import (
    Filling,
    Increasing,
    Inputs,
    Keeping,
    Life,
    Migrating,
    Rebuilding,
    Reviewing,
    Taking,
    inputs,
)
from bench.lives_served import Serving, Watching
from marsad import lexicon

#: Each kind of life, and how often it is lived beside the others.
LIVES: dict[str, tuple[type[Life], int]] = {
    kind.name: (kind, weight)
    for kind, weight in (
        (Taking, 4), (Filling, 3), (Increasing, 2), (Rebuilding, 3), (Reviewing, 4), (Migrating, 5),
        (Keeping, 3), (Serving, 4), (Watching, 4),
    )
}  # fmt: skip
#: What commands load for themselves: loaded once, before they are forked.
_LOADED = ("fastapi", "uvicorn", "httpx", "feedparser", "marsad.web.app", "marsad.pipeline.watching",
           "marsad.ingest.feeds", "marsad.record.custody", "marsad.doctor")  # fmt: skip


def lives(killer: Killer, given: Inputs, *, kills: int, until: float, names: list[str]) -> Iterator[Tally]:
    """Lives until so many kills are survived, or the time is over; the first of each kind are without kills."""
    for name in names:
        for count in (True, False):
            life = _born(killer, given, name)
            life.run = killer.counted if count else killer.whole
            life.live()
            life.end()
    weights = [LIVES[name][1] for name in names]
    while killer.tally.killed < kills and time.perf_counter() < until:
        name = killer.rng.choices(names, weights)[0]
        life = _born(killer, given, name)
        life.live()
        life.end()
        killer.tally.lives[name] += 1
        yield killer.tally


def _born(killer: Killer, given: Inputs, name: str) -> Life:
    for old in killer.folder.glob("life.*"):
        shutil.rmtree(old) if old.is_dir() else old.unlink()
    return LIVES[name][0](killer, given, killer.folder / "life.db")


def main() -> None:
    """Kills, and says how often."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--kills", type=int, default=500)
    options.add_argument("--minutes", type=float, default=float("inf"), help="then no life begins any more")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--lives", nargs="*", choices=LIVES, default=list(LIVES))
    options.add_argument("--keep", type=Path, help="where the record of a failure is kept")
    asked = options.parse_args()
    lexicon.load()
    for module in _LOADED:
        importlib.import_module(module)
    gc.freeze()
    begin = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="marsad-kills-") as name:
        folder = Path(name)
        killer = Killer(asked.seed, folder)
        try:
            for number, tally in enumerate(
                lives(
                    killer,
                    inputs(folder),
                    kills=asked.kills,
                    until=begin + 60 * asked.minutes,
                    names=asked.lives,
                ),
                1,
            ):
                if number % 25 == 0:
                    print(f"{tally.killed} kills in {number} lives", file=sys.stderr, flush=True)
        except KeyboardInterrupt:  # what was survived so far is told
            pass
        except BaseException:
            if asked.keep:
                shutil.copytree(folder, asked.keep, dirs_exist_ok=True)
            raise
    report(killer.tally, minutes=(time.perf_counter() - begin) / 60, seed=asked.seed)


def report(tally: Tally, *, minutes: float, seed: int) -> None:
    """Says what was survived."""
    print(
        f"{tally.killed} kills survived in {sum(tally.lives.values())} lives, {minutes:.1f} minutes, seed {seed}"
    )
    for what, counted in (("command", tally.kills), ("point", tally.points), ("life", tally.lives)):
        print(f"  by {what}: " + ", ".join(f"{name} {number}" for name, number in counted.most_common()))
    print(f"  commands that came to their end: {sum(tally.ended.values())}")
    print(f"  derived from what was left, and again from nothing, the same: {tally.rederived}")
    print(f"  decisions answered by a server before it was killed, each there once: {tally.acknowledged}")


if __name__ == "__main__":
    main()
