"""The record as statistics see it: its incidents as cases, its documents as coverage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, cast

from marsad import lexicon
from marsad.analyse.cases import Case, Count, Coverage, DataSet
from marsad.analyse.windows import Window
from marsad.gazetteer.table import Gazetteer
from marsad.model import EXPORT, EventType, Grade, Incident, Measure, Status, Toll
from marsad.pipeline.linking import source

if TYPE_CHECKING:  # loading a database takes longer than what most commands do
    from marsad.record import Filters, Record, Summary


def cases(record: Record, filters: Filters | None = None) -> tuple[Case, ...]:
    """The incidents that satisfy the filters as cases, the earliest first, those without a day last."""
    gazetteer = lexicon.load().gazetteer
    return tuple(_case(line, gazetteer) for line in record.summaries(filters))


def _case(line: Summary, gazetteer: Gazetteer) -> Case:
    """The case of a line of the list, which has all that `case` reads from the incident itself."""
    return Case(
        id=line.id,
        type=cast("EventType", line.type),
        first=line.first,
        last=line.last,
        place=line.place,
        place_id=line.place_id,
        admin1=line.admin1,
        admin2=_district(line.place_id, gazetteer),
        country=line.country,
        lat=line.lat,
        lon=line.lon,
        radius_km=line.radius_km,
        precision=line.precision,
        initiators=frozenset(line.initiators),
        targets=frozenset(line.targets),
        killed=_bounds(line.killed_low, line.killed, line.killed_high),
        wounded=_bounds(line.wounded_low, line.wounded, line.wounded_high),
        arrested=_bounds(line.arrested_low, line.arrested, line.arrested_high),
        count=line.count,
        outlets=line.outlets,
        documents=line.told_in,
        reported=line.reported,
        witnesses=line.witnesses,
        grade=cast("Grade", line.grade),
        status=cast("Status", line.status),
    )


def _bounds(low: int | None, best: int | None, high: int | None) -> Count | None:
    return None if low is None or best is None else (low, best, high)


def _district(place_id: str | None, gazetteer: Gazetteer) -> str | None:
    entry = gazetteer.places.get(place_id or "")
    district = gazetteer.held_by(entry, "district") if entry else None
    return district.name_en if district else None


def case(incident: Incident, gazetteer: Gazetteer) -> Case:
    """One incident as a case."""
    events = [telling.event for telling in incident.tellings]
    place = incident.location
    tolls = {toll.measure: toll for toll in incident.tolls}
    return Case(
        id=incident.id,
        type=incident.type,
        first=incident.period.first if incident.period else None,
        last=incident.period.last if incident.period else None,
        place=place.name if place else None,
        place_id=place.place_id if place else None,
        admin1=place.admin1 if place else None,
        admin2=_district(place.place_id if place else None, gazetteer),
        country=place.country if place else None,
        lat=place.lat if place else None,
        lon=place.lon if place else None,
        radius_km=place.radius_km if place else None,
        precision=place.precision if place else None,
        initiators=frozenset(party.code for event in events for party in event.initiators),
        targets=frozenset(party.code for event in events for party in event.targets),
        killed=_count(tolls, "killed"),
        wounded=_count(tolls, "wounded"),
        arrested=_count(tolls, "arrested"),
        count=incident.count,
        outlets=incident.sources,
        documents=tuple(sorted({telling.document_id for telling in incident.tellings})),
        reported=min((t.published for t in incident.tellings if t.published), default=None),
        witnesses=incident.witnesses,
        grade=incident.grade,
        status=incident.status,
    )


def _count(tolls: Mapping[Measure, Toll], measure: Measure) -> Count | None:
    toll = tolls.get(measure)
    return (toll.low, toll.best, toll.high) if toll else None


def coverage(record: Record) -> Coverage:
    """What each outlet of the record published on which day, and the days its data sets speak for."""
    ids = record.document_ids()
    captures = record.captures(ids)
    published: list[tuple[str, date]] = []
    rows: dict[str, str] = {}
    undated = 0
    for document in record.documents(ids):
        outlet = source(document.id, captures[document.id])
        if outlet == EXPORT:
            continue  # what another record read; it speaks for no day
        if document.coded:
            rows[document.id] = outlet
        elif document.published is None:
            undated += 1
        else:
            published.append((outlet, document.published))
    return Coverage.of(published, sets=_sets(record, rows), undated=undated)


def _sets(record: Record, rows: Mapping[str, str]) -> Iterator[DataSet]:
    """The data sets of a record, each from the first day of its rows to the last."""
    days: dict[str, list[date]] = {}
    for reading in record.readings() if rows else ():
        for event in reading.events if reading.document_id in rows else ():
            if event.period and event.period.first and event.period.last:
                days.setdefault(rows[reading.document_id], []).extend((event.period.first, event.period.last))
    counts = Counter(rows.values())
    return (DataSet(name, Window(min(held), max(held)), counts[name]) for name, held in sorted(days.items()))
