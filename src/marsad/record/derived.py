"""Incidents: derived from what is read and decided, replaced whole, rebuildable."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from marsad.decision import Judged
from marsad.errors import QueryError
from marsad.model import (
    Actor,
    Event,
    Incident,
    Join,
    Location,
    Place,
    Span,
)
from marsad.record import codec, ids, search
from marsad.record.documents import parts
from marsad.record.schema import (
    DERIVED,
    EVENTS,
    INCIDENT_EVENTS,
    INCIDENT_TERMS,
    INCIDENT_WORDS,
    INCIDENTS,
    JOINS,
    JUDGED,
    READINGS,
)
from marsad.text import fold


def replace_incidents(
    connection: Connection,
    incidents: Iterable[Incident],
    *,
    places: Mapping[str, Place],
    text: Mapping[str, str],
    actors: Mapping[str, Actor] | None = None,
    doubts: Mapping[str, float] | None = None,
) -> None:
    """Puts the incidents in the place of all earlier ones; see `put_incidents`."""
    found = sorted(incidents, key=lambda i: i.id)
    gone = drop_incidents(connection)
    put_incidents(connection, found, places=places, text=text, actors=actors, doubts=doubts)
    staying = {incident.id for incident in found}
    ids.keep(connection, {id_: acts for id_, acts in gone.items() if id_ not in staying})


def drop_incidents(connection: Connection, incident_ids: Sequence[str] | None = None) -> dict[str, str]:
    """Takes out the incidents of these ids, or all, and gives the acts that each stood on."""
    gone = ids.stood(connection, incident_ids)
    if incident_ids is None:
        search.clear(connection)
    for table in (INCIDENT_WORDS, INCIDENT_TERMS, JOINS, INCIDENT_EVENTS, INCIDENTS):
        column = table.c.id if table is INCIDENTS else table.c.incident_id
        if incident_ids is None:
            connection.execute(delete(table))
        for part in parts(incident_ids or ()):
            connection.execute(delete(table).where(column.in_(part)))
    return gone


def put_judged(connection: Connection, judged: Iterable[Judged]) -> None:
    """Stores what people decided of events of which the record holds nothing so far."""
    rows = [{"event_id": one.event_id, "body": codec.dumps(one)} for one in judged]
    if rows:
        connection.execute(insert(JUDGED), rows)


def put_incidents(
    connection: Connection,
    incidents: Iterable[Incident],
    *,
    places: Mapping[str, Place],
    text: Mapping[str, str],
    actors: Mapping[str, Actor] | None = None,
    doubts: Mapping[str, float] | None = None,
) -> None:
    """Stores incidents whose ids the record does not hold.

    `places` is the gazetteer (an incident is found under every place that holds it), `text`
    the text of each document, for the search in the evidence, `actors` the table whose names
    are searched too, `doubts` how doubtful each event is.
    """
    for incident in incidents:
        connection.execute(insert(INCIDENTS).values(**_row(incident)))
        connection.execute(
            insert(INCIDENT_EVENTS),
            [
                {
                    "incident_id": incident.id,
                    "event_id": telling.event_id,
                    "ordinal": number,
                    "source": telling.source,
                    "published": telling.published,
                    "retrieved": telling.retrieved.isoformat() if telling.retrieved else None,
                    "headline": int(telling.headline),
                    "copy_of": telling.copy_of,
                    "doubt": (doubts or {}).get(telling.event_id, 0.0),
                }
                for number, telling in enumerate(incident.tellings)
            ],
        )
        if incident.joins:
            connection.execute(
                insert(JOINS),
                [
                    {
                        "event_a": join.event_a,
                        "event_b": join.event_b,
                        "incident_id": incident.id,
                        "body": codec.dumps(join),
                    }
                    for join in incident.joins
                ],
            )
        terms = sorted(_terms(incident, places))
        if terms:
            connection.execute(
                insert(INCIDENT_TERMS),
                [{"incident_id": incident.id, "kind": kind, "value": value} for kind, value in terms],
            )
        words = _words(incident, terms, text=text, actors=actors or {})
        connection.execute(insert(INCIDENT_WORDS).values(incident_id=incident.id, words=words))


def _words(
    incident: Incident,
    terms: Collection[tuple[str, str]],
    *,
    text: Mapping[str, str],
    actors: Mapping[str, Actor],
) -> str:
    names = [value for _, value in terms] + _actor_names(terms, actors)
    return search.words([*names, incident.id, incident.type, *_quotes(incident, text)])


def unlike_words(
    connection: Connection,
    incident_ids: Sequence[str],
    *,
    places: Mapping[str, Place],
    text: Mapping[str, str],
    actors: Mapping[str, Actor],
) -> list[str]:
    """Those of the incidents that are not found by the words that they tell; see `put_incidents`."""
    kept = {
        row.incident_id: row.words
        for part in parts(incident_ids)
        for row in connection.execute(select(INCIDENT_WORDS).where(INCIDENT_WORDS.c.incident_id.in_(part)))
    }
    return [
        one.id
        for one in incidents(connection, incident_ids)
        if kept.get(one.id) != _words(one, sorted(_terms(one, places)), text=text, actors=actors)
    ]


def _row(incident: Incident) -> dict[str, Any]:
    location, period = incident.location, incident.period
    first, last = (period.first, period.last) if period else (None, None)
    body = codec.encode(incident)
    del body["tellings"], body["joins"]
    events = [telling.event for telling in incident.tellings]
    return {
        "id": incident.id,
        "type": incident.type,
        "first": first,
        "last": last,
        "day": first or last,
        "place": location.name if location else None,
        "place_id": location.place_id if location else None,
        "admin1": location.admin1 if location else None,
        "country": location.country if location else None,
        "lat": location.lat if location else None,
        "lon": location.lon if location else None,
        "radius_km": location.radius_km if location else None,
        "precision": location.precision if location else None,
        **_counts(incident, "killed"),
        **_counts(incident, "wounded"),
        "sources": len(incident.sources),
        "documents": len({telling.document_id for telling in incident.tellings}),
        "grade": incident.grade,
        "status": incident.status,
        "witnesses": incident.witnesses,
        "count": incident.count,
        "reported": min((t.published for t in incident.tellings if t.published), default=None),
        **_counts(incident, "arrested"),
        "outlets": "\n".join(incident.sources),
        "told_in": "\n".join(sorted({telling.document_id for telling in incident.tellings})),
        "initiators": "\n".join(sorted({party.code for event in events for party in event.initiators})),
        "targets": "\n".join(sorted({party.code for event in events for party in event.targets})),
        "body": json.dumps(body, ensure_ascii=False, separators=(",", ":")),
        "acts": ids.acts(incident),
    }


def _counts(incident: Incident, measure: str) -> dict[str, int | None]:
    toll = next((toll for toll in incident.tolls if toll.measure == measure), None)
    return {
        f"{measure}_low": toll.low if toll else None,
        measure: toll.best if toll else None,
        f"{measure}_high": toll.high if toll else None,
    }


def _terms(incident: Incident, places: Mapping[str, Place]) -> set[tuple[str, str]]:
    out = {("source", source) for source in incident.sources}
    for telling in incident.tellings:
        told = telling.event
        out |= {("actor", party.code) for party in (*told.initiators, *told.targets)}
        if told.location:
            out |= {("place", name) for name in _names(told.location, places)}
    return out


def _actor_names(terms: Iterable[tuple[str, str]], actors: Mapping[str, Actor]) -> list[str]:
    named = [actors[value] for kind, value in terms if kind == "actor" and value in actors]
    return [name for actor in named for name in (actor.name_ar, actor.name_en)]


def _quotes(incident: Incident, text: Mapping[str, str]) -> Iterator[str]:
    """The words from which the incident's values were read."""
    for telling in incident.tellings:
        source = text.get(telling.document_id, "")
        yield from {span.of(source) for span in _spans(telling.event)}


