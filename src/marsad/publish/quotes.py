"""Short quotes: as many words of a text as those whose words they are may expect to be cited."""

from __future__ import annotations

#: The most words of a citation.
WORDS = 25


def quote(text: str, at: str, words: int | None = WORDS) -> str:
    """At most so many words of a text, those around the words `at` where they stand in it.

    Line breaks become spaces; with `None` the text comes as it is.
    """
    said = text.split()
    if words is None:
        return text
    if len(said) <= words:
        return " ".join(said)
    start = max(text.find(at), 0)
    inside = start > 0 and not text[start - 1].isspace()  # they may begin within a word
    before = len(text[:start].split()) - inside
    begin = max(0, min(before - words // 3, len(said) - words))
    cut = " ".join(said[begin : begin + words])
    return f"{'… ' if begin else ''}{cut}{' …' if begin + words < len(said) else ''}"
