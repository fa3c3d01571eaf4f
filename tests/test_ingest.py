"""Ingest: real files in, documents and faults out, and the text exactly as captured."""

from __future__ import annotations

import io
import json
import os
import tracemalloc
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marsad.ingest import MAX_DOCUMENT_BYTES, Fault, ingest
from marsad.ingest.compose import day_of, headline_of
from marsad.ingest.decode import lines
from marsad.ingest.language import language_of
from marsad.model import Document, Span

BODY = "قال مصدر أمني إن عبوة ناسفة انفجرت صباح اليوم شمال البلدة، من دون وقوع ضحايا."
TITLE = "انفجار عبوة شمال البلدة"


def take(*paths: str | Path, **options: Any) -> list[Document | Fault]:
    return list(ingest(paths, **options))


def document(*paths: str | Path, **options: Any) -> Document:
    (item,) = take(*paths, **options)
    assert isinstance(item, Document), item
    return item


def fault(*paths: str | Path, **options: Any) -> Fault:
    (item,) = take(*paths, **options)
    assert isinstance(item, Fault), item
    assert item.message
    return item


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def jsonl(path: Path, *items: object) -> Path:
    return write(path, "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items))


# Texts


def test_a_text_with_a_headline(tmp_path: Path) -> None:
    found = document(write(tmp_path / "a1.txt", f"{TITLE}\n\n{BODY}\n"))
    assert found.text == f"{TITLE}\n\n{BODY}\n"
    assert found.title == TITLE
    assert (found.capture.source_id, found.language, found.published, found.dated_by) == (
        "a1",
        "ar",
        None,
        None,
    )


@pytest.mark.parametrize(
    "text",
    [
        BODY,
        f"{BODY}\n{BODY}",  # a final full stop
        TITLE,  # nothing follows
        f"{TITLE}\n \n",
        "وجاء في البيان:\n" + BODY,
        "كلمة " * 40 + "\n" + BODY,  # too long
    ],
)
def test_a_text_without_a_headline(text: str, tmp_path: Path) -> None:
    assert document(write(tmp_path / "a.txt", text)).headline is None


def test_blank_lines_before_the_headline_stay(tmp_path: Path) -> None:
    found = document(write(tmp_path / "a.txt", f"\n\n  {TITLE} \n{BODY}"))
    assert found.text.startswith("\n\n  ")
    assert found.title == TITLE


@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), min_size=1))
def test_text_is_kept_exactly(text: str) -> None:
    raw = b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()
    plain = "x" + text  # a first letter, so that no other kind is taken for it
    for item in take("-", stdin=io.BytesIO(b"\xef\xbb\xbfx" + raw[3:])):
        assert isinstance(item, Document)
        assert item.text == plain
        assert item.headline is None or item.headline.of(item.text).strip() == item.title


@given(text=st.text())
def test_a_headline_is_one_line_of_the_text(text: str) -> None:
    span = headline_of(text)
    if span is not None:
        assert span.of(text).strip() == span.of(text) != ""
        assert "\n" not in span.of(text)
        assert text[: span.start].strip() == ""
        assert text[span.end :].strip()


def test_no_break_spaces_and_marks_stay(tmp_path: Path) -> None:
    text = "قُتل\u00a0ثلاثة \u200fجنود\u0640\u0640 e\u0301 \ufeff."
    assert document(write(tmp_path / "a.txt", text)).text == text


def test_a_text_that_is_a_web_page(tmp_path: Path) -> None:
    assert ".html" in (fault(write(tmp_path / "a.txt", "\n<!DOCTYPE html><p>")).hint or "")


# Days


def dateline(text: str) -> tuple[date, Span] | None:
    return (date(2021, 2, 1), Span(0, 4)) if text.startswith("بغداد") else None


def test_the_dateline_dates_only_what_is_not_dated(tmp_path: Path) -> None:
    path = jsonl(
        tmp_path / "a.jsonl",
        {"text": "بغداد - " + BODY},
        {"text": "بغداد - " + BODY, "published": "2020-12-31"},
        {"text": BODY},
    )
    found = [(d.published, d.dated_by) for d in take(path, dateline=dateline) if isinstance(d, Document)]
    assert found == [(date(2021, 2, 1), "dateline"), (date(2020, 12, 31), "input"), (None, None)]


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2021-01-31", date(2021, 1, 31)),
        ("2021-01-31T23:30:00Z", date(2021, 1, 31)),
        ("2021-01-31T23:30:00+03:00", date(2021, 1, 31)),
        ("2021-01-31T23:30:00.123456+0300", date(2021, 1, 31)),
        ("2021-01-31 23:30", date(2021, 1, 31)),
        ("2021-02-30", None),
        ("2021-01-31 or so", None),
        ("0001-01-01T00:00:00", None),
        ("31/01/2021", None),
        ("20210131", None),
        ("2021", None),
        ("٢٠٢١-٠١-٣١", None),
    ],
)
def test_days(value: str, day: date | None) -> None:
    assert day_of(value) == day


