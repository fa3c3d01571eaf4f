"""One message to one channel. A message has an id, by which a receiver knows a repeat after a crash."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import smtplib
import ssl
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import IO, Any

from marsad.errors import InputError
from marsad.net import Client, NotFetched
from marsad.notify.told import Channel, File, Hook, Mail

_PATIENCE = 30.0
#: The end of a file in which a repeat is looked for.
_TAIL = 4_000_000


@dataclass(frozen=True, slots=True)
class Message:
    """What is told: a line, a text, and the alerts as data. `again` where it may have been sent before."""

    id: str
    subject: str
    text: str
    alerts: tuple[Mapping[str, Any], ...]
    made: datetime
    again: bool = False


class Undelivered(Exception):
    """Why a message did not get through, in words without any secret."""


def send(channel: Channel, message: Message, client: Client, *, trust: ssl.SSLContext | None = None) -> None:
    """Delivers the message, or raises `Undelivered`. `trust` is whom mail servers are vouched for by."""
    try:
        match channel:
            case File():
                _append(channel, message)
            case Hook():
                _post(channel, message, client)
            case Mail():
                _mail(channel, message, trust)
    except InputError as error:
        raise Undelivered(str(error)) from None


def _append(channel: File, message: Message) -> None:
    lines = [f"{json.dumps(alert, ensure_ascii=False)}\n".encode() for alert in message.alerts]
    try:
        with channel.path.open("a+b") as file:
            if message.again:
                lines = _untold(file, lines)
            file.write(b"".join(lines))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise Undelivered(f"{channel.path} cannot be written: {error.strerror}") from None


def _untold(file: IO[bytes], lines: Sequence[bytes]) -> list[bytes]:
    """Those of the lines that a crash left out; half of one, at the end of the file, is taken away."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(size - _TAIL, 0))
    told = file.read().splitlines(True)
    if told and not told[-1].endswith(b"\n") and any(line.startswith(told[-1]) for line in lines):
        file.truncate(size - len(told[-1]))
    return [line for line in lines if line not in told]


# ── webhook ───────────────────────────────────────────────────────────────────────────────


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """The value of `Marsad-Signature`: HMAC-SHA256 of the timestamp, a full stop and the body."""
    mac = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256)
    return f"sha256={mac.hexdigest()}"


def _post(channel: Hook, message: Message, client: Client) -> None:
    body = json.dumps(
        {"id": message.id, "subject": message.subject, "text": message.text, "alerts": list(message.alerts)},
        ensure_ascii=False,
    ).encode()  # fmt: skip
    # of the sending, not of the making: receivers refuse what is old
    timestamp = str(int(time.time()))
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Marsad-Delivery": message.id,
        "Marsad-Timestamp": timestamp,
        "Marsad-Signature": signature(channel.secret.read(), timestamp, body),
    }
    reply = client.post(channel.url, body, allowed=channel.allowed, headers=headers)
    if isinstance(reply, NotFetched):
        raise Undelivered(f"{channel.url}: {reply.message}")
    if not 200 <= reply.status < 300:
        raise Undelivered(f"{channel.url} answers {reply.status} {reply.reason}".strip())


# ── e-mail ────────────────────────────────────────────────────────────────────────────────


def _mail(channel: Mail, message: Message, trust: ssl.SSLContext | None) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"] = channel.sender, ", ".join(channel.recipients)
    mail["Subject"] = " ".join(message.subject.split())
    mail["Date"] = format_datetime(message.made)
    mail["Message-ID"] = f"<{message.id}@{_plain(channel.sender).rpartition('@')[2] or 'marsad'}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text)
    context = trust or ssl.create_default_context()
    try:
        if channel.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                channel.host, channel.port, timeout=_PATIENCE, context=context
            )
        else:
            server = smtplib.SMTP(channel.host, channel.port, timeout=_PATIENCE)
        with server:
            if channel.security == "starttls":
                server.starttls(context=context)
            if channel.user and channel.password:
                server.login(channel.user, channel.password.read())
            server.send_message(mail)
    except smtplib.SMTPAuthenticationError as error:
        raise Undelivered(f"{channel.host} does not let {channel.user} in: {error.smtp_code}") from None
    except smtplib.SMTPNotSupportedError:
        raise Undelivered(f"{channel.host} has no STARTTLS, and nothing is sent in the clear") from None
    except smtplib.SMTPException as error:
        raise Undelivered(f"{channel.host}: {type(error).__name__}: {error}") from None
    except OSError as error:
        raise Undelivered(f"{channel.host}: {error.strerror or error}") from None


def _plain(sender: str) -> str:
    """The address alone of a sender who may have a name before it."""
    return sender.rpartition("<")[2].rstrip("> ")
