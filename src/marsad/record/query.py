"""Which incidents are asked for: filters as values, checked, then put to the database."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Literal, get_args

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, or_, select

from marsad.errors import QueryError
from marsad.model import EventType, Grade
from marsad.record import search
from marsad.record.schema import CLAIMS, EVENTS, INCIDENT_EVENTS, INCIDENT_TERMS, INCIDENTS, JUDGED
from marsad.text import fold

#: West, south, east, north, in degrees.
Box = tuple[float, float, float, float]
Order = Literal["earliest", "latest", "deadliest"]


@dataclass(frozen=True, slots=True)
class Filters:
    """What incidents must satisfy; a filter that is `None` or empty asks for nothing.

    `first` and `last` bound the days on which the incident may have happened. `place` is a
    name in any spelling, or an id, of the place or of one that holds it. `source` is a key by
    which sources count (an outlet), `sources` how many of them at least. Every word of `text`
    stands in the evidence, in the words of some value or in a name, in any spelling. `box` is
    what a map shows: incidents whose point lies in it. `reviewed` asks whether people decided on
    one of its tellings.
    """

    first: date | None = None
    last: date | None = None
    place: str | None = None
    types: tuple[str, ...] = ()
    actor: str | None = None
    country: str | None = None
    min_killed: int | None = None
    max_killed: int | None = None
    min_wounded: int | None = None
    max_wounded: int | None = None
    source: str | None = None
    sources: int | None = None
    grades: tuple[str, ...] = ()
    reviewed: bool | None = None
    text: str | None = None
    box: Box | None = None
    reported: date | None = None
    limit: int | None = None

    def check(self) -> None:
        """Raises `QueryError` when a filter can match nothing by its form."""
        for name, values, known in (
            ("event type", self.types, get_args(EventType)), ("grade", self.grades, get_args(Grade)),
        ):  # fmt: skip
            for value in values:
                if value not in known:
                    raise QueryError(f"no {name} {value!r}", hint=f"one of {', '.join(known)}")
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
        for option, number, least in (
            ("min-killed", self.min_killed, 0), ("max-killed", self.max_killed, 0),
            ("min-wounded", self.min_wounded, 0), ("max-wounded", self.max_wounded, 0),
            ("sources", self.sources, 1), ("limit", self.limit, 1),
        ):  # fmt: skip
            if number is not None and number < least:
                raise QueryError(f"{option} is {number}", hint=f"a whole number from {least} up")
        for name, low, high in (
            ("killed", self.min_killed, self.max_killed), ("wounded", self.min_wounded, self.max_wounded),
        ):  # fmt: skip
            if low is not None and high is not None and low > high:
                raise QueryError(f"at least {low} and at most {high} {name}", hint="swap the two")
        if self.box and not (self.box[0] < self.box[2] and -90 <= self.box[1] < self.box[3] <= 90):
            raise QueryError("the map frame has no area", hint="west,south,east,north in degrees")
        if self.text:
            search.asked(self.text)


@dataclass(frozen=True, slots=True)
class Summary:
    """One line of a list of incidents: all of it but what its events say.

    `count` is how many happenings its words cover (`None` for several, number unsaid), `reported` the first
    day of publication, `outlets` its independent sources, `told_in` the documents that tell it.
    """

    id: str
    type: str
    first: date | None
    last: date | None
    day: date | None
    place: str | None
    place_id: str | None
    admin1: str | None
    country: str | None
    lat: float | None
    lon: float | None
    radius_km: float | None
    precision: int | None
    killed_low: int | None
    killed: int | None
    killed_high: int | None
    wounded_low: int | None
    wounded: int | None
    wounded_high: int | None
    initiators: tuple[str, ...]
    targets: tuple[str, ...]
    sources: int
    documents: int
    grade: str
    status: str
    witnesses: int
    count: int | None
    reported: date | None
    arrested_low: int | None
    arrested: int | None
    arrested_high: int | None
    outlets: tuple[str, ...]
    told_in: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Range:
    """A sum over incidents: of the lowest and of the highest counts told.

    `open` tells that some incident's count has no told top, so that the sum has none either;
    `of` is how many incidents have a count at all.
    """

    low: int
    high: int
    open: bool
    of: int


@dataclass(frozen=True, slots=True)
class Totals:
    """What the incidents that satisfy the filters come to."""

    incidents: int
    undated: int
    unplaced: int
    killed: Range
    wounded: Range
    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class Spot:
    """The incidents that have one point, with its uncertainty in km and UCDP precision.

    `incident` is the id where it is a single one.
    """

    place: str | None
    place_id: str | None
    admin1: str | None
    country: str | None
    lat: float
    lon: float
    radius_km: float | None
    precision: int | None
    incidents: int
    killed_low: int
    killed_high: int
    incident: str | None


_ROW = INCIDENTS.c
_SUMMARY = [_ROW[f.name] for f in fields(Summary)]


def incident_ids(connection: Connection, filters: Filters) -> list[str]:
    """Ids of the incidents that satisfy the filters, the earliest first, undated last."""
    query = _sorted(_narrow(connection, select(_ROW.id), filters), "earliest")
    return list(connection.execute(_limited(query, filters)).scalars())


def summaries(
    connection: Connection,
    filters: Filters,
    *,
    order: Order = "earliest",
    skip: int = 0,
    after: tuple[Any, str] | None = None,
) -> list[Summary]:
    """The incidents that satisfy the filters, one line each; undated ones come last.

    `skip` leaves out so many from the front; `after` begins behind the incident of that sort
    key (see `sort_key`) and id, which stays right while the record changes.
    """
    query = _narrow(connection, select(*_SUMMARY), filters)
    if after is not None:
        query = query.where(_behind(order, *after))
    query = _limited(_sorted(query, order), filters)
    if skip:
        query = query.offset(skip)
    return [_summary(row) for row in connection.execute(query)]


def sort_key(summary: Summary, order: Order) -> Any:
    """The value by which a line is sorted, besides its id."""
    return summary.killed if order == "deadliest" else summary.day


def _summary(row: Row[Any]) -> Summary:
    values = dict(row._mapping)
    for name in ("initiators", "targets", "outlets", "told_in"):
        values[name] = tuple(values[name].split("\n")) if values[name] else ()
    return Summary(**values)


def totals(connection: Connection, filters: Filters) -> Totals:
    """How many incidents satisfy the filters, and what their counts come to."""
    row = connection.execute(
        _narrow(
            connection,
            select(
                func.count().label("incidents"),
                (func.count() - func.count(_ROW.day)).label("undated"),
                (func.count() - func.count(_ROW.lat)).label("unplaced"),
                func.min(_ROW.day).label("first"),
                func.max(_ROW.day).label("last"),
                *_sums("killed"),
                *_sums("wounded"),
            ),
            filters,
        )
    ).one()
    sums = row._mapping

    def range_of(measure: str) -> Range:
        told = sums[f"{measure}_of"]
        # PostgreSQL's sums of whole numbers are decimals
        low, high = int(sums[f"{measure}_low"] or 0), int(sums[f"{measure}_high"] or 0)
        return Range(low, high, told > sums[f"{measure}_closed"], told)

    return Totals(
        row.incidents, row.undated, row.unplaced, range_of("killed"), range_of("wounded"), row.first, row.last
    )


def _sums(measure: str) -> list[ColumnElement[Any]]:
    low, high = _ROW[f"{measure}_low"], _ROW[f"{measure}_high"]
    return [
        func.sum(low).label(f"{measure}_low"),
        # a count without a told top is at least its best
        func.sum(func.coalesce(high, _ROW[measure])).label(f"{measure}_high"),
        func.count(low).label(f"{measure}_of"),
        func.count(high).label(f"{measure}_closed"),
    ]


def days(connection: Connection, filters: Filters) -> list[tuple[date, str, int]]:
    """How many incidents of each type have each day as their first possible one; undated ones have none."""
    query = _narrow(connection, select(_ROW.day, _ROW.type, func.count()), filters).where(
        _ROW.day.is_not(None)
    )
    query = query.group_by(_ROW.day, _ROW.type).order_by(_ROW.day, _ROW.type)
    return [(day, kind, count) for day, kind, count in connection.execute(query)]


def spots(connection: Connection, filters: Filters) -> list[Spot]:
    """The incidents that satisfy the filters by the point they have, the wider the earlier.

    So a map that draws them in order never hides a village under its governorate.
    """
    where = (_ROW.place_id, _ROW.lat, _ROW.lon, _ROW.radius_km, _ROW.precision)
    query = select(
        func.min(_ROW.place).label("place"), _ROW.place_id, func.min(_ROW.admin1).label("admin1"),
        func.min(_ROW.country).label("country"), _ROW.lat, _ROW.lon, _ROW.radius_km, _ROW.precision,
        func.count().label("incidents"), func.coalesce(func.sum(_ROW.killed_low), 0).label("killed_low"),
        func.coalesce(func.sum(func.coalesce(_ROW.killed_high, _ROW.killed)), 0).label("killed_high"),
        func.min(_ROW.id).label("incident"),
    )  # fmt: skip
    query = _narrow(connection, query, filters).where(_ROW.lat.is_not(None)).group_by(*where)
    query = query.order_by(
        _ROW.radius_km.desc().nulls_last(), _ROW.lat, _ROW.lon, _ROW.place_id.nulls_first(),
        _ROW.precision.nulls_first(),
    )  # fmt: skip
    out = []
    for row in connection.execute(query):
        values = dict(row._mapping)
        values["incident"] = row.incident if row.incidents == 1 else None
        values["killed_low"], values["killed_high"] = int(row.killed_low), int(row.killed_high)
        out.append(Spot(**values))
    return out


def terms(connection: Connection, kind: Literal["actor", "source"]) -> list[tuple[str, int]]:
    """Every actor code or source that incidents name, with the number of incidents, the most first."""
    term = INCIDENT_TERMS.c
    number = func.count().label("number")
    query = select(term.value, number).where(term.kind == kind).group_by(term.value)
    return [(value, count) for value, count in connection.execute(query.order_by(number.desc(), term.value))]


def place_counts(connection: Connection) -> list[tuple[str, int]]:
    """Every place of the table at which an incident is, with the number of incidents, the most first."""
    number = func.count().label("number")
    query = select(_ROW.place_id, number).where(_ROW.place_id.is_not(None)).group_by(_ROW.place_id)
    return [(id_, count) for id_, count in connection.execute(query.order_by(number.desc(), _ROW.place_id))]


def doubtful(connection: Connection) -> list[tuple[str, float]]:
    """Every event that is in an incident with how doubtful it is, incident by incident, the earliest first."""
    event = INCIDENT_EVENTS.c
    query = _sorted(
        select(event.event_id, event.doubt).join_from(
            INCIDENTS, INCIDENT_EVENTS, event.incident_id == _ROW.id
        ),
        "earliest",
    ).order_by(event.event_id)
    return [(id_, doubt) for id_, doubt in connection.execute(query)]


def told(
    connection: Connection, kind: Literal["events", "claims"], *, after: str, limit: int
) -> list[tuple[str, str]]:
    """Ids of events or claims beyond `after`, in order, each with that of its document."""
    row = (EVENTS if kind == "events" else CLAIMS).c
    query = select(row.id, row.document_id).where(row.id > after).order_by(row.id).limit(limit)
    return [(id_, document_id) for id_, document_id in connection.execute(query)]


def _narrow(connection: Connection, query: Select[Any], filters: Filters) -> Select[Any]:
    filters.check()
    for condition in _conditions(connection, filters):
        query = query.where(condition)
    return query


def _conditions(connection: Connection, filters: Filters) -> list[ColumnElement[bool]]:
    out: list[ColumnElement[bool]] = []
    if filters.first:
        out.append(func.coalesce(_ROW.last, _ROW.first) >= filters.first)
    if filters.last:
        out.append(func.coalesce(_ROW.first, _ROW.last) <= filters.last)
    if filters.types:
        out.append(_ROW.type.in_(filters.types))
    if filters.grades:
        out.append(_ROW.grade.in_(filters.grades))
    if filters.country:
        out.append(_ROW.country == filters.country.upper())
    for column, least, most in (
        (_ROW.killed, filters.min_killed, filters.max_killed),
        (_ROW.wounded, filters.min_wounded, filters.max_wounded),
    ):
        if least is not None:
            out.append(column >= least)
        if most is not None:
            out.append(column <= most)
    if filters.sources is not None:
        out.append(_ROW.sources >= filters.sources)
    if filters.reported is not None:
        out.append(_ROW.reported >= filters.reported)
    if filters.reviewed is not None:
        decided = select(INCIDENT_EVENTS.c.incident_id).where(
            INCIDENT_EVENTS.c.event_id.in_(select(JUDGED.c.event_id))
        )
        out.append(_ROW.id.in_(decided) if filters.reviewed else _ROW.id.not_in(decided))
    if filters.box:
        west, south, east, north = filters.box
        out += [_ROW.lat.between(south, north), _ROW.lon.between(west, east)]
    if filters.place:
        out.append(_named("place", {filters.place, fold(filters.place)}))
    if filters.actor:
        out.append(_named("actor", {filters.actor, filters.actor.upper()}))
    if filters.source:
        out.append(_named("source", {filters.source}))
    if filters.text:
        out.append(_ROW.id.in_(search.incidents_with(connection, filters.text)))
    return out


def _named(kind: str, values: set[str]) -> ColumnElement[bool]:
    term = INCIDENT_TERMS.c
    return _ROW.id.in_(select(term.incident_id).where(term.kind == kind, term.value.in_(sorted(values))))


def _sorted(query: Select[Any], order: Order) -> Select[Any]:
    """An incident without a day has no place in time, one without dead none in their order: they come last."""
    if order == "latest":
        # an index read backwards gives the ids of one day in reverse
        return query.order_by(_ROW.day.desc().nulls_last(), _ROW.id.desc())
    if order == "deadliest":
        return query.order_by(_ROW.killed.desc().nulls_last(), _ROW.id.desc())
    return query.order_by(_ROW.day.is_(None), _ROW.day, _ROW.id)


def _behind(order: Order, key: Any, id_: str) -> ColumnElement[bool]:
    column = _ROW.killed if order == "deadliest" else _ROW.day
    further = _ROW.id > id_ if order == "earliest" else _ROW.id < id_
    if key is None:
        return and_(column.is_(None), further)
    beyond = column > key if order == "earliest" else column < key
    return or_(beyond, and_(column == key, further), column.is_(None))


def _limited(query: Select[Any], filters: Filters) -> Select[Any]:
    return query.limit(filters.limit) if filters.limit else query
