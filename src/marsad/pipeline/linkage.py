"""The record linked: everything, or only what is new; both give the same record.

What has changed since the last linking is known by document. A few are linked into what is there;
where there are many, or the linker or its data are of another version, all are linked anew.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from marsad import lexicon
from marsad.decide import bonds, doubt, rules
from marsad.decision import Judged
from marsad.engine import default_workers, map_pure
from marsad.lexicon import Lexicon
from marsad.link import (
    LONGEST,
    VERSION,
    Bounds,
    Cluster,
    Kept,
    Mention,
    Pairs,
    Region,
    Sketch,
    Spot,
    Texts,
    groups,
    incident,
    joins,
    keep,
    keys,
    make_scorer,
    mention,
    relink,
    sketch,
    spots,
    unpack,
)
from marsad.model import Document, Event, Incident, Telling
from marsad.pipeline.judging import rejudged
from marsad.pipeline.linking import First, judged_tellings, original, tellings, told_words
from marsad.pipeline.progress import Progress

if TYPE_CHECKING:  # reading alone needs no database, and loading one takes longer than an article
    from marsad.record import Linkage, Record

#: From this many changed documents on, linking all anew is not slower.
_MANY = 500
#: From this many documents on, a pool of processes scores faster than one.
_POOLED = 8_000
#: Documents, or clusters, that are held at a time.
_BATCH = 200
#: Up to this many documents all sketches are held, 3 KB each; of more the record is asked.
_HELD = 50_000
#: Sketches that are remembered of those that the record was asked for.
_REMEMBERED = 10_000


def link_record(
    record: Record,
    progress: Progress,
    *,
    workers: int | None = None,
    anew: bool = False,
    if_waiting: bool = False,
) -> int:
    """Links what the record's readings tell and is not linked yet, and gives the number of incidents.

    With `anew` all is linked from nothing. With `if_waiting` nothing is looked at where others who
    decided at the same time have linked all that there is.
    """
    count = _link(record, progress, workers=workers, anew=anew, if_waiting=if_waiting)
    if record.waiting():  # on a server people decide while incidents are derived, and wait only so long
        count = _link(record, progress, workers=workers, if_waiting=True)
    return count


def _link(
    record: Record, progress: Progress, *, workers: int | None, anew: bool = False, if_waiting: bool = False
) -> int:
    table = lexicon.load()
    version = f"{VERSION} {table.version} {rules().version}"
    with record.linkage() as linkage:  # nobody else links, nor stores a reading, until it is done
        if if_waiting and linkage.is_done(version):
            return linkage.incidents()
        if not if_waiting:
            linkage.people.check()
        anew = anew or linkage.version() != version
        reread = linkage.unlinked()
        otherwise = linkage.documents_of(_judge(linkage, reread, anew=anew))
        changed = {*reread, *otherwise.values()}
        progress("link", 0, len(changed))
        if anew or len(changed) > _MANY:
            _Whole(linkage, table).link(workers)
        elif changed:
            _Few(linkage, table, reread, otherwise).link()
        linkage.finish(version)
        count = linkage.incidents()
    progress("link", len(changed), len(changed))
    return count


def _judge(linkage: Linkage, reread: Collection[str], *, anew: bool) -> set[str]:
    """Judges what is to be judged, and gives the events that are to be linked otherwise for it."""
    people = linkage.people
    part = rejudged(people, reread, anew=anew)
    if anew:
        people.forget()
    was, now = people.judged(sorted(part.alone)), part.now.judged
    people.put(part.now.standings, now.values(), of=part.alone)
    linkage.note_judged(part.upto)
    return part.rebound | {id_ for id_ in part.alone if _told(was.get(id_)) != _told(now.get(id_))}


def _told(one: Judged | None) -> Event | Literal["rejected"] | None:
    """What people tell of an event instead of what is read."""
    if one is None or not (one.rejected or one.corrections):
        return None
    return "rejected" if one.rejected else one.event


class _Stood(NamedTuple):
    """A document that is read, with its tellings as if it were no copy, and its place among copies."""

    document: Document
    tellings: tuple[Telling, ...]
    first: First


class _Linking:
    """What both ways have in common: the tellings of documents, and incidents made of clusters."""

    def __init__(self, linkage: Linkage, table: Lexicon) -> None:
        self.linkage = linkage
        self.table = table
        self.weights = table.weights["link"]

    def told(self, ids: Sequence[str]) -> Iterator[_Stood]:
        """Those of the documents that are read."""
        documents, readings = self.linkage.documents(ids), self.linkage.readings(ids)
        captures = self.linkage.captures(ids)
        read = {id_: tellings(documents[id_], readings[id_], captures[id_]) for id_ in ids if id_ in readings}
        judged = self.linkage.people.judged([t.event_id for own in read.values() for t in own])
        for id_, own in read.items():
            told = tuple(judged_tellings(own, judged))
            yield _Stood(documents[id_], told, First.at(documents[id_], captures[id_]))

    def mentions(self, stood: _Stood) -> Iterator[Mention]:
        """What is compared of the tellings of a document."""
        words = told_words(stood.document, stood.tellings)
        for telling in stood.tellings:
            yield mention(
                telling,
                places=self.table.places,
                actors=self.table.actors,
                words=words.get(telling.event_id, frozenset()),
            )

    def originals(self, group: Sequence[str]) -> dict[str, tuple[str, str | None]]:
        """Whose word each of a group of copies counts as, and of which it is a copy."""
        told = self.linkage.told(group)
        documents, captures = self.linkage.documents(group), self.linkage.captures(group)
        own = {id_: First.at(documents[id_], captures[id_]) for id_ in group}
        alone: dict[str, tuple[str, str | None]] = {id_: (own[id_].source, None) for id_ in group}
        return alone | original(group, {id_: own[id_] for id_ in group if id_ in told})

    def store(self, clusters: Iterable[Cluster]) -> None:
        """Makes incidents of clusters and stores them."""
        iterator = iter(clusters)
        while batch := list(islice(iterator, _BATCH)):
            bodies = self.linkage.mentions(id_ for cluster in batch for id_ in cluster.events)
            ids = sorted({unpack(body).document_id for body in bodies.values()})
            told: dict[str, Telling] = {}
            text: dict[str, str] = {}
            origins = self.linkage.origins(ids)
            for document, own, _ in self.told(ids):
                source, copied = origins[document.id]
                text[document.id] = document.text
                told |= {t.event_id: replace(t, source=source, copy_of=copied) for t in own}
            found = [self._incident(cluster, told, bodies) for cluster in batch]
            self.linkage.put_incidents(
                found, places=self.table.places, text=text, actors=self.table.actors,
                doubts={t.event_id: doubt(one, t) for one in found for t in one.tellings},
            )  # fmt: skip

    def _incident(self, cluster: Cluster, told: Mapping[str, Telling], bodies: Mapping[str, str]) -> Incident:
        compared = joins(cluster, {id_: bodies[id_] for id_ in cluster.events}, self.weights)
        return incident((told[id_] for id_ in cluster.events), compared, actors=self.table.actors)


class _Whole(_Linking):
    """Links everything that is read anew."""

    def link(self, workers: int | None) -> None:
        self.linkage.clear()
        ids = self.linkage.read_ids()
        held: dict[str, Sketch] | None = {} if len(ids) <= _HELD else None
        for start in range(0, len(ids), _BATCH):
            kept = self._kept(ids[start : start + _BATCH])
            if held is not None:
                held |= kept
        shelf = _Shelf(self.linkage) if held is None else Texts(held)
        for group in groups(self.linkage.sharing(), shelf):
            if len(group) > 1:
                for id_, (source, copied) in self.originals(group).items():
                    if copied is not None:
                        self.linkage.set_origin(id_, source, copied)
        # fewer documents are one slice or two
        workers = (workers or default_workers(len(ids))) if len(ids) >= _POOLED else 1
        pairs = Pairs()
        slices = pairs.slices(Kept(*row) for row in self.linkage.all_mentions())
        scorer = partial(make_scorer, dict(self.weights))
        for part in map_pure(scorer, slices, workers=workers, chunk=1):
            pairs.add(part)
        self.store(pairs.clusters(Bounds(*bonds(self.linkage.people.bonds()))))

    def _kept(self, ids: Sequence[str]) -> dict[str, Sketch]:
        """Stores what is kept of documents, and gives their sketches."""
        stood = list(self.told(ids))
        found = [one for of in stood for one in self.mentions(of)]
        sketches = [_sketch(of.document) for of in stood]
        self.linkage.put_mentions(map(_mention_row, found), _spot_rows(found))
        self.linkage.put_origins(*_origin_rows(stood, sketches))
        return {of.document.id: array("I", found) for of, found in zip(stood, sketches, strict=True)}


class _Few(_Linking):
    """Links what changed into what is there: all events of documents, and single ones of others."""

    def __init__(
        self, linkage: Linkage, table: Lexicon, reread: Collection[str], otherwise: Mapping[str, str]
    ) -> None:
        """`reread` are documents, `otherwise` events that people judge otherwise, each with its document."""
        super().__init__(linkage, table)
        self._reread = set(reread)
        self._otherwise = otherwise
        self._was = linkage.mentions_of(reread) | linkage.mentions(otherwise)
        #: The incident that each of these events was in.
        self.was_in = linkage.incidents_of(self._was)

    def link(self) -> None:
        documents = sorted(self._reread.union(self._otherwise.values()))
        before = {id_: unpack(body) for id_, body in self._was.items()}
        told = self.linkage.told(documents)
        stood = [self._changed(of) for of in self.told(documents)]
        found = [one for of in stood for one in self.mentions(of)]
        after = {one.id: one for one in found}
        self.linkage.drop_mentions(
            sorted(before), [(s.cell, s.first, s.event) for m in before.values() for s in spots(m)]
        )
        self.linkage.put_mentions(
            [_mention_row(one, self.was_in.get(one.id, "")) for one in found], _spot_rows(found)
        )
        # of copies the original is one that tells something
        counting = self._reread | (told ^ self.linkage.told(documents))
        others = self.linkage.mentions_of(
            self._origins([of for of in stood if of.document.id in counting], counting)
        )
        untouched = {id_: unpack(body) for id_, body in others.items() if id_ not in after}
        region = relink(
            _State(self.linkage, self.was_in),
            before=before | untouched,
            after=after | untouched,
            weights=self.weights,
        )
        self._replace(region, {home for id_, home in self.was_in.items() if id_ not in after})

    def _changed(self, of: _Stood) -> _Stood:
        """Of a document that was not read anew, only what is told otherwise."""
        if of.document.id in self._reread:
            return of
        return of._replace(tellings=tuple(t for t in of.tellings if t.event_id in self._otherwise))

    def _replace(self, region: Region, left: set[str]) -> None:
        """Puts the clusters of the region in the place of what their events were in, where they differ.

        `left` are the incidents that an event has left that is no more.
        """
        was_in = self.linkage.incidents_of({id_ for c in region.clusters for id_ in c.events}) | self.was_in
        members = self.linkage.members(was_in.values())
        same = {events for id_, events in members.items() if id_ not in left}
        new = [
            cluster
            for cluster in region.clusters
            if cluster.events not in same or not region.touched.isdisjoint(cluster.events)
        ]
        kept = {c.events for c in region.clusters} - {c.events for c in new}
        gone = {id_ for id_ in was_in.values() if id_ in left or members.get(id_) not in kept}
        self.linkage.drop_incidents(sorted(gone))
        self.store(new)

    # ── copies ────────────────────────────────────────────────────────────────────────────

    def _origins(self, stood: Sequence[_Stood], changed: Collection[str]) -> set[str]:
        """Brings up to date whose word the changed documents and their copies count as.

        Gives the documents that count as another's than before.
        """
        if not changed:
            return set()
        was = self.linkage.sketches(changed)
        known = self.linkage.origins(changed)
        near = {copied or id_ for id_, (_, copied) in known.items()}
        around = {*changed} | near | set(self.linkage.copies_of(near))
        before = self.linkage.origins(around)
        self.linkage.drop_origins(sorted(changed))
        rows, key_rows = _origin_rows(stood, [_sketch(of.document) for of in stood])
        self.linkage.put_origins(rows, key_rows)
        is_ = {row["document_id"]: row["sketch"] for row in rows}
        around |= self._rekeyed(was, is_)
        shelf = _Shelf(self.linkage)
        start = sorted(self.linkage.origins(around))
        found: set[str] = set()
        for group in groups(start, shelf):
            before |= self.linkage.origins(set(group) - before.keys())
            for id_, (source, copied) in self.originals(group).items():
                self.linkage.set_origin(id_, source, copied)
                if before.get(id_) != (source, copied):
                    found.add(id_)
        return found

    def _rekeyed(self, was: Mapping[str, str], is_: Mapping[str, str]) -> set[str]:
        """The documents that are compared with another one, because a key's first holder is another."""
        gone, come = _holders(was), _holders(is_)
        found: set[str] = set()
        for key in gone.keys() | come.keys():
            # page furniture is in thousands of texts: all holders are asked for only where they matter
            first = next(iter(self.linkage.holders(key, first=True)), "")
            left, new = gone.get(key, set()), come.get(key, set())
            if first in new - left or min(left, default=first) < first:
                found.update(self.linkage.holders(key))
        return found