def _spans(event: Event) -> Iterator[Span]:
    """The stretches of text that tell an event: its evidence, and what was read outside it."""
    yield event.evidence.cover(event.trigger)
    yield from event.mentions
    parts = (event.location, *event.initiators, *event.targets, *event.figures, *event.weapons)
    yield from (part.span for part in parts if part is not None and part.span is not None)
    if event.attribution.span is not None:
        yield event.attribution.span


def _names(location: Location, places: Mapping[str, Place]) -> Iterator[str]:
    """Every name under which a location is found: its own and those of what holds it."""
    yield fold(location.name)
    if location.admin1:
        yield fold(location.admin1)
    seen: set[str] = set()
    id_ = location.place_id
    while id_ and id_ in places and id_ not in seen:
        seen.add(id_)
        place = places[id_]
        yield id_
        yield from (fold(name) for name in (place.name_ar, place.name_en, *place.variants_ar))
        id_ = place.parent


def incident(connection: Connection, id_: str) -> Incident:
    """The incident of that id or of that beginning of an id.

    Raises `QueryError` when there is none, or more than one begins so.
    """
    found = ids.beginning(connection, INCIDENTS.c.id, id_)
    if not found:
        raise QueryError("no incident {id!r}", hint="`marsad incidents` lists them", id=id_)
    return incidents(connection, [found])[0]


