"""A check as text for a terminal, and as values for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from marsad.findings import Asked, Check, Match, Tally, Watch
from marsad.publish.lines import isolated
from marsad.wording import Between, Counted, Days, Real, Several, Term, Words

#: Incidents listed before the rest is only counted.
_LISTED = 20


def text_lines(check: Check, words: Words, *, listed: int | None = _LISTED) -> Iterator[str]:
    """The check for people; no more than `listed` incidents of each kind."""
    yield f"{words.label('claim')}: {isolated(check.said)}"
    told_by = said_by(check)
    if told_by:
        yield f"{words.label('said_by')}: {isolated(told_by)}"
    yield f"{words.label('verdict')}: {words.of(Term('outcome', check.outcome))}"
    yield words.sentence(check.sentence)
    for name, value in facts(check, words):
        yield f"{words.label(name)}: {value}"
    if check.reasons:
        yield f"{words.label('why' if check.outcome == 'cannot_tell' else 'beware')}:"
        yield from (f"  - {words.sentence(reason)}" for reason in check.reasons)
    if check.trials:
        yield f"{words.label('sensitivity')}:"
        for trial in check.trials:
            cells = (
                words.of(trial.what),
                *tally_cells(trial.tally, words),
                words.of(Term("outcome", trial.outcome)),
            )
            yield f"  {' | '.join(cells)}"
    for heading, matches in match_groups(check):
        yield f"{words.label(heading)} ({words.number(len(matches))}):"
        for match in matches[:listed]:
            doubts = (words.say("doubts", doubts=_doubts(match)),) if match.doubts else ()
            yield f"  {' | '.join((*match_cells(match, words), *doubts))}"
        if listed is not None and len(matches) > listed:
            yield f"  … {words.number(len(matches) - listed)}"


def said_by(check: Check) -> str:
    """Who made the claim, as its text tells it, and the outlet or file that holds it."""
    speaker = check.attribution.speaker if check.attribution else None
    return ", ".join(part for part in (speaker, check.source) if part)


def facts(check: Check, words: Words) -> Iterator[tuple[str, str]]:
    """What was counted, when and where, and how well it is covered, as labels and values."""
    if check.counting is not None:
        types = Several(tuple(Term("type", type_) for type_ in check.counting.types))
        statuses = Several(tuple(Term("status", status) for status in check.counting.statuses))
        yield "types", words.of(types)
        yield "statuses", words.of(statuses)
    yield from _asked(check.asked, words)
    for seen, label in ((check.watch, "coverage"), (check.earlier_watch, "earlier")):
        if seen is not None:
            yield label, watch_words(seen, words)


def _asked(asked: Asked, words: Words) -> Iterator[tuple[str, str]]:
    if asked.period is not None:
        yield "window", words.of(Days(asked.period))
    yield "area", words.of(Several(asked.areas)) if asked.areas else words.label("whole")
    yield "doer", words.of(asked.doer) if asked.doer else words.label("anyone")


def watch_words(seen: Watch, words: Words) -> str:
    """How well a window is covered."""
    if seen.sets:
        return words.say("watch.sets", sets=Several(seen.sets), when=Days(seen.period))
    if not seen.documents:
        return words.say("watch.dark", when=Days(seen.period))
    return words.say(
        "watch.papers", when=Days(seen.period), documents=Counted.exactly("document", seen.documents),
        outlets=Counted.exactly("outlet", len(seen.outlets)), covered=seen.covered,
        days=Counted.exactly("day", seen.days), rate=Real(seen.rate, 2), typical=Real(seen.typical, 2),
    )  # fmt: skip


def tally_cells(tally: Tally, words: Words) -> tuple[str, str]:
    """The count and its range."""
    count = Between(tally.certain, tally.possible, 0)
    return words.of(count), words.of(Between(tally.low, tally.high, 0 if tally.high >= 100 else 1))


def match_groups(check: Check) -> Iterator[tuple[str, Sequence[Match]]]:
    """The incidents that count, and those that may, each under its label."""
    matches = check.tally.matches if check.tally else ()
    for label, group in (
        ("matches", [m for m in matches if not m.doubts]),
        ("doubtful", [m for m in matches if m.doubts]),
    ):
        if group:
            yield label, group


def match_cells(match: Match, words: Words) -> Iterator[str]:
    """Id, days, type, place, what it adds and grade of an incident."""
    yield match.incident
    yield words.of(Days(match.period)) if match.period else words.say("days.unknown")
    yield words.of(Term("type", match.type))
    yield isolated(words.of(match.place)) if match.place else "?"
    yield words.of(Between(match.low, match.high, 0))
    yield words.of(Term("grade", match.grade))


def doubts_words(match: Match, words: Words) -> str:
    """What of an incident is in doubt."""
    return words.of(_doubts(match))


def _doubts(match: Match) -> Several:
    return Several(tuple(Term("doubt", doubt) for doubt in match.doubts))


def values(check: Check, languages: Sequence[Words]) -> dict[str, Any]:
    """The check as JSON values, its sentences in each of the languages."""
    return {
        "claim": check.said,
        "said_by": said_by(check) or None,
        "kind": check.kind,
        "verdict": check.outcome,
        "sentence": {words.language: words.sentence(check.sentence) for words in languages},
        "reasons": {words.language: [words.sentence(r) for r in check.reasons] for words in languages},
        "asked": {
            "measure": check.asked.measure,
            "low": check.asked.low,
            "high": check.asked.high,
            "qualifier": check.asked.qualifier,
            "period": _iso(check.asked.period.first, check.asked.period.last) if check.asked.period else None,
            "areas": [{"ar": area.ar, "en": area.en} for area in check.asked.areas],
            "actors": sorted(check.asked.doers),
        },
        "definition": {
            "types": list(check.counting.types),
            "statuses": list(check.counting.statuses),
            "role": check.counting.role,
        } if check.counting else None,
        "record": _tally(check.tally),
        "before": _tally(check.earlier),
        "coverage": _watch(check.watch),
        "coverage_before": _watch(check.earlier_watch),
        "ratio": list(check.ratio) if check.ratio else None,
        "claimed_ratio": check.claimed_ratio,
        "sensitivity": [
            {
                "with": {words.language: words.of(trial.what) for words in languages},
                "verdict": trial.outcome,
                **_counts(trial.tally),
            }
            for trial in check.trials
        ],
    }  # fmt: skip


def _iso(first: Any, last: Any) -> list[str | None]:
    return [day.isoformat() if day else None for day in (first, last)]


def _finite(value: float) -> float | None:
    return round(value, 2) if value != float("inf") else None


def _counts(tally: Tally) -> dict[str, Any]:
    return {
        "certain": tally.certain,
        "possible": tally.possible,
        "range": [_finite(tally.low), _finite(tally.high)],
    }


def _tally(tally: Tally | None) -> dict[str, Any] | None:
    if tally is None:
        return None
    return {
        **_counts(tally),
        "incidents": [
            {
                "id": m.incident, "type": m.type, "days": _iso(m.period.first, m.period.last) if m.period else None,
                "place": {"ar": m.place.ar, "en": m.place.en} if m.place else None, "low": m.low, "high": m.high,
                "grade": m.grade, "doubts": list(m.doubts), "sources": list(m.outlets),
            }
            for m in tally.matches
        ],
    }  # fmt: skip


def _watch(seen: Watch | None) -> dict[str, Any] | None:
    if seen is None:
        return None
    return {
        "period": _iso(seen.period.first, seen.period.last),
        "days": seen.days,
        "covered": seen.covered,
        "documents": seen.documents,
        "outlets": list(seen.outlets),
        "documents_a_day": round(seen.rate, 3),
        "typical_documents_a_day": round(seen.typical, 3),
        "data_sets": list(seen.sets),
        "adequate": not seen.thin,
    }
