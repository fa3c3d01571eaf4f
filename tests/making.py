"""Makes documents, events and tellings for tests, in the words of the domain."""

from __future__ import annotations

from datetime import date
from typing import Any

from marsad.model import (
    Attribution,
    Capture,
    Document,
    Event,
    Figure,
    Location,
    Party,
    Period,
    Place,
    Reading,
    Span,
    Telling,
    event_ids,
)

TEXT = "قُتل أربعة أشخاص وأصيب سبعة بانفجار عبوة ناسفة في كركوك أمس الثلاثاء، بحسب مصدر أمني."

PLACES = {
    place.id: place
    for place in (
        Place("irq", "العراق", "Iraq", "country", "IRQ", 33.1, 43.8, 400),
        Place("kirkuk", "كركوك", "Kirkuk", "governorate", "IRQ", 35.4, 44.2, 80, "Kirkuk", "irq"),
        Place("hawija", "الحويجة", "Hawija", "district", "IRQ", 35.32, 43.77, 25, "Kirkuk", "kirkuk"),
        Place("rashad", "الرشاد", "Rashad", "town", "IRQ", 35.15, 44.07, 6, "Kirkuk", "hawija"),
        Place("daquq", "داقوق", "Daquq", "town", "IRQ", 35.14, 44.45, 6, "Kirkuk", "kirkuk"),
        Place("basra", "البصرة", "Basra", "city", "IRQ", 30.5, 47.8, 15, "Basra", "irq"),
        Place("syr", "سوريا", "Syria", "country", "SYR", 35.0, 38.5, 350),
        Place("idlib", "إدلب", "Idlib", "city", "SYR", 35.93, 36.63, 6, "Idlib", "syr"),
    )
}


def day(text: str) -> date:
    return date.fromisoformat(text)


def where(text: str, words: str) -> Span:
    start = text.index(words)
    return Span(start, start + len(words))


def document(
    text: str = TEXT, *, published: str | None = "2021-05-05", source_id: str = "a-1", **capture: Any
) -> Document:
    return Document(
        text=text,
        published=day(published) if published else None,
        dated_by="input" if published else None,
        language="ar",
        capture=Capture(source_id, **capture),
    )


def location(place: str) -> Location:
    found = PLACES[place]
    return Location(
        name=found.name_ar, span=Span(0, 4), place_id=found.id, admin1=found.admin1, country=found.country,
        lat=found.lat, lon=found.lon, radius_km=found.radius_km, precision=1 if found.radius_km < 20 else 4,
    )  # fmt: skip


def event(
    *,
    type: str = "bombing",
    on: str | tuple[str, str] | None = "2021-05-04",
    place: str | None = "rashad",
    killed: int | tuple[int | None, int | None] | None = 4,
    at: int = 0,
    speaker: str | None = None,
    initiators: tuple[str, ...] = (),
    **more: Any,
) -> Event:
    days = (on, on) if isinstance(on, str) else on
    low, high = killed if isinstance(killed, tuple) else (killed, killed)
    figures = (Figure("killed", "unknown", low, high, Span(at, at + 3)),) if killed is not None else ()
    return Event(
        type=type,  # type: ignore[arg-type]
        trigger=Span(at, at + 4),
        evidence=Span(at, at + 30),
        period=Period(day(days[0]), day(days[1])) if days else None,
        location=location(place) if place else None,
        attribution=Attribution(speaker, "official") if speaker else Attribution(),
        initiators=tuple(Party(code) for code in initiators),
        **{"figures": figures, **more},
    )


def reading(of: Document, *events: Event, reader: str = "test-1") -> Reading:
    return Reading(of.id, reader, tuple(events))


def telling(
    document_id: str = "d1", *, source: str = "", published: str | None = "2021-05-05", **values: Any
) -> Telling:
    told = event(**values)
    (id_,) = event_ids(Reading(document_id, "test-1", (told,)))
    return Telling(
        event_id=id_,
        document_id=document_id,
        event=told,
        source=source or document_id,
        published=day(published) if published else None,
    )
