"""The feeds file: what is watched, how often, how politely, and which doors are open.

A fault of one feed is a fault in the list, with its line and the way out; the others are watched.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Literal, cast
from urllib.parse import urlsplit

from marsad import tomlfile
from marsad.errors import InputError
from marsad.ingest.fault import Fault
from marsad.ingest.feeds.schedule import Pace
from marsad.net import Door, doors
from marsad.tomlfile import Section, number, one_of, several, span, words

Told_kind = Literal["auto", "feed", "sitemap", "page"]
_OF_ALL = (
    "every", "at_most", "silent_after", "delay", "backlog", "most", "recheck", "text", "allow_private",
)  # fmt: skip
_OF_ONE = ("name", "url", "kind", "outlet", *_OF_ALL)


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed as the file has it.

    `backlog` is how old the oldest entry may be that is taken when the feed is first read, `most` how
    many entries of one visit; `recheck` after how long an article is looked at again. `whole` takes the
    article from the feed itself instead of the page that it links to.
    """

    name: str
    url: str
    kind: Told_kind = "auto"
    outlet: str | None = None
    pace: Pace = field(default_factory=lambda: Pace(timedelta(minutes=10), timedelta(hours=6)))
    silent_after: timedelta = timedelta(days=2)
    delay: timedelta = timedelta(seconds=3)
    backlog: timedelta = timedelta(days=7)
    most: int = 200
    recheck: tuple[timedelta, ...] = (timedelta(hours=2), timedelta(days=1))
    whole: bool = False
    allowed: frozenset[Door] = frozenset()


@dataclass(frozen=True, slots=True)
class Told:
    """A feeds file: who asks, which feeds, and what is wrong with the others."""

    agent: str
    feeds: tuple[Feed, ...]
    faults: tuple[Fault, ...]
    at_once: int = 8
    alerts: Path | None = None


def told(path: Path, *, version: str) -> Told:
    """Reads a feeds file. Raises `InputError` where it cannot be read at all, or has no feed."""
    file = tomlfile.read_toml(path)
    file.only(single=("watch", "defaults"), several=("feed",))
    watch = file.single.get("watch", file.top)
    watch.only(("contact", "at_once", "alerts"))
    contact = watch.get("contact", words, "")
    base = file.single.get("defaults")
    if base is not None:
        base.only(_OF_ALL)
        _feed(base, "defaults", "http://x.invalid/")
    if not file.several.get("feed"):
        raise InputError("names no feed", where=str(path), hint="each is a [[feed]] with name and url")
    feeds: dict[str, Feed] = {}
    faults: list[Fault] = []
    for section in file.several["feed"]:
        try:
            one = _one(section, base)
            if one.name in feeds:
                raise section.fault("name", f"{one.name!r} is there twice", "each feed has a name of its own")
            if same := next((other for other in feeds.values() if other.url == one.url), None):
                raise section.fault("url", f"is that of {same.name!r} too", "leave one of the two out")
            feeds[one.name] = one
        except InputError as error:
            faults.append(Fault(error.where or str(path), error.message, error.hint))
    named = watch.get("alerts", words, None)
    return Told(
        agent=f"Marsad/{version} ({f'+{contact}' if contact else 'reads news for a record'})",
        feeds=tuple(feeds.values()),
        faults=tuple(faults),
        at_once=watch.get("at_once", number(1, 64), 8),
        alerts=path.parent / named if named else None,
    )


def _one(section: Section, base: Section | None) -> Feed:
    section.only(_OF_ONE)
    inherits = Section(section.path, section.name, section.values, section.line, section.lines, base)
    name = section.need("name", words)
    url = section.need("url", _address)
    return _feed(inherits, name, url)


def _feed(section: Section, name: str, url: str) -> Feed:
    every = section.get("every", span("30s", "7d"), timedelta(minutes=10))
    at_most = section.get("at_most", span("30s", "30d"), max(timedelta(hours=6), every))
    if at_most < every:
        raise section.fault(
            "at_most", "is less than every", "every is the least interval, at_most the greatest"
        )
    return Feed(
        name=name,
        url=url,
        kind=cast(Told_kind, section.get("kind", one_of("auto", "feed", "sitemap", "page"), "auto")),
        outlet=section.get("outlet", words, None),
        pace=Pace(every, at_most),
        silent_after=section.get("silent_after", span("10m", "365d"), timedelta(days=2)),
        delay=section.get("delay", span("0s", "1h"), timedelta(seconds=3)),
        backlog=section.get("backlog", span("0s", "3650d"), timedelta(days=7)),
        most=section.get("most", number(1, 10_000), 200),
        recheck=section.get("recheck", several(span("1m", "30d")), (timedelta(hours=2), timedelta(days=1))),
        whole=section.get("text", one_of("page", "feed"), "page") == "feed",
        allowed=section.get("allow_private", lambda told: doors(several(words)(told)), frozenset()),
    )


def _address(value: object) -> str:
    told = words(value)
    parts = urlsplit(told)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise ValueError("an address that begins with https:// or http://, without a user name")
    return told
