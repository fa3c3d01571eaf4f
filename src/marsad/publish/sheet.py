"""The page around a check or a brief: one file that needs nothing else and runs nothing."""

from __future__ import annotations

from importlib import resources

from marsad.publish.html import Html, joined, tag
from marsad.wording import Words

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


def style() -> str:
    """The style sheet, with the colours of each verdict."""
    verdicts = "".join(
        f".{outcome}{{--own:var(--{outcome});--own-tint:var(--{outcome}-tint)}}"
        for outcome in ("agrees", "fewer", "more", "cannot_tell")
    )
    return (resources.files("marsad.publish") / "sheet.css").read_text("utf8") + verdicts


def sheet(title: str, body: Html, words: Words) -> str:
    """The whole page, in the direction of its language."""
    head = joined(
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", title),
        tag("style", Html(style())),
    )
    page = tag(
        "html", tag("head", head), tag("body", tag("main", body)), lang=words.language, dir=words.direction
    )
    return f"<!doctype html>\n{page}\n"
