"""A small record that people decide on: three articles, four events, two of which are one incident."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.making import TEXT, document, event

from marsad.model import Event, Reading, event_ids
from marsad.pipeline import silent
from marsad.pipeline.linkage import link_record
from marsad.record import Record

A, B, C = document(outlet="أ"), document(f"{TEXT} ب", outlet="ب"), document(f"{TEXT} ج", outlet="ج")
#: Two articles tell one bombing, the third a shelling elsewhere, and an arrest.
TOLD: dict[str, tuple[Event, ...]] = {
    A.id: (event(),),
    B.id: (event(killed=5),),
    C.id: (
        event(type="shelling", place="idlib", on="2021-04-20"),
        event(type="arrest", at=40, place="basra"),
    ),
}
EVENT = {
    name: event_ids(Reading(d.id, "r", TOLD[d.id]))[n]
    for name, d, n in (("a", A, 0), ("b", B, 0), ("shelling", C, 0), ("arrest", C, 1))
}


def read(record: Record, told: dict[str, tuple[Event, ...]], *, reader: str = "test-1") -> None:
    """Stores these readings and links them, as a run of that reader would."""
    record.save_readings([Reading(id_, reader, events) for id_, events in told.items()], lexicon="w")
    link_record(record, silent)


@contextmanager
def told(address: str | Path) -> Iterator[Record]:
    with Record.open(address, create=True) as opened:
        opened.add([A, B, C])
        read(opened, TOLD)
        yield opened


def incidents(record: Record) -> set[frozenset[str]]:
    """The incidents as the names of the events that tell them."""
    name = {id_: name for name, id_ in EVENT.items()}
    return {frozenset(name.get(t.event_id, "?") for t in i.tellings) for i in record.incidents()}


def sets(*groups: str) -> set[frozenset[str]]:
    return {frozenset(group.split()) for group in groups}


LINKED = sets("a b", "shelling", "arrest")


def inside(events: tuple[Event, ...]) -> tuple[Event, ...]:
    """The events that lie within the articles' text."""
    return tuple(e for e in events if e.trigger.end <= len(TEXT) and e.evidence.end <= len(TEXT))