# JSONL


def test_a_line_with_all_fields(tmp_path: Path) -> None:
    item = {
        "id": "n1", "url": "https://example.org/1", "outlet": "وكالة", "published": "2021-01-31",
        "title": TITLE, "text": BODY, "rubric": "ignored",
    }  # fmt: skip
    found = document(jsonl(tmp_path / "a.jsonl", item))
    assert found.text == f"{TITLE}\n{BODY}"
    assert found.title == TITLE
    assert found.published == date(2021, 1, 31)
    assert found.dated_by == "input"
    capture = found.capture
    assert (capture.source_id, capture.url, capture.outlet, capture.retrieved) == (
        "n1", "https://example.org/1", "وكالة", None,
    )  # fmt: skip


def test_a_title_is_not_doubled(tmp_path: Path) -> None:
    found = document(jsonl(tmp_path / "a.jsonl", {"title": TITLE, "text": f"{TITLE} \n{BODY}"}))
    assert found.text == f"{TITLE} \n{BODY}"
    assert found.title == TITLE


def test_the_same_article_as_text_and_as_line_is_one_document(tmp_path: Path) -> None:
    text = document(write(tmp_path / "a.txt", f"{TITLE}\r\n{BODY}"))
    assert document(jsonl(tmp_path / "a.jsonl", {"title": TITLE, "text": BODY})).id == text.id
    assert document(jsonl(tmp_path / "b.jsonl", {"title": None, "text": f"{TITLE}\n{BODY}"})).id == text.id


def test_bad_lines_do_not_stop_the_rest(tmp_path: Path) -> None:
    good = json.dumps({"text": BODY})
    bad = [
        '{"text": "x",}',
        "[1]",
        '"text"',
        "{}",
        '{"text": 5}',
        '{"text": " \\u00a0 "}',
        '{"text": "\\ud83d"}',
        '{"text": "a\\u0000b"}',
        "[" * 100_000,
        '{"text": ' + "9" * 5000 + "}",
    ]
    raw = "\ufeff" + "\n".join([good, *bad, "", good])
    found = take(write(tmp_path / "a.jsonl", raw))
    assert [type(item) for item in found] == [Document, *[Fault] * len(bad), Document]
    wheres = [f.where for f in found if isinstance(f, Fault)]
    assert all(where.startswith(f"{tmp_path / 'a.jsonl'}:{n}") for n, where in enumerate(wheres, start=2))
    assert not any(f.kept for f in found if isinstance(f, Fault))
    last = found[-1]
    assert isinstance(last, Document)
    assert last.capture.source_id == "a:13"


def test_a_broken_line_names_line_and_column(tmp_path: Path) -> None:
    found = fault(write(tmp_path / "a.jsonl", '\n{"text" "x"}\n'))
    assert found.where == f"{tmp_path / 'a.jsonl'}:2:9"


def test_a_line_that_is_not_utf8(tmp_path: Path) -> None:
    found = take(write(tmp_path / "a.jsonl", b'{"text": "\xc7\xe1"}\n' + json.dumps({"text": BODY}).encode()))
    assert isinstance(found[0], Fault)
    assert "offset 10 of the line" in found[0].message
    assert isinstance(found[1], Document)


def test_a_field_that_is_unsound_is_left_out_and_said(tmp_path: Path) -> None:
    item = {"id": 7, "text": BODY, "published": "yesterday", "url": ["x"], "outlet": "\ud83d"}
    path = write(tmp_path / "a.jsonl", json.dumps(item))
    *faults, found = take(path)
    assert isinstance(found, Document)
    assert (found.capture.source_id, found.published, found.capture.url, found.capture.outlet) == (
        "7", None, None, None,
    )  # fmt: skip
    assert len(faults) == 3
    assert all(isinstance(f, Fault) and f.kept for f in faults)


