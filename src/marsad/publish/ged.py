"""Incidents as rows in the columns and codes of UCDP GED. They are this record's, not UCDP's data.

The 49 columns are those of GED since version 19. Their ids of conflicts, dyads and actors are
left empty: they are UCDP's to give. docs/tables.md says what is mapped how.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import floor
from typing import Any

from marsad.model import Account, Actor, Figure, Incident, Telling, Toll
from marsad.publish.crosswalk import UNARMED, UNKNOWN, crosswalk, parties
from marsad.publish.days import Days, days_of
from marsad.publish.reference import Reference, toll

FIELDS = (
    "id", "relid", "year", "active_year", "code_status", "type_of_violence", "conflict_dset_id", "conflict_new_id",
    "conflict_name", "dyad_dset_id", "dyad_new_id", "dyad_name", "side_a_dset_id", "side_a_new_id", "side_a",
    "side_b_dset_id", "side_b_new_id", "side_b", "number_of_sources", "source_article", "source_office", "source_date",
    "source_headline", "source_original", "where_prec", "where_coordinates", "where_description", "adm_1", "adm_2",
    "latitude", "longitude", "geom_wkt", "priogrid_gid", "country", "country_id", "region", "event_clarity",
    "date_prec", "date_start", "date_end", "deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown", "best",
    "high", "low", "gwnoa", "gwnob",
)  # fmt: skip

#: The longest period in days that each date precision stands for: a day, 2 to 6, a week, a month, a year.
_DATE = ((1, 1), (6, 2), (7, 3), (31, 4), (366, 5))


def left_out(incident: Incident) -> str | None:
    """Why the incident has no row there, or `None`: deaths by armed force, dated, located in a country."""
    entry = crosswalk().types[incident.type]
    killed = toll(incident, "killed")
    if incident.grade == "denied":
        return "everyone who tells of it denies it"
    if entry.ucdp == "never":
        return f"{incident.type} is no use of armed force"
    if killed is None or killed.best == 0:
        return "nobody is told to have been killed"
    if not {*parties(incident, "initiators"), *parties(incident, "targets")} - UNARMED:
        return "no armed side is told"
    if _date_precision(days_of(incident)) is None:
        return "no day, or only a period longer than a year"
    if incident.location is None or incident.location.country not in crosswalk().countries:
        return "no country, or one that is not in the crosswalk"
    return None


def row(incident: Incident, reference: Reference) -> dict[str, Any]:
    """The row of an incident that is not left out."""
    days, where, killed = days_of(incident), incident.location, toll(incident, "killed")
    precision = _date_precision(days)
    if days is None or precision is None or where is None or killed is None or where.country is None:
        raise ValueError(f"{incident.id} has no row: {left_out(incident)}")
    actors, country = reference.actors, crosswalk().countries[where.country]
    doers, hit = parties(incident, "initiators"), parties(incident, "targets")
    a, b, violence = _sides(doers, hit, actors)
    names = [_side(code, reference) for code in (a, b)]
    deaths = _deaths(incident, killed, a, b, actors)
    told = [t for t in incident.tellings if t.document_id in incident.reported_in] or list(incident.tellings)
    published = [telling.published for telling in told if telling.published]
    texts = [reference.documents[t.document_id] for t in told if t.document_id in reference.documents]
    return dict.fromkeys(FIELDS) | {
        "id": incident.id,
        "relid": f"{where.country}-{days.first.year}-{violence}-{incident.id}",
        "year": days.first.year,
        "type_of_violence": violence,
        "dyad_name": " - ".join(names),
        "side_a": names[0],
        "side_b": names[1],
        "number_of_sources": len(incident.sources),
        "source_article": "; ".join(reference.links(incident)) or "; ".join(incident.sources),
        "source_office": "; ".join(incident.sources),
        "source_date": max(published).isoformat() if published else None,
        "source_headline": next((text.title for text in texts if text.title), None),
        "source_original": "; ".join(incident.speakers) or None,
        "where_prec": where.precision,
        "where_coordinates": reference.place_name(where),
        "where_description": where.name,
        "adm_1": where.admin1,
        "adm_2": reference.unit(where, "district"),
        "latitude": where.lat,
        "longitude": where.lon,
        "geom_wkt": f"POINT ({where.lon} {where.lat})" if where.lat is not None else None,
        "priogrid_gid": priogrid(where.lat, where.lon),
        "country": country.name,
        "country_id": country.gw,
        "region": country.ucdp_region,
        # 2: several happenings told as one
        "event_clarity": 1 if any(telling.event.count == 1 for telling in incident.tellings) else 2,
        "date_prec": precision,
        "date_start": days.first.isoformat(),
        "date_end": days.last.isoformat(),
        **deaths,
        "best": killed.best,
        "high": killed.high if killed.high is not None else max(killed.best, _told_most(killed)),
        "low": killed.low,
        "gwnoa": _gw(a, actors),
        "gwnob": _gw(b, actors),
    }


def priogrid(lat: float | None, lon: float | None) -> int | None:
    """The PRIO-GRID cell (half a degree, counted from the south-west) of a point."""
    if lat is None or lon is None:
        return None
    line, column = min(floor((lat + 90) * 2), 359), min(floor((lon + 180) * 2), 719)
    return line * 720 + column + 1


def _told_most(toll: Toll) -> int:
    return max((account.high or account.point for account in toll.accounts), default=toll.best)


def _date_precision(days: Days | None) -> int | None:
    return next((precision for longest, precision in _DATE if days and days.length <= longest), None)


def _sides(doers: tuple[str, ...], hit: tuple[str, ...], actors: Mapping[str, Actor]) -> tuple[str, str, int]:
    """Side A, side B and the type of violence: 1 state-based, 2 non-state, 3 one-sided."""
    a = next((code for code in doers if code not in UNARMED), UNKNOWN)
    if hit and all(code in UNARMED for code in hit):
        return a, "CIVILIANS", 3
    b = next((code for code in hit if code not in UNARMED), UNKNOWN)
    if _state(b, actors) and not _state(a, actors):
        a, b = b, a  # in a state-based conflict the government is side A
    return a, b, 1 if _state(a, actors) else 2


def _state(code: str, actors: Mapping[str, Actor]) -> bool:
    return code in actors and actors[code].state is not None


def _side(code: str, reference: Reference) -> str:
    """UCDP's name of a side; a state fights as its government."""
    if code == UNKNOWN:
        return "Unknown"
    if code == "CIVILIANS":
        return "Civilians"
    actor = reference.actors.get(code)
    held = crosswalk().countries.get(actor.state or "") if actor else None
    return f"Government of {held.name}" if held else reference.names.name(code, "en")


