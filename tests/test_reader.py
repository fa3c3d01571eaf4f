"""The whole reader under rules 1, 2 and 4 of the design, on articles put together from our own sentences."""

from __future__ import annotations

import dataclasses
import gc
import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from marsad import pipeline
from marsad.ingest import ingest
from marsad.lexicon import load
from marsad.model import Document, Event, Reading, Span
from marsad.read import Reader

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "src" / "marsad" / "data" / "sample" / "articles.jsonl"
CASES: list[dict[str, Any]] = yaml.load(
    (ROOT / "tests" / "corpus" / "phenomena.yaml").read_text("utf8"), yaml.BaseLoader
)
READER = Reader(load())


# ── articles ──────────────────────────────────────────────────────────────────────────────


def sentences() -> list[str]:
    articles = [json.loads(line) for line in SAMPLE.read_text("utf8").splitlines()]
    texts = [article[part] for article in articles for part in ("title", "text")] + [c["text"] for c in CASES]
    return sorted({s.strip() for text in texts for s in re.split(r"(?<=[.!؟])\s+|\n", text) if s.strip()})


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """One to six sentences of ours, the first sometimes a headline, in one paragraph or several."""
    parts = draw(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=6))
    gaps = draw(st.lists(st.sampled_from((" ", "\n", "\n\n")), min_size=len(parts), max_size=len(parts)))
    headline = draw(st.booleans())
    if headline:
        gaps[0] = "\n"
    text = "".join(part + gap for part, gap in zip(parts, gaps, strict=True)).strip()
    published = draw(st.none() | st.dates(date(2014, 1, 1), date(2025, 12, 31)))
    return Document(text, published=published, headline=Span(0, len(parts[0])) if headline else None)


SENTENCES = sentences()
LETTER = "[\u0621-\u063a\u0641-\u064a]"
TATWEEL = "\u0640"
#: Tanwin is no matter of spelling: what bears it is no name.
TANWIN = "\u064b\u064c\u064d"
VOWELS = "\u064e\u064f\u0650\u0651\u0652\u0670"
MARKS = TANWIN + VOWELS
DIGITS = ("0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹")
_PLAIN = str.maketrans(
    {"\u00a0": " ", **dict.fromkeys(MARKS + "ٌُ" + TATWEEL)}
    | {digit: str(n) for digits in DIGITS for n, digit in enumerate(digits)}
)


def slots(text: str) -> list[int]:
    """Where a mark may be put in: after any Arabic letter."""
    return [m.end() for m in re.finditer(LETTER, text)]


@dataclasses.dataclass(frozen=True)
class Spelling:
    """Another spelling of a text: what is put in where, which digits, which spaces."""

    inserted: tuple[tuple[int, str], ...]
    digits: str
    no_break: bool

    def of(self, text: str) -> str:
        at = slots(text)
        put = {at[n % len(at)]: char for n, char in self.inserted} if at else {}
        # tatweel stands between two letters only
        put = {i: char for i, char in put.items() if char != TATWEEL or re.match(LETTER, text[i:])}
        out = "".join(put.get(i, "") + char for i, char in enumerate(f"{text} "))[:-1]
        out = out.translate(str.maketrans(DIGITS[0], self.digits))
        return out.replace(" ", "\u00a0") if self.no_break else out

    def document(self, document: Document) -> Document:
        text = self.of(document.text)
        head = Span(0, len(text.partition("\n")[0])) if document.headline else None
        return dataclasses.replace(document, text=text, headline=head)


SPELLINGS = st.builds(
    Spelling,
    st.lists(st.tuples(st.integers(0, 3000), st.sampled_from(VOWELS + TATWEEL)), max_size=60).map(tuple),
    st.sampled_from(DIGITS),
    st.booleans(),
)


# ── what a reading holds ──────────────────────────────────────────────────────────────────


def spans(value: Any) -> Iterator[Span]:
    """Every span in a reading, however deep."""
    if isinstance(value, Span):
        yield value
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from spans(getattr(value, field.name))
    elif isinstance(value, tuple):
        for item in value:
            yield from spans(item)


def computed(event: Event) -> dict[str, Any]:
    """What is computed from the words of an event: no offset, no quotation."""
    location = event.location
    return {
        "type": event.type,
        "status": event.status,
        "recency": event.recency,
        "count": event.count,
        "period": event.period,
        "place": location and (location.place_id, location.admin1, location.country, location.precision),
        "initiators": [p.code for p in event.initiators],
        "targets": [p.code for p in event.targets],
        "figures": [(f.measure, f.group, f.low, f.high) for f in event.figures],
        "weapons": [w.code for w in event.weapons],
        "speaker": event.attribution.speaker_class,
    }


def facts(reading: Reading) -> list[dict[str, Any]]:
    """Everything computed in a reading, claims and issues too."""
    claims = [
        {"claim": c.measure, "amount": (c.low, c.high, c.unit, c.qualifier), "direction": c.direction,
         "period": c.period, "subject": c.subject, "speaker": c.attribution.speaker_class}
        for c in reading.claims
    ]  # fmt: skip
    return [*map(computed, reading.events), *claims, {"issues": [i.kind for i in reading.issues]}]


