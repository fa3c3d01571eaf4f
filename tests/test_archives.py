"""Web archives and packed files: what is in them comes out once, and what is broken is named while the rest goes on."""

from __future__ import annotations

import gzip
import io
import json
import sys
import tracemalloc
import zlib
from collections import Counter
from contextlib import suppress
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import brotli
import pytest
import zstandard
from hypothesis import example, given
from hypothesis import strategies as st

from marsad import lexicon
from marsad.errors import InputError
from marsad.ingest import Fault, Sieve, Tally, Unit, again, ingest, plan, take
from marsad.ingest.archive import archives, articles, name_of
from marsad.ingest.content import Unsound, body
from marsad.ingest.warc import Archive, Response, records, splits
from marsad.model import Document

PARAGRAPH = (
    "قال مصدر أمني إن عبوة ناسفة انفجرت صباح اليوم شمال البلدة رقم {n}، وأسفر الانفجار عن مقتل جنديين وإصابة ثلاثة "
    "آخرين كانوا على الطريق، فيما طوقت قوة من الجيش المكان بحثا عن منفذي الهجوم الذي لم تتبنه أي جهة حتى الآن."
)


def html(n: int = 0, *, charset: str = "utf-8", declared: str | None = None) -> bytes:
    meta = f'<meta charset="{declared or charset}">' if declared != "" else ""
    page = (
        f"<!doctype html><html><head>{meta}<title>انفجار عبوة شمال البلدة {n}</title></head><body><article>"
        f"<h1>انفجار عبوة شمال البلدة {n}</h1><p>{PARAGRAPH.format(n=n)}</p><p>{PARAGRAPH.format(n=n + 1)}</p>"
        "</article></body></html>"
    )
    return page.encode(charset)


