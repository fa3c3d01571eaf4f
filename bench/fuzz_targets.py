"""What is fuzzed: for each target what checks an input, and sound inputs to begin with.

A check raises on a finding: any exception, or `Broken` where an invariant (`bench.invariants`) does not hold.
"""

from __future__ import annotations

import gzip
import io
import json
import socket
import tempfile
import threading
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from email.parser import BytesHeaderParser
from functools import partial
from pathlib import Path

from bench import invariants
from bench.mutations import SAMPLE, articles, sentences

#: Longer inputs are for `bench.bombs`.
LONGEST = 8192

Check = Callable[[bytes], None]


class Broken(Exception):
    """An invariant that does not hold."""


def _require(found: Iterator[str]) -> None:
    for what in found:
        raise Broken(what)


def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="marsad-fuzz-"))


# ── files ─────────────────────────────────────────────────────────────────────────────────


def _taken_in(name: str) -> Check:
    """Bytes as a file of that name."""
    from marsad import pipeline
    from marsad.ingest import ingest

    path = _folder() / name

    def check(data: bytes) -> None:
        path.write_bytes(data)
        for item in ingest([path]):
            _require(invariants.of_item(item))
        for _ in pipeline.documents([path]):
            pass

    return check


def _piped(data: bytes) -> None:
    from marsad.ingest import ingest

    for item in ingest(["-"], stdin=io.BytesIO(data)):
        _require(invariants.of_item(item))


def _decoded(data: bytes) -> None:
    from marsad.ingest import charset, decode

    for what in (
        decode.decode(data, "x"),
        charset.page_text(data, "x"),
        charset.page_text(data, "x", guess=True),
    ):
        if isinstance(what, str):
            what.encode("utf-8", "surrogatepass")
    joined = [line for line in decode.lines(iter([data[:7], data[7:90], data[90:]]), 50) if line is not None]
    if any(len(line) > 50 or b"\n" in line for line in joined):
        raise Broken("a line that is none")


def _archived() -> Check:
    """A WARC file, plain or packed, sound outside or not, or one in a WACZ; whole and in stretches."""
    import zstandard

    from marsad.ingest import Tally, again, ingest, plan, take
    from marsad.model import Document

    folder = _folder()

    def check(data: bytes) -> None:
        kind, data = data[0] % 7, data[1:]
        name = ("a.warc", "a.warc.gz", "a.warc.zst", "a.wacz")[min(kind % 4, 3)]
        path = folder / name
        if kind == 3:
            with zipfile.ZipFile(path, "w") as packed:
                packed.writestr("archive/a.warc", data)
        else:
            # kinds below 4 are packed soundly, the others as the fuzzer has them
            path.write_bytes(
                gzip.compress(data, 1) if kind == 1 else zstandard.compress(data, 1) if kind == 2 else data
            )
        found = list(ingest([path]))
        for item in found:
            _require(invariants.of_item(item))
            if isinstance(item, Document) and item.capture.raw is not None:
                if again(item.capture.raw, item.capture.source_id).text != item.text:  # type: ignore[union-attr]
                    raise Broken("what was kept gives another text")
        if kind in (0, 4):
            parts = [item for unit in plan([path], stretch=700) for item in take(unit, tally=Tally())]
            whole = [d.id for d in found if isinstance(d, Document)]
            if not any(not isinstance(item, Document) for item in (*found, *parts)) and whole != [
                d.id for d in parts if isinstance(d, Document)
            ]:
                raise Broken("in stretches other documents than whole")

    return check


# ── what comes over the network ───────────────────────────────────────────────────────────

_FEED = "https://news.test/feed"


