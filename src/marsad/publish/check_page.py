"""Checks of claims as a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from marsad.findings import Check, Match
from marsad.publish.check_text import doubts_words, facts, match_cells, match_groups, said_by, tally_cells
from marsad.publish.html import Html, joined, tag
from marsad.publish.sheet import sheet
from marsad.wording import Term, Words


def page(checks: Iterable[Check], words: Words) -> str:
    """The checks one below the other."""
    body = joined(tag("h1", words.label("checks")), *(fragment(check, words) for check in checks))
    return sheet(words.label("checks"), body, words)


def fragment(check: Check, words: Words) -> Html:
    """One check: what was claimed, the verdict with its numbers, why, and what it rests on."""
    said = said_by(check)
    verdict = tag("span", words.of(Term("outcome", check.outcome)), class_=f"verdict {check.outcome}")
    why = words.label("why" if check.outcome == "cannot_tell" else "beware")
    parts = [
        tag("p", tag("bdi", f"«{check.said}»", dir="auto"), class_="said"),
        tag("p", tag("bdi", said, dir="auto"), class_="soft") if said else Html(""),
        tag("p", verdict, " ", words.sentence(check.sentence)),
        tag(
            "dl",
            *(joined(tag("dt", words.label(name)), tag("dd", value)) for name, value in facts(check, words)),
        ),
    ]
    if check.reasons:
        parts += [tag("h3", why), tag("ul", *(tag("li", words.sentence(reason)) for reason in check.reasons))]
    if check.trials:
        parts += [tag("h3", words.label("sensitivity")), _trials(check, words)]
    for heading, matches in match_groups(check):
        parts.append(tag("h3", f"{words.label(heading)} ({words.number(len(matches))})"))
        parts.append(_matches(matches, words))
    return tag("article", *parts)


def _table(head: Sequence[str], rows: Iterable[Sequence[Html]]) -> Html:
    header = tag("tr", *(tag("th", cell, scope="col") for cell in head))
    return tag("div", tag("table", header, *(tag("tr", *row) for row in rows)), class_="scroll", tabindex="0")


def _trials(check: Check, words: Words) -> Html:
    head = [words.label(name) for name in ("trial", "count", "range", "verdict")]
    rows = (
        [
            tag("td", words.of(trial.what)),
            *(tag("td", cell, class_="n") for cell in tally_cells(trial.tally, words)),
            tag("td", words.of(Term("outcome", trial.outcome))),
        ]
        for trial in check.trials
    )
    return _table(head, rows)


def _matches(matches: Sequence[Match], words: Words) -> Html:
    head = [words.label(name) for name in ("incident", "days", "type", "place", "count", "grade", "doubts")]
    rows = []
    for match in matches:
        id_, days, type_, place, count, grade = match_cells(match, words)
        rows.append(
            [
                tag("td", tag("bdi", id_, dir="ltr", class_="id")), tag("td", days), tag("td", type_),
                tag("td", tag("bdi", place)), tag("td", count, class_="n"), tag("td", grade),
                tag("td", doubts_words(match, words)),
            ]
        )  # fmt: skip
    return _table(head, rows)
