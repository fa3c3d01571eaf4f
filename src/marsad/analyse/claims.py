"""Which check each claim of a text gets: its number, its rise or fall, or two numbers against each other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from marsad.analyse.checks import Base, Question, check_count
from marsad.analyse.comparisons import check_against, check_pace, check_trend
from marsad.findings import Check
from marsad.model import Claim, Document, Issue
from marsad.text import fold
from marsad.wording import Quote, Saying

_WORD = re.compile(r"\w+")
_SENTENCE_END = re.compile(r"[.!?؟\n]")


def check_claims(
    document: Document, questions: Sequence[tuple[Claim, Question]], base: Base, issues: Sequence[Issue] = ()
) -> Iterator[Check]:
    """A check for each claim in order, and after two that are told against each other one of their ratio.

    What of a typed statement could not be parsed is a reason to beware of each of its checks.
    """
    unparsed = tuple(
        Saying.of("fault.unparsed", words=Quote(issue.span.of(document.text)))
        for issue in issues
        if issue.kind == "unparsed" and issue.span is not None
    )

    def signed(check: Check, claim: Claim) -> Check:
        source = document.capture.outlet or document.capture.source_id
        reasons = (*check.reasons, *unparsed)
        return replace(check, source=source, attribution=claim.attribution, reasons=reasons)

    for at, (claim, question) in enumerate(questions):
        yield signed(_check(claim, question, base, document), claim)
        if at and _together(questions[at - 1][0], claim, document.text):
            against = check_against(questions[at - 1][1], question, base)
            if against is not None:
                yield signed(against, claim)


def _check(claim: Claim, question: Question, base: Base, document: Document) -> Check:
    if claim.measure != "trend":
        return check_count(question, base)
    if any(fold(word) in base.definitions.doubling for word in _WORD.findall(question.said)):
        return check_pace(claim, question, base, document.published or base.coverage.last_published)
    return check_trend(claim, question, base)


def _together(first: Claim, second: Claim, text: str) -> bool:
    """Whether two claims give numbers of one thing in one sentence."""
    same = first.measure == second.measure and first.unit == second.unit == "count"
    between = text[min(first.evidence.end, second.evidence.start) : second.evidence.start]
    return same and not _SENTENCE_END.search(between)
