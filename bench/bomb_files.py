"""What is made to take all time and memory, kind by kind: a line of what it is, a file's name, and what writes it."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from bench.fuzz_targets import GED_HEAD

Write = Callable[[Path], object]
Bomb = tuple[str, str, Write]

SOUND = "قُتل ثلاثة جنود بانفجار عبوة ناسفة في كركوك أمس الثلاثاء، بحسب مصدر أمني."
#: As much as a document may have.
MOST = 10_000_000


def put(made: Callable[[], bytes]) -> Write:
    """Writes what is made, when it is asked for."""
    return lambda path: path.write_bytes(made())


def filled(piece: str, *, lead: str = "", size: int = MOST - 100) -> Write:
    """Writes the piece again and again, up to so many bytes."""
    raw, begin = piece.encode(), lead.encode()
    return put(lambda: begin + raw * ((size - len(begin)) // len(raw)))


def bombs() -> Iterator[Bomb]:
    """All of them."""
    for kind in (texts, pages, lines, tables, packed, archives, feeds):
        yield from kind()


def texts() -> Iterator[Bomb]:
    """Text files."""
    yield "a text of 50 MB", "big.txt", filled(SOUND + "\n", size=50_000_000)
    yield "news up to the limit of bytes", "limit.txt", filled(SOUND + "\n")
    yield "news without a line break", "river.txt", filled(SOUND + " ")
    yield "one word of 9 MB", "word.txt", filled("ق")
    yield "one word of 9 MB, tatweel and marks", "marks.txt", filled("قـً")
    yield "one number of 9 MB", "digits.txt", filled("9")
    yield "a number with 4.5 million stops", "stops.txt", filled("9.")
    yield "a million numbers in a line", "numbers.txt", filled("12 ", lead="قتل ")
    yield "number words without end in a line", "spelt.txt", filled("مئة و", lead="قتل ")
    yield "a million dates in a line", "dates.txt", filled("1/2/2021 ", lead="قتل 3 في ")
    yield "written dates without end in a line", "days.txt", filled("12 آذار/مارس 2021، ", lead="قتل 3 في ")
    yield "killings without end in a line", "acts.txt", filled("قتل 3 جنود وأصيب 4 ")
    yield "places without end in a line", "places.txt", filled("في كركوك والموصل ")
    yield "names without end in a line", "named.txt", filled("أحمد محمد علي، ", lead="قتل ")
    yield "speakers without end in a line", "said.txt", filled("قال المتحدث إن ")
    yield "hidden words without end", "hidden.txt", filled("مـ ـ")
    yield "line breaks, 9 million", "breaks.txt", filled("\n", lead="ق")
    yield "brackets, 9 million", "brackets.txt", filled("(")
    yield "brackets around words", "nested.txt", filled("(قتل ")
    yield "quotation marks, 4.5 million", "quotes.txt", filled("«")
    yield "directions, 3 million", "bidi.txt", filled("\u202eق")


# ── web pages ─────────────────────────────────────────────────────────────────────────────


def page(body: str, head: str = "") -> bytes:
    """A page."""
    return f"<html><head><title>خبر</title>{head}</head><body>{body}</body></html>".encode()


def pages() -> Iterator[Bomb]:
    """Web pages."""

    def much(piece: str, lead: str = "", end: str = "") -> Write:
        room = MOST - 300 - len((lead + end).encode())
        return put(lambda: page(lead + piece * (room // len(piece.encode())) + end))

    deep = "<div>" * 2000
    yield (
        "100,000 nested tags",
        "nested.html",
        put(lambda: page("<div>" * 100_000 + SOUND + "</div>" * 100_000)),
    )
    yield "100,000 nested inline tags", "inline.html", put(lambda: page("<p>" + "<b>" * 100_000 + SOUND))
    yield "paragraphs without end", "paragraphs.html", much("<p>خبر قصير من المدينة", "<article>")
    yield "links without end", "links.html", much("<a href=x>خبر</a> ", "<article>")
    yield "lists in lists", "lists.html", much("<ul><li>خبر</ul>", "<article>")
    yield "a table of 600,000 cells", "table.html", much("<tr><td>خبر<td>4", "<table>")
    yield "line breaks of a page", "br.html", much("خبر<br>", "<article><p>")
    yield "meta elements without end", "meta.html", much('<meta name=date content="2021-01-31">')
    yield "titles without end", "titles.html", much('<meta property="og:title" content=a><h1>b</h1>')
    yield "headings in headings", "headings.html", much("خبر ", "<h1><div>" * 900)
    yield "times deep in a page", "times.html", much("<time datetime=2021-01-31>x</time>", deep)
    attributes = " ".join(f"a{n}=1" for n in range(1_000_000))
    yield "a million attributes", "attributes.html", put(lambda: page(f"<p {attributes}>{SOUND}</p>"))
    yield "a tag's name of 9 MB", "tag.html", much("a", "<")
    yield "an attribute of 9 MB", "value.html", much("ق", '<p title="', '">x</p>')
    yield "a word of 9 MB", "token.html", much("ق", "<article><p>")
    yield "open brackets alone", "open.html", put(lambda: b"<" * (MOST - 100))
    yield "a comment without end", "comment.html", much("-", "<!-")
    yield "character entities, a million", "chars.html", much("&#1602;", "<article><p>")
    yield "entities that name each other", "entities.html", put(
        lambda: _laughs("html") + b"<html><body><p>&k;</p></body></html>")  # fmt: skip
    yield "an outer entity that names a file", "outer.xhtml", put(
        lambda: b'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]><html><body><p>'
        + SOUND.encode() + b" &x;</p></body></html>")  # fmt: skip
    yield "JSON-LD nested deep", "ld.html", much("[", '<script type="application/ld+json">', "</script>")
    yield "JSON-LD, many", "lds.html", much('<script type="application/ld+json">{"@type":"Article"}</script>')


def _laughs(root: str) -> bytes:
    """Ten entities, each of them ten times the one before."""
    told = "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(10))
    return f'<?xml version="1.0"?><!DOCTYPE {root} [<!ENTITY a "ha">{told}]>'.encode()


# ── lines and tables ──────────────────────────────────────────────────────────────────────


def lines() -> Iterator[Bomb]:
    """Lines of JSON."""
    yield "JSON nested four million deep", "deep.jsonl", put(lambda: b'{"text":' + b"[" * 4_000_000 + b"\n")
    yield (
        "JSON of objects nested deep",
        "objects.jsonl",
        put(lambda: b'{"text":"a","x":' + b'{"a":' * 1_900_000 + b"\n"),
    )
    yield "JSON of five million empty lists", "empty.jsonl", put(
        lambda: b'{"text":"a","x":[' + b"[]," * 3_300_000 + b"1]}\n")  # fmt: skip
    yield "JSON of a million keys", "keys.jsonl", put(
        lambda: b'{"text":"a"' + b"".join(b',"k%d":{}' % n for n in range(750_000)) + b"}\n")  # fmt: skip
    yield (
        "a JSON number of 4 MB",
        "number.jsonl",
        put(lambda: b'{"text": "a", "id": ' + b"9" * 4_000_000 + b"}\n"),
    )
    yield "nine million broken lines", "broken.jsonl", put(lambda: b"x\n" * 9_000_000)
    yield "a line of 200 MB", "long.jsonl", put(lambda: b'{"text": "' + b"a" * 200_000_000 + b'"}\n')
    yield "a text of 9 MB in a line", "fill.jsonl", filled("قتل 3 في كركوك ", lead='{"text": "')


def tables() -> Iterator[Bomb]:
    """Tables of rows."""
    head = f"{GED_HEAD}\n".encode()
    yield "a row of a million cells", "cells.csv", put(lambda: head + b"1," * 1_000_000 + b"\n")
    yield (
        "a head of a million columns",
        "columns.csv",
        put(lambda: head[:-1] + b",a" * 1_000_000 + b"\n" + b"1\n" * 9),
    )
    yield "gzip: a line of 2 GB", "line.csv.gz", lambda path: gz(path, head, b"0" * 1_000_000, 2000)
    yield "gzip: a row of 2 GB", "row.csv.gz", lambda path: gz(path, head, b'"\n",' * 250_000, 2000)
    yield "gzip: 500 million broken rows", "rows.csv.gz", lambda path: gz(path, head, b",\n" * 500_000, 1000)
    yield (
        "gzip: 2,000 million empty rows",
        "none.csv.gz",
        lambda path: gz(path, head, b"\n" * 1_000_000, 2000),
    )


# ── what is packed ────────────────────────────────────────────────────────────────────────


def gz(path: Path, head: bytes, piece: bytes, times: int) -> None:
    """A gzip file of a head and the piece, so many times."""
    with gzip.open(path, "wb", compresslevel=9) as stream:
        stream.write(head)
        for _ in range(times):
            stream.write(piece)


def zst(head: bytes, piece: bytes, times: int) -> bytes:
    """The same as zstd, which packs what repeats into next to nothing."""
    from zstandard import ZstdCompressor

    held = io.BytesIO()
    with ZstdCompressor(level=3).stream_writer(held, closefd=False) as stream:
        stream.write(head)
        for _ in range(times):
            stream.write(piece)
    return held.getvalue()


def _zip(path: Path, name: str, piece: bytes, times: int) -> None:
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open(name, "w", force_zip64=True) as out,
    ):
        for _ in range(times):
            out.write(piece)


def packed() -> Iterator[Bomb]:
    """Packed lines, and archives under the names of others."""
    zeros, blank = b"0" * 1_000_000, b"\n" * 1_000_000
    yield "a zip of 1 GB", "bomb.zip", lambda path: _zip(path, "a.txt", zeros, 1000)
    yield "a zip under the name of a text", "bomb.txt", lambda path: _zip(path, "a.txt", zeros, 1000)
    yield "gzip: a line of 4 GB", "line.jsonl.gz", lambda path: gz(path, b'{"text": "', zeros, 4000)
    yield "gzip: 4,000 million empty lines", "blank.jsonl.gz", lambda path: gz(path, b"", blank, 4000)
    yield (
        "gzip: a million empty members",
        "members.jsonl.gz",
        put(lambda: gzip.compress(b"", mtime=0) * 500_000),
    )
    yield (
        "zstd: a line of 100 GB",
        "line.jsonl.zst",
        put(lambda: zst(b'{"text": "', zeros, 1_000) + zst(b"", zeros, 1_000) * 99),
    )
    yield "zstd: 10,000 million empty lines", "blank.jsonl.zst", put(lambda: zst(b"", blank, 1_000) * 10)


def record(body: bytes, head: str = "", *, length: int | None = None, kind: str = "text/html") -> bytes:
    """A record of a WARC file that holds an answer."""
    http = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n{head}\r\n".encode()
    told = len(http) + len(body) if length is None else length
    return (
        "WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: https://news.test/1\r\nWARC-Date: 2021-05-05T10:00:00Z\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {told}\r\n\r\n"
    ).encode() + http + body + b"\r\n\r\n"  # fmt: skip


def archives() -> Iterator[Bomb]:
    """Web archives."""
    import brotli
    import zstandard

    zeros = bytes(1_000_000)

    def coded(name: str, pack: Callable[[bytes], bytes]) -> Write:
        return put(lambda: record(pack(b"<p>" + b" " * 500_000_000), f"Content-Encoding: {name}\r\n"))

    yield "an answer of 500 MB, packed by gzip", "gzip.warc", coded("gzip", gzip.compress)
    yield "an answer of 500 MB, packed by brotli", "br.warc", coded("br", partial(brotli.compress, quality=1))
    yield "an answer of 500 MB, packed by zstd", "zstd.warc", coded("zstd", zstandard.compress)
    yield (
        "an answer packed twice",
        "twice.warc",
        coded("gzip, gzip", lambda raw: gzip.compress(gzip.compress(raw))),
    )
    yield "an answer of a million chunks", "chunks.warc", put(
        lambda: record(b"1\r\n<\r\n" * 1_400_000 + b"0\r\n\r\n", "Transfer-Encoding: chunked\r\n"))  # fmt: skip
    yield (
        "an answer of a million headers",
        "headers.warc",
        put(lambda: record(page(SOUND), "a: b\r\n" * 1_000_000)),
    )
    yield (
        "a header of 9 MB",
        "header.warc",
        put(lambda: record(page(SOUND), "a: " + "b" * 9_000_000 + "\r\n")),
    )
    yield "open brackets in no encoding", "charset.warc", put(lambda: record(b"<" * (MOST - 1000) + b"\xff"))
    big = 4_000 * 1_000_000
    yield (
        "gzip: a record of 4 GB",
        "record.warc.gz",
        lambda path: gz(path, record(b"", length=big), zeros, 4000),
    )
    yield (
        "gzip: 4 GB that are no record",
        "no.warc.gz",
        lambda path: gz(path, record(page(SOUND)), zeros, 4000),
    )
    yield "zstd: a record of 100 GB", "record.warc.zst", put(
        lambda: zst(record(b"", length=100_000_000_000), zeros, 1_000) + zst(b"", zeros, 1_000) * 99)  # fmt: skip
    yield "beginnings of records, 3 million", "begin.warc.gz", put(lambda: b"\x1f\x8b\x08" * 3_000_000)
    yield (
        "broken records, 100,000",
        "broken.warc.gz",
        put(lambda: gzip.compress(b"WARC/1.0\r\n", mtime=0)[:-4] * 100_000),
    )
    yield (
        "records of nothing, 500,000",
        "nothing.warc",
        put(lambda: b"WARC/1.0\r\nContent-Length: 0\r\n\r\n\r\n\r\n" * 200_000),
    )
    yield "WACZ: a WARC of 4 GB in a zip", "zip.wacz", lambda path: _zip(path, "archive/a.warc", zeros, 4000)
    yield "WACZ: gzip in a zip", "nested.wacz", lambda path: _nested(path)
    yield "WACZ: files that overlap", "overlap.wacz", lambda path: path.write_bytes(_overlap(20_000))
    yield "WACZ: 100,000 files", "files.wacz", _files


def _nested(path: Path) -> None:
    """A WARC of 4 GB packed by gzip and packed again: some kilobytes."""
    inner = path.with_suffix(".inner")
    gz(inner, record(b"", length=4_000_000_000), bytes(1_000_000), 4000)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(inner, "archive/a.warc.gz")
    inner.unlink()


def _files(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for n in range(100_000):
            archive.writestr(f"archive/{n}.warc.gz", b"x")


def _overlap(number: int) -> bytes:
    """A zip whose entries all name the same packed data, as the known bombs do it."""
    data = b"WARC/1.0\r\nWARC-Type: x\r\nContent-Length: 4000000\r\n\r\n" + bytes(4_000_000)
    engine = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed_ = engine.compress(data) + engine.flush()
    crc = zlib.crc32(data)
    name = b"archive/00000.warc"
    local = (
        struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 8, 0, 33, crc, len(packed_), len(data), len(name), 0)
        + name
    )
    central = b"".join(
        struct.pack(
            "<4s6H3L5H2L",
            b"PK\1\2",
            20,
            20,
            0,
            8,
            0,
            33,
            crc,
            len(packed_),
            len(data),
            len(name),
            0,
            0,
            0,
            0,
            0,
            0,
        )
        + b"archive/%05d.warc" % n
        for n in range(number)
    )
    begin = len(local) + len(packed_)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, number, number, len(central), begin, 0)
    return local + packed_ + central + end


# ── feeds ─────────────────────────────────────────────────────────────────────────────────


def feeds() -> Iterator[Bomb]:
    """Lists of a server; the ending `.feed` says that the bytes are read as one."""
    size = 50_000_000

    def rss(body: str, lead: str = "") -> bytes:
        return f'{lead}<rss version="2.0"><channel><title>x</title>{body}</channel></rss>'.encode()

    def much(piece: str, before: str = "", behind: str = "", most: int = size) -> Write:
        return put(lambda: rss(before + piece * ((most - 1000) // len(piece.encode())) + behind))

    item = "<item><title>خبر</title><link>https://news.test/1</link><pubDate>2021-05-05</pubDate></item>"
    yield "entities that name each other", "laughs.feed", put(
        lambda: _laughs("rss") + rss("<item><title>&k;</title><link>https://news.test/1</link></item>"))  # fmt: skip
    often = rss("<item><title>" + "&a;" * 1_000_000 + "</title></item>")
    yield "one long entity, named often", "blowup.feed", put(
        lambda: f'<!DOCTYPE rss [<!ENTITY a "{"x" * 5000}">]>'.encode() + often)  # fmt: skip
    yield "an outer entity that names a file", "outer.feed", put(
        lambda: b'<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + rss("<item><title>&x;</title></item>"))  # fmt: skip
    yield "items without end", "items.feed", much(item)
    yield "items without end, 9 MB", "some.feed", much(item, most=MOST)
    yield "items that are empty", "hollow.feed", much("<item/>", most=MOST)
    yield "elements in elements", "deep.feed", much("<a>", most=MOST)
    yield "elements of an item", "elements.feed", much("<a>b</a>", "<item>", "</item>", most=MOST)
    yield "blank lines before all", "blank.feed", put(lambda: rss(item, "\n" * 5_000_000))
    yield (
        "blanks in the head",
        "head.feed",
        put(lambda: rss(item, '<?xml version="1.0"?>' + "\n" * 5_000_000)),
    )
    yield "declarations without end", "declared.feed", put(lambda: rss(item, "\n<!ENTITY" * 500_000))
    yield "a day of 9 MB", "day.feed", much("9", "<item><pubDate>", "</pubDate></item>", most=MOST)
    yield (
        "a day of 9 MB of words",
        "words.feed",
        much("12 آذار ", "<item><pubDate>", "</pubDate></item>", most=MOST),
    )
    yield (
        "an address of 9 MB",
        "url.feed",
        much("a", "<item><link>http://a.test/", "</link></item>", most=MOST),
    )
    yield (
        "HTML of 9 MB in an item",
        "html.feed",
        much("&lt;b>x", "<item><description>", "</description></item>", most=MOST),
    )
    yield (
        "open brackets in an item",
        "open.feed",
        much("&lt;", "<item><description>", "</description></item>", most=MOST),
    )
    yield "styles in an item", "style.feed", much(
        "a-", '<item><description>&lt;p style="', '">x&lt;/p></description></item>', most=MOST)  # fmt: skip
    yield "broken off at once", "cut.feed", much("<item><title>&", most=MOST)
    url = b"<url><loc>https://a.test/</loc><lastmod>2021-05-05</lastmod></url>"
    yield "a sitemap of 50 MB", "sitemap.feed", put(lambda: b"<urlset>" + url * 700_000 + b"</urlset>")
    yield "a sitemap that is deep", "deepmap.feed", put(lambda: b"<urlset>" + b"<url>" * 10_000_000)
    yield "a sitemap of entities", "mapped.feed", put(
        lambda: _laughs("urlset") + b"<urlset><url><loc>&k;</loc></url></urlset>")  # fmt: skip
    yield "gzip: a list of 1 GB", "packed.feed", lambda path: gz(path, b"<urlset>", b" " * 1_000_000, 1000)
    yield (
        "gzip: a million empty members",
        "members.feed",
        put(lambda: gzip.compress(b"", mtime=0) * 2_000_000),
    )
