"""Whatever is put in: nothing is taken for what it is not, nothing stops the rest, nothing takes for ever."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest
from bench import invariants
from bench.mutations import HOSTILE, articles, changed, sentences
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marsad import pipeline
from marsad.ingest import Fault, ingest
from marsad.ingest.fault import MOST_FAULTS
from marsad.lexicon import load
from marsad.model import ACLED, UCDP_GED, Capture, Document, Figure, Reading, Span
from marsad.pipeline import Failure
from marsad.read import CodedReader, Reader
from marsad.record import Record, codec
from marsad.text import LONGEST_SENTENCE, LONGEST_TEXT, fold, reach, tokenise

WORDS = load()
READER, ROWS = Reader(WORDS), CodedReader(WORDS)
SOUND = "قُتل ثلاثة جنود بانفجار عبوة ناسفة في كركوك أمس الثلاثاء، بحسب مصدر أمني."
PUBLISHED = date(2021, 5, 5)
HEAD = "id,type_of_violence,side_a,side_b,where_prec,latitude,longitude,date_prec,date_start,date_end,best,low,high"
ROW = {
    "id": "1", "type_of_violence": "1", "side_a": "Government of Iraq", "side_b": "IS", "where_prec": "1",
    "latitude": "35.46", "longitude": "44.39", "date_prec": "1", "date_start": "2021-01-01",
    "date_end": "2021-01-02", "best": "4", "low": "3", "high": "6",
}  # fmt: skip
ACLED_ROW = {
    "event_id_cnty": "IRQ7", "event_date": "2018-03-05", "time_precision": "2", "sub_event_type": "Grenade",
    "actor1": "Islamic State (Iraq)", "assoc_actor_1": "", "actor2": "Military Forces of Iraq; Civilians (Iraq)",
    "country": "Iraq", "admin1": "Kirkuk", "location": "Hawija", "latitude": "35.3", "longitude": "43.7",
    "geo_precision": "1", "source": "SOHR", "notes": "words", "fatalities": "3",
}  # fmt: skip

# ── readings ──────────────────────────────────────────────────────────────────────────────

_SPOKEN = sorted({word for one in articles() for word in one["text"].split()})
_parts = (
    st.sampled_from(_SPOKEN)
    | st.sampled_from(HOSTILE)
    | st.sampled_from(sorted({s for one in articles() for s in re.split(r"(?<=[.،])\s+", one["text"])}))
    | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)
    | st.integers(0, 10**20).map(str)
    | st.from_regex(r"[0-9٠-٩]{1,3}[/.\-,:٫٬][0-9٠-٩]{1,4}([/.\-,:٫٬][0-9٠-٩]{1,4})?", fullmatch=True)
)
_texts = st.lists(st.tuples(_parts, st.sampled_from((" ", " ", "", "\n", "، ")))).map(
    lambda parts: "".join(part + gap for part, gap in parts)
)


def read(text: str, published: date | None = PUBLISHED) -> Reading:
    return READER.read(Document(text, published, "input" if published else None, None, "ar"))


def sound(document: Document, reading: Reading) -> None:
    assert list(invariants.of_reading(document, reading)) == []


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_texts, st.none() | st.dates(date(1900, 1, 1), date(2199, 12, 31)), st.booleans())
def test_a_reading_of_anything_is_sound_and_the_same_again(text: str, day: date | None, head: bool) -> None:
    line = text.find("\n")
    headline = Span(0, line) if head and line > 0 else None
    document = Document(text, day, "input" if day else None, headline, "ar")
    reading = READER.read(document)
    sound(document, reading)
    assert codec.dumps(READER.read(document)) == codec.dumps(reading)


#: How the words for numbers of three and more begin, folded.
_NUMERAL = re.compile(
    r"\d|ثلاث|اربع|خمس|ست|سبع|ثمان|تسع|عشر|مئ|مائ|ميه|ميات|الف|الاف|مليون|ملايين|بضع|مليار|ثلث|ربع|نصف|احد|اثن|عده|ثاني|ثالث|رابع"
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, len(sentences()) - 1), st.integers(0, 2**32))
def test_sentences_that_are_changed_word_by_word_are_read_soundly_and_no_number_is_made_up(
    at: int, seed: int
) -> None:
    """Words swapped, numbers, days, brackets and marks put in: near to what is read, so that much is read of it."""
    text = changed(sentences()[at], random.Random(seed))
    if not text.strip():
        return
    reading = read(text)
    document = Document(text, PUBLISHED, "input", None, "ar")
    sound(document, reading)
    for figure in invariants.parts(reading, Figure):
        told = fold(figure.span.of(text))
        if (figure.low or 0) >= 3:
            assert _NUMERAL.search(told), (figure, told)


def _cells(row: dict[str, str]) -> st.SearchStrategy[dict[str, str]]:
    return st.fixed_dictionaries(
        {name: st.just(value) | st.text(max_size=12) | st.floats().map(str) for name, value in row.items()}
    )


@settings(deadline=None)
@given(st.tuples(st.just(UCDP_GED), _cells(ROW)) | st.tuples(st.just(ACLED), _cells(ACLED_ROW)))
def test_a_row_of_anything_is_sound(coded: tuple[str, dict[str, str]]) -> None:
    from marsad.ingest.coded import row_document

    language, row = coded
    document = row_document(row, language, Capture("x"))
    sound(document, ROWS.read(document))


@pytest.mark.parametrize(
    "text",
    [
        "سقطت القذيفة على مساحة 50 كم² قرب كركوك، وقُتل ثلاثة جنود.",  # ² is a digit to Python, no number
        "① قُتل ثلاثة جنود بانفجار في كركوك ②",
        f"قُتل {'9' * 400}.5 شخصا في قصف على كركوك",
        f"قُتل {','.join(['999'] * 120)} شخصا في قصف على كركوك",
        "قُتل 999,999,999,999 مليار شخص في قصف على كركوك",
    ],
)
def test_numbers_that_are_none_stop_no_reading(text: str) -> None:
    sound(Document(text, PUBLISHED, "input"), read(text))


# ── bounds ────────────────────────────────────────────────────────────────────────────────


def test_of_a_text_without_end_the_beginning_is_read_and_the_rest_named(tmp_path: Path) -> None:
    text = "\n".join([SOUND] + ["سطر لا يقول شيئا عن أحد." * 3] * 3000)
    assert len(text) > 2 * LONGEST_TEXT
    reading = read(text)
    assert [event.type for event in reading.events] == ["bombing"]
    (issue,) = [issue for issue in reading.issues if issue.kind == "text-unread"]
    end = reach(text)
    assert issue.span == Span(end, len(text)) and end <= LONGEST_TEXT and text[end - 1] == "\n"
    assert reading.events == read(text[:end]).events

    (tmp_path / "long.txt").write_text(text, "utf8")
    taken, said = pipeline.documents([tmp_path / "long.txt"])
    assert isinstance(taken, Document) and taken.text == text
    assert isinstance(said, Failure) and said.kept and "first" in said.message and said.hint


def test_a_sentence_without_end_is_parted() -> None:
    text = tokenise("خبر " * (3 * LONGEST_SENTENCE + 5))
    assert [s.last - s.first for s in text.sentences] == [LONGEST_SENTENCE] * 3 + [5]
    assert [(s.first, s.last) for s in text.sentences][1:] == [
        (s.last, t.last) for s, t in zip(text.sentences, text.sentences[1:], strict=False)
    ]


def faults(items: Iterable[Document | Fault]) -> tuple[list[Fault], list[Document]]:
    told = list(items)
    return [i for i in told if isinstance(i, Fault)], [i for i in told if isinstance(i, Document)]


def test_a_file_of_faults_alone_is_not_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "broken.jsonl"
    path.write_bytes(b"x\n" * (50 * MOST_FAULTS))
    said, _ = faults(ingest([path]))
    assert len(said) == MOST_FAULTS + 1 and "the rest" in said[-1].message


def test_articles_with_a_part_left_out_are_all_taken_in(tmp_path: Path) -> None:
    path, many = tmp_path / "dates.jsonl", MOST_FAULTS + 50
    line = json.dumps({"text": SOUND, "published": "soon"}, ensure_ascii=False) + "\n"
    path.write_text(line * many, "utf8")
    said, taken = faults(ingest([path]))
    assert len(taken) == many
    assert (
        len(said) == MOST_FAULTS + 1 and all(fault.kept for fault in said) and "50 more" in said[-1].message
    )


@pytest.mark.parametrize("piece", [b"0" * 1_000_000, b'"\n",' * 250_000], ids=["a line", "a row"])
def test_little_gzip_that_is_a_row_without_end(tmp_path: Path, piece: bytes) -> None:
    path = tmp_path / "bomb.csv.gz"
    with gzip.open(path, "wb") as stream:
        stream.write(HEAD.encode() + b"\n")
        for _ in range(30):
            stream.write(piece)
    said, taken = faults(ingest([path]))
    assert not taken and len(said) == 1 and ("longer than" in said[0].message or "field" in said[0].message)


# ── rows that once stopped the whole record ───────────────────────────────────────────────


@pytest.mark.parametrize(
    ("column", "value", "issue"),
    [
        ("best", "1e400", "no count"),
        ("best", "9223372036854775808", "no count"),
        ("high", "1e300", "no count"),
        ("best", "nan", "no count"),
        ("best", "-5", "no count"),
        ("latitude", "449", "no point"),
        ("longitude", "nan", "no point"),
        ("longitude", "inf", "no point"),
        ("date_end", "9999-12-31", "dates"),
        ("date_start", "0001-01-01", "dates"),
    ],
)
def test_a_value_that_is_none_is_an_issue_and_the_record_goes_on(
    tmp_path: Path, column: str, value: str, issue: str
) -> None:
    path = tmp_path / "rows.csv"
    rows = [ROW | {column: value}, ROW | {"id": "2"}]
    path.write_text("\n".join([HEAD, *(",".join(row.values()) for row in rows)]) + "\n")
    with Record.open(tmp_path / "r.db", create=True) as record:
        report = pipeline.run(record, [path], workers=1)
        assert (report.read, report.failures) == (2, ())
        assert record.totals().incidents == 2
        issues = [issue.message for reading in record.readings() for issue in reading.issues]
    assert len(issues) == 1 and issue in issues[0]


def test_a_row_that_cannot_be_kept_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(
        f"{HEAD}\n{','.join((ROW | {'side_b': 'I' + chr(0) + 'S'}).values())}\n{','.join(ROW.values())}\n".encode()
    )
    said, taken = faults(ingest([path]))
    assert len(taken) == 1 and len(said) == 1 and "NUL" in said[0].message


def test_a_table_whose_head_cannot_be_kept_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(f"{HEAD},a\0b\n{','.join(ROW.values())},c\n".encode())
    said, taken = faults(ingest([path]))
    assert not taken and len(said) == 1 and "NUL" in said[0].message


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "1899-12-30", "2200-01-01T00:00:00Z"])
def test_a_placeholder_is_no_day_of_publication(tmp_path: Path, day: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"text": SOUND, "published": day}) + "\n", "utf8")
    said, (taken,) = faults(ingest([path]))
    assert taken.published is None and "not a date" in said[0].message
