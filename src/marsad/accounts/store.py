"""`Accounts`: the users of a record, in a file beside it, or in tables of their own where it is in a database.

A record is copied, published and handed on; hashes of passwords must not go with it. So they are
in `RECORD.users`, which only its owner may read, or in tables that no copy of a record takes.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, Engine, func, insert, inspect, select, update

from marsad.accounts import names, passwords, tokens, tries
from marsad.accounts.model import ROLES, Key, Role, Session, User, allows
from marsad.accounts.schema import META, METADATA, USERS, VERSION
from marsad.database import file, is_address
from marsad.errors import AccountError, RecordError

#: What the file of accounts is to SQLite, in messages.
_ACCOUNTS = file.Meant(
    other="holds no accounts of Marsad",
    hint="move it away; `marsad users add` makes them anew",
    damaged="restore a copy",
    unknown="is it theirs, and may it be read and written?",
)


def beside(record: str | Path) -> str:
    """Where the accounts of a record are: the file beside it, or the database that it is in."""
    return str(record) if is_address(str(record)) else f"{record}.users"


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Accounts:
    """The accounts at a place; open them with `Accounts.open`. `clock` tells the time, in UTC."""

    where: str = field(repr=False)
    _engine: Engine = field(repr=False)
    clock: Callable[[], datetime] = _now

    @classmethod
    def open(
        cls, where: str | Path, *, create: bool = False, clock: Callable[[], datetime] = _now
    ) -> Accounts | None:
        """The accounts at a path or the address of a database; `None` where there are none and none are to be made.

        Raises `RecordError` where they cannot be read, or are of a newer Marsad.
        """
        place = str(where)
        if not is_address(place) and not Path(place).exists():
            if not create:
                return None
            _touch(Path(place))
        engine = _engine(place)
        accounts = cls(place, engine, clock)
        if not accounts._made(create=create):
            engine.dispose()
            return None
        return accounts

    def close(self) -> None:
        """Lets the file or the database go."""
        self._engine.dispose()

    # ── users ─────────────────────────────────────────────────────────────────────────────

    def users(self, *, removed: bool = False) -> list[User]:
        """Every user by name; with `removed` also those that were taken out."""
        query = select(USERS).order_by(USERS.c.name)
        if not removed:
            query = query.where(USERS.c.removed.is_(None))
        with self._reads() as connection:
            return [tokens.user_of(row) for row in connection.execute(query)]

    def user(self, name: str) -> User:
        """The user of that name; raises `AccountError` where there is none."""
        with self._reads() as connection:
            return self._named(connection, name)

    def add(self, name: str, role: Role, password: str, *, again: bool = False) -> User:
        """A new user; `again` takes one back who was removed.

        Raises `AccountError` for a name that is somebody's or was, no name, and a weak password.
        """
        kept = names.clean(name)
        if not kept:
            raise AccountError("a user has a name", hint="letters, of any script")
        stored = passwords.hashed(passwords.checked(password, kept))
        with self._writes() as connection:
            known = connection.execute(select(USERS).where(USERS.c.key == names.key(kept))).one_or_none()
            if known is not None and known.removed is None:
                raise AccountError("there is a user {name} already", hint="another name", name=known.name)
            if known is not None and not again:
                raise AccountError(
                    "{name} was removed, and what they decided stays theirs",
                    hint="`marsad users add NAME --again` if it is the same person, else another name",
                    name=known.name,
                )
            values = {"role": _role(role), "password": stored, "removed": None}
            if known is not None:
                connection.execute(update(USERS).where(USERS.c.key == known.key).values(**values))
            else:
                made = self.clock().isoformat()
                connection.execute(insert(USERS).values(key=names.key(kept), name=kept, made=made, **values))
            tries.forget(connection, names.key(kept))
            return self._named(connection, kept)

    def set_password(self, name: str, password: str, *, keeping: str = "") -> None:
        """Another password; whoever is logged in with the old one is not any more, but for the session `keeping`."""
        user = self.user(name)
        stored = passwords.hashed(passwords.checked(password, user.name))
        key = names.key(name)
        with self._writes() as connection:
            connection.execute(update(USERS).where(USERS.c.key == key).values(password=stored))
            tokens.end_sessions(connection, key, but=keeping)
            tries.forget(connection, key)

    def set_role(self, name: str, role: Role, *, keep_admin: bool = False) -> User:
        """Another role, at once also where they are logged in; `keep_admin` refuses to leave no admin."""
        with self._writes() as connection:
            user = self._named(connection, name)
            if keep_admin and role != "admin":
                self._not_the_last(connection, user)
            key = names.key(name)
            connection.execute(update(USERS).where(USERS.c.key == key).values(role=_role(role)))
            return self._named(connection, name)

    def remove(self, name: str, *, keep_admin: bool = False) -> User:
        """Takes a user out, with their sessions and keys; the name stays theirs, as their decisions do."""
        with self._writes() as connection:
            user = self._named(connection, name)
            if keep_admin:
                self._not_the_last(connection, user)
            key = names.key(name)
            gone = {"removed": self.clock().isoformat(), "password": ""}
            connection.execute(update(USERS).where(USERS.c.key == key).values(**gone))
            tokens.end_sessions(connection, key)
            tokens.drop_keys(connection, key)
            return user

    # ── who asks ──────────────────────────────────────────────────────────────────────────

    def log_in(self, name: str, password: str, *, address: str) -> Session | float | None:
        """A new session; `None` where name and password do not belong together, seconds where one has to wait."""
        key = names.key(name)
        with self._writes() as connection:
            if wait := tries.begin(connection, key, address, self.clock().timestamp()):
                return wait
            stored = connection.execute(
                select(USERS.c.password).where(USERS.c.key == key, USERS.c.removed.is_(None))
            ).scalar()
        if not passwords.matches(password, stored):  # long, so nobody waits for it
            return None
        fresh = passwords.hashed(password) if stored and passwords.outdated(stored) else stored
        with self._writes() as connection:
            same = (USERS.c.key == key, USERS.c.removed.is_(None), USERS.c.password == stored)
            if not connection.execute(update(USERS).where(*same).values(password=fresh)).rowcount:
                return None  # changed or removed meanwhile
            tries.succeeded(connection, key, address)
            token = tokens.begin_session(connection, key, self.clock())
            return Session(self._named(connection, name), token)

    def confirms(self, name: str, password: str, *, address: str) -> bool | float:
        """Whether somebody who is logged in knows their password; counts as a try to log in."""
        key = names.key(name)
        with self._writes() as connection:
            if wait := tries.begin(connection, key, address, self.clock().timestamp()):
                return wait
            stored = connection.execute(select(USERS.c.password).where(USERS.c.key == key)).scalar()
        if not passwords.matches(password, stored):
            return False
        with self._writes() as connection:
            tries.succeeded(connection, key, address)
        return True

    def session(self, token: str) -> User | None:
        """Whose session it is; `None` where it is none, or over."""
        now = self.clock()
        with self._reads() as connection:
            found = tokens.session(connection, token, now)
        if found is None:
            return None
        user, stale = found
        if stale:
            with self._writes() as connection:
                tokens.note_session(connection, token, now)
        return user

    def log_out(self, token: str) -> None:
        """Ends one session."""
        with self._writes() as connection:
            tokens.end_session(connection, token)

    # ── keys of programs ──────────────────────────────────────────────────────────────────

    def make_key(
        self, name: str, *, role: Role | None = None, label: str = "", days: int | None = None
    ) -> tuple[Key, str]:
        """A new key of a user, for a program, and its token, which is told this once.

        `role` is the most that it may, at most what its user may; after so many `days` it is over.
        """
        now = self.clock()
        if days is not None and not 1 <= days <= 3650:
            raise AccountError("a token lasts from 1 to 3650 days")
        with self._writes() as connection:
            user = self._named(connection, name)
            most = _role(role or user.role)
            if not allows(user.role, most):
                raise AccountError("a token may not do more than its user, a {role}", role=user.role)
            until = now + timedelta(days) if days else None
            key = names.key(name)
            id_, token = tokens.make_key(connection, key, most, names.clean(label), until, now)
            return next(k for k in tokens.keys(connection, key) if k.id == id_), token

    def by_key(self, token: str) -> tuple[User, Role] | None:
        """Whose key it is and what it may; `None` where it is none, or over."""
        now = self.clock()
        with self._reads() as connection:
            found = tokens.key(connection, token, now)
        if found is None:
            return None
        user, role, id_, stale = found
        if stale:
            with self._writes() as connection:
                tokens.note_key(connection, id_, now)
        return user, role

    def keys(self, name: str | None = None) -> list[Key]:
        """The keys of a user, or all."""
        with self._reads() as connection:
            return tokens.keys(connection, None if name is None else names.key(name))

    def revoke(self, id_: str, *, of: str | None = None) -> None:
        """Takes a key back; raises `AccountError` where there is none of that id (and of that user)."""
        with self._writes() as connection:
            if not tokens.drop_key(connection, id_, user=None if of is None else names.key(of)):
                raise AccountError("there is no token {id}", hint="`marsad users tokens` lists them", id=id_)

    # ── below ─────────────────────────────────────────────────────────────────────────────

    def _named(self, connection: Connection, name: str) -> User:
        query = select(USERS).where(USERS.c.key == names.key(name), USERS.c.removed.is_(None))
        row = connection.execute(query).one_or_none()
        if row is None:
            raise AccountError(
                "there is no user {name}", hint="`marsad users list` has all", name=names.clean(name)
            )
        return tokens.user_of(row)

    def _not_the_last(self, connection: Connection, user: User) -> None:
        admins = select(func.count()).where(USERS.c.role == "admin", USERS.c.removed.is_(None))
        if user.role == "admin" and connection.execute(admins).scalar_one() == 1:
            raise AccountError("nobody else is an admin", hint="make somebody one first")

    def _made(self, *, create: bool) -> bool:
        """Whether the tables stand, made first where they are to be."""
        with self._guarded(), self._engine.connect() as connection:
            there = inspect(connection).has_table(META.name)
        if not there:
            if not create:
                return False
            with self._writes() as connection:
                METADATA.create_all(connection)
                if connection.execute(select(META.c.value).where(META.c.key == "schema")).scalar() is None:
                    connection.execute(insert(META).values(key="schema", value=str(VERSION)))
        with self._reads() as connection:
            found = connection.execute(select(META.c.value).where(META.c.key == "schema")).scalar_one()
        if int(found) > VERSION:
            raise RecordError("these accounts are of a newer Marsad", where=self.shown, hint="update Marsad")
        return True

    @property
    def shown(self) -> str:
        """Where they are, for people; an address may have a password in it."""
        if is_address(self.where):
            from marsad.database import server

            return server.shown(self.where)
        return self.where

    def _guarded(self) -> AbstractContextManager[None]:
        if is_address(self.where):
            from marsad.database import server

            return server.guarded(self.shown)
        return file.guarded(Path(self.where), _ACCOUNTS)

    @contextmanager
    def _reads(self) -> Iterator[Connection]:
        with self._guarded(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def _writes(self) -> Iterator[Connection]:
        """One transaction; on SQLite taken at once, so that two writers wait instead of failing midway."""
        with self._guarded(), self._engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.commit()
            except BaseException:
                connection.rollback()
                raise


def _role(role: str) -> Role:
    found = next((known for known in ROLES if known == role), None)
    if found is None:
        raise AccountError("there is no role {role}", hint=f"one of {', '.join(ROLES)}", role=role)
    return found


def _touch(path: Path) -> None:
    """An empty file that only its owner may read."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        pass
    except OSError as error:
        raise RecordError(
            f"cannot be made: {error.strerror}", where=str(path), hint="a folder that you may write to"
        ) from error


def _engine(where: str) -> Engine:
    if is_address(where):
        from marsad.database import server  # only who has such a record needs its driver

        return server.engine(where)
    return file.engine(Path(where), pragmas=("foreign_keys=ON", "secure_delete=ON"))
