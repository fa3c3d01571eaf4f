"""How many names of private persons a mask would cover, on articles in which they were marked by eye.

    python -m bench.names [--show]      # needs ../shared

`bench/judged_names.jsonl` has a line for each article: its id, the sample that it is of, and where the
names stand (code points of headline, line break and text), never the names themselves. `dev` was looked
at while the rules were made, `held` only once, after they were.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from marsad import lexicon
from marsad.ingest import ingest
from marsad.model import Document, Span
from marsad.read.layers import annotate
from marsad.read.persons import find_persons

JUDGED = Path(__file__).with_name("judged_names.jsonl")
ARTICLES = Path(__file__).parents[2] / "shared" / "data" / "articles.jsonl"


def judged() -> Iterator[tuple[str, Document, list[Span]]]:
    """Each judged article with its sample and the names of private persons in it."""
    rows = {row["id"]: row for row in map(json.loads, JUDGED.read_text("utf8").splitlines())}
    for item in ingest([ARTICLES]):
        if isinstance(item, Document) and (row := rows.get(item.capture.source_id)):
            yield row["sample"], item, [Span(*span) for span in row["private"]]


def measured(document: Document, private: list[Span]) -> tuple[Counter[str], list[Span]]:
    """How the names are covered, and what is masked in vain."""
    masked = [p.span for p in find_persons(annotate(document, lexicon.load())) if not p.public]
    hidden = {at for span in masked for at in range(span.start, span.end)}
    count: Counter[str] = Counter()
    for span in private:
        letters = [at for at in range(span.start, span.end) if not document.text[at].isspace()]
        seen = sum(at not in hidden for at in letters)
        count["whole" if not seen else "part" if seen < len(letters) else "missed"] += 1
    vain = [span for span in masked if not any(span.overlaps(one) for one in private)]
    count["vain"] += len(vain)
    return count, vain


def main(*words: str) -> None:
    """Prints, for each sample, names covered whole, in part and not, and stretches masked in vain."""
    total: dict[str, Counter[str]] = {}
    for sample, document, private in judged():
        count, vain = measured(document, private)
        total.setdefault(sample, Counter(articles=0)).update({**count, "articles": 1})
        if "--show" in words:
            for span in vain:
                print("vain", document.capture.source_id, span.of(document.text))
    for sample, count in sorted(total.items()):
        names = count["whole"] + count["part"] + count["missed"]
        print(
            f"{sample}: {names} names in {count['articles']} articles: {count['whole']} whole"
            f" ({count['whole'] / names:.0%}), {count['part']} in part, {count['missed']} missed;"
            f" {count['vain']} stretches masked in vain"
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