def _listed() -> Check:
    """A feed, a sitemap or an index, and the articles that it carries."""
    from marsad.ingest import Fault, again
    from marsad.ingest.feeds import Feed, Listing, address, from_feed, listing
    from marsad.model import Document
    from marsad.net import Reply
    from marsad.pipeline.taking import dateline

    find = dateline()
    feed, moment = Feed("news", _FEED, whole=True), datetime(2021, 5, 5, tzinfo=UTC)
    kinds = (None, "text/xml; charset=windows-1256", "application/rss+xml", "text/xml; charset=utf-8")

    def check(data: bytes) -> None:
        told, raw = kinds[data[0] % 4], data[1:]
        found = listing(raw, _FEED, told=told, day_in=lambda text: (find(text) or (None,))[0])
        if isinstance(found, Fault):
            _require(invariants.of_item(found))
            return
        if not isinstance(found, Listing):
            raise Broken(f"a list that is {found!r}")
        reply = Reply(_FEED, 200, (("Content-Type", told or "text/xml"),), raw, raw, "192.0.2.1", moment)
        # the articles of some: each costs as much as all else
        for entry in found.entries[: data[0] >> 3 & 3]:
            if entry.published and not 1900 <= entry.published.year <= 9999:
                raise Broken(f"a day that is none: {entry.published}")
            with suppress(ValueError):  # as the watch passes over what is no address
                address(entry.url or "")
                item = from_feed(entry, feed, reply, url=entry.url or f"{_FEED}#{entry.guid}", dateline=None)
                _require(invariants.of_item(item))
                if data[0] & 32 and isinstance(item, Document) and item.capture.raw is not None:
                    again(item.capture.raw, "x")

    return check


def _answered_with() -> Check:
    """Bytes as what a server answers: head, chunks, packed body; the one who asks gets a reply or a reason."""
    from marsad.ingest import Fault, web
    from marsad.ingest.feeds.visit import head_of
    from marsad.net import Client, Limits, NotFetched, doors

    told: list[bytes] = [b""]
    server = socket.create_server(("127.0.0.1", 0))
    port = server.getsockname()[1]

    def serve() -> None:
        while True:
            opened, _ = server.accept()
            with opened, suppress(OSError):
                opened.recv(4096)
                opened.sendall(told[0])

    threading.Thread(target=serve, daemon=True).start()
    client = Client("Marsad/fuzz", Limits(body=100_000, seconds=5, redirects=2))
    door = doors([f"127.0.0.1:{port}"])

    def check(data: bytes) -> None:
        told[0] = data
        reply = client.get(f"http://127.0.0.1:{port}/", allowed=door)
        if isinstance(reply, NotFetched):
            if not reply.message:
                raise Broken("no reason why there is no reply")
            return
        if len(reply.body) > 100_000:
            raise Broken("a body beyond the limit")
        _sound_head(head_of(reply), len(reply.headers))
        raw = web.reply(reply.body, head=head_of(reply), media_type="text/html", url=_FEED, published=None)
        item = web.article(raw, "x")
        if isinstance(item, Fault) and not item.message:
            raise Broken("a fault without a word")

    return check


def _sound_head(head: bytes, number: int) -> None:
    """That a head which is kept says no more headers than came: none is smuggled in by a line break."""
    lines = head.split(b"\r\n")
    if lines[-2:] != [b"", b""] or len(lines) != number + 4:
        raise Broken(f"a head of {len(lines) - 4} headers made of {number}")
    read = BytesHeaderParser().parsebytes(head.partition(b"\r\n")[2])
    if len(read.items()) > number + 1:
        raise Broken("a head that says more headers than came")


def _heads(data: bytes) -> None:
    """Names and values of headers, as an archive may hold them, written down and read again."""
    from marsad.ingest import web
    from marsad.ingest.http_head import http_head
    from marsad.model import Piece, Raw

    parts = data[1:].decode("utf-8", "replace").split("\x1f")
    pairs = list(zip(parts[1::2], parts[2::2], strict=False))
    head = http_head(data[0], parts[0], pairs, size=len(data))
    _sound_head(head, len(pairs))
    page = f"<html><body><article><p>{sentences()[0] * 2}</p></article></body></html>".encode()
    web.article(Raw((Piece(page),), web.recipe(), "text/html", _FEED, "", head), "x")


def _unpacked(data: bytes) -> None:
    """Bodies with the codings that their heads name."""
    from marsad.ingest import content
    from marsad.net import inflated

    codings = ("gzip", "br", "deflate", "zstd", "gzip, br", "identity", "x", "br, gzip, deflate")
    with suppress(content.Unsound):
        got = content.body(
            data[1:], encoding=codings[data[0] % 8], transfer="chunked" if data[0] & 8 else None, limit=50_000
        )
        if len(got) > 50_000:
            raise Broken("a body beyond the limit")
    got = inflated(data[1:], 50_000)
    if isinstance(got, bytes) and len(got) > 50_000:
        raise Broken("a body beyond the limit")


# ── readers ───────────────────────────────────────────────────────────────────────────────


