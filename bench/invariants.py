"""What holds of every document and every reading, whatever was put in: the rules of the design as a check.

Used by the fuzzer (`bench.fuzz`) and by the property tests (`tests/test_hostile.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from marsad.ingest import Fault
from marsad.ingest.decode import unsound
from marsad.model import Document, Figure, Period, Reading, Span, claim_ids, event_ids
from marsad.record import codec


def of_item(item: Document | Fault) -> Iterator[str]:
    """What is wrong with something that was taken in, or with what is said of it."""
    if isinstance(item, Fault):
        if not item.where or not item.message:
            yield f"a fault that says not what or where: {item!r}"
        elif not item.kept and not item.hint:
            yield f"a fault without a way out: {item!r}"
        return
    if not item.text.strip():
        yield "a document without a text"
    if reason := unsound(item.text):
        yield f"a document that cannot be kept: {reason}"
    if item.headline and not 0 <= item.headline.start < item.headline.end <= len(item.text):
        yield f"a headline outside of the text: {item.headline}"
    if item.published and not 1900 <= item.published.year <= 9999:
        yield f"a day of publication that is none: {item.published}"
    if (item.published is None) != (item.dated_by is None):
        yield "a day without how it was found, or the other way round"


def of_reading(document: Document, reading: Reading) -> Iterator[str]:
    """What is wrong with the reading of a document."""
    if reading.document_id != document.id:
        yield "the reading is of another document"
    for span in parts(reading, Span):
        if not 0 <= span.start < span.end <= len(document.text):
            yield f"{span} lies outside of the text"
    for period in parts(reading, Period):
        if period.first is None and period.last is None:
            yield "a period without a day"
        elif period.first is not None and period.last is not None and period.first > period.last:
            yield f"a period that ends before it begins: {period}"
    for value in (*parts(reading, Figure), *reading.claims):
        low, high = value.low, value.high
        if low is not None and high is not None and low > high:
            yield f"low {low} is more than high {high}"
        best = getattr(value, "best", None)
        if best is not None and not (low or 0) <= best <= (best if high is None else high):
            yield f"best {best} is not between {low} and {high}"
    for figure in parts(reading, Figure):
        if figure.low is None and figure.high is None and figure.best is None:
            yield "a figure without a number"
    for event in reading.events:
        if not event.evidence.of(document.text).strip() or not event.trigger.of(document.text).strip():
            yield "an event without evidence"
        if event.count is not None and event.count < 1:
            yield f"an event that happened {event.count} times"
        if event.location is not None and event.location.lat is not None:
            lat, lon = event.location.lat, event.location.lon
            if lon is None or not -90 <= lat <= 90 or not -180 <= lon <= 180:
                yield f"a point that is nowhere: {lat}, {lon}"
    for ids in (event_ids(reading), claim_ids(reading)):
        if len(set(ids)) != len(ids):
            yield "two events or claims with one id"
    kept = codec.dumps(reading)
    kept.encode()
    if codec.loads(Reading, kept) != reading:
        yield "the reading is not what comes back from the record"


def parts(value: Any, kind: type) -> Iterator[Any]:
    """Every value of a type that a value holds, however deep."""
    if isinstance(value, kind):
        yield value
    if isinstance(value, tuple):
        for item in value:
            yield from parts(item, kind)
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            yield from parts(getattr(value, name), kind)
