"""A release of the record: tables and how they were made, for those whom a profile names.

The same record, profile, version and day give the same bytes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from importlib import resources
from typing import TYPE_CHECKING, Any

from marsad import lexicon
from marsad.errors import QueryError
from marsad.link import incident as retold
from marsad.model import Document, Incident, Reading, Span
from marsad.pipeline import deciding
from marsad.pipeline.exporting import of_incidents, reference
from marsad.pipeline.judging import find
from marsad.publish import tables
from marsad.publish.bundle import Change, Story, bundle, changes
from marsad.publish.profiles import Profile, held_back, masked, released, shown
from marsad.publish.quotes import quote
from marsad.read.layers import annotate
from marsad.read.persons import find_persons

if TYPE_CHECKING:  # loading a database takes longer than what most commands do
    from marsad.record import Record

#: The tables of incidents in a release, by file.
_FORMS: Mapping[str, str] = {
    "incidents.csv": "csv", "incidents.geojson": "geojson", "incidents.jsonld": "jsonld", "acled.csv": "acled",
    "ged.csv": "ged", "hxl.csv": "hxl",
}  # fmt: skip
#: The knowledge that the tables were made with.
_KNOWLEDGE = ("codebook.yaml", "rules.yaml", "crosswalk.yaml", "profiles.yaml")


@dataclass(frozen=True, slots=True)
class Release:
    """Its files by name, and what the profile changed: for a look before it goes out."""

    files: Mapping[str, bytes]
    withheld: Mapping[str, int]
    names: tuple[str, ...]
    moved: int
    changed: Mapping[str, int]
    left_out: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def release(
    record: Record,
    chosen: Profile,
    story: Story,
    *,
    as_of: date | None = None,
    before: str | None = None,
    delay_days: int | None = None,
) -> Release:
    """Makes a release; nothing is written.

    `as_of` is the day it is for, the last day of publication in the record where it is not told;
    `before` the `incidents.csv` of the release before; `delay_days` another delay than the profile's.
    Raises `QueryError` for a record without incidents.
    """
    held = record.incidents()
    if not held:
        raise QueryError("the record has no incidents", hint="marsad run FILE…")
    day = as_of or max((t.published for i in held for t in i.tellings if t.published), default=date.min)
    delay = chosen.delay_days if delay_days is None else delay_days
    last = day - timedelta(days=delay)
    whole = [incident for incident in held if not held_back(incident, day, delay)]
    out = [_as_told_by(incident, last) for incident in whole]
    known = reference(record, out)
    originals = known.documents
    private = private_names(known.documents) if chosen.persons == "mask" else {}
    texts = {id_: masked(text, private.get(id_, ())) for id_, text in known.documents.items()}
    let_out = [released(incident, chosen, known.places, texts) for incident in out]
    known = replace(known, documents=texts)
    files: dict[str, bytes] = {}
    left_out: dict[str, Mapping[str, int]] = {}
    for name, form in _FORMS.items():
        made = of_incidents(let_out, known, form)
        files[name] = shown(b"".join(made.pieces).decode()).encode()
        if made.left_out:
            left_out[name] = dict(made.left_out)
    for name, rows in (
        ("events.csv", _events(record, let_out, texts, chosen)),
        ("claims.csv", _claims(record, texts, chosen, last)),
    ):
        lines = "".join(tables.csv_lines(rows, tables.FIELDS[name.removesuffix(".csv")]))
        files[name] = shown(lines).encode()
    for name in _KNOWLEDGE:
        files[f"method/{name}"] = resources.files("marsad").joinpath(f"data/{name}").read_bytes()
    told = changes(before, files["incidents.csv"].decode(), lambda id_: _gone(record, id_)) if before else []
    withheld = {"delay": len(held) - len(out), "delay, as later words of those": _later(whole, out)}
    files = bundle(
        files, story, chosen, as_of=day, delay_days=delay, withheld=withheld, left_out=left_out, changed=told
    )
    moved = sum(a.location != b.location for a, b in zip(out, let_out, strict=True))
    names = sorted({span.of(originals[id_].text) for id_, spans in private.items() for span in spans})
    return Release(files, withheld, tuple(names), moved, Counter(change.kind for change in told), left_out)


def _as_told_by(incident: Incident, last: date) -> Incident:
    """The incident as those tell it who came out by the day `last`: later words are held back as well."""
    told = [t for t in incident.tellings if t.published is None or t.published <= last]
    if len(told) == len(incident.tellings):
        return incident
    ids = {telling.event_id for telling in told}
    joins = [join for join in incident.joins if {join.event_a, join.event_b} <= ids]
    return retold(told, joins, actors=lexicon.load().actors)


def _later(whole: Sequence[Incident], out: Sequence[Incident]) -> int:
    return sum(len(one.tellings) - len(other.tellings) for one, other in zip(whole, out, strict=True))


def private_names(texts: Mapping[str, Document]) -> dict[str, tuple[Span, ...]]:
    """The spans of the names of private persons, by document."""
    words = lexicon.load()
    out = {}
    for id_, text in texts.items():
        if text.coded:
            continue
        spans = tuple(person.span for person in find_persons(annotate(text, words)) if not person.public)
        if spans:
            out[id_] = spans
    return out


def _events(
    record: Record, incidents: Sequence[Incident], texts: Mapping[str, Document], chosen: Profile
) -> Iterator[dict[str, Any]]:
    """The events of released incidents, their places as released."""
    told = {t.event_id: t.event for incident in incidents for t in incident.tellings}
    for id_ in sorted({t.document_id for incident in incidents for t in incident.tellings}):
        reading = record.reading(id_)
        if reading is None:
            continue
        for row in tables.event_rows(texts[id_], reading):
            event = told.get(row["id"])
            if event is None:
                continue
            let_out = tables.event_rows(texts[id_], Reading(id_, reading.reader, (event,)))
            yield _short({**next(let_out), "id": row["id"], "document": id_}, chosen)


def _claims(
    record: Record, texts: Mapping[str, Document], chosen: Profile, last: date
) -> Iterator[dict[str, Any]]:
    """The claims of the articles that tell released incidents and came out by the day `last`."""
    for id_, text in sorted(texts.items()):
        reading = record.reading(id_)
        if reading is None or (text.published and text.published > last):
            continue
        for row in tables.claim_rows(text, reading):
            yield _short({**row, "document": id_}, chosen)


def _short(row: dict[str, Any], chosen: Profile) -> dict[str, Any]:
    """The row with no quote longer than the profile lets out."""
    at = row.get("trigger") or ""
    return {**row, "evidence": quote(row["evidence"], at, chosen.quote_words)}


def _gone(record: Record, id_: str) -> Change:
    """What became of an incident that the release before had and this one has not."""
    try:
        now = find(record, id_)
    except QueryError:
        why = [
            f"{s.decision.verdict}: {s.decision.reason or 'no reason given'}"
            for s in (deciding.history(record, id_) if record.retired(id_) else ())
            if s.state == "applied"
        ]
        return Change("withdrawn", id_, why="; ".join(why) or "it is not read from the articles any more")
    if now.incident.id == id_:
        return Change("withdrawn", id_, why="held back by the profile or its delay")
    return Change("merged", id_, into=now.incident.id, why="told as one incident now")
