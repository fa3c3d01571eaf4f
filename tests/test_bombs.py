"""Small input that stands for much: it is refused by name and place, within bounds, and what stands behind it is read.

`python -m bench.bombs` measures the large ones. Those here would take minutes or years if a bound were not kept.
"""

from __future__ import annotations

import gzip
import json
import zipfile
from pathlib import Path

import pytest
from bench.bomb_files import bombs, page, record, zst
from bench.bombs import MEGABYTES, SECONDS, measure
from bench.fuzz_targets import TARGETS, seeds

from marsad.ingest import Fault, again, ingest, plan, take
from marsad.ingest.archive import Tally
from marsad.ingest.charset import page_text
from marsad.ingest.fault import MOST_FAULTS
from marsad.ingest.feeds import listing
from marsad.ingest.http_head import header, http_head
from marsad.model import Document
from marsad.net import inflated

SOUND = "قُتل ثلاثة جنود بانفجار عبوة ناسفة في كركوك أمس الثلاثاء، بحسب مصدر أمني كان في المكان."
ITEM = "<item><title>a</title><link>https://news.test/1</link></item>"


def taken(*paths: Path) -> tuple[list[Document], list[Fault]]:
    items = list(ingest(paths))
    return [i for i in items if isinstance(i, Document)], [i for i in items if isinstance(i, Fault)]


def sound(folder: Path) -> Path:
    path = folder / "z.jsonl"
    path.write_text(json.dumps({"text": SOUND}, ensure_ascii=False) + "\n", "utf8")
    return path


