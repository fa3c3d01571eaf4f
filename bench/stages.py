"""Where the time of reading goes: articles a second of one core, stage by stage.

Beside them stand bare tokenising, the least that any reader of words does, and taking the same
articles out of web pages. Times are of the processor, not of the clock: what else the machine
does at the time only slows the caches.
"""

from __future__ import annotations

import html
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from marsad.ingest.pages import article
from marsad.lexicon import Lexicon
from marsad.model import Document
from marsad.read.assemble import Reader, find_all, happenings
from marsad.read.claims import find_claims
from marsad.read.context import in_context
from marsad.read.dates import find_times
from marsad.read.events import candidates
from marsad.read.layers import Layers, annotate
from marsad.read.numbers import find_amounts
from marsad.read.retell import join_retellings
from marsad.read.told import weighed
from marsad.read.voices import spoken
from marsad.text import Text, tokenise

#: What stands around an article in a page of a news site, roughly as much as there is of it.
_LINKS = "".join(
    f'<li class="item"><a href="/section/{n}">خبر آخر رقم {n} من الموقع</a></li>' for n in range(120)
)
_PAGE = (
    '<!doctype html><html lang="ar" dir="rtl"><head><meta charset="utf-8"><title>{title}</title>'
    '<meta property="og:title" content="{title}"></head><body><nav><ul>{links}</ul></nav><main><article>'
    "<h1>{title}</h1>{paragraphs}</article></main><aside><ul>{links}</ul></aside><footer>جميع الحقوق محفوظة</footer>"
    "</body></html>"
)


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of reading and the seconds of processor time that it takes for all articles."""

    name: str
    seconds: float


def stages(documents: Sequence[Document], lexicon: Lexicon, *, rounds: int = 2) -> list[Stage]:
    """The stages of reading in their order, reading as a whole, and beside it taking articles out of pages.

    The first is bare tokenising; the rest is what the others leave of the whole.
    """
    weights = lexicon.weights
    texts = [tokenise(d.text, headline=d.headline) for d in documents]
    matches = [lexicon.scan(text) for text in texts]
    amounts = [find_amounts(text, found) for text, found in zip(texts, matches, strict=True)]
    layers = [annotate(d, lexicon) for d in documents]
    layers = [one for one in layers if one.text.tokens]
    found = [find_all(one) for one in layers]
    told = [candidates(one, seen) for one, seen in zip(layers, found, strict=True)]
    judged = [weighed(*each) for each in zip(layers, found, told, strict=True)]
    kept = [happenings(one, seen).kept for one, seen in zip(layers, found, strict=True)]
    reader = Reader(lexicon)
    pages = [_page(d) for d in documents]

    def times() -> object:
        rows = zip(documents, texts, matches, amounts, strict=True)
        return [find_times(text, seen, d.published, amounts=some) for d, text, seen, some in rows]

    def context() -> object:
        spoke = _each(
            lambda one, seen, some: spoken(one, seen, some, weights["speaker"]), layers, found, kept
        )
        return _each(in_context, layers, found, spoke)

    work: list[tuple[str, Callable[[], object]]] = [
        ("bare tokenising", lambda: [tokenise(d.text, headline=d.headline) for d in documents]),
        ("lexicon scan", lambda: _each(lexicon.scan, texts)),
        ("numbers", lambda: _each(find_amounts, texts, matches)),
        ("times", times),
        ("who, how many, where, who says so", lambda: _each(find_all, layers)),
        ("candidates", lambda: _each(candidates, layers, found)),
        ("is it told", lambda: _each(weighed, layers, found, told)),
        ("retellings", lambda: _each(join_retellings, layers, judged)),
        ("context", context),
        ("claims", lambda: _each(lambda *of: find_claims(*of, weights["claim"]), layers, found, kept)),
        ("reading, whole", lambda: _each(reader.read, documents)),
        ("the article of a web page", lambda: [article(page, "page", "page") for page in pages]),
    ]
    out = [Stage(name, _least(step, rounds)) for name, step in work]
    rest = max(out[-2].seconds - sum(s.seconds for s in out[:-2]), 1e-9)
    return [*out[:-2], Stage("the rest", rest), *out[-2:]]


def table(found: Sequence[Stage], articles: int) -> list[tuple[str, str]]:
    """Each stage with its articles a second, milliseconds an article, and as times of bare tokenising."""
    bare = found[0].seconds
    return [
        (
            s.name,
            f"{articles / s.seconds:8,.0f} articles/s {1000 * s.seconds / articles:7.2f} ms {s.seconds / bare:6.1f} x",
        )
        for s in found
    ]


def _each(step: Callable[..., Any], *of: Sequence[Layers] | Sequence[Text] | Sequence[Any]) -> list[Any]:
    return [step(*row) for row in zip(*of, strict=True)]


def _least(work: Callable[[], object], rounds: int) -> float:
    taken = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return min(taken)


def _page(document: Document) -> str:
    lines = document.text[document.headline.end if document.headline else 0 :].splitlines()
    paragraphs = "".join(f"<p>{html.escape(line)}</p>" for line in lines if line.strip())
    title = html.escape(document.title or "خبر")
    return _PAGE.format(title=title, links=_LINKS, paragraphs=paragraphs)
