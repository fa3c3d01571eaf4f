"""The tables of a record: what is appended and never changed, and what is derived from it."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

#: Raised with every change of the tables; a record of a higher number is refused.
VERSION = 1

METADATA = MetaData()

META = Table("meta", METADATA, Column("key", String, primary_key=True), Column("value", Text, nullable=False))

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

# An absent url or outlet is '' here: SQLite holds two NULLs to be different, and the same
# capture would be taken in again and again.
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
    UniqueConstraint("document_id", "source_id", "url", "outlet"),
    Index("captures_url", "url"),
)

DECISIONS = Table(
    "decisions",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("verdict", String, nullable=False),
    Column("document_id", ForeignKey("documents.id"), nullable=False),
    Column("quote", Text, nullable=False),
    Column("author", String, nullable=False),
    Column("made", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("other_document_id", ForeignKey("documents.id")),
    Column("other_quote", Text),
    Column("field", String),
    Column("value", Text),
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

INCIDENTS = Table(
    "incidents",
    METADATA,
    Column("id", String, primary_key=True),
    Column("type", String, nullable=False),
    Column("first", Date),
    Column("last", Date),
    Column("place_id", String),
    Column("admin1", String),
    Column("country", String),
    Column("lat", Float),
    Column("lon", Float),
    Column("killed", Integer),
    Column("sources", Integer, nullable=False),
    Column("documents", Integer, nullable=False),
    Column("grade", String, nullable=False),
    Column("body", Text, nullable=False),
    Index("incidents_first", "first"),
)

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
)

JOINS = Table(
    "joins",
    METADATA,
    Column("event_a", ForeignKey("events.id", ondelete="CASCADE"), primary_key=True),
    Column("event_b", ForeignKey("events.id", ondelete="CASCADE"), primary_key=True),
    Column("incident_id", ForeignKey("incidents.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("body", Text, nullable=False),
)

#: What an incident may be asked for by: actor codes, place names and ids, folded evidence.
INCIDENT_TERMS = Table(
    "incident_terms",
    METADATA,
    Column("incident_id", ForeignKey("incidents.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", String, primary_key=True),
    Column("value", Text, primary_key=True),
)

DERIVED = (READINGS, EVENTS, CLAIMS, INCIDENTS, INCIDENT_EVENTS, JOINS, INCIDENT_TERMS)