def _reads() -> Check:
    from marsad import lexicon
    from marsad.model import Document, Span
    from marsad.read import Reader
    from marsad.read.dateline import find_dateline
    from marsad.record import codec

    tables = lexicon.load()
    reader = Reader(tables)

    def check(data: bytes) -> None:
        text = data[1:].decode("utf-8", "ignore")
        if not text.strip():
            return
        seed = data[0]
        published = date(2021, 1 + seed % 12, 1 + seed % 28) if seed & 1 else None
        head = text.find("\n")
        headline = Span(0, head) if seed & 2 and head > 0 else None
        document = Document(text, published, "input" if published else None, headline, "ar")
        reading = reader.read(document)
        _require(invariants.of_reading(document, reading))
        if seed & 12 == 12 and codec.dumps(reader.read(document)) != codec.dumps(reading):
            raise Broken("read twice, two readings")
        if seed & 48 == 48:
            find_dateline(text, lexicon=tables)

    return check


def _rows() -> Check:
    from marsad import lexicon
    from marsad.ingest import ingest
    from marsad.model import Document
    from marsad.read import CodedReader

    reader = CodedReader(lexicon.load())
    path = _folder() / "rows.csv"

    def check(data: bytes) -> None:
        path.write_bytes(data)
        for item in ingest([path]):
            _require(invariants.of_item(item))
            if isinstance(item, Document):
                _require(invariants.of_reading(item, reader.read(item)))

    return check


# ── the record ────────────────────────────────────────────────────────────────────────────


def _asked() -> Check:
    """Filters, ids and words, as a stranger may send them to a record."""
    from marsad import pipeline
    from marsad.errors import MarsadError
    from marsad.record import Filters, Record

    record = Record.open(_folder() / "r.db", create=True)
    pipeline.run(record, [SAMPLE], workers=1)

    def check(data: bytes) -> None:
        told = data.decode("utf-8", "surrogateescape" if data[:1] == b"\xff" else "ignore")
        parts = (told.split("\x1f") + [""] * 8)[:8]
        number = len(parts[6]) or None
        try:
            filters = Filters(
                text=parts[0] or None, place=parts[1] or None, actor=parts[2] or None, source=parts[3] or None,
                country=parts[4] or None, min_killed=number, first=date(2021, 1, 1) if parts[7] else None,
            )  # fmt: skip
            record.summaries(filters)
            record.totals(filters)
        except MarsadError:
            pass
        for ask in (record.incident, record.retired, record.event, record.joins, record.document):
            with suppress(MarsadError):
                ask(parts[5])

    return check


def _stored() -> Check:
    """What a record holds, should somebody have written into it."""
    from marsad.decision import Decision
    from marsad.errors import RecordError
    from marsad.model import Incident, Reading
    from marsad.record import codec

    def check(data: bytes) -> None:
        text = data[1:].decode("utf-8", "ignore")
        with suppress(RecordError):
            codec.loads((Reading, Incident, Decision)[data[0] % 3], text)

    return check


#: Name → what makes the check.
TARGETS: dict[str, Callable[[], Check]] = {
    "page": lambda: _taken_in("page.html"),
    "text": lambda: _taken_in("text.txt"),
    "lines": lambda: _taken_in("lines.jsonl"),
    "piped": lambda: _piped,
    "rows": _rows,
    "decode": lambda: _decoded,
    "archive": _archived,
    "feed": _listed,
    "reply": _answered_with,
    "heads": lambda: _heads,
    "packed": lambda: _unpacked,
    "read": _reads,
    "queries": _asked,
    "codec": _stored,
}
#: Those whose inputs are words, and the longest input where it is not `LONGEST`: a short text is read more often.
WORDY = frozenset({"read", "text"})
SHORTER = {"read": 1200, "reply": 2000, "heads": 2000}

# ── what to begin with ────────────────────────────────────────────────────────────────────


def seeds(target: str) -> Iterator[bytes]:
    """Sound inputs of the target, to be made unsound."""
    made = _SEEDS.get(target)
    if made is not None:
        yield from made()


def _page(title: str, text: str, day: str = "2021-01-31") -> bytes:
    return (
        f"<!doctype html><html lang=ar><head><meta charset=utf-8><title>{title}</title>"
        f'<meta property="article:published_time" content="{day}">'
        f'<script type="application/ld+json">{{"@type":"NewsArticle","headline":"x","datePublished":"2021-01-31"}}'
        f"</script></head><body><article><h1>{title}</h1><p>{text}</p>"
        f"<time datetime=2021-01-31>x</time></article></body></html>"
    ).encode()


