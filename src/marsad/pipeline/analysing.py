"""The record as statistics see it: its incidents as cases, its documents as coverage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from statistics import median_low
from typing import TYPE_CHECKING

from marsad import lexicon
from marsad.analyse.cases import Case, Count, Coverage, DataSet
from marsad.analyse.windows import Window
from marsad.gazetteer.table import Gazetteer
from marsad.model import Incident, Measure, Toll
from marsad.pipeline.linking import source

if TYPE_CHECKING:  # loading a database takes longer than what most commands do
    from marsad.record import Filters, Record


def cases(record: Record, filters: Filters | None = None) -> tuple[Case, ...]:
    """The incidents that satisfy the filters as cases, the earliest first, those without a day last."""
    gazetteer = lexicon.load().gazetteer
    return tuple(case(incident, gazetteer) for incident in record.incidents(filters))


def case(incident: Incident, gazetteer: Gazetteer) -> Case:
    """One incident as a case."""
    events = [telling.event for telling in incident.tellings]
    place = incident.location
    entry = gazetteer.places.get(place.place_id or "") if place else None
    district = gazetteer.held_by(entry, "district") if entry else None
    counts = [event.count for event in events if event.count is not None]
    tolls = {toll.measure: toll for toll in incident.tolls}
    return Case(
        id=incident.id,
        type=incident.type,
        first=incident.period.first if incident.period else None,
        last=incident.period.last if incident.period else None,
        place=place.name if place else None,
        place_id=place.place_id if place else None,
        admin1=place.admin1 if place else None,
        admin2=district.name_en if district else None,
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
        count=median_low(counts) if counts else None,
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
