"""Writes a crawl of made-up news sites as WARC files, laid out and named as Common Crawl lays out its news.

    python -m bench.crawl FOLDER [--gigabytes 5] [--file-megabytes 1000]

Of the pages 4 in 100 are Arabic news of a war, 6 other Arabic news, 90 in other languages (`bench.stories`), 30 to
80 KB of HTML each: menus, styles, scripts with random data, boxes of other headlines. Besides them the files hold
requests, redirects and pictures, as crawls do. News of the war is written anew for each page; of everything else
there is a stock, drawn from again and again, so that writing takes minutes. Everything follows from the seed.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

from bench.stories import Newsroom, Story

_SECTIONS = ("الرئيسية", "محليات", "عربي ودولي", "اقتصاد", "رياضة", "ثقافة", "صحة", "تقنية", "آراء", "فيديو")
_ENGLISH = ("Home", "World", "Sports", "Culture", "Health", "Video")
#: Pages that do not tell of the war and are written once; how a packed record begins.
_STOCK, _MEMBER = 4000, b"\x1f\x8b\x08\x00\x00\x00\x00\x00"
_FOREIGN = ("en", "en", "en", "ru", "tr", "fa")
_STYLE = "".join(
    f".c{n}{{margin:{n % 7}px;padding:{n % 5}px;color:#{n * 7919 % 0xFFFFFF:06x};display:flex}}\n"
    for n in range(160)
)


def _script(random: Random, size: int) -> str:
    """Data that pages carry for their scripts, which do not compress well."""
    return f"<script>window.__state={json.dumps({'id': random.randbytes(size // 2).hex()})}</script>"


def page(story: Story, newsroom: Newsroom, random: Random) -> bytes:
    """The story as a site shows it."""
    arabic = story.kind in ("war", "other")
    titles = [newsroom.story(random.randrange(10**6), story.kind).title for _ in range(6)]
    if arabic and story.number % 2:  # half of the sites show what is read most, of whatever kind
        titles += [
            newsroom.story(random.randrange(10**6), random.choice(("war", "other", "other"))).title
            for _ in range(4)
        ]
    names = _SECTIONS if arabic else _ENGLISH
    menu = "".join(f'<li class="c{n}"><a href="/s/{n}">{name}</a></li>' for n, name in enumerate(names))
    box = "".join(
        f'<div class="card c{n}"><a href="/a/{random.randrange(10**7)}">'
        f'<img src="/i/{random.randrange(10**7)}.jpg" alt=""><h3>{title}</h3></a></div>'
        for n, title in enumerate(titles)
    )
    body = "".join(f'<p class="c{n % 40}">{text}</p>' for n, text in enumerate(story.paragraphs))
    day = story.published.isoformat()
    linked = json.dumps({"@type": "NewsArticle", "headline": story.title, "datePublished": day})
    language = "ar" if arabic else story.kind
    direction = "rtl" if language in ("ar", "fa") else "ltr"
    outlet = story.outlet if arabic else "The Site"
    return (
        f'<!DOCTYPE html><html lang="{language}" dir="{direction}"><head><meta charset="utf-8">'
        f'<title>{story.title}</title><meta property="og:site_name" content="{outlet}">'
        f'<link rel="canonical" href="{story.url}"><script type="application/ld+json">{linked}</script>'
        f"<style>{_STYLE}</style>{_script(random, random.randint(12_000, 50_000))}</head>"
        f"<body><header><nav><ul>{menu}</ul></nav></header><main><article><h1>{story.title}</h1>"
        f'<time datetime="{day}">{day}</time>{body}</article><aside>{box}</aside></main>'
        f"<footer><ul>{menu}</ul></footer>{_script(random, 4_000)}</body></html>"
    ).encode()


def _record(kind: str, url: str, content: bytes, number: int, moment: str) -> bytes:
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Date: {moment}\r\nWARC-Record-ID: <urn:uuid:{number:032x}>\r\n"
        f"Content-Type: application/http; msgtype={kind}\r\nWARC-Target-URI: {url}\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content + b"\r\n\r\n"


def _answer(content: bytes, type_: str = "text/html; charset=utf-8", status: str = "200 OK") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Type: {type_}\r\nServer: made-up\r\n\r\n".encode() + content


def _moment(story: Story) -> str:
    return f"{story.published.isoformat()}T{story.number % 24:02}:00:00Z"


def _visit(story: Story, newsroom: Newsroom, random: Random) -> bytes:
    """A page with the request for it."""
    number = 4 * story.number
    asked = f"GET {story.url} HTTP/1.1\r\n\r\n".encode()
    shown = _answer(page(story, newsroom, random))
    request = _record("request", story.url, asked, number, _moment(story))
    return _packed(request) + _packed(_record("response", story.url, shown, number + 1, _moment(story)))


def _packed(record: bytes) -> bytes:
    return gzip.compress(record, 4, mtime=0)


def _stock(newsroom: Newsroom, random: Random, count: int) -> list[bytes]:
    """Visits of pages that do not tell of the war, in the shares of the crawl, with what else crawls hold."""
    made = []
    for number in range(10**8, 10**8 + count):
        kind = "other" if number % 16 == 0 else random.choice(_FOREIGN)
        story = newsroom.story(number, kind)
        visit = _visit(story, newsroom, random)
        if number % 10 == 1:
            moved = _answer(b"", status="301 Moved Permanently")
            visit += _packed(_record("response", f"{story.url}/old", moved, 4 * number + 2, _moment(story)))
        if number % 15 == 1:
            picture = _answer(b"\x89PNG" + random.randbytes(20_000), "image/png")
            visit += _packed(_record("response", f"{story.url}.png", picture, 4 * number + 3, _moment(story)))
        made.append(visit)
    return made


def visits(newsroom: Newsroom, stock: list[bytes], seed: int) -> Iterator[bytes]:
    """Packed visits without end, one in twenty-five of a page that tells of the war."""
    random = Random(seed)
    number = seed * 10**6
    while True:
        if random.random() < 0.04:
            number += 1
            yield _visit(newsroom.story(number), newsroom, random)
        else:
            yield random.choice(stock)


def write(folder: Path, *, size: int, file_size: int) -> list[Path]:
    """Files of about `file_size` bytes unpacked, `size` in all."""
    newsroom = Newsroom()
    stock = _stock(newsroom, Random(0), _STOCK)
    place = folder / "crawl-data" / "CC-NEWS" / "2021" / "01"
    place.mkdir(parents=True, exist_ok=True)
    made = []
    for seed in range(1, max(1, round(size / file_size)) + 1):
        path = place / f"CC-NEWS-202101{seed:02}000000-{seed:05}.warc.gz"
        written = 0
        with path.open("wb") as file:
            for visit in visits(newsroom, stock, seed):
                file.write(visit)
                written += sum(_lengths(visit))
                if written >= file_size:
                    break
        made.append(path)
        print(f"{path}: {written / 1e6:,.0f} MB unpacked, {path.stat().st_size / 1e6:,.0f} MB", flush=True)
    return made


def _lengths(packed: bytes) -> Iterator[int]:
    """The length of each record unpacked, as the end of its gzip member tells it."""
    at = packed.find(_MEMBER, 1)
    while at > 0:
        yield int.from_bytes(packed[at - 4 : at], "little")
        at = packed.find(_MEMBER, at + 1)
    yield int.from_bytes(packed[-4:], "little")


def main() -> int:
    """Writes the files."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--gigabytes", type=float, default=5.0)
    parser.add_argument("--file-megabytes", type=float, default=1000.0)
    options = parser.parse_args()
    write(options.folder, size=int(options.gigabytes * 1e9), file_size=int(options.file_megabytes * 1e6))
    return 0


if __name__ == "__main__":
    sys.exit(main())
