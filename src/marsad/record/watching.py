"""Where the watching of feeds stands, kept in the record beside the documents that it brought."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Table, delete, func, insert, select

from marsad.model import Document
from marsad.record import codec, documents
from marsad.record.documents import Added, parts
from marsad.record.schema import FEEDS, HOSTS, PAGES
from marsad.watched import FeedState, HostState, Page


class Watching:
    """Feeds, pages and documents within one transaction: `Record.watching` opens it.

    So a visit is there with all that it brought, or it never was and will be made again.
    """

    def __init__(self, connection: Connection) -> None:
        """Use `Record.watching`."""
        self._connection = connection

    def feeds(self) -> list[FeedState]:
        """Every feed that was ever watched, by name."""
        return feeds(self._connection)

    def put_feed(self, state: FeedState) -> None:
        """Keeps how a feed stands."""
        self._put(FEEDS, "name", [{"name": state.name, "body": codec.dumps(state)}])

    def pages(self, urls: Iterable[str]) -> dict[str, Page]:
        """Those of the addresses that are known."""
        return {
            row.url: codec.loads(Page, row.body)
            for part in parts(sorted(set(urls)))
            for row in self._connection.execute(
                select(PAGES.c.url, PAGES.c.body).where(PAGES.c.url.in_(part))
            )
        }

    def due(self) -> list[Page]:
        """Every page that is to be visited, now or later, the first due first."""
        query = select(PAGES.c.body).where(PAGES.c.due.is_not(None)).order_by(PAGES.c.due, PAGES.c.url)
        return [codec.loads(Page, body) for body in self._connection.execute(query).scalars()]

    def guids(self, feed: str, guids: Iterable[str]) -> dict[str, str]:
        """The address under which each of a feed's own ids was met first."""
        row = PAGES.c
        query = select(row.guid, func.min(row.url).label("url")).where(row.feed == feed).group_by(row.guid)
        return {
            found.guid: found.url
            for part in parts(sorted(set(guids)))
            for found in self._connection.execute(query.where(row.guid.in_(part)))
        }

    def put_pages(self, pages: Iterable[Page]) -> None:
        """Keeps how pages stand."""
        self._put(
            PAGES,
            "url",
            [
                {
                    "url": page.url,
                    "feed": page.feed,
                    "status": page.status,
                    "why": page.why,
                    "due": moment(page.due) if page.due else None,
                    "guid": page.guid,
                    "body": codec.dumps(page),
                }
                for page in pages
            ],
        )

    def hosts(self) -> list[HostState]:
        """Every machine that asked to be left alone."""
        query = select(HOSTS).order_by(HOSTS.c.host)
        return [
            HostState(row.host, datetime.fromisoformat(row.free)) for row in self._connection.execute(query)
        ]

    def put_host(self, state: HostState) -> None:
        """Keeps until when a machine is left alone."""
        self._put(HOSTS, "host", [{"host": state.host, "free": moment(state.free)}])

    def add(self, items: Iterable[Document]) -> Added:
        """Appends documents, as `Record.add` does."""
        return documents.add(self._connection, items)

    def _put(self, table: Table, key: str, rows: Sequence[dict[str, Any]]) -> None:
        for part in parts([row[key] for row in rows]):
            self._connection.execute(delete(table).where(table.c[key].in_(part)))
        if rows:
            self._connection.execute(insert(table), list(rows))


def moment(at: datetime) -> str:
    """A moment as it is kept: in UTC, to the microsecond, so that text sorts as time does."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def feeds(connection: Connection) -> list[FeedState]:
    """Every feed that was ever watched, by name."""
    bodies = connection.execute(select(FEEDS.c.body).order_by(FEEDS.c.name)).scalars()
    return [codec.loads(FeedState, body) for body in bodies]


def page_counts(connection: Connection) -> dict[str, dict[str, int]]:
    """How many pages of each feed are in each state; of those refused, for which reason."""
    row = PAGES.c
    query = select(row.feed, row.status, row.why, func.count().label("number"))
    out: dict[str, dict[str, int]] = {}
    for found in connection.execute(query.group_by(row.feed, row.status, row.why)):
        key = f"{found.status}: {found.why}" if found.status == "refused" else found.status
        counts = out.setdefault(found.feed, {})
        counts[key] = counts.get(key, 0) + found.number
    return out
