"""The chain of custody: the bytes of every capture are kept, and nothing appended changes unseen."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.making import document
from tests.test_coded import table

from marsad import pipeline
from marsad.ingest import Fault, again, http_head, ingest
from marsad.model import Capture, Document, Piece, Raw
from marsad.record import Added, Record

PAGE = """<html><head><title>قصف على أطراف البلدة</title>
<link rel="canonical" href="https://news.invalid/1"></head><body><article><h1>قصف على أطراف البلدة</h1>
<p>قُتل ثلاثة مدنيين وأصيب أربعة آخرون في قصف مدفعي على أطراف البلدة صباح الثلاثاء، بحسب مصدر طبي.</p>
<p>وقال المصدر إن القصف استمر ساعة كاملة وألحق أضراراً مادية بعدد من المنازل في الحي.</p></article></body></html>"""

LINES = [
    {"id": "a1", "url": "https://news.invalid/2", "outlet": "وكالة", "published": "2021-05-05",
     "title": "انفجار في السوق", "text": "قُتل شخصان بانفجار عبوة ناسفة في السوق يوم الثلاثاء."},
    {"id": "a2", "text": "اعتقلت القوات الأمنية خمسة أشخاص في عملية تفتيش شمال المدينة."},
]  # fmt: skip


@pytest.fixture
def record(tmp_path: Path) -> Record:
    return Record.open(tmp_path / "r.db", create=True)


def inputs(folder: Path) -> list[Path]:
    """One file of every kind that is read."""
    folder.mkdir(exist_ok=True)
    (folder / "page.html").write_text(PAGE, encoding="utf-8")
    (folder / "old.html").write_bytes(
        PAGE.replace("<head>", '<head><meta charset="windows-1256">').encode("cp1256")
    )
    (folder / "text.txt").write_bytes("\ufeffعنوان الخبر\r\n\r\nقُتل جندي في كمين شرق البلدة.".encode())
    lines = "\n".join(json.dumps(line, ensure_ascii=number == 1) for number, line in enumerate(LINES))
    (folder / "lines.jsonl").write_bytes(b"\xef\xbb\xbf" + lines.replace("\n", "\r\n\n").encode())
    table(folder / "rows.csv", {"where_coordinates": "a\nb: c"}, {})
    table(folder / "packed.csv.gz", {"id": "9"})
    return sorted(folder.iterdir())


def test_every_document_comes_with_the_bytes_of_its_file(tmp_path: Path) -> None:
    for path in inputs(tmp_path / "in"):
        whole = path.read_bytes()
        for item in ingest([path]):
            assert isinstance(item, Document) and item.capture.raw is not None
            assert item.capture.raw.file == str(path)
            if path.suffix == ".gz":
                continue  # the places are those in what it unpacks to
            for piece in item.capture.raw.pieces:
                assert piece.start is not None
                assert whole[piece.start : piece.start + len(piece.data)] == piece.data


def test_the_bytes_that_were_kept_give_the_document_again(record: Record, tmp_path: Path) -> None:
    taken = pipeline.add(record, inputs(tmp_path / "in"))
    assert (taken.added.documents, taken.added.captures) == (7, 1) and not taken.told
    kept = record.kept()
    assert [one.number for one in kept] == list(range(1, 9)) and record.kept(after=7) == kept[7:]
    for one in kept:
        assert one.capture.raw is not None
        made, held = (
            again(one.capture.raw, one.capture.source_id.partition(":")[0]),
            record.document(one.document_id),
        )
        assert isinstance(made, Document) and held is not None
        assert (made, made.id) == (held, held.id)
        assert made.capture == one.capture


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(
    text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1),
    title=st.none() | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    escaped=st.booleans(),
)
def test_any_text_is_made_again_from_its_bytes(
    text: str, title: str | None, escaped: bool, tmp_path: Path
) -> None:
    line = json.dumps({"text": text, "title": title}, ensure_ascii=escaped)
    (tmp_path / "a.jsonl").write_text(line, encoding="utf-8", newline="")
    (tmp_path / "b.txt").write_text(text, encoding="utf-8", newline="")
    for item in ingest([tmp_path / "a.jsonl", tmp_path / "b.txt"]):
        if isinstance(item, Document):
            assert item.capture.raw is not None
            assert again(item.capture.raw, "x") == item


def test_bytes_are_kept_once_and_rows_share_the_head_of_their_table(record: Record, tmp_path: Path) -> None:
    pipeline.add(record, [table(tmp_path / "rows.csv", {}, {}, {})])
    raws = [one.capture.raw for one in record.kept()]
    assert (
        len({raw.pieces[0] for raw in raws if raw}) == 1 and len({raw.pieces[1] for raw in raws if raw}) == 3
    )
    with sqlite3.connect(record.address) as file:
        assert file.execute("select count(*) from blobs").fetchone() == (4,)
    file.close()


def test_what_came_over_http_keeps_its_headers(record: Record) -> None:
    body = PAGE.encode()
    head = http_head(200, "OK", [("Content-Type", "text/html"), ("Content-Encoding", "br")], size=len(body))
    raw = Raw((Piece(body),), "page/1", "text/html", head=head)
    record.add([replace(document(), capture=Capture("p", "https://news.invalid/1", raw=raw))])
    (kept,) = record.kept_of(document().id)
    assert kept.capture.raw == raw
    assert raw.head.startswith(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n")
    assert b"\r\nX-Archive-Orig-Content-Encoding: br\r\n" in raw.head
    assert raw.head.endswith(f"\r\nContent-Length: {len(body)}\r\n\r\n".encode())


def test_bytes_of_a_text_known_without_them_are_kept_once(record: Record) -> None:
    bare = document()
    raw = Raw((Piece(b"x"),), "text/1", "text/plain")
    full = replace(bare, capture=replace(bare.capture, raw=raw))
    assert record.add([bare]) == Added(documents=1)
    assert record.add([bare]) == Added(known=1)
    assert record.add([full]) == Added(captures=1)
    assert record.add([full]) == record.add([bare]) == Added(known=1)
    assert [one.capture.raw for one in record.kept()] == [None, raw]


def test_an_unknown_way_to_make_a_document_is_a_fault() -> None:
    made = again(Raw((Piece(b"x"),), "tablet/1", "text/plain"), "x")
    assert isinstance(made, Fault) and "tablet" in made.message


def test_a_record_without_captured_bytes_is_brought_up_to_date(tmp_path: Path) -> None:
    """As the tables of version 6 were: captures without bytes and without a chain."""
    path = tmp_path / "r.db"
    news = [document(), document("خبر آخر عن القصف.", source_id="b"), document(outlet="أ")]
    with Record.open(path, create=True) as record:
        record.add(news)
    with sqlite3.connect(path) as old:
        old.executescript(
            "create table was as select number, document_id, source_id, url, outlet, retrieved, seq from captures;"
            "drop table captures; drop table blobs; alter table was rename to captures;"
            "delete from meta where key = 'captures'; update meta set value = '6' where key = 'schema'"
        )
    old.close()
    with Record.open(path) as record:
        assert record.capture_head()[0] == 3
        assert [len(taken) for taken in record.captures([n.id for n in news[:2]]).values()] == [2, 1]
        assert record.add(news) == Added(known=3)
