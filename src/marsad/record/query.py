"""Which incidents are asked for: filters as values, checked, then put to the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, get_args

from sqlalchemy import Connection, Row, Select, func, select

from marsad.errors import QueryError
from marsad.model import EventType
from marsad.record.schema import INCIDENT_TERMS, INCIDENTS
from marsad.text import fold


@dataclass(frozen=True, slots=True)
class Filters:
    """What incidents must satisfy; a filter that is `None` or empty asks for nothing.

    `first` and `last` bound the days on which the incident may have happened. `place` is a
    name in any spelling, or an id, of the place or of one that holds it. `text` stands in
    the evidence or in the words of some value, in any spelling.
    """

    first: date | None = None
    last: date | None = None
    place: str | None = None
    type: str | None = None
    actor: str | None = None
    country: str | None = None
    min_killed: int | None = None
    sources: int | None = None
    text: str | None = None
    limit: int | None = None

    def check(self) -> None:
        """Raises `QueryError` when a filter can match nothing by its form."""
        if self.type and self.type not in get_args(EventType):
            raise QueryError(f"no event type {self.type!r}", hint=f"one of {', '.join(get_args(EventType))}")
        if self.first and self.last and self.first > self.last:
            raise QueryError(
                f"the period ends before it begins: {self.first} to {self.last}", hint="swap the two days"
            )
        if self.country and not (
            len(self.country) == 3 and self.country.isascii() and self.country.isalpha()
        ):
            raise QueryError(
                f"no country code {self.country!r}", hint="three letters of ISO 3166, as IRQ or SYR"
            )
        for name, value, least in (
            ("min-killed", self.min_killed, 0), ("sources", self.sources, 1), ("limit", self.limit, 1),
        ):  # fmt: skip
            if value is not None and value < least:
                raise QueryError(f"{name} is {value}", hint=f"a whole number from {least} up")


@dataclass(frozen=True, slots=True)
class Summary:
    """One line of a list of incidents."""

    id: str
    type: str
    first: date | None
    last: date | None
    place: str | None
    admin1: str | None
    country: str | None
    lat: float | None
    lon: float | None
    killed: int | None
    sources: int
    documents: int
    grade: str


def incident_ids(connection: Connection, filters: Filters) -> list[str]:
    """Ids of the incidents that satisfy the filters, the earliest first, undated last."""
    return list(connection.execute(_narrow(select(INCIDENTS.c.id), filters)).scalars())


def summaries(connection: Connection, filters: Filters) -> list[Summary]:
    """The incidents that satisfy the filters, one line each."""
    # SQLite keeps JSON functions built in; the name as told is only in the body
    place = func.json_extract(INCIDENTS.c.body, "$.location.name").label("place")
    return [_summary(row) for row in connection.execute(_narrow(select(INCIDENTS, place), filters))]


def _summary(row: Row[Any]) -> Summary:
    return Summary(
        id=row.id, type=row.type, first=row.first, last=row.last, place=row.place, admin1=row.admin1,
        country=row.country, lat=row.lat, lon=row.lon, killed=row.killed, sources=row.sources,
        documents=row.documents, grade=row.grade,
    )  # fmt: skip


def actors(connection: Connection) -> list[str]:
    """Every actor code that an incident of the record names."""
    query = select(INCIDENT_TERMS.c.value).where(INCIDENT_TERMS.c.kind == "actor").distinct()
    return sorted(connection.execute(query).scalars())


def _narrow(query: Select[Any], filters: Filters) -> Select[Any]:
    filters.check()
    row = INCIDENTS.c
    if filters.first:
        query = query.where(func.coalesce(row.last, row.first) >= filters.first)
    if filters.last:
        query = query.where(func.coalesce(row.first, row.last) <= filters.last)
    if filters.type:
        query = query.where(row.type == filters.type)
    if filters.country:
        query = query.where(row.country == filters.country.upper())
    if filters.min_killed is not None:
        query = query.where(row.killed >= filters.min_killed)
    if filters.sources is not None:
        query = query.where(row.sources >= filters.sources)
    term = INCIDENT_TERMS.c
    if filters.place:
        names = {filters.place, fold(filters.place)}
        named = select(term.incident_id).where(term.kind == "place", term.value.in_(names))
        query = query.where(row.id.in_(named))
    if filters.actor:
        named = select(term.incident_id).where(
            term.kind == "actor", func.upper(term.value) == filters.actor.upper()
        )
        query = query.where(row.id.in_(named))
    if filters.text:
        said = term.value.contains(fold(filters.text), autoescape=True)
        query = query.where(row.id.in_(select(term.incident_id).where(term.kind == "text", said)))
    # An incident without a day has no place in time; it comes after those that have.
    day = func.coalesce(row.first, row.last)
    query = query.order_by(day.is_(None), day, row.id)
    return query.limit(filters.limit) if filters.limit else query