def quotes(document: Document, reading: Reading) -> list[str]:
    """The words of every span, in one spelling."""
    return [span.of(document.text).translate(_PLAIN) for span in spans(reading)]


# ── properties ────────────────────────────────────────────────────────────────────────────


@settings(deadline=None, max_examples=150)
@given(documents(), SPELLINGS)
def test_every_span_is_a_stretch_of_the_text(document: Document, spelling: Spelling) -> None:
    written = spelling.document(document)
    for span in spans(READER.read(written)):
        assert 0 <= span.start < span.end <= len(written.text)
        assert span.of(written.text).strip() == span.of(written.text)


@settings(deadline=None, max_examples=250)
@given(documents())
def test_no_range_is_upside_down(document: Document) -> None:
    reading = READER.read(document)
    told = [figure for event in reading.events for figure in event.figures]
    for amount in (*told, *reading.claims):
        assert amount.low is None or amount.high is None or amount.low <= amount.high
    for event in reading.events:
        period = event.period
        assert period is None or period.first is None or period.last is None or period.first <= period.last


@settings(deadline=None, max_examples=250)
@given(documents(), SPELLINGS)
def test_spelling_changes_nothing(document: Document, spelling: Spelling) -> None:
    written = spelling.document(document)
    one, other = READER.read(document), READER.read(written)
    assert facts(other) == facts(one)
    assert quotes(written, other) == quotes(document, one)


def digest(reader: Reader) -> str:
    """One hash over the readings of the bundled sample, offsets and all."""
    found = hashlib.sha256()
    for item in pipeline.documents([SAMPLE]):
        assert isinstance(item, Document)
        found.update(repr(reader.read(item)).encode())
    return found.hexdigest()


def test_reading_twice_gives_the_same_bytes() -> None:
    assert digest(READER) == digest(READER)


def test_another_process_gives_the_same_bytes(tmp_path: Path) -> None:
    # an empty cache: the lexicon is compiled, too, under the other seed of hashes
    code = "from tests.test_reader import READER, digest; print(digest(READER))"
    environment = os.environ | {"PYTHONHASHSEED": "4711", "MARSAD_CACHE": str(tmp_path)}
    environment["PYTHONPATH"] = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == digest(READER)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "\n\n", "،", "«»", "؟!…", "()[]{}" * 50, ". . . .\n. .", "- - -",
        "Four people were killed in Kirkuk on Monday.", "12", "١٢٫٥", "\u0640" * 9, "\u064b\u064f", "\u200f",
    ],
)  # fmt: skip
def test_a_text_without_arabic_words_tells_nothing(text: str) -> None:
    reading = READER.read(Document(text, published=date(2021, 5, 2)))
    assert (reading.events, reading.claims) == ((), ())


@pytest.mark.parametrize(
    "letter", ["ا", "و", "ل", "ة", "ـ", "a", "9", "٩", ".", "،", "\n", "«", "\u064f", "🙂"]
)
def test_a_hundred_thousand_of_one_character_are_read(letter: str) -> None:
    reading = READER.read(Document(letter * 100_000))
    assert (reading.events, reading.claims) == ((), ())


@pytest.mark.parametrize("digits", ["7" * 1_000_000, "7 " * 10_000, "7,777" * 20_000, "1.000." * 20_000])
def test_a_million_digits_are_read(digits: str) -> None:
    READER.read(Document(f"قُتل {digits} شخصاً في كركوك أمس.", published=date(2021, 5, 2)))


def test_what_was_read_leaves_nothing_to_collect() -> None:
    """`engine` lets the collector of cycles come seldom, which costs memory where reading makes any."""
    documents = [d for d in ingest([SAMPLE]) if isinstance(d, Document)]
    for document in documents[:2]:
        READER.read(document)
    gc.collect()
    gc.disable()
    try:
        for document in documents[:10]:
            READER.read(document)
        assert gc.collect() == 0
    finally:
        gc.enable()


@settings(deadline=None, max_examples=100)
@given(
    st.text(alphabet=st.sampled_from("قتل أمس في كركوك 12٣/-.،«»\n\u0640\u064f\u00a0\u200fوب"), max_size=200)
)
def test_any_text_is_read(text: str) -> None:
    for span in spans(READER.read(Document(text, published=date(2021, 5, 2)))):
        assert 0 <= span.start < span.end <= len(text)


WORDS = sorted({word for entry in load().entries.values() for told in entry.yes for word in told.split()})


@settings(deadline=None, max_examples=150)
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=30))
def test_words_of_the_lexicon_are_read_in_any_order(words: list[str]) -> None:
    READER.read(Document(" ".join(words), published=date(2021, 5, 2)))


@pytest.mark.parametrize(
    "text",
    [
        "في محاولة للتقدم تعرضت البلدة لقصف مدفعي عنيف.",
        "حاول المسلحون التقدم نحو البلدة وتعرضت مواقعهم لقصف مدفعي.",
    ],
)
def test_what_came_under_fire_may_stand_behind_an_attempt(text: str) -> None:
    # 'came under' is a word of grammar and tells no type
    READER.read(Document(text))
