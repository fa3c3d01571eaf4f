"""How fast reading is on one core, what it takes of memory, and whether it grows with the text.

    python -m bench.speed [FILE.jsonl]

Reads `shared/data/articles.jsonl` where that folder stands beside the repository, else the
bundled sample. Every figure is of one process and one core, in time of the processor.
"""

from __future__ import annotations

import argparse
import gc
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from bench import places
from bench.stages import stages, table
from marsad.engine import map_pure
from marsad.engine.pool import SELDOM
from marsad.ingest import ingest
from marsad.lexicon import Lexicon, load
from marsad.model import Document
from marsad.pipeline import make_reader
from marsad.read import Reader

_ROOT = Path(__file__).parents[1]
_ARTICLES = _ROOT.parent / "shared" / "data" / "articles.jsonl"
_SAMPLE = _ROOT / "src" / "marsad" / "data" / "sample" / "articles.jsonl"
_TIMES = (1, 4, 16)
#: Time per character may grow by this much from the shortest to the longest text.
_LINEAR = 1.5
#: As many articles, evenly taken, show where the time goes.
_STAGED = 400
_SEPARATOR = "\n\n* * *\n\n"

Row = tuple[str, str]


def seconds(work: Callable[[], object], *, rounds: int = 1) -> float:
    """The least of several timings, of the processor: what else the machine does only adds."""
    taken = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return min(taken)


def loading() -> list[Row]:
    """How long a new process takes to load the lexicon, without and with its cache."""
    code = "import time; t = time.perf_counter(); from marsad.lexicon import load; load(); print(time.perf_counter() - t)"
    with tempfile.TemporaryDirectory() as cache:
        environment = os.environ | {"MARSAD_CACHE": cache}
        taken = [
            float(
                subprocess.run(
                    [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
                ).stdout
            )
            for _ in range(2)
        ]
    return [
        (f"lexicon load, {kind} cache", f"{s:.2f} s") for kind, s in zip(("cold", "warm"), taken, strict=True)
    ]


def rate(documents: Sequence[Document]) -> Row:
    """Articles a second of reading as the commands do it."""
    taken = seconds(lambda: deque(map_pure(make_reader, documents), maxlen=0), rounds=2)
    size = sum(len(d.text) for d in documents)
    return (
        "read, as the commands do",
        f"{len(documents) / taken:,.0f} articles/s, {size / taken / 1e6:.2f} million characters/s",
    )


def growth(documents: Iterable[Document], lexicon: Lexicon) -> tuple[list[Row], bool]:
    """Time per 1,000 characters of one article repeated, and whether it stays about the same."""
    reader = Reader(lexicon)
    by_length = sorted(documents, key=lambda d: (len(d.text), d.id))
    one = by_length[len(by_length) * 3 // 4]
    rows, costs = [], []
    for times in _TIMES:
        long = Document(_SEPARATOR.join([one.text] * times), published=one.published, headline=one.headline)
        taken = seconds(lambda long=long: reader.read(long), rounds=5)  # type: ignore[misc]
        costs.append(taken / len(long.text) * 1000)
        rows.append(
            (f"read a text of {len(long.text):,} characters", f"{costs[-1] * 1000:.2f} ms a 1,000 characters")
        )
    linear = costs[-1] <= costs[0] * _LINEAR
    rows.append(
        ("growth", f"{costs[-1] / costs[0]:.2f} times the time a character{'' if linear else ': NOT LINEAR'}")
    )
    return rows, linear


def main() -> int:
    """Time and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", nargs="?", type=Path, default=_ARTICLES if _ARTICLES.is_file() else _SAMPLE)
    path: Path = parser.parse_args().file
    documents = [item for item in ingest([str(path)]) if isinstance(item, Document)]
    if not documents:
        print(f"no articles in {path}", file=sys.stderr)
        return 1
    lexicon = load()
    rows = [
        ("articles", f"{len(documents):,} of {path.name}, {sum(len(d.text) for d in documents):,} characters")
    ]
    rows += [*loading(), rate(documents)]
    gc.freeze()
    gc.set_threshold(SELDOM)
    some = documents[:: max(len(documents) // _STAGED, 1)]
    rows += table(stages(some, lexicon), len(some))
    rows += places.speed()
    longer, linear = growth(documents, lexicon)
    rows += longer
    unit = 1 if sys.platform == "darwin" else 1024
    rows.append(
        ("peak memory", f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20:,.0f} MiB")
    )
    width = max(len(name) for name, _ in rows)
    print("\n".join(f"{name:{width}}  {value}" for name, value in rows))
    return 0 if linear else 1


if __name__ == "__main__":
    sys.exit(main())
