"""Files made to take all time and memory: what each takes, and what is said of it.

    python -m bench.bombs
    python -m bench.bombs feed warc       # those whose file's name has one of these in it

Each is taken in and read, as `marsad run` does (a feed: listed and its articles made, as `marsad watch` does),
by a process of its own, together with a sound article behind it that has to come through.
"""

from __future__ import annotations

import json
import multiprocessing
import resource
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from bench.bomb_files import SOUND, Bomb, bombs

#: What one document may take, on one core of a machine of today: stated in docs/safety.md.
SECONDS, MEGABYTES = 60.0, 1500


class Taken(NamedTuple):
    """Seconds of the processor, megabytes above what an idle process takes, and what came of it."""

    seconds: float
    megabytes: float
    sound: bool
    read: int
    faults: int
    said: str

    @property
    def within(self) -> bool:
        """Whether the bounds were kept and the article behind it was read."""
        return self.seconds <= SECONDS and self.megabytes <= MEGABYTES and self.sound


def _work(folder: str, name: str, out: Any) -> None:
    """Takes the file in and reads it, with a sound article behind it."""
    from marsad import pipeline
    from marsad.record import Record

    before = _used()[1]
    said = [_listed(Path(folder) / name)] if name.endswith(".feed") else []
    paths = [f"{folder}/{name}"] * (not said) + [f"{folder}/sound.jsonl"]
    with Record.open(f"{folder}/r.db", create=True) as record:
        report = pipeline.run(record, paths, workers=1)
        sound = any(d.text == SOUND for d in record.documents()) and record.incidents() != []
    said += [str(f) for f in report.failures]
    seconds, used = _used()
    out.send(Taken(seconds, used - before, sound, report.read, len(said), said[0] if said else ""))


def _used() -> tuple[float, float]:
    """Seconds of the processor and the most megabytes of this process or one that it started and waited for."""
    own, theirs = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    seconds = own.ru_utime + own.ru_stime + theirs.ru_utime + theirs.ru_stime
    return seconds, max(own.ru_maxrss, theirs.ru_maxrss) / 1024


def _listed(path: Path) -> str:
    """What becomes of the bytes as a list of a server, each entry taken as its article."""
    from marsad.ingest import Fault
    from marsad.ingest.feeds import Feed, from_feed, listing
    from marsad.net import Reply
    from marsad.pipeline.taking import dateline

    find, url = dateline(), "https://news.test/feed"
    raw = path.read_bytes()
    found = listing(raw, url, day_in=lambda text: (find(text) or (None,))[0])
    if isinstance(found, Fault):
        return str(found)
    reply = Reply(url, 200, (), raw, raw, "192.0.2.1", datetime(2021, 5, 5, tzinfo=UTC))
    feed = Feed("x", url, whole=True)
    for entry in found.entries[: feed.most]:
        from_feed(entry, feed, reply, url=entry.url or url, dateline=find)
    return f"{len(found.entries)} entries" + (f", {found.flaw}" if found.flaw else "")


def measure(bomb: Bomb, limit: float) -> Taken:
    """What a bomb takes, in a process that is ended after so many seconds."""
    _, name, write = bomb
    with tempfile.TemporaryDirectory(prefix="marsad-bombs-") as folder:
        write(Path(folder) / name)
        (Path(folder) / "sound.jsonl").write_text(
            json.dumps({"id": "sound", "text": SOUND, "published": "2021-05-05"}) + "\n", "utf8"
        )
        context = multiprocessing.get_context("fork")
        mine, theirs = context.Pipe()
        process = context.Process(target=_work, args=(folder, name, theirs))
        process.start()
        theirs.close()
        found = Taken(limit, 0.0, False, 0, 0, "not done in time")
        if mine.poll(limit):
            try:
                found = mine.recv()
            except EOFError:
                found = Taken(0.0, 0.0, False, 0, 0, "the process died")
        process.kill()
        process.join()
        return found


def main() -> None:
    """A table of all bombs."""
    import feedparser  # noqa: F401
    import lxml.html  # noqa: F401
    import trafilatura  # noqa: F401

    from marsad import lexicon, pipeline  # noqa: F401
    from marsad.ingest import feeds  # noqa: F401
    from marsad.record import Record  # noqa: F401

    lexicon.load()
    only = sys.argv[1:]
    most, many, worst = Taken(0, 0, True, 0, 0, ""), 0, False
    print("| bomb | file | s | MB | read | faults | said |\n|---|---|--:|--:|--:|--:|---|")
    for bomb in bombs():
        what, name, _ = bomb
        if only and not any(part in name for part in only):
            continue
        took = measure(bomb, 2 * SECONDS)
        many, worst = many + 1, worst or not took.within
        most = most._replace(
            seconds=max(most.seconds, took.seconds), megabytes=max(most.megabytes, took.megabytes)
        )
        said = (
            took.said[took.said.find("/", 5) + 1 :].split("/", 1)[-1]
            if took.said.startswith("/")
            else took.said
        )
        print(
            f"| {what} | {name} | {took.seconds:.1f} | {took.megabytes:.0f} | {took.read} | {took.faults} | "
            f"{said[:110]}{'' if took.within else ' **over**'} |",
            flush=True,
        )
    print(
        f"{many} bombs, at most {most.seconds:.1f} s and {most.megabytes:.0f} MB; within {SECONDS:g} s and "
        f"{MEGABYTES} MB, and the article behind it read: {'no' if worst else 'all'}"
    )
    sys.exit(worst)


if __name__ == "__main__":
    main()
