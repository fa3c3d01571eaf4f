"""A crawl read by `marsad run` on two cores, killed in the middle and started again; and what each stage takes.

    python -m bench.archive FOLDER [--workers 2] [--stages MB] [--whole] [--other]

FOLDER is what `python -m bench.crawl` wrote. Stages are timed one after the other in one process over the first
MB megabytes of the first file, in processor seconds. `--whole` reads everything, kills the run and its workers
with SIGKILL when half is done, starts it again, then reads everything once more undisturbed and compares the two
records. `--other` times warcio with trafilatura's own output, what one would take otherwise, on the same stretch.
"""

from __future__ import annotations

import argparse
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

from marsad.ingest import Fault, Sieve, Tally
from marsad.ingest.archive import archives, articles
from marsad.ingest.charset import page_text
from marsad.ingest.warc import Archive, Response, records
from marsad.lexicon import load
from marsad.model import Document
from marsad.pipeline import make_reader
from marsad.pipeline.taking import dateline
from marsad.record import Record

Row = tuple[str, int, float]


def _timed(name: str, work: Callable[[], int]) -> Row:
    began = time.process_time()
    count = work()
    return name, count, time.process_time() - began


def stages(path: Path, size: int) -> Iterator[Row]:
    """What each stage does in how many processor seconds: each is timed with those before it, which are taken off."""
    (archive,) = (one for one in archives(path) if isinstance(one, Archive))
    words = load()
    sieve, read, day = Sieve(words), make_reader(), dateline()
    for _ in islice(records(archive, end=size), 50):
        pass  # imports and first touches

    def pages() -> Iterator[Response]:
        for item in records(archive, end=size):
            if isinstance(item, Response) and item.status == 200 and item.type.startswith("text/html"):
                yield item

    unpacked = _timed("unpack, parse WARC and HTTP", lambda: sum(1 for _ in records(archive, end=size)))
    yield unpacked

    def decoded() -> int:
        return sum(isinstance(page_text(item.body, "x", told=item.type, guess=True), str) for item in pages())

    _, count, taken = _timed("", decoded)
    yield "decode", count, taken - unpacked[2]

    def sieved() -> int:
        texts = (page_text(item.body, "x", told=item.type, guess=True) for item in pages())
        return sum(1 for text in texts if isinstance(text, str) and (sieve.passes_over(text), True))

    _, count, whole = _timed("", sieved)
    yield "sieve", count, whole - taken
    found: list[Document] = []

    def extracted() -> int:
        made = articles(archive, "x", tally=Tally(), end=size, sieve=sieve, dateline=day)
        found.extend(item for item in made if not isinstance(item, Fault))
        return len(found)

    _, count, taken = _timed("", extracted)
    yield "extract the article", count, taken - whole
    readings = []
    yield _timed("read", lambda: readings.extend(map(read, found)) or len(readings))  # type: ignore[func-returns-value]
    with tempfile.TemporaryDirectory() as folder, Record.open(Path(folder) / "r.db", create=True) as record:

        def stored() -> int:
            record.add(found)
            record.save_readings((one for one in readings if hasattr(one, "events")), lexicon=words.version)
            return len(found)

        yield _timed("store", stored)


def other(path: Path, size: int) -> Iterator[Row]:
    """The same stretch by warcio and trafilatura: unpacking, and extracting every page."""
    from trafilatura import extract
    from warcio.archiveiterator import ArchiveIterator

    def pages() -> Iterator[bytes]:
        with path.open("rb") as stream:
            iterator = ArchiveIterator(stream)
            for item in iterator:
                if iterator.offset >= size:
                    return
                if item.rec_type == "response" and item.http_headers.get_statuscode() == "200":
                    if (item.http_headers.get_header("Content-Type") or "").startswith("text/html"):
                        yield item.content_stream().read()

    unpacked = _timed("warcio: unpack, parse", lambda: sum(1 for _ in pages()))
    yield unpacked
    some = list(islice(pages(), 300))
    yield _timed("trafilatura: extract, no sieve", lambda: sum(extract(page) is not None for page in some))


