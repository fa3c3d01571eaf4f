"""Passwords: which are taken, and their hashes (argon2id with the parameters of RFC 9106 for little memory)."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

from marsad.errors import AccountError, MarsadError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST, LONGEST = 12, 200
#: Different characters that a password has at least.
_VARIED = 5
#: A hash takes 64 MiB: so many are made at once, the rest wait.
_AT_ONCE = BoundedSemaphore(2)


def checked(password: str, name: str) -> str:
    """The password in one spelling, whatever keyboard it came from; `AccountError` where it is too weak."""
    plain = unicodedata.normalize("NFKC", password)
    if not SHORTEST <= len(plain) <= LONGEST:
        raise AccountError(
            "a password has {least} to {most} characters", hint="several words are easy to keep",
            least=SHORTEST, most=LONGEST,
        )  # fmt: skip
    if len(set(plain)) < _VARIED or plain.casefold().strip() == name.casefold():
        raise AccountError("this password is too easy to guess", hint="several words are easy to keep")
    return plain


def hashed(password: str) -> str:
    """The hash that is stored, with its salt and parameters."""
    with _AT_ONCE:
        return _hasher().hash(unicodedata.normalize("NFKC", password))


def matches(password: str, stored: str | None) -> bool:
    """Whether the password is the one of the hash; without a hash it takes as long and is not."""
    from argon2.exceptions import InvalidHashError, VerificationError

    if len(password) > LONGEST:
        return False
    try:
        with _AT_ONCE:
            _hasher().verify(stored or _nobodys(), unicodedata.normalize("NFKC", password))
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def outdated(stored: str) -> bool:
    """Whether a hash was made with other parameters than those of today."""
    return _hasher().check_needs_rehash(stored)


@lru_cache(maxsize=1)
def _hasher() -> PasswordHasher:
    try:
        from argon2 import PasswordHasher
        from argon2.profiles import RFC_9106_LOW_MEMORY
    except ModuleNotFoundError:
        raise MarsadError(
            "users need argon2-cffi, which is not installed", hint="pip install 'marsad[web]'"
        ) from None
    return PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)


@lru_cache(maxsize=1)
def _nobodys() -> str:
    """A hash that a name which nobody bears is compared with, so that it takes as long as another."""
    return _hasher().hash("nobody's password")
