"""Users, their sessions and tokens: in a file of their own and in PostgreSQL alike."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import argon2
import pytest
from tests.postgres import Postgres

from marsad.accounts import Accounts, beside, clean, passwords
from marsad.accounts.names import key
from marsad.errors import AccountError, RecordError
from marsad.record import Record

PASSWORD = "طريق البحر الطويل"


class Clock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **much: float) -> None:
        self.now += timedelta(**much)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes of the smallest cost: a hundred of the real ones take a minute."""
    cheap = argon2.PasswordHasher.from_parameters(argon2.profiles.CHEAPEST)
    monkeypatch.setattr(passwords, "_hasher", lambda: cheap)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def accounts(tmp_path: Path, clock: Clock) -> Accounts:
    made = Accounts.open(tmp_path / "r.db.users", create=True, clock=clock)
    assert made is not None
    made.add("ليلى", "reviewer", PASSWORD)
    return made


def log_in(
    accounts: Accounts, name: str = "ليلى", password: str = PASSWORD, address: str = "192.0.2.1"
) -> object:
    return accounts.log_in(name, password, address=address)


# ── what is stored ────────────────────────────────────────────────────────────────────────


def test_no_password_and_no_token_is_stored_and_none_is_in_the_record(
    tmp_path: Path, accounts: Accounts
) -> None:
    record = tmp_path / "r.db"
    Record.open(record, create=True).close()
    session = log_in(accounts)
    _key, token = accounts.make_key("ليلى")
    stored = b"".join(p.read_bytes() for p in tmp_path.iterdir() if p.name.startswith("r.db.users"))
    for secret in (PASSWORD, session.token, token, token.removeprefix("marsad_")):  # type: ignore[attr-defined]
        assert secret.encode() not in stored
    assert b"$argon2id$" in stored and b"argon2" not in record.read_bytes()
    assert beside(record) == accounts.where
    with Record.open(record, readonly=True) as opened:
        opened.copy(tmp_path / "copy.db")
    assert Accounts.open(beside(tmp_path / "copy.db")) is None


