"""An anatomy as lines for a terminal: latin first, the words of the news last on their line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from marsad.anatomy import (
    LAYER,
    Anatomy,
    CandidateSeen,
    Choice,
    EventSeen,
    SentenceSeen,
    View,
    Weighed,
    WordSeen,
)
from marsad.model import Event, Span
from marsad.publish.dossier import Value, days_in_words, place_in_words, values_of
from marsad.publish.lines import GLUE, Line, Part, isolated, line, mixed
from marsad.publish.verdicts import (
    TERMS,
    claim_in_words,
    counts_of,
    neighbour_of,
    sides,
    signed,
    standing,
    sum_of,
    told_here,
    verdict,
)

#: How many happenings that a candidate was not joined to are shown, and how many rivals of a choice.
_NEAREST, _RIVALS = 2, 3
_TONES = {"made": "good", "joined": "good", "refused": "bad"}


def lines(view: View) -> Iterator[Line]:
    """The part of the anatomy that was asked for."""
    anatomy = view.anatomy
    yield from _head(anatomy)
    if not view.narrowed:
        yield from _overview(anatomy)
    for number in view.sentences:
        yield from _sentence(view, number, anatomy.sentences[number])
    for number in view.events:
        yield from _event(anatomy, anatomy.events[number])
    if not view.narrowed:
        if anatomy.reading.claims:
            yield Line(0)
        for claim in anatomy.reading.claims:
            yield line(0, ("claim ", "head"), mixed(claim_in_words(claim)), *_quoted(anatomy, claim.evidence))
        for issue in anatomy.reading.issues:
            yield line(0, ("issue ", "bad"), f"{issue.kind}: {mixed(issue.message)}",
                       *(_quoted(anatomy, issue.span) if issue.span else ()))  # fmt: skip


def _head(anatomy: Anatomy) -> Iterator[Line]:
    document = anatomy.document
    capture = document.capture
    day = f"published {document.published}" if document.published else "day of publication unknown"
    parts = (day, isolated(capture.outlet), isolated(capture.url), f"document {document.id}")
    yield line(0, (isolated(capture.source_id or document.id), "title"))
    yield line(0, (", ".join(part for part in parts if part), "dim"))
    yield line(0, (f"{counts_of(anatomy)}; {anatomy.reading.reader}, lexicon {anatomy.lexicon}", "dim"))


def _overview(anatomy: Anatomy) -> Iterator[Line]:
    yield Line(0)
    for seen in anatomy.events:
        candidate = anatomy.candidates[anatomy.happenings[seen.happening].main]
        yield line(
            0, (f"event {seen.number + 1}", "head"), f"  {_title(seen.event)}, candidate {candidate.number + 1} in sentence "
            f"{candidate.sentence + 1}", *_quoted(anatomy, seen.event.trigger),
        )  # fmt: skip
    if not anatomy.events:
        yield line(0, ("no event", "head"))
    for candidate in anatomy.candidates:
        if candidate.outcome == "refused":
            yield line(
                0, ("not made", "bad"), f" {candidate.event.type}, worth "
                f"{sum_of(anatomy.happenings[candidate.happening].worth)}, candidate {candidate.number + 1} in sentence "
                f"{candidate.sentence + 1}", *_quoted(anatomy, candidate.event.trigger),
            )  # fmt: skip


def _title(event: Event) -> str:
    return f"{event.type}, {days_in_words(event.period)}, {mixed(place_in_words(event.location))}"


def _quoted(anatomy: Anatomy, *spans: Span) -> tuple[Part, ...]:
    return tuple((f"  {isolated(f'«{span.of(anatomy.document.text)}»')}", "") for span in spans)


def _sentence(view: View, number: int, sentence: SentenceSeen) -> Iterator[Line]:
    anatomy = view.anatomy
    yield Line(0)
    yield line(0, (f"── sentence {number + 1}{', headline' if sentence.headline else ''} ", "head"))
    yield line(0, isolated(sentence.span.of(anatomy.document.text)), hang=0)
    if sentence.skipped:
        yield line(1, (f"not read: {mixed(sentence.skipped)}", "bad"))
    for name in [layer for layer in LAYER if layer in view.layers]:
        for seen in sentence.seen:
            if seen.layer == name:
                source = f"{seen.source}  " if seen.source else ""
                outcome = (
                    f" → {mixed(seen.outcome)}" if seen.outcome else "",
                    "bad" if seen.refused else "dim",
                )
                yield line(1, (f"{name:<12}", LAYER[name].kind), f"{source}{mixed(seen.gives)}", outcome,
                           *_quoted(anatomy, seen.span), hang=7)  # fmt: skip
    if len(view.layers) == len(LAYER):
        if view.narrowed:
            yield from _words(
                anatomy, (w for w in sentence.words if w.known and w.keys[0].isalnum()), "looked up"
            )
        yield from _words(anatomy, (w for w in sentence.words if not w.known), "no entry for")
    for candidate in anatomy.candidates:
        if candidate.sentence == number and candidate.number in view.candidates:
            yield from _candidate(anatomy, candidate)


def _words(anatomy: Anatomy, words: Iterable[WordSeen], title: str) -> Iterator[Line]:
    """Words with the keys under which an entry would be found, where these are not the words themselves."""
    parts: list[Part] = [(f"{title:<12} ", "dim")]
    for word in words:
        spelt = word.span.of(anatomy.document.text)
        keys = "" if word.keys == (spelt,) else f" = {' '.join(word.keys)}"
        parts.append((f"{isolated(spelt + keys)}; ", ""))
    if len(parts) > 1:
        yield Line(1, tuple(parts), hang=7)


def _candidate(anatomy: Anatomy, candidate: CandidateSeen) -> Iterator[Line]:
    yield Line(0)
    yield line(1, (f"candidate {candidate.number + 1}", "head"), f"  {candidate.event.type}",
               *_quoted(anatomy, *candidate.words), hang=3)  # fmt: skip
    yield line(2, (mixed(verdict(anatomy, candidate)), _TONES[candidate.outcome]))
    yield line(2, ("tells    ", "dim"), *_values(list(told_here(anatomy, candidate))[1:]), hang=5)
    yield line(2, ("within   ", "dim"), *_quoted(anatomy, candidate.territory), hang=5)
    yield from _weighed("told", candidate.told)
    happening = anatomy.happenings[candidate.happening]
    if candidate.outcome != "joined":
        yield from _weighed("worth", happening.worth)
    apart = [n for n in candidate.neighbours if not n.joined][:_NEAREST]
    for neighbour in [*(n for n in candidate.neighbours if n.joined), *apart]:
        yield line(2, ("same     ", "dim"), neighbour_of(neighbour), hang=5)
        yield from _terms(neighbour.pairs[0].weighed)


def _values(values: Sequence[Value]) -> Iterator[Part]:
    for n, value in enumerate(values):
        quote = f" {isolated(f'«{value.quote}»')}" if value.quote else ""
        yield f"{'; ' if n else ''}{value.field} {mixed(value.value)}{quote}", ""
    if not values:
        yield "nothing but the act", ""


def _weighed(name: str, weighed: Weighed) -> Iterator[Line]:
    yield line(2, (f"{name:<9}", "dim"), sum_of(weighed))
    yield from _terms(weighed)


def _terms(weighed: Weighed) -> Iterator[Line]:
    for name, tone, terms in zip(("for", "against"), ("good", "bad"), sides(weighed), strict=True):
        if not terms:
            continue
        parts: list[Part] = [(f"{name:<9}", tone)]
        for what, weight in terms[:TERMS]:
            parts.append((f"{signed(weight)}{GLUE}{mixed(what)}   ", ""))
        if rest := terms[TERMS:]:
            parts.append((f"{signed(sum(weight for _, weight in rest))} in {len(rest)} more", "dim"))
        yield Line(3, tuple(parts), hang=5)


def _event(anatomy: Anatomy, seen: EventSeen) -> Iterator[Line]:
    happening = anatomy.happenings[seen.happening]
    yield Line(0)
    yield line(0, (f"══ event {seen.number + 1} ", "head"), _title(seen.event))
    yield line(1, (f"id {seen.id}, {seen.event.status}, {seen.event.recency}, of candidate"
                   f"{'s' if len(happening.members) > 1 else ''} "
                   f"{', '.join(str(n + 1) for n in happening.members)}", "dim"))  # fmt: skip
    for value in values_of(seen.event, anatomy.document.text):
        said_by = f"  says {mixed(value.said_by)}" if value.said_by else ""
        quote = f"  {isolated(f'«{value.quote}»')}" if value.quote else ""
        yield line(1, (f"{value.field:<11}", "head"), f"{mixed(value.value)}{quote}{said_by}", hang=6)
    for choice in seen.choices:
        yield from _choice(anatomy, choice)


def _choice(anatomy: Anatomy, choice: Choice) -> Iterator[Line]:
    taken = any(option.chosen for option in choice.options)
    otherwise = "" if taken else f": {choice.otherwise}"
    yield line(
        1, (f"why {choice.slot}{otherwise}", "head"), (f"  {choice.note}" if choice.note else "", "dim")
    )
    rivals = [option for option in choice.options if not option.chosen][:_RIVALS]
    for option in [*(o for o in choice.options if o.chosen), *rivals]:
        mark: Part = ("taken   ", "good") if option.chosen else ("not     ", "bad")
        quote = _quoted(anatomy, option.span) if option.span else ()
        yield line(2, mark, f"{mixed(option.value)}  {standing(option)}", *quote, hang=5)
        yield from _terms(option.weighed)