class _State:
    """The record as `relink` asks of it."""

    def __init__(self, linkage: Linkage, gone: Mapping[str, str]) -> None:
        self._linkage = linkage
        self._gone = gone

    def standing(self, cell: str, since: int, until: int) -> list[Spot]:
        return [Spot(*row) for row in self._linkage.standing(cell, since, until, longest=LONGEST)]

    def mentions(self, ids: Iterable[str]) -> dict[str, Mention]:
        return {id_: unpack(body) for id_, body in self._linkage.mentions(ids).items()}

    def clusters(self, ids: Iterable[str]) -> list[tuple[str, ...]]:
        wanted = set(ids)
        homes = self._linkage.incidents_of(wanted)
        homes |= {id_: home for id_, home in self._gone.items() if id_ in wanted}
        return list(self._linkage.members(set(homes.values())).values())

    def bounds(self, ids: Iterable[str]) -> Bounds:
        """What binds these events, and all that is put together with them."""
        found: set[tuple[str, str, str]] = set()
        known: set[str] = set()
        todo = set(ids)
        while todo:
            known |= todo
            new = set(self._linkage.people.bonds(todo)) - found
            found |= new
            todo = {id_ for verdict, *pair in new if verdict == "same" for id_ in pair} - known
        return Bounds(*bonds(found))


