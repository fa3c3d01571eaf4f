"""How a record grows: made-up articles taken in, read, stored and linked, ten times as many at a time.

    python -m bench.scale [SIZE ...] [--workers N] [--svg FILE] [--rows FILE]

Each size is done in a process of its own, as `marsad run` does it: taken in and read in units by worker processes,
gathered into a record, linked. Printed are the processor seconds of all processes (others may be using the
cores), the seconds by the clock, the peak memory of this process and of the largest worker, and the size of the
record, each also per million documents, with the exponent by which it grows. With `--rows` the rows of earlier runs
are kept in a file and told with the new ones.
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.stories import Newsroom
from marsad.pipeline import run
from marsad.record import Record

SIZES = (1_000, 10_000, 100_000)
_COLOURS = ("#1b6f8a", "#b0562f", "#5b7d33", "#6b4c9a")

Row = dict[str, float]


def _used() -> float:
    parts = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(part.ru_utime + part.ru_stime for part in parts)


def _megabytes(who: int) -> float:
    return resource.getrusage(who).ru_maxrss / 1024


def write(path: Path, size: int) -> None:
    """That many articles as JSONL."""
    newsroom = Newsroom()
    with path.open("w", encoding="utf-8") as file:
        for number, story in enumerate(newsroom.stories(size)):
            row = {
                "id": f"s{number}",
                "url": f"{story.url}-{number}",
                "outlet": f"{story.outlet} {number % 40}",
                "published": story.published.isoformat(),
                "title": story.title,
                "text": "\n".join(story.paragraphs),
            }
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def grown(size: int, *, workers: int) -> Row:
    """Makes a record of that many articles and says what it took."""
    row: Row = {"size": size}
    with tempfile.TemporaryDirectory() as folder:
        articles, path = Path(folder) / "articles.jsonl", Path(folder) / "record.db"
        write(articles, size)
        row["input MB"] = articles.stat().st_size / 1e6

        used, clock, stage = _used(), time.perf_counter(), "read"

        def lap(following: str) -> None:
            nonlocal used, clock, stage
            row[stage], row[f"{stage} clock"] = _used() - used, time.perf_counter() - clock
            row[f"{stage} memory"] = _megabytes(resource.RUSAGE_SELF)
            row[f"{stage} worker"] = _megabytes(resource.RUSAGE_CHILDREN)
            used, clock, stage = _used(), time.perf_counter(), following

        def progress(what: str, done: int, total: int | None) -> None:
            if what == "link" and stage == "read":
                lap("link")

        with Record.open(path, create=True) as record:
            report = run(record, [articles], workers=workers, progress=progress)
            lap("")
            if report.read != report.added.documents:  # type: ignore[union-attr]
                raise RuntimeError(f"{report.read} of {report.added} were read")
        row["documents"], row["incidents"] = report.read, report.incidents
        row["disk MB"] = sum(file.stat().st_size for file in Path(folder).glob("record.db*")) / 1e6
    return row


def exponent(rows: Sequence[Mapping[str, float]], name: str) -> float:
    """The slope of a value's logarithm over that of the size, by least squares."""
    points = [(math.log(row["size"]), math.log(row[name])) for row in rows]
    x, y = (sum(values) / len(points) for values in zip(*points, strict=True))
    return sum((a - x) * (b - y) for a, b in points) / sum((a - x) ** 2 for a, _ in points)


_HEAD = (
    "documents", "read and store, CPU s", "link, CPU s", "clock s", "documents a CPU s", "memory reading MB",
    "memory linking MB", "largest worker MB", "record MB", "record GB a million", "incidents",
)  # fmt: skip


def _cells(row: Row) -> list[str]:
    both = row["read"] + row["link"]
    return [
        f"{row['size']:,.0f}", f"{row['read']:,.1f}", f"{row['link']:,.1f}",
        f"{row['read clock'] + row['link clock']:,.0f}", f"{row['size'] / both:,.0f}", f"{row['read memory']:,.0f}",
        f"{row['link memory']:,.0f}", f"{row['link worker']:,.0f}", f"{row['disk MB']:,.1f}",
        f"{row['disk MB'] / row['size'] * 1000:,.1f}", f"{row['incidents']:,.0f}",
    ]  # fmt: skip


def plot(rows: Sequence[Row]) -> str:
    """The rows as an SVG picture, both axes by powers of ten."""
    lines = {
        "CPU seconds, reading and storing": "read",
        "CPU seconds, linking": "link",
        "memory of the run, MB": "link memory",
        "record on disk, MB": "disk MB",
    }
    low, high = math.log10(rows[0]["size"]), math.log10(rows[-1]["size"])
    values = [row[name] for row in rows for name in lines.values()]
    floor, top = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))

    def at(size: float, value: float) -> tuple[float, float]:
        return (
            70 + 520 * (math.log10(size) - low) / (high - low or 1),
            330 - 290 * (math.log10(value) - floor) / (top - floor or 1),
        )

    out = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 900 380" font-family="sans-serif" font-size="13">',
        '<rect width="900" height="380" fill="#fff"/>',
    ]
    for power in range(floor, top + 1):
        y = at(rows[0]["size"], 10**power)[1]
        out.append(f'<path d="M70 {y:.1f}H590" stroke="#ddd"/>')
        out.append(f'<text x="62" y="{y + 4:.1f}" text-anchor="end">{10.0**power:,g}</text>')
    for row in rows:
        x = at(row["size"], 10**floor)[0]
        out.append(f'<text x="{x:.1f}" y="350" text-anchor="middle">{row["size"]:,.0f}</text>')
    out.append('<text x="330" y="372" text-anchor="middle">documents</text>')
    for name, colour in zip(lines.values(), _COLOURS, strict=True):
        points = [at(row["size"], row[name]) for row in rows]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        out.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        out += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in points]
    order = sorted(zip(lines.items(), _COLOURS, strict=True), key=lambda item: -rows[-1][item[0][1]])
    for n, ((label, name), colour) in enumerate(order):
        text = f"{label}: size^{exponent(rows, name):.2f}"
        out.append(f'<text x="602" y="{60 + 24 * n}" fill="{colour}">{text}</text>')
    return "\n".join([*out, "</svg>\n"])


def main() -> int:
    """Makes a record of each size and prints a line for it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--svg", type=Path)
    parser.add_argument("--rows", type=Path)
    parser.add_argument("--report", action="store_true", help="only tell the rows of the file")
    parser.add_argument("--json", action="store_true", help="one size, in this process")
    options = parser.parse_args()
    if options.json:
        print(json.dumps(grown(options.sizes[0], workers=options.workers)))
        return 0
    rows: list[Row] = []
    if options.rows and options.rows.exists():
        rows = [json.loads(line) for line in options.rows.read_text("utf-8").splitlines()]
    for size in () if options.report else options.sizes:
        command = [
            sys.executable,
            "-m",
            "bench.scale",
            str(size),
            "--json",
            "--workers",
            str(options.workers),
        ]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        rows = [row for row in rows if row["size"] != size] + [json.loads(done.stdout)]
        if options.rows:
            options.rows.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    rows.sort(key=lambda row: row["size"])
    print("| " + " | ".join(_HEAD) + " |\n|" + "---|" * len(_HEAD))
    for row in rows:
        print("| " + " | ".join(_cells(row)) + " |")
    if len(rows) > 1:
        grows = (f"{name} {exponent(rows, name):.2f}" for name in ("read", "link", "link memory", "disk MB"))
        print(f"\nExponents by which they grow with size: {', '.join(grows)}.")
        if options.svg:
            options.svg.write_text(plot(rows), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
