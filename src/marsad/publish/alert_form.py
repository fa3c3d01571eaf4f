"""An alert in words and as data: what is reported, by whom, how surely, and the way to the sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from marsad.alerts import Alert
from marsad.publish.brief_words import figures, heading, origin
from marsad.wording import Saying, Words


def subject(alert: Alert, words: Words) -> str:
    """One line."""
    if alert.reference is None:
        return words.sentence(alert.says) if alert.says else alert.rule
    return words.say(f"alert.{alert.kind}", what=heading(alert.reference, words))


def text(alert: Alert, words: Words) -> str:
    """The whole of it."""
    return "\n".join(_lines(alert, words))


def _lines(alert: Alert, words: Words) -> Iterator[str]:
    yield subject(alert, words)
    yield words.say("alert.rule", name=alert.rule)
    for change in alert.changes:
        yield words.say(f"alert.change_{change.field}", before=change.before, after=change.after)
    reference = alert.reference
    if reference is None:
        return
    yield figures(reference, words)
    for citation in reference.citations:
        yield f"«{citation.words}»"
        where = f" {citation.url}" if citation.url else ""
        yield f"  {origin(citation, words)}{where}"
    yield words.say("alert.incident", id=reference.id)


def together(subjects: list[str], texts: list[str], words: Words) -> tuple[str, str]:
    """Several as one message: its line, and its text with what it is not for at the end."""
    first = subjects[0] if len(texts) == 1 else words.say("alert.digest", number=len(texts))
    body = "\n\n".join(texts) if len(texts) == 1 else "\n\n".join([first, *texts])
    return first, f"{body}\n\n{words.say('brief.limits')}\n"


def data(alert: Alert, words: Words) -> Mapping[str, Any]:
    """The alert for programs; days are ISO 8601, counts have the bounds that sources give."""
    out: dict[str, Any] = {
        "id": alert.id, "rule": alert.rule, "kind": alert.kind, "made": alert.made.isoformat(timespec="seconds"),
        "profile": alert.profile, "subject": subject(alert, words), "language": words.language,
        "changes": [
            {"field": c.field, "before": words.of(c.before), "after": words.of(c.after)} for c in alert.changes
        ],
    }  # fmt: skip
    reference = alert.reference
    if reference is not None:
        period = reference.period
        out |= {
            "incident": reference.id, "type": reference.type, "grade": reference.grade,
            "first": period.first.isoformat() if period and period.first else None,
            "last": period.last.isoformat() if period and period.last else None,
            "place": words.of(reference.place) if reference.place else None,
            "governorate": words.of(reference.admin1) if reference.admin1 else None,
            "figures": [words.of(toll) for toll in reference.tolls],
            "sources": list(reference.sources),
            "citations": [
                {
                    "outlet": c.outlet, "published": c.published.isoformat() if c.published else None, "url": c.url,
                    "document": c.document, "words": c.words,
                }
                for c in reference.citations
            ],
        }  # fmt: skip
    return out


def rate(what: Saying, days: Any, number: int, before: Any) -> Saying:
    """The sentence of a change of level."""
    return Saying.of("alert.rate", what=what, days=days, number=number, before=before)
