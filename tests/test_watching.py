"""Watching: feeds of a real server that misbehaves, into a real record, over kills and restarts."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from bench.newsroom import Newsroom, Piece, Server, bomb
from sqlalchemy import create_engine, text

from marsad.errors import RecordError
from marsad.ingest import again
from marsad.ingest.feeds import told
from marsad.net import Client, Limits
from marsad.pipeline.alone import alone
from marsad.pipeline.lanes import Lanes, Task
from marsad.pipeline.watching import Clock, Happening, Tally, watch
from marsad.record import Record
from marsad.watched import FeedState, Page, by_need

START = datetime(2026, 11, 30, 8, tzinfo=UTC)


class Desk:
    """One who watches: a server, a record, a feeds file."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.server, self.folder = server, folder
        self.said: list[Happening] = []
        self.skew = timedelta(0)
        self.client = Client("Marsad/test", Limits(seconds=20, idle=10), lambda host, port: ["127.0.0.1"])

    @property
    def path(self) -> Path:
        return self.folder / "record.db"

    def file(self, *feeds: str, extra: str = "") -> Path:
        door = f'allow_private = ["127.0.0.1:{self.server.port}"]'
        head = f'[defaults]\ndelay = "0s"\nbacklog = "3650d"\nrecheck = ["10m"]\n{door}\n{extra}\n'
        found = self.folder / "feeds.toml"
        found.write_text(head + "\n".join(f"[[feed]]\n{feed}\n" for feed in feeds), "utf8")
        return found

    def feed(self, name: str, path: str = "/feed", more: str = "") -> str:
        return f'name = "{name}"\nurl = "{self.server.url(path, f"{name}.test")}"\n{more}'

    def watch(
        self, *feeds: str, extra: str = "", once: bool = True, lasting: timedelta | None = None
    ) -> Tally:
        """Watches as many hours later as `skew` says."""
        clock = Skewed(self.skew)
        with Record.open(self.path, create=True) as record:
            read = told(self.file(*feeds, extra=extra), version="test")
            assert not read.faults
            return watch(
                record, read, once=once, lasting=lasting, clock=clock, client=self.client, say=self.said.append,
                chance=lambda: 0.5,
            )  # fmt: skip

    def state(self, name: str) -> FeedState:
        with Record.open(self.path, readonly=True) as record:
            return next(state for state in record.feeds() if state.name == name)

    def pages(self, name: str) -> dict[str, int]:
        with Record.open(self.path, readonly=True) as record:
            return record.page_counts().get(name, {})

    def texts(self) -> list[str]:
        with Record.open(self.path, readonly=True) as record:
            return [document.text for document in record.documents()]


class Skewed(Clock):
    """A clock that is ahead."""

    def __init__(self, ahead: timedelta) -> None:
        super().__init__()
        object.__setattr__(self, "ahead", ahead)

    def now(self) -> datetime:
        return super().now() + self.ahead  # type: ignore[attr-defined,no-any-return]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Newsroom(lambda: START, START) as room:
        yield Desk(room, tmp_path)


def page(number: int = 1, edition: int = 0) -> bytes:
    return Piece(1, number, START).html(edition).encode()


def rss(*links: str, guid: str = "") -> bytes:
    items = "".join(
        f"<item><title>خبر</title><link>{link}</link><guid isPermaLink='false'>{guid or link}</guid></item>"
        for link in links
    )
    return f'<rss version="2.0"><channel><title>x</title>{items}</channel></rss>'.encode()


def serve(desk: Desk, path: str, body: bytes | Callable[[], bytes], **headers: str) -> None:
    """The path of every host answers so."""
    desk.server.answers[path] = lambda asked: asked.send(
        body if isinstance(body, bytes) else body(), **headers
    )


# ── what is taken ─────────────────────────────────────────────────────────────────────────


