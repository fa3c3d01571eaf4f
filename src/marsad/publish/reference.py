"""What incidents are written out with: the tables that name their parties and places, and their texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from marsad.codebook import Codebook
from marsad.model import Actor, Capture, Document, Incident, Location, Place, Toll
from marsad.publish.titles import Names


@dataclass(frozen=True, slots=True)
class Reference:
    """The codebook, the tables of actors and places, and captures and documents by document id."""

    codebook: Codebook
    actors: Mapping[str, Actor]
    places: Mapping[str, Place]
    captures: Mapping[str, Sequence[Capture]]
    documents: Mapping[str, Document]

    @property
    def names(self) -> Names:
        """What parties are called."""
        return Names(self.codebook, self.actors)

    def place_name(self, location: Location) -> str:
        """The place in English where the table knows it, else as the text writes it."""
        entry = self.places.get(location.place_id or "")
        return entry.name_en if entry else location.name

    def unit(self, location: Location, kind: str) -> str | None:
        """The English name of the unit of that type (district, subdistrict) that holds the place."""
        place = self.places.get(location.place_id or "")
        while place is not None and place.type != kind:
            place = self.places.get(place.parent or "")
        return place.name_en if place else None

    def links(self, incident: Incident) -> tuple[str, ...]:
        """The addresses of the articles that tell it."""
        ids = {telling.document_id for telling in incident.tellings}
        return tuple(sorted({c.url for id_ in ids for c in self.captures.get(id_, ()) if c.url}))


def toll(incident: Incident, measure: str) -> Toll | None:
    """The incident's count of one measure."""
    return next((toll for toll in incident.tolls if toll.measure == measure), None)
