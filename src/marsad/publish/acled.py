"""Incidents as rows in the columns and codes of ACLED. They are this record's, not ACLED's data.

The columns are those of ACLED's files since 2024 (kinds of actors as text). What has no place
there is said by `left_out`; docs/tables.md says what is mapped how.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from marsad.model import Actor, Incident
from marsad.publish.crosswalk import UNARMED, UNKNOWN, Country, Kind, crosswalk, kind_of, parties
from marsad.publish.days import days_of
from marsad.publish.notes import note
from marsad.publish.reference import Reference, toll
from marsad.publish.titles import Names

FIELDS = (
    "event_id_cnty", "event_date", "year", "time_precision", "disorder_type", "event_type", "sub_event_type",
    "actor1", "assoc_actor_1", "inter1", "actor2", "assoc_actor_2", "inter2", "interaction", "civilian_targeting",
    "iso", "region", "country", "admin1", "admin2", "admin3", "location", "latitude", "longitude", "geo_precision",
    "source", "source_scale", "notes", "fatalities", "tags", "timestamp",
)  # fmt: skip

#: Kinds of actors in the order in which an interaction names them.
_INTER = (
    "State forces", "Rebel group", "Political militia", "Identity militia", "Rioters", "Protesters", "Civilians",
    "External/Other forces",
)  # fmt: skip
#: The longest period that each time precision stands for, in days.
_TIME = ((1, 1), (7, 2), (31, 3))
#: Our precision of places (UCDP's where_prec) as ACLED's geo_precision; a whole country has no point there.
_GEO = {1: 1, 2: 2, 3: 2, 4: 3, 5: 3, 6: 3, 7: 3}
_WHOLE_COUNTRY = 6


def left_out(incident: Incident) -> str | None:
    """Why the incident has no row there, or `None`: every row there has a day and a country."""
    if incident.grade == "denied":
        return "everyone who tells of it denies it"
    if _time(incident) is None:
        return "no day, or only a period longer than a month"
    if incident.location is None or incident.location.country is None:
        return "no country"
    if incident.location.country not in crosswalk().countries:
        return f"country {incident.location.country} is not in the crosswalk"
    return None


def row(incident: Incident, reference: Reference) -> dict[str, Any]:
    """The row of an incident that is not left out."""
    when, where = _time(incident), incident.location
    if when is None or where is None or where.country is None:
        raise ValueError(f"{incident.id} has no row: {left_out(incident)}")
    actors = reference.actors
    (day, precision), country = when, crosswalk().countries[where.country]
    doers, targets = parties(incident, "initiators"), parties(incident, "targets")
    state = bool(doers) and crosswalk().inter(doers[0], where.country, actors) == crosswalk().states
    kind = _kind(incident, targets, state)
    first, second = (
        _party(doers, kind, reference.names, country),
        _party(targets, kind, reference.names, country),
    )
    inter1, inter2 = (_inter(codes, kind, where.country, actors) for codes in (doers, targets))
    whole = (where.precision or _WHOLE_COUNTRY) >= _WHOLE_COUNTRY
    killed = toll(incident, "killed")
    return {
        "event_id_cnty": f"{where.country}-{incident.id}",
        "event_date": day.isoformat(),
        "year": day.year,
        "time_precision": precision,
        "disorder_type": kind.disorder,
        "event_type": kind.event,
        "sub_event_type": kind.sub_event,
        "actor1": first[0],
        "assoc_actor_1": first[1],
        "inter1": inter1,
        "actor2": second[0],
        "assoc_actor_2": second[1],
        "inter2": inter2,
        "interaction": _interaction(inter1, inter2),
        "civilian_targeting": _civilian(kind, targets),
        "iso": country.numeric,
        "region": country.acled_region,
        "country": country.name,
        "admin1": where.admin1,
        "admin2": reference.unit(where, "district"),
        "admin3": reference.unit(where, "subdistrict"),
        "location": reference.place_name(where),
        "latitude": None if whole else where.lat,
        "longitude": None if whole else where.lon,
        "geo_precision": _GEO[where.precision or _WHOLE_COUNTRY],
        "source": "; ".join(incident.sources),
        "source_scale": None,
        "notes": note(incident, reference),
        "fatalities": killed.low if killed else None,
        "tags": None,
        "timestamp": _moment(incident, reference),
    }


def _time(incident: Incident) -> tuple[date, int] | None:
    """The middle day of the period and its precision."""
    days = days_of(incident)
    if days is None:
        return None
    return next(((days.middle, precision) for longest, precision in _TIME if days.length <= longest), None)


def _kind(incident: Incident, targets: tuple[str, ...], state: bool) -> Kind:
    kind = kind_of(incident, targets, state)
    if incident.type != "protest":
        return kind
    if toll(incident, "killed"):
        both = "Political violence; Demonstrations"
        return Kind(both, "Violence against civilians", "Excessive force against protesters")
    if toll(incident, "wounded") or toll(incident, "arrested"):
        return kind._replace(sub_event="Protest with intervention")
    return kind


def _party(
    codes: tuple[str, ...], kind: Kind, names: Names, country: Country
) -> tuple[str | None, str | None]:
    """The party told most often by name, and those beside it."""
    if not codes:
        armed = kind.disorder == "Political violence"
        return (crosswalk().unknown_actor if armed else None), None
    told = [_name(code, names, country) for code in codes]
    return told[0], "; ".join(told[1:]) or None


def _name(code: str, names: Names, country: Country) -> str:
    if code == "PROTESTERS":
        return crosswalk().protesters.format(country=country.name)
    if code in UNARMED:
        return crosswalk().civilians.format(country=country.name)
    name = names.name(code, "en")
    return name[:1].upper() + name[1:]


def _inter(codes: tuple[str, ...], kind: Kind, country: str, actors: Mapping[str, Actor]) -> str | None:
    told = crosswalk().inter(codes[0] if codes else UNKNOWN, country, actors)
    if kind.event == "Riots" and told == "Protesters":
        return "Rioters"
    return told or None


def _interaction(one: str | None, other: str | None) -> str | None:
    sides = sorted((side for side in (one, other) if side), key=_INTER.index)
    if len(sides) == 1:
        return f"{sides[0]} only"
    return "-".join(sides) or None


def _civilian(kind: Kind, targets: tuple[str, ...]) -> str | None:
    violent = kind.disorder.startswith("Political violence")
    return "Civilian targeting" if violent and targets and all(code in UNARMED for code in targets) else None


def _moment(incident: Incident, reference: Reference) -> int | None:
    """When it was last heard of, in Unix seconds: the last capture, else the last day of publication."""
    taken = [
        c.retrieved
        for id_ in {t.document_id for t in incident.tellings}
        for c in reference.captures.get(id_, ())
        if c.retrieved
    ]
    stamps = [(m if m.tzinfo else m.replace(tzinfo=UTC)).timestamp() for m in taken]
    days = [telling.published for telling in incident.tellings if telling.published]
    if not stamps and days:
        stamps = [datetime.combine(max(days), datetime.min.time(), UTC).timestamp()]
    return int(max(stamps)) if stamps else None
