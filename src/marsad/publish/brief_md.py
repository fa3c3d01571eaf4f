"""A brief as Markdown: footnotes lead from each sentence to its incidents. Charts are told, not drawn."""

from __future__ import annotations

import re
from collections.abc import Iterator

from marsad.brief import Brief, Chart, Reference, Sentence
from marsad.publish.brief_words import about, cited, figures, heading, origin, rows, title
from marsad.wording import Words

_ADDRESS = re.compile(r"https?://[^\s<>]+")
_SPECIAL = re.compile(r"([\\`*_{}\[\]#|])")


def markdown(brief: Brief, words: Words) -> str:
    """The whole text."""
    return "\n".join(_lines(brief, words)) + "\n"


def _plain(text: str) -> str:
    """Words of a source with nothing in them that Markdown, or the HTML in it, would take for its own."""
    escaped = _SPECIAL.sub(r"\\\1", " ".join(text.split()))
    return escaped.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _lines(brief: Brief, words: Words) -> Iterator[str]:
    if words.direction == "rtl":
        yield '<div dir="rtl" lang="ar">\n'
    yield f"# {title(brief, words)}\n"
    for line in about(brief, words):
        yield f"_{_plain(line)}_\n"
    for section in brief.sections:
        if not section.sentences and not section.charts:
            continue
        yield f"## {words.label(section.heading)}\n"
        for sentence in section.sentences:
            yield f"- {_plain(words.sentence(sentence.says))}{_cites(sentence, brief, words)}"
        yield ""
        for chart in section.charts:
            yield from _table(chart, words)
    if brief.references:
        yield f"## {words.label('incidents')}\n"
    for reference in brief.references:
        yield from _note(reference, brief, words)
    if words.direction == "rtl":
        yield "\n</div>"


def _cites(sentence: Sentence, brief: Brief, words: Words) -> str:
    numbers, more = cited(sentence, brief)
    notes = "".join(f"[^{number}]" for number in numbers)
    return f" {notes}{f' (+{words.number(more)})' if more else ''}" if notes else ""


def _table(chart: Chart, words: Words) -> Iterator[str]:
    yield f"**{words.sentence(chart.title)}**\n"
    yield f"| | {words.label('count')} |\n|---|---|"
    yield from (f"| {_plain(label)} | {value} |" for label, value in rows(chart, words))
    yield ""


def _note(reference: Reference, brief: Brief, words: Words) -> Iterator[str]:
    said = f"{_plain(heading(reference, words))} (`{reference.id}`). {_plain(figures(reference, words))}."
    yield f"[^{brief.numbers[reference.id]}]: {said}"
    for citation in reference.citations:
        url = f" <{citation.url}>" if citation.url and _ADDRESS.fullmatch(citation.url) else ""
        yield f"    «{_plain(citation.words)}» {_plain(origin(citation, words))}{url}"
    yield ""