def test_hashes_cost_what_rfc_9106_says_and_cheaper_ones_are_made_anew(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    accounts.add("سامر", "reader", PASSWORD)
    assert log_in(accounts) is not None  # hashed cheaply until now
    stored = Path(accounts.where).read_bytes()
    assert stored.count(b"$argon2id$v=19$m=65536,t=3,p=4$") == 2
    assert stored.count(b"$argon2id$") == 2  # the old one is overwritten, not only unlinked


@pytest.mark.skipif(os.name != "posix", reason="rights of files are POSIX's here")
def test_only_its_owner_reads_the_file(accounts: Accounts) -> None:
    assert Path(accounts.where).stat().st_mode & 0o077 == 0


def test_what_is_no_file_of_accounts_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.users").write_text("no database" * 100)
    with pytest.raises(RecordError):
        Accounts.open(tmp_path / "x.users")


# ── names ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("same", ["ليلى ", "لَيلى", "ليلـى", "\u202eليلى", "ليلى\u200d"])
def test_a_name_that_reads_as_somebodys_is_theirs(accounts: Accounts, same: str) -> None:
    with pytest.raises(AccountError):
        accounts.add(same, "admin", "another long password")
    assert accounts.user(same).name == "ليلى"


def test_names_are_of_one_line_and_not_empty(accounts: Accounts) -> None:
    assert accounts.add("a\nb\u202e c", "reader", "another long password").name == "a b c"
    assert clean("a" * 500) == "a" * 80 and key("LEILA") == key("Leila")
    with pytest.raises(AccountError):
        accounts.add(" \u202e\n", "reader", "another long password")


def test_a_removed_name_is_given_to_nobody_else(accounts: Accounts) -> None:
    session = log_in(accounts)
    _key, token = accounts.make_key("ليلى")
    accounts.remove("ليلى")
    assert accounts.session(session.token) is None  # type: ignore[attr-defined]
    assert accounts.by_key(token) is None and log_in(accounts) is None
    assert accounts.users() == [] and [u.name for u in accounts.users(removed=True)] == ["ليلى"]
    with pytest.raises(AccountError):
        accounts.add("ليلى", "admin", "another long password")
    assert accounts.add("ليلى", "reader", PASSWORD, again=True).role == "reader"
    assert accounts.by_key(token) is None and log_in(accounts) is not None


@pytest.mark.parametrize("weak", ["", "short", "aaaaaaaaaaaaaaaa", "x" * 201, "ليلى" * 1, "121212121212"])
def test_weak_passwords_are_refused(accounts: Accounts, weak: str) -> None:
    with pytest.raises(AccountError):
        accounts.set_password("ليلى", weak)
    assert log_in(accounts) is not None


def test_a_password_counts_in_every_spelling_of_its_letters(accounts: Accounts) -> None:
    accounts.set_password("ليلى", "é" + "cole maternelle")
    assert log_in(accounts, password="e\u0301" + "cole maternelle") is not None


# ── sessions ──────────────────────────────────────────────────────────────────────────────


def test_every_login_is_a_new_session_that_ends(accounts: Accounts, clock: Clock) -> None:
    first, second = log_in(accounts), log_in(accounts)
    assert first.token != second.token  # type: ignore[attr-defined]
    accounts.log_out(first.token)  # type: ignore[attr-defined]
    assert accounts.session(first.token) is None  # type: ignore[attr-defined]
    token = second.token  # type: ignore[attr-defined]
    for _ in range(13):  # used every twelve hours but one
        clock.forward(hours=11)
        assert accounts.session(token) is not None
    clock.forward(hours=13)
    assert accounts.session(token) is None
    third = log_in(accounts).token  # type: ignore[attr-defined]
    for _ in range(15):
        clock.forward(hours=11)
        accounts.session(third)
    clock.forward(hours=11)
    assert accounts.session(third) is None  # a week is the longest
    assert accounts.session("") is None and accounts.session("x" * 43) is None


def test_a_session_does_not_live_longer_because_the_clock_was_put_back(
    accounts: Accounts, clock: Clock
) -> None:
    clock.forward(days=300)
    token = log_in(accounts).token  # type: ignore[attr-defined]
    clock.forward(hours=-2)  # as when summer time is taken for a change of the clock
    assert accounts.session(token) is not None
    clock.forward(days=-300)
    assert accounts.session(token) is None
    assert log_in(accounts) is not None


def test_who_failed_by_a_clock_that_was_ahead_is_not_shut_out_until_then(
    accounts: Accounts, clock: Clock
) -> None:
    clock.forward(days=300)
    for _ in range(5):
        assert log_in(accounts, password="guess") is None
    clock.forward(days=-300)
    wait = log_in(accounts)
    assert isinstance(wait, float) and wait <= 60, "the failures count, as of now"
    clock.forward(seconds=wait + 0.01)
    assert log_in(accounts).user.name == "ليلى"  # type: ignore[attr-defined]


def test_another_password_or_role_counts_at_once(accounts: Accounts) -> None:
    one, other = (log_in(accounts).token for _ in range(2))  # type: ignore[attr-defined]
    accounts.set_role("ليلى", "reader")
    assert accounts.session(one).role == "reader"  # type: ignore[union-attr]
    accounts.set_password("ليلى", "another long password", keeping=one)
    assert accounts.session(one) is not None and accounts.session(other) is None
    assert log_in(accounts) is None


# ── tries ─────────────────────────────────────────────────────────────────────────────────


def test_who_fails_often_waits_longer_each_time(accounts: Accounts, clock: Clock) -> None:
    assert [log_in(accounts, password="guess") for _ in range(5)] == [None] * 5
    waits = []
    for _ in range(8):
        wait = log_in(accounts)  # the right one is not even looked at
        assert isinstance(wait, float)
        waits.append(round(wait))
        clock.forward(seconds=wait + 0.01)
        assert log_in(accounts, password="guess", address="192.0.2.77") is None
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]
    clock.forward(seconds=61)
    assert log_in(accounts).user.name == "ليلى"  # type: ignore[attr-defined]
    assert log_in(accounts).user.name == "ليلى"  # type: ignore[attr-defined]


def test_many_names_from_one_address_wait_too_and_others_do_not(accounts: Accounts) -> None:
    for number in range(20):
        assert log_in(accounts, f"nobody {number}", address="2001:db8:1:2::1") is None
    assert isinstance(log_in(accounts, address="2001:db8:1:2:ffff::9"), float)  # of the same household
    assert log_in(accounts, address="2001:db8:1:3::1").user.name == "ليلى"  # type: ignore[attr-defined]


def test_a_login_of_ones_own_does_not_free_the_address(accounts: Accounts) -> None:
    for number in range(19):
        log_in(accounts, f"nobody {number}")
        assert log_in(accounts).user.name == "ليلى"  # type: ignore[attr-defined]
    log_in(accounts, "nobody")
    assert isinstance(log_in(accounts), float)


def test_many_tries_at_once_are_no_more_than_one_after_another(accounts: Accounts) -> None:
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _: log_in(accounts, password="guess"), range(24)))
    assert answers.count(None) <= 7 and any(isinstance(a, float) for a in answers)


def test_a_name_that_nobody_bears_is_answered_like_another(accounts: Accounts) -> None:
    unknown = [log_in(accounts, "nobody", "guess", "192.0.2.2") for _ in range(6)]
    known = [log_in(accounts, "ليلى", "guess", "192.0.2.3") for _ in range(6)]
    assert [type(a) for a in unknown] == [type(a) for a in known]


# ── tokens of programs ────────────────────────────────────────────────────────────────────


