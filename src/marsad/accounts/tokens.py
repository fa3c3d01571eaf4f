"""What browsers and programs show instead of a password: random, stored as hashes, taken back at will."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, delete, insert, select, update

from marsad.accounts.model import ROLES, Key, Role, User
from marsad.accounts.schema import KEYS, SESSIONS, USERS

#: A session ends so long after it was last used, and so long after it began.
IDLE, LONGEST = timedelta(hours=12), timedelta(days=7)
#: How exactly it is noted when something was used: not every request writes.
_NOTED = timedelta(minutes=10)
#: Keys begin with it, so that one that leaked is found by searching.
_MARK = "marsad_"


def hashed(token: str) -> str:
    """What is stored of a token; it is random and long, so a plain hash is enough."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


# ── sessions ──────────────────────────────────────────────────────────────────────────────


def begin_session(connection: Connection, user: str, now: datetime) -> str:
    """A new session of the user; its token."""
    connection.execute(
        delete(SESSIONS).where(
            (SESSIONS.c.seen < (now - IDLE).isoformat()) | (SESSIONS.c.made < (now - LONGEST).isoformat())
        )
    )
    token = secrets.token_urlsafe(32)
    moment = now.isoformat()
    connection.execute(insert(SESSIONS).values(hash=hashed(token), user=user, made=moment, seen=moment))
    return token


def session(connection: Connection, token: str, now: datetime) -> tuple[User, bool] | None:
    """Whose session it is and whether it should be noted as used; `None` where it is none, or over."""
    query = select(USERS, SESSIONS.c.seen, SESSIONS.c.made.label("began")).join(
        SESSIONS, SESSIONS.c.user == USERS.c.key
    )
    row = connection.execute(query.where(SESSIONS.c.hash == hashed(token))).one_or_none()
    if row is None or row.removed is not None:
        return None
    seen = datetime.fromisoformat(row.seen)
    # the clock may have been put back since: a session of the future is over sooner rather than later
    if abs(now - seen) > IDLE or now - datetime.fromisoformat(row.began) > LONGEST:
        return None
    return user_of(row), abs(now - seen) > _NOTED


def note_session(connection: Connection, token: str, now: datetime) -> None:
    """Notes that a session was used."""
    row = SESSIONS.c
    connection.execute(update(SESSIONS).where(row.hash == hashed(token)).values(seen=now.isoformat()))


def end_session(connection: Connection, token: str) -> None:
    """Ends one session."""
    connection.execute(delete(SESSIONS).where(SESSIONS.c.hash == hashed(token)))


def end_sessions(connection: Connection, user: str, *, but: str = "") -> None:
    """Ends every session of a user, but for that of one token."""
    row = SESSIONS.c
    connection.execute(delete(SESSIONS).where(row.user == user, row.hash != hashed(but)))


# ── keys of programs ──────────────────────────────────────────────────────────────────────


def make_key(
    connection: Connection, user: str, role: Role, label: str, until: datetime | None, now: datetime
) -> tuple[str, str]:
    """A new key of the user: its id and the whole token, which is told this once."""
    id_ = secrets.token_hex(4)
    token = f"{_MARK}{id_}_{secrets.token_urlsafe(32)}"
    connection.execute(
        insert(KEYS).values(
            id=id_, hash=hashed(token), user=user, role=role, label=label, made=now.isoformat(),
            until=until.isoformat() if until else None,
        )
    )  # fmt: skip
    return id_, token


def key(connection: Connection, token: str, now: datetime) -> tuple[User, Role, str, bool] | None:
    """Whose key it is, what it may, its id, and whether to note its use; `None` where it is none, or over.

    It never may more than its user does.
    """
    id_ = token.removeprefix(_MARK).partition("_")[0]
    query = select(USERS, KEYS.c.hash, KEYS.c.until, KEYS.c.used, KEYS.c.role.label("most")).join(
        KEYS, KEYS.c.user == USERS.c.key
    )
    row = connection.execute(query.where(KEYS.c.id == id_)).one_or_none()
    if row is None or row.removed is not None or not secrets.compare_digest(row.hash, hashed(token)):
        return None
    if row.until and now > datetime.fromisoformat(row.until):
        return None
    user = user_of(row)
    role = min(user.role, row.most, key=ROLES.index)
    return user, role, id_, not row.used or abs(now - datetime.fromisoformat(row.used)) > _NOTED


def note_key(connection: Connection, id_: str, now: datetime) -> None:
    """Notes that a key was used."""
    connection.execute(update(KEYS).where(KEYS.c.id == id_).values(used=now.isoformat()))


def keys(connection: Connection, user: str | None = None) -> list[Key]:
    """The keys of a user, or all, the oldest first."""
    query = (
        select(KEYS, USERS.c.name).join(USERS, KEYS.c.user == USERS.c.key).order_by(KEYS.c.made, KEYS.c.id)
    )
    if user is not None:
        query = query.where(KEYS.c.user == user)
    return [
        Key(row.id, row.name, row.role, row.label, _moment(row.made), _maybe(row.until), _maybe(row.used))
        for row in connection.execute(query)
    ]


def drop_key(connection: Connection, id_: str, *, user: str | None = None) -> bool:
    """Takes a key back, of that user if one is named; whether there was one."""
    query = delete(KEYS).where(KEYS.c.id == id_)
    if user is not None:
        query = query.where(KEYS.c.user == user)
    return bool(connection.execute(query).rowcount)


def drop_keys(connection: Connection, user: str) -> None:
    """Takes every key of a user back."""
    connection.execute(delete(KEYS).where(KEYS.c.user == user))


def user_of(row: Row[tuple[object, ...]]) -> User:
    """The user of a row."""
    return User(row.name, row.role, _moment(row.made), _maybe(row.removed))


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _maybe(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
