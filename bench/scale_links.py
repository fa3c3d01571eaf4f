"""How linking grows: ten thousand, a hundred thousand and a million made-up mentions on two cores.

    python -m bench.scale_links [SIZE ...] [--workers N]

Each size is linked in a process of its own. Printed are the processor seconds of each stage over all
processes and the seconds by the clock (others may be using the cores), the pairs that were compared, the
peak memory (of the process, and of the largest worker), B-cubed against the truth, and the exponent by which
processor time grows with size. Making the mentions is not linking and is timed apart.
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial

from bench.synthetic import Mentioned, mentions
from marsad.engine import map_pure
from marsad.lexicon import load
from marsad.link import Kept, Pairs, keep, make_scorer, mention

SIZES = (10_000, 100_000, 1_000_000)


def bcubed(found: Iterable[Sequence[str]], truth: Mapping[str, int]) -> tuple[float, float, float]:
    """Precision, recall and F: of each mention, how much of its cluster, of its incident, is common to both."""
    whole = Counter(truth.values())
    precision = recall = 0.0
    for cluster in found:
        for incident, together in Counter(truth[id_] for id_ in cluster).items():
            precision += together * together / len(cluster)
            recall += together * together / whole[incident]
    precision, recall = precision / len(truth), recall / len(truth)
    return precision, recall, 2 * precision * recall / (precision + recall)


def _megabytes(who: int) -> int:
    return resource.getrusage(who).ru_maxrss // 1024


def _used() -> float:
    """Processor seconds of this process and of those that have ended."""
    parts = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(part.ru_utime + part.ru_stime for part in parts)


def linked(size: int, *, workers: int) -> dict[str, float]:
    """Links that many mentions and says what it took and how right it was."""
    table = load()
    weights = dict(table.weights["link"])
    seconds: dict[str, float] = {}
    used, clock = _used(), time.perf_counter()

    def lap(stage: str) -> None:
        nonlocal used, clock
        now, at = _used(), time.perf_counter()
        seconds[stage], seconds[f"{stage} by the clock"] = now - used, at - clock
        used, clock = now, at

    def kept(made: Iterator[Mentioned]) -> Iterator[Kept]:
        while True:
            before, at = time.process_time(), time.perf_counter()
            one = next(made, None)
            making[0] += time.process_time() - before
            making[1] += time.perf_counter() - at
            if one is None:
                return
            truth[one.telling.event_id] = one.incident
            yield keep(mention(one.telling, places=table.places, actors=table.actors, words=one.words))

    truth: dict[str, int] = {}
    making = [0.0, 0.0]
    everything = sorted(kept(mentions(size)), key=lambda k: k.opens)
    lap("kept")
    seconds["made"] = making[0]
    seconds["kept"] -= making[0]
    seconds["kept by the clock"] -= making[1]
    pairs = Pairs()
    slices = pairs.slices(_let_go(everything))
    for part in map_pure(partial(make_scorer, weights), slices, workers=workers, chunk=1):
        pairs.add(part)
    lap("scored")
    found = [cluster.events for cluster in pairs.clusters()]
    lap("clustered")
    precision, recall, f = bcubed(found, truth)
    return {
        "size": size,
        **seconds,
        "pairs": len(pairs),
        "incidents": len(set(truth.values())),
        "clusters": len(found),
        "largest": max(map(len, found)),
        "largest told": max(Counter(truth.values()).values()),
        "component": max(Counter(pairs.components()).values()),
        "memory": _megabytes(resource.RUSAGE_SELF),
        "worker": _megabytes(resource.RUSAGE_CHILDREN),
        "precision": precision,
        "recall": recall,
        "f": f,
    }


def _let_go(some: list[Kept]) -> Iterator[Kept]:
    """The items in order, none held longer than it is wanted."""
    some.reverse()
    while some:
        yield some.pop()


def _exponent(rows: Sequence[Mapping[str, float]]) -> float:
    """The slope of log time over log size, by least squares."""
    points = [(math.log(row["size"]), math.log(_total(row))) for row in rows]
    x, y = (sum(values) / len(points) for values in zip(*points, strict=True))
    return float(sum((a - x) * (b - y) for a, b in points) / sum((a - x) ** 2 for a, _ in points))


def _total(row: Mapping[str, float], how: str = "") -> float:
    return row[f"kept{how}"] + row[f"scored{how}"] + row[f"clustered{how}"]


_HEAD = (
    "mentions", "made s", "kept s", "scored s", "clustered s", "in all s", "clock s", "pairs", "memory MB",
    "worker MB", "B3 P", "B3 R", "B3 F", "clusters", "largest",
)  # fmt: skip


def _cells(row: Mapping[str, float]) -> list[str]:
    return [
        f"{row['size']:,.0f}",
        *(f"{row[stage]:.1f}" for stage in ("made", "kept", "scored", "clustered")),
        f"{_total(row):.1f}",
        f"{_total(row, ' by the clock'):.1f}",
        f"{row['pairs']:,.0f}",
        f"{row['memory']:,.0f}",
        f"{row['worker']:,.0f}",
        *(f"{row[name]:.3f}" for name in ("precision", "recall", "f")),
        f"{row['clusters']:,.0f} of {row['incidents']:,.0f}",
        f"{row['largest']:.0f} of {row['largest told']:.0f}",
    ]


def main() -> int:
    """Links each size in its own process and prints a line for it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--json", action="store_true", help="one size, in this process")
    options = parser.parse_args()
    if options.json:
        print(json.dumps(linked(options.sizes[0], workers=options.workers)))
        return 0
    print("| " + " | ".join(_HEAD) + " |\n|" + "---|" * len(_HEAD), flush=True)
    rows = []
    for size in options.sizes:
        command = [sys.executable, "-m", "bench.scale_links", str(size), "--json"]
        command += ["--workers", str(options.workers)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        rows.append(json.loads(done.stdout))
        print("| " + " | ".join(_cells(rows[-1])) + " |", flush=True)
        print(f"  largest component of strong pairs: {rows[-1]['component']:,}", file=sys.stderr)
    if len(rows) > 1:
        print(f"\ntime grows with size to the power {_exponent(rows):.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
