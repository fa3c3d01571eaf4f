"""A brief as one page: every sentence leads to its incidents, every incident to the words of its sources."""

from __future__ import annotations

from marsad.brief import Brief, Reference, Section, Sentence
from marsad.publish.brief_words import about, cited, drawn, figures, heading, origin, title
from marsad.publish.html import Html, joined, tag
from marsad.publish.sheet import sheet
from marsad.wording import Words


def page(brief: Brief, words: Words) -> str:
    """The whole page."""
    return sheet(title(brief, words), fragment(brief, words), words)


def fragment(brief: Brief, words: Words) -> Html:
    """The brief without the page around it."""
    parts = [tag("h1", title(brief, words)), *(tag("p", line, class_="soft") for line in about(brief, words))]
    for section in brief.sections:
        if section.sentences or section.charts:
            parts.append(_section(section, brief, words))
    if brief.references:
        parts.append(
            tag(
                "section",
                tag("h2", words.label("incidents")),
                *(_reference(reference, brief, words) for reference in brief.references),
                id="incidents",
            )
        )
    return joined(*parts)


def _section(section: Section, brief: Brief, words: Words) -> Html:
    figures_ = [
        tag(
            "figure",
            tag("figcaption", words.sentence(chart.title)),
            drawn(chart, words, f"{section.heading}-{at}"),
        )
        for at, chart in enumerate(section.charts)
    ]
    sentences = [_sentence(sentence, brief, words) for sentence in section.sentences]
    return tag("section", tag("h2", words.label(section.heading)), *sentences, *figures_, id=section.heading)


def _sentence(sentence: Sentence, brief: Brief, words: Words) -> Html:
    numbers, more = cited(sentence, brief)
    refs = [tag("a", words.number(n), href=f"#{brief.references[n - 1].id}") for n in numbers]
    if more:
        refs.append(tag("a", f"+{words.number(more)}", href="#incidents"))
    marks = tag("bdi", *_apart(refs), class_="refs", dir="ltr") if refs else Html("")
    return tag(
        "p", words.sentence(sentence.says), " ", marks, data_incidents=" ".join(sentence.incidents) or None
    )


def _apart(refs: list[Html]) -> list[Html]:
    return [part for ref in refs for part in (Html(" "), ref)][1:]


def _reference(reference: Reference, brief: Brief, words: Words) -> Html:
    number = words.number(brief.numbers[reference.id])
    quotes = [
        tag(
            "blockquote", tag("p", tag("q", citation.words, lang="ar", dir="rtl")),
            tag("p", tag("bdi", origin(citation, words)), *_link(citation.url), class_="soft"),
        )
        for citation in reference.citations
    ]  # fmt: skip
    sources = tag("p", figures(reference, words), class_="soft")
    head = tag(
        "h3",
        f"{number}. ",
        heading(reference, words),
        " ",
        tag("bdi", reference.id, dir="ltr", class_="id soft"),
    )
    return tag("div", head, sources, *quotes, id=reference.id, class_="incident")


def _link(url: str | None) -> tuple[Html | str, ...]:
    if url is None or not url.startswith(("http://", "https://")):
        return ()
    return (" ", tag("a", tag("bdi", url, dir="ltr"), href=url, rel="noreferrer"))
