"""The chain of custody: the bytes of every capture are kept, and nothing appended changes unseen."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, text
from tests.making import document, event
from tests.test_coded import table
from tests.test_record import tell
from typer.testing import CliRunner, Result

from marsad import pipeline
from marsad.cli.app import app
from marsad.database import is_address
from marsad.errors import RecordError
from marsad.ingest import Fault, again, http_head, ingest
from marsad.model import Capture, Document, Piece, Raw
from marsad.pipeline import custody, deciding
from marsad.record import Added, Record
from marsad.record.custody import Wrong

NOON = datetime(2021, 5, 6, 12, tzinfo=UTC)

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
def record(fresh: Callable[[], str]) -> Iterator[Record]:
    with Record.open(fresh(), create=True) as opened:
        yield opened


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
    assert list(custody.wrongs(record)) == [] == list(custody.remade(record))


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
    path = table(tmp_path / "rows.csv", {}, {}, {})
    pipeline.add(record, [path])
    raws = [one.capture.raw for one in record.kept()]
    assert (
        len({raw.pieces[0] for raw in raws if raw}) == 1 and len({raw.pieces[1] for raw in raws if raw}) == 3
    )
    assert record.holding().size == len(path.read_bytes())


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
        assert record.holding().captures == 3
        assert [len(taken) for taken in record.captures([n.id for n in news[:2]]).values()] == [2, 1]
        assert record.add(news) == Added(known=3)


# ── what is changed later ─────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record that holds something in every table that is appended to."""
    folder = tmp_path_factory.mktemp("full")
    path = folder / "r.db"
    head = http_head(200, "OK", [("Content-Type", "text/html")], size=4)
    raw = Raw((Piece(b"page", 7),), "page/1", "text/html", "crawl.warc", "1", head)
    with Record.open(path, create=True) as record:
        pipeline.add(record, inputs(folder / "in"))
        record.add([replace(document(), capture=Capture("w", "https://news.invalid/3", "وكالة", NOON, raw))])
        record.add([document("نص بلا بايتات محفوظة.")])
        tell(record, (document(), (event(),)))
        told = record.incidents()[0].tellings[0]
        deciding.accept(record, told.event_id, author="ليلى", link=False)
        deciding.reject(record, told.event_id, author="سامر", reason="تدريب", link=False)
        record.replace_incidents([], places={}, text={})  # its id is retired
    with sqlite3.connect(path) as file:
        file.execute("pragma wal_checkpoint(truncate)")
    file.close()
    return path


APPENDED = ("documents", "captures", "blobs", "decisions", "retired")


def content(path: Path) -> dict[str, list[tuple[bytes | int, ...]]]:
    """All that is appended, as bytes."""
    file = sqlite3.connect(path)
    file.text_factory = bytes
    out = {name: file.execute(f"select * from {name} order by 1").fetchall() for name in APPENDED}
    out["meta"] = file.execute(
        "select * from meta where key in ('captures', 'decisions') order by 1"
    ).fetchall()
    file.close()
    return out


def found(path: Path) -> list[Wrong]:
    with Record.open(path, readonly=True) as record:
        return list(custody.wrongs(record))


def test_nothing_is_wrong_with_what_was_not_changed(full: Path) -> None:
    assert found(full) == []
    assert all(content(full).values())


#: The number of a document is its rank and no more, so that not every change of it is one.
ORDER = ("documents", "number")


@pytest.mark.slow
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_changed_byte_of_what_was_appended_is_found_and_named(
    full: Path, tmp_path: Path, data: st.DataObject
) -> None:
    path = copied(full, tmp_path)
    before = content(path)
    name = data.draw(st.sampled_from([*APPENDED, "meta"]))
    with closing(sqlite3.connect(path)) as file:
        columns = [row[1] for row in file.execute(f"pragma table_info({name})")]
        row = dict(zip(columns, data.draw(st.sampled_from(before[name])), strict=True))
        left_out = (ORDER, ("meta", "key"))
        there = [c for c in columns if row[c] not in (None, b"") and (name, c) not in left_out]
        column = data.draw(st.sampled_from(there))
        key, was = row[columns[0]], row[column]
        if isinstance(was, int):
            now: bytes | int = was ^ (1 << data.draw(st.integers(0, 15)))
        else:
            at, flip = data.draw(st.integers(0, len(was) - 1)), data.draw(st.integers(1, 255))
            now = was[:at] + bytes([was[at] ^ flip]) + was[at + 1 :]
        kind = "blob" if column == "packed" else kind_of(was)
        try:
            file.execute(
                f"update {name} set {column} = cast(? as {kind}) where {columns[0]} = cast(? as {kind_of(key)})",
                (now, key),
            )
        except sqlite3.IntegrityError:
            assume(False)  # there is another of that key
        file.commit()
    wrongs = found(path)
    told = " ".join(wrong.message for wrong in wrongs)
    touched = {number for wrong in wrongs for number in wrong.captures}
    match name:
        case "documents":
            id_ = row["id"].decode()
            assert id_ in {wrong.document_id for wrong in wrongs if wrong.what == "documents"}
        case "captures":
            assert key in touched or f"capture {key} " in told
        case "blobs":
            naming = {r[0] for r in before["captures"] if row["hash"] in r[7]}
            assert naming and naming <= touched
        case "decisions":
            assert f"decision {key} " in told
        case "retired":
            assert "ids" in {wrong.what for wrong in wrongs}
        case _:
            assert wrongs


