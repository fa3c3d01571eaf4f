"""Linking what is new into a record gives the record that linking everything at once gives."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from zlib import crc32

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.making import event, location

from marsad.lexicon import load
from marsad.link import block
from marsad.model import Capture, Document, Event, Location, Period, Reading
from marsad.pipeline import linkage, silent
from marsad.pipeline.linkage import link_record
from marsad.record import Record

#: Real places, one within the other and side by side.
_PLACES = [p for p in load().places.values() if p.country == "IRQ" and p.admin1 == "Kirkuk"][:7]
_WORDS = [f"كلمة{n}" for n in range(400)]


def at(place: int | None) -> Location | None:
    if place is None:
        return None
    found = _PLACES[place % len(_PLACES)]
    return replace(
        location("kirkuk"), name=found.name_ar, place_id=found.id, admin1=found.admin1, country=found.country,
        lat=found.lat, lon=found.lon, radius_km=found.radius_km,
    )  # fmt: skip


@dataclass(frozen=True)
class Article:
    """A document and what is read in it; `reread` is what a later reader finds there instead."""

    document: Document
    events: tuple[Event, ...]
    reread: tuple[Event, ...] | None = None
    recapture: Capture | None = None


@st.composite
def events(draw: st.DrawFn) -> tuple[Event, ...]:
    found = []
    for n in range(draw(st.integers(0, 3))):
        first = draw(st.sampled_from(["2021-05-03", "2021-05-04", "2021-05-05", "2021-05-07", "2021-05-12"]))
        on = draw(st.sampled_from([first, (first, "2021-05-13"), None]))
        one = event(
            type=draw(st.sampled_from(["bombing", "attack", "bombing", "protest"])),
            on=on,
            place=None,
            killed=draw(st.sampled_from([None, 2, 4, 7])),
            at=40 * n,
            initiators=draw(st.sampled_from([(), ("ISIS",)])),
            recency=draw(st.sampled_from(["news", "news", "news", "background"])),
        )
        found.append(replace(one, location=at(draw(st.sampled_from([None, 0, 0, 1, 2, 3, 4])))))
    return tuple(found)


@st.composite
def articles(draw: st.DrawFn) -> list[Article]:
    """Few wordings for many texts, so that copies are common."""
    out: dict[str, Article] = {}
    for n in range(draw(st.integers(1, 14))):
        wording = random.Random(draw(st.integers(0, 2)))
        words = wording.choices(_WORDS, k=60)
        for _ in range(draw(st.integers(0, 6))):
            words[draw(st.integers(0, 59))] = f"تعديل{draw(st.integers(0, 50))}"
        url = draw(st.sampled_from([None, "https://one.example/a", "https://two.example/b"]))
        document = Document(
            text=" ".join(words),
            published=draw(st.dates(min_value=at_day(4), max_value=at_day(9))),
            dated_by="input",
            capture=Capture(f"a{n}", url=url, outlet=draw(st.sampled_from([None, "أ", "ب"]))),
        )
        again = draw(st.sampled_from([None, None, Capture(f"z{n}", outlet="آ")]))
        out[document.id] = Article(
            document, draw(events()), draw(st.one_of(st.none(), events())), recapture=again
        )
    return list(out.values())


def at_day(day: int) -> date:
    return date(2021, 5, day)


@contextmanager
def fresh() -> Iterator[Record]:
    with TemporaryDirectory() as folder, Record.open(Path(folder) / "r.db", create=True) as record:
        yield record


def put(record: Record, some: Sequence[Article]) -> None:
    record.add(article.document for article in some)
    record.save_readings([Reading(a.document.id, "t-1", a.events) for a in some], lexicon="w")


def at_once(some: Sequence[Article]) -> str:
    """The digest of a record that has everything from the beginning."""
    with fresh() as record:
        put(record, some)
        record.add(replace(a.document, capture=a.recapture) for a in some if a.recapture)
        record.save_readings(
            [Reading(a.document.id, "t-2", a.reread) for a in some if a.reread is not None], lexicon="w"
        )
        link_record(record, silent, anew=True)
        return record.digest()


@pytest.fixture(params=[3, 120], ids=["crowded", "roomy"])
def fullest(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Cells that are full with three events tip over and back all the time."""
    monkeypatch.setattr(block, "FULLEST", request.param)
    return int(request.param)


_many = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@pytest.mark.slow
@pytest.mark.usefixtures("fullest")
@_many
@given(articles(), st.data())
def test_batches_of_any_size_in_any_order_give_the_record_of_all_at_once(
    some: list[Article], data: st.DataObject
) -> None:
    """New articles, texts taken in once more and readings made anew come in whatever order."""
    steps: list[tuple[str, Article]] = [("new", a) for a in data.draw(st.permutations(some))]
    for article in some:
        for what, wanted in (("again", article.recapture), ("reread", article.reread)):
            if wanted is not None:
                known = steps.index(("new", article))
                steps.insert(data.draw(st.integers(known + 1, len(steps))), (what, article))
    with fresh() as record:
        for what, article in steps:
            if what == "new":
                put(record, [article])
            elif what == "again":
                assert article.recapture
                record.add([replace(article.document, capture=article.recapture)])
            else:
                assert article.reread is not None
                record.save_readings([Reading(article.document.id, "t-2", article.reread)], lexicon="w")
            if data.draw(st.booleans(), label="link now"):
                link_record(record, silent)
        link_record(record, silent)
        assert record.digest() == at_once(some)


