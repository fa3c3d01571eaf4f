"""Alerts: told once over restarts, again only when what the rule asks about changed, to files, mail and signed hooks."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from bench.newsroom import Piece, Server

from marsad.errors import InputError
from marsad.ingest.pages import article
from marsad.model import Capture, Document
from marsad.net import Client
from marsad.notify import Message, Undelivered, rules, send
from marsad.pipeline import run
from marsad.pipeline.alerting import Outcome, alert
from marsad.record import Record

NOW = datetime.now(UTC)
LOG = '[[to]]\nname = "log"\nkind = "file"\npath = "alerts.jsonl"\n'
KILLED = '[[rule]]\nname = "killed"\nmin_killed = 6\nto = ["log"]\nlanguage = "en"\n'
SECRET = "a-secret-of-tests"


def news(number: int = 1, edition: int = 3, hours: int = 0) -> Document:
    """An article of outlet 1; each edition has one killed more, beginning with 3 + (number + 1) % 5."""
    found = article(Piece(1, number, NOW).html(edition), "x", "x")
    assert isinstance(found, Document)
    moment = NOW + timedelta(hours=hours)
    return replace(found, capture=Capture(f"{number} {hours}", f"https://a.test/{number}", "a", moment))


class Desk:
    """A record and a file of rules."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.client = Client("Marsad/test")
        Record.open(folder / "r.db", create=True).close()

    def rules(self, text: str) -> None:
        (self.folder / "rules.toml").write_text(text, "utf8")

    def add(self, *documents: Document) -> None:
        with Record.open(self.folder / "r.db") as record:
            record.add(documents)
            run(record, workers=1)

    def alert(self, now: datetime = NOW, **options: Any) -> Outcome:
        """As a new process does it."""
        with Record.open(self.folder / "r.db") as record:
            return alert(record, rules(self.folder / "rules.toml"), now, client=self.client, **options)

    def told(self) -> list[dict[str, Any]]:
        file = self.folder / "alerts.jsonl"
        return [json.loads(line) for line in file.read_text("utf8").splitlines()] if file.exists() else []


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_told_once_and_again_only_when_what_is_asked_about_changes(desk: Desk) -> None:
    desk.rules(LOG + KILLED)
    desk.alert()
    desk.add(news(edition=3))
    assert [one.kind for one in desk.alert().alerts] == ["new"]
    assert not desk.alert().alerts
    desk.add(news(edition=4, hours=1))
    (changed,) = desk.alert().alerts
    assert (changed.kind, [c.field for c in changed.changes]) == ("changed", ["killed"])
    assert not desk.alert().alerts
    desk.add(news(edition=0, hours=2))
    assert [one.kind for one in desk.alert().alerts] == ["gone"]
    assert not desk.alert().alerts
    told = desk.told()
    assert [one["kind"] for one in told] == ["new", "changed", "gone"]
    assert len({one["id"] for one in told}) == 3
    assert told[1]["changes"] == [
        {"field": "killed", "before": "8 people killed", "after": "9 people killed"}
    ]
    assert told[0]["citations"][0]["url"] == "https://a.test/1"
    assert told[0]["grade"]


def test_a_change_that_the_rule_does_not_ask_about_is_not_told(desk: Desk) -> None:
    desk.rules(LOG + '[[rule]]\nname = "all"\ncountry = "IRQ"\nto = ["log"]\n')
    desk.alert()
    desk.add(news(edition=3))
    assert len(desk.alert().alerts) == 1
    desk.add(news(edition=5, hours=1))
    assert not desk.alert().alerts


def test_what_meets_a_new_rule_already_is_known_unless_asked_for(desk: Desk) -> None:
    desk.add(news())
    desk.rules(LOG + KILLED)
    shown = desk.alert(dry=True)
    assert len(shown.alerts) == 1
    assert not desk.told(), "a dry run writes nothing"
    assert desk.alert().begun == {"killed": 1}
    assert not desk.told()
    desk.rules(LOG + KILLED.replace('"killed"', '"other"'))
    assert len(desk.alert(backlog=True).alerts) == 1


def test_a_channel_that_fails_is_tried_again_and_nothing_is_lost(desk: Desk) -> None:
    desk.rules(LOG + KILLED)
    desk.alert()
    desk.add(news())

    def broken(*_: object) -> None:
        raise Undelivered("no route")

    failed = desk.alert(deliver=broken)
    assert (failed.sent, failed.waiting, failed.failed) == (0, 1, ["log: no route"])
    assert desk.alert(NOW + timedelta(seconds=10)).waiting == 1, "not before its time"
    assert desk.alert(NOW + timedelta(minutes=2)).sent == 1
    assert len(desk.told()) == 1