def test_all_well_behaved_outlets_are_taken_and_read(desk: Desk) -> None:
    names = ("rss-a", "atom", "newsmap", "mapindex", "cp1256", "cp1256-said-latin", "arabic-dates", "http10",
             "broken-xml", "same-guid", "moved", "robots-garbage")  # fmt: skip
    done = desk.watch(*(desk.feed(name) for name in names))
    assert done.documents == 3 * len(names)
    assert done.read == done.documents
    assert done.incidents
    assert not done.failed
    texts = desk.texts()
    assert len(texts) == len(set(texts)) == 3 * len(names)
    assert all("قُتل" in text and "نقطة تفتيش" in text for text in texts), "every encoding is read"
    with Record.open(desk.path, readonly=True) as record:
        for document in record.documents():
            assert document.published is not None
            assert document.capture.retrieved is not None
            (kept,) = record.kept_of(document.id)
            assert kept.capture.raw is not None
            assert kept.capture.raw.head.startswith(b"HTTP/1.1 200 OK\r\n")
            assert again(kept.capture.raw, document.capture.source_id) == document, (
                "the bytes give it once more"
            )


def test_articles_that_a_feed_carries_whole_need_no_page(desk: Desk) -> None:
    done = desk.watch(desk.feed("whole", more='text = "feed"'))
    assert done.documents == 3
    assert not any(path.startswith("/news") for _, path in desk.server.hits)
    assert desk.watch(desk.feed("whole", more='text = "feed"')).documents == 0


def test_a_single_page_is_a_new_version_whenever_it_changes(desk: Desk) -> None:
    feed = desk.feed("single", "/live", 'kind = "page"')
    serve(desk, "/live", page(1))
    assert desk.watch(feed).documents == 1
    assert desk.watch(feed).documents == 0
    serve(desk, "/live", page(2))
    done = desk.watch(feed)
    assert (done.documents, done.versions) == (1, 1)


def test_nothing_is_sent_again_that_has_not_changed(desk: Desk) -> None:
    feed = desk.feed("rss-a")
    desk.watch(feed)
    desk.skew = timedelta(minutes=11)
    desk.watch(feed)
    told_headers = [headers for _, host, path, headers in desk.server.asked if path != "/robots.txt"][4:]
    assert len(told_headers) == 4
    assert all("If-None-Match" in headers and "If-Modified-Since" in headers for headers in told_headers)
    assert desk.state("rss-a").count("unchanged") == 1


# ── changed, gone, twice ──────────────────────────────────────────────────────────────────


def test_a_changed_article_is_a_new_version_and_the_record_knows_which_stands(desk: Desk) -> None:
    feed = desk.feed("x")
    serve(desk, "/feed", lambda: rss(desk.server.url("/1", "x.test")))
    shown = []
    for hours, edition in ((0, 0), (1, 5), (25, 0)):  # the third goes back to the first text
        serve(desk, "/1", page(1, edition))
        desk.skew = timedelta(hours=hours)
        done = desk.watch(feed)
        shown.append((done.documents, done.versions))
        _due_again(desk)
    assert shown == [(1, 0), (1, 1), (0, 0)]
    with Record.open(desk.path, readonly=True) as record:
        first, second = record.document_ids()
        versions = record.versions(first)
        assert [version.document_id for version in versions] == [first, second, first]
        assert [version.number for version in versions] == [1, 2, 1]
        assert record.versions(second) == versions
        (incident,) = record.incidents()
        (killed,) = [toll for toll in incident.tolls if toll.measure == "killed"]
        assert len(killed.accounts) == 1, "one source, whatever it wrote before"
        assert killed.best == 5, "what stands there now"
    assert desk.state("x").count("changed") == 1


def _due_again(desk: Desk) -> None:
    """Has every page looked at again at the next watch."""
    with Record.open(desk.path) as record, record.watching() as kept:
        page_ = kept.pages([desk.server.url("/1", "x.test")]).popitem()[1]
        kept.put_pages([Page(**{**_fields(page_), "due": START, "etag": None, "modified": None})])


def _fields(page_: Page) -> dict[str, object]:
    return {name: getattr(page_, name) for name in Page.__dataclass_fields__}


