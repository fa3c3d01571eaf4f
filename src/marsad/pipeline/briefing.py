"""A brief from a record: its incidents counted, told and cited."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from importlib.util import find_spec
from typing import TYPE_CHECKING

from marsad import lexicon
from marsad.analyse.briefs import Subject, sections
from marsad.analyse.cases import Case
from marsad.analyse.tallies import name_of
from marsad.analyse.windows import Window
from marsad.brief import Brief, Citation, Reference, Section
from marsad.definitions import Definitions
from marsad.errors import QueryError
from marsad.model import Capture, Document, Incident, Period, Place, Telling
from marsad.pipeline.analysing import case, coverage
from marsad.publish.quotes import quote
from marsad.wording import Counted, Name, Value

if TYPE_CHECKING:  # loading a database takes longer than what most commands do
    from marsad.record import Record

#: Citations of an incident of the period, and of one that it is only compared with.
_CITED, _COMPARED = 2, 1
_TOLLS = ("killed", "wounded", "arrested", "abducted")


def brief(
    record: Record,
    window: Window,
    definitions: Definitions,
    *,
    areas: tuple[Place, ...] = (),
    made: date | None = None,
) -> Brief:
    """The brief of a window; `made` is the day that it says it was made on.

    Raises `QueryError` where scipy is not installed.
    """
    if find_spec("scipy") is None:
        raise QueryError(
            "the package {package} is not installed", hint="pip install 'marsad[analyse]'", package="scipy"
        )
    gazetteer = lexicon.load().gazetteer
    incidents = {incident.id: incident for incident in record.incidents()}
    cases = [case(incident, gazetteer) for incident in incidents.values()]
    subject = Subject(
        window, before(window), areas, cases, incidents, coverage(record), gazetteer, definitions.thresholds
    )
    told = sections(subject, _published_in(record, window))
    named = _named(told)
    by_id = {one.id: one for one in cases}
    return Brief(
        period=Period(window.first, window.last),
        before=Period(subject.before.first, subject.before.last),
        areas=tuple(Name(area.name_ar, area.name_en) for area in areas),
        sections=told,
        references=tuple(_references(record, subject, [by_id[id_] for id_ in named], incidents)),
        watch=subject.seen,
        made=made,
    )


def before(window: Window) -> Window:
    """What a window is compared with: as many whole months before whole months, else as many days."""
    after = window.last + timedelta(days=1)
    if window.first.day == 1 and after.day == 1:
        months = (after.year - window.first.year) * 12 + after.month - window.first.month
        start = window.first.year * 12 + window.first.month - 1 - months
        return Window(date(start // 12, start % 12 + 1, 1), window.first - timedelta(days=1))
    return window.before(window.days)


def _published_in(record: Record, window: Window) -> tuple[str, ...]:
    return tuple(d.id for d in record.documents() if d.published is not None and d.published in window)


def _named(told: Iterable[Section]) -> list[str]:
    """Every incident that is named, in the order in which a reader meets it."""
    named: dict[str, None] = {}
    for section in told:
        # what one sentence tells alone comes before what a count takes in
        for sentence in section.sentences:
            named |= dict.fromkeys(sentence.incidents)
        for chart in section.charts:
            named |= dict.fromkeys(chart.incidents)
    return list(named)


def _references(
    record: Record, subject: Subject, cases: list[Case], incidents: Mapping[str, Incident]
) -> Iterator[Reference]:
    earlier = {case.id for case in subject.earlier}
    cited = {one.id: _cited(incidents[one.id], _COMPARED if one.id in earlier else _CITED) for one in cases}
    ids = sorted({telling.document_id for tellings in cited.values() for telling in tellings})
    documents = {document.id: document for document in record.documents(ids)}
    captures = record.captures(ids)
    for one in cases:
        incident = incidents[one.id]
        yield Reference(
            id=one.id,
            type=one.type,
            period=Period(one.first, one.last) if one.first or one.last else None,
            place=name_of(one, subject.gazetteer),
            admin1=subject.governorate(one),
            tolls=tuple(tolls_of(incident)),
            grade=one.grade,
            sources=one.outlets,
            citations=tuple(
                citation(telling, documents[telling.document_id], captures[telling.document_id])
                for telling in cited[one.id]
                if telling.document_id in documents
            ),
        )


def _cited(incident: Incident, most: int) -> list[Telling]:
    """The tellings that are cited: of different sources, news before what is recalled, the earliest first."""
    ordered = sorted(
        incident.tellings, key=lambda t: (t.event.recency != "news", t.published or date.max, t.event_id)
    )
    by_source: dict[str, Telling] = {}
    for telling in ordered:
        by_source.setdefault(telling.source, telling)
    return list(by_source.values())[:most]


def tolls_of(incident: Incident) -> Iterator[Value]:
    """Its figures of people, with the bounds that sources give."""
    for toll in incident.tolls:
        if toll.measure in _TOLLS:
            yield Counted(toll.measure, toll.low, toll.high)


def citation(telling: Telling, document: Document, captures: Iterable[Capture]) -> Citation:
    """A few words of the telling, and where they stand."""
    url = next((capture.url for capture in captures if capture.url), None)
    event = telling.event
    words = quote(event.evidence.of(document.text), event.trigger.of(document.text))
    return Citation(telling.source, telling.published, url, document.id, words)