def _gw(code: str, actors: Mapping[str, Actor]) -> int | None:
    actor = actors.get(code)
    held = crosswalk().countries.get(actor.state or "") if actor else None
    return held.gw if held else None


def _deaths(incident: Incident, killed: Toll, a: str, b: str, actors: Mapping[str, Actor]) -> dict[str, int]:
    """The best count by side, as the telling that gives it parts it; what it leaves open is unknown."""
    chosen = killed.best_from[0] if killed.best_from else None
    telling = next((t for t in incident.tellings if chosen and t.event_id == chosen.event_id), None)
    out = {"deaths_a": 0, "deaths_b": 0, "deaths_civilians": 0, "deaths_unknown": 0}
    for figure in _parts(telling, chosen) if telling and chosen else ():
        out[_column(figure, a, b, actors)] += _point(figure)
    parted = out["deaths_a"] + out["deaths_b"] + out["deaths_civilians"]
    if parted > killed.best:
        return dict.fromkeys(out, 0) | {"deaths_unknown": killed.best}
    return out | {"deaths_unknown": killed.best - parted}


def _parts(telling: Telling, chosen: Account) -> list[Figure]:
    """The figures of an account; of a sum whose parts are told as well, the parts."""
    killed = [figure for figure in telling.event.figures if figure.measure == "killed"]
    own = [figure for figure in killed if figure.span in chosen.figures]
    parts = [figure for figure in killed if figure.span not in chosen.figures]
    whole = len(own) == 1 and own[0].group in ("mixed", "unknown")
    return parts if whole and parts and sum(map(_point, parts)) == _point(own[0]) else own


def _point(figure: Figure) -> int:
    least = figure.low if figure.low is not None else figure.high or 0
    return least if figure.best is None else figure.best


def _column(figure: Figure, a: str, b: str, actors: Mapping[str, Actor]) -> str:
    """The column of those killed: fighters belong to the one side that is no state, forces to the one that is."""
    if figure.group == "civilians":
        return "deaths_civilians"
    states = (_state(a, actors), _state(b, actors))
    armed = (a not in UNARMED | {UNKNOWN}, b not in UNARMED | {UNKNOWN})
    if figure.group in ("fighters", "security_forces"):
        wanted = figure.group == "security_forces"
        fits = [
            column
            for column, state, bears in zip(("deaths_a", "deaths_b"), states, armed, strict=True)
            if bears and state is wanted
        ]
        if len(fits) == 1:
            return fits[0]
    return "deaths_unknown"