@pytest.mark.slow
@pytest.mark.usefixtures("fullest")
@_many
@given(articles(), st.data())
def test_what_can_no_longer_be_read_leaves_no_trace(some: list[Article], data: st.DataObject) -> None:
    gone = data.draw(st.lists(st.sampled_from(some), unique_by=lambda a: a.document.id))
    left = [a for a in some if a not in gone]
    with fresh() as record, fresh() as other:
        put(record, some)
        link_record(record, silent)
        record.forget_readings([a.document.id for a in gone])
        link_record(record, silent)
        put(other, left)
        link_record(other, silent)
        assert record.digest() == other.digest()


# ── the cases that chance seldom makes ────────────────────────────────────────────────────


def article(
    n: int, *told: Event, text: str | None = None, reread: tuple[Event, ...] | None = None
) -> Article:
    """An article of its own outlet, in its own words unless `text` is given."""
    words = text or " ".join(random.Random(n).choices(_WORDS, k=60))
    document = Document(
        text=words, published=at_day(5), dated_by="input", capture=Capture(f"n{n}", outlet=f"صحيفة {n}")
    )
    return Article(document, told, reread)


def shelled(n: int = 0) -> Event:
    """Nothing tells one such event from another but the words around it."""
    return replace(event(type="shelling", place=None, killed=None, at=n), location=at(0))


def incidents(record: Record) -> list[int]:
    return sorted(len(incident.tellings) for incident in record.incidents())


def test_an_event_that_overfills_a_cell_parts_those_that_met_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(block, "FULLEST", 3)
    some = [article(n, shelled()) for n in range(5)]
    with fresh() as record:
        for n, wanted in enumerate([[1], [2], [3], [1, 1, 1, 1], [1, 1, 1, 1, 1]]):
            put(record, [some[n]])
            link_record(record, silent)
            assert incidents(record) == wanted
            assert record.digest() == at_once(some[: n + 1])
        record.forget_readings([a.document.id for a in some[:2]])
        link_record(record, silent)
        assert incidents(record) == [3]
        assert record.digest() == at_once(some[2:])


def test_an_event_that_is_read_no_more_leaves_its_incident() -> None:
    some = [article(n, shelled()) for n in range(3)]
    without = [*some[:2], replace(some[2], reread=())]
    with fresh() as record:
        put(record, some)
        link_record(record, silent)
        assert incidents(record) == [3]
        record.save_readings([Reading(some[2].document.id, "t-2", ())], lexicon="w")
        link_record(record, silent)
        assert incidents(record) == [2]
        assert record.digest() == at_once(without)


def test_an_event_between_two_incidents_is_weighed_with_all_of_them() -> None:
    """Two tellings that join nothing alone; what comes later is nearer to one, and takes it along."""
    early = replace(shelled(), period=Period(at_day(3), at_day(3)))
    late = replace(shelled(), period=Period(at_day(6), at_day(6)))
    between = replace(shelled(), period=Period(at_day(4), at_day(5)))
    some = [article(n, one) for n, one in enumerate([early, late, between, early, late, between])]
    for order in range(4):
        shuffled = random.Random(order).sample(some, k=len(some))
        with fresh() as record:
            for one in shuffled:
                put(record, [one])
                link_record(record, silent)
            assert record.digest() == at_once(some)


def test_a_text_that_comes_to_hold_a_key_first_parts_copies_that_only_met_through_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With one key a text, the least id decides who is compared with whom."""
    monkeypatch.setattr(sys.modules["marsad.link.copies"], "_KEYS", 1)
    shared = " ".join(_WORDS[:4])
    lead = next(  # a run whose hash is so small that it is the key of every text that has it
        f"{shared} {n}" for n in range(10**6) if crc32(f"{' '.join(_WORDS[1:4])} {n}".encode()) < 2**14
    )
    body = " ".join(_WORDS[50:120])
    texts = [f"{lead} {body} نسخة{n}" for n in range(3)]
    texts += [f"{lead} {' '.join(random.Random(n).choices(_WORDS, k=60))}" for n in range(12)]
    some = [article(n, shelled(), text=text) for n, text in enumerate(texts)]
    grouped = set()
    with fresh() as record:
        for n in range(len(some)):
            put(record, [some[n]])
            link_record(record, silent)
            assert record.digest() == at_once(some[: n + 1])
            grouped.add(sum(bool(t.copy_of) for i in record.incidents() for t in i.tellings))
    assert len(grouped) > 2, "no copies were found and lost on the way"


@pytest.mark.slow
@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(articles())
def test_copies_are_the_same_where_the_record_is_asked_for_sketches(some: list[Article]) -> None:
    """As it is of more texts than are held."""
    expected = at_once(some)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(linkage, "_HELD", 0)
        patch.setattr(linkage, "_REMEMBERED", 2)
        assert at_once(some) == expected


def test_nothing_new_changes_nothing() -> None:
    with fresh() as record:
        put(record, [article(n, shelled()) for n in range(3)])
        assert link_record(record, silent) == 1
        before = record.digest()
        assert link_record(record, silent) == 1
        assert record.digest() == before
