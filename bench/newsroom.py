"""A server of invented news that misbehaves: thirty outlets on one loopback port, told apart by `Host`.

Each outlet brings out articles by a clock, and has a vice of its own. The server notes what it handed
out, so that a watcher's record can be held against it.
"""

from __future__ import annotations

import gzip
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

Now = Callable[[], datetime]

_PLACES = (
    "الرمادي", "الفلوجة", "هيت", "الحويجة", "بعقوبة", "خانقين", "سامراء", "بيجي", "تلعفر", "سنجار", "الموصل",
    "كركوك", "الرطبة", "القائم", "المقدادية", "الشرقاط", "الطارمية", "مخمور", "داقوق", "راوة",
)  # fmt: skip
_WHO = ("جنود", "عناصر شرطة", "مدنيين", "رعاة", "مسافرين")
_MONTHS = (
    "كانون الثاني", "شباط", "آذار", "نيسان", "أيار", "حزيران", "تموز", "آب", "أيلول", "تشرين الأول",
    "تشرين الثاني", "كانون الأول",
)  # fmt: skip


# ── a server that does as it is told ──────────────────────────────────────────────────────


class Asked:
    """A request, and every way to answer it properly or not."""

    def __init__(self, handler: BaseHTTPRequestHandler, room: Server) -> None:
        self._handler = handler
        self.room = room
        self.path = handler.path
        self.host = (handler.headers.get("Host") or "").partition(":")[0]
        self.headers = handler.headers

    def send(
        self,
        body: bytes = b"",
        *,
        status: int = 200,
        kind: str = "text/html",
        length: int | None = -1,
        **more: str,
    ) -> None:
        """An answer; `length` is what it says of its body: -1 the truth, `None` nothing."""
        self._handler.send_response_only(status)
        for name, value in {
            "Content-Type": kind,
            **{k.replace("_", "-"): v for k, v in more.items()},
        }.items():
            self._handler.send_header(name, value)
        if length is not None:
            self._handler.send_header("Content-Length", str(len(body) if length == -1 else length))
        self._handler.send_header("Connection", "close")
        self._handler.end_headers()
        self.raw(body)

    def raw(self, data: bytes) -> None:
        """Bytes on the wire."""
        self._handler.wfile.write(data)
        self._handler.wfile.flush()

    def close(self) -> None:
        """No more is said."""
        self._handler.close_connection = True


Answer = Callable[[Asked], None]


class Server:
    """A server on a loopback port. `answers` go by (host, path), by path alone, or by host alone."""

    def __init__(self) -> None:
        room = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                room._answer(Asked(self, room))

            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                room.posted.append((dict(self.headers), self.rfile.read(length)))
                room._answer(Asked(self, room))

            def log_message(self, *args: Any) -> None:
                pass

        class Listening(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 64

            def handle_error(self, request: Any, client_address: Any) -> None:
                pass  # who asked has hung up

        self.answers: dict[tuple[str, str] | str, Answer] = {}
        self.hits: Counter[tuple[str, str]] = Counter()
        self.asked: list[tuple[float, str, str, dict[str, str]]] = []
        self.posted: list[tuple[dict[str, str], bytes]] = []
        self.at_once: Counter[str] = Counter()
        self.most_at_once: Counter[str] = Counter()
        self.stopping = threading.Event()
        self._lock = threading.Lock()
        self._http = Listening(("127.0.0.1", 0), Handler)
        self.port = self._http.server_port
        threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True).start()

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self._http.shutdown()
        self._http.server_close()

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        """The address of a path."""
        return f"http://{host}:{self.port}{path}"

    def _answer(self, asked: Asked) -> None:
        path = urlsplit(asked.path).path
        with self._lock:
            self.hits[asked.host, path] += 1
            self.asked.append((time.time(), asked.host, asked.path, dict(asked.headers)))
            self.at_once[asked.host] += 1
            self.most_at_once[asked.host] = max(self.most_at_once[asked.host], self.at_once[asked.host])
        try:
            answer = (
                self.answers.get((asked.host, path)) or self.answers.get(path) or self.answers.get(asked.host)
            )
            if answer is None:
                asked.send(b"nothing here", status=404)
            else:
                answer(asked)
        except (BrokenPipeError, ConnectionError):
            pass
        finally:
            asked.close()
            with self._lock:
                self.at_once[asked.host] -= 1