def test_a_feed_that_says_that_an_article_changed_is_believed(desk: Desk) -> None:
    def atom(changed: str) -> bytes:
        return (
            '<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title><entry><id>1</id><title>x</title>'
            f"<link href='{desk.server.url('/1', 'x.test')}'/><updated>{changed}</updated></entry></feed>"
        ).encode()

    serve(desk, "/1", page(1))
    serve(desk, "/feed", atom("2026-11-30T01:00:00Z"))
    desk.watch(desk.feed("x"))
    serve(desk, "/1", page(1, 3))
    desk.watch(desk.feed("x"))
    assert desk.server.hits["x.test", "/1"] == 1
    serve(desk, "/feed", atom("2026-11-30T02:00:00Z"))
    assert desk.watch(desk.feed("x")).versions == 1


def test_an_article_that_was_taken_down_stays_in_the_record_and_is_told(desk: Desk) -> None:
    serve(desk, "/feed", rss(desk.server.url("/1", "x.test")))
    serve(desk, "/1", page())
    desk.watch(desk.feed("x"))
    desk.server.answers["/1"] = lambda asked: asked.send(status=410)
    desk.skew = timedelta(minutes=11)
    desk.watch(desk.feed("x"))
    assert len(desk.texts()) == 1
    assert desk.pages("x") == {"gone": 1}
    assert desk.state("x").count("withdrawn") == 1


def test_a_redirect_to_the_front_page_is_no_article(desk: Desk) -> None:
    serve(desk, "/feed", rss(desk.server.url("/1", "x.test")))
    desk.server.answers["/1"] = lambda asked: asked.send(status=302, Location="/")
    serve(desk, "/", page())
    desk.watch(desk.feed("x"))
    assert not desk.texts()
    assert desk.pages("x") == {"gone": 1}


def test_one_guid_for_all_and_one_link_twice(desk: Desk) -> None:
    links = [desk.server.url(f"/{n}", "x.test") for n in (1, 2)]
    for number in (1, 2):
        serve(desk, f"/{number}", page(number))
    serve(desk, "/feed", rss(*links, links[0] + "?utm_source=rss", guid="same"))
    desk.watch(desk.feed("x"))
    assert len(desk.texts()) == 2
    assert desk.state("x").count("listed twice") == 1


def test_a_list_of_an_index_is_read_again_though_the_index_stays_as_it_is(desk: Desk) -> None:
    index = "<sitemapindex><sitemap><loc>{}</loc>{}</sitemap></sitemapindex>"
    links = [desk.server.url("/1", "x.test")]
    child = "<urlset>{}</urlset>"
    for number in (1, 2):
        serve(desk, f"/{number}", page(number))
    serve(desk, "/feed", index.format(desk.server.url("/list.xml", "x.test"), "").encode())
    serve(
        desk, "/list.xml", lambda: child.format("".join(f"<url><loc>{x}</loc></url>" for x in links)).encode()
    )
    assert desk.watch(desk.feed("x")).documents == 1
    links.append(desk.server.url("/2", "x.test"))
    desk.skew = timedelta(minutes=11)
    assert desk.watch(desk.feed("x")).documents == 1
    assert desk.server.hits["x.test", "/list.xml"] == 2


# ── refused, failing, asked to wait ───────────────────────────────────────────────────────


def test_ssrf_feeds_and_articles_at_private_addresses_are_refused(desk: Desk) -> None:
    links = rss("http://10.0.0.1/a", "http://[::1]/b", desk.server.url("/out", "x.test"))
    desk.server.answers["x.test", "/feed"] = lambda asked: asked.send(links)
    desk.server.answers["/out"] = lambda asked: asked.send(status=302, Location="http://169.254.169.254/")
    done = desk.watch(
        desk.feed("x"), desk.feed("to-metadata"), 'name = "inside"\nurl = "http://192.168.0.1/"'
    )
    assert done.missed["address"] == 5
    assert not desk.texts()
    assert desk.pages("x") == {"refused: address": 3}
    assert "allow_private" in (desk.state("inside").error or "")


def test_ssrf_the_door_of_one_feed_is_not_open_to_another(desk: Desk) -> None:
    done = desk.watch(desk.feed("rss-a"), desk.feed("rss-c", more="allow_private = []"))
    assert done.missed == {"address": 1}
    assert desk.state("rss-c").failures == 1
    assert not any(host == "rss-c.test" for host, _ in desk.server.hits)


