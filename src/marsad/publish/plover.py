"""Incidents as events in the manner of PLOVER (https://github.com/openeventdata/PLOVER)."""

from __future__ import annotations

from typing import Any

from marsad.model import Incident
from marsad.publish.crosswalk import UNARMED, crosswalk, parties
from marsad.publish.notes import note
from marsad.publish.reference import Reference

#: Its sectors of those who bear no arms.
_SECTORS = {
    "CIVILIANS": "CVL", "PROTESTERS": "OPP", "JOURNALISTS": "MED", "POLITICIANS": "PTY", "AID_WORKERS": "NGO",
    "PRISONERS": "CVL",
}  # fmt: skip


def event(incident: Incident, reference: Reference) -> dict[str, Any]:
    """One event: root code and mode, source and target actors, day, place, counts, articles."""
    root, mode = crosswalk().types[incident.type].plover
    where, period = incident.location, incident.period
    return {
        "id": incident.id,
        "date": [period.first.isoformat() if period and period.first else None,
                 period.last.isoformat() if period and period.last else None],
        "event": root,
        "mode": mode or None,
        "source": [_actor(code, reference) for code in parties(incident, "initiators")],
        "target": [_actor(code, reference) for code in parties(incident, "targets")],
        "location": {
            "name": reference.place_name(where), "adm1": where.admin1, "country": where.country,
            "lat": where.lat, "lon": where.lon, "precision": where.precision,
        } if where else None,
        "counts": {toll.measure: {"low": toll.low, "best": toll.best, "high": toll.high} for toll in incident.tolls},
        "text": note(incident, reference),
        "sources": list(incident.sources),
        "urls": list(reference.links(incident)),
    }  # fmt: skip


def _actor(code: str, reference: Reference) -> dict[str, str | None]:
    actor = reference.actors.get(code)
    if actor and actor.state:
        sector = "GOV" if code.endswith("_GOV") else "MIL"
        return {"actor": actor.state, "sector": sector, "name": reference.names.name(code, "en")}
    sector = _SECTORS[code] if code in UNARMED else "REB"
    return {"actor": code, "sector": sector, "name": reference.names.name(code, "en")}
