"""What an explanation says in words: why a candidate was made an event, joined or refused."""

from __future__ import annotations

from collections.abc import Iterator

from marsad.anatomy import Anatomy, CandidateSeen, HappeningSeen, Neighbour, Option, Weighed
from marsad.model import Claim
from marsad.publish.dossier import Value, bounds_in_words, days_in_words, values_of

#: How many terms of each side are told one by one.
TERMS = 6


def signed(weight: float) -> str:
    """A weight or a sum with its sign, a true minus."""
    return f"{weight:+.2f}".replace("-", "−")


def sides(weighed: Weighed) -> tuple[tuple[tuple[str, float], ...], tuple[tuple[str, float], ...]]:
    """The terms that spoke for, and those that spoke against."""
    return (
        tuple(term for term in weighed.terms if term[1] > 0),
        tuple(term for term in weighed.terms if term[1] < 0),
    )


def sum_of(weighed: Weighed) -> str:
    """The sum and what it had to exceed."""
    if weighed.threshold is None:
        return signed(weighed.total)
    relation = "over" if weighed.passed else "not over"
    return f"{signed(weighed.total)}, {relation} {signed(weighed.threshold)}"


def verdict(anatomy: Anatomy, candidate: CandidateSeen) -> str:
    """What became of a candidate, in one line."""
    happening = anatomy.happenings[candidate.happening]
    if candidate.outcome == "joined":
        others = ", ".join(str(n + 1) for n in happening.members if n != candidate.number)
        more = f", of which {happening.main + 1} says most" if len(happening.members) > 2 else ""
        return f"tells the same as candidate {others}{more}: {_became(happening)}"
    if candidate.outcome == "made":
        return f"made {_became(happening)} (worth {sum_of(happening.worth)})"
    against = ", ".join(f"{name} {signed(weight)}" for name, weight in sides(happening.worth)[1][:3])
    return f"not made: worth {sum_of(happening.worth)}; most against: {against or 'nothing'}"


def _became(happening: HappeningSeen) -> str:
    return "which is no event" if happening.event is None else f"event {happening.event + 1}"


def neighbour_of(neighbour: Neighbour) -> str:
    """The happening that a candidate was compared with, by its candidates, and how that came out."""
    verb = "joined with" if neighbour.joined else "not joined with"
    others = ", ".join(str(n + 1) for n in sorted(pair.other for pair in neighbour.pairs))
    barred = next((pair.barred for pair in neighbour.pairs if pair.barred), "")
    if barred and not neighbour.joined:
        return f"{verb} {others}: {barred}"
    relation = "over" if neighbour.agreement > neighbour.threshold else "not over"
    more = ""
    if not neighbour.joined and neighbour.agreement > neighbour.threshold:
        more = "; it agrees more with another"
    return f"{verb} {others}: agreement {signed(neighbour.agreement)}, {relation} {signed(neighbour.threshold)}{more}"


def standing(option: Option) -> str:
    """What an option's sum came to, and a rule that overrode it."""
    return f"{sum_of(option.weighed)}{f' ({option.note})' if option.note else ''}"


def told_here(anatomy: Anatomy, candidate: CandidateSeen) -> Iterator[Value]:
    """The values that the candidate's own sentence tells."""
    return values_of(candidate.event, anatomy.document.text)


def claim_in_words(claim: Claim) -> str:
    """A numeric claim in one line."""
    number = "" if claim.low is None and claim.high is None else f" {bounds_in_words(claim.low, claim.high)}"
    parts = (claim.unit, claim.qualifier, claim.direction, claim.subject, days_in_words(claim.period))
    said_by = claim.attribution.speaker or "the article itself"
    return f"{claim.measure}{number}, {', '.join(part for part in parts if part)}, said by {said_by}"


def counts_of(anatomy: Anatomy) -> str:
    """How much was seen and made."""
    parts = (
        (len(anatomy.sentences), "sentence"),
        (len(anatomy.candidates), "candidate"),
        (len(anatomy.happenings), "happening"),
        (len(anatomy.events), "event"),
        (len(anatomy.reading.claims), "claim"),
    )
    return ", ".join(f"{number} {word}{'' if number == 1 else 's'}" for number, word in parts)
