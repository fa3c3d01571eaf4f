"""Alerts over a mail server that proves who it is, and over none that does not; and alerts to a change of level."""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from tests.making import document
from tests.test_coded import table

from marsad.net import Client
from marsad.notify import Mail, Message, Undelivered, rules, send
from marsad.notify.told import Secret
from marsad.pipeline import run
from marsad.pipeline.alerting import alert
from marsad.record import Record

SECRET, TEXT = "a-secret-of-tests", "قُتل ثلاثة جنود قرب البلدة"
MESSAGE = Message("a1", "إنذار\nX-Injected: yes", TEXT, (), datetime(2021, 5, 5, tzinfo=UTC))
CLIENT = Client("Marsad/test")


class Box:
    """Keeps the mails, and every password that came in."""

    def __init__(self) -> None:
        self.mails: list[Any] = []
        self.passwords: list[bytes] = []
        self.encrypted: list[bool] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.mails.append(envelope)
        self.encrypted.append(session.ssl is not None)
        return "250 OK"

    def admits(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.passwords.append(data.password)
        return AuthResult(success=data.password == SECRET.encode(), handled=False)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@contextmanager
def mailed(ca: trustme.CA, name: str = "127.0.0.1") -> Iterator[tuple[Box, Mail]]:
    """A mail server with STARTTLS whose certificate is of `name`, and the channel to it."""
    context, box = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), Box()
    ca.issue_cert(name).configure_cert(context)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Controller(
        box,
        hostname="127.0.0.1",
        port=port,
        tls_context=context,
        require_starttls=True,
        authenticator=box.admits,
    )
    server.start()
    try:
        yield (
            box,
            Mail(
                "m",
                "127.0.0.1",
                port,
                "starttls",
                "Marsad <m@a.test>",
                ("desk@a.test",),
                "u",
                Secret(env="SMTP_SECRET"),
            ),
        )
    finally:
        server.stop()


def trusting(ca: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    ca.configure_trust(context)
    return context


def test_a_mail_goes_over_starttls_with_its_password(
    authority: trustme.CA, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMTP_SECRET", SECRET)
    with mailed(authority) as (box, channel):
        send(channel, MESSAGE, CLIENT, trust=trusting(authority))
        (got,) = box.mails
    assert box.encrypted == [True] and box.passwords == [SECRET.encode()]
    assert got.rcpt_tos == ["desk@a.test"] and b"Message-ID: <a1@a.test>" in got.content
    # the subject is of an article: it begins no header
    assert b"\nX-Injected" not in got.content and SECRET.encode() not in got.content


@pytest.mark.parametrize("which", ["of nobody known", "of another name"])
def test_a_bad_certificate_gets_neither_mail_nor_password(
    authority: trustme.CA, monkeypatch: pytest.MonkeyPatch, which: str
) -> None:
    monkeypatch.setenv("SMTP_SECRET", SECRET)
    known = which == "of another name"
    with mailed(authority, "other.test" if known else "127.0.0.1") as (box, channel):
        with pytest.raises(Undelivered, match="certificate") as said:
            send(channel, MESSAGE, CLIENT, trust=trusting(authority) if known else None)
        assert box.mails == [] and box.passwords == []
    assert SECRET not in str(said.value) and TEXT not in str(said.value)


def test_a_password_that_is_wrong_is_told_without_it(
    authority: trustme.CA, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMTP_SECRET", "wrong-" + SECRET)
    with mailed(authority) as (box, channel):
        with pytest.raises(Undelivered, match="does not let u in") as said:
            send(channel, MESSAGE, CLIENT, trust=trusting(authority))
        assert box.mails == [] and SECRET not in str(said.value)


# ── a change of level ─────────────────────────────────────────────────────────────────────

RATE = '[[to]]\nname = "log"\nkind = "file"\npath = "alerts.jsonl"\n[[rate]]\nname = "level"\ncountry = "IRQ"\nto = ["log"]\n'


def record_of(folder: Path, *, weeks: int, last: int) -> Record:
    """One incident a week, and `last` of them in each of the last three weeks."""
    monday = date(2018, 1, 1)
    days = [
        (monday + timedelta(weeks=week, days=n % 7)).isoformat()
        for week in range(weeks)
        for n in range(last if week >= weeks - 3 else 1)
    ]
    rows = table(folder / "rows.csv", *({"date_start": day, "date_end": day} for day in days))
    record = Record.open(folder / "r.db", create=True)
    ends = (monday, monday + timedelta(weeks=weeks, days=-1))
    record.add(
        document(f"نص لا حادث فيه {n}", published=day.isoformat(), source_id=str(n), outlet="الوكالة")
        for n, day in enumerate(ends)
    )
    run(record, [rows], workers=1)
    return record


def test_a_rise_is_told_once_with_its_weeks_and_a_steady_level_never(tmp_path: Path) -> None:
    told = {}
    for name, last in (("rise", 7), ("steady", 1)):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "rules.toml").write_text(RATE, "utf8")
        now = datetime(2019, 8, 1, tzinfo=UTC)
        with record_of(folder, weeks=60, last=last) as record:
            ask = partial(alert, record, rules(folder / "rules.toml"), client=CLIENT)
            first = ask(now=now)
            assert first.failed == []
            told[name] = [(one.kind, one.rule, one.says is not None) for one in first.alerts]
            # nothing is told twice, at once or when the hour to look again has come
            assert ask(now=now + timedelta(minutes=5)).alerts == []
            assert ask(now=now + timedelta(hours=2)).alerts == []
    assert told == {"rise": [("rate", "level", True)], "steady": []}
    (rise,) = (
        json.loads(line) for line in (tmp_path / "rise" / "alerts.jsonl").read_text("utf8").splitlines()
    )
    assert rise["kind"] == "rate" and "7" in json.dumps(rise, ensure_ascii=False)
    assert not (tmp_path / "steady" / "alerts.jsonl").exists()