def test_each_vice_is_told_and_none_stops_the_others(desk: Desk) -> None:
    bomb()  # made once, which takes a while
    desk.client = replace(desk.client, limits=Limits(seconds=5, idle=3))
    vices = {
        "circle": "redirects", "endless": "too large", "bomb": "too large", "loris": "too slow",
        "flaky-500": "HTTP 500", "truncated": "truncated", "to-metadata": "address",
    }  # fmt: skip
    done = desk.watch(*(desk.feed(name) for name in vices), desk.feed("rss-a"))
    assert {name: desk.state(name).why for name in vices} == vices
    assert all(desk.state(name).error for name in vices)
    assert done.documents == 3


def test_robots_are_obeyed_for_feeds_articles_and_redirects(desk: Desk) -> None:
    desk.watch(desk.feed("robots-no"))
    assert desk.pages("robots-no") == {"refused: robots": 3}
    assert not any(path.startswith("/news") for _, path in desk.server.hits)
    desk.server.answers["/away"] = lambda asked: asked.send(
        status=302, Location=desk.server.url("/news/1", "robots-no.test")
    )
    serve(desk, "/feed", rss(desk.server.url("/away", "y.test")))
    desk.watch(desk.feed("y"))
    assert desk.pages("y") == {"refused: robots": 1}


def test_a_site_that_cannot_say_what_it_asks_is_left_alone(desk: Desk) -> None:
    desk.server.answers["x.test", "/robots.txt"] = lambda asked: asked.send(status=503)
    done = desk.watch(desk.feed("x"))
    assert done.missed == {"unasked": 1}
    assert ("x.test", "/feed") not in desk.server.hits


def test_one_request_at_a_time_and_a_pause_between_them(desk: Desk) -> None:
    desk.server.answers["x.test", "/robots.txt"] = lambda asked: asked.send(
        b"User-agent: *\nCrawl-delay: 0.3", kind="text/plain"
    )
    serve(desk, "/feed", rss(*(desk.server.url(f"/{n}", "x.test") for n in range(3))))
    for number in range(3):
        serve(desk, f"/{number}", page(number))
    desk.watch(desk.feed("x"))
    at = [moment for moment, _, path, _ in desk.server.asked if path != "/robots.txt"]
    assert len(at) == 4
    assert all(b - a >= 0.29 for a, b in pairwise(at))
    assert desk.server.most_at_once["x.test"] == 1


def test_retry_after_is_kept_over_a_restart_for_all_of_the_machine(desk: Desk) -> None:
    desk.server.answers["x.test", "/feed"] = lambda asked: asked.send(status=429, Retry_After="3600")
    serve(desk, "/other", rss())
    both = (desk.feed("x"), 'name = "z-other"\nurl = "' + desk.server.url("/other", "x.test") + '"')
    desk.watch(*both)
    assert sum(path != "/robots.txt" for _, path in desk.server.hits) == 1
    desk.watch(*both)
    assert sum(path != "/robots.txt" for _, path in desk.server.hits) == 1, "the whole machine is left alone"
    desk.skew = timedelta(hours=1, seconds=5)
    desk.server.answers["x.test", "/feed"] = lambda asked: asked.send(rss())
    desk.watch(*both)
    assert desk.server.hits["x.test", "/other"] == 1


def test_what_a_clock_that_was_ahead_put_off_is_visited_when_it_is_put_right(desk: Desk) -> None:
    desk.server.answers["x.test", "/feed"] = lambda asked: asked.send(status=429, Retry_After="3600")
    serve(desk, "/y", rss(desk.server.url("/y/1", "y.test")))
    desk.server.answers["y.test", "/y/1"] = lambda asked: asked.send(status=503)
    both = (desk.feed("x"), 'name = "y"\nurl = "' + desk.server.url("/y", "y.test") + '"')
    desk.skew = timedelta(days=400)
    desk.watch(*both)
    desk.skew = timedelta(0)
    desk.server.answers["x.test", "/feed"] = lambda asked: asked.send(rss())
    desk.server.answers["y.test", "/y/1"] = lambda asked: asked.send(page())
    done = desk.watch(*both)
    assert desk.server.hits["x.test", "/feed"] == 2 and done.documents == 1 and not done.failed


