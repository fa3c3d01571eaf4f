"""What the sieve of crawls loses and what it saves.

    python -m bench.sieve [--pages FOLDER]

Lost: of the articles of `shared/data` and `shared/gold` in which the reader finds an event, those that the sieve would
have passed over, by how many distinct words of acts, harm and weapons a page must have (`ingest.sieve.ENOUGH`). The
texts are judged without the rest of their pages, which only adds words, so of whole pages fewer are lost. Saved:
the share passed over of pages that tell of no conflict: made-up ones (`bench.stories`, `bench.crawl`), text alone and
with boxes of other headlines, and HTML pages of a folder.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random

from bench.crawl import page
from bench.stories import Newsroom
from marsad.ingest import Sieve
from marsad.ingest.charset import page_text
from marsad.ingest.sieve import ENOUGH
from marsad.lexicon import load
from marsad.pipeline import Failure, read_stateless

_SHARED = Path(__file__).parents[2] / "shared"
_ARTICLES = (
    "data/articles.jsonl",
    "gold/dev.articles.jsonl",
    "gold/iraq.articles.jsonl",
    "gold/seeds.articles.jsonl",
)
_COUNT = 500


def main() -> int:
    """Measures and prints."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pages", type=Path, help="a folder of HTML pages that tell of no conflict")
    options = parser.parse_args()
    lexicon, newsroom, random = load(), Newsroom(), Random(1)
    told: list[tuple[str, int]] = []
    for item in read_stateless(path for name in _ARTICLES if (path := _SHARED / name).exists()):
        if not isinstance(item, Failure):
            told.append((item[0].text, len(item[1].events)))
    with_events = [(text, count) for text, count in told if count]
    other = [newsroom.story(n, "other") for n in range(_COUNT)]
    saved: dict[str, Sequence[str]] = {
        "articles without an event": [text for text, count in told if not count],
        "made-up other news, the text": ["\n".join((s.title, *s.paragraphs)) for s in other],
        "made-up other news, the page": [page(s, newsroom, random).decode() for s in other],
        "made-up Persian news, the page": [
            page(newsroom.story(n, "fa"), newsroom, random).decode() for n in range(_COUNT)
        ],
    }
    if options.pages:
        found = (
            page_text(path.read_bytes(), str(path), guess=True) for path in options.pages.rglob("*.html")
        )
        saved[str(options.pages)] = [text for text in found if isinstance(text, str)]
    print(f"{len(with_events):,} articles with {sum(count for _, count in with_events):,} events")
    for enough in (1, 2, 3, 4):
        sieve = Sieve(lexicon, enough=enough)
        lost = [count for text, count in with_events if sieve.passes_over(text)]
        print(
            f"{enough} words{' (as it is)' if enough == ENOUGH else ''}: lost {len(lost)} articles "
            f"({len(lost) / max(1, len(with_events)):.2%}) with {sum(lost)} events; passed over of "
            + "; ".join(f"{name}: {_share(sieve, texts):.0%}" for name, texts in saved.items())
        )
    for kind in ("war", "other", "fa", "ru", "en"):
        pages = [page(newsroom.story(n, kind), newsroom, random).decode() for n in range(_COUNT)]
        sieve = Sieve(lexicon)
        _share(sieve, pages)
        began = time.process_time()
        _share(sieve, pages)
        taken = time.process_time() - began
        print(f"pages of {kind}: {sum(len(text.encode()) for text in pages) / taken / 1e6:,.0f} MB a CPU s")
    return 0


def _share(sieve: Sieve, texts: Iterable[str]) -> float:
    verdicts = [sieve.passes_over(text) is not None for text in texts]
    return sum(verdicts) / max(1, len(verdicts))


if __name__ == "__main__":
    sys.exit(main())
