"""The tables of a record: what is appended and never changed, and what is derived from it.

They are the same on SQLite and PostgreSQL; at the end stands what PostgreSQL has to be told so that
they behave the same.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)

#: Raised with every change of the tables; a record of a higher number is refused.
VERSION = 11

METADATA = MetaData()

META = Table("meta", METADATA, Column("key", String, primary_key=True), Column("value", Text, nullable=False))

#: The key in `META` of what the record was last linked with.
LINKED = "linked"

# ── appended ──────────────────────────────────────────────────────────────────────────────

DOCUMENTS = Table(
    "documents",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("text", Text, nullable=False),
    Column("published", Date),
    Column("dated_by", String),
    Column("headline_start", Integer),
    Column("headline_end", Integer),
    Column("language", String),
)

#: Bytes as they came in, each once, under the SHA-256 of what they unpack to. `sum` is the CRC-32 of
#: `packed`: some changed bytes unpack to the same.
BLOBS = Table(
    "blobs",
    METADATA,
    Column("hash", String, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("packed", LargeBinary, nullable=False),
    Column("sum", BigInteger, nullable=False),
)

# What is absent is ''. `raw` says which bytes it was made of; `seal` is the hash of the document's
# row where this is its first capture. Rows are chained (`chain`): `hash` is of `previous` and all
# other columns.
CAPTURES = Table(
    "captures",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("document_id", ForeignKey("documents.id"), nullable=False),
    Column("source_id", String, nullable=False),
    Column("url", String, nullable=False),
    Column("outlet", String, nullable=False),
    Column("retrieved", String, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("raw", Text, nullable=False),
    Column("seal", String, nullable=False),
    Column("previous", String, nullable=False),
    Column("hash", String, nullable=False),
    Index("captures_document", "document_id"),
    # PostgreSQL's trees take no more than 2,700 bytes, and an address may be longer
    Index("captures_url", "url", postgresql_using="hash"),
)

# No reference to documents: a decision that came from another record waits for its document.
# Rows are chained (`chain`): `hash` is of `previous` and `body`.
DECISIONS = Table(
    "decisions",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("body", Text, nullable=False),
    Column("previous", String, nullable=False),
    Column("hash", String, nullable=False),
)

#: Ids of incidents that are no more, with the acts that they stood on: no rebuild can tell which
#: ids were once handed out.
RETIRED = Table(
    "retired",
    METADATA,
    Column("id", String, primary_key=True),
    Column("acts", Text, nullable=False),
)

#: The documents that the acts of each of these ids are in.
RETIRED_IN = Table(
    "retired_in",
    METADATA,
    Column("document_id", String, primary_key=True),
    Column("id", String, primary_key=True),
)

# ── derived ───────────────────────────────────────────────────────────────────────────────

READINGS = Table(
    "readings",
    METADATA,
    Column("document_id", ForeignKey("documents.id"), primary_key=True),
    Column("reader", String, nullable=False),
    Column("lexicon", String, nullable=False),
    Column("body", Text, nullable=False),
)

EVENTS = Table(
    "events",
    METADATA,
    Column("id", String, primary_key=True),
    Column("document_id", ForeignKey("readings.document_id", ondelete="CASCADE"), nullable=False, index=True),
    Column("ordinal", Integer, nullable=False),
    Column("type", String, nullable=False),
    Column("status", String, nullable=False),
    Column("recency", String, nullable=False),
    Column("first", Date),
    Column("last", Date),
    Column("place_id", String),
    Column("country", String),
)

CLAIMS = Table(
    "claims",
    METADATA,
    Column("id", String, primary_key=True),
    Column("document_id", ForeignKey("readings.document_id", ondelete="CASCADE"), nullable=False, index=True),
    Column("ordinal", Integer, nullable=False),
    Column("measure", String, nullable=False),
    Column("subject", String),
)

#: Events that people decided on, with their corrected values.
JUDGED = Table(
    "judged",
    METADATA,
    Column("event_id", ForeignKey("events.id", ondelete="CASCADE"), primary_key=True),
    Column("body", Text, nullable=False),
)

#: What became of each decision when the incidents were last derived: `decision.Standing` without the
#: decision itself. `incident_id` is the incident that an event was shown in, `against` a list.
STANDINGS = Table(
    "standings",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("verdict", String, nullable=False),
    Column("state", String, nullable=False),
    Column("document_id", String, index=True),
    Column("event_id", String, index=True),
    Column("incident_id", String, index=True),
    Column("other_document_id", String, index=True),
    Column("other_event_id", String, index=True),
    Column("other_incident_id", String, index=True),
    Column("withdraws", String, index=True),
    Column("against", Text, nullable=False),
    Column("note", Text, nullable=False),
)

#: `acts` are the triggers of its tellings, so that its id can be followed when it is no more.
INCIDENTS = Table(
    "incidents",
    METADATA,
    Column("id", String, primary_key=True),
    Column("type", String, nullable=False),
    Column("first", Date),
    Column("last", Date),
    Column("day", Date),
    Column("place", String),
    Column("place_id", String),
    Column("admin1", String),
    Column("country", String),
    Column("lat", Float),
    Column("lon", Float),
    Column("radius_km", Float),
    Column("precision", Integer),
    Column("killed_low", Integer),
    Column("killed", Integer),
    Column("killed_high", Integer),
    Column("wounded_low", Integer),
    Column("wounded", Integer),
    Column("wounded_high", Integer),
    Column("sources", Integer, nullable=False),
    Column("documents", Integer, nullable=False),
    Column("grade", String, nullable=False),
    Column("status", String, nullable=False),
    Column("witnesses", Integer, nullable=False),
    # how many happenings its words cover, and the first day that somebody told of it
    Column("count", Integer),
    Column("reported", Date),
    Column("arrested_low", Integer),
    Column("arrested", Integer),
    Column("arrested_high", Integer),
    # lists, an item a line
    Column("initiators", Text, nullable=False),
    Column("targets", Text, nullable=False),
    Column("outlets", Text, nullable=False),
    Column("told_in", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("acts", Text, nullable=False),
    # Lists are sorted by it, and counts and maps of a filter are read from it alone: it holds
    # every column but the bodies, which are most of the file.
    Index(
        "incidents_listing",
        "day", "id", "first", "last", "type", "country", "admin1", "place_id", "place", "lat", "lon", "radius_km",
        "precision", "killed_low", "killed", "killed_high", "wounded_low", "wounded", "wounded_high", "sources",
        "documents", "grade", "initiators", "targets", "status", "witnesses", "count", "reported", "arrested_low",
        "arrested", "arrested_high", "outlets", "told_in",
    ).ddl_if(dialect="sqlite"),
    Index("incidents_day", "day", "id").ddl_if(dialect="postgresql"),  # it takes 32 columns at most
)  # fmt: skip

INCIDENT_EVENTS = Table(
    "incident_events",
    METADATA,
    Column("incident_id", ForeignKey("incidents.id", ondelete="CASCADE"), primary_key=True),
    Column("event_id", ForeignKey("events.id", ondelete="CASCADE"), primary_key=True, unique=True),
    Column("ordinal", Integer, nullable=False),
    Column("source", String, nullable=False),
    Column("published", Date),
    Column("retrieved", String),
    Column("headline", Integer, nullable=False),
    Column("copy_of", String),
    # how doubtful the event is, before what people decided of it
    Column("doubt", Float, nullable=False, server_default="0"),
)

JOINS = Table(
    "joins",
    METADATA,
    Column("event_a", ForeignKey("events.id", ondelete="CASCADE"), primary_key=True),
    Column("event_b", ForeignKey("events.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("incident_id", ForeignKey("incidents.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("body", Text, nullable=False),
)

#: What an incident may be asked for by: actor codes, place names and ids, sources.
INCIDENT_TERMS = Table(
    "incident_terms",
    METADATA,
    Column("incident_id", ForeignKey("incidents.id", ondelete="CASCADE")),
    Column("kind", String),
    Column("value", Text),
    PrimaryKeyConstraint("incident_id", "kind", "value").ddl_if(dialect="sqlite"),
    Index("incident_terms_value", "kind", "value", "incident_id").ddl_if(dialect="sqlite"),
    # the same for PostgreSQL, whose trees take no long values
    Index("incident_terms_incident", "incident_id").ddl_if(dialect="postgresql"),
    Index("incident_terms_hash", "value", postgresql_using="hash").ddl_if(dialect="postgresql"),
)

#: The words of each incident, as `search` indexes them.
INCIDENT_WORDS = Table(
    "incident_words",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("incident_id", ForeignKey("incidents.id", ondelete="CASCADE"), nullable=False, unique=True),
    Column("words", Text, nullable=False),
)

# ── what linking keeps, to link what is new without linking all again ─────────────────────

# None of it refers to readings or events: it is of the last linking, whatever was read since.

#: What is compared of each event, and the incident that it was in. It stands somewhere from day
#: `opens` to day `closes`; `first` and `last` are the days that it tells.
MENTIONS = Table(
    "mentions",
    METADATA,
    Column("event_id", String, primary_key=True),
    Column("document_id", String, nullable=False, index=True),
    Column("teller", String, nullable=False),
    Column("first", Integer),
    Column("last", Integer),
    Column("opens", Integer, nullable=False),
    Column("closes", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("incident_id", String, nullable=False, index=True),
)

#: Where each event may meet others.
SPOTS = Table(
    "spots",
    METADATA,
    Column("cell", String, primary_key=True),
    Column("first", Integer, primary_key=True),
    Column("event_id", String, primary_key=True),
    Column("last", Integer, nullable=False),
    Column("kind", String, nullable=False),
    Column("place", String, nullable=False),
    sqlite_with_rowid=False,
)

#: Each document that was linked: the sketch of its text (hashes, in order), whose word it counts as,
#: and of a copy the original.
ORIGINS = Table(
    "origins",
    METADATA,
    Column("document_id", String, primary_key=True),
    Column("sketch", Text, nullable=False),
    Column("source", String, nullable=False),
    Column("copy_of", String, index=True),
)

#: The hashes under which a text is looked for.
SKETCH_KEYS = Table(
    "sketch_keys",
    METADATA,
    Column("key", Integer, primary_key=True),
    Column("document_id", String, primary_key=True),
    sqlite_with_rowid=False,
)

#: Documents that are not linked as they stand: newly read, read anew, taken in once more.
UNLINKED = Table("unlinked", METADATA, Column("document_id", String, primary_key=True))

# ── where the watching of feeds stands ────────────────────────────────────────────────────

# Neither appended nor derived: see `marsad.watched`. Moments are ISO 8601 in UTC, so that they sort.

FEEDS = Table(
    "feeds", METADATA, Column("name", String, primary_key=True), Column("body", Text, nullable=False)
)

PAGES = Table(
    "pages",
    METADATA,
    Column("url", String, primary_key=True),
    Column("feed", String, nullable=False, index=True),
    Column("status", String, nullable=False),
    Column("why", String),
    Column("due", String, index=True),
    Column("guid", String),
    Column("body", Text, nullable=False),
)

HOSTS = Table(
    "hosts", METADATA, Column("host", String, primary_key=True), Column("free", String, nullable=False)
)

# ── what alert rules told ─────────────────────────────────────────────────────────────────

#: Of each incident that a rule told of, what it told last: see `marsad.alerts.Alerted`.
ALERTED = Table(
    "alerted",
    METADATA,
    Column("rule", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("body", Text, nullable=False),
)

#: Messages that are not sent yet.
OUTBOX = Table(
    "outbox",
    METADATA,
    Column("id", String, primary_key=True),
    Column("channel", String, nullable=False),
    Column("due", String, nullable=False),
    Column("digest", Integer, nullable=False),
    Column("subject", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("data", Text, nullable=False),
    Column("tries", Integer, nullable=False),
)

#: What a rebuild must give again, row for row; `incident_words` is an index of it.
DERIVED = (
    READINGS, EVENTS, CLAIMS, JUDGED, INCIDENTS, INCIDENT_EVENTS, JOINS, INCIDENT_TERMS,
    MENTIONS, SPOTS, ORIGINS, SKETCH_KEYS,
)  # fmt: skip

# ── the same on PostgreSQL ────────────────────────────────────────────────────────────────

# SQLite compares text by its bytes and numbers have 64 bits; so they do there.
for _column in (column for table in METADATA.tables.values() for column in table.columns):
    if isinstance(_column.type, String):
        _column.type = _column.type.with_variant(type(_column.type)(collation="C"), "postgresql")
    elif isinstance(_column.type, Integer):
        _column.type = _column.type.with_variant(BigInteger(), "postgresql")
