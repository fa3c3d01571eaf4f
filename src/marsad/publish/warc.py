"""Captures as a WARC 1.1 file (ISO 28500:2017): the bytes that came in, each with what the record says of it.

What came over HTTP is a `response` record, other bytes are a `resource`; a `metadata` record beside
each has the row of the log. A record is written here, since it must hold the very bytes and nothing
of the day of writing; the same captures give the same file.
"""

from __future__ import annotations

import hashlib
import json
import uuid
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePath
from urllib.parse import quote

from marsad.model import Kept, Raw

#: WARC demands a moment; this one stands where the input told none.
UNKNOWN = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """One record of the file, packed as a member of its own; `of` is the capture that it holds."""

    data: bytes
    of: Kept | None = None
    url: str = ""
    digest: str = ""


def entries(kept: Iterable[Kept], *, software: str) -> Iterator[Entry]:
    """The records of the file in order: first of itself, then two for each capture that has its bytes."""
    about = f"software: {software}\r\nformat: WARC File Format 1.1\r\n".encode()
    yield _record("warcinfo", "marsad", UNKNOWN, about, {"Content-Type": "application/warc-fields"})
    for one in kept:
        if one.capture.raw is not None:
            yield from _capture(one, one.capture.raw)


def moment(one: Kept) -> datetime:
    """When the capture was made, as its input tells it; where it tells none, `UNKNOWN`."""
    told = one.capture.retrieved
    return told.astimezone(UTC) if told and told.tzinfo else told.replace(tzinfo=UTC) if told else UNKNOWN


def _capture(one: Kept, raw: Raw) -> Iterator[Entry]:
    body, url, when = raw.body, _uri(one, raw), moment(one)
    fields = {"WARC-Target-URI": url, "WARC-Payload-Digest": _digest(body)}
    if raw.head:
        fields["Content-Type"] = "application/http;msgtype=response"
        main = _record("response", one.hash, when, raw.head + body, fields)
    else:
        fields["Content-Type"] = raw.media_type
        main = _record("resource", one.hash, when, body, fields)
    kind = "response" if raw.head else "resource"
    yield Entry(main.data, one, url, _digest(body))
    fields = {
        "WARC-Target-URI": url,
        "WARC-Refers-To": _id(kind, one.hash),
        "Content-Type": "application/json",
    }
    yield _record("metadata", one.hash, when, _log(one, raw), fields)


def _log(one: Kept, raw: Raw) -> bytes:
    """The row of the log, with hashes in the place of the bytes."""
    capture = one.capture
    told = {
        "capture": one.number,
        "hash": one.hash,
        "document": one.document_id,
        "source_id": capture.source_id,
        "url": capture.url,
        "outlet": capture.outlet,
        "retrieved": capture.retrieved.isoformat() if capture.retrieved else None,
        "file": raw.file or None,
        "item": raw.item or None,
        "recipe": raw.recipe,
        "pieces": [
            {"start": p.start, "size": len(p.data), "sha256": hashlib.sha256(p.data).hexdigest()}
            for p in raw.pieces
        ],
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def _uri(one: Kept, raw: Raw) -> str:
    """The address that the bytes are of: that of a page, else the place in its file.

    The line of an article is not what stands at the article's address.
    """
    url = one.capture.url
    if url and (raw.head or raw.media_type == "text/html"):
        return quote(url, safe="%/:=&?~#+!$,;'@()*[]")
    if not raw.file:
        return f"urn:sha256:{hashlib.sha256(raw.body).hexdigest()}"
    last = raw.pieces[-1]
    part = f"#bytes={last.start}-{last.start + len(last.data) - 1}" if last.start is not None else ""
    return f"file:///{quote(PurePath(raw.file).name)}{part}"


def _id(kind: str, of: str) -> str:
    return f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, f'marsad {kind} {of}')}>"


def _digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def _record(kind: str, of: str, when: datetime, block: bytes, fields: dict[str, str]) -> Entry:
    head = {
        "WARC-Type": kind,
        "WARC-Record-ID": _id(kind, of),
        "WARC-Date": when.strftime("%Y-%m-%dT%H:%M:%SZ"),
        **fields,
        "WARC-Block-Digest": _digest(block),
        "Content-Length": str(len(block)),
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    packer = zlib.compressobj(wbits=31)  # a gzip member without the moment of writing
    whole = f"WARC/1.1\r\n{lines}\r\n".encode() + block + b"\r\n\r\n"
    return Entry(packer.compress(whole) + packer.flush())
