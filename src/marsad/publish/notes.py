"""One incident in a few English sentences, made from its fields: what other data sets call notes."""

from __future__ import annotations

from marsad.model import Incident, Period, Toll
from marsad.publish.crosswalk import parties
from marsad.publish.days import days_of
from marsad.publish.reference import Reference
from marsad.publish.titles import headline


def title(incident: Incident, reference: Reference) -> str:
    """What happened, by whom and to whom."""
    by, on = parties(incident, "initiators"), parties(incident, "targets")
    return headline(incident.type, by, on, reference.names, "en")


def note(incident: Incident, reference: Reference) -> str:
    """What happened, where, when, how many, who says so, and how sure it is."""
    first = title(incident, reference)
    where = incident.location
    if where:
        name = reference.place_name(where)
        first += f", {name}"
        if where.admin1 and where.admin1 != name:
            first += f" ({where.admin1})"
    sentences = [f"{first}, {_when(incident.period)}."]
    days = days_of(incident)
    if days and days.inferred:
        sentences.append(f"Brought as news on {min(t.published for t in incident.tellings if t.published)}.")
    sentences += [f"{toll.measure.capitalize()}: {_range(toll)}." for toll in incident.tolls]
    if incident.speakers:
        sentences.append(f"According to {', '.join(incident.speakers)}.")
    sentences.append(f"Sources: {', '.join(incident.sources)}. Grade: {incident.grade}.")
    if incident.status != "asserted":
        sentences.append(f"Status: {incident.status}.")
    return " ".join(sentences)


def _when(period: Period | None) -> str:
    if period is None or (period.first is None and period.last is None):
        return "day not told"
    if period.first == period.last:
        return f"on {period.first}"
    if period.first is None:
        return f"by {period.last}"
    if period.last is None:
        return f"from {period.first} on"
    return f"between {period.first} and {period.last}"


def _range(toll: Toll) -> str:
    if toll.high is None:
        return f"{toll.best} (at least {toll.low})" if toll.best != toll.low else f"at least {toll.low}"
    return str(toll.best) if toll.low == toll.high else f"{toll.best} ({toll.low} to {toll.high})"