# ── invented news ─────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Piece:
    """One article: of which outlet, the how many-eth, and when it came out."""

    outlet: int
    number: int
    at: datetime

    @property
    def path(self) -> str:
        return f"/news/{self.number}"

    @property
    def title(self) -> str:
        return f"هجوم على نقطة تفتيش قرب {self._place} رقم {self.outlet}-{self.number}"

    @property
    def _place(self) -> str:
        return _PLACES[(self.outlet * 7 + self.number * 3) % len(_PLACES)]

    def text(self, edition: int = 0) -> list[str]:
        killed = 3 + (self.number + self.outlet) % 5 + edition
        who = _WHO[(self.outlet + self.number) % len(_WHO)]
        return [
            f"قُتل {killed} {who} وأصيب {killed + 2} آخرون في هجوم استهدف نقطة تفتيش قرب {self._place}"
            f" بحسب مصدر أمني تحدث إلى وكالة الاختبار {self.outlet}.",
            f"وقال المصدر إن المهاجمين فروا إلى جهة مجهولة بعد اشتباك دام {10 + self.number} دقيقة مع القوات"
            f" الموجودة في المكان، في الحادث رقم {self.outlet * 1000 + self.number}.",
            "ولم تعلن أي جهة مسؤوليتها عن الهجوم حتى الآن، فيما بدأت القوات عملية تفتيش في القرى المجاورة.",
        ]

    def html(self, edition: int = 0, *, dated: bool = True) -> str:
        meta = f'<meta property="article:published_time" content="{self.at.isoformat()}">' if dated else ""
        body = "".join(f"<p>{escape(line)}</p>" for line in self.text(edition))
        return (
            f'<!doctype html><html lang="ar" dir="rtl"><head><title>{escape(self.title)}</title>{meta}'
            f'<meta property="og:site_name" content="وكالة الاختبار {self.outlet}"></head>'
            f"<body><nav><a href=/>الرئيسية</a></nav><article><h1>{escape(self.title)}</h1>{body}</article></body></html>"
        )


@dataclass
class Outlet:
    """One outlet: an article every `every` from `start` on, and how it behaves."""

    number: int
    name: str
    start: datetime
    every: timedelta
    now: Now
    vice: str
    most: int = 15
    #: Edition of each article that was handed out whole, by path.
    served: Counter[tuple[str, int]] = field(default_factory=Counter)

    @property
    def host(self) -> str:
        return f"{self.name}.test"

    def out(self) -> list[Piece]:
        """What has come out, the newest first; three are there from the start."""
        passed = int((self.now() - self.start) / self.every) if self.every else 0
        return [Piece(self.number, n, self.start + (n - 2) * self.every) for n in range(passed + 3)][::-1]

    def edition(self, piece: Piece) -> int:
        """0, and 1 from ten minutes after it came out where the outlet edits its articles."""
        return int(self.vice == "edits" and self.now() - max(piece.at, self.start) > timedelta(minutes=10))


def rss(
    outlet: Outlet, base: str, *, date_of: Callable[[datetime], str] = format_datetime, whole: bool = False
) -> str:
    """An RSS feed of the newest."""
    items = []
    for piece in outlet.out()[: outlet.most]:
        guid = "same" if outlet.vice == "same guid" else f"{outlet.name}-{piece.number}"
        text = "".join(f"<p>{line}</p>" for line in piece.text()) if whole else f"<p>{piece.text()[0]}</p>"
        items.append(
            f"<item><title>{escape(piece.title)}</title><link>{base}{piece.path}</link>"
            f'<guid isPermaLink="false">{guid}</guid><pubDate>{date_of(piece.at)}</pubDate>'
            f"<description>{escape(text)}</description></item>"
        )
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>وكالة الاختبار {outlet.number}</title>'
        f"<link>{base}/</link>{''.join(items)}</channel></rss>"
    )


def atom(outlet: Outlet, base: str) -> str:
    """An Atom feed of the newest, with the moment of their last change."""
    entries = "".join(
        f"<entry><title>{escape(p.title)}</title><id>{base}{p.path}</id><link href='{base}{p.path}'/>"
        f"<published>{p.at.isoformat()}</published>"
        f"<updated>{(p.at + timedelta(minutes=10) * outlet.edition(p)).isoformat()}</updated></entry>"
        for p in outlet.out()[: outlet.most]
    )
    return f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>{outlet.name}</title>{entries}</feed>'


