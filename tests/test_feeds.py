"""Feeds as bytes and as settings: lists read whatever their state, faults told with line and way out, moments bounded."""

from __future__ import annotations

import gzip
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marsad import lexicon
from marsad.errors import InputError
from marsad.ingest import Fault
from marsad.ingest.charset import page_text
from marsad.ingest.feeds import Listing, Pace, Told, address, failed, later, listing, retry_after, told
from marsad.read.dateline import find_dateline

ARABIC = "قُتل ثلاثة جنود في هجوم على نقطة تفتيش شمال البلدة، بحسب مصدر في الشرطة"
RSS = (
    '<?xml version="1.0"{enc}?><rss version="2.0"><channel><title>وكالة</title>'
    "<item><title>"
    + ARABIC
    + '</title><link>https://news.test/1?utm_source=rss#top</link><guid isPermaLink="false">1</guid>'
    "<pubDate>{date}</pubDate></item></channel></rss>"
)
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


def day_in(text: str) -> date | None:
    found = find_dateline(text, lexicon.load())
    return found[0] if found else None


read = partial(listing, url="https://news.test/feed", day_in=day_in)


def rss(date_: str = "Mon, 30 Nov 2026 09:00:00 +0300", enc: str = "") -> str:
    return RSS.format(date=date_, enc=enc)


def listed(raw: bytes, told_: str | None = None) -> Listing:
    found = read(raw, told=told_)
    assert isinstance(found, Listing), found
    return found


# ── lists ─────────────────────────────────────────────────────────────────────────────────


def test_rss() -> None:
    found = listed(rss().encode())
    (entry,) = found.entries
    assert (found.kind, found.title, found.flaw) == ("feed", "وكالة", None)
    assert (entry.title, entry.guid, entry.published) == (ARABIC, "1", date(2026, 11, 30))
    assert address(entry.url or "") == "https://news.test/1"


@pytest.mark.parametrize(
    ("told_", "day"),
    [
        ("Mon, 30 Nov 2026 23:30:00 +0300", date(2026, 11, 30)),
        ("2026-11-30T23:30:00+03:00", date(2026, 11, 30)),
        ("٣٠ تشرين الثاني ٢٠٢٦", date(2026, 11, 30)),
        ("الإثنين، 30 نوفمبر 2026", date(2026, 11, 30)),
        ("الإثنين 30/تشرين الثاني/2026 - 06:31 م", date(2026, 11, 30)),
        ("yesterday", None),
        ("Mon, 32 Nov 2026 09:00:00", None),
        ("", None),
    ],
)
def test_days_of_feeds_arabic_ones_too(told_: str, day: date | None) -> None:
    assert listed(rss(told_).encode()).entries[0].published == day


@pytest.mark.parametrize(
    ("enc", "header"),
    [
        ("", None), ("", "text/xml"), ("", "text/xml; charset=iso-8859-1"), (' encoding="windows-1256"', "text/xml"),
        (' encoding="iso-8859-1"', "text/xml; charset=windows-1252"), (' encoding="utf-8"', "text/xml; charset=utf-8"),
    ],
)  # fmt: skip
def test_windows_1256_is_read_whatever_is_said_of_it(enc: str, header: str | None) -> None:
    assert listed(rss(enc=enc).encode("cp1256"), header).entries[0].title == ARABIC


@pytest.mark.parametrize("header", [None, "text/xml; charset=windows-1256", "text/xml; charset=latin-1"])
def test_utf_8_is_read_whatever_is_said_of_it(header: str | None) -> None:
    assert listed(rss(enc=' encoding="windows-1256"').encode(), header).entries[0].title == ARABIC


def test_utf_16_and_french_latin_stay_what_they_are() -> None:
    assert page_text(rss().encode("utf-16"), "x", guess=True) == rss()
    french = "<p>Trois soldats ont été tués près de la frontière, à l'aube, a déclaré le ministère de la Défense.</p>"
    assert (
        page_text(french.encode("latin-1"), "x", told="text/html; charset=iso-8859-1", guess=True) == french
    )


def test_half_broken_utf_8_is_not_read_as_something_else() -> None:
    broken = (ARABIC * 20).encode().replace("شمال".encode(), b"\xd8\xff", 1)
    assert isinstance(page_text(broken, "x", told="text/html; charset=windows-1256", guess=True), Fault)