def test_a_kill_between_sending_and_noting_repeats_nothing_in_a_file(desk: Desk) -> None:
    desk.rules(LOG + KILLED)
    desk.alert()
    desk.add(news())

    def killed(channel: Any, message: Message, client: Client) -> None:
        send(channel, message, client)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        desk.alert(deliver=killed)
    assert desk.alert(NOW + timedelta(minutes=2)).sent == 1
    assert len(desk.told()) == 1


def test_a_line_that_was_cut_off_by_a_crash_is_written_whole(desk: Desk) -> None:
    desk.rules(LOG + KILLED)
    desk.alert()
    desk.add(news())
    file = desk.folder / "alerts.jsonl"

    def cut(channel: Any, message: Message, client: Client) -> None:
        send(channel, message, client)
        file.write_bytes(file.read_bytes()[:-40])
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        desk.alert(deliver=cut)
    assert desk.alert(NOW + timedelta(minutes=2)).sent == 1
    assert len(desk.told()) == 1, "and nothing is left of the half"


def test_a_clock_that_was_ahead_and_is_put_back_holds_no_message_back(desk: Desk) -> None:
    desk.rules(LOG + KILLED)
    desk.alert()
    desk.add(news())

    def broken(*_: object) -> None:
        raise Undelivered("no route")

    ahead = timedelta(days=10)
    assert desk.alert(NOW + ahead, deliver=broken).waiting == 1
    assert desk.alert(NOW).sent == 1
    assert len(desk.told()) == 1


def test_a_digest_goes_out_at_its_hour_as_one_message(desk: Desk) -> None:
    desk.rules(LOG + KILLED + 'digest = "hourly"\n')
    desk.alert()
    desk.add(news(1), news(2, edition=4))
    got: list[Message] = []
    desk.alert(deliver=lambda channel, message, client: got.append(message))
    assert not got
    desk.alert(NOW + timedelta(hours=1), deliver=lambda channel, message, client: got.append(message))
    assert len(got) == 1
    assert len(got[0].alerts) >= 1
    assert "not for decisions on the safety" in got[0].text


def test_a_profile_with_a_delay_holds_back(desk: Desk) -> None:
    desk.rules('[alerts]\nprofile = "public"\n' + LOG + KILLED)
    desk.alert()
    desk.add(news())
    assert not desk.alert().alerts
    (late,) = desk.alert(NOW + timedelta(days=8)).alerts
    assert late.profile == "public"