def _pages() -> Iterator[bytes]:
    for one in articles()[:40]:
        yield _page(one.get("title", ""), one["text"], one.get("published", ""))


def _texts() -> Iterator[bytes]:
    yield from (f"{one.get('title', '')}\n{one['text']}".encode() for one in articles())


def _lines() -> Iterator[bytes]:
    yield from (json.dumps(one, ensure_ascii=n % 2 == 0).encode() for n, one in enumerate(articles()[:40]))


def _read_seeds() -> Iterator[bytes]:
    """Sentences for the most part: what is short is read often."""
    told = sentences()
    for n, sentence in enumerate(told):
        yield bytes([n % 256]) + sentence.encode()
        if n % 3 == 0 and n + 1 < len(told):
            yield bytes([(n * 7) % 256]) + f"{sentence}\n{told[n + 1]}".encode()


#: The columns of UCDP GED that every version has, and those of ACLED.
GED_HEAD = "id,type_of_violence,side_a,side_b,where_prec,latitude,longitude,date_prec,date_start,date_end,best,low,high"
_ACLED_HEAD = (
    "event_id_cnty,event_date,time_precision,sub_event_type,actor1,actor2,country,admin1,location,latitude,longitude,"
    "geo_precision,source,fatalities,notes"
)


def _row_seeds() -> Iterator[bytes]:
    more = "adm_1,adm_2,where_coordinates,source_article,country,deaths_a,deaths_b,deaths_civilians,deaths_unknown"
    yield (
        f"{GED_HEAD},{more}\n1,1,Government of Iraq,IS,1,35.46,44.39,1,2021-01-01,2021-01-02,4,3,6,Kirkuk province,"
        'Kirkuk district,Kirkuk,"Reuters,2021-01-03",Iraq,1,2,1,0\n'
    ).encode()
    yield (
        f"{_ACLED_HEAD}\nIRQ7,2018-03-05,2,Grenade,Islamic State (Iraq),Civilians (Iraq),Iraq,Kirkuk,Hawija,35.3,43.7,2,"
        'SOHR,3,"words, and more"\n'
    ).encode()


def _record_seeds() -> Iterator[bytes]:
    from marsad import pipeline
    from marsad.record import codec

    for one in articles()[:20]:
        yield b"\0" + codec.dumps(pipeline.read_text(one["text"])).encode()


def _query_seeds() -> Iterator[bytes]:
    for one in articles()[:20]:
        yield "\x1f".join([one["text"][:40], "كركوك", "IS", "outlet", "IRQ", "i12", "", ""]).encode()


def _answer(page: bytes, *more: str) -> bytes:
    head = (
        "HTTP/1.1 200 OK",
        "Content-Type: text/html; charset=utf-8",
        *more,
        f"Content-Length: {len(page)}",
    )
    return "\r\n".join(head).encode() + b"\r\n\r\n" + page


def _answers() -> Iterator[bytes]:
    page = _page("خبر", " ".join(sentences()[:6]))
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(p), p) for p in (page[:100], page[100:])) + b"0\r\n\r\n"
    yield _answer(page)
    yield _answer(gzip.compress(page), "Content-Encoding: gzip")
    yield _answer(zlib.compress(page), "Content-Encoding: deflate", 'ETag: "a"', "Last-Modified: x")
    yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks
    yield b"HTTP/1.1 302 Found\r\nLocation: /next\r\nContent-Length: 0\r\n\r\n"
    yield b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 404 Not Found\r\nSet-Cookie: a=b\r\nSet-Cookie: c\r\n\r\nx"