def test_a_token_never_may_more_than_its_user(accounts: Accounts, clock: Clock) -> None:
    made, token = accounts.make_key("ليلى", label="script", days=3)
    assert (made.role, made.label, made.id in token) == ("reviewer", "script", True)
    with pytest.raises(AccountError):
        accounts.make_key("ليلى", role="admin")
    user, role = accounts.by_key(token) or (None, None)
    assert user and (user.name, role) == ("ليلى", "reviewer")
    accounts.set_role("ليلى", "reader")
    assert (accounts.by_key(token) or ("", ""))[1] == "reader"
    accounts.set_role("ليلى", "admin")
    assert (accounts.by_key(token) or ("", ""))[1] == "reviewer"
    assert accounts.keys("ليلى")[0].used == clock.now
    for wrong in ("", "marsad_", token[:-1], token + "x", token.replace(made.id, "0" * 8)):
        assert accounts.by_key(wrong) is None
    clock.forward(days=4)
    assert accounts.by_key(token) is None


def test_a_token_is_taken_back_by_its_user_alone(accounts: Accounts) -> None:
    accounts.add("سامر", "admin", "another long password")
    made, token = accounts.make_key("ليلى")
    with pytest.raises(AccountError):
        accounts.revoke(made.id, of="سامر")
    accounts.revoke(made.id, of="ليلى")
    assert accounts.by_key(token) is None


# ── the command ───────────────────────────────────────────────────────────────────────────


@pytest.fixture
def marsad(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    Record.open(tmp_path / "r.db", create=True).close()

    def call(*words: str, said: str = "") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "marsad", "--record", str(tmp_path / "r.db"), *words]
        return subprocess.run(
            command, input=said, capture_output=True, text=True, encoding="utf8", timeout=120
        )

    return call


@pytest.mark.slow
def test_the_command_keeps_users_and_shows_no_password(
    marsad: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    def said(*words: str, told: str = "", code: int = 0) -> str:
        done = marsad("users", *words, said=told)
        assert done.returncode == code, done.stderr
        assert PASSWORD not in done.stdout + done.stderr
        return done.stdout

    assert "no users yet" in marsad("users", "list").stderr
    said("add", "ليلى", "--role", "admin", told=PASSWORD + "\n")
    said("add", "ليلى", told=PASSWORD + "\n", code=6)
    said("add", "سامر", told="short\n", code=6)
    said("add", "سامر", told=PASSWORD + "\n")
    assert said("list", "-f", "csv").splitlines()[1:] and "سامر,reader" in said("list", "-f", "csv")
    said("role", "سامر", "reviewer")
    token = said("token", "سامر", "--role", "reader", "--label", "نص").strip()
    accounts = Accounts.open(tmp_path / "r.db.users")
    assert accounts and (accounts.by_key(token) or ("", ""))[1] == "reader"
    said("passwd", "سامر", told="another long password\n")
    assert log_in(accounts, "سامر", "another long password") is not None
    (made,) = accounts.keys()
    assert token not in said("tokens", "-f", "json")
    said("revoke", made.id)
    said("remove", "سامر")
    assert [u.name for u in accounts.users()] == ["ليلى"]


@pytest.mark.slow
def test_bound_elsewhere_without_users_it_does_not_start(
    marsad: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    for words in (("--host", "0.0.0.0"), ("--name", "record.example"), ("--login",)):
        done = marsad("serve", "--port", "0", *words)
        assert done.returncode == 6 and "marsad users add" in done.stderr


# ── beside a record in a database ─────────────────────────────────────────────────────────


def test_accounts_of_a_record_in_postgresql_live_there_and_no_copy_has_them(
    postgres: Postgres, clock: Clock, tmp_path: Path
) -> None:
    address = postgres.database()
    Record.open(address, create=True).close()
    assert Accounts.open(beside(address)) is None
    accounts = Accounts.open(beside(address), create=True, clock=clock)
    assert accounts is not None and "postgresql:" not in repr(accounts)
    accounts.add("ليلى", "reviewer", PASSWORD)
    session = log_in(accounts)
    assert accounts.session(session.token).name == "ليلى"  # type: ignore[attr-defined, union-attr]
    assert [log_in(accounts, password="guess") for _ in range(5)] == [None] * 5
    assert isinstance(log_in(accounts), float)
    _key, token = accounts.make_key("ليلى")
    assert accounts.by_key(token) is not None
    with pytest.raises(AccountError):
        accounts.add("ليلى", "admin", PASSWORD)
    with Record.open(address, readonly=True) as record:
        record.copy(tmp_path / "copy.db")
    assert b"argon2" not in (tmp_path / "copy.db").read_bytes()
    accounts.remove("ليلى")
    assert accounts.session(session.token) is None  # type: ignore[attr-defined]
    accounts.close()
    again = Accounts.open(address)
    assert again and again.users(removed=True)[0].name == "ليلى"
    again.close()