def copied(full: Path, folder: Path) -> Path:
    for leftover in folder.glob("changed.db*"):
        leftover.unlink()
    path = folder / "changed.db"
    path.write_bytes(full.read_bytes())
    return path


def kind_of(value: object) -> str:
    return "integer" if isinstance(value, int) else "text"


def test_documents_in_another_order_are_found(full: Path, tmp_path: Path) -> None:
    path = copied(full, tmp_path)
    with closing(sqlite3.connect(path)) as file:
        file.execute("update documents set number = 99 where number = 2")
        file.commit()
    assert {wrong.what for wrong in found(path)} == {"documents"}


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, 2**31), flip=st.integers(1, 255))
def test_no_changed_byte_of_the_file_changes_unseen_what_was_appended(
    full: Path, tmp_path: Path, at: int, flip: int
) -> None:
    """Many bytes of the file are of no row; what a changed one changes is either nothing or found."""
    path = copied(full, tmp_path)
    raw = bytearray(path.read_bytes())
    raw[at % len(raw)] ^= flip
    path.write_bytes(raw)
    try:
        wrongs = found(path)
    except RecordError:
        return  # refused as a whole
    if not wrongs:
        assert content(path) == content(full)


def test_a_changed_text_is_found_in_any_database(record: Record, tmp_path: Path) -> None:
    pipeline.add(record, inputs(tmp_path / "in"))
    engine = (
        create_engine(record.address.replace("postgresql:", "postgresql+psycopg:"))
        if is_address(record.address)
        else create_engine(f"sqlite:///{record.address}")
    )
    with engine.begin() as connection:
        connection.execute(text("update documents set text = text || '!' where number = 1"))
        connection.execute(text("update captures set outlet = 'x' where number = 2"))
        connection.execute(text("delete from captures where number = 3"))
    engine.dispose()
    told = {(wrong.what, wrong.captures) for wrong in custody.wrongs(record)}
    assert told >= {("documents", (1,)), ("captures", (2,)), ("captures", ())}


def test_verify_says_what_was_changed_and_where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (path := Path("news.jsonl")).write_text(
        "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in LINES), encoding="utf-8"
    )
    marsad("add", str(path))
    whole = json.loads(marsad("verify", "--again", "-f", "json").stdout)
    assert whole["sound"] and whole["wrongs"] == [] == whole["remade"]
    last = whole["holding"]["last_capture"]
    assert f"{last[:12]} is capture 2" in marsad("verify", "--noted", last[:12]).stdout
    assert "is not there" in marsad("verify", "--noted", "0" * 12, code=1).stdout
    assert "too short" in marsad("verify", "--noted", "0", code=2).stderr
    text = LINES[1]["text"]
    with closing(sqlite3.connect("marsad.db")) as file:
        file.execute("update documents set text = replace(text, 'خمسة', 'خمسه') where number = 2")
        file.commit()
    at = text.index("خمسة") + 3
    out = marsad("verify", code=1).stdout
    assert f"at character {at} of the text ‹ه› (U+0647) stands for ‹ة› (U+0629)" in out
    size, begin = len(path.read_bytes().splitlines()[1]), len(path.read_bytes().splitlines()[0]) + 1
    assert f"capture 2, bytes {begin} to {begin + size} of news.jsonl" in out
    assert "verify" in marsad("doctor", code=1).stdout


def test_a_page_that_a_newer_reader_makes_otherwise_is_no_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    other = Raw((Piece(PAGE.encode()),), "page/0 trafilatura/0.1", "text/html")
    same = Raw((Piece("نص آخر.".encode()),), "text/1", "text/plain")
    with Record.open("marsad.db", create=True) as record:
        record.add([replace(document(), capture=Capture("p", raw=other))])
    assert "1 of 1 documents would be made otherwise today" in marsad("verify", "--again").stdout
    with Record.open("marsad.db") as record:
        record.add([replace(document("نص.", source_id="q"), capture=Capture("q", raw=same))])
    assert "1 of 2 documents are not what their bytes give" in marsad("verify", "--again", code=1).stdout


def test_a_file_that_the_database_cannot_read_through_is_still_told_of(full: Path, tmp_path: Path) -> None:
    path = copied(full, tmp_path)
    with closing(sqlite3.connect(path)) as file:
        (root,) = file.execute("select rootpage from sqlite_master where name = 'documents'").fetchone()
        (size,) = file.execute("pragma page_size").fetchone()
    with path.open("r+b") as raw:
        raw.seek((root - 1) * size)
        raw.write(b"\xff" * 100)
    result = marsad("--record", str(path), "verify", code=1)
    assert "fault  file" in result.stdout and "restore a copy" in result.stdout


def marsad(*words: str, code: int = 0) -> Result:
    result = CliRunner().invoke(app, list(words))
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, (result.stdout, result.stderr)
    return result
