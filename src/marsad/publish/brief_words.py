"""What all forms of a brief share: its title and headings, its charts drawn, and how incidents are cited."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from marsad.brief import Brief, Chart, Citation, Mark, Reference, Sentence
from marsad.model import Period
from marsad.publish import charts
from marsad.publish.html import Html
from marsad.wording import Days, Saying, Several, Term, Value, Words

#: Incidents that a sentence cites one by one; of the rest it says how many.
CITED = 8


def title(brief: Brief, words: Words) -> str:
    """What the brief is of."""
    area = words.of(Several(brief.areas)) if brief.areas else words.label("whole")
    return words.sentence(Saying.of("brief.title", area=area, when=Days(brief.period)))


def about(brief: Brief, words: Words) -> Iterator[str]:
    """What it was made from, and what it is not for."""
    yield words.say(
        "brief.about", incidents=len(brief.references), before=Days(brief.before),
        made=words.day(brief.made) if brief.made else words.label("none"),
    )  # fmt: skip
    yield words.say("brief.limits")
    if brief.watch.thin:
        yield words.say("brief.thin", why=Several(brief.watch.shortfalls))
    if not brief.sentences:
        yield words.say("brief.nothing")


def cited(sentence: Sentence, brief: Brief) -> tuple[list[int], int]:
    """The numbers of the first incidents that a sentence rests on, and how many more there are."""
    numbers = sorted(brief.numbers[id_] for id_ in sentence.incidents)
    return numbers[:CITED], max(len(numbers) - CITED, 0)


def drawn(chart: Chart, words: Words, id_: str) -> Html:
    """The chart as SVG in a language."""
    drawing = charts.Drawing("rtl" if words.direction == "rtl" else "ltr", words.language, words.number, id_)
    heading, says = words.sentence(chart.title), words.sentence(chart.says)
    if chart.kind == "multiples":
        lines = [charts.Line(_points(one.marks, words), words.of(one.name)) for one in chart.series]
        return charts.multiples(lines, drawing, title=heading, says=says)
    points = _points(chart.series[0].marks, words)
    draw = charts.bars if chart.kind == "bars" else charts.line
    return draw(points, drawing, title=heading, says=says)


def _points(marks: Sequence[Mark], words: Words) -> tuple[charts.Point, ...]:
    return tuple(charts.Point(_short(m.label, words), m.value, m.low, m.high) for m in marks)


def _short(label: Value, words: Words) -> str:
    """The name below a point: of a stretch of days its first, without the year."""
    if isinstance(label, Days) and label.period.first is not None:
        first, last = label.period.first, label.period.last
        whole = last is not None and (last - first).days >= 27
        return words.month(first) if whole else words.day(first, year=False)
    return words.of(label)


def rows(chart: Chart, words: Words) -> Iterator[tuple[str, str]]:
    """The numbers of a chart where it cannot be drawn; days of one number that follow each other are one row."""
    if chart.kind == "multiples":
        for one in chart.series:
            yield words.of(one.name), words.number(sum(mark.value or 0 for mark in one.marks))
        return
    for value, group in groupby(chart.series[0].marks, key=lambda mark: mark.value):
        marks = list(group)
        said = "?" if value is None else words.number(value)
        first, last = marks[0].label, marks[-1].label
        if chart.kind == "line" and isinstance(first, Days) and isinstance(last, Days):
            yield words.of(Days(Period(first.period.first, last.period.last))), said
        else:
            yield from ((words.of(mark.label), said) for mark in marks)


def heading(reference: Reference, words: Words) -> str:
    """When, where and what an incident was."""
    parts: list[Value] = [Days(reference.period) if reference.period else Days(Period(None, None))]
    parts += [place for place in (reference.place, reference.admin1) if place]
    told = words.label("comma").join(dict.fromkeys(words.of(part) for part in parts))
    return f"{words.of(Term('type', reference.type))}{words.label('comma')}{told}"


def figures(reference: Reference, words: Words) -> str:
    """Its grade, its sources and its figures."""
    parts = [words.of(Term("grade", reference.grade)), *(words.of(toll) for toll in reference.tolls)]
    return words.label("comma").join(parts)


def origin(citation: Citation, words: Words) -> str:
    """Who published a citation, and when."""
    day = words.day(citation.published) if citation.published else None
    return words.label("comma").join(part for part in (citation.outlet, day) if part)
