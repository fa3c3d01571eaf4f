"""The record: what is added stays, what is derived can be derived again, faults are told plainly."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import event as sa_event
from sqlalchemy import select
from tests.making import PLACES, TEXT, day, document, event, reading

from marsad.decide import anchor_of
from marsad.decision import Decision
from marsad.errors import QueryError, RecordError
from marsad.lexicon import load
from marsad.link import link
from marsad.model import Capture, Document, Incident, Span, Telling, event_ids
from marsad.record import Added, Filters, Order, Record, Summary
from marsad.record.query import sort_key
from marsad.record.schema import CAPTURES, VERSION


@pytest.fixture
def record(fresh: Callable[[], str]) -> Iterator[Record]:
    with Record.open(fresh(), create=True) as opened:
        yield opened


def tell(record: Record, *pairs: tuple[Document, tuple[object, ...]]) -> tuple[Incident, ...]:
    """Adds documents with hand-made events and links them."""
    record.add(d for d, _ in pairs)
    readings = [reading(d, *events) for d, events in pairs]  # type: ignore[arg-type]
    record.save_readings(readings, lexicon="words-1")
    told = [
        Telling(id_, d.id, e, d.capture.outlet or d.id, d.published)
        for (d, _), r in zip(pairs, readings, strict=True)
        for id_, e in zip(event_ids(r), r.events, strict=True)
    ]
    incidents = link(told, places=PLACES, actors={}, weights=load().weights["link"])
    record.replace_incidents(incidents, places=PLACES, text={d.id: d.text for d, _ in pairs})
    return incidents


# ── documents ─────────────────────────────────────────────────────────────────────────────


def test_a_document_comes_back_as_it_was_taken_in(record: Record) -> None:
    taken = Document(
        text="عنوان\nنصّ مـشكول\u00a0 فيه ١٢ قتيلاً",
        published=day("2021-05-05"),
        dated_by="dateline",
        headline=Span(0, 5),
        language="ar",
        capture=Capture("x", "https://a.invalid/1", "أ", datetime(2021, 5, 6, 7, 8, tzinfo=UTC)),
    )
    record.add([taken])
    (found,) = record.documents()
    assert (found, found.capture, found.id) == (taken, taken.capture, taken.id)


def test_the_same_text_twice_is_one_document_with_two_captures(record: Record) -> None:
    first, second = document(source_id="a", outlet="أ"), document(source_id="b", outlet="ب")
    assert record.add([first]) == Added(documents=1)
    assert record.add([second]) == Added(captures=1)
    assert record.add([first, second]) == Added(known=2)
    assert record.document_ids() == [first.id]
    assert [c.source_id for c in record.captures([first.id])[first.id]] == ["a", "b"]


def test_another_text_at_a_known_address_is_a_new_version(record: Record) -> None:
    url = "https://a.invalid/1"
    old, new = document(source_id="a", url=url), document(TEXT + " تحديث.", source_id="a", url=url)
    assert record.add([old, new]) == Added(documents=2, versions=1)
    with record._reads() as connection:
        rows = connection.execute(
            select(CAPTURES.c.document_id, CAPTURES.c.seq).order_by(CAPTURES.c.seq)
        ).all()
    assert rows == [(old.id, 1), (new.id, 2)]


def test_documents_without_address_are_no_versions_of_each_other(record: Record) -> None:
    assert record.add([document("أ"), document("ب")]) == Added(documents=2)


def test_what_was_added_before_a_failure_stays(record: Record) -> None:
    def broken() -> Iterator[Document]:
        for number in range(250):
            yield document(f"{TEXT} {number}")
        raise ValueError("the input broke")

    with pytest.raises(ValueError, match="broke"):
        record.add(broken())
    assert len(record.document_ids()) == 200


def test_decisions_are_kept_in_order(record: Record) -> None:
    taken = document()
    record.add([taken])
    at = anchor_of(taken.id, taken.text, (event(),), 0)
    made = datetime(2024, 1, 1, tzinfo=UTC)
    accept = Decision("accept", "ن", made, at)
    same = Decision("same", "ن", made, at, at, reason="واحد")
    assert record.decide(accept, same) == [1, 2]
    assert record.decide(accept) == [1]
    assert record.decisions() == (accept, same)


# ── derived ───────────────────────────────────────────────────────────────────────────────


def test_a_document_is_unread_until_this_reader_with_this_lexicon_has_read_it(record: Record) -> None:
    taken = document()
    record.add([taken])
    assert record.unread(readers=("test-1",), lexicon="w") == [taken.id]
    record.save_readings([reading(taken, event())], lexicon="w")
    assert record.unread(readers=("test-1",), lexicon="w") == []
    assert record.unread(readers=("test-2",), lexicon="w") == [taken.id]
    assert record.unread(readers=("test-1",), lexicon="v") == [taken.id]


def test_a_new_reading_takes_the_place_of_the_old(record: Record) -> None:
    taken = document()
    record.add([taken])
    record.save_readings([reading(taken, event(), event(type="attack", at=9))], lexicon="w")
    newer = reading(taken, event(type="shelling"), reader="test-2")
    record.save_readings([newer], lexicon="w")
    assert record.readings() == (newer,)


def test_incidents_stand_while_their_documents_are_read_anew(record: Record) -> None:
    """Killed, or only looked at, between reading and linking, a record shows what was told before."""
    one, two = document(outlet="أ"), document(TEXT + " تتمة.", outlet="ب")
    (incident,) = tell(record, (one, (event(),)), (two, (event(killed=5),)))
    record.save_readings([reading(one, event(), reader="test-2")], lexicon="v")
    assert record.incidents() == [incident]
    record.save_readings([reading(two, reader="test-2")], lexicon="v")
    (left,) = record.incidents()
    assert [telling.document_id for telling in left.tellings] == [one.id]


def test_no_incident_stands_that_nothing_tells(record: Record) -> None:
    one, two = document(outlet="أ"), document(TEXT + " تتمة.", outlet="ب")
    (incident,) = tell(record, (one, (event(),)), (two, (event(killed=5),)))
    record.save_readings([reading(one, reader="test-2")], lexicon="v")
    record.forget_readings([two.id])
    assert record.incidents() == [] and record.summaries() == []
    retired = record.retired(incident.id)
    assert retired and retired[0] == incident.id


def test_an_event_is_found_by_its_id(record: Record) -> None:
    taken = document()
    record.add([taken])
    told = reading(taken, event(), event(type="attack", at=9))
    record.save_readings([told], lexicon="w")
    assert record.event(event_ids(told)[1]) == (taken.id, told.events[1])
    with pytest.raises(QueryError, match="no event"):
        record.event("e0")


def test_an_incident_comes_back_whole(record: Record) -> None:
    one, two = document(outlet="أ"), document(TEXT + " تتمة.", outlet="ب")
    (incident,) = tell(record, (one, (event(),)), (two, (event(killed=5),)))
    assert record.incident(incident.id) == incident
    assert record.incident(incident.id[:6]) == incident
    assert record.incidents() == [incident]
    assert len(incident.tellings) == 2 and incident.joins


def test_the_beginning_of_two_ids_is_refused_with_both(record: Record) -> None:
    first, second = tell(record, (document(), (event(), event(place="basra", at=9))))
    with pytest.raises(QueryError, match=first.id) as caught:
        record.incident("i")
    assert second.id in str(caught.value)
    with pytest.raises(QueryError, match="no incident"):
        record.incident("%")


def test_the_digest_is_of_what_is_derived_and_of_nothing_else(fresh: Callable[[], str]) -> None:
    pairs = [
        (document(f"{TEXT} {n}", source_id=f"a{n}", outlet=f"o{n % 3}"), (event(killed=4 + n % 2),))
        for n in range(6)
    ]
    digests = []
    for order in (pairs, pairs[::-1]):
        address = fresh()
        with Record.open(address, create=True) as record:
            tell(record, *order)
            digests.append(record.digest())
            record.add([document("نص آخر")])
            digests.append(record.digest())
    assert len(set(digests)) == 1
    with Record.open(address) as record:
        record.save_readings([reading(pairs[0][0], event(killed=99))], lexicon="words-1")
        assert record.digest() not in digests


@pytest.fixture
def asked(record: Record) -> Record:
    tell(
        record,
        (document(outlet="أ"), (event(initiators=("ISIS",)),)),
        (document(TEXT + " تتمة.", outlet="ب"), (event(initiators=("ISIS",)),)),
        (
            document("قصف على إدلب أوقع ثلاثة قتلى بحسب الأهالي هناك"),
            (event(type="shelling", place="idlib", on="2021-06-01", killed=3),),
        ),
        (
            document("احتجاج في مدينة البصرة بلا ضحايا ولا تاريخ معلوم"),
            (event(type="protest", place="basra", on=None, killed=None),),
        ),
    )
    return record


@pytest.mark.parametrize(
    ("filters", "types"),
    [
        (Filters(), ["bombing", "shelling", "protest"]),
        (Filters(first=day("2021-05-05")), ["shelling"]),
        (Filters(last=day("2021-05-04")), ["bombing"]),
        (Filters(place="كركوك"), ["bombing"]),
        (Filters(place="kirkuk"), ["bombing"]),
        (Filters(place="ادلب"), ["shelling"]),
        (Filters(place="العراق"), ["bombing", "protest"]),
        (Filters(types=("protest",)), ["protest"]),
        (Filters(actor="isis"), ["bombing"]),
        (Filters(country="syr"), ["shelling"]),
        (Filters(min_killed=4), ["bombing"]),
        (Filters(sources=2), ["bombing"]),
        (Filters(text="قَصف على ادلب"), ["shelling"]),
        (Filters(text="100%"), []),
        (Filters(text="بقصف"), ["shelling"]),
        (Filters(text="تصوير"), []),
        (Filters(source="ب"), ["bombing"]),
        (Filters(types=("protest", "shelling")), ["shelling", "protest"]),
        (Filters(grades=("likely",)), ["bombing"]),
        (Filters(max_killed=3), ["shelling"]),
        (Filters(box=(36.0, 35.5, 37.0, 36.5)), ["shelling"]),
        (Filters(limit=1), ["bombing"]),
        (Filters(place="كركوك", types=("protest",)), []),
    ],
)
def test_incidents_are_narrowed_by_filters(asked: Record, filters: Filters, types: list[str]) -> None:
    assert [summary.type for summary in asked.summaries(filters)] == types
    assert [incident.type for incident in asked.incidents(filters)] == types


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        (Filters(types=("picnic",)), "armed_clash"),
        (Filters(first=day("2021-05-05"), last=day("2021-05-01")), "before it begins"),
        (Filters(country="Iraq"), "IRQ"),
        (Filters(limit=0), "from 1 up"),
        (Filters(text="%"), "no word"),
        (Filters(grades=("sure",)), "likely"),
        (Filters(min_killed=5, max_killed=4), "swap"),
        (Filters(box=(44.0, 33.0, 43.0, 34.0)), "no area"),
    ],
)
def test_a_filter_that_means_nothing_says_what_would(asked: Record, filters: Filters, said: str) -> None:
    with pytest.raises(QueryError, match=said):
        asked.summaries(filters)


@pytest.mark.parametrize("order", ["earliest", "latest", "deadliest"])
def test_pages_of_a_list_come_to_the_whole_list(asked: Record, order: Order) -> None:
    whole = asked.summaries(order=order)
    assert len(whole) == 3
    by_skip = [s for n in range(3) for s in asked.summaries(Filters(limit=1), order=order, skip=n)]
    by_key: list[Summary] = []
    while page := asked.summaries(
        Filters(limit=1),
        order=order,
        after=(sort_key(by_key[-1], order), by_key[-1].id) if by_key else None,
    ):
        by_key += page
    assert by_skip == by_key == whole


def test_totals_days_and_spots_are_of_the_same_incidents(asked: Record) -> None:
    totals = asked.totals()
    assert (totals.incidents, totals.undated, totals.unplaced) == (3, 1, 0)
    assert (totals.killed.low, totals.killed.high, totals.killed.open, totals.killed.of) == (7, 7, False, 2)
    assert (totals.first, totals.last) == (day("2021-05-04"), day("2021-06-01"))
    assert asked.days() == [(day("2021-05-04"), "bombing", 1), (day("2021-06-01"), "shelling", 1)]
    spots = asked.spots()
    assert [spot.place_id for spot in spots] == ["basra", "rashad", "idlib"]
    assert sum(spot.incidents for spot in spots) == 3
    assert asked.totals(Filters(types=("riot",))).incidents == 0


# ── files that cannot be used ─────────────────────────────────────────────────────────────


def test_a_missing_record_is_not_made_unasked(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="no record here"):
        Record.open(tmp_path / "r.db")
    with pytest.raises(RecordError, match="no record here"):
        Record.open(tmp_path / "r.db", create=True, readonly=True)
    with pytest.raises(RecordError, match="folder does not exist"):
        Record.open(tmp_path / "none" / "r.db", create=True)
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_record_is_refused_and_left_alone(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("خبر " * 2000)
    before = text.read_bytes()
    with pytest.raises(RecordError, match="not a Marsad record"):
        Record.open(text, create=True)
    assert text.read_bytes() == before
    with pytest.raises(RecordError, match="is a folder"):
        Record.open(tmp_path, create=True)


def test_a_database_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as other:
        other.execute("create table recipes (name)")
    other.close()
    with pytest.raises(RecordError, match="something else"):
        Record.open(path, create=True)


def test_a_record_of_a_newer_marsad_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "r.db"
    Record.open(path, create=True).close()
    with sqlite3.connect(path) as newer:
        newer.execute("update meta set value = '99' where key = 'schema'")
    newer.close()
    with pytest.raises(RecordError, match=r"newer Marsad.*update"):
        Record.open(path)


def test_a_record_of_an_older_marsad_keeps_its_documents_and_is_linked_again(tmp_path: Path) -> None:
    path, taken = tmp_path / "r.db", document(outlet="أ")
    with Record.open(path, create=True) as record:
        tell(record, (taken, (event(),)))
    with sqlite3.connect(path) as older:  # as the first tables were
        older.executescript(
            "drop table incident_search; drop table incident_words; drop table incident_terms; drop table joins;"
            "drop table incident_events; drop table incidents; update meta set value = '1' where key = 'schema';"
            "create table incidents (id varchar primary key, type varchar, killed integer, body text)"
        )
    older.close()
    with pytest.raises(RecordError, match=r"older Marsad.*marsad run"):
        Record.open(path, readonly=True)
    with Record.open(path) as record:
        assert list(record.documents()) == [taken] and len(record.readings()) == 1
        assert record.incidents() == []
        tell(record, (taken, (event(),)))
        assert [incident.type for incident in record.incidents()] == ["bombing"]
    with Record.open(path, readonly=True) as record:
        assert record.schema_version() == VERSION


def test_a_record_without_doubts_keeps_its_incidents_until_it_is_linked_anew(tmp_path: Path) -> None:
    path = tmp_path / "r.db"
    with Record.open(path, create=True) as record:
        tell(record, (document(outlet="أ"), (event(),)))
        told = record.incidents()
    with sqlite3.connect(path) as older:
        older.executescript(
            "alter table incident_events drop column doubt; update meta set value = '7' where key = 'schema';"
            "insert or replace into meta values ('linked', 'by an older one')"
        )
    older.close()
    with Record.open(path) as record:
        assert record.incidents() == told and [doubt for _, doubt in record.doubtful()] == [0.0]
        with record.linkage() as linkage:
            assert linkage.version() is None


def test_an_empty_file_becomes_a_record(tmp_path: Path) -> None:
    path = tmp_path / "r.db"
    path.touch()
    with pytest.raises(RecordError, match="is empty"):
        Record.open(path)
    with Record.open(path, create=True) as record:
        assert record.document_ids() == []


def test_a_record_opened_to_be_read_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "r.db"
    Record.open(path, create=True).close()
    with Record.open(path, readonly=True) as record:
        assert record.document_ids() == []
        with pytest.raises(RecordError, match="read only"):
            record.add([document()])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_file_in_a_read_only_folder_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "r.db"
    with Record.open(path, create=True) as record:
        record.add([document()])
    path.chmod(0o444)
    tmp_path.chmod(0o555)
    try:
        with Record.open(path, readonly=True) as record:
            assert len(record.document_ids()) == 1
        with pytest.raises(RecordError, match="read-only"), Record.open(path) as record:
            record.add([document("آخر")])
    finally:
        tmp_path.chmod(0o755)


def test_a_record_that_another_process_writes_says_so(tmp_path: Path) -> None:
    path = tmp_path / "r.db"
    with Record.open(path, create=True, patience=0.05) as record:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("begin immediate")
        assert record.document_ids() == []
        with pytest.raises(RecordError, match="another process"):
            record.add([document()])
        other.execute("rollback")
        other.close()
        assert record.add([document()]) == Added(documents=1)


def test_a_full_disk_says_so_and_keeps_what_was_stored(tmp_path: Path) -> None:
    with Record.open(tmp_path / "r.db", create=True) as record:
        record.add([document()])

        def shrink(connection: sqlite3.Connection, _: object) -> None:
            connection.execute("PRAGMA max_page_count=1")  # never below what is in use

        sa_event.listen(record._base.engine, "connect", shrink)
        record._base.engine.dispose()  # connections are kept: the next is a new one
        with pytest.raises(RecordError, match="disk is full"):
            record.add([document(f"{n} " * 4000) for n in range(50)])
        assert len(record.document_ids()) == 1


def test_a_torn_file_says_so(tmp_path: Path) -> None:
    path = tmp_path / "r.db"
    with Record.open(path, create=True) as record:
        record.add([document(f"{TEXT} {n}") for n in range(300)])
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(RecordError, match=r"damaged|cannot be"), Record.open(path) as record:
        list(record.documents())


def test_a_copy_holds_the_same(record: Record, tmp_path: Path) -> None:
    tell(record, (document(), (event(),)))
    record.copy(tmp_path / "copy.db")
    with Record.open(tmp_path / "copy.db", readonly=True) as copy:
        assert copy.digest() == record.digest()
        assert copy.integrity() == ()