def _archive_seeds() -> Iterator[bytes]:
    def record(kind: str, body: bytes, *more: str) -> bytes:
        head = (
            "WARC/1.1", f"WARC-Type: {kind}", "WARC-Target-URI: https://news.test/1", "WARC-Date: 2021-01-31T10:00:00Z",
            "WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000000>", *more,
            f"Content-Type: application/http; msgtype={kind}", f"Content-Length: {len(body)}",
        )  # fmt: skip
        return "\r\n".join(head).encode() + b"\r\n\r\n" + body + b"\r\n\r\n"

    whole = [record("response", answer) for answer in _answers()]
    mixed = [
        record("warcinfo", b"software: x\r\n"), whole[0], record("request", b"GET / HTTP/1.1\r\n\r\n"), whole[1],
        record("revisit", b"HTTP/1.1 200 OK\r\n\r\n", "WARC-Payload-Digest: sha1:AAAA"), whole[3],
    ]  # fmt: skip
    for kind in range(4):
        yield bytes([kind]) + b"".join(mixed)
        for one in whole:
            yield bytes([kind]) + one
    yield b"\5" + b"".join(map(partial(gzip.compress, mtime=0), mixed))
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as packed:
        packed.writestr("archive/a.warc", b"".join(mixed[:3]))
        packed.writestr("pages/pages.jsonl", "{}")
    yield b"\7" + held.getvalue()


def _feed_seeds() -> Iterator[bytes]:
    told = sentences()
    items = "".join(
        f"<item><title>{told[n]}</title><link>https://news.test/{n}?utm_source=rss</link><guid>{n}</guid>"
        f"<pubDate>{day}</pubDate><description><![CDATA[<p>{told[n + 1]}</p><p>{told[n + 2]}</p>]]></description></item>"
        for n, day in enumerate(
            ("Mon, 30 Nov 2020 09:00:00 +0300", "2021-01-31T10:00:00Z", "٣٠ تشرين الثاني ٢٠٢٠", "x")
        )
    )
    rss = f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>وكالة</title>{items}</channel></rss>'
    entries = "".join(
        f'<entry><id>tag:{n}</id><title>{told[n]}</title><link href="/{n}"/><published>2021-01-29T01:00:00Z</published>'
        f'<updated>2021-01-30T01:00:00Z</updated><content type="html">&lt;p&gt;{told[n + 3]}&lt;/p&gt;</content></entry>'
        for n in range(3)
    )
    atom = f'<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title>{entries}</feed>'
    sitemap = (
        '<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"><url><loc> https://news.test/1 </loc>'
        "<lastmod>2021-01-30T10:00:00Z</lastmod><n:news><n:publication_date>2021-01-29</n:publication_date>"
        "<n:title>أ</n:title></n:news></url><url><loc>https://news.test/2</loc></url></urlset>"
    )
    index = "<sitemapindex><sitemap><loc>https://news.test/a.xml</loc></sitemap></sitemapindex>"
    entity = '<!DOCTYPE rss [<!ENTITY a "x"><!ENTITY b SYSTEM "file:///etc/hostname">]>'
    for n, text in enumerate(
        (rss, atom, sitemap, index, entity + rss.partition("?>")[2].replace("وكالة", "&a;&b;"))
    ):
        yield bytes([n | n << 3]) + text.encode()
    yield b"\x29" + rss.encode("cp1256", "ignore")
    yield b"\0" + gzip.compress(sitemap.encode())


def _head_seeds() -> Iterator[bytes]:
    yield (
        b"\xc8"
        + "\x1f".join(
            ["OK", "Content-Type", "text/html", "Set-Cookie", "a=b; c", "X", "é\tü", "Y", ""]
        ).encode()
    )
    yield b"\xc8" + "\x1f".join(["Not\r\nOK", "A\r\nB", "c\r\n\r\nd", "E:", " f \n g", "", "h"]).encode()


def _packed_seeds() -> Iterator[bytes]:
    import brotli
    import zstandard

    page = _page("x", "y " * 200)
    for n, pack in enumerate((gzip.compress, brotli.compress, zlib.compress, zstandard.compress)):
        packed = pack(page)
        yield bytes([n]) + packed
        yield bytes([n + 8]) + b"%x\r\n%b\r\n0\r\n\r\n" % (len(packed), packed)
    yield b"\0" + gzip.compress(b"a") + gzip.compress(b"b") + b"\0\0"


_SEEDS: dict[str, Callable[[], Iterator[bytes]]] = {
    "page": _pages,
    "text": _texts,
    "lines": _lines,
    "piped": lambda: (one for made in (_lines, _pages, _texts) for one in made()),
    "decode": lambda: (one for made in (_pages, _texts) for one in made()),
    "rows": _row_seeds,
    "archive": _archive_seeds,
    "feed": _feed_seeds,
    "reply": _answers,
    "heads": _head_seeds,
    "packed": _packed_seeds,
    "read": _read_seeds,
    "queries": _query_seeds,
    "codec": _record_seeds,
}
