"""What is held back from a release: `data/profiles.yaml`, applied to incidents and texts.

Deterministic: the same record and profile give the same release. Points move to the settlement or
district that holds them, never at random, since random shifts average out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from importlib import resources
from typing import Literal

import yaml

from marsad.errors import QueryError
from marsad.model import Attribution, Document, Event, Figure, Incident, Location, Place, Span, Telling, Toll

#: What stands in a text for a character that is masked: as many as were there, so that spans stay true.
_MASKED = "\u2592"
#: What stands in a table for a masked name.
HIDDEN = "[…]"
_RUN = re.compile(f"{_MASKED}[{_MASKED} \u00a0]*")
_SETTLEMENTS = frozenset({"village", "town", "city"})
_UNITS = frozenset({"subdistrict", "district", "governorate", "country"})
#: UCDP's precision of a point that stands for a settlement, a district, a governorate, a country.
_PRECISION = {"subdistrict": 3, "district": 3, "governorate": 4, "country": 6}


@dataclass(frozen=True, slots=True)
class Profile:
    """For whom a release is; `quote_words` is `None` where quotes are whole."""

    name: str
    persons: Literal["keep", "mask"]
    points: Literal["told", "settlement"]
    delay_days: int
    quote_words: int | None
    words: Mapping[str, str]


@lru_cache(maxsize=1)
def profiles() -> Mapping[str, Profile]:
    """The shipped profiles by name."""
    raw = yaml.safe_load(resources.files("marsad").joinpath("data/profiles.yaml").read_text("utf8"))
    return {
        name: Profile(
            name, told["persons"], told["points"], told["delay_days"], told["quote_words"],
            {"en": told["en"], "ar": told["ar"]},
        )
        for name, told in raw.items()
    }  # fmt: skip


def profile(name: str) -> Profile:
    """The profile of that name."""
    found = profiles().get(name)
    if found is None:
        raise QueryError(f"no profile {name!r}", hint=f"one of {', '.join(profiles())}")
    return found


def held_back(incident: Incident, as_of: date, delay_days: int) -> bool:
    """Whether it became known too lately to be out on the day `as_of`."""
    told = [telling.published for telling in incident.tellings if telling.published]
    return bool(told) and min(told) > as_of - timedelta(days=delay_days)


# ── names ─────────────────────────────────────────────────────────────────────────────────


def masked(document: Document, private: Iterable[Span]) -> Document:
    """The document with the characters of private names masked; its id is no longer the original's."""
    text = list(document.text)
    for span in private:
        text[span.start : span.end] = [c if c.isspace() else _MASKED for c in text[span.start : span.end]]
    return replace(document, text="".join(text))


def shown(text: str) -> str:
    """Masked characters as the one sign that tables show."""
    return _RUN.sub(lambda run: HIDDEN + " " * (run[0] != run[0].rstrip()), text)


# ── points ────────────────────────────────────────────────────────────────────────────────


def coarse(location: Location | None, places: Mapping[str, Place]) -> Location | None:
    """The place with the point of the settlement or district that holds it; without one, no point."""
    if location is None or location.lat is None:
        return location
    ids = [location.place_id] if location.place_id else list(location.anchors)
    place = places.get(ids[0] or "") if ids else None
    wanted = _SETTLEMENTS | _UNITS if location.method in ("name", "parent") else _UNITS
    while place is not None and place.type not in wanted:
        place = places.get(place.parent or "")
    if place is None:
        return replace(location, lat=None, lon=None, radius_km=None)
    least = _PRECISION.get(place.type, 1)
    return replace(
        location,
        lat=place.lat,
        lon=place.lon,
        radius_km=max(place.radius_km, location.radius_km or 0),
        precision=max(least, location.precision or least),
    )


# ── incidents ─────────────────────────────────────────────────────────────────────────────


def released(
    incident: Incident, chosen: Profile, places: Mapping[str, Place], texts: Mapping[str, Document]
) -> Incident:
    """The incident as the profile lets it out; `texts` are its documents, masked, by original id."""

    def where(location: Location | None) -> Location | None:
        return coarse(location, places) if chosen.points == "settlement" else location

    hidden: dict[str, str] = {}
    for telling in incident.tellings:
        for said in (telling.event.attribution, *(f.attribution for f in telling.event.figures)):
            if said.speaker and (name := _speaker(said, texts.get(telling.document_id))) != said.speaker:
                hidden[said.speaker] = name or HIDDEN

    def speaker(name: str | None) -> str | None:
        return hidden.get(name, name) if name else name

    def attributed(said: Attribution) -> Attribution:
        return replace(said, speaker=speaker(said.speaker))

    def told(telling: Telling) -> Telling:
        event: Event = telling.event
        figures: tuple[Figure, ...] = tuple(
            replace(f, attribution=attributed(f.attribution)) for f in event.figures
        )
        return replace(
            telling,
            event=replace(
                event,
                location=where(event.location),
                attribution=attributed(event.attribution),
                figures=figures,
            ),
        )

    def counted(toll: Toll) -> Toll:
        accounts, earlier = (
            tuple(replace(account, speaker=speaker(account.speaker)) for account in side)
            for side in (toll.accounts, toll.earlier)
        )
        return replace(toll, accounts=accounts, earlier=earlier)

    return replace(
        incident,
        tellings=tuple(told(telling) for telling in incident.tellings),
        location=where(incident.location),
        tolls=tuple(counted(toll) for toll in incident.tolls),
        speakers=tuple(sorted({speaker(name) or HIDDEN for name in incident.speakers})),
        joins=(),
    )


def _speaker(said: Attribution, text: Document | None) -> str | None:
    if said.span is None or text is None:
        return said.speaker
    name = said.span.of(text.text)
    return shown(name) if _MASKED in name else said.speaker
