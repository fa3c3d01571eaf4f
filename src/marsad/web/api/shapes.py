"""The shapes of answers, for the description of the API."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import BaseModel, Field


class Titles(BaseModel):
    """What happened, in words."""

    ar: str
    en: str


class IncidentLine(BaseModel):
    """One incident in short. A value that nobody told is null: unknown is never zero."""

    id: str
    title: Titles
    type: str
    first: date | None = Field(description="First possible day")
    last: date | None = Field(description="Last possible day")
    place: str | None = Field(description="As told")
    place_id: str | None
    admin1: str | None
    country: str | None
    lat: float | None
    lon: float | None
    radius_km: float | None = Field(description="Radius of the doubt about the point")
    where_prec: int | None = Field(description="UCDP precision, 1 exact to 7 international")
    killed_low: int | None
    killed: int | None = Field(description="Best count")
    killed_high: int | None = Field(description="Null beside a low count: no upper bound is told")
    wounded_low: int | None
    wounded: int | None
    wounded_high: int | None
    initiators: list[str]
    targets: list[str]
    sources: int
    documents: int
    grade: str


class Sum(BaseModel):
    """Low and high over all incidents; `open` where some count has no told top."""

    low: int
    high: int
    open: bool
    incidents: int = Field(description="How many incidents have a count at all")


class Totals(BaseModel):
    """What a set of incidents comes to: a recorded minimum, not an estimate."""

    incidents: int
    undated: int
    unplaced: int
    first: date | None
    last: date | None
    killed: Sum
    wounded: Sum


class IncidentPage(BaseModel):
    """A page of incidents."""

    data: list[IncidentLine]
    totals: Totals
    next_cursor: str | None


class Rows(BaseModel):
    """A page of rows; the fields are those of `marsad export`."""

    data: list[dict[str, Any]]
    next_cursor: str | None


class Citation(BaseModel):
    """Where a document stands and when it was published; its text is its outlet's."""

    id: str
    title: str | None
    language: str | None
    published: date | None
    articles: list[dict[str, str | None]]


class Citations(BaseModel):
    """A page of documents."""

    data: list[Citation]
    next_cursor: str | None


class FieldFault(BaseModel):
    """A parameter that means nothing."""

    field: str
    value: str
    reason: str


class Error(BaseModel):
    """What is wrong."""

    status: int
    code: str
    message: str
    hint: str | None
    fields: list[FieldFault]


class Failure(BaseModel):
    """The one shape of every error."""

    error: Error


#: What every operation may answer besides its data.
FAILURES: dict[int | str, dict[str, Any]] = {
    400: {"model": Failure, "description": "Part of the question means nothing"},
    404: {"model": Failure, "description": "Nothing is recorded under that id"},
    503: {"model": Failure, "description": "The record cannot be read at the moment"},
    507: {"model": Failure, "description": "The disk of the record is full: nothing was saved"},
}
