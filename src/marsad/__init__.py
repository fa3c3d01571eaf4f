"""Marsad (مرصد) reads the news about an armed conflict and keeps an evidenced record of it.

    from marsad import read_text
    reading = read_text("قُتل أربعة أشخاص بانفجار عبوة ناسفة في كركوك أمس", published=date(2021, 5, 2))

`read_text` reads one article, `link_readings` puts the tellings of one incident together,
`Record` keeps both. (`marsad.read` and `marsad.link` are packages, so the functions are not
named so.) Names are loaded when first used: the package itself imports in no time.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from marsad.decision import Decision
    from marsad.errors import InputError, LexiconError, MarsadError, QueryError, RecordError
    from marsad.model import (
        Account,
        Actor,
        Attribution,
        Capture,
        Claim,
        Document,
        Event,
        Figure,
        Incident,
        Issue,
        Join,
        Location,
        Party,
        Period,
        Place,
        Reading,
        Span,
        Telling,
        Toll,
        Weapon,
    )
    from marsad.pipeline import link_readings, read_text
    from marsad.record import Filters, Record

__version__ = "0.1.0"

_HOMES = {
    "marsad.decision": ("Decision",),
    "marsad.errors": ("InputError", "LexiconError", "MarsadError", "QueryError", "RecordError"),
    "marsad.model": (
        "Account", "Actor", "Attribution", "Capture", "Claim", "Document", "Event", "Figure", "Incident", "Issue",
        "Join", "Location", "Party", "Period", "Place", "Reading", "Span", "Telling", "Toll", "Weapon",
    ),
    "marsad.pipeline": ("link_readings", "read_text"),
    "marsad.record": ("Filters", "Record"),
}  # fmt: skip

__all__ = [
    "Account", "Actor", "Attribution", "Capture", "Claim", "Decision", "Document", "Event", "Figure", "Filters", "Incident",
    "InputError", "Issue", "Join", "LexiconError", "Location", "MarsadError", "Party", "Period", "Place",
    "QueryError", "Reading", "Record", "RecordError", "Span", "Telling", "Toll", "Weapon", "__version__",
    "link_readings", "read_text",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(home), name)
    raise AttributeError(f"module 'marsad' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