def answer(content: bytes, *, status: str = "200 OK", type_: str = "text/html", **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {type_}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


def record(
    content: bytes, url: str = "http://news.invalid/1", *, kind: str = "response", extra: str = ""
) -> bytes:
    head = (
        f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2021-01-31T10:00:00Z\r\n"
        f"WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000000>\r\n{extra}"
        f"Content-Type: application/http; msgtype={kind}\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content + b"\r\n\r\n"


def write(path: Path, *parts: bytes, pack: Any = gzip.compress) -> Path:
    path.write_bytes(b"".join(map(pack, parts)))
    return path


def found(path: Path, **options: Any) -> tuple[list[Document], list[Fault], Counter[str]]:
    tally, taken = Tally(), []
    for one in archives(path):
        taken += (
            [one] if isinstance(one, Fault) else articles(one, name_of(path, one), tally=tally, **options)
        )
    documents = [item for item in taken if isinstance(item, Document)]
    return documents, [item for item in taken if isinstance(item, Fault)], tally


# ── what comes out ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "pack"),
    [("a.warc", bytes), ("a.warc.gz", gzip.compress), ("a.warc.zst", zstandard.compress)],
)
def test_the_articles_of_a_warc(name: str, pack: Any, tmp_path: Path) -> None:
    path = write(
        tmp_path / name,
        record(b"software: test\r\n", kind="warcinfo"),
        record(b"GET / HTTP/1.1\r\n\r\n", kind="request"),
        record(answer(html(1)), "http://news.invalid/1"),
        record(answer(html(2)), "https://www.news.invalid/2"),
        pack=pack,
    )
    documents, faults, tally = found(path)
    assert not faults and tally == {"answers": 2, "articles": 2}
    one, two = documents
    assert one.title == "انفجار عبوة شمال البلدة 1" and PARAGRAPH.format(n=2) in one.text
    assert (one.capture.url, two.capture.url) == ("http://news.invalid/1", "https://www.news.invalid/2")
    assert (
        one.capture.retrieved is not None and one.capture.retrieved.isoformat() == "2021-01-31T10:00:00+00:00"
    )
    assert one.published is None and len({d.capture.source_id for d in documents}) == 2
    assert one.capture.raw is not None and one.capture.raw.body == html(1)
    assert one.capture.raw.head.startswith(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n")
    assert list(ingest([path])) == documents  # as a user names it
    assert [again(d.capture.raw, "x") for d in documents if d.capture.raw] == documents


def test_the_archives_within_a_wacz(tmp_path: Path) -> None:
    inside = write(tmp_path / "data.warc.gz", record(answer(html(1))), record(answer(html(2))))
    path = tmp_path / "saved.wacz"
    with ZipFile(path, "w") as packed:
        packed.write(inside, "archive/data.warc.gz")
        packed.writestr("pages/pages.jsonl", "{}")
    documents, faults, _ = found(path)
    assert not faults and documents == found(inside)[0]
    assert documents[0].capture.source_id == "saved.wacz!data.warc.gz@0"
    path.write_bytes(path.read_bytes()[:-40])
    assert [str(fault.where) for fault in found(path)[1]] == [str(path)]


def test_all_records_packed_as_one(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(gzip.compress(b"".join(record(answer(html(n))) for n in range(5))))
    documents, faults, _ = found(path)
    assert len({document.capture.source_id for document in documents}) == 5 and not faults
    assert [unit.end for unit in plan([path], stretch=100)] == [None]


def test_what_is_passed_over_is_counted(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.warc.gz",
        record(answer(b"gone", status="404 Not Found")),
        record(answer(b"", status="301 Moved", Location="/2")),
        record(answer(b"\x89PNG", type_="image/png")),
        record(answer(b"  ")),
        record(answer(b"<html><body><a href=/>menu</a></body></html>")),
        record(answer(b""), kind="revisit", extra="WARC-Payload-Digest: sha1:AAAA\r\n"),
        record(answer(html())),
    )
    documents, faults, tally = found(path)
    assert len(documents) == 1 and not faults
    assert tally == {
        "answers": 6,
        "answers other than a page (redirects, errors)": 2,
        "files other than web pages": 1,
        "empty pages": 1,
        "pages without an article": 1,
        "pages met again as they had been": 1,
        "articles": 1,
    }


@pytest.mark.parametrize(
    ("charset", "declared", "server"),
    [
        ("utf-8", "iso-8859-1", "text/html; charset=iso-8859-1"),
        ("utf-8", "", "text/html; charset=windows-1256"),
        ("cp1256", "windows-1256", "text/html"),
        ("cp1256", "", "text/html; charset=windows-1256"),
        ("cp1256", "", "text/html; charset=utf-8"),
        ("cp1256", "iso-8859-1", "text/html"),
        ("cp1256", "", "text/html"),
        ("iso8859-6", "iso-8859-6", "text/html"),
        ("utf-16", "", "text/html"),
    ],
)
def test_a_charset_that_is_wrong_or_missing(charset: str, declared: str, server: str, tmp_path: Path) -> None:
    page = answer(html(7, charset=charset, declared=declared), type_=server)
    (document,), faults, _ = found(write(tmp_path / "a.warc.gz", record(page)))
    assert not faults and PARAGRAPH.format(n=7) in document.text


# ── what is packed ────────────────────────────────────────────────────────────────────────

PACKS = {
    "gzip": gzip.compress,
    "br": brotli.compress,
    "deflate": zlib.compress,
    "zstd": zstandard.compress,
    "identity": bytes,
}


def chunked(content: bytes, size: int) -> bytes:
    pieces = [content[at : at + size] for at in range(0, len(content), size)]
    return b"".join(f"{len(p):x};x=1\r\n".encode() + p + b"\r\n" for p in pieces) + b"0\r\n\r\n"


@given(
    content=st.binary(min_size=1, max_size=3000).map(lambda data: b"<html>" + data),
    coding=st.sampled_from(sorted(PACKS)),
    size=st.none() | st.integers(1, 500),
    undone=st.booleans(),
)
def test_a_body_is_what_the_server_packed(
    content: bytes, coding: str, size: int | None, undone: bool
) -> None:
    """Also where the crawler has undone the coding and left the header."""
    raw = content if undone else PACKS[coding](content)
    raw = chunked(raw, size) if size else raw
    assert body(raw, encoding=coding, transfer="chunked" if size else None, limit=10_000) == content


@pytest.mark.parametrize("coding", sorted(set(PACKS) - {"identity"}))
def test_a_bomb_is_refused_within_bounds(coding: str) -> None:
    pack = partial(brotli.compress, quality=1) if coding == "br" else PACKS[coding]
    bomb = pack(bytes(40_000_000))
    tracemalloc.start()
    with pytest.raises(Unsound, match="longer than 1 MB"):
        body(bomb, encoding=coding, transfer=None, limit=1_000_000)
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


@given(
    st.binary(max_size=300), st.sampled_from(["gzip", "br", "deflate", "zstd", "x", "gzip, br", "a,b,c,d"])
)
def test_no_bytes_break_the_unpacking(raw: bytes, coding: str) -> None:
    for transfer in (None, "chunked"):
        with suppress(Unsound):
            assert len(body(raw, encoding=coding, transfer=transfer, limit=1000)) <= 1000


def test_an_answer_that_cannot_be_unpacked_is_named(tmp_path: Path) -> None:
    cut = answer(gzip.compress(html(1))[:-30], Content_Encoding="gzip")
    path = write(tmp_path / "a.warc.gz", record(cut), record(answer(html(2))))
    documents, (fault,), _ = found(path)
    assert len(documents) == 1 and "cut short" in fault.message and fault.where == f"{path} at byte 0"


# ── what is broken ────────────────────────────────────────────────────────────────────────

RECORDS = [record(answer(html(n)), f"http://news.invalid/{n}") for n in range(6)]
MEMBERS = [gzip.compress(one) for one in RECORDS]
STARTS = [sum(map(len, MEMBERS[:n])) for n in range(7)]


def opened(content: bytes) -> Archive:
    return Archive("a.warc.gz", partial(io.BytesIO, content), len(content))


def urls(content: bytes, **options: Any) -> list[str]:
    return [item.url for item in records(opened(content), **options) if isinstance(item, Response)]


@given(at=st.integers(0, STARTS[-1] - 1), mask=st.integers(1, 255), size=st.integers(1, 40))
@example(at=STARTS[1] + 3, mask=4, size=1)  # the head of a member says that a field is in it that is not
def test_damage_costs_the_record_that_it_is_in(at: int, mask: int, size: int) -> None:
    data = bytearray(b"".join(MEMBERS))
    for place in range(at, min(at + size, len(data))):
        data[place] ^= mask
    hit = {n for n in range(6) if STARTS[n] < at + size and at < STARTS[n + 1]}
    items = list(records(opened(bytes(data))))
    came = {item.url for item in items if isinstance(item, Response)}
    assert {f"http://news.invalid/{n}" for n in range(6) if n not in hit} <= came
    lost = {f"http://news.invalid/{n}" for n in hit} - came
    assert not lost or any(isinstance(item, Fault) and "byte" in item.where for item in items)


@given(st.integers(0, STARTS[-1]))
def test_a_file_that_is_cut_short_says_where(size: int) -> None:
    items = list(records(opened(b"".join(MEMBERS)[:size])))
    whole = sum(start <= size for start in STARTS[1:])
    came = [item.url for item in items if isinstance(item, Response)]
    # of the last one all but its checksum may be there
    assert came in [[f"http://news.invalid/{n}" for n in range(count)] for count in (whole, whole + 1)]
    faults = [item for item in items if isinstance(item, Fault)]
    assert len(faults) == (0 if size in STARTS[1:] else 1)
    if whole and faults:
        assert faults[0].where == f"a.warc.gz at byte {STARTS[whole]}"


def test_an_unpacked_record_with_a_wrong_length(tmp_path: Path) -> None:
    broken = RECORDS[2].replace(b"Content-Length: ", b"Content-Length: 1")
    path = write(tmp_path / "a.warc", *RECORDS[:2], broken, *RECORDS[3:], pack=bytes)
    documents, faults, _ = found(path)
    assert {f"http://news.invalid/{n}" for n in (0, 1, 5)} <= {d.capture.url for d in documents} and faults


# ── in stretches ──────────────────────────────────────────────────────────────────────────


@given(cuts=st.sets(st.integers(1, STARTS[-1] - 1), max_size=6), pack=st.sampled_from([gzip.compress, bytes]))
def test_stretches_give_each_record_once(cuts: set[int], pack: Any) -> None:
    content = b"".join(map(pack, RECORDS))
    assert splits(opened(content))
    edges = [0, *sorted(cut for cut in cuts if cut < len(content)), None]
    parts = [urls(content, begin=b, end=e) for b, e in pairwise(edges)]  # type: ignore[arg-type]
    assert [url for part in parts for url in part] == [f"http://news.invalid/{n}" for n in range(6)]


def units_of(path: Path, **options: Any) -> tuple[list[Unit], list[Document | Fault]]:
    units = list(plan([path], **options))
    return units, [item for unit in units for item in take(unit, tally=Tally())]


@given(
    rows=st.lists(
        st.sampled_from(
            [
                b'{"text": "%s"}' % ("خبر " * 30).encode(),
                b"",
                b"not json",
                b'{"id": "x", "text": "a b"}',
                b" ",
            ]
        ),
        min_size=1,
        max_size=60,
    ),
    stretch=st.integers(1, 4000),
)
def test_stretches_of_lines_give_what_the_file_gives(
    rows: list[bytes], stretch: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("lines") / "a.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + b"\n".join([b"{}", *rows]))
    units, items = units_of(path, stretch=stretch)
    assert items == list(ingest([path]))
    assert len(units) > 1 or path.stat().st_size <= 2 * stretch + 300
    starts = [d.capture.raw.pieces[0].start for d in items if isinstance(d, Document) and d.capture.raw]
    assert starts == sorted(set(starts), key=lambda start: start or 0)


def test_units_of_a_folder_give_what_the_folder_gives(tmp_path: Path) -> None:
    for n in range(450):
        folder = tmp_path / f"{n % 3}"
        folder.mkdir(exist_ok=True)
        (folder / f"{n}.txt").write_text(PARAGRAPH.format(n=n), "utf-8")
    write(tmp_path / "1" / "a.warc.gz", *RECORDS)
    (tmp_path / "2" / "notes.ini").write_text("passed over")
    (tmp_path / "2" / "lost.txt").symlink_to(tmp_path / "nowhere")
    units, items = units_of(tmp_path, stretch=len(MEMBERS[0]) * 2)
    assert items == list(ingest([tmp_path]))
    assert {unit.kind for unit in units} == {"files", "archive"} and len(units) > 5


@pytest.mark.parametrize("paths", [["nowhere.txt"], ["empty"], ["notes.ini"], ["nowhere.warc.gz"]])
def test_units_tell_what_cannot_be_read(
    paths: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("empty").mkdir()
    Path("notes.ini").write_text("x")
    assert [i for unit in plan(paths) for i in take(unit, tally=Tally())] == list(ingest(paths))
    assert len(list(ingest(paths))) == 1


# ── packed JSONL ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("ending", "pack"), [(".gz", gzip.compress), (".zst", zstandard.compress)])
def test_packed_lines_are_lines(ending: str, pack: Any, tmp_path: Path) -> None:
    rows = [json.dumps({"text": PARAGRAPH.format(n=n)}).encode() + b"\n" for n in range(50)]
    plain = tmp_path / "a.jsonl"
    plain.write_bytes(b"".join(rows))
    packed = tmp_path / f"a.jsonl{ending}"
    packed.write_bytes(pack(b"".join(rows[:20])) + pack(b"".join(rows[20:])))  # several members
    assert list(ingest([packed])) == list(ingest([plain]))
    packed.write_bytes(packed.read_bytes()[:-15])
    *whole, last = ingest([packed])
    assert isinstance(last, Fault) and "cut short" in last.message
    assert whole and all(isinstance(item, Document) for item in whole[:20])


def test_packed_lines_do_not_fill_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.zst"
    path.write_bytes(zstandard.compress(bytes(300_000_000)))
    tracemalloc.start()
    (fault,) = ingest([path])
    assert tracemalloc.get_traced_memory()[1] < 100_000_000
    tracemalloc.stop()
    assert isinstance(fault, Fault)


# ── the sieve ─────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def sieve() -> Sieve:
    return Sieve(lexicon.load())


def page(paragraph: str) -> str:
    return f"<html><body>{''.join(f'<p>{paragraph}</p>' for _ in range(4))}</body></html>"


def test_the_sieve_keeps_news_of_conflict(sieve: Sieve) -> None:
    assert sieve.passes_over(html().decode()) is None
    assert sieve.passes_over(page("".join(f"&#{ord(char)};" for char in PARAGRAPH))) is None


@pytest.mark.parametrize(
    "paragraph",
    [
        "فاز المنتخب على ضيفه بهدفين مقابل هدف واحد في المباراة التي أقيمت مساء أمس على الملعب البلدي أمام جمهور كبير",
        "توقعت هيئة الأرصاد أن تكون السماء صافية والرياح خفيفة، وأن تبلغ درجة الحرارة العظمى ثلاثين درجة في العاصمة",
        "يضاف السكر والحليب إلى الدقيق ثم يخبز العجين في الفرن نصف ساعة، ويقدم باردا مع العسل والجوز والقرفة",
    ],
)
def test_the_sieve_passes_over_other_news(paragraph: str, sieve: Sieve) -> None:
    assert sieve.passes_over(page(paragraph)) == "pages without words of conflict"


def test_the_sieve_passes_over_other_languages(sieve: Sieve) -> None:
    for text in (
        "The ministry said that two soldiers were killed.",
        "Министерство сообщило о взрыве.",
        "عربي",
    ):
        assert sieve.passes_over(page(text)) == "pages not in Arabic"


def test_only_crawls_are_sieved_unless_it_is_said(tmp_path: Path) -> None:
    other = record(answer(b"<html><p>" + b"The weather will be fine and dry in the capital today. " * 5))
    named = write(tmp_path / "saved.warc.gz", other)
    crawled = write(tmp_path / "CC-NEWS-20210131-00001.warc.gz", other)
    assert [unit.sieved for unit in plan([named, crawled])] == [False, True]
    assert [unit.sieved for unit in plan([named, crawled], sieved="all")] == [True, True]
    assert [unit.sieved for unit in plan([named, crawled], sieved="none")] == [False, False]
    tallies = []
    for unit in plan([named, crawled]):
        tally = Tally()
        list(take(unit, tally=tally, sieve=Sieve(lexicon.load())))
        tallies.append(tally)
    assert tallies == [{"answers": 1, "articles": 1}, {"answers": 1, "pages not in Arabic": 1}]


# ── what is missing ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("module", "name"), [("fastwarc.warc", "a.warc.gz"), ("zstandard", "a.jsonl.zst")])
def test_a_missing_package_is_named(
    module: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / name, *RECORDS)
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(InputError, match=r"pip install 'marsad\[archive\]'"):
        list(ingest([path]))
