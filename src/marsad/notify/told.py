"""The alert rules: what is asked about, and where it is told.

A fault names its line and the way out. Passwords and keys are named, never written here.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import time, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Literal, TypeVar, cast, get_args

from marsad import lexicon, tomlfile
from marsad.codebook import Language
from marsad.errors import InputError
from marsad.model import EventType, Grade
from marsad.net import Door, doors
from marsad.text import fold
from marsad.tomlfile import Section, number, one_of, several, span, words

Digest = Literal["no", "hourly", "daily"]
Security = Literal["starttls", "tls", "none"]
T = TypeVar("T")

_ASKED = ("types", "area", "country", "actor")
_RULE = (
    "name", *_ASKED, "min_killed", "min_wounded", "grades", "sources", "to", "digest", "language",
)  # fmt: skip
_RATE = ("name", *_ASKED, "unit", "to", "digest", "language")
_TO = {
    "file": ("name", "kind", "path"),
    "webhook": ("name", "kind", "url", "secret_env", "secret_file", "allow_private"),
    "email": (
        "name", "kind", "host", "port", "security", "user", "password_env", "password_file", "from", "recipients",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Secret:
    """Where a password or key is found when it is needed; the thing itself is kept nowhere."""

    env: str | None = None
    file: Path | None = None

    def read(self) -> str:
        """The secret. Raises `InputError` where it is not there."""
        if self.env is not None:
            found = os.environ.get(self.env)
            if not found:
                raise InputError(
                    f"the environment variable {self.env} is not set", hint="set it for the service"
                )
            return found
        if self.file is not None:
            try:
                return self.file.read_text("utf8").strip()
            except OSError as error:
                raise InputError(
                    f"the secret cannot be read: {error.strerror}", where=str(self.file)
                ) from None
        raise InputError("no secret is named")


@dataclass(frozen=True, slots=True)
class File:
    """Alerts as lines of JSON, appended."""

    name: str
    path: Path


@dataclass(frozen=True, slots=True)
class Hook:
    """Alerts by POST, signed."""

    name: str
    url: str
    secret: Secret
    allowed: frozenset[Door] = frozenset()


@dataclass(frozen=True, slots=True)
class Mail:
    """Alerts by e-mail."""

    name: str
    host: str
    port: int
    security: Security
    sender: str
    recipients: tuple[str, ...]
    user: str | None = None
    password: Secret | None = None


Channel = File | Hook | Mail


@dataclass(frozen=True, slots=True)
class Asked:
    """Which incidents a rule is of; empty asks for nothing."""

    types: tuple[str, ...] = ()
    area: str | None = None
    country: str | None = None
    actor: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """Incidents that are told, one by one or in a digest."""

    name: str
    asked: Asked
    to: tuple[str, ...]
    min_killed: int | None = None
    min_wounded: int | None = None
    grades: tuple[str, ...] = ()
    sources: int | None = None
    digest: Digest = "no"
    language: Language = "ar"


@dataclass(frozen=True, slots=True)
class Rate:
    """A change of level that is told: how many incidents in a day, a week or a month."""

    name: str
    asked: Asked
    to: tuple[str, ...]
    unit: Literal["day", "week", "month"] = "week"
    digest: Digest = "no"
    language: Language = "ar"


@dataclass(frozen=True, slots=True)
class Rules:
    """A file of rules. `recent` is how long ago an incident may have been told first to be alerted to."""

    rules: tuple[Rule, ...]
    rates: tuple[Rate, ...]
    channels: tuple[Channel, ...]
    faults: tuple[InputError, ...]
    profile: str | None = None
    recent: timedelta = timedelta(days=14)
    digest_at: time = time(6)

    def channel(self, name: str) -> Channel | None:
        """The channel of that name."""
        return next((one for one in self.channels if one.name == name), None)


def rules(path: Path) -> Rules:
    """Reads a file of rules. Raises `InputError` where it cannot be read, or nothing in it can be used."""
    file = tomlfile.read_toml(path)
    file.only(single=("alerts",), several=("to", "rule", "rate"))
    base = file.single.get("alerts", file.top)
    base.only(("profile", "recent", "language", "digest_at"))
    faults: list[InputError] = []
    channels: dict[str, Channel] = {}
    for section in file.several.get("to", ()):
        _kept(channels, section, faults, partial(_channel, section))
    language = base.get("language", one_of("ar", "en"), "ar")
    found: dict[str, Rule | Rate] = {}
    for kind, make in (("rule", _rule), ("rate", _rate)):
        for section in file.several.get(kind, ()):
            _kept(found, section, faults, partial(make, section, channels, language))
    if not found and not faults:
        raise InputError(
            "has no rule", where=str(path), hint="each is a [[rule]] or a [[rate]] with name and to"
        )
    return Rules(
        rules=tuple(one for one in found.values() if isinstance(one, Rule)),
        rates=tuple(one for one in found.values() if isinstance(one, Rate)),
        channels=tuple(channels.values()),
        faults=tuple(faults),
        profile=base.get("profile", one_of("internal", "partner", "public"), None),
        recent=base.get("recent", span("1h", "365d"), timedelta(days=14)),
        digest_at=base.get("digest_at", _hour, time(6)),
    )


def _kept(into: dict[str, Any], section: Section, faults: list[InputError], make: Any) -> None:
    """Keeps what a table gives, or its fault."""
    try:
        one = make()
        if one.name in into:
            raise section.fault("name", f"{one.name!r} is there twice", "each has a name of its own")
        into[one.name] = one
    except InputError as error:
        faults.append(error)


def _hour(value: Any) -> time:
    try:
        return time.fromisoformat(words(value))
    except ValueError:
        raise ValueError('an hour, as "06:00"') from None


# ── rules ─────────────────────────────────────────────────────────────────────────────────


def _rule(section: Section, channels: dict[str, Channel], language: str) -> Rule:
    section.only(_RULE)
    return Rule(
        name=section.need("name", words),
        asked=_asked(section),
        to=_to(section, channels),
        min_killed=section.get("min_killed", number(1, 100_000), None),
        min_wounded=section.get("min_wounded", number(1, 100_000), None),
        grades=section.get("grades", several(one_of(*get_args(Grade))), ()),
        sources=section.get("sources", number(1, 100), None),
        digest=cast(Digest, section.get("digest", one_of(*get_args(Digest)), "no")),
        language=cast(Language, section.get("language", one_of("ar", "en"), language)),
    )


def _rate(section: Section, channels: dict[str, Channel], language: str) -> Rate:
    section.only(_RATE)
    unit = section.get("unit", one_of("day", "week", "month"), "week")
    return Rate(
        name=section.need("name", words),
        asked=_asked(section),
        to=_to(section, channels),
        unit=cast(Literal["day", "week", "month"], unit),
        digest=cast(Digest, section.get("digest", one_of(*get_args(Digest)), "no")),
        language=cast(Language, section.get("language", one_of("ar", "en"), language)),
    )


def _to(section: Section, channels: dict[str, Channel]) -> tuple[str, ...]:
    told = section.need("to", several(words))
    for name in told:
        if name not in channels:
            raise section.fault(
                "to", f"no [[to]] is called {name!r}", f"known are {', '.join(channels) or 'none'}"
            )
    return told


def _asked(section: Section) -> Asked:
    return Asked(
        types=section.get("types", several(one_of(*get_args(EventType))), ()),
        area=section.get("area", _place, None),
        country=section.get("country", _country, None),
        actor=section.get("actor", _actor, None),
    )


def _place(value: Any) -> str:
    told = words(value)
    names = {
        fold(name)
        for place in lexicon.load().places.values()
        for name in (place.name_ar, place.name_en, *place.variants_ar)
        if name
    }
    if fold(told) not in names and told not in lexicon.load().places:
        raise ValueError(
            "a place of the table, in Arabic or English: `marsad place NAME` says which there are"
        )
    return told


def _country(value: Any) -> str:
    known = {place.country for place in lexicon.load().places.values()}
    if value not in known:
        raise ValueError(f"one of {', '.join(sorted(known))}")
    return str(value)


def _actor(value: Any) -> str:
    known = lexicon.load().actors
    if value not in known:
        raise ValueError("a code of the actor table, as ISIS")
    return str(value)


# ── channels ──────────────────────────────────────────────────────────────────────────────


def _channel(section: Section) -> Channel:
    kind = section.need("kind", one_of(*_TO))
    section.only(_TO[kind])
    name = section.need("name", words)
    if kind == "file":
        return File(name, section.path.parent / section.need("path", words))
    if kind == "webhook":
        url = section.need("url", words)
        if not url.startswith(("https://", "http://")):
            raise section.fault("url", f"{url!r} will not do", "an address that begins with https://")
        none: frozenset[Door] = frozenset()
        allowed = section.get("allow_private", lambda told: doors(several(words)(told)), none)
        return Hook(name, url, _secret(section, "secret"), allowed)
    security = cast(Security, section.get("security", one_of(*get_args(Security)), "starttls"))
    user = section.get("user", words, None)
    if user and security == "none":
        raise section.fault(
            "security", "a password is not sent in the clear", 'security = "starttls" or "tls"'
        )
    return Mail(
        name=name,
        host=section.need("host", words),
        port=section.get("port", number(1, 65_535), {"starttls": 587, "tls": 465, "none": 25}[security]),
        security=security,
        sender=section.need("from", words),
        recipients=section.need("recipients", several(words)),
        user=user,
        password=_secret(section, "password") if user else None,
    )


def _secret(section: Section, what: str) -> Secret:
    env = section.get(f"{what}_env", words, None)
    file = section.get(f"{what}_file", words, None)
    if (env is None) == (file is None):
        raise section.fault(
            None, f"[[to]] needs {what}_env or {what}_file, one of the two",
            f"{what}_env names an environment variable, {what}_file a file that only the service may read",
        )  # fmt: skip
    return Secret(env, section.path.parent / file if file else None)