def sitemap(outlet: Outlet, base: str) -> str:
    """A news sitemap of the newest."""
    urls = "".join(
        f"<url><loc>{base}{p.path}</loc><news:news><news:publication_date>{p.at.isoformat()}</news:publication_date>"
        f"<news:title>{escape(p.title)}</news:title></news:news></url>"
        for p in outlet.out()[: outlet.most]
    )
    return (
        '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{urls}</urlset>'
    )


def arabic_date(at: datetime) -> str:
    """A day as some sites write it in their feed."""
    eastern = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year}".translate(eastern)


#: Name, minutes between articles, vice. Thirty, each with what news sites really do.
CAST: tuple[tuple[str, int, str], ...] = (
    ("rss-a", 6, ""), ("rss-b", 9, ""), ("rss-c", 20, ""), ("atom", 8, ""), ("newsmap", 7, "sitemap"),
    ("mapindex", 9, "index"), ("whole", 8, "whole"), ("livepage", 6, "page"), ("cp1256", 8, "cp1256"),
    ("cp1256-said-latin", 9, "latin"), ("arabic-dates", 10, "arabic dates"), ("edits", 10, "edits"),
    ("drips", 9, "drips"), ("loris", 9, "loris"), ("flaky-500", 6, "flaky"), ("outage-503", 8, "outage"),
    ("busy-429", 9, "busy"), ("circle", 9, "circle"), ("moved", 8, "moved"), ("to-metadata", 9, "private"),
    ("bomb", 9, "bomb"), ("endless", 9, "endless"), ("broken-xml", 8, "broken xml"), ("same-guid", 8, "same guid"),
    ("truncated", 7, "truncated"), ("http10", 8, "http10"), ("robots-no", 8, "robots no"),
    ("robots-garbage", 8, "robots garbage"), ("silent", 0, "silent"), ("rebinding", 9, "rebinding"),
)  # fmt: skip