def test_a_clock_that_is_put_back_during_a_watch_stops_no_feed(desk: Desk) -> None:
    """The feed is due in a minute by a clock that then is a day behind."""
    links = [desk.server.url("/x/1", "x.test")]
    serve(desk, "/feed", lambda: rss(*links))
    serve(desk, "/x/1", page(1))
    serve(desk, "/x/2", page(2))
    clock = Skewed(timedelta(days=1))

    def back(happening: Happening) -> None:
        desk.said.append(happening)
        if "article" in happening.what and clock.ahead:
            links.append(desk.server.url("/x/2", "x.test"))
            object.__setattr__(clock, "ahead", timedelta(0))

    with Record.open(desk.path, create=True) as record:
        read = told(desk.file(desk.feed("x")), version="test")
        done = watch(
            record, read, lasting=timedelta(seconds=8), clock=clock, client=desk.client, say=back,
            chance=lambda: 0.5,
        )  # fmt: skip
    assert any("put back" in one.what for one in desk.said)
    assert desk.server.hits["x.test", "/feed"] >= 1 and done.documents >= 1
    assert desk.state("x").due < datetime.now(UTC) + timedelta(hours=7)


def test_failures_wait_ever_longer_within_the_bounds(desk: Desk) -> None:
    desk.server.answers["x.test", "/feed"] = lambda asked: asked.send(status=500)
    waits = []
    for _ in range(7):
        desk.watch(desk.feed("x", more='every = "1m"\nat_most = "20m"'))
        state = desk.state("x")
        assert state.asked is not None
        waits.append((state.due - state.asked).total_seconds() / 60)
    assert waits == [1, 2, 4, 8, 16, 20, 20]
    assert desk.state("x").failures == 7
    desk.server.answers["x.test", "/feed"] = lambda asked: asked.send(rss())
    desk.watch(desk.feed("x"))
    assert (desk.state("x").failures, desk.state("x").error) == (0, None)


def test_a_permanent_redirect_is_remembered_a_passing_one_is_not(desk: Desk) -> None:
    desk.watch(desk.feed("moved"))
    assert desk.state("moved").moved == desk.server.url("/new/feed", "moved.test")
    desk.watch(desk.feed("moved"))
    assert desk.server.hits["moved.test", "/feed"] == 1
    desk.server.answers["x.test", "/feed"] = lambda asked: asked.send(status=302, Location="/there")
    serve(desk, "/there", rss())
    desk.watch(desk.feed("x"))
    assert desk.state("x").moved is None


def test_silent_and_failing_feeds_come_first(desk: Desk) -> None:
    desk.server.answers["down.test", "/feed"] = lambda asked: asked.send(status=500)
    feeds = [desk.feed(name, more='silent_after = "1h"') for name in ("quiet", "down", "rss-a")]
    desk.server.answers["quiet.test", "/feed"] = lambda asked: asked.send(rss())
    desk.watch(*feeds)
    with Record.open(desk.path, readonly=True) as record:
        states = record.feeds()
    now = datetime.now(UTC)
    assert [s.name for s in by_need(states, now)] == ["down", "quiet", "rss-a"]
    later = by_need(states, now + timedelta(hours=2))
    assert [(s.name, s.standing(now + timedelta(hours=2))) for s in later] == [
        ("down", "failing"), ("quiet", "silent"), ("rss-a", "silent"),
    ]  # fmt: skip
    desk.watch(*feeds[:1])
    assert desk.state("rss-a").standing(now) == "left"


# ── its place is kept ─────────────────────────────────────────────────────────────────────

_CHILD = """
import sys
from datetime import timedelta
from pathlib import Path
from marsad.ingest.feeds import told
from marsad.net import Client, Limits
from marsad.pipeline.watching import watch
from marsad.record import Record
client = Client("Marsad/test", Limits(seconds=5), lambda host, port: ["127.0.0.1"])
with Record.open(Path(sys.argv[2]), create=True, patience=30) as record:
    watch(record, told(Path(sys.argv[1]), version="test"), once=True, client=client,
          say=lambda happening: print(happening.what, flush=True))
"""