def test_the_watch_tells_what_its_articles_bring(tmp_path: Path) -> None:
    with Server() as server:
        server.answers["/live"] = lambda asked: asked.send(
            Piece(1, 1, NOW).html(3).encode(), kind="text/html; charset=utf-8"
        )
        (tmp_path / "rules.toml").write_text(LOG + KILLED, "utf8")
        (tmp_path / "feeds.toml").write_text(
            f'[watch]\nalerts = "rules.toml"\n[defaults]\ndelay = "0s"\nbacklog = "3650d"\n'
            f'allow_private = ["127.0.0.1:{server.port}"]\n'
            f'[[feed]]\nname = "live"\nurl = "{server.url("/live")}"\nkind = "page"\n',
            "utf8",
        )
        command = [sys.executable, "-m", "marsad", "--record", str(tmp_path / "r.db")]
        done = subprocess.run(
            [*command, "watch", str(tmp_path / "feeds.toml"), "--once"],
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    (told,) = [json.loads(line) for line in (tmp_path / "alerts.jsonl").read_text("utf8").splitlines()]
    assert told["kind"] == "new" and told["citations"]


# ── webhook ───────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as room:
        room.answers["/hook"] = lambda asked: asked.send(status=204)
        yield room


def hook(server: Server, door: str | None = None) -> str:
    opened = f'allow_private = ["{door or f"127.0.0.1:{server.port}"}"]\n'
    return (
        f'[[to]]\nname = "log"\nkind = "webhook"\nurl = "{server.url("/hook")}"\nsecret_env = "HOOK_SECRET"\n{opened}'
        + KILLED
    )


def test_a_webhook_is_signed(desk: Desk, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOK_SECRET", SECRET)
    desk.rules(hook(server))
    desk.alert()
    desk.add(news())
    assert desk.alert().sent == 1
    ((headers, body),) = server.posted
    signed = headers["Marsad-Timestamp"].encode() + b"." + body
    expected = "sha256=" + hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    assert hmac.compare_digest(headers["Marsad-Signature"], expected)
    assert headers["Marsad-Delivery"] == json.loads(body)["id"]
    assert SECRET.encode() not in body


def test_ssrf_a_webhook_at_a_private_address_or_that_redirects_is_refused(
    desk: Desk, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOK_SECRET", SECRET)
    desk.rules(hook(server, "127.0.0.1:1"))
    desk.alert()
    desk.add(news())
    (failed,) = desk.alert().failed
    assert "no public address" in failed
    assert SECRET not in failed
    desk.rules(hook(server))
    server.answers["/hook"] = lambda asked: asked.send(status=302, Location="http://169.254.169.254/")
    (failed,) = desk.alert(NOW + timedelta(minutes=5)).failed
    assert "answers 302" in failed


# ── e-mail ────────────────────────────────────────────────────────────────────────────────


class Box:
    """Keeps what comes in."""

    def __init__(self) -> None:
        self.mails: list[Any] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.mails.append(envelope)
        return "250 OK"


def test_e_mail_in_arabic_and_no_password_in_the_clear(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMTP_SECRET", SECRET)
    box = Box()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(
        box, hostname="127.0.0.1", port=port, auth_require_tls=False,
        authenticator=lambda server, session, envelope, mechanism, data: AuthResult(
            success=isinstance(data, LoginPassword) and data.password == SECRET.encode()
        ),
    )  # fmt: skip
    controller.start()
    try:
        mail = (
            f'[[to]]\nname = "log"\nkind = "email"\nhost = "127.0.0.1"\nport = {port}\nfrom = "m@a.test"\n'
            'recipients = ["desk@a.test"]\nsecurity = "none"\n'
        )
        desk.rules(mail + KILLED.replace('"en"', '"ar"'))
        desk.alert()
        desk.add(news())
        assert desk.alert().sent == 1
        (got,) = box.mails
        assert got.rcpt_tos == ["desk@a.test"]
        assert b"Message-ID: <a" in got.content
        secret = mail.replace("none", "starttls") + 'user = "u"\npassword_env = "SMTP_SECRET"\n'
        desk.rules(secret + KILLED)
        desk.add(news(edition=5, hours=1))
        (failed,) = desk.alert().failed
        assert "STARTTLS" in failed
        assert SECRET not in failed
        assert len(box.mails) == 1
    finally:
        controller.stop()


# ── the file of rules ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('types = ["bombingg"]', "rules.toml:8: types"),
        ('area = "Nowhereville"', "a place of the table"),
        ('to = ["nobody"]', "no [[to]] is called 'nobody'"),
        ("min_kiled = 3", "meant min_killed?"),
        ('country = "XXX"', "rules.toml:8: country"),
        ('actor = "NOBODY"', "a code of the actor table"),
    ],
)
def test_a_fault_of_a_rule_names_line_and_key(tmp_path: Path, line: str, said: str) -> None:
    file = tmp_path / "rules.toml"
    to = "" if line.startswith("to") else 'to = ["log"]\n'
    file.write_text(LOG + '[[rule]]\nname = "a"\n\n' + line + "\n" + to + KILLED, "utf8")
    found = rules(file)
    (fault,) = found.faults
    assert said in str(fault)
    assert [rule.name for rule in found.rules] == ["killed"]


def test_a_password_is_named_not_written(tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    mail = '[[to]]\nname = "m"\nkind = "email"\nhost = "h"\nfrom = "a@b.test"\nrecipients = ["c@d.test"]\nuser = "u"\n'
    file.write_text(mail + 'security = "none"\npassword_env = "X"\n' + LOG + KILLED, "utf8")
    assert "in the clear" in str(rules(file).faults[0])
    file.write_text(mail + LOG + KILLED, "utf8")
    assert "password_env or password_file" in str(rules(file).faults[0])
    file.write_text(mail + 'password = "x"\n' + LOG + KILLED, "utf8")
    assert "is no key" in str(rules(file).faults[0])
    file.write_text(LOG, "utf8")
    with pytest.raises(InputError, match="has no rule"):
        rules(file)
