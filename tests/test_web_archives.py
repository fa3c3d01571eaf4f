"""Captures as WARC and WACZ, opened by programs that are not ours."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator as FastArchive
from fastwarc.warc import WarcRecordType
from tests.making import document
from tests.test_custody import PAGE, inputs, marsad
from warcio.archiveiterator import ArchiveIterator

from marsad import pipeline
from marsad.ingest import http_head, ingest
from marsad.model import Capture, Document, Kept, Raw
from marsad.pipeline import exporting
from marsad.publish.wacz import surt
from marsad.record import Filters, Record

NOON = datetime(2021, 5, 6, 12, tzinfo=UTC)
HEAD = http_head(200, "OK", [("Content-Type", "text/html; charset=utf-8")], size=len(PAGE.encode()))


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Record]:
    folder = tmp_path_factory.mktemp("archives")
    with Record.open(folder / "r.db", create=True) as opened:
        pipeline.add(opened, inputs(folder / "in"))
        (page,) = (d for d in ingest([folder / "in" / "page.html"]) if isinstance(d, Document))
        assert page.capture.raw is not None
        raw = replace(page.capture.raw, head=HEAD, file="")
        fetched = Capture("f", "https://www.news.invalid/خبر?b=2&a=1", "وكالة", NOON, raw)
        opened.add([replace(page, capture=fetched)])
        opened.add([document("خبر لم تُحفظ بايتاته.", source_id="none")])
        yield opened


def exported(record: Record, form: str) -> bytes:
    made = exporting.export(record, form)
    whole = b"".join(made.pieces)
    assert made.left_out == {"its bytes were not kept": 1}
    return whole


def tool(module: str, *words: str) -> str:
    """What a command says; in a process of its own, since these leave files open."""
    code = f"import sys; from {module} import main; sys.exit(main(sys.argv[1:]))"
    made = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True)
    assert made.returncode == 0, (made.stdout, made.stderr)
    return made.stdout


def with_bytes(record: Record) -> list[tuple[Kept, Raw]]:
    return [(one, one.capture.raw) for one in record.kept() if one.capture.raw]


def test_warcio_reads_the_very_bytes_and_finds_the_digests_right(record: Record) -> None:
    found, logs = [], []
    for one in ArchiveIterator(io.BytesIO(exported(record, "warc")), check_digests=True):
        content = one.content_stream().read()
        assert one.digest_checker.passed in (True, None)
        if one.rec_type == "metadata":
            logs.append(json.loads(content))
        elif one.rec_type != "warcinfo":
            head = b"" if one.http_headers is None else one.http_headers.to_str().encode("latin-1") + b"\r\n"
            found.append((one.rec_type, head, content, one.rec_headers.get_header("WARC-Date")))
    kept = with_bytes(record)
    assert [(head, content) for _, head, content, _ in found] == [(raw.head, raw.body) for _, raw in kept]
    assert [kind for kind, *_ in found].count("response") == 1
    assert {when for _, head, _, when in found if head} == {"2021-05-06T12:00:00Z"}
    assert [(log["capture"], log["hash"], log["document"]) for log in logs] == [
        (one.number, one.hash, one.document_id) for one, _ in kept
    ]


def test_fastwarc_reads_the_very_bytes(record: Record) -> None:
    found = []
    kinds = WarcRecordType.response | WarcRecordType.resource
    for one in FastArchive(io.BytesIO(exported(record, "warc")), record_types=kinds, parse_http=True):
        found.append((one.headers["WARC-Target-URI"], one.reader.read()))
    assert [body for _, body in found] == [raw.body for _, raw in with_bytes(record)]
    assert ("https://www.news.invalid/%D8%AE%D8%A8%D8%B1?b=2&a=1", PAGE.encode()) in found


def test_the_index_is_the_one_that_cdxj_indexer_makes(record: Record, tmp_path: Path) -> None:
    archive = tmp_path / "data.warc.gz"
    archive.write_bytes(exported(record, "warc"))
    theirs = tool("cdxj_indexer.main", "--sort", str(archive))
    with zipfile.ZipFile(io.BytesIO(exported(record, "wacz"))) as file:
        assert file.read("archive/data.warc.gz") == archive.read_bytes()
        ours = file.read("indexes/index.cdx").decode()
    fields = ("url", "mime", "status", "length", "offset", "filename", "digest")

    def told(lines: str) -> dict[str, tuple[object, ...]]:
        out = {}
        for line in lines.splitlines():
            key, moment, rest = line.split(" ", 2)
            values = json.loads(rest)
            out[values["offset"]] = (moment, *(values.get(name) for name in fields), key)
        return out

    hers, mine = told(theirs), told(ours)
    assert set(mine) <= set(hers)  # hers has the metadata too
    for offset, line in mine.items():
        assert line[:-2] == hers[offset][:-2]
        assert str(line[-1]) == str(hers[offset][-1]) or not str(line[1]).startswith("http")
    assert ours.splitlines() == sorted(ours.splitlines())


@pytest.mark.slow
def test_a_wacz_is_valid_to_the_tool_of_its_makers(record: Record, tmp_path: Path) -> None:
    path = tmp_path / "captures.wacz"
    path.write_bytes(exported(record, "wacz"))
    assert "the passed WACZ is valid" in tool("wacz.main", "validate", "-f", str(path))
    with zipfile.ZipFile(path) as file:
        assert all(i.compress_type == zipfile.ZIP_STORED for i in file.infolist() if "archive/" in i.filename)
        pages = [json.loads(line) for line in file.read("pages/pages.jsonl").splitlines()]
    assert {page["title"] for page in pages[1:]} == {"قصف على أطراف البلدة"}
    assert {page["ts"] for page in pages[1:]} == {"2021-05-06T12:00:00Z", "1970-01-01T00:00:00Z"}


def test_filters_choose_the_captures_of_the_incidents(record: Record, tmp_path: Path) -> None:
    assert b"".join(exporting.export(record, "warc", filters=Filters()).pieces) == exported(record, "warc")
    none = exporting.export(record, "warc", filters=Filters(min_killed=1))
    assert [one.rec_type for one in ArchiveIterator(io.BytesIO(b"".join(none.pieces)))] == ["warcinfo"]
    marsad("-r", record.address, "export", "-f", "wacz", "-o", str(tmp_path / "out.wacz"))
    assert zipfile.is_zipfile(tmp_path / "out.wacz")


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www2.Example.org/A?z=1&b", "org,example)/a?b&z=1"),
        ("http://example.org", "org,example)/"),
        ("urn:sha256:ab", "urn:sha256:ab"),
    ],
)
def test_keys_of_an_index_sort_sites_together(url: str, key: str) -> None:
    assert surt(url) == key