@pytest.mark.slow
def test_kill_9_loses_nothing_and_doubles_nothing(desk: Desk) -> None:
    links = [desk.server.url(f"/{n}", "x.test") for n in range(30)]
    serve(desk, "/feed", rss(*links))
    for number in range(30):
        serve(desk, f"/{number}", page(number))
    file = desk.file(desk.feed("x"))
    kills = 0
    for _ in range(30):
        child = subprocess.Popen(
            [sys.executable, "-c", _CHILD, str(file), str(desk.path)], stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )  # fmt: skip
        assert child.stdout is not None
        lines = 0
        while lines < 7 and child.stdout.readline():
            lines += 1
        if lines == 7:
            child.send_signal(signal.SIGKILL)
            kills += 1
        child.wait()
        child.stdout.close()
        if lines < 7:
            break
    assert kills >= 3
    texts = desk.texts()
    assert len(texts) == len(set(texts)) == 30
    assert desk.state("x").count("taken") == 30
    assert desk.pages("x") == {"taken": 30}
    again_ = sum(n - 1 for (_, path), n in desk.server.hits.items() if path[1:].isdigit())
    assert again_ <= kills, "at most the visit under way is made again"
    with Record.open(desk.path) as record:
        assert not record.integrity()
        assert not record.unread(readers=(), lexicon="")[30:]


def test_a_feed_that_left_the_file_is_not_asked_and_goes_on_when_it_comes_back(desk: Desk) -> None:
    desk.watch(desk.feed("rss-a"), desk.feed("rss-c"))
    asked = desk.server.hits["rss-a.test", "/feed"]
    desk.watch(desk.feed("rss-c"))
    assert desk.server.hits["rss-a.test", "/feed"] == asked
    assert desk.watch(desk.feed("rss-a"), desk.feed("rss-c")).documents == 0


def test_one_watcher_a_record(tmp_path: Path) -> None:
    with Record.open(tmp_path / "r.db", create=True) as record:
        with alone(record), pytest.raises(RecordError, match="watched by another"), alone(record):
            pass
        with alone(record):
            pass


def test_a_record_of_before_is_watched_too(desk: Desk) -> None:
    Record.open(desk.path, create=True).close()
    engine = create_engine(f"sqlite:///{desk.path}")
    with engine.begin() as connection:
        for table in ("feeds", "pages", "hosts"):
            connection.execute(text(f"DROP TABLE {table}"))
        connection.execute(text("UPDATE meta SET value = '7' WHERE key = 'schema'"))
    engine.dispose()
    assert desk.watch(desk.feed("rss-a")).documents == 3


# ── the order of visits ───────────────────────────────────────────────────────────────────


def test_lanes_one_visit_a_machine_the_first_due_first() -> None:
    lanes = Lanes(START)
    late, early, other = (
        Task(START + timedelta(seconds=n), 1, key) for n, key in ((2, "late"), (1, "early"), (0, "other"))
    )
    for task, host in ((late, "a"), (early, "a"), (other, "b")):
        lanes.put(task, host)
    now = START + timedelta(seconds=5)
    assert dict(lanes.ready(now)) == {"a": early, "b": other}
    assert not dict(lanes.ready(now)), "busy"
    lanes.done("a", now, timedelta(seconds=3))
    assert lanes.next() == now + timedelta(seconds=3)
    assert not dict(lanes.ready(now))
    assert dict(lanes.ready(now + timedelta(seconds=3))) == {"a": late}
    lanes.put(Task(now, 1, "x"), "c")
    lanes.put(Task(now + timedelta(hours=1), 1, "x"), "c")
    assert not dict(lanes.ready(now)), "a task put again is put off"


def test_the_clock_of_the_bench_runs_as_fast_as_told() -> None:
    start = time.time()
    clock = Clock(60, start)
    assert clock.seconds(timedelta(minutes=1)) == 1
    assert clock.now() >= datetime.fromtimestamp(start, UTC)
