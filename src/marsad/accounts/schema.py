"""The tables of accounts: none of them is of the record's own, so no copy of a record has them."""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Integer, MetaData, String, Table, Text

#: Raised with every change of the tables.
VERSION = 1

METADATA = MetaData()

META = Table(
    "account_meta", METADATA, Column("key", String, primary_key=True), Column("value", Text, nullable=False)
)

#: `key` is the name as `names.key` folds it. Times are ISO 8601 in UTC: they sort as they follow.
USERS = Table(
    "account_users",
    METADATA,
    Column("key", String, primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", String, nullable=False),
    Column("password", Text, nullable=False),
    Column("made", String, nullable=False),
    Column("removed", String),
)

#: `hash` is of the token that the browser has.
SESSIONS = Table(
    "account_sessions",
    METADATA,
    Column("hash", String, primary_key=True),
    Column("user", ForeignKey("account_users.key"), nullable=False, index=True),
    Column("made", String, nullable=False),
    Column("seen", String, nullable=False),
)

#: `id` is the token's beginning, `hash` of the whole.
KEYS = Table(
    "account_keys",
    METADATA,
    Column("id", String, primary_key=True),
    Column("hash", String, nullable=False),
    Column("user", ForeignKey("account_users.key"), nullable=False, index=True),
    Column("role", String, nullable=False),
    Column("label", Text, nullable=False),
    Column("made", String, nullable=False),
    Column("until", String),
    Column("used", String),
)

#: Tries to log in that failed, by the name and by the address that they came from; `last` in seconds.
TRIES = Table(
    "account_tries",
    METADATA,
    Column("of", String, primary_key=True),
    Column("number", Integer, nullable=False),
    Column("last", Float, nullable=False),
)
