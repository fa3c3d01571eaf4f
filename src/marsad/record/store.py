"""`Record`: the file that holds the documents and what was derived from them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import Connection, select

from marsad.alerts import Waiting
from marsad.database import is_address
from marsad.decision import Decision, Judged
from marsad.errors import RecordError
from marsad.model import Actor, Capture, Document, Event, Incident, Join, Kept, Place, Reading
from marsad.record import (
    alerting,
    captures,
    copying,
    coverage,
    decisions,
    derived,
    documents,
    ids,
    loose,
    query,
    readings,
    search,
    watching,
)
from marsad.record.alerting import Alerting
from marsad.record.base import Base
from marsad.record.documents import Added, Version
from marsad.record.file import give_all, open_file
from marsad.record.ids import Act
from marsad.record.judgements import Judgements
from marsad.record.linkage import Linkage
from marsad.record.loose import Loose
from marsad.record.query import Filters, Order, Spot, Summary, Totals
from marsad.record.schema import META
from marsad.record.watching import Watching
from marsad.watched import FeedState

if TYPE_CHECKING:  # only who verifies needs it
    from marsad.record.custody import Holding, Wrong

_BATCH = 100


class Record:
    """An open record. Use it as a context manager, or `close()` it.

    Documents and decisions are appended; readings and incidents are replaced. Every method
    that writes is one transaction (`add` one a batch): after a crash each is there whole or
    not at all. What the database refuses is a `RecordError`.
    """

    def __init__(self, base: Base, *, readonly: bool) -> None:
        """Use `Record.open`."""
        self.readonly = readonly
        self._base = base
        self._reads = base.reads

    @classmethod
    def open(
        cls, address: str | Path, *, create: bool = False, readonly: bool = False, patience: float = 10.0
    ) -> Record:
        """Opens the record in that file or at that address (`postgresql://…`), making it first with `create`.

        `patience` is how many seconds to wait for another process that writes.
        """
        if is_address(address):
            from marsad.record.server import open_server  # only who has such a record needs its driver

            server = open_server(str(address), create=create, readonly=readonly, patience=patience)
            return cls(server, readonly=readonly)
        file = open_file(Path(address), create=create, readonly=readonly, patience=patience)
        return cls(file, readonly=readonly)

    @property
    def address(self) -> str:
        """What opens it again. It may hold a password: `where` is what can be shown."""
        return self._base.address

    @property
    def where(self) -> str:
        """What messages call it: the path, or the address without its password."""
        return self._base.where

    def close(self) -> None:
        """Lets it go."""
        self._base.close()

    def __enter__(self) -> Record:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def _writes(self, *, deciding: bool = False) -> Iterator[Connection]:
        if self.readonly:
            raise RecordError("was opened to be read only", where=self.where)
        with self._base.writes(deciding=deciding) as connection:
            yield connection

    # ── documents ─────────────────────────────────────────────────────────────────────────

    def add(self, items: Iterable[Document]) -> Added:
        """Appends documents, a batch a transaction, and says what was new."""
        total, iterator = Added(), iter(items)
        while batch := list(islice(iterator, _BATCH)):
            with self._writes() as connection:
                total += documents.add(connection, batch)
        return total

    def document_ids(self) -> list[str]:
        """Every document's id, in order of arrival."""
        with self._reads() as connection:
            return documents.ids(connection)

    def document_page(self, *, after: int = 0, limit: int = 100) -> list[tuple[int, str]]:
        """Numbers and ids of the documents that arrived after the one of that number."""
        with self._reads() as connection:
            return documents.page(connection, after=after, limit=limit)

    def documents(self, ids: Sequence[str] | None = None) -> Iterator[Document]:
        """Documents with their first capture: those of `ids` in that order, or all.

        Without `ids` each batch is its own short view, so a writer is never kept waiting.
        """
        wanted = self.document_ids() if ids is None else list(ids)
        for start in range(0, len(wanted), _BATCH):
            part = wanted[start : start + _BATCH]
            with self._reads() as connection:
                found = documents.by_ids(connection, part)
            yield from (found[id_] for id_ in part if id_ in found)

    def document(self, id_: str) -> Document | None:
        """The document of that id."""
        return next(self.documents([id_]), None)

    def captures(self, ids: Sequence[str]) -> dict[str, tuple[Capture, ...]]:
        """Every capture of each of the documents."""
        with self._reads() as connection:
            return documents.taken(connection, ids)

    def kept(self, *, after: int = 0, limit: int = 100, without: Collection[int] = ()) -> list[Kept]:
        """The captures after the one of that number, in the order of the log, with their bytes.

        Those of the numbers in `without` come without. Raises `RecordError` where bytes are not
        those that were kept.
        """
        with self._reads() as connection:
            return list(captures.kept(connection, after=after, limit=limit, without=without))

    def kept_of(self, document_id: str) -> list[Kept]:
        """Every capture of a document with its bytes, the first taken in first."""
        with self._reads() as connection:
            return list(captures.kept(connection, document_id=document_id))

    def wrongs(self) -> Iterator[Wrong]:
        """What is not as it was appended: bytes, captures, documents, decisions; nothing when all is."""
        from marsad.record import custody

        with self._reads() as connection:
            give_all(connection)
            yield from custody.wrongs(connection)

    def holding(self) -> Holding:
        """What is held of what was appended, and the hashes that seal it."""
        from marsad.record import custody

        with self._reads() as connection:
            return custody.holding(connection)

    def noted(self, hash_: str) -> str | None:
        """The capture or decision that has this hash, or this beginning of one, in words."""
        from marsad.record import custody

        with self._reads() as connection:
            return custody.noted(connection, hash_)

    def versions(self, document_id: str) -> tuple[Version, ...]:
        """Every text that was found at the addresses of a document, in the order of their capture."""
        with self._reads() as connection:
            return documents.versions(connection, document_id)

    def decide(self, *made: Decision) -> list[int]:
        """Appends people's decisions in one transaction, and gives their numbers.

        One that is there already (in every value, the moment too) keeps its number.
        """
        with self._writes(deciding=True) as connection:
            return decisions.append(connection, made)

    def decided_last(self, author: str) -> datetime | None:
        """The latest moment at which a person decided anything here; `None` where they never did."""
        with self._reads() as connection:
            return decisions.last_made(connection, author)

    def decisions(self) -> tuple[Decision, ...]:
        """Every decision, in the order they were made.

        Raises `RecordError` where one was changed since.
        """
        with self._reads() as connection:
            return decisions.every(connection)

    def decision_faults(self) -> tuple[str, ...]:
        """What was changed, taken out or put in since it was decided; empty when all is as it was."""
        with self._reads() as connection:
            return tuple(decisions.faults(connection))

    def decision_head(self) -> tuple[int, str]:
        """The number and the hash of the last decision: noted elsewhere, they prove all before."""
        with self._reads() as connection:
            return decisions.head(connection)

    @contextmanager
    def judgements(self) -> Iterator[Judgements]:
        """What became of each decision, in one unchanging view."""
        with self._reads() as connection:
            yield Judgements(connection)

    def decision(self, name: str) -> Decision | None:
        """The one decision of that id, that beginning of an id, or that number.

        Raises `RecordError` where it was changed since.
        """
        with self._reads() as connection:
            return decisions.named(connection, name)

    def judged(self, event_ids: Sequence[str] | None = None) -> dict[str, Judged]:
        """What people decided of those events, or of all, by event id, where they decided anything."""
        with self._reads() as connection:
            return derived.judged(connection, event_ids)

    # ── readings ──────────────────────────────────────────────────────────────────────────

    def unread(
        self, *, readers: Sequence[str], lexicon: str, among: Sequence[str] | None = None
    ) -> list[str]:
        """Ids of the documents, or of those among some, that none of these readers with this lexicon has read."""
        with self._reads() as connection:
            return readings.unread(connection, readers=readers, lexicon=lexicon, among=among)

    def save_readings(self, made: Iterable[Reading], *, lexicon: str) -> None:
        """Stores readings, each in the place of its document's earlier one."""
        with self._writes() as connection:
            readings.save_readings(connection, made, lexicon=lexicon)

    def forget_readings(self, document_ids: Sequence[str]) -> None:
        """Drops the readings of documents that could not be read again."""
        with self._writes() as connection:
            readings.forget_readings(connection, document_ids)

    def readings(self) -> tuple[Reading, ...]:
        """Every stored reading, by document id."""
        with self._reads() as connection:
            return tuple(readings.readings(connection))

    def reading(self, document_id: str) -> Reading | None:
        """The stored reading of a document."""
        return self.readings_of([document_id]).get(document_id)

    def readings_of(self, document_ids: Sequence[str]) -> dict[str, Reading]:
        """The stored readings of those documents, by document id."""
        with self._reads() as connection:
            return readings.readings_of(connection, document_ids)

    def event(self, event_id: str) -> tuple[str, Event]:
        """The document id and the event of an event id; `QueryError` when there is none."""
        with self._reads() as connection:
            return readings.event(connection, event_id)

    # ── incidents ─────────────────────────────────────────────────────────────────────────

    def replace_incidents(
        self,
        incidents: Iterable[Incident],
        *,
        places: Mapping[str, Place],
        text: Mapping[str, str],
        actors: Mapping[str, Actor] | None = None,
        doubts: Mapping[str, float] | None = None,
    ) -> None:
        """Puts these incidents in the place of all earlier ones, in one transaction."""
        with self._writes() as connection:
            derived.replace_incidents(
                connection, incidents, places=places, text=text, actors=actors, doubts=doubts
            )

    @contextmanager
    def linkage(self) -> Iterator[Linkage]:
        """The linked state, to be brought up to date in one transaction."""
        with self._writes() as connection:
            yield Linkage(connection)

    def summaries(
        self,
        filters: Filters | None = None,
        *,
        order: Order = "earliest",
        skip: int = 0,
        after: tuple[Any, str] | None = None,
    ) -> list[Summary]:
        """One line for each incident that satisfies the filters; see `query.summaries`."""
        with self._reads() as connection:
            return query.summaries(connection, filters or Filters(), order=order, skip=skip, after=after)

    def totals(self, filters: Filters | None = None) -> Totals:
        """How many incidents satisfy the filters, and what their counts come to."""
        with self._reads() as connection:
            return query.totals(connection, filters or Filters())

    def days(self, filters: Filters | None = None) -> list[tuple[date, str, int]]:
        """How many incidents of each type have each day as their first possible one."""
        with self._reads() as connection:
            return query.days(connection, filters or Filters())

    def spots(self, filters: Filters | None = None) -> list[Spot]:
        """The incidents that satisfy the filters by the point they have."""
        with self._reads() as connection:
            return query.spots(connection, filters or Filters())

    def doubtful(self) -> list[tuple[str, float]]:
        """Every event that is in an incident with how doubtful it is, incident by incident, the earliest first."""
        with self._reads() as connection:
            return query.doubtful(connection)

    def place_counts(self) -> list[tuple[str, int]]:
        """Every place of the table at which an incident is, with the number of incidents, the most first."""
        with self._reads() as connection:
            return query.place_counts(connection)

    def told_ids(
        self, kind: Literal["events", "claims"], *, after: str = "", limit: int = 100
    ) -> list[tuple[str, str]]:
        """Ids of events or claims beyond `after`, in order, each with that of its document."""
        with self._reads() as connection:
            return query.told(connection, kind, after=after, limit=limit)

    def sources(self) -> list[tuple[str, int]]:
        """Every source that tells an incident, with the number of incidents, the most first."""
        with self._reads() as connection:
            return query.terms(connection, "source")

    def published(self) -> list[tuple[str, date | None, int]]:
        """Outlets with each day on which documents of theirs were published, and how many; '' names none."""
        with self._reads() as connection:
            return coverage.published(connection)

    def reprints(self) -> list[tuple[str, int]]:
        """Outlets with how many of their documents copy another text, of those that tell an incident."""
        with self._reads() as connection:
            return coverage.reprints(connection)

    def incidents(self, filters: Filters | None = None) -> list[Incident]:
        """The incidents that satisfy the filters, whole, the earliest first."""
        with self._reads() as connection:
            return derived.incidents(connection, query.incident_ids(connection, filters or Filters()))

    def incident_ids(self, filters: Filters | None = None) -> list[str]:
        """Ids of the incidents that satisfy the filters, the earliest first."""
        with self._reads() as connection:
            return query.incident_ids(connection, filters or Filters())

    def incidents_of(self, ids: Sequence[str]) -> list[Incident]:
        """The incidents of those ids that the record holds, whole, in that order."""
        with self._reads() as connection:
            return derived.incidents(connection, ids)

    def incident(self, id_: str) -> Incident:
        """The incident of that id, or of that unique beginning of an id."""
        with self._reads() as connection:
            return derived.incident(connection, id_)

    def incident_of(self, event_id: str) -> str | None:
        """The id of the incident that an event tells."""
        with self._reads() as connection:
            return derived.incident_of(connection, event_id)

    def retired(self, id_: str) -> tuple[str, tuple[Act, ...]] | None:
        """The incident of that id, or beginning of an id, that is no more, and the acts it stood on."""
        with self._reads() as connection:
            return ids.retired(connection, id_)

    def retired_in(self, document_ids: Sequence[str]) -> set[str]:
        """The ids that are no more of incidents which these documents told."""
        with self._reads() as connection:
            return ids.retired_in(connection, document_ids)

    def joins(self, event_id: str) -> tuple[Join, ...]:
        """Every stored join of the event."""
        with self._reads() as connection:
            return tuple(derived.joins(connection, event_id))

    def actors(self) -> list[tuple[str, int]]:
        """Every actor code that an incident names, with the number of incidents, the most first."""
        with self._reads() as connection:
            return query.terms(connection, "actor")

    # ── feeds ─────────────────────────────────────────────────────────────────────────────

    @contextmanager
    def watching(self) -> Iterator[Watching]:
        """Where the watching of feeds stands, to be moved on in one transaction."""
        with self._writes() as connection:
            yield Watching(connection)

    @contextmanager
    def alerting(self) -> Iterator[Alerting]:
        """What alert rules told, to be moved on in one transaction."""
        with self._writes() as connection:
            yield Alerting(connection)

    def unsent(self) -> list[Waiting]:
        """Every alert that is not sent yet, the first due first."""
        with self._reads() as connection:
            return alerting.waiting(connection)

    def feeds(self) -> list[FeedState]:
        """Every feed that was ever watched, by name."""
        with self._reads() as connection:
            return watching.feeds(connection)

    def page_counts(self) -> dict[str, dict[str, int]]:
        """How many pages of each feed were taken, refused (and why), are waiting or gone."""
        with self._reads() as connection:
            return watching.page_counts(connection)

    # ── checks ────────────────────────────────────────────────────────────────────────────

    def digest(self) -> str:
        """A hash over everything derived; a rebuild must give the same."""
        with self._reads() as connection:
            return derived.digest(connection)

    def waiting(self) -> int:
        """How many decisions were made since the incidents were last derived."""
        with self._reads() as connection:
            return decisions.head(connection)[0] - decisions.applied(connection)

    def schema_version(self) -> int:
        """The version of the tables."""
        with self._reads() as connection:
            return int(connection.execute(select(META.c.value).where(META.c.key == "schema")).scalar_one())

    def state(self) -> str:
        """Something else whenever what is stored has changed."""
        return self._base.state()

    def fill(self, source: Record) -> None:
        """Puts all that another record holds into this new one, and compares both to the byte.

        Raises `RecordError` where this one holds something already.
        """
        if self.readonly:
            raise RecordError("was opened to be read only", where=self.where)
        copying.fill(self._base, source._base)

    def copy(self, path: Path) -> None:
        """A copy of the record as it stands, at a path where there is nothing yet."""
        self._base.copy(path)

    def loose(self) -> tuple[Loose, ...]:
        """What leads to nothing: rows of no row, incidents without an event, ids that lead nowhere."""
        with self._reads() as connection:
            return tuple(loose.loose(connection))

    def sweep(self) -> None:
        """Takes out what is derived and leads to nothing."""
        with self._writes() as connection:
            loose.sweep(connection)

    def unlike_search(
        self,
        incident_ids: Sequence[str],
        *,
        places: Mapping[str, Place],
        text: Mapping[str, str],
        actors: Mapping[str, Actor],
    ) -> tuple[int, list[str]]:
        """How many terms the search index has otherwise than the words, and whose words of these are not its own.

        Raises `RecordError` where the index cannot be read.
        """
        with self._reads() as connection:
            unlike = derived.unlike_words(connection, incident_ids, places=places, text=text, actors=actors)
            return search.unlike(connection), unlike

    def unlinked(self) -> int:
        """How many documents are not linked as they stand."""
        with self._reads() as connection:
            return loose.unlinked(connection)

    def later(self, moment: datetime) -> int:
        """How many captures, and last decisions of people, are dated after that moment."""
        with self._reads() as connection:
            return loose.later(connection, moment)

    def integrity(self) -> tuple[str, ...]:
        """What the database finds wrong with itself; empty when it is sound."""
        return self._base.faults()
