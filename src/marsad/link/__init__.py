"""Puts the tellings of one happening together: copies · block · compare · cluster · incident."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from marsad.link.block import LONGEST, Spot, spots
from marsad.link.bounds import FREE, Bounds
from marsad.link.cluster import THRESHOLD
from marsad.link.compare import UNIT, compare
from marsad.link.copies import Shelf, Sketch, Texts, copies, groups, keys, sketch
from marsad.link.incident import incident
from marsad.link.many import Cluster, Kept, Pairs, keep, make_scorer
from marsad.link.mention import Mention, mention, unpack
from marsad.link.region import Known, Region, relink
from marsad.link.words import content_words
from marsad.model import Actor, Incident, Join, Place, Telling

__all__ = [
    "LONGEST",
    "THRESHOLD",
    "UNIT",
    "VERSION",
    "Bounds",
    "Cluster",
    "Kept",
    "Known",
    "Mention",
    "Pairs",
    "Region",
    "Shelf",
    "Sketch",
    "Spot",
    "Texts",
    "content_words",
    "copies",
    "explain",
    "groups",
    "incident",
    "joins",
    "keep",
    "keys",
    "link",
    "make_scorer",
    "mention",
    "relink",
    "sketch",
    "spots",
    "unpack",
]

#: Raised with every change of what is compared, kept or put together: a record is then linked anew.
VERSION = "5"


def link(
    tellings: Iterable[Telling],
    *,
    places: Mapping[str, Place],
    actors: Mapping[str, Actor],
    weights: Mapping[str, float],
    words: Mapping[str, frozenset[str]] | None = None,
    bounds: Bounds = FREE,
) -> tuple[Incident, ...]:
    """The incidents that the tellings tell, by id; the order of the tellings does not matter.

    `places` and `actors` say what lies within what and who is on whose side; `words` are
    the content words of each event's evidence, by event id; `weights` those of `data/weights/link.yaml`.
    `bounds` are what people decided, whatever the scores.
    """
    said = words or {}
    told = {telling.event_id: telling for telling in tellings}
    kept = {
        id_: keep(mention(telling, places=places, actors=actors, words=said.get(id_, frozenset())))
        for id_, telling in told.items()
    }
    pairs = Pairs()
    for part in map(make_scorer(weights), pairs.slices(sorted(kept.values(), key=lambda k: k.opens))):
        pairs.add(part)
    found = (
        incident(
            (told[id_] for id_ in cluster.events),
            joins(cluster, {id_: kept[id_].body for id_ in cluster.events}, weights),
            actors=actors,
        )
        for cluster in pairs.clusters(bounds)
    )
    return tuple(sorted(found, key=lambda i: i.id))


def joins(cluster: Cluster, bodies: Mapping[str, str], weights: Mapping[str, float]) -> tuple[Join, ...]:
    """Every compared pair of a cluster with every term; `bodies` are the kept mentions of its events."""
    if not cluster.compared:
        return ()
    mentions = {id_: unpack(body) for id_, body in bodies.items()}
    return tuple(compare(mentions[a], mentions[b], weights) for a, b in cluster.compared)


def explain(
    a: Telling,
    b: Telling,
    *,
    places: Mapping[str, Place],
    actors: Mapping[str, Actor],
    weights: Mapping[str, float],
    words: Mapping[str, frozenset[str]] | None = None,
) -> Join:
    """Every term of the comparison of two events, whether or not they were joined."""
    said = words or {}
    first, second = (
        mention(t, places=places, actors=actors, words=said.get(t.event_id, frozenset())) for t in (a, b)
    )
    return compare(first, second, weights)