def _tree(pid: int) -> list[int]:
    """The process and all below it."""
    out = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    below: dict[int, list[int]] = {}
    for line in out.splitlines():
        child, parent = map(int, line.split())
        below.setdefault(parent, []).append(child)
    found = [pid]
    for one in found:
        found += below.get(one, [])
    return found


def _resident(pids: Iterable[int]) -> list[float]:
    out = []
    for pid in pids:
        try:
            pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        except (OSError, IndexError):
            continue
        out.append(pages * resource.getpagesize() / 1e6)
    return out


def run(folder: Path, record: Path, *, workers: int, kill: float | None) -> None:
    """One `marsad run`, watched; with `kill` it is ended at that share of its units."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [
        sys.executable,
        "-m",
        "marsad",
        "--record",
        str(record),
        "run",
        str(folder),
        "--workers",
        str(workers),
    ]
    began, peak, largest = time.perf_counter(), 0.0, 0.0
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        while process.poll() is None:
            sizes = _resident(_tree(process.pid))
            peak, largest = max(peak, sum(sizes)), max([largest, *sizes])
            if kill is not None and _share(record) >= kill:
                for pid in reversed(_tree(process.pid)):
                    os.kill(pid, signal.SIGKILL)
                break
            time.sleep(0.5)
        said = process.stderr.read() if process.stderr else ""
    now = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime
    load = ", ".join(f"{part:.0f}" for part in os.getloadavg())
    taken = f"{time.perf_counter() - began:,.0f} s"
    memory = f"peak memory {peak:,.0f} MB of all processes, {largest:,.0f} MB of one; load {load}"
    if kill is not None:  # what killed workers used is not told by the system
        print(f"killed when {_share(record):.0%} was done: {taken}, {memory}")
        return
    print(f"to the end: {taken}, {cpu:,.0f} CPU s, {memory}")
    print("  " + said.strip().replace("\n", "\n  "), flush=True)


def _share(record: Path) -> float:
    """How much of the work beside a record is done."""
    for job in Path(f"{record}-work").glob("[!.]*"):
        with (job / "units.jsonl").open() as file:
            units = sum(1 for _ in file)
        return sum(1 for _ in (job / "done").glob("[0-9]*.arrow")) / units
    return 0.0


def main() -> int:
    """Measures and prints."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--stages", type=int, default=0)
    parser.add_argument("--other", action="store_true")
    parser.add_argument("--whole", action="store_true")
    options = parser.parse_args()
    first = sorted(options.folder.rglob("*.warc.gz"))[0]
    size = options.stages * 1_000_000
    if size:
        for name, count, seconds in [*stages(first, size), *(other(first, size) if options.other else ())]:
            each = seconds / count * 1e6
            print(
                f"{name:32} {count:8,} {seconds:8.2f} CPU s {each:10,.0f} µs each {1e6 / each:10,.0f} a second"
            )
    if options.whole:
        with tempfile.TemporaryDirectory(dir=options.folder.parent) as made:
            digests = []
            for name, kill in (("killed", 0.5), ("whole", None)):
                record = Path(made) / f"{name}.db"
                if kill:
                    run(options.folder, record, workers=options.workers, kill=kill)
                run(options.folder, record, workers=options.workers, kill=None)
                with Record.open(record) as opened:
                    digests.append((opened.document_ids(), opened.digest()))
                print(
                    f"  {record.stat().st_size / 1e6:,.0f} MB of record, digest {digests[-1][1][:16]}",
                    flush=True,
                )
            print("the two records are " + ("equal" if digests[0] == digests[1] else "DIFFERENT"))
            return int(digests[0] != digests[1])
    return 0


if __name__ == "__main__":
    sys.exit(main())
