"""The values that accounts travel in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

#: A reader sees the record, a reviewer also decides, an admin also keeps the users.
Role = Literal["reader", "reviewer", "admin"]
#: Each includes those before it.
ROLES: tuple[Role, ...] = get_args(Role)


def allows(role: Role, least: Role) -> bool:
    """Whether a role may do what `least` may."""
    return ROLES.index(role) >= ROLES.index(least)


@dataclass(frozen=True, slots=True)
class User:
    """A person; `removed` is when they were taken out: a name is never given to somebody else."""

    name: str
    role: Role
    made: datetime
    removed: datetime | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """A browser in which somebody is logged in; `token` is what its cookie holds, and is stored nowhere."""

    user: User
    token: str


@dataclass(frozen=True, slots=True)
class Key:
    """A token of a program: whose, what for, and the most that it may; `id` is its beginning, no secret."""

    id: str
    user: str
    role: Role
    label: str
    made: datetime
    until: datetime | None = None
    used: datetime | None = None
