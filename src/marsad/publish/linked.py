"""Incidents as linked data: JSON-LD in the words of schema.org, and FollowTheMoney entities."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any

from marsad.model import Incident
from marsad.publish.crosswalk import crosswalk, parties
from marsad.publish.notes import note, title
from marsad.publish.reference import Reference

#: Ids are names of things, not addresses: a record that is published gives its own base.
BASE = "urn:marsad:"


def jsonld(incidents: Iterable[Incident], reference: Reference) -> Iterator[str]:
    """The pieces of one JSON-LD document: a graph of schema.org events with the articles that tell them."""
    yield '{"@context": {"@vocab": "https://schema.org/"}, "@graph": ['
    lead = ""
    for incident in incidents:
        yield f"{lead}\n{json.dumps(_event(incident, reference), ensure_ascii=False)}"
        lead = ","
    yield "\n]}\n"


def _event(incident: Incident, reference: Reference) -> dict[str, Any]:
    period, where = incident.period, incident.location
    out: dict[str, Any] = {
        "@type": "Event",
        "@id": f"{BASE}{incident.id}",
        "identifier": incident.id,
        "additionalType": incident.type,
        "name": title(incident, reference),
        "description": note(incident, reference),
        "startDate": period.first.isoformat() if period and period.first else None,
        "endDate": period.last.isoformat() if period and period.last else None,
        "additionalProperty": [
            {
                "@type": "PropertyValue", "name": toll.measure, "value": toll.best,
                "minValue": toll.low, "maxValue": toll.high,
            }
            for toll in incident.tolls
        ],
        "subjectOf": [_article(id_, reference) for id_ in sorted({t.document_id for t in incident.tellings})],
    }  # fmt: skip
    if where:
        out["location"] = {
            "@type": "Place",
            "name": [reference.place_name(where), where.name],
            "address": {
                "@type": "PostalAddress",
                "addressRegion": where.admin1,
                "addressCountry": where.country,
            },
        }
        if where.lat is not None:
            out["location"]["geo"] = {
                "@type": "GeoCircle",
                "geoMidpoint": {"@type": "GeoCoordinates", "latitude": where.lat, "longitude": where.lon},
                "geoRadius": round((where.radius_km or 0) * 1000),
            }
    return _told(out)


def _article(document_id: str, reference: Reference) -> dict[str, Any]:
    document = reference.documents.get(document_id)
    captures = reference.captures.get(document_id, ())
    return _told(
        {
            "@type": "NewsArticle",
            "@id": f"{BASE}{document_id}",
            "headline": document.title if document else None,
            "inLanguage": document.language if document else None,
            "datePublished": document.published.isoformat() if document and document.published else None,
            "url": sorted({c.url for c in captures if c.url}),
            "publisher": sorted({c.outlet for c in captures if c.outlet}),
        }
    )


def _told(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in (None, [], "")}


def entities(incidents: Iterable[Incident], reference: Reference) -> Iterator[dict[str, Any]]:
    """FollowTheMoney entities: an Event an incident, its parties, its places and its articles, each once."""
    seen: set[str] = set()
    for incident in incidents:
        for entity in _entities(incident, reference):
            if entity["id"] not in seen:
                seen.add(entity["id"])
                yield entity


def _entities(incident: Incident, reference: Reference) -> Iterator[dict[str, Any]]:
    involved = []
    for code in (*parties(incident, "initiators"), *parties(incident, "targets")):
        names = [reference.names.name(code, "en"), reference.names.name(code, "ar")]
        actor = reference.actors.get(code)
        schema = "PublicBody" if actor and actor.state else "Organization" if actor else "LegalEntity"
        involved.append(_key("party", code))
        yield _entity(involved[-1], schema, name=names)
    proof = []
    for id_ in sorted({telling.document_id for telling in incident.tellings}):
        document, captures = reference.documents.get(id_), reference.captures.get(id_, ())
        proof.append(_key("article", id_))
        yield _entity(
            proof[-1],
            "Article",
            title=[document.title if document else None],
            language=["ara" if document and document.language == "ar" else None],
            date=[document.published.isoformat() if document and document.published else None],
            publisher=[capture.outlet for capture in captures],
            sourceUrl=[capture.url for capture in captures],
        )
    period, where = incident.period, incident.location
    place = [reference.place_name(where), where.admin1] if where else []
    country = crosswalk().countries.get(where.country or "") if where else None
    yield _entity(
        _key("incident", incident.id),
        "Event",
        name=[title(incident, reference)],
        summary=[note(incident, reference)],
        keywords=[incident.type, incident.grade],
        recordId=[incident.id],
        startDate=[period.first.isoformat() if period and period.first else None],
        endDate=[period.last.isoformat() if period and period.last else None],
        location=[", ".join(dict.fromkeys(part for part in place if part))],
        country=[country.alpha2 if country else None],
        involved=involved,
        proof=proof,
    )


def _key(kind: str, name: str) -> str:
    """An id that depends on what it names alone."""
    return hashlib.sha1(f"marsad:{kind}:{name}".encode(), usedforsecurity=False).hexdigest()


def _entity(id_: str, schema: str, **properties: Iterable[str | None]) -> dict[str, Any]:
    told = {key: sorted({value for value in values if value}) for key, values in properties.items()}
    return {
        "id": id_,
        "schema": schema,
        "properties": {key: values for key, values in told.items() if values},
    }