def test_atom_and_its_moments_of_change() -> None:
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title><entry><id>tag:1</id><title>a</title>'
        '<link href="/1"/><published>2026-11-29T01:00:00Z</published><updated>2026-11-30T01:00:00Z</updated></entry></feed>'
    )
    (entry,) = listed(atom.encode()).entries
    assert entry.url == "https://news.test/1"
    assert (entry.published, entry.changed) == (date(2026, 11, 29), "2026-11-30T01:00:00Z")


def test_sitemaps_news_sitemaps_and_indexes_packed_too() -> None:
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    plain = (
        head
        + '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/'
        'sitemap-news/0.9"><url><loc> https://news.test/1 </loc><lastmod>2026-11-30T10:00:00Z</lastmod>'
        "<n:news><n:publication_date>2026-11-29</n:publication_date><n:title>أ</n:title></n:news></url>"
        "<url><loc>https://news.test/2</loc></url></urlset>"
    )
    found = listed(gzip.compress(plain.encode()))
    assert found.kind == "sitemap"
    assert [entry.url for entry in found.entries] == ["https://news.test/1", "https://news.test/2"]
    first = found.entries[0]
    assert (first.published, first.changed, first.title) == (date(2026, 11, 29), "2026-11-30T10:00:00Z", "أ")
    index = "<sitemapindex><sitemap><loc>https://news.test/a.xml</loc></sitemap></sitemapindex>"
    assert listed(index.encode()).kind == "index"


def test_broken_xml_gives_what_can_be_read_and_says_so() -> None:
    found = listed(rss().replace("</item></channel></rss>", "</item><item><title>a & <b></channel>").encode())
    assert found.entries[0].title == ARABIC
    assert found.flaw


@pytest.mark.parametrize(
    "body", [b"", b"hello", b"<html><body>404</body></html>", b"<rss", b"{}", b"\x00\x01"]
)
def test_what_is_no_feed(body: bytes) -> None:
    found = read(body)
    assert isinstance(found, Fault)
    assert found.hint


def test_a_page_that_states_its_feed_tells_the_way_out() -> None:
    page = b'<html><head><link rel="alternate" type="application/rss+xml" href="/rss"></head></html>'
    found = read(page)
    assert isinstance(found, Fault)
    assert found.hint == "it states the feed https://news.test/rss"


def test_a_body_that_reads_like_a_file_or_an_address_opens_neither(tmp_path: Path) -> None:
    secret = tmp_path / "feed.xml"
    secret.write_text(rss(), "utf8")
    assert isinstance(read(str(secret).encode()), Fault)
    assert isinstance(read(b"http://127.0.0.1:1/feed"), Fault)


