"""A large record for the web benchmark: the bundled sample's incidents, told again of other days and places.

Every incident has its documents, readings and terms, so that all pages work on it.

    python -m bench.web_record build/web-bench.db --incidents 100000
"""

from __future__ import annotations

import argparse
import random
import tempfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from marsad import lexicon, pipeline
from marsad.decide import doubt
from marsad.model import (
    Document,
    Incident,
    Location,
    Period,
    Place,
    Reading,
    Toll,
    event_ids,
    incident_id,
)  # fmt: skip
from marsad.record import Record

SAMPLE = Path(__file__).parents[1] / "src/marsad/data/sample/articles.jsonl"
FIRST, DAYS = date(2010, 1, 1), 6000
_PRECISIONS = {"governorate": 4, "district": 3, "country": 6, "region": 6}


def templates() -> tuple[list[Incident], dict[str, Document]]:
    """The sample's incidents and documents."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Record.open(Path(folder) / "sample.db", create=True) as record,
    ):
        pipeline.run(record, [str(SAMPLE)])
        return record.incidents(), {document.id: document for document in record.documents()}


def _location(told: Location | None, place: Place) -> Location | None:
    if told is None:
        return None
    return replace(
        told, name=place.name_ar, place_id=place.id, admin1=place.admin1, country=place.country, lat=place.lat,
        lon=place.lon, radius_km=place.radius_km, precision=_PRECISIONS.get(place.type, 1), anchors=(),
    )  # fmt: skip


def _toll(toll: Toll, ids: dict[str, str]) -> Toll:
    def mapped(accounts: tuple) -> tuple:
        return tuple(replace(account, event_id=ids[account.event_id]) for account in accounts)

    return replace(toll, accounts=mapped(toll.accounts), earlier=mapped(toll.earlier))


def retold(
    template: Incident, documents: dict[str, Document], number: int, day: date, place: Place
) -> tuple[Incident, list[tuple[Document, Reading]]]:
    """The incident as of another day and place, with documents and readings of its own."""
    period = Period(day, day) if template.period else None
    told, tellings, ids = [], [], {}
    for index, telling in enumerate(template.tellings):
        base = documents[telling.document_id]
        event = replace(telling.event, period=period, location=_location(telling.event.location, place))
        document = replace(base, text=f"{base.text}\n\n({number}.{index})", published=day + timedelta(1))
        reading = Reading(document.id, "bench", (event,))
        ids[telling.event_id] = event_ids(reading)[0]
        told.append((document, reading))
        tellings.append(
            replace(
                telling, event_id=ids[telling.event_id], document_id=document.id, event=event,
                published=document.published, copy_of=None,
            )
        )  # fmt: skip
    incident = replace(
        template, id=incident_id(tellings[0].event_id), tellings=tuple(tellings), period=period,
        location=_location(template.location, place), tolls=tuple(_toll(toll, ids) for toll in template.tolls),
        joins=tuple(replace(j, event_a=ids[j.event_a], event_b=ids[j.event_b]) for j in template.joins),
    )  # fmt: skip
    return incident, told


def make(path: Path, incidents: int, *, seed: int = 7) -> None:
    """Writes a record of so many incidents."""
    chance = random.Random(seed)
    table = lexicon.load()
    places = sorted((p for p in table.places.values() if p.country in ("IRQ", "SYR")), key=lambda p: p.id)
    weights = [1 + place.weight for place in places]
    kinds, documents = templates()
    made: list[Incident] = []
    told: list[tuple[Document, Reading]] = []
    texts: dict[str, str] = {}
    with Record.open(path, create=True) as record:

        def store() -> None:
            record.add(document for document, _ in told)
            record.save_readings((reading for _, reading in told), lexicon=table.version)
            told.clear()

        for number in range(incidents):
            day = FIRST + timedelta(int(DAYS * chance.random() ** 0.7))
            place = chance.choices(places, weights)[0]
            kind = chance.choice(kinds)
            incident, new = retold(kind, documents, number, day, place)
            made.append(incident)
            told += new
            # the evidence stands where it stood, so the template's text serves, and is held once
            texts.update(
                (n.document_id, documents[t.document_id].text)
                for n, t in zip(incident.tellings, kind.tellings, strict=True)
            )
            if len(told) >= 2000:
                store()
        store()
        doubts = {t.event_id: doubt(one, t) for one in made for t in one.tellings}
        record.replace_incidents(made, places=table.places, text=texts, actors=table.actors, doubts=doubts)


def main() -> None:
    """Writes the record that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("--incidents", type=int, default=100_000)
    asked = parser.parse_args()
    asked.path.parent.mkdir(parents=True, exist_ok=True)
    make(asked.path, asked.incidents)


if __name__ == "__main__":
    main()