def incident_of(connection: Connection, event_id: str) -> str | None:
    """The id of the incident that the event tells."""
    query = select(INCIDENT_EVENTS.c.incident_id).where(INCIDENT_EVENTS.c.event_id == event_id)
    return connection.execute(query).scalar()


def incidents(connection: Connection, incident_ids: Sequence[str]) -> list[Incident]:
    """The incidents of those ids, in that order, with their tellings and joins."""
    bodies: dict[str, Any] = {}
    for part in parts(incident_ids):
        for row in connection.execute(
            select(INCIDENTS.c.id, INCIDENTS.c.body).where(INCIDENTS.c.id.in_(part))
        ):
            bodies[row.id] = {**json.loads(row.body), "tellings": [], "joins": []}
        told = connection.execute(
            select(INCIDENT_EVENTS, EVENTS.c.document_id, EVENTS.c.ordinal.label("place_in_reading"))
            .join(EVENTS, EVENTS.c.id == INCIDENT_EVENTS.c.event_id)
            .where(INCIDENT_EVENTS.c.incident_id.in_(part))
            .order_by(INCIDENT_EVENTS.c.incident_id, INCIDENT_EVENTS.c.ordinal)
        ).all()
        events = raw_events(connection, sorted({row.document_id for row in told}))
        for row in told:
            bodies[row.incident_id]["tellings"].append(
                {
                    "event_id": row.event_id,
                    "document_id": row.document_id,
                    "event": events[row.document_id][row.place_in_reading],
                    "source": row.source,
                    "published": row.published.isoformat() if row.published else None,
                    "retrieved": row.retrieved,
                    "headline": bool(row.headline),
                    "copy_of": row.copy_of,
                }
            )
        joined = connection.execute(
            select(JOINS.c.incident_id, JOINS.c.body)
            .where(JOINS.c.incident_id.in_(part))
            .order_by(JOINS.c.event_a, JOINS.c.event_b)
        )
        for row in joined:
            bodies[row.incident_id]["joins"].append(json.loads(row.body))
    return [codec.decode(Incident, bodies[id_]) for id_ in incident_ids if id_ in bodies]


def raw_events(connection: Connection, document_ids: Sequence[str]) -> dict[str, list[Any]]:
    """The events of each document, as read or as people corrected them."""
    out: dict[str, list[Any]] = {}
    for part in parts(document_ids):
        query = select(READINGS.c.document_id, READINGS.c.body).where(READINGS.c.document_id.in_(part))
        out.update((row.document_id, json.loads(row.body)["events"]) for row in connection.execute(query))
        decided = (
            select(EVENTS.c.document_id, EVENTS.c.ordinal, JUDGED.c.body)
            .join(EVENTS, EVENTS.c.id == JUDGED.c.event_id)
            .where(EVENTS.c.document_id.in_(part))
        )
        for row in connection.execute(decided):
            out[row.document_id][row.ordinal] = json.loads(row.body)["event"]
    return out


def judged(connection: Connection, event_ids: Sequence[str] | None = None) -> dict[str, Judged]:
    """What people decided of those events, or of all, where they decided anything."""
    query = select(JUDGED.c.body).order_by(JUDGED.c.event_id)
    if event_ids is None:
        bodies = list(connection.execute(query).scalars())
    else:
        bodies = [
            body
            for part in parts(event_ids)
            for body in connection.execute(query.where(JUDGED.c.event_id.in_(part))).scalars()
        ]
    found = (codec.loads(Judged, body) for body in bodies)
    return {one.event_id: one for one in found}


def joins(connection: Connection, event_id: str) -> Iterator[Join]:
    """Every stored join of the event."""
    query = select(JOINS.c.body).where((JOINS.c.event_a == event_id) | (JOINS.c.event_b == event_id))
    for body in connection.execute(query.order_by(JOINS.c.event_a, JOINS.c.event_b)).scalars():
        yield codec.loads(Join, body)


def digest(connection: Connection) -> str:
    """A hash over every derived row: equal records derive equal digests, byte for byte."""
    out = hashlib.sha256()
    for table in DERIVED:
        out.update(table.name.encode())
        for row in connection.execute(select(table).order_by(*table.primary_key.columns)):
            out.update(json.dumps([codec.encode(value) for value in row], ensure_ascii=False).encode())
            out.update(b"\n")
    return out.hexdigest()
