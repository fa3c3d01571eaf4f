"""Feeds: what the feeds file says, what a feed lists, when to ask again, and one visit to a server.

Nothing here writes anything down: `pipeline.watching` composes it with the record.
"""

from marsad.ingest.feeds.listing import Entry, Listing, listing
from marsad.ingest.feeds.robots import Robots
from marsad.ingest.feeds.schedule import Pace, again, failed, later, retry_after
from marsad.ingest.feeds.told import Feed, Told, told
from marsad.ingest.feeds.visit import (
    Article,
    Listed,
    Missed,
    Seen,
    Unchanged,
    Visit,
    address,
    host_of,
)
from marsad.ingest.feeds.whole import from_feed

__all__ = [
    "Article",
    "Entry",
    "Feed",
    "Listed",
    "Listing",
    "Missed",
    "Pace",
    "Robots",
    "Seen",
    "Told",
    "Unchanged",
    "Visit",
    "address",
    "again",
    "failed",
    "from_feed",
    "host_of",
    "later",
    "listing",
    "retry_after",
    "told",
]
