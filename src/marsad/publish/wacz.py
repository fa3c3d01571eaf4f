"""Captures as a WACZ 1.1.1 file (https://specs.webrecorder.net/wacz/1.1.1/): a WARC with index and pages, zipped."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from tempfile import TemporaryFile
from typing import IO, Any
from urllib.parse import urlsplit

from marsad.model import Kept
from marsad.publish import warc

_ARCHIVE = "archive/data.warc.gz"
#: The first moment that a ZIP file can tell; that of writing would make equal records differ.
_MOMENT = (1980, 1, 1, 0, 0, 0)
_CHUNK = 1 << 16


def wacz(kept: Iterable[Kept], titles: Mapping[str, str], *, software: str) -> Iterator[bytes]:
    """The file, piece by piece. `titles` are the headlines by document id."""
    with TemporaryFile() as archive, TemporaryFile() as out:
        index, pages, last = _archived(kept, titles, software, archive)
        with zipfile.ZipFile(out, "w") as file:
            resources = [
                _put(file, _ARCHIVE, _chunks(archive), packed=False),
                _put(file, "indexes/index.cdx", ["".join(sorted(index)).encode()]),
                _put(file, "pages/pages.jsonl", ["".join(pages).encode()]),
            ]
            package = _json(
                {
                    "profile": "data-package",
                    "wacz_version": "1.1.1",
                    "title": "Captures of a Marsad record",
                    "software": software,
                    "created": last,
                    "resources": resources,
                }
            )
            described = _put(file, "datapackage.json", [package])
            _put(
                file,
                "datapackage-digest.json",
                [_json({"path": "datapackage.json", "hash": described["hash"]})],
            )
        yield from _chunks(out)


def _archived(
    kept: Iterable[Kept], titles: Mapping[str, str], software: str, archive: IO[bytes]
) -> tuple[list[str], list[str], str]:
    """Writes the WARC; its index, its pages, and the last moment of a capture."""
    index: list[str] = []
    pages = [_line({"format": "json-pages-1.0", "id": "pages", "title": "Pages"})]
    last = warc.UNKNOWN
    for entry in warc.entries(kept, software=software):
        offset = archive.tell()
        archive.write(entry.data)
        if entry.of is None or entry.of.capture.raw is None:
            continue
        raw, when = entry.of.capture.raw, warc.moment(entry.of)
        last = max(last, when)
        told = {"url": entry.url, "mime": raw.media_type, "digest": entry.digest}
        if raw.head:
            told["status"] = raw.head.split(b" ", 2)[1].decode("ascii", "replace")
        told |= {"length": str(len(entry.data)), "offset": str(offset), "filename": "data.warc.gz"}
        index.append(f"{surt(entry.url)} {when:%Y%m%d%H%M%S} {_line(told)}")
        if raw.media_type == "text/html" and entry.url.startswith("http"):
            title = titles.get(entry.of.document_id) or entry.url
            page = {"id": f"{entry.of.number}", "url": entry.url, "ts": f"{when:%Y-%m-%dT%H:%M:%SZ}"}
            pages.append(_line({**page, "title": title}))
    return index, pages, f"{last:%Y-%m-%dT%H:%M:%SZ}"


def surt(url: str) -> str:
    """The key of an address in an index: the host's parts turned round, so that sites sort together.

    >>> surt("https://www.News.invalid:8080/a?b=2&a=1")
    'invalid,news:8080)/a?a=1&b=2'
    """
    if not url.startswith(("http://", "https://")):
        return url.replace(" ", "%20")
    parts = urlsplit(re.sub(r"^(https?://)www\d*\.", r"\1", url.lower()))
    host, _, port = parts.netloc.rpartition("@")[2].partition(":")
    key = ",".join(reversed(host.split("."))) + (f":{port}" if port else "") + ")" + (parts.path or "/")
    return key + (f"?{'&'.join(sorted(parts.query.split('&')))}" if parts.query else "")


def _put(file: zipfile.ZipFile, path: str, chunks: Iterable[bytes], *, packed: bool = True) -> dict[str, Any]:
    """Puts a file in; how the package describes it. Archives are stored as they are, to be read in place."""
    entry = zipfile.ZipInfo(path, _MOMENT)
    entry.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    digest, size = hashlib.sha256(), 0
    with file.open(entry, "w", force_zip64=True) as into:
        for chunk in chunks:
            into.write(chunk)
            digest.update(chunk)
            size += len(chunk)
    return {
        "name": path.rpartition("/")[2],
        "path": path,
        "hash": f"sha256:{digest.hexdigest()}",
        "bytes": size,
    }


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while chunk := file.read(_CHUNK):
        yield chunk


def _line(value: Mapping[str, Any]) -> str:
    return f"{json.dumps(value, ensure_ascii=False)}\n"


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2).encode()
