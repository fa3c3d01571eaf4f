"""The page of feeds: silent and failing ones first, in words of the reader's language."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.web.conftest import served

from marsad.model import Capture, Document
from marsad.net import Why
from marsad.record import Record
from marsad.watched import FeedState, Page, Tally
from marsad.web.pages.feeds import WHY

NOW = datetime.now(UTC)


def state(name: str, **more: object) -> FeedState:
    told: dict[str, object] = {
        "since": NOW - timedelta(days=9), "due": NOW + timedelta(minutes=5), "interval": 600.0, "silent_after": 86_400.0,
        "asked": NOW, "contact": NOW, "news": NOW, "counts": (Tally("taken", 1234),),
    }  # fmt: skip
    return FeedState(name, f"https://{name}.test/rss", **(told | more))  # type: ignore[arg-type]


@pytest.fixture
def record(tmp_path: Path) -> Path:
    path = tmp_path / "feeds.db"
    with Record.open(path, create=True) as record, record.watching() as kept:
        for one in (
            state("fine"),
            state("silent", news=NOW - timedelta(days=3)),
            state("down", failures=4, why="HTTP 503", error="answers 503 Service Unavailable"),
            state("slow", failures=2, why="too slow", error="did not answer in time"),
            state("left", watched=False),
        ):
            kept.put_feed(one)
        kept.put_pages([Page("https://fine.test/1", "fine", NOW, None, status="refused", why="robots")])
    return path


def test_those_that_want_a_look_come_first_in_both_languages(record: Path) -> None:
    with served(record) as client:
        english, arabic = client.get("/en/feeds"), client.get("/ar/feeds")
    at = [
        english.text.index(f"https://{name}.test/rss") for name in ("down", "slow", "silent", "fine", "left")
    ]
    assert at == sorted(at)
    for said in (
        "the server answers 503",
        "it did not answer in time",
        "silent",
        "its robots.txt does not allow it",
        "1,234",
    ):
        assert said in english.text
    for said in ("أجاب الخادم بالرمز 503", "لم تجب في الوقت المحدد", "صامتة", "لا يسمح بذلك"):
        assert said in arabic.text
    assert "does not seem to run" not in english.text
    assert english.headers["cache-control"] == "no-store", (
        "a feed falls silent while the record stays as it is"
    )


def test_a_watch_that_does_not_run_is_told(record: Path) -> None:
    with Record.open(record) as opened, opened.watching() as kept:
        for one in kept.feeds():
            kept.put_feed(state(one.name, due=NOW - timedelta(hours=1)))
    with served(record) as client:
        assert "does not seem to run" in client.get("/en/feeds").text


def test_a_record_without_feeds_says_how_to_watch(tmp_path: Path) -> None:
    Record.open(tmp_path / "r.db", create=True).close()
    with served(tmp_path / "r.db") as client:
        assert "marsad watch feeds.toml" in client.get("/ar/feeds").text


def test_every_reason_has_its_words() -> None:
    assert set(Why.__args__) <= set(WHY)  # type: ignore[attr-defined]


def test_a_text_that_was_changed_leads_to_what_stands_there_now(tmp_path: Path) -> None:
    texts = [
        Document(text, capture=Capture("x", "https://a.test/1", "a", NOW + timedelta(hours=hour)))
        for hour, text in enumerate(("قُتل ثلاثة جنود في هجوم.", "قُتل خمسة جنود في هجوم."))
    ]
    with Record.open(tmp_path / "r.db", create=True) as record:
        record.add(texts)
    with served(tmp_path / "r.db") as client:
        first, second = (client.get(f"/en/documents/{text.id}").text for text in texts)
    assert "was changed at its address" in first
    assert f"/en/documents/{texts[1].id}" in first
    assert "replaced an earlier text" in second