class _Shelf:
    """The record's sketches, as copies are looked for."""

    def __init__(self, linkage: Linkage) -> None:
        self._linkage = linkage
        self._sketches: dict[str, Sketch] = {}

    def sketch(self, id_: str) -> Sketch:
        if id_ not in self._sketches:
            if len(self._sketches) >= _REMEMBERED:
                self._sketches.clear()
            self._sketches[id_] = _numbers(self._linkage.sketches([id_])[id_])
        return self._sketches[id_]

    def first(self, key: int) -> str:
        return self._linkage.holders(key, first=True)[0]

    def holders(self, key: int) -> list[str]:
        return self._linkage.holders(key)


# ── rows ──────────────────────────────────────────────────────────────────────────────────


def _mention_row(one: Mention, incident_id: str = "") -> dict[str, Any]:
    kept = keep(one)
    return {
        "event_id": kept.id,
        "document_id": one.document_id,
        "teller": kept.teller,
        "first": kept.first,
        "last": kept.last,
        "opens": kept.opens,
        "closes": kept.closes,
        "body": kept.body,
        "incident_id": incident_id,
    }


def _spot_rows(mentions: Iterable[Mention]) -> Iterator[dict[str, Any]]:
    for one in mentions:
        for spot in spots(one):
            yield {
                "cell": spot.cell,
                "first": spot.first,
                "event_id": spot.event,
                "last": spot.last,
                "kind": spot.kind,
                "place": spot.place,
            }


def _origin_rows(
    stood: Sequence[_Stood], sketches: Sequence[Sketch]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    origins, key_rows = [], []
    for of, found in zip(stood, sketches, strict=True):
        id_ = of.document.id
        text = " ".join(map(str, found))
        origins.append({"document_id": id_, "sketch": text, "source": of.first.source, "copy_of": None})
        key_rows += [{"key": key, "document_id": id_} for key in keys(found)]
    return origins, key_rows


def _sketch(document: Document) -> Sketch:
    """That of its text; rows of data sets are all spelt alike and copy nothing."""
    return () if document.coded else sketch(document.text)


def _numbers(sketch: str) -> Sketch:
    return array("I", map(int, sketch.split()))


def _holders(sketches: Mapping[str, str]) -> dict[int, set[str]]:
    out: dict[int, set[str]] = {}
    for id_, text in sketches.items():
        for key in keys(_numbers(text)):
            out.setdefault(key, set()).add(id_)
    return out