class Newsroom(Server):
    """The thirty outlets."""

    def __init__(self, now: Now, start: datetime) -> None:
        super().__init__()
        self.start, self.now = start, now
        self.outlets = {
            f"{name}.test": Outlet(number, name, start, timedelta(minutes=every), now, vice)
            for number, (name, every, vice) in enumerate(CAST, 1)
        }
        for host in self.outlets:
            self.answers[host] = self._serve

    def _serve(self, asked: Asked) -> None:
        outlet = self.outlets[asked.host]
        path = urlsplit(asked.path).path
        base = f"http://{asked.host}:{self.port}"
        if path == "/robots.txt":
            _robots(asked, outlet)
        elif path.startswith("/news/"):
            self._article(asked, outlet, path)
        elif path == "/live":
            newest = outlet.out()[0]
            self._page(asked, outlet, newest, "/live", newest.number)
        else:
            self._list(asked, outlet, path, base)

    def _list(self, asked: Asked, outlet: Outlet, path: str, base: str) -> None:
        vice, minute = outlet.vice, (self.now() - self.start) / timedelta(minutes=1)
        if vice == "moved" and path == "/feed":
            return asked.send(status=301, Location=f"{base}/new/feed")
        if vice == "circle":
            return asked.send(status=302, Location=f"{base}/{'a' if path != '/a' else 'b'}")
        if vice == "private":
            return asked.send(status=302, Location="http://169.254.169.254/latest/meta-data/")
        if vice == "bomb":
            return asked.send(bomb(), kind="application/rss+xml", Content_Encoding="gzip")
        if vice == "endless":
            return _endless(asked)
        if vice == "loris":
            return _drip(asked, b"<?xml version='1.0'?>" + b" " * 100_000, 5.0)
        if vice == "flaky" and self.hits[asked.host, path] % 2:
            return asked.send(b"oops", status=500)
        if vice == "outage" and 10 < minute < 35:
            return asked.send(b"down", status=503)
        if vice == "busy" and self.hits[asked.host, path] % 3 == 2:
            return asked.send(b"slower", status=429, Retry_After="420")
        text = {
            "sitemap": sitemap, "index": sitemap, "edits": atom,
        }.get(vice, rss)(outlet, base) if outlet.name != "atom" else atom(outlet, base)  # fmt: skip
        kind, data = "application/rss+xml; charset=utf-8", b""
        if vice == "index" and path == "/feed":
            day = self.now().date().isoformat()
            text = (
                '<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
                f"<sitemap><loc>{base}/today.xml.gz</loc></sitemap><sitemap><loc>{base}/old.xml</loc>"
                f"<lastmod>2019-01-01</lastmod></sitemap></sitemapindex><!-- {day} -->"
            )
        elif vice == "index":
            kind, data = "application/x-gzip", gzip.compress(text.encode())
        elif vice == "whole":
            text = rss(outlet, base, whole=True)
        elif vice == "arabic dates":
            text = rss(outlet, base, date_of=arabic_date)
        elif vice == "broken xml":
            text = text.replace("</item></channel>", "</item><item><title>بلا نهاية & <b></channel>")
        elif vice in ("cp1256", "latin"):
            kind = "text/xml; charset=iso-8859-1" if vice == "latin" else "text/xml"
            data = text.encode("cp1256", "xmlcharrefreplace")
        data = data or text.encode()
        if vice == "drips":
            return _drip(asked, data, len(data) / 40_000, kind=kind)
        if vice == "truncated" and self.hits[asked.host, path] % 3 == 1:
            return asked.send(data[: len(data) // 2], kind=kind, length=len(data))
        if vice == "http10":
            asked._handler.protocol_version = "HTTP/1.0"
            return asked.send(data, kind=kind, length=None)
        return _conditional(asked, data, kind)

    def _article(self, asked: Asked, outlet: Outlet, path: str) -> None:
        number = path.removeprefix("/news/")
        piece = next((p for p in outlet.out() if str(p.number) == number), None)
        if piece is None:
            return asked.send(b"no such article", status=404)
        if outlet.vice == "truncated" and self.hits[asked.host, path] % 2:
            data = piece.html().encode()
            return asked.send(data[: len(data) // 2], length=len(data))
        return self._page(asked, outlet, piece, path, outlet.edition(piece))

    def _page(self, asked: Asked, outlet: Outlet, piece: Piece, path: str, edition: int) -> None:
        html = piece.html(edition, dated=outlet.vice != "arabic dates")
        kind, data = "text/html; charset=utf-8", html.encode()
        if outlet.vice in ("cp1256", "latin"):
            kind = "text/html; charset=iso-8859-1" if outlet.vice == "latin" else "text/html"
            data = html.encode("cp1256", "xmlcharrefreplace")
        if outlet.vice == "http10":
            asked._handler.protocol_version = "HTTP/1.0"
            asked.send(data, kind=kind, length=None)
        else:
            _conditional(asked, data, kind)
        outlet.served[path, edition] += 1


def _conditional(asked: Asked, data: bytes, kind: str) -> None:
    tag = f'"{hash(data) & 0xFFFFFFFF:x}"'
    if asked.headers.get("If-None-Match") == tag:
        return asked.send(status=304, ETag=tag)
    return asked.send(
        data, kind=kind, ETag=tag, Last_Modified=format_datetime(datetime.now(UTC), usegmt=True)
    )


def _robots(asked: Asked, outlet: Outlet) -> None:
    if outlet.vice == "robots no":
        asked.send(b"User-agent: *\nDisallow: /news/\n", kind="text/plain")
    elif outlet.vice == "robots garbage":
        asked.send(bytes(range(256)) * 40, kind="text/plain")
    elif outlet.name == "rss-b":
        asked.send(b"User-agent: *\nCrawl-delay: 4\n", kind="text/plain")
    else:
        asked.send(b"none", status=404)


def _drip(asked: Asked, data: bytes, seconds: float, kind: str = "application/rss+xml") -> None:
    """The answer in small pieces, over that time for each thousand bytes."""
    asked.send(kind=kind, length=None)
    for start in range(0, len(data), 1000):
        asked.raw(data[start : start + 1000])
        if asked.room.stopping.wait(seconds):
            return


def _endless(asked: Asked) -> None:
    asked.send(kind="application/rss+xml", length=None)
    while not asked.room.stopping.is_set():
        asked.raw(b"<item><title>x</title></item>" * 2000)


@lru_cache(maxsize=1)
def bomb() -> bytes:
    """A quarter of a gigabyte of nothing, packed small."""
    out = BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb") as file:
        for _ in range(16):
            file.write(b" " * (1 << 24))
    return out.getvalue()