def test_entities_that_grow_or_open_files_do_neither(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("TELLTALE", "utf8")
    for root in ("urlset", "rss"):
        grow = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
        raw = (
            f'<!DOCTYPE {root} [<!ENTITY a0 "x"><!ENTITY f SYSTEM "file://{secret}">{grow}]><{root}><url><loc>'
            f"https://news.test/&f;</loc></url><channel><item><title>&f;&a11;</title></item></channel></{root}>"
        )
        found = read(raw.encode())
        assert "TELLTALE" not in repr(found)
        assert len(repr(found)) < 100_000


# ── the file of feeds ─────────────────────────────────────────────────────────────────────


def of(tmp_path: Path, text: str) -> Told:
    file = tmp_path / "feeds.toml"
    file.write_text(text, "utf8")
    return told(file, version="1")


def test_a_file_with_defaults(tmp_path: Path) -> None:
    found = of(
        tmp_path,
        '[watch]\ncontact = "desk@example.org"\n[defaults]\nevery = "5m"\nallow_private = ["127.0.0.1:80"]\n'
        '[[feed]]\nname = "a"\nurl = "https://a.test/rss"\n[[feed]]\nname = "b"\nurl = "https://b.test/"\nevery = "1h"\n'
        'kind = "page"\nrecheck = []\nallow_private = []\n',
    )
    a, b = found.feeds
    assert not found.faults
    assert "desk@example.org" in found.agent
    assert (a.pace.every, b.pace.every) == (timedelta(minutes=5), timedelta(hours=1))
    assert (len(a.allowed), b.allowed, b.recheck) == (1, frozenset(), ())


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('evry = "5m"', "feeds.toml:7: evry: is no key of [feed] (meant every?)"),
        ("every = 5", "feeds.toml:7: every: 5 will not do"),
        ('every = "1s"', 'from "30s" to "7d"'),
        ('every = "2h"\nat_most = "1h"', "feeds.toml:8: at_most: is less than every"),
        ('kind = "rss"', "one of auto, feed, sitemap, page"),
        ('allow_private = ["10.0.0.0/8"]', "is no address with a port"),
        ("most = true", "a whole number"),
        ('name = ""', None),
    ],
)
def test_a_fault_names_line_and_key_and_leaves_the_others(
    tmp_path: Path, line: str, said: str | None
) -> None:
    text = (
        '[[feed]]\nname = "a"\nurl = "https://a.test/rss"\n\n[[feed]]\nname = "b"\n{}\nurl = "https://b.test/"\n'
        '[[feed]]\nname = "c"\nurl = "https://c.test/"\n'
    )
    if said is None:
        with pytest.raises(InputError, match="is no TOML"):
            of(tmp_path, text.format(line))
        return
    found = of(tmp_path, text.format(line))
    assert [feed.name for feed in found.feeds] == ["a", "c"]
    (fault,) = found.faults
    assert said in str(fault)
    assert fault.hint


def test_names_and_addresses_are_there_once(tmp_path: Path) -> None:
    feed = '[[feed]]\nname = "{}"\nurl = "{}"\n'
    found = of(
        tmp_path,
        feed.format("a", "https://a.test/")
        + feed.format("a", "https://b.test/")
        + feed.format("c", "https://a.test/"),
    )
    assert len(found.feeds) == 1
    assert [fault.where.rpartition(":")[2] for fault in found.faults] == ["5", "9"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "names no feed"), ("[feed]\nname = 'a'", "should be [[feed]]"), ("[[feeds]]\nname = 'a'", "is no table"),
        ("a = ", "feeds.toml:1: is no TOML"), ("x = 1\n[[feed]]\nname='a'\nurl='https://a.test'", "is no key"),
        ("[defaults]\nevery = 'x'\n[[feed]]\nname='a'\nurl='https://a.test'", "feeds.toml:2: every"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_at_all(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError) as raised:
        of(tmp_path, text)
    assert said in str(raised.value)


# ── moments ───────────────────────────────────────────────────────────────────────────────

spans = st.timedeltas(min_value=timedelta(seconds=30), max_value=timedelta(days=7))


@given(spans, spans, spans, st.booleans(), st.integers(1, 10_000), st.floats(0, 1))
def test_intervals_stay_within_what_the_file_says(
    a: timedelta, b: timedelta, interval: timedelta, new: bool, failures: int, chance: float
) -> None:
    pace = Pace(min(a, b), max(a, b))
    after = later(interval, pace, new=new)
    assert pace.every <= after <= pace.at_most
    assert (after <= max(interval, pace.every)) if new else (after >= min(interval, pace.at_most))
    assert pace.every * 0.74 <= failed(failures, pace, lambda: chance) <= pace.at_most * 1.26


def test_retry_after() -> None:
    assert retry_after("120", NOW) == timedelta(minutes=2)
    assert retry_after("Mon, 30 Nov 2026 12:05:00 GMT", NOW) == timedelta(minutes=5)
    assert retry_after("Mon, 30 Nov 2020 12:05:00 GMT", NOW) == timedelta(0)
    assert retry_after("99999999999", NOW) == timedelta(days=1)
    assert retry_after("soon", NOW) is retry_after(None, NOW) is None


@given(
    st.sampled_from(
        ["https://News.test/a?id=1&utm_medium=x#f", "http://n.test", "https://n.test/ا?ق=ك&fbclid=1"]
    )
)
def test_an_address_is_the_same_however_a_reader_came(url: str) -> None:
    once = address(url)
    assert address(once) == once
    assert "utm_" not in once and "#" not in once and "fbclid" not in once