def test_a_line_of_fifty_megabytes(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    good = json.dumps({"text": BODY}).encode()
    with path.open("wb") as out:
        out.write(good + b'\n{"text": "')
        for _ in range(50):
            out.write(b"x" * 1_000_000)
        out.write(b'"}\n' + good)
    tracemalloc.start()
    found = take(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [type(item) for item in found] == [Document, Fault, Document]
    assert isinstance(found[1], Fault)
    assert found[1].where == f"{path}:2"
    assert "10 MB" in found[1].message
    assert peak < 2.5 * MAX_DOCUMENT_BYTES


@given(
    parts=st.lists(st.binary(max_size=20), max_size=8),
    cuts=st.lists(st.integers(1, 7), min_size=1),
    limit=st.integers(1, 12),
)
def test_lines_are_the_same_however_the_bytes_arrive(parts: list[bytes], cuts: list[int], limit: int) -> None:
    raw = b"\n".join(parts)
    pieces, at = [], 0
    for cut in cuts * len(raw):
        pieces.append(raw[at : at + cut])
        at += cut
        if at >= len(raw):
            break
    wanted = raw.split(b"\n")
    if not wanted[-1]:
        wanted.pop()
    found = list(lines(pieces, limit))
    assert [line for _, line in found] == [part if len(part) <= limit else None for part in wanted]
    assert all(raw[start:].split(b"\n")[0] == part for (start, _), part in zip(found, wanted, strict=True))


# Pages

PARAGRAPHS = (
    "<p>قُتل ثلاثة&nbsp;جنود وأصيب <b>أربعة</b>&nbsp;آخرون في هجوم استهدف نقطة تفتيش شمال البلدة،\n"
    " بحسب مصدر أمني.</p><p>&nbsp;</p><p>وقال المصدر \u200fإن القوات نفذت عملية بحث في المنطقة"
    " استمرت حتى ساعات الليل.<br>وأضاف أن المهاجمين فرّوا.</p><ul><li>لم تعلن أي جهة مسؤوليتها</li></ul>"
)


def page(head: str = "", article: str = "", *, title: str = "هجوم على نقطة تفتيش") -> str:
    return (
        f"<!DOCTYPE html><html lang=ar><head><title>{title}</title>{head}</head><body><nav><ul>"
        "<li><a href=/>الرئيسية</a></li><li><a href=/p>سياسة</a></li></ul></nav>"
        f"<article><h1>{title}</h1>{article}{PARAGRAPHS}</article>"
        "<aside><time datetime=1999-09-09>9 سبتمبر 1999</time> الأكثر قراءة</aside>"
        "<footer>جميع الحقوق محفوظة 2015</footer></body></html>"
    )


def test_a_page(tmp_path: Path) -> None:
    head = (
        '<meta property="og:site_name" content="موقع الخبر"><link rel=canonical href="https://example.org/5">'
        '<meta property="article:published_time" content="2021-01-31T18:30:00+03:00">'
    )
    found = document(write(tmp_path / "p.html", page(head)))
    assert found.text == (
        "هجوم على نقطة تفتيش\n"
        "قُتل ثلاثة\u00a0جنود وأصيب أربعة\u00a0آخرون في هجوم استهدف نقطة تفتيش شمال البلدة، بحسب مصدر أمني.\n"
        "وقال المصدر \u200fإن القوات نفذت عملية بحث في المنطقة استمرت حتى ساعات الليل.\n"
        "وأضاف أن المهاجمين فرّوا.\n"
        "لم تعلن أي جهة مسؤوليتها"
    )
    assert found.title == "هجوم على نقطة تفتيش"
    assert (found.published, found.dated_by, found.language) == (date(2021, 1, 31), "metadata", "ar")
    assert (found.capture.source_id, found.capture.outlet, found.capture.url) == (
        "p", "موقع الخبر", "https://example.org/5",
    )  # fmt: skip


def linked(value: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(value)}</script>'


@pytest.mark.parametrize(
    ("head", "article", "day"),
    [
        ("", "", None),
        (linked({"@type": "NewsArticle", "datePublished": "2021-01-05"}), "", date(2021, 1, 5)),
        (
            linked({"@graph": [{"@type": ["Article"], "datePublished": "2021-01-05T01:00Z"}]}),
            "",
            date(2021, 1, 5),
        ),
        (linked([{"@type": "WebPage", "datePublished": "2021-01-05"}]), "", date(2021, 1, 5)),
        # two articles of one page, or one nested in a list of others, date nothing
        (linked([{"@type": "Article", "datePublished": f"2021-01-0{n}"} for n in (5, 6)]), "", None),
        (linked({"@type": "ItemList", "itemListElement": [{"datePublished": "2021-01-05"}]}), "", None),
        ('<script type="application/ld+json">{broken</script>', "", None),
        ('<meta name=date content="2021-01-05">', "", date(2021, 1, 5)),
        ('<meta name=DC.Date.Issued content="2021-01-05">', "", date(2021, 1, 5)),
        ('<meta itemprop=datePublished content="2021-01-05">', "", date(2021, 1, 5)),
        ('<meta name=date content="5 January">', "", None),
        ('<meta property="article:modified_time" content="2021-01-05">', "", None),
        ("", "<time datetime=2021-01-05T10:00>x</time>", date(2021, 1, 5)),
        ("", "<time datetime=2021-01-05>x</time><time datetime=2021-01-06>y</time>", None),
        (
            "",
            "<time pubdate datetime=2021-01-05>x</time><time datetime=2021-01-06>y</time>",
            date(2021, 1, 5),
        ),
        ("", "<time class=updated datetime=2021-01-05>x</time>", None),
        ("", "<span class=date>2021-01-05</span>", None),
    ],
)
def test_only_stated_days_count(head: str, article: str, day: date | None, tmp_path: Path) -> None:
    found = document(write(tmp_path / "p.html", page(head, article)))
    assert (found.published, found.dated_by) == (day, "metadata" if day else None)


def test_a_title_without_the_name_of_the_site(tmp_path: Path) -> None:
    head = '<meta property="og:site_name" content="موقع الخبر">'
    raw = page(head, title="هجوم جديد").replace("<title>هجوم جديد", "<title>هجوم جديد | موقع الخبر")
    assert document(write(tmp_path / "p.html", raw)).title == "هجوم جديد"
    bare = raw.replace("<h1>هجوم جديد</h1>", "<h1>موقع الخبر</h1>")
    assert document(write(tmp_path / "q.html", bare)).title == "هجوم جديد"


def test_a_page_in_the_charset_it_declares(tmp_path: Path) -> None:
    raw = page("<meta charset=windows-1256>").replace("\u200f", "").encode("cp1256")
    assert "قُتل ثلاثة\u00a0جنود" in document(write(tmp_path / "p.htm", raw)).text
    assert "not UTF-8" in fault(write(tmp_path / "q.htm", raw.replace(b"windows-1256", b"utf-8"))).message
    assert (
        "not UTF-8"
        in fault(write(tmp_path / "r.htm", raw.replace(b"<meta charset=windows-1256>", b""))).message
    )
    assert "'rot13'" in fault(write(tmp_path / "s.htm", raw.replace(b"windows-1256", b"rot13"))).message
    assert "'nonesuch'" in fault(write(tmp_path / "t.htm", raw.replace(b"windows-1256", b"nonesuch"))).message


def test_xhtml(tmp_path: Path) -> None:
    raw = '<?xml version="1.0" encoding="utf-8"?>' + page()
    assert document(write(tmp_path / "p.xhtml", raw)).title == "هجوم على نقطة تفتيش"


@pytest.mark.parametrize(
    "html",
    [
        "<html></html>",
        "<html><body><nav><a href=/>الرئيسية</a><a href=/p>سياسة</a></nav></body></html>",
        "<html><body><form><label>الاسم</label><input><label>كلمة المرور</label><input></form></body></html>",
        "<",
    ],
)
def test_a_page_without_an_article(html: str, tmp_path: Path) -> None:
    assert "no article" in fault(write(tmp_path / "p.html", html)).message


@pytest.mark.parametrize("tag", ["div", "font", "blockquote"])
def test_unclosed_tags_cut_nothing_off(tag: str, tmp_path: Path) -> None:
    raw = page().replace("<article>", f"<{tag}>" * 600 + "<article>")
    assert document(write(tmp_path / "p.html", raw)).text.endswith("لم تعلن أي جهة مسؤوليتها")
    assert "too deep" in fault(write(tmp_path / "q.html", f"<{tag}>" * 20_000 + page())).message


def test_control_characters_of_a_page_do_not_lose_it(tmp_path: Path) -> None:
    raw = page().replace("وقال المصدر", "وقال\x01 المصدر\x0c").replace("فرّوا", "فرّ&#1;وا\ufffe")
    text = document(write(tmp_path / "p.html", raw)).text
    assert "وقال المصدر \u200fإن" in text
    assert "فرّوا." in text


def test_a_page_is_silent(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    fault(write(tmp_path / "p.html", "<html></html>"))
    assert capfd.readouterr() == ("", "")


# Bad files

BINARY = {
    "a PDF": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
    "a ZIP archive": b"PK\x03\x04\x14\x00\x06\x00",
    "gzip data": b"\x1f\x8b\x08\x00\x00\x00",
    "a picture": b"\x89PNG\r\n\x1a\n\x00",
    "NUL": "نص".encode() + b"\x00\x01",
    "UTF-16": BODY.encode("utf-16"),
}


@pytest.mark.parametrize("ending", ["txt", "html", "jsonl"])
@pytest.mark.parametrize("what", BINARY)
def test_binary_under_the_name_of_a_text(what: str, ending: str, tmp_path: Path) -> None:
    found = fault(write(tmp_path / f"a.{ending}", BINARY[what]))
    assert what in found.message
    assert found.hint


def test_a_nul_far_into_a_text(tmp_path: Path) -> None:
    found = fault(write(tmp_path / "a.txt", b"x" * 200_000 + b"\0"))
    assert "NUL at byte 200000" in found.message


def test_a_text_that_is_not_utf8(tmp_path: Path) -> None:
    raw = b"\xef\xbb\xbf" + "خبر\n".encode() + "خبر".encode("cp1256")
    found = fault(write(tmp_path / "a.txt", raw))
    assert "offset 10 of the file" in found.message
    assert raw[10] == "خ".encode("cp1256")[0]
    assert "iconv" in (found.hint or "")


@pytest.mark.parametrize("ending", ["txt", "html", "jsonl"])
@pytest.mark.parametrize("raw", [b"", b" \n\t \r\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n"])
def test_empty_files(raw: bytes, ending: str, tmp_path: Path) -> None:
    found = fault(write(tmp_path / f"a.{ending}", raw))
    assert found.where == str(tmp_path / f"a.{ending}")
    assert "empty" in found.message or "white space" in found.message


@pytest.mark.parametrize("ending", ["txt", "html"])
def test_a_document_over_the_limit(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"a.{ending}"
    assert "10 MB" in fault(write(path, b"x" * (MAX_DOCUMENT_BYTES + 1))).message
    assert "10 MB" in fault(write(path, b" " * (MAX_DOCUMENT_BYTES + 1))).message
    write(path, b"x" * MAX_DOCUMENT_BYTES)
    if ending == "txt":
        assert len(document(path).text) == MAX_DOCUMENT_BYTES


def test_what_is_not_there_or_has_no_known_ending(tmp_path: Path) -> None:
    assert "No such file" in fault(tmp_path / "absent.txt").message
    assert "cannot be read" in fault("a\0b.txt").message
    assert "'.json'" not in fault(write(tmp_path / "a.json", "[]")).message
    assert ".jsonl" in (fault(tmp_path / "a.json").hint or "")
    assert "without an ending" in fault(write(tmp_path / "README", "x")).message


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="rights do not bind this user")
def test_what_may_not_be_read(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", BODY)
    path.chmod(0)
    assert "Permission denied" in fault(path).message
    (tmp_path / "closed").mkdir(mode=0)
    assert "Permission denied" in fault(tmp_path / "closed").message


class Failing(io.BytesIO):
    """A stream that breaks after its first piece."""

    def read(self, size: int | None = -1) -> bytes:
        if self.tell():
            raise OSError(5, "Input/output error")
        return super().read(size)


@pytest.mark.parametrize("raw", [BODY.encode(), b'{"text": "'])
def test_a_stream_that_breaks_gives_no_half_document(raw: bytes) -> None:
    assert "Input/output error" in fault("-", stdin=Failing(raw)).message


# Folders and standard input


def test_a_folder_in_the_order_of_its_names(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / ".hidden").mkdir()
    for name in ("c.txt", "b/2.txt", "b/1.TXT", "a.txt", ".hidden/x.txt", "b/.y.txt"):
        write(tmp_path / name, BODY)
    write(tmp_path / "notes.pdf", b"%PDF")
    found = take(tmp_path)
    assert [d.capture.source_id for d in found if isinstance(d, Document)] == ["a", "1", "2", "c"]
    assert len(found) == 4


def test_a_folder_without_articles(tmp_path: Path) -> None:
    assert "no article in it" in fault(tmp_path).message
    write(tmp_path / "a.pdf", b"%PDF")
    assert "among its 1 files" in fault(tmp_path).message


def test_a_loop_of_links_ends(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    write(tmp_path / "in/a.txt", BODY)
    (tmp_path / "in/up").symlink_to(tmp_path)
    (tmp_path / "self").symlink_to(tmp_path / "self")
    assert document(tmp_path).capture.source_id == "a"


def test_a_linked_folder_is_followed_and_a_broken_link_is_told(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    write(tmp_path / "far/a.txt", BODY)
    (tmp_path / "here").mkdir()
    (tmp_path / "here/link").symlink_to(tmp_path / "far")
    assert document(tmp_path / "here").capture.source_id == "a"
    (tmp_path / "here/gone.txt").symlink_to(tmp_path / "nowhere.txt")
    kinds = {type(item) for item in take(tmp_path / "here")}
    assert kinds == {Document, Fault}


def test_a_folder_deeper_than_the_stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for _ in range(1200):
        os.mkdir("d")
        os.chdir("d")
    os.chdir(tmp_path)
    write(tmp_path / "z.txt", BODY)
    found = take(tmp_path)
    assert any(isinstance(item, Document) for item in found)
    # the parts are removed from the inside, which the system's own tools cannot always do
    depth = 0
    while os.path.isdir("d"):
        os.chdir("d")
        depth += 1
    for _ in range(depth):
        os.chdir("..")
        os.rmdir("d")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_in_a_folder_is_passed_over(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    assert "no article" in fault(tmp_path).message


@pytest.mark.parametrize(
    ("raw", "title"),
    [
        (f"{TITLE}\n{BODY}", TITLE),
        ("\n " + json.dumps({"title": TITLE, "text": BODY}), TITLE),
        ("\ufeff" + json.dumps({"title": TITLE, "text": BODY}), TITLE),
        ("\n" + page(), "هجوم على نقطة تفتيش"),
        (" " * 200_000 + json.dumps({"title": TITLE, "text": BODY}), TITLE),
    ],
)
def test_standard_input_tells_its_kind(raw: str, title: str) -> None:
    found = document("-", stdin=io.BytesIO(raw.encode()))
    assert found.title == title
    assert found.capture.source_id.startswith("stdin")


def test_one_path_alone_is_not_taken_for_letters(tmp_path: Path) -> None:
    (found,) = ingest(str(write(tmp_path / "a.txt", BODY)))
    assert isinstance(found, Document)


def test_standard_input_that_is_empty() -> None:
    assert fault("-", stdin=io.BytesIO(b"")).where == "standard input"


@given(raw=st.binary(max_size=300))
def test_no_bytes_break_it(raw: bytes) -> None:
    for start in (b"", b"<p>", b'{"text": "'):
        for item in take("-", stdin=io.BytesIO(start + raw)):
            assert isinstance(item, Document | Fault)
            if isinstance(item, Document):
                item.text.encode()  # no half characters
                assert item.id


# Language


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (BODY, "ar"),
        ("اعلنت خلیة الاعلام الامنی عن انطلاق عملیة فی محافظة الانبار لملاحقة المسلحین", "ar"),
        ("قال علي الچلبي إن الگرمة شهدت اشتباكات بين المسلحين والقوات الأمنية ليلة أمس في البلدة", "ar"),
        ("وزارت کشور می‌گوید در انفجار دیروز سه نفر کشته و چهار نفر زخمی شدند و پلیس آنجا است", "fa"),
        ("وەزارەتی ناوخۆ ڕایگەیاند کە دوێنێ لە تەقینەوەیەکدا سێ کەس کوژران و چوار کەس بریندار بوون", "ckb"),
        ("وزارت داخلہ نے کہا ہے کہ کل دھماکے میں تین افراد ہلاک اور چار زخمی ہوئے ہیں", "ur"),
        ("The ministry said on Monday that three soldiers were killed in the north of the country.", "en"),
        ("Bakanlık dün meydana gelen patlamada üç kişinin öldüğünü açıkladı", "tr"),
        ("משרד הפנים מסר כי שלושה בני אדם נהרגו אתמול", "he"),
        ("داعش", None),
        ("12.5 %", None),
        ("", None),
    ],
)
def test_language(text: str, code: str | None) -> None:
    assert language_of(text) == code


@given(st.text())
def test_any_text_has_a_language_or_none(text: str) -> None:
    assert language_of(text) in {None, "ar", "fa", "ckb", "ur", "ps", "en", "tr", "he"}
