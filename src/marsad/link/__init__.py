"""Puts the tellings of one happening together: copies · block · compare · cluster · incident."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from marsad.link import block
from marsad.link.cluster import THRESHOLD, clusters
from marsad.link.compare import compare, score
from marsad.link.copies import copies
from marsad.link.incident import incident
from marsad.link.mention import mention
from marsad.link.words import content_words
from marsad.model import Actor, Incident, Join, Place, Telling

__all__ = ["THRESHOLD", "content_words", "copies", "explain", "link"]


def link(
    tellings: Iterable[Telling],
    *,
    places: Mapping[str, Place],
    actors: Mapping[str, Actor],
    weights: Mapping[str, float],
    words: Mapping[str, frozenset[str]] | None = None,
) -> tuple[Incident, ...]:
    """The incidents that the tellings tell, by id; the order of the tellings does not matter.

    `places` and `actors` say what lies within what and who is on whose side; `words` are
    the content words of each event's evidence, by event id; `weights` those of `data/weights/link.yaml`.
    """
    said = words or {}
    told = {telling.event_id: telling for telling in tellings}
    mentions = [
        mention(told[id_], places=places, actors=actors, words=said.get(id_, frozenset()))
        for id_ in sorted(told)
    ]
    place_of = {mention.id: number for number, mention in enumerate(mentions)}
    scored = [score(mentions[a], mentions[b], weights) for a, b in sorted(block.pairs(mentions))]
    grouped = clusters(
        {id_: telling.document_id for id_, telling in told.items()},
        scored,
        days={m.id: m.told_days for m in mentions if m.told_days},
    )
    home = {id_: number for number, cluster in enumerate(grouped) for id_ in cluster}
    inside: dict[int, list[Join]] = {}
    for join in scored:
        if home[join.event_a] == home[join.event_b]:
            a, b = mentions[place_of[join.event_a]], mentions[place_of[join.event_b]]
            inside.setdefault(home[join.event_a], []).append(compare(a, b, weights))
    found = (
        incident((told[id_] for id_ in cluster), inside.get(number, ()), actors=actors)
        for number, cluster in enumerate(grouped)
    )
    return tuple(sorted(found, key=lambda i: i.id))


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