@pytest.mark.parametrize("target", sorted(set(TARGETS) - {"queries"}))
def test_what_fuzzing_begins_with_is_sound(target: str) -> None:
    """So that a target that no longer runs is seen here and not in the night that it was to run."""
    check = TARGETS[target]()
    begun = list(seeds(target))
    assert begun
    for seed in begun[:: max(len(begun) // 8, 1)]:
        check(seed)


# ── measured ──────────────────────────────────────────────────────────────────────────────

BOMBS = {name: (what, name, write) for what, name, write in bombs()}


@pytest.mark.parametrize(
    "name",
    [
        "deep.feed", "blank.feed", "laughs.feed", "mapped.feed", "members.feed", "headings.html", "times.html", "open.html",
        "blank.jsonl.zst", "headers.warc", "charset.warc", "zip.wacz", "overlap.wacz",
    ],
)  # fmt: skip
@pytest.mark.slow
def test_a_bomb_keeps_the_bounds_that_are_stated(name: str) -> None:
    """In a process of its own, with its time and its most memory taken; a sound article behind it is read."""
    took = measure(BOMBS[name], SECONDS)
    assert took.seconds <= SECONDS and took.megabytes <= MEGABYTES and took.sound, took


# ── packed ────────────────────────────────────────────────────────────────────────────────


def test_packed_lines_that_unpack_to_no_end_are_named_with_their_byte(tmp_path: Path) -> None:
    path, line = tmp_path / "a.jsonl.zst", json.dumps({"text": SOUND}).encode() + b"\n"
    path.write_bytes(zst(line, b" " * 1_000_000, 120))
    (document,), faults = taken(path)
    assert document.text == SOUND
    assert "250 times" in faults[-1].message and "at byte" in faults[-1].message
    path.write_bytes(zst(line, b"\n" * 100_000, 11) + zst(line, b"", 0))
    (document,), (fault,) = taken(path)
    assert "1,000,000 empty lines" in fault.message and fault.where == f"{path}:1000002"


def test_news_that_is_packed_well_is_no_bomb(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    lines = (json.dumps({"text": f"{SOUND} {n}"}) + "\n" for n in range(20_000))
    with gzip.open(path, "wt", compresslevel=9) as stream:
        stream.writelines(lines)
    documents, faults = taken(path)
    assert len(documents) == 20_000 and not faults


@pytest.mark.parametrize("tail", [b"", b"\0" * 200_000, b"\0"])
def test_a_body_of_many_parts_is_unpacked_whole(tail: bytes) -> None:
    parts = [b"a" * n for n in (0, 1, 70_000, 0, 5)]
    packed = b"".join(map(gzip.compress, parts)) + gzip.compress(b"") * 40_000
    assert inflated(packed + tail, 100_000) == b"".join(parts)
    assert inflated(packed + tail, 70_000) == "too large"
    assert inflated(packed[:-3], 100_000) == "truncated"
    assert inflated(packed + b"x", 100_000) == "encoding" or inflated(packed + b"x", 100_000) == "truncated"


# ── web archives ──────────────────────────────────────────────────────────────────────────


def wacz(path: Path, how: int, **files: bytes) -> Path:
    with zipfile.ZipFile(path, "w", how) as packed:
        for name, data in files.items():
            packed.writestr(f"archive/{name}.warc", data)
    return path


def test_a_wacz_that_is_packed_twice_or_locked_or_overlaps_is_named_and_the_rest_is_read(
    tmp_path: Path,
) -> None:
    one = record(page(f"<article><p>{SOUND}</p><p>{SOUND}</p></article>"))
    good = wacz(tmp_path / "good.wacz", zipfile.ZIP_STORED, a=one, b=one)
    assert len(taken(good)[0]) == 2
    (fault,) = taken(wacz(tmp_path / "twice.wacz", zipfile.ZIP_DEFLATED, a=one))[1]
    assert "packed once more" in fault.message and fault.where.endswith("twice.wacz!archive/a.warc")
    held = good.read_bytes()
    central = held.index(b"PK\1\2")
    second = held.index(b"PK\1\2", central + 1)
    for at, value, said in (
        (second + 42, b"\0\0\0\0", "overlap"),  # the second begins where the first does
        (central + 8, b"\1\0", "password"),
        (second + 42, b"\xff\xff\xff\x7f", "not there"),
    ):
        broken = bytearray(held)
        broken[at : at + len(value)] = value
        path = tmp_path / "broken.wacz"
        path.write_bytes(broken)
        documents, faults = taken(path, sound(tmp_path))
        assert len(documents) == 2 and said in faults[0].message, (documents, faults)
        items = [item for unit in plan([path]) for item in take(unit, tally=Tally())]
        assert [i for i in items if isinstance(i, Fault)] == faults


def test_broken_records_without_end_are_counted(tmp_path: Path) -> None:
    many = MOST_FAULTS + 20
    path = tmp_path / "a.warc.gz"
    path.write_bytes(gzip.compress(b"WARC/1.0\r\n", mtime=0)[:-4] * many)
    _, faults = taken(path)
    assert len(faults) == MOST_FAULTS + 1 and f"{many - MOST_FAULTS} more faults" in faults[-1].message


def test_a_zstd_archive_of_nothing_without_end_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.zst"
    path.write_bytes(zst(record(b"", length=150_000_000), bytes(1_000_000), 150))
    _, (fault,) = taken(path)
    assert "250 times" in fault.message and fault.where == str(path)


def test_a_server_that_names_its_type_in_no_ascii_is_read(tmp_path: Path) -> None:
    """Once ended the watch: the mail parser gives no string for such a header."""
    told = page(f"<article><p>{SOUND}</p><p>{SOUND}</p></article>")
    (tmp_path / "a.warc").write_bytes(record(told, kind="text/html; x=é"))
    (document,), faults = taken(tmp_path / "a.warc")
    assert SOUND in document.text and not faults


@pytest.mark.parametrize("how", ["a NUL", "utf-16"])
def test_what_an_archive_gave_is_given_again_by_the_bytes_that_were_kept(tmp_path: Path, how: str) -> None:
    told = page(f"<article><p>{SOUND}</p><p>{SOUND}</p></article>")
    told = told.replace(b"<head>", b"<head>\0") if how == "a NUL" else told.decode().encode("utf-16")
    (tmp_path / "a.warc").write_bytes(record(told))
    (document,), _ = taken(tmp_path / "a.warc")
    assert document.capture.raw is not None
    assert again(document.capture.raw, document.capture.source_id) == document


def test_a_head_says_no_header_that_never_came() -> None:
    head = http_head(200, "OK\r\nX: 1", [("A\r\nB", "c\r\n\r\nd"), ("Content-Type", "text/html; é")], size=1)
    assert head.count(b"\r\n") == 5 and header(head, "x") is None and header(head, "b") is None
    assert header(head, "content-type") == "text/html; é"
    assert header(b"HTTP/1.1 200 OK\r\nno header\r\nA: b\r\n\r\n", "a") == "b"


# ── pages and feeds ───────────────────────────────────────────────────────────────────────


def test_brackets_alone_are_looked_through_once() -> None:
    assert isinstance(page_text(b"<" * 2_000_000 + b"\xff", "x", guess=True), Fault)


def test_headings_in_headings_and_times_deep_in_a_page_do_no_harm(tmp_path: Path) -> None:
    body = "<div>" * 300 + "<h1><div>" * 150 + "<time datetime=2021-01-31>x</time>" * 5_000
    (tmp_path / "a.html").write_bytes(page(f"<article><p>{SOUND}</p><p>{SOUND}</p></article>{body}"))
    documents, faults = taken(tmp_path / "a.html")
    assert len(documents) + len(faults) == 1


def feed(body: str, lead: str = "") -> bytes:
    return f'{lead}<rss version="2.0"><channel><title>x</title>{body}</channel></rss>'.encode()


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (feed("<a>" * 300_000), "nests more than 256 elements, in line 1"),
        (feed(ITEM, "\n" * 200_000), "begins only behind 200,000 characters"),
        (feed(ITEM, '<?xml version="1.0"?>' + "\n<!ENTITY" * 20_000), "begins only behind"),
        (feed(ITEM * 200_000), "longer than 10 MB"),
    ],
)
def test_a_feed_that_would_take_all_time_is_refused_by_name(raw: bytes, said: str) -> None:
    found = listing(raw, "https://news.test/feed")
    assert isinstance(found, Fault) and said in found.message and found.hint


def test_a_feed_in_bounds_is_none_of_them() -> None:
    found = listing(
        feed(ITEM + "<br/>" * 5000 + "<a><b></b></a>" * 500, "\n" * 900), "https://news.test/feed"
    )
    assert not isinstance(found, Fault) and len(found.entries) == 1


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("<p>" * 100_001, "more than 100,000 elements"),
        (f"<p {' '.join(f'a{n}=1' for n in range(400_000))}>{SOUND}</p>", "more attributes than any has"),
        (
            "<p " + " ".join(f'a{n} = ">"' for n in range(400_000)) + f">{SOUND}</p>",
            "more attributes than any has",
        ),
    ],
    ids=["elements", "attributes", "attributes in quotation marks"],
)
def test_a_page_that_would_take_the_square_of_its_length_is_refused(
    tmp_path: Path, body: str, said: str
) -> None:
    (tmp_path / "a.html").write_bytes(page(body))
    (document,), (fault,) = taken(tmp_path / "a.html", sound(tmp_path))
    assert document.text == SOUND and said in fault.message
